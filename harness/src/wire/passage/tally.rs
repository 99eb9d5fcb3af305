//! The records of one direction, counted as they pass by. It keeps a header and no payload.

use crate::wire::record::content_type;

/// An encrypted alert of TLS 1.3 is as long as this: two bytes, a type, and the tag of the AEAD (RFC
/// 8446 5.2). The shortest Finished is longer.
const LONGEST_ENCRYPTED_ALERT: usize = 2 + 1 + 16;

/// What is known of one direction.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    header: Vec<u8>,
    missing: usize,
    alert_so_far: Vec<u8>,
    is_foreign: bool,
    /// Whether what comes next may be a CLIENT-HELLO of SSL 2.0.
    may_be_ssl2: bool,
    /// Whether the direction changed to encryption, up to TLS 1.2.
    pub(super) changed_cipher: bool,
    /// The first alert that is not encrypted: level and description.
    pub(super) alert: Option<[u8; 2]>,
    /// Encrypted records that can be no more than an alert.
    pub(super) short_encrypted: usize,
    /// Longer ones.
    pub(super) long_encrypted: usize,
}

/// A part of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) content_type: u8,
    pub(super) fragment: &'a [u8],
    /// The alert that ends with this part, where it is one.
    pub(super) alert: Option<[u8; 2]>,
}

impl Tally {
    /// Of a client, which may begin in the format of SSL 2.0.
    pub(super) fn of_client() -> Tally {
        Tally { may_be_ssl2: true, ..Tally::default() }
    }

    /// Takes the next bytes and hands on each part of a record. Whether it is TLS so far.
    pub(super) fn see(&mut self, mut bytes: &[u8], mut hand_on: impl FnMut(Record<'_>)) -> bool {
        while !self.is_foreign && !bytes.is_empty() {
            if self.missing == 0 {
                let (first, rest) = bytes.split_at(1);
                self.header.extend(first);
                bytes = rest;
                self.take_header();
                continue;
            }
            let (fragment, rest) = bytes.split_at(bytes.len().min(self.missing));
            bytes = rest;
            self.missing -= fragment.len();
            let content_type = self.header.first().copied().unwrap_or_default();
            let alert = self.take_alert(content_type, fragment);
            hand_on(Record { content_type, fragment, alert });
            if self.missing == 0 {
                self.header.clear();
            }
        }
        !self.is_foreign
    }

    fn take_header(&mut self) {
        let known = content_type::CHANGE_CIPHER_SPEC..=content_type::HEARTBEAT;
        match *self.header.as_slice() {
            // Two bytes of length, the high bit set.
            [first] if self.may_be_ssl2 && first & 0x80 != 0 => {}
            [first, low] if self.may_be_ssl2 && first & 0x80 != 0 => {
                self.may_be_ssl2 = false;
                self.missing = usize::from(u16::from_be_bytes([first & 0x7F, low]));
                if self.missing == 0 {
                    self.header.clear();
                }
            }
            [kind] if !known.contains(&kind) => self.is_foreign = true,
            [_, major] if major != 3 => self.is_foreign = true,
            [kind, _, _, high, low] => {
                self.may_be_ssl2 = false;
                self.missing = usize::from(u16::from_be_bytes([high, low]));
                match kind {
                    content_type::CHANGE_CIPHER_SPEC => self.changed_cipher = true,
                    content_type::APPLICATION_DATA if self.missing <= LONGEST_ENCRYPTED_ALERT => {
                        self.short_encrypted = self.short_encrypted.saturating_add(1);
                    }
                    content_type::APPLICATION_DATA => {
                        self.long_encrypted = self.long_encrypted.saturating_add(1);
                    }
                    _ => {}
                }
                self.alert_so_far.clear();
                if self.missing == 0 {
                    self.header.clear();
                }
            }
            _ => {}
        }
    }

    /// One that is encrypted is longer than two bytes.
    fn take_alert(&mut self, content_type: u8, fragment: &[u8]) -> Option<[u8; 2]> {
        let is_plain = matches!(*self.header.as_slice(), [_, _, _, 0, 2]);
        if content_type != content_type::ALERT || !is_plain {
            return None;
        }
        self.alert_so_far.extend(fragment);
        let alert = *self.alert_so_far.first_chunk::<2>()?;
        // A warning is followed by what counts, but for close_notify.
        if alert.first() == Some(&2) || alert.last() == Some(&0) {
            self.alert.get_or_insert(alert);
        }
        Some(alert)
    }
}
