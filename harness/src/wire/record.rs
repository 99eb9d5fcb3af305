//! The record layer without encryption (RFC 8446 5.1): records in, in any pieces, and out.

use super::bytes::{Bytes, push_u16};

/// The types of records (IANA "TLS ContentType").
pub(super) mod content_type {
    pub(crate) const CHANGE_CIPHER_SPEC: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const APPLICATION_DATA: u8 = 23;
    pub(crate) const HEARTBEAT: u8 = 24;
}

/// The types of handshake messages (IANA "TLS HandshakeType") that a first flight can hold.
pub(super) mod handshake_type {
    pub(crate) const HELLO_REQUEST: u8 = 0;
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_KEY_EXCHANGE: u8 = 12;
    pub(crate) const CERTIFICATE_REQUEST: u8 = 13;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const CLIENT_KEY_EXCHANGE: u8 = 16;
}

/// The longest payload that is read: 2^14, and what encryption adds in TLS 1.2 (RFC 5246 6.2.3).
pub(super) const MAX_RECORD_READ: usize = 0x4000 + 2048;
/// The longest payload that is written (RFC 8446 5.1).
const MAX_RECORD_WRITTEN: usize = 0x4000;
/// All bytes that are read of one first flight.
pub(super) const MAX_FLIGHT: usize = 0x1_0000;
/// Empty records in a row. One byte a record is lawful, no byte in many records is a flood.
pub(super) const MAX_EMPTY_RECORDS: u32 = 32;

/// Why the record layer goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordFault {
    /// The first bytes cannot begin a record of SSL 3.0 or TLS.
    NotTls,
    /// A later record does not begin as one.
    Header,
    /// A limit was passed. Which one.
    TooMuch(&'static str),
}

/// A part of a record's payload, as it arrived; empty only where the record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment<'a> {
    pub(super) content_type: u8,
    /// The version in the record's header.
    pub(super) version: u16,
    pub(super) bytes: &'a [u8],
}

/// Takes records apart as their bytes arrive. It keeps a header and no payload.
#[derive(Debug, Clone, Default)]
pub(super) struct RecordReader {
    header: Vec<u8>,
    /// Bytes of the current payload that are still to come; `None` between records.
    missing: Option<usize>,
    records: u32,
    empty_in_a_row: u32,
    bytes: usize,
}

impl RecordReader {
    /// Takes the next fragment from the front of `input`; `None` where more bytes are needed.
    pub(super) fn next<'a>(&mut self, input: &mut Bytes<'a>) -> Result<Option<Fragment<'a>>, RecordFault> {
        loop {
            if input.is_empty() && self.missing != Some(0) {
                return Ok(None);
            }
            let budget = MAX_FLIGHT - self.bytes;
            if budget == 0 && !input.is_empty() {
                return Err(RecordFault::TooMuch("64 KiB in a first flight"));
            }
            let (Some(missing), &[content_type, major, minor, ..]) = (self.missing, self.header.as_slice())
            else {
                self.header.extend(input.u8());
                self.bytes += 1;
                self.check_header()?;
                continue;
            };
            let bytes = input.take(input.rest().len().min(missing).min(budget)).unwrap_or_default();
            self.bytes += bytes.len();
            self.missing = Some(missing - bytes.len()).filter(|left| *left > 0);
            if self.missing.is_none() {
                self.header.clear();
            }
            return Ok(Some(Fragment { content_type, version: u16::from_be_bytes([major, minor]), bytes }));
        }
    }

    /// Whether the bytes so far end within a record.
    pub(super) fn is_within_record(&self) -> bool {
        !self.header.is_empty()
    }

    /// The type of the record that the bytes so far end in.
    pub(super) fn content_type(&self) -> Option<u8> {
        self.header.first().copied()
    }

    /// Judges the header by what is there of it, so that a foreign protocol is known early.
    fn check_header(&mut self) -> Result<(), RecordFault> {
        let fault = if self.records == 0 { RecordFault::NotTls } else { RecordFault::Header };
        let known = content_type::CHANGE_CIPHER_SPEC..=content_type::HEARTBEAT;
        match *self.header.as_slice() {
            [content_type] if !known.contains(&content_type) => Err(fault),
            [_, major] if major != 3 => Err(fault),
            [_, _, _, high, low] => {
                let length = usize::from(u16::from_be_bytes([high, low]));
                if length > MAX_RECORD_READ {
                    return Err(RecordFault::TooMuch("2^14 + 2048 bytes in a record"));
                }
                self.empty_in_a_row = if length == 0 { self.empty_in_a_row.saturating_add(1) } else { 0 };
                if self.empty_in_a_row > MAX_EMPTY_RECORDS {
                    return Err(RecordFault::TooMuch("32 empty records in a row"));
                }
                self.records = self.records.saturating_add(1);
                self.missing = Some(length);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// A handshake message: its type and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) message_type: u8,
    pub(super) body: Vec<u8>,
}

/// Joins handshake messages from fragments (RFC 8446 5.1: they may be split over records and share
/// them). It keeps at most [`MAX_FLIGHT`] bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct MessageReader {
    header: Vec<u8>,
    missing: usize,
    body: Vec<u8>,
}

impl MessageReader {
    /// Takes the next whole message from the front of `input`; `None` where more bytes are needed.
    pub(super) fn next(&mut self, input: &mut Bytes<'_>) -> Result<Option<Message>, RecordFault> {
        while self.header.len() < 4 {
            let Some(byte) = input.u8() else {
                return Ok(None);
            };
            self.header.push(byte);
            if self.header.len() == 4 {
                let length = Bytes::new(self.header.get(1..).unwrap_or_default()).u24().unwrap_or_default();
                self.missing = usize::try_from(length).unwrap_or(usize::MAX);
                if self.missing > MAX_FLIGHT {
                    return Err(RecordFault::TooMuch("64 KiB in a handshake message"));
                }
            }
        }
        let available = input.rest().len().min(self.missing);
        self.body.extend_from_slice(input.take(available).unwrap_or_default());
        self.missing -= available;
        if self.missing > 0 {
            return Ok(None);
        }
        let message_type = self.message_type().unwrap_or_default();
        self.header.clear();
        Ok(Some(Message { message_type, body: std::mem::take(&mut self.body) }))
    }

    /// The type of the message that the bytes so far end in.
    pub(super) fn message_type(&self) -> Option<u8> {
        self.header.first().copied()
    }

    /// Whether the bytes so far end within a message.
    pub(super) fn is_within_message(&self) -> bool {
        !self.header.is_empty()
    }
}

/// `payload` as records, as few as will hold it.
pub(super) fn records(content_type: u8, version: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 5);
    for chunk in payload.chunks(MAX_RECORD_WRITTEN) {
        out.push(content_type);
        push_u16(&mut out, version);
        push_u16(&mut out, u16::try_from(chunk.len()).unwrap_or_default());
        out.extend_from_slice(chunk);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(bytes: &[u8]) -> Option<RecordFault> {
        let mut records = RecordReader::default();
        let mut input = Bytes::new(bytes);
        loop {
            match records.next(&mut input) {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(fault) => return Some(fault),
            }
        }
    }

    #[test]
    fn limits_stand_where_they_are_said_to_stand() {
        let empty = [21, 3, 1, 0, 0];
        let one = [22, 3, 1, 0, 1, 0];
        let full = [&[22, 3, 3, 0x48, 0x00][..], &[0; MAX_RECORD_READ]].concat();
        for (name, bytes, expected) in [
            ("32 empty records", empty.repeat(32), None),
            ("33 empty records", empty.repeat(33), Some(RecordFault::TooMuch("32 empty records in a row"))),
            ("empty ones between others", [empty.repeat(32), one.to_vec()].concat().repeat(2), None),
            ("a full record", full.clone(), None),
            (
                "a byte more",
                vec![22, 3, 3, 0x48, 0x01],
                Some(RecordFault::TooMuch("2^14 + 2048 bytes in a record")),
            ),
            ("64 KiB", one.repeat(MAX_FLIGHT / 6), None),
            ("more", one.repeat(MAX_FLIGHT / 6 + 1), Some(RecordFault::TooMuch("64 KiB in a first flight"))),
            ("an unknown type first", vec![25], Some(RecordFault::NotTls)),
            ("an unknown version first", vec![22, 2], Some(RecordFault::NotTls)),
            ("an unknown type later", [&one[..], &[25]].concat(), Some(RecordFault::Header)),
        ] {
            assert_eq!(fault(&bytes), expected, "{name}");
        }
    }

    #[test]
    fn a_long_payload_is_written_as_several_records() {
        let out = records(content_type::HANDSHAKE, 0x0303, &[0; MAX_RECORD_WRITTEN + 1]);
        assert_eq!(out.len(), MAX_RECORD_WRITTEN + 1 + 10);
        assert_eq!(out[..5], [22, 3, 3, 0x40, 0x00]);
        assert_eq!(out[5 + MAX_RECORD_WRITTEN..], [22, 3, 3, 0, 1, 0]);
    }
}
