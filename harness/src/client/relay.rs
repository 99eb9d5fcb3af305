//! Passing a program's connection on, to the host on trial or to another one.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, Shutdown, TcpStream, ToSocketAddrs as _};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crate::bounds::{Barred, Bounds, Origin};
use crate::descriptors;
use crate::escape::printable;
use crate::evidence::client::{Came, ClientConnection, Declined};
use crate::probe::handshake::TimedStream;
use crate::scenario::{Host, HostName};
use crate::wire::{Passage, ServerEnd};

/// How long a connection attempt to a host may take.
const DIAL_TIME: Duration = Duration::from_secs(10);

/// How long a server may speak on once its client has ended.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Passes a connection on to the host, and says what was seen of it. Times are since `begun`.
pub(super) fn pass(
    near: &TcpStream,
    host: &Host,
    bounds: &Bounds,
    time: Duration,
    begun: Instant,
) -> ClientConnection {
    let started = begun.elapsed();
    let passage = Mutex::new(Passage::default());
    let name = match &host.name {
        HostName::Dns(name) => name.clone(),
        HostName::Ip(address) => address.to_string(),
    };
    let unreachable = match dial(bounds, &name, host.port, time) {
        Ok(far) => watch(near, &far, time, &passage).err().map(NoWay::OurSide),
        Err(error) => {
            // What the program would have said is still worth knowing.
            listen(near, time, &passage);
            Some(error)
        }
    };
    let passage = passage.into_inner().unwrap_or_else(PoisonError::into_inner);
    let elapsed = begun.elapsed().saturating_sub(started);
    let came = match (passage.came(elapsed < time), unreachable) {
        (_, Some(NoWay::Barred(barred))) => Came::Barred(barred),
        (_, Some(NoWay::OurSide(error))) => Came::OurSide(printable(&error.to_string())),
        (Came::Declined(_), Some(NoWay::Failed(error))) => {
            Came::Declined(Declined::Unreachable(printable(&error.to_string())))
        }
        (came, _) => came,
    };
    let hello = passage.hello().cloned().map(Box::new);
    ClientConnection { started, elapsed, by_proxy: false, hello, came }
}

/// Why a host could not be reached.
#[derive(Debug)]
pub(super) enum NoWay {
    /// The run may not go there, or no more; of several addresses the first that is barred.
    Barred(Barred),
    /// Connecting to it failed.
    Failed(io::Error),
    /// Our side could not connect, or not pass anything on.
    OurSide(io::Error),
}

/// Connects to a host by its name, trying all its addresses that the run may connect to.
pub(super) fn dial(bounds: &Bounds, host: &str, port: u16, time: Duration) -> Result<TcpStream, NoWay> {
    let origin = match host.parse::<IpAddr>() {
        Ok(_) => Origin::Written,
        Err(_) => bounds.origin_of(host),
    };
    let mut first_barred = None;
    let mut last = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for address in (host, port).to_socket_addrs().map_err(NoWay::Failed)? {
        if let Err(barred) = bounds.admit(&origin, address) {
            first_barred.get_or_insert(barred);
            continue;
        }
        match TcpStream::connect_timeout(&address, time.min(DIAL_TIME)) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(match first_barred {
        Some(barred) => NoWay::Barred(barred),
        None if descriptors::are_lacking(&last) => NoWay::OurSide(last),
        None => NoWay::Failed(last),
    })
}

/// Copies both ways until both sides have ended, for at most `time`; where it cannot, both find the other gone.
pub(super) fn copy_both(near: &TcpStream, far: &TcpStream, time: Duration) {
    let _ = both_ways(near, far, time, |_| {}, |_| {}, |_| {});
}

fn watch(near: &TcpStream, far: &TcpStream, time: Duration, passage: &Mutex<Passage>) -> io::Result<()> {
    let locked = || passage.lock().unwrap_or_else(PoisonError::into_inner);
    let from_client = |seen: Option<&[u8]>| match seen {
        Some(bytes) => locked().from_client(bytes),
        None => locked().client_ended(),
    };
    let server_ended = |how: Result<(), ErrorKind>| match how {
        Ok(()) => locked().server_ended(ServerEnd::Closed),
        Err(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) => {
            locked().server_ended(ServerEnd::Reset);
        }
        Err(_) => {}
    };
    both_ways(near, far, time, from_client, |bytes| locked().from_server(bytes), server_ended)
}

/// Copies both ways, for at most `time`, and shows what passes, and the end of either side: before the other
/// one sees it, which ends by that. Once the near side has ended, the far one has [`LAST_WORDS`] left. The error
/// is that there is no thread or no descriptor for it: nothing is copied then, and both sides are ended.
fn both_ways(
    near: &TcpStream,
    far: &TcpStream,
    time: Duration,
    from_near: impl Fn(Option<&[u8]>) + Sync,
    from_far: impl Fn(&[u8]),
    far_ended: impl Fn(Result<(), ErrorKind>),
) -> io::Result<()> {
    let (done, is_done) = mpsc::channel::<()>();
    let from_near = &from_near;
    let timed = |stream: &TcpStream| stream.try_clone().and_then(|copy| TimedStream::new(copy, time));
    let begun = timed(near).and_then(|near| Ok((near, timed(far)?)));
    let begun = begun.and_then(|there| Ok((there, (timed(far)?, timed(near)?))));
    let both_end = || (near.shutdown(Shutdown::Both), far.shutdown(Shutdown::Both));
    let (there, back) = begun.inspect_err(|_| drop(both_end()))?;
    thread::scope(|scope| {
        let begun = thread::Builder::new().spawn_scoped(scope, move || {
            copy(there, far, |bytes| from_near(Some(bytes)), |_| from_near(None));
            if is_done.recv_timeout(LAST_WORDS) == Err(mpsc::RecvTimeoutError::Timeout) {
                let _ = far.shutdown(Shutdown::Both);
            }
        });
        begun.inspect_err(|_| drop(both_end()))?;
        copy(back, near, from_far, far_ended);
        drop(done);
        Ok(())
    })
}

/// Copies one way, which ends at `to`, until its end, which it shows and then passes on; the error is that of reading.
fn copy(
    (mut reader, mut writer): (TimedStream, TimedStream),
    to: &TcpStream,
    see: impl Fn(&[u8]),
    see_end: impl Fn(Result<(), ErrorKind>),
) {
    let mut buffer = [0; 16 * 1024];
    let ended = loop {
        match reader.read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                see(bytes);
                if writer.write_all(bytes).is_err() {
                    // The other direction tells why.
                    break Err(ErrorKind::BrokenPipe);
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Err(error.kind()),
        }
    };
    see_end(ended);
    let how = if matches!(ended, Ok(())) { Shutdown::Write } else { Shutdown::Both };
    let _ = to.shutdown(how);
}

/// Reads a ClientHello that nobody answers.
fn listen(near: &TcpStream, time: Duration, passage: &Mutex<Passage>) {
    let Ok(mut reader) = near.try_clone().and_then(|copy| TimedStream::new(copy, time)) else { return };
    let mut passage = passage.lock().unwrap_or_else(PoisonError::into_inner);
    let mut buffer = [0; 16 * 1024];
    while passage.hello().is_none() {
        match reader.read(&mut buffer) {
            Ok(count @ 1..) => passage.from_client(buffer.get(..count).unwrap_or_default()),
            _ => return,
        }
    }
}
