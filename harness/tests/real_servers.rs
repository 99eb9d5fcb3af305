//! The gate against servers that others wrote.
//!
//! Each program is started once with all its configurations, and the gate is run three times: on
//! the scenarios that must pass, on those that must fail, and on those that must be inconclusive.
//! So every verdict and every exit code is proven on a real server. `openssl s_client` is asked
//! the same, so that the tables themselves are tested.
//!
//! A program that is not installed leaves its tests out; with `TLS_READINESS_REQUIRE_PEERS=1` they
//! fail instead.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "gate/process.rs"]
mod gate;

#[path = "real_servers/certificates.rs"]
mod certificates;
#[path = "real_servers/fleet.rs"]
mod fleet;
#[path = "real_servers/gnutls.rs"]
mod gnutls;
#[path = "real_servers/haproxy.rs"]
mod haproxy;
#[path = "real_servers/nginx.rs"]
mod nginx;
#[path = "real_servers/openssl.rs"]
mod openssl;
#[path = "real_servers/peer.rs"]
mod peer;
#[path = "peers/required.rs"]
mod peers;
#[path = "real_servers/required.rs"]
mod required;
#[path = "real_servers/witness.rs"]
mod witness;

use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;

use fleet::Fleet;
use peer::{Peer, Question};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let fleets: Vec<Arc<Fleet>> = [nginx::fleet(), openssl::fleet(), gnutls::fleet(), haproxy::fleet()]
        .into_iter()
        .map(Arc::new)
        .collect();
    let trials = fleets.iter().flat_map(trials).collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The servers end with their fleets, and `exit` would leave them running.
    drop(fleets);
    conclusion.exit_code()
}

fn trials(fleet: &Arc<Fleet>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for index in 0..fleet.peers.len() {
        let peer = &fleet.peers[index];
        trials.push(trial(fleet, peer.name, move |fleet| verdicts_are_right(fleet, &fleet.peers[index])));
        if peer.has_witness {
            let name = format!("{}::openssl_agrees", peer.name);
            trials.push(trial(fleet, &name, move |fleet| witness_agrees(fleet, index)));
        }
    }
    for verdict in [peer::PASSED, peer::FAILED, peer::INCONCLUSIVE] {
        if fleet.peers.iter().any(|peer| peer.questions.iter().any(|question| question.verdict == verdict)) {
            let name = format!(
                "exit_code_where_all_{}",
                if verdict == peer::INCONCLUSIVE { "is_open" } else { verdict }
            );
            trials.push(trial(fleet, &name, move |fleet| exit_code_is_right(fleet, verdict)));
        }
    }
    trials
}

/// A trial that needs the fleet's program.
fn trial(
    fleet: &Arc<Fleet>,
    name: &str,
    check: impl FnOnce(&Fleet) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let fleet = Arc::clone(fleet);
    Trial::ignorable_test(format!("{}::{name}", fleet.program), move || {
        match [fleet.program, "openssl"].into_iter().find(|program| !is_installed(program)) {
            None => check(&fleet).map(|()| Completion::Completed),
            Some(missing) if peers::peers_are_required() => {
                Err(format!("{missing} is not installed, and TLS_READINESS_REQUIRE_PEERS is set").into())
            }
            Some(missing) => Ok(Completion::ignored_with(format!("{missing} is not installed"))),
        }
    })
}

/// Whether the program is there to be started; all of ours end at once with this argument.
fn is_installed(program: &str) -> bool {
    let argument = match program {
        "openssl" => "version",
        "gnutls-serv" => "--version",
        _ => "-v",
    };
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn verdicts_are_right(fleet: &Fleet, peer: &Peer) -> Result<(), Failed> {
    let found = fleet.found()?;
    let mut wrong = String::new();
    for Question { key, fields, verdict, says } in &peer.questions {
        let run = &found.runs[verdict];
        let name = format!("{}::{key}", peer.name);
        let test = run.test(&name);
        let explanation = run.explanation(&name);
        if run.verdict(&name) != *verdict {
            wrong +=
                &format!("\n{{ {fields} }}\n  must be {verdict}, is {}: {}", test["verdict"], test["reason"]);
        } else if *verdict == peer::PASSED && fields.contains("expect: refused") && !has_control(test) {
            wrong += &format!("\n{{ {fields} }}\n  passed without a control that was accepted");
        }
        for words in says.iter().filter(|words| !explanation.contains(**words)) {
            wrong += &format!("\n{{ {fields} }}\n  must say {words:?}, says {explanation}");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// Whether the server was seen to speak TLS.
fn has_control(test: &Value) -> bool {
    let speaks = |outcome: &Value| outcome == "accepted" || outcome == "answered";
    let observations = test["observations"].as_array().unwrap();
    observations.iter().any(|observation| observation["control"] == true && speaks(&observation["outcome"]))
}

fn witness_agrees(fleet: &Fleet, index: usize) -> Result<(), Failed> {
    let port = fleet.found()?.ports[index];
    let stated = fleet.peers[index].accepts.unwrap_or_default();
    let witnessed = witness::accepted_versions(port);
    if witnessed == stated {
        return Ok(());
    }
    Err(format!("the table says {stated:?}, openssl s_client says {witnessed:?}").into())
}

fn exit_code_is_right(fleet: &Fleet, verdict: &'static str) -> Result<(), Failed> {
    let run = &fleet.found()?.runs[verdict];
    if run.code == Some(gate::exit_code(verdict)) {
        return Ok(());
    }
    Err(format!("must exit {}; {}", gate::exit_code(verdict), run.console()).into())
}
