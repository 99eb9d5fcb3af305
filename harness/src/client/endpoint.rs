//! The listeners of one test: those of the endpoint, and that of the proxy.

use std::io;
#[cfg(target_os = "linux")]
use std::net::IpAddr;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicU32, Ordering};

use super::proxy;
use super::scene::Scene;
use crate::listening::{Listening, Serve};
#[cfg(target_os = "linux")]
use crate::scenario::{Host, HostName};

/// How often a port is looked for that is free for both versions of IP.
const TRIES: usize = 16;

/// What listens where the gate is.
pub(super) struct Listeners {
    /// The address of the endpoint.
    #[cfg(target_os = "linux")]
    pub(super) address: IpAddr,
    /// Its port.
    pub(super) port: u16,
    pub(super) endpoint: Vec<TcpListener>,
    pub(super) proxy: TcpListener,
    pub(super) proxy_address: SocketAddr,
}

/// Binds the endpoint to the host's own port, at an address of loopback that nobody else has; `None`
/// where the host is an address, or has one that no other can take the place of, and where the port is for
/// root alone.
#[cfg(target_os = "linux")]
pub(super) fn bind_for(host: &Host) -> Option<Listeners> {
    // 127.64.0.0/10, one address after the other: on Linux all of 127.0.0.0/8 is this machine (RFC 1122
    // 3.2.1.3).
    static NEXT: AtomicU32 = AtomicU32::new(0);
    match &host.name {
        HostName::Dns(name) if !name.eq_ignore_ascii_case("localhost") => {}
        _ => return None,
    }
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
    let proxy_address = proxy.local_addr().ok()?;
    for _ in 0..TRIES {
        let number = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(64));
        let [_, second, third, fourth] = number.to_be_bytes();
        let address = Ipv4Addr::new(127, 64 | (second & 63), third, fourth.max(1));
        if let Ok(listener) = TcpListener::bind((address, host.port)) {
            let (address, port) = (address.into(), host.port);
            return Some(Listeners { address, port, endpoint: vec![listener], proxy, proxy_address });
        }
    }
    None
}

/// Binds them to free ports of loopback. `localhost` is ::1 for some programs, so that the endpoint is
/// there too, where the machine has IPv6.
pub(super) fn bind() -> io::Result<Listeners> {
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let proxy_address = proxy.local_addr()?;
    let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    let mut tries = 0;
    loop {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = v4.local_addr()?.port();
        tries += 1;
        if !has_ipv6 || tries == TRIES {
            return Ok(listeners(port, vec![v4], proxy, proxy_address));
        }
        if let Ok(v6) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            return Ok(listeners(port, vec![v4, v6], proxy, proxy_address));
        }
    }
}

fn listeners(
    port: u16,
    endpoint: Vec<TcpListener>,
    proxy: TcpListener,
    proxy_address: SocketAddr,
) -> Listeners {
    Listeners {
        #[cfg(target_os = "linux")]
        address: Ipv4Addr::LOCALHOST.into(),
        port,
        endpoint,
        proxy,
        proxy_address,
    }
}

/// Begins to serve what connects.
pub(super) fn listen(
    scene: &Arc<Scene>,
    direct: Vec<TcpListener>,
    proxy: TcpListener,
) -> io::Result<Vec<Listening>> {
    let to_scene: Serve = {
        let scene = Arc::clone(scene);
        Arc::new(move |socket: TcpStream, _| scene.come(socket))
    };
    let to_proxy: Serve = {
        let scene = Arc::clone(scene);
        Arc::new(move |socket: TcpStream, _| proxy::serve(socket, &scene))
    };
    let mut all = vec![Listening::start(proxy, to_proxy)?];
    for listener in direct {
        all.push(Listening::start(listener, Arc::clone(&to_scene))?);
    }
    Ok(all)
}
