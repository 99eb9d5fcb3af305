//! What a person reads about a test of a program that is not green.

use std::time::Duration;

use super::super::layout::{Group, LABEL, Row, labelled, table};
use super::super::shell::shell_word;
use super::super::words::client::{connection, end_words, offered_beside, way_words};
use super::super::{Outcome, duration, expectation};
use super::{in_short, last_lines, place_of_scenario};
use crate::escape::printable;
use crate::evidence::Gathered;
use crate::evidence::client::{Came, ClientEvidence, ProgramEnd};
use crate::scenario::{Client, Command};
use crate::verdict::ClientFinding;

mod advice;

/// How many lines of a program's output are shown, from the end.
const OUTPUT_LINES: usize = 12;
/// How many connections are shown.
const CONNECTIONS: usize = 12;
/// How many other hosts are named.
const ELSEWHERE: usize = 12;

/// The text below a test's name, as [`super::explain`].
pub(super) fn explain(outcome: &Outcome, client: &Client, evidence: &ClientEvidence, rerun: &str) -> String {
    let scenario = &*outcome.test.scenario;
    let first =
        format!("{}: {}    {}", outcome.verdict().key(), in_short(outcome), place_of_scenario(scenario));
    let mut lines = vec![first];
    let mut add = |label: &str, text: &str| lines.extend(labelled(label, LABEL, text));
    if let Some(title) = &scenario.title {
        add("title", title);
    }
    add("expected", &expectation(scenario));
    add("program", &command(&client.command));
    let host = printable(&outcome.test.host.short());
    add(
        "against",
        &if evidence.live {
            format!("the host {host}")
        } else {
            format!("a stand-in for {host} on this machine")
        },
    );
    add("led by", &way_words(&evidence.way, evidence.live));
    lines.extend(table(&[connections(evidence)], LABEL));
    let mut add = |label: &str, text: &str| lines.extend(labelled(label, LABEL, text));
    if !matches!(evidence.program.end, ProgramEnd::NotRun(_) | ProgramEnd::Missing(_)) {
        add(
            "ended",
            &format!("{}, after {}", end_words(&evidence.program.end), duration(evidence.program.elapsed)),
        );
    }
    for (label, bytes) in [("stdout", &evidence.program.stdout), ("stderr", &evidence.program.stderr)] {
        if let Some(text) = last_words(bytes) {
            add(label, &text);
        }
    }
    if let Some(offered) = offered(evidence) {
        add("offered", &offered);
    }
    if !evidence.elsewhere.is_empty() {
        add("also", &format!("wanted {}", elsewhere(evidence)));
    }
    lines.extend(last_lines(outcome, LABEL, rerun));
    lines.join("\n")
}

/// What follows from what was found of a program.
pub(super) fn consequence(outcome: &Outcome, finding: &ClientFinding) -> String {
    advice::consequence(finding, outcome.test.scenario.versions)
}

/// What to do about it.
pub(super) fn to_do(outcome: &Outcome, finding: &ClientFinding) -> String {
    let host = printable(&outcome.test.host.short());
    match (&outcome.test.scenario.client, &outcome.evidence) {
        (Some(client), Gathered::Client(evidence)) => {
            advice::to_do(finding, client, evidence, outcome.test.scenario.versions, &host)
        }
        _ => String::new(),
    }
}

/// A command as its author wrote it. A list is shown as a shell would take it.
fn command(command: &Command) -> String {
    match command {
        Command::Shell(line) => line.trim().to_owned(),
        Command::Program(words) => words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" "),
    }
}

fn connections(evidence: &ClientEvidence) -> Group {
    let row = |detail: String, after: String| Row { detail, after, ..Row::default() };
    let mut rows: Vec<Row> = Vec::new();
    let mut said: Vec<((String, String), usize, Duration)> = Vec::new();
    for seen in &evidence.connections {
        let (offer, came) = connection(seen);
        let by = if seen.by_proxy { ", by the proxy" } else { "" };
        let words = if offer.is_empty() { (String::new(), came + by) } else { (offer + by, came) };
        let ended = seen.started + seen.elapsed;
        match said.iter_mut().find(|(known, ..)| *known == words) {
            Some((_, count, _)) => *count += 1,
            None => said.push((words, 1, ended)),
        }
    }
    for ((offer, came), count, ended) in said.iter().take(CONNECTIONS) {
        let times = if *count > 1 { format!(" ({count} times)") } else { String::new() };
        let after = format!("after {}", duration(*ended));
        if offer.is_empty() {
            rows.push(row(format!("{came}{times}"), after));
        } else {
            rows.push(row(format!("{offer}{times}"), after));
            rows.push(row(format!("→ {came}"), String::new()));
        }
    }
    if evidence.connections.is_empty() {
        rows.push(row("none".to_owned(), String::new()));
    }
    let more = said.len().saturating_sub(CONNECTIONS);
    if more > 0 {
        rows.push(row(format!("… and {more} more"), String::new()));
    }
    Group { label: "connection".to_owned(), rows }
}

/// What was offered that there was nothing in common of.
fn offered(evidence: &ClientEvidence) -> Option<String> {
    evidence.connections.iter().find_map(|seen| match (&seen.came, &seen.hello) {
        (Came::NothingInCommon { version, lacking }, Some(hello)) => {
            Some(offered_beside(hello, *version, *lacking))
        }
        _ => None,
    })
}

/// The last lines of what a program printed, each escaped; `None` where it printed nothing.
fn last_words(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let left_out = lines.len().saturating_sub(OUTPUT_LINES);
    let shown = lines.iter().skip(left_out).map(|line| printable(line));
    let shown: Vec<String> =
        (left_out > 0).then(|| format!("… {left_out} lines before")).into_iter().chain(shown).collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

fn elsewhere(evidence: &ClientEvidence) -> String {
    let shown = evidence.elsewhere.iter().take(ELSEWHERE).map(|it| match it.barred {
        Some(barred) => format!("{} (refused: {barred})", it.host),
        None => format!("{} ({})", it.host, if it.let_through { "let through" } else { "refused" }),
    });
    let more = evidence.elsewhere.len().saturating_sub(ELSEWHERE);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}
