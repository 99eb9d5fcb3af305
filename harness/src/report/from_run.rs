//! One test, run and judged, as a report has it.

use std::net::SocketAddr;
use std::time::Duration;

use super::model::{Address, Asked, Guidance, Inventory, Repeated, RuleOf, Side, Test, Text, Waiver};
use super::words::rounds::slowed_down;
use super::{Outcome, expectation, explanation, headline, key};
use crate::evidence::{AddressEvidence, Gathered, Observation};
use crate::verdict::client::Proof;
use crate::verdict::inventory::{enumerates, inventory as inventory_of};
use crate::verdict::observed::of_address;
use crate::verdict::{ClientFinding, Fact, Finding, Verdict, versions};
use crate::version::{Version, VersionRange};

mod certificate_end;
mod client;
mod observation;

/// What a report says of a test. `rerun` is the command that runs a test again, its name left out.
#[must_use]
pub fn test(outcome: &Outcome, rerun: &str) -> Test {
    let scenario = &*outcome.test.scenario;
    let addresses = outcome.judgement.addresses.iter().map(|address| {
        let evidence = outcome.addresses().iter().find(|evidence| evidence.address == address.address);
        let repeated = evidence.and_then(|evidence| evidence.repeated.as_ref());
        Address {
            address: address.address.to_string(),
            verdict: address.verdict,
            finding: key::finding(&address.finding).into(),
            reason: headline(&address.finding, scenario.versions),
            inventory: evidence.map(inventory).unwrap_or_default(),
            observed: words(&of_address(address)),
            asked: asked_of(&outcome.evidence, address.address),
            slowed: evidence.and_then(|evidence| evidence.slowed.as_ref()).map(slowed_down),
            repeated: repeated.map(|it| Repeated { times: it.times, alike: it.alike }),
        }
    });
    let (without_route, program) = match (&outcome.evidence, &scenario.client) {
        (Gathered::Server(evidence), _) => {
            (evidence.without_route.iter().map(SocketAddr::to_string).collect(), None)
        }
        (Gathered::Client(evidence), client) => {
            (Vec::new(), client.as_ref().map(|client| client::report(client, evidence)))
        }
    };
    let (found, verdict) = (outcome.judgement.verdict, outcome.verdict());
    Test {
        name: outcome.test.name.clone(),
        place: outcome.test.place,
        file: scenario.place.file.to_string(),
        line: scenario.place.line,
        column: scenario.place.column,
        side: if scenario.client.is_some() { Side::Client } else { Side::Server },
        against: outcome.against,
        host: outcome.test.host.name.to_string(),
        port: outcome.test.host.port,
        subject: explanation::subject(outcome),
        expected: key::expectation(&scenario.expectation).into(),
        expectation: expectation(scenario),
        min_version: version(scenario.versions.min()),
        max_version: version(scenario.versions.max()),
        verdict,
        found: (verdict != found).then_some(found),
        finding: key::decided_by(found, verdict, key::finding(&outcome.judgement.finding).into()),
        reason: explanation::reason(outcome),
        observed: if found == Verdict::Passed { Vec::new() } else { words(&outcome.observed()) },
        elapsed_ms: milliseconds(outcome.elapsed),
        title: scenario.title.clone(),
        reference: scenario.reference.clone(),
        advice: scenario.advice.clone(),
        enforce_from: scenario.calendar.enforce_from.map(|day| day.to_string()),
        waiver: scenario.calendar.waiver.as_ref().map(|waiver| {
            Box::new(Waiver {
                until: waiver.until.to_string(),
                reason: waiver.reason.clone(),
                ticket: waiver.ticket.clone(),
                observed: waiver.observed.as_deref().map(words).unwrap_or_default(),
                line: Some(waiver.place.line),
                last_line: (waiver.last_line > waiver.place.line).then_some(waiver.last_line),
                tests: None,
            })
        }),
        rule: scenario
            .rule
            .as_ref()
            .map(|rule| RuleOf { policy: rule.policy.clone(), key: rule.key.clone() }),
        is_advice: scenario.calendar.is_advice,
        certificate_end: certificate_end::of(outcome).map(Box::new),
        baseline: None,
        note: note(outcome),
        guidance: guidance(outcome, rerun).map(Box::new),
        versions: versions::states(scenario, &outcome.evidence, &outcome.judgement),
        addresses: addresses.collect(),
        without_route,
        client: program.map(Box::new),
        observations: observation::rows(outcome).into(),
    }
}

/// What was found one by one at an address.
fn inventory(evidence: &AddressEvidence) -> Vec<Inventory> {
    let observations: Vec<&Observation> = evidence.observations.iter().map(AsRef::as_ref).collect();
    let is_enumerated = |version: &Version| {
        observations.iter().any(|observation| {
            observation.offer.versions == VersionRange::only(*version) && enumerates(observation.offer.hello)
        })
    };
    let of_version = |version: Version| {
        let found = inventory_of(version, &observations);
        Inventory {
            version: self::version(version),
            cipher_suites: found.suites.iter().map(|suite| suite.to_string().into()).collect(),
            groups: found.groups.iter().map(|group| group.to_string().into()).collect(),
            all_cipher_suites: found.open_suites.is_empty(),
            all_groups: found.open_groups.is_empty(),
        }
    };
    Version::ALL.into_iter().filter(is_enumerated).map(of_version).collect()
}

fn asked_of(evidence: &Gathered, address: SocketAddr) -> Vec<Asked> {
    let Gathered::Server(evidence) = evidence else { return Vec::new() };
    let of_address = evidence.addresses.iter().filter(|evidence| evidence.address == address);
    of_address.flat_map(|evidence| &evidence.asked).map(|asked| observation::asked(asked)).collect()
}

/// Of programs that speak the version, and whose trust, which is not on trial, stood in the way of more.
fn note(outcome: &Outcome) -> Option<String> {
    match &outcome.judgement.finding {
        Finding::Client(ClientFinding::Speaks(_, proof))
            if !matches!(proof, Proof::Data(_) | Proof::KeyExchange) =>
        {
            Some(explanation::in_short(outcome))
        }
        _ => None,
    }
}

fn guidance(outcome: &Outcome, rerun: &str) -> Option<Guidance> {
    if outcome.verdict() == Verdict::Passed {
        return None;
    }
    Some(Guidance {
        consequence: explanation::consequence(outcome),
        to_do: explanation::to_do(outcome),
        rerun: explanation::rerun_of(outcome, rerun),
        see: explanation::see(outcome),
        explanation: explanation::explain(outcome, rerun),
    })
}

fn words(facts: &[Fact]) -> Vec<String> {
    facts.iter().map(ToString::to_string).collect()
}

fn version(version: Version) -> Text {
    version.key().into()
}

/// Milliseconds with three digits: a report is read by people too.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
