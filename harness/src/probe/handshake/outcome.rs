//! What follows from a handshake that was not finished. Pure.

use std::io::ErrorKind;
use std::time::Duration;

use rustls::{PeerIncompatible, PeerMisbehaved};

use super::incoming::{Incoming, ServerHello};
use super::shaking::{Progress, Stop};
use crate::escape::printable;
use crate::evidence::{Answer, Doubt, Outcome, Refusal, Violation};
use crate::version::Version;
use crate::wire::{AlertDescription, outcome_of_fatal_alert};

impl Stop {
    /// Whether it is a complaint about the ServerHello itself, though rustls had taken version and
    /// suite from it already.
    pub(super) fn is_about_server_hello(&self) -> bool {
        matches!(
            self,
            Stop::Rustls(rustls::Error::PeerMisbehaved(
                PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported
                    | PeerMisbehaved::ServerEchoedCompatibilitySessionId
                    | PeerMisbehaved::SelectedUnofferedCipherSuite
                    | PeerMisbehaved::SelectedUnusableCipherSuiteForVersion
            ))
        )
    }

    /// The alert that the server ended the handshake by.
    pub(super) fn alert(&self) -> Option<AlertDescription> {
        match self {
            Stop::Rustls(rustls::Error::AlertReceived(alert)) => Some(AlertDescription(u8::from(*alert))),
            _ => None,
        }
    }

    fn is_time_out(&self) -> bool {
        matches!(self, Stop::Io(error) if error.kind() == ErrorKind::TimedOut)
    }

    fn is_reset(&self) -> bool {
        matches!(self, Stop::Io(error) if matches!(
            error.kind(),
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
        ))
    }
}

/// The outcome of a handshake that ended with `stop` before a ServerHello was accepted.
pub(super) fn declined(stop: &Stop, incoming: &Incoming, progress: &Progress) -> Outcome {
    if incoming.is_foreign() {
        return match incoming.ssl2_error() {
            Some(code) => Outcome::Refused(Refusal::Ssl2Error(code)),
            None => Outcome::NotTls { first_bytes: incoming.first_bytes().to_vec() },
        };
    }
    if let Some(alert) = incoming.fatal_alert() {
        return outcome_of_fatal_alert(alert);
    }
    match stop {
        Stop::Rustls(error) => complaint(error, incoming, progress),
        stop if stop.is_time_out() => Outcome::Inconclusive(if progress.retried {
            Doubt::RetryUnanswered
        } else if incoming.is_empty() {
            Doubt::Silence
        } else {
            Doubt::Slow
        }),
        Stop::Io(error) if !stop.is_reset() => {
            Outcome::Inconclusive(Doubt::OurSide(printable(&error.to_string())))
        }
        _ if !progress.hello_sent => Outcome::Inconclusive(Doubt::LostBeforeHello),
        _ if incoming.is_within_alert() => Outcome::Inconclusive(Doubt::HalfAlert),
        _ if incoming.is_cut_off() => Outcome::Violation(Violation::CutOff),
        Stop::Closed => Outcome::Refused(Refusal::Closed),
        Stop::Io(_) => Outcome::Refused(Refusal::Reset),
    }
}

/// What rustls complained about.
fn complaint(error: &rustls::Error, incoming: &Incoming, progress: &Progress) -> Outcome {
    use rustls::Error as E;
    let in_words = || Outcome::Violation(Violation::Handshake(printable(&error.to_string())));
    match error {
        // A fatal one was dealt with before, and a warning is one for rustls only after a
        // HelloRetryRequest.
        E::AlertReceived(_) if !progress.retried => {
            Outcome::Violation(Violation::Malformed("an alert that is neither a warning nor fatal"))
        }
        E::FailedToGetRandomBytes | E::FailedToGetCurrentTime | E::EncryptError => {
            Outcome::Inconclusive(Doubt::OurSide(printable(&error.to_string())))
        }
        E::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => incoming.server_hello().map_or_else(in_words, |hello| other_version(hello, progress)),
        E::PeerMisbehaved(PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported) => {
            Outcome::Violation(Violation::DowngradeSentinel(Version::Tls12))
        }
        E::PeerMisbehaved(
            PeerMisbehaved::SelectedUnofferedCipherSuite
            | PeerMisbehaved::SelectedUnusableCipherSuiteForVersion,
        ) => incoming.server_hello().map_or_else(in_words, |hello| {
            Outcome::Violation(Violation::CipherSuiteNotOffered(hello.cipher_suite))
        }),
        _ => in_words(),
    }
}

/// What a ServerHello means that has a version that was not offered.
fn other_version(hello: ServerHello, progress: &Progress) -> Outcome {
    let offered = progress.offered;
    match Version::from_code(hello.version) {
        Some(version) if version < offered.min() => {
            let known = match hello.sentinel {
                [b'D', b'O', b'W', b'N', b'G', b'R', b'D', 1] => Some(Version::Tls13),
                [b'D', b'O', b'W', b'N', b'G', b'R', b'D', 0] => Some(Version::Tls12),
                _ => None,
            };
            if known.is_some_and(|known| version < known && known <= offered.max()) {
                Outcome::Violation(Violation::DowngradeSentinel(version))
            } else {
                Outcome::Answered(Answer { version, cipher_suite: hello.cipher_suite })
            }
        }
        _ => Outcome::Violation(Violation::VersionNotOffered(hello.version)),
    }
}

/// Why a handshake broke off after the ServerHello.
pub(super) fn broken(stop: &Stop, client_certificate_wanted: bool, timeout: Duration) -> String {
    let mut words = match stop {
        Stop::Rustls(rustls::Error::AlertReceived(alert)) => {
            format!("alert {} after the ServerHello", AlertDescription(u8::from(*alert)).with_code())
        }
        Stop::Rustls(error) => printable(&error.to_string()),
        Stop::Closed => "connection closed after the ServerHello".to_owned(),
        stop if stop.is_reset() => "connection reset after the ServerHello".to_owned(),
        stop if stop.is_time_out() => format!("handshake not finished within {} ms", timeout.as_millis()),
        Stop::Io(error) => printable(&error.to_string()),
    };
    if client_certificate_wanted {
        words.push_str("; the server had asked for a client certificate");
    }
    words
}

/// Whether an alert after a CertificateRequest says that the client's certificate is what is missing.
/// Others say that the handshake itself went wrong, and then nothing was finished.
pub(super) fn is_about_client_certificate(alert: rustls::AlertDescription) -> bool {
    matches!(
        AlertDescription(u8::from(alert)),
        AlertDescription::HANDSHAKE_FAILURE
            | AlertDescription::NO_CERTIFICATE
            | AlertDescription::BAD_CERTIFICATE
            | AlertDescription::UNSUPPORTED_CERTIFICATE
            | AlertDescription::CERTIFICATE_UNKNOWN
            | AlertDescription::UNKNOWN_CA
            | AlertDescription::ACCESS_DENIED
            | AlertDescription::CERTIFICATE_REQUIRED
    )
}

/// How a server is described that wants a client certificate and had none.
pub(crate) fn client_certificate_words(alert: AlertDescription) -> String {
    format!("the server wants a client certificate: alert {}", alert.with_code())
}
