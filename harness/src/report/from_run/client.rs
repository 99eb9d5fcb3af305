//! A program on trial and its connections as a report has them.

use super::super::key;
use super::super::model::{Elsewhere, Hello, Observation as Row, Program, Text};
use super::super::words::client::{connection, way_words};
use super::observation::empty;
use super::{milliseconds, version};
use crate::escape::{printable, printable_up_to};
use crate::evidence::Refusal;
use crate::evidence::client::{Came, ClientConnection, ClientEvidence, Declined, ProgramEnd, Then, Way};
use crate::scenario::{Client, Command, Scenario};
use crate::version::Version;
use crate::wire::{AlertDescription, ClientHello, NamedGroup};

/// How much of a program's output goes into a report, in characters from its end.
const OUTPUT: usize = 4_000;

/// How many names each list of a ClientHello may have in a report: what a program sends is no reason for
/// a report of gigabytes.
const NAMES: usize = 256;

pub(super) fn report(client: &Client, evidence: &ClientEvidence) -> Program {
    let (command, shell) = match &client.command {
        Command::Shell(line) => (vec![line.clone()], true),
        Command::Program(words) => (words.clone(), false),
    };
    let (exit_code, signal) = match evidence.program.end {
        ProgramEnd::Exited(code) => (Some(code), None),
        ProgramEnd::Signalled(signal) => (None, Some(signal)),
        _ => (None, None),
    };
    let elsewhere = evidence.elsewhere.iter();
    Program {
        command,
        shell,
        reach: match evidence.way {
            Way::Namespace | Way::SharedNamespace => "namespace",
            Way::Proxy { .. } => "proxy",
            Way::None(_) => "none",
        }
        .into(),
        reach_detail: way_words(&evidence.way, evidence.live),
        exit_code,
        signal,
        timed_out: evidence.program.end == ProgramEnd::TimedOut,
        elapsed_ms: milliseconds(evidence.program.elapsed),
        stdout: tail(&evidence.program.stdout),
        stderr: tail(&evidence.program.stderr),
        also_wanted: elsewhere
            .map(|it| Elsewhere {
                host: it.host.clone(),
                let_through: it.let_through,
                barred: it.barred.map(|barred| barred.to_string()),
            })
            .collect(),
    }
}

/// JSON escapes what a terminal obeys by itself: here it is only cut.
fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let left_out = text.chars().count().saturating_sub(OUTPUT);
    text.chars().skip(left_out).collect()
}

/// Each connection to the endpoint.
pub(super) fn rows(scenario: &Scenario, evidence: &ClientEvidence) -> Vec<Row> {
    evidence.connections.iter().map(|connection| row(scenario, connection)).collect()
}

fn row(scenario: &Scenario, seen: &ClientConnection) -> Row {
    let (_, detail) = connection(seen);
    let mut row = Row {
        server_name: seen.hello.as_ref().and_then(|hello| hello.server_name.as_deref()).map(printable),
        offered: offered(seen.hello.as_deref()),
        step: "client".into(),
        outcome: key::client_outcome(&seen.came).into(),
        detail,
        started_ms: milliseconds(seen.started),
        elapsed_ms: milliseconds(seen.elapsed),
        connections: 1,
        hello_sent: seen.hello.as_deref().map(hello),
        by_proxy: Some(seen.by_proxy),
        ..empty(scenario)
    };
    row.strength = (row.outcome == "refused").then(|| strength(&seen.came).into());
    match &seen.came {
        Came::Chosen { version: chosen, cipher_suite, group, then } => {
            row.version = Some(version(*chosen));
            row.cipher_suite = cipher_suite.map(|suite| suite.to_string());
            row.group = group.map(|group| group.to_string());
            match then {
                Then::Alert(alert) | Then::EndedByHost(Refusal::Alert(alert)) => {
                    row.alert = Some(alert.to_string());
                    row.alert_code = Some(alert.0);
                }
                Then::Data { status } => row.http_status = *status,
                _ => {}
            }
        }
        Came::AlertFirst(alert) => {
            row.alert = Some(alert.to_string());
            row.alert_code = Some(alert.0);
        }
        _ => {}
    }
    row
}

/// What only the version can have caused is strong.
fn strength(came: &Came) -> &'static str {
    let refusal = match came {
        Came::NoVersion => Refusal::Alert(AlertDescription::PROTOCOL_VERSION),
        Came::AlertFirst(alert) | Came::Chosen { then: Then::Alert(alert), .. } => Refusal::Alert(*alert),
        Came::Declined(Declined::Refused(refusal)) => *refusal,
        _ => Refusal::Closed,
    };
    key::strength(refusal)
}

fn offered(hello: Option<&ClientHello>) -> Vec<Text> {
    let versions =
        Version::ALL.into_iter().filter(|version| hello.is_some_and(|hello| hello.offers(*version)));
    versions.map(version).collect()
}

fn hello(hello: &ClientHello) -> Hello {
    let code = |code: &u16| format!("0x{code:04x}");
    Hello {
        record_version: code(&hello.record_version),
        legacy_version: code(&hello.legacy_version),
        ssl2_format: hello.is_ssl2,
        supported_versions: hello.supported_versions.as_ref().map(|versions| {
            let name =
                |it: &u16| Version::from_code(*it).map_or_else(|| code(it), |known| known.key().to_owned());
            versions.iter().take(NAMES).map(name).collect()
        }),
        cipher_suites: hello.cipher_suites.iter().take(NAMES).map(ToString::to_string).collect(),
        groups: hello.groups.iter().take(NAMES).map(NamedGroup::to_string).collect(),
        key_shares: hello.key_shares.iter().take(NAMES).map(NamedGroup::to_string).collect(),
        signature_algorithms: hello.signature_algorithms.iter().take(NAMES).map(code).collect(),
        server_name: hello.server_name.as_deref().map(printable),
        alpn: hello
            .alpn
            .iter()
            .take(NAMES)
            .map(|it| printable_up_to(&String::from_utf8_lossy(it), 255))
            .collect(),
    }
}
