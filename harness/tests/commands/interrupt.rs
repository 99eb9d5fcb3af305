//! Ctrl-C, and a build server that ends a job.

use std::net::TcpListener;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::binary::{Folder, finish};

pub(crate) fn signal(child: &Child, name: &str) {
    let killed = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
}

/// A folder with tests that wait for minutes for a host that says nothing, and that host.
fn waiting(count: usize) -> (Folder, TcpListener) {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = silent.local_addr().unwrap();
    let mut text =
        format!("host: a.test\nconnect_to: {address}\ntimeout: 5m\nexpect: accepted\nscenarios:\n");
    for number in 0..count {
        text += &format!("  waits-{number:02}: {{}}\n").replace("{}", "{ evidence: hello }");
    }
    (Folder::new().scenario("api", &text), silent)
}

#[test]
fn a_run_stops_at_once_and_says_what_has_no_verdict() {
    for (name, count, said) in [
        ("INT", 1, "stopped; 1 test has no verdict:\n  api::waits-00\n"),
        ("TERM", 1, "stopped; 1 test has no verdict:\n  api::waits-00\n"),
        ("INT", 25, "stopped; 25 tests have no verdict:\n  api::waits-00\n  api::waits-01\n"),
    ] {
        let (folder, silent) = waiting(count);
        let child = folder.command(&["check"]).spawn().unwrap();
        let (_first, _) = silent.accept().unwrap();
        signal(&child, name);
        let ran = finish(child);
        ran.ended_with(130);
        assert!(ran.stderr.contains(said), "{}", ran.console());
        assert_eq!(ran.stderr.contains("  … and 5 more\n"), count == 25, "{}", ran.console());
    }
}

/// The log of the run is shown, and its file is gone.
#[test]
fn nothing_is_left_behind_by_a_run_that_was_stopped() {
    let (folder, silent) = waiting(1);
    std::fs::create_dir(folder.path().join("tmp")).unwrap();
    let mut command = folder.command(&["check", "--report", "json=-", "--report", "json=report.json"]);
    let child = command.env("TMPDIR", folder.path().join("tmp")).spawn().unwrap();
    let (_first, _) = silent.accept().unwrap();
    signal(&child, "INT");
    let ran = finish(child);
    ran.ended_with(130);
    assert!(
        ran.stderr.contains("running 1 test") && ran.stderr.contains("api::waits-00"),
        "{}",
        ran.console()
    );
    assert_eq!(ran.stdout, "");
    assert_eq!(std::fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0);
    assert!(!folder.path().join("report.json").exists());
}

/// A reader that has stopped reading must not keep the run from ending.
#[test]
fn a_run_whose_output_nobody_reads_can_be_stopped() {
    let (folder, silent) = waiting(1);
    let (reader, writer) = std::io::pipe().unwrap();
    let mut full = writer.try_clone().unwrap();
    let filled = std::thread::spawn(move || {
        use std::io::Write as _;
        while full.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let mut child = folder.command(&["check"]).stderr(writer).spawn().unwrap();
    let (_first, _) = silent.accept().unwrap();
    signal(&child, "INT");
    let begun = Instant::now();
    let code = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status.code();
        }
        if begun.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            panic!("it hangs");
        }
        std::thread::yield_now();
    };
    assert_eq!(code, Some(130));
    drop(reader);
    filled.join().unwrap();
}
