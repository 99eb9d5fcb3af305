//! Observations as a report has them.

use super::super::model::{Asked as AskedRow, Certificate, Observation as Row};
use super::super::words::required::{chain, reply};
use super::super::words::{certificate, unreachable};
use super::super::{Outcome as TestOutcome, date, describe, key};
use super::{client, milliseconds, version};
use crate::evidence::{
    Asked, Doubt, Followed, Gathered, Hello, HttpOutcome, Observation, Outcome, Question, Refusal, Session,
    Staple,
};
use crate::scenario::Scenario;
use crate::verdict::is_control;

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
        offered: scenario.versions.iter().map(version).collect(),
        hello: None,
        step: "resolve".into(),
        outcome: "unreachable".into(),
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
        offered: observation.offer.versions.iter().map(version).collect(),
        hello: Some(key::hello(observation.offer.hello).into()),
        step: if observation.offer.hello == Hello::Rustls { "handshake" } else { "hello" }.into(),
        outcome: key::outcome(&observation.outcome).into(),
        warnings: observation.warnings.iter().map(ToString::to_string).collect(),
        version: observation.chosen().map(version),
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
            row.strength = Some(key::strength(*refusal).into());
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
        outcome: key::certificate(&session.certificate).into(),
        detail: certificate(&session.certificate),
        names: leaf.map(|leaf| leaf.names.clone()).unwrap_or_default(),
        issuer: leaf.map(|leaf| leaf.issuer.clone()),
        not_before: leaf.map(|leaf| date::moment(leaf.not_before)),
        not_after: leaf.map(|leaf| date::moment(leaf.not_after)),
        subject: leaf.map(|leaf| leaf.subject.clone()),
        key: leaf.map(|leaf| leaf.key.to_string()),
        key_bits: leaf.and_then(|leaf| leaf.key.bits()),
        signature_algorithm: leaf.map(|leaf| leaf.signature.algorithm.clone()),
        sha256: leaf.map(|leaf| leaf.sha256.clone()),
        sent: Some(session.chain.sent),
        chain: Some(chain(session.chain.sent, &session.chain.end)),
        ocsp_staple: Some(session.staple != Staple::Missing),
    }
}

/// A further question and its reply.
pub(super) fn asked(asked: &Asked) -> AskedRow {
    AskedRow {
        question: key::question(&asked.question).into(),
        protocol: match &asked.question {
            Question::Protocol(protocol) => Some(protocol.clone()),
            Question::Staple(_) | Question::PlainHttp { .. } => None,
        },
        reply: key::reply(&asked.reply).into(),
        detail: reply(&asked.question, &asked.reply),
        elapsed_ms: milliseconds(asked.took),
        connections: asked.connections,
    }
}
