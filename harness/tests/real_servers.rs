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
#[path = "real_servers/made_up.rs"]
mod made_up;
#[path = "real_servers/nginx.rs"]
mod nginx;
#[path = "real_servers/openssl.rs"]
mod openssl;
#[path = "real_servers/peer.rs"]
mod peer;
#[path = "peers/required.rs"]
mod peers;
#[path = "real_servers/policies.rs"]
mod policies;
#[path = "real_servers/required.rs"]
mod required;
#[path = "real_servers/witness.rs"]
mod witness;

use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use serde_json::Value;
use tls_readiness::verdict::Fact;

use fleet::Fleet;
use peer::{Peer, Question};

fn main() -> ExitCode {
    made_up::serve_if_asked();
    let arguments = Arguments::from_args();
    let held: Vec<Arc<Fleet>> = policies::fleets().into_iter().map(Arc::new).collect();
    let fleets: Vec<Arc<Fleet>> =
        [nginx::fleet(), openssl::fleet(), gnutls::fleet(), haproxy::fleet(), made_up::fleet()]
            .into_iter()
            .map(Arc::new)
            .collect();
    let mut trials: Vec<Trial> = fleets.iter().flat_map(trials).collect();
    trials.extend(held.iter().flat_map(policy_trials));
    let one_sided = policies::one_sided(&held);
    trials.push(Trial::test("policies::every_rule_is_met_and_not_met", move || {
        if one_sided.is_empty() { Ok(()) } else { Err(format!("{one_sided:?}").into()) }
    }));
    let conclusion = libtest_mimic::run(&arguments, trials);
    // The servers end with their fleets, and `exit` would leave them running.
    drop((fleets, held));
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

fn policy_trials(fleet: &Arc<Fleet>) -> Vec<Trial> {
    let trial = |index: usize| {
        let name = format!("policies::{}", fleet.peers[index].name);
        trial(fleet, &name, move |fleet| rules_are_judged_right(fleet, index))
    };
    (0..fleet.peers.len()).map(trial).collect()
}

/// Whether a peer fails the rules that it does not meet and passes all others.
fn rules_are_judged_right(fleet: &Fleet, index: usize) -> Result<(), Failed> {
    let peer = &fleet.peers[index];
    let run = fleet.found()?.policies.as_ref().ok_or("nobody was held against policies")?;
    let unmet = peer.unmet.clone().unwrap_or_default();
    let mut wrong = String::new();
    for rule in policies::rules() {
        let expected = if unmet.contains(&rule.as_str()) { peer::FAILED } else { peer::PASSED };
        let name = format!("{}::{rule}", peer.name);
        let test = run.test(&name);
        if test["verdict"] != expected {
            wrong += &format!("\n{rule}\n  must be {expected}, is {}: {}", test["verdict"], test["reason"]);
        }
    }
    let unknown: Vec<_> =
        unmet.iter().filter(|rule| !policies::rules().any(|known| known == **rule)).collect();
    if !unknown.is_empty() {
        wrong += &format!("\nno such rules: {unknown:?}");
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// A trial that needs the fleet's program.
fn trial(
    fleet: &Arc<Fleet>,
    name: &str,
    check: impl FnOnce(&Fleet) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let fleet = Arc::clone(fleet);
    Trial::ignorable_test(format!("{}::{name}", fleet.program), move || {
        let programs = [fleet.program, "openssl"];
        match programs
            .into_iter()
            .filter(|program| *program != "made-up")
            .find(|program| !is_installed(program))
        {
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
        if let Some(why) = facts_are_wrong(test, fields, verdict) {
            wrong += &format!("\n{{ {fields} }}\n  {why}: {}", test["observed"]);
        }
        for words in says.iter().filter(|words| !explanation.contains(**words)) {
            wrong += &format!("\n{{ {fields} }}\n  must say {words:?}, says {explanation}");
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// What is wrong with the words for what a failing test observed, and with the end of a certificate that a
/// passing one rests on.
fn facts_are_wrong(test: &Value, fields: &str, verdict: &str) -> Option<&'static str> {
    let observed: Vec<&str> =
        test["observed"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let accepted = |words: &&str| words.starts_with("accepted ");
    let end = &test["certificate_end"]["not_after"];
    let rows = test["observations"].as_array().unwrap();
    match verdict {
        peer::FAILED if observed.is_empty() => Some("a failure without words"),
        peer::FAILED if observed.iter().any(|words| Fact::parse(words).is_none()) => {
            Some("no words for a waiver")
        }
        peer::FAILED if fields.contains("expect: refused") && !observed.iter().all(accepted) => {
            Some("it must have been accepted")
        }
        peer::FAILED => None,
        _ if !observed.is_empty() => Some("words for what has not failed"),
        peer::PASSED if fields == "expect: accepted" => {
            let is_shown = rows.iter().any(|row| row["certificate"]["not_after"] == *end && end.is_string());
            (!is_shown).then_some("the end of its certificate is not told")
        }
        _ => None,
    }
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
