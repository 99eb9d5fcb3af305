//! What a client says to a server's first flight that can be followed no further.

use super::alert::AlertDescription;
use super::bytes::Bytes;
use super::record::{MessageReader, RecordReader, content_type, handshake_type};

/// What a client did with a first flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing yet: more bytes are needed.
    More,
    /// It sent its part of the key exchange: it took version, suite and certificate.
    KeyExchange,
    /// It sent this fatal alert.
    Alert(AlertDescription),
    /// It closed properly, by the alert close_notify.
    CloseNotify,
    /// It sent something that has no place here. What.
    Unexpected(&'static str),
}

/// Reads a client's answer to [`super::server_flight`] as its bytes arrive.
#[derive(Debug, Clone)]
pub struct ClientTurn {
    format: Format,
}

#[derive(Debug, Clone)]
enum Format {
    Ssl2(Vec<u8>),
    Tls { records: RecordReader, messages: MessageReader, alert: Vec<u8> },
}

impl ClientTurn {
    /// A reader of the answer to a flight of SSL 2.0, or of a newer version.
    #[must_use]
    pub fn new(is_ssl2: bool) -> ClientTurn {
        let format = if is_ssl2 {
            Format::Ssl2(Vec::new())
        } else {
            Format::Tls {
                records: RecordReader::default(),
                messages: MessageReader::default(),
                alert: Vec::new(),
            }
        };
        ClientTurn { format }
    }

    /// Takes the next bytes. Once it has said something other than [`Turn::More`], nothing more is to
    /// be handed to it.
    pub fn read(&mut self, bytes: &[u8]) -> Turn {
        match &mut self.format {
            Format::Ssl2(seen) => {
                seen.extend(bytes.iter().take(3_usize.saturating_sub(seen.len())));
                match *seen.as_slice() {
                    // Two bytes of length where the high bit is set, else three.
                    [first, _, kind] if first & 0x80 != 0 => ssl2(kind),
                    [_, _, _] => Turn::Unexpected("a padded record of SSL 2.0"),
                    _ => Turn::More,
                }
            }
            Format::Tls { records, messages, alert } => tls(records, messages, alert, bytes),
        }
    }
}

/// draft-hickman-netscape-ssl 5.2: CLIENT-MASTER-KEY, or ERROR.
fn ssl2(kind: u8) -> Turn {
    match kind {
        2 => Turn::KeyExchange,
        0 => Turn::Alert(AlertDescription::HANDSHAKE_FAILURE),
        _ => Turn::Unexpected("another message of SSL 2.0 than CLIENT-MASTER-KEY"),
    }
}

fn tls(records: &mut RecordReader, messages: &mut MessageReader, alert: &mut Vec<u8>, bytes: &[u8]) -> Turn {
    let mut input = Bytes::new(bytes);
    loop {
        let fragment = match records.next(&mut input) {
            Ok(None) => return Turn::More,
            Ok(Some(fragment)) => fragment,
            Err(_) => return Turn::Unexpected("no record of TLS"),
        };
        match fragment.content_type {
            content_type::ALERT => {
                alert.extend_from_slice(fragment.bytes);
                while let Some((pair, rest)) = alert.split_first_chunk::<2>() {
                    match *pair {
                        [2, description] => return Turn::Alert(AlertDescription(description)),
                        [1, 0] => return Turn::CloseNotify,
                        _ => *alert = rest.to_vec(),
                    }
                }
            }
            content_type::HANDSHAKE => {
                let message = messages.next(&mut Bytes::new(fragment.bytes));
                let whole = message.ok().flatten().map(|message| message.message_type);
                // Its beginning tells: what it holds cannot be read.
                match whole.or(messages.message_type()) {
                    Some(handshake_type::CLIENT_KEY_EXCHANGE) => return Turn::KeyExchange,
                    // No certificate was asked for, so that nothing comes before.
                    Some(_) => return Turn::Unexpected("a message that is no ClientKeyExchange"),
                    None => {}
                }
            }
            _ => return Turn::Unexpected("a record that is no handshake"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn turn(is_ssl2: bool, bytes: &[u8]) -> Turn {
        let whole = ClientTurn::new(is_ssl2).read(bytes);
        let mut reader = ClientTurn::new(is_ssl2);
        let turns = bytes.iter().map(|byte| reader.read(&[*byte]));
        let by_bytes = turns.take_while(|turn| *turn == Turn::More).count();
        assert_eq!(by_bytes == bytes.len(), whole == Turn::More, "{bytes:?}");
        whole
    }

    #[test]
    fn a_key_exchange_is_the_proof_and_an_alert_the_refutation() {
        let protocol_version = Turn::Alert(AlertDescription::PROTOCOL_VERSION);
        let no_key_exchange = Turn::Unexpected("a message that is no ClientKeyExchange");
        let no_handshake = Turn::Unexpected("a record that is no handshake");
        for (is_ssl2, bytes, expected) in [
            (false, &[22, 3, 1, 0, 4, 16, 0, 0, 130][..], Turn::KeyExchange),
            (false, &[22, 3, 1, 0, 5, 16, 0, 0, 1, 9], Turn::KeyExchange),
            (false, &[21, 3, 1, 0, 2, 2, 70], protocol_version),
            (false, &[21, 3, 1, 0, 2, 1, 90, 21, 3, 1, 0, 2, 2, 70], protocol_version),
            (false, &[21, 3, 1, 0, 2, 1, 0], Turn::CloseNotify),
            (false, &[21, 3, 1, 0, 1, 2], Turn::More),
            (false, &[20, 3, 1, 0, 1, 1], no_handshake),
            (false, &[22, 3, 1, 0, 4, 11, 0, 0, 0], no_key_exchange),
            (false, b"GET / HTTP/1.1", Turn::Unexpected("no record of TLS")),
            (false, &[], Turn::More),
            (true, &[0x80, 100, 2], Turn::KeyExchange),
            (true, &[0x80, 3, 0, 0, 1], Turn::Alert(AlertDescription::HANDSHAKE_FAILURE)),
            (true, &[0x80, 100], Turn::More),
        ] {
            assert_eq!(turn(is_ssl2, bytes), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(is_ssl2: bool, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = turn(is_ssl2, &bytes);
        }
    }
}
