//! The old versions, by themselves: programs that still speak them, and canaries that must not.

use crate::commands::{CURL_MAX_1_0, curl, gnutls_with, java, openssl};
use crate::row::{Row, URL};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = that_must_be_spoken();
    rows.extend(that_must_be_refused());
    rows
}

fn that_must_be_spoken() -> Vec<Row> {
    vec![
        openssl("speaks-1.0", "-tls1 -cipher DEFAULT@SECLEVEL=0")
            .served("1.0", "1.1")
            .saying(&["speaks TLS 1.0", "it went on to the key exchange"]),
        openssl("speaks-1.1", "-tls1_1 -cipher DEFAULT@SECLEVEL=0")
            .served("1.0", "1.1")
            .saying(&["speaks TLS 1.1"]),
        openssl("speaks-1.0-by-rsa", "-tls1 -cipher AES128-SHA:@SECLEVEL=0")
            .served("1.0", "1.0")
            .saying(&["speaks TLS 1.0", "it went on to the key exchange"]),
        // It would speak it, or it would refuse the server's signature, for its SHA-1: both say the same
        // to a stand-in that makes none.
        openssl("speaks-1.0-by-ecdhe-perhaps", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0")
            .served("1.0", "1.0")
            .undecided("cannot_tell")
            .saying(&["unexpected_message (10)", "allow openssl a suite with RSA key exchange too"]),
        openssl("cannot-speak-1.0-by-ecdhe", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=1")
            .served("1.0", "1.0")
            .undecided("cannot_tell"),
        gnutls_with("speaks-1.0", "NORMAL:-VERS-ALL:+VERS-TLS1.0")
            .served("1.0", "1.1")
            .saying(&["speaks TLS 1.0"]),
        curl("speaks-1.0", CURL_MAX_1_0).served("1.0", "1.0").saying(&["speaks TLS 1.0"]),
        Row::new("python", "speaks-1.0", "/usr/bin/python3 get.py {url} TLSv1")
            .served("1.0", "1.0")
            .saying(&["speaks TLS 1.0"]),
        Row::new("node", "speaks-1.1", "node get-https.js {url} TLSv1.1")
            .served("1.1", "1.1")
            .saying(&["speaks TLS 1.1"]),
        Row::new("go", "speaks-1.0", "./get-go {url} 1.0").served("1.0", "1.0").saying(&["speaks TLS 1.0"]),
        java("speaks-1.0", "-Djava.security.properties=old.security -Djdk.tls.client.protocols=TLSv1")
            .served("1.0", "1.0")
            .saying(&["speaks TLS 1.0"]),
    ]
}

fn that_must_be_refused() -> Vec<Row> {
    let old = |row: Row| row.served("1.0", "1.1").expecting("refused");
    vec![
        old(curl("keeps-to-1.2", "--tlsv1.2"))
            .passes("stays_away")
            .saying(&["offers nothing of TLS 1.0 to TLS 1.1: it offers TLS 1.2 and TLS 1.3"]),
        old(curl("keeps-to-1.3", "--tlsv1.3")).passes("stays_away"),
        old(Row::new(
            "curl",
            "whose-failure-is-hidden-and-right",
            &format!("curl -qsS --tlsv1.2 {URL} || true"),
        ))
        .passes("stays_away"),
        old(curl("still-speaks-1.0", CURL_MAX_1_0)).fails("still_speaks").saying(&["still speaks TLS 1.0"]),
        old(Row::new("python", "keeps-to-1.2", "OPENSSL_CONF=only-new.cnf /usr/bin/python3 get.py {url}"))
            .passes("stays_away"),
        old(Row::new("python", "still-speaks-1.1", "/usr/bin/python3 get.py {url} TLSv1_1"))
            .fails("still_speaks")
            .saying(&["still speaks TLS 1.1"]),
        old(Row::new("node", "keeps-to-1.2", "node get-https.js {url}")).passes("stays_away"),
        old(java("keeps-to-1.2", "")).passes("stays_away"),
        old(Row::new("go", "keeps-to-1.2", "./get-go {url}")).passes("stays_away"),
        old(Row::new("go", "still-speaks-1.0", "./get-go {url} 1.0")).fails("still_speaks"),
        old(gnutls_with("still-speaks-1.1", "NORMAL:-VERS-ALL:+VERS-TLS1.1")).fails("still_speaks"),
        old(openssl("still-speaks-1.0", "-tls1 -cipher DEFAULT@SECLEVEL=0")).fails("still_speaks"),
        old(openssl("must-not-speak-1.0-by-ecdhe", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0"))
            .undecided("cannot_tell"),
        old(Row::new("curl", "never-connects", "true # curl")).undecided("never_connected"),
        curl("must-not-speak-1.3", "")
            .served("1.3", "1.3")
            .expecting("refused")
            .fails("still_speaks")
            .saying(&["still speaks TLS 1.3"]),
        curl("does-not-speak-1.3", "--tls-max 1.2")
            .served("1.3", "1.3")
            .expecting("refused")
            .passes("stays_away"),
        curl("has-no-suite-to-refuse-with", "--tls-max 1.2 --ciphers AES128-SHA")
            .expecting("refused")
            .undecided("offers_without_means"),
    ]
}
