//! What a server has: its cipher suites and groups, found one by one, and how it answers hellos that ask
//! for something special.
//!
//! A server chooses one of what is offered. So what it chose is left out of the next offer, until it
//! refuses: then it has none of the rest. The inquiry decides nothing: [`crate::verdict`] sees for itself
//! which suites and groups no refusal covers.

use std::sync::Arc;

use super::at_once::at_once;
use super::inquiry::{is_weakly_refused, latest_end, look_for_rare_suites, other_hellos};
use super::offers;
use super::prober::{Prober, Target};
use crate::evidence::{Extras, Groups, Hello, Observation, Offer, Outcome, SaidName, Tailored};
use crate::scenario::{PostureRequirements, Tolerance};
use crate::verdict::inventory::{is_borne, is_declined, ordered_suites};
use crate::verdict::is_doubtful;
use crate::version::{Version, VersionRange};
use crate::wire::{
    CipherSuite, GroupSet, NamedGroup, SuiteClass, SuiteSet, askable_groups, most_suites, offered_suites,
};

/// Where observations go.
struct Place<'a> {
    prober: &'a Prober,
    target: &'a Arc<Target>,
}

/// One thing to find out, independent of the others.
#[derive(Debug, Clone, Copy)]
enum Errand {
    Suites(Version, bool),
    Groups(Version),
    One(Offer),
}

/// All that bears on the requirements at one address.
pub(super) fn inventory(
    prober: &Prober,
    target: &Arc<Target>,
    range: VersionRange,
    requirements: &PostureRequirements,
) -> Vec<Arc<Observation>> {
    let place = Place { prober, target };
    let mut observations = place.versions(range);
    let spoken = spoken(range, &observations);
    let errands = errands(range, requirements, &spoken, &observations);
    let found = at_once(&errands, |errand| match errand {
        Errand::Suites(version, ask_for_order) => place.suites(*version, *ask_for_order, &observations),
        Errand::Groups(version) => place.groups(*version, &observations),
        Errand::One(offer) => vec![place.observe(*offer)],
    });
    observations.extend(found.into_iter().flatten());
    let again = unborne(&observations);
    observations.extend(place.observe_all(&again));
    let controls = place.controls(&observations);
    observations.extend(controls);
    observations
}

fn only(version: Version, tailored: Tailored) -> Offer {
    Offer { versions: VersionRange::only(version), hello: Hello::Tailored(tailored) }
}

/// The versions of the range that were chosen when they were offered alone.
fn spoken(range: VersionRange, observations: &[Arc<Observation>]) -> Vec<Version> {
    let is_spoken = |version: &Version| {
        observations.iter().any(|observation| {
            observation.offer.versions == VersionRange::only(*version)
                && observation.chosen() == Some(*version)
        })
    };
    range.iter().filter(is_spoken).collect()
}

/// What was refused in a form that nothing was accepted in, with something put back that is there, or without
/// what was asked: for each form what offers the most. Only where that is accepted do the refusals say that
/// the rest is not there.
fn unborne(observations: &[Arc<Observation>]) -> Vec<Offer> {
    let all: Vec<&Observation> = observations.iter().map(AsRef::as_ref).collect();
    let mut largest: Vec<(Offer, Tailored)> = Vec::new();
    for observation in all.iter().filter(|it| is_declined(it) && !is_borne(it, &all)) {
        let Hello::Tailored(tailored) = observation.offer.hello else { continue };
        let is_alike = |(offer, other): &&mut (Offer, Tailored)| {
            offer.versions == observation.offer.versions
                && other.extras == tailored.extras
                && other.groups.is_some() == tailored.groups.is_some()
        };
        let size = |it: &Tailored| it.suites.map(|suites| suites.len());
        match largest.iter_mut().find(is_alike) {
            Some(known) if size(&known.1) < size(&tailored) => *known = (observation.offer, tailored),
            Some(_) => {}
            None => largest.push((observation.offer, tailored)),
        }
    }
    largest.into_iter().filter_map(|(offer, tailored)| put_back(offer, tailored, observations)).collect()
}

/// The same offer with a suite, or where it is about groups with the groups, that the version has.
fn put_back(offer: Offer, tailored: Tailored, observations: &[Arc<Observation>]) -> Option<Offer> {
    if tailored.extras.is_question() {
        let hello = Hello::Tailored(Tailored { extras: Extras::default(), ..tailored });
        return Some(Offer { hello, ..offer });
    }
    let of_version = || observations.iter().filter(|it| it.offer.versions == offer.versions);
    let known: GroupSet = of_version().filter_map(|it| group_of(it)).collect();
    if let Some(groups) = tailored.groups
        && !known.is_empty()
    {
        let mut behind = groups.behind;
        known.iter().filter(|group| !groups.wanted.contains(*group)).for_each(|group| behind.insert(group));
        let groups = Some(Groups { behind, ..groups });
        return Some(Offer { hello: Hello::Tailored(Tailored { groups, ..tailored }), ..offer });
    }
    let suite = of_version().find_map(|it| suite_of(it))?;
    let mut suites = tailored.suites.unwrap_or_else(|| offered_suites(offer));
    // No more than before: the number may be what was refused.
    if let Some(last) =
        suites.iter().next_back().filter(|_| suites.len() >= most_suites(offer.versions.max()))
    {
        suites.remove(last);
    }
    suites.insert(suite);
    Some(Offer { hello: Hello::Tailored(Tailored { suites: Some(suites), ..tailored }), ..offer })
}

/// What a hello that is to be accepted says of suites and groups: nothing special, where an ordinary one is
/// accepted, else what the version is known to have.
fn reaching(version: Version, observations: &[Arc<Observation>]) -> Tailored {
    let of_version = || {
        observations
            .iter()
            .filter(|it| it.offer.versions == VersionRange::only(version) && suite_of(it).is_some())
    };
    let by_standard = of_version().any(|it| it.offer.hello == Hello::Standard);
    let Some(known) = of_version().next().filter(|_| !by_standard) else { return Tailored::default() };
    let groups = group_of(known)
        .map(|group| Groups { wanted: [group].into_iter().collect(), behind: GroupSet::default() });
    Tailored {
        suites: suite_of(known).map(|suite| [suite].into_iter().collect()),
        groups,
        ..Tailored::default()
    }
}

/// What is to be found out, by the requirements and the versions that are spoken.
fn errands(
    range: VersionRange,
    requirements: &PostureRequirements,
    spoken: &[Version],
    observations: &[Arc<Observation>],
) -> Vec<Errand> {
    let mut errands = Vec::new();
    let ask_for_order = requirements.server_preference.is_some();
    let ask_for_suites = requirements.cipher_suites.is_asked() || ask_for_order;
    for version in spoken.iter().copied() {
        let is_old = version < Version::Tls13;
        let has_extensions = version > Version::Ssl3;
        if ask_for_suites {
            errands.push(Errand::Suites(version, ask_for_order));
        }
        if requirements.groups.is_asked() && has_extensions {
            errands.push(Errand::Groups(version));
        }
        let plain = reaching(version, observations);
        let mut one = |tailored| errands.push(Errand::One(only(version, tailored)));
        if is_old && version > Version::Ssl2 {
            if requirements.dh_bits.is_some() {
                prime_suites(version).for_each(|suites| one(Tailored::suites(suites)));
            }
            if requirements.compression.is_some() {
                let extras = Extras { compression: true, ..Extras::default() };
                one(Tailored { extras, ..plain });
            }
            let asks_for_answer =
                requirements.extended_master_secret.or(requirements.secure_renegotiation).is_some();
            if asks_for_answer && plain != Tailored::default() {
                one(plain);
            }
        }
        if is_old && has_extensions && requirements.encrypt_then_mac.is_some() {
            let extras = Extras { encrypt_then_mac: true, ..Extras::default() };
            one(Tailored { extras, ..Tailored::suites(cbc_suites(version)) });
        }
    }
    errands.extend(tolerance_errands(requirements, spoken, observations));
    let asks_by_name =
        [(requirements.unknown_name, SaidName::Unknown), (requirements.without_name, SaidName::Nothing)];
    for (_, name) in asks_by_name.into_iter().filter(|(answer, _)| answer.is_some()) {
        let extras = Extras { name, ..Extras::default() };
        let newest = spoken.iter().copied().max().map(|version| (version, reaching(version, observations)));
        if let Some((version, plain)) = newest.filter(|(_, plain)| *plain != Tailored::default()) {
            errands.push(Errand::One(only(version, Tailored { extras, ..plain })));
        } else if let Some(offer) = offers::whole_range(range).first() {
            let hello = Hello::Tailored(Tailored { extras, ..Tailored::default() });
            errands.push(Errand::One(Offer { hello, ..*offer }));
        }
    }
    errands
}

/// A version that does not exist is offered as the newest client would do it, and as one of before TLS
/// 1.3 would: servers read it in different places.
fn tolerance_errands(
    requirements: &PostureRequirements,
    spoken: &[Version],
    observations: &[Arc<Observation>],
) -> Vec<Errand> {
    let newest = spoken.iter().copied().max().filter(|version| *version > Version::Ssl3);
    let newest_old =
        spoken.iter().copied().filter(|version| (Version::Tls10..Version::Tls13).contains(version)).max();
    let mut errands = Vec::new();
    for tolerance in &requirements.tolerates {
        let (versions, extras) = match tolerance {
            Tolerance::FutureVersion => {
                let versions: Vec<Version> =
                    newest.into_iter().chain(newest_old.filter(|old| Some(*old) != newest)).collect();
                (versions, Extras { future_version: true, ..Extras::default() })
            }
            Tolerance::Grease => (newest.into_iter().collect(), Extras { grease: true, ..Extras::default() }),
        };
        let offer = |version| only(version, Tailored { extras, ..reaching(version, observations) });
        errands.extend(versions.into_iter().map(|version| Errand::One(offer(version))));
    }
    errands
}

/// Those by which the server sends a prime, by how it says who it is: it may have another one for each.
fn prime_suites(version: Version) -> impl Iterator<Item = SuiteSet> {
    let kind = |suite: &CipherSuite| match suite {
        suite if SuiteClass::Anonymous.holds(*suite) => 1,
        suite if SuiteClass::Psk.holds(*suite) => 2,
        _ => 0,
    };
    let of_kind = move |wanted| -> SuiteSet {
        let all = CipherSuite::all_in(version).filter(|suite| suite.sends_prime());
        all.filter(|suite| kind(suite) == wanted).collect()
    };
    (0..=2).map(of_kind).filter(|suites| !suites.is_empty())
}

fn ecdhe_suites(version: Version) -> SuiteSet {
    let is_ecdhe = |suite: &CipherSuite| SuiteClass::Ecdhe.holds(*suite) && !SuiteClass::Psk.holds(*suite);
    CipherSuite::all_in(version).filter(is_ecdhe).collect()
}

fn cbc_suites(version: Version) -> SuiteSet {
    let is_usual = |suite: &CipherSuite| {
        SuiteClass::Cbc.holds(*suite)
            && [SuiteClass::Psk, SuiteClass::Anonymous, SuiteClass::Export, SuiteClass::StaticDh]
                .iter()
                .all(|class| !class.holds(*suite))
    };
    CipherSuite::all_in(version).filter(is_usual).take(most_suites(version)).collect()
}

impl Place<'_> {
    fn observe(&self, offer: Offer) -> Arc<Observation> {
        self.prober.observe(self.target, offer)
    }

    fn observe_all(&self, offers: &[Offer]) -> Vec<Arc<Observation>> {
        self.prober.observe_all(self.target, offers)
    }

    /// Every version of the range alone, and other hellos for what was refused weakly. Where none of it is
    /// spoken, a control outside of it.
    fn versions(&self, range: VersionRange) -> Vec<Arc<Observation>> {
        let mut observations = self.observe_all(&offers::each_alone(range));
        let others = other_hellos(range, &observations);
        observations.extend(self.observe_all(&others));
        if accepted(&observations).is_none() {
            let control = offers::control(range);
            observations.extend(control.map(|offer| self.observe(offer)));
            if accepted(&observations).is_none() {
                let others = offers::other_controls(range, control);
                observations.extend(self.observe_all(&others));
            }
        }
        if accepted(&observations).is_none() {
            let found = |observations: &[_]| accepted(observations).is_some();
            look_for_rare_suites(self.prober, self.target, None, found, &mut observations);
        }
        observations
    }

    /// The suites of one version, and whose order counts.
    fn suites(
        &self,
        version: Version,
        ask_for_order: bool,
        known: &[Arc<Observation>],
    ) -> Vec<Arc<Observation>> {
        let of_version =
            |observation: &&Arc<Observation>| observation.offer.versions == VersionRange::only(version);
        let mut accepted: SuiteSet =
            known.iter().filter(of_version).filter_map(|known| suite_of(known)).collect();
        let open: SuiteSet = CipherSuite::all_in(version).collect::<SuiteSet>().without(&accepted);
        let found = at_once(&parts(&open, most_suites(version)), |part| self.exhaust(version, *part));
        let mut observations: Vec<Arc<Observation>> = found.into_iter().flatten().collect();
        observations.iter().filter_map(|found| suite_of(found)).for_each(|suite| accepted.insert(suite));
        let ordered = ordered_suites(accepted.iter());
        if ask_for_order && ordered.len() > 1 {
            let orders = [false, true]
                .map(|reversed| only(version, Tailored { reversed, ..Tailored::suites(ordered) }));
            observations.extend(self.observe_all(&orders));
        }
        observations
    }

    /// Offers these suites again and again without those that were chosen, until they are refused.
    fn exhaust(&self, version: Version, mut suites: SuiteSet) -> Vec<Arc<Observation>> {
        let mut observations = Vec::new();
        while !suites.is_empty() {
            let observation = self.observe(only(version, Tailored::suites(suites)));
            let chosen = suite_of(&observation).filter(|chosen| suites.contains(*chosen));
            observations.push(observation);
            match chosen {
                Some(chosen) => suites.remove(chosen),
                None => break,
            }
        }
        observations
    }

    /// The groups of one version, found as its suites are.
    fn groups(&self, version: Version, known: &[Arc<Observation>]) -> Vec<Arc<Observation>> {
        let suites = (version < Version::Tls13).then(|| ecdhe_suites(version));
        let offer = |wanted, behind| {
            let groups = Some(Groups { wanted, behind });
            only(version, Tailored { suites, groups, ..Tailored::default() })
        };
        let mut wanted = askable_groups(version);
        let of_version =
            |observation: &&Arc<Observation>| observation.offer.versions == VersionRange::only(version);
        let mut chosen: GroupSet =
            known.iter().filter(of_version).filter_map(|known| group_of(known)).collect();
        chosen.iter().for_each(|group| wanted.remove(group));
        let mut behind = GroupSet::default();
        let mut observations = Vec::new();
        while !wanted.is_empty() {
            let observation = self.observe(offer(wanted, behind));
            let group = group_of(&observation).filter(|group| wanted.contains(*group));
            let is_refused = is_weakly_refused(&observation.outcome);
            observations.push(observation);
            match group {
                Some(group) => {
                    wanted.remove(group);
                    chosen.insert(group);
                }
                // Up to TLS 1.2 a certificate of ECDSA needs its own curve among the groups (RFC 8422 5.1):
                // so those that are known are offered again, behind the others.
                None if is_refused && behind.is_empty() && !chosen.is_empty() && version < Version::Tls13 => {
                    behind = chosen;
                }
                None => break,
            }
        }
        observations
    }

    /// The proof that the server was up when it had refused: one acceptance, or as many at a time as there
    /// may be connections where a refusal can have other causes than what was offered.
    fn controls(&self, observations: &[Arc<Observation>]) -> Vec<Arc<Observation>> {
        let is_doubted = observations.iter().any(|observation| is_doubtful(&observation.outcome));
        let is_refused = observations.iter().any(|observation| is_weakly_refused(&observation.outcome));
        let Some(control) = accepted(observations).filter(|_| is_refused) else {
            return Vec::new();
        };
        let refused: Vec<Arc<Observation>> =
            observations.iter().filter(|it| is_weakly_refused(&it.outcome)).cloned().collect();
        let moment = latest_end(&refused);
        let is_proven = || {
            observations.iter().any(|it| matches!(it.outcome, Outcome::Accepted(_)) && it.started >= moment)
        };
        if !is_doubted && is_proven() {
            Vec::new()
        } else if is_doubted {
            let count = Prober::crowd_of(self.target);
            self.prober.observe_crowded_after(self.target, control.offer, moment, count)
        } else {
            vec![self.prober.observe_after(self.target, control.offer, moment)]
        }
    }
}

/// The acceptance of the newest version that was offered alone by an ordinary hello.
fn accepted(observations: &[Arc<Observation>]) -> Option<&Arc<Observation>> {
    observations
        .iter()
        .filter(|observation| matches!(observation.outcome, Outcome::Accepted(_)))
        .filter(|observation| !matches!(observation.offer.hello, Hello::Tailored(_)))
        .max_by_key(|observation| observation.offer.versions)
}

fn suite_of(observation: &Observation) -> Option<CipherSuite> {
    match &observation.outcome {
        Outcome::Accepted(acceptance) => Some(acceptance.cipher_suite),
        _ => None,
    }
}

fn group_of(observation: &Observation) -> Option<NamedGroup> {
    match &observation.outcome {
        Outcome::Accepted(acceptance) => acceptance.group,
        _ => None,
    }
}

/// A set in as few parts of equal size as may be.
fn parts(suites: &SuiteSet, most: usize) -> Vec<SuiteSet> {
    let all: Vec<CipherSuite> = suites.iter().collect();
    let count = all.len().div_ceil(most.max(1)).max(1);
    all.chunks(all.len().div_ceil(count).max(1)).map(|part| part.iter().copied().collect()).collect()
}
