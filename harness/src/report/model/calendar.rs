//! What a report says of when a test blocks.

use serde::{Deserialize, Serialize};
use time::Date;

use super::Test;
use crate::calendar::{Leave, parse_date, settle};
use crate::verdict::{Fact, Verdict};

/// What decided where a waiver is needed by no test below it.
pub(in crate::report) const WAIVER_UNNEEDED: &str = "waiver_unneeded";

/// Somebody's permission to fail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its last day.
    pub until: String,
    /// Why.
    pub reason: String,
    /// Where it is followed.
    #[serde(default)]
    pub ticket: Option<String>,
    /// All that it is for, in the words of [`Test::observed`]; everything where it names nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<String>,
    /// The line that it stands on, in the scenario's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The line that it ends on, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_line: Option<usize>,
    /// How many tests of the whole suite stand below it, chosen for this run or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<usize>,
}

/// Until when certificates let a test pass, or fail for nothing but what it fails for already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateEnd {
    /// The last moment at which they are valid as long as they have to be, by RFC 3339.
    pub passes_until: String,
    /// The end of the certificate, by RFC 3339.
    pub not_after: String,
    /// How long it must still be valid, as scenarios write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<String>,
}

impl Waiver {
    /// Whether it is for everything that was observed.
    #[must_use]
    pub fn covers(&self, observed: &[String]) -> bool {
        let is_known = |fact: &String| self.observed.iter().any(|known| Fact::words_cover(known, fact));
        self.observed.is_empty() || observed.iter().all(is_known)
    }

    /// Which lines of `file` it takes, in words: `lines 7 to 10 of scenarios/a.yaml`. The file is raw.
    #[must_use]
    pub fn lines(&self, file: &str) -> String {
        match (self.line, self.last_line) {
            (Some(line), last) => lines(file, line, last.unwrap_or(line)),
            (None, _) => file.to_owned(),
        }
    }

    /// Its reason, and where it is followed. Raw.
    #[must_use]
    pub fn why(&self) -> String {
        let ticket = self.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
        format!("{}{ticket}", self.reason)
    }
}

/// Lines of a file, in words.
pub(in crate::report) fn lines(file: &str, first: usize, last: usize) -> String {
    if first < last {
        format!("lines {first} to {last} of {file}")
    } else {
        format!("line {first} of {file}")
    }
}

impl Test {
    /// What it comes to on a day, if nothing else changes.
    #[must_use]
    pub fn on(&self, day: Date) -> Verdict {
        self.on_with(self.by_itself(), &self.observed, day)
    }

    /// What it would come to on a day, had it come to `found` by itself and to these facts.
    #[must_use]
    pub(in crate::report) fn on_with(&self, found: Verdict, observed: &[String], day: Date) -> Verdict {
        let leave = self.waiver.as_ref().and_then(|waiver| {
            Some(Leave { until: parse_date(&waiver.until)?, covers: waiver.covers(observed) })
        });
        let is_expired = leave.is_some_and(|leave| leave.until < day);
        match settle(found, self.enforcement(), leave, self.is_advice, day) {
            _ if self.is_waiver_unneeded() => Verdict::Failed,
            Verdict::Failed | Verdict::Pending if !is_expired && self.is_excused_with(observed) => {
                Verdict::Waived
            }
            verdict => verdict,
        }
    }

    /// From which day it is enforced.
    pub(in crate::report) fn enforcement(&self) -> Option<Date> {
        self.enforce_from.as_deref().and_then(parse_date)
    }

    /// The last day of its waiver.
    pub(in crate::report) fn waived_until(&self) -> Option<Date> {
        self.waiver.as_ref().and_then(|waiver| parse_date(&waiver.until))
    }

    /// Whether it bears that its waiver is needed by no test.
    #[must_use]
    pub fn is_waiver_unneeded(&self) -> bool {
        self.finding == WAIVER_UNNEEDED
    }

    /// Of a test that something keeps from blocking: what, or until when, in words. Raw.
    #[must_use]
    pub fn until(&self) -> String {
        match (self.verdict, &self.enforce_from, self.waiver_in_force(), &self.baseline) {
            (Verdict::Pending, Some(day), ..) => format!("pending, enforced from {day} on"),
            (Verdict::Waived, _, Some(waiver), _) => format!("waived until {}", waiver.until),
            (Verdict::Waived, _, None, Some(compared)) => {
                format!("waived as in the baseline of {}", compared.as_of)
            }
            (verdict, ..) => verdict.key().to_owned(),
        }
    }

    /// The waiver by which it is waived.
    #[must_use]
    pub fn waiver_in_force(&self) -> Option<&Waiver> {
        self.waiver
            .as_deref()
            .filter(|waiver| self.verdict == Verdict::Waived && waiver.covers(&self.observed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_waiver_covers_what_it_names_and_what_is_no_worse() {
        for (named, observed, covers) in [
            (&[][..], &["closed"][..], true),
            (&["closed"], &["reset"], true),
            (&["hsts max-age 60"], &["hsts max-age 90"], true),
            (&["hsts max-age 60"], &["hsts max-age 30"], false),
            (&["accepted 1.0"], &["accepted 1.0", "accepted 1.1"], false),
        ] {
            let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
            let waiver = Waiver {
                until: String::new(),
                reason: String::new(),
                ticket: None,
                observed: words(named),
                line: None,
                last_line: None,
                tests: None,
            };
            assert_eq!(waiver.covers(&words(observed)), covers, "{named:?} {observed:?}");
        }
    }
}
