//! Chains made to order, and where each leads.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::crypto::ring;

use super::*;
use crate::certificate::SignatureHash;

/// 2026-06-01.
const NOW: u64 = 1_780_272_000;

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![format!("{name}.example")]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.not_before = date_time_ymd(2026, 1, 1);
    params.not_after = date_time_ymd(2026, 12, 31);
    params
}

/// A certificate and what it can issue.
struct Made {
    der: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

fn root(name: &str) -> Made {
    let (params, key) = (params(name), KeyPair::generate().unwrap());
    let der = params.self_signed(&key).unwrap().der().to_vec();
    Made { der, issuer: Issuer::new(params, key) }
}

fn issued(name: &str, by: &Made) -> Made {
    with(params(name), by)
}

fn with(params: CertificateParams, by: &Made) -> Made {
    let key = KeyPair::generate().unwrap();
    let der = params.signed_by(&key, &by.issuer).unwrap().der().to_vec();
    Made { der, issuer: Issuer::new(params, key) }
}

fn leaf(by: &Made) -> Vec<u8> {
    let mut params = params("leaf");
    params.is_ca = IsCa::ExplicitNoCa;
    with(params, by).der
}

fn of(sent: &[&[u8]], roots: &[&[u8]]) -> Chain {
    let sent: Vec<CertificateDer<'_>> = sent.iter().map(|&der| CertificateDer::from(der)).collect();
    let roots = Roots::from_der(&roots.iter().map(|der| der.to_vec()).collect::<Vec<_>>());
    let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW));
    chain(&sent, &roots, now, &ring::default_provider().signature_verification_algorithms)
}

fn not_sent(issuer: &str, of_leaf: bool) -> ChainEnd {
    ChainEnd::IssuerNotSent { issuer: issuer.to_owned(), of_leaf }
}

#[test]
fn a_missing_intermediate_is_told_from_an_unknown_root() {
    let (ca, stranger) = (root("CA"), root("Stranger"));
    let first = issued("First", &ca);
    let second = issued("Second", &first);
    let (by_ca, by_first, by_second, strange) = (leaf(&ca), leaf(&first), leaf(&second), leaf(&stranger));
    let mut expired = params("leaf");
    expired.not_after = date_time_ymd(2026, 2, 1);
    expired.is_ca = IsCa::ExplicitNoCa;
    let expired = with(expired, &first).der;
    let unknown = ChainEnd::UnknownRoot { root: "Stranger".to_owned() };
    for (name, sent, end) in [
        ("straight from the root", vec![&by_ca], ChainEnd::Root),
        ("with its root", vec![&by_ca, &ca.der], ChainEnd::Root),
        ("with its intermediate", vec![&by_first, &first.der], ChainEnd::Root),
        ("in any order", vec![&by_second, &first.der, &second.der], ChainEnd::Root),
        ("expired", vec![&expired, &first.der], ChainEnd::Root),
        ("without intermediate", vec![&by_first], not_sent("First", true)),
        ("expired, without intermediate", vec![&expired], not_sent("First", true)),
        ("without the upper intermediate", vec![&by_second, &second.der], not_sent("First", false)),
        ("without the lower intermediate", vec![&by_second, &first.der], not_sent("Second", true)),
        ("of a stranger", vec![&strange], not_sent("Stranger", true)),
        ("of a stranger who is sent", vec![&strange, &stranger.der], unknown.clone()),
        ("self-issued", vec![&stranger.der], unknown),
    ] {
        let sent: Vec<&[u8]> = sent.into_iter().map(Vec::as_slice).collect();
        let chain = of(&sent, &[&ca.der]);
        assert_eq!((chain.end, chain.sent), (end, sent.len()), "{name}");
    }
    assert_eq!(of(&[&stranger.der], &[&stranger.der]).end, ChainEnd::Root);
}

#[test]
fn what_does_not_fit_together_leads_nowhere() {
    let (ca, namesake) = (root("CA"), root("CA"));
    let (one, other) = (root("One"), root("Other"));
    // Each of the two names the other as its issuer.
    let (circle_one, circle_other) = (issued("One", &other), issued("Other", &one));
    let in_circle = leaf(&circle_one);
    let of_namesake = leaf(&namesake);
    for (name, sent, words) in [
        ("nothing", vec![], "no certificate"),
        ("garbage", vec![&b"garbage"[..]], "BadEncoding"),
        ("a circle", vec![&in_circle, &circle_one.der, &circle_other.der], "names another of them"),
        ("of a namesake", vec![&of_namesake], "BadSignature"),
    ] {
        match of(&sent, &[&ca.der]).end {
            ChainEnd::Broken(found) => assert!(found.contains(words), "{name}: {found}"),
            end => panic!("{name}: {end:?}"),
        }
    }
}

#[test]
fn a_root_that_was_sent_vouches_for_nothing_by_its_own_signature() {
    let ca = root("CA");
    let first = issued("First", &ca);
    let by_first = leaf(&first);
    let chain = of(&[&by_first, &first.der, b"garbage", &ca.der], &[&ca.der]);
    let subjects: Vec<&str> = chain.signed.iter().map(|signed| signed.subject.as_str()).collect();
    assert_eq!(subjects, ["leaf", "First", "a certificate that cannot be read"]);
    let hashes: Vec<_> = chain.signed.iter().map(|it| it.signature.as_ref().and_then(|it| it.hash)).collect();
    assert_eq!(hashes, [Some(SignatureHash::Sha256), Some(SignatureHash::Sha256), None]);
    // The host's own counts, whoever signed it.
    assert_eq!(of(&[&ca.der], &[&ca.der]).signed.len(), 1);
    let many = vec![by_first.as_slice(); 100];
    let chain = of(&many, &[&ca.der]);
    assert_eq!((chain.sent, chain.signed.len()), (100, CERTIFICATES));
}
