//! What `probe` prints: a line per version, then the certificate, and where the addresses differ.

use std::net::SocketAddr;
use std::sync::Arc;

use super::layout::{Group, Row, WIDTH, labelled, table, wrap};
use super::words::{self, ip};
use super::{describe, headline};
use crate::evidence::{
    Acceptance, AddressEvidence, CertificateDetails, CertificateOutcome, Evidence, Followed, Observation,
    Outcome,
};
use crate::probe::Posture;
use crate::scenario::{Addresses, Depth, Expectation, Host};
use crate::verdict::{Charge, Finding, Verdict, judge};
use crate::version::{Version, VersionRange};

/// What is known about a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// All of it, a line end after every line.
    pub text: String,
    /// Whether at least one version was accepted or refused for certain, at one address at least.
    pub conclusive: bool,
}

/// What one address does.
struct Block {
    addresses: Vec<SocketAddr>,
    /// A row for each version, then the certificate: what it is about, a word, and the rest.
    rows: Vec<(String, &'static str, String)>,
}

/// All addresses of a host: those that do the same stand together, and where they differ it is said.
/// `now` is in seconds since 1970.
#[must_use]
pub fn describe_host(host: &Host, postures: &[(SocketAddr, Posture)], now: u64) -> Description {
    let mut blocks: Vec<Block> = Vec::new();
    for (address, posture) in postures {
        let rows = rows(*address, posture, now);
        match blocks.iter_mut().find(|block| block.rows == rows) {
            Some(block) => block.addresses.push(*address),
            None => blocks.push(Block { addresses: vec![*address], rows }),
        }
    }
    let mut lines: Vec<String> = blocks.iter().flat_map(|block| block.lines(host)).collect();
    if let Some(topics) = difference(&blocks) {
        let text =
            format!("the addresses differ: {topics}; all servers of a service should agree (RFC 9325 3.1)");
        lines.extend(wrap(&text, WIDTH));
    }
    let known = |block: &Block| block.rows.iter().any(|(_, word, _)| [ACCEPTED, REFUSED].contains(word));
    Description { text: lines.join("\n") + "\n", conclusive: blocks.iter().any(known) }
}

/// What the addresses differ in.
fn difference(blocks: &[Block]) -> Option<String> {
    let (first, others) = blocks.split_first()?;
    let topics: Vec<&str> = first
        .rows
        .iter()
        .enumerate()
        .filter(|(index, row)| others.iter().any(|other| other.rows.get(*index) != Some(row)))
        .map(|(_, (topic, ..))| topic.as_str())
        .collect();
    if topics.is_empty() { None } else { Some(topics.join(", ")) }
}

impl Block {
    fn lines(&self, host: &Host) -> Vec<String> {
        let addresses: Vec<String> = self
            .addresses
            .iter()
            .map(|address| if address.port() == host.port { ip(address.ip()) } else { address.to_string() })
            .collect();
        let mut lines = wrap(&format!("{host} ({})", addresses.join(", ")), WIDTH);
        let (versions, certificate) = self.rows.split_at(Version::ALL.len().min(self.rows.len()));
        let groups: Vec<Group> = versions
            .iter()
            .map(|(topic, word, detail)| Group {
                label: topic.clone(),
                rows: vec![Row { word: (*word).to_owned(), detail: detail.clone(), ..Row::default() }],
            })
            .collect();
        lines.extend(table(&groups, "TLS 1.3".len()));
        for (topic, _, detail) in certificate {
            lines.extend(labelled(topic, "certificate".len(), detail));
        }
        lines
    }
}

fn rows(address: SocketAddr, posture: &Posture, now: u64) -> Vec<(String, &'static str, String)> {
    let versions = Version::ALL.into_iter().map(|version| {
        let (word, detail) = about(version, address, posture);
        (version.to_string(), word, detail)
    });
    let certificate = ("certificate".to_owned(), "", certificate(posture, now));
    versions.chain([certificate]).chain(about_certificate(posture)).collect()
}

const ACCEPTED: &str = "accepted";
const REFUSED: &str = "refused";
const UNKNOWN: &str = "unclear";

/// What is known about one version: judged as if it had to be refused, so that the same rules hold
/// as for scenarios.
fn about(version: Version, address: SocketAddr, posture: &Posture) -> (&'static str, String) {
    let charge = Charge {
        versions: VersionRange::only(version),
        expectation: &Expectation::Refused { alert: None },
        depth: Depth::Hello,
        addresses: Addresses::All,
    };
    let evidence = Evidence {
        unresolved: None,
        addresses: vec![AddressEvidence::of(address, posture.observations.clone(), Vec::new())],
        without_route: Vec::new(),
    };
    let alone: Vec<&Arc<Observation>> = posture
        .observations
        .iter()
        .filter(|observation| observation.offer.versions == charge.versions)
        .collect();
    let judgement = judge(&charge, &evidence);
    match (judgement.verdict, &judgement.finding) {
        (Verdict::Passed, Finding::Refused { control, weak }) => (REFUSED, refused(&alone, *control, *weak)),
        (Verdict::Failed, _) => (ACCEPTED, accepted(version, &alone, &posture.post_quantum)),
        (_, finding) => (UNKNOWN, unclear(finding, &alone, charge.versions)),
    }
}

/// Why nothing is certain, without what the line says already.
fn unclear(finding: &Finding, alone: &[&Arc<Observation>], version: VersionRange) -> String {
    match (finding, alone.first()) {
        (Finding::CannotReach(reason), _) => words::unreachable(reason),
        (Finding::CannotTell(_, doubt), _) => words::doubt(doubt),
        (Finding::NotTlsIsNoRefusal | Finding::ViolationIsNoRefusal(..), Some(observation)) => {
            let (word, detail) = describe(observation);
            format!("{word}: {detail}")
        }
        _ => headline(finding, version),
    }
}

fn refused(alone: &[&Arc<Observation>], control: Version, weak: bool) -> String {
    let mut detail = match alone.first().map(|observation| (describe(observation), &observation.outcome)) {
        Some(((_, words), Outcome::Answered(_))) => format!("answered {words}"),
        Some(((_, words), _)) => words,
        None => String::new(),
    };
    if weak {
        detail.push_str(&format!(", to {} hellos, {control} accepted before and after", alone.len()));
    }
    detail
}

fn accepted(version: Version, alone: &[&Arc<Observation>], post_quantum: &Observation) -> String {
    let by = alone.iter().find(|observation| observation.chosen() == Some(version));
    let Some(observation) = by else {
        return "as the answer to a newer one".to_owned();
    };
    let mut detail = describe(observation).1;
    if version == Version::Tls13
        && let Outcome::Accepted(acceptance) = &post_quantum.outcome
        && let Some(group) = acceptance.group
    {
        detail.push_str(&format!("; {group} too"));
    }
    detail
}

fn certificate(posture: &Posture, now: u64) -> String {
    let handshake = &posture.certificate;
    match (&handshake.outcome, &handshake.followed) {
        (Outcome::Accepted(_), Some(Followed::Session(session))) => match &session.leaf {
            Some(leaf) => details(leaf, &session.certificate, now),
            None => words::certificate(&session.certificate),
        },
        (_, Some(Followed::Broken(why))) => format!("not seen: {why}"),
        (Outcome::Unreachable(reason), _) => format!("not seen: {}", words::unreachable(reason)),
        _ => match newest(&posture.observations) {
            Some(newest) if newest.version < Version::Tls12 => {
                format!("not seen: a full handshake needs TLS 1.2, and {} is the newest here", newest.version)
            }
            Some(newest) => {
                let (word, detail) = describe(handshake);
                let Acceptance { version, cipher_suite, .. } = newest;
                format!(
                    "not seen: {version} is there with {cipher_suite}, but the full handshake is {word}, {detail}"
                )
            }
            None => {
                let (word, detail) = describe(handshake);
                format!("not seen; the full handshake: {word}, {detail}")
            }
        },
    }
}

/// The acceptance of the newest version.
fn newest(observations: &[Arc<Observation>]) -> Option<Acceptance> {
    let accepted = observations.iter().filter_map(|observation| match &observation.outcome {
        Outcome::Accepted(acceptance) => Some(*acceptance),
        _ => None,
    });
    accepted.max_by_key(|acceptance| acceptance.version)
}

/// How many names are printed.
const NAMES: usize = 5;

/// What is known of the certificate besides, each on a line of its own.
fn about_certificate(posture: &Posture) -> Vec<(String, &'static str, String)> {
    let Some(Followed::Session(session)) = &posture.certificate.followed else { return Vec::new() };
    let Some(leaf) = &session.leaf else { return Vec::new() };
    [
        ("key", format!("{}, signed by {}", leaf.key, leaf.signature.algorithm)),
        ("chain", words::required::chain(session.chain.sent, &session.chain.end)),
        ("SHA-256", leaf.sha256.clone()),
    ]
    .map(|(topic, detail)| (topic.to_owned(), "", detail))
    .into()
}

fn details(leaf: &CertificateDetails, outcome: &CertificateOutcome, now: u64) -> String {
    let mut names = leaf.names.iter().take(NAMES).cloned().collect::<Vec<_>>().join(" ");
    if leaf.names.len() > NAMES {
        names.push_str(&format!(" and {} more", leaf.names.len() - NAMES));
    }
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let days = if now < leaf.not_before {
        format!("begins in {}", in_days(leaf.not_before.saturating_sub(now)))
    } else if leaf.not_after < now {
        format!("ended {} ago", in_days(now.saturating_sub(leaf.not_after)))
    } else {
        format!("{} left", in_days(leaf.not_after.saturating_sub(now)))
    };
    let CertificateDetails { subject, issuer, .. } = leaf;
    // Most subjects are one of the names, and say nothing more.
    let subject = if leaf.names.contains(subject) { String::new() } else { format!(", subject {subject}") };
    format!("{names}{subject}, {days}, issued by {issuer}, {}", words::certificate(outcome))
}

/// Whole days.
fn in_days(seconds: i64) -> String {
    match seconds / 86_400 {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}
