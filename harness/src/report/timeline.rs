//! The days that matter: from when tests are enforced, and when waivers end.

use std::collections::BTreeMap;

use time::Date;

use super::model::{Report, Test};
use crate::calendar::parse_date;
use crate::verdict::Verdict;

/// What changes on a day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change<'a> {
    /// The tests that are enforced from this day on.
    pub enforced: Vec<&'a Test>,
    /// The tests whose waiver has this as its last day.
    pub waiver_ends: Vec<&'a Test>,
}

impl Change<'_> {
    /// How many tests block after it and did not before, if nothing else changes.
    #[must_use]
    pub fn blocks(&self) -> usize {
        let pending = self.enforced.iter().filter(|test| test.verdict == Verdict::Pending).count();
        pending + self.waiver_ends.iter().filter(|test| test.verdict == Verdict::Waived).count()
    }

    /// In words: `enforces 3 tests, of which 1 does not pass; 1 waiver ends`.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.enforced.is_empty() {
            let pending = self.enforced.iter().filter(|test| test.verdict == Verdict::Pending).count();
            let of_which =
                if pending == 0 { String::new() } else { format!(", of which {pending} would block") };
            parts.push(format!("{} enforced from this day on{of_which}", tests(self.enforced.len())));
        }
        if !self.waiver_ends.is_empty() {
            let count = self.waiver_ends.len();
            let ends = if count == 1 { "1 waiver ends".to_owned() } else { format!("{count} waivers end") };
            parts.push(format!("{ends} after this day"));
        }
        parts.join("; ")
    }
}

fn tests(count: usize) -> String {
    if count == 1 { "1 test is".to_owned() } else { format!("{count} tests are") }
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
    days
}
