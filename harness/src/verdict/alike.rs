//! What is required of all addresses of a host together: that they show the same certificate.

use std::net::SocketAddr;

use super::{AddressJudgement, Finding, Unmet, Verdict};
use crate::evidence::{AddressEvidence, Followed};

/// Fails each address that meets all else, and shows another certificate than most do; of as many the first
/// address sets the example.
pub(super) fn compare(evidence: &[AddressEvidence], judgements: &mut [AddressJudgement]) {
    let shown: Vec<(SocketAddr, &str)> =
        evidence.iter().filter_map(|address| Some((address.address, certificate(address)?))).collect();
    let count = |sha256: &str| shown.iter().filter(|(_, other)| *other == sha256).count();
    // The last of the greatest would be taken.
    let Some(&(address, usual)) = shown.iter().rev().max_by_key(|(_, sha256)| count(sha256)) else { return };
    for judgement in judgements.iter_mut().filter(|judgement| judgement.verdict == Verdict::Passed) {
        let own = shown.iter().find(|(shown, _)| *shown == judgement.address).map(|(_, sha256)| *sha256);
        let Some(own) = own.filter(|own| *own != usual) else { continue };
        let differs = Unmet::Differs { own: own.to_owned(), other: usual.to_owned(), address };
        let finding = Finding::Unmet { first: Box::new(differs), others: Vec::new() };
        (judgement.verdict, judgement.finding) = (finding.verdict(), finding);
    }
}

fn certificate(address: &AddressEvidence) -> Option<&str> {
    address.observations.iter().find_map(|observation| match &observation.followed {
        Some(Followed::Session(session)) => session.leaf.as_ref().map(|leaf| leaf.sha256.as_str()),
        _ => None,
    })
}
