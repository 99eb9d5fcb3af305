//! The days that matter: from when tests are enforced, and when waivers end.

use std::collections::BTreeMap;

use time::Date;

use super::model::{Report, Test};
use crate::calendar::parse_date;
use crate::verdict::Verdict;

/// What changes on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change<'a> {
    /// Whether the day is over, by the day of the report.
    pub is_over: bool,
    /// The tests that are enforced from this day on.
    pub enforced: Vec<&'a Test>,
    /// The tests whose waiver has this as its last day.
    pub waiver_ends: Vec<&'a Test>,
}

impl Change<'_> {
    /// How many tests block after it and did not before, if nothing else changes.
    #[must_use]
    pub fn blocks(&self) -> usize {
        let (pending, waived) = self.blocking();
        pending + waived
    }

    /// The same, of those that are enforced and of those whose waiver ends.
    #[must_use]
    pub fn blocking(&self) -> (usize, usize) {
        let count = |tests: &[&Test], verdict| tests.iter().filter(|test| test.verdict == verdict).count();
        (count(&self.enforced, Verdict::Pending), count(&self.waiver_ends, Verdict::Waived))
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
        let blocks = match self.blocks() {
            0 => String::new(),
            count => format!("; {count} would block"),
        };
        format!("{}{blocks}", parts.join(", "))
    }

    /// In words: `3 tests are enforced from this day on, of which 1 would block; 1 waiver ends after it`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        let pending = self.enforced.iter().filter(|test| test.verdict == Verdict::Pending).count();
        let of_which = if pending == 0 { String::new() } else { format!(", of which {pending} would block") };
        let since = if self.is_over { "since this day" } else { "from this day on" };
        match self.enforced.len() {
            0 => {}
            1 => parts.push(format!("1 test is enforced {since}{of_which}")),
            count => parts.push(format!("{count} tests are enforced {since}{of_which}")),
        }
        match (self.waiver_ends.len(), self.is_over) {
            (0, _) => {}
            (1, false) => parts.push("the waiver of 1 test ends after it".to_owned()),
            (1, true) => parts.push("the waiver of 1 test ended".to_owned()),
            (count, false) => parts.push(format!("the waivers of {count} tests end after it")),
            (count, true) => parts.push(format!("the waivers of {count} tests ended")),
        }
        parts.join("; ")
    }
}

/// The days, soonest first, past ones included. Empty where no test has a calendar.
#[must_use]
pub fn days(report: &Report) -> BTreeMap<Date, Change<'_>> {
    let mut days: BTreeMap<Date, Change<'_>> = BTreeMap::new();
    for test in &report.tests {
        if let Some(day) = test.enforce_from.as_deref().and_then(parse_date) {
            days.entry(day).or_default().enforced.push(test);
        }
        if let Some(day) = test.waiver.as_ref().and_then(|waiver| parse_date(&waiver.until)) {
            days.entry(day).or_default().waiver_ends.push(test);
        }
    }
    if let Some(today) = parse_date(&report.as_of) {
        days.iter_mut().for_each(|(day, change)| change.is_over = *day < today);
    }
    days
}
