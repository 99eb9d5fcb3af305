//! The report as a page: what it says.

use tls_readiness::report::{Kind, Report};

use crate::cases;
use crate::every_verdict;
use crate::golden::Golden;
use crate::json::rendered;
use crate::report_of;

fn page(report: &Report) -> String {
    rendered(Kind::Html, report)
}

#[test]
fn the_page_is_golden() {
    let mut golden = Golden::default();
    golden.compare("page.html", &page(&every_verdict::report()));
    golden.finish();
}

#[test]
fn a_page_of_no_test_says_so() {
    let page = page(&Report::new("2026-11-23".to_owned(), true, false, None, Vec::new()));
    assert!(page.contains("<h1>Could not tell</h1>") && page.contains("no test"), "{page}");
}

/// A green stand-in is no green host: neither in the title nor in the banner.
#[test]
fn the_verdict_says_what_it_is_about() {
    let whole = every_verdict::report();
    let of = |names: &[&str]| {
        let tests = whole.tests.iter().filter(|test| names.contains(&test.name.as_str())).cloned();
        page(&Report::new("2026-11-23".to_owned(), false, false, None, tests.collect()))
    };
    let (replica, host) = ("shop-api::tls-1.2-is-accepted", "login::tls-1.2-is-accepted");
    for (names, title, banner) in [
        (&[replica][..], "ready, against a replica: use --live to test the host", "banner ready rehearsal\""),
        (&[host], "ready, against the host", "banner ready\""),
        (
            &[replica, host],
            "ready, 1 of 2 against replicas: use --live to test the hosts",
            "banner ready rehearsal\"",
        ),
    ] {
        let page = of(names);
        assert!(page.contains(&format!("<title>TLS readiness: {title}</title>")), "{title}");
        assert!(page.contains(banner), "{banner}");
    }
}

#[test]
fn nothing_is_written_where_nothing_was_found() {
    let whole = every_verdict::report();
    let mut passed: Vec<_> =
        whole.tests.into_iter().filter(|test| test.name == "login::tls-1.2-is-accepted").collect();
    // Its end has a day in the calendar.
    passed.iter_mut().for_each(|test| test.certificate_end = None);
    let page = page(&Report::new("2026-11-23".to_owned(), true, false, None, passed));
    for absent in ["id=\"blocking\"", "id=\"calendar\"", "class=\"warning\""] {
        assert!(!page.contains(absent), "{absent}");
    }
}

/// Of a test that passed too: what it was asked besides is evidence.
#[test]
fn what_an_address_was_asked_besides_is_shown() {
    for (name, found) in [
        ("alpn-not-agreed", "<td>alpn<td class=l>h2 refused, alert no_application_protocol (120)<td>31 ms"),
        ("ocsp-staple-missing", "<td>ocsp_staple<td class=l>nothing stapled, asked the 3rd time<td>31 ms"),
        ("http-port-closed", "<td>plain_http<td class=l>port 80: connection refused<td>31 ms"),
    ] {
        let (.., outcome) = cases::all().into_iter().find(|(case, ..)| *case == name).unwrap();
        let page = page(&report_of(&[outcome]));
        assert!(page.contains(found), "{page}");
    }
}
