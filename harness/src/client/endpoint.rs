//! The listeners of one test: those of the endpoint, and that of the proxy.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use super::proxy;
use super::scene::Scene;
use crate::replica::listening::{Listening, Serve};

/// How often a port is looked for that is free for both versions of IP.
const TRIES: usize = 16;

/// What listens where the gate is.
pub(super) struct Listeners {
    /// The port of the endpoint.
    pub(super) port: u16,
    pub(super) endpoint: Vec<TcpListener>,
    pub(super) proxy: TcpListener,
    pub(super) proxy_address: SocketAddr,
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
            return Ok(Listeners { port, endpoint: vec![v4], proxy, proxy_address });
        }
        if let Ok(v6) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            return Ok(Listeners { port, endpoint: vec![v4, v6], proxy, proxy_address });
        }
    }
}

/// Begins to serve what connects.
pub(super) fn listen(
    scene: &Arc<Scene>,
    endpoint: Vec<TcpListener>,
    proxy: TcpListener,
) -> io::Result<Vec<Listening>> {
    let to_endpoint: Serve = {
        let scene = Arc::clone(scene);
        Arc::new(move |socket: TcpStream, _| scene.serve(socket, false))
    };
    let to_proxy: Serve = {
        let scene = Arc::clone(scene);
        Arc::new(move |socket: TcpStream, _| proxy::serve(socket, &scene))
    };
    let mut all = vec![Listening::start(proxy, to_proxy)?];
    for listener in endpoint {
        all.push(Listening::start(listener, Arc::clone(&to_endpoint))?);
    }
    Ok(all)
}
