//! The days that matter: from when tests are enforced, and when waivers and certificates end.

use std::collections::BTreeMap;

use time::Date;

use super::model::{Report, Test};
use super::outlook::{Event, events, verdict_on};
use crate::calendar::parse_date;

/// What changes on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change<'a> {
    /// Whether the day is over, by the day of the report.
    pub is_over: bool,
    /// The tests that are enforced from this day on.
    pub enforced: Vec<&'a Test>,
    /// The tests whose waiver has this as its last day.
    pub waiver_ends: Vec<&'a Test>,
    /// The tests that do not block, and whose certificate is no longer as it has to be from this day on.
    pub certificate_ends: Vec<&'a Test>,
    /// How many of the first block from this day on and did not before, if nothing else changes.
    pub enforced_block: usize,
    /// How many of the second block after this day and did not before.
    pub waived_block: usize,
    /// How many of the last block from this day on and did not before.
    pub certificate_block: usize,
}

impl Change<'_> {
    /// How many tests block after it and did not before, if nothing else changes.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.enforced_block + self.waived_block + self.certificate_block
    }

    /// In few words, for a picture: `3 enforced, 1 waiver ends; 2 would block`.
    #[must_use]
    pub fn in_short(&self) -> String {
        let mut parts = Vec::new();
        if !self.enforced.is_empty() {
            parts.push(format!("{} enforced", self.enforced.len()));
        }
        match (self.waiver_ends.len(), self.is_over) {
            (0, _) => {}
            (1, false) => parts.push("1 waiver ends".to_owned()),
            (1, true) => parts.push("1 waiver ended".to_owned()),
            (count, false) => parts.push(format!("{count} waivers end")),
            (count, true) => parts.push(format!("{count} waivers ended")),
        }
        match self.certificate_ends.len() {
            0 => {}
            1 => parts.push("1 certificate ends".to_owned()),
            count => parts.push(format!("{count} certificates end")),
        }
        let blocks = match self.blocks() {
            0 => String::new(),
            count => format!("; {count} would block"),
        };
        format!("{}{blocks}", parts.join(", "))
    }

    /// In words: `3 tests are enforced from this day on, of which 1 would block; the waiver of 1 test ends
    /// after it`.
    #[must_use]
    pub fn words(&self) -> String {
        let of_which = |count| match count {
            0 => String::new(),
            count => format!(", of which {count} would block"),
        };
        let mut parts = Vec::new();
        let since = if self.is_over { "since this day" } else { "from this day on" };
        let would = of_which(self.enforced_block);
        match self.enforced.len() {
            0 => {}
            1 => parts.push(format!("1 test is enforced {since}{would}")),
            count => parts.push(format!("{count} tests are enforced {since}{would}")),
        }
        let would = of_which(self.waived_block);
        match (self.waiver_ends.len(), self.is_over) {
            (0, _) => {}
            (1, false) => parts.push(format!("the waiver of 1 test ends after it{would}")),
            (1, true) => parts.push("the waiver of 1 test ended".to_owned()),
            (count, false) => parts.push(format!("the waivers of {count} tests end after it{would}")),
            (count, true) => parts.push(format!("the waivers of {count} tests ended")),
        }
        let would = of_which(self.certificate_block);
        match self.certificate_ends.len() {
            0 => {}
            1 => parts.push(format!("the certificate of 1 test ends, or comes too near its end{would}")),
            count => {
                parts.push(format!(
                    "the certificates of {count} tests end, or come too near their end{would}"
                ));
            }
        }
        parts.join("; ")
    }

    /// The tests that something changes for.
    pub fn tests(&self) -> impl Iterator<Item = &Test> {
        self.enforced.iter().chain(&self.waiver_ends).chain(&self.certificate_ends).copied()
    }
}

/// The days, soonest first, past ones included. Empty where no test has a calendar.
#[must_use]
pub fn days(report: &Report) -> BTreeMap<Date, Change<'_>> {
    let today = parse_date(&report.as_of);
    let mut days: BTreeMap<Date, Change<'_>> = BTreeMap::new();
    for test in &report.tests {
        let (enforce_from, waived_until) = (test.enforcement(), test.waived_until());
        let blocks = |day: Option<Date>| day.is_some_and(|day| report.blocks(verdict_on(test, day)));
        // What has happened already is not what will.
        let is_to_come = |day: Date| today.is_none_or(|today| today < day);
        if let Some(day) = enforce_from {
            let change = days.entry(day).or_default();
            change.enforced.push(test);
            let begins = is_to_come(day) && !blocks(day.previous_day()) && blocks(Some(day));
            change.enforced_block += usize::from(begins);
        }
        if let Some(day) = waived_until {
            let change = days.entry(day).or_default();
            change.waiver_ends.push(test);
            let begins = !is_over(day, today) && !blocks(Some(day)) && blocks(day.next_day());
            change.waived_block += usize::from(begins);
        }
        let is_over = |event: &Event| matches!(event, Event::CertificateEndsSoon | Event::CertificateOver);
        if let Some((day, _)) = events(test).into_iter().find(|(_, event)| is_over(event)) {
            let change = days.entry(day).or_default();
            change.certificate_ends.push(test);
            let begins = is_to_come(day) && !blocks(day.previous_day()) && blocks(Some(day));
            change.certificate_block += usize::from(begins);
        }
    }
    days.iter_mut().for_each(|(day, change)| change.is_over = is_over(*day, today));
    days
}

/// Whether a day is over, by the day of the report.
fn is_over(day: Date, today: Option<Date>) -> bool {
    today.is_some_and(|today| day < today)
}
