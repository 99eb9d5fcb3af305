//! Scenarios from text and evidence by hand: made-up runs.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use time::Date;
use tls_readiness::calendar::parse_date;
use tls_readiness::certificate::{PublicKey, SignatureHash};
use tls_readiness::evidence::{
    Acceptance, AddressEvidence, Answer, CertificateDetails, CertificateOutcome, Chain, ChainEnd, Evidence,
    Followed, Gathered, Hello, HttpOutcome, Observation, Offer, Outcome, Refusal, Session, Signature, Staple,
    Timing, Unreachable,
};
use tls_readiness::plan::{Test, plan};
use tls_readiness::probe::charge_of;
use tls_readiness::report::{Against, Outcome as TestOutcome};
use tls_readiness::scenario::SourceFile;
use tls_readiness::scenario::{self, Policies, Scenario, Surroundings, Values};
use tls_readiness::verdict::judge;
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::{AlertDescription, CipherSuite, NamedGroup};

pub(crate) const GCM: CipherSuite = CipherSuite(0x1301);
pub(crate) const CBC: CipherSuite = CipherSuite(0x002f);

/// The test of a file of one scenario, whose fields are these lines.
pub(crate) fn test(fields: &str) -> Test {
    let source = SourceFile {
        shown: "scenarios/api.yaml".into(),
        name: "api".to_owned(),
        folder: Path::new("scenarios").to_owned(),
        text: format!("scenarios:\n  case:\n{}", fields.replace('\n', "\n    ").replacen("", "    ", 1)),
    };
    let no_file = |_: &Path| Err(io::Error::from(io::ErrorKind::NotFound));
    let scenarios = scenario::parse(
        &source,
        &Surroundings { values: &Values::default(), policies: &Policies::default(), read_file: &no_file },
    )
    .unwrap_or_else(|problems| panic!("{fields}\n{problems:?}"));
    plan(scenarios).unwrap().remove(0)
}

/// A day as scenarios write it.
pub(crate) fn day(text: &str) -> Date {
    parse_date(text).unwrap()
}

/// The test, judged by what its addresses did: the first is 192.0.2.10.
pub(crate) fn outcome(fields: &str, addresses: Vec<Vec<Observation>>) -> TestOutcome {
    judged(fields, of_addresses(addresses))
}

/// What addresses did: the first is 192.0.2.10.
pub(crate) fn of_addresses(addresses: Vec<Vec<Observation>>) -> Evidence {
    let addresses = addresses.into_iter().zip(10..).map(|(observations, last)| {
        let address = SocketAddr::from(([192, 0, 2, last], 443));
        let observations =
            observations.into_iter().map(|it| Arc::new(Observation { address: Some(address), ..it }));
        AddressEvidence::of(address, observations.collect(), Vec::new())
    });
    Evidence { unresolved: None, addresses: addresses.collect(), without_route: Vec::new() }
}

/// The test of a host whose name gave no address.
pub(crate) fn unresolved(fields: &str, reason: Unreachable) -> TestOutcome {
    judged(fields, Evidence { unresolved: Some(reason), addresses: Vec::new(), without_route: Vec::new() })
}

pub(crate) fn judged(fields: &str, evidence: Evidence) -> TestOutcome {
    let test = test(fields);
    let judgement = judge(&charge_of(&test.scenario), &evidence);
    let evidence = Gathered::Server(evidence);
    TestOutcome {
        test,
        against: Against::Host,
        evidence,
        judgement,
        today: day("2026-11-23"),
        elapsed: Duration::from_micros(52_600),
    }
}

/// The outcome with a calendar, on a day.
pub(crate) fn on_day(mut outcome: TestOutcome, fields: &str, day: &str) -> TestOutcome {
    let fields =
        format!("host: api.example.com\nexpect: refused\nmin_version: 1.0\nmax_version: 1.1\n{fields}");
    let calendar = test(&fields).scenario.calendar.clone();
    outcome.today = self::day(day);
    outcome.test.scenario = Scenario { calendar, ..(*outcome.test.scenario).clone() }.into();
    outcome
}

pub(crate) fn range(min: Version, max: Version) -> VersionRange {
    VersionRange::new(min, max).unwrap()
}

/// What came of offering `versions` in the n-th round; a round takes ten milliseconds.
pub(crate) fn observed(versions: VersionRange, round: u32, outcome: Outcome) -> Observation {
    Observation {
        address: None,
        server_name: Some("api.example.com".to_owned()),
        offer: Offer { versions, hello: Hello::Standard },
        outcome,
        warnings: Vec::new(),
        followed: None,
        started: Duration::from_millis(10) * round,
        timing: Timing { connect: Duration::from_millis(4), total: Duration::from_micros(9_870) },
        connections: 1,
    }
}

/// What came of offering one version alone in the first round.
pub(crate) fn alone(version: Version, outcome: Outcome) -> Observation {
    observed(VersionRange::only(version), 0, outcome)
}

/// The same of another hello.
pub(crate) fn variant(number: u8, observation: Observation) -> Observation {
    let offer = Offer { hello: Hello::Variant(number), ..observation.offer };
    Observation { offer, started: observation.started + Duration::from_millis(10), ..observation }
}

/// The newest versions, offered together in the n-th round, as controls are.
pub(crate) fn control(round: u32, outcome: Outcome) -> Observation {
    observed(range(Version::Tls12, Version::Tls13), round, outcome)
}

pub(crate) fn accepted(version: Version, cipher_suite: CipherSuite) -> Outcome {
    Outcome::Accepted(Acceptance {
        version,
        cipher_suite,
        group: (version == Version::Tls13).then_some(NamedGroup::X25519),
        hello_retry: false,
        client_certificate_wanted: false,
        details: Default::default(),
    })
}

pub(crate) fn answered(version: Version) -> Outcome {
    Outcome::Answered(Answer { version, cipher_suite: CBC })
}

pub(crate) fn alert(code: u8) -> Outcome {
    Outcome::Refused(Refusal::Alert(AlertDescription(code)))
}

/// A full handshake of the newest versions that ended with TLS 1.3.
pub(crate) fn handshake(followed: Followed) -> Observation {
    Observation {
        offer: Offer { versions: range(Version::Tls12, Version::Tls13), hello: Hello::Rustls },
        followed: Some(followed),
        ..control(0, accepted(Version::Tls13, GCM))
    }
}

/// A finished handshake with a certificate of the year 2026.
pub(crate) fn session(certificate: CertificateOutcome, http: Option<HttpOutcome>) -> Followed {
    Followed::Session(Box::new(Session {
        certificate,
        certificate_ahead: None,
        leaf: Some(CertificateDetails {
            names: vec!["api.example.com".to_owned(), "www.example.com".to_owned()],
            issuer: "Example CA R3".to_owned(),
            not_before: 1_767_225_600,
            not_after: 1_798_761_599,
            subject: "api.example.com".to_owned(),
            key: PublicKey::P256,
            signature: Signature {
                algorithm: "ecdsa-with-SHA384".to_owned(),
                hash: Some(SignatureHash::Sha384),
            },
            sha256: "ab".repeat(32),
            der: Vec::new(),
        }),
        chain: Chain { sent: 2, signed: Vec::new(), end: ChainEnd::Root },
        staple: Staple::Missing,
        http,
        headers: Vec::new(),
    }))
}

pub(crate) fn status(status: u16) -> Option<HttpOutcome> {
    Some(HttpOutcome::Status { status, location: None })
}
