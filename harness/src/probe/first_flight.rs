//! One first flight over a socket: the bytes are the wire's business, the deadline is the stream's.

use std::io::{self, Read, Write};

use super::handshake::TimedStream;
use crate::escape::printable;
use crate::evidence::{Doubt, Outcome};
use crate::wire::{End, FirstFlight, Flight, Next};

/// Sends the hello and reads until the answer is known or the stream's time is over.
#[must_use]
pub(super) fn fly(mut stream: TimedStream, mut flight: FirstFlight) -> Flight {
    let hello = flight.hello().to_vec();
    if let Err(error) = stream.write_all(&hello) {
        return unsent(&error);
    }
    let mut buffer = [0; 4096];
    loop {
        let end = match stream.read(&mut buffer) {
            Ok(0) => End::Closed,
            Ok(count) => match flight.read(buffer.get(..count).unwrap_or_default()) {
                Next::Read => continue,
                Next::Done => return flight.finish(None),
                Next::Send(bytes) => match stream.write_all(&bytes) {
                    Ok(()) => continue,
                    Err(error) => end_of(&error),
                },
            },
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => end_of(&error),
        };
        return flight.finish(Some(end));
    }
}

fn end_of(error: &io::Error) -> End {
    match error.kind() {
        io::ErrorKind::TimedOut => End::Deadline,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            End::Reset
        }
        _ => End::LocalError(printable(&error.to_string())),
    }
}

/// The hello could not be sent, so nothing is an answer to it.
fn unsent(error: &io::Error) -> Flight {
    let doubt = match end_of(error) {
        End::LocalError(words) => Doubt::OurSide(words),
        End::Deadline => Doubt::Silence,
        End::Reset | End::Closed => Doubt::LostBeforeHello,
    };
    Flight { outcome: Outcome::Inconclusive(doubt), warnings: Vec::new() }
}
