//! What a person sees who waits at a terminal.

use std::fs::File;
use std::io::Read as _;
use std::net::TcpListener;
use std::process::Stdio;

use nix::pty::{OpenptyResult, openpty};

use crate::binary::{Folder, finish};

/// A host that says nothing for as long as it takes to be asked what is waited for.
fn silent(folder: Folder) -> (Folder, TcpListener) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let text = format!(
        "host: a.test\nconnect_to: \"{address}\"\ntimeout: 3s\nattempts: 1\nevidence: hello\nexpect: accepted\n"
    );
    (folder.scenario("silent", &text), listener)
}

/// What the command says at a terminal that is its standard error, and what it says at its standard output.
fn at_terminal(folder: &Folder, arguments: &[&str], term: &str) -> (String, String) {
    let OpenptyResult { master, slave } = openpty(None, None).unwrap();
    let mut command = folder.command(arguments);
    command.env("TERM", term).stderr(Stdio::from(slave));
    let child = command.spawn().unwrap();
    // It keeps the other side of the terminal open.
    drop(command);
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        // Linux says that nobody is there any more by an error.
        let _ = File::from(master).read_to_end(&mut said);
        String::from_utf8(said).unwrap()
    });
    let ran = finish(child);
    (reader.join().unwrap(), ran.stdout)
}

#[test]
fn a_line_on_standard_error_says_what_is_waited_for_and_goes_away() {
    let (folder, _listener) = silent(Folder::mixed());
    let (said, printed) = at_terminal(&folder, &["check", "tls-1.2", "silent"], "xterm");
    assert!(said.starts_with("\r\u{1b}[K1 of 2 tests after 1 s, about 2 s to go"), "{said:?}");
    assert!(said.contains("; slow: a.test:443 (1 s)"), "{said:?}");
    assert!(said.ends_with("\r\u{1b}[K"), "{said:?}");
    assert!(!printed.contains("to go"), "{printed}");
}

#[test]
fn what_ends_at_once_has_no_progress_and_a_plain_terminal_no_escapes() {
    let (said, _) = at_terminal(&Folder::mixed(), &["check"], "xterm");
    assert_eq!(said, "");
    let (folder, _listener) = silent(Folder::new());
    let (said, _) = at_terminal(&folder, &["check"], "dumb");
    assert_eq!(said, "");
}
