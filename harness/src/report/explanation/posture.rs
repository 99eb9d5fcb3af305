//! What follows from a requirement that is not met, what to do about it, and where it is written.

use crate::report::words::posture::{borne, said, words_of};
use crate::scenario::Tolerance;
use crate::verdict::{Feature, PostureFault};

/// What follows.
pub(super) fn consequence(unmet: &PostureFault) -> String {
    match unmet {
        PostureFault::VersionNotAccepted(_) => {
            "a client that offers this version alone does not get through".into()
        }
        PostureFault::VersionAccepted(_) => "clients that speak nothing newer still get through".into(),
        PostureFault::SuitesAccepted(_) => "a client that offers one of these gets it".into(),
        PostureFault::NoSuiteOf(_) => "a client that offers nothing else does not get through".into(),
        PostureFault::GroupsAccepted(_) => "a client that offers one of these gets it".into(),
        PostureFault::NoGroupOf(_) => "no client can agree on one of these with it".into(),
        PostureFault::SmallPrime { .. } => {
            "what is said over it can be computed by whoever has the means".into()
        }
        PostureFault::Order { is_servers: true, .. } => {
            "a client does not get what is fastest or best on its side".into()
        }
        PostureFault::Order { .. } => "a client with a bad order gets a bad cipher suite".into(),
        PostureFault::Feature { feature, .. } => match feature {
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
        PostureFault::Intolerant { tolerance, .. } => {
            format!("a client that sends {} does not get through", borne(*tolerance))
        }
        PostureFault::Name { name, .. } => format!("{} gets another answer than intended", said(*name)),
    }
}

/// What to do at `place`.
pub(super) fn to_do(unmet: &PostureFault, place: &str) -> String {
    match unmet {
        PostureFault::VersionNotAccepted(version) => format!("enable {version} at {place}"),
        PostureFault::VersionAccepted(version) => format!("disable {version} at {place}"),
        PostureFault::SuitesAccepted(_) => {
            format!("take these cipher suites out of the configuration of {place}")
        }
        PostureFault::NoSuiteOf(_) => format!("add one of these cipher suites at {place}"),
        PostureFault::GroupsAccepted(_) => format!("take these groups out of the configuration of {place}"),
        PostureFault::NoGroupOf(_) => {
            format!("add one of these groups at {place}; an older TLS library may have to be upgraded")
        }
        PostureFault::SmallPrime { needed, .. } => {
            format!("use a group of RFC 7919 with {needed} bits or more at {place}, or take DHE out")
        }
        PostureFault::Order { is_servers: true, .. } => format!("let {place} follow the client's order"),
        PostureFault::Order { .. } => format!("let {place} prefer its own order"),
        PostureFault::Feature { feature: Feature::Compression, is_there: true, .. } => {
            format!("disable TLS compression at {place}")
        }
        PostureFault::Feature { feature, is_there: true, .. } => {
            format!("disable {} at {place}", words_of(*feature))
        }
        PostureFault::Feature { feature, .. } => {
            format!("enable {} at {place}, or upgrade its TLS library", words_of(*feature))
        }
        PostureFault::Intolerant { .. } => {
            format!("upgrade what terminates TLS at {place}: it breaks on what newer clients send")
        }
        PostureFault::Name { .. } => format!("correct the default host in the configuration of {place}"),
    }
}

/// The standard behind it.
pub(super) const fn reference(unmet: &PostureFault) -> Option<&'static str> {
    Some(match unmet {
        PostureFault::VersionAccepted(_) => "https://www.rfc-editor.org/rfc/rfc8996",
        PostureFault::VersionNotAccepted(_) => "https://www.rfc-editor.org/rfc/rfc9325#section-3.1.1",
        PostureFault::SuitesAccepted(_) | PostureFault::NoSuiteOf(_) => {
            "https://www.rfc-editor.org/rfc/rfc9325#section-4"
        }
        PostureFault::GroupsAccepted(_) | PostureFault::NoGroupOf(_) => {
            "https://www.rfc-editor.org/rfc/rfc8446#section-4.2.7"
        }
        PostureFault::SmallPrime { .. } => "https://www.rfc-editor.org/rfc/rfc9325#section-4.5",
        PostureFault::Order { .. } => return None,
        PostureFault::Feature { feature, .. } => match feature {
            Feature::ExtendedMasterSecret => "https://www.rfc-editor.org/rfc/rfc7627",
            Feature::SecureRenegotiation => "https://www.rfc-editor.org/rfc/rfc5746",
            Feature::EncryptThenMac => "https://www.rfc-editor.org/rfc/rfc7366",
            Feature::Compression => "https://www.rfc-editor.org/rfc/rfc9325#section-3.3",
            Feature::DowngradeSentinel => "https://www.rfc-editor.org/rfc/rfc8446#section-4.1.3",
        },
        PostureFault::Intolerant { tolerance: Tolerance::Grease, .. } => {
            "https://www.rfc-editor.org/rfc/rfc8701"
        }
        PostureFault::Intolerant { .. } => "https://www.rfc-editor.org/rfc/rfc8446#section-4.2.1",
        PostureFault::Name { .. } => "https://www.rfc-editor.org/rfc/rfc6066#section-3",
    })
}
