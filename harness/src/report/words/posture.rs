//! PostureRequirements in words: what is asked for, and what of it is not met.

use super::{all_of, first_words};
use crate::evidence::SaidName;
use crate::scenario::{Choice, GroupPattern, NameAnswer, PostureRequirements, SuitePattern, Tolerance};
use crate::verdict::{Feature, PostureFault};
use crate::version::Version;

/// How many of a long list are named.
pub(in crate::report) const NAMES: usize = 4;
/// How many requirements that are not met are told in a headline.
const TOLD: usize = 4;

/// All that is required, in a line; of long lists at most `most` names.
#[must_use]
pub(super) fn required(requirements: &PostureRequirements, most: usize) -> String {
    let mut parts = Vec::new();
    let mut versions = |versions: &[Version], what: &str| {
        if !versions.is_empty() {
            parts.push(format!("{} {what}", all_of(versions)));
        }
    };
    versions(&requirements.required_versions, "accepted");
    versions(&requirements.forbidden_versions, "refused");
    parts.extend(of_choice("cipher suites", &requirements.cipher_suites, most, SuitePattern::name));
    parts.extend(of_choice("groups", &requirements.groups, most, GroupPattern::name));
    if let Some(bits) = requirements.dh_bits {
        parts.push(format!("Diffie-Hellman with {bits} bits or more"));
    }
    if let Some(is_servers) = requirements.server_preference {
        parts.push(format!("the {}'s order of cipher suites", whose(is_servers)));
    }
    for (feature, wanted) in [
        (Feature::ExtendedMasterSecret, requirements.extended_master_secret),
        (Feature::SecureRenegotiation, requirements.secure_renegotiation),
        (Feature::EncryptThenMac, requirements.encrypt_then_mac),
        (Feature::Compression, requirements.compression),
        (Feature::DowngradeSentinel, requirements.downgrade_sentinel),
    ] {
        parts
            .extend(wanted.map(|wanted| format!("{}{}", if wanted { "" } else { "no " }, words_of(feature))));
    }
    if !requirements.tolerates.is_empty() {
        let borne: Vec<&str> = requirements.tolerates.iter().map(|tolerance| borne(*tolerance)).collect();
        parts.push(format!("{} borne", borne.join(" and ")));
    }
    for (name, expected) in
        [(SaidName::Unknown, requirements.unknown_name), (SaidName::Nothing, requirements.without_name)]
    {
        parts.extend(expected.map(|expected| format!("{} {}", said(name), answer(expected))));
    }
    parts.join("; ")
}

fn of_choice<P: Copy>(
    what: &str,
    choice: &Choice<P>,
    most: usize,
    name: impl Fn(P) -> &'static str,
) -> Vec<String> {
    let names = |patterns: &[P]| named(patterns.iter().map(|pattern| name(*pattern).to_owned()), most);
    let mut parts = Vec::new();
    if let Some(only) = &choice.only {
        parts.push(format!("{what} only {}", names(only)));
    }
    if !choice.none.is_empty() {
        parts.push(format!("{what} none of {}", names(&choice.none)));
    }
    if !choice.some.is_empty() {
        parts.push(format!("{what} at least one of {}", names(&choice.some)));
    }
    parts
}

/// Names in a sentence; of many the first.
fn named(names: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let count = names.len();
    let told: Vec<String> = names.take(most).collect();
    match count.checked_sub(most) {
        None | Some(0) => all_of(&told),
        Some(more) => format!("{} and {more} more", told.join(", ")),
    }
}

/// What is not met, as what a host does.
#[must_use]
pub(super) fn all_unmet(unmet: &[PostureFault]) -> String {
    let told: Vec<String> = unmet.iter().take(TOLD).map(one).collect();
    let more = unmet.len().saturating_sub(TOLD);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    told.join("; ") + &more
}

fn one(unmet: &PostureFault) -> String {
    match unmet {
        PostureFault::VersionNotAccepted(version) => format!("does not accept {version}"),
        PostureFault::VersionAccepted(version) => format!("accepts {version}"),
        PostureFault::SuitesAccepted(suites) => format!("accepts {}", by_version(suites)),
        PostureFault::NoSuiteOf(patterns) => {
            let names = patterns.iter().map(|pattern| pattern.name().to_owned());
            format!("accepts none of the cipher suites {}", named(names, NAMES))
        }
        PostureFault::GroupsAccepted(groups) => format!("accepts the groups {}", by_version(groups)),
        PostureFault::NoGroupOf(patterns) => {
            let names = patterns.iter().map(|pattern| pattern.name().to_owned());
            format!("accepts none of the groups {}", named(names, NAMES))
        }
        PostureFault::SmallPrime { version, bits, needed } => {
            format!("uses Diffie-Hellman with {bits} bits in {version}, expected {needed} or more")
        }
        PostureFault::Order { versions, is_servers } => {
            format!(
                "chooses cipher suites by the {}'s order in {}, expected the {}'s",
                whose(*is_servers),
                all_of(versions),
                whose(!is_servers)
            )
        }
        PostureFault::Feature { feature, versions, is_there } => {
            format!(
                "{} {} in {}",
                if *is_there { "has" } else { "lacks" },
                words_of(*feature),
                all_of(versions)
            )
        }
        PostureFault::Intolerant { tolerance, version, outcome } => {
            format!("does not bear {} beside {version}: {}", borne(*tolerance), first_words(outcome))
        }
        PostureFault::Name { name, expected, outcome } => {
            format!("answers {} otherwise than {}: {}", said(*name), answer(*expected), first_words(outcome))
        }
    }
}

/// Things and the versions they were found in, those of one version together.
fn by_version<T: ToString>(found: &[(Version, T)]) -> String {
    let groups = found.chunk_by(|(one, _), (other, _)| one == other).map(|group| {
        let names = named(group.iter().map(|(_, item)| item.to_string()), NAMES);
        let version = group.first().map(|(version, _)| version.to_string()).unwrap_or_default();
        format!("{names} in {version}")
    });
    groups.collect::<Vec<_>>().join(", ")
}

pub(in crate::report) const fn words_of(feature: Feature) -> &'static str {
    match feature {
        Feature::ExtendedMasterSecret => "extended_master_secret",
        Feature::SecureRenegotiation => "secure renegotiation",
        Feature::EncryptThenMac => "encrypt_then_mac",
        Feature::Compression => "TLS compression",
        Feature::DowngradeSentinel => "the downgrade sentinel",
    }
}

const fn whose(is_servers: bool) -> &'static str {
    if is_servers { "server" } else { "client" }
}

pub(in crate::report) const fn borne(tolerance: Tolerance) -> &'static str {
    match tolerance {
        Tolerance::FutureVersion => "a version of the future",
        Tolerance::Grease => "GREASE values",
    }
}

pub(in crate::report) const fn said(name: SaidName) -> &'static str {
    match name {
        SaidName::AsEver => "the host's name",
        SaidName::Unknown => "an unknown name",
        SaidName::Nothing => "a client that names no host",
    }
}

const fn answer(expected: NameAnswer) -> &'static str {
    match expected {
        NameAnswer::Accepted => "accepted",
        NameAnswer::Refused => "refused",
        NameAnswer::UnrecognizedName => "by the alert unrecognized_name",
    }
}
