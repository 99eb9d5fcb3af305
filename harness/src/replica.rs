//! A stand-in for a host, on loopback: the whole suite runs without a network, and a cut-over can
//! be rehearsed before the host makes it.
//!
//! TLS 1.2 and 1.3 are spoken to the end, with an answer by HTTP. Older versions are spoken up to
//! the ServerHello, which is all that is needed to know that they are accepted.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::scenario::{HostName, Replica};

mod answer;
mod authority;
mod connection;
mod event;

pub use authority::{Authority, ReplicaCertificate};
pub use event::{Came, Event};

use connection::Stage;

/// Connections that are served at a time; more wait to be accepted.
const CONNECTIONS: usize = 64;

/// How long one connection is served, whatever the client does.
const CONNECTION_TIME: Duration = Duration::from_secs(10);

/// What stands in for a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplicaSpec {
    /// The versions that it speaks, and what it answers.
    pub replica: Replica,
    /// The host that its certificate names.
    pub host: HostName,
    /// The path that it answers on; `None` for every path.
    pub path: Option<String>,
    /// What is wrong with its certificate.
    pub certificate: ReplicaCertificate,
}

/// Is told of each connection when it is over. Called from many threads.
pub type Log = Arc<dyn Fn(Event) + Send + Sync>;

/// A stand-in that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    seats: Arc<Seats>,
    accepting: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.seats.stop();
        // A seat or a connection is what it waits for.
        let woken = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            let _ = accepting.join();
        }
    }
}

/// Starts a stand-in on a free port of 127.0.0.1.
///
/// # Errors
///
/// Where there is no port, no thread or no key to be had, and where the status is below 200: no
/// answer is final with it.
pub fn start(spec: ReplicaSpec, authority: &Authority, log: Option<Log>) -> io::Result<Running> {
    start_on(0, spec, authority, log)
}

/// As [`start`], on a port of the caller's choice; 0 is a free one.
///
/// # Errors
///
/// As [`start`], and where the port is taken.
pub fn start_on(
    port: u16,
    spec: ReplicaSpec,
    authority: &Authority,
    log: Option<Log>,
) -> io::Result<Running> {
    let stage = Arc::new(Stage::new(spec, authority, log)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    let address = listener.local_addr()?;
    let seats = Arc::new(Seats::default());
    let accepting = thread::Builder::new().name("stand-in".to_owned()).spawn({
        let seats = Arc::clone(&seats);
        move || accept(&listener, &stage, &seats)
    })?;
    Ok(Running { address, seats, accepting: Some(accepting) })
}

fn accept(listener: &TcpListener, stage: &Arc<Stage>, seats: &Arc<Seats>) {
    while let Some(seat) = Seats::take(seats) {
        let accepted = listener.accept();
        if seats.is_stopped() {
            return;
        }
        let Ok((socket, peer)) = accepted else {
            // No descriptors, as a rule. Another connection gives one back when it ends.
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        let stage = Arc::clone(stage);
        // Where no thread is to be had the connection is closed: the client sees that.
        let _ = thread::Builder::new().name("stand-in connection".to_owned()).spawn(move || {
            let _seat = seat;
            connection::serve(socket, peer, &stage, CONNECTION_TIME);
        });
    }
}

/// How many connections may still be served.
#[derive(Debug, Default)]
struct Seats {
    state: Mutex<SeatState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct SeatState {
    taken: usize,
    stopped: bool,
}

/// The right to serve one connection.
struct Seat(Arc<Seats>);

impl Seats {
    /// Waits for a free seat: every connection has a deadline, so one becomes free. `None` once
    /// stopped.
    fn take(seats: &Arc<Seats>) -> Option<Seat> {
        let full = |state: &mut SeatState| !state.stopped && state.taken >= CONNECTIONS;
        let state = seats.changed.wait_while(seats.lock(), full);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if state.stopped {
            return None;
        }
        state.taken += 1;
        Some(Seat(Arc::clone(seats)))
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    fn lock(&self) -> MutexGuard<'_, SeatState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.lock().taken -= 1;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_house_waits_for_a_seat_and_does_not_keep_it_from_stopping() {
        let seats = Arc::new(Seats::default());
        let mut taken: Vec<Seat> = (0..CONNECTIONS).map(|_| Seats::take(&seats).unwrap()).collect();
        taken.pop();
        taken.push(Seats::take(&seats).unwrap());
        assert_eq!(seats.lock().taken, CONNECTIONS);
        seats.stop();
        assert!(Seats::take(&seats).is_none());
    }
}
