//! What a test tells of each version by itself: judged by the same rules as scenarios are, so that a
//! matrix of versions never says more than was proven.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Charge, ClientFinding, Finding, Judgement, Verdict, judge};
use crate::evidence::{AddressEvidence, Evidence, Gathered, Observation};
use crate::scenario::{Addresses, Depth, Expectation, Scenario};
use crate::version::{Version, VersionRange};

/// What is known of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionState {
    /// The version.
    #[serde(with = "version_key")]
    pub version: Version,
    /// What was found.
    pub state: State,
    /// What the test wants of this very version; `None` where another of its range would do.
    #[serde(default)]
    pub expected: Option<State>,
}

/// Whether a version is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It could not be told.
    Unknown,
    /// It is refused, or of a program: not offered, or refused by it.
    Refused,
    /// It is accepted, by one address at least.
    Accepted,
}

mod version_key {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::version::Version;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
    pub(super) fn serialize<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(version.key())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        let key = String::deserialize(deserializer)?;
        let known = Version::ALL.into_iter().find(|version| version.key() == key);
        known.ok_or_else(|| D::Error::custom(format!("unknown version {}", crate::escape::printable(&key))))
    }
}

/// What is known of each version, oldest first; nothing of those that were not asked for.
#[must_use]
pub fn states(scenario: &Scenario, evidence: &Gathered, judgement: &Judgement) -> Vec<VersionState> {
    let state = |version| match evidence {
        Gathered::Server(evidence) => of_host(scenario, evidence, judgement, version),
        Gathered::Client(_) => of_program(scenario.versions, &judgement.finding, version),
    };
    Version::ALL
        .into_iter()
        .filter_map(|version| {
            Some(VersionState { version, state: state(version)?, expected: expected(scenario, version) })
        })
        .collect()
}

/// What is expected of one version by itself.
fn expected(scenario: &Scenario, version: Version) -> Option<State> {
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
        Expectation::Meets(requirements) if requirements.required_versions.contains(&version) => {
            Some(State::Accepted)
        }
        Expectation::Meets(requirements) if requirements.forbidden_versions.contains(&version) => {
            Some(State::Refused)
        }
        Expectation::Meets(_) | Expectation::Unreachable => None,
    }
}

fn of_host(
    scenario: &Scenario,
    evidence: &Evidence,
    judgement: &Judgement,
    version: Version,
) -> Option<State> {
    if matches!(scenario.expectation, Expectation::Unreachable) {
        return None;
    }
    let states: Vec<State> = evidence
        .addresses
        .iter()
        .map(|address| of_address(scenario.versions, address, judgement, version))
        .collect();
    let is_accepted = states.contains(&State::Accepted);
    if !scenario.versions.contains(version) {
        return is_accepted.then_some(State::Accepted);
    }
    // Where all addresses have to accept it, one that does not is what the host is.
    let must_all_accept =
        scenario.addresses == Addresses::All && expected(scenario, version) == Some(State::Accepted);
    // Where another version of the range was chosen nobody asked for this one alone.
    let is_settled = is_settled_by_another(&scenario.expectation, &judgement.finding);
    match (states.iter().min(), states.contains(&State::Refused)) {
        (_, true) if must_all_accept => Some(State::Refused),
        (Some(State::Unknown), _) if must_all_accept && !is_settled => Some(State::Unknown),
        _ if is_accepted => Some(State::Accepted),
        (Some(State::Refused), _) => Some(State::Refused),
        _ if is_settled => None,
        _ => Some(State::Unknown),
    }
}

fn of_address(
    versions: VersionRange,
    address: &AddressEvidence,
    judgement: &Judgement,
    version: Version,
) -> State {
    let is_chosen = |observation: &Arc<Observation>| observation.chosen() == Some(version);
    if address.observations.iter().any(is_chosen) {
        State::Accepted
    } else if versions.contains(version) && is_refused(address, judgement, version) {
        State::Refused
    } else {
        State::Unknown
    }
}

/// Whether one address refuses the version, by itself or with its whole range.
fn is_refused(address: &AddressEvidence, judgement: &Judgement, version: Version) -> bool {
    let of_range = judgement.addresses.iter().any(|judged| {
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
                | Finding::Unmet { .. }
                | Finding::Posture(_)
                | Finding::Unsettled(_)
        )
}

/// Of a program: accepted is what it speaks, refused what it does not offer or refuses itself.
fn of_program(range: VersionRange, finding: &Finding, version: Version) -> Option<State> {
    use ClientFinding as F;
    let Finding::Client(finding) = finding else { return None };
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
        | F::NotConnected(_)
        | F::OurSide(_) => range.contains(version).then_some(State::Unknown),
    }
}
