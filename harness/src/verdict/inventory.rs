//! What the observations of one address say that it has, version by version, and what they leave open.
//!
//! A suite or group counts as absent only where a hello that offered it was refused, and one of the same
//! form was not: what was never offered, or was offered beside one that was chosen, is open.

use super::Finding;
use super::refused::refusal_of;
use crate::evidence::{
    Acceptance, CONNECTIONS_AT_A_TIME, Extras, Groups, Hello, Observation, Offer, Outcome, Refusal, Strength,
    Tailored,
};
use crate::version::{Version, VersionRange};
use crate::wire::{
    AlertDescription, CipherSuite, GroupSet, NamedGroup, SuiteSet, askable_groups, offered_suites,
};

/// What is known of one version at one address.
#[derive(Debug)]
pub struct Inventory {
    /// The version.
    pub version: Version,
    /// Whether it is spoken; the finding says why that cannot be told.
    pub is_spoken: Result<bool, Finding>,
    /// The suites that were chosen.
    pub suites: Vec<CipherSuite>,
    /// The suites that may be there.
    pub open_suites: SuiteSet,
    /// The groups that were chosen.
    pub groups: Vec<NamedGroup>,
    /// The groups that may be there.
    pub open_groups: GroupSet,
    /// Why something is open, where an answer does not tell.
    pub doubt: Option<Finding>,
}

/// What is known of `version`.
#[must_use]
pub fn inventory(version: Version, observations: &[&Observation]) -> Inventory {
    let alone: Vec<&Observation> = observations
        .iter()
        .copied()
        .filter(|observation| observation.offer.versions == VersionRange::only(version))
        .filter(|observation| observation.offer.hello != Hello::Rustls)
        .collect();
    let ordinary: Vec<&Observation> =
        alone.iter().copied().filter(|observation| is_ordinary(observation)).collect();
    // By a hello for more than this version, to a client of the same name.
    let is_chosen_beside_others = || {
        let names = |observation: &&Observation| {
            ordinary.iter().any(|alone| alone.server_name == observation.server_name)
        };
        observations.iter().copied().filter(names).any(|it| it.chosen() == Some(version))
    };
    let is_spoken = if alone.iter().any(|observation| observation.chosen() == Some(version)) {
        Ok(true)
    } else {
        match refusal_of(version, &ordinary) {
            // Servers that differ, or one that changed: that nothing is there is not what was seen.
            Ok(_) if is_chosen_beside_others() => Err(Finding::ControlLost(version)),
            refused => refused.map(|_| false),
        }
    };
    let (suites, open_suites) = suites(version, &alone);
    let (groups, open_groups) = groups(version, &alone);
    let enumerating = || {
        alone
            .iter()
            .copied()
            .filter(|observation| enumerates_suites(observation) || groups_of(observation).is_some())
    };
    let doubt = enumerating().find_map(|observation| doubt(version, &observation.outcome));
    let is_unborne = |observation: &Observation| is_declined(observation) && !is_borne(observation, &alone);
    let doubt = doubt.or_else(|| enumerating().any(is_unborne).then_some(Finding::Unconfirmed(version)));
    let mut inventory = Inventory { version, is_spoken, suites, open_suites, groups, open_groups, doubt };
    if matches!(inventory.is_spoken, Ok(false)) {
        inventory.open_suites = SuiteSet::EMPTY;
        inventory.open_groups = GroupSet::default();
    }
    inventory
}

/// Those of which the order is asked for: many servers put ChaCha20 first for clients that do, whatever their
/// order is else.
#[must_use]
pub fn ordered_suites(suites: impl IntoIterator<Item = CipherSuite>) -> SuiteSet {
    let is_chacha20 = |suite: &CipherSuite| suite.name().is_some_and(|name| name.contains("CHACHA20"));
    suites.into_iter().filter(|suite| !is_chacha20(suite)).collect()
}

/// Whether a hello is one of those by which suites or groups are found one by one.
#[must_use]
pub fn enumerates(hello: Hello) -> bool {
    matches!(hello, Hello::Tailored(tailored) if tailored.extras == Extras::default())
}

/// Whether what was offered was not chosen.
#[must_use]
pub fn is_declined(observation: &Observation) -> bool {
    matches!(observation.outcome, Outcome::Refused(_) | Outcome::Answered(_))
}

/// Whether a refusal says that nothing of what was offered is there: a hello of the same form, with as much in
/// it, was accepted. Else the form may be what was refused, or the size: some refuse what they do not know, or
/// hellos of more than 255 bytes.
#[must_use]
pub fn is_borne(refused: &Observation, observations: &[&Observation]) -> bool {
    observations
        .iter()
        .any(|accepted| acceptance(accepted).is_some() && is_as_much(accepted.offer, refused.offer))
}

/// By how many suites the parts differ that all of them are offered in.
const DIFFERENCE_OF_PARTS: usize = 2;

fn is_as_much(offer: Offer, than: Offer) -> bool {
    let (Hello::Tailored(one), Hello::Tailored(other)) = (offer.hello, than.hello) else { return false };
    let groups =
        |it: Tailored| it.groups.map(|groups| groups.wanted.iter().chain(groups.behind.iter()).count());
    // Only what is not made to order has to be built to be counted.
    let suites = |offer, it: Tailored| it.suites.unwrap_or_else(|| offered_suites(offer)).len();
    // What asks how a form is answered has to be accepted without that.
    let form = if other.extras.is_question() { Extras::default() } else { other.extras };
    offer.versions == than.versions
        && one.extras == form
        && groups(one).is_some() == groups(other).is_some()
        && groups(one) >= groups(other)
        && suites(offer, one) + DIFFERENCE_OF_PARTS >= suites(than, other)
}

fn is_ordinary(observation: &Observation) -> bool {
    matches!(observation.offer.hello, Hello::Standard | Hello::Variant(_))
}

/// Whether a refusal of it can say that the server has none of its suites.
fn enumerates_suites(observation: &Observation) -> bool {
    matches!(
        observation.offer.hello,
        Hello::Tailored(Tailored { groups: None, suites: Some(_), extras, .. }) if extras == Extras::default()
    )
}

fn groups_of(observation: &Observation) -> Option<Groups> {
    match observation.offer.hello {
        Hello::Tailored(Tailored { groups, .. }) => groups,
        Hello::OneGroup(group) => {
            Some(Groups { wanted: [group].into_iter().collect(), behind: GroupSet::default() })
        }
        Hello::Standard | Hello::Variant(_) | Hello::Rustls => None,
    }
}

/// What was accepted by an observation.
fn acceptance(observation: &Observation) -> Option<&Acceptance> {
    match &observation.outcome {
        Outcome::Accepted(acceptance) => Some(acceptance),
        _ => None,
    }
}

fn suites(version: Version, alone: &[&Observation]) -> (Vec<CipherSuite>, SuiteSet) {
    let mut chosen = Vec::new();
    for suite in
        alone.iter().filter_map(|observation| acceptance(observation)).map(|found| found.cipher_suite)
    {
        if !chosen.contains(&suite) {
            chosen.push(suite);
        }
    }
    let refused = alone
        .iter()
        .filter(|observation| enumerates_suites(observation))
        .filter(|observation| is_declined(observation) && is_borne(observation, alone))
        .flat_map(|observation| offered_suites(observation.offer).iter());
    let settled: SuiteSet = chosen.iter().copied().chain(refused).collect();
    (chosen, CipherSuite::all_in(version).collect::<SuiteSet>().without(&settled))
}

fn groups(version: Version, alone: &[&Observation]) -> (Vec<NamedGroup>, GroupSet) {
    let mut chosen = Vec::new();
    let mut open = askable_groups(version);
    // The one of an ordinary hello begins the list, and is none where nobody asked for more.
    if alone.iter().all(|observation| groups_of(observation).is_none()) {
        return (chosen, open);
    }
    for observation in alone {
        let asked = groups_of(observation);
        match (acceptance(observation), asked) {
            (Some(Acceptance { group: Some(group), .. }), _) => {
                open.remove(*group);
                if !chosen.contains(group) {
                    chosen.push(*group);
                }
                // It prefers what stands behind: a client that has both never gets the others.
                if let Some(groups) = asked.filter(|groups| groups.behind.contains(*group)) {
                    groups.wanted.iter().for_each(|group| open.remove(group));
                }
            }
            (_, Some(groups)) if is_declined(observation) && is_borne(observation, alone) => {
                groups.wanted.iter().for_each(|group| open.remove(group));
            }
            _ => {}
        }
    }
    (chosen, open)
}

/// Why an answer that is neither a choice nor a refusal tells nothing.
pub(super) fn doubt(version: Version, outcome: &Outcome) -> Option<Finding> {
    match outcome {
        Outcome::Accepted(_) | Outcome::Answered(_) | Outcome::Refused(_) => None,
        Outcome::Inconclusive(doubt) => Some(Finding::CannotTell(version, doubt.clone())),
        Outcome::Unreachable(reason) => Some(Finding::CannotReach(reason.clone())),
        Outcome::NotTls { .. } => Some(Finding::NotTlsIsNoRefusal),
        Outcome::Violation(violation) => Some(Finding::ViolationIsNoRefusal(version, violation.clone())),
    }
}

/// Whether a refusal can have other causes than what was offered: a throttle, or a server that went down.
/// The alerts that say that nothing was to be chosen have none.
#[must_use]
pub fn is_doubtful(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Refused(Refusal::Alert(alert)) => !matches!(
            *alert,
            AlertDescription::HANDSHAKE_FAILURE
                | AlertDescription::PROTOCOL_VERSION
                | AlertDescription::INSUFFICIENT_SECURITY
        ),
        Outcome::Refused(Refusal::Ssl2NoCipher) => false,
        Outcome::Refused(Refusal::Ssl2Error(_) | Refusal::Reset | Refusal::Closed) => true,
        Outcome::Accepted(_)
        | Outcome::Answered(_)
        | Outcome::Inconclusive(_)
        | Outcome::Unreachable(_)
        | Outcome::NotTls { .. }
        | Outcome::Violation(_) => false,
    }
}

/// The proof that the address was up when it refused: an acceptance after all weak refusals, or as many
/// as there may be connections at a time where one of them is doubtful.
pub(super) fn proof(range: VersionRange, observations: &[&Observation]) -> Result<(), Finding> {
    let controls = || observations.iter().filter(|observation| observation.chosen().is_some());
    if controls().next().is_none() {
        return Err(Finding::NoControl);
    }
    for failed in observations.iter().filter(|observation| observation.chosen().is_none()) {
        let accepted = controls()
            .find(|accepted| accepted.offer == failed.offer && accepted.server_name == failed.server_name);
        if let Some(version) = accepted.and_then(|accepted| accepted.chosen()) {
            return Err(Finding::ControlLost(version));
        }
    }
    let weak = observations.iter().filter(|observation| {
        matches!(&observation.outcome, Outcome::Refused(refusal) if refusal.strength() == Strength::Weak)
    });
    let Some(last) = weak.clone().max_by_key(|observation| observation.ended()) else {
        return Ok(());
    };
    let after = controls().filter(|control| control.started >= last.ended()).count();
    let needed = if weak.clone().any(|observation| is_doubtful(&observation.outcome)) {
        CONNECTIONS_AT_A_TIME
    } else {
        1
    };
    if after >= needed {
        return Ok(());
    }
    let version = last.offer.versions.max();
    Err(Finding::Unconfirmed(if range.contains(version) { version } else { range.max() }))
}
