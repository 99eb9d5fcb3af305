//! What is required beyond version, trust and status, row by row.

use super::accepted::{bare, handshake};
use super::*;
use crate::certificate::{PublicKey, SignatureHash};
use crate::evidence::{
    Asked, CertificateDetails, Chain, ChainEnd, Followed, HeaderField, HttpOutcome, Question, Reply, Session,
    Signature, Signed, Staple,
};
use crate::scenario::requirements::{
    CertificateName, HeaderRule, HeaderWanted, HstsRule, ProtocolRule, SignatureRule,
};
use crate::scenario::{Acceptable, Host, HostName, Requirements};

const DAY: u64 = 86_400;

fn leaf(sha256: &str) -> CertificateDetails {
    CertificateDetails {
        names: vec!["a.example".to_owned()],
        subject: "a.example".to_owned(),
        issuer: "Example CA".to_owned(),
        not_before: 0,
        not_after: 366 * 86_400 - 1,
        key: PublicKey::Rsa(2048),
        signature: signature(Some(SignatureHash::Sha256)),
        sha256: sha256.to_owned(),
        der: Vec::new(),
    }
}

fn signature(hash: Option<SignatureHash>) -> Signature {
    Signature { algorithm: "algorithm".to_owned(), hash }
}

fn signed(hash: Option<SignatureHash>) -> Signed {
    Signed { subject: "a.example".to_owned(), signature: Some(signature(hash)) }
}

fn good() -> Session {
    Session {
        leaf: Some(leaf("ab")),
        chain: Chain { sent: 1, signed: vec![signed(Some(SignatureHash::Sha256))], end: ChainEnd::Root },
        http: Some(HttpOutcome::Status { status: 200, location: None }),
        ..bare(CertificateOutcome::Trusted)
    }
}

fn asked(question: Question, reply: Reply) -> Asked {
    Asked { question, reply, took: Duration::ZERO, connections: 1 }
}

fn evidence_of(session: Session, asked: Vec<Asked>) -> Evidence {
    let observed = handshake(accepted(Tls13), Some(Followed::Session(Box::new(session))));
    let mut evidence = evidence(&[vec![observed]]);
    evidence.addresses[0].asked = asked.into_iter().map(Arc::new).collect();
    evidence
}

fn judged(requirements: Requirements, certificate: CertificateExpectation, evidence: &Evidence) -> Judgement {
    let requirements = Box::new(requirements);
    let expectation =
        Expectation::Accepted(Acceptable { certificate, requirements, ..Acceptable::default() });
    let charge = Charge {
        versions: VersionRange::new(Tls12, Tls13).unwrap(),
        expectation: &expectation,
        depth: Depth::Http,
        addresses: Addresses::All,
    };
    judge(&charge, evidence)
}

/// What is not met first; `None` where all is.
fn unmet(requirements: Requirements, session: Session, asked: Vec<Asked>) -> Option<Unmet> {
    let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence_of(session, asked));
    match judgement.finding {
        Finding::Accepted(_) => None,
        Finding::Unmet { first, .. } => Some(*first),
        finding => panic!("{finding:?}"),
    }
}

#[test]
fn a_lifespan_counts_both_ends() {
    for (days, is_met) in [(366, true), (365, false)] {
        let allowed = Duration::from_secs(days * DAY);
        let rule = Requirements { certificate_lifespan: Some(allowed), ..Requirements::default() };
        let found = Some(366 * DAY);
        let expected = (!is_met).then_some(Unmet::Lifespan { allowed, found });
        assert_eq!(unmet(rule, good(), Vec::new()), expected);
    }
    // One second more than 366 days, and one that ends before it begins.
    for (not_after, found) in [(366 * 86_400, Some(366 * DAY + 1)), (-1, None)] {
        let allowed = Duration::from_secs(366 * DAY);
        let rule = Requirements { certificate_lifespan: Some(allowed), ..Requirements::default() };
        let session = Session { leaf: Some(CertificateDetails { not_after, ..leaf("ab") }), ..good() };
        assert_eq!(unmet(rule, session, Vec::new()), Some(Unmet::Lifespan { allowed, found }));
    }
}

#[test]
fn what_cannot_be_read_meets_nothing() {
    for rule in [
        Requirements { certificate_lifespan: Some(Duration::MAX), ..Requirements::default() },
        Requirements { certificate_key: vec![PublicKey::Rsa(512)], ..Requirements::default() },
        Requirements {
            certificate_names: vec![CertificateName::Exactly("a.example".to_owned())],
            ..Requirements::default()
        },
        Requirements { same_certificate: true, ..Requirements::default() },
    ] {
        let session = Session { leaf: None, ..good() };
        assert_eq!(unmet(rule, session, Vec::new()), Some(Unmet::Unreadable));
    }
}

#[test]
fn every_signature_that_was_sent_must_be_allowed() {
    use SignatureHash::{Md5, Sha1, Sha256, Sha384};
    let none = || SignatureRule::None(vec![Sha1, Md5]);
    let only = || SignatureRule::Only(vec![Sha256, Sha384]);
    let unreadable = || Signed { subject: "x".to_owned(), signature: None };
    for (rule, chain, sent, is_met) in [
        (none(), vec![signed(Some(Sha256)), signed(Some(Sha384))], 2, true),
        (none(), vec![signed(Some(Sha256)), signed(Some(Sha1))], 2, false),
        (none(), vec![signed(Some(Md5))], 1, false),
        // Nobody knows what it stands or falls with.
        (none(), vec![signed(None)], 1, false),
        (none(), vec![signed(Some(Sha256)), unreadable()], 2, false),
        (only(), vec![signed(Some(Sha256)), signed(Some(Sha384))], 3, true),
        (only(), vec![signed(Some(Sha1))], 1, false),
        // Those behind the last one that is looked at were not judged.
        (none(), vec![signed(Some(Sha256))], crate::evidence::CERTIFICATES + 1, false),
        (none(), Vec::new(), 0, false),
    ] {
        let requirements = Requirements { certificate_signature: Some(rule), ..Requirements::default() };
        let chain = Chain { sent, signed: chain, end: ChainEnd::Root };
        let found = unmet(requirements, Session { chain: chain.clone(), ..good() }, Vec::new());
        assert_eq!(found.is_none(), is_met, "{chain:?}");
        assert!(matches!(found, None | Some(Unmet::Signature { .. })), "{found:?}");
    }
}

#[test]
fn a_chain_that_is_broken_is_told_before_that_its_issuer_is_unknown() {
    let end = ChainEnd::IssuerNotSent { issuer: "Example CA".to_owned(), of_leaf: true };
    let chain = || Chain { sent: 1, signed: Vec::new(), end: end.clone() };
    let complete = || Requirements { complete_chain: true, ..Requirements::default() };
    let broken =
        Finding::Unmet { first: Box::new(Unmet::Chain { sent: 1, end: end.clone() }), others: Vec::new() };
    let expired = Finding::Certificate {
        expected: CertificateExpectation::Trusted,
        found: CertificateOutcome::Expired,
    };
    for (wanted, found, expected) in [
        (CertificateExpectation::Trusted, CertificateOutcome::UnknownIssuer, &broken),
        (CertificateExpectation::Any, CertificateOutcome::Expired, &broken),
        (CertificateExpectation::Trusted, CertificateOutcome::Expired, &expired),
    ] {
        let session = Session { certificate: found, chain: chain(), ..good() };
        assert_eq!(judged(complete(), wanted, &evidence_of(session, Vec::new())).finding, *expected);
    }
}

#[test]
fn each_address_must_show_what_most_of_them_show() {
    let rule = || Requirements { same_certificate: true, ..Requirements::default() };
    let shown = |certificates: &[Option<&str>]| {
        let sessions = certificates.iter().map(|sha256| {
            let followed = sha256.map(|sha256| Session { leaf: Some(leaf(sha256)), ..good() });
            match followed {
                Some(session) => {
                    vec![handshake(accepted(Tls13), Some(Followed::Session(Box::new(session))))]
                }
                None => vec![handshake(SILENCE, None)],
            }
        });
        judged(rule(), CertificateExpectation::Trusted, &evidence(&sessions.collect::<Vec<_>>()))
    };
    use Verdict::{Failed, Inconclusive, Passed};
    for (certificates, verdicts) in [
        (&[Some("a")][..], &[Passed][..]),
        (&[Some("a"), Some("a")], &[Passed, Passed]),
        (&[Some("a"), Some("b")], &[Passed, Failed]),
        (&[Some("b"), Some("a"), Some("a")], &[Failed, Passed, Passed]),
        (&[Some("a"), Some("b"), Some("c")], &[Passed, Failed, Failed]),
        // Nothing untested is green, and what was not reached sets no example.
        (&[Some("a"), None], &[Passed, Inconclusive]),
        (&[None, Some("a"), Some("b")], &[Inconclusive, Passed, Failed]),
    ] {
        let judgement = shown(certificates);
        let found: Vec<Verdict> = judgement.addresses.iter().map(|address| address.verdict).collect();
        assert_eq!(found, verdicts, "{certificates:?}");
        let worst = verdicts.iter().max().unwrap();
        assert_eq!(judgement.verdict, *worst, "{certificates:?}");
    }
    let Finding::Unmet { first, .. } = shown(&[Some("a"), Some("b")]).finding else { panic!() };
    let address = SocketAddr::from(([192, 0, 2, 0], 443));
    assert_eq!(*first, Unmet::Differs { own: "b".to_owned(), other: "a".to_owned(), address });
}

#[test]
fn protocols_are_agreed_on_or_not_or_it_is_not_known() {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let unclear = || Reply::Unclear("why".to_owned());
    let unsettled = |protocol: &str| {
        Finding::Unsettled(Unsettled {
            question: Question::Protocol(protocol.to_owned()),
            why: "why".to_owned(),
        })
    };
    let unmet = |unmet| Finding::Unmet { first: Box::new(unmet), others: Vec::new() };
    let met = Finding::Accepted(Tls13);
    let none_of = |protocols: &[&str]| unmet(Unmet::NoProtocol(names(protocols)));
    let agrees = |protocols: &[&str]| unmet(Unmet::Protocols(names(protocols)));
    let not_asked = Finding::NotProbed(VersionRange::new(Tls12, Tls13).unwrap());
    for (some, none, replies, finding) in [
        (&["h2"][..], &[][..], vec![("h2", Reply::Agreed)], met.clone()),
        (&["h2"], &[], vec![("h2", Reply::RefusedProtocol)], none_of(&["h2"])),
        (&["h2"], &[], vec![("h2", Reply::WithoutProtocol)], none_of(&["h2"])),
        (&["h2"], &[], vec![("h2", unclear())], unsettled("h2")),
        (&["h2"], &[], vec![], not_asked.clone()),
        (&["h3", "h2"], &[], vec![("h3", unclear()), ("h2", Reply::Agreed)], met.clone()),
        (&["h3", "h2"], &[], vec![("h3", unclear()), ("h2", Reply::RefusedProtocol)], unsettled("h3")),
        (&[], &["h2"], vec![("h2", Reply::RefusedProtocol)], met.clone()),
        (&[], &["h2"], vec![("h2", Reply::WithoutProtocol)], met.clone()),
        (&[], &["h2"], vec![("h2", Reply::Agreed)], agrees(&["h2"])),
        (&[], &["h2"], vec![("h2", unclear())], unsettled("h2")),
        (&[], &["h2"], vec![], not_asked),
        (&["a"], &["b"], vec![("a", Reply::Agreed), ("b", Reply::Agreed)], agrees(&["b"])),
        (&["a"], &["b"], vec![("a", Reply::RefusedProtocol), ("b", unclear())], none_of(&["a"])),
        (&["a"], &["b"], vec![("a", unclear()), ("b", Reply::Agreed)], agrees(&["b"])),
    ] {
        let rule = ProtocolRule { some: names(some), none: names(none) };
        let requirements = Requirements { alpn: Some(rule), ..Requirements::default() };
        let replies: Vec<Asked> = replies
            .into_iter()
            .map(|(protocol, reply)| asked(Question::Protocol(protocol.to_owned()), reply))
            .collect();
        let shown = format!("{some:?} {none:?} {replies:?}");
        let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence_of(good(), replies));
        assert_eq!(judgement.finding, finding, "{shown}");
    }
}

#[test]
fn a_staple_is_missing_only_after_it_was_asked_for_again() {
    let stapled = |staple| Reply::Stapled(staple);
    let unclear = Reply::Unclear("why".to_owned());
    use Staple::{Missing, Successful, Useless};
    use Verdict::{Failed, Inconclusive, Passed};
    for (required, first, again, verdict) in [
        (true, Successful, vec![], Passed),
        (true, Missing, vec![stapled(Successful)], Passed),
        (true, Missing, vec![stapled(Missing), stapled(Successful)], Passed),
        (true, Missing, vec![stapled(Missing), stapled(Missing)], Failed),
        (true, Useless("x"), vec![], Failed),
        (true, Missing, vec![stapled(Useless("x"))], Failed),
        (true, Missing, vec![unclear.clone()], Inconclusive),
        (true, Missing, vec![], Inconclusive),
        (false, Missing, vec![stapled(Missing), stapled(Missing)], Passed),
        (false, Missing, vec![], Inconclusive),
        (false, Missing, vec![unclear], Inconclusive),
        (false, Successful, vec![], Failed),
        (false, Missing, vec![stapled(Missing), stapled(Successful)], Failed),
        (false, Useless("x"), vec![], Failed),
    ] {
        let requirements = Requirements { ocsp_staple: Some(required), ..Requirements::default() };
        let session = Session { staple: first.clone(), ..good() };
        let again: Vec<Asked> =
            (2..).zip(again).map(|(time, reply)| asked(Question::Staple(time), reply)).collect();
        let shown = format!("{required} {first:?} {again:?}");
        let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence_of(session, again));
        assert_eq!(judgement.verdict, verdict, "{shown}");
    }
}

#[test]
fn fields_of_the_header_are_there_or_not_or_exactly_so() {
    let field = |name: &str, value: &str| HeaderField { name: name.to_owned(), value: value.into() };
    let headers = vec![field("server", "nginx"), field("vary", "a"), field("vary", "b"), field("age", " 5 ")];
    let exactly = |value: &str| HeaderWanted::Exactly(value.to_owned());
    for (name, wanted, found) in [
        ("Server", HeaderWanted::Present, None),
        ("Server", HeaderWanted::Absent, Some(Some("nginx"))),
        ("SERVER", exactly("nginx"), None),
        ("Server", exactly("Nginx"), Some(Some("nginx"))),
        ("X", HeaderWanted::Absent, None),
        ("X", HeaderWanted::Present, Some(None)),
        ("X", exactly("x"), Some(None)),
        // Each of its lines counts.
        ("Vary", exactly("a"), Some(Some("b"))),
        ("Age", exactly("5"), None),
    ] {
        let rule = HeaderRule { name: name.to_owned(), wanted: wanted.clone() };
        let requirements = Requirements { headers: vec![rule], ..Requirements::default() };
        let expected = found.map(|found: Option<&str>| Unmet::Header {
            name: name.to_owned(),
            wanted,
            found: found.map(|value| value.as_bytes().to_vec()),
        });
        let session = Session { headers: headers.clone(), ..good() };
        assert_eq!(unmet(requirements, session, Vec::new()), expected);
    }
}

#[test]
fn hsts_is_as_long_and_as_wide_as_it_must_be() {
    let rule = HstsRule { min_age: Duration::from_secs(100), include_subdomains: false, preload: false };
    let wide = HstsRule { include_subdomains: true, preload: true, ..rule };
    for (value, rule, expected) in [
        ("max-age=100", rule, None),
        ("max-age=99", rule, Some(HstsFault::MaxAge { least: 100, found: 99 })),
        ("max-age=0", rule, Some(HstsFault::MaxAge { least: 100, found: 0 })),
        ("max-age=100; includeSubDomains; preload", wide, None),
        ("max-age=100; preload", wide, Some(HstsFault::WithoutSubdomains)),
        ("max-age=100; includeSubDomains", wide, Some(HstsFault::WithoutPreload)),
        ("max-age=100; max-age=100", rule, Some(HstsFault::Invalid("a directive stands in it twice"))),
    ] {
        let requirements = Requirements { hsts: Some(rule), ..Requirements::default() };
        let field = HeaderField { name: "strict-transport-security".to_owned(), value: value.into() };
        let session = Session { headers: vec![field], ..good() };
        assert_eq!(unmet(requirements, session, Vec::new()), expected.map(Unmet::Hsts), "{value}");
    }
    let requirements = Requirements { hsts: Some(rule), ..Requirements::default() };
    assert_eq!(unmet(requirements, good(), Vec::new()), Some(Unmet::Hsts(HstsFault::Missing)));
}

#[test]
fn plain_http_redirects_or_does_not_or_is_not_known() {
    let host = Host { name: HostName::Dns("a.example".to_owned()), port: 443 };
    let http = |status, location: &str| Reply::Http { status, location: Some(location.to_owned()) };
    use Verdict::{Failed, Inconclusive, Passed};
    for (reply, verdict) in [
        (Some(http(301, "https://a.example/")), Passed),
        (Some(http(301, "https://b.example/")), Failed),
        (Some(http(200, "https://a.example/")), Failed),
        (Some(Reply::NoHttp("why".to_owned())), Failed),
        (Some(Reply::PortClosed), Failed),
        (Some(Reply::Unclear("why".to_owned())), Inconclusive),
        (Some(Reply::Agreed), Inconclusive),
        (None, Inconclusive),
    ] {
        let requirements = Requirements { http_redirects: Some(80), ..Requirements::default() };
        let question = Question::PlainHttp { host: host.clone(), port: 80 };
        let shown = format!("{reply:?}");
        let replies = reply.into_iter().map(|reply| asked(question.clone(), reply)).collect();
        let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence_of(good(), replies));
        assert_eq!(judgement.verdict, verdict, "{shown}");
    }
}

#[test]
fn all_that_is_not_met_is_told_and_a_proof_beats_a_doubt() {
    let requirements = Requirements {
        certificate_key: vec![PublicKey::P256],
        ocsp_staple: Some(true),
        headers: vec![HeaderRule { name: "X".to_owned(), wanted: HeaderWanted::Present }],
        ..Requirements::default()
    };
    let doubt = asked(Question::Staple(2), Reply::Unclear("why".to_owned()));
    let evidence = evidence_of(good(), vec![doubt]);
    let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence);
    let Finding::Unmet { first, others } = judgement.finding else { panic!() };
    assert!(matches!(*first, Unmet::Key { .. }));
    assert!(matches!(others.as_slice(), [Unmet::Header { .. }]));
}

/// What was not asked for is not missing: the certificate alone is told.
#[test]
fn nothing_is_said_of_http_where_nothing_was_asked() {
    let requirements = Requirements {
        hsts: Some(HstsRule { min_age: Duration::from_secs(DAY), include_subdomains: false, preload: false }),
        certificate_key: vec![PublicKey::P384],
        ..Requirements::default()
    };
    let session =
        Session { certificate: CertificateOutcome::Expired, http: Some(HttpOutcome::NotSent), ..good() };
    let judgement = judged(requirements, CertificateExpectation::Trusted, &evidence_of(session, Vec::new()));
    let facts: Vec<String> = observed(&judgement).iter().map(ToString::to_string).collect();
    assert_eq!(facts, ["certificate expired", "key RSA-2048"]);
}
