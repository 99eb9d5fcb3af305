//! When a program on trial is proven to be ready: by what it said on the wire.
//!
//! Its exit code is a second witness: by itself it is wrong for programs that swallow their errors, and
//! for all that do not trust the stand-in's certificate. Of several connections the best one counts:
//! some programs try again with a lower version.

use super::{Finding, Judgement};
use crate::bounds::Barred;
use crate::escape::printable;
use crate::evidence::Refusal;
use crate::evidence::client::{
    ClientConnection, ClientEvidence, Declined, Lacking, Program, ProgramEnd, Then,
};
use crate::scenario::{Acceptable, Exit, Expectation, Statuses, WhenMissing};
use crate::version::{Version, VersionRange};
use crate::wire::{AlertDescription, ClientHello};

mod standing;
#[cfg(test)]
mod tests;

use standing::{Standing, standing};

/// What is on trial in a test of a program.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientCharge<'a> {
    /// The versions that the harness serves.
    pub versions: VersionRange,
    /// What must come of it.
    pub expectation: &'a Expectation,
    /// Whether its exit code counts, once it had its answer.
    pub exit: Exit,
    /// Whether it must accept the certificate.
    pub trusted: bool,
    /// What follows where it is not installed.
    pub when_missing: WhenMissing,
}

/// The versions that a ClientHello offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// Exactly these, newest first, by `supported_versions`.
    Only(Vec<Version>),
    /// This and older ones: how old a client without `supported_versions` goes cannot be known.
    UpTo(Version),
    /// None that has a name.
    Unknown(u16),
}

/// What proves that a program speaks a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Application data, answered with this status where it was an answered request.
    Data(Option<u16>),
    /// Its part of a key exchange that the stand-in cannot finish.
    KeyExchange,
    /// A finished handshake; then it left.
    Finished,
    /// An alert about the certificate.
    CertificateAlert(AlertDescription),
    /// An alert that is encrypted, so that only client and host can read it.
    EncryptedAlert,
    /// It left without a word after the ServerHello.
    Left,
}

/// Why a verdict on a program is what it is. A closed list; each belongs to one verdict.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientFinding {
    // Passed.
    /// A version in range was chosen, and it did not refuse it.
    Speaks(Version, Proof),
    /// It offers nothing of the range.
    StaysAway(Offered),
    /// It refused what was chosen out of its own offer.
    RefusesItself(Version, AlertDescription),
    /// The host refused it.
    RefusedByHost(AlertDescription),

    // Failed.
    /// It offers nothing of the range.
    NotOffered(Offered),
    /// It began with a fatal alert.
    AlertFirst(AlertDescription),
    /// It refused what was chosen out of its own offer.
    OfferedAndRefused(Version, AlertDescription),
    /// It offers the version, but nothing else that the stand-in has.
    NothingInCommon(Version, Lacking),
    /// Another version of the range was chosen than the expected one.
    OtherVersion {
        /// The expected one.
        expected: Version,
        /// The chosen one.
        chosen: Version,
    },
    /// It speaks the version, but rejected the certificate that it must accept.
    NotTrusted(Version, Proof),
    /// It had another answer than the expected one, or none.
    OtherStatus {
        /// The expected ones.
        expected: Statuses,
        /// The one that it had.
        status: Option<u16>,
    },
    /// It speaks the version and had its answer, and failed all the same.
    ProgramFailed(Version, ProgramEnd),
    /// It gets through where it must not.
    StillSpeaks(Version, Proof),
    /// It broke the protocol. How, escaped.
    BrokeProtocol(Version, String),
    /// It offers the version, and the host refuses it for another reason.
    DeclinedByHost(AlertDescription),
    /// It is not installed. What is missing, escaped.
    NotInstalled(String),

    // Inconclusive.
    /// It made no connection that was seen.
    NeverConnected,
    /// It connected and sent nothing.
    SentNothing,
    /// What it sent is not TLS.
    NotTls(Vec<u8>),
    /// What it sent is no ClientHello. Why.
    NotAHello(&'static str),
    /// A version in range was chosen, and what it did then does not tell.
    CannotTell(Version, Then),
    /// It offers the version but nothing else in common, so it was not seen to refuse it.
    OffersWithoutMeans(Version, Lacking),
    /// The host chose a version outside the range.
    ChosenOutside(Version),
    /// The host did not answer as a host that is up.
    HostUnclear(Declined),
    /// Whether it accepted the certificate was not seen.
    TrustUnclear(Version),
    /// Its answer came from the host, encrypted, and its exit code does not count: whether it had this
    /// status is not known.
    StatusUnseen(Statuses),
    /// It did not get through until its deadline, and was still trying perhaps.
    StillRunning,
    /// Its connection was not passed on to the host: the run may not go there, or no more.
    NotConnected(Barred),
    /// Our side could not run it, or lost a connection. Why, escaped.
    OurSide(String),

    // Ignored.
    /// It is not installed, and the scenario does not mind. What is missing, escaped.
    LeftOut(String),
}

impl ClientFinding {
    /// The verdict that the finding stands for.
    #[must_use]
    pub fn verdict(&self) -> super::Verdict {
        use ClientFinding as F;
        match self {
            F::Speaks(..) | F::StaysAway(_) | F::RefusesItself(..) | F::RefusedByHost(_) => {
                super::Verdict::Passed
            }
            F::NotOffered(_)
            | F::AlertFirst(_)
            | F::OfferedAndRefused(..)
            | F::NothingInCommon(..)
            | F::OtherVersion { .. }
            | F::NotTrusted(..)
            | F::OtherStatus { .. }
            | F::ProgramFailed(..)
            | F::StillSpeaks(..)
            | F::BrokeProtocol(..)
            | F::DeclinedByHost(_)
            | F::NotInstalled(_) => super::Verdict::Failed,
            F::NeverConnected
            | F::SentNothing
            | F::NotTls(_)
            | F::NotAHello(_)
            | F::CannotTell(..)
            | F::OffersWithoutMeans(..)
            | F::ChosenOutside(_)
            | F::HostUnclear(_)
            | F::TrustUnclear(_)
            | F::StatusUnseen(_)
            | F::StillRunning
            | F::NotConnected(_)
            | F::OurSide(_) => super::Verdict::Inconclusive,
            F::LeftOut(_) => super::Verdict::Ignored,
        }
    }
}

/// The versions that a ClientHello offers.
#[must_use]
pub fn offered(hello: &ClientHello) -> Offered {
    let newest_first = || Version::ALL.into_iter().rev();
    match &hello.supported_versions {
        Some(listed) => Offered::Only(newest_first().filter(|it| listed.contains(&it.code())).collect()),
        None => newest_first()
            .find(|version| hello.offers(*version))
            .map_or(Offered::Unknown(hello.legacy_version), Offered::UpTo),
    }
}

/// Judges a test of a program by its evidence.
#[must_use]
pub fn judge_client(charge: &ClientCharge<'_>, evidence: &ClientEvidence) -> Judgement {
    let finding = find(charge, evidence);
    Judgement { verdict: finding.verdict(), finding: Finding::Client(finding), addresses: Vec::new() }
}

/// Judges one connection by itself, as one that must be accepted.
#[must_use]
pub fn judge_connection(versions: VersionRange, connection: &ClientConnection) -> ClientFinding {
    of_acceptance(standing(versions, connection))
}

fn find(charge: &ClientCharge<'_>, evidence: &ClientEvidence) -> ClientFinding {
    if let Some(missing) = missing(evidence) {
        return match charge.when_missing {
            WhenMissing::Fail => ClientFinding::NotInstalled(missing),
            WhenMissing::Ignore => ClientFinding::LeftOut(missing),
        };
    }
    if let ProgramEnd::NotRun(why) = &evidence.program.end {
        return ClientFinding::OurSide(why.clone());
    }
    let standings = || evidence.connections.iter().map(|connection| standing(charge.versions, connection));
    match charge.expectation {
        Expectation::Accepted(acceptable) => {
            // A program may ask for more than the path: of two answers the expected one is the better.
            let rank = |standing: &Standing| {
                let is_expected = matches!(standing, Standing::Speaks(_, Proof::Data(status)) if is_answer(*status, acceptable));
                let (rank, newest) = standing.rank();
                (rank, is_expected, newest)
            };
            // Of equals the first: it is the one that is told.
            let Some(best) = standings().rev().max_by_key(rank) else {
                return ClientFinding::NeverConnected;
            };
            match of_acceptance(best) {
                ClientFinding::Speaks(version, Proof::Left) if has_crashed(&evidence.program.end) => {
                    ClientFinding::CannotTell(version, Then::Left)
                }
                ClientFinding::Speaks(version, proof) => {
                    unexpected(charge, acceptable, evidence, version, &proof)
                        .unwrap_or(ClientFinding::Speaks(version, proof))
                }
                other => other,
            }
        }
        // No scenario of a program says so.
        Expectation::Meets(_) => ClientFinding::OurSide("requirements are for hosts".to_owned()),
        // That a client does not reach a host that is gone is nothing that it could be tried for.
        Expectation::Refused { .. } | Expectation::Unreachable => {
            let finding = of_refusal(standings().collect());
            let was_cut_off = evidence.program.end == ProgramEnd::TimedOut && charge.exit == Exit::Zero;
            match finding.verdict() {
                // It may have tried again with more.
                super::Verdict::Passed if was_cut_off => ClientFinding::StillRunning,
                _ => finding,
            }
        }
    }
}

/// Whether a program did not leave a connection of its own will: killed, or for a fault of memory. A
/// shell says of its child's signal 128 more (POSIX 2.8.2). Programs end by SIGABRT over an error that
/// they did not expect: a certificate that they reject, say.
fn has_crashed(end: &ProgramEnd) -> bool {
    let signal = match end {
        ProgramEnd::Signalled(signal) => *signal,
        ProgramEnd::Exited(code) => code - 128,
        _ => return false,
    };
    // SIGILL, SIGBUS, SIGKILL, SIGSEGV.
    [4, 7, 9, 11].contains(&signal)
}

/// What is not installed: said by the system, or by a shell (POSIX 2.8.2: 127) whose program was never
/// seen.
fn missing(evidence: &ClientEvidence) -> Option<String> {
    match &evidence.program.end {
        ProgramEnd::Missing(what) => Some(what.clone()),
        ProgramEnd::Exited(127) if evidence.connections.is_empty() => {
            Some(last_line(&evidence.program.stderr).unwrap_or_else(|| "exit code 127".to_owned()))
        }
        _ => None,
    }
}

/// The last line of an output, escaped: a shell says there what it did not find.
fn last_line(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(printable)
}

/// What one connection proves, where the version must be accepted.
fn of_acceptance(standing: Standing) -> ClientFinding {
    use ClientFinding as F;
    match standing {
        Standing::Speaks(version, proof) => F::Speaks(version, proof),
        Standing::Unclear(version, then) => F::CannotTell(version, then),
        Standing::ChosenOutside(version) => F::ChosenOutside(version),
        Standing::Refuses(version, alert) => F::OfferedAndRefused(version, alert),
        Standing::WithoutMeans(version, lacking) => F::NothingInCommon(version, lacking),
        Standing::Broke(version, how) => F::BrokeProtocol(version, how),
        Standing::Declined(Declined::Refused(Refusal::Alert(alert)))
            if AlertDescription::REFUSING.contains(&alert) =>
        {
            F::DeclinedByHost(alert)
        }
        Standing::Declined(declined) => F::HostUnclear(declined),
        Standing::NotOffered(offered) => F::NotOffered(offered),
        Standing::AlertFirst(alert) => F::AlertFirst(alert),
        Standing::NotAHello(why) => F::NotAHello(why),
        Standing::NotTls(first_bytes) => F::NotTls(first_bytes),
        Standing::Nothing => F::SentNothing,
        Standing::Barred(barred) => F::NotConnected(barred),
        Standing::OurSide(why) => F::OurSide(why),
    }
}

/// What all connections together prove, where no version of the range may be accepted.
fn of_refusal(standings: Vec<Standing>) -> ClientFinding {
    use ClientFinding as F;
    let mut refusal = None;
    let mut nothing = None;
    let mut unclear = None;
    for standing in standings {
        match standing {
            Standing::Speaks(version, Proof::Left) => {
                unclear = unclear.or(Some(F::CannotTell(version, Then::Left)));
            }
            Standing::Speaks(version, proof) => return F::StillSpeaks(version, proof),
            Standing::WithoutMeans(version, lacking) => {
                unclear = unclear.or(Some(F::OffersWithoutMeans(version, lacking)));
            }
            Standing::Broke(version, how) => {
                unclear = unclear.or(Some(F::CannotTell(version, Then::Broke(how))));
            }
            // What it refuses itself says more than what it does not offer.
            Standing::Refuses(version, alert) => refusal = Some(F::RefusesItself(version, alert)),
            Standing::Declined(Declined::Refused(Refusal::Alert(alert)))
                if AlertDescription::REFUSING.contains(&alert) =>
            {
                refusal = refusal.or(Some(F::RefusedByHost(alert)));
            }
            Standing::NotOffered(offered) => refusal = refusal.or(Some(F::StaysAway(offered))),
            // Beside a ClientHello of the same program these say nothing.
            Standing::Nothing => nothing = nothing.or(Some(F::SentNothing)),
            Standing::AlertFirst(_) => {
                nothing = nothing.or(Some(F::NotAHello("a fatal alert in its place")));
            }
            other => unclear = unclear.or(Some(of_acceptance(other))),
        }
    }
    unclear.or(refusal).or(nothing).unwrap_or(F::NeverConnected)
}

/// The first thing that is not as expected of a program that speaks the version.
fn unexpected(
    charge: &ClientCharge<'_>,
    acceptable: &Acceptable,
    evidence: &ClientEvidence,
    version: Version,
    proof: &Proof,
) -> Option<ClientFinding> {
    let Program { end, .. } = &evidence.program;
    if let Some(expected) = acceptable.version
        && expected != version
    {
        return Some(ClientFinding::OtherVersion { expected, chosen: version });
    }
    if charge.trusted {
        match proof {
            Proof::Data(_) | Proof::KeyExchange => {}
            // Some clients look at the certificate only after the handshake.
            Proof::Finished if *end == ProgramEnd::Exited(0) => {
                return Some(ClientFinding::TrustUnclear(version));
            }
            rejected => return Some(ClientFinding::NotTrusted(version, rejected.clone())),
        }
    }
    let answered = match proof {
        Proof::Data(status) => *status,
        _ => None,
    };
    // What a host answers goes by encrypted: there the program's exit code is the only witness.
    let has_status = match &acceptable.status {
        Some(_) if evidence.live => matches!(proof, Proof::Data(_)),
        Some(expected) => answered.is_some_and(|status| expected.contains(status)),
        None => true,
    };
    if let (Some(expected), false) = (&acceptable.status, has_status) {
        return Some(ClientFinding::OtherStatus { expected: expected.clone(), status: answered });
    }
    if let (Some(expected), true, Exit::Any) = (&acceptable.status, evidence.live, charge.exit) {
        return Some(ClientFinding::StatusUnseen(expected.clone()));
    }
    let had_its_answer = answered.is_some() || (evidence.live && matches!(proof, Proof::Data(_)));
    (had_its_answer && charge.exit == Exit::Zero && *end != ProgramEnd::Exited(0))
        .then(|| ClientFinding::ProgramFailed(version, end.clone()))
}

/// Whether an answer is the expected one; where none is expected, whether there is none.
fn is_answer(status: Option<u16>, acceptable: &Acceptable) -> bool {
    match (status, &acceptable.status) {
        (Some(status), Some(expected)) => expected.contains(status),
        (status, expected) => status.is_none() && expected.is_none(),
    }
}
