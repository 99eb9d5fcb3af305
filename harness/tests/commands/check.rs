//! `check`: which tests are run, how it ends, and by which day it judges.

use serde_json::json;

use crate::binary::Folder;

#[test]
fn the_exit_code_is_the_verdict() {
    let folder = Folder::mixed();
    for (arguments, code, last) in [
        (
            &["api::tls-1.2", "api::old"][..],
            0,
            "ready: 2 passed, all against replicas: use --live to test the hosts",
        ),
        (
            &["--skip", "down"],
            1,
            "not ready: 1 failed, 2 passed, all against replicas: use --live to test the hosts",
        ),
        (
            &["--skip", "tls-1.3"],
            3,
            "could not tell: 1 inconclusive, 2 passed, 2 of 3 against replicas: use --live to test the hosts",
        ),
        (
            &[],
            1,
            "not ready: 1 failed, 1 inconclusive, 2 passed, 3 of 4 against replicas: use --live to test the hosts",
        ),
        (&["down"], 3, "could not tell: 1 inconclusive, against the host"),
    ] {
        for more in [&[][..], &["--jobs", "1"], &["--jobs", "4096"], &["--format", "terse"]] {
            let ran = folder.run(&[&["check"], arguments, more].concat());
            ran.ended_with(code);
            assert_eq!(ran.stdout.lines().last(), Some(last), "{arguments:?} {}", ran.console());
            assert_eq!(ran.stderr, "", "{arguments:?}");
        }
    }
}

#[test]
fn a_run_that_passes_is_quiet_about_it() {
    let ran = Folder::mixed().run(&["check", "tls-1.2", "--jobs", "1"]);
    let lines: Vec<&str> = ran.ended_with(0).stdout.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 7, "{}", ran.console());
    assert_eq!(lines[..2], ["running 1 test", "test api::tls-1.2 ... ok"]);
    assert!(lines[4].starts_with("api.example.com (replica) "), "{}", ran.console());
}

#[test]
fn tests_are_chosen_by_parts_of_names_or_by_whole_names() {
    let folder = Folder::mixed().scenario("other", "host: b.test\nexpect: accepted\n");
    let all = "api::tls-1.2\napi::old\napi::tls-1.3\napi::down\nother\n";
    for (arguments, names) in [
        (&[][..], all),
        (&["api", "other"], all),
        (&["tls"], "api::tls-1.2\napi::tls-1.3\n"),
        (&["old", "other"], "api::old\nother\n"),
        (&["tls", "--skip", "1.3"], "api::tls-1.2\n"),
        (&["--skip", "api"], "other\n"),
        (&["--exact", "other"], "other\n"),
        (&["--exact", "api::old", "other"], "api::old\nother\n"),
        (
            &["--exact", "--skip", "other", "--skip", "api"],
            "api::tls-1.2\napi::old\napi::tls-1.3\napi::down\n",
        ),
    ] {
        let ran = folder.run(&[&["check", "--list"], arguments].concat());
        assert_eq!(ran.ended_with(0).stdout, names, "{arguments:?}");
    }
}

#[test]
fn a_failure_says_how_to_run_it_again() {
    let folder = Folder::new().scenario(
        "api",
        "host: ${HOST}\nreplica: { min_version: 1.2, max_version: 1.2 }\nmin_version: 1.2\nmax_version: 1.2\nexpect: refused\n",
    );
    std::fs::rename(folder.path().join("scenarios"), folder.path().join("my scenarios")).unwrap();
    let options = ["--scenarios", "my scenarios", "--set", "HOST=a.test", "--as-of", "2030-01-01"];
    let ran = folder.run(&[&["check"], &options[..]].concat());
    let again = "tls-readiness check --scenarios 'my scenarios' --set HOST=a.test --as-of 2030-01-01 api";
    assert!(ran.ended_with(1).stdout.contains(&format!("  then run    {again}\n")), "{}", ran.console());
    let live = folder.run(&[&["check", "--live"], &options[..]].concat());
    assert!(live.stdout.contains("--as-of 2030-01-01 --live api\n"), "{}", live.console());
}

/// The stand-in's certificate is made for the day that is judged, so the day is no reason to fail.
#[test]
fn a_replica_is_judged_by_the_day_of_the_run() {
    let folder = Folder::new().scenario(
        "a",
        "host: a.test\nreplica: { min_version: 1.2, max_version: 1.3 }\nscenarios:\n  short: { expect: { outcome: accepted, certificate_valid_for: 30d } }\n  long: { expect: { outcome: accepted, certificate_valid_for: 500d } }\n",
    );
    for day in ["1990-06-01", "2026-11-23", "2100-01-01"] {
        let ran = folder.run(&["check", "--as-of", day, "--report", "json=report.json"]);
        ran.ended_with(1);
        let report = folder.json("report.json");
        assert_eq!(report["as_of"], day);
        let tests = report["tests"].as_array().unwrap();
        let findings: Vec<_> = tests.iter().map(|test| &test["finding"]).collect();
        assert_eq!(
            findings,
            [&json!("accepted"), &json!("certificate_ends_soon")],
            "{day}: {}",
            ran.console()
        );
    }
}
