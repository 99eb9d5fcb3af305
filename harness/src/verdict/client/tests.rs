use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::*;
use crate::bounds::Rule;
use crate::evidence::client::{Came, Way};
use crate::verdict::Verdict;
use crate::version::Version::{Ssl3, Tls10, Tls11, Tls12, Tls13};
use crate::wire::CipherSuite;

mod canaries;

const BARRED: Barred =
    Barred { address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 443), rule: Rule::NotAllowed };

/// Connections by what they offered and what came of them.
struct Seen {
    connections: Vec<ClientConnection>,
    end: ProgramEnd,
    live: bool,
}

fn hello(listed: Option<&[Version]>, legacy: Version) -> Option<Box<ClientHello>> {
    Some(Box::new(ClientHello {
        record_version: 0x0301,
        legacy_version: legacy.code(),
        is_ssl2: false,
        random: [0; 32],
        session_id: Vec::new(),
        cipher_suites: Vec::new(),
        server_name: None,
        supported_versions: listed.map(|versions| versions.iter().map(|it| it.code()).collect()),
        groups: Vec::new(),
        key_shares: Vec::new(),
        signature_algorithms: Vec::new(),
        alpn: Vec::new(),
        extensions: Vec::new(),
    }))
}

fn connection(hello: Option<Box<ClientHello>>, came: Came) -> ClientConnection {
    ClientConnection { started: Duration::ZERO, elapsed: Duration::ZERO, by_proxy: false, hello, came }
}

/// A hello that lists TLS 1.2 and 1.3, answered by a ServerHello of this version.
fn chosen(version: Version, then: Then) -> ClientConnection {
    let suite = if version < Tls12 { 0x002F } else { 0xC02F };
    let came = Came::Chosen { version, cipher_suite: Some(CipherSuite(suite)), group: None, then };
    connection(hello(Some(&[Tls13, Tls12, Tls11, Tls10]), Tls12), came)
}

fn up_to(version: Version) -> ClientConnection {
    connection(hello(None, version), Came::NoVersion)
}

fn without_hello(came: Came) -> ClientConnection {
    connection(None, came)
}

fn alert(code: u8) -> Then {
    Then::Alert(AlertDescription(code))
}

fn data(status: u16) -> Then {
    Then::Data { status: Some(status) }
}

fn seen(connections: Vec<ClientConnection>, end: ProgramEnd) -> Seen {
    Seen { connections, end, live: false }
}

fn judged(
    min: Version,
    max: Version,
    expectation: &Expectation,
    change: impl Fn(&mut ClientCharge<'_>),
    seen: Seen,
) -> ClientFinding {
    let mut charge = ClientCharge {
        versions: VersionRange::new(min, max).unwrap(),
        expectation,
        exit: Exit::Zero,
        trusted: false,
        when_missing: WhenMissing::Fail,
    };
    change(&mut charge);
    let Seen { connections, end, live } = seen;
    let program = Program { end, stdout: Vec::new(), stderr: Vec::new(), elapsed: Duration::ZERO };
    let evidence = ClientEvidence { way: Way::Namespace, live, program, connections, elsewhere: Vec::new() };
    let judgement = judge_client(&charge, &evidence);
    let Finding::Client(finding) = judgement.finding else { panic!("{judgement:?}") };
    assert_eq!(finding.verdict(), judgement.verdict);
    finding
}

fn accepted() -> Expectation {
    Expectation::Accepted(Acceptable::default())
}

const REFUSED: Expectation = Expectation::Refused { alert: None };
const ENDED: ProgramEnd = ProgramEnd::Exited(0);
const FAILED: ProgramEnd = ProgramEnd::Exited(35);

/// client-facts' rules one to seven, with the program's exit code as a liar.
#[test]
fn a_program_is_judged_by_what_it_said_on_the_wire() {
    use ClientFinding as F;
    let lacking = Lacking::CipherSuite;
    for (name, connections, end, finding) in [
        ("nothing connected", vec![], FAILED, F::NeverConnected),
        ("nothing connected, and it is content", vec![], ENDED, F::NeverConnected),
        ("0 bytes", vec![without_hello(Came::Nothing)], FAILED, F::SentNothing),
        ("0 bytes, and it is content", vec![without_hello(Came::Nothing)], ENDED, F::SentNothing),
        ("not TLS", vec![without_hello(Came::NotTls { first_bytes: vec![1] })], FAILED, F::NotTls(vec![1])),
        ("broken", vec![without_hello(Came::NotAHello("why"))], FAILED, F::NotAHello("why")),
        (
            "an alert first",
            vec![without_hello(Came::AlertFirst(AlertDescription(40)))],
            FAILED,
            F::AlertFirst(AlertDescription(40)),
        ),
        ("TLS 1.0 only", vec![up_to(Tls10)], FAILED, F::NotOffered(Offered::UpTo(Tls10))),
        (
            "TLS 1.0 only, and it swallows the error",
            vec![up_to(Tls10)],
            ENDED,
            F::NotOffered(Offered::UpTo(Tls10)),
        ),
        (
            "TLS 1.3 only",
            vec![connection(hello(Some(&[Tls13]), Tls12), Came::NoVersion)],
            FAILED,
            F::NotOffered(Offered::Only(vec![Tls13])),
        ),
        ("an answer", vec![chosen(Tls12, data(200))], ENDED, F::Speaks(Tls12, Proof::Data(Some(200)))),
        (
            "no HTTP",
            vec![chosen(Tls12, Then::Data { status: None })],
            FAILED,
            F::Speaks(Tls12, Proof::Data(None)),
        ),
        ("finished and left", vec![chosen(Tls12, Then::Finished)], FAILED, F::Speaks(Tls12, Proof::Finished)),
        (
            "the liar, 70",
            vec![chosen(Tls12, alert(70))],
            FAILED,
            F::OfferedAndRefused(Tls12, AlertDescription(70)),
        ),
        (
            "the liar, 40",
            vec![chosen(Tls12, alert(40))],
            ENDED,
            F::OfferedAndRefused(Tls12, AlertDescription(40)),
        ),
        (
            "the liar, 47",
            vec![chosen(Tls12, alert(47))],
            FAILED,
            F::OfferedAndRefused(Tls12, AlertDescription(47)),
        ),
        ("another alert", vec![chosen(Tls12, alert(80))], FAILED, F::CannotTell(Tls12, alert(80))),
        ("left", vec![chosen(Tls12, Then::Left)], FAILED, F::Speaks(Tls12, Proof::Left)),
        (
            "silent",
            vec![chosen(Tls12, Then::Silent)],
            ProgramEnd::TimedOut,
            F::CannotTell(Tls12, Then::Silent),
        ),
        (
            "broke it",
            vec![chosen(Tls12, Then::Broke("how".into()))],
            FAILED,
            F::BrokeProtocol(Tls12, "how".into()),
        ),
        (
            "no suite",
            vec![connection(hello(None, Tls12), Came::NothingInCommon { version: Tls12, lacking })],
            FAILED,
            F::NothingInCommon(Tls12, lacking),
        ),
        (
            "barred",
            vec![connection(hello(None, Tls12), Came::Barred(BARRED))],
            FAILED,
            F::NotConnected(BARRED),
        ),
        ("our side", vec![], ProgramEnd::NotRun("why".into()), F::OurSide("why".into())),
        ("missing", vec![], ProgramEnd::Missing("curl".into()), F::NotInstalled("curl".into())),
    ] {
        let found = judged(Tls12, Tls12, &accepted(), |_| {}, seen(connections, end));
        assert_eq!(found, finding, "{name}");
    }
}

#[test]
fn who_rejects_the_certificate_speaks_the_version() {
    for code in [42, 43, 44, 45, 46, 48, 49] {
        let found = judged(Tls12, Tls12, &accepted(), |_| {}, seen(vec![chosen(Tls12, alert(code))], FAILED));
        let proof = Proof::CertificateAlert(AlertDescription(code));
        assert_eq!(found, ClientFinding::Speaks(Tls12, proof));
    }
}

/// Who leaves after the ServerHello does so over the certificate; unless it could not help it.
#[test]
fn a_crash_is_no_leaving() {
    for (end, verdict) in [
        (ProgramEnd::Exited(1), Verdict::Passed),
        (ProgramEnd::Signalled(11), Verdict::Inconclusive),
        (ProgramEnd::Exited(139), Verdict::Inconclusive),
        (ProgramEnd::Exited(137), Verdict::Inconclusive),
        (ProgramEnd::Signalled(6), Verdict::Passed),
        (ProgramEnd::Exited(134), Verdict::Passed),
    ] {
        let left = seen(vec![chosen(Tls12, Then::Left)], end.clone());
        assert_eq!(judged(Tls12, Tls12, &accepted(), |_| {}, left).verdict(), verdict, "{end:?}");
    }
}

#[test]
fn of_several_connections_the_best_one_wins() {
    use ClientFinding as F;
    let nothing = || without_hello(Came::Nothing);
    for (name, connections, finding) in [
        (
            "it tries again with less",
            vec![chosen(Tls12, alert(70)), chosen(Tls12, data(200))],
            F::Speaks(Tls12, Proof::Data(Some(200))),
        ),
        ("it tries again with more", vec![up_to(Tls10), up_to(Tls11)], F::NotOffered(Offered::UpTo(Tls11))),
        (
            "it tries again with yet less",
            vec![up_to(Tls11), up_to(Ssl3)],
            F::NotOffered(Offered::UpTo(Tls11)),
        ),
        (
            "one connection is never used",
            vec![nothing(), up_to(Tls10), nothing()],
            F::NotOffered(Offered::UpTo(Tls10)),
        ),
        ("one was lost", vec![up_to(Tls10), chosen(Tls12, Then::Silent)], F::CannotTell(Tls12, Then::Silent)),
        (
            "one got an answer",
            vec![chosen(Tls12, Then::Finished), chosen(Tls12, data(200)), chosen(Tls12, data(404))],
            F::Speaks(Tls12, Proof::Data(Some(200))),
        ),
    ] {
        let found = judged(Tls12, Tls12, &accepted(), |_| {}, seen(connections, ENDED));
        assert_eq!(found, finding, "{name}");
    }
    let status =
        Expectation::Accepted(Acceptable { status: Some(Statuses::only(200)), ..Acceptable::default() });
    let elsewhere_first = vec![chosen(Tls12, data(404)), chosen(Tls12, data(200)), chosen(Tls12, data(404))];
    let found = judged(Tls12, Tls12, &status, |_| {}, seen(elsewhere_first, ENDED));
    assert_eq!(found, F::Speaks(Tls12, Proof::Data(Some(200))));
}

#[test]
fn who_leaves_after_a_hello_retry_request_has_taken_no_server_hello() {
    let came = Came::Chosen { version: Tls13, cipher_suite: None, group: None, then: Then::Left };
    let left = seen(vec![connection(hello(Some(&[Tls13]), Tls12), came)], FAILED);
    let found = judged(Tls13, Tls13, &accepted(), |_| {}, left);
    assert_eq!(found, ClientFinding::CannotTell(Tls13, Then::Left));
}

#[test]
fn the_exit_code_counts_once_the_program_had_its_answer() {
    let timed_out = ProgramEnd::TimedOut;
    for (then, end, exit, fails) in [
        (data(200), ENDED, Exit::Zero, false),
        (data(200), FAILED, Exit::Zero, true),
        (data(401), FAILED, Exit::Zero, true),
        (data(200), FAILED, Exit::Any, false),
        (data(200), timed_out.clone(), Exit::Zero, true),
        (data(200), timed_out, Exit::Any, false),
        (data(200), ProgramEnd::Signalled(11), Exit::Zero, true),
        (Then::Data { status: None }, FAILED, Exit::Zero, false),
        (Then::Finished, FAILED, Exit::Zero, false),
        (alert(48), FAILED, Exit::Zero, false),
    ] {
        let name = format!("{then:?} {end:?} {exit:?}");
        let found = judged(
            Tls12,
            Tls12,
            &accepted(),
            |charge| charge.exit = exit,
            seen(vec![chosen(Tls12, then)], end.clone()),
        );
        assert_eq!(found == ClientFinding::ProgramFailed(Tls12, end), fails, "{name}: {found:?}");
    }
}

#[test]
fn trust_is_on_trial_only_where_the_scenario_says_so() {
    use Verdict::{Failed, Inconclusive, Passed};
    for (then, end, verdict) in [
        (data(200), ENDED, Passed),
        (Then::Data { status: None }, FAILED, Passed),
        (Then::Finished, FAILED, Failed),
        (Then::Finished, ENDED, Inconclusive),
        (Then::Left, ENDED, Failed),
        (alert(48), ENDED, Failed),
        (Then::EncryptedAlert, ENDED, Failed),
    ] {
        let trusted = judged(
            Tls12,
            Tls12,
            &accepted(),
            |charge| charge.trusted = true,
            seen(vec![chosen(Tls12, then.clone())], end.clone()),
        );
        assert_eq!(trusted.verdict(), verdict, "{then:?} {trusted:?}");
        let plain = judged(
            Tls12,
            Tls12,
            &accepted(),
            |charge| charge.exit = Exit::Any,
            seen(vec![chosen(Tls12, then)], end),
        );
        assert_eq!(plain.verdict(), Passed);
    }
}

#[test]
fn version_and_status_must_be_those_that_are_expected() {
    let expecting = |version, status: Option<u16>| {
        // A digit stands for all that begin with it.
        let status = status.map(|status| match u8::try_from(status) {
            Ok(class @ 1..=5) => Statuses::class(class),
            _ => Statuses::only(status),
        });
        Expectation::Accepted(Acceptable { version, status, ..Acceptable::default() })
    };
    for (expectation, then, live, finding) in [
        (
            expecting(Some(Tls13), None),
            data(200),
            false,
            Some(ClientFinding::OtherVersion { expected: Tls13, chosen: Tls12 }),
        ),
        (expecting(Some(Tls12), Some(200)), data(200), false, None),
        (expecting(None, Some(2)), data(204), false, None),
        (
            expecting(None, Some(2)),
            data(301),
            false,
            Some(ClientFinding::OtherStatus { expected: Statuses::class(2), status: Some(301) }),
        ),
        (
            expecting(None, Some(200)),
            data(404),
            false,
            Some(ClientFinding::OtherStatus { expected: Statuses::only(200), status: Some(404) }),
        ),
        (
            expecting(None, Some(200)),
            Then::Finished,
            false,
            Some(ClientFinding::OtherStatus { expected: Statuses::only(200), status: None }),
        ),
        (expecting(None, Some(200)), Then::Data { status: None }, true, None),
        (
            expecting(None, Some(200)),
            Then::Finished,
            true,
            Some(ClientFinding::OtherStatus { expected: Statuses::only(200), status: None }),
        ),
    ] {
        let found = judged(
            Tls12,
            Tls13,
            &expectation,
            |_| {},
            Seen { live, ..seen(vec![chosen(Tls12, then)], ENDED) },
        );
        match finding {
            Some(finding) => assert_eq!(found, finding),
            None => assert_eq!(found.verdict(), Verdict::Passed, "{found:?}"),
        }
    }
}
