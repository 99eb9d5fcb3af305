//! Reports of the parts of a suite, put together.

use std::collections::{BTreeMap, HashMap};

use super::model::{Report, Shards};
use crate::escape::printable;

/// One report of all, in the order of their parts. `reports` have a name each, for messages; escaped.
///
/// Parts that no report is about are kept as missing: what was not tested is never ready.
///
/// # Errors
/// Why they cannot belong together.
pub fn merge(reports: Vec<(String, Report)>) -> Result<Report, String> {
    let shards = shards(&reports)?;
    let mut reports = reports;
    // A report without parts of its own stays before them.
    reports
        .sort_by_key(|(_, report)| report.shards.as_ref().and_then(|shards| shards.present.first().copied()));
    let as_of = reports.iter().map(|(_, report)| report.as_of.clone()).max();
    let as_of = as_of.ok_or("there is no report to merge")?;
    let live = reports.iter().all(|(_, report)| report.live);
    let fail_on_pending = reports.iter().any(|(_, report)| report.fail_on_pending);
    let mut tests = Vec::new();
    let mut from: HashMap<String, String> = HashMap::new();
    for (name, report) in reports {
        for test in report.tests {
            if let Some(first) = from.insert(test.name.clone(), name.clone()) {
                return Err(format!("{first} and {name} both have the test {}", printable(&test.name)));
            }
            tests.push(test);
        }
    }
    Ok(Report::new(as_of, live, fail_on_pending, shards, tests))
}

/// Which parts there are, and which are missing.
fn shards(reports: &[(String, Report)]) -> Result<Option<Shards>, String> {
    let mut of: Option<(u32, &str)> = None;
    let mut present: BTreeMap<u32, &str> = BTreeMap::new();
    for (name, report) in reports {
        let Some(shards) = &report.shards else { continue };
        match of {
            Some((of, first)) if of != shards.of => {
                return Err(format!("{first} is of {of} parts, and {name} of {}", shards.of));
            }
            _ => of = Some((shards.of, name)),
        }
        for part in &shards.present {
            if let Some(first) = present.insert(*part, name) {
                return Err(format!("{first} and {name} are both part {part}"));
            }
        }
    }
    Ok(of.map(|(of, _)| Shards {
        of,
        present: present.keys().copied().collect(),
        missing: (1..=of).filter(|part| !present.contains_key(part)).collect(),
    }))
}
