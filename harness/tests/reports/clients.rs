//! One made-up run for each finding about a program on trial.

use std::net::SocketAddr;
use std::time::Duration;

use tls_readiness::bounds::{Barred, Rule, special};
use tls_readiness::evidence::Gathered;
use tls_readiness::evidence::Refusal;
use tls_readiness::evidence::client::{
    Came, ClientConnection, ClientEvidence, Declined, Elsewhere, Lacking, Program, ProgramEnd, Then, Way,
};
use tls_readiness::report::{Against, Outcome};
use tls_readiness::verdict::{ClientCharge, judge_client};
use tls_readiness::version::Version::{self, Tls10, Tls11, Tls12, Tls13};
use tls_readiness::wire::{AlertDescription, CipherSuite, ClientHello, NamedGroup};

use crate::evidence::{day, test};

const CURL: &str = "host: api.example.com\npath: /status\nclient: curl --silent --fail https://api.example.com/status\nmin_version: 1.2\nmax_version: 1.2";
const ACCEPTED: &str = "expect: accepted";
const REFUSED: &str = "min_version: 1.0\nmax_version: 1.1\nexpect: refused";

/// Each with the finding that it must come to, as the JSON report names it.
pub(crate) fn all() -> Vec<(&'static str, &'static str, Outcome)> {
    [passed(), failed(), inconclusive(), told_besides()].into_iter().flatten().collect()
}

type Cases = Vec<(&'static str, &'static str, Outcome)>;

/// Where a cloud keeps its metadata, which is not of the public internet.
fn barred() -> Barred {
    let address = SocketAddr::from(([169, 254, 169, 254], 80));
    Barred { address, rule: Rule::NotPublic(special(address.ip()).unwrap()) }
}

/// The hello of a client that goes from `oldest` to `newest`.
pub(crate) fn hello(listed: &[Version]) -> Option<Box<ClientHello>> {
    let newest = listed.iter().max().copied().unwrap_or(Tls12);
    Some(Box::new(ClientHello {
        record_version: 0x0301,
        legacy_version: newest.min(Tls12).code(),
        is_ssl2: false,
        random: [7; 32],
        session_id: Vec::new(),
        cipher_suites: vec![CipherSuite(0x1301), CipherSuite(0xC02F), CipherSuite(0xFEFE)],
        server_name: Some("api.example.com".to_owned()),
        supported_versions: (newest == Tls13).then(|| listed.iter().map(|it| it.code()).collect()),
        groups: vec![NamedGroup::X25519, NamedGroup(0x4A4A)],
        key_shares: vec![NamedGroup::X25519],
        signature_algorithms: vec![0x0403, 0x0804],
        alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        extensions: vec![0, 10, 13, 16, 43, 51],
    }))
}

fn connection(hello: Option<Box<ClientHello>>, came: Came) -> ClientConnection {
    let (started, elapsed) = (Duration::from_millis(11), Duration::from_micros(4_200));
    ClientConnection { started, elapsed, by_proxy: false, hello, came }
}

fn chosen(version: Version, then: Then) -> ClientConnection {
    let suite = Some(CipherSuite(if version < Tls12 { 0x002F } else { 0xC02F }));
    let group = (version >= Tls12).then_some(NamedGroup::X25519);
    connection(
        hello(&[Tls13, Tls12, Tls11, Tls10]),
        Came::Chosen { version, cipher_suite: suite, group, then },
    )
}

fn alert(code: u8) -> Then {
    Then::Alert(AlertDescription(code))
}

fn evidence(connections: Vec<ClientConnection>, code: i32) -> ClientEvidence {
    let stderr = match code {
        0 => Vec::new(),
        _ => b"curl: (35) something with the handshake\n".to_vec(),
    };
    let program = Program {
        end: ProgramEnd::Exited(code),
        stdout: Vec::new(),
        stderr,
        elapsed: Duration::from_millis(19),
    };
    ClientEvidence { way: Way::Namespace, live: false, program, connections, elsewhere: Vec::new() }
}

pub(crate) fn judged(fields: &str, evidence: ClientEvidence) -> Outcome {
    let test = test(fields);
    let scenario = &test.scenario;
    let client = scenario.client.as_ref().unwrap();
    let charge = ClientCharge {
        versions: scenario.versions,
        expectation: &scenario.expectation,
        exit: client.exit,
        trusted: client.trusted,
        when_missing: client.when_missing,
    };
    let judgement = judge_client(&charge, &evidence);
    let against = if evidence.live { Against::Host } else { Against::Replica };
    let evidence = Gathered::Client(evidence);
    let (today, elapsed) = (day("2026-11-23"), Duration::from_millis(21));
    Outcome { test, against, evidence, judgement, today, elapsed }
}

fn case(more: &str, connections: Vec<ClientConnection>, code: i32) -> Outcome {
    judged(&format!("{}\n{more}", without_what_is_in(more)), evidence(connections, code))
}

/// A field is written once.
fn without_what_is_in(more: &str) -> String {
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let again: Vec<String> = more.lines().map(name).collect();
    CURL.lines().filter(|line| !again.contains(&name(line))).collect::<Vec<_>>().join("\n")
}

fn live(more: &str, connections: Vec<ClientConnection>, code: i32) -> Outcome {
    let evidence = ClientEvidence { live: true, ..evidence(connections, code) };
    judged(&format!("{}\n{more}", without_what_is_in(more)), evidence)
}

fn passed() -> Cases {
    let modern = connection(hello(&[Tls13, Tls12]), Came::NoVersion);
    let refused = Came::Declined(Declined::Refused(Refusal::Alert(AlertDescription::PROTOCOL_VERSION)));
    vec![
        ("client-speaks", "speaks", case(ACCEPTED, vec![chosen(Tls12, Then::Data { status: Some(200) })], 0)),
        ("client-speaks-and-distrusts", "speaks", case(ACCEPTED, vec![chosen(Tls12, alert(48))], 60)),
        ("client-stays-away", "stays_away", case(REFUSED, vec![modern], 35)),
        ("client-refuses-itself", "refuses_itself", case(REFUSED, vec![chosen(Tls11, alert(70))], 35)),
        (
            "client-refused-by-host",
            "refused_by_host",
            live(REFUSED, vec![connection(hello(&[Tls11]), refused)], 35),
        ),
    ]
}

fn failed() -> Cases {
    let old = |versions: &[Version]| connection(hello(versions), Came::NoVersion);
    let lacking = Came::NothingInCommon { version: Tls12, lacking: Lacking::ModernCipherSuite };
    let no_group = Came::NothingInCommon { version: Tls12, lacking: Lacking::Group };
    let declined = Came::Declined(Declined::Refused(Refusal::Alert(AlertDescription::HANDSHAKE_FAILURE)));
    let ok = || chosen(Tls12, Then::Data { status: Some(200) });
    let with_status = "expect: { status: 200 }";
    let version = "max_version: 1.3\nexpect: { version: 1.3 }";
    vec![
        ("client-too-old", "not_offered", case(ACCEPTED, vec![old(&[Tls10])], 35)),
        ("client-too-new", "not_offered", case(ACCEPTED, vec![old(&[Tls13])], 35)),
        ("client-tries-twice", "not_offered", case(ACCEPTED, vec![old(&[Tls11]), old(&[Tls10])], 35)),
        (
            "client-alert-first",
            "alert_first",
            case(ACCEPTED, vec![connection(None, Came::AlertFirst(AlertDescription(40)))], 1),
        ),
        (
            "client-offered-and-refused",
            "offered_and_refused",
            case(ACCEPTED, vec![chosen(Tls12, alert(70))], 35),
        ),
        (
            "client-shares-no-suite",
            "nothing_in_common",
            case(ACCEPTED, vec![connection(hello(&[Tls12]), lacking)], 35),
        ),
        (
            "client-shares-no-group",
            "nothing_in_common",
            case(ACCEPTED, vec![connection(hello(&[Tls12]), no_group)], 35),
        ),
        ("client-other-version", "other_version", case(version, vec![ok()], 0)),
        (
            "client-not-trusted",
            "not_trusted",
            case("trusted: true\nexpect: accepted", vec![chosen(Tls12, alert(48))], 60),
        ),
        (
            "client-other-status",
            "other_status",
            case(with_status, vec![chosen(Tls12, Then::Data { status: Some(404) })], 22),
        ),
        ("client-no-status", "other_status", case(with_status, vec![chosen(Tls12, Then::Finished)], 60)),
        ("client-program-failed", "program_failed", case(ACCEPTED, vec![ok()], 3)),
        ("client-still-speaks", "still_speaks", case(REFUSED, vec![chosen(Tls11, Then::KeyExchange)], 35)),
        (
            "client-broke-protocol",
            "broke_protocol",
            case(ACCEPTED, vec![chosen(Tls12, Then::Broke("a broken message".to_owned()))], 35),
        ),
        (
            "client-declined-by-host",
            "declined_by_host",
            live(ACCEPTED, vec![connection(hello(&[Tls12]), declined)], 35),
        ),
        ("client-not-installed", "not_installed", case(ACCEPTED, vec![], 127)),
    ]
}

fn inconclusive() -> Cases {
    let without = |came| vec![connection(None, came)];
    let lacking = Came::NothingInCommon { version: Tls11, lacking: Lacking::CipherSuite };
    let down = Came::Declined(Declined::Unreachable("Connection refused (os error 111)".to_owned()));
    let first_bytes = b"GET / HTTP/1.1\r\n\x1b[31m".to_vec();
    let mut cut_off = evidence(vec![connection(hello(&[Tls13, Tls12]), Came::NoVersion)], 0);
    cut_off.program.end = ProgramEnd::TimedOut;
    let still_running = judged(&format!("{}\n{REFUSED}", without_what_is_in(REFUSED)), cut_off);
    let our_side = ClientEvidence::not_run(false, "no descriptors".to_owned());
    vec![
        ("client-never-connected", "never_connected", case(ACCEPTED, vec![], 0)),
        ("client-sent-nothing", "sent_nothing", case(ACCEPTED, without(Came::Nothing), 1)),
        ("client-not-tls", "not_tls", case(ACCEPTED, without(Came::NotTls { first_bytes }), 1)),
        (
            "client-not-a-hello",
            "not_a_hello",
            case(ACCEPTED, without(Came::NotAHello("it ended within it")), 1),
        ),
        ("client-cannot-tell", "cannot_tell", case(ACCEPTED, vec![chosen(Tls12, alert(80))], 1)),
        (
            "client-offers-without-means",
            "offers_without_means",
            case(REFUSED, vec![connection(hello(&[Tls11]), lacking)], 1),
        ),
        (
            "client-chosen-outside",
            "chosen_outside",
            live(ACCEPTED, vec![chosen(Tls13, Then::Data { status: None })], 0),
        ),
        ("client-host-unclear", "host_unclear", live(ACCEPTED, vec![connection(hello(&[Tls12]), down)], 7)),
        (
            "client-trust-unclear",
            "trust_unclear",
            case("trusted: true\nexpect: accepted", vec![chosen(Tls12, Then::Finished)], 0),
        ),
        ("client-still-running", "still_running", still_running),
        (
            "client-status-unseen",
            "status_unseen",
            live("exit: any\nexpect: { status: 200 }", vec![chosen(Tls12, Then::Data { status: None })], 1),
        ),
        (
            "client-not-connected",
            "not_connected",
            live(ACCEPTED, vec![connection(hello(&[Tls12]), Came::Barred(barred()))], 7),
        ),
        ("client-our-side", "our_side", judged(&format!("{CURL}\n{ACCEPTED}"), our_side)),
        ("client-left-out", "left_out", case("when_missing: ignore\nexpect: accepted", vec![], 127)),
    ]
}

fn told_besides() -> Cases {
    let list = "client: [node, my client.mjs, '{url}']\nexpect: accepted";
    let by_proxy = |client: &str| {
        let mut evidence = evidence(vec![], 1);
        evidence.way =
            Way::Proxy { instead: Some("creating it: this system forbids user namespaces".to_owned()) };
        evidence.program.stdout = (1..=30).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
        judged(&format!("{}\n{client}", without_what_is_in(client)), evidence)
    };
    let mut wanted = evidence(vec![chosen(Tls12, Then::Silent)], 0);
    wanted.program.end = ProgramEnd::TimedOut;
    wanted.way = Way::SharedNamespace;
    wanted.elsewhere = ["ocsp.example.com:80", "db.example.com:5432"]
        .into_iter()
        .zip([false, true])
        .map(|(host, let_through)| Elsewhere { host: host.to_owned(), let_through, barred: None })
        .collect();
    let metadata = "metadata.example.com:80".to_owned();
    wanted.elsewhere.push(Elsewhere { host: metadata, let_through: false, barred: Some(barred()) });
    let many = evidence(vec![connection(hello(&[Tls11]), Came::NoVersion); 20], 35);
    let words = "title: The nightly export\nadvice: Set the version in export.conf.\nreference: https://wiki.example.com/tls\nexpect: accepted";
    vec![
        ("client-led-by-proxy", "never_connected", by_proxy(list)),
        ("client-led-by-proxy-and-unknown", "never_connected", by_proxy(ACCEPTED)),
        ("client-wanted-others", "cannot_tell", judged(&format!("{CURL}\n{ACCEPTED}"), wanted)),
        ("client-many-connections", "not_offered", judged(&format!("{CURL}\n{words}"), many)),
    ]
}
