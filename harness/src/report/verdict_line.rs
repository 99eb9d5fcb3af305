//! What is said when all tests are over: notes, and the verdict in a sentence.

use super::Against;
use super::markup::LONGEST;
use super::model::{Report, Summary};
use super::since_baseline;
use crate::escape::printable_up_to;

/// How many notes are told.
const MAX_NOTES: usize = 20;

/// The word for an exit code.
#[must_use]
pub fn word(report: &Report) -> &'static str {
    match report.summary.exit_code {
        0 => "ready",
        1 => "not ready",
        _ => "could not tell",
    }
}

/// How many tests came to what, the worst first: `1 failed, 4 passed`.
#[must_use]
pub fn counts(summary: Summary) -> String {
    let counts: Vec<String> =
        summary.counts().map(|(verdict, count)| format!("{count} {}", verdict.key())).collect();
    if counts.is_empty() { "no test".to_owned() } else { counts.join(", ") }
}

/// Against what the tests were run, and how to go to the hosts.
#[must_use]
pub fn against(report: &Report) -> String {
    let all = report.tests.len();
    let replicas = report.tests.iter().filter(|test| test.against == Against::Replica).count();
    match replicas {
        0 if all == 1 => "against the host".to_owned(),
        1 if all == 1 => "against a replica: use --live to test the host".to_owned(),
        0 => "all against the hosts".to_owned(),
        count if count == all => "all against replicas: use --live to test the hosts".to_owned(),
        count => format!("{count} of {all} against replicas: use --live to test the hosts"),
    }
}

/// The last line of a run: the verdict in a sentence, and what it was run against.
#[must_use]
pub fn last_line(report: &Report) -> String {
    let parts = parts(report).map(|parts| format!("{parts}, ")).unwrap_or_default();
    format!("{}: {}, {parts}{}", word(report), counts(report.summary), against(report))
}

/// That the report is not about the whole suite, where it is not: `part 2 of 4 alone`, `without part 3 of 4`.
#[must_use]
pub fn parts(report: &Report) -> Option<String> {
    let shards = report.shards.as_ref()?;
    match shards.missing.as_slice() {
        [] => shards.part(),
        missing => Some(missing_words(missing, shards.of)),
    }
}

/// That parts of the suite are not there.
#[must_use]
pub fn missing_words(missing: &[u32], of: u32) -> String {
    let numbers: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let parts = if missing.len() == 1 { "part" } else { "parts" };
    format!("without {parts} {} of {of}", numbers.join(", "))
}

/// Notes, where there are some, and the last line, a line end after each.
#[must_use]
pub fn closing(report: &Report) -> String {
    let noteworthy: Vec<String> = report
        .tests
        .iter()
        .filter_map(|test| {
            let note = format!("note: {} passed: {}", test.name, test.note.as_ref()?);
            Some(printable_up_to(&note, LONGEST))
        })
        .collect();
    let more = noteworthy.len().saturating_sub(MAX_NOTES);
    let told = noteworthy.into_iter().take(MAX_NOTES);
    let notes: Vec<String> =
        told.chain((more > 0).then(|| format!("note: … and {more} more like these"))).collect();
    let mut text = String::new();
    for paragraph in [notes, since_baseline::lines(report)].iter().filter(|lines| !lines.is_empty()) {
        paragraph.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text.push('\n');
    }
    text + &last_line(report) + "\n"
}
