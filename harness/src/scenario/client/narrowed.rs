//! `cipher_suites` and `groups`: what a stand-in is narrowed to.

use std::sync::{Arc, LazyLock};

use crate::scenario::author::{Author, Setting};
use crate::scenario::list::list;
use crate::scenario::read::not_a_word;
use crate::scenario::wrong::{Wrong, any_of, nearest, quote};
use crate::version::Version;
use crate::wire::{CipherSuite, FINISHED_GROUPS, FINISHED_SUITES, NamedGroup};

/// The names of the suites that a stand-in can serve: those of rustls to the end, those of RSA key
/// exchange to the ClientKeyExchange, and those of SSL 2.0 to the SERVER-HELLO.
pub(crate) fn suite_names() -> &'static [&'static str] {
    // Drawn from the registry once: a hostile file names thousands.
    static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let of_rsa = CipherSuite::all_in(Version::Tls12)
            .filter_map(CipherSuite::name)
            .filter(|name| name.starts_with("TLS_RSA_WITH_"));
        let of_ssl2 = CipherSuite::all_in(Version::Ssl2).filter_map(CipherSuite::name);
        FINISHED_SUITES.iter().filter_map(|suite| suite.name()).chain(of_rsa).chain(of_ssl2).collect()
    });
    &NAMES
}

/// The names of the groups that a stand-in can serve.
pub(crate) fn group_names() -> Vec<&'static str> {
    FINISHED_GROUPS.iter().filter_map(|group| group.name()).collect()
}

/// Reads `cipher_suites`.
pub(in crate::scenario) fn suites(
    author: &mut Author<'_>,
    setting: Setting<'_>,
) -> Option<Arc<Vec<CipherSuite>>> {
    list(author, setting, "TLS_AES_128_GCM_SHA256", suite, |suite| suite.to_string()).map(Arc::new)
}

/// Reads `groups`.
pub(in crate::scenario) fn groups(
    author: &mut Author<'_>,
    setting: Setting<'_>,
) -> Option<Arc<Vec<NamedGroup>>> {
    list(author, setting, "x25519", group, |group| group.to_string()).map(Arc::new)
}

fn suite(text: &str) -> Result<CipherSuite, Wrong> {
    match CipherSuite::from_name(text) {
        Some(suite) if suite_names().contains(&text) => Ok(suite),
        Some(_) => Err(Wrong::new(
            format!("the stand-in cannot serve {}", quote(text)),
            "write one of TLS 1.3, of ECDHE with an AEAD, of `TLS_RSA_WITH_…`, or of SSL 2.0",
        )),
        None => Err(Wrong::new(
            format!("{} is not a cipher suite", quote(text)),
            match nearest(text, suite_names().iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write its IANA name, such as `TLS_AES_128_GCM_SHA256`".to_owned(),
            },
        )),
    }
}

fn group(text: &str) -> Result<NamedGroup, Wrong> {
    match NamedGroup::from_name(text) {
        Some(group) if FINISHED_GROUPS.contains(&group) => Ok(group),
        Some(_) => {
            let write = format!("write {}", any_of(group_names()));
            Err(Wrong::new(format!("the stand-in cannot serve {}", quote(text)), write))
        }
        None => Err(not_a_word(text, "a group", &group_names())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_that_can_be_served_is_read() {
        let names = suite_names();
        assert_eq!(names.len(), FINISHED_SUITES.len() + 29 + 12);
        for &name in names {
            assert_eq!(suite(name).map(CipherSuite::name), Ok(Some(name)));
        }
        for name in group_names() {
            assert_eq!(group(name).map(NamedGroup::name), Ok(Some(name)));
        }
    }

    #[test]
    fn what_cannot_be_served_says_what_can() {
        for (name, write) in [
            ("TLS_AES_128_GCM_SHA265", "did you mean `TLS_AES_128_GCM_SHA256`?"),
            (
                "tls-ecdhe-ecdsa-with-chacha20-poly1305-sha256",
                "did you mean `TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256`?",
            ),
            ("ECDHE-RSA-AES128-GCM-SHA256", "write its IANA name, such as `TLS_AES_128_GCM_SHA256`"),
        ] {
            assert_eq!(suite(name).unwrap_err().write, write, "{name}");
        }
        for name in [
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_EXPORT_WITH_RC4_40_MD5",
            "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
            "TLS_AES_128_CCM_SHA256",
        ] {
            assert_eq!(suite(name).unwrap_err().found, format!("the stand-in cannot serve `{name}`"));
        }
        assert_eq!(group("X25519").unwrap_err().write, "did you mean `x25519`?");
        assert_eq!(group("secp521r1").unwrap_err().write, "write `x25519`, `secp256r1` or `secp384r1`");
        assert_eq!(group("P-256").unwrap_err().write, "write `x25519`, `secp256r1` or `secp384r1`");
    }
}
