//! What a handshake can be finished with: the suites and groups that rustls has. More is only spoken
//! up to the end of the first flight.

use super::cipher_suite::CipherSuite;
use super::named_group::NamedGroup;

/// The suites of full handshakes.
pub(crate) const FINISHED_SUITES: &[CipherSuite] = &[
    CipherSuite(0x1301),
    CipherSuite(0x1302),
    CipherSuite(0x1303),
    CipherSuite(0xC02B),
    CipherSuite(0xC02C),
    CipherSuite(0xC02F),
    CipherSuite(0xC030),
    CipherSuite(0xCCA8),
    CipherSuite(0xCCA9),
];

/// The groups of full handshakes.
pub(crate) const FINISHED_GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519, NamedGroup::SECP256R1, NamedGroup::SECP384R1];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_full_handshake_is_finished_with_is_what_rustls_has() {
        let provider = rustls::crypto::ring::default_provider();
        let mut suites: Vec<u32> =
            provider.cipher_suites.iter().map(|suite| u16::from(suite.suite()).into()).collect();
        suites.sort_unstable();
        assert_eq!(suites, FINISHED_SUITES.iter().map(|suite| suite.0).collect::<Vec<_>>());
        let groups = provider.kx_groups.iter().map(|group| NamedGroup(u16::from(group.name())));
        assert_eq!(groups.collect::<Vec<_>>(), FINISHED_GROUPS);
    }
}
