//! Which probes a test needs, and in which order: whatever can go at once goes at once.
//!
//! The inquiry decides nothing. It stops where no further probe can change the verdict, and
//! [`crate::verdict`] would call evidence that lacks a step inconclusive.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::at_once::at_once;
use super::inventory::inventory;
use super::offers;
use super::prober::{Errand, Pending, Prober, Target};
use crate::evidence::{CONTROLS_OF_ANSWERS, Hello, Observation, Offer, Outcome, Strength};
use crate::scenario::{Depth, Expectation, PostureRequirements};
use crate::verdict::{Charge, is_cut_off, is_doubtful};
use crate::version::{Version, VersionRange};

/// What the observations of one address are made with.
#[derive(Debug)]
pub struct Inquiry<'a> {
    /// Makes the observations.
    pub prober: &'a Prober,
    /// Where they go.
    pub target: &'a Arc<Target>,
    /// What is on trial.
    pub charge: &'a Charge<'a>,
    /// What a full handshake is made for; its versions are set here.
    pub errand: &'a Errand,
}

/// What is offered first, whatever comes of it.
pub(super) fn first_offers(charge: &Charge<'_>) -> Vec<Offer> {
    let refused = |range| offers::each_alone(range).into_iter().chain(offers::control(range));
    match charge.expectation {
        // A handshake is made first, and may be enough.
        Expectation::Accepted(_) if makes_handshake_first(charge) => Vec::new(),
        Expectation::Accepted(_) | Expectation::Unreachable => {
            offers::whole_range(charge.versions).into_iter().take(1).collect()
        }
        // The control last: under a throttle it is the one that is cut off.
        Expectation::Refused { .. } => refused(charge.versions).collect(),
        Expectation::Meets(requirements) => {
            let forbidden = requirements.forbidden_versions.iter().copied().map(VersionRange::only);
            forbidden.flat_map(refused).chain(offers::each_alone(charge.versions)).collect()
        }
    }
}

fn by_rustls(charge: &Charge<'_>) -> Option<VersionRange> {
    let rustls = VersionRange::new(Version::Tls12, Version::Tls13)?;
    charge.versions.intersection(rustls).filter(|_| charge.depth >= Depth::Handshake)
}

fn makes_handshake_first(charge: &Charge<'_>) -> bool {
    by_rustls(charge) == Some(charge.versions)
}

/// All that bears on the test at one address, in the order in which it was begun.
#[must_use]
pub fn inquire(inquiry: &Inquiry<'_>) -> Vec<Arc<Observation>> {
    let mut observations = match inquiry.charge.expectation {
        Expectation::Accepted(acceptable) => {
            let mut observations = inquiry.acceptance();
            if !acceptable.posture.is_empty() {
                observations.extend(inquiry.inventory(&acceptable.posture));
            }
            observations
        }
        Expectation::Refused { .. } => inquiry.refusal(),
        Expectation::Unreachable => inquiry.observe(&first_offers(inquiry.charge)),
        Expectation::Meets(requirements) => inquiry.inventory(requirements),
    };
    // What several questions share is one observation.
    let mut seen = HashSet::new();
    observations.retain(|observation| seen.insert(Arc::as_ptr(observation)));
    observations.sort_by_key(|observation| observation.started);
    observations
}

impl Inquiry<'_> {
    /// What must be refused is asked for as where nothing else is on trial; then what the server has.
    fn inventory(&self, requirements: &PostureRequirements) -> Vec<Arc<Observation>> {
        let refused = at_once(&requirements.forbidden_versions, |version| {
            let expectation = Expectation::Refused { alert: None };
            let versions = VersionRange::only(*version);
            let charge = Charge { versions, expectation: &expectation, ..self.charge.clone() };
            Inquiry { charge: &charge, ..*self }.refusal()
        });
        let mut observations: Vec<_> = refused.into_iter().flatten().collect();
        let range = self.charge.versions;
        observations.extend(inventory(self.prober, self.target, range, requirements));
        observations
    }

    fn observe(&self, offers: &[Offer]) -> Vec<Arc<Observation>> {
        self.prober.observe_all(self.target, offers)
    }

    fn acceptance(&self) -> Vec<Arc<Observation>> {
        let handshake = |versions| {
            let errand = Errand { versions, ..self.errand.clone() };
            self.prober.handshake(self.target, &errand)
        };
        match by_rustls(self.charge) {
            Some(versions) if makes_handshake_first(self.charge) => {
                let mut observations = vec![handshake(versions)];
                if observations.iter().all(|observation| needs_hello(&observation.outcome)) {
                    observations.extend(self.hellos());
                }
                observations
            }
            Some(versions) => {
                let mut observations = self.hellos();
                // Below 1.2 the hello is all that can be had.
                if observations.iter().any(|observation| observation.chosen() >= Some(Version::Tls12)) {
                    observations.push(handshake(versions));
                }
                observations
            }
            None => self.hellos(),
        }
    }

    /// The whole range by our own hellos, and the variants of those that were refused weakly.
    fn hellos(&self) -> Vec<Arc<Observation>> {
        let mut observations = Vec::new();
        // One after another: SSL 2.0 is asked for only where the newer ones of the range are refused.
        for offer in offers::whole_range(self.charge.versions) {
            let observation = self.prober.observe(self.target, offer);
            let weak = is_weakly_refused(&observation.outcome);
            let refused = matches!(observation.outcome, Outcome::Refused(_));
            observations.push(observation);
            if weak {
                observations.extend(self.observe(&offers::variants(offer.versions)));
            }
            let accepted = observations.iter().any(|observation| observation.chosen().is_some());
            if accepted || !refused {
                break;
            }
        }
        observations
    }

    /// Every version alone beside a control; then, for what was refused weakly, other hellos beside
    /// the control again; then the control as often at a time as there can be connections.
    fn refusal(&self) -> Vec<Arc<Observation>> {
        let range = self.charge.versions;
        let control = offers::control(range);
        let mut observations = self.observe(&first_offers(self.charge));

        let all_refused = observations
            .iter()
            .filter(|observation| observation.offer.versions.intersection(range).is_some())
            .all(|observation| matches!(observation.outcome, Outcome::Refused(_) | Outcome::Answered(_)));
        if !all_refused {
            return observations;
        }
        if control_among(range, &observations).is_none() {
            observations.extend(self.observe(&offers::other_controls(range, control)));
        }
        if control_among(range, &observations).is_none() {
            let found = |observations: &[_]| control_among(range, observations).is_some();
            look_for_rare_suites(self.prober, self.target, Some(range), found, &mut observations);
        }
        if control_among(range, &observations).is_none() {
            observations.extend(self.observe(&other_hellos(range, &observations)));
        }
        let Some(control) = control_among(range, &observations) else {
            return observations;
        };
        let mut control = control.offer;
        // A lower answer proves its version; offered by itself that version is accepted.
        if let Some(answered) = answered_to(control, &observations) {
            control = Offer { versions: VersionRange::only(answered), hello: Hello::Standard };
            observations.extend(self.observe(&[control]));
        }

        let followed = confirm(self.prober, self.target, range, control, &observations);
        observations.extend(followed);
        observations
    }
}

/// What makes weak refusals of the range count: other hellos beside the control, then a crowd of
/// controls. Nothing where no refusal is weak.
pub(super) fn confirm(
    prober: &Prober,
    target: &Arc<Target>,
    range: VersionRange,
    control: Offer,
    observations: &[Arc<Observation>],
) -> Vec<Arc<Observation>> {
    let is_weak = observations
        .iter()
        .filter(|observation| observation.offer.versions.intersection(range).is_some())
        .any(|observation| is_weakly_refused(&observation.outcome));
    if !is_weak {
        return Vec::new();
    }
    let others = other_hellos(range, observations);
    let begun = latest_end(observations);
    let known_up = observations
        .iter()
        .filter(|observation| observation.offer == control && observation.chosen().is_some())
        .map(|observation| observation.ended())
        .min()
        .unwrap_or_default();
    let asked: Vec<(Offer, Pending)> =
        others.into_iter().map(|offer| (offer, prober.begin(target, offer))).collect();
    // The control last: what cuts it off has cut the others off before.
    let glance = at_a_glance(control, observations);
    let control_again = prober.begin_after(target, glance, begun);
    let asked: Vec<_> = asked.into_iter().map(|(offer, pending)| (offer, pending.wait())).collect();
    // What another test has asked for will do, unless it was before the server was known to be up.
    let again: Vec<_> = asked
        .iter()
        .filter(|(_, observation)| observation.started < known_up)
        .map(|(offer, _)| prober.begin_after(target, *offer, known_up))
        .collect();
    let mut followed: Vec<_> =
        asked.into_iter().map(|(_, it)| it).filter(|it| it.started >= known_up).collect();
    followed.extend(again.into_iter().map(|pending| pending.wait(known_up)));
    let seen = control_again.wait(begun);
    // A server that objects to so bare a hello says nothing of a throttle.
    let is_understood = seen.chosen().is_some() || is_cut_off(&seen);
    let control = if is_understood { glance } else { control };
    followed.push(if is_understood { seen } else { prober.observe_after(target, control, begun) });
    // The others may have been sent by another test before.
    let moment = begun.max(latest_end(&followed));
    let is_doubted = observations.iter().chain(&followed).any(|it| is_doubtful(&it.outcome));
    let count = if is_doubted { Prober::crowd_of(target) } else { CONTROLS_OF_ANSWERS };
    followed.extend(prober.observe_crowded_after(target, control, moment, count));
    followed
}

/// The control that costs the server least: where TLS 1.3 was chosen, one that asks for the group that was
/// chosen, without a share. The HelloRetryRequest to it says as much, and nothing is computed or signed.
pub(super) fn at_a_glance(control: Offer, observations: &[Arc<Observation>]) -> Offer {
    let group =
        observations.iter().filter(|observation| observation.offer == control).find_map(|it| {
            match &it.outcome {
                Outcome::Accepted(acceptance) if acceptance.version == Version::Tls13 => acceptance.group,
                _ => None,
            }
        });
    group.map_or(control, |group| Offer {
        versions: VersionRange::only(Version::Tls13),
        hello: Hello::OneGroup(group),
    })
}

/// A server of rare suites, PSK, anonymous or CCM alone, is up, and other hellos show it. They are
/// sent for one version after the other, so that what is found comes before what it is to confirm.
/// Those that meet `left_out` are not.
pub(super) fn look_for_rare_suites(
    prober: &Prober,
    target: &Arc<Target>,
    left_out: Option<VersionRange>,
    is_found: impl Fn(&[Arc<Observation>]) -> bool,
    observations: &mut Vec<Arc<Observation>>,
) {
    for version in Version::ALL.into_iter().rev().map(VersionRange::only) {
        if is_found(observations) {
            return;
        }
        if left_out.is_none_or(|range| range.intersection(version).is_none()) {
            let alone: Vec<_> = observations
                .iter()
                .filter(|observation| observation.offer.versions == version)
                .cloned()
                .collect();
            let others = other_hellos(version, &alone);
            observations.extend(prober.observe_all(target, &others));
        }
    }
}

/// The other hellos for what was refused weakly within `range`, as far as they were not sent yet.
pub(super) fn other_hellos(range: VersionRange, observations: &[Arc<Observation>]) -> Vec<Offer> {
    let is_sent = |offer: &Offer| observations.iter().any(|observation| observation.offer == *offer);
    observations
        .iter()
        .filter(|observation| observation.offer.hello == Hello::Standard)
        .filter(|observation| observation.offer.versions.intersection(range).is_some())
        .filter(|observation| is_weakly_refused(&observation.outcome))
        .flat_map(|observation| offers::variants(observation.offer.versions))
        .filter(|offer| !is_sent(offer))
        .collect()
}

/// The observation that proves the newest version outside the range, an acceptance before an answer.
fn control_among(range: VersionRange, observations: &[Arc<Observation>]) -> Option<Arc<Observation>> {
    observations
        .iter()
        // The offer must be outside too: sent again, it must not put the range itself on trial.
        .filter(|observation| observation.offer.versions.intersection(range).is_none())
        .filter(|observation| observation.chosen().is_some_and(|chosen| !range.contains(chosen)))
        .max_by_key(|observation| (observation.chosen(), matches!(observation.outcome, Outcome::Accepted(_))))
        .cloned()
}

/// The version that was answered to an offer instead of one of its own.
fn answered_to(offer: Offer, observations: &[Arc<Observation>]) -> Option<Version> {
    observations.iter().filter(|observation| observation.offer == offer).find_map(|observation| {
        match &observation.outcome {
            Outcome::Answered(answer) => Some(answer.version),
            _ => None,
        }
    })
}

pub(super) fn latest_end(observations: &[Arc<Observation>]) -> Duration {
    observations.iter().map(|observation| observation.ended()).max().unwrap_or_default()
}

pub(super) fn is_weakly_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(refusal) if refusal.strength() == Strength::Weak)
}

/// Whether our own hello can say more than the one of rustls did: it offers more suites, and it
/// reads lower answers.
fn needs_hello(outcome: &Outcome) -> bool {
    is_weakly_refused(outcome) || matches!(outcome, Outcome::Violation(_))
}
