//! One made-up run for each requirement that is not met, or of which nobody knows.

use std::sync::Arc;
use std::time::Duration;

use tls_readiness::certificate::{PublicKey, SignatureHash};
use tls_readiness::evidence::{
    Asked, CertificateOutcome, Chain, ChainEnd, Followed, HeaderField, Question, Reply, Session, Signature,
    Signed, Staple,
};
use tls_readiness::report::Outcome as TestOutcome;

use crate::evidence::{handshake, judged, of_addresses, session, status, test};

type Cases = Vec<(&'static str, &'static str, TestOutcome)>;

fn fields(expect: &str) -> String {
    format!("host: api.example.com\npath: /status\nexpect: {{ {expect} }}")
}

/// A run with a session that was changed, and what was asked besides.
fn outcome(expect: &str, change: impl FnOnce(&mut Session), asked: Vec<(Question, Reply)>) -> TestOutcome {
    let mut followed = session(CertificateOutcome::Trusted, status(200));
    if let Followed::Session(session) = &mut followed {
        change(session);
    }
    let mut evidence = of_addresses(vec![vec![handshake(followed)]]);
    evidence.addresses[0].asked = asked
        .into_iter()
        .map(|(question, reply)| {
            Arc::new(Asked { question, reply, took: Duration::from_millis(31), connections: 1 })
        })
        .collect();
    judged(&fields(expect), evidence)
}

fn same(_: &mut Session) {}

fn key(session: &mut Session) {
    if let Some(leaf) = &mut session.leaf {
        leaf.key = PublicKey::Rsa(1024);
    }
}

fn chain(sent: usize, end: ChainEnd) -> Chain {
    Chain { sent, signed: Vec::new(), end }
}

fn not_sent(of_leaf: bool) -> ChainEnd {
    ChainEnd::IssuerNotSent { issuer: "Example CA R3".to_owned(), of_leaf }
}

fn header(name: &str, value: &str) -> HeaderField {
    HeaderField { name: name.to_owned(), value: value.into() }
}

pub(crate) fn all() -> Cases {
    let mut cases = certificates();
    cases.extend(protocols_and_http());
    cases
}

fn certificates() -> Cases {
    let signed = |session: &mut Session| {
        session.chain.signed = vec![Signed {
            subject: "Example CA R3".to_owned(),
            signature: Some(Signature {
                algorithm: "sha1WithRSAEncryption".to_owned(),
                hash: Some(SignatureHash::Sha1),
            }),
        }];
    };
    let unknown = |end: ChainEnd| {
        move |session: &mut Session| {
            session.certificate = CertificateOutcome::UnknownIssuer;
            session.chain = chain(1, end);
        }
    };
    let root = || ChainEnd::UnknownRoot { root: "Example Private Root".to_owned() };
    let mut other = session(CertificateOutcome::Trusted, status(200));
    if let Followed::Session(session) = &mut other
        && let Some(leaf) = &mut session.leaf
    {
        leaf.sha256 = "cd".repeat(32);
    }
    let first = session(CertificateOutcome::Trusted, status(200));
    let addresses = of_addresses(vec![vec![handshake(first)], vec![handshake(other)]]);
    vec![
        ("certificate-lifespan", "certificate_lifespan", outcome("certificate_lifespan: 90d", same, vec![])),
        ("certificate-key", "certificate_key", outcome("certificate_key: [RSA-2048, P-256]", key, vec![])),
        (
            "certificate-signature",
            "certificate_signature",
            outcome("certificate_signature: { none: [SHA-1, MD5] }", signed, vec![]),
        ),
        (
            "certificate-names",
            "certificate_names",
            outcome("certificate_names: [api.example.com, \"*.api.example.com\"]", same, vec![]),
        ),
        (
            "certificate-unreadable",
            "certificate_unreadable",
            outcome("certificate_key: P-256", |session| session.leaf = None, vec![]),
        ),
        (
            "certificate-chain",
            "certificate_chain",
            outcome("certificate_chain: complete", unknown(not_sent(true)), vec![]),
        ),
        (
            "certificate-chain-further-up",
            "certificate_chain",
            outcome("certificate_chain: complete", unknown(not_sent(false)), vec![]),
        ),
        (
            "certificate-chain-to-an-unknown-root",
            "certificate_chain",
            outcome("certificate_chain: complete", unknown(root()), vec![]),
        ),
        (
            "certificate-without-its-intermediate",
            "certificate",
            outcome("outcome: accepted", unknown(not_sent(true)), vec![]),
        ),
        ("certificate-differs", "certificate_differs", judged(&fields("same_certificate: true"), addresses)),
        (
            "several-requirements",
            "certificate_lifespan",
            outcome(
                "certificate_lifespan: 90d, certificate_key: [RSA-2048], headers: { Server: true }",
                key,
                vec![],
            ),
        ),
    ]
}

fn protocols_and_http() -> Cases {
    let protocol = |name: &str| Question::Protocol(name.to_owned());
    let host = test(&fields("http_redirects: true")).host;
    let plain = |reply| vec![(Question::PlainHttp { host: host.clone(), port: 80 }, reply)];
    let to = |status, location: &str| Reply::Http { status, location: Some(location.to_owned()) };
    let with = |field: HeaderField| move |session: &mut Session| session.headers = vec![field];
    let stapled = |staple| (Question::Staple(2), Reply::Stapled(staple));
    let missing = || vec![stapled(Staple::Missing), (Question::Staple(3), Reply::Stapled(Staple::Missing))];
    let silence = || Reply::Unclear("no answer before the deadline".to_owned());
    vec![
        (
            "alpn-not-agreed",
            "alpn_not_agreed",
            outcome("alpn: h2", same, vec![(protocol("h2"), Reply::RefusedProtocol)]),
        ),
        (
            "alpn-agreed",
            "alpn_agreed",
            outcome("alpn: { none: [http/1.0] }", same, vec![(protocol("http/1.0"), Reply::Agreed)]),
        ),
        ("alpn-unsettled", "alpn_unsettled", outcome("alpn: h2", same, vec![(protocol("h2"), silence())])),
        ("ocsp-staple-missing", "ocsp_staple", outcome("ocsp_staple: true", same, missing())),
        (
            "ocsp-staple-there",
            "ocsp_staple",
            outcome("ocsp_staple: false", |session| session.staple = Staple::Successful, vec![]),
        ),
        (
            "ocsp-staple-unsettled",
            "ocsp_staple_unsettled",
            outcome("ocsp_staple: true", same, vec![(Question::Staple(2), silence())]),
        ),
        ("hsts-missing", "hsts", outcome("hsts: 730d", same, vec![])),
        (
            "hsts-too-short",
            "hsts",
            outcome("hsts: 730d", with(header("strict-transport-security", "max-age=3600")), vec![]),
        ),
        (
            "hsts-invalid",
            "hsts",
            outcome("hsts: 730d", with(header("strict-transport-security", "max-age=1;max-age=2")), vec![]),
        ),
        (
            "header-there",
            "header",
            outcome("headers: { Server: false }", with(header("server", "nginx/1.22.1")), vec![]),
        ),
        ("header-missing", "header", outcome("headers: { X-Frame-Options: DENY }", same, vec![])),
        (
            "header-other",
            "header",
            outcome("headers: { X-Frame-Options: DENY }", with(header("x-frame-options", "ALLOW")), vec![]),
        ),
        (
            "http-redirects-elsewhere",
            "http_redirect",
            outcome("http_redirects: true", same, plain(to(302, "https://login.example.net/"))),
        ),
        (
            "http-does-not-redirect",
            "http_redirect",
            outcome("http_redirects: true", same, plain(Reply::Http { status: 200, location: None })),
        ),
        (
            "http-port-closed",
            "http_redirect",
            outcome("http_redirects: true", same, plain(Reply::PortClosed)),
        ),
        (
            "http-redirect-unsettled",
            "http_redirect_unsettled",
            outcome("http_redirects: true", same, plain(silence())),
        ),
    ]
}
