//! When requirements are met: what is there is seen in answers, and what is not there in refusals that
//! nothing else can explain.

mod hellos;

use super::inventory::{Inventory, doubt, inventory, ordered_suites, proof};
use super::posture_fault::PostureFault;
use super::{Finding, Verdict, accepted, refused};
use crate::evidence::{Hello, Observation, Outcome, Tailored};
use crate::scenario::{Acceptable, Choice, Depth, GroupPattern, PostureRequirements, SuitePattern};
use crate::version::{Version, VersionRange};
use crate::wire::SuiteSet;

/// What one requirement comes to; nothing where it is met.
#[derive(Debug, Default)]
struct Found {
    /// Not met, by what is there.
    there: Vec<PostureFault>,
    /// Not met, by what is not there: that needs the proof that the server was up.
    absent: Vec<PostureFault>,
    /// Why it cannot be told.
    unclear: Option<Finding>,
}

impl Found {
    fn unclear_for(&mut self, finding: Option<Finding>) {
        self.unclear = self.unclear.take().or(finding);
    }
}

/// Judges one address by what is required within the range.
pub(super) fn judge(
    range: VersionRange,
    requirements: &PostureRequirements,
    observations: &[&Observation],
) -> Finding {
    let inventories: Vec<Inventory> = range.iter().map(|version| inventory(version, observations)).collect();
    let known = Known { range, inventories: &inventories, observations };
    let mut found = Found::default();
    known.versions(requirements, &mut found);
    known.suites(requirements, &mut found);
    known.groups(requirements, &mut found);
    hellos::prime(&known, requirements, &mut found);
    known.order(requirements, &mut found);
    hellos::features(&known, requirements, &mut found);
    hellos::tolerances(&known, requirements, &mut found);
    hellos::names(&known, requirements, &mut found);
    for inventory in &inventories {
        found.unclear_for(inventory.is_spoken.as_ref().err().cloned());
    }

    let proven = proof(range, observations);
    let mut unmet = found.there;
    if proven.is_ok() {
        unmet.extend(found.absent);
    }
    if !unmet.is_empty() {
        return Finding::Posture(unmet);
    }
    match (found.unclear, proven) {
        (Some(finding), _) | (None, Err(finding)) => finding,
        (None, Ok(())) => Finding::Meets(known.spoken().map(|inventory| inventory.version).collect()),
    }
}

struct Known<'a> {
    range: VersionRange,
    inventories: &'a [Inventory],
    observations: &'a [&'a Observation],
}

impl Known<'_> {
    fn spoken(&self) -> impl DoubleEndedIterator<Item = &Inventory> {
        self.inventories.iter().filter(|inventory| matches!(inventory.is_spoken, Ok(true)))
    }

    fn tailored(&self, version: Version, is_meant: impl Fn(&Tailored) -> bool) -> Vec<&Observation> {
        let is_meant = |observation: &&&Observation| {
            observation.offer.versions == VersionRange::only(version)
                && matches!(&observation.offer.hello, Hello::Tailored(tailored) if is_meant(tailored))
        };
        self.observations.iter().filter(is_meant).copied().collect()
    }

    fn versions(&self, requirements: &PostureRequirements, found: &mut Found) {
        let any = Acceptable::default();
        for version in requirements.required_versions.iter().copied() {
            let version_alone = VersionRange::only(version);
            let findings = accepted::findings(version_alone, Depth::Hello, &any, self.observations, &[]);
            let finding = findings.into_iter().next().unwrap_or(Finding::NotProbed(version_alone));
            match finding.verdict() {
                Verdict::Passed => {}
                Verdict::Failed => found.there.push(PostureFault::VersionNotAccepted(version)),
                _ => found.unclear_for(Some(finding)),
            }
        }
        for version in requirements.forbidden_versions.iter().copied() {
            let finding = refused::judge(VersionRange::only(version), None, self.observations);
            match finding.verdict() {
                Verdict::Passed => {}
                Verdict::Failed => found.there.push(PostureFault::VersionAccepted(version)),
                _ => found.unclear_for(Some(finding)),
            }
        }
    }

    fn suites(&self, requirements: &PostureRequirements, found: &mut Found) {
        let choice = &requirements.cipher_suites;
        let of_version = |inventory: &Inventory| {
            (inventory.suites.clone(), inventory.open_suites.iter().collect::<Vec<_>>())
        };
        let chosen = self.chosen(Version::Ssl2, choice, of_version, SuitePattern::holds, found);
        if !chosen.wrong.is_empty() {
            found.there.push(PostureFault::SuitesAccepted(chosen.wrong));
        }
        if chosen.lacks_all {
            found.absent.push(PostureFault::NoSuiteOf(choice.some.clone()));
        }
    }

    fn groups(&self, requirements: &PostureRequirements, found: &mut Found) {
        let choice = &requirements.groups;
        let of_version = |inventory: &Inventory| {
            (inventory.groups.clone(), inventory.open_groups.iter().collect::<Vec<_>>())
        };
        // SSL has no groups to choose from.
        let chosen = self.chosen(Version::Tls10, choice, of_version, GroupPattern::holds, found);
        if !chosen.wrong.is_empty() {
            found.there.push(PostureFault::GroupsAccepted(chosen.wrong));
        }
        if chosen.lacks_all {
            found.absent.push(PostureFault::NoGroupOf(choice.some.clone()));
        }
    }

    /// Holds what is there in each version, from `oldest` on, against a choice. `of_version` gives what was
    /// chosen and what may be there.
    fn chosen<P: Copy, T: Copy>(
        &self,
        oldest: Version,
        choice: &Choice<P>,
        of_version: impl Fn(&Inventory) -> (Vec<T>, Vec<T>),
        holds: impl Fn(P, T) -> bool,
        found: &mut Found,
    ) -> Chosen<T> {
        let mut chosen = Chosen { wrong: Vec::new(), lacks_all: false };
        if !choice.is_asked() {
            return chosen;
        }
        let is_one_of = |patterns: &[P], item: T| patterns.iter().any(|pattern| holds(*pattern, item));
        let is_wrong = |item: T| {
            choice.only.as_ref().is_some_and(|only| !is_one_of(only, item)) || is_one_of(&choice.none, item)
        };
        let mut has_some = choice.some.is_empty();
        let mut open = Vec::new();
        for inventory in self.spoken().filter(|inventory| inventory.version >= oldest) {
            let (there, may_be_there) = of_version(inventory);
            has_some |= there.iter().any(|item| is_one_of(&choice.some, *item));
            let wrong = there.into_iter().filter(|item| is_wrong(*item));
            chosen.wrong.extend(wrong.map(|item| (inventory.version, item)));
            open.push((inventory, may_be_there));
        }
        let matters = |item: T| is_wrong(item) || (!has_some && is_one_of(&choice.some, item));
        let open = open.iter().find(|(_, items)| items.iter().any(|item| matters(*item)));
        found.unclear_for(open.map(|(inventory, _)| open_of(inventory)));
        chosen.lacks_all = !has_some && open.is_none();
        chosen
    }

    fn order(&self, requirements: &PostureRequirements, found: &mut Found) {
        let Some(expects_servers) = requirements.server_preference else { return };
        let mut wrong = Vec::new();
        for inventory in self.spoken() {
            // Where there is nothing to choose from nobody's order counts. SSL 2.0 lets the client choose.
            let ordered = ordered_suites(inventory.suites.iter().copied());
            if ordered.len() < 2 || inventory.version == Version::Ssl2 {
                found.unclear_for((!inventory.open_suites.is_empty()).then(|| open_of(inventory)));
                continue;
            }
            match self.is_servers_order(inventory.version, ordered) {
                Ok(is_servers) if is_servers != expects_servers => wrong.push(inventory.version),
                Ok(_) => {}
                Err(finding) => found.unclear_for(Some(finding)),
            }
        }
        if !wrong.is_empty() {
            found.there.push(PostureFault::Order { versions: wrong, is_servers: !expects_servers });
        }
    }

    /// The client's order counts where each of two opposite orders is answered by its own first suite.
    fn is_servers_order(&self, version: Version, all: SuiteSet) -> Result<bool, Finding> {
        let answer = |reversed: bool| {
            let asked = self
                .tailored(version, |tailored| *tailored == Tailored { reversed, ..Tailored::suites(all) });
            let observation = asked.first().ok_or(Finding::NotProbed(VersionRange::only(version)))?;
            match &observation.outcome {
                Outcome::Accepted(acceptance) => Ok(acceptance.cipher_suite),
                outcome => Err(doubt(version, outcome).unwrap_or(Finding::ControlLost(version))),
            }
        };
        let (ascending, descending) = (answer(false)?, answer(true)?);
        let is_clients = all.iter().next() == Some(ascending) && all.iter().next_back() == Some(descending);
        Ok(!is_clients)
    }
}

/// What a choice comes to.
struct Chosen<T> {
    /// Those that must not be there.
    wrong: Vec<(Version, T)>,
    /// None of those is there of which one must be.
    lacks_all: bool,
}

/// Why something of a version is open.
fn open_of(inventory: &Inventory) -> Finding {
    inventory.doubt.clone().unwrap_or(Finding::NotProbed(VersionRange::only(inventory.version)))
}
