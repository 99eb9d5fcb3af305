//! Reports as people and programs read them, from made-up runs: no socket, no clock.
//!
//! Each text has a golden file in `tests/data/reports`. After a wanted change run
//! `UPDATE_GOLDEN=1 cargo test --test reports` and read the difference.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "reports/agenda.rs"]
mod agenda;
#[path = "reports/baseline.rs"]
mod baseline;
#[path = "reports/build_server.rs"]
mod build_server;
#[path = "reports/cases.rs"]
mod cases;
#[path = "reports/certificate_ends.rs"]
mod certificate_ends;
#[path = "reports/clients.rs"]
mod clients;
#[path = "reports/code_scanning.rs"]
mod code_scanning;
#[path = "reports/days.rs"]
mod days;
#[path = "reports/every_text.rs"]
mod every_text;
#[path = "reports/every_verdict.rs"]
mod every_verdict;
#[path = "reports/evidence.rs"]
mod evidence;
#[path = "reports/facts.rs"]
mod facts;
#[path = "reports/golden.rs"]
mod golden;
#[path = "reports/hostile.rs"]
mod hostile;
#[path = "reports/hostile_texts.rs"]
mod hostile_texts;
#[path = "reports/json.rs"]
mod json;
#[path = "reports/page.rs"]
mod page;
#[path = "peers/required.rs"]
mod peers;
#[path = "reports/posture.rs"]
mod posture;
#[path = "reports/posture_requirements.rs"]
mod posture_requirements;
#[path = "reports/renderers.rs"]
mod renderers;
#[path = "reports/requirements.rs"]
mod requirements;
#[path = "reports/room.rs"]
mod room;
#[path = "reports/what_speaks_what.rs"]
mod what_speaks_what;

use std::collections::BTreeSet;

use tls_readiness::report::explanation::explain;
use tls_readiness::report::verdict_line::{closing, last_line};
use tls_readiness::report::{self, Against, Outcome, Report};

use golden::Golden;

const RERUN: &str = "tls-readiness check --live";

/// The report of a run.
fn report_of(outcomes: &[Outcome]) -> Report {
    let tests = outcomes.iter().map(|outcome| report::test(outcome, RERUN)).collect();
    Report::new("2026-11-23".to_owned(), false, false, None, tests)
}

#[test]
fn every_finding_is_explained() {
    let mut golden = Golden::default();
    for (name, _, outcome) in cases::all().into_iter().chain(clients::all()) {
        golden.compare(&format!("{name}.txt"), &(explain(&outcome, RERUN) + "\n"));
    }
    golden.finish();
}

#[test]
fn lines_end_with_words_and_are_narrow_unless_they_are_copied() {
    for (name, _, outcome) in cases::all().into_iter().chain(clients::all()) {
        let text = explain(&outcome, RERUN);
        for (index, line) in text.lines().enumerate() {
            assert_eq!(line.trim_end(), line, "{name}");
            let copied = index == 0 || line.starts_with("  then run") || line.starts_with("  see");
            assert!(copied || line.chars().count() <= 100, "{name}: {line}");
        }
        let first = text.lines().next().unwrap();
        let verdict = outcome.judgement.verdict.key();
        let who = outcome
            .test
            .scenario
            .client
            .as_ref()
            .map_or("api.example.com".to_owned(), |client| report::client::program(&client.command));
        assert!(first.starts_with(&format!("{verdict}: {who}")), "{first}");
        assert!(first.ends_with("    scenarios/api.yaml:2:3"), "{first}");
    }
}

#[test]
fn each_case_comes_to_its_finding_and_none_is_missing() {
    let mut seen = BTreeSet::new();
    for (name, finding, outcome) in cases::all().into_iter().chain(clients::all()) {
        let report = json::of(&[outcome]);
        assert_eq!(report["tests"][0]["finding"], finding, "{name}");
        seen.insert(finding);
    }
    assert_eq!(seen.len(), 69, "{seen:?}");
}

#[test]
fn the_last_line_is_the_verdict_and_what_was_tested() {
    let case = |name: &str, against| {
        let (_, _, mut outcome) = cases::all().into_iter().find(|(case, ..)| *case == name).unwrap();
        outcome.against = against;
        outcome
    };
    let (host, replica) = (Against::Host, Against::Replica);
    for (outcomes, line) in [
        (vec![("refused", host)], "ready: 1 passed, against the host"),
        (vec![("refused", replica)], "ready: 1 passed, against a replica: use --live to test the host"),
        (vec![("refused", host), ("accepted", host)], "ready: 2 passed, all against the hosts"),
        (
            vec![("refused", replica), ("accepted", replica)],
            "ready: 2 passed, all against replicas: use --live to test the hosts",
        ),
        (
            vec![("silence", host), ("refused", host), ("still-accepts", replica), ("refused", replica)],
            "not ready: 1 failed, 1 inconclusive, 2 passed, 2 of 4 against replicas: use --live to test the hosts",
        ),
        (
            vec![("silence", host), ("refused", host)],
            "could not tell: 1 inconclusive, 1 passed, all against the hosts",
        ),
    ] {
        let report =
            report_of(&outcomes.into_iter().map(|(name, against)| case(name, against)).collect::<Vec<_>>());
        assert_eq!(last_line(&report), line);
    }
}

/// A pass is silent, unless there is more to know.
#[test]
fn of_a_program_that_passed_and_distrusts_there_is_a_note() {
    let case = |name: &str| clients::all().into_iter().find(|(case, ..)| *case == name).unwrap().2;
    let last = |count| format!("ready: {count} passed, all against replicas: use --live to test the hosts\n");
    let note =
        "note: api::case passed: curl speaks TLS 1.2; it rejects the certificate: alert unknown_ca (48)\n";
    for (cases, told) in [
        (vec!["client-speaks", "client-speaks"], last(2)),
        (vec!["client-speaks", "client-speaks-and-distrusts"], format!("{note}\n{}", last(2))),
        (
            vec!["client-speaks-and-distrusts"; 25],
            format!("{}note: … and 5 more like these\n\n{}", note.repeat(20), last(25)),
        ),
    ] {
        assert_eq!(closing(&report_of(&cases.into_iter().map(case).collect::<Vec<_>>())), told);
    }
}
