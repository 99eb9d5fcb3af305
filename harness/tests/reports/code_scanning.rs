//! SARIF, by the schema of OASIS, and as code scanning takes it.

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tls_readiness::report::{Kind, Report};
use tls_readiness::verdict::Verdict;

use crate::json::rendered;
use crate::{cases, clients, every_text, every_verdict, peers, report_of};

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&rendered(Kind::Sarif, report)).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// As OASIS publishes it.
#[test]
fn it_is_valid_by_the_schema_of_oasis() {
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<_> = cases::all().into_iter().chain(clients::all()).map(|(.., outcome)| outcome).collect();
    let every = every_verdict::report();
    let hostile = every_text::replaced(&every, "a b\u{1b}/../\u{202e}[x](y)%");
    let empty = Report::new("2026-11-23".to_owned(), true, false, None, Vec::new());
    let harness = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Where `.ci/linters/install` puts it.
    let mut command = Command::new(harness.join("../target/linters/python/bin/check-jsonschema"));
    let schema = harness.join("tests/data/sarif-schema-2.1.0.json");
    // Its patterns are not all of ECMAScript.
    command.args(["--regex-variant", "python"]).arg("--schemafile").arg(schema);
    for (name, report) in [("every", every), ("all", report_of(&all)), ("hostile", hostile), ("empty", empty)]
    {
        let path = folder.path().join(format!("{name}.json"));
        std::fs::write(&path, rendered(Kind::Sarif, &report)).unwrap();
        command.arg(path);
    }
    match command.output() {
        Ok(output) => {
            assert!(output.status.success(), "{output:?}");
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            assert!(
                !peers::peers_are_required(),
                "check-jsonschema is not installed; .ci/linters/install does it"
            );
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_result_is_what_somebody_has_to_look_at() {
    let report = every_verdict::report();
    let log = sarif(&report);
    let names: Vec<&str> =
        results(&log).iter().map(|it| it["properties"]["test"].as_str().unwrap()).collect();
    let expected: Vec<&str> = report
        .tests
        .iter()
        .filter(|test| !matches!(test.verdict, Verdict::Passed | Verdict::Ignored))
        .map(|test| test.name.as_str())
        .collect();
    assert_eq!(names, expected);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results(&log) {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        let verdict = result["properties"]["verdict"].as_str().unwrap();
        let is_blocking = ["failed", "inconclusive"].contains(&verdict);
        let level = match verdict {
            _ if is_blocking => "error",
            "advice" => "note",
            _ => "warning",
        };
        assert_eq!(result["level"], level);
        if verdict != "pending" {
            assert_eq!(verdict == "inconclusive", result["ruleId"] == "inconclusive", "{result}");
        }
        assert_eq!(result["suppressions"].is_array(), verdict == "waived");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "scenarios/api.yaml");
        assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&2.into(), &3.into()));
        let is_said = result["message"]["text"].as_str().unwrap().contains("against a replica");
        assert_eq!(is_said, result["properties"]["against"] == "replica");
    }
    for rule in rules {
        assert!(
            rule["help"]["text"].as_str().unwrap().len() > 50
                && rule["helpUri"].as_str().unwrap().starts_with("https://")
        );
    }
}

/// GitHub takes 25,000 results of one run, and drops what is beyond in silence.
#[test]
fn what_code_scanning_would_not_take_is_counted_and_is_the_least_important() {
    let mut tests = every_verdict::report().tests;
    for test in &mut tests {
        (test.guidance, test.advice) = (None, None);
        test.observations = Vec::new().into();
    }
    let of = |verdict| tests.iter().find(|test| test.verdict == verdict).unwrap().clone();
    let mut many = vec![of(Verdict::Pending); 25_001];
    many.push(of(Verdict::Failed));
    let log = sarif(&Report::new("2026-11-23".to_owned(), false, false, None, many));
    assert_eq!(results(&log).len(), 25_000);
    assert_eq!(results(&log)[0]["properties"]["verdict"], "failed");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0]["message"]["text"],
        "2 more results are left out."
    );
}

/// Code scanning takes two results of one fingerprint for one, and one whose fingerprint changes for new.
#[test]
fn a_fingerprint_stays_and_is_one_tests_own() {
    let report = every_verdict::report();
    let fingerprints = |report: &Report| -> Vec<String> {
        let fingerprint =
            |result: &Value| result["partialFingerprints"]["primaryLocationLineHash"].to_string();
        results(&sarif(report)).iter().map(fingerprint).collect()
    };
    let known = fingerprints(&report);
    assert_eq!(known.iter().collect::<HashSet<_>>().len(), known.len());
    let mut later = report;
    later.as_of = "2026-11-24".to_owned();
    for test in &mut later.tests {
        test.line += 7;
        test.elapsed_ms *= 2.0;
        test.observations = Vec::new().into();
    }
    assert_eq!(fingerprints(&later), known);
}

/// Every finding of a failure has a rule that says what is wrong; `not-as-expected` is for those of gates
/// to come.
#[test]
fn no_finding_is_without_a_rule_of_its_own() {
    for (name, finding, outcome) in cases::all().into_iter().chain(clients::all()) {
        let verdict = outcome.verdict();
        let log = sarif(&report_of(&[outcome]));
        match (verdict, results(&log).first()) {
            (Verdict::Passed | Verdict::Ignored, None) => {}
            (Verdict::Inconclusive, Some(result)) => assert_eq!(result["ruleId"], "inconclusive", "{name}"),
            (Verdict::Failed, Some(result)) => {
                assert!(
                    result["ruleId"] != "not-as-expected" && result["ruleId"] != "inconclusive",
                    "{finding}"
                );
            }
            (verdict, found) => panic!("{name}: {verdict:?} {found:?}"),
        }
    }
}
