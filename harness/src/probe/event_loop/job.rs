//! One first flight that is asked for, and the place for its observation.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::Patience;
use crate::evidence::{Doubt, Hello, Observation, Offer, Outcome, SaidName, Timing, UNKNOWN_NAME};
use crate::probe::prober::Target;
use crate::wire::{AlertDescription, Follow};

/// The place of an observation that is being made.
pub(in crate::probe) type Answer = Arc<OnceLock<Arc<Observation>>>;

/// One first flight. Whatever becomes of it, it has an observation in the end.
#[derive(Debug)]
pub(in crate::probe) struct Job {
    /// Where it goes.
    pub target: Arc<Target>,
    /// What it offers.
    pub offer: Offer,
    /// How far it is read.
    pub follow: Follow,
    /// Where its observation is awaited.
    pub answer: Answer,
}

/// How a first flight went, beside its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub started: Duration,
    pub connect: Duration,
    pub ended: Duration,
    pub connections: u32,
}

impl Job {
    pub(super) fn patience(&self) -> Patience {
        Patience { timeout: self.target.timeout, attempts: self.target.attempts }
    }

    /// The name that it says.
    pub(super) fn name(&self) -> Option<&str> {
        said_name(&self.target, self.offer)
    }

    /// Ends it without that anything was sent.
    pub(in crate::probe) fn end_unsent(&self, now: Duration, outcome: Outcome) {
        let course = Course { started: now, connect: Duration::ZERO, ended: now, connections: 0 };
        self.end(course, outcome, Vec::new());
    }

    pub(super) fn end(&self, course: Course, outcome: Outcome, warnings: Vec<AlertDescription>) {
        // It has one already only where this is its end by being dropped.
        let _ = self.answer.set(Arc::new(Observation {
            address: Some(self.target.address),
            server_name: self.name().map(str::to_owned),
            offer: self.offer,
            outcome,
            warnings,
            followed: None,
            started: course.started,
            timing: Timing { connect: course.connect, total: course.ended.saturating_sub(course.started) },
            connections: course.connections,
        }));
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.answer.get().is_none() {
            let words = "the first flight was given up".to_owned();
            self.end_unsent(Duration::ZERO, Outcome::Inconclusive(Doubt::OurSide(words)));
        }
    }
}

/// The name that an offer says.
pub(in crate::probe) fn said_name(target: &Target, offer: Offer) -> Option<&str> {
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
