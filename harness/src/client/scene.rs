//! What the listeners of one test share: where connections go, and what was seen of them.

use std::collections::BTreeSet;
use std::io;
use std::net::TcpStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::relay::{self, NoWay};
use crate::bounds::{Barred, Bounds};
use crate::escape::printable_up_to;
use crate::evidence::client::{Came, ClientConnection, Elsewhere, Then};
use crate::replica::StandIn;
use crate::scenario::{Host, HostName};
use crate::wire::{ClientHelloReader, Progress};

/// The most other hosts that are remembered.
const MOST_ELSEWHERE: usize = 1_000;
/// The most connections that are remembered; that there were more is remembered too.
const MOST_CONNECTIONS: usize = 1_000;
/// The longest name (RFC 1035 2.3.4).
const LONGEST_NAME: usize = 255;

/// How much of a ClientHello is looked at before it is known whom it is for.
const LONGEST_HELLO: usize = 16 * 1024;
/// How long the next part of one may be away.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How long it is waited for, again and again.
const MOMENT: Duration = Duration::from_millis(5);

/// Where the program's connections end.
pub(super) enum Endpoint {
    /// Here.
    StandIn(StandIn),
    /// At the host; they are read as they go by.
    Live,
}

/// Another host, as a program names it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// A name that was asked for: in a namespace.
    #[cfg(target_os = "linux")]
    Name(&'a str),
    /// A host and a port.
    Port(&'a str, u16),
}

impl<'a> Wanted<'a> {
    fn name(self) -> &'a str {
        match self {
            #[cfg(target_os = "linux")]
            Wanted::Name(name) => name,
            Wanted::Port(name, _) => name,
        }
    }
}

/// Why a program does not get to another host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// The scenario lets it through to none.
    NotOnTrial,
    /// The run may not go there, or no more.
    Barred(Barred),
    /// The host cannot be reached.
    Unreachable,
}

/// What the listeners of one test share.
pub(super) struct Scene {
    pub(super) begun: Instant,
    pub(super) deadline: Instant,
    pub(super) host: Host,
    pub(super) endpoint: Endpoint,
    /// The port of this machine's own endpoint, where the program may be pointed to it by `localhost`.
    pub(super) local_port: Option<u16>,
    pub(super) passthrough: bool,
    /// Where connections may be passed on to.
    pub(super) bounds: Bounds,
    pub(super) connections: Mutex<Vec<ClientConnection>>,
    pub(super) elsewhere: Mutex<BTreeSet<Elsewhere>>,
}

impl Scene {
    /// Serves a connection that a program made by itself: for the host on trial, or for whatever else is
    /// at the address that it connected to.
    pub(super) fn come(&self, socket: TcpStream) {
        let Ok(address) = socket.local_addr() else { return };
        let ip = address.ip().to_canonical();
        let is_ours = ip.is_loopback() || HostName::Ip(ip) == self.host.name;
        let is_port = self.local_port.unwrap_or(self.host.port) == address.port();
        // A program may know the host's address by heart.
        if is_port && (is_ours || self.is_asked_for(&socket)) {
            self.serve(socket, false);
        } else if let Ok(far) = self.go_elsewhere(&ip.to_string(), address.port()) {
            relay::copy_both(&socket, &far, self.time_left());
        }
    }

    /// Whether a connection begins with a ClientHello for the host on trial. It is left to be read.
    fn is_asked_for(&self, socket: &TcpStream) -> bool {
        let HostName::Dns(name) = &self.host.name else { return false };
        let mut buffer = vec![0; LONGEST_HELLO];
        let mut known = 0;
        let mut grown = Instant::now();
        while grown.elapsed() < LONGEST_PAUSE && Instant::now() < self.deadline {
            let Ok(count @ 1..) = peek(socket, &mut buffer, self.time_left()) else { return false };
            if count > known {
                match ClientHelloReader::new().read(buffer.get(..count).unwrap_or_default()) {
                    Progress::Hello(hello) => {
                        return hello.server_name.is_some_and(|asked| asked.eq_ignore_ascii_case(name));
                    }
                    Progress::More if count < LONGEST_HELLO => {}
                    _ => return false,
                }
                (known, grown) = (count, Instant::now());
            }
            // What was there already is there at once.
            std::thread::sleep(MOMENT);
        }
        false
    }

    /// Serves a connection that is meant for the host on trial.
    pub(super) fn serve(&self, socket: TcpStream, by_proxy: bool) {
        let mut connection = match &self.endpoint {
            Endpoint::StandIn(stand_in) => stand_in.serve(socket, self.time_left(), self.begun),
            Endpoint::Live => relay::pass(&socket, &self.host, &self.bounds, self.time_left(), self.begun),
        };
        connection.by_proxy = by_proxy;
        if Instant::now() >= self.deadline {
            cut_off(&mut connection);
        }
        keep(&mut self.connections.lock().unwrap_or_else(PoisonError::into_inner), connection);
    }

    /// Remembers that a connection, or several, could not be taken: what the program said there is not known.
    pub(super) fn lost(&self, why: &str) {
        let connection = ClientConnection {
            started: self.begun.elapsed(),
            elapsed: Duration::ZERO,
            by_proxy: false,
            hello: None,
            came: Came::OurSide(format!("a connection could not be taken: {why}")),
        };
        keep(&mut self.connections.lock().unwrap_or_else(PoisonError::into_inner), connection);
    }

    /// How long the program may still run.
    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1))
    }

    /// Whether a host and port, as a program names them, are those on trial.
    pub(super) fn is_endpoint(&self, host: &str, port: u16) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        let is_host = match &self.host.name {
            HostName::Dns(name) => name.eq_ignore_ascii_case(host),
            HostName::Ip(address) => host.parse() == Ok(*address),
        };
        let is_local = ["localhost", "127.0.0.1", "::1"].contains(&host);
        (is_host && port == self.host.port) || (is_local && Some(port) == self.local_port)
    }

    /// Connects to another host that a program wants, where it may go there, and takes note of it.
    pub(super) fn go_elsewhere(&self, host: &str, port: u16) -> Result<TcpStream, Kept> {
        let wanted = Wanted::Port(host, port);
        let is_new = self.note(wanted, self.passthrough, None);
        if !self.passthrough {
            return Err(Kept::NotOnTrial);
        }
        relay::dial(&self.bounds, host, port, self.time_left()).map_err(|why| match why {
            NoWay::Barred(barred) => {
                if is_new {
                    self.elsewhere().remove(&elsewhere(wanted, true, None));
                }
                self.note(wanted, false, Some(barred));
                Kept::Barred(barred)
            }
            NoWay::Failed(_) | NoWay::OurSide(_) => Kept::Unreachable,
        })
    }

    /// Takes note of another host that is wanted; whether it was not known.
    pub(super) fn note(&self, wanted: Wanted<'_>, let_through: bool, barred: Option<Barred>) -> bool {
        let mut all = self.elsewhere();
        all.len() < MOST_ELSEWHERE && all.insert(elsewhere(wanted, let_through, barred))
    }

    fn elsewhere(&self) -> MutexGuard<'_, BTreeSet<Elsewhere>> {
        self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn elsewhere(wanted: Wanted<'_>, let_through: bool, barred: Option<Barred>) -> Elsewhere {
    let name: String = wanted.name().chars().take(LONGEST_NAME).collect();
    let host = match wanted {
        #[cfg(target_os = "linux")]
        Wanted::Name(_) => name,
        Wanted::Port(_, port) if name.contains(':') => format!("[{name}]:{port}"),
        Wanted::Port(_, port) => format!("{name}:{port}"),
    };
    Elsewhere { host: printable_up_to(&host, usize::MAX), let_through, barred }
}

/// Who is ended at the deadline has not left by itself.
fn cut_off(connection: &mut ClientConnection) {
    if let Came::Chosen { then: then @ Then::Left, .. } = &mut connection.came {
        *then = Then::Silent;
    }
}

/// Remembers a connection, or that there were too many.
fn keep(connections: &mut Vec<ClientConnection>, mut connection: ClientConnection) {
    if connections.len() == MOST_CONNECTIONS {
        // What is not remembered may have got through where nothing may.
        connection.hello = None;
        connection.came =
            Came::OurSide(format!("more than {MOST_CONNECTIONS} connections: the others were not kept"));
    }
    if connections.len() <= MOST_CONNECTIONS {
        connections.push(connection);
    }
}

/// Looks at the first bytes of a connection, which are left for who reads it; waits for one at most `time`.
pub(super) fn peek(socket: &TcpStream, buffer: &mut [u8], time: Duration) -> io::Result<usize> {
    socket.set_nonblocking(false)?;
    socket.set_read_timeout(Some(time))?;
    socket.peek(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Version;

    fn chosen(then: Then) -> ClientConnection {
        let came = Came::Chosen { version: Version::Tls12, cipher_suite: None, group: None, then };
        let (started, elapsed) = (Duration::ZERO, Duration::ZERO);
        ClientConnection { started, elapsed, by_proxy: false, hello: None, came }
    }

    #[test]
    fn who_is_ended_at_the_deadline_has_not_left() {
        for (then, at_last) in [
            (Then::Left, Then::Silent),
            (Then::Finished, Then::Finished),
            (Then::KeyExchange, Then::KeyExchange),
        ] {
            let mut connection = chosen(then);
            cut_off(&mut connection);
            assert_eq!(connection, chosen(at_last));
        }
    }

    #[test]
    fn that_there_were_too_many_connections_is_not_forgotten() {
        let mut connections = Vec::new();
        for _ in 0..MOST_CONNECTIONS + 5 {
            keep(&mut connections, chosen(Then::Finished));
        }
        let (kept, others) = connections.split_at(MOST_CONNECTIONS);
        assert!(kept.iter().all(|connection| *connection == chosen(Then::Finished)));
        assert!(matches!(others, [ClientConnection { came: Came::OurSide(_), .. }]), "{others:?}");
    }
}
