//! SHA-256 of the one crypto provider that is in the build.

use rustls::SupportedCipherSuite;
use rustls::crypto::hash::Output;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// SHA-256 (FIPS 180-4). The provider gives its hashes by the suites that have them.
pub(crate) fn sha256(bytes: &[u8]) -> Output {
    match TLS13_AES_128_GCM_SHA256 {
        SupportedCipherSuite::Tls13(suite) => suite.common.hash_provider.hash(bytes),
        _ => Output::new(&[]),
    }
}
