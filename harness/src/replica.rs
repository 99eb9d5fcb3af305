//! A stand-in for a host, on loopback: the whole suite runs without a network, a cut-over can be
//! rehearsed before the host makes it, and a program on trial is led to it.
//!
//! TLS 1.2 and 1.3 are spoken to the end, with an answer by HTTP. Older versions are spoken up to the
//! client's part of the key exchange, which is all that is needed to know that they are accepted.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::evidence::client::ClientConnection;
use crate::listening::Listening;
use crate::scenario::{Client, Host, HostName, Replica, Scenario};
use crate::wire::{CipherSuite, NamedGroup};

mod answer;
mod authority;
mod connection;
mod plain;
mod rehearsal;
mod session;

pub use crate::listening::Fault;
pub use authority::{Authority, ReplicaCertificate};
pub use rehearsal::Rehearsal;

use connection::Stage;

/// How long one connection is served, whatever the client does.
const CONNECTION_TIME: Duration = Duration::from_secs(10);

/// What stands in for a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReplicaSpec {
    /// The versions that it speaks, and what it answers.
    pub replica: Replica,
    /// The host that its certificate names.
    pub host: HostName,
    /// The path that it answers on; `None` for every path.
    pub path: Option<String>,
    /// What is wrong with its certificate.
    pub certificate: ReplicaCertificate,
    /// The suites that it is narrowed to; `None` for all that it has. Those with RSA key exchange only
    /// begin a handshake, and are chosen from TLS 1.2 on where they are named here.
    pub cipher_suites: Option<Arc<Vec<CipherSuite>>>,
    /// The groups that it is narrowed to; `None` for all that it has.
    pub groups: Option<Arc<Vec<NamedGroup>>>,
    /// What else a scenario requires of the host.
    pub rehearsal: Rehearsal,
}

impl ReplicaSpec {
    /// A stand-in with a certificate that is trusted, and with all suites and groups that it has.
    #[must_use]
    pub fn new(replica: Replica, host: HostName, path: Option<String>) -> ReplicaSpec {
        let certificate = ReplicaCertificate::Trusted;
        let rehearsal = Rehearsal::default();
        ReplicaSpec { replica, host, path, certificate, cipher_suites: None, groups: None, rehearsal }
    }

    /// What a program on trial finds in place of the host: the harness's side of its scenario.
    #[must_use]
    pub fn for_client(scenario: &Scenario, client: &Client, host: &Host) -> ReplicaSpec {
        let replica = scenario.replica.as_ref();
        let (status, body) = replica.map_or((200, String::new()), |it| (it.status, it.body.clone()));
        let replica = Replica { versions: scenario.versions, status, body };
        ReplicaSpec {
            cipher_suites: client.cipher_suites.clone(),
            groups: client.groups.clone(),
            ..ReplicaSpec::new(replica, host.name.clone(), scenario.path.clone())
        }
    }
}

/// Is told of each connection when it is over, and who made it. Called from many threads.
pub type Log = Arc<dyn Fn(SocketAddr, ClientConnection) + Send + Sync>;

/// What serves connections, wherever they come from.
#[derive(Clone)]
pub(crate) struct StandIn(Arc<Stage>);

impl StandIn {
    /// With a certificate by `authority`.
    ///
    /// # Errors
    /// Where there is no key to be had, and where the status is below 200: no answer is final with it.
    pub(crate) fn new(spec: ReplicaSpec, authority: &Authority) -> io::Result<StandIn> {
        Stage::new(spec, authority).map(|stage| StandIn(Arc::new(stage)))
    }

    /// Serves one connection to its end, for at most `time`. Times are since `begun`.
    pub(crate) fn serve(&self, socket: TcpStream, time: Duration, begun: Instant) -> ClientConnection {
        connection::serve(socket, &self.0, time, begun)
    }
}

/// A stand-in that runs until this is dropped.
#[derive(Debug)]
pub struct Running {
    tls: Listening,
    plain: Option<Listening>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.tls.address()
    }

    /// What keeps it from accepting connections, if anything does.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.tls.fault()
    }

    /// Where it speaks plain HTTP, if it does.
    #[must_use]
    pub fn plain_address(&self) -> Option<SocketAddr> {
        self.plain.as_ref().map(Listening::address)
    }
}

/// Starts a stand-in on a free port of 127.0.0.1.
///
/// # Errors
///
/// Where there is no port, no thread or no key to be had, and where the status is below 200: no
/// answer is final with it.
pub fn start(spec: ReplicaSpec, authority: &Authority, log: Option<Log>) -> io::Result<Running> {
    start_on(0, spec, authority, log)
}

/// As [`start`], on a port of the caller's choice; 0 is a free one.
///
/// # Errors
///
/// As [`start`], and where the port is taken.
pub fn start_on(
    port: u16,
    spec: ReplicaSpec,
    authority: &Authority,
    log: Option<Log>,
) -> io::Result<Running> {
    let plain = spec.rehearsal.redirects.clone().map(start_plainly).transpose()?;
    let stand_in = StandIn::new(spec, authority)?;
    let begun = Instant::now();
    let serve = Arc::new(move |socket, peer| {
        let connection = stand_in.serve(socket, CONNECTION_TIME, begun);
        if let Some(log) = &log {
            log(peer, connection);
        }
    });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    Ok(Running { tls: Listening::start(listener, serve)?, plain })
}

/// Plain HTTP on a free port, which redirects to `host`.
fn start_plainly(host: Host) -> io::Result<Listening> {
    let serve = Arc::new(move |socket, _| {
        // A client that left is its own business.
        let _ = plain::redirect(socket, &host, CONNECTION_TIME);
    });
    Listening::start(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, serve)
}
