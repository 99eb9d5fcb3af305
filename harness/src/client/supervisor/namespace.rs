//! A user, mount and network namespace in which a host's name leads to the endpoint, and nothing else
//! can be reached; without the network, everything else can.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

use super::{Content, Namespace, Network, Overlay, loopback};

/// Where programs ask for names (RFC 1035 4.2.1).
const DOMAIN: u16 = 53;
/// Where programs look for other hosts, by address alone: it is seen, and refused.
const OTHERS: [u16; 2] = [443, 80];

/// Moves this process into the namespace; gives its listeners. The error is words for people.
pub(super) fn enter(namespace: &Namespace) -> Result<Vec<OwnedFd>, String> {
    leave_the_others(namespace.network.is_some())?;
    mount(None::<&str>, "/", None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE, None::<&str>)
        .map_err(|error| not_mounted("making mounts private", error))?;
    hide_in(&namespace.scratch)?;
    for (index, overlay) in namespace.files.iter().enumerate() {
        match put(overlay, &namespace.scratch.join(index.to_string())) {
            Err(error) if overlay.is_needed => {
                return Err(told(&format!("putting a file over {}", overlay.target.display()), &error));
            }
            _ => {}
        }
    }
    let Some(network) = &namespace.network else { return Ok(Vec::new()) };
    loopback::bring_up().map_err(|error| told("bringing up the loopback device", &error))?;
    for address in &network.addresses {
        // Without IPv6 there is no such address; where one is needed, listening on it will tell.
        let _ = loopback::add(*address);
    }
    // An old kernel may not do it: then what a program wants by address alone is not seen.
    let _ = (loopback::take_all(false), loopback::take_all(true));
    listeners(network).map_err(|error| told("listening", &error))
}

/// A user namespace of its own gives the right to the others; root has it already.
fn leave_the_others(and_their_network: bool) -> Result<(), String> {
    let mut wanted = CloneFlags::CLONE_NEWNS;
    wanted.set(CloneFlags::CLONE_NEWNET, and_their_network);
    if unshare(wanted).is_ok() {
        return Ok(());
    }
    let (user, group) = (geteuid(), getegid());
    unshare(wanted | CloneFlags::CLONE_NEWUSER).map_err(|error| {
        let why = match error {
            Errno::EPERM => "this system forbids user namespaces (Operation not permitted)".to_owned(),
            Errno::ENOSPC => "this system allows no more namespaces".to_owned(),
            other => other.desc().to_owned(),
        };
        format!("creating it: {why}")
    })?;
    let map = |file: &str, text: String| {
        fs::write(file, text).map_err(|error| told(&format!("writing {file}"), &error))
    };
    map("/proc/self/setgroups", "deny".to_owned())?;
    map("/proc/self/uid_map", format!("{user} {user} 1"))?;
    map("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// Makes what is written to a folder seen by this namespace alone, so that nothing is left behind.
fn hide_in(scratch: &Path) -> Result<(), String> {
    mount(
        Some("tls-readiness"),
        scratch,
        Some("tmpfs"),
        MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC,
        Some("size=4m,mode=0755"),
    )
    .map_err(|error| not_mounted("mounting", error))
}

fn put(overlay: &Overlay, here: &Path) -> io::Result<()> {
    let source: PathBuf = match &overlay.content {
        Content::Text(text) => {
            fs::write(here, text)?;
            here.to_owned()
        }
        Content::EmptyFolder => {
            fs::create_dir(here)?;
            here.to_owned()
        }
        Content::File(file) => file.clone(),
    };
    mount(Some(&source), &overlay.target, None::<&str>, MsFlags::MS_BIND, None::<&str>)?;
    Ok(())
}

fn listeners(network: &Network) -> io::Result<Vec<OwnedFd>> {
    let mut all = vec![
        OwnedFd::from(TcpListener::bind((Ipv4Addr::LOCALHOST, network.proxy))?),
        UdpSocket::bind((Ipv4Addr::LOCALHOST, DOMAIN))?.into(),
        everywhere(network.endpoint)?.into(),
    ];
    let others = OTHERS.into_iter().filter(|port| ![network.endpoint, network.proxy].contains(port));
    all.extend(others.filter_map(|port| everywhere(port).ok()).map(OwnedFd::from));
    Ok(all)
}

/// Listens on every address of both versions of IP; a kernel without IPv6 has but one.
fn everywhere(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
        .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)))
}

/// Some systems give a namespace, and then none of its rights.
fn not_mounted(what: &str, error: Errno) -> String {
    let why = match error {
        Errno::EACCES | Errno::EPERM => " (AppArmor forbids it on Ubuntu from 23.10 on)",
        _ => "",
    };
    told(what, &error.into()) + why
}

fn told(what: &str, error: &io::Error) -> String {
    format!("{what}: {error}")
}
