//! What a program finds in its namespace: where the host is, whom to ask for names, whom to trust.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use super::supervisor::{Content, Namespace, Network, Overlay};
use super::trust::{SYSTEM_BUNDLES, TrustPaths};
use crate::scenario::{Host, HostName};

const HOSTS: &str = "/etc/hosts";
const RESOLV_CONF: &str = "/etc/resolv.conf";
/// Where nscd listens: it would answer from outside.
const NSCD: &str = "/run/nscd";
/// Ports for the proxy, so that one of them is not the host's.
const PROXY_PORTS: [u16; 2] = [3128, 3129];

/// Addresses that look like a way to the outside (RFC 5737, RFC 3849): programs that find none but those
/// of loopback do not look up names (`AI_ADDRCONFIG` of RFC 3493 6.1).
const OUTSIDE: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 77)), IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x77))];

/// The folder in which every namespace has files of its own.
const SCRATCH: &str = "namespace";

/// Where Java keeps its own: systems share one file among all of theirs.
const JAVA_STORES: &[&str] = &[
    "/etc/ssl/certs/java/cacerts",
    "/etc/pki/java/cacerts",
    "/etc/pki/ca-trust/extracted/java/cacerts",
    "/var/lib/ca-certificates/java-cacerts",
];

/// Where Java environments of other vendors are, each with its own.
const JAVA_HOMES: &str = "/usr/lib/jvm";

/// A namespace with a network of its own, in which there is nothing but the host. Without `trust` its
/// trust is left alone. The error is words.
pub(super) fn confined(host: &Host, trust: Option<&TrustPaths>, folder: &Path) -> Result<Namespace, String> {
    let address = match &host.name {
        HostName::Dns(_) => None,
        HostName::Ip(address) => Some(*address).filter(|address| !address.is_loopback()),
    };
    if host.port == 53 {
        return Err("the name server of the namespace needs port 53".to_owned());
    }
    let mut files = hosts(host, &[Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])?;
    if Path::new(RESOLV_CONF).exists() {
        let text = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n".to_owned();
        files.push(overlay(RESOLV_CONF, Content::Text(text), false));
    }
    files.extend(trust.into_iter().flat_map(stores));
    let proxy = PROXY_PORTS.into_iter().find(|port| *port != host.port).unwrap_or_default();
    let addresses = OUTSIDE.into_iter().chain(address).collect();
    let network = Network { addresses, endpoint: host.port, proxy };
    Ok(Namespace { scratch: scratch(folder)?, files, network: Some(network) })
}

/// A namespace with the machine's network, in which the host's name leads to `address`. The error is
/// words.
pub(super) fn among_others(
    host: &Host,
    address: IpAddr,
    trust: Option<&TrustPaths>,
    folder: &Path,
) -> Result<Namespace, String> {
    let mut files = hosts(host, &[address])?;
    files.extend(trust.into_iter().flat_map(stores));
    Ok(Namespace { scratch: scratch(folder)?, files, network: None })
}

fn scratch(folder: &Path) -> Result<PathBuf, String> {
    let scratch = folder.join(SCRATCH);
    fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
    Ok(scratch)
}

/// What leads the host's name to these addresses.
fn hosts(host: &Host, addresses: &[IpAddr]) -> Result<Vec<Overlay>, String> {
    let preset = fs::read_to_string(HOSTS).map_err(|error| format!("{HOSTS}: {error}"))?;
    let name = match &host.name {
        HostName::Dns(name) => Some(name.as_str()),
        HostName::Ip(_) => None,
    };
    let mut files = vec![overlay(HOSTS, Content::Text(hosts_file(&preset, name, addresses)), true)];
    if Path::new(NSCD).is_dir() {
        files.push(overlay(NSCD, Content::EmptyFolder, false));
    }
    Ok(files)
}

/// What makes programs trust the stand-in.
fn stores(trust: &TrustPaths) -> impl Iterator<Item = Overlay> {
    let bundles = existing(SYSTEM_BUNDLES.iter().map(PathBuf::from));
    let java = existing(JAVA_STORES.iter().map(PathBuf::from).chain(java_homes()));
    let over = |targets: BTreeSet<PathBuf>, file: &Path| {
        let content = Content::File(file.to_owned());
        targets.into_iter().map(move |target| Overlay { target, content: content.clone(), is_needed: false })
    };
    over(bundles, &trust.bundle).chain(over(java, &trust.pkcs12))
}

fn overlay(target: &str, content: Content, is_needed: bool) -> Overlay {
    Overlay { target: target.into(), content, is_needed }
}

/// The files that there are, each once: several names may lead to one.
fn existing(paths: impl Iterator<Item = PathBuf>) -> BTreeSet<PathBuf> {
    paths.filter_map(|path| path.canonicalize().ok()).filter(|path| path.is_file()).collect()
}

fn java_homes() -> impl Iterator<Item = PathBuf> {
    let homes = fs::read_dir(JAVA_HOMES).into_iter().flatten().flatten();
    homes.map(|home| home.path().join("lib/security/cacerts"))
}

/// The machine's own names, with the host at these addresses and nowhere else.
fn hosts_file(preset: &str, host: Option<&str>, addresses: &[IpAddr]) -> String {
    let mut out = "127.0.0.1 localhost\n::1 localhost\n".to_owned();
    for (address, host) in addresses.iter().filter_map(|address| host.map(|host| (address, host))) {
        out.push_str(&format!("{address} {host}\n"));
    }
    for line in preset.lines() {
        let names = line.split('#').next().unwrap_or_default().split_ascii_whitespace().skip(1);
        let is_ours = |name: &str| {
            name.eq_ignore_ascii_case("localhost") || host.is_some_and(|host| name.eq_ignore_ascii_case(host))
        };
        if !names.clone().any(is_ours) && names.count() > 0 {
            out.push_str(line.trim());
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_here_and_the_machine_keeps_its_names() {
        let preset = "# comment\n127.0.0.1 localhost\n127.0.1.1 runner\n203.0.113.9 API.example.com other # x\n\n10.0.0.1\n";
        assert_eq!(
            hosts_file(
                preset,
                Some("api.example.com"),
                &["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]
            ),
            "127.0.0.1 localhost\n::1 localhost\n127.0.0.1 api.example.com\n::1 api.example.com\n127.0.1.1 runner\n"
        );
    }

    #[test]
    fn the_endpoint_is_where_the_host_is() {
        let host = |text: &str| crate::scenario::parse_host(text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let plan = |text: &str| {
            let network = confined(&host(text), None, folder.path()).map(|plan| plan.network.unwrap());
            network.map(|network| (network.addresses.get(2).copied(), network.endpoint, network.proxy))
        };
        let address = |text: &str| Some(text.parse().unwrap());
        assert_eq!(plan("192.0.2.1"), Ok((address("192.0.2.1"), 443, 3128)));
        assert_eq!(plan("[2001:db8::1]:444"), Ok((address("2001:db8::1"), 444, 3128)));
        assert_eq!(plan("127.0.0.1:3128"), Ok((None, 3128, 3129)));
        assert_eq!(plan("api.example.com"), Ok((None, 443, 3128)));
        assert!(plan("api.example.com:53").is_err());
    }
}
