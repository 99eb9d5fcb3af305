//! Certificates made to order, and how each is found.

use proptest::prelude::*;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};
use rustls::crypto::ring;

use super::*;
use CertificateOutcome::{Expired, NameMismatch, Trusted, UnknownIssuer};

/// 2026-06-01; certificates are valid in 2026 where nothing else is said.
const NOW: u64 = 1_780_272_000;
const DAY: u64 = 24 * 60 * 60;

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2026, 12, 31);
    params
}

fn ca(name: &str) -> (Certificate, Issuer<'static, KeyPair>) {
    let mut params = params(&[]);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap(), Issuer::new(params, key))
}

fn issued(params: &CertificateParams, issuer: &Issuer<'_, KeyPair>) -> Vec<u8> {
    params.signed_by(&KeyPair::generate().unwrap(), issuer).unwrap().der().to_vec()
}

fn self_signed(params: &CertificateParams) -> Vec<u8> {
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn found(leaf: &[u8], roots: &Roots, name: &str, now: u64) -> CertificateOutcome {
    let witness = Witness::new(ring::default_provider().signature_verification_algorithms);
    witness.with(|seen| seen.chain = vec![CertificateDer::from(leaf.to_vec())]);
    let name = ServerName::try_from(name).unwrap();
    witness.judge(roots, &name, UnixTime::since_unix_epoch(std::time::Duration::from_secs(now)))
}

#[test]
fn a_certificate_is_found_as_a_client_would_find_it() {
    let (ca, issuer) = ca("Test CA");
    let (_, stranger) = self::ca("Strange CA");
    let good = params(&["example.com", "*.example.org", "192.0.2.1"]);
    let mut ended = params(&["example.com"]);
    ended.not_after = date_time_ymd(2026, 2, 1);
    let mut for_clients = params(&["example.com"]);
    for_clients.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let roots = Roots::from_der(&[ca.der().to_vec()]);

    let good_leaf = issued(&good, &issuer);
    for (what, leaf, name, now, expected) in [
        ("good", &good_leaf, "example.com", NOW, Trusted),
        ("good, by wildcard", &good_leaf, "a.example.org", NOW, Trusted),
        ("good, by address", &good_leaf, "192.0.2.1", NOW, Trusted),
        ("another name", &good_leaf, "example.net", NOW, NameMismatch),
        ("another address", &good_leaf, "192.0.2.2", NOW, NameMismatch),
        ("a day after its end", &good_leaf, "example.com", NOW + 214 * DAY, Expired),
        ("expired", &issued(&ended, &issuer), "example.com", NOW, Expired),
        ("expired, of a stranger, another name", &issued(&ended, &stranger), "example.net", NOW, Expired),
        ("of a stranger", &issued(&good, &stranger), "example.com", NOW, UnknownIssuer),
        ("of a stranger, another name", &issued(&good, &stranger), "example.net", NOW, UnknownIssuer),
    ] {
        assert_eq!(found(leaf, &roots, name, now), expected, "{what}");
    }
    for (leaf, now, words) in [
        (&good_leaf, NOW - 365 * DAY, "not valid yet"),
        (&issued(&for_clients, &issuer), NOW, "extended key usage"),
        (&b"no certificate".to_vec(), NOW, "BadEncoding"),
    ] {
        match found(leaf, &roots, "example.com", now) {
            CertificateOutcome::Other(found) => assert!(found.contains(words), "{found}"),
            found => panic!("{found:?} where {words} was expected"),
        }
    }
}

#[test]
fn a_self_signed_certificate_is_trusted_where_it_is_a_root_itself() {
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = params(&["example.com"]);
        params.is_ca = is_ca;
        let leaf = self_signed(&params);
        let (own, none) = (Roots::from_der(std::slice::from_ref(&leaf)), Roots::from_der(&[]));
        for (roots, name, now, expected) in [
            (&own, "example.com", NOW, Trusted),
            (&own, "example.net", NOW, NameMismatch),
            (&own, "example.com", NOW + 365 * DAY, Expired),
            (&none, "example.com", NOW, UnknownIssuer),
            (&none, "example.com", NOW + 365 * DAY, Expired),
            (&Roots::mozilla(), "example.com", NOW, UnknownIssuer),
        ] {
            assert_eq!(found(&leaf, roots, name, now), expected, "{is_ca:?} {name}");
        }
        match found(&leaf, &own, "example.com", NOW - 365 * DAY) {
            CertificateOutcome::Other(words) => assert!(words.contains("not valid yet"), "{words}"),
            found => panic!("{found:?}"),
        }
    }
}

#[test]
fn details_are_for_people_and_escaped() {
    let (_, issuer) = ca("Test CA");
    let details = details::details(&issued(&params(&["example.com", "2001:db8::1"]), &issuer)).unwrap();
    assert_eq!(details.names, ["example.com", "2001:db8::1"]);
    assert_eq!(details.issuer, "Test CA");
    assert_eq!(details.not_after - details.not_before, 364 * 24 * 60 * 60);

    let mut nameless = params(&[]);
    nameless.distinguished_name.push(DnType::CommonName, "::error::\u{1b}[31mred");
    let details = details::details(&self_signed(&nameless)).unwrap();
    assert_eq!(details.names, ["\\u{3a}:error::\\u{1b}[31mred"]);
    assert_eq!(details.issuer, details.names[0]);

    let many: Vec<String> = (0..1000).map(|number| format!("host-{number}.example.com")).collect();
    let many = CertificateParams::new(many).unwrap();
    assert_eq!(details::details(&self_signed(&many)).unwrap().names.len(), 100);
}

proptest! {
    #[test]
    fn no_certificate_makes_the_gate_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut der = self_signed(&params(&["example.com", "192.0.2.1"]));
        for (place, byte) in changes {
            let place = place.index(der.len());
            der[place] = byte;
        }
        for der in [&der[..], &der[..cut.index(der.len())]] {
            let _ = details::details(der);
            let _ = found(der, &Roots::from_der(&[der.to_vec()]), "example.com", NOW);
            let _ = found(der, &Roots::from_der(&[]), "example.com", NOW);
            if let Some(details) = details::details(der) {
                let _ = (details.lifespan(), details.holds("example.com"));
            }
            let sent = [CertificateDer::from(der.to_vec()), CertificateDer::from(der.to_vec())];
            let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(NOW));
            let algorithms = ring::default_provider().signature_verification_algorithms;
            for roots in [Roots::from_der(&[]), Roots::mozilla()] {
                let chain = chain::chain(&sent, &roots, now, &algorithms);
                prop_assert!(chain.end != crate::evidence::ChainEnd::Root);
            }
        }
    }
}
