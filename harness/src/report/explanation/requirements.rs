//! What follows from a requirement that is not met, what to do about it, and where it is written.

use crate::report::words::requirements::{borne, said, words_of};
use crate::scenario::Tolerance;
use crate::verdict::{Feature, Unmet};

/// What follows.
pub(super) fn consequence(unmet: &Unmet) -> String {
    match unmet {
        Unmet::VersionNotAccepted(_) => "a client that offers this version alone does not get through".into(),
        Unmet::VersionAccepted(_) => "clients that speak nothing newer still get through".into(),
        Unmet::SuitesAccepted(_) => "a client that offers one of these gets it".into(),
        Unmet::NoSuiteOf(_) => "a client that offers nothing else does not get through".into(),
        Unmet::GroupsAccepted(_) => "a client that offers one of these gets it".into(),
        Unmet::NoGroupOf(_) => "no client can agree on one of these with it".into(),
        Unmet::SmallPrime { .. } => "what is said over it can be computed by whoever has the means".into(),
        Unmet::Order { is_servers: true, .. } => {
            "a client does not get what is fastest or best on its side".into()
        }
        Unmet::Order { .. } => "a client with a bad order gets a bad cipher suite".into(),
        Unmet::Feature { feature, .. } => match feature {
            Feature::ExtendedMasterSecret => {
                "sessions can be made that have the same secret (triple handshake)".into()
            }
            Feature::SecureRenegotiation => "somebody else's bytes can be put before a client's".into(),
            Feature::EncryptThenMac => "CBC suites stay open to padding oracles".into(),
            Feature::Compression => "what is secret can be guessed from lengths (CRIME)".into(),
            Feature::DowngradeSentinel => {
                "a client cannot see that somebody forced it to an older version".into()
            }
        },
        Unmet::Intolerant { tolerance, .. } => {
            format!("a client that sends {} does not get through", borne(*tolerance))
        }
        Unmet::Name { name, .. } => format!("{} gets another answer than intended", said(*name)),
    }
}

/// What to do at `place`.
pub(super) fn to_do(unmet: &Unmet, place: &str) -> String {
    match unmet {
        Unmet::VersionNotAccepted(version) => format!("enable {version} at {place}"),
        Unmet::VersionAccepted(version) => format!("disable {version} at {place}"),
        Unmet::SuitesAccepted(_) => format!("take these cipher suites out of the configuration of {place}"),
        Unmet::NoSuiteOf(_) => format!("add one of these cipher suites at {place}"),
        Unmet::GroupsAccepted(_) => format!("take these groups out of the configuration of {place}"),
        Unmet::NoGroupOf(_) => {
            format!("add one of these groups at {place}; an older TLS library may have to be upgraded")
        }
        Unmet::SmallPrime { needed, .. } => {
            format!("use a group of RFC 7919 with {needed} bits or more at {place}, or take DHE out")
        }
        Unmet::Order { is_servers: true, .. } => format!("let {place} follow the client's order"),
        Unmet::Order { .. } => format!("let {place} prefer its own order"),
        Unmet::Feature { feature: Feature::Compression, is_there: true, .. } => {
            format!("disable TLS compression at {place}")
        }
        Unmet::Feature { feature, is_there: true, .. } => {
            format!("disable {} at {place}", words_of(*feature))
        }
        Unmet::Feature { feature, .. } => {
            format!("enable {} at {place}, or upgrade its TLS library", words_of(*feature))
        }
        Unmet::Intolerant { .. } => {
            format!("upgrade what terminates TLS at {place}: it breaks on what newer clients send")
        }
        Unmet::Name { .. } => format!("correct the default host in the configuration of {place}"),
    }
}

/// The standard behind it.
pub(super) const fn reference(unmet: &Unmet) -> Option<&'static str> {
    Some(match unmet {
        Unmet::VersionAccepted(_) => "https://www.rfc-editor.org/rfc/rfc8996",
        Unmet::VersionNotAccepted(_) => "https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1",
        Unmet::SuitesAccepted(_) | Unmet::NoSuiteOf(_) => "https://www.rfc-editor.org/rfc/rfc9325#section-4",
        Unmet::GroupsAccepted(_) | Unmet::NoGroupOf(_) => {
            "https://www.rfc-editor.org/rfc/rfc8446#section-4.2.7"
        }
        Unmet::SmallPrime { .. } => "https://www.rfc-editor.org/rfc/rfc9325#section-4.5",
        Unmet::Order { .. } => return None,
        Unmet::Feature { feature, .. } => match feature {
            Feature::ExtendedMasterSecret => "https://www.rfc-editor.org/rfc/rfc7627",
            Feature::SecureRenegotiation => "https://www.rfc-editor.org/rfc/rfc5746",
            Feature::EncryptThenMac => "https://www.rfc-editor.org/rfc/rfc7366",
            Feature::Compression => "https://www.rfc-editor.org/rfc/rfc9325#section-3.3",
            Feature::DowngradeSentinel => "https://www.rfc-editor.org/rfc/rfc8446#section-4.1.3",
        },
        Unmet::Intolerant { tolerance: Tolerance::Grease, .. } => "https://www.rfc-editor.org/rfc/rfc8701",
        Unmet::Intolerant { .. } => "https://www.rfc-editor.org/rfc/rfc8446#section-4.2.1",
        Unmet::Name { .. } => "https://www.rfc-editor.org/rfc/rfc6066#section-3",
    })
}
