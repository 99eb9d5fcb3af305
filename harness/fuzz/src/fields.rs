//! Fields of an answer's header: Strict-Transport-Security, and where a redirect leads.
//!
//! Input: whether the host is a name, an address or has a port of its own; then the field's value.

use tls_readiness::evidence::HeaderField;
use tls_readiness::fuzzing;
use tls_readiness::scenario::parse_host;

/// No policy is read out of what has no `max-age`, and no way leads to the host but through its name.
pub fn run(input: &[u8]) {
    let [host, value @ ..] = input else { return };
    let field = |name: &str| HeaderField { name: name.to_owned(), value: value.to_vec() };
    if let Some(Ok(_)) = fuzzing::hsts(&[field("server"), field("strict-transport-security")]) {
        let lower = value.to_ascii_lowercase();
        assert!(lower.windows(7).any(|part| part == b"max-age"));
    }
    let text = ["a.example", "192.0.2.1", "[2001:db8::1]", "www.a.example:8443"][usize::from(host % 4)];
    let host = parse_host(text).expect("a host");
    let location = String::from_utf8_lossy(value);
    if fuzzing::redirect(301, Some(&location), &host).is_none() {
        for line in location.split('\n') {
            assert!(line.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")), "{line}");
            let authority = line[8..].split(['/', '?', '#']).next().unwrap_or_default();
            assert!(authority.is_ascii() && !authority.contains(['@', '\\', '%', ' ']), "{line}");
        }
    }
    assert!(fuzzing::redirect(200, Some(&location), &host).is_some());
}
