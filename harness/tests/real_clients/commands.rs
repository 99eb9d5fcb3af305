//! Commands that many rows are made of.

use crate::row::{Row, URL};

/// At this security level OpenSSL still speaks the old versions.
pub(crate) const LEVEL_0: &str = "DEFAULT@SECLEVEL=0";
/// What keeps curl to TLS 1.0 and 1.1.
pub(crate) const CURL_MAX_1_1: &str = "--tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0";
/// What keeps curl to TLS 1.0.
pub(crate) const CURL_MAX_1_0: &str = "--tlsv1.0 --tls-max 1.0 --ciphers DEFAULT@SECLEVEL=0";

/// Gets the URL that it hard-codes.
pub(crate) fn curl(key: &str, options: &str) -> Row {
    Row::new("curl", key, &format!("curl -qsS {options} {URL}"))
}

/// A line with curl: `CURL` stands for it and its usual options, ` URL` for the URL, and `MAX_1_1` for
/// what keeps it to the old versions.
pub(crate) fn line(key: &str, command: &str) -> Row {
    let command = command
        .replace("MAX_1_1", CURL_MAX_1_1)
        .replace("MAX_1_0", CURL_MAX_1_0)
        .replace("CURL", "curl -qsS")
        .replace(" URL", &format!(" {URL}"));
    Row::new("curl", key, &command)
}

/// Makes a handshake.
pub(crate) fn openssl(key: &str, options: &str) -> Row {
    Row::new("openssl", key, &format!("openssl s_client -connect {{host}}:{{port}} {options} </dev/null"))
}

/// Makes a handshake.
pub(crate) fn gnutls(key: &str, options: &str) -> Row {
    Row::new("gnutls", key, &format!("gnutls-cli --port {{port}} {options} {{host}} </dev/null"))
}

/// Makes a handshake with these priorities.
pub(crate) fn gnutls_with(key: &str, priorities: &str) -> Row {
    gnutls(key, &format!("--priority '{priorities}'"))
}

/// Gets `{url}`.
pub(crate) fn java(key: &str, options: &str) -> Row {
    Row::new("java", key, &format!("{JAVA} {options} -cp . Get {{url}}"))
}

/// With the options that make it start and end soonest.
pub(crate) const JAVA: &str = "java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
