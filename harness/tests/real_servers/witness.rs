//! What another program says of a server: `openssl s_client`.

use std::process::{Command, Stdio};

use tls_readiness::version::Version;

use crate::certificates::NAME;

/// Those of the versions that OpenSSL knows which the server accepts from `openssl s_client`.
pub(crate) fn accepted_versions(port: u16) -> Vec<Version> {
    [
        (Version::Tls10, "-tls1"),
        (Version::Tls11, "-tls1_1"),
        (Version::Tls12, "-tls1_2"),
        (Version::Tls13, "-tls1_3"),
    ]
    .into_iter()
    .filter(|(_, flag)| accepts(port, flag))
    .map(|(version, _)| version)
    .collect()
}

fn accepts(port: u16, flag: &str) -> bool {
    let said = Command::new("openssl")
        .args(["s_client", "-connect", &format!("127.0.0.1:{port}"), "-servername", NAME, flag])
        .args(["-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stdout);
    said.contains("Cipher is ") && !said.contains("Cipher is (NONE)")
}
