//! The report as JSON, for programs: the interface that other tools rest on.
//!
//! It may be printed to a terminal or a log, so it holds no character that either obeys: such a
//! character stands there as `\uXXXX`, and means to a program what it always meant.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;

use super::{Outcome as TestOutcome, Run, expectation, headline, key};
use crate::escape::is_obeyed;
use crate::evidence::Gathered;
use crate::version::Version;

mod client;
mod observation;

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    as_of: String,
    live: bool,
    tests: Vec<Test<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Test<'a> {
    name: &'a str,
    file: &'a str,
    line: usize,
    column: usize,
    side: &'static str,
    against: &'static str,
    host: String,
    port: u16,
    /// The outcome that is expected, as `expect` has it in the scenario.
    expected: &'static str,
    /// All that is expected, for people.
    expectation: String,
    min_version: &'static str,
    max_version: &'static str,
    verdict: &'static str,
    /// What decided the verdict: one of a closed list of words.
    finding: &'static str,
    /// The same, for people.
    reason: String,
    elapsed_ms: f64,
    title: Option<&'a str>,
    reference: Option<&'a str>,
    advice: Option<&'a str>,
    /// What each address came to by itself.
    addresses: Vec<Address>,
    without_route: Vec<String>,
    /// The program, where one is on trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<client::ClientReport>,
    observations: Vec<observation::Row>,
}

#[derive(Serialize)]
struct Address {
    address: String,
    verdict: &'static str,
    finding: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct Summary {
    passed: usize,
    failed: usize,
    inconclusive: usize,
    pending: usize,
    waived: usize,
    ignored: usize,
    exit_code: u8,
}

/// The whole run in one JSON text, with a line end after it.
#[must_use]
pub fn render(run: &Run) -> String {
    let summary = run.summary();
    let report = Report {
        schema: 1,
        as_of: run.as_of.to_string(),
        live: run.live,
        tests: run.outcomes.iter().map(test).collect(),
        summary: Summary {
            passed: summary.passed,
            failed: summary.failed,
            inconclusive: summary.inconclusive,
            pending: 0,
            waived: 0,
            ignored: summary.ignored,
            exit_code: summary.exit_code(),
        },
    };
    // Only maps with keys that are no strings can fail, and there is none.
    escape(&serde_json::to_string_pretty(&report).unwrap_or_default()) + "\n"
}

/// Writes what a terminal or a log reader could obey as `\uXXXX`. Outside of strings JSON has no
/// such character but line ends, and within strings serde_json has escaped those.
fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        let begins_command = character == '#' && characters.peek() == Some(&'#');
        if begins_command || (is_obeyed(character) && character != '\n') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}

fn test(outcome: &TestOutcome) -> Test<'_> {
    let scenario = &*outcome.test.scenario;
    let addresses = outcome.judgement.addresses.iter().map(|address| Address {
        address: address.address.to_string(),
        verdict: address.verdict.key(),
        finding: key::finding(&address.finding),
        reason: headline(&address.finding, scenario.versions),
    });
    let (without_route, client) = match (&outcome.evidence, &scenario.client) {
        (Gathered::Server(evidence), _) => {
            (evidence.without_route.iter().map(SocketAddr::to_string).collect(), None)
        }
        (Gathered::Client(evidence), client) => {
            (Vec::new(), client.as_ref().map(|client| client::report(client, evidence)))
        }
    };
    Test {
        name: &outcome.test.name,
        file: &scenario.place.file,
        line: scenario.place.line,
        column: scenario.place.column,
        side: if scenario.client.is_some() { "client" } else { "server" },
        against: outcome.against.key(),
        host: outcome.test.host.name.to_string(),
        port: outcome.test.host.port,
        expected: key::expectation(&scenario.expectation),
        expectation: expectation(scenario),
        min_version: Version::key(scenario.versions.min()),
        max_version: Version::key(scenario.versions.max()),
        verdict: outcome.judgement.verdict.key(),
        finding: key::finding(&outcome.judgement.finding),
        reason: headline(&outcome.judgement.finding, scenario.versions),
        elapsed_ms: milliseconds(outcome.elapsed),
        title: scenario.title.as_deref(),
        reference: scenario.reference.as_deref(),
        advice: scenario.advice.as_deref(),
        addresses: addresses.collect(),
        without_route,
        client,
        observations: observation::rows(outcome),
    }
}

/// Milliseconds with three digits: a report is read by people too.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_reader_obeys_is_escaped_and_means_the_same() {
        for text in [
            "plain, with ümlaut and 漢字",
            "\u{1b}[31m \u{9b}31m \u{7f} \0",
            "##[error]x ###[group] a#b",
            "\\##[error]",
            "line\nline\r\u{2028}",
            "\u{202e}gpj.exe \u{e0041}",
        ] {
            let json = escape(&serde_json::to_string(text).unwrap());
            assert!(!json.contains(is_obeyed) && !json.contains("##"), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
