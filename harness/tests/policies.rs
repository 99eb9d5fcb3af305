//! Policies and the scenarios that name them, folder by folder.
//!
//! Every folder below `tests/data/policies` is a folder of scenarios with a golden `.txt` beside it: what
//! its tests are, or what is wrong. After a wanted change run `UPDATE_GOLDEN=1 cargo test --test policies`
//! and read the difference.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tls_readiness::corpus;
use tls_readiness::plan::Test;
use tls_readiness::problem;
use tls_readiness::report::expectation;
use tls_readiness::scenario::{Policies, Values};

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/policies")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(data())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn described(folder: &Path) -> String {
    match corpus::load(folder, &Values::default()) {
        Ok(tests) => tests.iter().map(describe).collect(),
        Err(mistakes) => {
            let text = problem::render(&mistakes.problems, false) + &mistakes.summary();
            let own = folder.to_string_lossy().replace('\\', "/");
            format!("{}\n", text.replace(&own, "scenarios"))
        }
    }
}

fn describe(test: &Test) -> String {
    let scenario = &test.scenario;
    let calendar = &scenario.calendar;
    let mut text = format!("{}\n    {}\n", test.name, expectation(scenario));
    let host = format!("{}{}", test.host, scenario.path.as_deref().unwrap_or_default());
    let _ = writeln!(text, "    {host}, {} s, depth {:?}", scenario.timeout.as_secs(), scenario.depth);
    if let Some(rule) = &scenario.rule {
        let _ = writeln!(text, "    rule {} of {}", rule.key, rule.policy);
    }
    if calendar.is_advice {
        text.push_str("    advice\n");
    }
    if let Some(day) = calendar.enforce_from {
        let _ = writeln!(text, "    enforced from {day}");
    }
    if let Some(waiver) = &calendar.waiver {
        let _ = writeln!(text, "    waived until {} by line {}", waiver.until, waiver.place.line);
    }
    for words in [&scenario.title, &scenario.reference, &scenario.advice].into_iter().flatten() {
        let _ = writeln!(text, "    {words}");
    }
    text
}

#[test]
fn every_folder_is_read_as_its_golden_file_says() {
    let mut differences = String::new();
    for folder in folders() {
        let actual = described(&folder);
        let golden = folder.with_extension("txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, actual).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
        if expected != actual {
            let _ =
                writeln!(differences, "{}\n--- expected\n{expected}\n--- actual\n{actual}", folder.display());
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn what_comes_with_the_gate_can_be_named() {
    let names: Vec<&str> = Policies::shipped().map(|policy| policy.name.as_str()).collect();
    assert_eq!(
        names,
        ["tls12-ready", "rfc8996", "rfc9325", "mozilla-6.0-intermediate", "mozilla-6.0-modern", "pq-ready"]
    );
    // The rules of a policy have names of their own.
    for policy in Policies::shipped() {
        let mut keys: Vec<&str> = policy.rules.iter().map(|rule| rule.key.as_str()).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count, "{}", policy.name);
    }
}
