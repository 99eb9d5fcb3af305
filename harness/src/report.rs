//! What a run came to: judged tests become a [`model`], and the renderers below it only word that.
//!
//! The model is built test by test ([`test()`]), written and read back as [`json`], put together from the
//! parts of a suite ([`merge`]), compared with an earlier one ([`baseline`]), asked what will block on which
//! day ([`agenda`]), and rendered for those who look: at a terminal ([`console`]), at a pull
//! request ([`annotations`], [`markdown`]), at a build server ([`junit`]), at code scanning ([`sarif`]),
//! at a page ([`html`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::calendar::Waiver;
use crate::evidence::{AddressEvidence, Gathered};
use crate::plan::Test;
use crate::verdict::{Fact, Judgement, Verdict, observed};

pub mod agenda;
pub mod annotations;
pub mod baseline;
pub mod console;
mod date;
pub mod explanation;
mod from_run;
pub mod html;
pub mod json;
pub mod junit;
mod key;
pub mod kind;
mod layout;
pub mod markdown;
mod markup;
pub mod matrix;
pub mod merge;
pub mod model;
mod outlook;
pub mod policies;
pub mod posture;
pub mod sarif;
mod shell;
mod since_baseline;
pub mod timeline;
pub mod unneeded;
pub mod verdict_line;
mod words;

pub use from_run::test;
pub use kind::Kind;
pub use model::Report;
pub use shell::shell_word;
pub use words::client;
pub use words::{describe, duration, expectation, headline, unreachable};

/// What a test was run against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Against {
    /// A stand-in: proves the suite, not the host.
    Replica,
    /// The host itself.
    Host,
}

impl Against {
    /// As reports write it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Against::Replica => "replica",
            Against::Host => "host",
        }
    }
}

/// One test, run and judged.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was tested.
    pub test: Test,
    /// Against what.
    pub against: Against,
    /// What happened.
    pub evidence: Gathered,
    /// What follows.
    pub judgement: Judgement,
    /// The day by which it is judged.
    pub today: Date,
    /// How long it took.
    pub elapsed: Duration,
}

impl Outcome {
    /// What it came to: the judgement's verdict, or what the calendar makes of it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.test.scenario.calendar.settle(self.judgement.verdict, &self.observed(), self.today)
    }

    /// What is not as it should be, over all addresses.
    #[must_use]
    pub fn observed(&self) -> Vec<Fact> {
        observed(&self.judgement)
    }

    /// Its waiver, where that is expired: then it failed, whatever was found.
    #[must_use]
    pub fn expired(&self) -> Option<&Waiver> {
        self.test.scenario.calendar.expired(self.today)
    }

    /// What each address of a host did; nothing where a program was on trial.
    #[must_use]
    pub fn addresses(&self) -> &[AddressEvidence] {
        match &self.evidence {
            Gathered::Server(evidence) => &evidence.addresses,
            Gathered::Client(_) => &[],
        }
    }
}
