//! Waivers: what they are for, and that one which no test needs any more fails.

use serde_json::{Value, json};

use crate::binary::{Folder, Ran, closed_port};
use crate::served::Served;

const WAIVER: &str = "waiver: { until: 2999-12-31, reason: The balancer is replaced, ticket: OPS-1 }\n";

fn test<'r>(report: &'r Value, name: &str) -> &'r Value {
    report["tests"].as_array().unwrap().iter().find(|test| test["name"] == name).unwrap()
}

fn verdicts(report: &Value) -> Vec<&str> {
    report["tests"].as_array().unwrap().iter().map(|test| test["verdict"].as_str().unwrap()).collect()
}

/// Three tests below one waiver, at the server; `two` expects this.
fn shared(server: &Served, two: &str) -> String {
    format!(
        "host: a.test\nconnect_to: \"{}\"\nmin_version: 1.2\nmax_version: 1.2\nevidence: hello\n{WAIVER}\
         scenarios:\n  one: {{ expect: accepted }}\n  two: {two}\n  three: {{ expect: accepted }}\n  \
         unwaived: {{ waiver: ~, expect: accepted }}\n",
        server.address
    )
}

fn checked(folder: &Folder, more: &[&str]) -> (Ran, Value) {
    let ran = folder.run(&[&["check", "--report", "json=report.json"], more].concat());
    (ran, folder.json("report.json"))
}

const PASSES: &str = "{ expect: accepted }";

#[test]
fn a_waiver_that_no_test_needs_fails_the_last_test_below_it() {
    let server = Served::new("1.2", "1.2");
    let folder = Folder::new().scenario("a", &shared(&server, PASSES));
    for jobs in ["1", "2", "256"] {
        let (ran, report) = checked(&folder, &["--jobs", jobs]);
        ran.ended_with(1);
        assert_eq!(verdicts(&report), ["passed", "passed", "failed", "passed"], "{}", ran.console());
        let bearer = test(&report, "a::three");
        assert_eq!((&bearer["finding"], &bearer["found"]), (&json!("waiver_unneeded"), &json!("passed")));
        assert_eq!((&bearer["waiver"]["line"], &bearer["waiver"]["tests"]), (&json!(6), &json!(3)));
        for words in [
            "failed: a.test accepts TLS 1.2; no test needs the waiver on line 6 of scenarios/a.yaml any more",
            "  waiver      until 2999-12-31: The balancer is replaced (OPS-1)\n",
            "  so          all 3 tests below it pass by themselves",
            "  to do       delete the waiver on line 6 of scenarios/a.yaml\n",
            "  then run    tls-readiness check a::three\n",
        ] {
            assert!(ran.stdout.contains(words), "{words}: {}", ran.console());
        }
    }
}

/// One that needs it, that cannot be told, or that was not run, keeps the waiver.
#[test]
fn a_waiver_that_a_test_may_need_stays() {
    let server = Served::new("1.2", "1.2");
    let down = format!("{{ connect_to: \"127.0.0.1:{}\", attempts: 1, expect: accepted }}", closed_port());
    let replica = "{ connect_to: ~, replica: { min_version: 1.2, max_version: 1.2 }, expect: accepted }";
    let folder = Folder::new().scenario("a", &shared(&server, PASSES));
    for (two, more, code, told) in [
        ("{ expect: refused }", &[][..], 0, &["passed", "waived", "passed", "passed"][..]),
        (&down, &[], 3, &["passed", "inconclusive", "passed", "passed"]),
        (replica, &[], 0, &["passed", "passed", "passed", "passed"]),
        (
            "{ client: [no-such-program], connect_to: ~, evidence: ~, when_missing: ignore, expect: accepted }",
            &["--live"],
            0,
            &["passed", "ignored", "passed", "passed"],
        ),
        (PASSES, &["--skip", "one"], 0, &["passed", "passed", "passed"]),
        (PASSES, &["--exact", "a::three"], 0, &["passed"]),
        (PASSES, &["--shard", "2/2"], 0, &["passed", "passed"]),
    ] {
        std::fs::write(folder.path().join("scenarios/a.yaml"), shared(&server, two)).unwrap();
        let (ran, report) = checked(&folder, more);
        ran.ended_with(code);
        assert_eq!(verdicts(&report), told, "{two} {more:?} {}", ran.console());
    }
    // Expired it fails for that alone, and says the line.
    std::fs::write(folder.path().join("scenarios/a.yaml"), shared(&server, PASSES).replace("2999", "2020"))
        .unwrap();
    let (ran, report) = checked(&folder, &[]);
    ran.ended_with(1);
    assert_eq!(verdicts(&report), ["failed", "failed", "failed", "passed"], "{}", ran.console());
    assert_eq!(test(&report, "a::three")["finding"], "waiver_expired");
    let words = "  delete the waiver on line 6 of scenarios/a.yaml\n";
    assert!(ran.stdout.contains(words), "{}", ran.console());
}

/// Spread over parts nobody knows it but the merge.
#[test]
fn the_merge_decides_of_a_waiver_whose_tests_are_spread() {
    let server = Served::new("1.2", "1.2");
    let folder = Folder::new().scenario("a", &shared(&server, PASSES));
    for (two, code, told) in [
        (PASSES, 1, ["passed", "passed", "failed", "passed"]),
        ("{ expect: refused }", 0, ["passed", "waived", "passed", "passed"]),
    ] {
        std::fs::write(folder.path().join("scenarios/a.yaml"), shared(&server, two)).unwrap();
        for part in ["1", "2"] {
            let (shard, report) = (format!("{part}/2"), format!("json={part}.json"));
            folder.run(&["check", "--shard", &shard, "--report", &report]).ended_with(0);
        }
        let ran = folder.run(&["report", "merge", "1.json", "2.json", "--report", "json=whole.json"]);
        ran.ended_with(code);
        assert_eq!(verdicts(&folder.json("whole.json")), told, "{}", ran.console());
        // Merged again, and by a later day, it is as it was.
        let again = folder.run(&["report", "merge", "whole.json", "--report", "json=again.json"]);
        again.ended_with(code);
        assert_eq!(verdicts(&folder.json("again.json")), told, "{}", again.console());
        let later = Folder::new().scenario("b", &shared(&server, PASSES));
        later
            .run(&["check", "--as-of", "2998-01-01", "--skip", "three", "--report", "json=later.json"])
            .ended_with(0);
        let later = later.path().join("later.json");
        let both = ["report", "merge", "whole.json", later.to_str().unwrap(), "--report", "json=both.json"];
        folder.run(&both).ended_with(code);
        let both = folder.json("both.json");
        assert_eq!(verdicts(&both)[3..], told, "{two}");
        let reason = test(&both, "a::three")["reason"].as_str().unwrap();
        assert_eq!(reason.matches("no test needs").count(), usize::from(code == 1), "{reason}");
    }
    std::fs::write(folder.path().join("scenarios/a.yaml"), shared(&server, PASSES)).unwrap();
    for part in ["1", "2"] {
        let (shard, report) = (format!("{part}/2"), format!("json={part}.json"));
        folder.run(&["check", "--shard", &shard, "--report", &report]).ended_with(0);
    }
    let ran = folder.run(&["report", "merge", "1.json", "2.json", "--report", "sarif=whole.sarif"]);
    let words = "no test needs the waiver on line 6 of scenarios/a.yaml any more: delete it";
    assert!(ran.stdout.contains(words), "{}", ran.console());
    let sarif = folder.json("whole.sarif");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "waiver-unneeded");
    // A part alone knows nothing of the others.
    folder.run(&["report", "merge", "2.json", "--report", "json=half.json"]).ended_with(3);
    assert_eq!(verdicts(&folder.json("half.json")), ["passed", "passed"]);
}

#[test]
fn a_waiver_is_narrowed_to_what_it_names() {
    let folder = Folder::new().scenario(
        "a",
        "host: a.test\nreplica: { min_version: 1.0, max_version: 1.2 }\nmin_version: 1.0\nmax_version: 1.1\n\
         expect: refused\nscenarios:\n  all: { waiver: { until: 2999-12-31, reason: why, observed: [accepted 1.0, accepted 1.1] } }\n  \
         some: { waiver: { until: 2999-12-31, reason: why, observed: accepted 1.0 } }\n",
    );
    let (ran, report) = checked(&folder, &[]);
    ran.ended_with(1);
    assert_eq!(verdicts(&report), ["waived", "failed"], "{}", ran.console());
    assert_eq!(test(&report, "a::some")["observed"], json!(["accepted 1.0", "accepted 1.1"]));
    assert_eq!(test(&report, "a::some")["addresses"][0]["observed"], json!(["accepted 1.0", "accepted 1.1"]));
    assert!(ran.stdout.contains("\n  observed    accepted 1.0, accepted 1.1\n"), "{}", ran.console());
    let words = "the waiver on line 8 of scenarios/a.yaml is for other failures: accepted 1.0\n";
    assert!(ran.stdout.contains(words), "{}", ran.console());
    // Merged on a later day it is judged by the same words.
    folder
        .run(&["check", "--as-of", "2998-12-31", "--exact", "a::all", "--report", "json=later.json"])
        .ended_with(0);
    let merged = folder.run(&["report", "merge", "later.json", "--report", "json=merged.json"]);
    merged.ended_with(0);
}
