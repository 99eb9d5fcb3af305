//! Whether requirements can be met within the range at all.

use std::sync::Arc;

use crate::scenario::author::Author;
use crate::scenario::expect::Expect;
use crate::scenario::layer::{Layer, Written};
use crate::scenario::posture::{Choice, GroupPattern, PostureRequirements, SuitePattern};
use crate::scenario::wrong::Wrong;
use crate::version::{Version, VersionRange};
use crate::wire::{CipherSuite, NamedGroup, askable_groups};

/// Whether the range has what is asked for; tells where it has not.
pub(super) fn can_be_met(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    expect: &Written<'_, Arc<Expect<'_>>>,
    range: VersionRange,
) -> bool {
    let asked = &expect.value.asked;
    let Some((_, first)) = asked.first().copied() else { return true };
    let requirements = &expect.value.posture;
    let mut wrong: Vec<(&str, Wrong)> = Vec::new();
    let outside = requirements
        .required_versions
        .iter()
        .chain(&requirements.forbidden_versions)
        .find(|version| !range.contains(**version));
    if let Some(version) = outside {
        let found = format!("`versions` asks for {version}, which is not offered: the range is {range}");
        wrong.push((
            "versions",
            Wrong::new(found, "widen the range, or leave it out: `versions` sets it then"),
        ));
    }
    let suites: Vec<CipherSuite> = range.iter().flat_map(CipherSuite::all_in).collect();
    let of_suites = some_of("cipher suite", &requirements.cipher_suites, &suites, SuitePattern::holds, range);
    wrong.extend(of_suites.map(|wrong| ("cipher_suites", wrong)));
    let groups: Vec<NamedGroup> = range.iter().flat_map(|version| askable_groups(version).iter()).collect();
    let of_groups = some_of("group", &requirements.groups, &groups, GroupPattern::holds, range);
    wrong.extend(of_groups.map(|wrong| ("groups", wrong)));
    wrong.extend(nowhere(requirements, range));
    let is_met = wrong.is_empty();
    for (field, wrong) in wrong {
        let node = asked.iter().find(|(name, _)| *name == field).map_or(first, |(_, node)| *node);
        // An inherited expectation is whole: then the scenario's own range is what does not fit.
        let bounds = [&layer.max_version, &layer.min_version];
        let nearer =
            bounds.into_iter().filter_map(|bound| bound.get()).find(|bound| bound.level > expect.level);
        author.wrong(nearer.map_or(node, |bound| bound.node), wrong);
    }
    is_met
}

/// Whether what one of must be there can be, where that is asked for.
fn some_of<P: Copy, T: Copy>(
    what: &str,
    choice: &Choice<P>,
    of_range: &[T],
    holds: impl Fn(P, T) -> bool,
    range: VersionRange,
) -> Option<Wrong> {
    if choice.some.is_empty() {
        return None;
    }
    let is_one_of = |patterns: &[P], item: T| patterns.iter().any(|pattern| holds(*pattern, item));
    let mut wanted = of_range.iter().copied().filter(|item| is_one_of(&choice.some, *item)).peekable();
    if wanted.peek().is_none() {
        let found = format!("no {what} of `some` exists in {range}");
        return Some(Wrong::new(found, "widen the range, or name others"));
    }
    let may_be_there = |item: T| {
        choice.only.as_ref().is_none_or(|only| is_one_of(only, item)) && !is_one_of(&choice.none, item)
    };
    (!wanted.any(may_be_there)).then(|| {
        let found = format!("every {what} of `some` is left out by `only` or `none`");
        Wrong::new(found, "let one of them be there, or remove `some`")
    })
}

/// A requirement that nothing of the range can fail: it would pass whatever the host does.
fn nowhere(requirements: &PostureRequirements, range: VersionRange) -> Option<(&'static str, Wrong)> {
    let overlaps =
        |min, max| VersionRange::new(min, max).is_some_and(|versions| versions.intersection(range).is_some());
    let classic = overlaps(Version::Ssl3, Version::Tls12);
    let has_classic_extensions = overlaps(Version::Tls10, Version::Tls12);
    let has_extensions = overlaps(Version::Tls10, Version::Tls13);
    let is_downgraded = range.contains(Version::Tls13) && classic;
    let below = "exists up to TLS 1.2 alone";
    let fields = [
        ("dh_size", requirements.dh_bits.is_some(), classic, below),
        ("compression", requirements.compression.is_some(), classic, below),
        ("secure_renegotiation", requirements.secure_renegotiation.is_some(), classic, below),
        (
            "extended_master_secret",
            requirements.extended_master_secret.is_some(),
            has_classic_extensions,
            "exists from TLS 1.0 to 1.2 alone",
        ),
        (
            "encrypt_then_mac",
            requirements.encrypt_then_mac.is_some(),
            has_classic_extensions,
            "exists from TLS 1.0 to 1.2 alone",
        ),
        ("groups", requirements.groups.is_asked(), has_extensions, "is chosen from TLS 1.0 on"),
        ("tolerates", !requirements.tolerates.is_empty(), has_extensions, "is asked from TLS 1.0 on"),
        (
            "downgrade_sentinel",
            requirements.downgrade_sentinel.is_some(),
            is_downgraded,
            "is owed by hosts of TLS 1.3 to older clients: the range needs both",
        ),
    ];
    let (field, _, _, why) = fields.into_iter().find(|(_, is_asked, is_there, _)| *is_asked && !is_there)?;
    Some((field, Wrong::new(format!("`{field}` in {range}: it {why}"), "change the range, or remove it")))
}
