//! What an acceptance takes.

use super::*;
use crate::evidence::{Chain, ChainEnd, Followed, HttpOutcome, Session, Staple};

#[test]
fn an_acceptance_by_the_hello() {
    let expectation = Expectation::Accepted(Acceptable::default());
    let whole = |outcome| (Tls12, Tls13, 0, outcome, 0);
    let other = |outcome| (Tls12, Tls13, 1, outcome, 1);
    for (name, rows, finding) in [
        ("accepted", vec![whole(accepted(Tls13))], Finding::Accepted(Tls13)),
        ("an intolerant server", vec![whole(RESET), other(accepted(Tls12))], Finding::Accepted(Tls12)),
        (
            "rare suites or groups in two versions",
            vec![whole(alert(40)), (Tls12, Tls12, 1, accepted(Tls12), 1), other(accepted(Tls13))],
            Finding::Accepted(Tls13),
        ),
        ("a lower answer", vec![whole(answered(Tls10))], Finding::AnsweredBelow(Tls10)),
        ("alert 70", vec![whole(alert(70))], Finding::NotAccepted(Refusal::Alert(AlertDescription(70)))),
        ("weak once", vec![whole(alert(40))], Finding::Unconfirmed(Tls13)),
        (
            "the same hello twice",
            vec![whole(alert(40)), (Tls12, Tls13, 0, RESET, 1)],
            Finding::Unconfirmed(Tls13),
        ),
        (
            "weak twice",
            vec![whole(alert(40)), other(RESET)],
            Finding::NotAccepted(Refusal::Alert(AlertDescription(40))),
        ),
        ("silence", vec![whole(SILENCE)], Finding::CannotTell(Tls13, Doubt::Silence)),
        ("not TLS", vec![whole(HTTP)], Finding::NotTls),
        ("a violation", vec![whole(CUT_OFF)], Finding::BrokeProtocol(Violation::CutOff)),
        ("a closed port", vec![whole(CLOSED_PORT)], Finding::CannotReach(Unreachable::ConnectionRefused)),
        ("nothing was tried", vec![], Finding::NotProbed(VersionRange::new(Tls12, Tls13).unwrap())),
    ] {
        assert_eq!(judge_rows(&expectation, Tls12, Tls13, rows), finding, "{name}");
    }
}

pub(super) fn handshake(outcome: Outcome, followed: Option<Followed>) -> Observation {
    let mut observation = observation((Tls12, Tls13, 0, outcome, 0));
    observation.offer.hello = Hello::Rustls;
    observation.followed = followed;
    observation
}

/// A session of which nothing is known but how its certificate is found.
pub(super) fn bare(certificate: CertificateOutcome) -> Session {
    Session {
        certificate,
        certificate_ahead: None,
        leaf: None,
        chain: Chain { sent: 1, signed: Vec::new(), end: ChainEnd::Root },
        staple: Staple::Missing,
        http: None,
        headers: Vec::new(),
    }
}

fn session(certificate: CertificateOutcome, http: Option<HttpOutcome>) -> Option<Followed> {
    Some(Followed::Session(Box::new(Session { http, ..bare(certificate) })))
}

#[test]
fn an_acceptance_by_the_handshake_and_what_follows() {
    use CertificateOutcome::{Expired, Trusted};
    let status = |status| Some(HttpOutcome::Status { status, location: None });
    let good = Acceptable { status: Some(Statuses::only(200)), ..Acceptable::default() };
    let any = Acceptable { certificate: CertificateExpectation::Any, ..Acceptable::default() };
    let only_1_2 = Acceptable { version: Some(Tls12), ..Acceptable::default() };
    let hello = |outcome| observation((Tls12, Tls13, 0, outcome, 1));
    let ok = Finding::Accepted(Tls13);
    let http = Depth::Http;
    let cases: Vec<(&str, &Acceptable, Depth, Vec<Observation>, Finding)> = vec![
        (
            "all as expected",
            &good,
            http,
            vec![handshake(accepted(Tls13), session(Trusted, status(200)))],
            ok.clone(),
        ),
        (
            "another status",
            &good,
            http,
            vec![handshake(accepted(Tls13), session(Trusted, status(404)))],
            Finding::OtherStatus { expected: Statuses::only(200), status: 404, location: None },
        ),
        (
            "no answer, though no status is asked for",
            &any,
            http,
            vec![handshake(
                accepted(Tls13),
                session(Trusted, Some(HttpOutcome::Failed("closed".to_owned()))),
            )],
            Finding::NoHttpAnswer("closed".to_owned()),
        ),
        (
            "the certificate before the status",
            &good,
            http,
            vec![handshake(accepted(Tls13), session(Expired, Some(HttpOutcome::NotSent)))],
            Finding::Certificate { expected: CertificateExpectation::Trusted, found: Expired },
        ),
        (
            "any certificate",
            &any,
            Depth::Handshake,
            vec![handshake(accepted(Tls13), session(Expired, None))],
            ok.clone(),
        ),
        (
            "another version",
            &only_1_2,
            Depth::Handshake,
            vec![handshake(accepted(Tls13), session(Trusted, None))],
            Finding::OtherVersion { expected: Tls12, chosen: Tls13 },
        ),
        (
            "broken off",
            &any,
            Depth::Handshake,
            vec![handshake(accepted(Tls12), Some(Followed::Broken("why".to_owned())))],
            Finding::HandshakeBroke { version: Tls12, why: "why".to_owned() },
        ),
        (
            "only CBC: accepted by our hello, refused to rustls",
            &any,
            Depth::Handshake,
            vec![handshake(alert(40), None), hello(accepted(Tls12))],
            Finding::CannotFinish { version: Tls12, cipher_suite: SUITE, group: None },
        ),
        (
            "only P-521: accepted by our hello, refused to rustls",
            &any,
            Depth::Handshake,
            vec![handshake(alert(40), None), hello(accepted_with(0xC02F, NamedGroup::SECP521R1))],
            Finding::CannotFinish {
                version: Tls12,
                cipher_suite: CipherSuite(0xC02F),
                group: Some(NamedGroup::SECP521R1),
            },
        ),
        (
            "no HTTP/1.1: refused to rustls alone",
            &any,
            Depth::Handshake,
            vec![handshake(alert(120), None), hello(accepted_with(0xC02F, NamedGroup::X25519))],
            Finding::HandshakeRefused {
                version: Tls12,
                refusal: Refusal::Alert(AlertDescription::NO_APPLICATION_PROTOCOL),
            },
        ),
        (
            "a violation that has nothing to do with what is offered",
            &any,
            Depth::Handshake,
            vec![handshake(CUT_OFF, None), hello(accepted_with(0xC02F, NamedGroup::X25519))],
            Finding::BrokeProtocol(Violation::CutOff),
        ),
        (
            "refused to both",
            &any,
            Depth::Handshake,
            vec![handshake(alert(40), None), hello(RESET), {
                let mut other = hello(RESET);
                other.offer.hello = Hello::Variant(1);
                other
            }],
            Finding::NotAccepted(Refusal::Reset),
        ),
        (
            "a lower answer that rustls calls a violation",
            &any,
            Depth::Handshake,
            vec![
                handshake(Outcome::Violation(Violation::Handshake("version".to_owned())), None),
                hello(answered(Tls10)),
            ],
            Finding::AnsweredBelow(Tls10),
        ),
        (
            "a hello alone is not followed far enough",
            &any,
            Depth::Handshake,
            vec![hello(accepted(Tls13))],
            Finding::NotProbed(VersionRange::new(Tls12, Tls13).unwrap()),
        ),
        (
            "silence",
            &any,
            Depth::Handshake,
            vec![handshake(SILENCE, None)],
            Finding::CannotTell(Tls13, Doubt::Silence),
        ),
    ];
    for (name, acceptable, depth, observations, finding) in cases {
        let charge = Charge {
            versions: VersionRange::new(Tls12, Tls13).unwrap(),
            expectation: &Expectation::Accepted(acceptable.clone()),
            depth,
            addresses: Addresses::All,
        };
        assert_eq!(judge(&charge, &evidence(&[observations])).finding, finding, "{name}");
    }
}

/// Below TLS 1.2 the hello is all that there is: what more a scenario asks for was not seen.
#[test]
fn what_cannot_be_followed_is_no_pass_where_more_is_asked_for() {
    let plain = Acceptable::default();
    let status = Acceptable { status: Some(Statuses::only(200)), ..Acceptable::default() };
    let expired = Acceptable { certificate: CertificateExpectation::Expired, ..Acceptable::default() };
    let ahead = Acceptable { certificate_valid_for: Some(Duration::from_secs(1)), ..Acceptable::default() };
    let passes = Finding::Accepted(Tls10);
    let not_seen = Finding::CannotFinish { version: Tls10, cipher_suite: SUITE, group: None };
    for (acceptable, depth, finding) in [
        (&plain, Depth::Hello, &passes),
        (&plain, Depth::Handshake, &passes),
        (&plain, Depth::Http, &not_seen),
        (&status, Depth::Http, &not_seen),
        (&expired, Depth::Handshake, &not_seen),
        (&ahead, Depth::Handshake, &not_seen),
        (&ahead, Depth::Hello, &passes),
    ] {
        let charge = Charge {
            versions: VersionRange::new(Tls10, Tls12).unwrap(),
            expectation: &Expectation::Accepted(acceptable.clone()),
            depth,
            addresses: Addresses::All,
        };
        let observed = observation((Tls10, Tls12, 0, accepted(Tls10), 0));
        assert_eq!(
            judge(&charge, &evidence(&[vec![observed]])).finding,
            *finding,
            "{acceptable:?} {depth:?}"
        );
    }
}

#[test]
fn a_certificate_that_ends_too_soon() {
    let needed = Duration::from_secs(30 * 86_400);
    for (certificate, now, ahead, ends) in [
        (CertificateExpectation::Trusted, CertificateOutcome::Trusted, CertificateOutcome::Trusted, false),
        (CertificateExpectation::Trusted, CertificateOutcome::Trusted, CertificateOutcome::Expired, true),
        (
            CertificateExpectation::Any,
            CertificateOutcome::UnknownIssuer,
            CertificateOutcome::UnknownIssuer,
            false,
        ),
        (CertificateExpectation::Any, CertificateOutcome::UnknownIssuer, CertificateOutcome::Expired, true),
    ] {
        let acceptable =
            Acceptable { certificate, certificate_valid_for: Some(needed), ..Acceptable::default() };
        let session = Session { certificate_ahead: Some((needed, ahead.clone())), ..bare(now) };
        let observed = handshake(accepted(Tls13), Some(Followed::Session(Box::new(session))));
        let charge = Charge {
            versions: VersionRange::new(Tls12, Tls13).unwrap(),
            expectation: &Expectation::Accepted(acceptable),
            depth: Depth::Handshake,
            addresses: Addresses::All,
        };
        let expected = if ends {
            Finding::CertificateEndsSoon { needed, found: ahead }
        } else {
            Finding::Accepted(Tls13)
        };
        assert_eq!(judge(&charge, &evidence(&[vec![observed]])).finding, expected);
    }
}
