//! `check --baseline`: only what got worse blocks.

use std::fs;

use serde_json::json;

use crate::binary::{Folder, closed_port};

/// Tests of a stand-in that speaks these versions; `more` goes below them.
fn suite(min_version: &str, more: &str) -> String {
    format!(
        "host: a.test\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused\n\
         replica: {{ min_version: {min_version}, max_version: 1.3 }}\nscenarios:\n  old: {{}}\n  \
         fails: {{ replica: {{ min_version: 1.1, max_version: 1.3 }} }}\n  \
         passes: {{ min_version: 1.2, max_version: 1.3, expect: accepted }}\n{more}"
    )
}

/// A folder with a baseline of the day before yesterday.
fn folder(min_version: &str, more: &str) -> Folder {
    let folder = Folder::new().scenario("a", &suite(min_version, more));
    folder.run(&["check", "--as-of", "2026-11-01", "--report", "json=baseline.json"]);
    folder
}

fn rewrite(folder: &Folder, text: &str) {
    fs::write(folder.path().join("scenarios/a.yaml"), text).unwrap();
}

const CHECK: [&str; 5] = ["check", "--baseline", "baseline.json", "--as-of", "2026-11-23"];

#[test]
fn what_fails_as_it_failed_does_not_block() {
    let folder = folder("1.2", "");
    let ran = folder.run(&CHECK);
    for words in [
        "test a::fails  ... ignored (waived as in the baseline of 2026-11-01: a.test accepts TLS 1.1)\n",
        "since the baseline of 2026-11-01: 0 worse, 3 as before, 0 better\n\n\
         ready: 1 waived, 2 passed, all against replicas: use --live to test the hosts\n",
    ] {
        assert!(ran.ended_with(0).stdout.contains(words), "{}", ran.console());
    }
    // Without it the same run fails.
    folder.run(&["check"]).ended_with(1);
}

#[test]
fn what_got_worse_blocks_and_what_got_better_is_told() {
    let worse = folder("1.2", "");
    rewrite(&worse, &suite("1.0", ""));
    let ran = worse.run(&CHECK);
    for words in [
        "failed: a.test accepts TLS 1.0 and TLS 1.1    scenarios/a.yaml:7:3\n",
        "  baseline    worse than on 2026-11-01: TLS 1.0 is back; TLS 1.1 is back\n  so ",
        "  then run    tls-readiness check --as-of 2026-11-23 --baseline baseline.json a::old\n",
        "worse: a::old: TLS 1.0 is back; TLS 1.1 is back\n\nnot ready: 1 failed, 1 waived, 1 passed, ",
    ] {
        assert!(ran.ended_with(1).stdout.contains(words), "{words} {}", ran.console());
    }
    let better = folder("1.0", "  gone: {}\n");
    rewrite(&better, &suite("1.1", "  new: {}\n"));
    let ran = better.run(&CHECK);
    let words = "since the baseline of 2026-11-01: 0 worse, 2 as before, 1 better, 1 not in it, 1 gone\n\
                 better: a::old: TLS 1.0 is refused now\ngone: a::gone\n\nnot ready: 1 failed, 2 waived, 1 passed, ";
    assert!(ran.ended_with(1).stdout.contains(words), "{}", ran.console());
    // What is not chosen is not gone.
    let ran = better.run(&[&CHECK[..], &["fails"]].concat());
    let words = "since the baseline of 2026-11-01: 0 worse, 1 as before, 0 better, 1 gone\ngone: a::gone\n";
    assert!(ran.ended_with(0).stdout.contains(words), "{}", ran.console());
}

#[test]
fn neither_doubt_nor_an_expired_waiver_is_excused() {
    let down = format!(
        "  down: {{ replica: ~, connect_to: \"127.0.0.1:{}\", attempts: 1, expect: refused }}\n",
        closed_port()
    );
    let in_doubt = folder("1.2", &down);
    let ran = in_doubt.run(&CHECK);
    let words = "0 worse, 3 as before, 0 better, 1 could not be told\n\ncould not tell: 1 inconclusive, 1 waived, 2 passed";
    assert!(ran.ended_with(3).stdout.contains(words), "{}", ran.console());
    let expired = folder("1.0", "  waived: { waiver: { until: 2026-11-10, reason: why } }\n");
    let ran = expired.run(&CHECK);
    let words = "delete it on line 10 of";
    assert!(ran.ended_with(1).stdout.contains(words), "{}", ran.console());
    assert!(ran.stdout.contains("not ready: 1 failed, 2 waived, 1 passed"), "{}", ran.console());
    // Nothing is pending that the baseline has.
    let pending = folder("1.2", "");
    rewrite(&pending, &suite("1.2", "").replace("fails: {", "fails: { enforce_from: 2999-01-01,"));
    pending.run(&[&CHECK[..], &["--fail-on", "pending"]].concat()).ended_with(0);
}

#[test]
fn every_report_says_why_it_does_not_block() {
    let folder = folder("1.2", "");
    for (kind, words) in [
        ("json", &["\"excused\": true", "\"standing\": \"as-before\"", "\"gone\": []"][..]),
        (
            "junit",
            &[
                "skipped message=\"waived as in the baseline of 2026-11-01: a.test accepts TLS 1.1\"",
                "baseline: no worse than on 2026-11-01",
            ],
        ),
        ("sarif", &["\"justification\": \"waived as in the baseline of 2026-11-01\""]),
        (
            "markdown",
            &[
                "since the baseline of 2026-11-01: 0 worse, 3 as before, 0 better",
                "**waived as in the baseline of 2026-11-01** ",
                "**Baseline:** no worse than on 2026-11-01",
            ],
        ),
        (
            "html",
            &[
                "since the baseline of 2026-11-01: 0 worse, 3 as before, 0 better",
                "no worse than on 2026-11-01, where it failed too",
            ],
        ),
    ] {
        folder.run(&[&CHECK[..], &["--report", &format!("{kind}=out")]].concat()).ended_with(0);
        let report = fs::read_to_string(folder.path().join("out")).unwrap();
        words.iter().for_each(|words| assert!(report.contains(words), "{kind} {words}: {report}"));
    }
    // Of parts that are merged it is the same, and a report can be the next baseline.
    for part in ["1", "2"] {
        let more = ["--shard", &format!("{part}/2"), "--report", &format!("json={part}.json")];
        folder.run(&[&CHECK[..], &more].concat()).ended_with(0);
    }
    let ran = folder.run(&["report", "merge", "1.json", "2.json", "--report", "json=whole.json"]);
    let words =
        "since the baseline of 2026-11-01: 0 worse, 3 as before, 0 better\n\nready: 1 waived, 2 passed, ";
    assert!(ran.ended_with(0).stdout.contains(words), "{}", ran.console());
    assert_eq!(folder.json("whole.json")["baseline"], json!({ "as_of": "2026-11-01", "gone": [] }));
    folder.run(&["check", "--baseline", "whole.json"]).ended_with(0);
    let ran = folder.run(&["check", "--baseline", "1.json"]);
    let words = "since the baseline of 2026-11-23, which is part 1 of 2 alone: 0 worse, ";
    assert!(ran.stdout.contains(words), "{}", ran.console());
}

#[test]
fn what_is_no_baseline_for_the_run_is_told_and_nothing_is_run() {
    let folder = folder("1.2", "");
    fs::write(folder.path().join("no.json"), "{}").unwrap();
    let mut mute = folder.json("baseline.json");
    mute["tests"][1].as_object_mut().unwrap().remove("observed");
    fs::write(folder.path().join("mute.json"), mute.to_string()).unwrap();
    for (arguments, words) in [
        (&["--baseline", "no.json"][..], "no.json is no baseline for this run: it is not a JSON report"),
        (&["--baseline", "absent.json"], "absent.json is no baseline for this run: "),
        (
            &["--baseline", "baseline.json", "--live"],
            "it was run without --live, and this run is with it: they say nothing of one another",
        ),
        (&["--baseline", "mute.json"], "it does not say what a::fails observed, which failed"),
    ] {
        let ran = folder.run(&[&["check"], arguments].concat());
        assert!(ran.ended_with(2).stderr.contains(words), "{}", ran.console());
        assert!(ran.stderr.contains("; nothing was run\n"), "{}", ran.console());
        assert_eq!(ran.stdout, "");
    }
}
