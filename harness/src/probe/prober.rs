//! Makes observations, each of them once per run.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustls::pki_types::UnixTime;

use super::at_once::at_once;
use super::bounded;
use super::connection_limit::ConnectionLimit;
use super::dial::Dialled;
use super::first_flight::fly;
use super::gathering::Gathering;
use super::handshake::{self, Get, HandshakeRequest, Roots, TimedStream};
use super::resolve::resolve;
use crate::bounds::{Bounds, Origin};
use crate::computed_once::ComputedOnce;
use crate::escape::printable;
use crate::evidence::{
    Asked, CONNECTIONS_AT_A_TIME, Doubt, Followed, Hello, Observation, Offer, Outcome, Question, SaidName,
    Timing, UNKNOWN_NAME, Unreachable,
};
use crate::scenario::{CertificateExpectation, Host};
use crate::version::VersionRange;
use crate::wire::{AlertDescription, FirstFlight, Follow};

/// Where a probe goes, and how patient it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    /// The address and port.
    pub address: SocketAddr,
    /// How it came to be connected to: by that it is permitted or not.
    pub origin: Origin,
    /// What stands in `server_name`; `None` for no such extension.
    pub server_name: Option<String>,
    /// Deadline of each step.
    pub timeout: Duration,
    /// How often connecting is tried.
    pub attempts: u32,
}

/// What a full handshake is made for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Errand {
    /// The versions that are offered, as far as rustls speaks them.
    pub versions: VersionRange,
    /// Whom the certificate must name.
    pub host: Host,
    /// What verifying must come to before a request is sent.
    pub certificate: CertificateExpectation,
    /// How far ahead the certificate is verified once more.
    pub valid_ahead: Option<Duration>,
    /// The path to GET.
    pub path: Option<String>,
    /// Whether only the certificate is wanted.
    pub until_certificate: bool,
    /// Which roots count.
    pub roots: Roots,
}

impl Errand {
    /// Without what only a request depends on where there is none, so that tests share the handshake.
    fn without_idle(self) -> Errand {
        match self.path {
            None => Errand { certificate: CertificateExpectation::Any, ..self },
            Some(_) => self,
        }
    }
}

/// Makes observations and remembers them for the whole run.
#[derive(Debug)]
pub struct Prober {
    epoch: Instant,
    now: UnixTime,
    follow: Follow,
    bounds: Bounds,
    limit: ConnectionLimit,
    resolved: ComputedOnce<(String, Duration, u32), Result<Vec<IpAddr>, Unreachable>>,
    first_flights: ComputedOnce<(Target, Offer), Arc<Observation>>,
    handshakes: ComputedOnce<(Target, Errand), Arc<Observation>>,
    /// The latest of those that had to be made after something.
    repeated: ComputedOnce<(Target, Offer), Mutex<Latest>>,
    /// The latest crowd of each kind.
    crowds: ComputedOnce<(Target, Offer), Mutex<Crowd>>,
    asked: ComputedOnce<(Target, Errand, Question), Arc<Asked>>,
}

/// An observation that is made, or was, or waits to be.
type Latest = Arc<OnceLock<Arc<Observation>>>;

/// Observations that were made at the same time.
#[derive(Debug, Default)]
struct Crowd {
    /// When it was begun, since the start of the run; `None` where that is still to come.
    begun: Option<Duration>,
    observations: Arc<OnceLock<Vec<Arc<Observation>>>>,
}

impl Prober {
    /// A prober that begins now, and judges certificates by `now`.
    #[must_use]
    pub fn new(now: UnixTime, follow: Follow) -> Prober {
        Prober {
            epoch: Instant::now(),
            now,
            follow,
            bounds: Bounds::default(),
            limit: ConnectionLimit::default(),
            resolved: ComputedOnce::default(),
            first_flights: ComputedOnce::default(),
            handshakes: ComputedOnce::default(),
            repeated: ComputedOnce::default(),
            crowds: ComputedOnce::default(),
            asked: ComputedOnce::default(),
        }
    }

    /// The same, which connects to nothing that `bounds` bars.
    #[must_use]
    pub fn bounded_by(self, bounds: Bounds) -> Prober {
        Prober { bounds, ..self }
    }

    /// Where this may connect to.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The addresses of a name, asked for once per run.
    ///
    /// # Errors
    /// Why there is none.
    pub fn resolve(&self, name: &str, timeout: Duration, attempts: u32) -> Result<Vec<IpAddr>, Unreachable> {
        let cell = self.resolved.cell((name.to_owned(), timeout, attempts));
        cell.get_or_init(|| resolve(name, timeout, attempts)).clone()
    }

    /// The answer to an offer; the first flight is made once per run.
    #[must_use]
    pub fn observe(&self, target: &Target, offer: Offer) -> Arc<Observation> {
        let cell = self.first_flights.cell((target.clone(), offer));
        Arc::clone(cell.get_or_init(|| Arc::new(self.first_flight(target, offer))))
    }

    /// The answer to an offer that is sent after `moment` (since the start of the run). One that
    /// another test asked for serves too, if it was sent after `moment`.
    #[must_use]
    pub fn observe_after(&self, target: &Target, offer: Offer, moment: Duration) -> Arc<Observation> {
        let cell = self.repeated.cell((target.clone(), offer));
        let latest = cell.get_or_init(Mutex::default);
        loop {
            let made = {
                let mut latest = latest.lock().unwrap_or_else(PoisonError::into_inner);
                if latest.get().is_some_and(|observation| observation.started < moment) {
                    *latest = Arc::default();
                }
                Arc::clone(&latest)
            };
            let observation = made.get_or_init(|| Arc::new(self.first_flight(target, offer)));
            // One that was on its way already may have been sent too early.
            if observation.started >= moment {
                return Arc::clone(observation);
            }
        }
    }

    /// The answers to an offer that is sent after `moment` (since the start of the run) as often at
    /// a time as there may ever be connections: what has cut off one of many would cut off one of
    /// these. All are open before the first says hello, but for those that keep the others waiting: a
    /// server may serve one after the other, and bear no more than a few that wait. Each is closed
    /// when it has its answer. Nothing else goes to the address meanwhile. What another test asked
    /// for serves too, if it is begun after `moment`.
    #[must_use]
    pub fn observe_crowded_after(
        &self,
        target: &Target,
        offer: Offer,
        moment: Duration,
    ) -> Vec<Arc<Observation>> {
        let cell = self.crowds.cell((target.clone(), offer));
        let crowd = cell.get_or_init(Mutex::default);
        let lock = || crowd.lock().unwrap_or_else(PoisonError::into_inner);
        let observations = {
            let mut crowd = lock();
            if crowd.begun.is_some_and(|begun| begun < moment) {
                *crowd = Crowd::default();
            }
            Arc::clone(&crowd.observations)
        };
        let make = || {
            let _seats = self.limit.all_seats(target.address);
            lock().begun = Some(self.epoch.elapsed());
            let gathering = Gathering::of(CONNECTIONS_AT_A_TIME);
            at_once(&[(); CONNECTIONS_AT_A_TIME], |()| {
                let connected = self.connect(target);
                gathering.come(PATIENCE.max(2 * connected.dialled.took));
                Arc::new(self.fly(target, offer, connected))
            })
        };
        observations.get_or_init(make).clone()
    }

    /// A full handshake and what it is made for, made once per run.
    #[must_use]
    pub fn handshake(&self, target: &Target, errand: &Errand) -> Arc<Observation> {
        let errand = &errand.clone().without_idle();
        let cell = self.handshakes.cell((target.clone(), errand.clone()));
        Arc::clone(cell.get_or_init(|| {
            let offer = Offer { versions: errand.versions, hello: Hello::Rustls };
            let _seats = self.limit.seat(target.address);
            Arc::new(self.talk(target, offer, self.connect(target), |stream| {
                let shaken = handshake::handshake(stream, &self.request(target, errand, None));
                (shaken.outcome, shaken.warnings, shaken.followed)
            }))
        }))
    }

    /// The handshake that an errand is.
    fn request<'a>(
        &self,
        target: &'a Target,
        errand: &'a Errand,
        protocol: Option<&'a str>,
    ) -> HandshakeRequest<'a> {
        HandshakeRequest {
            versions: errand.versions,
            host: &errand.host.name,
            server_name: target.server_name.as_deref(),
            roots: &errand.roots,
            now: self.now,
            valid_ahead: errand.valid_ahead,
            certificate: errand.certificate,
            until_certificate: errand.until_certificate,
            get: errand.path.as_deref().map(|path| Get { path, host: &errand.host }),
            protocol,
            timeout: target.timeout,
        }
    }

    fn first_flight(&self, target: &Target, offer: Offer) -> Observation {
        let _seats = self.limit.seat(target.address);
        self.fly(target, offer, self.connect(target))
    }

    fn fly(&self, target: &Target, offer: Offer, connected: Connected) -> Observation {
        self.talk(target, offer, connected, |socket| {
            let our_side = |words: String| (Outcome::Inconclusive(Doubt::OurSide(words)), Vec::new(), None);
            let mut entropy = [0; 96];
            if rustls::crypto::ring::default_provider().secure_random.fill(&mut entropy).is_err() {
                return our_side("the system gave no random bytes".to_owned());
            }
            let follow = match offer.hello {
                Hello::Tailored(tailored) if tailored.reads_key_exchange() => Follow::ServerHelloDone,
                _ => self.follow,
            };
            let flight = FirstFlight::begin(offer, name_of(target, offer), entropy, follow);
            match TimedStream::new(socket, target.timeout) {
                Ok(stream) => {
                    let flown = fly(stream, flight);
                    (flown.outcome, flown.warnings, None)
                }
                Err(error) => our_side(printable(&error.to_string())),
            }
        })
    }

    /// The caller has a seat.
    fn connect(&self, target: &Target) -> Connected {
        let started = self.epoch.elapsed();
        Connected { started, dialled: bounded::dial(&self.bounds, target) }
    }

    fn talk(
        &self,
        target: &Target,
        offer: Offer,
        connected: Connected,
        talk: impl FnOnce(TcpStream) -> Told,
    ) -> Observation {
        let Connected { started, dialled } = connected;
        let (outcome, warnings, followed) = match dialled.stream {
            Ok(stream) => talk(stream),
            Err(outcome) => (outcome, Vec::new(), None),
        };
        Observation {
            address: Some(target.address),
            server_name: name_of(target, offer).map(str::to_owned),
            offer,
            outcome,
            warnings,
            followed,
            started,
            timing: Timing { connect: dialled.took, total: self.epoch.elapsed().saturating_sub(started) },
            connections: dialled.tries,
        }
    }
}

/// How long the connections of a crowd wait for one another at the least, since those of one moment
/// are opened within moments; over a long way it is twice the time that the own one took.
const PATIENCE: Duration = Duration::from_millis(100);

/// The name that an offer says.
fn name_of(target: &Target, offer: Offer) -> Option<&str> {
    let said = match offer.hello {
        Hello::Tailored(tailored) => tailored.extras.name,
        _ => SaidName::AsEver,
    };
    match said {
        SaidName::AsEver => target.server_name.as_deref(),
        SaidName::Unknown => Some(UNKNOWN_NAME),
        SaidName::Nothing => None,
    }
}

/// A connection that was opened, or could not be.
#[derive(Debug)]
struct Connected {
    started: Duration,
    dialled: Dialled,
}

/// What was learned over a connection: its outcome, the warnings before it, and what followed.
type Told = (Outcome, Vec<AlertDescription>, Option<Followed>);

mod further;

pub(super) use further::LAST_STAPLE;

#[cfg(test)]
mod tests;
