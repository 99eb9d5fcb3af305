//! A certificate authority and the certificates that the servers show.

use std::path::Path;
use std::process::Command;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use time::{Duration, OffsetDateTime};

/// The name that the servers' certificates hold.
pub(crate) const NAME: &str = "peer.test";

struct Leaf {
    file: &'static str,
    key: &'static str,
    name: &'static str,
    valid_for: Duration,
    issuer: &'static str,
}

const YEAR: Duration = Duration::days(365);

const LEAVES: [Leaf; 7] = [
    Leaf { file: "rsa", key: "rsa", name: NAME, valid_for: YEAR, issuer: "ca" },
    Leaf { file: "ecdsa", key: "ecdsa", name: NAME, valid_for: YEAR, issuer: "ca" },
    Leaf { file: "ed25519", key: "ed25519", name: NAME, valid_for: YEAR, issuer: "ca" },
    Leaf { file: "expired", key: "ecdsa", name: NAME, valid_for: Duration::days(-1), issuer: "ca" },
    Leaf { file: "ten-days", key: "ecdsa", name: NAME, valid_for: Duration::days(10), issuer: "ca" },
    Leaf { file: "other-name", key: "ecdsa", name: "other.test", valid_for: YEAR, issuer: "ca" },
    Leaf { file: "other-issuer", key: "ecdsa", name: NAME, valid_for: YEAR, issuer: "other-ca" },
];

/// Writes `ca.pem` and for each leaf `NAME.pem`, `NAME.key`, and both in `NAME.both`.
pub(crate) fn write(folder: &Path) {
    let now = OffsetDateTime::now_utc();
    let authorities = ["ca", "other-ca"].map(|file| {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, format!("Test {file}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        std::fs::write(folder.join(format!("{file}.pem")), params.self_signed(&key).unwrap().pem()).unwrap();
        (file, Issuer::new(params, key))
    });
    let keys = [
        ("rsa", openssl_key(&["RSA", "-pkeyopt", "rsa_keygen_bits:2048"])),
        ("ecdsa", KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()),
        ("ed25519", openssl_key(&["ED25519"])),
    ];
    for leaf in LEAVES {
        let (_, key) = keys.iter().find(|(name, _)| *name == leaf.key).unwrap();
        let (_, issuer) = authorities.iter().find(|(name, _)| *name == leaf.issuer).unwrap();
        let mut params = CertificateParams::new([leaf.name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, leaf.name);
        params.not_before = now - Duration::days(30);
        params.not_after = now + leaf.valid_for;
        let certificate = params.signed_by(key, issuer).unwrap().pem();
        let key = key.serialize_pem();
        let path = |ending: &str| folder.join(format!("{}.{ending}", leaf.file));
        std::fs::write(path("pem"), &certificate).unwrap();
        std::fs::write(path("key"), &key).unwrap();
        std::fs::write(path("both"), certificate + &key).unwrap();
    }
}

/// A key by openssl: ring makes none for RSA, and writes Ed25519 as PKCS#8 version 2, which OpenSSL
/// 3.0 does not read.
fn openssl_key(arguments: &[&str]) -> KeyPair {
    let made = Command::new("openssl").args(["genpkey", "-algorithm"]).args(arguments).output().unwrap();
    KeyPair::from_pem(&String::from_utf8(made.stdout).unwrap()).unwrap()
}
