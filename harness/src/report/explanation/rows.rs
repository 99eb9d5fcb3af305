//! The evidence as lines: what was offered, what came back and after how long, address by address.

use std::sync::Arc;
use std::time::Duration;

use super::super::date;
use super::super::layout::{Group, Row};
use super::super::words::required::{chain, reply, short};
use super::super::words::{certificate, first_flight, unreachable};
use super::super::{Against, Outcome, duration};
use super::shown;
use crate::evidence::{
    AddressEvidence, ChainEnd, Evidence, Followed, HttpOutcome, Observation, Question, Session, Unreachable,
};
use crate::scenario::{Acceptable, CertificateExpectation, Expectation, Scenario};
use crate::verdict::{Finding, PostureFault, inventory, is_control, is_expected};
use crate::version::Version;
use crate::wire::CipherSuite;

/// How many names of a certificate are shown.
const NAMES: usize = 5;

/// A line and when it was known, until lines of several addresses are merged.
#[derive(PartialEq)]
struct Line {
    word: String,
    version: String,
    detail: String,
    after: Option<Duration>,
}

/// Everything that was observed. Addresses that did the same stand together.
pub(super) fn groups(outcome: &Outcome, evidence: &Evidence) -> Vec<Group> {
    if let Some(reason) = &evidence.unresolved {
        return vec![unresolved(outcome, reason)];
    }
    let scenario = &*outcome.test.scenario;
    let mut alike: Vec<(Vec<String>, Vec<Line>)> = Vec::new();
    for evidence in &evidence.addresses {
        let address = match outcome.against {
            // Its port is another one each time.
            Against::Replica => "replica".to_owned(),
            Against::Host => shown(evidence.address, scenario),
        };
        let finding = outcome.judgement.addresses.iter().find(|judged| judged.address == evidence.address);
        let unmet = match finding.map(|judged| &judged.finding) {
            Some(Finding::Posture(unmet)) => unmet.as_slice(),
            _ => &[],
        };
        let lines = address_lines(scenario, evidence, unmet);
        match alike.iter_mut().find(|(_, known)| say_the_same(known, &lines)) {
            Some((addresses, known)) => {
                addresses.push(address);
                for (known, line) in known.iter_mut().zip(&lines) {
                    known.after = known.after.max(line.after);
                }
            }
            None => alike.push((vec![address], lines)),
        }
    }
    let group = |(addresses, lines): (Vec<String>, Vec<Line>)| {
        let several = addresses.len() > 1;
        Group {
            label: addresses.join(", "),
            rows: lines.into_iter().map(|line| row(line, several)).collect(),
        }
    };
    alike.into_iter().map(group).collect()
}

fn say_the_same(lines: &[Line], others: &[Line]) -> bool {
    let said = |line: &Line| (line.word.clone(), line.version.clone(), line.detail.clone());
    lines.len() == others.len() && lines.iter().map(said).eq(others.iter().map(said))
}

fn row(line: Line, several_addresses: bool) -> Row {
    let preposition = if several_addresses { "within" } else { "after" };
    Row {
        word: line.word,
        version: line.version,
        detail: line.detail,
        after: line.after.map(|time| format!("{preposition} {}", duration(time))).unwrap_or_default(),
    }
}

fn unresolved(outcome: &Outcome, reason: &Unreachable) -> Group {
    let label = match outcome.against {
        Against::Replica => "replica",
        Against::Host => "resolver",
    };
    let line = Line {
        word: String::new(),
        version: String::new(),
        detail: unreachable(reason),
        after: Some(outcome.elapsed),
    };
    Group { label: label.to_owned(), rows: vec![row(line, false)] }
}

fn address_lines(scenario: &Scenario, evidence: &AddressEvidence, unmet: &[PostureFault]) -> Vec<Line> {
    let (enumerating, others): (Vec<_>, Vec<_>) =
        evidence.observations.iter().partition(|observation| inventory::enumerates(observation.offer.hello));
    let (controls, mut probes): (Vec<_>, Vec<_>) = others
        .into_iter()
        .partition(|observation| is_control(&scenario.expectation, scenario.versions, observation));
    probes.sort_by_key(|observation| observation.offer.versions);
    let mut lines: Vec<Line> = Vec::new();
    for group in probes.chunk_by(|one, other| same_answer(one, other)) {
        let Some(first) = group.first() else { continue };
        let (word, mut detail) = first_flight(first);
        if group.len() > 1 {
            detail.push_str(&format!(", to {} hellos", group.len()));
        }
        lines.push(Line {
            word: loud_if(is_amiss(scenario, first), word),
            version: first.offer.versions.to_string(),
            detail,
            after: Some(first.timing.total),
        });
        lines.extend(followed_lines(scenario, first));
    }
    if !enumerating.is_empty() {
        lines.extend(inventory_lines(scenario, evidence, unmet));
    }
    lines.extend(evidence.asked.iter().map(|asked| Line {
        word: question_word(&asked.question).to_owned(),
        version: String::new(),
        detail: reply(&asked.question, &asked.reply),
        after: None,
    }));
    lines.extend(control_lines(&controls));
    lines
}

/// What was found one by one, each kind in a line; what must not be there in one of its own.
fn inventory_lines(scenario: &Scenario, evidence: &AddressEvidence, unmet: &[PostureFault]) -> Vec<Line> {
    let observations: Vec<&Observation> = evidence.observations.iter().map(AsRef::as_ref).collect();
    let lines = |word: &str, version: Version, all: Vec<String>, wrong: &[String]| {
        let (wrong, right): (Vec<String>, Vec<String>) =
            all.into_iter().partition(|name| wrong.contains(name));
        let line = |word: String, names: Vec<String>| {
            (!names.is_empty()).then(|| Line {
                word,
                version: version.to_string(),
                detail: names.join(", "),
                after: None,
            })
        };
        line(word.to_uppercase(), wrong).into_iter().chain(line(word.to_owned(), right)).collect::<Vec<_>>()
    };
    let of_version = |version| {
        let found = inventory::inventory(version, &observations);
        let names = |all: &[CipherSuite]| all.iter().map(ToString::to_string).collect();
        let (suites, groups) = (names(&found.suites), found.groups.iter().map(ToString::to_string).collect());
        let (mut wrong_suites, mut wrong_groups) = (Vec::new(), Vec::new());
        for unmet in unmet {
            match unmet {
                PostureFault::SuitesAccepted(wrong) => wrong_suites.extend(named(version, wrong)),
                PostureFault::GroupsAccepted(wrong) => wrong_groups.extend(named(version, wrong)),
                _ => {}
            }
        }
        let suites = lines("suites", version, suites, &wrong_suites);
        suites.into_iter().chain(lines("groups", version, groups, &wrong_groups))
    };
    scenario.versions.iter().flat_map(of_version).collect()
}

fn named<T: ToString>(version: Version, wrong: &[(Version, T)]) -> impl Iterator<Item = String> {
    wrong.iter().filter(move |(in_version, _)| *in_version == version).map(|(_, item)| item.to_string())
}

fn question_word(question: &Question) -> &'static str {
    match question {
        Question::Protocol(_) => "ALPN",
        Question::Staple(_) => "OCSP",
        Question::PlainHttp { .. } => "plain HTTP",
    }
}

/// What the scenario does not want stands out.
fn loud_if(amiss: bool, word: &str) -> String {
    if amiss { word.to_uppercase() } else { word.to_owned() }
}

fn same_answer(one: &Arc<Observation>, other: &Arc<Observation>) -> bool {
    one.offer.versions == other.offer.versions
        && first_flight(one) == first_flight(other)
        && one.followed == other.followed
}

/// Whether this observation is what the scenario does not want.
fn is_amiss(scenario: &Scenario, observation: &Observation) -> bool {
    let chosen = observation.chosen().is_some_and(|version| scenario.versions.contains(version));
    match scenario.expectation {
        Expectation::Refused { .. } => chosen,
        Expectation::Accepted(_) => !chosen,
        // What is amiss is no single answer.
        Expectation::Meets(_) => false,
        Expectation::Unreachable => !matches!(observation.outcome, crate::evidence::Outcome::Unreachable(_)),
    }
}

/// What came after the first flight: the certificate and the answer, a line each.
fn followed_lines(scenario: &Scenario, observation: &Observation) -> Vec<Line> {
    let line = |word: String, detail: String| Line { word, version: String::new(), detail, after: None };
    let session = match &observation.followed {
        None => return Vec::new(),
        Some(Followed::Broken(why)) => return vec![line("BROKEN OFF".to_owned(), why.clone())],
        Some(Followed::Session(session)) => session,
    };
    let any = Acceptable { certificate: CertificateExpectation::Any, ..Acceptable::default() };
    let acceptable = match &scenario.expectation {
        Expectation::Accepted(acceptable) => acceptable,
        _ => &any,
    };
    let mut lines = vec![line(
        loud_if(is_certificate_amiss(acceptable, session), "certificate"),
        about(acceptable, session),
    )];
    match &session.http {
        None => {}
        Some(HttpOutcome::Status { status, location }) => {
            let location = location.as_ref().map(|to| format!(", to {to}")).unwrap_or_default();
            let expected = acceptable.status.as_ref().filter(|expected| !expected.contains(*status));
            let expected = expected.map(|it| format!(", expected {it}")).unwrap_or_default();
            lines.push(line("HTTP".to_owned(), format!("{status}{location}{expected}")));
        }
        Some(HttpOutcome::Failed(why)) => lines.push(line("HTTP".to_owned(), format!("NO ANSWER: {why}"))),
        Some(HttpOutcome::NotSent) => {
            let why = "not asked, since the certificate is not the expected one";
            lines.push(line("HTTP".to_owned(), why.to_owned()));
        }
    }
    lines
}

fn is_certificate_amiss(acceptable: &Acceptable, session: &Session) -> bool {
    let ends_soon = acceptable.certificate_valid_for.is_some()
        && session.certificate_ahead.as_ref().is_some_and(|(_, found)| *found != session.certificate);
    !is_expected(acceptable.certificate, &session.certificate) || ends_soon
}

fn about(acceptable: &Acceptable, session: &Session) -> String {
    let mut words = certificate(&session.certificate);
    if let Some(leaf) = &session.leaf {
        let names: Vec<&str> = leaf.names.iter().take(NAMES).map(String::as_str).collect();
        words.push_str(&format!("; names {}", names.join(", ")));
        if leaf.names.len() > NAMES {
            words.push_str(&format!(" and {} more", leaf.names.len() - NAMES));
        }
        let (begin, end) = (date::day(leaf.not_before), date::day(leaf.not_after));
        words.push_str(&format!("; valid {begin} to {end}; issued by {}", leaf.issuer));
        words.push_str(&format!("; {}, {}", leaf.key, leaf.signature.algorithm));
        if acceptable.requirements.same_certificate {
            words.push_str(&format!("; SHA-256 {}", short(&leaf.sha256)));
        }
    }
    if session.chain.end != ChainEnd::Root {
        words.push_str(&format!("; {}", chain(session.chain.sent, &session.chain.end)));
    }
    words
}

fn control_lines(controls: &[&Arc<Observation>]) -> Vec<Line> {
    let line = |observation: &Observation, detail: String| Line {
        word: "control".to_owned(),
        version: observation.chosen().map_or(observation.offer.versions.to_string(), |it| it.to_string()),
        detail,
        after: Some(observation.timing.total),
    };
    let answered = |observation: &Observation| observation.chosen().is_some();
    let Some(first) = controls.iter().find(|observation| answered(observation)) else {
        return controls
            .chunk_by(|one, other| same_answer(one, other))
            .filter_map(|alike| {
                let first = alike.first()?;
                let (word, detail) = first_flight(first);
                let count =
                    if alike.len() > 1 { format!(", to {} hellos", alike.len()) } else { String::new() };
                Some(line(first, format!("{word}: {detail}{count}")))
            })
            .collect();
    };
    let same = controls.iter().copied().filter(|observation| observation.offer == first.offer);
    let (accepted, failed): (Vec<_>, Vec<_>) = same.partition(|observation| answered(observation));
    let so = if failed.is_empty() { ", so it is up" } else { "" };
    let mut lines = vec![line(
        first,
        match accepted.len() {
            1 => format!("accepted in the same run{so}"),
            count if failed.is_empty() => format!("accepted {count} times, before and after{so}"),
            count => format!("accepted {count} times"),
        },
    )];
    for alike in failed.chunk_by(|one, other| same_answer(one, other)) {
        let Some(first) = alike.first() else { continue };
        let (word, detail) = first_flight(first);
        let times =
            if alike.len() == 1 { "another time".to_owned() } else { format!("{} times", alike.len()) };
        lines.push(line(first, format!("but {times} {word}: {detail}")));
    }
    lines
}
