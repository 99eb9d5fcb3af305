//! The roots that programs of this machine trust already.
//!
//! A trust store that is named by a variable replaces the one a program has: with the authority of the
//! run alone in it, every other host that the program needs would fail.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::client::environment::{NODE_ROOTS, Variables, value_of};

/// The variables that name a bundle which replaces the system's, from those that most programs read.
const REPLACING: [&str; 10] = [
    "SSL_CERT_FILE",
    "NIX_SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "AWS_CA_BUNDLE",
    "PIP_CERT",
    "PERL_LWP_SSL_CA_FILE",
    "HTTPLIB2_CA_CERTS",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
];

/// The variables that name a bundle of further roots.
const ADDING: [&str; 2] = [NODE_ROOTS, "DENO_CERT"];

/// Where systems keep their roots, as PEM: the first that there is counts.
pub(in crate::client) const SYSTEM: [&str; 13] = [
    // Debian, Ubuntu, Alpine, Arch, Gentoo
    "/etc/ssl/certs/ca-certificates.crt",
    // Fedora, RHEL 6 and later
    "/etc/pki/tls/certs/ca-bundle.crt",
    // SUSE
    "/etc/ssl/ca-bundle.pem",
    "/var/lib/ca-certificates/ca-bundle.pem",
    // RHEL 7 and later, where the link above was taken away
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    // macOS, OpenBSD, FreeBSD, Alpine
    "/etc/ssl/cert.pem",
    // FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt",
    // NetBSD
    "/etc/openssl/certs/ca-certificates.crt",
    // illumos
    "/etc/certs/ca-certificates.crt",
    // OpenSSL's own, by whoever built it
    "/usr/lib/ssl/cert.pem",
    "/usr/local/ssl/cert.pem",
    "/usr/share/ssl/cert.pem",
];

/// The most files that are read of a preset `SSL_CERT_DIR`: there are some hundred roots, each under
/// two names.
const MAX_FILES: usize = 2000;
/// The most roots that are taken over. Public lists have about 150.
const MAX_ROOTS: usize = 5000;

/// How files are read and folders listed: what cannot be is passed over.
pub(super) struct Files<'a> {
    /// The content of a file.
    pub(super) read: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    /// The files of a folder.
    pub(super) list: &'a dyn Fn(&Path) -> io::Result<Vec<PathBuf>>,
}

/// The roots of the bundle that `preset` names, else of the system's; then those of a preset folder and
/// the further ones. None twice. There may be none at all.
pub(super) fn trusted_already(preset: &Variables, files: &Files<'_>) -> Vec<CertificateDer<'static>> {
    let named = |names: &'static [&str]| {
        names.iter().filter_map(|name| value_of(preset, name)).map(PathBuf::from).collect::<Vec<_>>()
    };
    let mut bundles = named(&REPLACING);
    bundles.extend(SYSTEM.map(PathBuf::from));
    let first = bundles.iter().map(|path| read_bundle(path, files)).find(|roots| !roots.is_empty());

    // Programs are told of no folder any more, so what it holds goes into the bundle. A list is
    // allowed, as in `PATH`.
    let folders = value_of(preset, "SSL_CERT_DIR").map(OsString::as_os_str).unwrap_or_default();
    let mut further: Vec<PathBuf> = std::env::split_paths(folders)
        .filter(|folder| !folder.as_os_str().is_empty())
        .flat_map(|folder| (files.list)(&folder).unwrap_or_default())
        .take(MAX_FILES)
        .collect();
    further.sort();
    further.extend(named(&ADDING));

    let further = further.iter().flat_map(|path| read_bundle(path, files));
    let mut seen = HashSet::new();
    let new = |root: &CertificateDer<'static>| seen.insert(root.to_vec());
    first.unwrap_or_default().into_iter().chain(further).filter(new).take(MAX_ROOTS).collect()
}

/// The roots that the caller had added for Node.
pub(super) fn added(preset: &Variables, files: &Files<'_>) -> Vec<CertificateDer<'static>> {
    value_of(preset, NODE_ROOTS).map(|path| read_bundle(Path::new(path), files)).unwrap_or_default()
}

/// The certificates of a file, and nothing else that is in it: not its keys, and no block that is no
/// certificate, which would make a whole trust store unreadable for a JVM.
fn read_bundle(path: &Path, files: &Files<'_>) -> Vec<CertificateDer<'static>> {
    let Ok(bytes) = (files.read)(path) else { return Vec::new() };
    CertificateDer::pem_slice_iter(&bytes)
        .take(MAX_ROOTS)
        .filter_map(Result::ok)
        .filter(|der| x509_parser::parse_x509_certificate(der).is_ok_and(|(rest, _)| rest.is_empty()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use rustls::pki_types::UnixTime;

    use super::*;
    use crate::replica::Authority;

    const DEBIAN: &str = "/etc/ssl/certs/ca-certificates.crt";

    fn authority() -> Authority {
        Authority::new(UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000))).unwrap()
    }

    /// The roots that are found, where these variables are set and these files exist.
    fn found(preset: &[(&str, &str)], files: &BTreeMap<&str, String>) -> Vec<Vec<u8>> {
        let preset = preset.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let read = |path: &Path| {
            let text = path.to_str().and_then(|path| files.get(path));
            text.map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
        };
        let list = |folder: &Path| {
            Ok(files.keys().map(PathBuf::from).filter(|path| path.parent() == Some(folder)).collect())
        };
        let roots = trusted_already(&preset, &Files { read: &read, list: &list });
        roots.iter().map(|root| root.to_vec()).collect()
    }

    #[test]
    fn the_first_bundle_that_can_be_read_counts() {
        let [system, preset, extra, hashed] = [(); 4].map(|()| authority());
        let files = BTreeMap::from([
            (DEBIAN, system.pem()),
            ("preset.pem", preset.pem()),
            ("extra.pem", extra.pem()),
            ("not.pem", "no certificates\n".to_owned()),
            ("folder/1", hashed.pem()),
            ("folder/2", hashed.pem()),
            ("folder/README", "nor here".to_owned()),
        ]);
        let (system, preset, extra, hashed) = (system.der(), preset.der(), extra.der(), hashed.der());
        for (variables, expected) in [
            (vec![], vec![system]),
            (vec![("SSL_CERT_FILE", "")], vec![system]),
            (vec![("SSL_CERT_FILE", "preset.pem")], vec![preset]),
            (vec![("AWS_CA_BUNDLE", "preset.pem")], vec![preset]),
            (vec![("CURL_CA_BUNDLE", "extra.pem"), ("SSL_CERT_FILE", "preset.pem")], vec![preset]),
            (vec![("CURL_CA_BUNDLE", "extra.pem"), ("SSL_CERT_FILE", "absent.pem")], vec![extra]),
            (vec![("CURL_CA_BUNDLE", "extra.pem"), ("SSL_CERT_FILE", "not.pem")], vec![extra]),
            (vec![("SSL_CERT_FILE", "absent.pem")], vec![system]),
            (vec![("NODE_EXTRA_CA_CERTS", "extra.pem")], vec![system, extra]),
            (vec![("NODE_EXTRA_CA_CERTS", DEBIAN)], vec![system]),
            (vec![("SSL_CERT_DIR", "folder")], vec![system, hashed]),
        ] {
            assert_eq!(found(&variables, &files), expected, "{variables:?}");
        }
    }

    #[test]
    fn nothing_but_certificates_is_taken_over() {
        let authority = authority();
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        let forged = pem::encode(&pem::Pem::new("CERTIFICATE", b"no certificate".to_vec()));
        let cut_off = authority.pem().lines().take(3).collect::<Vec<_>>().join("\n");
        let text = format!("a comment\n{key}{forged}{}{cut_off}", authority.pem());
        assert_eq!(found(&[], &BTreeMap::from([(DEBIAN, text)])), [authority.der()]);
        assert!(found(&[], &BTreeMap::from([(DEBIAN, key + &forged)])).is_empty());
        assert!(found(&[], &BTreeMap::new()).is_empty());
    }
}
