//! Policies: named sets of rules. A policy is a scenario file without hosts; each of its scenarios is a
//! rule, and becomes a test of every scenario that names the policy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use time::Date;

use super::{Depth, Expectation, Place, Scenario, SourceFile, Surroundings};
use crate::problem::Problem;
use crate::version::VersionRange;

/// A named set of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name: the stem of its file.
    pub name: String,
    /// Whether it comes with the gate.
    pub is_shipped: bool,
    /// The title of the whole. Raw: escape before showing.
    pub title: Option<String>,
    /// Its rules, in their order; at least one.
    pub rules: Vec<Arc<Rule>>,
}

/// One rule of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name within the policy: its keys, joined by `::`.
    pub key: String,
    /// Where it stands.
    pub place: Place,
    /// How much it is asked for.
    pub level: Level,
    /// The versions that the harness offers.
    pub versions: VersionRange,
    /// What must come of it.
    pub expectation: Expectation,
    /// How far an acceptance is followed.
    pub depth: Depth,
    /// The path to GET, where the rule names one.
    pub path: Option<String>,
    /// From when on it blocks.
    pub enforce_from: Option<Date>,
    /// Its title. This and the next two are raw: escape before showing.
    pub title: Option<String>,
    /// Where it is written: a URL.
    pub reference: Option<String>,
    /// What to do.
    pub advice: Option<String>,
}

/// How much something is asked for (RFC 2119).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Level {
    /// What is not met fails.
    #[default]
    Must,
    /// What is not met is advice.
    Should,
}

impl Level {
    /// Both.
    pub const ALL: [Level; 2] = [Level::Must, Level::Should];

    /// As scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Level::Must => "MUST",
            Level::Should => "SHOULD",
        }
    }
}

/// Which rule of which policy a scenario is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOf {
    /// The policy's name.
    pub policy: String,
    /// The rule's key.
    pub key: String,
}

/// The policies that scenarios can name.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    own: BTreeMap<String, Arc<Policy>>,
    /// Names of files that have mistakes, which are told elsewhere.
    broken: BTreeSet<String>,
}

impl Policies {
    /// Those that come with the gate, by name.
    pub fn shipped() -> impl Iterator<Item = &'static Arc<Policy>> {
        SHIPPED.iter()
    }

    /// Adds a policy of the user's own.
    pub fn add(&mut self, policy: Policy) {
        self.own.insert(policy.name.clone(), Arc::new(policy));
    }

    /// Adds the name of one that cannot be read.
    pub fn add_broken(&mut self, name: String) {
        self.broken.insert(name);
    }

    /// The policy of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Policy>> {
        Policies::shipped().find(|policy| policy.name == name).or_else(|| self.own.get(name))
    }

    /// Whether the policy of this name has mistakes.
    #[must_use]
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// All policies, those that come with the gate first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Policy>> + '_ {
        SHIPPED.iter().chain(self.own.values())
    }
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../policies/", $name, ".yaml")))),*]
    };
}

/// The files that come with the gate, by name.
const FILES: &[(&str, &str)] = shipped![
    "tls12-ready",
    "rfc8996",
    "rfc9325",
    "mozilla-6.0-intermediate",
    "mozilla-6.0-modern",
    "pq-ready",
];

static SHIPPED: LazyLock<Vec<Arc<Policy>>> = LazyLock::new(|| {
    FILES.iter().filter_map(|(name, text)| shipped(name, text).ok()).map(Arc::new).collect()
});

fn shipped(name: &str, text: &str) -> Result<Policy, Vec<Problem>> {
    let source = SourceFile {
        shown: format!("policies/{name}.yaml").into(),
        name: name.to_owned(),
        folder: std::path::PathBuf::new(),
        text: text.to_owned(),
    };
    let no_file = |_: &std::path::Path| Err(std::io::ErrorKind::NotFound.into());
    let surroundings =
        Surroundings { values: &Default::default(), policies: &Policies::default(), read_file: &no_file };
    super::parse_policy(&source, &surroundings).map(|policy| Policy { is_shipped: true, ..policy })
}

impl Rule {
    /// The rule that a scenario of a policy's file is. `policy` is that file's name.
    pub(super) fn of(policy: &str, scenario: Scenario, level: Level) -> Rule {
        let key = scenario.name.strip_prefix(policy).unwrap_or(&scenario.name);
        Rule {
            key: key.trim_start_matches("::").to_owned(),
            place: scenario.place,
            level,
            versions: scenario.versions,
            expectation: scenario.expectation,
            depth: scenario.depth,
            path: scenario.path,
            enforce_from: scenario.calendar.enforce_from,
            title: scenario.title,
            reference: scenario.reference,
            advice: scenario.advice,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_policy_is_sound_and_every_rule_says_why() {
        for (name, text) in FILES {
            let policy = match shipped(name, text) {
                Ok(policy) => policy,
                Err(problems) => panic!("{}", crate::problem::render(&problems, false)),
            };
            assert!(policy.title.is_some(), "{name}");
            for rule in &policy.rules {
                assert!(
                    rule.title.is_some() && rule.reference.is_some() && rule.advice.is_some(),
                    "{name}::{}",
                    rule.key
                );
            }
        }
        assert_eq!(Policies::shipped().count(), FILES.len());
    }
}
