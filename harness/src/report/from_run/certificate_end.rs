//! Until when the certificates of a host let a test pass.

use super::super::model::CertificateEnd;
use super::super::{Against, Outcome, date};
use crate::evidence::{AddressEvidence, CertificateOutcome, Followed};
use crate::scenario::in_largest_unit;
use crate::scenario::{Acceptable, Addresses, CertificateExpectation, Depth, Expectation};
use crate::verdict::{Finding, Verdict};

/// Of a test that passes, or fails while certificates are trusted. That of a stand-in is made for the day of the run, and says nothing.
pub(super) fn of(outcome: &Outcome) -> Option<CertificateEnd> {
    let scenario = &*outcome.test.scenario;
    let Expectation::Accepted(acceptable) = &scenario.expectation else { return None };
    // A certificate that need not be trusted may be over.
    let is_judged = scenario.depth >= Depth::Handshake
        && acceptable.certificate == CertificateExpectation::Trusted
        && matches!(outcome.judgement.verdict, Verdict::Passed | Verdict::Failed);
    if !is_judged || outcome.against == Against::Replica {
        return None;
    }
    let is_failing = outcome.judgement.verdict == Verdict::Failed;
    let counts = |address: &&AddressEvidence| {
        let judged = outcome.judgement.addresses.iter().find(|it| it.address == address.address);
        judged.is_some_and(|judged| match &judged.finding {
            // What is wrong before the certificate is looked at stays what is wrong.
            Finding::AnsweredBelow(_) | Finding::OtherVersion { .. } => false,
            _ => is_failing || judged.verdict == Verdict::Passed,
        })
    };
    let ends = outcome.addresses().iter().filter(counts).map(|address| end(acceptable, address));
    let (passes_until, not_after) = match scenario.addresses {
        // One that cannot be told does not end before the others, as far as is known.
        Addresses::All => ends.flatten().min(),
        // One that ends adds to what is wrong, whichever it is.
        Addresses::Any if is_failing => ends.flatten().min(),
        // While one of them lets it pass it passes.
        Addresses::Any => ends.max_by_key(|end| end.unwrap_or((i64::MAX, i64::MAX))).flatten(),
    }?;
    Some(CertificateEnd {
        passes_until: date::moment(passes_until),
        not_after: date::moment(not_after),
        valid_for: acceptable.certificate_valid_for.map(in_largest_unit),
    })
}

/// Of one address: the last moment, and the end of its certificate, in seconds since 1970.
fn end(acceptable: &Acceptable, address: &AddressEvidence) -> Option<(i64, i64)> {
    let ends = address.observations.iter().filter_map(|observation| match &observation.followed {
        Some(Followed::Session(session)) if session.certificate == CertificateOutcome::Trusted => {
            session.leaf.as_ref().map(|leaf| leaf.not_after)
        }
        _ => None,
    });
    let not_after = ends.min()?;
    let needed = acceptable.certificate_valid_for.unwrap_or_default();
    let needed = i64::try_from(needed.as_secs()).unwrap_or(i64::MAX);
    Some((not_after.saturating_sub(needed), not_after))
}
