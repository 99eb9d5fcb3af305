//! Help, and what is said about wrong usage.

use crate::binary::Folder;

#[test]
fn help_has_what_a_newcomer_needs() {
    let folder = Folder::new();
    for (arguments, words) in [
        (
            &["--help"][..],
            &["check", "lint", "probe", "serve", "schema", "Exit codes", "ready", "could not tell"][..],
        ),
        (
            &["check", "--help"],
            &[
                "--live",
                "--list",
                "--exact",
                "--skip",
                "--jobs",
                "256",
                "--as-of",
                "YYYY-MM-DD",
                "--set",
                "NAME=VALUE",
                "--report",
                "KIND=FILE",
                "json",
                "--format",
                "pretty",
                "terse",
                "--color",
                "NO_COLOR",
                "--scenarios",
                "replica",
                "Examples",
                "Exit codes",
            ],
        ),
        (&["lint", "--help"], &["--scenarios", "--set", "Exit codes"]),
        (
            &["probe", "--help"],
            &["HOST", "IPv6", "--connect-to", "--server-name", "--ca", "5s", "Exit codes"],
        ),
        (&["serve", "--help"], &["FILE", "--min-version", "--status", "--port", "Ctrl-C", "first flight"]),
        (&["schema", "--help"], &["yaml-language-server"]),
    ] {
        let ran = folder.run(arguments);
        ran.ended_with(0);
        for word in words {
            assert!(ran.stdout.contains(word), "no {word} in\n{}", ran.stdout);
        }
        let widest = ran.stdout.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 100, "{}", ran.stdout);
    }
    let version = folder.run(&["--version"]);
    assert_eq!(version.ended_with(0).stdout, format!("tls-readiness {}\n", env!("CARGO_PKG_VERSION")));
}

/// Wrong usage: nothing was run, so nothing is on standard output, and the words say what to write.
#[test]
fn wrong_usage_is_exit_code_2_with_words() {
    let folder = Folder::mixed();
    for (arguments, words) in [
        (&[][..], "Usage: tls-readiness"),
        (&["chek"], "'check'"),
        (&["check", "--jobs", "0"], "1..=4096"),
        (&["check", "--jobs", "4097"], "1..=4096"),
        (&["check", "--as-of", "tomorrow"], "YYYY-MM-DD"),
        (&["check", "--as-of", "2026-02-30"], "YYYY-MM-DD"),
        (&["check", "--as-of", "1969-12-31"], "before 1970"),
        (&["check", "--report", "report.json"], "KIND=FILE"),
        (&["check", "--report", "json="], "missing"),
        (&["check", "--report", "yaml=x"], "unknown kind `yaml`; there are json, junit, sarif"),
        (&["check", "--report", "json=-", "--report", "html=-"], "takes one kind of report"),
        (&["check", "--shard", "1"], "write K/N"),
        (&["check", "--shard", "0/2"], "counted from 1"),
        (&["check", "--shard", "3/2"], "there is no part 3 of 2"),
        (&["check", "--shard", "1/5"], "part 1/5 is empty: of 4 tests there can be at most 4 parts"),
        (&["check", "--fail-on", "failed"], "[possible values: pending]"),
        (&["report"], "Usage: tls-readiness report"),
        (&["report", "merge"], "<REPORT>"),
        (&["report", "merge", "absent.json"], "absent.json cannot be merged: No such file"),
        (&["report", "merge", "scenarios"], "there is no *.json below this folder"),
        (&["report", "merge", "scenarios/api.yaml"], "it is not a JSON report of this gate"),
        (&["check", "--set", "HOST"], "NAME=VALUE"),
        (&["check", "--format", "tap"], "pretty, terse, json"),
        (&["check", "--color", "maybe"], "auto, always, never"),
        (&["check", "--scenarios", "absent"], "absent"),
        (&["check", "no-such-test"], "no test's name holds `no-such-test`; nothing was run"),
        (&["check", "api", "tpyo"], "`tpyo`"),
        (&["check", "--exact", "api"], "no test's name is `api`"),
        (&["check", "--skip", "api"], "all of 4 tests are left out"),
        (&["check", "--list", "tpyo"], "`tpyo`"),
        (&["lint", "--scenarios", "absent"], "absent"),
        (&["probe"], "<HOST>"),
        (&["probe", "two words"], "blank"),
        (&["probe", "https://example.com/"], "https://"),
        (&["probe", "example.com", "--ca", "absent.pem"], "absent.pem"),
        (&["probe", "example.com", "--timeout", "5"], "5s"),
        (&["probe", "example.com", "--attempts", "0"], "1..=10"),
        (&["serve", "absent.yaml"], "absent.yaml"),
        (
            &["serve", "--min-version", "1.3", "--max-version", "1.2"],
            "--min-version 1.3 is above --max-version 1.2",
        ),
        (&["serve", "--status", "99"], "200..=599"),
        (&["serve", "scenarios/api.yaml", "--status", "204"], "cannot be used with"),
    ] {
        let ran = folder.run(arguments);
        ran.ended_with(2);
        assert!(ran.stderr.contains(words), "{arguments:?}: no {words:?} in {}", ran.console());
        assert_eq!(ran.stdout, "", "{arguments:?}");
    }
}

#[test]
fn lint_counts_the_tests_or_shows_every_mistake() {
    let good = Folder::mixed().run(&["lint"]);
    assert_eq!(good.ended_with(0).stdout, "4 tests in scenarios, no problems\n");
    let one = Folder::new().scenario("a", "host: a.test\nexpect: accepted\n").run(&["lint"]);
    assert_eq!(one.ended_with(0).stdout, "1 test in scenarios, no problems\n");

    let bad = Folder::mixed().scenario("b", "hots: a.test\nexpect: accpted\n").run(&["lint"]);
    bad.ended_with(2);
    assert_eq!(bad.stdout, "");
    for words in [
        "scenarios/b.yaml:1:1",
        "did you mean `host`?",
        "scenarios/b.yaml:2:9",
        "did you mean `accepted`?",
        "problems in 1 of 2 files; nothing was run",
    ] {
        assert!(bad.stderr.contains(words), "no {words} in {}", bad.console());
    }
}

#[test]
fn a_value_is_set_or_asked_for() {
    let folder = Folder::new().scenario("a", "host: ${HOST}\nexpect: accepted\n");
    folder.run(&["lint", "--set", "HOST=a.test"]).ended_with(0);
    let unset = folder.run(&["lint"]);
    unset.ended_with(2);
    assert!(
        unset.stderr.contains("scenarios/a.yaml:1:7") && unset.stderr.contains("--set"),
        "{}",
        unset.console()
    );
}

#[test]
fn the_schema_is_json() {
    let ran = Folder::new().run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&ran.ended_with(0).stdout).unwrap();
    assert!(schema["$schema"].is_string());
}
