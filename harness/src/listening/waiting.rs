//! Waiting for a connection or for the end, whichever comes first.

#[cfg(unix)]
mod system {
    use std::io;
    use std::net::TcpListener;
    use std::os::fd::AsFd as _;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

    /// Rings when it is dropped: its other end is at its end then.
    pub(crate) type Bell = io::PipeWriter;
    /// Hears the bell.
    pub(crate) type Waiting = io::PipeReader;

    pub(crate) fn bell() -> io::Result<(Bell, Waiting)> {
        io::pipe().map(|(waiting, bell)| (bell, waiting))
    }

    pub(crate) fn wait(listener: &TcpListener, waiting: &Waiting) -> bool {
        let mut descriptors = [
            PollFd::new(listener.as_fd(), PollFlags::POLLIN),
            PollFd::new(waiting.as_fd(), PollFlags::POLLIN),
        ];
        // Where it cannot wait it tries to accept, which says why.
        let _ = poll(&mut descriptors, PollTimeout::NONE);
        let [_, waiting] = descriptors;
        waiting.any().unwrap_or(false)
    }
}

/// std waits for one thing at a time.
#[cfg(not(unix))]
mod system {
    use std::io;
    use std::net::TcpListener;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    pub(crate) type Bell = Sender<()>;
    pub(crate) type Waiting = Receiver<()>;

    pub(crate) fn bell() -> io::Result<(Bell, Waiting)> {
        Ok(channel())
    }

    pub(crate) fn wait(_listener: &TcpListener, waiting: &Waiting) -> bool {
        waiting.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Disconnected)
    }
}

/// A bell that rings when it is dropped, and who hears it; waiting until a connection can be accepted
/// or it rang, and whether it rang.
pub(super) use system::{Bell, Waiting, bell, wait};
