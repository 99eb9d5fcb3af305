//! The report of a made-up run that has every verdict, both sides, stand-ins and hosts, a calendar, and a
//! part that is missing: for the renderers that show all of it.

use tls_readiness::report::model::{Shards, Test};
use tls_readiness::report::{self, Against, Outcome, Report};

use crate::evidence::on_day;
use crate::{cases, clients};

/// What is made of a case: its host and its name, and what it was run against.
struct Row {
    case: &'static str,
    name: &'static str,
    host: &'static str,
    against: Against,
    /// The fields of its calendar.
    calendar: &'static str,
}

use Against::{Host, Replica};

const ALWAYS: &str = "";
const SINCE_OCTOBER: &str = "enforce_from: 2026-10-01";
const FROM_DECEMBER: &str = "enforce_from: 2026-12-01";
const FROM_JANUARY: &str = "enforce_from: 2027-01-15";
const WAIVED_UNTIL_DECEMBER: &str = "waiver: { until: 2026-12-01, reason: the supplier replaces the appliance in \
                                     December, ticket: https://tickets.shop.example/TLS-17 }";
const WAIVED_UNTIL_YEAR_END: &str = "waiver: { until: 2026-12-31, reason: the supplier replaces the appliance in \
                                     December, ticket: https://tickets.shop.example/TLS-17 }";

const RECOMMENDED: &str = "level: SHOULD";

const ROWS: [Row; 16] = [
    row("refused", "shop-api::older-versions-are-refused", "api.shop.example", Replica, ALWAYS),
    row("accepted", "shop-api::tls-1.2-is-accepted", "api.shop.example", Replica, SINCE_OCTOBER),
    row("still-accepts-one-of-four", "login::older-versions-are-refused", "login.shop.example", Host, ALWAYS),
    row("accepted", "login::tls-1.2-is-accepted", "login.shop.example", Host, ALWAYS),
    row("redirect", "login::the-status-page-answers", "login.shop.example", Host, FROM_DECEMBER),
    row("silence", "mail::older-versions-are-refused", "mail.shop.example", Host, ALWAYS),
    row("no-such-name", "mail::archive", "archive.mail.shop.example", Host, FROM_JANUARY),
    row("addresses-differ", "edge::older-versions-are-refused", "edge.shop.example", Host, ALWAYS),
    row("certificate-expired", "edge::certificate", "edge.shop.example", Host, WAIVED_UNTIL_YEAR_END),
    row(
        "words-of-the-author",
        "intranet::older-versions",
        "wiki.shop.example",
        Replica,
        WAIVED_UNTIL_DECEMBER,
    ),
    row("gone", "old-api::is-gone", "old.shop.example", Host, ALWAYS),
    row("client-speaks-and-distrusts", "clients::curl", "api.shop.example", Replica, ALWAYS),
    row("client-program-failed", "clients::curl-is-ready", "api.shop.example", Replica, ALWAYS),
    row("client-still-speaks", "clients::curl-is-not-too-old", "api.shop.example", Replica, FROM_DECEMBER),
    row("posture-unmet-suites", "shop-api::no-weak-suites", "api.shop.example", Host, RECOMMENDED),
    row("client-left-out", "clients::git", "api.shop.example", Replica, ALWAYS),
];

const fn row(
    case: &'static str,
    name: &'static str,
    host: &'static str,
    against: Against,
    calendar: &'static str,
) -> Row {
    Row { case, name, host, against, calendar }
}

/// The report, judged by 2026-11-23.
pub(crate) fn report() -> Report {
    let known: Vec<(&str, &str, Outcome)> = cases::all().into_iter().chain(clients::all()).collect();
    let tests = ROWS.iter().map(|row| {
        let (.., outcome) = known.iter().find(|(case, ..)| *case == row.case).unwrap();
        test(row, outcome.clone())
    });
    let names = ["a", "b", "c"];
    let shards = Shards { present: vec![1, 2], missing: vec![3], ..Shards::alone(1, 3, &names) };
    Report::new("2026-11-23".to_owned(), false, false, Some(shards), tests.collect())
}

fn test(row: &Row, mut outcome: Outcome) -> Test {
    row.name.clone_into(&mut outcome.test.name);
    outcome.against = row.against;
    let outcome = on_day(outcome, row.calendar, "2026-11-23");
    with_host(&report::test(&outcome, "tls-readiness check"), row.host)
}

/// The same test, of another host.
fn with_host(test: &Test, host: &str) -> Test {
    let json = serde_json::to_string(test).unwrap();
    serde_json::from_str(&json.replace("api.example.com", host)).unwrap()
}
