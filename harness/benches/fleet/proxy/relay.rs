//! The loop of the proxy: what arrives is queued, and passed on when it is due.

use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::connection::{Connection, Got, Half, Side};
use super::tally::{Act, Tally, Turns};

/// The token by which the loop is told to end.
pub(super) const STOP: Token = Token(usize::MAX);

/// Descriptors that the process needs beside the proxy's own: standard ones, pipes, files.
const RESERVED: usize = 64;

/// As much as is read at once: a TLS record.
const PIECE: usize = 17 * 1024;

/// Something that is on its way.
struct Due {
    at: Instant,
    connection: usize,
    to: Side,
    what: What,
}

enum What {
    Bytes(Vec<u8>),
    End,
    Reset,
}

pub(super) struct Relay {
    poll: Poll,
    listeners: Vec<TcpListener>,
    /// Those with clients that could not be accepted yet.
    held_up: Vec<usize>,
    servers: std::iter::Cycle<std::vec::IntoIter<SocketAddr>>,
    delay: Duration,
    /// By a number that is never used again, so that what is due finds nobody where its connection is gone.
    connections: HashMap<usize, Connection>,
    next: usize,
    most: usize,
    /// All take the same time, so the first that came is the first that is due.
    queue: VecDeque<Due>,
    buffer: Vec<u8>,
    tally: Arc<Mutex<Tally>>,
}

impl Relay {
    pub(super) fn new(
        poll: Poll,
        mut listeners: Vec<TcpListener>,
        servers: Vec<SocketAddr>,
        delay: Duration,
        descriptors: usize,
        tally: Arc<Mutex<Tally>>,
    ) -> io::Result<Relay> {
        for (index, listener) in listeners.iter_mut().enumerate() {
            poll.registry().register(listener, Token(index), Interest::READABLE)?;
        }
        let most = descriptors.saturating_sub(listeners.len() + RESERVED) / 2;
        Ok(Relay {
            poll,
            // Both sides of a connection need a token of their own.
            next: listeners.len().div_ceil(2),
            listeners,
            held_up: Vec::new(),
            servers: servers.into_iter().cycle(),
            delay,
            connections: HashMap::new(),
            most: most.max(1),
            queue: VecDeque::new(),
            buffer: vec![0; PIECE],
            tally,
        })
    }

    pub(super) fn run(&mut self) {
        let mut events = Events::with_capacity(1024);
        loop {
            let wait = self.queue.front().map(|due| due.at.saturating_duration_since(Instant::now()));
            match self.poll.poll(&mut events, wait) {
                Err(error) if error.kind() != ErrorKind::Interrupted => return,
                _ => {}
            }
            for event in &events {
                match event.token() {
                    STOP => return,
                    Token(index) if index < self.listeners.len() => self.accept(index),
                    token => {
                        let (id, side) = side_of(token);
                        if event.is_writable() {
                            self.pass_on(id, side, |connection| connection.half(side).flush());
                        }
                        if event.is_readable() || event.is_read_closed() || event.is_error() {
                            self.receive(id, side, event.is_read_closed() || event.is_error());
                        }
                    }
                }
            }
            self.deliver();
            for index in std::mem::take(&mut self.held_up) {
                self.accept(index);
            }
        }
    }

    /// Accepts all clients that wait at a listener.
    fn accept(&mut self, index: usize) {
        while let Some(listener) = self.listeners.get(index) {
            if self.connections.len() >= self.most {
                return self.hold_up(index);
            }
            match listener.accept() {
                Ok((client, _)) => self.connect(client),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // The process is out of descriptors, whatever it was said to have.
                Err(_) => return self.hold_up(index),
            }
        }
    }

    fn hold_up(&mut self, index: usize) {
        self.held_up.push(index);
        self.tally(|tally| tally.held_up += 1);
    }

    /// Leads a client to a server. Where there is none it is dropped, as by a server that is down.
    fn connect(&mut self, mut client: TcpStream) {
        let id = self.next;
        let Some(server) = self.servers.next() else { return };
        let Ok(mut server) = TcpStream::connect(server) else { return };
        let _ = client.set_nodelay(true);
        let _ = server.set_nodelay(true);
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registry = self.poll.registry();
        let registered = registry
            .register(&mut client, token_of(id, Side::Client), interest)
            .and_then(|()| registry.register(&mut server, token_of(id, Side::Server), interest));
        if registered.is_err() {
            return;
        }
        self.next += 1;
        let (client, server) = (Half::new(client), Half::new(server));
        self.connections.insert(id, Connection { client, server, turns: Turns::default() });
        let open = self.connections.len();
        self.tally(|tally| {
            tally.connections += 1;
            tally.most_open = tally.most_open.max(open);
            tally.first.get_or_insert_with(Instant::now);
        });
    }

    /// Takes what came from one side. `to_the_end`: more may follow what is read first.
    fn receive(&mut self, id: usize, side: Side, to_the_end: bool) {
        loop {
            let Some(connection) = self.connections.get_mut(&id) else { return };
            let half = connection.half(side);
            if half.has_left {
                return;
            }
            let got = half.read(&mut self.buffer);
            half.has_left = matches!(got, Got::End | Got::Reset);
            let sent = matches!(got, Got::Bytes(_));
            let what = match got {
                Got::Nothing => return,
                Got::Bytes(count) => What::Bytes(self.buffer.get(..count).unwrap_or_default().to_vec()),
                Got::End => What::End,
                Got::Reset => What::Reset,
            };
            let completed = connection.turns.completes(match (side, sent) {
                (Side::Client, true) => Act::ClientSent,
                (Side::Client, false) => Act::ClientLeft,
                (Side::Server, true) => Act::ServerSent,
                (Side::Server, false) => Act::ServerLeft,
            });
            let count = if let What::Bytes(bytes) = &what { bytes.len() } else { 0 };
            self.tally(|tally| {
                tally.round_trips += u64::from(completed);
                tally.bytes += u64::try_from(count).unwrap_or_default();
            });
            self.queue.push_back(Due {
                at: Instant::now() + self.delay,
                connection: id,
                to: side.other(),
                what,
            });
            // A read that did not fill the buffer took all there was: an event comes for what follows.
            if (1..self.buffer.len()).contains(&count) && !to_the_end {
                return;
            }
        }
    }

    /// Passes on what is due.
    fn deliver(&mut self) {
        let now = Instant::now();
        while self.queue.front().is_some_and(|due| due.at <= now) {
            let Some(due) = self.queue.pop_front() else { return };
            match due.what {
                What::Bytes(bytes) => {
                    let send = |connection: &mut Connection| connection.half(due.to).send(&bytes);
                    self.pass_on(due.connection, due.to, send);
                }
                What::End => self.pass_on(due.connection, due.to, |connection| connection.close(due.to)),
                What::Reset => {
                    if let Some(mut connection) = self.connections.remove(&due.connection) {
                        connection.half(due.to).reset_when_dropped();
                    }
                }
            }
        }
    }

    /// Does something with one half; where it turns out to be gone, the other one will be told.
    fn pass_on(&mut self, id: usize, to: Side, act: impl FnOnce(&mut Connection) -> io::Result<()>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        if act(connection).is_err() {
            connection.half(to).has_left = true;
            let at = Instant::now() + self.delay;
            self.queue.push_back(Due { at, connection: id, to: to.other(), what: What::Reset });
        } else if connection.is_over() {
            self.connections.remove(&id);
        }
    }

    fn tally(&self, count: impl FnOnce(&mut Tally)) {
        count(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn token_of(id: usize, side: Side) -> Token {
    Token(id * 2 + usize::from(side == Side::Server))
}

fn side_of(token: Token) -> (usize, Side) {
    (token.0 / 2, if token.0 % 2 == 1 { Side::Server } else { Side::Client })
}
