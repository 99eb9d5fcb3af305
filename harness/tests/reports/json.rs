//! The JSON report: every field that other tools rest on, with its type.

use serde_json::{Value, json};
use tls_readiness::report::{Against, Kind, Outcome, Report};

use crate::golden::Golden;
use crate::report_of;
use crate::{cases, clients};

/// A report of a kind.
pub(crate) fn rendered(kind: Kind, report: &Report) -> String {
    let mut bytes = Vec::new();
    kind.write(report, &str::to_owned, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The report of a run, read back.
pub(crate) fn of(outcomes: &[Outcome]) -> Value {
    serde_json::from_str(&rendered(Kind::Json, &report_of(outcomes))).unwrap()
}

fn case(name: &str) -> Outcome {
    cases::all().into_iter().find(|(case, ..)| *case == name).unwrap().2
}

#[test]
fn the_report_is_golden() {
    let names = ["refused", "still-accepts-one-of-four", "redirect", "no-such-name", "warnings-and-a-retry"];
    let mut golden = Golden::default();
    golden.compare("report.json", &rendered(Kind::Json, &report_of(&names.map(case))));
    golden.finish();
}

#[test]
fn the_report_of_a_program_is_golden() {
    let names = ["client-speaks", "client-wanted-others", "client-alert-first"];
    let case = |name: &str| clients::all().into_iter().find(|(case, ..)| *case == name).unwrap().2;
    let mut golden = Golden::default();
    golden.compare("report-clients.json", &rendered(Kind::Json, &report_of(&names.map(case))));
    golden.finish();
}

/// The example of the documentation, field by field.
#[test]
fn the_fixed_fields_are_there() {
    let mut outcome = case("refused");
    outcome.against = Against::Replica;
    let report = of(&[outcome]);
    assert_eq!(report["schema"], 1);
    assert_eq!(report["as_of"], "2026-11-23");
    assert_eq!(report["live"], false);
    assert_eq!(
        report["summary"],
        json!({ "passed": 1, "failed": 0, "inconclusive": 0, "pending": 0, "waived": 0, "ignored": 0, "exit_code": 0 })
    );
    let test = &report["tests"][0];
    for (field, value) in [
        ("name", json!("api::case")),
        ("file", json!("scenarios/api.yaml")),
        ("line", json!(2)),
        ("side", json!("server")),
        ("against", json!("replica")),
        ("host", json!("api.example.com")),
        ("port", json!(443)),
        ("expected", json!("refused")),
        ("verdict", json!("passed")),
        ("elapsed_ms", json!(52.6)),
    ] {
        assert_eq!(test[field], value, "{field}");
    }
    assert!(test["reason"].is_string());
    let observation = &test["observations"][0];
    for (field, value) in [
        ("address", json!("192.0.2.10:443")),
        ("offered", json!(["1.0"])),
        ("outcome", json!("refused")),
        ("strength", json!("strong")),
        ("alert", json!("protocol_version")),
        ("version", json!(null)),
        ("cipher_suite", json!(null)),
        ("group", json!(null)),
        ("elapsed_ms", json!(9.87)),
        ("control", json!(false)),
    ] {
        assert_eq!(observation[field], value, "{field}");
    }
    let control = &test["observations"][2];
    for (field, value) in [
        ("offered", json!(["1.2", "1.3"])),
        ("outcome", json!("accepted")),
        ("strength", json!(null)),
        ("version", json!("1.3")),
        ("cipher_suite", json!("TLS_AES_128_GCM_SHA256")),
        ("group", json!("x25519")),
        ("control", json!(true)),
    ] {
        assert_eq!(control[field], value, "{field}");
    }
}

/// Every case, so that no finding and no outcome leaves the closed lists.
#[test]
fn words_for_programs_come_from_closed_lists() {
    let is_one_of = |value: &Value, words: &[&str]| words.iter().any(|word| value == word);
    for (name, _, outcome) in cases::all().into_iter().chain(clients::all()) {
        let is_client = outcome.test.scenario.client.is_some();
        let report = of(&[outcome]);
        let test = &report["tests"][0];
        let expected = ["accepted", "refused", "unreachable", "requirements"];
        assert!(is_one_of(&test["expected"], &expected), "{name}");
        assert!(is_one_of(&test["verdict"], &["passed", "failed", "inconclusive", "ignored"]), "{name}");
        assert_eq!(test["side"], if is_client { "client" } else { "server" });
        assert_eq!(test["client"].is_object(), is_client);
        assert_eq!(
            report["summary"]["exit_code"],
            match test["verdict"].as_str().unwrap() {
                "passed" => 0,
                "failed" => 1,
                _ => 3,
            }
        );
        for observation in test["observations"].as_array().unwrap() {
            let outcomes =
                ["accepted", "answered", "refused", "inconclusive", "unreachable", "not_tls", "violation"];
            assert!(is_one_of(&observation["outcome"], &outcomes), "{name}: {observation}");
            assert_eq!(observation["outcome"] == "refused", observation["strength"].is_string(), "{name}");
            assert!(observation["elapsed_ms"].is_number() && observation["control"].is_boolean(), "{name}");
            let has_hello = !is_client || observation["hello_sent"].is_object();
            let offered = observation["offered"].as_array().unwrap();
            assert_eq!(offered.is_empty(), !has_hello, "{name}");
        }
    }
}

/// What an address was asked besides, and what is known of its certificate.
#[test]
fn the_report_has_what_requirements_were_judged_by() {
    let report = of(&[case("alpn-not-agreed")]);
    let test = &report["tests"][0];
    let asked = &test["addresses"][0]["asked"][0];
    assert_eq!(
        *asked,
        json!({
            "question": "alpn", "protocol": "h2", "reply": "refused", "connections": 1, "elapsed_ms": 31.0,
            "detail": "h2 refused, alert no_application_protocol (120)",
        })
    );
    let certificate = &test["observations"][0]["certificate"];
    for (field, value) in [
        ("subject", json!("api.example.com")),
        ("key", json!("P-256")),
        ("key_bits", json!(256)),
        ("signature_algorithm", json!("ecdsa-with-SHA384")),
        ("sha256", json!("ab".repeat(32))),
        ("sent", json!(2)),
        ("chain", json!("sends 2 certificates, up to a trusted root")),
        ("ocsp_staple", json!(false)),
    ] {
        assert_eq!(certificate[field], value, "{field}");
    }
    assert!(of(&[case("accepted")])["tests"][0]["addresses"][0].get("asked").is_none());
}
