//! What each host and each program does with each version: one row for all tests about it.

use std::collections::HashMap;

use super::Against;
use super::model::{Report, Side, State, Summary, Test, VersionState};
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What was found; `None` where nobody asked.
    pub state: Option<State>,
    /// What a test expects of this very version.
    pub expected: Option<State>,
    /// The worst that a test came to that found it so.
    pub verdict: Verdict,
}

/// How much what a test found weighs against what others found: no green hides a red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// The test passed, or was left out.
    Passed,
    /// It did not, for this reason or another.
    NotPassed,
    /// It expects something else of this very version, and came to this.
    Unmet(Verdict),
}

impl Cell {
    /// Of a version that nobody asked for.
    const EMPTY: Cell = Cell { state: None, expected: None, verdict: Verdict::Passed };

    /// What another test found.
    fn add(&mut self, known: VersionState, verdict: Verdict) {
        let found = Cell { state: Some(known.state), expected: known.expected, verdict };
        let weight = found.weight();
        if self.is_mute() != found.is_mute() {
            if self.is_mute() {
                *self = found;
            }
        } else if self.state.is_none() || weight > self.weight() {
            *self = found;
        } else if weight == self.weight() && !matches!(weight, Weight::Unmet(_)) {
            // What is proven is more than what could not be told, and what is accepted once is accepted.
            self.state = self.state.max(found.state);
            self.expected = self.expected.or(found.expected);
            self.verdict = self.verdict.max(verdict);
        }
    }

    /// Whether it takes nothing from what other tests found: a test that is not about this very version could
    /// not tell. One that looks at suites, say, does not ask as often as the proof of a refusal takes.
    fn is_mute(self) -> bool {
        self.expected.is_none() && self.state.is_none_or(|state| state == State::Unknown)
    }

    fn weight(self) -> Weight {
        match self.verdict {
            verdict if self.unmet().is_some() => Weight::Unmet(verdict),
            Verdict::Passed | Verdict::Ignored => Weight::Passed,
            _ => Weight::NotPassed,
        }
    }

    /// Whether a test that passed wants it as it is.
    #[must_use]
    pub fn is_met(self) -> bool {
        self.weight() == Weight::Passed && self.expected.is_some()
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
                cells: [Cell::EMPTY; Version::ALL.len()],
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
                cell.add(*known, test.verdict);
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
        use Verdict::{Failed, Inconclusive, Passed, Pending};
        for (found, state, expected, is_met) in [
            (&[(Accepted, None, Passed)][..], Accepted, None, false),
            (&[(Accepted, Some(Accepted), Passed)], Accepted, Some(Accepted), true),
            (&[(Unknown, None, Passed), (Accepted, None, Passed)], Accepted, None, false),
            (&[(Accepted, None, Passed), (Unknown, None, Passed)], Accepted, None, false),
            (&[(Refused, Some(Refused), Passed), (Refused, None, Passed)], Refused, Some(Refused), true),
            (
                &[(Accepted, Some(Accepted), Passed), (Refused, Some(Accepted), Failed)],
                Refused,
                Some(Accepted),
                false,
            ),
            (
                &[(Refused, Some(Accepted), Failed), (Accepted, Some(Accepted), Passed)],
                Refused,
                Some(Accepted),
                false,
            ),
            (
                &[(Refused, Some(Refused), Passed), (Unknown, Some(Refused), Inconclusive)],
                Unknown,
                Some(Refused),
                false,
            ),
            (&[(Accepted, None, Passed), (Accepted, Some(Refused), Failed)], Accepted, Some(Refused), false),
            (
                &[(Unknown, Some(Refused), Pending), (Accepted, Some(Refused), Failed)],
                Accepted,
                Some(Refused),
                false,
            ),
            // For a reason beside the version: its certificate, say.
            (&[(Accepted, Some(Accepted), Failed)], Accepted, Some(Accepted), false),
            (
                &[(Accepted, Some(Accepted), Passed), (Accepted, Some(Accepted), Failed)],
                Accepted,
                Some(Accepted),
                false,
            ),
            // Of a range that was refused as a whole, at another address.
            (&[(Accepted, Some(Accepted), Passed), (Refused, None, Failed)], Refused, None, false),
            (&[(Refused, None, Failed), (Accepted, Some(Accepted), Passed)], Refused, None, false),
            // Of suites, say: the test asks for the version in passing, and came to this for another reason.
            (&[(Unknown, None, Failed), (Refused, Some(Refused), Passed)], Refused, Some(Refused), true),
            (
                &[(Refused, Some(Refused), Passed), (Unknown, None, Inconclusive)],
                Refused,
                Some(Refused),
                true,
            ),
            (
                &[(Accepted, None, Passed), (Unknown, None, Failed), (Unknown, None, Passed)],
                Accepted,
                None,
                false,
            ),
            (
                &[(Unknown, None, Failed), (Unknown, Some(Refused), Inconclusive), (Refused, None, Passed)],
                Unknown,
                Some(Refused),
                false,
            ),
            // Nobody else says anything of it.
            (&[(Unknown, None, Passed), (Unknown, None, Failed)], Unknown, None, false),
            // One of them was wrong: then it is what was accepted.
            (&[(Refused, Some(Refused), Passed), (Accepted, None, Passed)], Accepted, Some(Refused), false),
        ] {
            let of = |found: &mut dyn Iterator<Item = &(State, Option<State>, Verdict)>| {
                let mut cell = Cell::EMPTY;
                for (state, expected, verdict) in found {
                    let known = VersionState { version: Version::Tls12, state: *state, expected: *expected };
                    cell.add(known, *verdict);
                }
                cell
            };
            let cell = of(&mut found.iter());
            assert_eq!((cell.state, cell.expected), (Some(state), expected), "{found:?}");
            assert_eq!(cell.is_met(), is_met, "{found:?}");
            let is_mute = |it: &&(State, Option<State>, Verdict)| (it.0, it.1) == (Unknown, None);
            let heard = || found.iter().filter(|it| !is_mute(it));
            let worst = heard().max_by_key(|it| it.2).or(found.iter().max_by_key(|it| it.2)).unwrap();
            assert_eq!(cell.verdict, worst.2, "{found:?}");
            // Nothing hangs on which test stands first.
            assert_eq!(of(&mut found.iter().rev()), cell, "{found:?}");
        }
    }
}
