//! Accepting connections, a bounded number at a time, until told to stop.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::escape::printable;

mod waiting;

use waiting::{Bell, Waiting, wait};

/// Connections that are served at a time; more wait to be accepted.
const CONNECTIONS: usize = 64;

/// What is done with a connection, on a thread of its own.
pub(crate) type Serve = Arc<dyn Fn(TcpStream, SocketAddr) + Send + Sync>;

/// A listener whose connections are served until this is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    address: SocketAddr,
    seats: Arc<Seats>,
    fault: Fault,
    accepting: Option<Accepting>,
}

/// What kept a listener from accepting what had connected, if anything did: the latest error's words, escaped.
#[derive(Debug, Clone, Default)]
pub struct Fault(Arc<Mutex<Option<String>>>);

impl Fault {
    /// The words.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn tell(&self, error: &io::Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(printable(&error.to_string()));
    }
}

/// The thread that accepts.
#[derive(Debug)]
struct Accepting {
    bell: Bell,
    thread: JoinHandle<()>,
    /// Told by nobody, and closed when the thread has ended.
    is_running: Mutex<mpsc::Receiver<()>>,
}

impl Listening {
    /// Begins to accept.
    ///
    /// # Errors
    /// Where there is no descriptor or no thread to be had.
    pub(crate) fn start(listener: TcpListener, serve: Serve) -> io::Result<Listening> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let (bell, waiting) = waiting::bell()?;
        let seats = Arc::new(Seats::default());
        let fault = Fault::default();
        let (running, is_running) = mpsc::channel();
        let thread = thread::Builder::new().name("listener".to_owned()).spawn({
            let (seats, fault) = (Arc::clone(&seats), fault.clone());
            move || {
                let _running: mpsc::Sender<()> = running;
                accept(&listener, &waiting, &serve, &seats, &fault);
            }
        })?;
        Ok(Listening {
            address,
            seats,
            fault,
            accepting: Some(Accepting { bell, thread, is_running: Mutex::new(is_running) }),
        })
    }

    /// Where it listens, as seen in its own network namespace.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What keeps it from accepting, now or later.
    pub(crate) fn fault(&self) -> Fault {
        self.fault.clone()
    }

    /// Accepts what has connected already, then nothing more, and waits until all is served, but no
    /// longer than `time`.
    pub(crate) fn finish(mut self, time: Duration) {
        let begun = Instant::now();
        if let Some(Accepting { bell, thread, is_running }) = self.accepting.take() {
            drop(bell);
            let is_running = is_running.into_inner().unwrap_or_else(PoisonError::into_inner);
            // It may wait for a seat, where all are taken by connections that do not end.
            if is_running.recv_timeout(time) == Err(mpsc::RecvTimeoutError::Timeout) {
                self.seats.stop();
            }
            let _ = thread.join();
        }
        self.seats.wait_until_empty(time.saturating_sub(begun.elapsed()));
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(Accepting { bell, thread, .. }) = self.accepting.take() {
            self.seats.stop();
            drop(bell);
            let _ = thread.join();
        }
    }
}

fn accept(listener: &TcpListener, waiting: &Waiting, serve: &Serve, seats: &Arc<Seats>, fault: &Fault) {
    while let Some(seat) = Seats::take(seats) {
        let stopped = wait(listener, waiting);
        match listener.accept() {
            Ok((socket, peer)) => {
                let serve = Arc::clone(serve);
                let accepted = Arc::new(Mutex::new(Some((socket, seat))));
                let work = move || {
                    let accepted = accepted.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some((socket, _seat)) = accepted {
                        serve(socket, peer);
                    }
                };
                // Where no thread is to be had this one serves it, and the others wait: to whoever connected a
                // close would be an answer.
                if thread::Builder::new().name("connection".to_owned()).spawn(work.clone()).is_err() {
                    work();
                }
            }
            // What had connected before it was stopped is accepted by now.
            Err(_) if stopped => return,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            // No descriptors, as a rule. Another connection gives one back when it ends.
            Err(error) => {
                fault.tell(&error);
                thread::sleep(Duration::from_millis(10));
            }
        }
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

    fn wait_until_empty(&self, time: Duration) {
        let _ = self.changed.wait_timeout_while(self.lock(), time, |state| state.taken > 0);
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
    use std::io::Read as _;

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

    #[test]
    fn connections_that_do_not_end_are_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (hold, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let serve: Serve = Arc::new(move |_, _| drop(held.lock().map(|held| held.recv())));
        let listening = Listening::start(listener, serve).unwrap();
        let _clients: Vec<_> = (0..CONNECTIONS + 4).map(|_| TcpStream::connect(address).unwrap()).collect();
        listening.finish(Duration::from_millis(50));
        drop(hold);
    }

    #[test]
    fn what_connected_before_the_end_is_served_to_its_end() {
        for round in 0..50 {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let clients: Vec<TcpStream> = (0..3).map(|_| TcpStream::connect(address).unwrap()).collect();
            drop(clients);
            let served = Arc::new(Mutex::new(0));
            let counted = Arc::clone(&served);
            let serve: Serve = Arc::new(move |mut socket, _| {
                let _ = socket.set_nonblocking(false);
                let _ = socket.read(&mut [0]);
                *counted.lock().unwrap() += 1;
            });
            Listening::start(listener, serve).unwrap().finish(Duration::from_secs(60));
            assert_eq!(*served.lock().unwrap(), 3, "in round {round}");
        }
    }
}
