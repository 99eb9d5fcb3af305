//! The programs that are shipped with the scenarios, by each way to the stand-in.
//!
//! A scenario is content with the ClientHello, because not every system lets a program be told whom to
//! trust. Linux does: there each must have had its answer.

use std::path::Path;

use serde_json::Value;

use crate::binary::Folder;
use crate::peers::peers_are_required;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/clients");

#[test]
fn every_shipped_client_has_its_answer_by_the_way_that_this_system_permits() {
    every_client_has_its_answer("auto");
}

#[test]
fn every_shipped_client_has_its_answer_by_the_proxy() {
    every_client_has_its_answer("proxy");
}

fn every_client_has_its_answer(reach: &str) {
    let folder = Folder::new();
    let scenarios = folder.path().join("scenarios");
    for entry in std::fs::read_dir(SHIPPED).unwrap() {
        let path = entry.unwrap().path();
        let copy = scenarios.join(path.file_name().unwrap());
        if path.extension().is_some_and(|extension| extension == "yaml") {
            std::fs::write(copy, led_by(reach, &path)).unwrap();
        } else {
            std::fs::copy(path, copy).unwrap();
        }
    }
    let ran = folder.run(&["check", "--report", "json=report.json"]);
    let report = folder.json("report.json");
    let tests = report.get("tests").and_then(Value::as_array).unwrap();
    assert!(tests.len() >= 10, "{}", ran.console());
    for test in tests {
        let [name, verdict] = ["name", "verdict"].map(|key| test.get(key).and_then(Value::as_str).unwrap());
        if verdict == "ignored" && !peers_are_required() {
            continue;
        }
        assert_eq!(verdict, "passed", "{name}: {}", ran.console());
        // There is no repository at the URL that git is given.
        let status = if name.ends_with("::git") { 404 } else { 200 };
        let seen = test.pointer("/observations/0/http_status").and_then(Value::as_u64);
        assert_eq!(seen, Some(status), "{name}: {test:#}");
    }
}

/// A shipped file whose programs are led this way.
fn led_by(reach: &str, path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let (before, scenarios) = text.split_once("\nscenarios:\n").unwrap();
    format!("{before}\nreach: {reach}\nscenarios:\n{scenarios}")
}
