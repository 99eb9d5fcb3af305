//! The report as JUnit's XML, as Jenkins and most build servers read it: a suite for each scenario file,
//! a case for each test.
//!
//! What failed is a `failure`. What could not be told is an `error`: it blocks too, and its cause is
//! elsewhere. What does not block (yet) is `skipped`, with the reason.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::Against;
use super::markup::LONGEST;
use super::model::{Report, Side, Test};
use super::verdict_line;
use crate::escape::{printable, printable_up_to};
use crate::verdict::Verdict;

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: Vec<TestSuite> = Vec::new();
    let mut current: Option<(&str, TestSuite)> = None;
    for test in &report.tests {
        let suite = match current.take() {
            Some((file, suite)) if file == test.file => suite,
            other => {
                suites.extend(other.map(|(_, suite)| suite));
                TestSuite::new(shown(&test.file))
            }
        };
        let mut suite = suite;
        suite.add_test_case(case(report, test));
        current = Some((&test.file, suite));
    }
    suites.extend(current.map(|(_, suite)| suite));
    suites.extend(missing(report));
    for suite in &mut suites {
        let time = suite.test_cases.iter().filter_map(|case| case.time).sum();
        suite.set_time(time);
        suite.add_property(("as_of", shown(&report.as_of).as_str()));
    }
    let mut all = quick_junit::Report::new("TLS readiness");
    all.add_test_suites(suites);
    all.serialize(&mut *out).map_err(io::Error::other)
}

fn case(report: &Report, test: &Test) -> TestCase {
    // Jenkins makes folders of what stands between dots.
    let (class, name) = match test.name.split_once("::") {
        Some((file, name)) => (file, name),
        None => (test.name.as_str(), test.name.as_str()),
    };
    let mut case = TestCase::new(shown(name), status(report, test));
    case.set_classname(shown(&class.replace('/', ".")));
    case.set_time(Duration::try_from_secs_f64(test.elapsed_ms / 1e3).unwrap_or_default());
    let range = if test.min_version == test.max_version {
        test.min_version.to_string()
    } else {
        format!("{} to {}", test.min_version, test.max_version)
    };
    let port = test.port;
    for (name, value) in [
        ("host", Some(format!("{}:{port}", test.host))),
        ("range", Some(range)),
        ("expected", Some(test.expectation.clone())),
        ("against", Some(test.against.key().to_owned())),
        ("side", Some(if test.side == Side::Client { "client" } else { "server" }.to_owned())),
        ("verdict", Some(test.verdict.key().to_owned())),
        ("finding", Some(test.finding.to_string())),
        ("file", Some(format!("{}:{}:{}", test.file, test.line, test.column))),
        ("title", test.title.clone()),
        ("reference", reference(test)),
        ("enforce_from", test.enforce_from.clone()),
        ("waiver_until", test.waiver.as_ref().map(|waiver| waiver.until.clone())),
    ] {
        if let Some(value) = value {
            case.add_property(Property::new(name, shown(&value)));
        }
    }
    if test.against == Against::Replica {
        case.set_system_out("run against a replica on this machine: nothing is said about the host");
    }
    case
}

fn reference(test: &Test) -> Option<String> {
    let see = test.guidance.as_ref().and_then(|guidance| guidance.see.clone());
    see.or_else(|| test.reference.clone())
}

fn status(report: &Report, test: &Test) -> TestCaseStatus {
    let blocks = report.blocks(test.verdict);
    let kind = match test.verdict {
        Verdict::Passed => return TestCaseStatus::success(),
        Verdict::Failed => NonSuccessKind::Failure,
        Verdict::Inconclusive => NonSuccessKind::Error,
        Verdict::Pending if blocks => NonSuccessKind::Failure,
        Verdict::Pending | Verdict::Waived | Verdict::Ignored => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(shown(&format!("{}: {}", reason(test), test.in_short())));
            return skipped;
        }
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(shown(&test.finding));
    status.set_message(shown(&test.in_short()));
    if let Some(guidance) = &test.guidance {
        status.set_description(text(&guidance.explanation));
    }
    status
}

/// Why a test that is not green does not block.
fn reason(test: &Test) -> String {
    match (&test.verdict, &test.waiver) {
        (Verdict::Waived, Some(waiver)) => {
            let ticket = waiver.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
            format!("{} ({}{ticket})", test.until(), waiver.reason)
        }
        _ => test.until(),
    }
}

/// Parts of the suite that nobody reported: a case that says so, since a build server sees cases alone.
fn missing(report: &Report) -> Option<TestSuite> {
    let (missing, shards) = (report.missing_shards(), report.shards.as_ref()?);
    if missing.is_empty() {
        return None;
    }
    let mut suite = TestSuite::new("missing parts");
    for part in missing {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_type("missing");
        status.set_message(verdict_line::missing_words(&[*part], shards.of));
        suite.add_test_case(TestCase::new(format!("part {part} of {}", shards.of), status));
    }
    Some(suite)
}

/// One line. XML has no way to write most control characters.
fn shown(text: &str) -> String {
    printable_up_to(text, LONGEST)
}

/// Several lines.
fn text(lines: &str) -> String {
    lines.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}
