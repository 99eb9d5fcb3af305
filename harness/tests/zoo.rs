//! The gate against servers that are absent, broken, or hostile.
//!
//! The most important property: `refused` never passes where nothing proves it. Each question to
//! each server gets a server and a gate of its own, so that its exit code is exact too.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "gate/process.rs"]
mod gate;

#[path = "hostile_servers/behaviour.rs"]
mod behaviour;
#[path = "hostile_servers/command_line.rs"]
mod command_line;
#[path = "hostile_servers/first_flight.rs"]
mod first_flight;
#[path = "hostile_servers/half_healthy.rs"]
mod half_healthy;
#[path = "hostile_servers/http.rs"]
mod http;
#[path = "hostile_servers/peer.rs"]
mod peer;
#[path = "hostile_servers/required.rs"]
mod required;
#[path = "hostile_servers/safety.rs"]
mod safety;
#[path = "hostile_servers/table.rs"]
mod table;
#[path = "hostile_servers/unsteady.rs"]
mod unsteady;
#[path = "hostile_servers/wrong_hellos.rs"]
mod wrong_hellos;

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tls_readiness::version::Version;

use gate::{Gate, Run, exit_code};
use http::HttpRow;
use peer::HostilePeer;
use safety::assert_printable;
use table::Row;

/// Trials at a time where nothing else was asked for: most of them wait.
const THREADS: usize = 32;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let mut trials: Vec<Trial> = table::rows().into_iter().flat_map(row_trials).collect();
    trials.extend(
        http::rows()
            .into_iter()
            .map(|row| Trial::test(format!("http::{}", row.name), move || http_trial(&row))),
    );
    trials.extend(required::trials());
    trials.extend(command_line::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A trial for each question to the server.
fn row_trials(row: Row) -> Vec<Trial> {
    let row = Arc::new(row);
    let mut questions = vec![
        (
            "refused_deprecated",
            vec![("all".to_owned(), range("SSLv2", "1.1", "expect: refused"), row.deprecated)],
        ),
        (
            "accepted",
            vec![("all".to_owned(), range("1.2", "1.3", "evidence: hello, expect: accepted"), row.accepted)],
        ),
        ("unreachable", vec![("all".to_owned(), "expect: unreachable".to_owned(), row.gone)]),
    ];
    let each = Version::ALL.into_iter().zip(row.each.chars());
    let each = each.map(|(version, verdict)| {
        (format!("only-{}", version.key()), range(version.key(), version.key(), "expect: refused"), verdict)
    });
    questions.push(("refused_each", each.collect()));
    // Whoever speaks anything has one of these: that there is none can never be proven.
    let none = "expect: { cipher_suites: { none: [AEAD, CBC, RC4, NULL, 3DES] } }";
    let only = "expect: { cipher_suites: { only: [TLS_AES_128_CCM_8_SHA256] } }";
    let required = [("none", none), ("only", only)]
        .map(|(key, fields)| (key.to_owned(), range("SSLv2", "1.3", fields), '-'));
    questions.push(("required", required.to_vec()));
    let trial = |(name, questions): (&str, Vec<Question>)| {
        let row = Arc::clone(&row);
        Trial::test(format!("{}::{name}", row.name), move || row_trial(&row, &questions))
    };
    questions.into_iter().map(trial).collect()
}

/// A key, the fields of its scenario, and the letter of its verdict.
type Question = (String, String, char);

fn range(min: &str, max: &str, rest: &str) -> String {
    format!("min_version: {min}, max_version: {max}, {rest}")
}

fn row_trial(row: &Row, questions: &[Question]) -> Result<(), Failed> {
    let peer = HostilePeer::start(Arc::clone(&row.behaviour), row.life);
    let mut text = format!(
        "host: hostile.test\nconnect_to: {}\ntimeout: {}\nattempts: 1\nscenarios:\n",
        peer.address, row.timeout
    );
    for (key, fields, _) in questions {
        writeln!(text, "  {key}: {{ {fields} }}").unwrap();
    }
    let run = Gate::new().scenario("test.yaml", &text).check();
    let verdicts: Vec<(String, char)> =
        questions.iter().map(|(key, _, letter)| (format!("test::{key}"), *letter)).collect();
    verdicts_are_right(&run, &verdicts)
}

fn http_trial(row: &HttpRow) -> Result<(), Failed> {
    let (behaviour, authority) = http::server(row);
    let peer = HostilePeer::start(behaviour, usize::MAX);
    let gate = Gate::new().scenario(
        "test.yaml",
        &format!(
            "host: {}\nconnect_to: {}\ntimeout: {}\nca: ../ca.pem\npath: /\nexpect: {}\n",
            http::NAME,
            peer.address,
            row.timeout,
            row.expect
        ),
    );
    std::fs::write(gate.folder().join("ca.pem"), authority).unwrap();
    verdicts_are_right(&gate.check(), &[("test".to_owned(), row.verdict)])
}

/// Compares verdicts with their letters, and the exit code with the verdicts.
fn verdicts_are_right(run: &Run, expected: &[(String, char)]) -> Result<(), Failed> {
    assert_printable(run);
    let mut wrong = String::new();
    let mut codes = Vec::new();
    for (name, letter) in expected {
        let verdict = run.verdict(name);
        codes.push(exit_code(verdict));
        let is_right = match letter {
            'P' => verdict == "passed",
            'F' => verdict == "failed",
            'I' => verdict == "inconclusive",
            '-' => verdict != "passed",
            '*' => true,
            _ => panic!("no verdict has the letter {letter}"),
        };
        if verdict != "passed" && !run.explanation(name).starts_with(verdict) {
            write!(wrong, "the explanation of {name} does not begin with {verdict}; ").unwrap();
        }
        if !is_right {
            write!(wrong, "{name} must be {letter}, is {verdict}; ").unwrap();
        }
    }
    // One failure is a failure of the whole; without one, one doubt is a doubt.
    let code = if codes.contains(&1) { 1 } else { codes.into_iter().max().unwrap_or(0) };
    if run.code != Some(code) {
        write!(wrong, "the exit code must be {code}; ").unwrap();
    }
    if wrong.is_empty() { Ok(()) } else { Err((wrong + &run.console()).into()) }
}
