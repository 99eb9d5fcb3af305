//! What will block from which day on.

use time::Date;
use tls_readiness::report::agenda::agenda;
use tls_readiness::report::model::{CertificateEnd, Compared, Standing, Test, Waiver};
use tls_readiness::report::{self, Report};
use tls_readiness::verdict::Verdict::{self, Failed, Ignored, Inconclusive, Passed};

use crate::evidence::day;
use crate::{RERUN, cases};

/// A test that came to this by itself; what the calendar makes of it on the day of the report follows.
struct Case {
    found: Verdict,
    enforce_from: Option<&'static str>,
    /// The last day of a waiver, and what it is for.
    waiver: Option<(&'static str, &'static [&'static str])>,
    /// The last moment that the certificate lets it pass, and its end.
    certificate: Option<(&'static str, &'static str)>,
    excused: bool,
}

const PLAIN: Case =
    Case { found: Passed, enforce_from: None, waiver: None, certificate: None, excused: false };

const TODAY: &str = "2026-11-23";

fn test(case: &Case) -> Test {
    let name = if case.found == Failed { "still-accepts" } else { "refused" };
    let (.., outcome) = cases::all().into_iter().find(|(known, ..)| *known == name).unwrap();
    let mut test = report::test(&outcome, RERUN);
    test.verdict = case.found;
    test.enforce_from = case.enforce_from.map(str::to_owned);
    test.waiver = case
        .waiver
        .map(|(until, observed)| Waiver {
            until: until.to_owned(),
            reason: "why".to_owned(),
            ticket: None,
            observed: observed.iter().map(|words| (*words).to_owned()).collect(),
            line: Some(12),
            last_line: None,
            tests: None,
        })
        .map(Box::new);
    test.certificate_end = case
        .certificate
        .map(|(passes_until, not_after)| CertificateEnd {
            passes_until: passes_until.to_owned(),
            not_after: not_after.to_owned(),
            valid_for: (passes_until != not_after).then(|| "30d".to_owned()),
        })
        .map(Box::new);
    test.baseline = case
        .excused
        .then(|| Compared {
            as_of: "2026-11-01".to_owned(),
            standing: Standing::AsBefore,
            worse: Vec::new(),
            better: Vec::new(),
            excused: true,
        })
        .map(Box::new);
    let verdict = test.on(day(TODAY));
    test.found = (verdict != case.found).then_some(case.found);
    test.verdict = verdict;
    test
}

fn report_of(cases: &[Case], fail_on_pending: bool) -> Report {
    Report::new(TODAY.to_owned(), true, fail_on_pending, None, cases.iter().map(test).collect())
}

/// From which day one test blocks, and why; `None` where it never does.
fn told(case: &Case, fail_on_pending: bool, today: &str) -> Option<(Date, String)> {
    let report = report_of(std::slice::from_ref(case), fail_on_pending);
    let agenda = agenda(&report, day(today));
    let already = agenda.already.iter().map(|entry| (agenda.today, entry.why.clone()));
    let later = agenda
        .days
        .iter()
        .flat_map(|(day, entries)| entries.iter().map(|entry| (*day, entry.why.clone())).collect::<Vec<_>>());
    already.chain(later).next()
}

const FAILS: &str = "api.example.com accepts TLS 1.0";
const WAIVED: &str = "the waiver of scenarios/api.yaml:12 ends on 2026-12-13";
const EXPIRES: &str = "its certificate ends at 2026-12-20T10:00:00Z";

#[test]
fn a_test_blocks_from_the_day_on_which_something_changes() {
    let certificate = Some(("2026-12-20T10:00:00Z", "2026-12-20T10:00:00Z"));
    let too_soon = Some(("2026-11-20T10:00:00Z", "2026-12-20T10:00:00Z"));
    let nothing = None::<(&str, String)>;
    for (case, blocks) in [
        (Case { ..PLAIN }, nothing.clone()),
        (Case { enforce_from: Some("2026-12-01"), ..PLAIN }, nothing.clone()),
        (Case { found: Ignored, waiver: Some(("2026-12-13", &[])), ..PLAIN }, nothing),
        (Case { found: Failed, ..PLAIN }, Some((TODAY, FAILS.to_owned()))),
        (
            Case { found: Failed, enforce_from: Some("2026-12-14"), ..PLAIN },
            Some(("2026-12-14", format!("enforced from 2026-12-14 on; {FAILS}"))),
        ),
        (
            Case { found: Inconclusive, enforce_from: Some("2026-12-14"), ..PLAIN },
            Some((
                "2026-12-14",
                "enforced from 2026-12-14 on; it could not be told: api.example.com refuses TLS 1.0 to TLS 1.1, and speaks TLS 1.3".to_owned(),
            )),
        ),
        (
            Case { found: Failed, waiver: Some(("2026-12-13", &[])), ..PLAIN },
            Some(("2026-12-14", format!("{WAIVED}; {FAILS}"))),
        ),
        // The last day of a waiver is the day of the report.
        (
            Case { found: Failed, waiver: Some((TODAY, &[])), ..PLAIN },
            Some(("2026-11-24", format!("{}; {FAILS}", WAIVED.replace("2026-12-13", TODAY)))),
        ),
        (
            Case { waiver: Some(("2026-12-13", &[])), ..PLAIN },
            Some(("2026-12-14", format!("{WAIVED}; the test passes without it"))),
        ),
        // Narrowed to what was observed, and to something else.
        (
            Case { found: Failed, waiver: Some(("2026-12-13", &["accepted 1.0"])), ..PLAIN },
            Some(("2026-12-14", format!("{WAIVED}; {FAILS}"))),
        ),
        (
            Case { found: Failed, waiver: Some(("2026-12-13", &["closed"])), ..PLAIN },
            Some((TODAY, FAILS.to_owned())),
        ),
        (Case { certificate, ..PLAIN }, Some(("2026-12-20", EXPIRES.to_owned()))),
        (
            Case { certificate: too_soon, ..PLAIN },
            // It passed, so its first day is over by a few hours at the most.
            Some(("2026-12-20", EXPIRES.to_owned())),
        ),
        (
            Case { certificate: Some(("2026-11-30T23:59:59Z", "2026-12-20T10:00:00Z")), ..PLAIN },
            Some(("2026-12-01", format!("{EXPIRES}, and has to be valid for 30d"))),
        ),
        (
            Case { certificate: Some((("2026-11-23T18:00:00Z"), "2026-11-23T18:00:00Z")), ..PLAIN },
            Some((TODAY, "its certificate ends at 2026-11-23T18:00:00Z".to_owned())),
        ),
        // A certificate that ends before the day of enforcement blocks from that on.
        (
            Case { certificate, enforce_from: Some("2027-01-01"), ..PLAIN },
            Some(("2027-01-01", format!("enforced from 2027-01-01 on; {EXPIRES}"))),
        ),
        // A waiver is for an expired certificate too, where it is for everything or says so.
        (
            Case { certificate, waiver: Some(("2026-12-31", &[])), ..PLAIN },
            Some(("2027-01-01", format!("{}; {EXPIRES}", WAIVED.replace("12-13", "12-31")))),
        ),
        (
            Case { certificate, waiver: Some(("2026-12-31", &["certificate expired"])), ..PLAIN },
            Some(("2027-01-01", format!("{}; {EXPIRES}", WAIVED.replace("12-13", "12-31")))),
        ),
        (
            Case { certificate, waiver: Some(("2026-12-31", &["accepted 1.0"])), ..PLAIN },
            Some(("2026-12-20", EXPIRES.to_owned())),
        ),
        // What is excused for another reason is not excused for it, unless it says so.
        (
            Case { found: Failed, certificate, waiver: Some(("2026-12-31", &["accepted 1.0"])), ..PLAIN },
            Some(("2026-12-20", format!("{EXPIRES}; {FAILS}"))),
        ),
        (
            Case {
                found: Failed,
                certificate,
                waiver: Some(("2026-12-31", &["accepted 1.0", "certificate expired"])),
                ..PLAIN
            },
            Some(("2027-01-01", format!("{}; {EXPIRES}; {FAILS}", WAIVED.replace("12-13", "12-31")))),
        ),
        (
            Case { found: Failed, certificate, enforce_from: Some("2027-01-01"), ..PLAIN },
            Some(("2027-01-01", format!("enforced from 2027-01-01 on; {EXPIRES}; {FAILS}"))),
        ),
        (
            Case { found: Failed, certificate, excused: true, ..PLAIN },
            Some(("2026-12-20", format!("{EXPIRES}; {FAILS}"))),
        ),
        (Case { found: Failed, certificate, ..PLAIN }, Some((TODAY, FAILS.to_owned()))),
        // As in the baseline it does not block, until its waiver is over.
        (Case { found: Failed, excused: true, ..PLAIN }, None),
        (
            Case { found: Failed, excused: true, waiver: Some(("2026-12-13", &["closed"])), ..PLAIN },
            Some(("2026-12-14", format!("{WAIVED}; {FAILS}"))),
        ),
    ] {
        let blocks = blocks.map(|(on, why)| (day(on), why));
        assert_eq!(told(&case, false, TODAY), blocks);
    }
    // With --fail-on pending it blocks already.
    let pending = Case { found: Failed, enforce_from: Some("2026-12-14"), ..PLAIN };
    assert_eq!(told(&pending, true, TODAY), Some((day(TODAY), FAILS.to_owned())));
}

/// What is read from a report of an earlier day.
#[test]
fn seen_from_a_later_day_what_happened_meanwhile_blocks_already() {
    let certificate = Some(("2026-12-20T10:00:00Z", "2026-12-20T10:00:00Z"));
    for (case, why) in [
        (Case { found: Failed, ..PLAIN }, Some(FAILS.to_owned())),
        (
            Case { found: Failed, enforce_from: Some("2026-12-14"), ..PLAIN },
            Some(format!("enforced from 2026-12-14 on; {FAILS}")),
        ),
        (
            Case { found: Failed, waiver: Some(("2026-12-13", &[])), ..PLAIN },
            Some(format!("{WAIVED}; {FAILS}")),
        ),
        (Case { certificate, ..PLAIN }, Some(EXPIRES.to_owned())),
        (Case { ..PLAIN }, None),
    ] {
        let later = day("2027-01-01");
        assert_eq!(told(&case, false, "2027-01-01"), why.map(|why| (later, why)));
    }
}

/// A run by that day would pass what ends after noon.
#[test]
fn on_the_day_that_it_is_seen_from_certificates_are_judged_at_noon() {
    for (end, is_over) in [
        ("2026-12-19T23:59:59Z", true),
        ("2026-12-20T11:59:59Z", true),
        ("2026-12-20T12:00:00Z", false),
        ("2026-12-20T15:21:00Z", false),
    ] {
        for excused in [false, true] {
            let found = if excused { Failed } else { Passed };
            let report = report_of(&[Case { found, excused, certificate: Some((end, end)), ..PLAIN }], false);
            let seen = agenda(&report, day("2026-12-20"));
            assert_eq!(seen.already.len(), usize::from(is_over), "{end}");
            let days: Vec<Date> = seen.days.into_keys().collect();
            assert_eq!(days, if is_over { vec![] } else { vec![day("2026-12-20")] }, "{end}");
        }
    }
}

#[test]
fn the_days_come_soonest_first_and_what_is_not_on_them_is_counted() {
    let cases = [
        Case { found: Failed, enforce_from: Some("2026-12-14"), ..PLAIN },
        Case { found: Failed, ..PLAIN },
        Case { certificate: Some(("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z")), ..PLAIN },
        Case { found: Failed, waiver: Some(("2026-12-13", &[])), ..PLAIN },
        Case { found: Inconclusive, enforce_from: Some("2026-12-14"), ..PLAIN },
        Case { found: Ignored, ..PLAIN },
        PLAIN,
    ];
    let report = report_of(&cases, false);
    let text_of = agenda(&report, day(TODAY)).text(&report);
    let refuses = "api.example.com refuses TLS 1.0 to TLS 1.1, and speaks TLS 1.3";
    let text = format!(
        "1 of 7 tests blocks already, on 2026-11-23\n  api::case: {FAILS}\n\n\
         1 of 7 tests blocks from 2026-12-01\n  api::case: its certificate ends at 2026-12-01T10:00:00Z\n\n\
         3 of 7 tests block from 2026-12-14\n  api::case: enforced from 2026-12-14 on; {FAILS}\n  \
         api::case: {WAIVED}; {FAILS}\n  api::case: enforced from 2026-12-14 on; it could not be told: {refuses}\n\n\
         nothing changes for 1 of 7 tests, 1 of 7 tests could not be told, 1 of 7 tests was left out, all against the hosts\n"
    );
    assert_eq!(text_of, text);
    for (cases, code) in [
        (&cases[..], 3),
        (&cases[..4], 0),
        (&cases[5..6], 3),
        (&cases[5..], 0),
        (&cases[4..5], 3),
        (&cases[6..], 0),
    ] {
        let report = report_of(cases, false);
        assert_eq!(agenda(&report, day(TODAY)).exit_code(&report), code);
    }
}

#[test]
fn of_many_tests_some_are_named() {
    let report = report_of(&[const { Case { found: Failed, ..PLAIN } }; 300], false);
    let text = agenda(&report, day(TODAY)).text(&report);
    assert!(text.starts_with("300 of 300 tests block already"), "{text}");
    assert!(text.contains("\n  … and 100 more\n"), "{text}");
    assert_eq!(text.lines().count(), 204, "{text}");
}
