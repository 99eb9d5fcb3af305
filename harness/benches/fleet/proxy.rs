//! A proxy that delays: what makes servers on this machine as far away as those of others.
//!
//! One thread for all connections. Bytes, ends and resets are passed on as they came, each after the
//! same time, so that nothing overtakes anything. The connection itself is made at once: what it would
//! cost on a real way is left out, for all programs alike.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use mio::net::TcpListener;
use mio::{Poll, Waker};
use socket2::{Domain, Socket, Type};

use relay::Relay;
pub(crate) use tally::Tally;

mod connection;
mod relay;
mod tally;

/// How many clients may wait to be accepted. A fleet is asked by hundreds of connections at once.
const BACKLOG: i32 = 4096;

/// Where clients may connect to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Front {
    /// So many ports of 127.0.0.1.
    Ports(usize),
    /// One port of every address of 127.0.0.0/8: more hosts than a process may have descriptors.
    #[cfg(target_os = "linux")]
    Loopback,
}

/// A proxy that runs until it is dropped.
pub(crate) struct Proxy {
    /// Where it listens; with [`Front::Loopback`] the one address stands for all.
    pub(crate) addresses: Vec<SocketAddr>,
    tally: Arc<Mutex<Tally>>,
    waker: Arc<Waker>,
    thread: Option<JoinHandle<()>>,
}

impl Proxy {
    /// Listens, and passes on what comes to `servers` in turn, `delay` later each way.
    ///
    /// `descriptors` is how many of them the proxy may use; where it has none left, clients wait.
    ///
    /// # Errors
    /// Where the system gives no socket.
    pub(crate) fn start(
        front: Front,
        servers: Vec<SocketAddr>,
        delay: Duration,
        descriptors: usize,
    ) -> io::Result<Proxy> {
        let listeners: Vec<TcpListener> = match front {
            Front::Ports(count) => {
                (0..count).map(|_| listen(Ipv4Addr::LOCALHOST, false)).collect::<io::Result<_>>()?
            }
            #[cfg(target_os = "linux")]
            Front::Loopback => vec![listen(Ipv4Addr::UNSPECIFIED, true)?],
        };
        let addresses = listeners.iter().map(TcpListener::local_addr).collect::<io::Result<_>>()?;
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), relay::STOP)?);
        let tally = Arc::new(Mutex::new(Tally::default()));
        let mut relay = Relay::new(poll, listeners, servers, delay, descriptors, Arc::clone(&tally))?;
        let thread = std::thread::Builder::new().name("proxy".to_owned()).spawn(move || relay.run())?;
        Ok(Proxy { addresses, tally, waker, thread: Some(thread) })
    }

    /// What passed since this was asked for last.
    pub(crate) fn take_tally(&self) -> Tally {
        std::mem::take(&mut *self.tally.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if self.waker.wake().is_ok() {
            let _ = self.thread.take().map(JoinHandle::join);
        }
    }
}

fn listen(address: Ipv4Addr, on_loopback_alone: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    #[cfg(target_os = "linux")]
    if on_loopback_alone {
        socket.bind_device(Some(b"lo"))?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = on_loopback_alone;
    socket.bind(&SocketAddr::from((address, 0)).into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(TcpListener::from_std(socket.into()))
}
