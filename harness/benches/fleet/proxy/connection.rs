//! One connection through the proxy: a client's half and a server's.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::Shutdown;
use std::time::Duration;

use mio::net::TcpStream;
use socket2::SockRef;

use super::tally::Turns;

/// One of the two that a connection is between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

impl Side {
    pub(super) fn other(self) -> Side {
        match self {
            Side::Client => Side::Server,
            Side::Server => Side::Client,
        }
    }
}

/// A client and the server that it talks to.
pub(super) struct Connection {
    pub(super) client: Half,
    pub(super) server: Half,
    pub(super) turns: Turns,
}

impl Connection {
    /// Tells one of the two that nothing more comes, once it took what is waiting.
    pub(super) fn close(&mut self, side: Side) -> io::Result<()> {
        let is_last = self.half(side.other()).is_closed;
        let half = self.half(side);
        half.closing = true;
        half.is_last = is_last;
        half.flush()
    }

    pub(super) fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Whether both have been told that the other one left.
    pub(super) fn is_over(&self) -> bool {
        self.client.is_closed && self.server.is_closed
    }
}

/// The proxy's connection to one of the two.
pub(super) struct Half {
    pub(super) stream: TcpStream,
    /// What it did not take yet.
    waiting: Vec<u8>,
    /// Nothing follows what is waiting.
    closing: bool,
    /// The other one has been told already: this connection is dropped in a moment, which tells it as well.
    is_last: bool,
    is_closed: bool,
    /// It said that nothing more comes from it, or is gone.
    pub(super) has_left: bool,
}

/// What came from one of the two.
pub(super) enum Got {
    Bytes(usize),
    Nothing,
    End,
    Reset,
}

impl Half {
    pub(super) fn new(stream: TcpStream) -> Half {
        Half {
            stream,
            waiting: Vec::new(),
            closing: false,
            is_last: false,
            is_closed: false,
            has_left: false,
        }
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Got {
        loop {
            return match self.stream.read(buffer) {
                Ok(0) => Got::End,
                Ok(count) => Got::Bytes(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if is_too_early(&error) => Got::Nothing,
                Err(_) => Got::Reset,
            };
        }
    }

    /// Sends `bytes` behind what is waiting.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.waiting.is_empty() {
            self.waiting.extend_from_slice(bytes);
            return Ok(());
        }
        let sent = write(&mut self.stream, bytes)?;
        self.waiting.extend_from_slice(bytes.get(sent..).unwrap_or_default());
        Ok(())
    }

    /// Sends what is waiting, as far as it takes it.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if !self.waiting.is_empty() {
            let sent = write(&mut self.stream, &self.waiting)?;
            self.waiting.drain(..sent);
        }
        if self.closing && self.waiting.is_empty() && !self.is_closed {
            self.is_closed = true;
            if !self.is_last {
                // Whoever is gone already need not be told.
                let _ = self.stream.shutdown(Shutdown::Write);
            }
        }
        Ok(())
    }

    /// Makes its end a reset in place of an orderly one.
    pub(super) fn reset_when_dropped(&self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }
}

/// How many of `bytes` were taken.
fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<usize> {
    let mut sent = 0;
    while let Some(rest) = bytes.get(sent..).filter(|rest| !rest.is_empty()) {
        match stream.write(rest) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if is_too_early(&error) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(sent)
}

/// Whether the socket is not ready, or not connected yet.
fn is_too_early(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::NotConnected)
}
