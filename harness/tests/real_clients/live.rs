//! Programs on their way to a real server, which the gate lets by: the verdict comes from the two flights.

use crate::commands::{CURL_MAX_1_1, java};
use crate::row::{OTHER_CA, Row};
use crate::servers::{BOTH, CA, DOWN, MUTUAL, NOT_TLS, ONLY_1_1, ONLY_1_2, ONLY_1_3, SILENT};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = ready();
    rows.extend(not_ready());
    rows.extend(untrusting());
    rows.extend(unclear());
    rows
}

fn at(server: &str, row: Row) -> Row {
    row.with(&format!("host: localhost:{server}"))
}

/// For programs that ask no proxy, or none for this machine: without a namespace they would go to the
/// server past the gate.
fn straight_to(server: &str, row: Row) -> Row {
    at(server, row).with("reach: namespace")
}

fn curl(server: &str, key: &str, rest: &str) -> Row {
    at(server, Row::new("curl", key, &format!("curl -qsS --fail --cacert {CA} {rest} {{url}}")))
}

fn openssl(server: &str, key: &str, rest: &str) -> Row {
    let command = format!("openssl s_client -connect localhost:{server} -CAfile {CA} {rest} </dev/null");
    straight_to(server, Row::new("openssl", key, &command))
}

fn ready() -> Vec<Row> {
    vec![
        curl(ONLY_1_2, "ready", "")
            .with("trusted: true")
            .saying(&["speaks TLS 1.2"])
            .reporting("/against", "host")
            .reporting("/side", "client")
            .reporting("/host", "localhost")
            .reporting("/observations/0/version", "1.2")
            .reporting("/observations/0/hello_sent/server_name", "localhost"),
        curl(ONLY_1_2, "ready-by-proxy", "").with("reach: proxy").reporting("/client/reach", "proxy"),
        curl(ONLY_1_2, "ready-in-a-namespace", "")
            .with("reach: namespace")
            .reporting("/client/reach", "namespace"),
        curl(ONLY_1_3, "ready-for-1.3", "")
            .served("1.3", "1.3")
            .with("trusted: true")
            .saying(&["speaks TLS 1.3"]),
        curl(BOTH, "prefers-1.3", "").served("1.2", "1.3").expecting("{ version: 1.3 }"),
        curl(BOTH, "must-end-with-1.2-and-does-not", "")
            .served("1.2", "1.3")
            .expecting("{ version: 1.2 }")
            .fails("other_version"),
        curl(BOTH, "ends-outside-of-the-range", "").undecided("chosen_outside"),
        curl(ONLY_1_2, "fails-after-its-answer", "-o /dev/null {url}; exit 3;").fails("program_failed"),
        openssl(ONLY_1_2, "handshake-only", "").saying(&["speaks TLS 1.2"]),
        openssl(ONLY_1_3, "handshake-only-of-1.3", "").served("1.3", "1.3").saying(&["speaks TLS 1.3"]),
        at(
            ONLY_1_2,
            Row::new("python", "ready", &format!("SSL_CERT_FILE={CA} /usr/bin/python3 get.py {{url}}")),
        ),
        straight_to(ONLY_1_2, Row::new("go", "ready", &format!("SSL_CERT_FILE={CA} ./get-go {{url}}"))),
        straight_to(
            ONLY_1_2,
            Row::new("node", "ready", &format!("NODE_EXTRA_CA_CERTS={CA} node get-https.js {{url}}")),
        ),
        straight_to(
            ONLY_1_2,
            Row::new(
                "gnutls",
                "handshake-only",
                &format!("gnutls-cli --x509cafile {CA} --port {{port}} {{host}} </dev/null"),
            ),
        ),
    ]
}

fn not_ready() -> Vec<Row> {
    vec![
        curl(ONLY_1_2, "max-1.1", CURL_MAX_1_1)
            .fails("not_offered")
            .saying(&["its newest version is TLS 1.1"])
            .reporting("/against", "host"),
        curl(ONLY_1_2, "only-1.3", "--tlsv1.3").fails("not_offered").saying(&["it offers TLS 1.3"]),
        at(ONLY_1_2, Row::new("python", "max-1.1", "/usr/bin/python3 get.py {url} TLSv1_1"))
            .fails("not_offered"),
        // The server has RSA, and a client that wants ECDSA.
        curl(ONLY_1_2, "nothing-in-common", "--tls-max 1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256")
            .fails("declined_by_host")
            .saying(&["the host refuses it: alert handshake_failure (40)"]),
        curl(ONLY_1_1, "keeps-to-1.2", "--tlsv1.2")
            .served("1.0", "1.1")
            .expecting("refused")
            .passes("stays_away"),
        curl(ONLY_1_1, "still-speaks-1.1", CURL_MAX_1_1)
            .served("1.0", "1.1")
            .expecting("refused")
            .fails("still_speaks"),
        curl(ONLY_1_1, "speaks-1.1", CURL_MAX_1_1).served("1.0", "1.1").saying(&["speaks TLS 1.1"]),
    ]
}

/// Whom they trust is not what is on trial.
fn untrusting() -> Vec<Row> {
    let untrusting = |server: &str, key: &str, rest: &str| {
        at(server, Row::new("curl", key, &format!("curl -qsS --cacert {OTHER_CA} {rest} {{url}}")))
    };
    vec![
        untrusting(ONLY_1_2, "trusts-others", "")
            .saying(&["it rejects the certificate: alert unknown_ca (48)"]),
        untrusting(ONLY_1_2, "trusts-others-and-should-not", "").with("trusted: true").fails("not_trusted"),
        untrusting(ONLY_1_3, "trusts-others-by-1.3", "").served("1.3", "1.3"),
        untrusting(ONLY_1_3, "trusts-others-by-1.3-and-should-not", "")
            .served("1.3", "1.3")
            .with("trusted: true")
            .fails("not_trusted"),
        straight_to(
            ONLY_1_2,
            Row::new("node", "trusts-others", "NODE_EXTRA_CA_CERTS= node get-https.js {url}"),
        ),
        straight_to(
            ONLY_1_3,
            Row::new("node", "trusts-others-by-1.3", "NODE_EXTRA_CA_CERTS= node get-https.js {url}"),
        )
        .served("1.3", "1.3"),
        straight_to(
            ONLY_1_2,
            Row::new(
                "gnutls",
                "trusts-others",
                &format!("gnutls-cli --x509cafile {OTHER_CA} --port {{port}} {{host}} </dev/null"),
            ),
        ),
        straight_to(
            ONLY_1_3,
            Row::new(
                "gnutls",
                "trusts-others-by-1.3",
                &format!("gnutls-cli --x509cafile {OTHER_CA} --port {{port}} {{host}} </dev/null"),
            ),
        )
        .served("1.3", "1.3"),
        at(ONLY_1_2, java("trusts-others", "")),
        at(ONLY_1_3, java("trusts-others-by-1.3", "")).served("1.3", "1.3"),
        straight_to(ONLY_1_2, Row::new("go", "trusts-others", "./get-go {url}")),
        straight_to(ONLY_1_3, Row::new("go", "trusts-others-by-1.3", "./get-go {url}")).served("1.3", "1.3"),
    ]
}

fn unclear() -> Vec<Row> {
    vec![
        curl(DOWN, "host-is-down", "")
            .undecided("host_unclear")
            .saying(&["could not be reached", "Connection refused"]),
        curl(DOWN, "host-is-down-and-must-be-refused", "").expecting("refused").undecided("host_unclear"),
        // Its own offer says enough.
        curl(DOWN, "max-1.1-and-host-is-down", CURL_MAX_1_1).fails("not_offered"),
        curl(NOT_TLS, "host-speaks-http", "").undecided("host_unclear").saying(&["it does not speak TLS"]),
        curl(SILENT, "host-is-silent", "--max-time 5").undecided("host_unclear"),
        curl(SILENT, "host-is-silent-until-the-deadline", "").with("timeout: 3s").undecided("host_unclear"),
        // It is the host that leaves: what it minds is not the version, perhaps.
        curl(MUTUAL, "host-wants-a-certificate", "--tls-max 1.2")
            .undecided("cannot_tell")
            .saying(&["the host ended it after its ServerHello, alert handshake_failure (40)"])
            .reporting("/observations/0/alert", "handshake_failure"),
        at(ONLY_1_2, Row::new("shell", "never-connects", "true")).undecided("never_connected"),
    ]
}
