//! Reads a ClientHello as its bytes arrive.

use crate::wire::alert::AlertDescription;
use crate::wire::bytes::Bytes;
use crate::wire::cipher_suite::CipherSuite;
use crate::wire::record::{MessageReader, RecordFault, RecordReader, content_type, handshake_type};

use super::ClientHello;

/// The longest CLIENT-HELLO of SSL 2.0 that is read.
const MAX_SSL2_HELLO: usize = 4096;

/// What is known of a connection's first bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Progress {
    /// Nothing yet: more bytes are needed.
    #[default]
    More,
    /// A whole ClientHello.
    Hello(Box<ClientHello>),
    /// A fatal alert came in its place: the client gave up before it said anything.
    Alert(AlertDescription),
    /// The first bytes are not TLS.
    NotTls,
    /// It is none, or one that no server could use. Why.
    NotAHello(&'static str),
}

/// Reads a ClientHello from bytes in any pieces: in records of TLS, however split, or in the format
/// of SSL 2.0. It keeps no more than 64 KiB.
#[derive(Debug, Clone, Default)]
pub struct ClientHelloReader {
    format: Format,
    outcome: Option<Progress>,
}

#[derive(Debug, Clone, Default)]
enum Format {
    #[default]
    Unknown,
    Tls {
        records: RecordReader,
        messages: MessageReader,
        record_version: Option<u16>,
        alert: Vec<u8>,
    },
    Ssl2(Vec<u8>),
}

impl ClientHelloReader {
    /// A reader of a new connection.
    #[must_use]
    pub fn new() -> ClientHelloReader {
        ClientHelloReader::default()
    }

    /// Takes the next bytes. Once it has said something other than [`Progress::More`], it says the
    /// same again whatever follows.
    pub fn read(&mut self, bytes: &[u8]) -> Progress {
        if let Some(outcome) = &self.outcome {
            return outcome.clone();
        }
        let progress = self.advance(bytes).unwrap_or_else(|Stop(progress)| progress);
        if progress != Progress::More {
            self.outcome = Some(progress.clone());
        }
        progress
    }

    fn advance(&mut self, bytes: &[u8]) -> Result<Progress, Stop> {
        if let (Format::Unknown, Some(first)) = (&self.format, bytes.first()) {
            // The high bit says "a record of SSL 2.0 without padding"; no TLS record type has it.
            self.format = if first & 0x80 == 0 {
                Format::Tls {
                    records: RecordReader::default(),
                    messages: MessageReader::default(),
                    record_version: None,
                    alert: Vec::new(),
                }
            } else {
                Format::Ssl2(Vec::new())
            };
        }
        match &mut self.format {
            Format::Unknown => Ok(Progress::More),
            Format::Ssl2(buffer) => read_ssl2(buffer, bytes),
            Format::Tls { records, messages, record_version, alert } => {
                read_tls(records, messages, record_version, alert, bytes)
            }
        }
    }
}

/// Why nothing more is read.
struct Stop(Progress);

impl From<&'static str> for Stop {
    fn from(why: &'static str) -> Stop {
        Stop(Progress::NotAHello(why))
    }
}

fn read_tls(
    records: &mut RecordReader,
    messages: &mut MessageReader,
    record_version: &mut Option<u16>,
    alert: &mut Vec<u8>,
    bytes: &[u8],
) -> Result<Progress, Stop> {
    let mut input = Bytes::new(bytes);
    loop {
        let fragment = match records.next(&mut input) {
            Ok(None) => return Ok(Progress::More),
            Ok(Some(fragment)) => fragment,
            Err(RecordFault::TooMuch(limit)) => return Err(limit.into()),
            Err(RecordFault::NotTls) => return Err(Stop(Progress::NotTls)),
            Err(RecordFault::Header) => return Err("not a record of TLS".into()),
        };
        if fragment.content_type == content_type::ALERT && !messages.is_within_message() {
            alert.extend_from_slice(fragment.bytes);
            match *alert.as_slice() {
                [2, description, ..] => return Err(Stop(Progress::Alert(AlertDescription(description)))),
                [_, _, ..] => return Err("a warning alert in its place".into()),
                _ => continue,
            }
        }
        if fragment.content_type != content_type::HANDSHAKE {
            return Err("a record that is no handshake".into());
        }
        let record_version = *record_version.get_or_insert(fragment.version);
        let mut body = Bytes::new(fragment.bytes);
        let message = messages.next(&mut body);
        if messages.message_type().is_some_and(|kind| kind != handshake_type::CLIENT_HELLO) {
            return Err("a handshake message that is no ClientHello".into());
        }
        match message {
            Ok(None) => {}
            Ok(Some(message)) if message.message_type != handshake_type::CLIENT_HELLO => {
                return Err("a handshake message that is no ClientHello".into());
            }
            Ok(Some(message)) => {
                let hello = ClientHello::parse(record_version, &message.body)?;
                return Ok(Progress::Hello(Box::new(hello)));
            }
            Err(_) => return Err("a handshake message longer than 64 KiB".into()),
        }
    }
}

fn read_ssl2(buffer: &mut Vec<u8>, bytes: &[u8]) -> Result<Progress, Stop> {
    let room = (MAX_SSL2_HELLO + 2).saturating_sub(buffer.len());
    buffer.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
    // Nothing is said before the type is there: the length alone may be that of anything.
    match buffer.get(2) {
        None => return Ok(Progress::More),
        Some(1) => {}
        Some(_) => return Err(Stop(Progress::NotTls)),
    }
    let mut input = Bytes::new(buffer);
    let Some(length) = input.u16().map(|header| usize::from(header & 0x7FFF)) else {
        return Ok(Progress::More);
    };
    if length > MAX_SSL2_HELLO {
        return Err("a CLIENT-HELLO of SSL 2.0 longer than 4 KiB".into());
    }
    let Some(body) = input.take(length) else {
        return Ok(Progress::More);
    };
    let hello = parse_ssl2(body).ok_or("a malformed CLIENT-HELLO of SSL 2.0")?;
    Ok(Progress::Hello(Box::new(hello)))
}

/// Reads a CLIENT-HELLO (draft-hickman-netscape-ssl 5.5.1.1, RFC 5246 appendix E.2).
fn parse_ssl2(body: &[u8]) -> Option<ClientHello> {
    let mut bytes = Bytes::new(body);
    bytes.u8()?;
    let version = bytes.u16()?;
    let (suites_length, session_length, challenge_length) = (bytes.u16()?, bytes.u16()?, bytes.u16()?);
    let mut suites = Bytes::new(bytes.take(usize::from(suites_length))?);
    let session_id = bytes.take(usize::from(session_length))?;
    let challenge = bytes.take(usize::from(challenge_length))?;
    if !bytes.is_empty() || challenge.len() > 32 || session_id.len() > 32 {
        return None;
    }
    let mut random = [0; 32];
    random.iter_mut().rev().zip(challenge.iter().rev()).for_each(|(to, from)| *to = *from);
    let mut cipher_suites = Vec::new();
    while !suites.is_empty() {
        cipher_suites.push(CipherSuite(suites.u24()?));
    }
    cipher_suites.retain(|suite| !suite.is_grease());
    Some(ClientHello {
        record_version: version,
        legacy_version: version,
        is_ssl2: true,
        random,
        session_id: session_id.to_vec(),
        cipher_suites,
        server_name: None,
        supported_versions: None,
        groups: Vec::new(),
        key_shares: Vec::new(),
        signature_algorithms: Vec::new(),
        alpn: Vec::new(),
        extensions: Vec::new(),
    })
}
