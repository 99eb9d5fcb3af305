//! Questions put to peers: each run of the gate has peers of its own, so that what they count is exact.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use crate::gate::{Gate, Run, exit_code};
use crate::kind::{Fact, Kind, may_be};
use crate::kinds::{Family, http};
use crate::peer::HostilePeer;
use crate::question::{QUESTIONS, Question, RUNS, RUNS_OF_COUNTING};
use crate::safety::{REPORTS, assert_bounded_memory, assert_printable, assert_reports_printable};
use crate::serving::{NAME, authority};

/// As many of those that differ in a number as go into one run.
const SWEPT_TOGETHER: usize = 32;

/// How many deadlines a run may take one after the other: connections to one address wait for each other, there are
/// several hellos of each version, and whoever cuts connections off is asked again.
const STEPS: u32 = 40;

/// What a run takes beside its deadlines, on a machine that is busy.
const OVERHEAD: Duration = Duration::from_secs(60);

/// No server that is given the long deadline makes the gate wait for it: each connection ends before.
const PROMPT: Duration = Duration::from_secs(15);

/// The trials of all kinds.
pub(crate) fn of(families: Vec<Family>) -> Vec<Trial> {
    let mut trials = Vec::new();
    for family in families {
        let (swept, others): (Vec<Kind>, Vec<Kind>) =
            family.kinds.into_iter().partition(|kind| kind.is_swept);
        for kind in others {
            let kind = Arc::new(kind);
            let runs = if kind.counts { &RUNS_OF_COUNTING[..] } else { &RUNS };
            let is_asked = |questions: &&[Question]| questions.iter().any(|it| kind.letter(*it) != '.');
            for (name, questions) in runs.iter().filter(|(_, questions)| is_asked(questions)) {
                let kind = Arc::clone(&kind);
                trials.push(Trial::test(format!("{}::{name}", kind.name), move || ask(&[&kind], questions)));
            }
        }
        let mut swept = swept.into_iter().peekable();
        while swept.peek().is_some() {
            let together: Vec<Kind> = swept.by_ref().take(SWEPT_TOGETHER).collect();
            let name = format!("{}, and the next {}", together[0].name, together.len() - 1);
            trials.push(Trial::test(name, move || ask(&together.iter().collect::<Vec<_>>(), &QUESTIONS)));
        }
    }
    // Those that wait among those that work.
    trials.sort_by_key(|trial| {
        trial.name().bytes().fold(0_u32, |hash, byte| hash.rotate_left(5) ^ u32::from(byte))
    });
    trials
}

/// A question to one of the peers of a run: the names of its tests, the letter of its verdict, and how what it
/// asks for stands with the peer.
struct Asked {
    tests: Vec<String>,
    letter: char,
    fact: Fact,
}

fn ask(kinds: &[&Kind], questions: &[Question]) -> Result<(), Failed> {
    let peers: Vec<HostilePeer> =
        kinds.iter().map(|kind| HostilePeer::start(Arc::clone(&kind.behaviour), kind.life)).collect();
    let mut text = format!("host: {NAME}\nattempts: 1\nca: ../ca.pem\nscenarios:\n");
    let mut asked = Vec::new();
    for (index, (kind, peer)) in kinds.iter().zip(&peers).enumerate() {
        let Kind { timeout, .. } = kind;
        writeln!(
            text,
            "  k{index}:\n    connect_to: {}\n    timeout: {timeout}\n    scenarios:",
            peer.address
        )?;
        for question in questions.iter().filter(|question| kind.letter(**question) != '.') {
            writeln!(text, "      {}: {{ {} }}", question.key(), question.fields())?;
            let tests = question.tests(&format!("test::k{index}"));
            asked.push(Asked { tests, letter: kind.letter(*question), fact: kind.fact(*question) });
        }
    }
    let deadline = kinds.iter().filter_map(|kind| short(kind.timeout)).max();
    let (run, took) = checked(&Gate::new().scenario("test.yaml", &text), questions.len() > 1);
    let limit = OVERHEAD + deadline.map_or(Duration::ZERO, |deadline| deadline * STEPS);
    if took > limit {
        return Err(format!("took {took:?}, and its budget is {limit:?}; {}", run.console()).into());
    }
    if deadline.is_none() {
        let waited = observations(&run).filter_map(|it| it["elapsed_ms"].as_f64()).fold(0.0, f64::max);
        if waited > PROMPT.as_secs_f64() * 1000.0 {
            return Err(format!("waited {waited} ms for an answer; {}", run.console()).into());
        }
    }
    verdicts_are_right(&run, &asked)
}

fn observations(run: &Run) -> impl Iterator<Item = &Value> {
    let tests = run.report["tests"].as_array().into_iter().flatten();
    tests.filter_map(|test| test["observations"].as_array()).flatten()
}

/// A deadline that the gate has to wait for.
fn short(timeout: &str) -> Option<Duration> {
    let (number, unit) = match timeout.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (timeout.strip_suffix('s').unwrap(), 1000),
    };
    let deadline = Duration::from_millis(number.parse::<u64>().unwrap() * unit);
    (deadline < PROMPT).then_some(deadline)
}

/// A run that writes JSON, or all reports, none of which holds anything that is obeyed; and how long it took.
fn checked(gate: &Gate, all_reports: bool) -> (Run, Duration) {
    std::fs::write(gate.folder().join("ca.pem"), authority().pem()).unwrap();
    let begun = Instant::now();
    let reports = if all_reports { &REPORTS[..] } else { &[] };
    let run = gate.check_with(&reports.iter().flat_map(|report| ["--report", report]).collect::<Vec<_>>());
    let took = begun.elapsed();
    assert_printable(&run);
    assert_reports_printable(gate.folder(), reports);
    assert_bounded_memory();
    (run, took)
}

/// Compares verdicts with their letters, and the exit code with the verdicts.
fn verdicts_are_right(run: &Run, asked: &[Asked]) -> Result<(), Failed> {
    let mut wrong = String::new();
    let mut codes = Vec::new();
    for Asked { tests, letter, fact } in asked {
        let verdicts = || tests.iter().map(|test| run.verdict(test));
        codes.extend(verdicts().map(exit_code));
        let worst = ["failed", "inconclusive", "passed"]
            .into_iter()
            .find(|verdict| verdicts().any(|it| it == *verdict));
        let verdict = worst.unwrap();
        if verdict == "passed" && matches!(fact, Fact::Lacks | Fact::Unproven) {
            writeln!(wrong, "{tests:?} is a FALSE PASS: it is {fact:?}")?;
        }
        if !may_be(*letter, verdict) {
            let reasons: Vec<_> = tests.iter().map(|test| run.test(test)["reason"].to_string()).collect();
            writeln!(wrong, "{tests:?} must be {letter}, is {verdict}: {}", reasons.join(" | "))?;
        }
        for test in tests.iter().filter(|test| run.verdict(test) != "passed") {
            if !run.explanation(test).starts_with(run.verdict(test)) {
                writeln!(wrong, "the explanation of {test} does not begin with its verdict")?;
            }
        }
    }
    // One failure is a failure of the whole; without one, one doubt is a doubt.
    let code = if codes.contains(&1) { 1 } else { codes.into_iter().max().unwrap_or(0) };
    if run.code != Some(code) {
        writeln!(wrong, "the exit code must be {code}")?;
    }
    if wrong.is_empty() { Ok(()) } else { Err((wrong + &run.console()).into()) }
}

/// One test of a peer that is asked for with all that a scenario says, `expect` included.
pub(crate) fn ask_one(
    behaviour: crate::peer::Behaviour,
    timeout: &str,
    expect: &str,
    rest: &str,
    letter: char,
) -> Result<(), Failed> {
    let peer = HostilePeer::start(behaviour, usize::MAX);
    let gate = Gate::new().scenario(
        "test.yaml",
        &format!(
            "host: {NAME}\nconnect_to: {}\ntimeout: {timeout}\nca: ../ca.pem\n{rest}expect: {expect}\n",
            peer.address
        ),
    );
    let (run, _) = checked(&gate, true);
    let fact = if letter == 'P' || letter == '*' { Fact::Holds } else { Fact::Lacks };
    verdicts_are_right(&run, &[Asked { tests: vec!["test".to_owned()], letter, fact }])
}

/// What is required of HTTP.
pub(crate) fn wishes() -> impl Iterator<Item = Trial> {
    http::wishes().into_iter().map(|wish| {
        Trial::test(format!("http::{}", wish.name), move || {
            ask_one(wish.behaviour(), wish.timeout, wish.expect, "path: /\n", wish.verdict)
        })
    })
}
