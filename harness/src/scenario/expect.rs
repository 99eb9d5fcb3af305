//! What stands under `expect`.

use std::time::Duration;

use super::author::{Author, Setting, kind_of};
use super::duration;
use super::field::{ALERTS, CERTIFICATES, OUTCOMES, Table};
use super::read;
use super::requirements::Requirements;
use super::status::{Statuses, statuses};
use super::wrong::{Wrong, any_of, quote};
use super::yaml::{Node, Value};
use super::{CertificateExpectation, Depth, PostureRequirements};
use crate::version::Version;
use crate::wire::AlertDescription;

pub(crate) mod posture;
pub(super) mod required;

/// The word for what must happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Accepted,
    Refused,
    Unreachable,
    /// Nothing but requirements; the first of them.
    Meets(&'static str),
}

impl Outcome {
    pub(super) fn word(self) -> &'static str {
        match self {
            Outcome::Accepted => "accepted",
            Outcome::Refused => "refused",
            Outcome::Unreachable => "unreachable",
            Outcome::Meets(name) => name,
        }
    }
}

/// A part of an expectation and the value that says it.
pub(super) type Part<'t, T> = Option<(T, &'t Node)>;

/// An expectation without contradictions of its own. Whether it fits its scenario is not known yet.
#[derive(Debug, Clone)]
pub(super) struct Expect<'t> {
    pub(super) outcome: Outcome,
    /// What says the outcome: a word, or the part that implies it.
    pub(super) outcome_node: &'t Node,
    pub(super) version: Part<'t, Version>,
    pub(super) status: Part<'t, Statuses>,
    pub(super) alert: Part<'t, AlertDescription>,
    pub(super) certificate: Part<'t, CertificateExpectation>,
    pub(super) certificate_valid_for: Part<'t, Duration>,
    pub(super) posture: PostureRequirements,
    /// The fields that say it.
    pub(super) asked: Vec<(&'static str, &'t Node)>,
    pub(super) requirements: Requirements,
    /// The fields that say them, with how far each needs a connection to be followed.
    pub(super) required: Vec<(&'static str, &'t Node, Depth)>,
}

/// Reads `expect`: a word or a mapping.
pub(super) fn expect<'t>(author: &mut Author<'_>, setting: Setting<'t>) -> Option<Expect<'t>> {
    let node = setting.value;
    match &node.value {
        Value::Text(_) => {
            let outcome = author.parsed("expect", node, outcome_word)?;
            Some(Expect {
                outcome,
                outcome_node: node,
                version: None,
                status: None,
                alert: None,
                certificate: None,
                certificate_valid_for: None,
                posture: PostureRequirements::default(),
                asked: Vec::new(),
                requirements: Requirements::default(),
                required: Vec::new(),
            })
        }
        Value::Mapping(entries) => {
            let known = author.settings(entries, Table::EXPECT);
            // A broken part is told already; what it would have implied is not guessed.
            let whole = known.len() == entries.len();
            let (mut posture, mut requirements) = (PostureRequirements::default(), Requirements::default());
            let read = |part: &Setting<'t>| read_part(author, *part, &mut posture, &mut requirements);
            let parts = known.iter().map(read).collect::<Vec<_>>();
            if !whole || parts.iter().any(Option::is_none) {
                return None;
            }
            mapping(author, setting.key, parts.into_iter().flatten(), posture, requirements)
        }
        other => {
            let wrong = Wrong::new(
                format!("`expect` is a word or a mapping, not {}", kind_of(other)),
                format!("write {}", any_of(OUTCOMES.iter().copied())),
            );
            author.wrong(setting.key, wrong);
            None
        }
    }
}

enum Read<'t> {
    Outcome(Outcome, &'t Node),
    Version(Version, &'t Node),
    Status(Statuses, &'t Node),
    Alert(AlertDescription, &'t Node),
    Certificate(CertificateExpectation, &'t Node),
    ValidFor(Duration, &'t Node),
    Requirement(&'static str, &'t Node),
    Required(&'static str, &'t Node, Depth),
}

fn read_part<'t>(
    author: &mut Author<'_>,
    part: Setting<'t>,
    posture: &mut PostureRequirements,
    requirements: &mut Requirements,
) -> Option<Read<'t>> {
    let Setting { name, value: node, .. } = part;
    if node.value == Value::Null {
        let wrong = Wrong::new(
            format!("`{name}` has no value"),
            "write one or remove it: `expect` is inherited whole",
        );
        author.wrong(part.key, wrong);
        return None;
    }
    if let Some(depth) = required::depth_of(name) {
        required::read(author, part, requirements)?;
        return Some(Read::Required(name, node, depth));
    }
    Some(match name {
        "outcome" => Read::Outcome(author.parsed(name, node, outcome_word)?, node),
        "version" => Read::Version(read::version(author, name, node)?, node),
        "status" => Read::Status(statuses(author, name, node)?, node),
        "alert" => Read::Alert(author.parsed(name, node, alert)?, node),
        "certificate" => Read::Certificate(author.parsed(name, node, certificate)?, node),
        "certificate_valid_for" => {
            Read::ValidFor(read::duration(author, name, node, &duration::VALIDITY)?, node)
        }
        _ => {
            posture::read(author, part, posture)?;
            Read::Requirement(name, part.key)
        }
    })
}

fn mapping<'t>(
    author: &mut Author<'_>,
    key: &'t Node,
    parts: impl Iterator<Item = Read<'t>>,
    posture: PostureRequirements,
    requirements: Requirements,
) -> Option<Expect<'t>> {
    let (mut outcome, mut version, mut status, mut alert, mut certificate, mut certificate_valid_for) =
        (None, None, None, None, None, None);
    let (mut asked, mut required) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Read::Outcome(value, node) => outcome = Some((value, node)),
            Read::Version(value, node) => version = Some((value, node)),
            Read::Status(value, node) => status = Some((value, node)),
            Read::Alert(value, node) => alert = Some((value, node)),
            Read::Certificate(value, node) => certificate = Some((value, node)),
            Read::ValidFor(value, node) => certificate_valid_for = Some((value, node)),
            Read::Requirement(name, node) => asked.push((name, node)),
            Read::Required(name, node, depth) => required.push((name, node, depth)),
        }
    }
    let of_acceptance: Vec<(&str, &Node)> = [
        version.map(|(_, node)| ("version", node)),
        status.as_ref().map(|(_, node)| ("status", *node)),
        certificate.map(|(_, node)| ("certificate", node)),
        certificate_valid_for.map(|(_, node)| ("certificate_valid_for", node)),
    ]
    .into_iter()
    .flatten()
    .chain(required.iter().map(|(name, node, _)| (*name, *node)))
    .collect();
    let implies_acceptance = of_acceptance.first().copied();
    let (outcome, outcome_node) = match (outcome, implies_acceptance, alert, asked.first().copied()) {
        (Some(written), ..) => written,
        (None, Some((_, node)), ..) => (Outcome::Accepted, node),
        (None, None, Some((_, node)), _) => (Outcome::Refused, node),
        (None, None, None, Some((name, node))) => (Outcome::Meets(name), node),
        (None, None, None, None) => {
            let wrong =
                Wrong::new("`expect` says nothing", format!("write {}", any_of(OUTCOMES.iter().copied())));
            author.wrong(key, wrong);
            return None;
        }
    };
    let mut sound = true;
    if let (Some((name, node)), Outcome::Refused | Outcome::Unreachable) = (asked.first().copied(), outcome) {
        let found = format!("`{name}` with `{}`", outcome.word());
        author
            .wrong(node, Wrong::new(found, "a host that is to refuse shows no more: remove one of the two"));
        sound = false;
    }
    if outcome != Outcome::Accepted {
        for (name, node) in of_acceptance {
            let found = format!("`{name}` with `{}`", outcome.word());
            author.wrong(
                node,
                Wrong::new(found, format!("`{name}` needs an acceptance: remove one of the two")),
            );
            sound = false;
        }
    }
    if let (Some((_, node)), true) = (alert, outcome != Outcome::Refused) {
        let found = match implies_acceptance {
            Some((name, _)) => format!("`alert` with `{name}`"),
            None => format!("`alert` with `{}`", outcome.word()),
        };
        author.wrong(node, Wrong::new(found, "an alert is a refusal: remove one of the two"));
        sound = false;
    }
    if let (Some((_, node)), Some((wanted, _))) = (certificate_valid_for, certificate)
        && wanted != CertificateExpectation::Trusted
    {
        let found = "`certificate_valid_for` with a certificate that need not be trusted";
        author.wrong(node, Wrong::new(found, "it needs `certificate: trusted`: remove one of the two"));
        sound = false;
    }
    let is_unknown_issuer = certificate.is_some_and(|(it, _)| it == CertificateExpectation::UnknownIssuer);
    if let Some((name, wrong)) = required::contradiction(&requirements, is_unknown_issuer)
        && let Some((_, node, _)) = required.iter().find(|(field, ..)| *field == name)
    {
        author.wrong(node, wrong);
        sound = false;
    }
    sound.then_some(Expect {
        outcome,
        outcome_node,
        version,
        status,
        alert,
        certificate,
        certificate_valid_for,
        posture,
        asked,
        requirements,
        required,
    })
}

fn outcome_word(text: &str) -> Result<Outcome, Wrong> {
    match text {
        "accepted" => Ok(Outcome::Accepted),
        "refused" => Ok(Outcome::Refused),
        "unreachable" => Ok(Outcome::Unreachable),
        _ => Err(read::not_a_word(text, "an outcome", OUTCOMES)),
    }
}

fn certificate(text: &str) -> Result<CertificateExpectation, Wrong> {
    match text {
        "trusted" => Ok(CertificateExpectation::Trusted),
        "expired" => Ok(CertificateExpectation::Expired),
        "unknown-issuer" => Ok(CertificateExpectation::UnknownIssuer),
        "name-mismatch" => Ok(CertificateExpectation::NameMismatch),
        "any" => Ok(CertificateExpectation::Any),
        _ => Err(read::not_a_word(text, "an outcome of verifying a certificate", CERTIFICATES)),
    }
}

fn alert(text: &str) -> Result<AlertDescription, Wrong> {
    match AlertDescription::from_name(text) {
        Some(alert) if AlertDescription::REFUSING.contains(&alert) => Ok(alert),
        Some(_) => {
            let found = format!("the alert {} does not say that a version is refused", quote(text));
            Err(Wrong::new(found, format!("write {}", any_of(ALERTS.iter().copied()))))
        }
        None => Err(read::not_a_word(text, "an alert", ALERTS)),
    }
}
