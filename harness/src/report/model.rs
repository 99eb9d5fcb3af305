//! A report as data: what a run came to, with all that its renderings need and nothing that they would
//! have to work out. Its JSON is the JSON report, and a report that was written can be read back: so the
//! reports of several runs can be merged, and rendered again.
//!
//! Text is as it came from authors; what came from peers was escaped when it was kept. Each renderer
//! escapes all of it for what it writes.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Against;
use crate::digest::sha256;
use crate::verdict::Verdict;

mod address;
mod baseline;
pub(super) mod calendar;
mod evidence;
pub mod observations;

pub use crate::verdict::versions::{State, VersionState};
pub use address::{Address, Inventory, Repeated};
pub use baseline::{Baseline, Compared, Standing};
pub use calendar::{CertificateEnd, Waiver};
pub use evidence::{Asked, Certificate, Elsewhere, Hello, Observation, Program};
pub use observations::Observations;

/// Text that is the same in many places, or not.
pub type Text = Cow<'static, str>;

/// The schema that is written and read.
pub const SCHEMA: u32 = 1;

/// A whole report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The day by which it was judged, UTC: `2026-11-23`.
    pub as_of: String,
    /// Whether the stand-ins were left out.
    pub live: bool,
    /// Whether pending tests block too.
    #[serde(default)]
    pub fail_on_pending: bool,
    /// Which parts of a suite it is about; `None` where the suite was not parted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<Shards>,
    /// The earlier report that it was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// The tests, in the order of the plan.
    pub tests: Vec<Test>,
    /// How many came to what, and what follows.
    pub summary: Summary,
}

/// Parts of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shards {
    /// How many parts there are.
    pub of: u32,
    /// How many tests the whole suite has, all parts together.
    pub tests: usize,
    /// Which tests these are: a hash of their names. Parts of different suites are no whole.
    pub suite: String,
    /// Those that the report is about, from 1, in order.
    pub present: Vec<u32>,
    /// Those that it should be about and is not: nothing is known of their tests.
    #[serde(default)]
    pub missing: Vec<u32>,
}

/// Who is on trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The server.
    Server,
    /// A program.
    Client,
}

/// One test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// Its place in the plan of the whole suite, from 0, where only a part of that was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
    /// The scenario's file, from the caller's folder.
    pub file: String,
    /// The line of its key, from 1.
    pub line: usize,
    /// The column of its key, from 1.
    pub column: usize,
    /// Who is on trial.
    pub side: Side,
    /// Against what it was run.
    pub against: Against,
    /// The host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who is on trial, as sentences name it: the host, or the program.
    #[serde(default)]
    pub subject: String,
    /// The outcome that is expected, as `expect` has it in the scenario.
    pub expected: Text,
    /// All that is expected, for people.
    pub expectation: String,
    /// The oldest version of the harness's side.
    pub min_version: Text,
    /// The newest version of the harness's side.
    pub max_version: Text,
    /// What it came to.
    pub verdict: Verdict,
    /// What it came to by itself, where the calendar made another verdict of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<Verdict>,
    /// What decided the verdict: one of a closed list of words.
    pub finding: Text,
    /// The same, for people: a clause whose subject is [`Test::subject`].
    pub reason: String,
    /// What was observed that is not as it should be, as the `observed` of a waiver has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<String>,
    /// How long it took.
    pub elapsed_ms: f64,
    /// The author's title.
    pub title: Option<String>,
    /// The author's reference.
    pub reference: Option<String>,
    /// The author's advice.
    pub advice: Option<String>,
    /// From which day it blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enforce_from: Option<String>,
    /// Until when it may fail, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Box<Waiver>>,
    /// Which rule of which policy it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleOf>,
    /// Whether it is recommended and not demanded: what fails is advice.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_advice: bool,
    /// Until when its certificates let it pass, or fail for nothing but what it fails for already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_end: Option<Box<CertificateEnd>>,
    /// How it compares with the baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Box<Compared>>,
    /// What is to be known although it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What follows and what is to be done, where it did not pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<Box<Guidance>>,
    /// What is known of each version.
    #[serde(default)]
    pub versions: Vec<VersionState>,
    /// What each address came to by itself.
    #[serde(default)]
    pub addresses: Vec<Address>,
    /// Addresses that this machine has no route to.
    #[serde(default)]
    pub without_route: Vec<String>,
    /// The program, where one is on trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Box<Program>>,
    /// The evidence.
    pub observations: Observations,
}

/// For whoever has to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// What follows from the finding.
    pub consequence: String,
    /// What to do.
    pub to_do: String,
    /// The command that runs the test again.
    pub rerun: String,
    /// Where it is written: the author's reference, or a standard.
    pub see: Option<String>,
    /// All of it and the evidence, as it is printed below a test's name: several lines.
    pub explanation: String,
}

/// A rule of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleOf {
    /// The policy's name.
    pub policy: String,
    /// The rule's name within it.
    pub key: String,
}

/// How many tests came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Proven as expected.
    pub passed: usize,
    /// Proven otherwise.
    pub failed: usize,
    /// Not proven.
    pub inconclusive: usize,
    /// Failed or not proven, before the day from which it is enforced.
    pub pending: usize,
    /// Failed, with a waiver.
    pub waived: usize,
    /// Failed or not proven, where it is recommended and not demanded.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub advice: usize,
    /// Not tried.
    pub ignored: usize,
    /// 0 ready, 1 not ready, 3 could not tell.
    pub exit_code: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Report {
    /// A report with these tests, and what follows from them.
    #[must_use]
    pub fn new(
        as_of: String,
        live: bool,
        fail_on_pending: bool,
        shards: Option<Shards>,
        tests: Vec<Test>,
    ) -> Report {
        let mut report = Report {
            schema: SCHEMA,
            as_of,
            live,
            fail_on_pending,
            shards,
            baseline: None,
            tests,
            summary: Summary::default(),
        };
        report.summary = report.sum_up();
        report
    }

    fn sum_up(&self) -> Summary {
        let mut summary = Summary::of(&self.tests);
        let mut counted = Summary { failed: 0, inconclusive: 0, ..summary };
        for test in self.tests.iter().filter(|test| self.blocks(test.verdict)) {
            let count = if test.is_open() { &mut counted.inconclusive } else { &mut counted.failed };
            *count += 1;
        }
        summary.exit_code = counted.exit_code(!self.missing_shards().is_empty());
        summary
    }

    /// The parts of the suite that nothing is known of.
    #[must_use]
    pub fn missing_shards(&self) -> &[u32] {
        self.shards.as_ref().map_or(&[], |shards| &shards.missing)
    }

    /// Whether a verdict keeps the run from being ready.
    #[must_use]
    pub fn blocks(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Failed | Verdict::Inconclusive => true,
            Verdict::Pending => self.fail_on_pending,
            Verdict::Passed | Verdict::Advice | Verdict::Waived | Verdict::Ignored => false,
        }
    }
}

impl Shards {
    /// The one part `number` of a suite that has tests of these names.
    #[must_use]
    pub fn alone(number: u32, of: u32, names: &[&str]) -> Shards {
        // No name holds a line end.
        let suite = STANDARD.encode(sha256(names.join("\n").as_bytes()));
        Shards { of, tests: names.len(), suite, present: vec![number], missing: Vec::new() }
    }

    /// Which part it is, where it is one alone. Of a whole nothing is to be said, and what is missing of one
    /// is said elsewhere.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        match self.present.as_slice() {
            [number] if self.of > 1 && self.missing.is_empty() => Some(*number),
            _ => None,
        }
    }

    /// The same in words: `part 2 of 4 alone`.
    #[must_use]
    pub fn part(&self) -> Option<String> {
        self.number().map(|number| format!("part {number} of {} alone", self.of))
    }
}

impl Test {
    /// Sorts what needs somebody most to the front: the proven before the unproven, hosts before stand-ins.
    #[must_use]
    pub fn importance(&self) -> impl Ord + use<> {
        (Reverse(self.verdict), Reverse(self.against))
    }

    /// What was found, in a clause: what the host does, or the program.
    #[must_use]
    pub fn in_short(&self) -> String {
        format!("{} {}", self.subject, self.reason)
    }

    /// What it came to before the calendar was asked.
    #[must_use]
    pub fn by_itself(&self) -> Verdict {
        self.found.unwrap_or(self.verdict)
    }

    /// Whether it could not be told, rather than proven otherwise. What pends is what it was found to be; an
    /// expired waiver is proven, whatever was found.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let verdict = if self.verdict == Verdict::Pending { self.by_itself() } else { self.verdict };
        verdict == Verdict::Inconclusive
    }
}

impl Summary {
    /// Counts tests; no exit code follows yet.
    #[must_use]
    pub fn of<'a>(tests: impl IntoIterator<Item = &'a Test>) -> Summary {
        let mut summary = Summary::default();
        for test in tests {
            *match test.verdict {
                Verdict::Passed => &mut summary.passed,
                Verdict::Failed => &mut summary.failed,
                Verdict::Inconclusive => &mut summary.inconclusive,
                Verdict::Pending => &mut summary.pending,
                Verdict::Waived => &mut summary.waived,
                Verdict::Advice => &mut summary.advice,
                Verdict::Ignored => &mut summary.ignored,
            } += 1;
        }
        summary
    }

    /// The verdicts that there are with their numbers, the worst first.
    pub fn counts(self) -> impl Iterator<Item = (Verdict, usize)> {
        let counts = [
            (Verdict::Failed, self.failed),
            (Verdict::Inconclusive, self.inconclusive),
            (Verdict::Pending, self.pending),
            (Verdict::Waived, self.waived),
            (Verdict::Advice, self.advice),
            (Verdict::Passed, self.passed),
            (Verdict::Ignored, self.ignored),
        ];
        counts.into_iter().filter(|(_, count)| *count > 0)
    }

    /// 0 ready, 1 not ready, 3 could not tell. Where nothing was selected there is no run.
    #[must_use]
    pub fn exit_code(self, is_incomplete: bool) -> u8 {
        // All that was left out by the scenarios' own will proves nothing.
        let is_empty = self.passed + self.pending + self.waived + self.advice == 0;
        match () {
            () if self.failed > 0 => 1,
            () if self.inconclusive > 0 || is_empty || is_incomplete => 3,
            () => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proven_readiness_exits_with_zero() {
        for (passed, failed, inconclusive, pending, waived, ignored, code) in [
            (1, 0, 0, 0, 0, 0, 0),
            (1, 0, 0, 0, 0, 1, 0),
            (1, 0, 0, 1, 1, 0, 0),
            (0, 0, 0, 1, 0, 0, 0),
            (0, 0, 0, 0, 1, 0, 0),
            (1, 1, 0, 0, 0, 0, 1),
            (1, 1, 1, 1, 1, 1, 1),
            (1, 0, 1, 1, 1, 0, 3),
            (0, 0, 1, 0, 0, 0, 3),
            (0, 0, 0, 0, 0, 1, 3),
            (0, 0, 0, 0, 0, 0, 3),
        ] {
            let summary =
                Summary { passed, failed, inconclusive, pending, waived, advice: 0, ignored, exit_code: 0 };
            assert_eq!(summary.exit_code(false), code, "{summary:?}");
            // Advice is proof that something was tested, and blocks nothing.
            let advised = Summary { advice: 1, ..summary };
            let expected = if failed + inconclusive == 0 { 0 } else { code };
            assert_eq!(advised.exit_code(false), expected, "{advised:?}");
            assert_eq!(summary.exit_code(true), if code == 1 { 1 } else { 3 }, "{summary:?}");
        }
    }
}
