//! Cipher suites (IANA "TLS Cipher Suites"), and those of SSL 2.0.

use std::fmt;

use crate::version::Version;

pub(crate) mod class;
mod registry;
mod set;

use registry::{Era, SUITES};
pub use set::SuiteSet;

/// A cipher suite. Those of SSL 2.0 have three bytes; all others two, in the lower bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite(pub u32);

/// The ciphers of SSL 2.0 (draft-hickman-netscape-ssl, and what SSLeay and OpenSSL added).
const SSL2_CIPHERS: &[(u32, &str)] = &[
    (0x01_0080, "SSL_CK_RC4_128_WITH_MD5"),
    (0x02_0080, "SSL_CK_RC4_128_EXPORT40_WITH_MD5"),
    (0x03_0080, "SSL_CK_RC2_128_CBC_WITH_MD5"),
    (0x04_0080, "SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5"),
    (0x05_0080, "SSL_CK_IDEA_128_CBC_WITH_MD5"),
    (0x06_0040, "SSL_CK_DES_64_CBC_WITH_MD5"),
    (0x06_0140, "SSL_CK_DES_64_CBC_WITH_SHA"),
    (0x07_00C0, "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
    (0x07_01C0, "SSL_CK_DES_192_EDE3_CBC_WITH_SHA"),
    (0x08_0080, "SSL_CK_RC4_64_WITH_MD5"),
    (0xFF_0800, "SSL_CK_DES_64_CFB64_WITH_MD5_1"),
    (0xFF_0810, "SSL_CK_NULL"),
];

impl CipherSuite {
    /// `TLS_EMPTY_RENEGOTIATION_INFO_SCSV` (RFC 5746 3.3): a signal, never chosen.
    pub const EMPTY_RENEGOTIATION_INFO_SCSV: CipherSuite = CipherSuite(0x00FF);

    /// Whether the server sends the prime of a Diffie-Hellman exchange in finite fields (RFC 5246 7.4.3, RFC
    /// 4279 3).
    #[must_use]
    pub fn sends_prime(self) -> bool {
        let begins = |name: &str| name.starts_with("TLS_DHE_") || name.starts_with("TLS_DH_anon_");
        self.name().is_some_and(begins)
    }

    /// The name in the registry; `None` where the code is not in it.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match u16::try_from(self.0) {
            Ok(code) => registered(code).map(|(_, name)| name),
            Err(_) => SSL2_CIPHERS.iter().find(|(code, _)| *code == self.0).map(|(_, name)| *name),
        }
    }

    /// The suite with this name in the registry.
    #[must_use]
    pub fn from_name(name: &str) -> Option<CipherSuite> {
        let modern = SUITES.iter().find(|(_, _, known)| *known == name).map(|(code, _, _)| u32::from(*code));
        let ssl2 = || SSL2_CIPHERS.iter().find(|(_, known)| *known == name).map(|(code, _)| *code);
        modern.or_else(ssl2).map(CipherSuite)
    }

    /// Whether a server may choose the suite in this version. A suite that is not in the registry
    /// may be chosen in any version but TLS 1.3 and SSL 2.0: nothing says otherwise.
    #[must_use]
    pub fn is_lawful_in(self, version: Version) -> bool {
        let Ok(code) = u16::try_from(self.0) else {
            return version == Version::Ssl2;
        };
        let (oldest, newest) = match registered(code).map(|(era, _)| era) {
            Some(Era::Old) | None => (Version::Ssl3, Version::Tls12),
            Some(Era::Tls12) => (Version::Tls12, Version::Tls12),
            Some(Era::Tls13) => (Version::Tls13, Version::Tls13),
            Some(Era::Never) => return false,
        };
        oldest <= version && version <= newest
    }

    /// Whether the client encrypts the premaster secret with the key of the server's certificate (RFC
    /// 5246 7.4.7.1), so that no ServerKeyExchange comes before its ClientKeyExchange. So do all of SSL
    /// 2.0. Those of export grade are none: they may need a key of 512 bits.
    #[must_use]
    pub fn has_rsa_key_exchange(self) -> bool {
        self.0 > 0xFFFF || self.name().is_some_and(|name| name.starts_with("TLS_RSA_WITH_"))
    }

    /// Whether the server signs its ephemeral share with the RSA key of its certificate.
    #[must_use]
    pub fn is_signed_by_rsa(self) -> bool {
        self.name().is_some_and(|name| {
            name.starts_with("TLS_ECDHE_RSA_WITH_") || name.starts_with("TLS_DHE_RSA_WITH_")
        })
    }

    /// Whether the server signs its ephemeral share with the ECDSA key of its certificate.
    #[must_use]
    pub fn is_signed_by_ecdsa(self) -> bool {
        self.name().is_some_and(|name| name.starts_with("TLS_ECDHE_ECDSA_WITH_"))
    }

    /// All suites that may be chosen in `version`, by ascending code.
    pub fn all_in(version: Version) -> impl Iterator<Item = CipherSuite> {
        let modern = SUITES.iter().map(|(code, _, _)| CipherSuite(u32::from(*code)));
        let ssl2 = SSL2_CIPHERS.iter().map(|(code, _)| CipherSuite(*code));
        modern.chain(ssl2).filter(move |suite| suite.is_lawful_in(version))
    }

    /// Whether the code is reserved for GREASE (RFC 8701): sent to see whether it is ignored.
    #[must_use]
    pub const fn is_grease(self) -> bool {
        self.0 <= 0xFFFF && is_grease(self.0)
    }
}

/// Whether a code of two bytes is reserved for GREASE (RFC 8701 2): 0x0A0A, 0x1A1A, … 0xFAFA.
pub(super) const fn is_grease(code: u32) -> bool {
    code & 0x0F0F == 0x0A0A && code >> 8 == code & 0xFF
}

fn registered(code: u16) -> Option<(Era, &'static str)> {
    let index = SUITES.binary_search_by_key(&code, |(known, _, _)| *known).ok()?;
    SUITES.get(index).map(|(_, era, name)| (*era, *name))
}

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => f.pad(&format!("unknown (0x{:04X})", self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_each_name_is_read_back() {
        for pair in SUITES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} is out of order", pair[1].2);
        }
        for suite in Version::ALL.into_iter().flat_map(CipherSuite::all_in) {
            assert_eq!(CipherSuite::from_name(suite.name().unwrap()), Some(suite));
        }
    }

    #[test]
    fn suites_are_shown_by_their_registered_names() {
        for (code, shown) in [
            (0x002F, "TLS_RSA_WITH_AES_128_CBC_SHA"),
            (0x1301, "TLS_AES_128_GCM_SHA256"),
            (0xC030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
            (0xCCA8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
            (0x01_0080, "SSL_CK_RC4_128_WITH_MD5"),
            (0x0A0A, "unknown (0x0A0A)"),
            (0x12_3456, "unknown (0x123456)"),
        ] {
            assert_eq!(CipherSuite(code).to_string(), shown);
        }
    }

    #[test]
    fn a_suite_is_lawful_in_the_versions_that_define_it_only() {
        use Version::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};
        for (code, lawful) in [
            (0x002F, &[Ssl3, Tls10, Tls11, Tls12][..]),
            (0x003C, &[Tls12]),                     // TLS_RSA_WITH_AES_128_CBC_SHA256
            (0xC02F, &[Tls12]),                     // ECDHE_RSA AES_128_GCM
            (0xC0AC, &[Tls12]),                     // ECDHE_ECDSA AES_128_CCM
            (0xCCA8, &[Tls12]),                     // ECDHE_RSA CHACHA20_POLY1305
            (0xC037, &[Ssl3, Tls10, Tls11, Tls12]), // ECDHE_PSK AES_128_CBC_SHA256
            (0x1301, &[Tls13]),
            (0x00C6, &[Tls13]), // SM4_GCM_SM3
            (0x0000, &[]),
            (0x00FF, &[]),
            (0x5600, &[]),
            (0x01_0080, &[Ssl2]),
        ] {
            for version in Version::ALL {
                let is_lawful = CipherSuite(code).is_lawful_in(version);
                assert_eq!(is_lawful, lawful.contains(&version), "{code:#06x} in {version}");
            }
        }
    }

    #[test]
    fn grease_is_two_equal_bytes_that_end_in_a() {
        let grease = (0..=0xFFFF).filter(|code| CipherSuite(*code).is_grease()).collect::<Vec<_>>();
        assert_eq!(grease.len(), 16);
        assert_eq!((grease[0], grease[15]), (0x0A0A, 0xFAFA));
        assert!(!CipherSuite(0x01_0A0A).is_grease());
    }
}
