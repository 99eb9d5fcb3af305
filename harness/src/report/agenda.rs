//! What will block from which day on, if nothing changes: soonest first, beginning with what does already.

use std::collections::BTreeMap;

use time::Date;

use super::markup::LONGEST;
use super::model::{Report, Test};
use super::outlook::{Event, events, happened, verdict_at_noon, verdict_on};
use super::verdict_line;
use crate::calendar::parse_date;
use crate::escape::printable_up_to;
use crate::verdict::Verdict;
use crate::verdict::fact::CERTIFICATE_ENDS_SOON;

/// How many tests are named for one day.
const MOST: usize = 200;

/// What will block from which day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda<'a> {
    /// The day that it is seen from.
    pub today: Date,
    /// What blocks already, in the order of the plan.
    pub already: Vec<Entry<'a>>,
    /// What begins to block on a day that comes.
    pub days: BTreeMap<Date, Vec<Entry<'a>>>,
    /// How many tests do not block, and will not.
    pub unchanged: usize,
    /// How many could not be told, and so what they will come to.
    pub open: usize,
    /// How many were left out.
    pub ignored: usize,
}

/// A test that blocks, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The test.
    pub test: &'a Test,
    /// Why it blocks, or from that day on. Raw.
    pub why: String,
}

/// The agenda, seen from a day: that of the report, or another.
#[must_use]
pub fn agenda(report: &Report, today: Date) -> Agenda<'_> {
    let mut agenda =
        Agenda { today, already: Vec::new(), days: BTreeMap::new(), unchanged: 0, open: 0, ignored: 0 };
    let is_of_today = parse_date(&report.as_of) == Some(today);
    for test in &report.tests {
        // A certificate that ends within this very day had not ended when the test was run.
        let now = if is_of_today { test.verdict } else { verdict_at_noon(test, today) };
        let later = || {
            let mut days = events(test).into_iter().map(|(day, _)| day).filter(|day| *day >= today);
            days.find(|day| report.blocks(verdict_on(test, *day)))
        };
        agenda.open += usize::from(test.is_open());
        if report.blocks(now) {
            let why = if now == test.verdict { test.in_short() } else { since(test, today) };
            agenda.already.push(Entry { test, why });
        } else if now == Verdict::Ignored {
            agenda.ignored += 1;
        } else if let Some(day) = later() {
            agenda.days.entry(day).or_default().push(Entry { test, why: why(test, day) });
        } else {
            agenda.unchanged += 1;
        }
    }
    agenda
}

/// Why a test that did not block by the day of its run blocks on a later one.
fn since(test: &Test, today: Date) -> String {
    in_words(test, &happened(test, today))
}

/// Why a test begins to block on a day: what happens on it, and what had been wrong before.
fn why(test: &Test, day: Date) -> String {
    let happens: Vec<Event> = events(test)
        .into_iter()
        .filter(|(on, event)| {
            let is_certificate = matches!(event, Event::CertificateEndsSoon | Event::CertificateOver);
            *on == day || (is_certificate && *on < day)
        })
        .map(|(_, event)| event)
        .collect();
    in_words(test, &happens)
}

fn in_words(test: &Test, events: &[Event]) -> String {
    // What is over needs not be said to have come near it.
    let is_over = events.contains(&Event::CertificateOver);
    let mut told: Vec<Event> =
        events.iter().copied().filter(|event| !is_over || *event != Event::CertificateEndsSoon).collect();
    told.sort_unstable();
    let mut parts: Vec<String> = told.into_iter().filter_map(|event| words(test, event)).collect();
    match test.by_itself() {
        // A waiver that is over fails what passes.
        Verdict::Passed if events.contains(&Event::WaiverOver) && parts.len() == 1 => {
            parts.push("the test passes without it".to_owned());
        }
        Verdict::Passed | Verdict::Ignored => {}
        // All that it fails for is that its certificate comes near its end.
        Verdict::Failed if is_over && test.observed == [CERTIFICATE_ENDS_SOON] => {}
        Verdict::Inconclusive => parts.push(format!("it could not be told: {}", test.in_short())),
        Verdict::Failed | Verdict::Pending | Verdict::Waived | Verdict::Advice => {
            parts.push(test.in_short());
        }
    }
    parts.join("; ")
}

fn words(test: &Test, event: Event) -> Option<String> {
    let end = test.certificate_end.as_ref();
    Some(match event {
        Event::WaiverOver => {
            let waiver = test.waiver.as_ref()?;
            let line = waiver.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("the waiver of {}{line} ends on {}", test.file, waiver.until)
        }
        Event::Enforced => format!("enforced from {} on", test.enforce_from.as_ref()?),
        Event::CertificateEndsSoon => {
            let (end, needed) = (end?, end?.valid_for.as_ref()?);
            format!("its certificate ends at {}, and has to be valid for {needed}", end.not_after)
        }
        Event::CertificateOver => format!("its certificate ends at {}", end?.not_after),
    })
}

impl Agenda<'_> {
    /// 0 where it could be told what blocks when, 3 where not: a test is inconclusive, or left out with all
    /// others, or a part of the suite is missing.
    #[must_use]
    pub fn exit_code(&self, report: &Report) -> u8 {
        let is_empty = self.ignored == report.tests.len();
        if self.open > 0 || is_empty || !report.missing_shards().is_empty() { 3 } else { 0 }
    }

    /// The whole of it for people, a block for each day, with a line end after each line.
    #[must_use]
    pub fn text(&self, report: &Report) -> String {
        let all = report.tests.len();
        let of = |count: usize, one: &str, many: &str| {
            let tests = if all == 1 { "test" } else { "tests" };
            format!("{count} of {all} {tests} {}", if count == 1 { one } else { many })
        };
        let mut blocks = Vec::new();
        if !self.already.is_empty() {
            let count = of(self.already.len(), "blocks", "block");
            blocks.push(block(&format!("{count} already, on {}", self.today), &self.already));
        }
        for (day, entries) in &self.days {
            let count = of(entries.len(), "blocks", "block");
            blocks.push(block(&format!("{count} from {day}"), entries));
        }
        let mut last = vec![format!("nothing changes for {}", of(self.unchanged, "", "").trim_end())];
        if self.open > 0 {
            last.push(of(self.open, "could not be told", "could not be told"));
        }
        if self.ignored > 0 {
            last.push(of(self.ignored, "was left out", "were left out"));
        }
        last.extend(verdict_line::parts(report));
        last.push(verdict_line::against(report));
        blocks.push(format!("{}\n", last.join(", ")));
        blocks.join("\n")
    }
}

fn block(head: &str, entries: &[Entry<'_>]) -> String {
    let mut text = format!("{head}\n");
    for Entry { test, why } in entries.iter().take(MOST) {
        text.push_str(&format!("  {}\n", printable_up_to(&format!("{}: {why}", test.name), LONGEST)));
    }
    if let more @ 1.. = entries.len().saturating_sub(MOST) {
        text.push_str(&format!("  … and {more} more\n"));
    }
    text
}
