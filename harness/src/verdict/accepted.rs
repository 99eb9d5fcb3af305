//! When an acceptance is proven.

use std::collections::HashSet;
use std::sync::Arc;

use super::Finding;
use super::required::{self, Tally};
use crate::evidence::{
    Acceptance, Asked, CertificateOutcome, Followed, Hello, HttpOutcome, Observation, Outcome, Session,
    Strength,
};
use crate::scenario::{Acceptable, CertificateExpectation, Depth};
use crate::version::{Version, VersionRange};
use crate::wire::{FINISHED_GROUPS, FINISHED_SUITES};

/// What one address comes to, by whether a client that offers the range gets what is expected: all that is not
/// so, what matters most first, or else the acceptance. Never empty.
pub(super) fn findings(
    range: VersionRange,
    depth: Depth,
    acceptable: &Acceptable,
    observations: &[&Observation],
    asked: &[Arc<Asked>],
) -> Vec<Finding> {
    let (acceptance, session) = match reached(range, depth, observations) {
        Ok((acceptance, session)) if range.contains(acceptance.version) => (acceptance, session),
        Ok((acceptance, _)) => return vec![Finding::AnsweredBelow(acceptance.version)],
        Err(finding) => return vec![finding],
    };
    let Acceptance { version, cipher_suite, .. } = acceptance;
    let mut all = Vec::new();
    if let Some(expected) = acceptable.version.filter(|expected| *expected != version) {
        all.push(Finding::OtherVersion { expected, chosen: version });
    }
    match session {
        None if depth > Depth::Hello && asks_for_more(depth, acceptable) => {
            all.push(Finding::CannotFinish { version, cipher_suite, group: None });
        }
        None => {}
        Some(session) => {
            all.extend(unexpected(depth, acceptable, session));
            all.extend(unmet(range, &required::tally(&acceptable.requirements, session, asked)));
        }
    }
    if all.is_empty() {
        all.push(Finding::Accepted(version));
    }
    all
}

/// What was accepted, and the handshake that followed where the depth wants one and there can be one.
fn reached<'o>(
    range: VersionRange,
    depth: Depth,
    observations: &[&'o Observation],
) -> Result<(Acceptance, Option<&'o Session>), Finding> {
    let handshake = observations.iter().find(|observation| observation.offer.hello == Hello::Rustls);
    let hello = hello_of(range, observations);
    // rustls speaks no version below 1.2: there the hello is all the evidence that can be had.
    let hello_is_enough = depth == Depth::Hello
        || matches!(&hello, Some(Ok(acceptance)) if acceptance.version < Version::Tls12);
    if hello_is_enough {
        return hello.unwrap_or(Err(Finding::NotProbed(range))).map(|acceptance| (acceptance, None));
    }
    let Some(observation) = handshake else {
        return Err(hello.and_then(Result::err).unwrap_or(Finding::NotProbed(range)));
    };
    match (&observation.outcome, &observation.followed) {
        (Outcome::Accepted(acceptance), Some(Followed::Session(session))) => Ok((*acceptance, Some(session))),
        (Outcome::Accepted(acceptance), Some(Followed::Broken(why))) => {
            Err(Finding::HandshakeBroke { version: acceptance.version, why: why.clone() })
        }
        (Outcome::Accepted(_), None) => Err(Finding::NotProbed(range)),
        (outcome, _) => Err(without_handshake(range, outcome, hello)),
    }
}

/// What is proven not to be met, else what is not known of.
fn unmet(range: VersionRange, tally: &Tally) -> Option<Finding> {
    match (tally.unmet.split_first(), &tally.unsettled) {
        (Some((first, others)), _) => {
            Some(Finding::Unmet { first: Box::new(first.clone()), others: others.to_vec() })
        }
        (None, Some(unsettled)) => Some(Finding::Unsettled(unsettled.clone())),
        (None, None) => tally.is_incomplete.then_some(Finding::NotProbed(range)),
    }
}

/// Whether a scenario says more of an acceptance than that there is one.
fn asks_for_more(depth: Depth, acceptable: &Acceptable) -> bool {
    depth == Depth::Http
        || acceptable.certificate_valid_for.is_some()
        || !acceptable.requirements.is_empty()
        || !matches!(acceptable.certificate, CertificateExpectation::Trusted | CertificateExpectation::Any)
}

/// What the first flights say: accepted, or why not; `None` where none was made.
fn hello_of(range: VersionRange, observations: &[&Observation]) -> Option<Result<Acceptance, Finding>> {
    let hellos: Vec<&Observation> = observations
        .iter()
        .copied()
        .filter(|observation| !matches!(observation.offer.hello, Hello::Rustls | Hello::Tailored(_)))
        .filter(|observation| observation.offer.versions.intersection(range).is_some())
        .collect();
    let accepted = hellos.iter().filter_map(|observation| match &observation.outcome {
        Outcome::Accepted(acceptance) if range.contains(acceptance.version) => Some(*acceptance),
        _ => None,
    });
    // Some of the hellos leave TLS 1.3 out; a client that offers it gets it.
    if let Some(acceptance) = accepted.rev().max_by_key(|acceptance| acceptance.version) {
        return Some(Ok(acceptance));
    }
    let mut weak = None;
    for observation in &hellos {
        match &observation.outcome {
            Outcome::Refused(refusal) if refusal.strength() == Strength::Weak => {
                let same: HashSet<Hello> = hellos
                    .iter()
                    .filter(|other| other.offer.versions == observation.offer.versions)
                    .map(|other| other.offer.hello)
                    .collect();
                if same.len() < 2 {
                    return Some(Err(Finding::Unconfirmed(observation.offer.versions.max())));
                }
                weak = weak.or(Some(Finding::NotAccepted(*refusal)));
            }
            outcome => return Some(Err(why_not(observation.offer.versions, outcome))),
        }
    }
    weak.map(Err)
}

/// The full handshake was not accepted: the first flight says whether the version was.
fn without_handshake(
    range: VersionRange,
    outcome: &Outcome,
    hello: Option<Result<Acceptance, Finding>>,
) -> Finding {
    match (outcome, hello) {
        (outcome @ (Outcome::Refused(_) | Outcome::Violation(_)), Some(Ok(acceptance))) => {
            let Acceptance { version, cipher_suite, .. } = acceptance;
            let group = acceptance.group.filter(|group| !FINISHED_GROUPS.contains(group));
            match outcome {
                _ if !FINISHED_SUITES.contains(&cipher_suite) => {
                    Finding::CannotFinish { version, cipher_suite, group: None }
                }
                _ if group.is_some() => Finding::CannotFinish { version, cipher_suite, group },
                Outcome::Refused(refusal) => Finding::HandshakeRefused { version, refusal: *refusal },
                outcome => why_not(range, outcome),
            }
        }
        (Outcome::Refused(refusal), None) if refusal.strength() == Strength::Weak => {
            Finding::Unconfirmed(range.max())
        }
        // Our own reader sees more than rustls says: a lower answer, say.
        (Outcome::Refused(_) | Outcome::Violation(_), Some(Err(finding))) => finding,
        (outcome, _) => why_not(range, outcome),
    }
}

/// An outcome that is no acceptance, as a finding.
fn why_not(versions: VersionRange, outcome: &Outcome) -> Finding {
    match outcome {
        Outcome::Accepted(acceptance) => Finding::AnsweredBelow(acceptance.version),
        Outcome::Answered(answer) => Finding::AnsweredBelow(answer.version),
        Outcome::Refused(refusal) => Finding::NotAccepted(*refusal),
        Outcome::Inconclusive(doubt) => Finding::CannotTell(versions.max(), doubt.clone()),
        Outcome::Unreachable(reason) => Finding::CannotReach(reason.clone()),
        Outcome::NotTls { .. } => Finding::NotTls,
        Outcome::Violation(violation) => Finding::BrokeProtocol(violation.clone()),
    }
}

/// What about a session is not as expected, what matters most first.
fn unexpected(depth: Depth, acceptable: &Acceptable, session: &Session) -> Vec<Finding> {
    let mut all = Vec::new();
    if !is_expected(acceptable.certificate, &session.certificate) {
        // What is wrong with a chain says more than that its issuer is unknown.
        let chain = required::chain(&acceptable.requirements, &session.chain)
            .filter(|_| session.certificate == CertificateOutcome::UnknownIssuer);
        all.push(match chain {
            Some(chain) => Finding::Unmet { first: Box::new(chain), others: Vec::new() },
            None => {
                Finding::Certificate { expected: acceptable.certificate, found: session.certificate.clone() }
            }
        });
    } else if let (Some(needed), Some((_, found))) =
        (acceptable.certificate_valid_for, &session.certificate_ahead)
        // What was wrong and expected from the beginning is not a matter of time.
        && *found != session.certificate
    {
        all.push(Finding::CertificateEndsSoon { needed, found: found.clone() });
    }
    if depth < Depth::Http {
        return all;
    }
    match (&session.http, &acceptable.status) {
        (Some(HttpOutcome::Status { status, location }), Some(expected)) if !expected.contains(*status) => {
            let (expected, location) = (expected.clone(), location.clone());
            all.push(Finding::OtherStatus { expected, status: *status, location });
        }
        (Some(HttpOutcome::Status { .. }), _) => {}
        (Some(HttpOutcome::Failed(why)), _) => all.push(Finding::NoHttpAnswer(why.clone())),
        // Nothing is asked of whoever showed the wrong certificate.
        (Some(HttpOutcome::NotSent) | None, _) if !all.is_empty() => {}
        (Some(HttpOutcome::NotSent) | None, _) => {
            all.push(Finding::NoHttpAnswer("the request was not sent".to_owned()));
        }
    }
    all
}

/// Whether what verifying came to is what the scenario expects.
#[must_use]
pub(crate) fn is_expected(expected: CertificateExpectation, found: &CertificateOutcome) -> bool {
    match expected {
        CertificateExpectation::Any => true,
        CertificateExpectation::Trusted => *found == CertificateOutcome::Trusted,
        CertificateExpectation::Expired => *found == CertificateOutcome::Expired,
        CertificateExpectation::UnknownIssuer => *found == CertificateOutcome::UnknownIssuer,
        CertificateExpectation::NameMismatch => *found == CertificateOutcome::NameMismatch,
    }
}
