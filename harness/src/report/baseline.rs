//! What got worse since an earlier report, and what better: by the facts that each address showed, then and
//! now.
//!
//! A fact is worse where the earlier report did not have it, or had it on fewer addresses; and on an
//! address that both have and that did not show it. The addresses of a name may change from run to run, so
//! their number counts as well as who they are.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use time::Date;

use super::layout::{LABEL, labelled};
use super::model::{self, Address, Compared, Report, Side, Standing, State, Test};
use super::{Against, verdict_line};
use crate::escape::printable;
use crate::verdict::{Fact, Verdict};
use crate::version::Version;

/// How many addresses are named.
const NAMED: usize = 3;

/// An earlier report to compare with.
#[derive(Debug, Clone)]
pub struct Baseline {
    summary: model::Baseline,
    tests: HashMap<String, Before>,
}

/// A test as it was.
#[derive(Debug, Clone)]
struct Before {
    subject: Subject,
    found: Verdict,
    shown: Shown,
}

/// Who was on trial: facts about another say nothing.
type Subject = (Against, Side, String, u16);

fn subject(test: &Test) -> Subject {
    (test.against, test.side, test.host.clone(), test.port)
}

/// The facts that each address showed; those of a program have no address.
#[derive(Debug, Clone, Default, PartialEq)]
struct Shown(BTreeMap<String, BTreeSet<String>>);

impl Shown {
    fn of(test: &Test) -> Shown {
        let facts = |observed: &[String]| observed.iter().cloned().collect();
        let of_address = |it: &Address| (it.address.clone(), facts(&it.observed));
        let shown: BTreeMap<_, _> = test.addresses.iter().map(of_address).collect();
        if shown.is_empty() { Shown([(String::new(), facts(&test.observed))].into()) } else { Shown(shown) }
    }

    /// On how many addresses a fact was shown, or one that is as bad or worse.
    fn count(&self, fact: &str) -> usize {
        self.0.values().filter(|facts| is_known(facts, fact)).count()
    }

    /// On how many addresses a fact was shown, or one that is so alike that one covers the other.
    fn count_alike(&self, fact: &str) -> usize {
        let is_alike = |shown: &String| Fact::words_cover(shown, fact) || Fact::words_cover(fact, shown);
        self.0.values().filter(|facts| facts.iter().any(is_alike)).count()
    }

    /// Every fact, each once.
    fn facts(&self) -> BTreeSet<&str> {
        self.0.values().flatten().map(String::as_str).collect()
    }

    /// The addresses that both have, and that show a fact here and not there.
    fn beyond<'s>(&'s self, other: &Shown, fact: &str) -> Vec<&'s str> {
        let is_beyond = |address: &str| {
            let (here, there) = (self.0.get(address), other.0.get(address));
            here.is_some_and(|facts| facts.contains(fact))
                && there.is_some_and(|facts| !is_known(facts, fact))
        };
        self.0.keys().map(String::as_str).filter(|address| is_beyond(address)).collect()
    }
}

fn is_known(facts: &BTreeSet<String>, fact: &str) -> bool {
    facts.iter().any(|known| Fact::words_cover(known, fact))
}

impl Baseline {
    /// The baseline of a run, which is `live` or not, of a suite that has tests of these names.
    ///
    /// # Errors
    /// Why the two cannot be compared, for people.
    pub fn new<'a>(
        report: Report,
        live: bool,
        suite: impl IntoIterator<Item = &'a str>,
    ) -> Result<Baseline, String> {
        if report.live != live {
            let (then, now) = if live { ("without", "with") } else { ("with", "without") };
            return Err(format!(
                "it was run {then} --live, and this run is {now} it: they say nothing of one another"
            ));
        }
        let is_mute = |test: &&Test| test.by_itself() == Verdict::Failed && test.observed.is_empty();
        if let Some(test) = report.tests.iter().find(is_mute) {
            return Err(format!(
                "it does not say what {} observed, which failed: let this version write it anew",
                printable(&test.name)
            ));
        }
        let suite: HashSet<&str> = suite.into_iter().collect();
        let names = report.tests.iter().map(|test| &test.name);
        let summary = model::Baseline {
            part: verdict_line::parts(&report),
            gone: names.filter(|name| !suite.contains(name.as_str())).cloned().collect(),
            as_of: report.as_of,
        };
        let before = |test: Test| {
            let before = Before { subject: subject(&test), found: test.by_itself(), shown: Shown::of(&test) };
            (test.name, before)
        };
        Ok(Baseline { summary, tests: report.tests.into_iter().map(before).collect() })
    }

    /// What a report says of it.
    #[must_use]
    pub fn summary(&self) -> model::Baseline {
        self.summary.clone()
    }

    /// Compares a test of this run, judged by `today`: where it fails as it failed it does not block.
    pub fn compare(&self, test: &mut Test, today: Date) {
        let before = self.tests.get(&test.name).filter(|before| before.subject == subject(test));
        let mut compared = Compared {
            as_of: self.summary.as_of.clone(),
            standing: Standing::New,
            worse: Vec::new(),
            better: Vec::new(),
            excused: false,
        };
        if let Some(before) = before {
            compared.worse = worse(before, test);
            compared.better = better(before, test);
            compared.standing = standing(before, test, &compared);
        }
        compared.excused = test.by_itself() == Verdict::Failed
            && matches!(compared.standing, Standing::AsBefore | Standing::Better);
        if compared.standing == Standing::Worse {
            let words = compared.worse.join("; ");
            test.reason.push_str(&format!("; since the baseline of {}: {words}", compared.as_of));
        }
        let words = compared.words();
        test.baseline = Some(Box::new(compared));
        let (was, found) = (test.verdict, test.by_itself());
        test.verdict = test.on(today);
        test.found = (test.verdict != found).then_some(found);
        if let Some(guidance) = &mut test.guidance {
            guidance.explanation = explained(&guidance.explanation, was, test.verdict, &words);
        }
    }
}

fn standing(before: &Before, test: &Test, compared: &Compared) -> Standing {
    match test.by_itself() {
        _ if !compared.worse.is_empty() => Standing::Worse,
        Verdict::Ignored if before.found == Verdict::Ignored => Standing::AsBefore,
        Verdict::Ignored => Standing::Unknown,
        _ if is_open(test) => Standing::Unknown,
        _ if !compared.better.is_empty() => Standing::Better,
        _ => Standing::AsBefore,
    }
}

/// Whether it could not be told, or not of every address: what is not known is not excused.
fn is_open(test: &Test) -> bool {
    let is_open = |verdict| verdict == Verdict::Inconclusive;
    let passes = test.by_itself() == Verdict::Passed;
    is_open(test.by_itself()) || (!passes && test.addresses.iter().any(|address| is_open(address.verdict)))
}

fn worse(before: &Before, test: &Test) -> Vec<String> {
    // What some addresses do where one of them is enough is nothing that blocks.
    if test.by_itself() != Verdict::Failed {
        return Vec::new();
    }
    let now = Shown::of(test);
    let mut worse: Vec<String> =
        now.facts().into_iter().filter_map(|fact| worse_of(fact, before, &now)).collect();
    if worse.is_empty() && before.found == Verdict::Passed {
        worse.push("it passed there".to_owned());
    }
    worse
}

fn worse_of(fact: &str, before: &Before, now: &Shown) -> Option<String> {
    let (was, is) = (before.shown.count(fact), now.count_alike(fact));
    let beyond = now.beyond(&before.shown, fact);
    if was == 0 {
        let back = if before.found == Verdict::Inconclusive { "is accepted" } else { "is back" };
        let words = version_of(fact).map_or_else(|| format!("{fact} is new"), |it| format!("{it} {back}"));
        return Some(format!("{words}{}", on(is, now)));
    }
    if is > was {
        return Some(change(fact, was, &before.shown, is, now));
    }
    let named: Vec<&str> = beyond.iter().copied().take(NAMED).collect();
    let more = beyond.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!named.is_empty())
        .then(|| format!("{} on {}{more}, which did not show it", thing(fact), named.join(", ")))
}

fn better(before: &Before, test: &Test) -> Vec<String> {
    if is_open(test) || test.by_itself() == Verdict::Ignored {
        return Vec::new();
    }
    let now = Shown::of(test);
    let better_of = |fact: &str| {
        let (was, is) = (before.shown.count(fact), now.count(fact));
        match is {
            0 => Some(gone(fact, test, &now)),
            _ if is < was => Some(change(fact, was, &before.shown, is, &now)),
            _ => None,
        }
    };
    let mut better: Vec<String> = before.shown.facts().into_iter().filter_map(better_of).collect();
    if test.by_itself() == Verdict::Passed && before.found != Verdict::Passed && better.is_empty() {
        better.push(match before.found {
            Verdict::Failed => "it failed there, and passes now".to_owned(),
            _ => "it could not be told there, and passes now".to_owned(),
        });
    }
    better
}

/// That no address shows a fact any more. That a version is refused is said where it is proven.
fn gone(fact: &str, test: &Test, now: &Shown) -> String {
    let Some(version) = version_of(fact) else { return format!("{fact} is gone") };
    let is_refused = test.versions.iter().any(|it| it.version == version && it.state == State::Refused);
    match (is_refused, now.0.len()) {
        (true, 0 | 1) => format!("{version} is refused now"),
        (true, _) => format!("{version} is refused now by all addresses"),
        (false, _) => format!("{version} was not accepted any more"),
    }
}

fn change(fact: &str, was: usize, before: &Shown, is: usize, now: &Shown) -> String {
    let (of_now, of_before) = (now.0.len(), before.0.len());
    let addresses = if of_now == 1 { "address" } else { "addresses" };
    format!("{} on {is} of {of_now} {addresses}, and was on {was} of {of_before}", thing(fact))
}

/// A fact as the subject of a sentence, with its verb.
fn thing(fact: &str) -> String {
    version_of(fact).map_or_else(|| format!("{fact} is"), |version| format!("{version} is accepted"))
}

/// On how many addresses, where there are several.
fn on(count: usize, now: &Shown) -> String {
    match now.0.len() {
        0 | 1 => String::new(),
        all if all == count => format!(" on all {all} addresses"),
        all => format!(" on {count} of {all} addresses"),
    }
}

/// The version that is spoken and should not be.
fn version_of(fact: &str) -> Option<Version> {
    let key = fact.strip_prefix("accepted ").or_else(|| fact.strip_prefix("spoken "))?;
    Version::ALL.into_iter().find(|version| version.key() == key)
}

/// The explanation of a test with what the baseline says of it, before what follows.
fn explained(explanation: &str, was: Verdict, is: Verdict, words: &str) -> String {
    let begin = format!("{}: ", was.key());
    let explanation = match explanation.strip_prefix(&begin) {
        Some(rest) => format!("{}: {rest}", is.key()),
        None => explanation.to_owned(),
    };
    let mut lines: Vec<String> = explanation.split('\n').map(str::to_owned).collect();
    let so = lines.iter().position(|line| line.starts_with("  so ")).unwrap_or(lines.len());
    let blanks = |line: &String| line.chars().skip(4).take_while(|character| *character == ' ').count();
    let row = labelled("baseline", lines.get(so).map_or(LABEL, blanks), words);
    lines.splice(so..so, row);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(of_addresses: &[&str]) -> Shown {
        let facts = |fact: &str| [fact].into_iter().filter(|it| !it.is_empty()).map(str::to_owned).collect();
        let addresses = of_addresses.iter().enumerate();
        Shown(addresses.map(|(index, fact)| (index.to_string(), facts(fact))).collect())
    }

    #[test]
    fn a_fact_with_a_value_is_worse_where_the_value_is_or_where_more_addresses_show_one() {
        for (then, now, is_worse) in [
            (&["hsts max-age 60"][..], &["hsts max-age 60"][..], false),
            (&["hsts max-age 60"], &["hsts max-age 90"], false),
            (&["hsts max-age 60"], &["hsts max-age 30"], true),
            (&["closed"], &["reset"], false),
            // One address more shows one, each another.
            (&["hsts max-age 60"], &["hsts max-age 60", "hsts max-age 90"], true),
            (&["hsts max-age 60", ""], &["", "hsts max-age 60"], true),
        ] {
            let (then, now) = (shown(then), shown(now));
            let subject = (Against::Host, Side::Server, "a.example".to_owned(), 443);
            let before = Before { subject, found: Verdict::Failed, shown: then };
            let is_found = now.facts().into_iter().any(|fact| worse_of(fact, &before, &now).is_some());
            assert_eq!(is_found, is_worse, "{before:?} {now:?}");
        }
    }
}
