//! What a scenario requires is what its stand-in does: each requirement is rehearsed without a network.

use crate::binary::Folder;

/// Each a scenario's own fields.
const MET: [&str; 19] = [
    "expect: { certificate_lifespan: 90d }",
    "expect: { certificate_lifespan: 1s }",
    "expect: { certificate_valid_for: 30d, certificate_lifespan: 32d }",
    "expect: { certificate_key: RSA-2048 }",
    "expect: { certificate_key: [P-521, P-256] }",
    "expect: { certificate_key: P-384 }",
    "expect: { certificate_key: Ed25519 }",
    "expect: { certificate_signature: { only: SHA-256 } }",
    "expect: { certificate_names: [a.example, \"*.b.example\", 192.0.2.1, \"2001:db8::1\"] }",
    "expect: { certificate_chain: complete, same_certificate: true }",
    "expect: { certificate: expired, certificate_chain: complete }",
    "expect: { alpn: h2 }",
    "path: /, expect: { status: 2xx, alpn: { some: [h2, h3], none: [http/1.0] } }",
    "expect: { alpn: { none: [h2] } }",
    "expect: { ocsp_staple: true }",
    "expect: { ocsp_staple: false }",
    "path: /, expect: { hsts: { min_age: 730d, include_subdomains: true, preload: true } }",
    "path: /, expect: { headers: { Server: false, X-Frame-Options: true, Content-Type: text/html } }",
    "path: /a?b=c, expect: { status: 200, http_redirects: true, certificate_key: RSA-2048 }",
];

#[test]
fn a_stand_in_meets_what_its_scenario_requires() {
    let mut text = "host: rehearsed.example:8443\nreplica: {}\nscenarios:\n".to_owned();
    for (number, fields) in MET.iter().enumerate() {
        text += &format!("  s{number}: {{ {fields} }}\n");
        // By TLS 1.2 alone too.
        text += &format!("  s{number}-by-1.2: {{ max_version: 1.2, {fields} }}\n");
    }
    let folder = Folder::new().scenario("all", &text);
    let ran = folder.run(&["check"]);
    let last = format!("ready: {} passed, all against replicas: use --live to test the hosts", 2 * MET.len());
    assert_eq!(ran.ended_with(0).stdout.lines().last(), Some(last.as_str()), "{}", ran.console());
}

/// Where a stand-in cannot be made so the test fails, and says whose fault that is.
#[test]
fn what_no_stand_in_can_have_is_a_contradiction() {
    let text = "host: rehearsed.example\nreplica: {}\nscenarios:\n  key: { expect: { certificate_key: P-521 } }\n  status: { path: /, expect: { status: 3xx } }\n";
    let folder = Folder::new().scenario("all", text);
    let ran = folder.run(&["check"]);
    ran.ended_with(1);
    assert_eq!(ran.stdout.matches("the stand-in does what `replica` says").count(), 2, "{}", ran.console());
}
