//! What can be required of certificates, protocols and HTTP: each of servers that meet it, and of such that
//! do not.

use crate::peer::{FAILED, PASSED, Peer};

const BOTH: &str = "ssl_protocols TLSv1.2 TLSv1.3; location / { return 200 ok; }";

pub(crate) fn of_nginx() -> Vec<Peer> {
    let mut peers = certificates();
    peers.extend(chains());
    peers.extend(protocols());
    peers.extend(http());
    peers.extend(redirects());
    peers
}

fn certificates() -> Vec<Peer> {
    vec![
        // Valid from thirty days ago to a year ahead, and one second more: the last one belongs to it.
        Peer::odd("required-rsa", BOTH)
            .asked("396-days", "expect: { certificate_lifespan: 396d }", PASSED)
            .asked("395-days", "expect: { certificate_lifespan: 395d }", FAILED)
            .saying(&["is valid for 395d and 1s, at most 395d allowed"])
            .asked("rsa-2048", "expect: { certificate_key: [P-256, RSA-2048] }", PASSED)
            .asked("rsa-1024", "expect: { certificate_key: RSA-1024 }", PASSED)
            .asked("rsa-3072", "expect: { certificate_key: [RSA-3072, P-256] }", FAILED)
            .saying(&["has a certificate with RSA-2048, expected RSA-3072 or P-256"])
            .asked("sha-256", "expect: { certificate_signature: { only: [SHA-256, SHA-384] } }", PASSED)
            .asked("not-sha-1", "expect: { certificate_signature: { none: [SHA-1, MD5] } }", PASSED)
            .asked("not-sha-256", "expect: { certificate_signature: { none: SHA-256 } }", FAILED)
            .saying(&["sends the certificate of peer.test signed by ecdsa-with-SHA256, expected anything but SHA-256"])
            .asked("same", "expect: { same_certificate: true }", PASSED)
            .asked("no-staple", "expect: { ocsp_staple: false }", PASSED)
            .asked("staple", "expect: { ocsp_staple: true }", FAILED)
            .saying(&["staples no OCSP response, asked 3 times"])
            .asked(
                "all-at-once",
                "expect: { certificate_lifespan: 90d, certificate_key: P-384, certificate_names: a.test }",
                FAILED,
            )
            .saying(&["at most 90d allowed", "expected P-384", "does not hold a.test"])
            // What is told first hides nothing of what a waiver would have to be for.
            .asked(
                "besides-the-status",
                "path: /, expect: { status: 404, certificate_key: P-384, hsts: 1d }",
                FAILED,
            )
            .saying(&["expected 404", "hsts missing, key RSA-2048, status 200"])
            .asked(
                "besides-the-trust",
                "path: /, expect: { certificate: name-mismatch, certificate_key: P-384, hsts: 1d }",
                FAILED,
            )
            .saying(&["certificate trusted, key RSA-2048\n"])
            .asked("above-1.1", "min_version: 1.0, max_version: 1.2, expect: { certificate_key: RSA-2048 }", PASSED),
        Peer::odd("required-ecdsa", BOTH)
            .with_certificate("ecdsa")
            .asked("p-256", "expect: { certificate_key: P-256 }", PASSED)
            .asked("p-256-by-1.2", "max_version: 1.2, expect: { certificate_key: P-256 }", PASSED)
            .asked("p-384", "expect: { certificate_key: [P-384, P-521, RSA-2048] }", FAILED),
        Peer::odd("required-p384", BOTH)
            .with_certificate("p384")
            .asked("p-384", "expect: { certificate_key: P-384 }", PASSED)
            .asked("p-256", "expect: { certificate_key: P-256 }", FAILED),
        Peer::odd("required-ed25519", BOTH)
            .with_certificate("ed25519")
            .asked("ed25519", "expect: { certificate_key: Ed25519 }", PASSED)
            .asked("ed448", "expect: { certificate_key: Ed448 }", FAILED),
        Peer::odd("required-sha1", "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;")
            .with_certificate("sha1")
            .asked("any", "expect: { certificate: any }", PASSED)
            .asked("not-sha-1", "expect: { certificate: any, certificate_signature: { none: [SHA-1] } }", FAILED)
            .saying(&["signed by sha1WithRSAEncryption"])
            .asked("only-sha-1", "expect: { certificate: any, certificate_signature: { only: SHA-1 } }", PASSED)
            .asked("rsa-4096", "expect: { certificate: any, certificate_key: RSA-4096 }", FAILED),
        Peer::odd("required-names", BOTH)
            .with_certificate("names")
            .asked("held", "expect: { certificate_names: [PEER.test, \"*.b.test\", a.b.test, 192.0.2.7] }", PASSED)
            .asked("not-held", "expect: { certificate_names: [peer.test, a.peer.test, b.test] }", FAILED)
            .saying(&["does not hold a.peer.test and b.test"])
            .asked("no-wildcard", "expect: { certificate_names: \"*.peer.test\" }", FAILED)
            .asked("two-labels", "expect: { certificate_names: a.a.b.test }", FAILED),
    ]
}

fn chains() -> Vec<Peer> {
    let complete = "expect: { certificate_chain: complete }";
    let complete_any = "expect: { certificate: any, certificate_chain: complete }";
    vec![
        Peer::odd("chain-complete", BOTH)
            .with_certificate("chained")
            .asked("complete", complete, PASSED)
            .asked("signed", "expect: { certificate_signature: { only: SHA-256 } }", PASSED),
        Peer::odd("chain-of-another-name", BOTH)
            .with_certificate("chained-other-name")
            .asked("complete", complete, FAILED)
            .asked("complete-any", complete_any, PASSED),
        Peer::odd("chain-without-intermediate", BOTH)
            .with_certificate("lonely")
            .asked("complete", complete, FAILED)
            .saying(&[
                "sends 1 certificate, and its issuer Test intermediate is not sent",
                "serve the intermediate certificate Test intermediate",
            ])
            // Told without it too.
            .asked("trusted", "expect: accepted", FAILED)
            .saying(&[
                "from an unknown issuer",
                "its issuer Test intermediate is not",
                "serve the intermediate",
            ])
            .asked("unknown", "expect: { certificate: unknown-issuer }", PASSED),
        Peer::odd("chain-without-intermediate-expired", BOTH)
            .with_certificate("lonely-expired")
            .asked("complete-any", complete_any, FAILED)
            .saying(&["its issuer Test intermediate is not sent"]),
        Peer::odd("chain-expired", BOTH)
            .with_certificate("expired")
            .asked("complete", complete, FAILED)
            .asked("complete-any", complete_any, PASSED),
        Peer::odd("chain-to-unknown-root", BOTH)
            .with_certificate("other-root")
            .asked("complete", complete, FAILED)
            .saying(&[
                "up to the root Test other-ca, which is not trusted",
                "name the private root Test other-ca by `ca`",
            ]),
        Peer::odd("chain-of-unknown-issuer", BOTH)
            .with_certificate("other-issuer")
            .asked("complete", complete, FAILED)
            .saying(&["its issuer Test other-ca is not sent"]),
    ]
}

fn protocols() -> Vec<Peer> {
    vec![
        Peer::odd("http2", "http2 ssl_protocols TLSv1.2 TLSv1.3; location / { return 200 ok; }")
            .asked("h2", "expect: { alpn: h2 }", PASSED)
            .asked("h2-by-1.2", "max_version: 1.2, expect: { alpn: h2 }", PASSED)
            .asked("h2-and-get", "path: /, expect: { alpn: h2, status: 2xx }", PASSED)
            .asked("http-1.1", "expect: { alpn: http/1.1 }", PASSED)
            .asked("some", "expect: { alpn: { some: [h3, h2], none: [h3c, ftp] } }", PASSED)
            .asked("none", "expect: { alpn: { none: [h2, http/1.1] } }", FAILED)
            .saying(&["agrees on h2 and http/1.1 by ALPN"])
            .asked("other", "expect: { alpn: h3 }", FAILED)
            .saying(&["does not agree on h3 by ALPN", "h3 refused, alert no_application_protocol (120)"]),
        Peer::odd("http1", BOTH)
            .asked("h2", "expect: { alpn: h2 }", FAILED)
            .asked("h2-by-1.2", "max_version: 1.2, expect: { alpn: h2 }", FAILED)
            .asked("not-h2", "expect: { alpn: { none: h2 } }", PASSED),
        Peer::odd("stapling", "ssl_protocols TLSv1.2 TLSv1.3; ssl_stapling on; ssl_stapling_file ocsp.der;")
            .asked("staple", "expect: { ocsp_staple: true }", PASSED)
            .asked("staple-by-1.2", "max_version: 1.2, expect: { ocsp_staple: true }", PASSED)
            .asked("no-staple", "expect: { ocsp_staple: false }", FAILED)
            .saying(&["staples an OCSP response, expected none"]),
    ]
}

fn http() -> Vec<Peer> {
    vec![
        Peer::odd("no-content-204", "ssl_protocols TLSv1.2 TLSv1.3; location / { return 204; }")
            .asked("list", "path: /, expect: { status: [200, 204] }", PASSED)
            .asked("class", "path: /, expect: { status: 2xx }", PASSED)
            .asked("classes", "path: /, expect: { status: [200, 3xx] }", FAILED)
            .saying(&["answers with HTTP 204, expected 200 or 3xx"]),
        Peer::odd(
            "hsts",
            "ssl_protocols TLSv1.2 TLSv1.3; location / { add_header Strict-Transport-Security 'max-age=63072000; includeSubDomains'; return 200 ok; }",
        )
        .asked("730-days", "path: /, expect: { hsts: 730d }", PASSED)
        .asked("731-days", "path: /, expect: { hsts: 731d }", FAILED)
        .saying(&["sends Strict-Transport-Security for 730d, expected 731d"])
        .asked("subdomains", "path: /, expect: { hsts: { min_age: 730d, include_subdomains: true } }", PASSED)
        .asked("preload", "path: /, expect: { hsts: { min_age: 730d, preload: true } }", FAILED),
        Peer::odd(
            "hsts-twice",
            "ssl_protocols TLSv1.2; location / { add_header Strict-Transport-Security max-age=60; add_header Strict-Transport-Security max-age=63072000; return 200 ok; }",
        )
        .asked("730-days", "path: /, expect: { hsts: 730d }", FAILED)
        .asked("60-seconds", "path: /, expect: { hsts: 60s }", PASSED),
        Peer::odd(
            "hsts-doubled",
            "ssl_protocols TLSv1.2; location / { add_header Strict-Transport-Security 'max-age=63072000; max-age=63072000'; return 200 ok; }",
        )
        .asked("60-seconds", "path: /, expect: { hsts: 60s }", FAILED)
        .saying(&["clients ignore, since a directive stands in it twice"]),
        Peer::odd(
            "headers",
            "ssl_protocols TLSv1.2 TLSv1.3; location / { add_header X-Frame-Options DENY; default_type text/html; return 200 ok; }",
        )
        .asked(
            "met",
            "path: /, expect: { headers: { x-frame-options: true, Content-Type: text/html, X-Powered-By: false } }",
            PASSED,
        )
        .asked("server", "path: /, expect: { headers: { Server: false } }", FAILED)
        .saying(&["sends the header Server `nginx", "expected none"])
        .asked("missing", "path: /, expect: { headers: { Strict-Transport-Security: true } }", FAILED)
        .asked("other", "path: /, expect: { headers: { X-Frame-Options: SAMEORIGIN } }", FAILED)
        .saying(&["sends the header X-Frame-Options `DENY`, expected `SAMEORIGIN`"])
        .asked("no-hsts", "path: /, expect: { hsts: 1d }", FAILED)
        .saying(&["sends no Strict-Transport-Security"]),
    ]
}

fn redirects() -> Vec<Peer> {
    vec![
        Peer::odd("plain-redirects", "plainly location / { return 301 https://peer.test$request_uri; }"),
        Peer::odd("plain-redirects-to-www", "plainly location / { return 308 https://www.peer.test/; }"),
        Peer::odd("plain-serves", "plainly location / { return 200 ok; }"),
        Peer::odd("plain-elsewhere", "plainly location / { return 302 https://elsewhere.test/; }"),
        Peer::odd("plain-stays", "plainly location / { return 301 http://peer.test/; }"),
        Peer::odd(
            "plain-redirects-twice",
            "plainly location / { add_header Location http://elsewhere.test/ always; return 301 https://peer.test/; }",
        ),
        Peer::odd("plain-closes", "plainly location / { return 444; }"),
        Peer::odd("redirecting", BOTH)
            .asked("redirects", "expect: { http_redirects: {port of plain-redirects} }", PASSED)
            .asked(
                "redirects-path",
                "path: /a?b, expect: { status: 200, http_redirects: {port of plain-redirects} }",
                PASSED,
            )
            .asked("to-www", "expect: { http_redirects: {port of plain-redirects-to-www} }", PASSED)
            .asked("serves", "expect: { http_redirects: {port of plain-serves} }", FAILED)
            .saying(&["with HTTP 200, expected a redirect"])
            .asked("elsewhere", "expect: { http_redirects: {port of plain-elsewhere} }", FAILED)
            .saying(&["to `https://elsewhere.test/`, which is elsewhere"])
            .asked("stays", "expect: { http_redirects: {port of plain-stays} }", FAILED)
            .saying(&["which is not HTTPS"])
            .asked("twice", "expect: { http_redirects: {port of plain-redirects-twice} }", FAILED)
            .saying(&["http://elsewhere.test/"])
            .asked("closes", "expect: { http_redirects: {port of plain-closes} }", FAILED)
            // TLS where plain HTTP is asked for: nginx says so by HTTP.
            .asked("tls", "expect: { http_redirects: {port of redirecting} }", FAILED)
            // A port that nothing listens on, and that no process can be given.
            .asked("closed", "expect: { http_redirects: 1 }", FAILED)
            .saying(&["does not listen on port 1", "closed on purpose"])
            // Where the handshake itself fails that is what is told.
            .asked("untrusted", "ca: ~, expect: { http_redirects: {port of plain-redirects} }", FAILED)
            .saying(&["unknown issuer"]),
    ]
}

pub(crate) fn of_openssl() -> Vec<Peer> {
    vec![
        Peer::odd("alpn-h2", "-alpn h2")
            .asked("h2", "expect: { alpn: h2 }", PASSED)
            .asked("h2-by-1.2", "max_version: 1.2, expect: { alpn: h2 }", PASSED)
            .asked("not-http-1.1", "expect: { alpn: { none: http/1.1 } }", PASSED)
            .asked("http-1.1", "expect: { alpn: http/1.1 }", FAILED),
        // A server that knows nothing of ALPN.
        Peer::odd("no-alpn", "")
            .asked("h2", "expect: { alpn: h2 }", FAILED)
            .saying(&["not agreed, the handshake went on without it"])
            .asked("h2-by-1.2", "max_version: 1.2, expect: { alpn: h2 }", FAILED)
            .asked("none", "expect: { alpn: { none: [h2, http/1.1] } }", PASSED),
        Peer::odd("staple", "-status_file ocsp.der")
            .asked("staple", "expect: { ocsp_staple: true }", PASSED)
            .asked("no-staple-by-1.2", "max_version: 1.2, expect: { ocsp_staple: false }", FAILED),
        Peer::odd("chained", "").with_certificate("chained").asked(
            "complete",
            "expect: { certificate_chain: complete }",
            PASSED,
        ),
        Peer::odd("cannot-finish", "-groups P-521").asked("alpn", "expect: { alpn: h2 }", FAILED).asked(
            "by-hello",
            "evidence: hello, expect: accepted",
            PASSED,
        ),
    ]
}
