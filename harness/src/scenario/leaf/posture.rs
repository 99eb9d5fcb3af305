//! Whether requirements can be met within the range at all.

use std::sync::Arc;

use crate::scenario::author::Author;
use crate::scenario::expect::Expect;
use crate::scenario::layer::{Layer, Written};
use crate::scenario::wrong::Wrong;
use crate::version::VersionRange;
use crate::wire::{CipherSuite, askable_groups};

/// Whether the range has what is asked for; tells where it has not.
pub(super) fn can_be_met(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    expect: &Written<'_, Arc<Expect<'_>>>,
    range: VersionRange,
) -> bool {
    let Some((_, node)) = expect.value.requirement else { return true };
    let requirements = &expect.value.posture;
    let mut wrong = Vec::new();
    let outside = requirements
        .required_versions
        .iter()
        .chain(&requirements.forbidden_versions)
        .find(|version| !range.contains(**version));
    if let Some(version) = outside {
        let found = format!("`versions` asks for {version}, which is not offered: the range is {range}");
        wrong.push(Wrong::new(found, "widen the range, or leave it out: `versions` sets it then"));
    }
    let some = &requirements.cipher_suites.some;
    let has_suite = || {
        let suites = range.iter().flat_map(CipherSuite::all_in);
        suites.into_iter().any(|suite| some.iter().any(|pattern| pattern.holds(suite)))
    };
    if !some.is_empty() && !has_suite() {
        let found = format!("no cipher suite of `some` exists in {range}");
        wrong.push(Wrong::new(found, "widen the range, or name others"));
    }
    let some = &requirements.groups.some;
    let has_group = || {
        let groups = range.iter().flat_map(|version| askable_groups(version).iter());
        groups.into_iter().any(|group| some.iter().any(|pattern| pattern.holds(group)))
    };
    if !some.is_empty() && !has_group() {
        let found = format!("no group of `some` exists in {range}");
        wrong.push(Wrong::new(found, "widen the range, or name others"));
    }
    let is_met = wrong.is_empty();
    for wrong in wrong {
        // An inherited expectation is whole: then the scenario's own range is what does not fit.
        let bounds = [&layer.max_version, &layer.min_version];
        let nearer =
            bounds.into_iter().filter_map(|bound| bound.get()).find(|bound| bound.level > expect.level);
        author.wrong(nearer.map_or(node, |bound| bound.node), wrong);
    }
    is_met
}
