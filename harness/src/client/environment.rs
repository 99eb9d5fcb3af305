//! The variables that lead a program to the stand-in, and make it trust the stand-in's authority.
//!
//! Machines of CI preset many of them, for a proxy and an authority of their own: those are overridden.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;

use super::trust::TrustPaths;

mod java;
mod names;

pub(super) use names::NODE_ROOTS;

/// The variables of a process, by name.
pub type Variables = BTreeMap<OsString, OsString>;

/// How the program's connections come to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By the variables that name a proxy: this one, which speaks HTTP.
    Proxy(SocketAddr),
    /// By a namespace, in which the host's name leads to us, and no proxy of the outside can be reached;
    /// ours is there for who asks for it by name.
    Namespace(SocketAddr),
}

/// What the program is to connect to: a command can use it in place of a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint<'a> {
    /// `https://…`, as the program would write it.
    pub url: &'a str,
    /// The host in it, without brackets.
    pub host: &'a str,
    /// The port in it.
    pub port: u16,
}

/// What is changed for the program. No variable is both set and removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Set to these values.
    pub set: Variables,
    /// Removed.
    pub remove: BTreeSet<OsString>,
}

impl Changes {
    /// The variables that the program has then.
    #[must_use]
    pub fn made_to(self, mut variables: Variables) -> Variables {
        variables.retain(|name, _| !self.remove.contains(name));
        variables.extend(self.set);
        variables
    }
}

/// The changes for a program that would have the variables `preset`. Without `trust` (nothing is
/// intercepted) the variables of certificates are left alone.
#[must_use]
pub fn changes(preset: &Variables, trust: Option<&TrustPaths>, way: Way, endpoint: Endpoint<'_>) -> Changes {
    let mut set = Variables::new();
    let mut remove = BTreeSet::new();
    if let Some(trust) = trust {
        set_trust(preset, trust, &mut set);
        // The bundle holds what is in it, and some programs would ask it first.
        remove.insert("SSL_CERT_DIR");
    }
    set_ways(way, &mut set, &mut remove);
    set_java(preset, trust, way, &mut set);
    set_ours(trust, way, endpoint, &mut set, &mut remove);
    let is_set = |name: &&str| set.keys().any(|known| same_name(known, name));
    let remove = remove.into_iter().filter(|name| !is_set(name)).map(OsString::from).collect();
    Changes { set, remove }
}

fn set_trust(preset: &Variables, trust: &TrustPaths, set: &mut Variables) {
    for name in names::BUNDLES {
        set.insert(name.into(), trust.bundle.clone().into());
    }
    set.insert(NODE_ROOTS.into(), trust.further.clone().into());
    // With GnuTLS, as many systems build them, these read no variable that names a bundle.
    set.insert("WGETRC".into(), trust.wgetrc.clone().into());
    set.insert("WGET2RC".into(), trust.wget2rc.clone().into());
    set.insert("PHP_INI_SCAN_DIR".into(), php_folders(preset, trust));
}

/// PHP's folders of further settings: a list in which nothing at all stands for the one that PHP was
/// built with, while an empty list stands for none.
fn php_folders(preset: &Variables, trust: &TrustPaths) -> OsString {
    let mut folders = match preset_value(preset, "PHP_INI_SCAN_DIR") {
        Some(preset) if preset.is_empty() => return trust.php_folder.clone().into(),
        Some(preset) => preset.clone(),
        None => OsString::new(),
    };
    folders.push(if cfg!(windows) { ";" } else { ":" });
    folders.push(&trust.php_folder);
    folders
}

fn set_ways(way: Way, set: &mut Variables, remove: &mut BTreeSet<&'static str>) {
    remove.extend(names::PARTICULAR_PROXIES);
    match way {
        Way::Proxy(address) => {
            // Under Windows a name in both cases is one variable: set twice to the same.
            for name in names::PROXIES {
                set.insert(name.into(), proxy_url(address).into());
            }
            // Empty and not removed: a script that gives it a value of its own where it has none
            // leaves it alone. No program takes it for a name.
            for name in names::WITHOUT_PROXY {
                set.insert(name.into(), OsString::new());
            }
            for name in names::ASKING_FOR_PROXIES {
                set.insert(name.into(), "1".into());
            }
        }
        Way::Namespace(_) => {
            remove.extend(names::PROXIES);
            remove.extend(names::WITHOUT_PROXY);
        }
    }
}

fn set_java(preset: &Variables, trust: Option<&TrustPaths>, way: Way, set: &mut Variables) {
    let value = |name| preset_value(preset, name).map(OsString::as_os_str);
    let later = names::JAVA_WHERE_PRESET
        .into_iter()
        .filter_map(|name| value(name).map(|value| (name, value)))
        .filter(|(_, value)| java::stand_in_the_way(value));
    let first = (names::JAVA_ALWAYS, value(names::JAVA_ALWAYS).unwrap_or_default());
    for (name, preset) in std::iter::once(first).chain(later) {
        if let Some(options) = java::options(preset, trust, way) {
            set.insert(name.into(), options);
        }
    }
}

/// What a command can ask for by name. One that is not set by us is set by nobody.
fn set_ours(
    trust: Option<&TrustPaths>,
    way: Way,
    endpoint: Endpoint<'_>,
    set: &mut Variables,
    remove: &mut BTreeSet<&'static str>,
) {
    let (Way::Proxy(proxy) | Way::Namespace(proxy)) = way;
    for (name, value) in [
        ("TLS_READINESS_URL", Some(endpoint.url.into())),
        ("TLS_READINESS_HOST", Some(endpoint.host.into())),
        ("TLS_READINESS_PORT", Some(endpoint.port.to_string().into())),
        ("TLS_READINESS_CA", trust.map(|trust| trust.bundle.clone().into())),
        ("TLS_READINESS_CA_PKCS12", trust.map(|trust| trust.pkcs12.clone().into())),
        ("TLS_READINESS_PROXY", Some(proxy_url(proxy).into())),
    ] {
        match value {
            Some(value) => drop(set.insert(name.into(), value)),
            None => drop(remove.insert(name)),
        }
    }
}

fn proxy_url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The value of a variable that is set, and to something.
pub(super) fn value_of<'a>(variables: &'a Variables, name: &str) -> Option<&'a OsString> {
    preset_value(variables, name).filter(|value| !value.is_empty())
}

/// The value of a variable, which may be empty.
fn preset_value<'a>(variables: &'a Variables, name: &str) -> Option<&'a OsString> {
    variables.iter().find(|(known, _)| same_name(known, name)).map(|(_, value)| value)
}

/// Under Windows the case of a name does not matter.
fn same_name(known: &OsStr, name: &str) -> bool {
    if cfg!(windows) { known.eq_ignore_ascii_case(name) } else { known == name }
}

#[cfg(test)]
mod tests;
