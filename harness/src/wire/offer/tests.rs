use std::collections::HashSet;

use super::encode::padding_for;
use super::suites::{MAX_SUITES, is_removed_from_tls12};
use super::*;
use crate::wire::bytes::Bytes;
use crate::wire::extension;
use crate::wire::{ClientHello, ClientHelloReader, FirstFlight, Follow, Progress};

mod tailored;

const HOST: &str = "apitls12.onepagecrm.com";

fn ranges() -> impl Iterator<Item = VersionRange> {
    let all = || Version::ALL.into_iter();
    all().flat_map(move |min| all().filter_map(move |max| VersionRange::new(min, max)))
}

fn hellos(versions: VersionRange) -> Vec<Hello> {
    let mut hellos = vec![Hello::Standard];
    hellos.extend((1..=variants(versions)).map(Hello::Variant));
    if versions.max() == Version::Tls13 {
        hellos.extend([Hello::OneGroup(NamedGroup::X25519_MLKEM768), Hello::OneGroup(NamedGroup(0x7777))]);
    }
    hellos
}

fn offers() -> impl Iterator<Item = Offer> {
    ranges().flat_map(|versions| hellos(versions).into_iter().map(move |hello| Offer { versions, hello }))
}

fn written(offer: Offer, server_name: Option<&str>) -> Vec<u8> {
    let entropy = std::array::from_fn(|index| u8::try_from(index).unwrap());
    FirstFlight::begin(offer, server_name, entropy, Follow::ServerHello).hello().to_vec()
}

fn read(bytes: &[u8]) -> ClientHello {
    match ClientHelloReader::new().read(bytes) {
        Progress::Hello(hello) => *hello,
        other => panic!("{other:?}"),
    }
}

fn only(version: Version, hello: Hello) -> ClientHello {
    read(&written(Offer { versions: VersionRange::only(version), hello }, Some(HOST)))
}

/// The types and the lengths of the extensions.
fn extensions(hello: &[u8]) -> Vec<(u16, usize)> {
    let mut bytes = Bytes::new(&hello[9 + 34..]);
    bytes.vector8().unwrap();
    bytes.vector16().unwrap();
    bytes.vector8().unwrap();
    let mut extensions = Vec::new();
    if !bytes.is_empty() {
        let mut list = bytes.vector16().unwrap();
        while !list.is_empty() {
            extensions.push((list.u16().unwrap(), list.vector16().unwrap().rest().len()));
        }
    }
    assert!(bytes.is_empty());
    extensions
}

#[test]
fn a_hello_offers_the_versions_of_its_range_and_no_other_below_its_best() {
    for offer in offers() {
        let hello = read(&written(offer, Some(HOST)));
        let is_classic = offer.versions.max() == Version::Tls13 && offer.hello == Hello::Variant(3);
        let newest = if is_classic { Version::Tls12 } else { offer.versions.max() };
        assert_eq!(hello.best_in(VersionRange::ALL), Some(newest), "{offer:?}");
        assert_eq!(hello.is_ssl2, newest == Version::Ssl2, "{offer:?}");
        assert_eq!(hello.supported_versions.is_some(), newest == Version::Tls13, "{offer:?}");
        for version in offer.versions.iter().filter(|version| *version <= newest) {
            // A list of versions may not hold SSL 3.0, and no hello holds SSL 2.0 beside others.
            let is_unlisted =
                version == Version::Ssl2 || (newest == Version::Tls13 && version == Version::Ssl3);
            assert_eq!(hello.offers(version), newest == version || !is_unlisted, "{offer:?} {version}");
        }
        if newest == Version::Tls13 {
            let below = Version::ALL.into_iter().filter(|version| *version < offer.versions.min());
            assert!(!below.into_iter().any(|version| hello.offers(version)), "{offer:?}");
        }
    }
}

/// Whether it has no extension.
fn is_bare(offer: Offer) -> bool {
    match offer.versions.max() {
        Version::Tls10 | Version::Tls11 => offer.hello == Hello::Variant(3),
        Version::Tls12 => offer.hello == Hello::Variant(4),
        _ => false,
    }
}

#[test]
fn no_hello_has_a_size_or_shape_that_servers_are_known_to_fail_on() {
    let names = [None, Some("a.b"), Some(HOST)].map(|name| name.map(str::to_owned));
    let long = (1..=253).map(|length| Some("a".repeat(length)));
    for name in names.into_iter().chain(long) {
        for offer in offers().filter(|offer| name.is_none() || offer.versions.min() == offer.versions.max()) {
            let hello = written(offer, name.as_deref());
            let length = hello.len() - if hello[0] == 22 { 5 } else { 2 };
            let context = format!("{offer:?} {length} {name:?}");
            assert!(!(256..512).contains(&length), "{context}");
            assert!(!matches!(length % 256, 10 | 14), "{context}");
            let read = read(&hello);
            assert!(read.cipher_suites.len() <= MAX_SUITES, "{context}");
            assert_eq!(read.cipher_suites.iter().collect::<HashSet<_>>().len(), read.cipher_suites.len());
            if !read.is_ssl2 {
                assert_eq!(read.cipher_suites.last(), Some(&CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV));
                let extensions = extensions(&hello);
                assert!(extensions.last().is_none_or(|(_, length)| *length > 0), "{context}");
                let is_ssl3 = offer.versions.max() == Version::Ssl3;
                // Two hellos of SSL 3.0 have no extension, and one has the name alone.
                let names =
                    name.is_some() && !is_bare(offer) && (!is_ssl3 || offer.hello == Hello::Variant(2));
                assert_eq!(extensions.is_empty(), is_bare(offer) || (is_ssl3 && !names), "{context}");
                assert_eq!(hello[..3], if is_ssl3 { [22, 3, 0] } else { [22, 3, 1] }, "{context}");
                assert_eq!(read.server_name, name.clone().filter(|_| names), "{context}");
            }
        }
    }
}

#[test]
fn the_standard_hello_is_small() {
    for (version, length) in [
        (Version::Ssl2, 48),
        (Version::Ssl3, 108),
        (Version::Tls10, 168),
        (Version::Tls11, 168),
        (Version::Tls12, 238),
        // A key share is too much for 256 bytes, so it is padded.
        (Version::Tls13, 517),
    ] {
        let offer = Offer { versions: VersionRange::only(version), hello: Hello::Standard };
        assert_eq!(written(offer, Some(HOST)).len(), length, "{version}");
        assert!(only(version, Hello::Standard).cipher_suites.len() <= 31, "{version}");
    }
}

#[test]
fn every_suite_of_a_version_is_in_one_of_its_hellos() {
    for version in Version::ALL {
        let versions = VersionRange::only(version);
        let offered = hellos(versions).into_iter().flat_map(|hello| only(version, hello).cipher_suites);
        let offered = offered.collect::<HashSet<_>>();
        for suite in CipherSuite::all_in(version) {
            let is_due = version != Version::Tls12 || !is_removed_from_tls12(suite);
            assert_eq!(offered.contains(&suite), is_due, "{suite} in {version}");
        }
    }
}

#[test]
fn what_a_version_does_not_know_is_not_sent() {
    for version in [Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13] {
        for hello in hellos(VersionRange::only(version)) {
            let sent = only(version, hello);
            if is_bare(Offer { versions: VersionRange::only(version), hello }) {
                assert!(sent.extensions.is_empty(), "{version} {hello:?}");
                continue;
            }
            let has = |code| sent.extensions.contains(&code);
            assert_eq!(
                has(extension::SIGNATURE_ALGORITHMS),
                version >= Version::Tls12,
                "{version} {hello:?}"
            );
            for code in
                [extension::SUPPORTED_VERSIONS, extension::KEY_SHARE, extension::PSK_KEY_EXCHANGE_MODES]
            {
                assert_eq!(has(code), version == Version::Tls13, "{code} in {version} {hello:?}");
            }
            assert!(has(extension::SUPPORTED_GROUPS) && has(extension::EC_POINT_FORMATS));
        }
    }
}

#[test]
fn the_hellos_of_a_version_differ_where_servers_differ() {
    let session_id = |version, hello| only(version, hello).session_id.len();
    for version in [Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13] {
        let lengths = hellos(VersionRange::only(version)).into_iter().map(|hello| session_id(version, hello));
        assert_eq!(lengths.collect::<HashSet<_>>(), HashSet::from([0, 32]), "{version}");
    }
    // The random bytes of these tests count up from 0.
    let challenge = |hello| only(Version::Ssl2, hello).random.iter().filter(|byte| **byte != 0).count();
    assert_eq!((challenge(Hello::Standard), challenge(Hello::Variant(1))), (15, 31));
    let tls13 = |hello| only(Version::Tls13, hello);
    assert_eq!(tls13(Hello::Standard).key_shares, [NamedGroup::X25519]);
    assert_eq!(tls13(Hello::Variant(1)).key_shares, []);
    assert_eq!(tls13(Hello::Variant(2)).key_shares, [NamedGroup::SECP256R1]);
    assert!(tls13(Hello::Variant(1)).groups.contains(&NamedGroup::X25519_MLKEM768));
    assert!(!tls13(Hello::Standard).groups.contains(&NamedGroup::X25519_MLKEM768));
    let one_group = tls13(Hello::OneGroup(NamedGroup::MLKEM1024));
    assert_eq!((one_group.groups, one_group.key_shares), (vec![NamedGroup::MLKEM1024], Vec::new()));
    let classic = only(Version::Tls12, Hello::Variant(3));
    assert!(!classic.extensions.contains(&extension::EXTENDED_MASTER_SECRET));
    assert!(classic.cipher_suites.contains(&CipherSuite(0xC02F)), "a common suite, or it says nothing");
    assert!(classic.groups.contains(&NamedGroup::BRAINPOOL_P256R1), "beside a common suite");
}

#[test]
fn a_range_up_to_tls_1_3_has_a_hello_without_supported_versions_where_it_can() {
    for versions in ranges().filter(|&versions| VersionRange::max(versions) == Version::Tls13) {
        let lists = |hello: &Hello| {
            read(&written(Offer { versions, hello: *hello }, Some(HOST))).supported_versions.is_some()
        };
        let hellos = (1..=variants(versions)).map(Hello::Variant).collect::<Vec<_>>();
        assert_eq!(hellos.iter().all(lists), versions.min() == Version::Tls13, "{versions}");
    }
}

#[test]
fn an_address_and_the_dot_of_the_root_are_no_part_of_a_server_name() {
    for (name, sent) in [
        ("example.com", Some("example.com")),
        ("example.com.", Some("example.com")),
        ("192.0.2.1", None),
        ("2001:db8::1", None),
        ("[2001:db8::1]", None),
        ("", None),
        (&"a".repeat(256), None),
    ] {
        let offer = Offer { versions: VersionRange::only(Version::Tls12), hello: Hello::Standard };
        assert_eq!(read(&written(offer, Some(name))).server_name.as_deref(), sent, "{name}");
    }
}

#[test]
fn padding_reaches_its_aim_and_never_a_shunned_length() {
    for at_least in [0, 512, 768] {
        for length in 40..2000 {
            let padded = length + padding_for(length, at_least).map_or(0, |padding| padding + 4);
            assert!(padding_for(length, at_least) != Some(0));
            assert!(padded >= at_least && !(256..512).contains(&padded), "{length} {at_least}");
            assert!(!matches!(padded % 256, 10 | 14), "{length} {at_least}");
            assert!(padded <= length.max(at_least).max(512) + 6, "{length} {at_least}");
        }
    }
    assert_eq!(padding_for(255, 0), None);
    assert_eq!(padding_for(256, 0), Some(252));
}
