//! What single hellos tell: the size of a prime, extensions, what a server bears, and its answers to names.

use super::super::Finding;
use super::super::inventory::{doubt, is_borne, is_declined};
use super::super::posture_fault::{Feature, PostureFault};
use super::{Found, Known};
use crate::evidence::{Acceptance, Doubt, Extras, Hello, Observation, Outcome, SaidName, Tailored};
use crate::scenario::{NameAnswer, PostureRequirements, Tolerance};
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

pub(super) fn prime(known: &Known<'_>, requirements: &PostureRequirements, found: &mut Found) {
    let Some(needed) = requirements.dh_bits else { return };
    for inventory in known.spoken().filter(|inventory| is_classic(inventory.version)) {
        let version = inventory.version;
        let asked = known.tailored(version, |tailored| {
            tailored.groups.is_none() && tailored.reads_key_exchange() && tailored.extras == Extras::default()
        });
        if asked.is_empty() {
            found.unclear_for(Some(Finding::NotProbed(VersionRange::only(version))));
        }
        for observation in asked {
            found.unclear_for(doubt(version, &observation.outcome));
            match &observation.outcome {
                Outcome::Accepted(Acceptance { details, .. }) => match details.dh_bits {
                    Some(bits) if bits < needed => {
                        found.there.push(PostureFault::SmallPrime { version, bits, needed });
                        break;
                    }
                    Some(_) => {}
                    None => found.unclear_for(Some(Finding::CannotTell(version, Doubt::Slow))),
                },
                _ if is_unborne(known, observation) => {
                    found.unclear_for(Some(Finding::Unconfirmed(version)));
                }
                _ => {}
            }
        }
    }
}

pub(super) fn features(known: &Known<'_>, requirements: &PostureRequirements, found: &mut Found) {
    for (feature, wanted) in [
        (Feature::ExtendedMasterSecret, requirements.extended_master_secret),
        (Feature::SecureRenegotiation, requirements.secure_renegotiation),
        (Feature::EncryptThenMac, requirements.encrypt_then_mac),
        (Feature::Compression, requirements.compression),
        (Feature::DowngradeSentinel, requirements.downgrade_sentinel),
    ] {
        let Some(wanted) = wanted else { continue };
        let mut versions = Vec::new();
        for inventory in known.spoken().filter(|inventory| is_classic(inventory.version)) {
            match has_feature(known, feature, inventory.version) {
                Ok(Some(is_there)) if is_there != wanted => versions.push(inventory.version),
                Ok(_) => {}
                Err(finding) => found.unclear_for(Some(finding)),
            }
        }
        if !versions.is_empty() {
            found.there.push(PostureFault::Feature { feature, versions, is_there: !wanted });
        }
    }
}

/// Whether a version has a feature; `None` where it cannot have it.
fn has_feature(known: &Known<'_>, feature: Feature, version: Version) -> Result<Option<bool>, Finding> {
    let not_probed = || {
        let declined = known.tailored(version, |tailored| tailored.extras == Extras::default());
        match declined.into_iter().any(is_declined) {
            true => Finding::Unconfirmed(version),
            false => Finding::NotProbed(VersionRange::only(version)),
        }
    };
    // SSL 3.0 has no extensions, but all servers that bear them answer the signal by one.
    if version == Version::Ssl3 && matches!(feature, Feature::ExtendedMasterSecret | Feature::EncryptThenMac)
    {
        return Ok(None);
    }
    match feature {
        Feature::ExtendedMasterSecret => {
            // The classic hello and the bare one do not offer it.
            let said = ordinary(known, version, |hello| !matches!(hello, Hello::Variant(3..)));
            said.map(|acceptance| acceptance.details.extended_master_secret)
                .max()
                .map(Some)
                .ok_or_else(not_probed)
        }
        Feature::SecureRenegotiation => {
            let said = ordinary(known, version, |_| true);
            said.map(|acceptance| acceptance.details.secure_renegotiation)
                .max()
                .map(Some)
                .ok_or_else(not_probed)
        }
        Feature::DowngradeSentinel => {
            // To TLS 1.3 alone it is a duty.
            if known.spoken().next_back().is_none_or(|newest| newest.version < Version::Tls13) {
                return Ok(None);
            }
            let said = ordinary(known, version, |_| true);
            said.map(|acceptance| acceptance.details.sentinel).min().map(Some).ok_or_else(not_probed)
        }
        Feature::EncryptThenMac => {
            let asked = known.tailored(version, |tailored| tailored.extras.encrypt_then_mac);
            let observation = asked.first().ok_or_else(not_probed)?;
            match &observation.outcome {
                Outcome::Accepted(acceptance) => Ok(Some(acceptance.details.encrypt_then_mac)),
                _ if is_unborne(known, observation) => Err(Finding::Unconfirmed(version)),
                // It has none of the suites that the extension is about.
                outcome => doubt(version, outcome).map_or(Ok(None), Err),
            }
        }
        Feature::Compression => {
            let asked = known.tailored(version, |tailored| tailored.extras.compression);
            let observation = asked.first().ok_or_else(not_probed)?;
            match &observation.outcome {
                Outcome::Accepted(acceptance) => Ok(Some(acceptance.details.compression)),
                _ if is_unborne(known, observation) => Err(Finding::Unconfirmed(version)),
                outcome => doubt(version, outcome).map_or(Ok(Some(false)), Err),
            }
        }
    }
}

/// Whether it was refused, and may have been for its form alone.
fn is_unborne(known: &Known<'_>, observation: &Observation) -> bool {
    is_declined(observation) && !is_borne(observation, known.observations)
}

/// What hellos for one version were accepted with that say nothing special.
fn ordinary<'a>(
    known: &'a Known<'_>,
    version: Version,
    is_meant: impl Fn(Hello) -> bool,
) -> impl Iterator<Item = &'a Acceptance> {
    known
        .observations
        .iter()
        .filter(move |observation| {
            observation.offer.versions == VersionRange::only(version)
                && match observation.offer.hello {
                    Hello::Standard | Hello::Variant(_) => true,
                    Hello::Tailored(tailored) => tailored.extras == Extras::default(),
                    Hello::OneGroup(_) | Hello::Rustls => false,
                }
                && is_meant(observation.offer.hello)
        })
        .filter_map(|observation| match &observation.outcome {
            Outcome::Accepted(acceptance) => Some(acceptance),
            _ => None,
        })
}

pub(super) fn tolerances(known: &Known<'_>, requirements: &PostureRequirements, found: &mut Found) {
    for tolerance in requirements.tolerates.iter().copied() {
        let is_meant = |tailored: &Tailored| match tolerance {
            Tolerance::FutureVersion => tailored.extras.future_version,
            Tolerance::Grease => tailored.extras.grease,
        };
        let mut is_asked = false;
        for version in known.spoken().map(|inventory| inventory.version) {
            for observation in known.tailored(version, is_meant) {
                is_asked = true;
                match &observation.outcome {
                    Outcome::Accepted(_) => {}
                    Outcome::Inconclusive(_) | Outcome::Unreachable(_) => {
                        found.unclear_for(doubt(version, &observation.outcome));
                    }
                    _ if is_unborne(known, observation) => {
                        found.unclear_for(Some(Finding::Unconfirmed(version)));
                    }
                    outcome => {
                        found.absent.push(PostureFault::Intolerant {
                            tolerance,
                            version,
                            outcome: outcome.clone(),
                        });
                    }
                }
            }
        }
        let can_be_asked = known.spoken().any(|inventory| inventory.version >= Version::Tls10);
        found.unclear_for((can_be_asked && !is_asked).then_some(Finding::NotProbed(known.range)));
    }
}

pub(super) fn names(known: &Known<'_>, requirements: &PostureRequirements, found: &mut Found) {
    for (name, expected) in
        [(SaidName::Unknown, requirements.unknown_name), (SaidName::Nothing, requirements.without_name)]
    {
        let Some(expected) = expected else { continue };
        // Who speaks nothing of the range has no answer to give.
        if known.spoken().next().is_none() {
            continue;
        }
        let asked = known.observations.iter().find(|observation| {
            matches!(observation.offer.hello, Hello::Tailored(tailored) if tailored.extras.name == name)
        });
        let Some(observation) = asked else {
            found.unclear_for(Some(Finding::NotProbed(known.range)));
            continue;
        };
        if is_unborne(known, observation) {
            found.unclear_for(Some(Finding::Unconfirmed(known.range.max())));
            continue;
        }
        match answers(expected, observation) {
            Some(true) => {}
            Some(false) => {
                found.absent.push(PostureFault::Name {
                    name,
                    expected,
                    outcome: observation.outcome.clone(),
                });
            }
            None => found.unclear_for(doubt(known.range.max(), &observation.outcome)),
        }
    }
}

/// Whether an answer to a name is the expected one; `None` where it does not tell.
fn answers(expected: NameAnswer, observation: &Observation) -> Option<bool> {
    let is_unrecognized = observation.warnings.contains(&AlertDescription::UNRECOGNIZED_NAME);
    match &observation.outcome {
        Outcome::Accepted(_) | Outcome::Answered(_) => Some(match expected {
            NameAnswer::Accepted => true,
            NameAnswer::UnrecognizedName => is_unrecognized,
            NameAnswer::Refused => false,
        }),
        Outcome::Inconclusive(Doubt::Alert(AlertDescription::UNRECOGNIZED_NAME)) => {
            Some(expected != NameAnswer::Accepted)
        }
        Outcome::Refused(_) => Some(expected == NameAnswer::Refused),
        Outcome::Inconclusive(_) | Outcome::Unreachable(_) => None,
        Outcome::NotTls { .. } | Outcome::Violation(_) => Some(false),
    }
}

/// Whether a version has what TLS 1.3 took out.
fn is_classic(version: Version) -> bool {
    (Version::Ssl3..Version::Tls13).contains(&version)
}
