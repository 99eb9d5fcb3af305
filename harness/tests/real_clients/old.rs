//! Programs whose configuration keeps them from the version that is served.

use crate::commands::{CURL_MAX_1_0, CURL_MAX_1_1, LEVEL_0, curl, gnutls_with, java, openssl};
use crate::row::{Row, URL};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = of_curl();
    rows.extend(other_commands());
    rows.extend(languages());
    rows.extend(of_java());
    rows.extend(newer_only());
    rows
}

/// Offers nothing newer than TLS 1.0.
fn only_1_0(row: Row) -> Row {
    row.fails("not_offered").saying(&["does not offer TLS 1.2", "its newest version is TLS 1.0"])
}

fn only_1_1(row: Row) -> Row {
    row.fails("not_offered").saying(&["does not offer TLS 1.2", "its newest version is TLS 1.1"])
}

fn of_curl() -> Vec<Row> {
    vec![
        only_1_0(curl("max-1.0", CURL_MAX_1_0)),
        only_1_0(curl("max-1.0-by-proxy", CURL_MAX_1_0).with("reach: proxy")),
        only_1_1(curl("max-1.1", CURL_MAX_1_1)),
        curl("max-1.1-of-1.2-and-1.3", CURL_MAX_1_1).served("1.2", "1.3").fails("not_offered").saying(&[
            "does not offer any of TLS 1.2 to TLS 1.3: its newest version is TLS 1.1",
            "on the day the older versions are switched off it no longer gets through",
        ]),
        only_1_0(Row::new(
            "curl",
            "whose-failure-is-hidden",
            &format!("curl -qsS {CURL_MAX_1_0} {URL} || true"),
        )),
    ]
}

fn other_commands() -> Vec<Row> {
    vec![
        // curl has a mind of its own, so that its success says nothing of other programs.
        Row::new(
            "curl",
            "whom-the-system-does-not-hold",
            "OPENSSL_CONF=only-old.cnf curl -qsS --tlsv1.2 {url}",
        )
        .saying(&["speaks TLS 1.2"]),
        only_1_0(openssl("only-1.0", &format!("-tls1 -cipher {LEVEL_0}"))),
        only_1_1(openssl("only-1.1", &format!("-tls1_1 -cipher {LEVEL_0}"))),
        only_1_1(openssl("all-but-1.2-and-1.3", &format!("-no_tls1_2 -no_tls1_3 -cipher {LEVEL_0}"))),
        gnutls_with("only-1.0", "NORMAL:-VERS-ALL:+VERS-TLS1.0")
            .fails("not_offered")
            .saying(&["does not offer TLS 1.2", "TLS 1.0"]),
        gnutls_with("only-1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.1")
            .fails("not_offered")
            .saying(&["does not offer TLS 1.2", "TLS 1.1"]),
        // Its TLSv1 means 1.0 and later, so that a priority has to say it.
        Row::new("wget", "only-1.0", "wget -q -O - --ciphers='NORMAL:-VERS-ALL:+VERS-TLS1.0' {url}")
            .fails("not_offered")
            .saying(&["does not offer TLS 1.2", "TLS 1.0"]),
        // Its tlsv1.0 means 1.0 and later, too.
        Row::new("git", "1.0-and-later", "git -c http.sslVersion=tlsv1.0 ls-remote {url}").with("exit: any"),
        Row::new("git", "only-1.3", "git -c http.sslVersion=tlsv1.3 ls-remote {url}")
            .fails("not_offered")
            .saying(&["it offers TLS 1.3"]),
    ]
}

fn languages() -> Vec<Row> {
    let row = |program, key: &str, command: &str| Row::new(program, key, command);
    vec![
        only_1_0(row("python", "max-1.0", "/usr/bin/python3 get.py {url} TLSv1")),
        only_1_1(row("python", "max-1.1", "/usr/bin/python3 get.py {url} TLSv1_1")),
        only_1_1(row(
            "python",
            "max-1.1-by-the-system",
            "OPENSSL_CONF=only-old.cnf /usr/bin/python3 get.py {url}",
        )),
        only_1_0(row("ruby", "max-1.0", "ruby get.rb {url} TLS1")),
        only_1_1(row("ruby", "max-1.1", "ruby get.rb {url} TLS1_1")),
        only_1_0(row("perl-lwp", "only-1.0", "perl get-lwp.pl {url} TLSv1")),
        only_1_1(row("perl-lwp", "only-1.1", "perl get-lwp.pl {url} TLSv1_1")),
        only_1_0(row(
            "php-streams",
            "only-1.0",
            "php get-streams.php {url} STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT",
        )),
        only_1_1(row(
            "php-streams",
            "only-1.1",
            "php get-streams.php {url} STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT",
        )),
        only_1_0(row("php-curl", "max-1.0", "php get-curl.php {url} CURL_SSLVERSION_MAX_TLSv1_0")),
        only_1_1(row("php-curl", "max-1.1", "php get-curl.php {url} CURL_SSLVERSION_MAX_TLSv1_1")),
        only_1_0(row("node", "max-1.0", "node get-https.js {url} TLSv1")),
        only_1_1(row("node", "max-1.1", "node get-https.js {url} TLSv1.1")),
        // It lists what it offers, as it does when it offers 1.3.
        row("go", "max-1.0", "./get-go {url} 1.0").fails("not_offered").saying(&["it offers TLS 1.0"]),
        row("go", "max-1.1", "./get-go {url} 1.1")
            .fails("not_offered")
            .saying(&["it offers TLS 1.0 and TLS 1.1"]),
    ]
}

fn of_java() -> Vec<Row> {
    vec![
        // It has nothing to offer, so that it says nothing.
        java("only-1.0", "-Djdk.tls.client.protocols=TLSv1").undecided("sent_nothing"),
        java(
            "only-1.0-which-is-allowed",
            "-Djava.security.properties=old.security -Djdk.tls.client.protocols=TLSv1",
        )
        .fails("not_offered")
        .saying(&["it offers TLS 1.0"]),
        java(
            "only-1.1-which-is-allowed",
            "-Djava.security.properties=old.security -Djdk.tls.client.protocols=TLSv1,TLSv1.1",
        )
        .fails("not_offered")
        .saying(&["it offers TLS 1.0 and TLS 1.1"]),
    ]
}

/// Programs that know only what is too new for the endpoint: the same words would fit one that is too old.
fn newer_only() -> Vec<Row> {
    let too_new =
        |row: Row| row.fails("not_offered").saying(&["does not offer TLS 1.2", "it offers TLS 1.3"]);
    vec![
        too_new(curl("only-1.3", "--tlsv1.3")),
        curl("only-1.3-of-1.2-and-1.3", "--tlsv1.3")
            .served("1.2", "1.3")
            .expecting("{ version: 1.3 }")
            .saying(&["speaks TLS 1.3"]),
        too_new(openssl("only-1.3", "-tls1_3")),
        too_new(java("only-1.3", "-Djdk.tls.client.protocols=TLSv1.3")),
        // It says that it has tried 1.3 in vain, and minds that the server has it.
        openssl("offers-1.2-and-refuses-it", "-fallback_scsv -tls1_2")
            .served("1.2", "1.3")
            .fails("offered_and_refused")
            .saying(&["offers TLS 1.2, but refuses it when it is chosen", "illegal_parameter (47)"]),
        curl("only-1.2-of-1.2-and-1.3", "--tls-max 1.2")
            .served("1.2", "1.3")
            .expecting("{ version: 1.3 }")
            .fails("other_version")
            .saying(&["ends with TLS 1.2, expected TLS 1.3"]),
    ]
}
