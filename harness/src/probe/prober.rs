//! Makes observations, each of them once for all tests of a host.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use rustls::pki_types::UnixTime;

use super::dial::dial;
use super::event_loop::{Answer, EventLoop, Job, Patience, Seat, our_side};
use super::handshake::{self, Get, HandshakeRequest, Roots};
use super::resolve::resolve;
use crate::bounds::{Bounds, Origin};
use crate::computed_once::ComputedOnce;
use crate::evidence::{
    Asked, CONNECTIONS_AT_A_TIME, Hello, Observation, Offer, Outcome, Pace, Question, Timing, Unreachable,
};
use crate::scenario::{CertificateExpectation, Host};
use crate::version::VersionRange;
use crate::wire::Follow;

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
    /// How fast the address is asked.
    pub pace: Pace,
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

/// Makes observations and remembers them: those of tests that are about one host, as a rule.
#[derive(Debug)]
pub struct Prober {
    engine: Arc<Engine>,
    first_flights: Memory<(Arc<Target>, Offer), Answer>,
    handshakes: ComputedOnce<(Target, Errand), Arc<Observation>>,
    /// The latest of those that had to be made after something.
    repeated: Memory<(Arc<Target>, Offer), Answer>,
    /// The latest crowd of each kind.
    crowds: Memory<(Arc<Target>, Offer, usize), Crowd>,
    asked: ComputedOnce<(Target, Errand, Question), Arc<Asked>>,
}

/// What was begun for each key.
type Memory<K, V> = Mutex<HashMap<K, V>>;

/// What all probers of a run share.
#[derive(Debug)]
struct Engine {
    epoch: Instant,
    now: UnixTime,
    follow: Follow,
    connections: usize,
    bounds: Bounds,
    event_loop: OnceLock<Result<EventLoop, Outcome>>,
    resolved: ComputedOnce<(String, Duration, u32), Result<Vec<IpAddr>, Unreachable>>,
}

/// Observations that are made at the same time.
#[derive(Debug, Clone)]
struct Crowd {
    /// When it was begun, since the start of the run; nothing where that is still to come.
    begun: Arc<OnceLock<Duration>>,
    answers: Vec<Answer>,
}

/// An observation that is made, or was, or is to come.
#[derive(Debug)]
#[must_use]
pub struct Pending(Answer);

impl Pending {
    /// Waits for it.
    #[must_use]
    pub fn wait(self) -> Arc<Observation> {
        Arc::clone(self.0.wait())
    }
}

impl Prober {
    /// A prober that begins now, and judges certificates by `now`. At most `connections` are open at a time.
    #[must_use]
    pub fn new(now: UnixTime, follow: Follow, connections: usize) -> Prober {
        Prober::by(Arc::new(Engine {
            epoch: Instant::now(),
            now,
            follow,
            connections,
            bounds: Bounds::default(),
            event_loop: OnceLock::new(),
            resolved: ComputedOnce::default(),
        }))
    }

    /// One of the same run that has observed nothing yet.
    #[must_use]
    pub fn anew(&self) -> Prober {
        Prober::by(Arc::clone(&self.engine))
    }

    fn by(engine: Arc<Engine>) -> Prober {
        Prober {
            engine,
            first_flights: Memory::default(),
            handshakes: ComputedOnce::default(),
            repeated: Memory::default(),
            crowds: Memory::default(),
            asked: ComputedOnce::default(),
        }
    }

    /// The same, which connects to nothing that `bounds` bars. It has observed nothing yet.
    #[must_use]
    pub fn bounded_by(self, bounds: Bounds) -> Prober {
        let Engine { epoch, now, follow, connections, .. } = *self.engine;
        Prober::by(Arc::new(Engine {
            epoch,
            now,
            follow,
            connections,
            bounds,
            event_loop: OnceLock::new(),
            resolved: ComputedOnce::default(),
        }))
    }

    /// Where this may connect to.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.engine.bounds
    }

    /// The addresses of a name, asked for once per run.
    ///
    /// # Errors
    /// Why there is none.
    pub fn resolve(&self, name: &str, timeout: Duration, attempts: u32) -> Result<Vec<IpAddr>, Unreachable> {
        let cell = self.engine.resolved.cell((name.to_owned(), timeout, attempts));
        cell.get_or_init(|| resolve(name, timeout, attempts)).clone()
    }

    /// The answer to an offer; the first flight is made once.
    #[must_use]
    pub fn observe(&self, target: &Arc<Target>, offer: Offer) -> Arc<Observation> {
        self.begin(target, offer).wait()
    }

    /// The answers to these offers, which are made at the same time.
    #[must_use]
    pub fn observe_all(&self, target: &Arc<Target>, offers: &[Offer]) -> Vec<Arc<Observation>> {
        let begun: Vec<Pending> = offers.iter().map(|offer| self.begin(target, *offer)).collect();
        begun.into_iter().map(Pending::wait).collect()
    }

    /// Asks for the answer to an offer, and does not wait for it.
    pub fn begin(&self, target: &Arc<Target>, offer: Offer) -> Pending {
        let mut begun = self.first_flights.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = begun.entry((Arc::clone(target), offer)).or_insert_with(|| self.fly(target, offer));
        Pending(Arc::clone(answer))
    }

    /// The answer to an offer that is sent after `moment` (since the start of the run). One that
    /// another test asked for serves too, if it was sent after `moment`.
    #[must_use]
    pub fn observe_after(&self, target: &Arc<Target>, offer: Offer, moment: Duration) -> Arc<Observation> {
        self.begin_after(target, offer, moment).wait(moment)
    }

    /// Asks for the same, and does not wait for it.
    pub(super) fn begin_after<'a>(
        &'a self,
        target: &'a Arc<Target>,
        offer: Offer,
        moment: Duration,
    ) -> PendingAfter<'a> {
        let mut repeated = self.repeated.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = repeated
            .entry((Arc::clone(target), offer))
            .and_modify(|latest| {
                if latest.get().is_some_and(|observation| observation.started < moment) {
                    *latest = self.fly(target, offer);
                }
            })
            .or_insert_with(|| self.fly(target, offer));
        PendingAfter { prober: self, target, offer, answer: Arc::clone(latest) }
    }

    /// How many make a crowd that shows that nothing there was too much: as many as there may be at a time.
    #[must_use]
    pub fn crowd_of(target: &Target) -> usize {
        CONNECTIONS_AT_A_TIME.max(target.pace.connections())
    }

    /// The answers to an offer that is sent after `moment` (since the start of the run) `count` times, as many
    /// at a time as there may be to the address: what has cut off one of many would cut off one of these. All are open before the first says hello, but for those
    /// that keep the others waiting. Each is closed when it has its answer. Nothing else goes to the address
    /// meanwhile. What another test asked for serves too, if it is begun after `moment`.
    #[must_use]
    pub fn observe_crowded_after(
        &self,
        target: &Arc<Target>,
        offer: Offer,
        moment: Duration,
        count: usize,
    ) -> Vec<Arc<Observation>> {
        let crowd = {
            let mut crowds = self.crowds.lock().unwrap_or_else(PoisonError::into_inner);
            let latest = crowds
                .entry((Arc::clone(target), offer, count))
                .and_modify(|latest| {
                    if latest.begun.get().is_some_and(|begun| *begun < moment) {
                        *latest = self.fly_as_crowd(target, offer, count);
                    }
                })
                .or_insert_with(|| self.fly_as_crowd(target, offer, count));
            latest.clone()
        };
        crowd.answers.iter().map(|answer| Arc::clone(answer.wait())).collect()
    }

    /// A full handshake and what it is made for, made once.
    #[must_use]
    pub fn handshake(&self, target: &Target, errand: &Errand) -> Arc<Observation> {
        let errand = &errand.clone().without_idle();
        let cell = self.handshakes.cell((target.clone(), errand.clone()));
        Arc::clone(cell.get_or_init(|| Arc::new(self.handshake_now(target, errand))))
    }

    fn handshake_now(&self, target: &Target, errand: &Errand) -> Observation {
        let seat = self.seat(target);
        let started = self.engine.epoch.elapsed();
        let mut observation = Observation {
            address: Some(target.address),
            server_name: target.server_name.clone(),
            offer: Offer { versions: errand.versions, hello: Hello::Rustls },
            outcome: Outcome::Unreachable(Unreachable::NoRoute),
            warnings: Vec::new(),
            followed: None,
            started,
            timing: Timing::default(),
            connections: 0,
        };
        let stream = match seat {
            Ok(seat) => {
                let dialled = dial(&self.engine.bounds, target);
                seat.dialled(dialled.stream.as_ref().err());
                observation.timing.connect = dialled.took;
                observation.connections = dialled.tries;
                dialled.stream.map(|stream| (seat, stream))
            }
            Err(outcome) => Err(outcome),
        };
        match stream {
            Ok((_seat, stream)) => {
                let shaken = handshake::handshake(stream, &self.request(target, errand, None));
                observation.outcome = shaken.outcome;
                observation.warnings = shaken.warnings;
                observation.followed = shaken.followed;
            }
            Err(outcome) => observation.outcome = outcome,
        }
        observation.timing.total = self.engine.epoch.elapsed().saturating_sub(started);
        observation
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
            now: self.engine.now,
            valid_ahead: errand.valid_ahead,
            certificate: errand.certificate,
            until_certificate: errand.until_certificate,
            get: errand.path.as_deref().map(|path| Get { path, host: &errand.host }),
            protocol,
            timeout: target.timeout,
        }
    }

    /// Waits until one more connection may be made that is no first flight.
    fn seat(&self, target: &Target) -> Result<Seat, Outcome> {
        let patience = Patience { timeout: target.timeout, attempts: target.attempts };
        self.engine.event_loop().map_err(Clone::clone)?.seat(target.address, target.pace, patience)
    }

    fn fly(&self, target: &Arc<Target>, offer: Offer) -> Answer {
        let (answer, job) = self.job(target, offer);
        match self.engine.event_loop() {
            Ok(event_loop) => event_loop.fly(job),
            Err(outcome) => job.end_unsent(self.engine.epoch.elapsed(), outcome.clone()),
        }
        answer
    }

    fn fly_as_crowd(&self, target: &Arc<Target>, offer: Offer, count: usize) -> Crowd {
        let (answers, jobs) = (0..count).map(|_| self.job(target, offer)).unzip();
        let begun = Arc::new(OnceLock::new());
        match self.engine.event_loop() {
            Ok(event_loop) => event_loop.fly_as_crowd(jobs, Arc::clone(&begun)),
            Err(outcome) => {
                let now = self.engine.epoch.elapsed();
                let _ = begun.set(now);
                jobs.iter().for_each(|job| job.end_unsent(now, outcome.clone()));
            }
        }
        Crowd { begun, answers }
    }

    fn job(&self, target: &Arc<Target>, offer: Offer) -> (Answer, Job) {
        let answer = Answer::default();
        let follow = match offer.hello {
            Hello::Tailored(tailored) if tailored.reads_key_exchange() => Follow::ServerHelloDone,
            _ => self.engine.follow,
        };
        let job = Job { target: Arc::clone(target), offer, follow, answer: Arc::clone(&answer) };
        (answer, job)
    }
}

impl Engine {
    /// The thread of first flights, which begins with the first of them.
    fn event_loop(&self) -> Result<&EventLoop, &Outcome> {
        let start = || {
            EventLoop::start(self.epoch, self.connections, self.bounds.clone())
                .map_err(|error| our_side(&error))
        };
        self.event_loop.get_or_init(start).as_ref()
    }
}

/// An observation that is made after a moment, or is to come.
#[must_use]
pub(super) struct PendingAfter<'a> {
    prober: &'a Prober,
    target: &'a Arc<Target>,
    offer: Offer,
    answer: Answer,
}

impl PendingAfter<'_> {
    /// Waits for it. One that was on its way already may have been sent before `moment`.
    #[must_use]
    pub(super) fn wait(self, moment: Duration) -> Arc<Observation> {
        let observation = self.answer.wait();
        if observation.started >= moment {
            return Arc::clone(observation);
        }
        self.prober.observe_after(self.target, self.offer, moment)
    }
}

mod further;

pub(super) use further::LAST_STAPLE;

#[cfg(test)]
mod tests;
