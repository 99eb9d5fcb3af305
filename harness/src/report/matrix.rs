//! What each host and each program does with each version: one row for all tests about it.

use std::collections::HashMap;

use super::Against;
use super::model::{Report, Side, State, Summary, Test};
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
    /// What another test found. What is not as expected stays, whatever others found: no green hides a red.
    fn add(&mut self, state: State, expected: Option<State>) {
        let is_unmet = expected.is_some_and(|expected| expected != state);
        if self.unmet().is_some() {
            return;
        }
        if is_unmet {
            *self = Cell { state: Some(state), expected };
        } else {
            // What is proven is more than what could not be told, and what is accepted once is accepted.
            *self = Cell { state: self.state.max(Some(state)), expected: self.expected.or(expected) };
        }
    }

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
    let mut known: HashMap<_, usize> = HashMap::new();
    for test in &report.tests {
        let subject = subject(test);
        // Two commands of one program are two programs on trial: one may be ready and the other not.
        let command = test.client.as_ref().map(|program| program.command.as_slice());
        let index = *known.entry((subject.clone(), test.against, test.side, command)).or_insert_with(|| {
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
    tell_apart(&mut rows);
    rows
}

fn subject(test: &Test) -> String {
    match (test.side, test.port) {
        (Side::Client, _) => format!("{} → {}", test.subject, test.host),
        (Side::Server, 443) => test.host.clone(),
        (Side::Server, port) => format!("{}:{port}", test.host),
    }
}

/// Of programs that are called the same, the name of a test says which is meant.
fn tell_apart(rows: &mut [Row<'_>]) {
    let mut counts: HashMap<(String, Against), usize> = HashMap::new();
    for row in rows.iter().filter(|row| row.side == Side::Client) {
        *counts.entry((row.subject.clone(), row.against)).or_default() += 1;
    }
    for row in rows.iter_mut().filter(|row| row.side == Side::Client) {
        let is_alone = counts.get(&(row.subject.clone(), row.against)).is_none_or(|count| *count == 1);
        if let (false, Some(test)) = (is_alone, row.tests.first()) {
            row.subject = format!("{} ({})", row.subject, test.name);
        }
    }
}

impl<'a> Row<'a> {
    fn add(&mut self, test: &'a Test) {
        for known in &test.versions {
            let index = Version::ALL.iter().position(|version| *version == known.version);
            if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
                cell.add(known.state, known.expected);
            }
        }
        self.worst = self.worst.max(test.verdict);
        self.tests.push(test);
    }

    /// How many of its tests came to what.
    #[must_use]
    pub fn counts(&self) -> String {
        verdict_line::counts(Summary::of(self.tests.iter().copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_green_hides_a_red() {
        use State::{Accepted, Refused, Unknown};
        for (found, cell) in [
            (&[(Accepted, None)][..], (Accepted, None)),
            (&[(Unknown, None), (Accepted, None)], (Accepted, None)),
            (&[(Accepted, None), (Unknown, None)], (Accepted, None)),
            (&[(Refused, Some(Refused)), (Refused, None)], (Refused, Some(Refused))),
            (&[(Accepted, Some(Accepted)), (Refused, Some(Accepted))], (Refused, Some(Accepted))),
            (&[(Refused, Some(Accepted)), (Accepted, Some(Accepted))], (Refused, Some(Accepted))),
            (&[(Refused, Some(Refused)), (Unknown, Some(Refused))], (Unknown, Some(Refused))),
            (&[(Accepted, None), (Accepted, Some(Refused))], (Accepted, Some(Refused))),
            // One of them was wrong: then it is what was accepted.
            (&[(Refused, Some(Refused)), (Accepted, None)], (Accepted, Some(Refused))),
        ] {
            let mut sum = Cell::default();
            found.iter().for_each(|(state, expected)| sum.add(*state, *expected));
            assert_eq!(sum, Cell { state: Some(cell.0), expected: cell.1 }, "{found:?}");
        }
    }
}
