//! What a person reads about a test of a program that is not green.

use super::super::layout::{Group, LABEL, Row, labelled, labelled_whole, table};
use super::super::shell::shell_word;
use super::super::words::client::{connection, end_words, way_words};
use super::super::{Outcome, duration, expectation};
use super::{in_short, place_of_scenario};
use crate::escape::{printable, printable_up_to};
use crate::evidence::client::{ClientEvidence, ProgramEnd};
use crate::scenario::{Client, Command};
use crate::verdict::Finding;

mod advice;

/// How many lines of a program's output are shown, from the end.
const OUTPUT_LINES: usize = 20;
/// How many connections are shown.
const CONNECTIONS: usize = 12;
/// How many other hosts are named.
const ELSEWHERE: usize = 12;

/// The text below a test's name, as [`super::explain`].
pub(super) fn explain(outcome: &Outcome, client: &Client, evidence: &ClientEvidence, rerun: &str) -> String {
    let scenario = &*outcome.test.scenario;
    let first = format!(
        "{}: {}    {}",
        outcome.judgement.verdict.key(),
        in_short(outcome),
        place_of_scenario(scenario),
    );
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
    add("led by", &way_words(&evidence.way));
    lines.extend(table(&[connections(evidence)], LABEL));
    let mut add = |label: &str, text: &str| lines.extend(labelled(label, LABEL, text));
    if !matches!(evidence.program.end, ProgramEnd::NotRun(_) | ProgramEnd::Missing(_)) {
        add(
            "ended",
            &format!("{}, after {}", end_words(&evidence.program.end), duration(evidence.program.elapsed)),
        );
    }
    for (label, bytes) in [("stdout", &evidence.program.stdout), ("stderr", &evidence.program.stderr)] {
        if let Some(text) = last_lines(bytes) {
            add(label, &text);
        }
    }
    if !evidence.elsewhere.is_empty() {
        add("also", &format!("wanted {}", elsewhere(evidence)));
    }
    if let Finding::Client(finding) = &outcome.judgement.finding {
        add("so", &advice::consequence(finding));
        add("to do", &advice::to_do(finding, client, evidence, &host));
    }
    if let Some(advice) = &scenario.advice {
        add("advice", advice);
    }
    lines.push(labelled_whole("then run", LABEL, &format!("{rerun} {}", shell_word(&outcome.test.name))));
    if let Some(reference) = &scenario.reference {
        lines.push(labelled_whole("see", LABEL, &printable_up_to(reference, 2_000)));
    }
    lines.join("\n")
}

/// A command as its author wrote it. A list is shown as a shell would take it.
fn command(command: &Command) -> String {
    match command {
        Command::Shell(line) => line.trim().to_owned(),
        Command::Program(words) => words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" "),
    }
}

fn connections(evidence: &ClientEvidence) -> Group {
    let row =
        |word: String, detail: String, after: String| Row { word, version: String::new(), detail, after };
    let mut rows: Vec<Row> = Vec::new();
    for seen in evidence.connections.iter().take(CONNECTIONS) {
        let (offer, came) = connection(seen);
        let by = if seen.by_proxy { ", by the proxy" } else { "" };
        let after = format!("after {}", duration(seen.started + seen.elapsed));
        if offer.is_empty() {
            rows.push(row(String::new(), format!("{came}{by}"), after));
        } else {
            rows.push(row(String::new(), format!("{offer}{by}"), after));
            rows.push(row(String::new(), format!("→ {came}"), String::new()));
        }
    }
    if evidence.connections.is_empty() {
        rows.push(row(String::new(), "none".to_owned(), String::new()));
    }
    let more = evidence.connections.len().saturating_sub(CONNECTIONS);
    if more > 0 {
        rows.push(row(String::new(), format!("… and {more} more"), String::new()));
    }
    Group { label: "connection".to_owned(), rows }
}

/// The last lines of what a program printed, each escaped; `None` where it printed nothing.
fn last_lines(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let left_out = lines.len().saturating_sub(OUTPUT_LINES);
    let shown = lines.iter().skip(left_out).map(|line| printable(line));
    let shown: Vec<String> =
        (left_out > 0).then(|| format!("… {left_out} lines before")).into_iter().chain(shown).collect();
    (!shown.is_empty()).then(|| shown.join("\n"))
}

fn elsewhere(evidence: &ClientEvidence) -> String {
    let shown = evidence
        .elsewhere
        .iter()
        .take(ELSEWHERE)
        .map(|it| format!("{} ({})", it.host, if it.let_through { "let through" } else { "refused" }));
    let more = evidence.elsewhere.len().saturating_sub(ELSEWHERE);
    let more = (more > 0).then(|| format!("and {more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}
