use serde_json::{Value, json};

use super::*;

fn draft(policy: Option<&str>) -> Draft {
    let day = |text| crate::calendar::parse_date(text).unwrap();
    Draft {
        host: crate::scenario::parse_host("[2001:db8::1]").unwrap(),
        way: Vec::new(),
        policy: policy.map(str::to_owned),
        day: day("2026-11-25"),
        until: day("2027-02-23"),
        schema: None,
        command: "tls-readiness new '[2001:db8::1]'".to_owned(),
    }
}

/// A test that failed where one of its addresses did; an address for each verdict.
fn test(name: &str, addresses: &[&str], more: &Value) -> Test {
    let verdicts = ["failed", "inconclusive", "passed"];
    let verdict = verdicts.into_iter().find(|verdict| addresses.contains(verdict)).unwrap();
    let address = |verdict: &&str| json!({ "address": "[2001:db8::1]:443", "verdict": verdict, "finding": "", "reason": "" });
    let mut test = json!({
        "name": format!("new::{name}"), "file": "new.yaml", "line": 1, "column": 1, "side": "server",
        "against": "host", "host": "2001:db8::1", "port": 443, "subject": "[2001:db8::1]",
        "expected": "accepted", "expectation": "", "min_version": "1.2", "max_version": "1.3",
        "verdict": verdict, "finding": "", "reason": "does something else", "elapsed_ms": 1.0,
        "addresses": addresses.iter().map(address).collect::<Vec<_>>(), "observations": [],
    });
    test.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(test).unwrap()
}

/// What is seen of a certificate that ends on a day.
fn seen(not_after: &str) -> Value {
    let certificate = json!({ "outcome": "trusted", "detail": "", "names": [], "not_after": not_after });
    json!({
        "offered": [], "step": "handshake", "outcome": "accepted", "warnings": [], "hello_retry": false,
        "client_certificate_wanted": false, "certificate": certificate, "detail": "", "started_ms": 0.0,
        "elapsed_ms": 1.0, "connections": 1, "control": false,
    })
}

/// The file where TLS 1.3 and older versions came to this, and everything else passed.
fn file(newest: &[&str], old: &Test, certificate: &Test) -> String {
    let surveyed = [
        test("tls-1.2-is-accepted", &["passed"], &json!({})),
        test("tls-1.3-is-accepted", newest, &json!({})),
        old.clone(),
        certificate.clone(),
    ];
    draft(None).file(&surveyed).unwrap()
}

fn old_and_certificate() -> (Test, Test) {
    let old = test("older-versions-are-refused", &["passed"], &json!({}));
    let more = json!({ "observations": [seen("2027-11-25T10:00:00Z")] });
    (old, test("certificate", &["passed"], &more))
}

#[test]
fn addresses_that_differ_are_told_by_their_number() {
    let (old, certificate) = old_and_certificate();
    let any = "    expect: accepted\n    addresses: any\n";
    for (addresses, line, is_any) in [
        (&["passed", "passed"][..], None, false),
        (&["failed", "failed"], Some("# TLS 1.3 is refused today.\n"), false),
        (&["passed", "failed", "passed"], Some("# TLS 1.3 is accepted by 2 of 3 addresses today.\n"), true),
        (
            &["passed", "failed", "inconclusive"],
            Some("# TLS 1.3 is accepted by 1 of 3 addresses today.\n"),
            true,
        ),
        (
            &["failed", "inconclusive"],
            Some("# TLS 1.3 is refused by 1 of 2 addresses today. Of the others it could not be told.\n"),
            false,
        ),
    ] {
        let text = file(addresses, &old, &certificate);
        assert_eq!(text.contains("today."), line.is_some(), "{text}");
        assert!(line.is_none_or(|line| text.contains(line)), "{text}");
        assert_eq!(text.contains(any), is_any, "{text}");
        assert_eq!(text.contains("tls-1.3-is-accepted"), is_any || line.is_none(), "{text}");
    }
}

#[test]
fn what_only_some_addresses_do_is_said_of_them() {
    let (_, certificate) = old_and_certificate();
    let more = json!({ "reason": "accepts TLS 1.0: alas", "observed": ["accepted 1.0"] });
    for (addresses, line) in [
        (&["failed", "failed"][..], "  # accepts TLS 1.0: alas\n"),
        (&["passed", "failed", "passed"], "  # accepts TLS 1.0 on 1 of 3 addresses: alas\n"),
    ] {
        let text = file(&["passed"], &test("older-versions-are-refused", addresses, &more), &certificate);
        assert!(text.contains(line), "{text}");
        let waived = "    waiver:\n      until: 2027-02-23\n      reason: so it was on 2026-11-25, when this file was written\n      observed: [accepted 1.0]\n";
        assert!(text.contains(waived), "{text}");
    }
}

#[test]
fn a_certificate_that_ends_soon_need_not_last_longer() {
    let (old, _) = old_and_certificate();
    for (not_after, expected) in [
        ("2026-12-11T00:00:00Z", "certificate_valid_for: 14d"),
        ("2026-12-10T23:59:59Z", "certificate: trusted"),
        ("2026-11-26T00:00:00Z", "certificate: trusted"),
    ] {
        let more = json!({ "observations": [seen("2027-11-25T10:00:00Z"), seen(not_after)] });
        let text = file(&["passed"], &old, &test("certificate", &["passed"], &more));
        assert!(text.ends_with(&format!("  certificate:\n    expect: {{ {expected} }}\n")), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_certificate_is_waived_and_not_expected() {
    let (old, _) = old_and_certificate();
    let more = json!({
        "reason": "has an expired certificate", "observed": ["certificate expired"],
        "observations": [seen("2026-11-24T10:00:00Z")],
    });
    let text = file(&["passed"], &old, &test("certificate", &["failed"], &more));
    let expected =
        "  # has an expired certificate\n  certificate:\n    expect: { certificate: trusted }\n    waiver:\n";
    assert!(text.contains(expected), "{text}");
    assert!(text.ends_with("      observed: [certificate expired]\n"), "{text}");

    let text = file(&["passed"], &old, &test("certificate", &["failed"], &json!({})));
    assert!(text.ends_with("  # No certificate was seen: [2001:db8::1] does something else\n"), "{text}");
    let more = json!({ "observations": [seen("2027-11-25T10:00:00Z")] });
    let text = file(&["passed"], &old, &test("certificate", &["passed", "inconclusive"], &more));
    assert!(text.contains("  # Not every certificate was seen: "), "{text}");
}

#[test]
fn what_is_pending_or_advice_gets_no_waiver() {
    for (more, is_waived) in [
        (json!({}), true),
        (json!({ "verdict": "pending", "found": "failed", "enforce_from": "2027-06-01" }), false),
        (json!({ "verdict": "advice", "found": "failed", "is_advice": true }), false),
    ] {
        let mut more = more;
        more["rule"] = json!({ "policy": "house", "key": "newest" });
        let text = draft(Some("house")).file(&[test("newest", &["failed"], &more)]).unwrap();
        assert_eq!(
            text.contains("rules:\n") && text.contains("  newest:\n    waiver:\n"),
            is_waived,
            "{text}"
        );
        assert_eq!(text.ends_with("policy: house\n"), !is_waived, "{text}");
    }
}

#[test]
fn a_scalar_is_read_back_as_the_text_that_it_was() {
    for text in [
        "api.example.com",
        "api.example.com:8443",
        "[2001:db8::1]:443",
        "192.0.2.1",
        "no",
        "NULL",
        "1.2",
        "accepted 1.0",
        "a: b",
        "# x",
        "../ca.pem",
        "ä",
        "",
        "it's \"quoted\"",
    ] {
        let yaml = format!("key: {}\n", scalar(text));
        let read: std::collections::BTreeMap<String, serde_yaml::Value> =
            serde_yaml::from_str(&yaml).unwrap();
        assert_eq!(read["key"], serde_yaml::Value::from(text), "{yaml}");
    }
}

#[test]
fn days_are_counted_from_the_day_of_the_survey() {
    let day = crate::calendar::parse_date("2026-11-25").unwrap();
    assert_eq!(days_until(day, "2026-12-25T10:00:00Z"), Some(30));
    assert_eq!(days_until(day, "2026-11-24T10:00:00Z"), Some(-1));
    assert_eq!(days_until(day, "soon"), None);
}

#[test]
fn of_any_address_one_that_passes_is_enough() {
    for (addresses, all, any) in [
        (&["passed", "failed"][..], Verdict::Failed, Verdict::Passed),
        (&["failed", "failed"], Verdict::Failed, Verdict::Failed),
        (&["passed", "inconclusive"], Verdict::Inconclusive, Verdict::Passed),
    ] {
        let surveyed = test("tls-1.3-is-accepted", addresses, &json!({}));
        assert_eq!(by_itself(&surveyed, Addresses::All), all, "{addresses:?}");
        assert_eq!(by_itself(&surveyed, Addresses::Any), any, "{addresses:?}");
    }
}

#[test]
fn a_rule_that_could_not_be_told_is_an_obstacle_whatever_its_name() {
    let more = json!({ "rule": { "policy": "house", "key": "certificate" } });
    let surveyed = [test("certificate", &["inconclusive"], &more)];
    let open = Obstacle::Open(vec!["[2001:db8::1] does something else".to_owned()]);
    assert_eq!(draft(Some("house")).file(&surveyed), Err(open));
}
