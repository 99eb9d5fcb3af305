//! What is said at the end of a run that was compared with a baseline: how many got worse, and which.

use super::markup::LONGEST;
use super::model::{Baseline, Compared, Report, Standing};
use crate::escape::printable_up_to;

/// How many tests are named of a kind.
const MOST: usize = 20;

/// How many tests are worse, as before and better: a sentence without a full stop. Raw.
pub(super) fn counts(report: &Report) -> Option<String> {
    let Baseline { as_of, part, gone } = report.baseline.as_ref()?;
    let count = |standing: Standing| {
        let compared = report.tests.iter().filter_map(|test| test.baseline.as_ref());
        compared.filter(|compared| compared.standing == standing).count()
    };
    let mut parts = vec![
        format!("{} worse", count(Standing::Worse)),
        format!("{} as before", count(Standing::AsBefore)),
        format!("{} better", count(Standing::Better)),
    ];
    for (count, words) in [
        (count(Standing::Unknown), "could not be told"),
        (count(Standing::New), "not in it"),
        (gone.len(), "gone"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    let of = part.as_ref().map(|part| format!(", which is {part}")).unwrap_or_default();
    Some(format!("since the baseline of {as_of}{of}: {}", parts.join(", ")))
}

/// The counts, and the tests behind them; a line each, nothing without a baseline.
pub(super) fn lines(report: &Report) -> Vec<String> {
    let (Some(counts), Some(baseline)) = (counts(report), &report.baseline) else { return Vec::new() };
    let of = |what: &'static str, sentences: fn(&Compared) -> &[String]| {
        report.tests.iter().filter_map(move |test| {
            let sentences = sentences(test.baseline.as_ref()?);
            (!sentences.is_empty()).then(|| format!("{what}: {}: {}", test.name, sentences.join("; ")))
        })
    };
    let worse: Vec<String> = of("worse", |compared| &compared.worse).collect();
    let better: Vec<String> = of("better", |compared| &compared.better).collect();
    let gone: Vec<String> = baseline.gone.iter().map(|name| format!("gone: {name}")).collect();
    let mut lines = vec![counts];
    for (what, all) in [("worse", worse), ("better", better), ("gone", gone)] {
        lines.extend(all.iter().take(MOST).cloned());
        if let more @ 1.. = all.len().saturating_sub(MOST) {
            lines.push(format!("{what}: … and {more} more"));
        }
    }
    lines.iter().map(|line| printable_up_to(line, LONGEST)).collect()
}
