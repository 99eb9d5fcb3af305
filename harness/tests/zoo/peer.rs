//! A server in this process whose every connection is handed to a closure.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What a server does with a connection; the number counts its connections from 0.
pub(crate) type Behaviour = Arc<dyn Fn(TcpStream, usize) + Send + Sync>;

/// A server on a free loopback port. It ends when it is dropped.
pub(crate) struct HostilePeer {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    stopped: Arc<AtomicBool>,
}

impl HostilePeer {
    /// Listens; the port is closed after `life` connections.
    pub(crate) fn start(behaviour: Behaviour, life: usize) -> HostilePeer {
        HostilePeer::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), behaviour, life)
    }

    /// As [`HostilePeer::start`], at this address.
    pub(crate) fn start_at(address: SocketAddr, behaviour: Behaviour, life: usize) -> HostilePeer {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let connections = Arc::new(AtomicUsize::new(0));
        let stopped = Arc::new(AtomicBool::new(false));
        let (counter, flag) = (Arc::clone(&connections), Arc::clone(&stopped));
        if life > 0 {
            thread::spawn(move || {
                while let Ok((stream, _)) = listener.accept() {
                    if flag.load(Ordering::SeqCst) {
                        return;
                    }
                    let number = counter.fetch_add(1, Ordering::SeqCst);
                    // So that no thread outlives a gate that leaves its connection open.
                    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
                    stream.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let behaviour = Arc::clone(&behaviour);
                    thread::spawn(move || behaviour(stream, number));
                    if number + 1 >= life {
                        return;
                    }
                }
            });
        }
        HostilePeer { address, connections, stopped }
    }

    /// How many connections came.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for HostilePeer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}
