//! Full handshakes by rustls, over a connected socket: what the server chose, how its certificate
//! is found, and how it answers a GET. Each is a fact of its own: a wrong certificate does not
//! hide the version.

use std::net::TcpStream;
use std::time::Duration;

use rustls::pki_types::{ServerName, UnixTime};

use crate::evidence::{Doubt, Followed, HttpOutcome, Outcome, Session};
use crate::scenario::{CertificateExpectation, Host, HostName};
use crate::verdict::is_expected;
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

mod algorithms;
mod certificate;
mod chain;
mod details;
mod incoming;
mod outcome;
mod roots;
mod shaking;
mod timed;

pub(crate) use certificate::of_recorded as certificates_of_recorded;
pub(super) use outcome::client_certificate_words;
pub use roots::Roots;
pub(crate) use shaking::rustls_versions;
pub(crate) use timed::{TimedStream, deadline_in};

use shaking::{Shaking, Stop};

/// The part of `range` in which full handshakes are possible: TLS 1.2 and 1.3.
#[must_use]
pub fn full_handshakes(range: VersionRange) -> Option<VersionRange> {
    VersionRange::new(range.min().max(Version::Tls12), range.max())
}

/// What to do over a connected socket.
#[derive(Debug, Clone)]
pub struct HandshakeRequest<'a> {
    /// The versions to offer. Only those of [`full_handshakes`] are.
    pub versions: VersionRange,
    /// The host on trial: what its certificate must hold.
    pub host: &'a HostName,
    /// The name in `server_name` (RFC 6066 3); `None` for none. An address is never sent.
    pub server_name: Option<&'a str>,
    /// The roots that count.
    pub roots: &'a Roots,
    /// The day that is judged.
    pub now: UnixTime,
    /// Verify the certificate at this time after `now` too.
    pub valid_ahead: Option<Duration>,
    /// The GET is sent only where the certificate is found like this.
    pub certificate: CertificateExpectation,
    /// The GET to send over the connection.
    pub get: Option<Get<'a>>,
    /// The protocol that alone is offered by ALPN (RFC 7301); `None` for HTTP/1.1 with a GET, and else for
    /// none.
    pub protocol: Option<&'a str>,
    /// Whether the handshake is left once the certificate is known: in TLS 1.2 a round trip less.
    pub until_certificate: bool,
    /// Deadline of the handshake as a whole, and of the exchange by HTTP as a whole.
    pub timeout: Duration,
}

/// One GET.
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// The host and port that the `Host` header names.
    pub host: &'a Host,
    /// The path, beginning with `/`.
    pub path: &'a str,
}

/// What came of a handshake.
#[derive(Debug, Clone, PartialEq)]
pub struct Shaken {
    /// What the server answered to the ClientHello.
    pub outcome: Outcome,
    /// Warning alerts that came before the outcome.
    pub warnings: Vec<AlertDescription>,
    /// What followed; `None` where the hello was not accepted.
    pub followed: Option<Followed>,
    /// The protocol that was agreed on by ALPN.
    pub protocol: Option<Vec<u8>>,
    /// The alert by which the server ended a handshake whose hello it had accepted.
    pub alert: Option<AlertDescription>,
}

/// Makes a handshake over `socket`, and the GET where one is asked for. Each of both steps ends by
/// its deadline, whatever the server does.
#[must_use]
pub fn handshake(socket: TcpStream, request: &HandshakeRequest<'_>) -> Shaken {
    let (mut shaking, verified_name) = match Shaking::begin(socket, request) {
        Ok(begun) => begun,
        Err(words) => {
            let outcome = Outcome::Inconclusive(Doubt::OurSide(words));
            return Shaken { outcome, warnings: Vec::new(), followed: None, protocol: None, alert: None };
        }
    };
    let stop = shaking.shake(request.until_certificate).err();
    let warnings = shaking.incoming.warnings();
    let acceptance = shaking.acceptance().filter(|_| !stop.as_ref().is_some_and(Stop::is_about_server_hello));
    let Some(acceptance) = acceptance else {
        let stop = stop.unwrap_or(Stop::Closed);
        let outcome = outcome::declined(&stop, &shaking.incoming, &shaking.progress(request));
        return Shaken { outcome, warnings, followed: None, protocol: None, alert: None };
    };
    let protocol = shaking.connection.alpn_protocol().map(<[u8]>::to_vec);
    let alert = stop.as_ref().and_then(Stop::alert);
    let followed = follow(shaking, stop.as_ref(), &verified_name, request);
    Shaken { outcome: Outcome::Accepted(acceptance), warnings, followed: Some(followed), protocol, alert }
}

/// What follows an accepted hello.
fn follow(
    mut shaking: Shaking,
    stop: Option<&Stop>,
    name: &ServerName<'_>,
    request: &HandshakeRequest<'_>,
) -> Followed {
    // In TLS 1.2 a server refuses a client without a certificate before the handshake is
    // finished, in TLS 1.3 after it. It is the same fact, so it is told in the same way.
    let refused_without_certificate = match stop {
        None => None,
        Some(Stop::Rustls(rustls::Error::AlertReceived(alert)))
            if shaking.witness.client_certificate_wanted()
                && shaking.witness.has_chain()
                && outcome::is_about_client_certificate(*alert) =>
        {
            Some(client_certificate_words(AlertDescription(u8::from(*alert))))
        }
        Some(stop) => {
            let wanted = shaking.witness.client_certificate_wanted();
            return Followed::Broken(outcome::broken(stop, wanted, request.timeout));
        }
    };
    let certificate = shaking.witness.judge(request.roots, name, request.now);
    let certificate_ahead = request.valid_ahead.map(|ahead| {
        let then = request.now.as_secs().saturating_add(ahead.as_secs());
        let then = UnixTime::since_unix_epoch(Duration::from_secs(then));
        (ahead, shaking.witness.judge(request.roots, name, then))
    });
    let leaf = shaking.witness.leaf();
    let chain = shaking.witness.chain(request.roots, request.now);
    let staple = shaking.witness.staple();
    let (http, headers) = match (request.get, refused_without_certificate) {
        (Some(_), _) if !is_expected(request.certificate, &certificate) => {
            (Some(HttpOutcome::NotSent), Vec::new())
        }
        (Some(_), Some(words)) => (Some(HttpOutcome::Failed(words)), Vec::new()),
        (Some(get), None) => {
            shaking.stream.restart(request.timeout);
            let (http, headers) = super::http::get(shaking.connection, shaking.stream, &get, request.timeout);
            (Some(http), headers)
        }
        (None, _) => {
            shaking.connection.send_close_notify();
            let _ = shaking.connection.write_tls(&mut shaking.stream);
            (None, Vec::new())
        }
    };
    Followed::Session(Box::new(Session {
        certificate,
        certificate_ahead,
        leaf,
        chain,
        staple,
        http,
        headers,
    }))
}
