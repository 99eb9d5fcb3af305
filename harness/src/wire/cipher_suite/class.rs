//! Classes of cipher suites, as policies speak of them. A suite's name says what it is made of (RFC
//! 5246 appendix C), so its class is read from there.

use super::CipherSuite;

/// A class of cipher suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuiteClass {
    /// Nothing is encrypted.
    Null,
    /// Keys of 40 or 56 bits, for the export rules of the nineties.
    Export,
    /// RC4 (RFC 7465).
    Rc4,
    /// RC2.
    Rc2,
    /// DES with its one key of 56 bits (RFC 5469).
    Des,
    /// DES three times: blocks of 64 bits, below 128 bits of security (RFC 8996, RFC 9325 4.1).
    TripleDes,
    /// Blocks chained, with a MAC before the encryption (RFC 7366).
    Cbc,
    /// The premaster secret is encrypted with the RSA key of the certificate (RFC 9325 4.1).
    StaticRsa,
    /// Diffie-Hellman with a key of the certificate, finite field or curve (RFC 9325 4.1).
    StaticDh,
    /// Ephemeral Diffie-Hellman in a finite field (RFC 9325 4.1).
    Dhe,
    /// Ephemeral Diffie-Hellman on a curve.
    Ecdhe,
    /// Nobody proves who they are.
    Anonymous,
    /// A key that was shared before.
    Psk,
    /// Encryption that authenticates: GCM, CCM, ChaCha20-Poly1305.
    Aead,
    /// Whoever gets the server's key later cannot read what was said: ephemeral keys, and all of TLS 1.3.
    ForwardSecret,
}

impl SuiteClass {
    /// All classes, in the order in which they are told.
    pub const ALL: [SuiteClass; 15] = [
        SuiteClass::Null,
        SuiteClass::Export,
        SuiteClass::Rc4,
        SuiteClass::Rc2,
        SuiteClass::Des,
        SuiteClass::TripleDes,
        SuiteClass::Cbc,
        SuiteClass::StaticRsa,
        SuiteClass::StaticDh,
        SuiteClass::Dhe,
        SuiteClass::Ecdhe,
        SuiteClass::Anonymous,
        SuiteClass::Psk,
        SuiteClass::Aead,
        SuiteClass::ForwardSecret,
    ];

    /// As scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SuiteClass::Null => "NULL",
            SuiteClass::Export => "EXPORT",
            SuiteClass::Rc4 => "RC4",
            SuiteClass::Rc2 => "RC2",
            SuiteClass::Des => "DES",
            SuiteClass::TripleDes => "3DES",
            SuiteClass::Cbc => "CBC",
            SuiteClass::StaticRsa => "static-RSA",
            SuiteClass::StaticDh => "static-DH",
            SuiteClass::Dhe => "DHE",
            SuiteClass::Ecdhe => "ECDHE",
            SuiteClass::Anonymous => "anonymous",
            SuiteClass::Psk => "PSK",
            SuiteClass::Aead => "AEAD",
            SuiteClass::ForwardSecret => "forward-secret",
        }
    }

    /// Whether `suite` is of this class; one that is not in the registry is of none.
    #[must_use]
    pub fn holds(self, suite: CipherSuite) -> bool {
        let Some(name) = suite.name() else { return false };
        let has = |part: &str| name.contains(part);
        let exchange = name.split_once("_WITH_").map(|(exchange, _)| exchange);
        let is_tls13 = exchange.is_none() && name.starts_with("TLS_");
        let exchanges = |kinds: &[&str]| {
            exchange.is_some_and(|exchange| {
                kinds.iter().any(|kind| exchange.split('_').any(|part| part == *kind))
            })
        };
        match self {
            SuiteClass::Null => has("_NULL") || has("_SHA256_SHA256") || has("_SHA384_SHA384"),
            SuiteClass::Export => has("EXPORT") || has("_DES40_") || has("_RC2_CBC_40") || has("_RC4_40"),
            SuiteClass::Rc4 => has("_RC4_"),
            SuiteClass::Rc2 => has("_RC2_"),
            SuiteClass::Des => has("_DES_CBC") || has("_DES40_") || has("_DES_64_"),
            SuiteClass::TripleDes => has("_3DES_") || has("_DES_192_EDE3_"),
            SuiteClass::Cbc => has("_CBC"),
            // Those of SSL 2.0 have no other key exchange.
            SuiteClass::StaticRsa => {
                name.starts_with("SSL_CK_")
                    || exchange.is_some_and(|exchange| {
                        matches!(exchange, "TLS_RSA" | "SSL_RSA_FIPS" | "TLS_RSA_PSK")
                            || exchange.starts_with("TLS_RSA_EXPORT")
                    })
            }
            SuiteClass::StaticDh => exchanges(&["DH", "ECDH"]) && !exchanges(&["anon"]),
            SuiteClass::Dhe => exchanges(&["DHE"]),
            SuiteClass::Ecdhe => exchanges(&["ECDHE", "ECCPWD"]),
            SuiteClass::Anonymous => exchanges(&["anon"]),
            SuiteClass::Psk => exchanges(&["PSK"]),
            SuiteClass::Aead => ["_GCM", "_CCM", "_POLY1305", "_AEGIS", "_MGM_"].iter().any(|part| has(part)),
            SuiteClass::ForwardSecret => {
                is_tls13
                    || exchanges(&["DHE", "ECDHE", "ECCPWD"])
                    || (exchanges(&["anon"]) && exchanges(&["DH", "ECDH"]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suite_is_of_the_classes_that_its_name_tells() {
        for (name, classes) in [
            ("TLS_RSA_WITH_NULL_SHA", &["NULL", "static-RSA"][..]),
            ("TLS_SHA256_SHA256", &["NULL", "forward-secret"]),
            ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", &["EXPORT", "RC4", "static-RSA"]),
            ("TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", &["EXPORT", "DES", "CBC", "static-RSA"]),
            ("TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA", &["EXPORT", "DES", "CBC", "DHE", "forward-secret"]),
            ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", &["3DES", "CBC", "static-RSA"]),
            ("TLS_RSA_PSK_WITH_AES_128_CBC_SHA", &["CBC", "static-RSA", "PSK"]),
            ("TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256", &["static-DH", "AEAD"]),
            ("TLS_DH_RSA_WITH_AES_128_CBC_SHA", &["CBC", "static-DH"]),
            ("TLS_DH_anon_WITH_AES_128_GCM_SHA256", &["anonymous", "AEAD", "forward-secret"]),
            ("TLS_DHE_RSA_WITH_AES_256_CCM_8", &["DHE", "AEAD", "forward-secret"]),
            ("TLS_ECDHE_PSK_WITH_NULL_SHA", &["NULL", "ECDHE", "PSK", "forward-secret"]),
            ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", &["ECDHE", "AEAD", "forward-secret"]),
            ("TLS_AES_128_GCM_SHA256", &["AEAD", "forward-secret"]),
            ("SSL_CK_RC4_128_EXPORT40_WITH_MD5", &["EXPORT", "RC4", "static-RSA"]),
            ("SSL_CK_DES_192_EDE3_CBC_WITH_MD5", &["3DES", "CBC", "static-RSA"]),
        ] {
            let suite = CipherSuite::from_name(name).unwrap();
            let held: Vec<&str> = SuiteClass::ALL
                .into_iter()
                .filter(|class| class.holds(suite))
                .map(SuiteClass::name)
                .collect();
            assert_eq!(held, classes, "{name}");
        }
        assert!(SuiteClass::ALL.into_iter().all(|class| !class.holds(CipherSuite(0x0A0A))));
    }
}
