//! Trust stores: files by which a program comes to trust the certificates of stand-ins.
//!
//! Trust is not what is on trial, as a rule: a program that refuses our certificate has shown by then
//! which versions it speaks. But one that trusts it shows more, and goes on to its answer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use self::folder::PrivateFolder;
use self::pkcs12::Entry;
use self::roots::Files;
#[cfg(target_os = "linux")]
pub(super) use self::roots::SYSTEM as SYSTEM_BUNDLES;
use super::environment::{Variables, value_of};
use crate::corpus::read_file;

pub mod folder;
mod pkcs12;
mod roots;
mod settings;

/// The password of the PKCS#12 file: what programs that run on a JVM assume. It protects nothing, since
/// the file holds no key.
pub const PASSWORD: &str = "changeit";

/// The trust stores of a run, in a temporary folder that is removed when this is dropped, and by
/// [`folder::remove_all`].
///
/// Each holds the run's authority, and the roots that the caller's programs trust already. No key is
/// in them.
#[derive(Debug)]
pub struct TrustStores {
    paths: TrustPaths,
    folder: PrivateFolder,
}

/// Where the trust stores are. All are absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPaths {
    /// Certificates as PEM, the authority of the run first.
    pub bundle: PathBuf,
    /// The authority as PEM, and what the caller had added for Node: for programs that have roots of
    /// their own.
    pub further: PathBuf,
    /// The certificates of the bundle as PKCS#12, with the password [`PASSWORD`].
    pub pkcs12: PathBuf,
    /// Settings for wget that name the bundle.
    pub wgetrc: PathBuf,
    /// Settings for wget2 that name the bundle.
    pub wget2rc: PathBuf,
    /// A folder of settings for PHP that name the bundle.
    pub php_folder: PathBuf,
}

impl TrustStores {
    /// Writes trust stores that hold `authority` (in DER) and the roots that programs trust already:
    /// those that the caller's variables `preset` name, else the system's.
    ///
    /// # Errors
    /// The system's, where the folder or a file cannot be written. A file that cannot be read is none.
    pub fn new(authority: &[u8], preset: &Variables) -> io::Result<TrustStores> {
        let files = Files { read: &read_file, list: &list };
        let roots = roots::trusted_already(preset, &files);
        let added = roots::added(preset, &files);
        let further: Vec<&[u8]> = std::iter::once(authority).chain(added.iter().map(AsRef::as_ref)).collect();
        let certificates: Vec<&[u8]> =
            std::iter::once(authority).chain(roots.iter().map(AsRef::as_ref)).collect();

        let folder = PrivateFolder::new()?;
        let bundle = folder.write("ca.pem", as_pem(&certificates).as_bytes())?;
        let further = folder.write("further.pem", as_pem(&further).as_bytes())?;
        let pkcs12 = folder.write("truststore.p12", &as_pkcs12(&certificates))?;
        let [wgetrc, wget2rc] =
            [("WGETRC", ".wgetrc"), ("WGET2RC", ".wget2rc")].map(|(variable, in_home)| {
                let settings = settings::wgetrc(&preset_settings(preset, variable, in_home), &bundle);
                folder.write(in_home.trim_start_matches('.'), &settings)
            });
        let php = folder.write("php/tls-readiness.ini", &settings::php_ini(&bundle))?;
        let php_folder = php.parent().unwrap_or(folder.path()).to_owned();
        let paths = TrustPaths { bundle, further, pkcs12, wgetrc: wgetrc?, wget2rc: wget2rc?, php_folder };
        Ok(TrustStores { paths, folder })
    }

    /// Where they are.
    #[must_use]
    pub fn paths(&self) -> &TrustPaths {
        &self.paths
    }

    /// The folder that holds them all.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn as_pem(certificates: &[&[u8]]) -> String {
    let blocks: Vec<pem::Pem> =
        certificates.iter().map(|der| pem::Pem::new("CERTIFICATE", der.to_vec())).collect();
    pem::encode_many_config(&blocks, pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF))
}

fn as_pkcs12(certificates: &[&[u8]]) -> Vec<u8> {
    let name = |index| match index {
        0 => "tls-readiness stand-in ca".to_owned(),
        _ => format!("root {index}"),
    };
    let names: Vec<String> = (0..certificates.len()).map(name).collect();
    let entries: Vec<Entry<'_>> =
        certificates.iter().zip(&names).map(|(der, name)| Entry { name, der }).collect();
    pkcs12::trust_store(&entries, PASSWORD)
}

/// What a program would have read: the file that `variable` names, else the one in the user's home.
fn preset_settings(preset: &Variables, variable: &str, in_home: &str) -> Vec<u8> {
    let named = value_of(preset, variable).map(PathBuf::from);
    let path = named.or_else(|| value_of(preset, "HOME").map(|home| Path::new(home).join(in_home)));
    path.and_then(|path| read_file(&path).ok()).unwrap_or_default()
}

fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::UnixTime;

    use super::*;
    use crate::replica::Authority;

    #[test]
    fn stores_hold_the_authority_and_what_was_trusted_and_are_gone_when_dropped() {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));
        let [ours, preset] = [(); 2].map(|()| Authority::new(now).unwrap());
        let home = PrivateFolder::new().unwrap();
        let bundle = home.write("preset.pem", preset.pem().as_bytes()).unwrap();
        home.write(".wgetrc", b"tries = 1").unwrap();
        home.write(".wget2rc", b"tries = 2\n").unwrap();
        let variables = Variables::from([
            ("HOME".into(), home.path().into()),
            ("SSL_CERT_FILE".into(), bundle.clone().into()),
        ]);

        let stores = TrustStores::new(ours.der(), &variables).unwrap();
        let paths = stores.paths().clone();
        let text = |path: &Path| fs::read_to_string(path).unwrap();
        let setting = format!("ca_certificate = {}\n", paths.bundle.display());
        let as_lf = |authority: &Authority| authority.pem().replace('\r', "");
        assert_eq!(text(&paths.bundle).replace("\n\n", "\n"), as_lf(&ours) + &as_lf(&preset));
        assert_eq!(text(&paths.wgetrc), format!("tries = 1\n{setting}"));
        assert_eq!(text(&paths.wget2rc), format!("tries = 2\n{setting}"));
        assert!(text(&paths.php_folder.join("tls-readiness.ini")).contains("curl.cainfo"));
        let pkcs12 = fs::read(&paths.pkcs12).unwrap();
        for authority in [&ours, &preset] {
            assert!(pkcs12.windows(authority.der().len()).any(|part| part == authority.der()));
        }
        drop(stores);
        assert!(!paths.bundle.exists());
    }
}
