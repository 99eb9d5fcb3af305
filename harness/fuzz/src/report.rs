//! The JSON report of a stranger, read, merged, asked and rendered.
//!
//! Input: a JSON report.

use tls_readiness::calendar::parse_date;
use tls_readiness::escape::printable_up_to;
use tls_readiness::report::agenda::agenda;
use tls_readiness::report::baseline::Baseline;
use tls_readiness::report::merge::merge;
use tls_readiness::report::{Kind, Report, json};
use tls_readiness::verdict::Verdict;

use super::harmless;

/// A report that is written is read again as the same; nothing that it says is obeyed, and it does not make a
/// green of a red.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let report = match json::read(&text) {
        Ok(report) => report,
        Err(words) => return escaped(&words),
    };
    assert_eq!(json::read(&harmless::rendered(Kind::Json, &report)).as_ref(), Ok(&report));
    let _ = harmless::structure(&report);
    counted(&report);
    match merge(vec![("one".to_owned(), report.clone())], false) {
        Ok(merged) => {
            counted(&merged);
            // Nothing gets better by merging, but what was given as tested is still tested.
            assert_eq!(merged.tests.len(), report.tests.len());
            let again = merge(vec![("one".to_owned(), merged.clone())], false);
            assert_eq!(again, Ok(merged));
        }
        Err(words) => escaped(&words),
    }
    let both = merge(vec![("one".to_owned(), report.clone()), ("two".to_owned(), report.clone())], true);
    match both {
        Ok(merged) => assert!(merged.tests.is_empty() && merged.summary.exit_code != 0),
        Err(words) => escaped(&words),
    }
    for day in [report.as_of.as_str(), "1970-01-01", "2026-12-31", "9999-12-31"] {
        let day = parse_date(day).expect("a day");
        let agenda = agenda(&report, day);
        harmless::of_terminal(&agenda.text(&report));
        let _ = agenda.exit_code(&report);
    }
    compared(&report);
}

/// With itself as the baseline nothing is worse.
fn compared(report: &Report) {
    let names = report.tests.iter().map(|test| test.name.as_str());
    let day = parse_date(&report.as_of).expect("a day");
    match Baseline::new(report.clone(), report.live, names) {
        Ok(baseline) => {
            for mut test in report.tests.clone() {
                test.baseline = None;
                baseline.compare(&mut test, day);
            }
        }
        Err(words) => escaped(&words),
    }
}

/// The exit code is what the tests come to, whatever the report says of it.
fn counted(report: &Report) {
    let has = |verdict: Verdict| report.tests.iter().any(|test| test.verdict == verdict);
    if has(Verdict::Failed) || has(Verdict::Inconclusive) || report.tests.is_empty() {
        assert_ne!(report.summary.exit_code, 0);
    }
    assert!(report.summary.exit_code <= 3);
}

fn escaped(text: &str) {
    assert_eq!(printable_up_to(text, usize::MAX), text, "not escaped");
}
