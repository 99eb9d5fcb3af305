//! What several times of asking an address the same come to.

use super::{Charge, Finding, judge_address};
use crate::evidence::{AddressEvidence, Repeated};
use crate::version::Version;

/// The time that came out worst, since all must agree, with how often it came to that; of times that are as bad
/// the first. A single time is told as it is; `None` where there was none.
#[must_use]
pub fn worst_of(charge: &Charge<'_>, times: Vec<AddressEvidence>) -> Option<AddressEvidence> {
    let judged: Vec<_> = times.iter().map(|time| judge_address(charge, time)).collect();
    // The order of verdicts is by how bad they are.
    let (index, worst) = judged.iter().enumerate().rev().max_by_key(|(_, judgement)| judgement.verdict)?;
    let repeated = (times.len() > 1).then(|| Repeated {
        times: count(times.len()),
        alike: count(judged.iter().filter(|judgement| judgement.finding == worst.finding).count()),
        chosen: chosen(judged.iter().map(|judgement| &judgement.finding)),
    });
    let evidence = times.into_iter().nth(index)?;
    Some(AddressEvidence { repeated, ..evidence })
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// The versions that were chosen where all was as expected, each once.
fn chosen<'f>(findings: impl Iterator<Item = &'f Finding>) -> Vec<Version> {
    let mut versions: Vec<Version> = findings
        .filter_map(|finding| match finding {
            Finding::Accepted(version) => Some(*version),
            _ => None,
        })
        .collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}
