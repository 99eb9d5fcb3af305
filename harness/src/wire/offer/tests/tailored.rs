//! Hellos that are made to order.

use super::*;
use crate::evidence::{Groups, SaidName};

/// Every kind of hello that is made to order for a version.
fn made_to_order(version: Version) -> Vec<Tailored> {
    let all: Vec<CipherSuite> = CipherSuite::all_in(version).collect();
    let parts = all.chunks(most_suites(version)).map(|part| Tailored::suites(part.iter().copied().collect()));
    let extras = [
        Extras { compression: true, ..Extras::default() },
        Extras { encrypt_then_mac: true, ..Extras::default() },
        Extras { future_version: true, ..Extras::default() },
        Extras { grease: true, ..Extras::default() },
        Extras { name: SaidName::Unknown, ..Extras::default() },
    ];
    let groups = Groups { wanted: askable_groups(version), behind: GroupSet::default() };
    parts
        .chain(extras.map(|extras| Tailored { extras, ..Tailored::default() }))
        .chain([Tailored { groups: Some(groups), ..Tailored::default() }, Tailored::default()])
        .collect()
}

fn hello(version: Version, tailored: Tailored) -> Vec<u8> {
    let offer = Offer { versions: VersionRange::only(version), hello: Hello::Tailored(tailored) };
    written(offer, Some(HOST))
}

#[test]
fn they_have_no_size_that_servers_are_known_to_fail_on() {
    for version in Version::ALL {
        for tailored in made_to_order(version) {
            let bytes = hello(version, tailored);
            let length = bytes.len() - if bytes[0] == 22 { 5 } else { 2 };
            assert!(!(256..512).contains(&length), "{version} {length} {tailored:?}");
            assert!(!matches!(length % 256, 10 | 14), "{version} {length} {tailored:?}");
            assert!(read(&bytes).cipher_suites.len() <= 128, "{version} {tailored:?}");
        }
    }
}

#[test]
fn the_suites_of_a_version_are_offered_as_they_were_ordered() {
    for version in Version::ALL {
        let suites: SuiteSet = CipherSuite::all_in(version).take(9).collect();
        let forwards: Vec<CipherSuite> = suites.iter().collect();
        for reversed in [false, true] {
            let mut expected = forwards.clone();
            if reversed && version > Version::Ssl2 {
                expected.reverse();
            }
            let tailored = Tailored { reversed, ..Tailored::suites(suites) };
            let mut offered = read(&hello(version, tailored)).cipher_suites;
            offered.retain(|suite| *suite != CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV);
            assert_eq!(offered, expected, "{version} {reversed}");
            let offer = Offer { versions: VersionRange::only(version), hello: Hello::Tailored(tailored) };
            assert_eq!(offered_suites(offer), suites, "{version}");
        }
    }
}

#[test]
fn all_suites_of_tls_1_2_go_into_three_hellos() {
    let count = CipherSuite::all_in(Version::Tls12).count();
    assert_eq!(count.div_ceil(most_suites(Version::Tls12)), 3);
}

#[test]
fn groups_are_asked_for_without_a_share() {
    for version in [Version::Tls10, Version::Tls12, Version::Tls13] {
        let behind: GroupSet = [NamedGroup::SECP256R1].into_iter().collect();
        let mut wanted = askable_groups(version);
        wanted.remove(NamedGroup::SECP256R1);
        let groups = Some(Groups { wanted, behind });
        let sent = read(&hello(version, Tailored { groups, ..Tailored::default() }));
        assert_eq!(
            sent.groups,
            wanted.iter().chain([NamedGroup::SECP256R1]).collect::<Vec<_>>(),
            "{version}"
        );
        assert_eq!(sent.key_shares, [], "{version}");
    }
    let tls13 = askable_groups(Version::Tls13);
    assert!(tls13.contains(NamedGroup::X25519_MLKEM768) && tls13.contains(NamedGroup::FFDHE2048));
    assert!(!tls13.contains(NamedGroup::SECP256K1) && !tls13.contains(NamedGroup::BRAINPOOL_P256R1));
    let tls12 = askable_groups(Version::Tls12);
    assert!(tls12.contains(NamedGroup::SECP256K1) && tls12.contains(NamedGroup::BRAINPOOL_P256R1));
    assert!(!tls12.contains(NamedGroup::X25519_MLKEM768) && !tls12.contains(NamedGroup::FFDHE2048));
    assert!(askable_groups(Version::Ssl3).is_empty());
}

#[test]
fn what_is_special_about_a_hello_is_sent() {
    let sent = |version, extras| hello(version, Tailored { extras, ..Tailored::default() });
    let future = Extras { future_version: true, ..Extras::default() };
    assert_eq!(sent(Version::Tls12, future)[9..11], [3, 5], "in the version field where there is no list");
    let tls13 = read(&sent(Version::Tls13, future));
    assert_eq!((tls13.legacy_version, tls13.supported_versions), (0x0303, Some(vec![0x0305, 0x0304])));

    let grease = sent(Version::Tls13, Extras { grease: true, ..Extras::default() });
    let has = |code: u16| extensions(&grease).iter().any(|(known, _)| *known == code);
    assert!(has(0x1A1A) && has(0x4A4A));
    let is_twice = |code: [u8; 2]| grease.windows(2).filter(|pair| *pair == code).count() >= 2;
    assert!(is_twice([0x0A, 0x0A]), "among the suites and the versions");

    let etm = read(&sent(Version::Tls12, Extras { encrypt_then_mac: true, ..Extras::default() }));
    assert!(etm.extensions.contains(&extension::ENCRYPT_THEN_MAC));
    let compressing = sent(Version::Tls12, Extras { compression: true, ..Extras::default() });
    assert!(compressing.windows(3).any(|methods| methods == [2, 1, 0]));
}

#[test]
fn the_key_exchange_is_read_where_it_tells_something() {
    let suites: SuiteSet = CipherSuite::all_in(Version::Tls12).filter(|suite| suite.sends_prime()).collect();
    assert!(suites.contains(CipherSuite(0x0034)), "TLS_DH_anon_WITH_AES_128_CBC_SHA");
    assert!(suites.contains(CipherSuite(0x0090)), "TLS_DHE_PSK_WITH_AES_128_CBC_SHA");
    assert!(Tailored::suites(suites).reads_key_exchange());
    let mut mixed = suites;
    mixed.insert(CipherSuite(0xC02F));
    assert!(!Tailored::suites(mixed).reads_key_exchange());
    assert!(Tailored { groups: Some(Groups::default()), ..Tailored::default() }.reads_key_exchange());
}
