//! What a test tells of each version by itself: judged by the same rules as scenarios are, so that a
//! matrix of versions never says more than was proven.

use std::sync::Arc;

use super::super::Outcome;
use super::super::model::{State, VersionState};
use crate::evidence::{AddressEvidence, Evidence, Gathered, Observation};
use crate::scenario::{Addresses, Depth, Expectation};
use crate::verdict::{Charge, ClientFinding, Finding, Verdict, judge};
use crate::version::{Version, VersionRange};

/// What is known of each version, oldest first; nothing of those that were not asked for.
pub(super) fn states(outcome: &Outcome) -> Vec<VersionState> {
    let expected = |version| expected(outcome, version);
    let state = |version| match &outcome.evidence {
        Gathered::Server(evidence) => of_host(outcome, evidence, version),
        Gathered::Client(_) => of_program(outcome, version),
    };
    Version::ALL
        .into_iter()
        .filter_map(|version| {
            Some(VersionState { version, state: state(version)?, expected: expected(version) })
        })
        .collect()
}

/// What is expected of one version by itself.
fn expected(outcome: &Outcome, version: Version) -> Option<State> {
    let scenario = &*outcome.test.scenario;
    let range = scenario.versions;
    if !range.contains(version) {
        return None;
    }
    match &scenario.expectation {
        Expectation::Refused { .. } => Some(State::Refused),
        Expectation::Accepted(acceptable) => {
            let is_only = acceptable.version.unwrap_or(range.min()) == version
                && (acceptable.version.is_some() || range.min() == range.max());
            is_only.then_some(State::Accepted)
        }
        Expectation::Unreachable => None,
    }
}

fn of_host(outcome: &Outcome, evidence: &Evidence, version: Version) -> Option<State> {
    let scenario = &*outcome.test.scenario;
    if matches!(scenario.expectation, Expectation::Unreachable) {
        return None;
    }
    let states: Vec<State> =
        evidence.addresses.iter().map(|address| of_address(outcome, address, version)).collect();
    let is_accepted = states.contains(&State::Accepted);
    if !scenario.versions.contains(version) {
        return is_accepted.then_some(State::Accepted);
    }
    // Where all addresses have to accept it, one that does not is what the host is.
    let must_all_accept =
        scenario.addresses == Addresses::All && expected(outcome, version) == Some(State::Accepted);
    // Where another version of the range was chosen nobody asked for this one alone.
    let is_settled = is_settled_by_another(&scenario.expectation, &outcome.judgement.finding);
    match (states.iter().min(), states.contains(&State::Refused)) {
        (_, true) if must_all_accept => Some(State::Refused),
        (Some(State::Unknown), _) if must_all_accept && !is_settled => Some(State::Unknown),
        _ if is_accepted => Some(State::Accepted),
        (Some(State::Refused), _) => Some(State::Refused),
        _ if is_settled => None,
        _ => Some(State::Unknown),
    }
}

fn of_address(outcome: &Outcome, address: &AddressEvidence, version: Version) -> State {
    let is_chosen = |observation: &Arc<Observation>| observation.chosen() == Some(version);
    if address.observations.iter().any(is_chosen) {
        State::Accepted
    } else if outcome.test.scenario.versions.contains(version) && is_refused(outcome, address, version) {
        State::Refused
    } else {
        State::Unknown
    }
}

/// Whether one address refuses the version, by itself or with its whole range.
fn is_refused(outcome: &Outcome, address: &AddressEvidence, version: Version) -> bool {
    let of_range = outcome.judgement.addresses.iter().any(|judged| {
        judged.address == address.address
            && matches!(judged.finding, Finding::NotAccepted(_) | Finding::AnsweredBelow(_))
    });
    let charge = Charge {
        versions: VersionRange::only(version),
        expectation: &Expectation::Refused { alert: None },
        depth: Depth::Hello,
        addresses: Addresses::All,
    };
    let alone = || Evidence { addresses: vec![address.clone()], ..Evidence::default() };
    of_range || judge(&charge, &alone()).verdict == Verdict::Passed
}

fn is_settled_by_another(expectation: &Expectation, finding: &Finding) -> bool {
    matches!(expectation, Expectation::Accepted(_))
        && matches!(
            finding,
            Finding::Accepted(_)
                | Finding::OtherVersion { .. }
                | Finding::CannotFinish { .. }
                | Finding::HandshakeRefused { .. }
                | Finding::HandshakeBroke { .. }
                | Finding::Certificate { .. }
                | Finding::CertificateEndsSoon { .. }
                | Finding::OtherStatus { .. }
                | Finding::NoHttpAnswer(_)
        )
}

/// Of a program: accepted is what it speaks, refused what it does not offer or refuses itself.
fn of_program(outcome: &Outcome, version: Version) -> Option<State> {
    use ClientFinding as F;
    let Finding::Client(finding) = &outcome.judgement.finding else { return None };
    let range = outcome.test.scenario.versions;
    match finding {
        F::Speaks(spoken, _)
        | F::NotTrusted(spoken, _)
        | F::ProgramFailed(spoken, _)
        | F::StillSpeaks(spoken, _)
        | F::TrustUnclear(spoken)
        | F::OtherVersion { chosen: spoken, .. } => (*spoken == version).then_some(State::Accepted),
        F::RefusesItself(refused, _) | F::OfferedAndRefused(refused, _) => {
            (*refused == version).then_some(State::Refused)
        }
        F::StaysAway(_) | F::NotOffered(_) | F::RefusedByHost(_) => {
            range.contains(version).then_some(State::Refused)
        }
        F::OtherStatus { .. } | F::StatusUnseen(_) => {
            let is_spoken = range.min() == range.max() && range.contains(version);
            is_spoken.then_some(State::Accepted)
        }
        F::LeftOut(_) => None,
        F::AlertFirst(_)
        | F::NothingInCommon(..)
        | F::BrokeProtocol(..)
        | F::DeclinedByHost(_)
        | F::NotInstalled(_)
        | F::NeverConnected
        | F::SentNothing
        | F::NotTls(_)
        | F::NotAHello(_)
        | F::CannotTell(..)
        | F::OffersWithoutMeans(..)
        | F::ChosenOutside(_)
        | F::HostUnclear(_)
        | F::StillRunning
        | F::OurSide(_) => range.contains(version).then_some(State::Unknown),
    }
}
