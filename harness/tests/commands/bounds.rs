//! Where a run may go: what is barred is not connected to, whatever a scenario says, and nothing follows
//! from it about the host.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::binary::{Folder, MIXED};

/// A listener that must not be connected to.
pub(crate) struct Forbidden(TcpListener);

impl Forbidden {
    pub(crate) fn new() -> Forbidden {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        Forbidden(listener)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    /// A connection that was closed again would be there too.
    pub(crate) fn was_left_alone(&self) {
        let connected = self.0.accept().map_err(|error| error.kind());
        assert_eq!(connected.err(), Some(ErrorKind::WouldBlock), "it was connected to");
    }
}

/// By its name, by its address, and past its name; held against everything that can be expected.
const EVERYTHING: &str = "\
timeout: 30s
scenarios:
  by-name:
    host: localhost:PORT
    scenarios: &all
      accepted: { expect: accepted }
      refused: { min_version: 1.0, max_version: 1.1, expect: refused }
      gone: { expect: unreachable }
      any: { addresses: any, expect: accepted }
      posture: { expect: { groups: { some: [x25519] } } }
      policy: { policy: rfc8996 }
      answer: { path: /, expect: { status: 200, http_redirects: PORT } }
  by-address: { host: \"127.0.0.1:PORT\", scenarios: *all }
  past-its-name: { host: api.example.com, connect_to: \"127.0.0.1:PORT\", scenarios: *all }
";

#[test]
fn what_is_barred_is_not_connected_to_and_says_nothing_about_the_host() {
    let forbidden = Forbidden::new();
    let port = forbidden.address().port();
    let folder = Folder::new().scenario("all", &EVERYTHING.replace("PORT", &port.to_string()));
    for (options, words) in [
        (
            &["--public-only"][..],
            format!("was not connected to: --public-only leaves 127.0.0.1:{port} out, a loopback address"),
        ),
        (
            &["--allow", "other.example.com", "--allow", "192.0.2.0/24"],
            format!("was not connected to: no --allow is for 127.0.0.1:{port}"),
        ),
        (&["--allow", "127.0.0.1:1"], format!("no --allow is for 127.0.0.1:{port}")),
    ] {
        let ran = folder.run(&[&["check", "--live", "--report", "json=report.json"], options].concat());
        ran.ended_with(3);
        let report = folder.json("report.json");
        let tests = report["tests"].as_array().unwrap();
        assert_eq!(tests.len(), 30);
        for test in tests {
            let found = [&test["verdict"], &test["finding"]];
            assert_eq!(found, ["inconclusive", "not_connected"], "{test:#}");
            assert!(test["reason"].as_str().unwrap().contains(&words), "{test:#}");
            let rerun = format!("check --live {} ", options.join(" "));
            assert!(test["guidance"]["explanation"].as_str().unwrap().contains(&rerun), "{test:#}");
        }
        forbidden.was_left_alone();
    }
    let to = forbidden.address().to_string();
    for arguments in [
        &["probe", &to, "--public-only"][..],
        &["probe", "api.example.com", "--connect-to", &to, "--allow", "*.example.com"],
        &["new", &to, "--public-only", "--output", "scenarios/new.yaml"],
        &["calendar", "--live", "--public-only"],
    ] {
        folder.run(arguments).ended_with(3);
        assert!(!folder.path().join("scenarios/new.yaml").exists());
        forbidden.was_left_alone();
    }
}

#[test]
fn what_is_allowed_is_connected_to() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = closing(listener);
    let text = EVERYTHING.replace("PORT", &port.to_string());
    let folder = Folder::new().scenario("all", &text);
    for (options, part, is_reached) in [
        (&["--allow", "localhost"][..], "by-name::accepted", true),
        (&["--allow", "localhost"], "by-address::accepted", false),
        (&["--allow", "127.0.0.0/8"], "by-address::accepted", true),
        (&["--allow", "127.0.0.0/8"], "by-name::accepted", true),
        (&["--allow", "api.example.com"], "past-its-name::accepted", false),
        (&["--allow", "api.example.com", "--allow", "127.0.0.1"], "past-its-name::accepted", true),
        (&["--allow", "localhost:1"], "by-name::accepted", false),
        // Every limit holds.
        (&["--allow", "localhost", "--public-only"], "by-name::accepted", false),
    ] {
        let before = count.load(Ordering::SeqCst);
        let ran = folder.run(&[&["check", "--live", part], options].concat());
        // It is there, and hangs up.
        ran.ended_with(if is_reached { 1 } else { 3 });
        assert_eq!(count.load(Ordering::SeqCst) > before, is_reached, "{options:?} {}", ran.console());
    }
}

/// A stand-in is on this machine, and ours.
#[test]
fn stand_ins_are_never_barred() {
    let folder = Folder::new().scenario("api", MIXED.rsplit_once("  down").unwrap().0);
    let path = "host: b.test\nreplica: {}\npath: /\nexpect: { status: 200, http_redirects: true }\n";
    let folder = folder.scenario("plain", path);
    let ran = folder.run(&["check", "--public-only", "--allow", "api.example.com", "--max-connections", "1"]);
    assert!(
        ran.ended_with(1).stdout.contains("1 failed, 3 passed, all against replicas"),
        "{}",
        ran.console()
    );
}

/// Reads what each says, and hangs up on it; how many there were.
fn closing(listener: TcpListener) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            counted.fetch_add(1, Ordering::SeqCst);
            // The alert handshake_failure: it asks for other hellos.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 40]);
        }
    });
    count
}

#[test]
fn no_more_connections_are_begun_than_there_may_be() {
    for most in [1, 2, 5] {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let to = listener.local_addr().unwrap();
        let count = closing(listener);
        let folder = Folder::new().scenario(
            "capped",
            &format!("hosts: [a.test, b.test]\nconnect_to: {to}\nscenarios:\n  old: {{ min_version: SSLv3, max_version: 1.1, expect: refused }}\n  new: {{ expect: accepted }}\n"),
        );
        let most_connections = most.to_string();
        let ran = folder.run(&["check", "--max-connections", &most_connections, "--report", "json=r.json"]);
        ran.ended_with(3);
        assert_eq!(count.load(Ordering::SeqCst), most, "{}", ran.console());
        let report = folder.json("r.json");
        let connections = report["tests"].as_array().unwrap().iter();
        let all_said = connections.filter(|test| test["finding"] == "not_connected").all(|test| {
            test["reason"].as_str().unwrap().ends_with(&format!(
                "was not asked everything: the {most} connections of --max-connections are used up"
            ))
        });
        assert!(all_said, "{}", ran.console());
        let failed = report["summary"]["failed"].as_u64().unwrap();
        assert_eq!(failed, 0, "{}", ran.console());
        let ran = folder.run(&["probe", &to.to_string(), "--max-connections", &most_connections]);
        ran.ended_with(3);
        assert_eq!(count.load(Ordering::SeqCst), 2 * most, "{}", ran.console());
    }
}

#[test]
fn too_many_tests_are_wrong_usage_and_nothing_is_run() {
    let forbidden = Forbidden::new();
    let to = forbidden.address();
    let text = format!("hosts: [a.test, b.test, c.test]\nconnect_to: {to}\nexpect: accepted\n");
    let folder = Folder::new().scenario("many", &text);
    for arguments in [&["check"][..], &["check", "--shard", "1/1"], &["calendar"]] {
        let ran = folder.run(&[arguments, &["--max-tests", "2"]].concat());
        let words = "error: 3 tests are more than --max-tests 2 allows; nothing was run\n";
        assert!(ran.ended_with(2).stderr.starts_with(words), "{}", ran.console());
        forbidden.was_left_alone();
    }
    for (arguments, code) in [
        (&["check", "--list", "--max-tests", "2"][..], 0),
        (&["check", "--max-tests", "3", "--public-only"], 3),
        (&["check", "--max-tests", "2", "a.test", "b.test", "--public-only"], 3),
        (&["check", "--max-tests", "0"], 2),
        (&["check", "--max-connections", "0"], 2),
        (&["check", "--allow", "https://a.test/"], 2),
        (&["calendar", "--from", "r.json", "--public-only"], 2),
    ] {
        folder.run(arguments).ended_with(code);
        forbidden.was_left_alone();
    }
}

/// What a new file says of how it was made, and how it is checked, keeps within the bounds.
#[test]
fn commands_for_the_next_run_have_the_same_bounds() {
    let folder = Folder::new().scenario("a", "host: \"[::1]:1\"\nattempts: 1\nexpect: accepted\n");
    let ran = folder.run(&["check", "--allow", "*.example.com", "--allow", "[2001:db8::/32]:443"]);
    let rerun = "tls-readiness check --allow '*.example.com' --allow '[2001:db8::/32]:443' a\n";
    assert!(ran.ended_with(3).stdout.contains(rerun), "{}", ran.console());
}
