//! What a run came to, as data; the renderers below it only word it.

use std::time::Duration;

use time::Date;

use crate::evidence::{AddressEvidence, Gathered};
use crate::plan::Test;
use crate::verdict::client::Proof;
use crate::verdict::{ClientFinding, Finding, Judgement, Verdict};

mod date;
pub mod explanation;
pub mod json;
mod key;
mod layout;
pub mod posture;
mod shell;
mod words;

pub use shell::shell_word;
pub use words::client;
pub use words::{describe, duration, expectation, headline, unreachable};

/// How many notes are told.
const MAX_NOTES: usize = 20;

/// What a test was run against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// A stand-in: proves the suite, not the host.
    Replica,
    /// The host itself.
    Host,
}

impl Against {
    /// As reports write it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Against::Replica => "replica",
            Against::Host => "host",
        }
    }
}

/// One test, run and judged.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was tested.
    pub test: Test,
    /// Against what.
    pub against: Against,
    /// What happened.
    pub evidence: Gathered,
    /// What follows.
    pub judgement: Judgement,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// What each address of a host did; nothing where a program was on trial.
    #[must_use]
    pub fn addresses(&self) -> &[AddressEvidence] {
        match &self.evidence {
            Gathered::Server(evidence) => &evidence.addresses,
            Gathered::Client(_) => &[],
        }
    }
}

/// A whole run.
#[derive(Debug, Clone)]
pub struct Run {
    /// The day by which it was judged, UTC.
    pub as_of: Date,
    /// Whether the stand-ins were left out.
    pub live: bool,
    /// Its tests, in the order of the plan.
    pub outcomes: Vec<Outcome>,
}

/// How many tests came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Proven as expected.
    pub passed: usize,
    /// Proven otherwise.
    pub failed: usize,
    /// Not proven.
    pub inconclusive: usize,
    /// Not tried.
    pub ignored: usize,
}

impl Run {
    /// The counts of all verdicts.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let count = |verdict: Verdict| {
            self.outcomes.iter().filter(|outcome| outcome.judgement.verdict == verdict).count()
        };
        Summary {
            passed: count(Verdict::Passed),
            failed: count(Verdict::Failed),
            inconclusive: count(Verdict::Inconclusive),
            ignored: count(Verdict::Ignored),
        }
    }

    /// What is to be said of tests that passed, a line each: of programs that speak the version, and whose
    /// trust, which is not on trial, stood in the way of more.
    fn notes(&self) -> Vec<String> {
        let is_noteworthy = |outcome: &&Outcome| match &outcome.judgement.finding {
            Finding::Client(ClientFinding::Speaks(_, proof)) => {
                !matches!(proof, Proof::Data(_) | Proof::KeyExchange)
            }
            _ => false,
        };
        let noteworthy: Vec<&Outcome> = self.outcomes.iter().filter(is_noteworthy).collect();
        let more = noteworthy.len().saturating_sub(MAX_NOTES);
        let told = noteworthy
            .iter()
            .take(MAX_NOTES)
            .map(|outcome| format!("note: {} passed: {}", outcome.test.name, explanation::in_short(outcome)));
        told.chain((more > 0).then(|| format!("note: … and {more} more like these"))).collect()
    }

    /// What is said when all tests are over, in lines: notes, where there are some, and the last line.
    #[must_use]
    pub fn closing(&self) -> String {
        let mut notes = self.notes();
        if !notes.is_empty() {
            notes.push(String::new());
        }
        notes.push(self.last_line());
        notes.iter().map(|line| format!("{line}\n")).collect()
    }

    /// The last line of a run: the verdict in a sentence, and what it was run against.
    #[must_use]
    pub fn last_line(&self) -> String {
        let summary = self.summary();
        let Summary { passed, failed, inconclusive, ignored } = summary;
        let counts: Vec<String> =
            [(failed, "failed"), (inconclusive, "inconclusive"), (passed, "passed"), (ignored, "ignored")]
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, word)| format!("{count} {word}"))
                .collect();
        let verdict = match summary.exit_code() {
            0 => "ready",
            1 => "not ready",
            _ => "could not tell",
        };
        let replicas = self.outcomes.iter().filter(|outcome| outcome.against == Against::Replica).count();
        let against = match replicas {
            0 if self.outcomes.len() == 1 => "against the host".to_owned(),
            1 if self.outcomes.len() == 1 => "against a replica: use --live to test the host".to_owned(),
            0 => "all against the hosts".to_owned(),
            count if count == self.outcomes.len() => {
                "all against replicas: use --live to test the hosts".to_owned()
            }
            count => {
                format!("{count} of {} against replicas: use --live to test the hosts", self.outcomes.len())
            }
        };
        format!("{verdict}: {}, {against}", counts.join(", "))
    }
}

impl Summary {
    /// 0 ready, 1 not ready, 3 could not tell. Where nothing was selected there is no run.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Summary { failed: 1.., .. } => 1,
            Summary { inconclusive: 1.., .. } | Summary { passed: 0, .. } => 3,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proven_readiness_exits_with_zero() {
        for (passed, failed, inconclusive, ignored, code) in [
            (1, 0, 0, 0, 0),
            (1, 0, 0, 1, 0),
            (1, 1, 0, 0, 1),
            (1, 1, 1, 1, 1),
            (1, 0, 1, 0, 3),
            (0, 0, 1, 0, 3),
            (0, 0, 0, 1, 3),
            (0, 0, 0, 0, 3),
        ] {
            assert_eq!(Summary { passed, failed, inconclusive, ignored }.exit_code(), code);
        }
    }
}
