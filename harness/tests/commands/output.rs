//! Where output goes: reports, formats, colours, and outputs that cannot be written.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::binary::{Folder, finish};

#[test]
fn a_report_on_standard_output_stands_there_alone() {
    let folder = Folder::mixed();
    for (format, printed) in
        [("pretty", "test api::old"), ("terse", "running 4 tests"), ("json", "\"event\"")]
    {
        let ran = folder.run(&["check", "--report", "json=-", "--format", format]);
        let report: Value = serde_json::from_str(&ran.ended_with(1).stdout).unwrap();
        assert_eq!(report["summary"]["exit_code"], 1);
        assert!(ran.stderr.contains(printed), "{}", ran.console());
        assert!(
            ran.stderr.trim_end().lines().last().unwrap().starts_with("not ready: "),
            "{}",
            ran.console()
        );
    }
}

#[test]
fn the_json_format_is_a_json_object_a_line() {
    let ran = Folder::mixed().run(&["check", "--format", "json"]);
    for line in ran.ended_with(1).stdout.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        assert!(event["type"].is_string(), "{line}");
    }
    assert!(ran.stderr.starts_with("not ready: "), "{}", ran.console());
}

#[test]
fn reports_may_be_several() {
    let folder = Folder::mixed();
    let ran =
        folder.run(&["check", "--report", "json=a.json", "--report", "json=b.json", "--report", "json=-"]);
    let report: Value = serde_json::from_str(&ran.ended_with(1).stdout).unwrap();
    assert_eq!(folder.json("a.json"), report);
    assert_eq!(folder.json("b.json"), report);
}

/// Said before the run: nobody wants to learn it after one.
#[test]
fn a_report_that_cannot_be_written_is_wrong_usage_before_the_run() {
    let folder = Folder::mixed();
    fs::create_dir(folder.path().join("folder")).unwrap();
    for path in ["absent/report.json", "folder"] {
        let ran = folder.run(&["check", "--report", &format!("json={path}")]);
        ran.ended_with(2);
        assert!(
            ran.stderr.starts_with(&format!("error: the report {path} cannot be written: ")),
            "{}",
            ran.console()
        );
        assert!(ran.stderr.ends_with("; nothing was run\n") && ran.stdout.is_empty(), "{}", ran.console());
    }
}

#[test]
fn a_report_of_before_stays_where_nothing_was_run() {
    let folder = Folder::mixed();
    fs::write(folder.path().join("report.json"), "before").unwrap();
    folder.run(&["check", "--report", "json=report.json", "no-such-test"]).ended_with(2);
    assert_eq!(fs::read_to_string(folder.path().join("report.json")).unwrap(), "before");
    folder.run(&["check", "--report", "json=report.json"]).ended_with(1);
    assert_eq!(folder.json("report.json")["schema"], 1);
    let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = names.collect();
    names.sort();
    assert_eq!(names, ["report.json", "scenarios"], "something was left behind");
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let folder = Folder::mixed();
    let wrong = Folder::new().scenario("bad", "hots: a\n");
    for (color, variable, is_colored) in [
        ("auto", None, false),
        ("never", None, false),
        ("always", None, true),
        ("always", Some(("NO_COLOR", "1")), true),
        ("always", Some(("TERM", "no-such-terminal")), true),
    ] {
        for (folder, code) in [(&folder, 1), (&wrong, 2)] {
            let mut command = folder.command(&["check", "--color", color]);
            command.envs(variable);
            let ran = finish(command.spawn().unwrap());
            ran.ended_with(code);
            let console = ran.stdout.clone() + &ran.stderr;
            assert_eq!(console.contains('\u{1b}'), is_colored, "{color} {variable:?}: {console}");
        }
    }
}

#[test]
fn a_report_on_standard_output_needs_a_temporary_folder_and_says_so() {
    let folder = Folder::mixed();
    let mut command = folder.command(&["check", "--report", "json=-"]);
    for variable in ["TMPDIR", "TMP", "TEMP"] {
        command.env(variable, folder.path().join("absent"));
    }
    let ran = finish(command.spawn().unwrap());
    ran.ended_with(101);
    assert!(ran.stderr.contains("TMPDIR") && ran.stderr.contains("nothing was run"), "{}", ran.console());
    assert_eq!(ran.stdout, "");
}

/// That nobody reads standard error changes no verdict.
#[test]
fn a_closed_standard_error_changes_no_verdict() {
    let folder = Folder::mixed();
    for arguments in [&["check"][..], &["check", "--report", "json=-"]] {
        let mut child = folder.command(arguments).spawn().unwrap();
        drop(child.stderr.take());
        finish(child).ended_with(1);
    }
    let folder = Folder::new();
    let mut child = folder.command(&["check"]).spawn().unwrap();
    drop(child.stderr.take());
    finish(child).ended_with(2);
}

/// For every command that prints: no panic, and never green where the text was lost.
#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = Folder::mixed();
    for arguments in [
        &["check"][..],
        &["check", "--jobs", "1"],
        &["check", "--format", "json"],
        &["check", "--list"],
        &["check", "--report", "json=-"],
        &["check", "--help"],
        &["lint"],
        &["schema"],
        &["--help"],
        &["probe", "127.0.0.1:1", "--attempts", "1"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let child = folder.command(arguments).stdout(Stdio::from(writer)).spawn().unwrap();
        finish(child).ended_with(141);
    }
}

/// The tests that have not begun by then would be run for nobody.
#[test]
fn a_reader_that_goes_away_ends_the_run() {
    const TESTS: usize = 500;
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    std::thread::spawn(move || {
        while listener.accept().is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    let hosts: Vec<String> = (0..TESTS).map(|number| format!("h{number}.test")).collect();
    let folder = Folder::new().scenario(
        "many",
        &format!("hosts: [{}]\nconnect_to: {address}\nevidence: hello\nexpect: accepted\n", hosts.join(", ")),
    );
    let mut child = folder.command(&["check", "--jobs", "2"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("test many") {
        line.clear();
        assert!(stdout.read_line(&mut line).unwrap() > 0, "no test was printed");
    }
    drop(stdout);
    finish(child).ended_with(141);
    assert!(connections.load(Ordering::SeqCst) < TESTS, "all tests were run");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let folder = Folder::mixed();
    for arguments in
        [&["check"][..], &["check", "--list"], &["check", "--report", "json=-"], &["lint"], &["schema"]]
    {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let ran = finish(folder.command(arguments).stdout(Stdio::from(full)).spawn().unwrap());
        ran.ended_with(101);
        assert!(
            ran.stderr.contains("standard output cannot be written to: No space left"),
            "{}",
            ran.console()
        );
    }
    let ran = folder.run(&["check", "--report", "json=/dev/full"]);
    ran.ended_with(101);
    assert!(
        ran.stderr.contains("the report /dev/full cannot be written: No space left"),
        "{}",
        ran.console()
    );
    assert!(ran.stdout.contains("not ready: "), "the verdict is lost: {}", ran.console());
}

#[cfg(unix)]
#[test]
fn a_report_goes_through_pipes_and_devices() {
    let folder = Folder::mixed();
    let ran = folder.run(&["check", "--report", "json=/dev/stdout"]);
    assert!(serde_json::from_str::<Value>(&ran.ended_with(1).stdout).is_ok(), "{}", ran.console());

    let ran = folder.run(&["check", "--report", "json=/dev/stderr"]);
    assert!(serde_json::from_str::<Value>(&ran.ended_with(1).stderr).is_ok(), "{}", ran.console());

    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let child = folder.command(&["check", "--report", "json=fifo"]).spawn().unwrap();
    let report: Value = serde_json::from_slice(&fs::read(&fifo).unwrap()).unwrap();
    assert_eq!(report["schema"], 1);
    finish(child).ended_with(1);
    assert!(!fifo.metadata().unwrap().is_file(), "the pipe was replaced");
}

/// Which of two would be in it is nobody's guess.
#[test]
fn two_reports_do_not_go_to_one_file() {
    let folder = Folder::mixed();
    for (one, other) in [("json=same", "html=./same"), ("json=same", "json=scenarios/../same")] {
        let ran = folder.run(&["check", "--report", one, "--report", other]);
        assert!(ran.ended_with(2).stderr.contains("two reports go to"), "{}", ran.console());
        assert!(!folder.path().join("same").exists());
    }
    let ran = folder.run(&["check", "--report", "json=//dev/stdout", "--report", "html=-"]);
    assert!(ran.ended_with(2).stderr.contains("one kind of report"), "{}", ran.console());
}

/// With `--fail-on pending` what pends is a failure for libtest too, with its evidence, and is run again so.
#[test]
fn pending_tests_that_block_are_failures_everywhere() {
    let folder = Folder::new().scenario(
        "a",
        "host: a.test\nreplica: { min_version: 1.2, max_version: 1.2 }\nmin_version: 1.2\nmax_version: 1.2\nexpect: refused\nenforce_from: 2999-01-01\n",
    );
    let ran = folder.run(&["check"]);
    for words in [
        "test a ... ignored (pending, enforced from 2999-01-01 on: ",
        "\nready: 1 pending, against a replica: use --live to test the host\n",
    ] {
        assert!(ran.ended_with(0).stdout.contains(words), "{words}: {}", ran.console());
    }
    let ran = folder.run(&["check", "--fail-on", "pending"]);
    for words in [
        "test a ... FAILED",
        "pending: a.test accepts TLS 1.2    scenarios/a.yaml:1:1",
        "  then run    tls-readiness check --fail-on pending a\n",
        "not ready: 1 pending, against a replica",
    ] {
        assert!(ran.ended_with(1).stdout.contains(words), "{words}: {}", ran.console());
    }
}
