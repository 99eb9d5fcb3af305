//! A socket with one deadline for all that is read and written.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// A connected socket with a deadline for a whole step. The timeout of a socket starts anew with
/// each call, so a peer that sends a byte now and then would never trip it.
///
/// After the deadline every call gives [`ErrorKind::TimedOut`].
#[derive(Debug)]
pub(crate) struct TimedStream {
    socket: TcpStream,
    deadline: Instant,
}

impl TimedStream {
    /// `socket` with `time` left.
    pub(crate) fn new(socket: TcpStream, time: Duration) -> io::Result<TimedStream> {
        socket.set_nonblocking(false)?;
        // Flights are written as a whole; to wait for more only adds a round trip. A socket that
        // cannot do it was reset, and says so when it is read.
        let _ = socket.set_nodelay(true);
        Ok(TimedStream { socket, deadline: deadline_in(time) })
    }

    /// Begins another step, with `time` left.
    pub(crate) fn restart(&mut self, time: Duration) {
        self.deadline = deadline_in(time);
    }

    /// The other end of the connection.
    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.socket.peer_addr()
    }

    /// Says that nothing more will be written.
    pub(crate) fn finish_writing(&self) -> io::Result<()> {
        self.socket.shutdown(Shutdown::Write)
    }

    fn remaining(&self) -> io::Result<Duration> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(remaining) }
    }
}

/// A year stands in for a time that no clock can add.
pub(crate) fn deadline_in(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or_else(|| now + Duration::from_secs(365 * 24 * 60 * 60))
}

/// macOS takes no option for a socket that was reset, and says `EINVAL`. Reading and writing it does
/// not block then, and says what happened.
fn can_be_set(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| if error.kind() == ErrorKind::InvalidInput { Ok(()) } else { Err(error) })
}

/// A socket's timeout is `WouldBlock` on Unix and `TimedOut` on Windows.
fn timed_out(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::WouldBlock { ErrorKind::TimedOut.into() } else { error }
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        can_be_set(self.socket.set_read_timeout(Some(self.remaining()?)))?;
        self.socket.read(buffer).map_err(timed_out)
    }
}

impl Write for TimedStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        can_be_set(self.socket.set_write_timeout(Some(self.remaining()?)))?;
        self.socket.write(bytes).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_deadline_is_for_all_reads_together() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        peer.write_all(b"ab").unwrap();

        let mut stream = TimedStream::new(socket, Duration::from_secs(60)).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 1);
        stream.restart(Duration::ZERO);
        // A byte is there to be read, but the step is over.
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::TimedOut);
        assert_eq!(stream.write(b"c").unwrap_err().kind(), ErrorKind::TimedOut);
        stream.restart(Duration::from_secs(60));
        assert_eq!(stream.read(&mut [0]).unwrap(), 1);
    }

    #[test]
    fn an_option_that_a_reset_socket_does_not_take_is_no_fault_of_ours() {
        for (kind, is_fault) in [(ErrorKind::InvalidInput, false), (ErrorKind::PermissionDenied, true)] {
            assert_eq!(can_be_set(Err(kind.into())).is_err(), is_fault, "{kind:?}");
        }
    }

    #[test]
    fn a_silent_peer_is_a_time_out_on_every_system() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (socket, _) = listener.accept().unwrap();
        let mut stream = TimedStream::new(socket, Duration::from_millis(20)).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::TimedOut);
    }
}
