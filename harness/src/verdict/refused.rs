//! When a refusal is proven.
//!
//! "Refused" needs a peer that was up and spoke TLS in the same run: the *control*. A weak refusal
//! (anything but the `protocol_version` alert or a lower answer) may mean the suites, a throttle or
//! a server that went down: it counts only where other hellos were refused too, and the control was
//! accepted before and after them; after them as often as there can be connections at a time, since
//! a server that bears only so many cuts off any of them. A few less do where a throttle cannot be the cause.

use std::collections::HashSet;
use std::time::Duration;

use super::Finding;
use super::inventory::is_doubtful;
use crate::evidence::{
    CONNECTIONS_AT_A_TIME, CONTROLS_OF_ANSWERS, Hello, Observation, Offer, Outcome, Refusal, Strength,
};
use crate::scenario::Expectation;
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

/// Whether an observation is there to prove that the address was up, rather than to answer what is on
/// trial.
#[must_use]
pub fn is_control(expectation: &Expectation, range: VersionRange, observation: &Observation) -> bool {
    matches!(expectation, Expectation::Refused { .. } | Expectation::Meets(_))
        && is_outside(range, observation)
}

/// Whether nothing of the range was offered.
fn is_outside(range: VersionRange, observation: &Observation) -> bool {
    observation.offer.versions.intersection(range).is_none()
}

/// Judges one address by whether it refuses every version of the range.
pub(super) fn judge(
    range: VersionRange,
    alert: Option<AlertDescription>,
    observations: &[&Observation],
) -> Finding {
    let accepted: Vec<Version> = range
        .iter()
        .filter(|version| observations.iter().any(|observation| observation.chosen() == Some(*version)))
        .collect();
    if !accepted.is_empty() {
        return Finding::StillAccepts(accepted);
    }

    let mut weak: Vec<(Version, Duration)> = Vec::new();
    for version in range.iter() {
        let alone: Vec<&Observation> = observations
            .iter()
            .copied()
            .filter(|observation| observation.offer.versions == VersionRange::only(version))
            // One that is made to order may be refused for its suites alone.
            .filter(|observation| !matches!(observation.offer.hello, Hello::Tailored(_)))
            .collect();
        match refusal_of(version, &alone) {
            Err(finding) => return finding,
            Ok(Strength::Strong) => {}
            Ok(Strength::Weak) => {
                let ended = alone.iter().map(|observation| observation.ended()).max().unwrap_or_default();
                weak.push((version, ended));
            }
        }
    }

    let control = match control_of(range, &weak, observations) {
        Ok(control) => control,
        Err(finding) => return finding,
    };
    match alert.and_then(|expected| other_refusal(range, expected, observations)) {
        Some(finding) => finding,
        None => Finding::Refused { control, weak: !weak.is_empty() },
    }
}

/// How one version, offered alone, was refused; or the finding where it was not.
pub(super) fn refusal_of(version: Version, alone: &[&Observation]) -> Result<Strength, Finding> {
    let mut strong = false;
    for observation in alone {
        match &observation.outcome {
            Outcome::Answered(_) => strong = true,
            Outcome::Refused(refusal) => strong |= refusal.strength() == Strength::Strong,
            // A version within the range was found before; this is one that was not offered.
            Outcome::Accepted(_) => return Err(Finding::NotProbed(VersionRange::only(version))),
            Outcome::Inconclusive(doubt) => return Err(Finding::CannotTell(version, doubt.clone())),
            Outcome::Unreachable(reason) => return Err(Finding::CannotReach(reason.clone())),
            Outcome::NotTls { .. } => return Err(Finding::NotTlsIsNoRefusal),
            Outcome::Violation(violation) => {
                return Err(Finding::ViolationIsNoRefusal(version, violation.clone()));
            }
        }
    }
    let hellos: HashSet<Hello> = alone.iter().map(|observation| observation.offer.hello).collect();
    match (strong, hellos.len()) {
        (_, 0) => Err(Finding::NotProbed(VersionRange::only(version))),
        (true, _) => Ok(Strength::Strong),
        (false, 1) => Err(Finding::Unconfirmed(version)),
        (false, _) => Ok(Strength::Weak),
    }
}

/// The version that proves that the address was up and spoke TLS, when it had to: `weak` says when the
/// last hello of each version that was refused weakly had ended.
fn control_of(
    range: VersionRange,
    weak: &[(Version, Duration)],
    observations: &[&Observation],
) -> Result<Version, Finding> {
    let outside =
        |observation: &&&Observation| observation.chosen().is_some_and(|chosen| !range.contains(chosen));
    let Some(control) = observations.iter().filter(outside).max_by_key(|observation| observation.chosen())
    else {
        return Err(Finding::NoControl);
    };
    let version = control.chosen().unwrap_or(range.max());
    // Also where every refusal was strong: the run was disturbed, and says so rather than guess.
    if let Some(version) = lost(observations, range) {
        return Err(Finding::ControlLost(version));
    }
    let controls = || observations.iter().filter(outside).map(|observation| observation.started);
    for (weak, ended) in weak {
        if controls().all(|started| started >= *ended) {
            return Err(Finding::Unconfirmed(*weak));
        }
    }
    let is_doubted = observations
        .iter()
        .filter(|observation| !is_outside(range, observation))
        .any(|observation| is_doubtful(&observation.outcome));
    let needed = if is_doubted { CONNECTIONS_AT_A_TIME } else { CONTROLS_OF_ANSWERS };
    match weak.iter().max_by_key(|(_, ended)| *ended) {
        Some((weak, ended)) if controls().filter(|started| started >= ended).count() < needed => {
            Err(Finding::Unconfirmed(*weak))
        }
        _ => Ok(version),
    }
}

/// The version of a control that was accepted and, by the same offer, at another time was not.
fn lost(observations: &[&Observation], range: VersionRange) -> Option<Version> {
    observations
        .iter()
        .filter(|observation| is_outside(range, observation))
        .filter(|observation| observation.chosen().is_none())
        .find_map(|failed| {
            observations
                .iter()
                .filter(|observation| observation.offer == failed.offer)
                .find_map(|observation| observation.chosen())
        })
}

/// The first version that was refused otherwise than by the expected alert.
fn other_refusal(
    range: VersionRange,
    expected: AlertDescription,
    observations: &[&Observation],
) -> Option<Finding> {
    range.iter().find_map(|version| {
        // The first hello is the one that real clients resemble; its answer is the one that counts.
        let offer = Offer { versions: VersionRange::only(version), hello: Hello::Standard };
        let first = observations.iter().find(|observation| observation.offer == offer)?;
        let refusal = match &first.outcome {
            Outcome::Refused(Refusal::Alert(alert)) if *alert == expected => return None,
            Outcome::Refused(refusal) => Some(*refusal),
            _ => None,
        };
        Some(Finding::OtherRefusal { version, expected, refusal })
    })
}
