//! What got worse since an earlier report, and what better.

use tls_readiness::evidence::{Doubt, Observation, Outcome as Observed, Refusal};
use tls_readiness::report::baseline::Baseline;
use tls_readiness::report::model::{Standing, Test};
use tls_readiness::report::{self, Outcome, Report, merge, verdict_line};
use tls_readiness::verdict::Verdict;
use tls_readiness::version::Version::{self, Tls10, Tls11, Tls13};

use crate::RERUN;
use crate::evidence::{
    CBC, GCM, accepted, alert, alone, control, day, of_addresses, on_day, outcome, unresolved,
};

const OLD: &str = "host: api.example.com\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused";
const ANY: &str =
    "host: api.example.com\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused\naddresses: any";

/// One address, by the versions that it still accepts; `?` is silent.
fn address(does: &str) -> Vec<Observation> {
    let of = |version: Version| match does {
        "?" => Observed::Inconclusive(Doubt::Silence),
        _ if does.contains(version.key()) => accepted(version, CBC),
        "closed" => Observed::Refused(Refusal::Closed),
        _ => alert(70),
    };
    vec![alone(Tls10, of(Tls10)), alone(Tls11, of(Tls11)), control(0, accepted(Tls13, GCM))]
}

/// A test of addresses, each named by the end of its number.
fn run(fields: &str, addresses: &[(u8, &str)]) -> Outcome {
    let mut evidence = of_addresses(addresses.iter().map(|(_, does)| address(does)).collect());
    for (address, (number, _)) in evidence.addresses.iter_mut().zip(addresses) {
        address.address = format!("192.0.2.{number}:443").parse().unwrap();
    }
    crate::evidence::judged(fields, evidence)
}

fn told(outcome: &Outcome) -> Test {
    report::test(outcome, RERUN)
}

fn report_of(tests: Vec<Test>) -> Report {
    Report::new("2026-11-01".to_owned(), true, false, None, tests)
}

fn baseline(tests: Vec<Test>) -> Baseline {
    Baseline::new(report_of(tests), true, ["api::case"]).unwrap()
}

fn compared(before: &Outcome, now: &Outcome) -> Test {
    let mut test = told(now);
    baseline(vec![told(before)]).compare(&mut test, now.today);
    test
}

type Addresses<'a> = &'a [(u8, &'a str)];

#[test]
fn worse_is_what_the_baseline_did_not_have_or_on_fewer_addresses() {
    use Standing::{AsBefore, Better, Unknown, Worse};
    use Verdict::{Failed, Inconclusive, Passed, Waived};
    let (good, bad) = ("", "1.0 1.1");
    for (fields, before, now, standing, verdict, words) in [
        (OLD, &[(1, good)][..], &[(1, good)][..], AsBefore, Passed, &[][..]),
        (OLD, &[(1, bad)], &[(1, bad)], AsBefore, Waived, &[]),
        (OLD, &[(1, good)], &[(1, "1.1")], Worse, Failed, &["TLS 1.1 is back"]),
        (
            OLD,
            &[(1, bad)],
            &[(1, good)],
            Better,
            Passed,
            &["TLS 1.0 is refused now", "TLS 1.1 is refused now"],
        ),
        (OLD, &[(1, bad)], &[(1, "1.1")], Better, Waived, &["TLS 1.0 is refused now"]),
        // Worse and better at once is worse.
        (OLD, &[(1, "1.0")], &[(1, "1.1")], Worse, Failed, &["TLS 1.1 is back", "TLS 1.0 is refused now"]),
        (
            OLD,
            &[(1, good), (2, good), (3, good), (4, good)],
            &[(1, good), (2, "1.1"), (3, good), (4, good)],
            Worse,
            Failed,
            &["TLS 1.1 is back on 1 of 4 addresses"],
        ),
        (
            OLD,
            &[(1, good), (2, good)],
            &[(1, "1.1"), (2, "1.1")],
            Worse,
            Failed,
            &["TLS 1.1 is back on all 2 addresses"],
        ),
        (
            OLD,
            &[(1, "1.0"), (2, good), (3, good)],
            &[(1, "1.0"), (2, "1.0"), (3, good)],
            Worse,
            Failed,
            &["TLS 1.0 is accepted on 2 of 3 addresses, and was on 1 of 3"],
        ),
        (
            OLD,
            &[(1, "1.0"), (2, "1.0")],
            &[(1, "1.0"), (2, good)],
            Better,
            Waived,
            &["TLS 1.0 is accepted on 1 of 2 addresses, and was on 2 of 2"],
        ),
        (
            OLD,
            &[(1, "1.0"), (2, "1.0")],
            &[(1, good), (2, good)],
            Better,
            Passed,
            &["TLS 1.0 is refused now by all addresses"],
        ),
        // As many as before, but by another address.
        (
            OLD,
            &[(1, "1.0"), (2, good)],
            &[(1, good), (2, "1.0")],
            Worse,
            Failed,
            &["TLS 1.0 is accepted on 192.0.2.2:443, which did not show it"],
        ),
        // All addresses are others: as many count as the same.
        (OLD, &[(1, "1.0"), (2, good)], &[(3, good), (4, "1.0")], AsBefore, Waived, &[]),
        (
            OLD,
            &[(1, "1.0"), (2, good)],
            &[(3, "1.0"), (4, "1.0")],
            Worse,
            Failed,
            &["TLS 1.0 is accepted on 2 of 2 addresses, and was on 1 of 2"],
        ),
        // What could not be told is never excused, nor is it better.
        (OLD, &[(1, bad)], &[(1, "?")], Unknown, Inconclusive, &[]),
        (OLD, &[(1, "?")], &[(1, "?")], Unknown, Inconclusive, &[]),
        (OLD, &[(1, "1.0"), (2, "1.0")], &[(1, "1.0"), (2, "?")], Unknown, Failed, &[]),
        (OLD, &[(1, "?")], &[(1, "1.0")], Worse, Failed, &["TLS 1.0 is accepted"]),
        (OLD, &[(1, "?")], &[(1, good)], Better, Passed, &["it could not be told there, and passes now"]),
        // Where one address is enough it is the test that counts.
        (ANY, &[(1, "1.0"), (2, good)], &[(1, "1.0"), (2, good)], AsBefore, Passed, &[]),
        (ANY, &[(1, good), (2, good)], &[(1, "1.0"), (2, good)], AsBefore, Passed, &[]),
        (ANY, &[(1, "1.0"), (2, good)], &[(1, "1.0")], Worse, Failed, &["it passed there"]),
        (ANY, &[(1, "1.0")], &[(1, "1.0"), (2, good)], Better, Passed, &["it failed there, and passes now"]),
    ] {
        let (before, now): (Addresses<'_>, Addresses<'_>) = (before, now);
        let test = compared(&run(fields, before), &run(fields, now));
        let told = test.baseline.as_ref().unwrap();
        let sentences: Vec<&str> = told.worse.iter().chain(&told.better).map(String::as_str).collect();
        assert_eq!(
            (told.standing, test.verdict, &sentences[..]),
            (standing, verdict, words),
            "{fields} {before:?} {now:?}"
        );
        assert_eq!(told.excused, verdict == Waived, "{before:?} {now:?}");
        assert_eq!(told.standing == Worse, test.reason.contains("; since the baseline of 2026-11-01: "));
        let verdict_by_itself = if verdict == Waived { Failed } else { verdict };
        assert_eq!(test.by_itself(), verdict_by_itself, "{before:?} {now:?}");
    }
}

#[test]
fn a_failure_says_how_it_stands_to_the_baseline() {
    for (before, now, words, until) in [
        (
            "1.0",
            "1.0",
            "waived: api.example.com accepts TLS 1.0    scenarios/api.yaml:2:3",
            "waived as in the baseline of 2026-11-01",
        ),
        (
            "1.0",
            "1.0",
            "\n  baseline    no worse than on 2026-11-01, where it failed too\n  so ",
            "waived as in the baseline of 2026-11-01",
        ),
        ("1.0", "1.0 1.1", "failed: api.example.com accepts TLS 1.0 and TLS 1.1 ", "failed"),
        ("1.0", "1.0 1.1", "\n  baseline    worse than on 2026-11-01: TLS 1.1 is back\n  so ", "failed"),
        (
            "1.0",
            "?",
            "\n  baseline    whether it got worse since 2026-11-01 could not be told\n  so ",
            "inconclusive",
        ),
    ] {
        let test = compared(&run(OLD, &[(10, before)]), &run(OLD, &[(10, now)]));
        let explained = &test.guidance.as_ref().unwrap().explanation;
        assert!(explained.contains(words), "{explained}");
        assert_eq!(test.until(), until);
    }
}

/// The calendar is not excused by what was.
#[test]
fn a_waiver_that_is_over_is_not_excused() {
    let before = run(OLD, &[(1, "1.0")]);
    let waiver = "waiver: { until: 2026-11-20, reason: why }";
    for (fields, today, verdict, until) in [
        (waiver, "2026-11-20", Verdict::Waived, "waived until 2026-11-20"),
        (waiver, "2026-11-23", Verdict::Failed, "failed"),
        (
            "waiver: { until: 2026-12-31, reason: why, observed: closed }",
            "2026-11-23",
            Verdict::Waived,
            "waived as in the baseline of 2026-11-01",
        ),
        // Of what is not enforced yet, and of what is since then.
        (
            "enforce_from: 2026-11-24",
            "2026-11-23",
            Verdict::Waived,
            "waived as in the baseline of 2026-11-01",
        ),
        (
            "enforce_from: 2026-11-23",
            "2026-11-23",
            Verdict::Waived,
            "waived as in the baseline of 2026-11-01",
        ),
    ] {
        let now = on_day(run(OLD, &[(1, "1.0")]), fields, today);
        let test = compared(&before, &now);
        assert_eq!((test.verdict, test.until().as_str()), (verdict, until), "{fields} {today}");
    }
}

/// A fact about another host, or about a stand-in, says nothing of this one.
#[test]
fn what_the_baseline_does_not_have_is_judged_as_it_is() {
    let now = run(OLD, &[(1, "1.0")]);
    let same = told(&now);
    let mut others = vec![same.clone(); 4];
    others[0].name = "api::other".to_owned();
    others[1].host = "www.example.com".to_owned();
    others[2].port = 8443;
    others[3].against = report::Against::Replica;
    for other in others {
        let mut test = told(&now);
        baseline(vec![other]).compare(&mut test, now.today);
        let compared = test.baseline.as_ref().unwrap();
        assert_eq!((test.verdict, compared.standing), (Verdict::Failed, Standing::New));
    }
    let mut test = told(&now);
    baseline(vec![same]).compare(&mut test, now.today);
    assert_eq!(test.verdict, Verdict::Waived);
}

#[test]
fn a_baseline_that_says_nothing_of_this_run_is_refused() {
    let failed = told(&run(OLD, &[(1, "1.0")]));
    let mute = Test { observed: Vec::new(), ..failed.clone() };
    for (report, live, words) in [
        (report_of(vec![failed.clone()]), false, "it was run with --live, and this run is without it"),
        (
            Report { live: false, ..report_of(vec![failed]) },
            true,
            "it was run without --live, and this run is with it",
        ),
        (report_of(vec![mute]), true, "it does not say what api::case observed"),
    ] {
        let error = Baseline::new(report, live, []).unwrap_err();
        assert!(error.starts_with(words), "{error}");
    }
}

/// A test of another name.
fn named(name: &str, outcome: &Outcome) -> Test {
    Test { name: name.to_owned(), ..told(outcome) }
}

fn run_with(baseline: &Baseline, mut tests: Vec<Test>, shards: Option<report::model::Shards>) -> Report {
    tests.iter_mut().for_each(|test| baseline.compare(test, day("2026-11-23")));
    let report = Report::new("2026-11-23".to_owned(), true, false, shards, tests);
    Report { baseline: Some(baseline.summary()), ..report }
}

const CLOSING: &str = "\
since the baseline of 2026-11-01: 1 worse, 2 as before, 1 better, 1 could not be told, 1 not in it, 1 gone
worse: a: TLS 1.1 is back
better: c: TLS 1.0 is refused now
gone: g

not ready: 2 failed, 1 inconclusive, 1 waived, 2 passed, all against the hosts
";

#[test]
fn the_last_lines_say_what_got_worse_and_better_and_what_is_gone() {
    let (good, bad) = (run(OLD, &[(1, "")]), run(OLD, &[(1, "1.0")]));
    let (worse, open) =
        (run(OLD, &[(1, "1.0 1.1")]), unresolved(OLD, tls_readiness::evidence::Unreachable::NoSuchName));
    let before = report_of(
        [("a", &bad), ("b", &bad), ("c", &bad), ("d", &good), ("e", &bad), ("g", &bad)]
            .map(|(name, outcome)| named(name, outcome))
            .to_vec(),
    );
    let baseline = Baseline::new(before, true, ["a", "b", "c", "d", "e", "f"]).unwrap();
    let now = [("a", &worse), ("b", &bad), ("c", &good), ("d", &good), ("e", &open), ("f", &bad)]
        .map(|(name, outcome)| named(name, outcome));
    let names: Vec<&str> = now.iter().map(|test| test.name.as_str()).collect();
    let whole = run_with(&baseline, now.to_vec(), None);
    assert_eq!(verdict_line::closing(&whole), CLOSING);
    // Put together from its parts it is the same, on a later day too.
    let part = |number, tests: &[Test]| {
        let shards = report::model::Shards::alone(number, 2, &names);
        (format!("{number}.json"), run_with(&baseline, tests.to_vec(), Some(shards)))
    };
    let merged = merge::merge(vec![part(1, &now[..3]), part(2, &now[3..])], false).unwrap();
    assert_eq!(verdict_line::closing(&merged), CLOSING);
    let mut later = part(2, &now[3..]);
    later.1.as_of = "2026-12-31".to_owned();
    let merged = merge::merge(vec![part(1, &now[..3]), later], false).unwrap();
    assert_eq!(verdict_line::closing(&merged), CLOSING);
    let mut other = part(2, &now[3..]);
    other.1.baseline.as_mut().unwrap().gone = vec!["g".to_owned(), "h".to_owned()];
    let merged = merge::merge(vec![part(1, &now[..3]), other], false).unwrap();
    assert_eq!(merged.baseline.unwrap().gone, ["g", "h"]);
    // Of another baseline it is not.
    let mut other = part(2, &now[3..]);
    other.1.baseline.as_mut().unwrap().as_of = "2026-11-02".to_owned();
    let error = merge::merge(vec![part(1, &now[..3]), other], false).unwrap_err();
    assert_eq!(error, "1.json is compared with a baseline of 2026-11-01, and 2.json with one of 2026-11-02");
}

#[test]
fn a_baseline_that_is_a_part_says_so() {
    let shards = report::model::Shards::alone(2, 4, &["api::case"]);
    let report = Report::new("2026-11-01".to_owned(), true, false, Some(shards), Vec::new());
    let baseline = Baseline::new(report, true, ["api::case"]).unwrap();
    let report = run_with(&baseline, vec![told(&outcome(OLD, vec![address("")]))], None);
    let words = "since the baseline of 2026-11-01, which is part 2 of 4 alone: 0 worse, 0 as before, 0 better, 1 not in it\n";
    assert!(verdict_line::closing(&report).starts_with(words), "{}", verdict_line::closing(&report));
}
