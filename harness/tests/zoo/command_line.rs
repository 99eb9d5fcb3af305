//! What is asked of the gate wrongly, or while it cannot answer.

use std::io::Read;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::Command;
use std::sync::{Arc, mpsc};

use libtest_mimic::{Failed, Trial};

use crate::behaviour::{Answer, answer, healthy_but, serving};
use crate::gate::{Gate, finish};
use crate::hello::TLS12;
use crate::kinds::half_healthy::only_psk;
use crate::peer::HostilePeer;
use crate::safety::assert_printable;

/// All trials.
pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = MISTAKES
        .iter()
        .map(|(name, text)| Trial::test(format!("mistake::{name}"), move || mistake_connects_nowhere(text)))
        .collect();
    let others: [(&str, fn()); 11] = [
        ("nothing_selected_is_exit_code_2", nothing_selected),
        ("no_folder_is_exit_code_2", no_folder),
        ("an_empty_folder_is_exit_code_2", empty_folder),
        ("an_unknown_argument_is_exit_code_2", unknown_argument),
        ("list_connects_nowhere", list_connects_nowhere),
        ("a_closed_stdout_is_no_panic", closed_stdout),
        ("ctrl_c_ends_a_run_that_waits", ctrl_c),
        ("a_name_that_does_not_resolve_never_passes", unresolvable),
        ("every_address_of_localhost_is_asked", localhost),
        ("probe_sees_through_a_server_of_rare_suites", probe_rare_suites),
        ("a_refusal_is_proven_though_a_test_before_it_asked_the_same", asked_before),
    ];
    trials.extend(others.into_iter().map(|(name, run)| {
        Trial::test(format!("command_line::{name}"), move || -> Result<(), Failed> {
            run();
            Ok(())
        })
    }));
    trials
}

/// Second files with a mistake in each; the first is a valid scenario.
const MISTAKES: [(&str, &str); 12] = [
    ("unknown_field", "host: a.test\nmim_version: 1.2\nexpect: accepted\n"),
    ("unknown_version", "host: a.test\nmin_version: 1.4\nexpect: accepted\n"),
    ("range_turned_around", "host: a.test\nmin_version: 1.3\nmax_version: 1.2\nexpect: accepted\n"),
    ("no_host", "min_version: 1.2\nexpect: accepted\n"),
    ("no_expectation", "host: a.test\n"),
    ("status_of_a_refusal", "host: a.test\nexpect: { outcome: refused, status: 200 }\n"),
    ("duplicate_key", "host: a.test\nhost: b.test\nexpect: accepted\n"),
    ("tag", "host: !name a.test\nexpect: accepted\n"),
    ("second_document", "host: a.test\nexpect: accepted\n---\nhost: b.test\nexpect: accepted\n"),
    ("refused_over_all_versions", "host: a.test\nmin_version: SSLv2\nmax_version: 1.3\nexpect: refused\n"),
    ("not_supported_yet", "host: a.test\npolicy: strict\nexpect: accepted\n"),
    ("no_yaml", "host: [a.test\n"),
];

fn valid(address: SocketAddr) -> String {
    format!("host: a.test\nconnect_to: {address}\ntimeout: 20s\nevidence: hello\nexpect: accepted\n")
}

fn mistake_connects_nowhere(text: &str) -> Result<(), Failed> {
    let peer = HostilePeer::start(serving(&[TLS12]), usize::MAX);
    let gate = Gate::new().scenario("valid.yaml", &valid(peer.address)).scenario("wrong.yaml", text);
    let run = gate.check();
    assert_printable(&run);
    assert_eq!(run.code, Some(2), "{}", run.console());
    assert!(run.stderr.contains("scenarios/wrong.yaml:"), "no path:line:column in {}", run.console());
    assert_eq!(peer.connections(), 0, "connected in spite of a mistake");
    Ok(())
}

fn nothing_selected() {
    let peer = HostilePeer::start(serving(&[TLS12]), usize::MAX);
    let run = Gate::new().scenario("valid.yaml", &valid(peer.address)).check_with(&["no-test-has-this-name"]);
    assert_eq!(run.code, Some(2), "{}", run.console());
    assert_eq!(peer.connections(), 0);
}

fn no_folder() {
    let gate = Gate::new();
    std::fs::remove_dir(gate.folder().join("scenarios")).unwrap();
    let run = gate.check();
    assert_eq!(run.code, Some(2), "{}", run.console());
}

fn empty_folder() {
    let run = Gate::new().check();
    assert_eq!(run.code, Some(2), "{}", run.console());
}

fn unknown_argument() {
    let peer = HostilePeer::start(serving(&[TLS12]), usize::MAX);
    let run = Gate::new().scenario("valid.yaml", &valid(peer.address)).check_with(&["--lives"]);
    assert_eq!(run.code, Some(2), "{}", run.console());
    assert_eq!(peer.connections(), 0);
}

fn list_connects_nowhere() {
    let peer = HostilePeer::start(serving(&[TLS12]), usize::MAX);
    let run = Gate::new().scenario("valid.yaml", &valid(peer.address)).check_with(&["--list"]);
    assert_eq!(run.code, Some(0), "{}", run.console());
    assert!(run.stdout.contains("valid"), "{}", run.console());
    assert_eq!(peer.connections(), 0);
}

/// The exit code is the gate's affair, as long as a failure is not green.
fn closed_stdout() {
    for expect in ["accepted", "refused"] {
        let peer = HostilePeer::start(serving(&[TLS12]), usize::MAX);
        let fields = format!("host: a.test\nconnect_to: {}\ntimeout: 20s\nexpect: {expect}\n", peer.address);
        let gate = Gate::new().scenario("fails.yaml", &fields);
        let mut child = gate.start(&[]);
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let code = child.wait().unwrap().code();
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert!(!matches!(code, None | Some(0 | 101)), "{code:?}: {stderr}");
    }
}

/// The run waits for minutes; the first connection shows that it is under way.
fn ctrl_c() {
    let (sender, receiver) = mpsc::channel();
    let silent = answer(|_| Answer::Silence);
    let peer = HostilePeer::start(
        Arc::new(move |stream, number| {
            let _ = sender.send(());
            silent(stream, number);
        }),
        usize::MAX,
    );
    let gate = Gate::new().scenario("waits.yaml", &valid(peer.address).replace("20s", "5m"));
    let child = gate.start(&[]);
    receiver.recv_timeout(std::time::Duration::from_secs(30)).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let run = finish(child);
    assert!(!matches!(run.code, Some(0 | 101)), "{}", run.console());
    assert!(
        (run.stdout.clone() + &run.stderr).contains("waits"),
        "does not say what was not run: {}",
        run.console()
    );
}

/// With a resolver the name does not exist (RFC 6761 6.4); without one nobody can say.
fn unresolvable() {
    for (expect, may_pass) in [("accepted", false), ("refused", false), ("unreachable", true)] {
        let text = format!("host: nonexistent.invalid\ntimeout: 2s\nexpect: {expect}\n");
        let run = Gate::new().scenario("test.yaml", &text).check();
        assert_printable(&run);
        let verdict = run.verdict("test");
        assert!(
            verdict == "inconclusive" || (verdict == "passed" && may_pass),
            "{expect}: {}",
            run.console()
        );
        assert_eq!(run.code, Some(crate::gate::exit_code(verdict)), "{}", run.console());
    }
}

fn localhost() {
    let first = HostilePeer::start(serving(&[TLS12]), usize::MAX);
    let port = first.address.port();
    let more: Vec<HostilePeer> = ("localhost", port)
        .to_socket_addrs()
        .unwrap()
        .filter(|address| *address != first.address)
        .map(|address| HostilePeer::start_at(address, serving(&[TLS12]), usize::MAX))
        .collect();
    let run = Gate::new()
        .scenario("test.yaml", &format!("host: localhost:{port}\ntimeout: 20s\nmin_version: SSLv2\nmax_version: 1.1\nexpect: refused\n"))
        .check();
    assert_eq!(run.verdict("test"), "passed", "{}", run.console());
    for peer in more.iter().chain([&first]) {
        assert!(peer.connections() > 0, "{} was not asked", peer.address);
    }
}

/// What the first test saw was before any control: the second must not rest on it.
fn asked_before() {
    let peer = HostilePeer::start(healthy_but(|_| Answer::Reset), usize::MAX);
    let fields = "min_version: 1.0, max_version: 1.0, evidence: hello, timeout: 20s";
    let text = format!(
        "host: a.test\nconnect_to: {}\nscenarios:\n  1-accepts: {{ {fields}, expect: accepted }}\n  \
         2-refuses: {{ min_version: 1.0, max_version: 1.0, timeout: 20s, expect: refused }}\n",
        peer.address
    );
    let run = Gate::new().scenario("test.yaml", &text).check_with(&["--jobs", "1"]);
    assert_eq!(run.verdict("test::1-accepts"), "failed", "{}", run.console());
    assert_eq!(run.verdict("test::2-refuses"), "passed", "{}", run.console());
}

fn probe_rare_suites() {
    let peer = HostilePeer::start(only_psk(), usize::MAX);
    let printed = Command::new(env!("CARGO_BIN_EXE_tls-readiness"))
        .args(["probe", "a.test", "--timeout", "20s", "--connect-to", &peer.address.to_string()])
        .output()
        .unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let said = |word: &str| printed.lines().filter(|line| line.contains(word)).count();
    assert_eq!((said(" refused   alert handshake_failure (40)"), said(" accepted  ")), (5, 1), "{printed}");
}
