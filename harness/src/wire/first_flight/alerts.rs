//! Alerts before the ServerHello.

use crate::evidence::{Doubt, Outcome, Refusal, Violation};
use crate::wire::AlertDescription;

use super::Stop;

/// Warnings that are read before it is a flood.
const MAX_WARNINGS: usize = 4;

/// The alerts of a flight. They may share a record and be split over records (RFC 8446 5.1 forbids
/// the second, RFC 5246 6.2.1 does not).
#[derive(Debug, Clone, Default)]
pub(super) struct Alerts {
    pub(super) warnings: Vec<AlertDescription>,
    level: Option<u8>,
    asked: Asked,
}

/// How the hello that an alert answers bears on what the alert means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Asked {
    /// As a client of today asks.
    #[default]
    InFull,
    /// By a hello of SSL 3.0 without the name that another one carries.
    WithoutName,
    /// By the hello of SSL 2.0, which has no alerts: who answers with one speaks something newer.
    BySsl2,
}

impl Alerts {
    pub(super) fn after(asked: Asked) -> Alerts {
        Alerts { asked, ..Alerts::default() }
    }

    /// Takes the payload of an alert record, or a part of it.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        for byte in bytes {
            match self.level.take() {
                None => self.level = Some(*byte),
                Some(level) => self.take(level, AlertDescription(*byte))?,
            }
        }
        Ok(())
    }

    /// Whether the bytes so far end within an alert.
    pub(super) fn is_half(&self) -> bool {
        self.level.is_some()
    }

    /// A warning, whatever it warns of, may be followed by a ServerHello: to take it for a refusal
    /// would be to say "refused" of a version that is accepted.
    fn take(&mut self, level: u8, description: AlertDescription) -> Result<(), Stop> {
        match level {
            1 if self.warnings.len() == MAX_WARNINGS => Err(Violation::TooMuch("4 warning alerts").into()),
            1 => {
                self.warnings.push(description);
                Ok(())
            }
            2 => Err(Stop::With(match self.asked {
                // As its clients sent it, a hello of SSL 3.0 misses the name. It is weak: one with the
                // name comes after it, and must be refused too.
                Asked::WithoutName if description == AlertDescription::UNRECOGNIZED_NAME => {
                    Outcome::Refused(Refusal::Alert(description))
                }
                // Read as a record of TLS the hello is garbage, or it names no host: Erlang and NSS say
                // `unexpected_message`.
                Asked::BySsl2 => Outcome::Refused(Refusal::Alert(description)),
                _ => fatal(description),
            })),
            _ => Err(Violation::Malformed("an alert that is neither a warning nor fatal").into()),
        }
    }
}

/// What a fatal alert means after a HelloRetryRequest: that chooses TLS 1.3, so the version is not
/// what is refused.
pub(super) fn after_retry(stop: Stop) -> Stop {
    match stop {
        Stop::With(Outcome::Refused(Refusal::Alert(description))) => {
            Stop::With(Outcome::Inconclusive(Doubt::Alert(description)))
        }
        other => other,
    }
}

/// What a fatal alert instead of a ServerHello means.
pub(crate) fn fatal(description: AlertDescription) -> Outcome {
    if AlertDescription::REFUSING.contains(&description) {
        Outcome::Refused(Refusal::Alert(description))
    } else {
        Outcome::Inconclusive(Doubt::Alert(description))
    }
}
