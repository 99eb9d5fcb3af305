//! A PKCS#12 file (RFC 7292) of trusted certificates, without keys: what a JVM reads as a trust store.
//!
//! The certificates are not encrypted: they are public, and a JVM that was given no password skips
//! what is. The file has a MAC all the same: a JVM reads it without one, but Bouncy Castle's reader
//! takes a password for a file without a MAC as a mistake, and OpenSSL warns of it.

use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;
use rustls::crypto::tls13::OkmBlock;
use rustls::{SupportedCipherSuite, Tls13CipherSuite};
use yasna::models::ObjectIdentifier;
use yasna::{DERWriter, Tag};

/// PKCS#7 `data` (RFC 2315 14).
const DATA: &[u64] = &[1, 2, 840, 113549, 1, 7, 1];
/// A bag that holds a certificate (RFC 7292 4.2.3).
const CERT_BAG: &[u64] = &[1, 2, 840, 113549, 1, 12, 10, 1, 3];
/// The certificate in the bag is one of X.509 (RFC 7292 4.2.3).
const X509_CERTIFICATE: &[u64] = &[1, 2, 840, 113549, 1, 9, 22, 1];
/// The name of an entry (RFC 2985 5.5.1).
const FRIENDLY_NAME: &[u64] = &[1, 2, 840, 113549, 1, 9, 20];
/// Oracle's attribute: without it a JVM takes the certificate for part of a chain, not for a trusted one.
const TRUSTED_KEY_USAGE: &[u64] = &[2, 16, 840, 1, 113894, 746875, 1, 1];
/// Trusted for everything (RFC 5280 4.2.1.12).
const ANY_EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37, 0];
/// RFC 5754 2.2.
const SHA256: &[u64] = &[2, 16, 840, 1, 101, 3, 4, 2, 1];

/// The one crypto provider that is in the build gives its hashes by the suites that have them.
static SHA256_SUITE: &Tls13CipherSuite = match TLS13_AES_128_GCM_SHA256 {
    SupportedCipherSuite::Tls13(suite) => suite,
    SupportedCipherSuite::Tls12(_) => panic!("a suite of TLS 1.3"),
};
/// The block of SHA-256, in bytes.
const SHA256_BLOCK: usize = 64;
/// RFC 7292 B.3: what is derived is a key for a MAC.
const MAC_KEY: u8 = 3;
/// The password is known to everybody and the MAC proves nothing, so neither a random salt nor many
/// rounds would make it better; RFC 7292 4 recommends at least these.
const SALT: &[u8] = b"stand-in";
const ROUNDS: u32 = 1024;

/// A trusted certificate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Told apart without regard to case: of two entries with one name a JVM keeps one.
    pub(super) name: &'a str,
    /// The certificate.
    pub(super) der: &'a [u8],
}

/// The file that holds `entries` as trusted certificates. The MAC is by `password`.
pub(super) fn trust_store(entries: &[Entry<'_>], password: &str) -> Vec<u8> {
    let bags = yasna::construct_der(|writer| {
        writer.write_sequence(|bags| {
            for entry in entries {
                write_bag(bags.next(), *entry);
            }
        });
    });
    let contents =
        yasna::construct_der(|writer| writer.write_sequence(|parts| write_data(parts.next(), &bags)));
    let mac = hmac(&mac_key(password), &contents);
    yasna::construct_der(|writer| {
        writer.write_sequence(|file| {
            file.next().write_u8(3);
            write_data(file.next(), &contents);
            file.next().write_sequence(|mac_data| {
                mac_data.next().write_sequence(|digest_info| {
                    digest_info.next().write_sequence(|algorithm| {
                        write_oid(algorithm.next(), SHA256);
                        algorithm.next().write_null();
                    });
                    digest_info.next().write_bytes(&mac);
                });
                mac_data.next().write_bytes(SALT);
                mac_data.next().write_u32(ROUNDS);
            });
        });
    })
}

/// `ContentInfo`: what is neither signed nor encrypted.
fn write_data(writer: DERWriter<'_>, content: &[u8]) {
    writer.write_sequence(|info| {
        write_oid(info.next(), DATA);
        info.next().write_tagged(Tag::context(0), |writer| writer.write_bytes(content));
    });
}

/// `SafeBag` around a `CertBag`.
fn write_bag(writer: DERWriter<'_>, entry: Entry<'_>) {
    writer.write_sequence(|bag| {
        write_oid(bag.next(), CERT_BAG);
        bag.next().write_tagged(Tag::context(0), |writer| {
            writer.write_sequence(|certificate| {
                write_oid(certificate.next(), X509_CERTIFICATE);
                certificate.next().write_tagged(Tag::context(0), |writer| writer.write_bytes(entry.der));
            });
        });
        bag.next().write_set_of(|attributes| {
            write_attribute(attributes.next(), FRIENDLY_NAME, |value| value.write_bmp_string(entry.name));
            write_attribute(attributes.next(), TRUSTED_KEY_USAGE, |value| {
                write_oid(value, ANY_EXTENDED_KEY_USAGE);
            });
        });
    });
}

fn write_attribute(writer: DERWriter<'_>, oid: &[u64], value: impl FnOnce(DERWriter<'_>)) {
    writer.write_sequence(|attribute| {
        write_oid(attribute.next(), oid);
        attribute.next().write_set_of(|values| value(values.next()));
    });
}

fn write_oid(writer: DERWriter<'_>, oid: &[u64]) {
    writer.write_oid(&ObjectIdentifier::from_slice(oid));
}

/// RFC 7292 B.2, where the key is as long as one output of the hash, so that steps 6.B and 6.C fall away.
fn mac_key(password: &str) -> Vec<u8> {
    let mut password: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
    password.extend([0, 0]);
    let mut input = vec![MAC_KEY; SHA256_BLOCK];
    for part in [SALT, &password] {
        let whole_blocks = part.len().next_multiple_of(SHA256_BLOCK);
        input.extend(part.iter().cycle().take(whole_blocks));
    }
    (0..ROUNDS).fold(input, |data, _| sha256(&data))
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    SHA256_SUITE.hkdf_provider.hmac_sign(&OkmBlock::new(key), data).as_ref().to_vec()
}

fn sha256(data: &[u8]) -> Vec<u8> {
    SHA256_SUITE.common.hash_provider.hash(data).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::trust::PASSWORD;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn hmac_is_that_of_rfc_4231_4_3() {
        let mac = hmac(b"Jefe", b"what do ya want for nothing?");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    /// `openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexpass:… -kdfopt hexsalt:… -kdfopt iter:1024
    /// -kdfopt id:3 PKCS12KDF`
    #[test]
    fn the_key_is_what_openssl_derives() {
        let key = mac_key(PASSWORD);
        assert_eq!(hex(&key), "41b6a6e7cbb900aa845d51d354b3e40e5bb5259a7729284c8dda67bd87c421f2");
    }
}
