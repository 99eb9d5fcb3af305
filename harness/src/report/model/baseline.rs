//! How a report compares with an earlier one.

use serde::{Deserialize, Serialize};

use super::Test;
use crate::verdict::{Fact, Verdict};

/// The earlier report that a run is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The day by which it was judged.
    pub as_of: String,
    /// That it is not about its whole suite, in words: tests that it does not have are judged as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The names of its tests that the suite no longer has.
    #[serde(default)]
    pub gone: Vec<String>,
}

/// How one test compares with the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The day of the baseline.
    pub as_of: String,
    /// How it stands.
    pub standing: Standing,
    /// What got worse, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worse: Vec<String>,
    /// What got better, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub better: Vec<String>,
    /// Whether it does not block, since it fails as it failed there.
    #[serde(default)]
    pub excused: bool,
}

/// How a test stands to the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Something of it got worse.
    Worse,
    /// Whether it did could not be told.
    Unknown,
    /// The baseline does not have it, or has another of its name.
    New,
    /// As it was there.
    AsBefore,
    /// Something got better, and nothing worse.
    Better,
}

impl Compared {
    /// Whether the baseline had a fact that is gone: what is said of it begins with its words.
    fn had(&self, fact: &str) -> bool {
        let rest =
            |sentence: &'_ String| sentence.strip_prefix(fact).is_some_and(|rest| rest.starts_with(" is "));
        self.better.iter().any(rest)
    }

    /// In words: what got worse or better, or that it is as it was. Raw.
    #[must_use]
    pub fn words(&self) -> String {
        let day = &self.as_of;
        let worse = self.worse.join("; ");
        let better = self.better.join("; ");
        let besides = if better.is_empty() { String::new() } else { format!("; better: {better}") };
        match (self.standing, self.excused) {
            (Standing::Worse, _) => format!("worse than on {day}: {worse}{besides}"),
            (Standing::Unknown, _) => format!("whether it got worse since {day} could not be told"),
            (Standing::New, _) => format!("the report of {day} does not have it, so it is judged as it is"),
            (Standing::AsBefore | Standing::Better, true) => {
                format!("no worse than on {day}, where it failed too{besides}")
            }
            (Standing::AsBefore, false) => format!("as on {day}"),
            (Standing::Better, false) => format!("better than on {day}: {better}"),
        }
    }
}

impl Test {
    /// Whether the baseline keeps it from blocking.
    #[must_use]
    pub fn is_excused_by_baseline(&self) -> bool {
        self.by_itself() == Verdict::Failed && self.baseline.as_ref().is_some_and(|compared| compared.excused)
    }

    /// Whether the baseline would keep it from blocking, had it shown these facts: those that it shows now, and
    /// those that the baseline had, are excused.
    pub(in crate::report) fn is_excused_with(&self, observed: &[String]) -> bool {
        let is_shown = |fact: &String| self.observed.iter().any(|known| Fact::words_cover(known, fact));
        let was_there = |fact: &String| self.baseline.as_ref().is_some_and(|compared| compared.had(fact));
        self.is_excused_by_baseline() && observed.iter().all(|fact| is_shown(fact) || was_there(fact))
    }
}
