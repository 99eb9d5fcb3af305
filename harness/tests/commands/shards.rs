//! Parts of a suite, and their reports put together.

use std::fs;

use crate::binary::Folder;

/// Runs the parts, each with its report `part-K.json`.
fn in_parts(folder: &Folder, of: usize) {
    for number in 1..=of {
        let (shard, report) = (format!("{number}/{of}"), format!("json=parts/{number}/report.json"));
        fs::create_dir_all(folder.path().join(format!("parts/{number}"))).unwrap();
        folder.run(&["check", "--shard", &shard, "--report", &report]);
    }
}

fn names(report: &serde_json::Value) -> Vec<&str> {
    report["tests"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap()).collect()
}

#[test]
fn the_parts_are_the_whole_in_order() {
    let folder = Folder::mixed();
    let all = folder.run(&["check", "--list"]).stdout;
    for of in 1..=4 {
        let listed: String = (1..=of)
            .map(|number| folder.run(&["check", "--list", "--shard", &format!("{number}/{of}")]).stdout)
            .collect();
        assert_eq!(listed, all);
    }
}

#[test]
fn merged_reports_have_the_verdict_of_the_whole() {
    let folder = Folder::mixed();
    folder.run(&["check", "--report", "json=whole.json"]).ended_with(1);
    in_parts(&folder, 3);
    let merged =
        folder.run(&["report", "merge", "parts", "--report", "json=merged.json", "--color", "never"]);
    let (whole, merged_report) = (folder.json("whole.json"), folder.json("merged.json"));
    assert_eq!(names(&merged_report), names(&whole));
    assert_eq!(merged_report["summary"], whole["summary"]);
    assert_eq!(merged_report["shards"], serde_json::json!({ "of": 3, "present": [1, 2, 3], "missing": [] }));
    let out = &merged.ended_with(1).stdout;
    assert!(
        out.starts_with("---- api::tls-1.3 ----\nfailed: api.example.com refuses TLS 1.3"),
        "{}",
        merged.console()
    );
    assert!(out.contains("---- api::down ----\ninconclusive: "), "{}", merged.console());
    assert!(out.ends_with("not ready: 1 failed, 1 inconclusive, 2 passed, 3 of 4 against replicas: use --live to test the hosts\n"), "{}", merged.console());
    assert_eq!(merged.stderr, "");
}

/// In whatever order they are named, and merged twice.
#[test]
fn a_merged_report_can_be_merged_again() {
    let folder = Folder::mixed();
    in_parts(&folder, 3);
    let part = |number: usize| format!("parts/{number}/report.json");
    folder.run(&["report", "merge", &part(3), &part(1), "--report", "json=some.json"]).ended_with(1);
    assert_eq!(folder.json("some.json")["shards"]["missing"], serde_json::json!([2]));
    folder.run(&["report", "merge", &part(2), "some.json", "--report", "json=all.json"]).ended_with(1);
    assert_eq!(folder.json("all.json")["shards"]["missing"], serde_json::json!([]));
    assert_eq!(names(&folder.json("all.json")).len(), 4);
}

/// What was not tested is never ready, however green the rest.
#[test]
fn a_missing_part_is_never_ready() {
    let folder = Folder::new().scenario(
        "a",
        "hosts: [a.test, b.test]\nreplica: { min_version: 1.2, max_version: 1.2 }\nexpect: accepted\n",
    );
    in_parts(&folder, 2);
    folder.run(&["report", "merge", "parts"]).ended_with(0);
    for kind in ["json", "junit", "sarif", "markdown", "html"] {
        let ran = folder.run(&["report", "merge", "parts/2", "--report", &format!("{kind}=out")]);
        assert_eq!(
            ran.ended_with(3).stdout.lines().last(),
            Some(
                "could not tell: 1 passed, without part 1 of 2, against a replica: use --live to test the host"
            )
        );
        let report = fs::read_to_string(folder.path().join("out")).unwrap();
        assert!(report.contains("missing") || report.contains("without part 1 of 2"), "{kind}: {report}");
    }
}

#[test]
fn reports_that_do_not_belong_together_are_not_merged() {
    let folder = Folder::mixed();
    in_parts(&folder, 2);
    folder.run(&["check", "--shard", "2/3", "--report", "json=third.json"]);
    folder.run(&["check", "--report", "json=whole.json"]);
    fs::write(folder.path().join("newer.json"), "{\"schema\": 2}").unwrap();
    for (arguments, words) in [
        (&["parts/1/report.json", "parts/1/report.json"][..], "are both part 1"),
        (&["parts/1/report.json", "third.json"], "parts/1/report.json is of 2 parts, and third.json of 3"),
        (&["parts/1/report.json", "whole.json"], "both have the test api::tls-1.2"),
        (&["newer.json"], "newer.json cannot be merged: it has the schema 2, and this gate reads 1"),
    ] {
        let ran = folder.run(&[&["report", "merge"], arguments, &["--report", "json=merged.json"]].concat());
        ran.ended_with(2);
        assert!(ran.stderr.contains(words) && ran.stderr.contains("nothing was merged"), "{}", ran.console());
        assert!(!folder.path().join("merged.json").exists());
    }
}

/// The counts of a report are worked out again: nobody makes a green of a red by editing them.
#[test]
fn what_a_report_says_of_itself_is_not_taken_on_trust() {
    let folder = Folder::mixed();
    folder.run(&["check", "--report", "json=report.json"]).ended_with(1);
    let mut report = folder.json("report.json");
    report["summary"] = serde_json::json!({
        "passed": 4, "failed": 0, "inconclusive": 0, "pending": 0, "waived": 0, "ignored": 0, "exit_code": 0
    });
    fs::write(folder.path().join("report.json"), report.to_string()).unwrap();
    folder.run(&["report", "merge", "report.json"]).ended_with(1);
}
