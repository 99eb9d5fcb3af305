//! `calendar`: what will fail from which day on.

use std::fs;

use tls_readiness::calendar::parse_date;

use crate::binary::{Folder, closed_port};
use crate::served::Served;

const REPLICA: &str =
    "host: a.test\nreplica: { min_version: 1.0, max_version: 1.2 }\nmin_version: 1.0\nmax_version: 1.1\n";

/// Five tests: one blocks, one from December on, two from January on, one never.
fn folder() -> Folder {
    Folder::new().scenario(
        "a",
        &format!(
            "{REPLICA}expect: refused\nscenarios:\n  waived: {{ waiver: {{ until: 2026-12-31, reason: why }} }}\n  \
             narrowed: {{ waiver: {{ until: 2026-12-31, reason: why, observed: accepted 1.0 }} }}\n  \
             later: {{ enforce_from: 2026-12-14 }}\n  \
             named: {{ waiver: {{ until: 2026-12-31, reason: why, observed: [accepted 1.0, accepted 1.1] }} }}\n  \
             passes: {{ expect: accepted }}\n"
        ),
    )
}

const FAILS: &str = "a.test accepts TLS 1.0 and TLS 1.1";

fn expected() -> String {
    format!(
        "1 of 5 tests blocks already, on 2026-11-23\n  a::narrowed: {FAILS}\n\n\
         1 of 5 tests blocks from 2026-12-14\n  a::later: enforced from 2026-12-14 on; {FAILS}\n\n\
         2 of 5 tests block from 2027-01-01\n  \
         a::waived: the waiver of scenarios/a.yaml:7 ends on 2026-12-31; {FAILS}\n  \
         a::named: the waiver of scenarios/a.yaml:10 ends on 2026-12-31; {FAILS}\n\n\
         nothing changes for 1 of 5 tests, all against replicas: use --live to test the hosts\n"
    )
}

#[test]
fn the_calendar_is_told_by_a_run_or_by_its_report() {
    let folder = folder();
    let ran = folder.run(&["calendar", "--as-of", "2026-11-23"]);
    assert_eq!(ran.ended_with(0).stdout, expected(), "{}", ran.console());
    assert_eq!(ran.stderr, "");
    folder.run(&["check", "--as-of", "2026-11-23", "--report", "json=report.json"]).ended_with(1);
    let read = folder.run(&["calendar", "--from", "report.json"]);
    assert_eq!(read.ended_with(0).stdout, expected(), "{}", read.console());
    // Seen from a later day.
    let read = folder.run(&["calendar", "--from", "report.json", "--as-of", "2026-12-20"]);
    let words = "2 of 5 tests block already, on 2026-12-20\n  a::narrowed: ";
    assert!(read.ended_with(0).stdout.starts_with(words), "{}", read.console());
}

/// What it says of a day is what a run comes to on it.
#[test]
fn a_day_of_the_calendar_is_what_a_run_says_on_it() {
    let folder = folder();
    for (day, blocked) in
        [("2026-11-23", 1), ("2026-12-13", 1), ("2026-12-14", 2), ("2026-12-31", 2), ("2027-01-01", 4)]
    {
        let report = ["check", "--as-of", day, "--report", "json=report.json"];
        let ran = folder.run(&report);
        assert_eq!(folder.json("report.json")["summary"]["failed"], blocked, "{day} {}", ran.console());
    }
}

#[test]
fn tests_are_chosen_as_in_check() {
    let folder = folder();
    folder.run(&["check", "--as-of", "2026-11-23", "--report", "json=report.json"]).ended_with(1);
    for source in [&["--as-of", "2026-11-23"][..], &["--from", "report.json"]] {
        for (chosen, words) in [
            (&["--exact", "a::later"][..], "1 of 1 test blocks from 2026-12-14\n"),
            (
                &["passes"],
                "nothing changes for 1 of 1 test, against a replica: use --live to test the host\n",
            ),
            (
                &["a", "--skip", "waived", "--skip", "na", "--skip", "passes"],
                "1 of 1 test blocks from 2026-12-14\n",
            ),
            (&["--exact", "a::later", "--fail-on", "pending"], "1 of 1 test blocks already, on 2026-11-23\n"),
        ] {
            let ran = folder.run(&[&["calendar"], source, chosen].concat());
            assert!(ran.ended_with(0).stdout.starts_with(words), "{}", ran.console());
        }
        let ran = folder.run(&[&["calendar", "nowhere"], source].concat());
        assert!(ran.ended_with(2).stderr.contains("no test's name holds `nowhere`"), "{}", ran.console());
    }
}

#[test]
fn what_could_not_be_told_has_an_exit_code_of_its_own() {
    let down = format!(
        "  down: {{ replica: ~, connect_to: \"127.0.0.1:{}\", attempts: 1, expect: refused, enforce_from: 2026-12-14 }}\n",
        closed_port()
    );
    let folder = Folder::new()
        .scenario("a", &format!("{REPLICA}scenarios:\n  passes: {{ expect: accepted }}\n{down}"));
    let ran = folder.run(&["calendar", "--as-of", "2026-11-23"]);
    for words in [
        "1 of 2 tests blocks from 2026-12-14\n  a::down: enforced from 2026-12-14 on; it could not be told: ",
        "nothing changes for 1 of 2 tests, 1 of 2 tests could not be told, 1 of 2 against replicas",
    ] {
        assert!(ran.ended_with(3).stdout.contains(words), "{}", ran.console());
    }
    // Of a part nothing is known of the rest.
    folder.run(&["check", "passes", "--report", "json=report.json"]).ended_with(0);
    let mut report = folder.json("report.json");
    report["shards"] =
        serde_json::json!({ "of": 2, "tests": 2, "suite": "", "present": [1], "missing": [2] });
    fs::write(folder.path().join("part.json"), report.to_string()).unwrap();
    let ran = folder.run(&["calendar", "--from", "part.json"]);
    assert!(ran.ended_with(3).stdout.contains("without part 2 of 2"), "{}", ran.console());
}

#[test]
fn what_is_no_report_and_what_goes_with_none_is_told() {
    let folder = folder();
    fs::write(folder.path().join("no.json"), "{}").unwrap();
    for (arguments, words) in [
        (&["--from", "no.json"][..], "no.json cannot be read: it is not a JSON report"),
        (&["--from", "absent.json"], "absent.json cannot be read: "),
        (&["--from", "no.json", "--live"], "cannot be used with"),
        (&["--from", "no.json", "--set", "A=b"], "cannot be used with"),
        (&["--from", "no.json", "--scenarios", "x"], "cannot be used with"),
        (&["--scenarios", "absent"], "absent"),
    ] {
        let ran = folder.run(&[&["calendar"], arguments].concat());
        assert!(ran.ended_with(2).stderr.contains(words), "{}", ran.console());
        assert_eq!(ran.stdout, "");
    }
}

/// What passes today, and will not when its certificate is over or too near its end.
#[test]
fn a_test_that_passes_blocks_from_the_end_of_its_certificate() {
    let server = Served::new("1.2", "1.3");
    let folder = Folder::new().scenario(
        "a",
        &format!(
            "host: localhost\nconnect_to: \"{}\"\nca: {}\nscenarios:\n  trusted: {{ expect: accepted }}\n  \
             ahead: {{ expect: {{ outcome: accepted, certificate_valid_for: 1d }} }}\n  \
             any: {{ expect: {{ certificate: any }} }}\n  version-alone: {{ evidence: hello, expect: accepted }}\n",
            server.address, server.ca
        ),
    );
    let ran = folder.run(&["check", "--report", "json=report.json"]);
    ran.ended_with(0);
    let report = folder.json("report.json");
    let end = report["tests"][0]["certificate_end"]["not_after"].as_str().unwrap().to_owned();
    let over = parse_date(&end[..10]).unwrap();
    let (before, after) = (over.previous_day().unwrap(), over.next_day().unwrap());
    let ran = folder.run(&["calendar"]);
    let expected = format!(
        "1 of 4 tests blocks from {before}\n  a::ahead: its certificate ends at {end}, and has to be valid for 1d\n\n\
         1 of 4 tests blocks from {over}\n  a::trusted: its certificate ends at {end}\n\n\
         nothing changes for 2 of 4 tests, all against the hosts\n"
    );
    assert_eq!(ran.ended_with(0).stdout, expected, "{}", ran.console());
    // By a run on these days it is so.
    for (day, code, failed) in [(before.previous_day().unwrap(), 0, 0), (after, 1, 2)] {
        let ran = folder.run(&["check", "--as-of", &day.to_string(), "--report", "json=report.json"]);
        ran.ended_with(code);
        assert_eq!(folder.json("report.json")["summary"]["failed"], failed, "{day} {}", ran.console());
    }
}

/// What is excused today, and is not for a certificate that is over.
#[test]
fn a_test_that_is_excused_blocks_from_the_end_of_its_certificate_unless_that_is_excused_too() {
    let server = Served::new("1.2", "1.3");
    let suite = |waivers: &str| {
        Folder::new().scenario(
            "a",
            &format!(
                "host: localhost\nconnect_to: \"{}\"\nca: {}\nexpect: {{ outcome: accepted, certificate_valid_for: 900d }}\n\
                 scenarios:\n{waivers}",
                server.address, server.ca
            ),
        )
    };
    let plain = suite("  baseline: {}\n");
    plain.run(&["check", "--report", "json=before.json"]).ended_with(1);
    plain.run(&["check", "--baseline", "before.json", "--report", "json=report.json"]).ended_with(0);
    let report = plain.json("report.json");
    let end = report["tests"][0]["certificate_end"]["not_after"].as_str().unwrap().to_owned();
    let over = parse_date(&end[..10]).unwrap();
    let (before, after) = (over.previous_day().unwrap(), over.next_day().unwrap());
    let until = after.next_day().unwrap();
    let words = format!("1 of 1 test blocks from {over}\n  a::baseline: its certificate ends at {end}\n");
    let ran = plain.run(&["calendar", "--from", "report.json"]);
    assert!(ran.ended_with(0).stdout.starts_with(&words), "{}", ran.console());
    for (day, code) in [(before, 0), (after, 1)] {
        plain.run(&["check", "--baseline", "before.json", "--as-of", &day.to_string()]).ended_with(code);
    }
    let waiver = |name: &str, observed: &str| {
        format!("  {name}: {{ waiver: {{ until: {until}, reason: why, observed: {observed} }} }}\n")
    };
    let both = waiver("both", "[certificate ends soon, certificate expired]");
    let waived = suite(&(waiver("soon", "certificate ends soon") + &both));
    let ran = waived.run(&["calendar"]);
    let words = format!(
        "1 of 2 tests blocks from {over}\n  a::soon: its certificate ends at {end}\n\n\
         1 of 2 tests blocks from {}\n  a::both: the waiver of scenarios/a.yaml:7 ends on {until}; \
         its certificate ends at {end}\n",
        until.next_day().unwrap()
    );
    assert!(ran.ended_with(0).stdout.starts_with(&words), "{}", ran.console());
    for (day, failed) in [(before, 0), (after, 1)] {
        let ran = waived.run(&["check", "--as-of", &day.to_string(), "--report", "json=report.json"]);
        assert_eq!(waived.json("report.json")["summary"]["failed"], failed, "{day} {}", ran.console());
    }
}

/// A run, its report and the days that are told of either agree.
#[test]
fn a_day_is_judged_at_its_noon_whoever_tells_of_it() {
    let server = Served::new("1.2", "1.3");
    let folder = Folder::new().scenario(
        "a",
        &format!(
            "host: localhost\nconnect_to: \"{}\"\nca: {}\nexpect: accepted\n",
            server.address, server.ca
        ),
    );
    folder.run(&["check", "--report", "json=report.json"]).ended_with(0);
    let end =
        folder.json("report.json")["tests"][0]["certificate_end"]["not_after"].as_str().unwrap().to_owned();
    let (day, moment) = end.split_once('T').unwrap();
    if moment == "23:59:59Z" {
        return;
    }
    let passes = moment >= "12:00:00Z";
    folder.run(&["check", "--as-of", day]).ended_with(if passes { 0 } else { 1 });
    let words = if passes { format!("blocks from {day}") } else { format!("blocks already, on {day}") };
    for source in [&["calendar"][..], &["calendar", "--from", "report.json"]] {
        let ran = folder.run(&[source, &["--as-of", day]].concat());
        assert!(ran.ended_with(0).stdout.contains(&words), "{}", ran.console());
    }
}
