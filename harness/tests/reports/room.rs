//! What a report has no room for: the most important stays, the rest is counted.

use tls_readiness::report::model::Test;
use tls_readiness::report::{Kind, Report, console, markdown};
use tls_readiness::verdict::Verdict;

use crate::every_verdict;
use crate::json::rendered;
use crate::renderers::{annotations_of, with};

/// The n-th host that fails or passes, without what the sizes of these tests need not.
fn of_host(verdict: Verdict, number: usize) -> Test {
    let report = every_verdict::report();
    let mut test = report.tests.into_iter().find(|test| test.verdict == verdict).unwrap();
    test.host = format!("{}-{number}.example", verdict.key());
    test.name = format!("{}::{number}", verdict.key());
    (test.enforce_from, test.waiver) = (None, None);
    test.observations = Vec::new().into();
    test
}

fn hosts(verdict: Verdict, count: usize) -> impl Iterator<Item = Test> {
    let first = of_host(verdict, 0);
    (0..count).map(move |number| Test {
        host: format!("{}-{number}.example", verdict.key()),
        name: format!("{}::{number}", verdict.key()),
        ..first.clone()
    })
}

fn of(tests: impl Iterator<Item = Test>) -> Report {
    Report::new("2026-11-23".to_owned(), false, false, None, tests.collect())
}

/// GitHub keeps ten of a kind of one step.
#[test]
fn ten_annotations_of_a_kind_are_all_that_a_step_has() {
    let shards = every_verdict::report().shards;
    for (failed, shards, shown, more) in [
        (10, None, 10, None),
        (11, None, 9, Some("2 more tests like these")),
        (9, shards.clone(), 9, None),
        (10, shards, 8, Some("2 more tests like these")),
    ] {
        let is_part = shards.is_some();
        let tests = hosts(Verdict::Pending, 3).chain(hosts(Verdict::Failed, failed)).collect();
        let told = annotations_of(&Report::new("2026-11-23".to_owned(), false, false, shards, tests));
        let errors: Vec<&str> = told.lines().filter(|line| line.starts_with("::error ")).collect();
        assert_eq!(errors.len(), 10, "{told}");
        assert_eq!(errors[0].contains("part 3 of 3"), is_part, "{told}");
        assert_eq!(errors.iter().filter(|line| line.contains("title=failed%3A ")).count(), shown, "{told}");
        let last = errors[9];
        assert!(more.map_or(!last.contains("more tests"), |more| last.contains(more)), "{told}");
        assert_eq!(told.lines().filter(|line| line.starts_with("::warning ")).count(), 3);
    }
}

/// GitHub keeps 4 KiB of a message.
#[test]
fn an_annotation_ends_before_github_cuts_it() {
    let advice = Some(format!("{}the end", "Ask the platform team.\n".repeat(1_000)));
    let test = Test { advice, ..of_host(Verdict::Failed, 0) };
    let told = annotations_of(&of(std::iter::once(test)));
    let message = told.trim_end()[2..].split_once("::").unwrap().1.replace("%0A", "\n");
    assert!((3_900..=4_096).contains(&message.len()), "{}", message.len());
    assert!(message.ends_with("Ask the platform team.\n…"), "{message}");
}

#[test]
fn a_terminal_has_the_rows_that_need_somebody() {
    for (passed, failed, last) in [(30, 10, None), (50, 5, Some((15, 0))), (3, 42, Some((5, 2)))] {
        let told =
            console::matrix(&of(hosts(Verdict::Passed, passed).chain(hosts(Verdict::Failed, failed))), false);
        let rows: Vec<&str> = told.lines().filter(|line| line.contains(".example ")).collect();
        assert_eq!(rows.len(), 40, "{told}");
        assert_eq!(rows.iter().filter(|row| row.starts_with("failed-")).count(), failed.min(40), "{told}");
        // The order is that of the scenarios as long as there is room for all.
        assert_eq!(rows[0].starts_with("passed-"), last.is_none(), "{told}");
        let words =
            last.map(|(more, not_green)| format!("… and {more} more, of which {not_green} did not pass"));
        assert_eq!(told.lines().find(|line| line.starts_with('…')), words.as_deref(), "{told}");
    }
}

/// However much blocks: the matrix, the calendar and what passed are told too.
#[test]
fn no_part_of_a_summary_takes_the_room_of_all() {
    let with_days = |(number, test): (usize, Test)| {
        let day = time::Date::from_ordinal_date(2020, 1).unwrap()
            + time::Duration::days(i64::try_from(number).unwrap());
        Test { enforce_from: Some(day.to_string()), ..test }
    };
    let failed = hosts(Verdict::Failed, 1_500).enumerate().map(with_days);
    let report = of(failed.chain(hosts(Verdict::Passed, 300)));
    let whole = markdown::within(&report, usize::MAX);
    // Each with something below it: a heading alone tells nothing.
    let parts = [
        ("### What blocks, and what to do", "failed::"),
        ("### What speaks what", "| failed-"),
        ("### Calendar", "| 2020-01-01 |"),
        ("<summary>300 passed</summary>", "passed::"),
    ];
    for limit in [60_000, 100_000, whole.len() / 2] {
        let told = markdown::within(&report, limit);
        assert!(told.len() <= limit);
        for (part, item) in parts {
            let rest = told.split_once(part).unwrap_or_else(|| panic!("no {part} in {limit} bytes")).1;
            let below = rest.split("\n### ").next().unwrap();
            assert!(below.contains(item), "no {item} below {part} in {limit} bytes");
        }
        assert!(told.contains("left out for want of room"), "{limit}");
    }
}

#[test]
fn a_day_of_the_calendar_names_ten_tests() {
    for (count, more) in [(10, None), (12, Some(" and 2 more |"))] {
        let on_one_day = |test| Test { enforce_from: Some("2027-01-01".to_owned()), ..test };
        let told = markdown::within(&of(hosts(Verdict::Passed, count).map(on_one_day)), usize::MAX);
        let row = told.lines().find(|line| line.starts_with("| 2027-01-01 |")).unwrap();
        assert_eq!(row.matches("<code>passed::").count(), 10, "{row}");
        assert!(more.map_or(!row.contains("more"), |more| row.ends_with(more)), "{row}");
    }
}

/// What is longer than anybody reads is cut; the JSON report alone has it whole.
#[test]
fn a_text_of_a_megabyte_makes_no_report_of_gigabytes() {
    let report = with(&"x|<".repeat(350_000), true);
    for kind in [Kind::Junit, Kind::Sarif, Kind::Markdown, Kind::Html] {
        let length = rendered(kind, &report).len();
        assert!(length < 10_000_000, "{kind}: {length}");
    }
    assert!(annotations_of(&report).len() < 500_000);
    assert!(console::closing(&report, false).len() < 500_000);
    assert!(markdown::within(&report, 1 << 20).len() <= 1 << 20);
}

/// However little room there is, what is there is whole, and what is not is counted.
#[test]
fn a_summary_has_room_for_the_verdict_first() {
    let report = every_verdict::report();
    let whole = markdown::within(&report, usize::MAX);
    for limit in (0..whole.len() + 100).step_by(97) {
        let text = markdown::within(&report, limit);
        assert!(text.len() <= limit, "{limit}");
        assert!(
            text.is_empty()
                || text.starts_with("## ❌ TLS readiness, without part 3 of 3: not ready\n\n**3 failed"),
            "{text}"
        );
        let opened = text.matches("<details>").count();
        assert_eq!(opened, text.matches("</details>").count(), "{text}");
        assert!(
            text == whole || text.is_empty() || text.contains("left out") || limit < 1_200,
            "{limit}: {text}"
        );
    }
}
