//! The only place that decides: what was expected and what happened go in, a [`Judgement`] comes out.
//!
//! Everything here is a pure function, so that every rule is a row in a table of tests and evidence
//! that was kept can be judged again. How a judgement is worded is the reports' business.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bounds::Barred;
use crate::evidence::{
    AddressEvidence, Asked, CertificateOutcome, Doubt, Evidence, Observation, Outcome, Refusal, Unreachable,
    Violation,
};
use crate::scenario::{Addresses, CertificateExpectation, Depth, Expectation, Statuses};
use crate::version::{Version, VersionRange};
use crate::wire::{AlertDescription, CipherSuite, NamedGroup};

mod accepted;
mod alike;
pub mod client;
mod cut_off;
pub mod fact;
pub(crate) mod hsts;
pub mod inventory;
pub mod observed;
mod posture;
pub mod posture_fault;
mod reached;
pub(crate) mod redirect;
mod refused;
mod repeated;
mod required;
#[cfg(test)]
mod tests;
pub mod versions;

pub(crate) use accepted::is_expected;
pub use client::{ClientCharge, ClientFinding, judge_client};
pub(crate) use cut_off::is_cut_off;
pub use cut_off::{cut_off, may_be_throttled, newest_cut_off};
pub use fact::Fact;
pub use inventory::is_doubtful;
pub use observed::observed;
pub use posture_fault::{Feature, PostureFault};
pub use reached::reached;
pub use redirect::RedirectFault;
pub use refused::is_control;
pub use repeated::worst_of;
pub use required::{HstsFault, Unmet, Unsettled};

/// What a test came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Proven as expected.
    Passed,
    /// Not tried: the program is not installed, and the scenario does not mind.
    Ignored,
    /// Failed or inconclusive, where it is recommended and not demanded: decided by [`crate::calendar`].
    Advice,
    /// Failed, and somebody has a waiver: decided by [`crate::calendar`], and never by a finding.
    Waived,
    /// Failed or inconclusive before the day from which it is enforced: decided by [`crate::calendar`].
    Pending,
    /// Nothing follows from what happened: blocks the gate, with an exit code of its own.
    Inconclusive,
    /// Proven otherwise than expected.
    Failed,
}

impl Verdict {
    /// As reports write it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Ignored => "ignored",
            Verdict::Advice => "advice",
            Verdict::Waived => "waived",
            Verdict::Pending => "pending",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Failed => "failed",
        }
    }
}

/// What is on trial in one test.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge<'a> {
    /// The versions that the harness offers.
    pub versions: VersionRange,
    /// What must come of it.
    pub expectation: &'a Expectation,
    /// How far an acceptance must be followed.
    pub depth: Depth,
    /// Which addresses must satisfy the expectation.
    pub addresses: Addresses,
}

/// The verdict on a test, with its grounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The verdict on all addresses together.
    pub verdict: Verdict,
    /// The finding that decided it: the first of the addresses that have this verdict.
    pub finding: Finding,
    /// Each address by itself.
    pub addresses: Vec<AddressJudgement>,
}

/// The verdict on one address.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressJudgement {
    /// The address and port.
    pub address: SocketAddr,
    /// Its own verdict.
    pub verdict: Verdict,
    /// What decided it.
    pub finding: Finding,
    /// What else failed.
    pub besides: Vec<Finding>,
}

/// Why a verdict is what it is. A closed list; each belongs to one verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    // Passed.
    /// A version in range was chosen, and all that was asked for came.
    Accepted(Version),
    /// Every version was refused by a peer that speaks TLS.
    Refused {
        /// A version that the same address accepted or answered in the same run.
        control: Version,
        /// Whether a refusal was weak, and so proven by other hellos and controls after them.
        weak: bool,
    },
    /// Nobody is there.
    Gone(Unreachable),
    /// All that is required is met, in these versions of the range: those that are spoken.
    Meets(Vec<Version>),

    // Failed.
    /// Versions of the range that should have been refused were accepted.
    StillAccepts(Vec<Version>),
    /// The server refused all that was offered.
    NotAccepted(Refusal),
    /// The server chose a version below the range.
    AnsweredBelow(Version),
    /// Another version of the range than the expected one was chosen.
    OtherVersion {
        /// The expected one.
        expected: Version,
        /// The chosen one.
        chosen: Version,
    },
    /// The hello was accepted, but with a suite or group that a full handshake does not offer.
    CannotFinish {
        /// The chosen version.
        version: Version,
        /// The chosen suite.
        cipher_suite: CipherSuite,
        /// The group, where it and not the suite is the reason.
        group: Option<NamedGroup>,
    },
    /// The hello was accepted, but the one of a full handshake was refused, though it offers what was
    /// chosen: for its protocols (ALPN), signature algorithms or other extensions.
    HandshakeRefused {
        /// The version that our hello was accepted with.
        version: Version,
        /// How the full handshake was refused.
        refusal: Refusal,
    },
    /// The handshake broke off after the ServerHello.
    HandshakeBroke {
        /// The chosen version.
        version: Version,
        /// Why, escaped.
        why: String,
    },
    /// Verifying the certificate came to something else than expected.
    Certificate {
        /// What was expected.
        expected: CertificateExpectation,
        /// What was found.
        found: CertificateOutcome,
    },
    /// The certificate ends too soon.
    CertificateEndsSoon {
        /// How long it had to be valid.
        needed: Duration,
        /// What will be found then.
        found: CertificateOutcome,
    },
    /// Another HTTP status.
    OtherStatus {
        /// The expected ones.
        expected: Statuses,
        /// The one that came.
        status: u16,
        /// Its `Location`, escaped.
        location: Option<String>,
    },
    /// No HTTP answer. Why, escaped.
    NoHttpAnswer(String),
    /// Something else that is required is not met.
    Unmet {
        /// What gives the finding its name.
        first: Box<Unmet>,
        /// What is not met besides.
        others: Vec<Unmet>,
    },
    /// Refused, but not by the expected alert.
    OtherRefusal {
        /// The version whose refusal it was.
        version: Version,
        /// The expected alert.
        expected: AlertDescription,
        /// How it was refused; `None` where a lower version was answered.
        refusal: Option<Refusal>,
    },
    /// What first flights have to tell of the host is not as required. Never empty.
    Posture(Vec<PostureFault>),
    /// Asked several times, the same address chose these versions: servers behind it differ.
    Disagrees(Vec<Version>),
    /// It should be gone, and is there.
    StillThere,
    /// It does not speak TLS where it should.
    NotTls,
    /// It broke the protocol where it should have accepted.
    BrokeProtocol(Violation),

    // Inconclusive.
    /// No connection came about.
    CannotReach(Unreachable),
    /// What came does not tell.
    CannotTell(Version, Doubt),
    /// The run may not connect there, or no more.
    NotConnected(Barred),
    /// It broke the protocol where it should have refused.
    ViolationIsNoRefusal(Version, Violation),
    /// It does not speak TLS, so nothing was refused.
    NotTlsIsNoRefusal,
    /// Nothing was accepted by this address in this run: it may be down.
    NoControl,
    /// The control was accepted once and then no more: throttled, or gone down.
    ControlLost(Version),
    /// A weak refusal that was not repeated with another hello, or has not enough controls after it.
    Unconfirmed(Version),
    /// Whether something that is required is met could not be told.
    Unsettled(Unsettled),
    /// Nothing was tried: a fault of the gate.
    NotProbed(VersionRange),

    /// Of a program on trial, with a verdict of its own.
    Client(ClientFinding),
}

impl Finding {
    /// The verdict that the finding stands for.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self {
            Finding::Client(finding) => finding.verdict(),
            Finding::Accepted(_) | Finding::Refused { .. } | Finding::Gone(_) | Finding::Meets(_) => {
                Verdict::Passed
            }
            Finding::StillAccepts(_)
            | Finding::NotAccepted(_)
            | Finding::AnsweredBelow(_)
            | Finding::OtherVersion { .. }
            | Finding::CannotFinish { .. }
            | Finding::HandshakeRefused { .. }
            | Finding::HandshakeBroke { .. }
            | Finding::Certificate { .. }
            | Finding::CertificateEndsSoon { .. }
            | Finding::OtherStatus { .. }
            | Finding::NoHttpAnswer(_)
            | Finding::Unmet { .. }
            | Finding::OtherRefusal { .. }
            | Finding::Posture(_)
            | Finding::Disagrees(_)
            | Finding::StillThere
            | Finding::NotTls
            | Finding::BrokeProtocol(_) => Verdict::Failed,
            Finding::CannotReach(_)
            | Finding::CannotTell(..)
            | Finding::NotConnected(_)
            | Finding::ViolationIsNoRefusal(..)
            | Finding::NotTlsIsNoRefusal
            | Finding::NoControl
            | Finding::ControlLost(_)
            | Finding::Unconfirmed(_)
            | Finding::Unsettled(_)
            | Finding::NotProbed(_) => Verdict::Inconclusive,
        }
    }
}

/// Judges a test by its evidence.
#[must_use]
pub fn judge(charge: &Charge<'_>, evidence: &Evidence) -> Judgement {
    let mut addresses: Vec<AddressJudgement> =
        evidence.addresses.iter().map(|address| judge_address(charge, address)).collect();
    if let Expectation::Accepted(acceptable) = charge.expectation
        && acceptable.requirements.same_certificate
    {
        alike::compare(&evidence.addresses, &mut addresses);
    }
    let finding = match &evidence.unresolved {
        Some(reason) => judge_unresolved(charge, reason),
        None => decide(charge.addresses, charge.expectation, &addresses)
            .unwrap_or(Finding::NotProbed(charge.versions)),
    };
    Judgement { verdict: finding.verdict(), finding, addresses }
}

/// Judges one address by itself.
#[must_use]
pub fn judge_address(charge: &Charge<'_>, evidence: &AddressEvidence) -> AddressJudgement {
    let observations: Vec<&Observation> = evidence.observations.iter().map(AsRef::as_ref).collect();
    let mut findings = findings(charge, &observations, &evidence.asked).into_iter();
    let mut finding = findings.next().unwrap_or(Finding::NotProbed(charge.versions));
    if let (Finding::Accepted(_), Some(repeated)) = (&finding, &evidence.repeated)
        && repeated.chosen.len() > 1
    {
        finding = Finding::Disagrees(repeated.chosen.clone());
    }
    let finding = barred(&finding, &observations).unwrap_or(finding);
    let verdict = finding.verdict();
    let failed = |it: &Finding| verdict == Verdict::Failed && it.verdict() == Verdict::Failed;
    let besides = findings.filter(failed).collect();
    AddressJudgement { address: evidence.address, verdict, finding, besides }
}

/// What is wanting where an address comes to nothing because the run may not connect to it, or no more: what
/// was not asked then is not the host's silence, nor is a control that is missing its throttle.
fn barred(finding: &Finding, observations: &[&Observation]) -> Option<Finding> {
    let mut barred = observations.iter().filter_map(|observation| match &observation.outcome {
        Outcome::Inconclusive(Doubt::Barred(barred)) => Some(Finding::NotConnected(*barred)),
        _ => None,
    });
    if finding.verdict() == Verdict::Inconclusive { barred.next() } else { None }
}

/// What one address comes to: the first decides. Where that failed, whatever else failed follows: whoever has
/// leave for the one has none for the others.
fn findings(charge: &Charge<'_>, observations: &[&Observation], asked: &[Arc<Asked>]) -> Vec<Finding> {
    match charge.expectation {
        Expectation::Accepted(acceptable) => {
            let mut findings =
                accepted::findings(charge.versions, charge.depth, acceptable, observations, asked);
            if !acceptable.posture.is_empty() {
                match posture::judge(charge.versions, &acceptable.posture, observations) {
                    Finding::Meets(_) => {}
                    unmet => findings.push(unmet),
                }
            }
            // What is as expected decides only where all is.
            if findings.len() > 1 {
                findings.retain(|finding| finding.verdict() != Verdict::Passed);
            }
            findings
        }
        Expectation::Meets(requirements) => {
            vec![posture::judge(charge.versions, requirements, observations)]
        }
        Expectation::Refused { alert } => vec![refused::judge(charge.versions, *alert, observations)],
        Expectation::Unreachable => vec![judge_gone(charge.versions, observations)],
    }
}

fn judge_unresolved(charge: &Charge<'_>, reason: &Unreachable) -> Finding {
    match charge.expectation {
        Expectation::Unreachable if reason.is_proof() => Finding::Gone(reason.clone()),
        _ => Finding::CannotReach(reason.clone()),
    }
}

/// Gone is proven by a reset connection attempt only: a time-out may be our own side.
fn judge_gone(versions: VersionRange, observations: &[&Observation]) -> Finding {
    let mut gone = None;
    for observation in observations {
        match &observation.outcome {
            Outcome::Unreachable(reason) if reason.is_proof() => gone = Some(Finding::Gone(reason.clone())),
            Outcome::Unreachable(reason) => return Finding::CannotReach(reason.clone()),
            Outcome::Inconclusive(doubt @ (Doubt::OurSide(_) | Doubt::Barred(_))) => {
                return Finding::CannotTell(versions.max(), doubt.clone());
            }
            _ => return Finding::StillThere,
        }
    }
    gone.unwrap_or(Finding::NotProbed(versions))
}

/// One finding out of those of all addresses.
fn decide(
    addresses: Addresses,
    expectation: &Expectation,
    judgements: &[AddressJudgement],
) -> Option<Finding> {
    let first = |verdict: Verdict| {
        judgements.iter().find(|judgement| judgement.verdict == verdict).map(|found| found.finding.clone())
    };
    // A host is gone only where all of it is.
    match addresses {
        Addresses::Any if *expectation != Expectation::Unreachable => {
            first(Verdict::Passed).or_else(|| first(Verdict::Inconclusive)).or_else(|| first(Verdict::Failed))
        }
        _ => {
            first(Verdict::Failed).or_else(|| first(Verdict::Inconclusive)).or_else(|| first(Verdict::Passed))
        }
    }
}
