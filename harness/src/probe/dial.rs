//! Connecting, with what each failure of it means.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use super::prober::Target;
use crate::bounds::Bounds;
use crate::escape::printable;
use crate::evidence::{Doubt, Outcome, Unreachable};

/// What connecting came to.
#[derive(Debug)]
pub(super) struct Dialled {
    /// The connection, or the outcome that its failure is.
    pub stream: Result<TcpStream, Outcome>,
    /// How many connections were begun.
    pub tries: u32,
    /// How long all tries took.
    pub took: Duration,
}

/// Connects to `target` as far as `bounds` permit, trying as often as that says with the deadline that it says
/// each. What is barred is not even tried; it is asked before each attempt, for each counts.
#[must_use]
pub(super) fn dial(bounds: &Bounds, target: &Target) -> Dialled {
    let (address, begun) = (target.address, Instant::now());
    let mut tries = 0;
    let stream = loop {
        if let Err(barred) = bounds.admit(&target.origin, address) {
            break Err(Outcome::Inconclusive(Doubt::Barred(barred)));
        }
        tries += 1;
        match TcpStream::connect_timeout(&address, target.timeout) {
            Ok(stream) => {
                // Without it the second ClientHello would wait for the first's acknowledgement.
                let _ = stream.set_nodelay(true);
                break Ok(stream);
            }
            Err(error) if tries >= target.attempts => break Err(failed(&error, address)),
            Err(_) => {}
        }
    };
    Dialled { stream, tries, took: begun.elapsed() }
}

/// What it means that connecting to `address` failed.
pub(super) fn failed(error: &io::Error, address: SocketAddr) -> Outcome {
    outcome(error, || has_no_route(address))
}

/// `has_no_route` is asked only where the error leaves open whose side it is.
fn outcome(error: &io::Error, has_no_route: impl FnOnce() -> bool) -> Outcome {
    use io::ErrorKind as Kind;
    if is_about_routes(error) {
        // A router far away says the same of a host that is down as this machine does of a family of
        // addresses that it has not.
        return Outcome::Unreachable(if has_no_route() {
            Unreachable::NoRoute
        } else {
            Unreachable::Failed(printable(&error.to_string()))
        });
    }
    let unreachable = match error.kind() {
        Kind::ConnectionRefused => Unreachable::ConnectionRefused,
        // std says WouldBlock or TimedOut for its own deadline, the system ETIMEDOUT for its.
        Kind::TimedOut | Kind::WouldBlock => Unreachable::ConnectTimedOut,
        Kind::ConnectionReset | Kind::ConnectionAborted => Unreachable::Failed(printable(&error.to_string())),
        // No descriptors, no memory, no permission: nothing was asked of the host.
        _ => return Outcome::Inconclusive(Doubt::OurSide(printable(&error.to_string()))),
    };
    Outcome::Unreachable(unreachable)
}

fn is_about_routes(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    let no_such_family = match () {
        () if cfg!(windows) => 10047,
        () if cfg!(target_os = "linux") => 97,
        () => 47,
    };
    error.raw_os_error() == Some(no_such_family)
        || matches!(
            error.kind(),
            Kind::NetworkUnreachable | Kind::HostUnreachable | Kind::AddrNotAvailable | Kind::NetworkDown
        )
}

/// Whether this machine itself has no route to an address. Connecting a datagram socket looks for one,
/// and sends nothing.
fn has_no_route(address: SocketAddr) -> bool {
    let any = match address {
        SocketAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
    };
    let routed = UdpSocket::bind((any, 0)).and_then(|socket| socket.connect(address));
    routed.is_err_and(|error| is_about_routes(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::Origin;
    use crate::evidence::Pace;
    use std::net::TcpListener;

    #[test]
    fn a_closed_port_refuses_after_all_attempts() {
        let address = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
        let target = Target {
            address,
            origin: Origin::Written,
            server_name: None,
            timeout: Duration::from_secs(5),
            attempts: 3,
            pace: Pace::DEFAULT,
        };
        let dialled = dial(&Bounds::default(), &target);
        assert_eq!(dialled.stream.unwrap_err(), Outcome::Unreachable(Unreachable::ConnectionRefused));
        assert_eq!(dialled.tries, 3);
        // Each attempt counts.
        let dialled = dial(&Bounds::new(Vec::new(), false, Some(2)), &target);
        assert!(matches!(dialled.stream.unwrap_err(), Outcome::Inconclusive(Doubt::Barred(_))));
        assert_eq!(dialled.tries, 2);
    }

    #[test]
    fn faults_of_our_side_say_nothing_about_the_host() {
        let no_route = Outcome::Unreachable(Unreachable::NoRoute);
        let told_so = |kind: io::ErrorKind| Outcome::Unreachable(Unreachable::Failed(kind.to_string()));
        for (error, has_no_route, expected) in [
            (io::Error::from(io::ErrorKind::NetworkUnreachable), true, no_route.clone()),
            (io::Error::from(io::ErrorKind::AddrNotAvailable), true, no_route),
            // Another machine said it: this one has a route, and the address is there to be reached.
            (io::Error::from(io::ErrorKind::HostUnreachable), false, told_so(io::ErrorKind::HostUnreachable)),
            (
                io::Error::from(io::ErrorKind::TimedOut),
                true,
                Outcome::Unreachable(Unreachable::ConnectTimedOut),
            ),
            (
                io::Error::other("too many open files"),
                true,
                Outcome::Inconclusive(Doubt::OurSide("too many open files".to_owned())),
            ),
        ] {
            assert_eq!(outcome(&error, || has_no_route), expected);
        }
    }

    #[test]
    fn this_machine_has_a_route_to_itself_and_asking_for_it_sends_nothing() {
        let listener = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        assert!(!has_no_route(listener.local_addr().unwrap()));
        assert_eq!(listener.recv(&mut [0; 16]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }
}
