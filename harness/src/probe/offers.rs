//! Which offers prove what: pure, so that the order of probing can be read and tested as a table.

use crate::evidence::{Hello, Offer};
use crate::version::{Version, VersionRange};
use crate::wire;

/// The first hello for each version of the range, offered alone.
pub(super) fn each_alone(range: VersionRange) -> Vec<Offer> {
    range.iter().map(|version| standard(VersionRange::only(version))).collect()
}

/// The hellos by which a client offers the whole range. SSL 2.0 has a hello of its own, which
/// carries nothing newer.
pub(super) fn whole_range(range: VersionRange) -> Vec<Offer> {
    let tls = VersionRange::new(range.min().max(Version::Ssl3), range.max());
    let ssl2 = range.contains(Version::Ssl2).then_some(VersionRange::only(Version::Ssl2));
    tls.into_iter().chain(ssl2).map(standard).collect()
}

/// The other hellos for the versions of an offer that was refused weakly. Beside TLS 1.3 there is
/// room for the common suites of 1.2 only: the rare ones are offered without it.
pub(super) fn variants(versions: VersionRange) -> Vec<Offer> {
    let below = VersionRange::new(versions.min(), Version::Tls12);
    let below = below.filter(|_| versions.max() == Version::Tls13);
    let variants = |versions| {
        (1..=wire::variants(versions)).map(move |number| Offer { versions, hello: Hello::Variant(number) })
    };
    variants(versions).chain(below.into_iter().flat_map(variants)).collect()
}

/// The hello that most likely is accepted by a server that refuses the range: the newest versions
/// above it, else all below it. The same for most ranges, so that tests share it.
pub(super) fn control(range: VersionRange) -> Option<Offer> {
    let above = Version::ALL
        .into_iter()
        .find(|version| *version > range.max())
        .and_then(|next| VersionRange::new(next.max(Version::Tls12), Version::Tls13));
    let below = || {
        let last = Version::ALL.into_iter().rfind(|version| *version < range.min())?;
        VersionRange::new(Version::Ssl3.min(last), last)
    };
    above.or_else(below).map(standard)
}

/// Every version outside the range alone, newest first: the controls to try where the first was not
/// accepted. `tried` is left out.
pub(super) fn other_controls(range: VersionRange, tried: Option<Offer>) -> Vec<Offer> {
    Version::ALL
        .into_iter()
        .rev()
        .filter(|version| !range.contains(*version))
        .map(|version| standard(VersionRange::only(version)))
        .filter(|offer| Some(*offer) != tried)
        .collect()
}

fn standard(versions: VersionRange) -> Offer {
    Offer { versions, hello: Hello::Standard }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Version::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

    fn range(min: Version, max: Version) -> VersionRange {
        VersionRange::new(min, max).unwrap()
    }

    #[test]
    fn the_control_is_never_within_the_range() {
        for (refused, expected) in [
            (range(Ssl2, Tls11), Some(range(Tls12, Tls13))),
            (range(Ssl2, Ssl2), Some(range(Tls12, Tls13))),
            (range(Tls10, Tls12), Some(range(Tls13, Tls13))),
            (range(Tls13, Tls13), Some(range(Ssl3, Tls12))),
            (range(Tls12, Tls13), Some(range(Ssl3, Tls11))),
            (range(Ssl3, Tls13), Some(range(Ssl2, Ssl2))),
            (range(Ssl2, Tls13), None),
        ] {
            let control = control(refused);
            assert_eq!(control.map(|offer| offer.versions), expected, "{refused}");
            for offer in control.into_iter().chain(other_controls(refused, control)) {
                assert_eq!(offer.versions.intersection(refused), None, "{refused}");
            }
        }
    }

    #[test]
    fn the_rare_suites_of_tls_1_2_are_offered_to_a_server_that_refuses_a_range_up_to_1_3() {
        let only_1_2 = VersionRange::only(Tls12);
        for (versions, others) in [
            (range(Tls12, Tls13), Some(only_1_2)),
            (range(Ssl3, Tls13), Some(range(Ssl3, Tls12))),
            (range(Tls13, Tls13), None),
            (range(Tls10, Tls12), None),
        ] {
            let offered: Vec<VersionRange> =
                variants(versions).into_iter().map(|offer| offer.versions).collect();
            let mut expected = vec![versions; usize::from(wire::variants(versions))];
            expected.extend(others.into_iter().flat_map(|below| [below; 4]));
            assert_eq!(offered, expected, "{versions}");
        }
    }

    #[test]
    fn ssl2_is_offered_by_its_own_hello() {
        let versions = |offers: Vec<Offer>| offers.iter().map(|offer| offer.versions).collect::<Vec<_>>();
        assert_eq!(versions(whole_range(range(Ssl2, Tls11))), [range(Ssl3, Tls11), range(Ssl2, Ssl2)]);
        assert_eq!(versions(whole_range(range(Ssl2, Ssl2))), [range(Ssl2, Ssl2)]);
        assert_eq!(versions(whole_range(range(Tls12, Tls13))), [range(Tls12, Tls13)]);
        assert_eq!(versions(each_alone(range(Tls11, Tls12))), [range(Tls11, Tls11), range(Tls12, Tls12)]);
    }
}
