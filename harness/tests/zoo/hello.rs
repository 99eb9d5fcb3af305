//! A ClientHello read and a server's first flight written, byte by byte and without any checks: what
//! is wrong with an answer is up to the caller.

use std::io::Read;

pub(crate) const SSL2: u16 = 0x0002;
pub(crate) const SSL3: u16 = 0x0300;
pub(crate) const TLS10: u16 = 0x0301;
pub(crate) const TLS11: u16 = 0x0302;
pub(crate) const TLS12: u16 = 0x0303;
pub(crate) const TLS13: u16 = 0x0304;

/// A ClientHello, as far as a server needs it.
pub(crate) struct ClientHello {
    /// Whether it has the form of SSL 2.0.
    pub(crate) ssl2: bool,
    /// Its `legacy_version`.
    pub(crate) version: u16,
    /// Its session id.
    pub(crate) session_id: Vec<u8>,
    /// Its cipher suites; those of SSL 2.0 are left out.
    pub(crate) suites: Vec<u16>,
    /// The versions of `supported_versions`.
    pub(crate) versions: Vec<u16>,
    /// Whether it has a `server_name`.
    pub(crate) is_named: bool,
    /// The codes of its extensions, in their order.
    pub(crate) extensions: Vec<u16>,
    /// The groups of `supported_groups`.
    pub(crate) groups: Vec<u16>,
    /// The version in the header of its record.
    pub(crate) record_version: u16,
    /// The length of its message.
    pub(crate) length: usize,
}

impl ClientHello {
    /// Reads a ClientHello in one record, and a ChangeCipherSpec before it (RFC 8446 D.4); `None` where
    /// something else came.
    pub(crate) fn read(stream: &mut impl Read) -> Option<ClientHello> {
        let mut header = [0; 5];
        stream.read_exact(&mut header).ok()?;
        if header[0] & 0x80 != 0 {
            let length = usize::from(header[0] & 0x7f) << 8 | usize::from(header[1]);
            let mut body = vec![0; length.saturating_sub(3)];
            stream.read_exact(&mut body).ok()?;
            let version = u16::from_be_bytes([header[3], header[4]]);
            let (session_id, suites, versions) = (Vec::new(), Vec::new(), Vec::new());
            return Some(ClientHello {
                ssl2: true,
                version,
                session_id,
                suites,
                versions,
                is_named: false,
                extensions: Vec::new(),
                groups: Vec::new(),
                record_version: version,
                length,
            });
        }
        let mut body = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        stream.read_exact(&mut body).ok()?;
        if header[0] == 20 {
            return ClientHello::read(stream);
        }
        let record_version = u16::from_be_bytes([header[1], header[2]]);
        parse(&body).map(|hello| ClientHello { record_version, ..hello })
    }

    /// The best of `spoken` by the rules up to TLS 1.2, or by `supported_versions` where TLS 1.3 is spoken.
    pub(crate) fn best_of(&self, spoken: &[u16]) -> Option<u16> {
        let listed = !self.versions.is_empty() && spoken.contains(&TLS13);
        let offered = |version: &u16| {
            if listed {
                self.versions.contains(version)
            } else {
                *version <= self.version && *version < TLS13
            }
        };
        spoken.iter().copied().filter(offered).max()
    }

    /// A suite of the offer that fits `version`.
    pub(crate) fn suite(&self, version: u16) -> Option<u16> {
        let known: &[u16] = match version {
            TLS13 => &[0x1301, 0x1302, 0x1303],
            TLS12 => &[0xc02f, 0xc02b, 0xc030, 0xc02c, 0xc013, 0x002f],
            SSL3 => &[0x002f, 0x0035, 0x000a, 0x0005, 0x0004],
            _ => &[0xc013, 0xc014, 0x002f, 0x0035, 0x000a],
        };
        known.iter().copied().find(|suite| self.suites.contains(suite))
    }
}

fn parse(message: &[u8]) -> Option<ClientHello> {
    let mut rest = message.get(4..)?;
    let version = number(&mut rest)?;
    take(&mut rest, 32)?;
    let length = take(&mut rest, 1)?[0];
    let session_id = take(&mut rest, length.into())?.to_vec();
    let suites = numbers(list(&mut rest)?);
    let length = take(&mut rest, 1)?[0];
    take(&mut rest, length.into())?;
    let (mut versions, mut groups, mut extensions) = (Vec::new(), Vec::new(), Vec::new());
    let mut unread = list(&mut rest).unwrap_or_default();
    while let Some(code) = number(&mut unread) {
        let body = list(&mut unread)?;
        match code {
            10 => groups = numbers(body.get(2..)?),
            43 => versions = numbers(body.get(1..)?),
            _ => {}
        }
        extensions.push(code);
    }
    Some(ClientHello {
        ssl2: false,
        version,
        session_id,
        suites,
        versions,
        is_named: extensions.contains(&0),
        extensions,
        groups,
        record_version: 0,
        length: message.len(),
    })
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Option<u16> {
    take(rest, 2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
}

fn list<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = number(rest)?;
    take(rest, length.into())
}

fn numbers(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

/// A record of this content type.
pub(crate) fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    record_of_version(kind, TLS12, payload)
}

/// A record of this content type, with this version in its header.
pub(crate) fn record_of_version(kind: u8, version: u16, payload: &[u8]) -> Vec<u8> {
    let [major, minor] = version.to_be_bytes();
    let mut bytes = vec![kind, major, minor];
    bytes.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A handshake message without its record.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let mut bytes = vec![kind, length[1], length[2], length[3]];
    bytes.extend(body);
    bytes
}

/// A record with an alert; level 1 is a warning, 2 is fatal.
pub(crate) fn alert(level: u8, description: u8) -> Vec<u8> {
    record(21, &[level, description])
}

/// The random of a ServerHello that says nothing.
pub(crate) const RANDOM: [u8; 32] = [0x5a; 32];

/// The random of a HelloRetryRequest (RFC 8446 4.1.3).
pub(crate) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// A ServerHello message of the form up to TLS 1.2.
pub(crate) fn server_hello(version: u16, random: &[u8; 32], suite: u16) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend(random);
    body.push(0);
    body.extend(suite.to_be_bytes());
    body.push(0);
    message(2, &body)
}

/// A ServerHello message that has no extensions, with these.
pub(crate) fn with_extensions(hello: &[u8], extensions: &[u8]) -> Vec<u8> {
    let mut body = hello[4..].to_vec();
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    message(2, &body)
}

/// A ServerHello message of TLS 1.3; `key_share` is the body of that extension.
pub(crate) fn server_hello_13(
    hello: &ClientHello,
    random: &[u8; 32],
    suite: u16,
    key_share: &[u8],
) -> Vec<u8> {
    let mut extensions = vec![0, 43, 0, 2, 3, 4, 0, 51];
    extensions.extend(u16::try_from(key_share.len()).unwrap().to_be_bytes());
    extensions.extend(key_share);
    message_with_extensions(hello, random, suite, &extensions)
}

/// A ServerHello message of TLS 1.2's form that echoes the session id, with these extensions.
pub(crate) fn message_with_extensions(
    hello: &ClientHello,
    random: &[u8; 32],
    suite: u16,
    extensions: &[u8],
) -> Vec<u8> {
    let mut body = TLS12.to_be_bytes().to_vec();
    body.extend(random);
    body.push(u8::try_from(hello.session_id.len()).unwrap());
    body.extend(&hello.session_id);
    body.extend(suite.to_be_bytes());
    body.push(0);
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    message(2, &body)
}

/// The first flight of a healthy server that chose `version`, as one record; `None` where it shares
/// no suite with the hello.
pub(crate) fn healthy_flight(hello: &ClientHello, version: u16) -> Option<Vec<u8>> {
    let suite = hello.suite(version)?;
    if version == TLS13 {
        let mut share = vec![0, 0x1d, 0, 32];
        share.extend(RANDOM);
        return Some(record(22, &server_hello_13(hello, &RANDOM, suite, &share)));
    }
    let mut flight = server_hello(version, &RANDOM, suite);
    flight.extend(message(11, &[0, 0, 0]));
    if suite >= 0xc000 {
        let mut exchange = vec![3, 0, 0x1d, 32];
        exchange.extend(RANDOM);
        if version == TLS12 {
            exchange.extend([4, 1]);
        }
        exchange.extend([0, 4, 1, 2, 3, 4]);
        flight.extend(message(12, &exchange));
    }
    flight.extend(message(14, &[]));
    Some(record(22, &flight))
}
