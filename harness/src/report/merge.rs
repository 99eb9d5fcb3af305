//! Reports of the parts of a suite, put together.

use std::collections::{BTreeMap, HashMap};

use time::Date;

use super::model::{Baseline, Report, Shards, Test};
use super::{key, unneeded};
use crate::calendar::parse_date;
use crate::escape::printable;

/// One report of all, in the order of the plan. `reports` have a name each, for messages; escaped.
/// `fail_on_pending` says that pending tests block, whatever the parts say of it.
///
/// The day is the latest of theirs, and the calendar is asked again by it: a part of an earlier day, from
/// before its tests were enforced, must not be what keeps the whole green.
///
/// Parts that no report is about are kept as missing: what was not tested is never ready.
///
/// # Errors
/// Why they cannot belong together.
pub fn merge(reports: Vec<(String, Report)>, fail_on_pending: bool) -> Result<Report, String> {
    let shards = shards(&reports)?;
    let baseline = baseline(&reports)?;
    let mut reports = reports;
    // A report without parts of its own stays before them.
    reports
        .sort_by_key(|(_, report)| report.shards.as_ref().and_then(|shards| shards.present.first().copied()));
    let as_of = reports.iter().map(|(_, report)| report.as_of.clone()).max();
    let as_of = as_of.ok_or("there is no report to merge")?;
    let live = reports.iter().all(|(_, report)| report.live);
    let fail_on_pending = fail_on_pending || reports.iter().any(|(_, report)| report.fail_on_pending);
    let today = parse_date(&as_of).ok_or_else(|| format!("{} is no day", printable(&as_of)))?;
    let mut tests = Vec::new();
    let mut from: HashMap<String, String> = HashMap::new();
    for (name, report) in reports {
        let is_of_today = report.as_of == as_of;
        for mut test in report.tests {
            if !is_of_today {
                settle_again(&mut test, today);
            }
            if let Some(first) = from.insert(test.name.clone(), name.clone()) {
                return Err(format!("{first} and {name} both have the test {}", printable(&test.name)));
            }
            tests.push(test);
        }
    }
    // By the plan: parts are made by host. Those of reports without parts stay where they are.
    tests.sort_by_key(|test| test.place);
    unneeded::fail_of_parts(&mut tests);
    Ok(Report { baseline, ..Report::new(as_of, live, fail_on_pending, shards, tests) })
}

/// Judges by a later day than the test was run on. What was said of it by the day of its run stays: the
/// evidence is of that day.
fn settle_again(test: &mut Test, today: Date) {
    let found = test.by_itself();
    let (until, enforce_from) = (test.waived_until(), test.enforcement());
    let verdict = test.on(today);
    if verdict == test.verdict {
        return;
    }
    let why = match (until, enforce_from) {
        (Some(until), _) if until < today => format!("its waiver ended on {until}"),
        (_, Some(day)) => format!("it is enforced since {day}"),
        _ => format!("it is judged by {today}"),
    };
    let was = format!("by the day of its own run it was {}", test.verdict.key());
    test.reason.push_str(&format!("; {why}; {was}"));
    if let Some(guidance) = &mut test.guidance {
        guidance.explanation = format!("{}: {why}; {was}:\n{}", verdict.key(), guidance.explanation);
    }
    test.finding = key::decided_by(found, verdict, std::mem::take(&mut test.finding));
    test.verdict = verdict;
    test.found = (found != verdict).then_some(found);
}

/// The baseline that they were compared with, where they were.
fn baseline(reports: &[(String, Report)]) -> Result<Option<Baseline>, String> {
    let mut whole: Option<(Baseline, &str)> = None;
    for (name, report) in reports {
        let Some(baseline) = &report.baseline else { continue };
        let (first, of_first) = whole.get_or_insert_with(|| (baseline.clone(), name));
        if first.as_of != baseline.as_of {
            return Err(format!(
                "{of_first} is compared with a baseline of {}, and {name} with one of {}",
                printable(&first.as_of),
                printable(&baseline.as_of)
            ));
        }
        let new = baseline.gone.iter().filter(|gone| !first.gone.contains(gone)).cloned();
        let new: Vec<String> = new.collect();
        first.gone.extend(new);
    }
    Ok(whole.map(|(baseline, _)| baseline))
}

/// Which parts there are, and which are missing.
fn shards(reports: &[(String, Report)]) -> Result<Option<Shards>, String> {
    let mut whole: Option<(&Shards, &str)> = None;
    let mut present: BTreeMap<u32, &str> = BTreeMap::new();
    for (name, report) in reports {
        let Some(shards) = &report.shards else { continue };
        let (first, of_first) = *whole.get_or_insert((shards, name));
        if first.of != shards.of {
            return Err(format!("{of_first} is of {} parts, and {name} of {}", first.of, shards.of));
        }
        if (first.tests, &first.suite) != (shards.tests, &shards.suite) {
            return Err(format!(
                "{of_first} and {name} are parts of different suites: other files, or other filters"
            ));
        }
        for part in &shards.present {
            if let Some(first) = present.insert(*part, name) {
                return Err(format!("{first} and {name} are both part {part}"));
            }
        }
    }
    Ok(whole.map(|(whole, _)| Shards {
        present: present.keys().copied().collect(),
        missing: (1..=whole.of).filter(|part| !present.contains_key(part)).collect(),
        ..whole.clone()
    }))
}
