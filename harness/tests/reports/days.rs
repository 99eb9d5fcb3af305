//! The days that matter, and what the calendar says of one test.

use serde_json::Value;
use tls_readiness::report::model::{Test, Waiver};
use tls_readiness::report::timeline::days;
use tls_readiness::report::{self, Kind, Outcome, Report};
use tls_readiness::verdict::Verdict;

use crate::evidence::on_day;
use crate::golden::Golden;
use crate::json::rendered;
use crate::{RERUN, cases};

fn case(name: &str) -> Outcome {
    cases::all().into_iter().find(|(case, ..)| *case == name).unwrap().2
}

fn test(found: Verdict, enforce_from: Option<&str>, until: Option<&str>, verdict: Verdict) -> Test {
    let mut test = report::test(&case("refused"), RERUN);
    test.verdict = verdict;
    test.found = (found != verdict).then_some(found);
    test.enforce_from = enforce_from.map(str::to_owned);
    test.waiver = until
        .map(|until| Waiver {
            until: until.to_owned(),
            reason: "why".to_owned(),
            ticket: None,
            observed: Vec::new(),
            line: None,
            last_line: None,
            tests: None,
        })
        .map(Box::new);
    test
}

fn told(tests: &[Test], fail_on_pending: bool) -> Vec<String> {
    let report = Report::new("2026-11-23".to_owned(), false, fail_on_pending, None, tests.to_vec());
    days(&report)
        .iter()
        .map(|(day, change)| format!("{day} {} | {}", change.words(), change.in_short()))
        .collect()
}

/// What would block is worked out by the same rule as verdicts are, day by day.
#[test]
fn a_day_says_what_begins_to_block_on_it() {
    use Verdict::{Failed, Inconclusive, Passed, Pending, Waived};
    for (found, enforce_from, until, verdict, lines) in [
        (
            Failed,
            Some("2026-12-01"),
            None,
            Pending,
            &[
                "2026-12-01 1 test is enforced from this day on, of which 1 would block | 1 enforced; 1 would block",
            ][..],
        ),
        (
            Inconclusive,
            Some("2026-12-01"),
            None,
            Pending,
            &[
                "2026-12-01 1 test is enforced from this day on, of which 1 would block | 1 enforced; 1 would block",
            ],
        ),
        (
            Passed,
            Some("2026-12-01"),
            None,
            Passed,
            &["2026-12-01 1 test is enforced from this day on | 1 enforced"],
        ),
        (
            Failed,
            Some("2026-11-23"),
            None,
            Failed,
            &["2026-11-23 1 test is enforced from this day on | 1 enforced"],
        ),
        (
            Failed,
            Some("2026-11-22"),
            None,
            Failed,
            &["2026-11-22 1 test is enforced since this day | 1 enforced"],
        ),
        (
            Failed,
            None,
            Some("2026-11-23"),
            Waived,
            &[
                "2026-11-23 the waiver of 1 test ends after it, of which 1 would block | 1 waiver ends; 1 would block",
            ],
        ),
        // It is expired then, and blocks though it passes.
        (
            Passed,
            None,
            Some("2026-12-01"),
            Passed,
            &[
                "2026-12-01 the waiver of 1 test ends after it, of which 1 would block | 1 waiver ends; 1 would block",
            ],
        ),
        (
            Passed,
            None,
            Some("2026-11-22"),
            Failed,
            &["2026-11-22 the waiver of 1 test ended | 1 waiver ended"],
        ),
        // The waiver is over before it is enforced: from then on it blocks.
        (
            Failed,
            Some("2026-12-20"),
            Some("2026-12-10"),
            Waived,
            &[
                "2026-12-10 the waiver of 1 test ends after it, of which 1 would block | 1 waiver ends; 1 would block",
                "2026-12-20 1 test is enforced from this day on | 1 enforced",
            ],
        ),
        (
            Failed,
            Some("2026-12-10"),
            Some("2026-12-20"),
            Waived,
            &[
                "2026-12-10 1 test is enforced from this day on | 1 enforced",
                "2026-12-20 the waiver of 1 test ends after it, of which 1 would block | 1 waiver ends; 1 would block",
            ],
        ),
    ] {
        assert_eq!(
            told(&[test(found, enforce_from, until, verdict)], false),
            lines,
            "{found:?} {enforce_from:?} {until:?}"
        );
    }
    // With --fail-on pending it blocks already.
    let pending = test(Failed, Some("2026-12-01"), None, Pending);
    assert_eq!(
        told(std::slice::from_ref(&pending), true),
        ["2026-12-01 1 test is enforced from this day on | 1 enforced"]
    );
    assert_eq!(
        told(&[pending.clone(), pending, test(Passed, Some("2026-12-01"), None, Passed)], false),
        [
            "2026-12-01 3 tests are enforced from this day on, of which 2 would block | 3 enforced; 2 would block"
        ]
    );
    assert_eq!(
        told(&[test(Failed, None, None, Failed), test(Passed, Some("soon"), None, Passed)], false),
        [""; 0]
    );
}

/// Below the name of a test: from when it blocks, who has leave to fail, and what is to be deleted.
#[test]
fn an_explanation_says_what_the_calendar_makes_of_it() {
    let mut golden = Golden::default();
    for (name, of, fields, day) in [
        ("calendar-pending", "still-accepts", "enforce_from: 2026-12-14", "2026-11-23"),
        ("calendar-enforced", "still-accepts", "enforce_from: 2026-11-01", "2026-11-23"),
        (
            "calendar-waived",
            "still-accepts",
            "waiver: { until: 2026-12-31, reason: The balancer is replaced, ticket: OPS-1 }",
            "2026-11-23",
        ),
        (
            "calendar-expired",
            "still-accepts",
            "waiver: { until: 2026-11-01, reason: The balancer is replaced }",
            "2026-11-23",
        ),
        (
            "calendar-expired-and-passed",
            "refused",
            "waiver: { until: 2026-11-01, reason: The balancer is replaced }",
            "2026-11-23",
        ),
    ] {
        let outcome = on_day(case(of), fields, day);
        golden.compare(&format!("{name}.txt"), &(report::explanation::explain(&outcome, RERUN) + "\n"));
    }
    golden.finish();
}

/// What pends blocks as what it was found to be; a waiver that is over fails whatever was found.
#[test]
fn what_blocks_is_proven_or_not_in_every_report_alike() {
    let expired = "waiver: { until: 2026-11-01, reason: why }";
    let pending = "enforce_from: 2026-12-14";
    for (of, fields, fail_on_pending, exit_code, junit, rule) in [
        ("still-accepts", "", false, 1, Some("<failure "), "old-version-accepted"),
        ("silence", "", false, 3, Some("<error "), "inconclusive"),
        ("still-accepts", expired, false, 1, Some("<failure "), "old-version-accepted"),
        ("silence", expired, false, 1, Some("<failure "), "waiver-expired"),
        ("refused", expired, false, 1, Some("<failure "), "waiver-expired"),
        ("still-accepts", pending, false, 0, None, "old-version-accepted"),
        ("silence", pending, false, 0, None, "inconclusive"),
        ("still-accepts", pending, true, 1, Some("<failure "), "old-version-accepted"),
        ("silence", pending, true, 3, Some("<error "), "inconclusive"),
    ] {
        let test = report::test(&on_day(case(of), fields, "2026-11-23"), RERUN);
        let report = Report::new("2026-11-23".to_owned(), false, fail_on_pending, None, vec![test]);
        let asked = format!("{of} {fields} {fail_on_pending}");
        assert_eq!(report.summary.exit_code, exit_code, "{asked}");
        let xml = rendered(Kind::Junit, &report);
        let kind = ["<failure ", "<error "].into_iter().find(|kind| xml.contains(kind));
        assert_eq!(kind, junit, "{asked}");
        let sarif: Value = serde_json::from_str(&rendered(Kind::Sarif, &report)).unwrap();
        assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], rule, "{asked}");
    }
}
