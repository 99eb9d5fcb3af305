//! One observation as an object of the report.

use serde::Serialize;

use super::super::words::{certificate, unreachable};
use super::super::{Outcome as TestOutcome, date, describe, key};
use super::client::{self, Hello as HelloSent};
use super::milliseconds;
use crate::evidence::{
    Doubt, Followed, Gathered, Hello, HttpOutcome, Observation, Outcome, Refusal, Session,
};
use crate::scenario::Scenario;
use crate::verdict::is_control;
use crate::version::Version;

#[derive(Serialize)]
pub(super) struct Row {
    pub(super) address: Option<String>,
    pub(super) server_name: Option<String>,
    pub(super) offered: Vec<&'static str>,
    /// Which hello for these versions.
    pub(super) hello: Option<&'static str>,
    pub(super) step: &'static str,
    pub(super) outcome: &'static str,
    pub(super) strength: Option<&'static str>,
    pub(super) alert: Option<String>,
    pub(super) alert_code: Option<u8>,
    /// Warning alerts before the outcome.
    pub(super) warnings: Vec<String>,
    pub(super) version: Option<&'static str>,
    pub(super) cipher_suite: Option<String>,
    pub(super) group: Option<String>,
    pub(super) hello_retry: bool,
    pub(super) client_certificate_wanted: bool,
    pub(super) certificate: Option<Certificate>,
    pub(super) http_status: Option<u16>,
    pub(super) http_location: Option<String>,
    /// All of this, for people.
    pub(super) detail: String,
    pub(super) started_ms: f64,
    pub(super) elapsed_ms: f64,
    pub(super) connections: u32,
    pub(super) control: bool,
    /// Of a program on trial: its ClientHello.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hello_sent: Option<HelloSent>,
    /// Of a program on trial: whether it came through the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) by_proxy: Option<bool>,
}

#[derive(Serialize)]
pub(super) struct Certificate {
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
    let evidence = match &outcome.evidence {
        Gathered::Server(evidence) => evidence,
        Gathered::Client(evidence) => return client::rows(scenario, evidence),
    };
    let unresolved = evidence.unresolved.as_ref().map(|reason| Row {
        detail: unreachable(reason),
        elapsed_ms: milliseconds(outcome.elapsed),
        ..empty(scenario)
    });
    let observed = evidence.addresses.iter().flat_map(|address| &address.observations);
    unresolved.into_iter().chain(observed.map(|observation| row(scenario, observation))).collect()
}

/// What there is to say of nothing.
pub(super) fn empty(scenario: &Scenario) -> Row {
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
        hello_sent: None,
        by_proxy: None,
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
        ..empty(scenario)
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
            row.strength = Some(key::strength(*refusal));
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
