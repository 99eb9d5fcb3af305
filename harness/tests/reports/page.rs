//! The report as a page: what it says, and that no text of others is markup in it.

use proptest::prelude::*;
use tls_readiness::report::{Kind, Report};

use crate::golden::Golden;
use crate::json::rendered;
use crate::{every_text, every_verdict};

/// Pieces that are markup somewhere, or end some.
const PIECES: [&str; 20] = [
    "<",
    ">",
    "</",
    "<script>window.pwned = 1</script>",
    "</script>",
    "</style>",
    "</pre>",
    "</details>",
    "<img src=x onerror=\"window.pwned = 1\">",
    "<!--",
    "]]>",
    "&lt;",
    "&#60;",
    "\"",
    "'",
    " onclick=",
    "javascript:window.pwned = 1",
    "\0",
    "\u{202e}",
    "\n",
];

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
    let passed = whole.tests.into_iter().filter(|test| test.name == "login::tls-1.2-is-accepted");
    let page = page(&Report::new("2026-11-23".to_owned(), true, false, None, passed.collect()));
    for absent in ["id=\"blocking\"", "id=\"calendar\"", "class=\"warning\""] {
        assert!(!page.contains(absent), "{absent}");
    }
}

/// Tags are what a `<` begins. Those of a page do not depend on the texts in it, but links, which are
/// made of some.
fn tags(page: &str) -> Vec<&str> {
    page.split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .filter(|tag| !tag.starts_with("a rel=") && *tag != "/a")
        .collect()
}

#[test]
fn text_of_a_megabyte_is_cut() {
    let report = every_text::replaced(&every_verdict::report(), &"<x>".repeat(400_000));
    let page = page(&report);
    assert!(page.len() < 10_000_000, "{}", page.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_others_is_markup(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..12)) {
        let report = every_verdict::report();
        // A text that is none of the words that a page knows, and no markup.
        let plain = page(&every_text::replaced(&report, "-"));
        let hostile = page(&every_text::replaced(&report, &format!("-{}", pieces.concat())));
        prop_assert_eq!(tags(&plain), tags(&hostile));
    }
}
