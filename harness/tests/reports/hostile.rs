//! Text from peers, files and authors in every place that has text: nothing of it steers a terminal or
//! the runner of GitHub Actions.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use tls_readiness::certificate::PublicKey;
use tls_readiness::escape::printable;
use tls_readiness::evidence::client::{
    Came, ClientConnection, ClientEvidence, Declined, Elsewhere, Program, ProgramEnd, Then, Way,
};
use tls_readiness::evidence::{
    Asked, CertificateDetails, CertificateOutcome, Chain, ChainEnd, Doubt, Evidence, Followed, Gathered,
    HeaderField, HttpOutcome, Observation, Outcome, Question, Reply, Session, Signature, Signed, Staple,
    Unreachable, Violation,
};
use tls_readiness::report::client::line;
use tls_readiness::report::explanation::explain;
use tls_readiness::report::{Against, Kind, Outcome as TestOutcome};
use tls_readiness::scenario::Command;
use tls_readiness::verdict::judge;
use tls_readiness::version::Version;
use tls_readiness::wire::ClientHello;

use crate::evidence::{day, handshake, judged, of_addresses, outcome, test, unresolved};
use crate::json::rendered;
use crate::{RERUN, report_of};
use crate::{cases, clients};

/// Pieces that are obeyed somewhere, and what could turn harmless pieces into such.
const PIECES: [&str; 22] = [
    "::error file=x::y",
    "::stop-commands::x",
    "##[error]x",
    "##[group]",
    "::",
    ":",
    "#",
    "[",
    " ",
    "  ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u{1b}[31m",
    "\u{9b}2J",
    "\u{7}",
    "\0",
    "\u{202e}",
    "\u{2028}",
    "\u{3000}",
    "word",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![prop::sample::select(&PIECES[..]), Just("wordswordswords")], 0..60)
        .prop_map(|pieces| pieces.concat())
}

/// Fails where a line of `text` is obeyed. The runner takes a lone CR as the end of a line too.
pub(crate) fn assert_harmless(text: &str) -> Result<(), TestCaseError> {
    for line in text.split('\n') {
        let steers = |character: char| {
            character.is_control()
                || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        prop_assert!(!line.contains(steers), "{line:?}");
        prop_assert!(!line.trim_start().starts_with("::"), "{line:?}");
        prop_assert!(!line.contains("##["), "{line:?}");
    }
    Ok(())
}

/// The texts of an author, raw as they are in a scenario.
fn with_words_of(text: &str, mut outcome: TestOutcome) -> TestOutcome {
    let mut scenario = (*outcome.test.scenario).clone();
    scenario.title = Some(text.to_owned());
    scenario.advice = Some(text.to_owned());
    scenario.reference = Some(text.to_owned());
    scenario.place.file = text.into();
    outcome.test.scenario = scenario.into();
    outcome
}

/// Outcomes that hold `text` wherever a peer or a library could have put it: there it is escaped.
fn outcomes_with(text: &str) -> Vec<TestOutcome> {
    let escaped = printable(text);
    let good = "host: api.example.com\npath: /status\nexpect: { status: 200 }";
    let session = Followed::Session(Box::new(Session {
        certificate: CertificateOutcome::Other(escaped.clone()),
        certificate_ahead: Some((Duration::from_secs(1), CertificateOutcome::Other(escaped.clone()))),
        leaf: Some(CertificateDetails {
            names: vec![escaped.clone(); 3],
            issuer: escaped.clone(),
            not_before: i64::MIN,
            not_after: i64::MAX,
            subject: escaped.clone(),
            key: PublicKey::Other(escaped.clone()),
            signature: Signature { algorithm: escaped.clone(), hash: None },
            sha256: String::new(),
            der: text.as_bytes().to_vec(),
        }),
        chain: Chain {
            sent: usize::MAX,
            signed: vec![Signed {
                subject: escaped.clone(),
                signature: Some(Signature { algorithm: escaped.clone(), hash: None }),
            }],
            end: ChainEnd::IssuerNotSent { issuer: escaped.clone(), of_leaf: true },
        },
        staple: Staple::Successful,
        http: Some(HttpOutcome::Status { status: 302, location: Some(escaped.clone()) }),
        headers: vec![
            HeaderField { name: "server".to_owned(), value: text.as_bytes().to_vec() },
            HeaderField { name: "strict-transport-security".to_owned(), value: text.as_bytes().to_vec() },
        ],
    }));
    let everything = "host: api.example.com\npath: /status\nexpect: { certificate: any, certificate_lifespan: 1d, certificate_key: P-256, certificate_signature: { only: SHA-256 }, certificate_names: [a.example], certificate_chain: complete, alpn: { none: [h2] }, ocsp_staple: false, hsts: 1d, headers: { Server: false, X: x }, http_redirects: true }";
    let mut required = of_addresses(vec![vec![handshake(session.clone())]]);
    let host = test(everything).host;
    let asked = |question, reply| Arc::new(Asked { question, reply, took: Duration::ZERO, connections: 1 });
    let plain = || Question::PlainHttp { host: host.clone(), port: 80 };
    required.addresses[0].asked = vec![
        asked(Question::Protocol("h2".to_owned()), Reply::Agreed),
        asked(Question::Staple(2), Reply::Unclear(escaped.clone())),
        asked(plain(), Reply::Http { status: 301, location: Some(text.to_owned()) }),
    ];
    let mut unclear = required.clone();
    unclear.addresses[0].asked = vec![
        asked(Question::Protocol("h2".to_owned()), Reply::Unclear(escaped.clone())),
        asked(plain(), Reply::NoHttp(escaped.clone())),
    ];
    let by_hello = |outcome| Observation { outcome, ..handshake(Followed::Broken(String::new())) };
    vec![
        judged(everything, required),
        judged(everything, unclear),
        outcome(good, vec![vec![handshake(session)]]),
        outcome(good, vec![vec![handshake(Followed::Broken(escaped.clone()))]]),
        outcome(good, vec![vec![by_hello(Outcome::NotTls { first_bytes: text.bytes().take(64).collect() })]]),
        outcome(good, vec![vec![by_hello(Outcome::Violation(Violation::Handshake(escaped.clone())))]]),
        outcome(good, vec![vec![by_hello(Outcome::Inconclusive(Doubt::OurSide(escaped.clone())))]]),
        outcome(good, vec![vec![by_hello(Outcome::Unreachable(Unreachable::Failed(escaped.clone())))]]),
        unresolved(good, Unreachable::ResolverFailed(escaped)),
    ]
}

/// Outcomes of programs that hold `text` wherever a program could have put it; what is kept escaped is.
fn programs_with(text: &str) -> Vec<TestOutcome> {
    let escaped = printable(text);
    let hello = clients::hello(&[Version::Tls12]).map(|hello| {
        let alpn = vec![text.bytes().take(255).collect()];
        Box::new(ClientHello { server_name: Some(text.to_owned()), alpn, ..*hello })
    });
    let first_bytes: Vec<u8> = text.bytes().take(64).collect();
    let broke = Came::Chosen {
        version: Version::Tls12,
        cipher_suite: None,
        group: None,
        then: Then::Broke(escaped.clone()),
    };
    let ends = [
        (Came::NotTls { first_bytes }, ProgramEnd::Exited(1)),
        (broke, ProgramEnd::Exited(1)),
        (Came::OurSide(escaped.clone()), ProgramEnd::Exited(1)),
        (Came::Declined(Declined::Unreachable(escaped.clone())), ProgramEnd::Exited(1)),
        (Came::NoVersion, ProgramEnd::Missing(escaped.clone())),
        (Came::NoVersion, ProgramEnd::NotRun(escaped.clone())),
    ];
    let outcome = |(came, end)| {
        let has_hello = !matches!(came, Came::NotTls { .. });
        let connection = ClientConnection {
            started: Duration::ZERO,
            elapsed: Duration::ZERO,
            by_proxy: true,
            hello: hello.clone().filter(|_| has_hello),
            came,
        };
        let evidence = ClientEvidence {
            way: Way::Proxy { instead: Some(escaped.clone()) },
            live: true,
            program: Program {
                end,
                stdout: text.as_bytes().to_vec(),
                stderr: [text.as_bytes(), b"\xff\xfe"].concat(),
                elapsed: Duration::ZERO,
            },
            connections: vec![connection],
            elsewhere: vec![Elsewhere { host: escaped.clone(), let_through: false, barred: None }],
        };
        clients::judged("host: api.example.com\nclient: program\nexpect: accepted", evidence)
    };
    ends.into_iter().map(outcome).collect()
}

/// The command of an author, raw as it is in a scenario.
fn with_command(text: &str, mut outcome: TestOutcome) -> TestOutcome {
    let mut scenario = (*outcome.test.scenario).clone();
    if let Some(client) = &mut scenario.client {
        client.command = Command::Shell(text.to_owned());
    }
    outcome.test.scenario = scenario.into();
    outcome
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_of_others_is_obeyed(text in hostile(), author in hostile()) {
        let programs = programs_with(&text).into_iter().map(|outcome| with_command(&author, outcome));
        let outcomes: Vec<TestOutcome> = outcomes_with(&text)
            .into_iter()
            .chain(programs)
            .map(|outcome| with_words_of(&author, outcome))
            .collect();
        for outcome in &outcomes {
            assert_harmless(&explain(outcome, RERUN))?;
            if let Gathered::Client(evidence) = &outcome.evidence {
                let peer = "[::1]:443".parse().unwrap();
                let versions = outcome.test.scenario.versions;
                assert_harmless(&line(peer, versions, &evidence.connections[0], false))?;
            }
        }
        let json = rendered(Kind::Json, &report_of(&outcomes));
        assert_harmless(&json)?;
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&report["tests"][0]["title"], &author);
        prop_assert_eq!(&report["tests"][0]["file"], &author);
    }

    /// A reader that goes by lines sees the same number of labels, whatever an author writes.
    #[test]
    fn an_author_cannot_forge_a_verdict(author in hostile()) {
        let programs = clients::all().into_iter().take(3);
        for (_, _, outcome) in cases::all().into_iter().take(3).chain(programs) {
            let text = explain(&with_words_of(&author, with_command(&author, outcome)), RERUN);
            let begins = |line: &&str| {
                ["failed: ", "inconclusive: ", "passed: "].iter().any(|word| line.starts_with(word))
            };
            prop_assert_eq!(text.lines().filter(begins).count(), 1);
        }
    }
}

/// An address is ours, and still must not begin a line like a command.
#[test]
fn the_loopback_address_of_ipv6_is_in_brackets() {
    let test = test("host: api.example.com\nconnect_to: \"[::1]\"\nexpect: accepted");
    let address: SocketAddr = "[::1]:443".parse().unwrap();
    let evidence = Evidence {
        unresolved: None,
        addresses: outcomes_with("x")[5]
            .addresses()
            .iter()
            .cloned()
            .map(|it| tls_readiness::evidence::AddressEvidence { address, ..it })
            .collect(),
        without_route: vec![address],
    };
    let judgement = judge(&tls_readiness::probe::charge_of(&test.scenario), &evidence);
    let evidence = Gathered::Server(evidence);
    let outcome = TestOutcome {
        test,
        against: Against::Host,
        evidence,
        judgement,
        today: day("2026-11-23"),
        elapsed: Duration::ZERO,
    };
    let text = explain(&outcome, RERUN);
    assert!(text.lines().any(|line| line.starts_with("  [::1] ")), "{text}");
    assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
}
