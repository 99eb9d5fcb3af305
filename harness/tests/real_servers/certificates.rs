//! A certificate authority and the certificates that the servers show.

use std::path::Path;
use std::process::Command;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384,
};
use time::{Duration, OffsetDateTime};

/// The name that the servers' certificates hold.
pub(crate) const NAME: &str = "peer.test";

struct Leaf {
    file: &'static str,
    key: &'static str,
    /// Blanks between names.
    name: &'static str,
    valid_for: Duration,
    issuer: &'static str,
    /// The file of a certificate that is sent behind it.
    behind: Option<&'static str>,
}

const fn leaf(file: &'static str, key: &'static str, issuer: &'static str) -> Leaf {
    Leaf { file, key, name: NAME, valid_for: YEAR, issuer, behind: None }
}

const YEAR: Duration = Duration::days(365);

const LEAVES: [Leaf; 15] = [
    leaf("rsa", "rsa", "ca"),
    leaf("ecdsa", "ecdsa", "ca"),
    leaf("ed25519", "ed25519", "ca"),
    leaf("p384", "p384", "ca"),
    Leaf { valid_for: Duration::days(-1), ..leaf("expired", "ecdsa", "ca") },
    Leaf { valid_for: Duration::days(10), ..leaf("ten-days", "ecdsa", "ca") },
    Leaf { valid_for: Duration::days(30), ..leaf("sixty-days", "ecdsa", "ca") },
    Leaf { name: "other.test", ..leaf("other-name", "ecdsa", "ca") },
    Leaf { name: "peer.test *.b.test 192.0.2.7", ..leaf("names", "ecdsa", "ca") },
    leaf("other-issuer", "ecdsa", "other-ca"),
    Leaf { behind: Some("other-ca"), ..leaf("other-root", "ecdsa", "other-ca") },
    Leaf { behind: Some("intermediate"), ..leaf("chained", "ecdsa", "intermediate") },
    leaf("lonely", "ecdsa", "intermediate"),
    Leaf { valid_for: Duration::days(-1), ..leaf("lonely-expired", "ecdsa", "intermediate") },
    Leaf {
        behind: Some("intermediate"),
        name: "other.test",
        ..leaf("chained-other-name", "ecdsa", "intermediate")
    },
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
    let intermediate = {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Test intermediate");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.signed_by(&key, &authorities[0].1).unwrap();
        std::fs::write(folder.join("intermediate.pem"), certificate.pem()).unwrap();
        ("intermediate", Issuer::new(params, key))
    };
    let authorities: Vec<_> = authorities.into_iter().chain([intermediate]).collect();
    let keys = [
        ("rsa", openssl_key(&["RSA", "-pkeyopt", "rsa_keygen_bits:2048"])),
        ("ecdsa", KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()),
        ("ed25519", openssl_key(&["ED25519"])),
        ("p384", KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap()),
    ];
    for leaf in LEAVES {
        let (_, key) = keys.iter().find(|(name, _)| *name == leaf.key).unwrap();
        let (_, issuer) = authorities.iter().find(|(name, _)| *name == leaf.issuer).unwrap();
        let mut params =
            CertificateParams::new(leaf.name.split(' ').map(str::to_owned).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, leaf.name);
        params.not_before = now - Duration::days(30);
        params.not_after = now + leaf.valid_for;
        let mut certificate = params.signed_by(key, issuer).unwrap().pem();
        if let Some(behind) = leaf.behind {
            certificate += &std::fs::read_to_string(folder.join(format!("{behind}.pem"))).unwrap();
        }
        let key = key.serialize_pem();
        let path = |ending: &str| folder.join(format!("{}.{ending}", leaf.file));
        std::fs::write(path("pem"), &certificate).unwrap();
        std::fs::write(path("key"), &key).unwrap();
        std::fs::write(path("both"), certificate + &key).unwrap();
    }
}

/// Writes `sha1.pem` and `weak.pem` with their keys: certificates that issued themselves, signed in a way that
/// is no longer done, the latter with a key that is too small; and `ocsp.der`, a successful response without
/// anything in it.
pub(crate) fn write_oddities(folder: &Path) {
    for (file, key, days) in [("sha1", "rsa:2048", "30"), ("weak", "rsa:1024", "800")] {
        let (key_file, file) = (format!("{file}.key"), format!("{file}.pem"));
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-sha1",
                "-newkey",
                key,
                "-nodes",
                "-days",
                days,
                "-subj",
                "/CN=peer.test",
            ])
            .args(["-addext", "subjectAltName=DNS:peer.test", "-keyout", &key_file, "-out", &file])
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    std::fs::write(folder.join("ocsp.der"), [0x30, 3, 0x0a, 1, 0]).unwrap();
}

/// A key by openssl: ring makes none for RSA, and writes Ed25519 as PKCS#8 version 2, which OpenSSL
/// 3.0 does not read.
fn openssl_key(arguments: &[&str]) -> KeyPair {
    let made = Command::new("openssl").args(["genpkey", "-algorithm"]).args(arguments).output().unwrap();
    KeyPair::from_pem(&String::from_utf8(made.stdout).unwrap()).unwrap()
}
