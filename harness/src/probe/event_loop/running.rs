//! The thread of the first flights: what it was asked for, what is on its way, and what it waits for.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token};

use super::flying::{Flying, News, Step};
use super::{Applicant, Job, Patience, Request, WAKER};
use crate::bounds::Bounds;
use crate::descriptors;
use crate::evidence::{Doubt, Outcome, Unreachable};
use crate::probe::connection_limit::ConnectionLimit;
use crate::probe::dial::failed;

/// Who waits for a seat.
enum Waiting {
    Flight(Box<Job>, Option<Rc<Crowd>>),
    Applicant(Box<Applicant>),
}

/// First flights that begin at the same time.
pub(super) struct Crowd {
    begun: Arc<OnceLock<Duration>>,
    gathering: RefCell<Gathering>,
}

/// Those of a crowd that are to meet before the first of them says hello.
struct Gathering {
    /// How many have not come yet.
    missing: usize,
    /// Who has, and waits.
    held: Vec<usize>,
}

/// How long the connections of a crowd wait for one another at the least, since those of one moment
/// are opened within moments; over a long way it is twice the time that the own one took. A server may
/// serve one after the other, and bear no more than a few that wait.
const PATIENCE: Duration = Duration::from_millis(100);

pub(super) struct Running {
    epoch: Instant,
    bounds: Bounds,
    poll: Poll,
    limit: ConnectionLimit<Waiting>,
    flying: HashMap<usize, Flying>,
    deadlines: BTreeSet<(Instant, usize)>,
    next_token: usize,
    /// Where connecting has succeeded.
    reached: HashSet<SocketAddr>,
    /// Where nothing answered, however long it was tried.
    dead: HashMap<SocketAddr, (Patience, Outcome)>,
    buffer: Vec<u8>,
}

impl Running {
    pub(super) fn new(epoch: Instant, in_all: usize, bounds: Bounds, poll: Poll) -> Running {
        Running {
            epoch,
            bounds,
            poll,
            limit: ConnectionLimit::of(in_all),
            flying: HashMap::new(),
            deadlines: BTreeSet::new(),
            next_token: 0,
            reached: HashSet::new(),
            dead: HashMap::new(),
            buffer: vec![0; 16 * 1024],
        }
    }

    pub(super) fn run(mut self, requests: &mpsc::Receiver<Request>, is_asleep: &AtomicBool) {
        let mut events = Events::with_capacity(1024);
        loop {
            // Before events are asked for: what came in time is read before its deadline is looked at.
            let now = Instant::now();
            let mut is_idle = true;
            is_asleep.store(true, Ordering::SeqCst);
            while let Ok(request) = requests.try_recv() {
                is_idle = false;
                is_asleep.store(false, Ordering::SeqCst);
                if matches!(request, Request::End) {
                    return;
                }
                self.take(request);
            }
            is_idle &= !self.begin_all(now);
            let turn =
                self.deadlines.first().map(|(at, _)| *at).into_iter().chain(self.limit.next_turn()).min();
            let wait = match turn {
                _ if !is_idle => Some(Duration::ZERO),
                Some(turn) => Some(turn.saturating_duration_since(Instant::now())),
                None => None,
            };
            if let Err(error) = self.poll.poll(&mut events, wait) {
                if error.kind() == io::ErrorKind::Interrupted {
                    continue;
                }
                // Nothing can be waited for any more: dropped, every flight says that it was our side.
                return;
            }
            is_asleep.store(false, Ordering::SeqCst);
            for event in events.iter().filter(|event| event.token() != WAKER) {
                self.advance(event.token().0, News::of(event));
            }
            self.expire(now);
        }
    }

    fn take(&mut self, request: Request) {
        match request {
            Request::Fly(job) => {
                let (address, pace) = (job.target.address, job.target.pace);
                if let Some(outcome) = self.known_dead(address, job.patience()) {
                    return job.end_unsent(self.epoch.elapsed(), outcome);
                }
                self.limit.one(address, pace, Waiting::Flight(job, None));
            }
            Request::Crowd(jobs, begun) => self.take_crowd(jobs, begun),
            Request::Seat(applicant) => {
                let (address, pace) = (applicant.address, applicant.pace);
                match self.known_dead(address, applicant.patience) {
                    Some(outcome) => drop(applicant.answer.try_send(Err(outcome))),
                    None => self.limit.one(address, pace, Waiting::Applicant(applicant)),
                }
            }
            Request::Left(address) => self.limit.leave(address),
            Request::Dialled(address, _, None) => drop(self.reached.insert(address)),
            Request::Dialled(address, patience, Some(outcome)) => self.unreached(address, patience, &outcome),
            Request::End => {}
        }
    }

    fn take_crowd(&mut self, jobs: Vec<Job>, begun: Arc<OnceLock<Duration>>) {
        let Some(target) = jobs.first().map(|job| Arc::clone(&job.target)) else { return };
        let crowd = Rc::new(Crowd {
            begun,
            gathering: RefCell::new(Gathering { missing: jobs.len(), held: Vec::new() }),
        });
        let members = jobs.into_iter().map(|job| Waiting::Flight(Box::new(job), Some(Rc::clone(&crowd))));
        self.limit.crowd(target.address, target.pace, members);
        let mut gathering = crowd.gathering.borrow_mut();
        gathering.missing = gathering.missing.min(self.limit.at_a_time(target.address));
    }

    fn known_dead(&self, address: SocketAddr, patience: Patience) -> Option<Outcome> {
        let (tried, outcome) = self.dead.get(&address)?;
        patience.is_within(*tried).then(|| outcome.clone())
    }

    /// Begins whatever may begin; whether that was anything.
    fn begin_all(&mut self, now: Instant) -> bool {
        let mut any = false;
        while let Some((_, waiting)) = self.limit.next(now) {
            any = true;
            match waiting {
                Waiting::Applicant(applicant) => {
                    // Who has gone away gives no seat back.
                    if applicant.answer.try_send(Ok(())).is_err() {
                        self.limit.leave(applicant.address);
                    }
                }
                Waiting::Flight(job, crowd) => {
                    let started = self.epoch.elapsed();
                    if let Some(crowd) = &crowd {
                        let _ = crowd.begun.set(started);
                    }
                    let token = self.next_token;
                    self.next_token += 1;
                    self.dial(token, Flying::new(job, crowd, started));
                }
            }
        }
        any
    }

    /// Makes an attempt to connect, and more where it fails at once.
    fn dial(&mut self, token: usize, mut flying: Flying) {
        loop {
            // Asked before each attempt, for each counts.
            if let Err(barred) = self.bounds.admit(&flying.job.target.origin, flying.job.target.address) {
                return self.end(flying, &Outcome::Inconclusive(Doubt::Barred(barred)));
            }
            match flying.dial(self.poll.registry(), Token(token)) {
                Ok(()) => {
                    self.deadlines.insert((flying.deadline, token));
                    self.flying.insert(token, flying);
                    return;
                }
                // Those that are open give theirs back.
                Err(error) if descriptors::are_lacking(&error) && !self.flying.is_empty() => {
                    return self.put_off(flying);
                }
                Err(_) if flying.may_try_again() => {}
                Err(error) => {
                    let outcome = failed(&error, flying.job.target.address);
                    return self.end(flying, &outcome);
                }
            }
        }
    }

    /// Goes on with a connection of which something is to be heard.
    fn advance(&mut self, token: usize, news: News) {
        let Some(mut flying) = self.flying.remove(&token) else { return };
        self.deadlines.remove(&(flying.deadline, token));
        match flying.advance(news, &mut self.buffer) {
            Step::Wait => self.keep(token, flying),
            Step::Connected => self.connected(token, flying),
            Step::NotConnected(error) if flying.may_try_again() => {
                drop(error);
                self.dial(token, flying);
            }
            Step::NotConnected(error) => {
                let outcome = failed(&error, flying.job.target.address);
                self.end(flying, &outcome);
            }
            Step::Over(outcome) => self.end(flying, &outcome),
        }
    }

    fn keep(&mut self, token: usize, flying: Flying) {
        self.deadlines.insert((flying.deadline, token));
        self.flying.insert(token, flying);
    }

    fn connected(&mut self, token: usize, mut flying: Flying) {
        self.reached.insert(flying.job.target.address);
        let released = match &flying.crowd {
            None => Vec::new(),
            Some(crowd) => {
                let mut gathering = crowd.gathering.borrow_mut();
                gathering.missing = gathering.missing.saturating_sub(1);
                if gathering.missing > 0 {
                    gathering.held.push(token);
                    drop(gathering);
                    flying.hold(PATIENCE.max(2 * flying.connect));
                    return self.keep(token, flying);
                }
                std::mem::take(&mut gathering.held)
            }
        };
        flying.crowd = None;
        self.talk(token, flying);
        released.into_iter().for_each(|held| self.release(held));
    }

    fn release(&mut self, token: usize) {
        // Who has waited long enough has said hello already.
        if self.flying.get(&token).is_some_and(Flying::is_held)
            && let Some(mut flying) = self.flying.remove(&token)
        {
            self.deadlines.remove(&(flying.deadline, token));
            flying.crowd = None;
            self.talk(token, flying);
        }
    }

    fn talk(&mut self, token: usize, mut flying: Flying) {
        match flying.talk(&mut self.buffer) {
            Step::Over(outcome) => self.end(flying, &outcome),
            _ => self.keep(token, flying),
        }
    }

    fn expire(&mut self, now: Instant) {
        while let Some((at, token)) = self.deadlines.first().copied().filter(|(at, _)| *at <= now) {
            self.deadlines.remove(&(at, token));
            let Some(mut flying) = self.flying.remove(&token) else { continue };
            if flying.is_held() {
                flying.crowd = None;
                self.talk(token, flying);
            } else if flying.is_connecting() && flying.may_try_again() {
                self.dial(token, flying);
            } else {
                let outcome = flying.late();
                self.end(flying, &outcome);
            }
        }
    }

    fn end(&mut self, flying: Flying, outcome: &Outcome) {
        let (address, patience) = (flying.job.target.address, flying.job.patience());
        let crowd = flying.crowd.clone();
        flying.end(self.epoch.elapsed(), outcome.clone());
        self.limit.leave(address);
        self.unreached(address, patience, outcome);
        self.depart(crowd);
    }

    /// Lets one wait until others have ended, and has no more at a time from now on than there are.
    fn put_off(&mut self, flying: Flying) {
        let Flying { job, crowd, .. } = flying;
        let target = Arc::clone(&job.target);
        self.limit.leave(target.address);
        self.limit.lower(self.flying.len());
        self.limit.one(target.address, target.pace, Waiting::Flight(job, None));
        self.depart(crowd);
    }

    /// One that did not come is not waited for.
    fn depart(&mut self, crowd: Option<Rc<Crowd>>) {
        let released = crowd.map_or_else(Vec::new, |crowd| {
            let mut gathering = crowd.gathering.borrow_mut();
            gathering.missing = gathering.missing.saturating_sub(1);
            if gathering.missing > 0 { Vec::new() } else { std::mem::take(&mut gathering.held) }
        });
        released.into_iter().for_each(|held| self.release(held));
    }

    /// Where nothing answers, whoever else waits for the address has the same answer, unless it would try for
    /// longer.
    fn unreached(&mut self, address: SocketAddr, tried: Patience, outcome: &Outcome) {
        let is_dead = matches!(
            outcome,
            Outcome::Unreachable(
                Unreachable::ConnectTimedOut | Unreachable::NoRoute | Unreachable::Failed(_)
            )
        );
        if !is_dead || self.reached.contains(&address) {
            return;
        }
        self.dead.insert(address, (tried, outcome.clone()));
        let dismissed = self.limit.dismiss(address, |waiting| match waiting {
            Waiting::Flight(job, _) => job.patience().is_within(tried),
            Waiting::Applicant(applicant) => applicant.patience.is_within(tried),
        });
        let now = self.epoch.elapsed();
        for waiting in dismissed {
            match waiting {
                Waiting::Flight(job, crowd) => {
                    if let Some(crowd) = crowd {
                        let _ = crowd.begun.set(now);
                    }
                    job.end_unsent(now, outcome.clone());
                }
                Waiting::Applicant(applicant) => drop(applicant.answer.try_send(Err(outcome.clone()))),
            }
        }
    }
}
