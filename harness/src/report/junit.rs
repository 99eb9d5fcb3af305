//! The report as JUnit's XML, as Jenkins and most build servers read it: a case for each test, a suite for
//! the neighbours that have file, host and range in common.
//!
//! What failed is a `failure`. What could not be told is an `error`: it blocks too, and its cause is
//! elsewhere. What does not block (yet) is `skipped`, with the reason.
//!
//! The strictest reader is the schema of Jenkins (`junit-10.xsd` of its xUnit plugin): it knows
//! properties of suites and none of cases, and no `skipped` of all suites together.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};

use super::Against;
use super::markup::LONGEST;
use super::model::{Report, Shards, Side, Test};
use super::verdict_line;
use crate::escape::{printable, printable_up_to};
use crate::verdict::Verdict;

mod root;

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let part = report.shards.as_ref().and_then(Shards::part);
    let name = part.map_or("TLS readiness".to_owned(), |part| format!("TLS readiness, {part}"));
    let mut all = quick_junit::Report::new(name);
    for tests in report.tests.chunk_by(|one, other| suite_of(one) == suite_of(other)) {
        all.add_test_suite(suite(report, tests));
    }
    all.add_test_suites(missing(report));
    all.serialize(root::WithoutSkipped::new(out)).map_err(io::Error::other)
}

/// What the tests of a suite have in common.
fn suite_of(test: &Test) -> impl PartialEq + '_ {
    let versions = (&test.min_version, &test.max_version);
    ((&test.file, &test.host, test.port), versions, (test.against, test.side), reference(test))
}

fn suite(report: &Report, tests: &[Test]) -> TestSuite {
    let Some(first) = tests.first() else { return TestSuite::new("") };
    let range = if first.min_version == first.max_version {
        first.min_version.to_string()
    } else {
        format!("{} to {}", first.min_version, first.max_version)
    };
    let host = format!("{}:{}", first.host, first.port);
    let against = first.against.key();
    let mut suite = TestSuite::new(shown(&format!("{}: {host}, {range}, against the {against}", first.file)));
    for (name, value) in [
        ("file", Some(first.file.as_str())),
        ("host", Some(host.as_str())),
        ("range", Some(range.as_str())),
        ("reference", reference(first)),
        ("against", Some(against)),
        ("side", Some(if first.side == Side::Client { "client" } else { "server" })),
        ("as_of", Some(report.as_of.as_str())),
    ] {
        if let Some(value) = value {
            suite.add_property(Property::new(name, shown(value)));
        }
    }
    suite.add_test_cases(tests.iter().map(|test| case(report, test)));
    suite.set_time(tests.iter().map(elapsed).fold(Duration::ZERO, Duration::saturating_add));
    suite
}

fn elapsed(test: &Test) -> Duration {
    Duration::try_from_secs_f64(test.elapsed_ms / 1e3).unwrap_or_default()
}

fn reference(test: &Test) -> Option<&str> {
    let see = test.guidance.as_ref().and_then(|guidance| guidance.see.as_deref());
    see.or(test.reference.as_deref())
}

fn case(report: &Report, test: &Test) -> TestCase {
    let (class, name) = match test.name.split_once("::") {
        Some((file, name)) => (file, name),
        None => (test.name.as_str(), test.name.as_str()),
    };
    let mut case = TestCase::new(shown(name), status(report, test));
    // Jenkins makes folders of what stands between dots.
    case.set_classname(shown(&class.replace('/', ".")));
    case.set_time(elapsed(test));
    let against = match test.against {
        Against::Replica => "a replica on this machine: nothing is said about the host",
        Against::Host => "the host",
    };
    let mut lines = vec![
        format!("{}: {}", test.until(), test.in_short()),
        format!("expected: {}", test.expectation),
        format!("against: {against}"),
        format!("at: {}:{}:{}", test.file, test.line, test.column),
    ];
    lines.extend(test.title.as_ref().map(|title| format!("title: {title}")));
    lines.extend(test.rule.as_ref().map(|rule| format!("rule: {} of {}", rule.key, rule.policy)));
    lines.extend(test.enforce_from.as_ref().map(|day| format!("enforced from: {day}")));
    lines.extend(
        test.waiver.as_ref().map(|waiver| format!("waiver until: {}, {}", waiver.until, waiver.reason)),
    );
    lines.extend(test.baseline.as_ref().map(|compared| format!("baseline: {}", compared.words())));
    let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
    case.set_system_out(lines.join("\n"));
    case
}

fn status(report: &Report, test: &Test) -> TestCaseStatus {
    if test.verdict == Verdict::Passed {
        return TestCaseStatus::success();
    }
    if !report.blocks(test.verdict) {
        let mut skipped = TestCaseStatus::skipped();
        skipped.set_message(shown(&format!("{}: {}", reason(test), test.in_short())));
        return skipped;
    }
    let kind = if test.is_open() { NonSuccessKind::Error } else { NonSuccessKind::Failure };
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
    match test.waiver_in_force() {
        Some(waiver) => {
            let ticket = waiver.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
            format!("{} ({}{ticket})", test.until(), waiver.reason)
        }
        None => test.until(),
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
