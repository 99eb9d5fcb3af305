//! One observation as an object of the report.

use serde::Serialize;

use super::super::words::{certificate, unreachable};
use super::super::{Outcome as TestOutcome, date, describe, key};
use super::milliseconds;
use crate::evidence::{
    Doubt, Followed, Hello, HttpOutcome, Observation, Outcome, Refusal, Session, Strength,
};
use crate::scenario::Scenario;
use crate::verdict::is_control;
use crate::version::Version;

#[derive(Serialize)]
pub(super) struct Row {
    address: Option<String>,
    server_name: Option<String>,
    offered: Vec<&'static str>,
    /// Which hello for these versions.
    hello: Option<&'static str>,
    step: &'static str,
    outcome: &'static str,
    strength: Option<&'static str>,
    alert: Option<String>,
    alert_code: Option<u8>,
    /// Warning alerts before the outcome.
    warnings: Vec<String>,
    version: Option<&'static str>,
    cipher_suite: Option<String>,
    group: Option<String>,
    hello_retry: bool,
    client_certificate_wanted: bool,
    certificate: Option<Certificate>,
    http_status: Option<u16>,
    http_location: Option<String>,
    /// All of this, for people.
    detail: String,
    started_ms: f64,
    elapsed_ms: f64,
    connections: u32,
    control: bool,
}

#[derive(Serialize)]
struct Certificate {
    /// What verifying it came to, as `certificate` has it in a scenario; `other` else.
    outcome: &'static str,
    /// The same, for people.
    detail: String,
    names: Vec<String>,
    issuer: Option<String>,
    not_before: Option<String>,
    not_after: Option<String>,
}

/// All observations of a test, or the one that there was nothing to observe.
pub(super) fn rows(outcome: &TestOutcome) -> Vec<Row> {
    let scenario = &*outcome.test.scenario;
    let unresolved = outcome.evidence.unresolved.as_ref().map(|reason| Row {
        detail: unreachable(reason),
        elapsed_ms: milliseconds(outcome.elapsed),
        ..unresolved(scenario)
    });
    let observed = outcome.evidence.addresses.iter().flat_map(|address| &address.observations);
    unresolved.into_iter().chain(observed.map(|observation| row(scenario, observation))).collect()
}

fn unresolved(scenario: &Scenario) -> Row {
    Row {
        address: None,
        server_name: None,
        offered: scenario.versions.iter().map(Version::key).collect(),
        hello: None,
        step: "resolve",
        outcome: "unreachable",
        strength: None,
        alert: None,
        alert_code: None,
        warnings: Vec::new(),
        version: None,
        cipher_suite: None,
        group: None,
        hello_retry: false,
        client_certificate_wanted: false,
        certificate: None,
        http_status: None,
        http_location: None,
        detail: String::new(),
        started_ms: 0.0,
        elapsed_ms: 0.0,
        connections: 0,
        control: false,
    }
}

fn row(scenario: &Scenario, observation: &Observation) -> Row {
    let (_, detail) = describe(observation);
    let mut row = Row {
        address: observation.address.map(|address| address.to_string()),
        server_name: observation.server_name.clone(),
        offered: observation.offer.versions.iter().map(Version::key).collect(),
        hello: Some(key::hello(observation.offer.hello)),
        step: if observation.offer.hello == Hello::Rustls { "handshake" } else { "hello" },
        outcome: key::outcome(&observation.outcome),
        warnings: observation.warnings.iter().map(ToString::to_string).collect(),
        version: observation.chosen().map(Version::key),
        detail,
        started_ms: milliseconds(observation.started),
        elapsed_ms: milliseconds(observation.timing.total),
        connections: observation.connections,
        control: is_control(&scenario.expectation, scenario.versions, observation),
        ..unresolved(scenario)
    };
    match &observation.outcome {
        Outcome::Accepted(acceptance) => {
            row.cipher_suite = Some(acceptance.cipher_suite.to_string());
            row.group = acceptance.group.map(|group| group.to_string());
            row.hello_retry = acceptance.hello_retry;
            row.client_certificate_wanted = acceptance.client_certificate_wanted;
        }
        Outcome::Answered(answer) => row.cipher_suite = Some(answer.cipher_suite.to_string()),
        Outcome::Refused(refusal) => {
            row.strength = Some(match refusal.strength() {
                Strength::Strong => "strong",
                Strength::Weak => "weak",
            });
        }
        _ => {}
    }
    if let Outcome::Refused(Refusal::Alert(alert)) | Outcome::Inconclusive(Doubt::Alert(alert)) =
        &observation.outcome
    {
        row.alert = Some(alert.to_string());
        row.alert_code = Some(alert.0);
    }
    if let Some(Followed::Session(session)) = &observation.followed {
        row.certificate = Some(certificate_of(session));
        if let Some(HttpOutcome::Status { status, location }) = &session.http {
            row.http_status = Some(*status);
            row.http_location.clone_from(location);
        }
    }
    row
}

fn certificate_of(session: &Session) -> Certificate {
    let leaf = session.leaf.as_ref();
    Certificate {
        outcome: key::certificate(&session.certificate),
        detail: certificate(&session.certificate),
        names: leaf.map(|leaf| leaf.names.clone()).unwrap_or_default(),
        issuer: leaf.map(|leaf| leaf.issuer.clone()),
        not_before: leaf.map(|leaf| date::moment(leaf.not_before)),
        not_after: leaf.map(|leaf| date::moment(leaf.not_after)),
    }
}
