//! Servers whose certificate is not what anybody should trust, or is so and looks odd.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    SanType,
};
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;

use crate::behaviour::{Answer, answer, healthy_answer};
use crate::hello::{TLS12, TLS13};
use crate::kind::{Kind, kind, serves};
use crate::serving::{NAME, authority, config, config_of, ok};

const BOTH: &[u16] = &[TLS12, TLS13];

/// The certificate is as it should be.
const TRUSTED: &str = "P PPPPFF PPPP P F .";
/// It is not, and nothing is asked of whoever shows it.
const UNTRUSTED: &str = "P PPPPFF PPFF P F .";

type Chain = Vec<CertificateDer<'static>>;

pub(super) fn kinds() -> Vec<Kind> {
    let untrusted = |name: &str, config: Arc<ServerConfig>| showing(name, config, UNTRUSTED);
    let mut kinds = vec![
        untrusted("of another host", config("other.test", Vec::new())),
        untrusted("of a host above", config("test", Vec::new())),
        untrusted("of a host below", config("www.hostile.test", Vec::new())),
        untrusted("of a wildcard too high", config("*.test.hostile.test", Vec::new())),
        untrusted(
            "with a line's end and a workflow command in its name",
            config("a\n::error file=x::y\x1b[2J", Vec::new()),
        ),
        untrusted("with an old workflow command in its name", config("##[error]z", Vec::new())),
        untrusted(
            "with markup in its name",
            config("<script>pwned()</script><img src=x onerror=pwned()>", Vec::new()),
        ),
        untrusted("with NUL in its name", config("hostile.test\0.evil.test", Vec::new())),
        untrusted("that is expired", made(|leaf| leaf.not_after = rcgen::date_time_ymd(2001, 1, 1))),
        untrusted("that is not valid yet", made(|leaf| leaf.not_before = rcgen::date_time_ymd(2999, 1, 1))),
        untrusted("that has only a common name", made(|leaf| leaf.subject_alt_names.clear())),
        untrusted(
            "of an address",
            made(|leaf| leaf.subject_alt_names = vec![SanType::IpAddress([127, 0, 0, 1].into())]),
        ),
        untrusted("of an authority", made(|leaf| leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained))),
        untrusted(
            "with a critical extension of nobody",
            made(|leaf| {
                let mut extension = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
                extension.set_criticality(true);
                leaf.custom_extensions.push(extension);
            }),
        ),
        untrusted("signed by itself", alone()),
        untrusted("of an unknown issuer", by_stranger()),
        untrusted("whose chain loops", looping()),
        untrusted("whose chain is of 100 strangers", long_chain()),
        untrusted("of another key", of_another_key()),
        untrusted("that is no DER", bytes(vec![b"garbage\x1b[2J##[error]".to_vec()])),
        untrusted("that is empty", bytes(vec![Vec::new()])),
        untrusted("that is not there", bytes(Vec::new())),
        untrusted("that is nested 10,000 deep", bytes(vec![nested()])),
        untrusted("whose length is wrong", bytes(vec![vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]])),
        untrusted("of 60,000 zeros", bytes(vec![vec![0; 60_000]])),
        untrusted("that is cut short", cut_short()),
        untrusted("whose signature is wrong", wrong_signature()),
        untrusted("of 200 kB", bytes(vec![vec![0x30; 200_000]])),
        untrusted("of 10,000 empty ones", bytes(vec![Vec::new(); 10_000])),
        showing(
            "with 1,000 names",
            made(|leaf| {
                leaf.subject_alt_names.extend(
                    (0..1000).map(|number| SanType::DnsName(format!("h{number}.test").try_into().unwrap())),
                );
            }),
            TRUSTED,
        ),
        showing(
            "with 50 kB of extensions",
            made(|leaf| {
                leaf.custom_extensions
                    .push(CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![0; 50_000]));
            }),
            TRUSTED,
        ),
        showing("with a trusted leaf and garbage behind it", garbage_behind(), "P PPPPFF PPoo P F ."),
        showing(
            "with workflow commands in its subject",
            made(|leaf| {
                leaf.distinguished_name
                    .push(DnType::OrganizationName, "##[error]\n::error::x\x1b[2J\u{202e}");
            }),
            TRUSTED,
        ),
    ];
    for kind in &mut kinds {
        kind.name.insert_str(0, "certificate ");
    }
    kinds
}

fn showing(name: &str, config: Arc<ServerConfig>, letters: &str) -> Kind {
    let truth = if letters == UNTRUSTED { serves(BOTH).unfinished() } else { serves(BOTH) };
    let behaviour = answer(move |hello| match hello.best_of(BOTH).filter(|best| *best >= TLS12) {
        Some(_) => Answer::Serve(Arc::clone(&config), ok),
        None => healthy_answer(hello, BOTH),
    });
    kind(name, truth, behaviour, letters)
}

fn both(chain: Chain, key: &KeyPair) -> Arc<ServerConfig> {
    config_of(chain, key, Vec::new(), rustls::ALL_VERSIONS)
}

/// By the trusted authority, with this change.
fn made(change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
    let (chain, key) = trusted(change);
    both(chain, &key)
}

fn trusted(change: impl FnOnce(&mut CertificateParams)) -> (Chain, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let mut leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap();
    change(&mut leaf);
    (vec![leaf.signed_by(&key, authority()).unwrap().der().clone()], key)
}

fn alone() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap().self_signed(&key).unwrap();
    both(vec![leaf.der().clone()], &key)
}

fn stranger(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn by_stranger() -> Arc<ServerConfig> {
    // Of the trusted authority's name: a name proves nothing.
    let issuer =
        CertifiedIssuer::self_signed(stranger("The zoo's authority"), KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    both(vec![leaf.der().clone(), issuer.der().clone()], &key)
}

/// A signs B, and B signs A.
fn looping() -> Arc<ServerConfig> {
    let (a, b, key) =
        (KeyPair::generate().unwrap(), KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let by = |name: &str, key: KeyPair| Issuer::new(stranger(name), key);
    let (a_der, b_der) = (a.serialize_der(), b.serialize_der());
    let again = |der: &[u8]| KeyPair::try_from(der).unwrap();
    let (by_a, by_b) = (by("A", again(&a_der)), by("B", again(&b_der)));
    let a = stranger("A").signed_by(&a, &by_b).unwrap();
    let b = stranger("B").signed_by(&b, &by_a).unwrap();
    let leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap().signed_by(&key, &by_a).unwrap();
    both(vec![leaf.der().clone(), a.der().clone(), b.der().clone()], &key)
}

fn long_chain() -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let mut issuer = Issuer::new(stranger("0"), KeyPair::generate().unwrap());
    let mut chain = Chain::new();
    for number in 1..100 {
        let key = KeyPair::generate().unwrap();
        let params = stranger(&number.to_string());
        chain.push(params.signed_by(&key, &issuer).unwrap().der().clone());
        issuer = Issuer::new(params, key);
    }
    let leaf = CertificateParams::new(vec![NAME.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    chain.push(leaf.der().clone());
    chain.reverse();
    both(chain, &key)
}

fn of_another_key() -> Arc<ServerConfig> {
    let (chain, _) = trusted(|_| {});
    both(chain, &KeyPair::generate().unwrap())
}

fn cut_short() -> Arc<ServerConfig> {
    let (chain, key) = trusted(|_| {});
    let der = chain[0].to_vec();
    both(vec![CertificateDer::from(der[..der.len() - 20].to_vec())], &key)
}

fn wrong_signature() -> Arc<ServerConfig> {
    let (chain, key) = trusted(|_| {});
    let mut der = chain[0].to_vec();
    *der.last_mut().unwrap() ^= 1;
    both(vec![CertificateDer::from(der)], &key)
}

fn garbage_behind() -> Arc<ServerConfig> {
    let (mut chain, key) = trusted(|_| {});
    chain.push(CertificateDer::from(b"##[error]\x1b[2J".to_vec()));
    both(chain, &key)
}

/// Whatever these bytes are; the key is any.
fn bytes(chain: Vec<Vec<u8>>) -> Arc<ServerConfig> {
    both(chain.into_iter().map(CertificateDer::from).collect(), &KeyPair::generate().unwrap())
}

fn nested() -> Vec<u8> {
    (0..10_000_u16).rev().flat_map(|depth| [&[0x30, 0x82][..], &(depth * 4).to_be_bytes()].concat()).collect()
}
