//! Parts of a suite, and their reports put together.

use std::fs;

use crate::binary::{Folder, closed_port};

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
fn the_parts_are_the_whole_and_hosts_are_not_torn() {
    let hosts: Vec<String> = (0..20).map(|number| format!("host-{number}.example")).collect();
    let scenarios = "scenarios:\n  a: { expect: accepted }\n  b: { expect: accepted }\n";
    let folder = Folder::new().scenario("fleet", &format!("hosts: [{}]\n{scenarios}", hosts.join(", ")));
    let list = |part: Option<String>| {
        let shard = part.as_ref().map_or(Vec::new(), |part| vec!["--shard", part]);
        let listed = folder.run(&[&["check", "--list"], &shard[..]].concat()).stdout;
        listed.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = list(None);
    for of in 1..=5 {
        let parts: Vec<_> = (1..=of).map(|number| list(Some(format!("{number}/{of}")))).collect();
        for part in &parts {
            // In the order of the plan, and both tests of each host.
            let place = |name: &String| all.iter().position(|known| known == name);
            assert!(part.iter().is_sorted_by_key(place));
            let (a, b): (Vec<&str>, Vec<&str>) =
                part.iter().map(|name| name.split_once('@').unwrap()).unzip();
            assert_eq!(a.len() % 2, 0);
            assert!(b.iter().all(|host| b.iter().filter(|other| *other == host).count() == 2), "{part:?}");
        }
        let mut listed = parts.concat();
        listed.sort_by_key(|name| all.iter().position(|known| known == name));
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
    let shards = &merged_report["shards"];
    assert_eq!((&shards["of"], &shards["tests"]), (&3.into(), &4.into()));
    let parts = (&shards["present"], &shards["missing"]);
    assert_eq!(parts, (&serde_json::json!([1, 2, 3]), &serde_json::json!([])));
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
    let some = folder.run(&["report", "merge", &part(3), &part(1), "--report", "json=some.json"]);
    assert_ne!(some.code, Some(0));
    assert_eq!(folder.json("some.json")["shards"]["missing"], serde_json::json!([2]));
    folder.run(&["report", "merge", &part(2), "some.json", "--report", "json=all.json"]).ended_with(1);
    assert_eq!(folder.json("all.json")["shards"]["missing"], serde_json::json!([]));
    assert_eq!(names(&folder.json("all.json")).len(), 4);
    let backwards = [&part(3)[..], &part(1), &part(2)];
    folder
        .run(&[&["report", "merge"], &backwards[..], &["--report", "json=whole.json"]].concat())
        .ended_with(1);
    let listed = folder.run(&["check", "--list"]).stdout;
    assert_eq!(names(&folder.json("whole.json")), listed.lines().collect::<Vec<_>>());
}

/// Parts are made by host, and hosts stand far apart in the plan.
#[test]
fn what_is_merged_is_in_the_order_of_the_plan() {
    let hosts: Vec<String> = (0..9).map(|number| format!("host-{number}.example")).collect();
    let to = format!("connect_to: \"127.0.0.1:{}\"\nexpect: unreachable\n", closed_port());
    let scenarios = "scenarios: { a: {}, b: {} }\n";
    let folder = Folder::new().scenario("fleet", &format!("hosts: [{}]\n{to}{scenarios}", hosts.join(", ")));
    in_parts(&folder, 3);
    folder.run(&["report", "merge", "parts", "--report", "json=whole.json"]).ended_with(0);
    let listed = folder.run(&["check", "--list"]).stdout;
    assert_eq!(names(&folder.json("whole.json")), listed.lines().collect::<Vec<_>>());
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
    for (kind, words) in [
        ("json", "\"missing\": [\n      1\n    ]"),
        ("junit", "without part 1 of 2"),
        ("sarif", "without part 1 of 2"),
        ("markdown", "without part 1 of 2"),
        ("html", "This report is without part 1 of 2"),
    ] {
        let ran = folder.run(&["report", "merge", "parts/2", "--report", &format!("{kind}=out")]);
        assert_eq!(
            ran.ended_with(3).stdout.lines().last(),
            Some(
                "could not tell: 1 passed, without part 1 of 2, against a replica: use --live to test the host"
            )
        );
        let report = fs::read_to_string(folder.path().join("out")).unwrap();
        assert!(report.contains(words), "{kind}: {report}");
    }
}

#[test]
fn reports_that_do_not_belong_together_are_not_merged() {
    let folder = Folder::mixed();
    in_parts(&folder, 2);
    folder.run(&["check", "--shard", "2/3", "--report", "json=third.json"]);
    folder.run(&["check", "--report", "json=whole.json"]);
    folder.run(&["check", "--shard", "2/2", "--skip", "tls-1.2", "--report", "json=other.json"]);
    fs::write(folder.path().join("newer.json"), "{\"schema\": 2}").unwrap();
    fs::copy(folder.path().join("parts/1/report.json"), folder.path().join("copy.json")).unwrap();
    let forge = |name: &str, pointer: &str, value: serde_json::Value| {
        let mut report = folder.json("parts/1/report.json");
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        report.pointer_mut(parent).unwrap()[key] = value;
        fs::write(folder.path().join(name), report.to_string()).unwrap();
    };
    forge("forged.json", "/shards/of", 400_000_000.into());
    forge("nothing.json", "/shards/present", serde_json::json!([]));
    forge("beyond.json", "/shards/present", serde_json::json!([3]));
    forge("suite.json", "/shards/suite", "of the same number of tests".into());
    forge("day.json", "/as_of", "2027**".into());
    forge("first-day.json", "/tests/0/enforce_from", "soon".into());
    forge("time.json", "/tests/0/elapsed_ms", 1.8e22.into());
    for (arguments, words) in [
        (&["parts/1/report.json", "copy.json"][..], "are both part 1"),
        (&["parts/1/report.json", "other.json"], "are parts of different suites"),
        (&["suite.json", "parts/2/report.json"], "are parts of different suites"),
        (&["nothing.json"], "these are not parts of a suite"),
        (&["beyond.json"], "these are not parts of a suite"),
        (&["first-day.json"], "soon is not a day"),
        (
            &["forged.json"],
            "forged.json cannot be merged: it is not a JSON report of this gate: these are not parts",
        ),
        (
            &["day.json"],
            "day.json cannot be merged: it is not a JSON report of this gate: 2027** is not a day",
        ),
        (&["time.json"], "ms is not how long a test takes"),
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

/// One part is not the whole, and nobody takes it for that.
#[test]
fn a_part_alone_says_that_it_is_one() {
    let folder = Folder::mixed();
    for kind in ["junit", "sarif", "markdown", "html"] {
        let ran = folder.run(&["check", "--shard", "1/2", "--report", &format!("{kind}=out")]);
        let last = "ready: 2 passed, part 1 of 2 alone, all against replicas: use --live to test the hosts";
        assert_eq!(ran.ended_with(0).stdout.lines().last(), Some(last));
        let report = fs::read_to_string(folder.path().join("out")).unwrap();
        assert!(report.contains("part 1 of 2 alone"), "{kind}: {report}");
    }
    folder.run(&["check", "--shard", "1/2", "--report", "sarif=out"]);
    let run = &folder.json("out")["runs"][0];
    assert_eq!(run["automationDetails"]["id"], "tls-readiness/part-1-of-2/");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

/// Of parts from different days the later day counts: what was pending then may block now.
#[test]
fn the_calendar_is_asked_again_by_the_latest_day() {
    let replica = "replica: { min_version: 1.2, max_version: 1.2 }\nmin_version: 1.2\nmax_version: 1.2\n";
    let folder = Folder::new().scenario(
        "a",
        &format!(
            "host: a.test\n{replica}scenarios:\n  late: {{ expect: refused, enforce_from: 2027-03-01 }}\n  \
             waived: {{ expect: refused, waiver: {{ until: 2027-03-01, reason: why }} }}\n  \
             needless: {{ expect: accepted, waiver: {{ until: 2027-03-01, reason: why }} }}\n  \
             one: {{ expect: accepted }}\n  two: {{ expect: accepted }}\n  three: {{ expect: accepted }}\n"
        ),
    );
    let part = |number: &str, day: &str| {
        let report = format!("json={number}.json");
        folder.run(&["check", "--shard", &format!("{number}/2"), "--as-of", day, "--report", &report]);
    };
    for (later, code, verdicts) in [
        ("2026-12-01", 0, ["pending", "waived", "passed"]),
        ("2027-03-01", 1, ["failed", "waived", "passed"]),
        ("2027-03-02", 1, ["failed", "failed", "failed"]),
    ] {
        part("1", "2026-11-01");
        part("2", later);
        let ran = folder.run(&["report", "merge", "1.json", "2.json", "--report", "json=whole.json"]);
        ran.ended_with(code);
        let whole = folder.json("whole.json");
        assert_eq!(whole["as_of"], later);
        let tests = whole["tests"].as_array().unwrap();
        let told: Vec<&str> = tests.iter().map(|test| test["verdict"].as_str().unwrap()).collect();
        assert_eq!(told[..3], verdicts, "{later}");
        assert_eq!(told[3..], ["passed"; 3], "{later}");
    }
    // Of each that changed it is said why, and that it was something else in its own run.
    let ran = folder.run(&["report", "merge", "1.json", "2.json", "--report", "json=whole.json"]);
    let whole = folder.json("whole.json");
    for (index, name, finding, why) in [
        (
            0,
            "late",
            "still_accepts",
            "it is enforced since 2027-03-01; by the day of its own run it was pending",
        ),
        (
            1,
            "waived",
            "still_accepts",
            "its waiver ended on 2027-03-01; by the day of its own run it was waived",
        ),
        (
            2,
            "needless",
            "waiver_expired",
            "its waiver ended on 2027-03-01; by the day of its own run it was passed",
        ),
    ] {
        let test = &whole["tests"][index];
        assert_eq!((&test["name"], &test["finding"]), (&format!("a::{name}").into(), &finding.into()));
        assert!(test["reason"].as_str().unwrap().ends_with(&format!("; {why}")), "{test}");
        let told = ran.stdout.split("---- ").find(|told| told.starts_with(&format!("a::{name} "))).unwrap();
        assert!(told.contains("\nfailed: ") && told.contains(why), "{told}");
        assert!(told.contains("scenarios/a.yaml:"), "{told}");
    }
    let ran = folder.run(&["report", "merge", "1.json", "--fail-on", "pending"]);
    let words = "not ready: 1 pending, 1 waived, 1 passed, without part 2 of 2";
    assert!(ran.ended_with(1).stdout.contains(words), "{}", ran.console());
}

/// Where one part was to block on what pends, or went to the hosts, so is the whole, or did not.
#[test]
fn what_one_part_was_told_is_told_of_the_whole() {
    let folder = Folder::mixed();
    folder.run(&["check", "--shard", "1/2", "--fail-on", "pending", "--report", "json=1.json"]);
    folder.run(&["check", "--shard", "2/2", "--report", "json=2.json"]);
    let mut live = folder.json("2.json");
    live["live"] = true.into();
    fs::write(folder.path().join("2.json"), live.to_string()).unwrap();
    folder.run(&["report", "merge", "1.json", "2.json", "--report", "json=whole.json"]);
    let whole = folder.json("whole.json");
    assert_eq!((&whole["fail_on_pending"], &whole["live"]), (&true.into(), &false.into()));
}

/// The folder that a merged report is written to may be the one that it is made of.
#[test]
fn a_merged_report_is_no_part_of_itself() {
    let folder = Folder::mixed();
    in_parts(&folder, 2);
    for _ in 0..2 {
        let arguments =
            ["report", "merge", "parts", "parts/1/report.json", "--report", "json=parts/all.json"];
        folder.run(&arguments).ended_with(1);
        assert_eq!(names(&folder.json("parts/all.json")).len(), 4);
    }
}
