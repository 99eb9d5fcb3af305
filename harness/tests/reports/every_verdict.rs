//! The report of a made-up run that has every verdict, both sides, stand-ins and hosts, a calendar, and a
//! part that is missing: for the renderers that show all of it.

use tls_readiness::report::model::{Shards, Test, Waiver};
use tls_readiness::report::{self, Against, Outcome, Report};
use tls_readiness::verdict::Verdict;

use crate::{cases, clients};

/// What is made of a case: its host and its name, and what it was run against.
struct Row {
    case: &'static str,
    name: &'static str,
    host: &'static str,
    against: Against,
    /// What the calendar makes of its verdict.
    calendar: Calendar,
}

enum Calendar {
    None,
    /// Enforced from a day that is over.
    Enforced(&'static str),
    Pending(&'static str),
    Waived(&'static str),
}

use Against::{Host, Replica};
use Calendar::{Enforced, Pending, Waived};

const ROWS: [Row; 15] = [
    row("refused", "shop-api::older-versions-are-refused", "api.shop.example", Replica, Calendar::None),
    row("accepted", "shop-api::tls-1.2-is-accepted", "api.shop.example", Replica, Enforced("2026-10-01")),
    row(
        "still-accepts-one-of-four",
        "login::older-versions-are-refused",
        "login.shop.example",
        Host,
        Calendar::None,
    ),
    row("accepted", "login::tls-1.2-is-accepted", "login.shop.example", Host, Calendar::None),
    row("redirect", "login::the-status-page-answers", "login.shop.example", Host, Pending("2026-12-01")),
    row("silence", "mail::older-versions-are-refused", "mail.shop.example", Host, Calendar::None),
    row("no-such-name", "mail::archive", "archive.mail.shop.example", Host, Pending("2027-01-15")),
    row("addresses-differ", "edge::older-versions-are-refused", "edge.shop.example", Host, Calendar::None),
    row("certificate-expired", "edge::certificate", "edge.shop.example", Host, Waived("2026-12-31")),
    row(
        "words-of-the-author",
        "intranet::older-versions",
        "wiki.shop.example",
        Replica,
        Waived("2026-12-01"),
    ),
    row("gone", "old-api::is-gone", "old.shop.example", Host, Calendar::None),
    row("client-speaks-and-distrusts", "clients::curl", "api.shop.example", Replica, Calendar::None),
    row("client-program-failed", "clients::curl-is-ready", "api.shop.example", Replica, Calendar::None),
    row(
        "client-still-speaks",
        "clients::curl-is-not-too-old",
        "api.shop.example",
        Replica,
        Pending("2026-12-01"),
    ),
    row("client-left-out", "clients::git", "api.shop.example", Replica, Calendar::None),
];

const fn row(
    case: &'static str,
    name: &'static str,
    host: &'static str,
    against: Against,
    calendar: Calendar,
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
    outcome.verdict = match row.calendar {
        Calendar::None | Enforced(_) => outcome.verdict,
        Pending(_) => Verdict::Pending,
        Waived(_) => Verdict::Waived,
    };
    let mut test = with_host(&report::test(&outcome, "tls-readiness check"), row.host);
    match row.calendar {
        Calendar::None => {}
        Enforced(day) | Pending(day) => test.enforce_from = Some(day.to_owned()),
        Waived(day) => {
            test.waiver = Some(Waiver {
                until: day.to_owned(),
                reason: "the supplier replaces the appliance in December".to_owned(),
                ticket: Some("https://tickets.shop.example/TLS-17".to_owned()),
                line: None,
            });
        }
    }
    test
}

/// The same test, of another host.
fn with_host(test: &Test, host: &str) -> Test {
    let json = serde_json::to_string(test).unwrap();
    serde_json::from_str(&json.replace("api.example.com", host)).unwrap()
}
