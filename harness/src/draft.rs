//! A scenario file from what a host does today. Pure: a survey is written, run as any other file, and what
//! came of it makes the file that stays.

use std::fmt::Write as _;

use time::Date;

use crate::report::model::{State, Test};
use crate::scenario::{Addresses, Host};
use crate::verdict::Verdict;
use crate::version::Version;

/// What a file is about.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The host.
    pub host: Host,
    /// What else says the way to it: fields and their values, as they are written.
    pub way: Vec<(&'static str, String)>,
    /// The policy that it is held against; without one what the host does today is written down.
    pub policy: Option<String>,
    /// The day of the survey.
    pub day: Date,
    /// The last day of the waivers.
    pub until: Date,
    /// The file of the JSON Schema from the file's folder, where there is one.
    pub schema: Option<String>,
    /// The command that the file says it was written by.
    pub command: String,
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// These tests could not be told: each with what was found.
    Open(Vec<String>),
    /// Nothing newer than TLS 1.1 is spoken, and nothing older is accepted: there is nothing to say.
    NothingSpoken,
}

/// For how many days a certificate must be valid, where it is.
const AHEAD: i64 = 14;

/// How many facts that a waiver is narrowed to stand in one line.
const IN_ONE_LINE: usize = 3;

impl Draft {
    /// The scenarios that find out what the host does.
    #[must_use]
    pub fn survey(&self) -> String {
        let mut text = self.beginning();
        match &self.policy {
            Some(policy) => writeln(&mut text, &format!("policy: {}", scalar(policy))),
            None => {
                text.push_str("scenarios:\n");
                for version in [Version::Tls12, Version::Tls13] {
                    text.push_str(&accepted(version, ""));
                }
                text.push_str(&refused(None));
                text.push_str("  certificate: { expect: { certificate: trusted } }\n");
            }
        }
        text
    }

    /// The file, from what the survey came to.
    ///
    /// # Errors
    /// Why there is none.
    pub fn file(&self, surveyed: &[Test]) -> Result<String, Obstacle> {
        let can_be_left_out = |test: &Test| self.policy.is_none() && test.name.ends_with("::certificate");
        let is_open = |test: &&Test| {
            test.by_itself() == Verdict::Inconclusive && !test.is_advice && !can_be_left_out(test)
        };
        let open: Vec<String> = surveyed.iter().filter(is_open).map(told).collect();
        if !open.is_empty() {
            return Err(Obstacle::Open(open));
        }
        let mut text = String::new();
        if let Some(schema) = &self.schema {
            writeln(&mut text, &format!("# yaml-language-server: $schema={schema}"));
        }
        writeln(&mut text, &format!("# What {} did on {}, written by", self.host.short(), self.day));
        writeln(&mut text, &format!("#   {}", self.command));
        text.push_str(
            "# A beginning: delete what need not stay true, and say by `title` and `advice` what the next reader has to know.\n",
        );
        text.push_str(&self.beginning());
        match &self.policy {
            Some(policy) => self.held(policy, surveyed, &mut text),
            None => self.described(surveyed, &mut text)?,
        }
        Ok(text)
    }

    fn beginning(&self) -> String {
        let mut text = format!("host: {}\n", scalar(&self.host.short()));
        for (field, value) in &self.way {
            writeln(&mut text, &format!("{field}: {}", scalar(value)));
        }
        text
    }

    /// The policy, and a waiver for each rule that is not met.
    fn held(&self, policy: &str, surveyed: &[Test], text: &mut String) {
        writeln(text, &format!("policy: {}", scalar(policy)));
        let mut is_first = true;
        for test in surveyed.iter().filter(|test| has_failed(test)) {
            let Some(rule) = &test.rule else { continue };
            if is_first {
                text.push_str("rules:\n");
                is_first = false;
            }
            writeln(text, &format!("  # {}", one_line(&reason(test))));
            writeln(text, &format!("  {}:", scalar(&rule.key)));
            text.push_str(&self.waiver(test, "    "));
        }
    }

    /// What is accepted and refused, and the certificate.
    fn described(&self, surveyed: &[Test], text: &mut String) -> Result<(), Obstacle> {
        let find = |name: &str| surveyed.iter().find(|test| test.name.ends_with(&format!("::{name}")));
        let (mut scenarios, mut is_modern) = (String::new(), false);
        for version in [Version::Tls12, Version::Tls13] {
            let Some(test) = find(&key_of(version)) else { continue };
            let [accept, refuse] = [Verdict::Passed, Verdict::Failed]
                .map(|verdict| test.addresses.iter().filter(|it| it.verdict == verdict).count());
            let all = test.addresses.len();
            let is_accepted = test.by_itself() == Verdict::Passed || accept > 0;
            is_modern |= is_accepted;
            match test.by_itself() {
                Verdict::Passed => scenarios.push_str(&accepted(version, "")),
                _ if is_accepted => {
                    let line = format!("  # {version} is accepted by {accept} of {all} addresses today.");
                    writeln(&mut scenarios, &line);
                    scenarios.push_str(&accepted(version, "    addresses: any\n"));
                }
                _ if refuse < all => {
                    let line = format!("  # {version} is refused by {refuse} of {all} addresses today.");
                    writeln(&mut scenarios, &format!("{line} Of the others it could not be told."));
                }
                _ => writeln(&mut scenarios, &format!("  # {version} is refused today.")),
            }
        }
        let old = find(OLDER);
        if let Some(old) = old {
            if has_failed(old) {
                writeln(&mut scenarios, &format!("  # {}", one_line(&reason(old))));
                scenarios.push_str(&refused(Some(&self.waiver(old, "    "))));
            } else {
                scenarios.push_str(&refused(None));
            }
        }
        let speaks_old = old.is_some_and(|test| test.versions.iter().any(|it| it.state == State::Accepted));
        if !is_modern && !speaks_old {
            return Err(Obstacle::NothingSpoken);
        }
        if let Some(certificate) = find("certificate").filter(|_| is_modern) {
            scenarios.push_str(&self.certificate(certificate));
        }
        text.push_str("scenarios:\n");
        text.push_str(&scenarios);
        Ok(())
    }

    /// That the certificate is trusted, with a waiver where it is not: what is wrong with it today need not
    /// stay so.
    fn certificate(&self, test: &Test) -> String {
        // Nothing of so small a run waits in a file.
        let observations = test.observations.all().unwrap_or_default();
        let certificates: Vec<_> =
            observations.iter().filter_map(|observation| observation.certificate.as_ref()).collect();
        if !certificates.is_empty() && has_failed(test) {
            return format!(
                "  # {}\n  certificate:\n    expect: {{ certificate: trusted }}\n{}",
                one_line(&reason(test)),
                self.waiver(test, "    ")
            );
        }
        if test.by_itself() != Verdict::Passed {
            let seen =
                if certificates.is_empty() { "No certificate was" } else { "Not every certificate was" };
            return format!("  # {seen} seen: {}\n", one_line(&test.in_short()));
        }
        let ends = certificates.iter().filter_map(|it| it.not_after.as_deref());
        let left = ends.filter_map(|end| days_until(self.day, end)).min();
        // Tomorrow there is a day less left, and the file still has to pass.
        let expected = match left {
            Some(left) if left > AHEAD + 1 => format!("certificate_valid_for: {AHEAD}d"),
            _ => "certificate: trusted".to_owned(),
        };
        format!("  certificate:\n    expect: {{ {expected} }}\n")
    }

    /// A waiver for what a test observed, and nothing else.
    fn waiver(&self, test: &Test, indent: &str) -> String {
        let mut text = format!("{indent}waiver:\n{indent}  until: {}\n", self.until);
        writeln(
            &mut text,
            &format!("{indent}  reason: so it was on {}, when this file was written", self.day),
        );
        let facts: Vec<String> = test.observed.iter().map(|fact| scalar(fact)).collect();
        match facts.as_slice() {
            [] => {}
            few if few.len() <= IN_ONE_LINE => {
                writeln(&mut text, &format!("{indent}  observed: [{}]", few.join(", ")));
            }
            many => {
                writeln(&mut text, &format!("{indent}  observed:"));
                many.iter().for_each(|fact| writeln(&mut text, &format!("{indent}    - {fact}")));
            }
        }
        text
    }
}

/// What a test of the survey, which asks all addresses, comes to by itself where these have to be as expected.
#[must_use]
pub fn by_itself(surveyed: &Test, addresses: Addresses) -> Verdict {
    let is_met = surveyed.addresses.iter().any(|address| address.verdict == Verdict::Passed);
    if addresses == Addresses::Any && is_met { Verdict::Passed } else { surveyed.by_itself() }
}

const OLDER: &str = "older-versions-are-refused";

fn key_of(version: Version) -> String {
    format!("tls-{}-is-accepted", version.key())
}

/// With `more` below it: whole lines.
fn accepted(version: Version, more: &str) -> String {
    format!(
        "  {}:\n    min_version: {v}\n    max_version: {v}\n    evidence: hello\n    expect: accepted\n{more}",
        key_of(version),
        v = version.key()
    )
}

fn refused(waiver: Option<&str>) -> String {
    format!(
        "  {OLDER}:\n    min_version: SSLv2\n    max_version: 1.1\n    expect: refused\n{}",
        waiver.unwrap_or_default()
    )
}

/// Whether a test fails, and blocks: what is pending has a day of its own, and advice has none.
fn has_failed(test: &Test) -> bool {
    test.verdict == Verdict::Failed
}

/// What was found, and on how many of the addresses where they differ.
fn reason(test: &Test) -> String {
    let all = test.addresses.len();
    let same = test.addresses.iter().filter(|address| address.verdict == test.by_itself()).count();
    if same == 0 || same == all {
        return test.reason.clone();
    }
    // It belongs before the reason, which may be long.
    let (what, why) = match test.reason.split_once(": ") {
        Some((what, why)) => (what, format!(": {why}")),
        None => (test.reason.as_str(), String::new()),
    };
    format!("{what} on {same} of {all} addresses{why}")
}

fn told(test: &Test) -> String {
    one_line(&test.in_short())
}

/// Text behind a `#`.
fn one_line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::escape::printable_up_to(&line, 200)
}

/// Whole days from a day to a moment by RFC 3339.
fn days_until(day: Date, moment: &str) -> Option<i64> {
    let end = crate::calendar::parse_date(moment.get(..10)?)?;
    Some((end - day).whole_days())
}

/// A text as YAML has it: in quotes where it could be read as anything else.
fn scalar(text: &str) -> String {
    let is_plain = text.chars().all(|it| it.is_ascii_alphanumeric() || "._-/ ".contains(it))
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.trim() == text
        && !["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word));
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

fn writeln(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests;
