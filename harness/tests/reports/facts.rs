//! What failing tests observed, in the words that waivers take.

use tls_readiness::report::{self, Outcome};
use tls_readiness::verdict::{Fact, Verdict};

use crate::evidence::on_day;
use crate::{RERUN, cases, clients, explain};

fn all() -> impl Iterator<Item = (&'static str, &'static str, Outcome)> {
    cases::all().into_iter().chain(clients::all())
}

/// A failure that had no word could be waived by none, and no two runs could be compared by it.
#[test]
fn every_failure_has_words_that_a_waiver_takes_and_nothing_else_has() {
    for (name, _, outcome) in all() {
        let observed: Vec<String> = outcome.observed().iter().map(ToString::to_string).collect();
        let has_failed = outcome.judgement.verdict == Verdict::Failed;
        assert!(!has_failed || !observed.is_empty(), "{name}");
        assert!(observed.is_sorted(), "{name}: {observed:?}");
        for words in &observed {
            assert_eq!(Fact::parse(words).unwrap().words(), words, "{name}");
        }
        let told = report::test(&outcome, RERUN);
        assert_eq!(told.observed.is_empty(), observed.is_empty(), "{name}");
        let explained = explain(&outcome, RERUN);
        let has_row = explained.lines().any(|line| line.starts_with("  observed "));
        assert_eq!(has_row, !observed.is_empty(), "{name}: {explained}");
        // Many of them are broken into lines.
        let in_one_line = explained.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            observed.is_empty() || in_one_line.contains(&format!("observed {}", observed.join(", "))),
            "{name}"
        );
    }
}

#[test]
fn a_fact_is_told_in_these_words() {
    for (case, words) in [
        ("still-accepts", &["accepted 1.0"][..]),
        ("still-accepts-one-of-four", &["accepted 1.0"]),
        ("addresses-differ", &["accepted 1.0"]),
        ("not-accepted", &["alert handshake_failure"]),
        ("answered-below", &["answered 1.1"]),
        ("other-version", &["chosen 1.3"]),
        ("cannot-finish", &["cipher suite TLS_RSA_WITH_AES_128_CBC_SHA"]),
        ("other-refusal", &["alert protocol_version"]),
        ("other-refusal-by-a-lower-answer", &["lower version"]),
        ("certificate-expired", &["certificate expired"]),
        ("certificate-not-expired-as-expected", &["certificate trusted"]),
        ("certificate-ends-soon", &["certificate ends soon"]),
        ("other-status", &["status 404"]),
        ("no-http-answer", &["no http answer"]),
        ("handshake-broke", &["handshake broke"]),
        ("disagrees", &["chosen 1.2", "chosen 1.3"]),
        ("still-there", &["still there"]),
        ("not-tls", &["not tls"]),
        ("broke-protocol", &["violation downgrade-sentinel"]),
        ("any-address", &["accepted 1.0"]),
        ("silence", &[]),
        ("refused", &[]),
        ("client-too-old", &["newest 1.0"]),
    ] {
        let Some((_, _, outcome)) = all().find(|(name, ..)| *name == case) else { panic!("no case {case}") };
        assert_eq!(report::test(&outcome, RERUN).observed, words, "{case}");
    }
}

/// The two addresses failed in different ways, and both count.
#[test]
fn what_the_waiver_does_not_name_is_not_waived() {
    let waiver = |observed: &str| {
        format!("waiver:\n  until: 2026-12-31\n  reason: The balancer is replaced\n  observed: {observed}\n")
    };
    let case = |name: &str| all().find(|(case, ..)| *case == name).unwrap().2;
    for (name, observed, verdict, words) in [
        ("addresses-differ", "accepted 1.0", Verdict::Waived, "waived until 2026-12-31: The balancer"),
        (
            "addresses-differ",
            "[accepted 1.1, closed]",
            Verdict::Failed,
            "calendar    the waiver on lines 7 to 10 of scenarios/api.yaml is for other failures: accepted 1.1,",
        ),
        ("silence", "accepted 1.0", Verdict::Inconclusive, "nothing is proven"),
    ] {
        let outcome = on_day(case(name), &waiver(observed), "2026-11-23");
        let told = report::test(&outcome, RERUN);
        assert_eq!((told.verdict, told.on(outcome.today)), (verdict, verdict), "{name} {observed}");
        let explained = told.guidance.unwrap().explanation;
        assert!(explained.contains(words), "{explained}");
    }
    let over = on_day(case("still-accepts"), &waiver("accepted 1.0"), "2027-01-01");
    let explained = report::test(&over, RERUN).guidance.unwrap().explanation;
    let words = "delete it on lines 7 to 10\n              of scenarios/api.yaml";
    assert!(explained.contains(words), "{explained}");
}
