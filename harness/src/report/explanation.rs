//! What a person reads about a test that is not green: what was expected, what every address did
//! and when, what follows from it, and what to do.

use std::net::SocketAddr;

use super::layout::{LABEL, labelled, labelled_whole, table};
use super::model::calendar::lines;
use super::shell::shell_word;
use super::words::client::program;
use super::words::ip;
use super::words::rounds::{again, slowed_down};
use super::{Against, Outcome, expectation, headline};
use crate::calendar::Waiver;
use crate::escape::{printable, printable_up_to};
use crate::evidence::{Evidence, Gathered};
use crate::scenario::{Addresses, Expectation, Place, Scenario};
use crate::verdict::{Finding, Verdict};

mod advice;
mod client;
mod our_side;
mod posture;
mod required;
mod rows;

/// The widest address that stands beside its rows: `255.255.255.255:65535`.
const WIDEST_ADDRESS: usize = 21;

/// The text below a test's name, several lines, without a line end after the last. `rerun` is the
/// command that runs a test again, its name left out.
#[must_use]
pub fn explain(outcome: &Outcome, rerun: &str) -> String {
    let scenario = &*outcome.test.scenario;
    let evidence = match (&outcome.evidence, &scenario.client) {
        (Gathered::Client(evidence), Some(client)) => {
            return client::explain(outcome, client, evidence, rerun);
        }
        (Gathered::Server(evidence), _) => evidence,
        (Gathered::Client(_), None) => &Evidence::default(),
    };
    let groups = rows::groups(outcome, evidence);
    let width = groups
        .iter()
        .map(|group| group.label.chars().count())
        .filter(|width| *width <= WIDEST_ADDRESS)
        .fold(LABEL, usize::max);

    let mut lines = vec![first_line(outcome)];
    if let Some(title) = &scenario.title {
        lines.extend(labelled("title", width, title));
    }
    lines.extend(labelled("expected", width, &expected(outcome)));
    if outcome.against == Against::Replica {
        lines.extend(labelled("against", width, "a replica on this machine, not the host"));
    }
    lines.extend(table(&groups, width));
    for address in &evidence.without_route {
        let text = format!("{}: this machine has no route to it", ip(address.ip()));
        lines.extend(labelled("left out", width, &text));
    }
    for address in &evidence.addresses {
        let several = evidence.addresses.len() > 1;
        let of = if several { format!("{}: ", ip(address.address.ip())) } else { String::new() };
        if let Some(slowed) = &address.slowed {
            lines.extend(labelled("slowed", width, &format!("{of}{}", slowed_down(slowed))));
        }
        if let Some(repeated) = &address.repeated {
            lines.extend(labelled("repeated", width, &format!("{of}{}", again(repeated))));
        }
    }
    lines.extend(last_lines(outcome, width, rerun));
    lines.join("\n")
}

/// What follows, what is to be done, and until when.
fn last_lines(outcome: &Outcome, width: usize, rerun: &str) -> Vec<String> {
    let scenario = &*outcome.test.scenario;
    let mut lines = Vec::new();
    if let Some(text) = observed(outcome) {
        lines.extend(labelled("observed", width, &text));
    }
    if let Some(text) = calendar(outcome) {
        lines.extend(labelled("calendar", width, &text));
    }
    lines.extend(labelled("so", width, &consequence(outcome)));
    lines.extend(labelled("to do", width, &to_do(outcome)));
    if let Some(advice) = &scenario.advice {
        lines.extend(labelled("advice", width, advice));
    }
    if let Some(rule) = &scenario.rule {
        let level = if scenario.calendar.is_advice { " (SHOULD)" } else { "" };
        lines.extend(labelled("rule", width, &format!("{} of {}{level}", rule.key, rule.policy)));
    }
    lines.push(labelled_whole("then run", width, &rerun_of(outcome, rerun)));
    if let Some(reference) = see(outcome) {
        lines.push(labelled_whole("see", width, &printable_up_to(&reference, 2_000)));
    }
    lines
}

/// Why a test that is not as it should be does not block, or since when it does.
fn calendar(outcome: &Outcome) -> Option<String> {
    let calendar = &outcome.test.scenario.calendar;
    if let Some(waiver) = outcome.expired() {
        let (until, why, lines) = (waiver.until, &waiver.reason, lines_of(waiver));
        return Some(format!(
            "the waiver ended on {until} ({why}): delete it on {lines}, or set another day"
        ));
    }
    match (outcome.verdict(), &calendar.waiver, calendar.enforce_from) {
        (Verdict::Pending, _, Some(day)) => Some(format!("enforced from {day} on")),
        (Verdict::Advice, ..) => {
            Some("recommended and not demanded: `strict: true` makes it fail".to_owned())
        }
        (Verdict::Waived, Some(waiver), _) => {
            let ticket = waiver.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
            Some(format!("waived until {}: {}{ticket}", waiver.until, waiver.reason))
        }
        (Verdict::Failed, Some(waiver), _) => {
            let facts: Vec<String> = waiver.observed.iter().flatten().map(ToString::to_string).collect();
            Some(format!("the waiver on {} is for other failures: {}", lines_of(waiver), facts.join(", ")))
        }
        (Verdict::Failed | Verdict::Inconclusive, _, Some(day)) => Some(format!("enforced since {day}")),
        _ => None,
    }
}

/// Which lines a waiver takes, in words.
fn lines_of(waiver: &Waiver) -> String {
    lines(&waiver.place.file, waiver.place.line, waiver.last_line)
}

/// What was observed, to be copied into a waiver; nothing where nothing failed.
fn observed(outcome: &Outcome) -> Option<String> {
    let facts: Vec<String> = outcome.observed().iter().map(ToString::to_string).collect();
    let is_told = outcome.judgement.verdict != Verdict::Passed && !facts.is_empty();
    is_told.then(|| facts.join(", "))
}

/// What follows from what was found.
#[must_use]
pub(super) fn consequence(outcome: &Outcome) -> String {
    match &outcome.judgement.finding {
        Finding::Client(finding) => client::consequence(outcome, finding),
        _ => advice::consequence(outcome, !share(outcome).is_empty()),
    }
}

/// What to do about it, where the author gives no advice.
#[must_use]
pub(super) fn to_do(outcome: &Outcome) -> String {
    if let (Some(waiver), Verdict::Passed) = (outcome.expired(), outcome.judgement.verdict) {
        return format!("delete the waiver on {}", lines_of(waiver));
    }
    match &outcome.judgement.finding {
        Finding::Client(finding) => client::to_do(outcome, finding),
        _ => advice::to_do(outcome, &place(outcome)),
    }
}

/// The command that runs a test again. `rerun` is that command, the test's name left out.
#[must_use]
pub(super) fn rerun_of(outcome: &Outcome, rerun: &str) -> String {
    format!("{rerun} {}", shell_word(&outcome.test.name))
}

/// Where it is written: the author's reference, or a standard. Raw where it is the author's.
#[must_use]
pub(super) fn see(outcome: &Outcome) -> Option<String> {
    let standard = || advice::reference(outcome).map(str::to_owned);
    outcome.test.scenario.reference.clone().or_else(standard)
}

/// What was found, in a clause: what the host does, or the program.
#[must_use]
pub fn in_short(outcome: &Outcome) -> String {
    format!("{} {}", subject(outcome), reason(outcome))
}

/// What was found, as what the subject does.
#[must_use]
pub(super) fn reason(outcome: &Outcome) -> String {
    let headline = headline(&outcome.judgement.finding, outcome.test.scenario.versions);
    match outcome.expired() {
        Some(waiver) if outcome.verdict() == Verdict::Failed => {
            format!("{headline}; its waiver ended on {}", waiver.until)
        }
        _ => headline,
    }
}

/// Who is on trial, as sentences name it: the host, or the program.
#[must_use]
pub(super) fn subject(outcome: &Outcome) -> String {
    match &outcome.test.scenario.client {
        Some(client) => program(&client.command),
        None => outcome.test.host.short(),
    }
}

/// Verdict, host, what it does, and where that was asked for.
fn first_line(outcome: &Outcome) -> String {
    let scenario = &*outcome.test.scenario;
    let headline = reason(outcome);
    // How many addresses it is true of belongs before the reason, which may be long.
    let (what, why) = match headline.split_once(": ") {
        Some((what, why)) => (what, format!(": {why}")),
        None => (headline.as_str(), String::new()),
    };
    format!(
        "{}: {} {what}{}{why}    {}",
        outcome.verdict().key(),
        outcome.test.host.short(),
        share(outcome),
        place_of_scenario(scenario),
    )
}

/// Where a scenario stands, as editors and terminals follow it.
fn place_of_scenario(scenario: &Scenario) -> String {
    let Place { file, line, column } = &scenario.place;
    format!("{}:{line}:{column}", printable_up_to(file, usize::MAX))
}

fn expected(outcome: &Outcome) -> String {
    let scenario = &*outcome.test.scenario;
    let words = expectation(scenario);
    match (scenario.addresses, &scenario.expectation, outcome.addresses().len()) {
        (_, _, 0 | 1) => words,
        (Addresses::Any, Expectation::Accepted(_) | Expectation::Refused { .. }, count) => {
            format!("{words}, by one of the {count} addresses at least")
        }
        (_, _, count) => format!("{words}, by each of the {count} addresses"),
    }
}

/// Where the addresses differ: on how many of them.
fn share(outcome: &Outcome) -> String {
    let all = outcome.judgement.addresses.len();
    let same = outcome
        .judgement
        .addresses
        .iter()
        .filter(|address| address.verdict == outcome.judgement.verdict)
        .count();
    if all > 1 && same < all { format!(" on {same} of {all} addresses") } else { String::new() }
}

/// The address to mend, where it is one among several; else the host.
fn place(outcome: &Outcome) -> String {
    let mut affected =
        outcome.judgement.addresses.iter().filter(|address| address.verdict == outcome.judgement.verdict);
    match (affected.next(), affected.next()) {
        (Some(only), None) if outcome.judgement.addresses.len() > 1 => {
            shown(only.address, &outcome.test.scenario)
        }
        _ => printable(&outcome.test.host.short()),
    }
}

/// An address; its port only where the scenario does not say it.
fn shown(address: SocketAddr, scenario: &Scenario) -> String {
    if scenario.hosts.iter().any(|host| host.port == address.port()) {
        ip(address.ip())
    } else {
        address.to_string()
    }
}
