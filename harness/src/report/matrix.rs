//! What each host and each program does with each version: one row for all tests about it.

use std::collections::HashMap;

use super::Against;
use super::model::{Report, Side, State, Test};
use super::verdict_line;
use crate::verdict::Verdict;
use crate::version::Version;

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// Who it is about: a host with its port where it is not 443, or a program. Raw.
    pub subject: String,
    /// Against what the tests were run.
    pub against: Against,
    /// Who is on trial.
    pub side: Side,
    /// What is known of each version, oldest first.
    pub cells: [Cell; Version::ALL.len()],
    /// The worst verdict of its tests.
    pub worst: Verdict,
    /// Its tests.
    pub tests: Vec<&'a Test>,
}

/// What is known of one version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// What was found; `None` where nobody asked.
    pub state: Option<State>,
    /// What a test expects of this very version.
    pub expected: Option<State>,
}

impl Cell {
    /// A sign for a cell of a table.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self.state {
            Some(state) => state.sign(),
            None => "",
        }
    }

    /// What is expected, where it is something else.
    #[must_use]
    pub fn unmet(self) -> Option<State> {
        self.expected.filter(|expected| self.state != Some(*expected))
    }
}

impl State {
    /// A sign for a cell of a table.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            State::Accepted => "✓",
            State::Refused => "✗",
            State::Unknown => "?",
        }
    }

    /// As people read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            State::Accepted => "accepted",
            State::Refused => "refused",
            State::Unknown => "could not tell",
        }
    }
}

/// What the signs mean.
pub const LEGEND: &str = "✓ accepted, ✗ refused, ? could not tell; ≠ is followed by what is expected";

/// The rows, in the order in which their hosts and programs come up.
#[must_use]
pub fn rows(report: &Report) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut known: HashMap<(String, Against, Side), usize> = HashMap::new();
    for test in &report.tests {
        let subject = subject(test);
        let index = *known.entry((subject.clone(), test.against, test.side)).or_insert_with(|| {
            rows.push(Row {
                subject,
                against: test.against,
                side: test.side,
                cells: [Cell::default(); Version::ALL.len()],
                worst: test.verdict,
                tests: Vec::new(),
            });
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(index) {
            row.add(test);
        }
    }
    rows
}

fn subject(test: &Test) -> String {
    match (test.side, test.port) {
        (Side::Client, _) => format!("{} → {}", test.subject, test.host),
        (Side::Server, 443) => test.host.clone(),
        (Side::Server, port) => format!("{}:{port}", test.host),
    }
}

impl<'a> Row<'a> {
    fn add(&mut self, test: &'a Test) {
        for known in &test.versions {
            let index = Version::ALL.iter().position(|version| *version == known.version);
            if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
                // Proven once it is proven, and what is accepted once is accepted.
                cell.state = cell.state.max(Some(known.state));
                cell.expected = cell.expected.or(known.expected);
            }
        }
        self.worst = self.worst.max(test.verdict);
        self.tests.push(test);
    }

    /// How many of its tests came to what.
    #[must_use]
    pub fn counts(&self) -> String {
        let count = |verdict| self.tests.iter().filter(|test| test.verdict == verdict).count();
        verdict_line::counts(super::model::Summary {
            passed: count(Verdict::Passed),
            failed: count(Verdict::Failed),
            inconclusive: count(Verdict::Inconclusive),
            pending: count(Verdict::Pending),
            waived: count(Verdict::Waived),
            ignored: count(Verdict::Ignored),
            exit_code: 0,
        })
    }
}
