//! What `probe` says about made-up hosts.

use std::net::SocketAddr;
use std::sync::Arc;

use tls_readiness::evidence::{
    CertificateOutcome, Doubt, Followed, Hello, Observation, Offer, Outcome, Refusal, Unreachable,
};
use tls_readiness::probe::Posture;
use tls_readiness::report::posture::{Description, describe_host};
use tls_readiness::scenario::parse_host;
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::NamedGroup;

use crate::evidence::{CBC, GCM, accepted, alert, alone, answered, control, handshake, session, variant};
use crate::golden::Golden;

/// The 23rd of November 2026, noon.
const NOW: u64 = 1_795_435_200;

fn posture(observations: Vec<Observation>, certificate: Followed) -> Posture {
    let one_group = Offer {
        versions: VersionRange::only(Version::Tls13),
        hello: Hello::OneGroup(NamedGroup::X25519_MLKEM768),
    };
    let mut post_quantum = Observation { offer: one_group, ..alone(Version::Tls13, alert(40)) };
    if let Some(Outcome::Accepted(acceptance)) = observations.last().map(|last| &last.outcome) {
        let group = Some(NamedGroup::X25519_MLKEM768);
        post_quantum.outcome =
            Outcome::Accepted(tls_readiness::evidence::Acceptance { group, ..*acceptance });
    }
    Posture {
        observations: observations.into_iter().map(Arc::new).collect(),
        certificate: Arc::new(handshake(certificate)),
        post_quantum: Arc::new(post_quantum),
    }
}

/// SSL 2.0 closed, SSL 3.0 refused weakly, then `tls10`, 1.1 refused, 1.2 and 1.3 accepted.
fn modern(tls10: Outcome) -> Posture {
    let mut observations = Vec::new();
    for (version, refusal) in [(Version::Ssl2, Outcome::Refused(Refusal::Closed)), (Version::Ssl3, alert(40))]
    {
        let first = alone(version, refusal);
        observations.extend([first.clone(), variant(1, first)]);
    }
    observations.extend([alone(Version::Tls10, tls10), alone(Version::Tls11, alert(70))]);
    observations.push(alone(Version::Tls12, accepted(Version::Tls12, GCM)));
    for round in [0, 1, 3] {
        let offer = Offer { versions: VersionRange::only(Version::Tls13), hello: Hello::Standard };
        observations.push(Observation { offer, ..control(round, accepted(Version::Tls13, GCM)) });
    }
    posture(observations, session(CertificateOutcome::Trusted, None))
}

fn all_alike(outcome: &Outcome) -> Posture {
    let observations = Version::ALL.map(|version| alone(version, outcome.clone()));
    let mut posture = posture(observations.into(), Followed::Broken(String::new()));
    posture.certificate =
        Arc::new(Observation { outcome: outcome.clone(), followed: None, ..(*posture.certificate).clone() });
    posture
}

fn described(host: &str, postures: Vec<(&str, Posture)>, now: u64) -> Description {
    let postures: Vec<(SocketAddr, Posture)> =
        postures.into_iter().map(|(address, posture)| (address.parse().unwrap(), posture)).collect();
    describe_host(&parse_host(host).unwrap(), &postures, now)
}

#[test]
fn a_host_is_described_version_by_version() {
    let closed = Outcome::Unreachable(Unreachable::ConnectionRefused);
    let silent = Outcome::Inconclusive(Doubt::Silence);
    let host = "api.example.com";
    let one = |posture| described(host, vec![("192.0.2.10:443", posture)], NOW);
    let cases = [
        ("modern", true, one(modern(alert(70)))),
        ("still-accepts", true, one(modern(accepted(Version::Tls10, CBC)))),
        (
            "answers-lower",
            true,
            one(posture(
                vec![
                    alone(Version::Tls11, answered(Version::Tls10)),
                    alone(Version::Tls10, accepted(Version::Tls10, CBC)),
                ],
                Followed::Broken("reset by the peer".to_owned()),
            )),
        ),
        ("closed", false, one(all_alike(&closed))),
        ("silent", false, one(all_alike(&silent))),
        ("not-tls", false, one(all_alike(&Outcome::NotTls { first_bytes: b"SSH-2.0-x\r\n".to_vec() }))),
        (
            "addresses-agree",
            true,
            described(
                host,
                vec![
                    ("192.0.2.10:443", modern(alert(70))),
                    ("192.0.2.11:443", modern(alert(70))),
                    ("[2001:db8::10]:443", modern(alert(70))),
                ],
                NOW,
            ),
        ),
        (
            "addresses-differ",
            true,
            described(
                host,
                vec![
                    ("192.0.2.10:443", modern(alert(70))),
                    ("192.0.2.11:443", modern(accepted(Version::Tls10, CBC))),
                    ("192.0.2.12:443", modern(alert(70))),
                    ("[::1]:8443", all_alike(&closed)),
                ],
                NOW,
            ),
        ),
        ("expired", true, described(host, vec![("192.0.2.10:443", modern(alert(70)))], NOW + 50 * 86_400)),
        ("last-day", true, described(host, vec![("192.0.2.10:443", modern(alert(70)))], NOW + 38 * 86_400)),
        ("not-yet-valid", true, described("[::1]", vec![("[::1]:443", modern(alert(70)))], 1_767_100_000)),
    ];
    let mut golden = Golden::default();
    for (name, conclusive, description) in cases {
        assert_eq!(description.conclusive, conclusive, "{name}");
        golden.compare(&format!("posture-{name}.txt"), &description.text);
    }
    golden.finish();
}
