//! Programs that offer the version, and not much beside it: suites, groups, signature algorithms.

use crate::commands::{curl, gnutls_with, java, openssl};
use crate::row::{OTHER_CA, Row};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = of_suites();
    rows.extend(of_certificates());
    rows.extend(of_groups());
    rows
}

/// RSA key exchange and CBC, which servers of today leave out.
fn of_suites() -> Vec<Row> {
    let nothing = |row: Row| {
        row.fails("nothing_in_common").saying(&[
            "offers TLS 1.2, but no cipher suite with ECDHE and AES-GCM or ChaCha20",
            "neither CBC nor RSA key exchange",
            "allow curl ECDHE suites with AES-GCM or ChaCha20",
        ])
    };
    vec![
        nothing(curl("rsa-key-exchange", "--tls-max 1.2 --ciphers AES128-SHA")),
        nothing(curl("rsa-key-exchange-with-gcm", "--tls-max 1.2 --ciphers AES128-GCM-SHA256")),
        nothing(curl("cbc", "--tls-max 1.2 --ciphers ECDHE-RSA-AES128-SHA")),
        nothing(curl("dhe", "--tls-max 1.2 --ciphers DHE-RSA-AES128-GCM-SHA256")),
        // That it offers 1.3 too does not help it at an endpoint that has 1.2 alone.
        nothing(curl("cbc-and-1.3", "--ciphers ECDHE-RSA-AES128-SHA")),
        curl("cbc-and-1.3-of-1.2-and-1.3", "--ciphers ECDHE-RSA-AES128-SHA")
            .served("1.2", "1.3")
            .saying(&["speaks TLS 1.3"]),
        curl("rsa-key-exchange-that-is-served", "--tls-max 1.2 --ciphers AES128-SHA")
            .with("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]")
            .saying(&["it went on to the key exchange"]),
        curl("rsa-key-exchange-that-is-served-and-trusted", "--tls-max 1.2 --ciphers AES128-SHA")
            .with("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]")
            .with("trusted: true"),
        openssl(
            "rsa-key-exchange-that-is-not-trusted",
            &format!("-cipher AES128-SHA -CAfile {OTHER_CA} -verify_return_error"),
        )
        .with("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]")
        .with("reach: proxy")
        .with("trusted: true")
        .fails("not_trusted"),
        curl("what-is-served-is-not-what-it-has", "")
            .with("cipher_suites: [TLS_RSA_WITH_NULL_SHA256]")
            .fails("nothing_in_common"),
        // One that rustls can finish and the one that it cannot: the whole handshake is made.
        curl("two-suites-that-are-served", "")
            .with("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]")
            .expecting("{ status: 200 }"),
        curl("one-suite-of-1.3", "")
            .served("1.3", "1.3")
            .with("cipher_suites: [TLS_CHACHA20_POLY1305_SHA256]")
            .expecting("{ status: 200 }"),
        openssl("none-of-the-suites-of-1.3", "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256")
            .served("1.3", "1.3")
            .fails("nothing_in_common"),
        gnutls_with("cbc", "NORMAL:-CIPHER-ALL:+AES-128-CBC:-VERS-TLS1.3").fails("nothing_in_common"),
        // A client may insist on the extended master secret, which servers of today have.
        java("rsa-key-exchange-that-is-served", "-Djdk.tls.allowLegacyMasterSecret=false")
            .with("cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]"),
        java("cbc", "-Djdk.tls.client.cipherSuites=TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")
            .fails("nothing_in_common"),
    ]
}

/// The stand-in has a certificate of each kind.
fn of_certificates() -> Vec<Row> {
    let answered = |row: Row| row.expecting("{ status: 200 }").with("trusted: true");
    vec![
        answered(curl("ecdsa-only", "--tls-max 1.2 --ciphers ECDHE-ECDSA-AES128-GCM-SHA256")),
        answered(curl("rsa-only", "--tls-max 1.2 --ciphers ECDHE-RSA-AES128-GCM-SHA256")),
        openssl("rsa-pkcs1-signatures-only", "-sigalgs RSA+SHA256"),
        openssl("rsa-pss-signatures-only", "-sigalgs RSA-PSS+SHA256"),
        openssl("ecdsa-signatures-only", "-sigalgs ECDSA+SHA256"),
        openssl("rsa-pss-signatures-only-by-1.3", "-sigalgs RSA-PSS+SHA256").served("1.3", "1.3"),
        openssl("ecdsa-signatures-only-by-1.3", "-sigalgs ECDSA+SHA256").served("1.3", "1.3"),
        openssl("sha1-signatures-only", "-sigalgs RSA+SHA1 -cipher DEFAULT@SECLEVEL=0")
            .fails("nothing_in_common")
            .saying(&["no signature algorithm that the stand-in has"]),
        openssl(
            "ecdsa-suites-and-rsa-signatures",
            "-cipher ECDHE-ECDSA-AES128-GCM-SHA256 -sigalgs RSA+SHA256",
        )
        .fails("nothing_in_common"),
        gnutls_with("rsa-only", "NORMAL:-KX-ALL:+ECDHE-RSA:-VERS-TLS1.3"),
        gnutls_with("ecdsa-only", "NORMAL:-KX-ALL:+ECDHE-ECDSA:-VERS-TLS1.3"),
    ]
}

fn of_groups() -> Vec<Row> {
    vec![
        curl("p-384", "--curves P-384").expecting("{ status: 200 }"),
        curl("p-384-that-is-not-served", "--curves P-384")
            .with("groups: [x25519, secp256r1]")
            .fails("nothing_in_common")
            .saying(&["no group for the key exchange that the stand-in serves"]),
        curl("p-521", "--curves P-521")
            .fails("nothing_in_common")
            .saying(&["no group for the key exchange that the stand-in serves"]),
        // Its share is of another group, so that it is asked for a second one.
        openssl("a-second-hello", "-groups X25519:P-384").served("1.3", "1.3").with("groups: [secp384r1]"),
        openssl("no-group-of-1.3", "-groups P-521").served("1.3", "1.3").fails("nothing_in_common"),
        curl("one-group-that-is-served", "").with("groups: [secp384r1]").expecting("{ status: 200 }"),
    ]
}
