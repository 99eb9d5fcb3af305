//! First flights, all of them on one thread: whatever can go at once goes at once, within what each address
//! and this machine bear, and a probe that waits costs a socket and nothing else.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use mio::{Poll, Token, Waker};

use crate::bounds::Bounds;
use crate::escape::printable;
use crate::evidence::{Doubt, Outcome, Pace};

mod flying;
mod job;
mod running;

pub(super) use job::{Answer, Job};
use running::{Crowd, Running};

/// The thread of the first flights, to be asked for them. It ends with this.
#[derive(Debug)]
pub(super) struct EventLoop {
    requests: Requests,
}

/// The way to the thread.
#[derive(Debug, Clone)]
struct Requests {
    sender: mpsc::Sender<Request>,
    sleep: Arc<Sleep>,
}

/// Whether the thread has to be woken up, and what does that.
#[derive(Debug)]
struct Sleep {
    waker: Waker,
    is_asleep: AtomicBool,
}

enum Request {
    /// One first flight.
    Fly(Box<Job>),
    /// Several at the same time, and when they are begun, since the start of the run.
    Crowd(Vec<Job>, Arc<OnceLock<Duration>>),
    /// The right to one connection that is made elsewhere.
    Seat(Box<Applicant>),
    /// A connection that was made elsewhere is closed.
    Left(SocketAddr),
    /// What came of connecting there elsewhere.
    Dialled(SocketAddr, Patience, Option<Outcome>),
    /// Nobody is there to ask any more.
    End,
}

/// Somebody who waits to make a connection.
struct Applicant {
    address: SocketAddr,
    pace: Pace,
    patience: Patience,
    answer: mpsc::SyncSender<Result<(), Outcome>>,
}

/// How long connecting is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// Deadline of each attempt.
    pub timeout: Duration,
    /// How many there are.
    pub attempts: u32,
}

impl Patience {
    fn is_within(self, other: Patience) -> bool {
        self.timeout <= other.timeout && self.attempts <= other.attempts
    }
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat {
    address: SocketAddr,
    patience: Patience,
    requests: Requests,
}

impl Seat {
    /// Says what came of connecting: `None` where it succeeded. A host that does not answer costs others no
    /// time then.
    pub(super) fn dialled(&self, failure: Option<&Outcome>) {
        self.requests.send(Request::Dialled(self.address, self.patience, failure.cloned()));
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.requests.send(Request::Left(self.address));
    }
}

impl Requests {
    fn send(&self, request: Request) {
        // A thread that is gone has dropped what it was asked for, which so has its answer.
        if self.sender.send(request).is_ok() && self.sleep.is_asleep.swap(false, Ordering::SeqCst) {
            let _ = self.sleep.waker.wake();
        }
    }
}

impl EventLoop {
    /// Starts the thread. Times are told since `epoch`; at most `in_all` connections are open at a time, and
    /// none goes where `bounds` bar it.
    ///
    /// # Errors
    /// Where the system has no thread or no descriptors left.
    pub(super) fn start(epoch: Instant, in_all: usize, bounds: Bounds) -> io::Result<EventLoop> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKER)?;
        let (sender, receiver) = mpsc::channel();
        let sleep = Arc::new(Sleep { waker, is_asleep: AtomicBool::new(false) });
        let of_thread = Arc::clone(&sleep);
        thread::Builder::new()
            .name("first-flights".to_owned())
            .spawn(move || Running::new(epoch, in_all, bounds, poll).run(&receiver, &of_thread.is_asleep))?;
        Ok(EventLoop { requests: Requests { sender, sleep } })
    }

    /// Asks for one first flight.
    pub(super) fn fly(&self, job: Job) {
        self.requests.send(Request::Fly(Box::new(job)));
    }

    /// Asks for first flights to one address at the same time, with nothing else there meanwhile. `begun` is
    /// told when they begin.
    pub(super) fn fly_as_crowd(&self, jobs: Vec<Job>, begun: Arc<OnceLock<Duration>>) {
        self.requests.send(Request::Crowd(jobs, begun));
    }

    /// Waits until one more connection to `address` may be made.
    ///
    /// # Errors
    /// What is known of the address already, where nothing answers there.
    pub(super) fn seat(&self, address: SocketAddr, pace: Pace, patience: Patience) -> Result<Seat, Outcome> {
        let (answer, granted) = mpsc::sync_channel(1);
        self.requests.send(Request::Seat(Box::new(Applicant { address, pace, patience, answer })));
        let lost = || Outcome::Inconclusive(Doubt::OurSide("the thread of first flights ended".to_owned()));
        granted.recv().unwrap_or_else(|_| Err(lost()))?;
        Ok(Seat { address, patience, requests: self.requests.clone() })
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        self.requests.send(Request::End);
    }
}

const WAKER: Token = Token(usize::MAX);

/// What our side could not do, as an outcome.
pub(super) fn our_side(error: &io::Error) -> Outcome {
    Outcome::Inconclusive(Doubt::OurSide(printable(&error.to_string())))
}

#[cfg(test)]
mod tests;
