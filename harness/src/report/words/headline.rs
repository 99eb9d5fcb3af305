//! A finding in words: what a host does, or a program.

use super::{
    all_of, certificate, certificate_expectation, client, doubt, posture, refusal, required, unreachable,
    violation,
};
use crate::bounds::{Barred, Rule};
use crate::scenario::in_largest_unit;
use crate::verdict::Finding;
use crate::version::{Version, VersionRange};

/// What was found, as what a host does: `accepts TLS 1.0`, `cannot be reached: …`.
#[must_use]
pub fn headline(finding: &Finding, range: VersionRange) -> String {
    match finding {
        Finding::Accepted(version) => format!("accepts {version}"),
        Finding::Refused { control, weak: false } => format!("refuses {range}, and speaks {control}"),
        Finding::Refused { control, weak: true } => {
            format!("refuses {range}, and spoke {control} before and after")
        }
        Finding::Gone(reason) => format!("is gone: {}", unreachable(reason)),
        Finding::Meets(versions) if versions.is_empty() => format!("speaks nothing of {range}"),
        Finding::Meets(versions) => format!("meets what is required with {}", all_of(versions)),
        Finding::Posture(unmet) => posture::all_unmet(unmet),
        Finding::StillAccepts(versions) => format!("accepts {}", all_of(versions)),
        Finding::NotAccepted(how) => format!("refuses {range}: {}", refusal(*how)),
        Finding::AnsweredBelow(version) => format!("does not accept {range}, it answers with {version}"),
        Finding::OtherVersion { expected, chosen } => format!("chooses {chosen}, expected {expected}"),
        Finding::CannotFinish { version, .. } if *version < Version::Tls12 => {
            format!("chooses {version}; what is asked for beside the version needs TLS 1.2 or newer")
        }
        Finding::CannotFinish { version, cipher_suite, group: None } => {
            format!("accepts {version}, but with {cipher_suite}, which today's clients do not offer")
        }
        Finding::CannotFinish { version, group: Some(group), .. } => {
            format!("accepts {version}, but with the group {group}, which many clients do not offer")
        }
        Finding::HandshakeRefused { version, refusal: how } => {
            format!("accepts {version}, but refuses the hello of a full handshake: {}", refusal(*how))
        }
        Finding::HandshakeBroke { version, why, .. } => {
            format!("accepts {version}, but the handshake breaks off: {why}")
        }
        Finding::Certificate { expected, found } => {
            format!(
                "has a certificate that is {}, expected one that is {}",
                certificate(found),
                certificate_expectation(*expected)
            )
        }
        Finding::CertificateEndsSoon { needed, found } => {
            format!("has a certificate that will be {} in {}", certificate(found), in_largest_unit(*needed))
        }
        Finding::OtherStatus { expected, status, location } => {
            let location = location.as_ref().map(|to| format!(" (to {to})")).unwrap_or_default();
            format!("answers with HTTP {status}{location}, expected {expected}")
        }
        Finding::NoHttpAnswer(why) => format!("gives no HTTP answer: {why}"),
        Finding::Unmet { first, others } => {
            let all: Vec<String> = std::iter::once(&**first).chain(others).map(required::headline).collect();
            all.join("; ")
        }
        Finding::OtherRefusal { version, expected, refusal: how } => {
            let how = how.map_or("a lower version".to_owned(), refusal);
            format!("refuses {version} by {how}, expected alert {}", expected.with_code())
        }
        Finding::Disagrees(versions) => {
            format!("does not choose the same version every time: {}", all_of(versions))
        }
        Finding::StillThere => "is still there".to_owned(),
        Finding::NotTls => "does not speak TLS".to_owned(),
        Finding::BrokeProtocol(broken) => format!("breaks the protocol: {}", violation(broken)),
        Finding::CannotReach(reason) => format!("cannot be reached: {}", unreachable(reason)),
        Finding::CannotTell(version, how) => {
            format!("does not say whether it speaks {version}: {}", doubt(how))
        }
        Finding::NotConnected(barred @ Barred { rule: Rule::Spent(_), .. }) => {
            format!("was not asked everything: {barred}")
        }
        Finding::NotConnected(barred) => format!("was not connected to: {barred}"),
        Finding::ViolationIsNoRefusal(version, broken) => {
            format!("breaks the protocol when offered {version}: {}", violation(broken))
        }
        Finding::NotTlsIsNoRefusal => "does not speak TLS, so nothing is refused".to_owned(),
        Finding::NoControl => "accepts no version at all in this run, so no refusal is proven".to_owned(),
        Finding::ControlLost(version) => format!("did not accept {version} every time in this run"),
        Finding::Unconfirmed(version) => format!("refused a hello of {version}, but that was not confirmed"),
        Finding::Unsettled(unsettled) => required::unsettled(unsettled),
        Finding::Client(finding) => client::headline(finding, range),
        Finding::NotProbed(versions) => format!("was not asked about {versions}: a fault of the gate"),
    }
}
