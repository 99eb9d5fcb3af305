//! nginx: one process with a server block for each configuration.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use tls_readiness::version::Version::{Tls10, Tls11, Tls12, Tls13};

use crate::fleet::{Fleet, Placed};
use crate::peer::{FAILED, INCONCLUSIVE, PASSED, Peer};
use crate::required;

pub(crate) fn fleet() -> Fleet {
    let mut peers = versions();
    peers.extend(suites_and_groups());
    peers.extend(certificates());
    peers.extend(odd());
    peers.extend(required::of_nginx());
    Fleet::new("nginx", peers, command)
}

fn versions() -> Vec<Peer> {
    vec![
        Peer::new("tls-1.2", "ssl_protocols TLSv1.2; location / { return 200 ok; }", &[Tls12])
            .asked("get-200", "path: /, expect: { status: 200 }", PASSED)
            .asked("get-301", "path: /, expect: { status: 301 }", FAILED)
            .asked("trusted", "expect: accepted", PASSED)
            .asked("ends-with-1.2", "expect: { version: 1.2 }", PASSED)
            .asked("ends-with-1.3", "expect: { version: 1.3 }", FAILED)
            .asked("any-version", "min_version: SSLv2, max_version: 1.3, expect: { version: 1.2 }", PASSED)
            .asked("alert", "min_version: 1.0, max_version: 1.1, expect: { alert: protocol_version }", PASSED)
            .asked(
                "no-alert",
                "min_version: 1.0, max_version: 1.1, expect: { alert: handshake_failure }",
                FAILED,
            )
            .asked("without-ca", "ca: ~, expect: accepted", FAILED)
            .asked("without-ca-unknown", "ca: ~, expect: { certificate: unknown-issuer }", PASSED)
            .asked("without-name", "server_name: none, expect: accepted", PASSED),
        Peer::new(
            "tls-1.2-and-1.3",
            "ssl_protocols TLSv1.2 TLSv1.3; location / { return 200 ok; }",
            &[Tls12, Tls13],
        )
        .asked("get-200", "path: /any/path, expect: { status: 200 }", PASSED)
        .asked("get-200-by-1.2", "max_version: 1.2, path: /, expect: { status: 200, version: 1.2 }", PASSED)
        .asked("ends-with-1.2", "expect: { version: 1.2 }", FAILED)
        .asked("ends-with-1.3", "expect: { version: 1.3 }", PASSED)
        .asked("refuses-1.1-to-1.2", "min_version: 1.1, max_version: 1.2, expect: refused", FAILED),
        Peer::new("tls-1.3", "ssl_protocols TLSv1.3; location / { return 200 ok; }", &[Tls13])
            .asked("get-200", "path: /, expect: { status: 200 }", PASSED)
            .asked("get-200-by-1.2", "max_version: 1.2, path: /, expect: { status: 200 }", FAILED),
        Peer::new("tls-1.0", "ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0;", &[Tls10]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            FAILED,
        ),
        Peer::new("tls-1.1", "ssl_protocols TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0;", &[Tls11]),
        Peer::new(
            "tls-1.0-to-1.2",
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;",
            &[Tls10, Tls11, Tls12],
        )
        .asked(
            "accepts-1.0-to-1.1",
            "min_version: 1.0, max_version: 1.1, expect: { version: 1.1 }",
            PASSED,
        ),
        Peer::new(
            "tls-1.0-to-1.3",
            "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;",
            &[Tls10, Tls11, Tls12, Tls13],
        ),
        // The library's security level forbids what `ssl_protocols` allows: alert 80, not 70.
        Peer::new("forbidden-by-level", "ssl_protocols TLSv1 TLSv1.1 TLSv1.2;", &[Tls12])
            .asked("alert", "min_version: 1.0, max_version: 1.1, expect: { alert: protocol_version }", FAILED)
            .asked(
                "alert-80",
                "min_version: 1.0, max_version: 1.1, expect: { alert: internal_error }",
                PASSED,
            ),
    ]
}

/// What rustls cannot finish is accepted by the hello, and a failure of the handshake.
fn suites_and_groups() -> Vec<Peer> {
    let only_by_hello = |name, settings, accepts| {
        Peer::new(name, settings, accepts)
            .asked("accepts-by-hello", "max_version: 1.2, evidence: hello, expect: accepted", PASSED)
            .asked("accepts-by-http", "max_version: 1.2, path: /, expect: accepted", FAILED)
            .asked("accepts-by-handshake", "max_version: 1.2, expect: accepted", FAILED)
    };
    vec![
        only_by_hello("rsa-key-exchange", "ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA;", &[Tls12])
            .saying(&["TLS_RSA_WITH_AES_128_CBC_SHA", "evidence: hello"]),
        only_by_hello("cbc", "ssl_protocols TLSv1.2; ssl_ciphers ECDHE-RSA-AES128-SHA256;", &[Tls12])
            .saying(&["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "evidence: hello"]),
        only_by_hello(
            "secp521r1",
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve secp521r1;",
            &[Tls12, Tls13],
        )
        .asked("accepts-1.3-by-handshake", "min_version: 1.3, expect: accepted", FAILED),
        // A HelloRetryRequest, for a group that rustls has.
        Peer::new(
            "secp384r1",
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve secp384r1; location / { return 200 ok; }",
            &[Tls12, Tls13],
        )
        .asked("get-200", "min_version: 1.3, path: /, expect: { status: 200 }", PASSED),
    ]
}

fn certificates() -> Vec<Peer> {
    let both = "ssl_protocols TLSv1.2 TLSv1.3; location / { return 200 ok; }";
    vec![
        Peer::new("ecdsa", both, &[Tls12, Tls13]).with_certificate("ecdsa").asked(
            "trusted",
            "expect: accepted",
            PASSED,
        ),
        Peer::new("ed25519", both, &[Tls12, Tls13]).with_certificate("ed25519").asked(
            "trusted",
            "expect: accepted",
            PASSED,
        ),
        Peer::odd("expired", both)
            .with_certificate("expired")
            .asked("trusted", "expect: accepted", FAILED)
            .asked("expired", "expect: { certificate: expired }", PASSED)
            .asked("expired-by-1.2", "max_version: 1.2, expect: { certificate: expired }", PASSED)
            .asked("any", "expect: { certificate: any }", PASSED)
            .asked("other", "expect: { certificate: name-mismatch }", FAILED)
            .asked("by-hello", "evidence: hello, expect: accepted", PASSED),
        Peer::odd("ten-days", both)
            .with_certificate("ten-days")
            .asked("valid-for-5-days", "expect: { certificate_valid_for: 5d }", PASSED)
            .asked("valid-for-30-days", "expect: { certificate_valid_for: 30d }", FAILED)
            .asked("expired", "expect: { certificate: expired }", FAILED),
        Peer::odd("other-name", both)
            .with_certificate("other-name")
            .asked("trusted", "expect: accepted", FAILED)
            .asked("name-mismatch", "expect: { certificate: name-mismatch }", PASSED)
            .asked("get-200", "path: /, expect: { status: 200 }", FAILED)
            .asked("get-200-any", "path: /, expect: { status: 200, certificate: any }", PASSED),
        Peer::odd("other-issuer", both)
            .with_certificate("other-issuer")
            .asked("trusted", "expect: accepted", FAILED)
            .asked("unknown-issuer", "expect: { certificate: unknown-issuer }", PASSED),
    ]
}

fn odd() -> Vec<Peer> {
    let old = "min_version: SSLv2, max_version: 1.1, expect: refused";
    let both = "ssl_protocols TLSv1.2 TLSv1.3;";
    vec![
        // `plain` in place of `ssl`, see `command`.
        Peer::odd("plain-http", "plain")
            .asked("refuses-old", old, INCONCLUSIVE)
            .asked("refuses-1.2", "min_version: 1.2, max_version: 1.2, expect: refused", INCONCLUSIVE)
            .asked("accepts", "expect: accepted", FAILED)
            .asked("get-400", "path: /, expect: { status: 400 }", FAILED)
            .asked("is-gone", "expect: unreachable", FAILED),
        Peer::odd("rejects-every-handshake", "ssl_protocols TLSv1.2 TLSv1.3; ssl_reject_handshake on;")
            .asked("refuses-old", old, INCONCLUSIVE)
            .asked("refuses-1.2", "min_version: 1.2, max_version: 1.2, expect: refused", INCONCLUSIVE)
            .asked("accepts", "expect: accepted", INCONCLUSIVE)
            .asked("accepts-by-hello", "evidence: hello, expect: accepted", INCONCLUSIVE)
            .asked("is-gone", "expect: unreachable", FAILED),
        Peer::new(
            "wants-client-certificate",
            "ssl_protocols TLSv1.2 TLSv1.3; ssl_verify_client on; ssl_client_certificate ca.pem;",
            &[Tls12, Tls13],
        )
        .asked("get-400", "path: /, expect: { status: 400 }", PASSED)
        .asked("get-400-by-1.2", "max_version: 1.2, path: /, expect: { status: 400 }", PASSED)
        .asked("get-200", "path: /, expect: { status: 200 }", FAILED),
        Peer::odd("redirects", "ssl_protocols TLSv1.2; location / { return 301 https://elsewhere.test/; }")
            .asked("get-301", "path: /, expect: { status: 301 }", PASSED)
            .asked("get-200", "path: /, expect: { status: 200 }", FAILED)
            .asked("accepts", "path: /, expect: accepted", PASSED),
        Peer::odd("unauthorized", "ssl_protocols TLSv1.2 TLSv1.3; location / { return 401; }")
            .asked("get-401", "path: /, expect: { status: 401 }", PASSED)
            .asked("get-200", "path: /, expect: { status: 200 }", FAILED),
        Peer::odd("closes-without-an-answer", "ssl_protocols TLSv1.2 TLSv1.3; location / { return 444; }")
            .asked("accepts-by-handshake", "expect: accepted", PASSED)
            .asked("get-200", "path: /, expect: { status: 200 }", FAILED),
        Peer::odd("no-content", both).asked("get-404", "path: /nothing, expect: { status: 404 }", PASSED),
    ]
}

pub(crate) fn command(folder: &Path, placed: &[Placed<'_>]) -> Vec<Command> {
    let mut text = "daemon off; master_process off; pid nginx.pid; error_log stderr crit;\n\
        events { worker_connections 1024; }\n\
        http {\naccess_log off; client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5; root .;\n"
        .to_owned();
    for (peer, port) in placed {
        let certificate = peer.certificate;
        if let Some(settings) = peer.settings.strip_prefix("plainly ") {
            writeln!(text, "server {{ listen 127.0.0.1:{port}; {settings} }}").unwrap();
        } else if let Some(settings) = peer.settings.strip_prefix("http2 ") {
            writeln!(
                text,
                "server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {certificate}.pem; \
                 ssl_certificate_key {certificate}.key; {settings} }}"
            )
            .unwrap();
        } else if peer.settings == "plain" {
            writeln!(text, "server {{ listen 127.0.0.1:{port}; location / {{ return 200 ok; }} }}").unwrap();
        } else {
            writeln!(
                text,
                "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}.pem; \
                 ssl_certificate_key {certificate}.key; {} }}",
                peer.settings
            )
            .unwrap();
        }
    }
    text.push_str("}\n");
    std::fs::write(folder.join("nginx.conf"), text).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "stderr"]);
    vec![command]
}
