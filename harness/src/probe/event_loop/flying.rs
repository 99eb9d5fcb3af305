//! One connection of a first flight, from dialling to its outcome. It never waits: it says what it waits
//! for. The bytes are the wire's business.

use std::io::{self, Read as _, Write as _};
use std::rc::Rc;
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::job::Course;
use super::{Crowd, Job, our_side};
use crate::escape::printable;
use crate::evidence::{Doubt, Outcome, Unreachable};
use crate::probe::handshake::deadline_in;
use crate::wire::{AlertDescription, End, FirstFlight, Next};

/// A first flight that is on its way.
pub(super) struct Flying {
    pub job: Box<Job>,
    /// Those that it waits for before it says hello.
    pub crowd: Option<Rc<Crowd>>,
    /// When the present stage is over.
    pub deadline: Instant,
    /// How long connecting took, all attempts together.
    pub connect: Duration,
    started: Duration,
    begun: Instant,
    connections: u32,
    stage: Stage,
    /// Whether there may be something to read.
    has_news: bool,
    warnings: Vec<AlertDescription>,
}

/// What is to be heard of a socket. It is told once: until it is read there is no more news of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct News {
    is_writable: bool,
    is_readable: bool,
    /// Whether something may be wrong with it.
    is_odd: bool,
}

impl News {
    pub(super) fn of(event: &Event) -> News {
        let is_odd = event.is_error() || event.is_read_closed() || event.is_write_closed();
        News { is_writable: event.is_writable(), is_readable: event.is_readable() || is_odd, is_odd }
    }
}

enum Stage {
    Idle,
    Connecting(TcpStream),
    Held(TcpStream),
    Talking(Box<Talk>),
}

struct Talk {
    stream: TcpStream,
    flight: FirstFlight,
    unsent: Vec<u8>,
    /// Whether the first hello was sent as a whole.
    has_said_hello: bool,
}

/// What comes next.
pub(super) enum Step {
    /// More is to be heard.
    Wait,
    Connected,
    NotConnected(io::Error),
    Over(Outcome),
}

impl Flying {
    pub(super) fn new(job: Box<Job>, crowd: Option<Rc<Crowd>>, started: Duration) -> Flying {
        let begun = Instant::now();
        Flying {
            job,
            crowd,
            deadline: begun,
            connect: Duration::ZERO,
            started,
            begun,
            connections: 0,
            stage: Stage::Idle,
            has_news: false,
            warnings: Vec::new(),
        }
    }

    pub(super) fn may_try_again(&self) -> bool {
        self.connections < self.job.target.attempts
    }

    pub(super) fn is_connecting(&self) -> bool {
        matches!(self.stage, Stage::Connecting(_))
    }

    pub(super) fn is_held(&self) -> bool {
        matches!(self.stage, Stage::Held(_))
    }

    /// Begins to connect.
    pub(super) fn dial(&mut self, registry: &Registry, token: Token) -> io::Result<()> {
        self.stage = Stage::Idle;
        self.connections += 1;
        self.has_news = false;
        self.deadline = deadline_in(self.job.target.timeout);
        let mut stream = TcpStream::connect(self.job.target.address)?;
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        self.stage = Stage::Connecting(stream);
        Ok(())
    }

    /// Goes on as far as it can.
    pub(super) fn advance(&mut self, news: News, buffer: &mut [u8]) -> Step {
        self.has_news |= news.is_readable;
        match &mut self.stage {
            Stage::Connecting(stream) => match connected(stream, news) {
                Ok(false) => Step::Wait,
                Ok(true) => {
                    self.connect = self.begun.elapsed();
                    Step::Connected
                }
                // A port that is closed refuses: this was open, and reset what it had taken.
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {
                    self.connect = self.begun.elapsed();
                    Step::Over(Outcome::Inconclusive(Doubt::LostBeforeHello))
                }
                Err(error) => {
                    self.connect = self.begun.elapsed();
                    Step::NotConnected(error)
                }
            },
            Stage::Talking(_) => self.go_on(buffer),
            Stage::Held(_) | Stage::Idle => Step::Wait,
        }
    }

    /// Waits for others of its crowd, no longer than `patience`.
    pub(super) fn hold(&mut self, patience: Duration) {
        if let Stage::Connecting(stream) = std::mem::replace(&mut self.stage, Stage::Idle) {
            self.stage = Stage::Held(stream);
        }
        self.deadline = deadline_in(patience);
    }

    /// Says hello.
    pub(super) fn talk(&mut self, buffer: &mut [u8]) -> Step {
        let (Stage::Connecting(stream) | Stage::Held(stream)) =
            std::mem::replace(&mut self.stage, Stage::Idle)
        else {
            return Step::Wait;
        };
        let mut entropy = [0; 96];
        if rustls::crypto::ring::default_provider().secure_random.fill(&mut entropy).is_err() {
            return Step::Over(our_side(&io::Error::other("the system gave no random bytes")));
        }
        let flight = FirstFlight::begin(self.job.offer, self.job.name(), entropy, self.job.follow);
        let unsent = flight.hello().to_vec();
        self.deadline = deadline_in(self.job.target.timeout);
        self.stage = Stage::Talking(Box::new(Talk { stream, flight, unsent, has_said_hello: false }));
        self.go_on(buffer)
    }

    fn go_on(&mut self, buffer: &mut [u8]) -> Step {
        let Stage::Talking(talk) = &mut self.stage else { return Step::Wait };
        let outcome = talk.go_on(self.has_news, buffer, &mut self.warnings);
        self.has_news = false;
        outcome.map_or(Step::Wait, Step::Over)
    }

    /// The outcome where its deadline has come.
    pub(super) fn late(&mut self) -> Outcome {
        match std::mem::replace(&mut self.stage, Stage::Idle) {
            Stage::Talking(mut talk) => talk.end(End::Deadline, &mut self.warnings),
            Stage::Connecting(_) | Stage::Held(_) | Stage::Idle => {
                self.connect = self.begun.elapsed();
                Outcome::Unreachable(Unreachable::ConnectTimedOut)
            }
        }
    }

    /// Ends it at `now`, since the start of the run.
    pub(super) fn end(self, now: Duration, outcome: Outcome) {
        // Closed before anybody hears of it: who waits may look whether it is.
        drop(self.stage);
        let course = Course {
            started: self.started,
            connect: self.connect,
            ended: now,
            connections: self.connections,
        };
        self.job.end(course, outcome, self.warnings);
    }
}

/// Whether the connection is there.
fn connected(stream: &TcpStream, news: News) -> io::Result<bool> {
    if news.is_writable && !news.is_odd {
        return Ok(true);
    }
    if let Some(error) = stream.take_error()? {
        return Err(error);
    }
    match stream.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}

impl Talk {
    /// Writes and reads until it would have to wait, or until the outcome is known.
    fn go_on(
        &mut self,
        has_news: bool,
        buffer: &mut [u8],
        warnings: &mut Vec<AlertDescription>,
    ) -> Option<Outcome> {
        loop {
            if let Err(error) = self.send() {
                return Some(if self.has_said_hello {
                    self.end(end_of(&error), warnings)
                } else {
                    unsent(&error)
                });
            }
            if !has_news {
                return None;
            }
            let count = match self.stream.read(buffer) {
                Ok(0) => return Some(self.end(End::Closed, warnings)),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) => return Some(self.end(end_of(&error), warnings)),
            };
            match self.flight.read(buffer.get(..count).unwrap_or_default()) {
                Next::Read => {}
                Next::Done => return Some(self.finish(None, warnings)),
                Next::Send(bytes) => {
                    // Without it the second ClientHello would wait for the first's acknowledgement.
                    let _ = self.stream.set_nodelay(true);
                    self.unsent.extend(bytes);
                }
            }
        }
    }

    fn send(&mut self) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.stream.write(&self.unsent) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        self.has_said_hello = true;
        Ok(())
    }

    fn end(&mut self, end: End, warnings: &mut Vec<AlertDescription>) -> Outcome {
        if end == End::Deadline && !self.has_said_hello {
            return Outcome::Inconclusive(Doubt::Silence);
        }
        self.finish(Some(end), warnings)
    }

    fn finish(&mut self, end: Option<End>, warnings: &mut Vec<AlertDescription>) -> Outcome {
        let flight = self.flight.finish(end);
        *warnings = flight.warnings;
        flight.outcome
    }
}

fn end_of(error: &io::Error) -> End {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            End::Reset
        }
        _ => End::LocalError(printable(&error.to_string())),
    }
}

/// The hello could not be sent, so nothing is an answer to it.
fn unsent(error: &io::Error) -> Outcome {
    Outcome::Inconclusive(match end_of(error) {
        End::LocalError(words) => Doubt::OurSide(words),
        End::Reset | End::Closed | End::Deadline => Doubt::LostBeforeHello,
    })
}
