//! The old versions, by themselves: programs that still speak them, and canaries that must not.

use crate::row::{Row, URL};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = that_must_be_spoken();
    rows.extend(that_must_be_refused());
    rows
}

fn openssl(key: &str, rest: &str) -> Row {
    Row::new("openssl", key, &format!("openssl s_client -connect {{host}}:{{port}} {rest} </dev/null"))
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
            .is_open("cannot_tell")
            .saying(&["unexpected_message (10)", "allow openssl a suite with RSA key exchange too"]),
        openssl("cannot-speak-1.0-by-ecdhe", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=1")
            .served("1.0", "1.0")
            .is_open("cannot_tell"),
        Row::new(
            "gnutls",
            "speaks-1.0",
            "gnutls-cli --port {port} --priority 'NORMAL:-VERS-ALL:+VERS-TLS1.0' {host} </dev/null",
        )
        .served("1.0", "1.1")
        .saying(&["speaks TLS 1.0"]),
        Row::new(
            "curl",
            "speaks-1.0",
            &format!("curl -qsS --tlsv1.0 --tls-max 1.0 --ciphers DEFAULT@SECLEVEL=0 {URL}"),
        )
        .served("1.0", "1.0")
        .saying(&["speaks TLS 1.0"]),
        Row::new("python", "speaks-1.0", "/usr/bin/python3 get.py {url} TLSv1")
            .served("1.0", "1.0")
            .saying(&["speaks TLS 1.0"]),
        Row::new("node", "speaks-1.1", "node get-https.js {url} TLSv1.1")
            .served("1.1", "1.1")
            .saying(&["speaks TLS 1.1"]),
        Row::new("go", "speaks-1.0", "./get-go {url} 1.0").served("1.0", "1.0").saying(&["speaks TLS 1.0"]),
        Row::new(
            "java",
            "speaks-1.0",
            "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Djava.security.properties=old.security -Djdk.tls.client.protocols=TLSv1 -cp . Get {url}",
        )
        .served("1.0", "1.0")
        .saying(&["speaks TLS 1.0"]),
    ]
}

fn that_must_be_refused() -> Vec<Row> {
    let old = |row: Row| row.served("1.0", "1.1").expecting("refused");
    vec![
        old(Row::new("curl", "keeps-to-1.2", &format!("curl -qsS --tlsv1.2 {URL}")))
            .passes("stays_away")
            .saying(&["offers nothing of TLS 1.0 to TLS 1.1: it offers TLS 1.2 and TLS 1.3"]),
        old(Row::new("curl", "keeps-to-1.3", &format!("curl -qsS --tlsv1.3 {URL}"))).passes("stays_away"),
        old(Row::new(
            "curl",
            "whose-failure-is-hidden-and-right",
            &format!("curl -qsS --tlsv1.2 {URL} || true"),
        ))
        .passes("stays_away"),
        old(Row::new(
            "curl",
            "still-speaks-1.0",
            &format!("curl -qsS --tlsv1.0 --tls-max 1.0 --ciphers DEFAULT@SECLEVEL=0 {URL}"),
        ))
        .fails("still_speaks")
        .saying(&["still speaks TLS 1.0"]),
        old(Row::new("python", "keeps-to-1.2", "OPENSSL_CONF=only-new.cnf /usr/bin/python3 get.py {url}"))
            .passes("stays_away"),
        old(Row::new("python", "still-speaks-1.1", "/usr/bin/python3 get.py {url} TLSv1_1"))
            .fails("still_speaks")
            .saying(&["still speaks TLS 1.1"]),
        old(Row::new("node", "keeps-to-1.2", "node get-https.js {url}")).passes("stays_away"),
        old(Row::new(
            "java",
            "keeps-to-1.2",
            "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp . Get {url}",
        ))
        .passes("stays_away"),
        old(Row::new("go", "keeps-to-1.2", "./get-go {url}")).passes("stays_away"),
        old(Row::new("go", "still-speaks-1.0", "./get-go {url} 1.0")).fails("still_speaks"),
        old(Row::new(
            "gnutls",
            "still-speaks-1.1",
            "gnutls-cli --port {port} --priority 'NORMAL:-VERS-ALL:+VERS-TLS1.1' {host} </dev/null",
        ))
        .fails("still_speaks"),
        old(openssl("still-speaks-1.0", "-tls1 -cipher DEFAULT@SECLEVEL=0")).fails("still_speaks"),
        old(openssl("must-not-speak-1.0-by-ecdhe", "-tls1 -cipher ECDHE-RSA-AES128-SHA:@SECLEVEL=0"))
            .is_open("cannot_tell"),
        old(Row::new("curl", "never-connects", "true # curl")).is_open("never_connected"),
        Row::new("curl", "must-not-speak-1.3", &format!("curl -qsS {URL}"))
            .served("1.3", "1.3")
            .expecting("refused")
            .fails("still_speaks")
            .saying(&["still speaks TLS 1.3"]),
        Row::new("curl", "does-not-speak-1.3", &format!("curl -qsS --tls-max 1.2 {URL}"))
            .served("1.3", "1.3")
            .expecting("refused")
            .passes("stays_away"),
        Row::new(
            "curl",
            "has-no-suite-to-refuse-with",
            &format!("curl -qsS --tls-max 1.2 --ciphers AES128-SHA {URL}"),
        )
        .expecting("refused")
        .is_open("offers_without_means"),
    ]
}
