//! The matrix: a row for each host and each program, on the grounds of what was proven.

use tls_readiness::evidence::{Doubt, Outcome, Refusal};
use tls_readiness::report::matrix::{Row, rows};
use tls_readiness::report::{Against, Outcome as TestOutcome};
use tls_readiness::version::Version::{Tls11, Tls12, Tls13};

use crate::evidence::{CBC, GCM, accepted, alert, alone, control, outcome, variant};
use crate::{cases, clients, report_of};

fn case(name: &str) -> TestOutcome {
    cases::all().into_iter().chain(clients::all()).find(|(case, ..)| *case == name).unwrap().2
}

fn shown(row: &Row<'_>) -> String {
    let cell = |cell: &tls_readiness::report::matrix::Cell| {
        let unmet = cell.unmet().map(|expected| format!("≠{}", expected.sign())).unwrap_or_default();
        let sign = if cell.sign().is_empty() { "-" } else { cell.sign() };
        format!("{sign}{unmet}")
    };
    row.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
}

/// SSL 2.0 to TLS 1.3 of each case.
#[test]
fn a_version_is_what_was_proven_of_it() {
    for (name, cells) in [
        ("accepted", "- - - - - ✓"),
        ("refused", "- - ✗ ✗ - ✓"),
        ("gone", "- - - - - -"),
        ("still-accepts", "- - ✓≠✗ ✗ - ✓"),
        ("addresses-differ", "- - ✓≠✗ ✗ - ✓"),
        ("accepted-by-one-of-two", "- - - - ✗≠✓ -"),
        ("not-accepted", "- - - - ✗ ✗"),
        ("answered-below", "- - - ✓ ✗ ✗"),
        ("other-version", "- - - - - ✓"),
        ("cannot-finish", "- - - - ✓ -"),
        ("silence", "- - ?≠✗ ✗ - ✓"),
        ("no-control", "- - ?≠✗ ?≠✗ - -"),
        ("cannot-reach", "- - ?≠✗ ✗ - ✓"),
        ("no-such-name", "- - ?≠✗ ?≠✗ - -"),
        ("cannot-resolve", "- - - - ? ?"),
        ("not-tls", "- - - - ? ?"),
        ("other-status", "- - - - - ✓"),
        ("client-speaks", "- - - - ✓ -"),
        ("client-too-old", "- - - - ✗≠✓ -"),
        ("client-stays-away", "- - ✗ ✗ - -"),
        ("client-still-speaks", "- - - ✓≠✗ - -"),
        ("client-refuses-itself", "- - - ✗ - -"),
        ("client-never-connected", "- - - - ?≠✓ -"),
        ("client-left-out", "- - - - - -"),
    ] {
        let report = report_of(&[case(name)]);
        assert_eq!(rows(&report).iter().map(shown).collect::<Vec<_>>(), [cells], "{name}");
    }
}

/// TLS 1.2 and TLS 1.3 of a host that has to accept them, and that one address of two accepts.
#[test]
fn an_address_that_does_otherwise_counts_as_the_scenario_has_it() {
    let refuses = || {
        let refused = alone(Tls12, alert(70));
        vec![refused.clone(), variant(1, refused.clone()), variant(2, refused)]
    };
    let is_silent = || vec![alone(Tls12, Outcome::Inconclusive(Doubt::Silence))];
    let accepts = || vec![alone(Tls12, accepted(Tls12, CBC))];
    let accepts_newest = || vec![control(0, accepted(Tls13, GCM))];
    for (max, addresses, one, other, cells) in [
        ("1.2", "all", accepts(), accepts(), "✓ -"),
        ("1.2", "all", accepts(), refuses(), "✗≠✓ -"),
        ("1.2", "any", accepts(), refuses(), "✓ -"),
        ("1.2", "all", accepts(), is_silent(), "?≠✓ -"),
        ("1.2", "any", accepts(), is_silent(), "✓ -"),
        ("1.2", "all", refuses(), is_silent(), "✗≠✓ -"),
        // The silent one may be the one that would do.
        ("1.2", "any", refuses(), is_silent(), "?≠✓ -"),
        // Another version of the range would do: nobody asked for TLS 1.2 by itself.
        ("1.3", "all", accepts_newest(), accepts_newest(), "- ✓"),
        ("1.3", "any", accepts_newest(), is_silent(), "- ✓"),
        ("1.3", "all", accepts_newest(), is_silent(), "? ✓"),
    ] {
        let fields = format!(
            "host: api.example.com\nmin_version: 1.2\nmax_version: {max}\nevidence: hello\n\
             expect: accepted\naddresses: {addresses}"
        );
        let report = report_of(&[outcome(&fields, vec![one.clone(), other.clone()])]);
        let of_both = format!("- - - - {cells}");
        assert_eq!(
            rows(&report).iter().map(shown).collect::<Vec<_>>(),
            [of_both],
            "{fields}\n{one:?}\n{other:?}"
        );
    }
}

/// One that looks at suites does not ask as often as the proof of a refusal takes.
#[test]
fn what_one_test_has_proven_is_not_unknown_for_another_that_asked_in_passing() {
    let closed = || Outcome::Refused(Refusal::Closed);
    // Refused weakly, and no control after it.
    let in_passing = || {
        let weak = alone(Tls11, closed());
        vec![weak.clone(), variant(1, weak), alone(Tls12, accepted(Tls12, CBC))]
    };
    let proven = || vec![alone(Tls11, alert(70)), control(0, accepted(Tls12, CBC))];
    let range = |fields: &str| format!("host: api.example.com\nmin_version: 1.1\nmax_version: {fields}");
    let suites = || outcome(&range("1.2\nexpect: { cipher_suites: { none: [CBC] } }"), vec![in_passing()]);
    let accepts_with_suites = || {
        let fields =
            range("1.2\nevidence: hello\nexpect: { outcome: accepted, cipher_suites: { none: [CBC] } }");
        outcome(&fields, vec![in_passing()])
    };
    let forbidden = || outcome(&range("1.2\nexpect: { versions: { forbidden: [1.1] } }"), vec![in_passing()]);
    let refused = || outcome(&range("1.1\nexpect: refused"), vec![proven()]);
    for (tests, cells) in [
        (vec![suites()], "- - - ? ✓ -"),
        (vec![suites(), refused()], "- - - ✗ ✓ -"),
        (vec![refused(), suites()], "- - - ✗ ✓ -"),
        // It accepts another of the range, and asks for nothing else of the versions.
        (vec![accepts_with_suites()], "- - - - ✓ -"),
        // This one is about the version.
        (vec![forbidden()], "- - - ?≠✗ ✓ -"),
        (vec![forbidden(), refused()], "- - - ?≠✗ ✓ -"),
    ] {
        let report = report_of(&tests);
        assert_eq!(rows(&report).iter().map(shown).collect::<Vec<_>>(), [cells]);
    }
}

/// Nobody takes a green stand-in for a green host, nor one command of curl for another.
#[test]
fn a_row_is_about_one_party() {
    let replica = |mut outcome: TestOutcome| {
        outcome.against = Against::Replica;
        outcome
    };
    let named = |name: &str, mut outcome: TestOutcome| {
        outcome.test.name = name.to_owned();
        outcome
    };
    let other_command = |mut outcome: TestOutcome| {
        let mut scenario = (*outcome.test.scenario).clone();
        let client = scenario.client.as_mut().unwrap();
        client.command = tls_readiness::scenario::Command::Shell("curl --tls-max 1.0 {url}".to_owned());
        outcome.test.scenario = scenario.into();
        outcome
    };
    let report = report_of(&[
        case("still-accepts"),
        replica(case("refused")),
        case("accepted"),
        named("api::new", case("client-speaks")),
        named("api::canary", case("client-stays-away")),
        named("api::old", other_command(case("client-too-old"))),
    ]);
    let rows = rows(&report);
    let labels: Vec<(&str, Against, usize)> =
        rows.iter().map(|row| (row.subject.as_str(), row.against, row.tests.len())).collect();
    assert_eq!(
        labels,
        [
            ("api.example.com", Against::Host, 2),
            ("api.example.com", Against::Replica, 1),
            ("curl → api.example.com (api::new)", Against::Replica, 2),
            ("curl → api.example.com (api::old)", Against::Replica, 1),
        ]
    );
    assert_eq!(rows[0].counts(), "1 failed, 1 passed");
    assert_eq!(shown(&rows[2]), "- - ✗ ✗ ✓ -");
    assert_eq!(shown(&rows[3]), "- - - - ✗≠✓ -");
}
