//! What a server sends up to its ServerHello, read beside rustls. rustls keeps to itself which
//! warnings came, which version a server wanted instead, and whether an answer was cut off.

use crate::evidence::NOT_TLS_EXCERPT;
use crate::wire::{AlertDescription, CipherSuite};

/// Record type of an alert (RFC 8446 5.1).
const ALERT: u8 = 21;
/// Record type of a handshake message.
const HANDSHAKE: u8 = 22;
/// Handshake type of ServerHello (RFC 8446 4).
const SERVER_HELLO: u8 = 2;
/// The extension `supported_versions` (RFC 8446 4.2.1).
const SUPPORTED_VERSIONS: u16 = 43;

/// What is kept of alerts: four warnings are as many as rustls bears, so this is never reached by
/// one that it accepts.
const ALERT_BYTES: usize = 32;
/// What is kept of handshake messages: enough for any ServerHello without absurd extensions.
const HANDSHAKE_BYTES: usize = 1024;

/// The bytes so far, as far as they matter. Bounded, whatever is sent.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    first: Vec<u8>,
    header: Vec<u8>,
    /// How much of the payload of the current record is still to come.
    remaining: usize,
    alerts: Vec<u8>,
    handshake: Vec<u8>,
}

/// What a ServerHello says of version and suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ServerHello {
    /// The version by `supported_versions`, or else by the hello itself.
    pub(super) version: u16,
    /// The last eight bytes of its random: where a downgrade is confessed (RFC 8446 4.1.3).
    pub(super) sentinel: [u8; 8],
    /// The suite that it chose.
    pub(super) cipher_suite: CipherSuite,
}

impl Incoming {
    /// Takes note of `bytes`.
    pub(super) fn see(&mut self, mut bytes: &[u8]) {
        keep(&mut self.first, bytes, NOT_TLS_EXCERPT);
        while !bytes.is_empty() {
            if self.remaining == 0 {
                if self.header.len() == 5 {
                    self.header.clear();
                }
                let (part, rest) = bytes.split_at(bytes.len().min(5 - self.header.len()));
                self.header.extend_from_slice(part);
                bytes = rest;
                if let [_, _, _, high, low] = *self.header {
                    self.remaining = usize::from(u16::from_be_bytes([high, low]));
                }
            } else {
                let (payload, rest) = bytes.split_at(bytes.len().min(self.remaining));
                self.remaining -= payload.len();
                bytes = rest;
                match self.header.first() {
                    Some(&ALERT) => keep(&mut self.alerts, payload, ALERT_BYTES),
                    Some(&HANDSHAKE) => keep(&mut self.handshake, payload, HANDSHAKE_BYTES),
                    _ => {}
                }
            }
        }
    }

    /// Whether nothing came at all.
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The first bytes, at most [`NOT_TLS_EXCERPT`].
    pub(super) fn first_bytes(&self) -> &[u8] {
        &self.first
    }

    /// Whether the first bytes cannot begin a record of SSL 3.0 or TLS.
    pub(super) fn is_foreign(&self) -> bool {
        match *self.first {
            [] => false,
            [kind] => !(20..=23).contains(&kind),
            [kind, major, ..] => !(20..=23).contains(&kind) || major != 3,
        }
    }

    /// The code of an ERROR message, the answer of a server that speaks SSL 2.0 alone.
    pub(super) fn ssl2_error(&self) -> Option<u16> {
        match *self.first {
            [0x80, 3, 0, high, low] => Some(u16::from_be_bytes([high, low])),
            _ => None,
        }
    }

    /// The first fatal alert.
    pub(super) fn fatal_alert(&self) -> Option<AlertDescription> {
        self.alerts().find(|(level, _)| *level == 2).map(|(_, description)| description)
    }

    /// The warning alerts, in order.
    pub(super) fn warnings(&self) -> Vec<AlertDescription> {
        self.alerts().filter(|(level, _)| *level == 1).map(|(_, description)| description).collect()
    }

    fn alerts(&self) -> impl Iterator<Item = (u8, AlertDescription)> {
        self.alerts
            .chunks_exact(2)
            .filter_map(|alert| Some((*alert.first()?, AlertDescription(*alert.last()?))))
    }

    /// Whether an alert has begun and not ended.
    pub(super) fn is_within_alert(&self) -> bool {
        self.alerts.len() % 2 == 1 || (self.is_within_record() && self.header.first() == Some(&ALERT))
    }

    /// Whether a record or a handshake message has begun and not ended.
    pub(super) fn is_cut_off(&self) -> bool {
        let within_message = match *self.handshake {
            [] => false,
            [_, a, b, c, ref body @ ..] => body.len() < length_of_3([a, b, c]),
            _ => true,
        };
        self.is_within_record() || within_message
    }

    fn is_within_record(&self) -> bool {
        self.remaining > 0 || (1..5).contains(&self.header.len())
    }

    /// The ServerHello, where it came first and whole.
    pub(super) fn server_hello(&self) -> Option<ServerHello> {
        let [SERVER_HELLO, a, b, c, rest @ ..] = self.handshake.as_slice() else { return None };
        let mut body = rest.get(..length_of_3([*a, *b, *c]))?;
        let legacy_version = take_u16(&mut body)?;
        let random = take(&mut body, 32)?;
        let session_id_length = usize::from(take_u8(&mut body)?);
        take(&mut body, session_id_length)?;
        let cipher_suite = CipherSuite(u32::from(take_u16(&mut body)?));
        let _compression = take_u8(&mut body)?;
        Some(ServerHello {
            version: selected_version(body).unwrap_or(legacy_version),
            sentinel: random.get(24..)?.try_into().ok()?,
            cipher_suite,
        })
    }
}

/// The version that the extensions of a ServerHello select.
fn selected_version(mut extensions: &[u8]) -> Option<u16> {
    let _length = take_u16(&mut extensions)?;
    loop {
        let kind = take_u16(&mut extensions)?;
        let length = usize::from(take_u16(&mut extensions)?);
        let mut data = take(&mut extensions, length)?;
        if kind == SUPPORTED_VERSIONS {
            return take_u16(&mut data);
        }
    }
}

/// Appends as much of `bytes` as `limit` allows.
fn keep(kept: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    kept.extend(bytes.iter().take(limit.saturating_sub(kept.len())));
}

fn length_of_3([a, b, c]: [u8; 3]) -> usize {
    usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(taken)
}

fn take_u8(bytes: &mut &[u8]) -> Option<u8> {
    take(bytes, 1)?.first().copied()
}

fn take_u16(bytes: &mut &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes(take(bytes, 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(bytes: &[u8], chunk: usize) -> Incoming {
        let mut incoming = Incoming::default();
        bytes.chunks(chunk).for_each(|chunk| incoming.see(chunk));
        incoming
    }

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        digits.chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).unwrap(), 16).unwrap()).collect()
    }

    #[test]
    fn any_chunking_tells_the_same() {
        for (name, bytes, warnings, fatal, within_alert, cut_off) in [
            ("nothing", "", &[][..], None, false, false),
            ("warning", "1503010002 0170", &[112], None, false, false),
            ("warning, then fatal", "1503010002 0170 1503030002 0246", &[112], Some(70), false, false),
            ("two alerts in a record", "1503010004 0170 0228", &[112], Some(40), false, false),
            ("alert split over records", "1503010001 02 1503010001 28", &[], Some(40), false, false),
            ("unknown level", "1503010002 0928", &[], None, false, false),
            ("half an alert", "1503010002 02", &[], None, true, true),
            ("an alert's header", "15030100", &[], None, true, true),
            ("half a hello", "1603030008 02000010 00000000", &[], None, false, true),
            ("empty records", "1603030000 1603030000", &[], None, false, false),
        ] {
            let bytes = hex(bytes);
            for chunk in [1, 2, 3, 100] {
                let incoming = after(&bytes, chunk);
                let numbers: Vec<u8> = incoming.warnings().iter().map(|alert| alert.0).collect();
                assert_eq!(numbers, warnings, "{name}");
                assert_eq!(incoming.fatal_alert().map(|alert| alert.0), fatal, "{name}");
                assert_eq!(incoming.is_within_alert(), within_alert, "{name}");
                assert_eq!(incoming.is_cut_off(), cut_off, "{name}");
                assert_eq!(incoming.is_empty(), bytes.is_empty(), "{name}");
            }
        }
    }

    #[test]
    fn another_protocol_is_known_by_its_first_bytes() {
        for (bytes, foreign) in [
            (&b""[..], false),
            (b"H", true),
            (b"HTTP/1.1 400", true),
            (b"SSH-2.0-x", true),
            (b"220 ready", true),
            (&[0x16], false),
            (&[0x16, 3, 1], false),
            (&[0x16, 2, 0], true),
            (&[0x15, 3, 0, 0, 2], false),
        ] {
            assert_eq!(after(bytes, 1).is_foreign(), foreign, "{bytes:?}");
        }
        assert_eq!(after(&[0x80, 3, 0, 0, 1], 2).ssl2_error(), Some(1));
        assert_eq!(after(&[b'x'; 1000], 7).first_bytes().len(), NOT_TLS_EXCERPT);
    }

    #[test]
    fn the_version_of_a_server_hello_is_the_selected_one() {
        let random = "11".repeat(24) + "444f574e47524401";
        let classic = format!("1603020032 0200002e 0302 {random} 00 c013 00 0006 ff01000100 00");
        let mut classic = hex(&classic);
        // Lengths by hand: record 50, message 46.
        classic.truncate(55);
        let hello = after(&classic, 3).server_hello().unwrap();
        assert_eq!((hello.version, hello.cipher_suite), (0x0302, CipherSuite(0xc013)));
        assert_eq!(&hello.sentinel, b"DOWNGRD\x01");

        let body = format!("0303 {random} 00 1301 00 0006 002b00020304");
        let modern = hex(&format!("1603030032 0200002e {body}"));
        assert_eq!(after(&modern, 1).server_hello().unwrap().version, 0x0304);
        for cut in 0..modern.len() {
            assert_eq!(after(&modern[..cut], 100).server_hello(), None);
        }
    }
}
