//! One made-up run for each finding, and for what a person has to be told besides.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tls_readiness::bounds::{Barred, Rule, special};
use tls_readiness::evidence::{
    CertificateOutcome, Doubt, Followed, HttpOutcome, Observation, Outcome, Pace, Refusal, Repeated, Slowed,
    Unreachable, Violation,
};
use tls_readiness::report::{Against, Outcome as TestOutcome};
use tls_readiness::version::Version::{self, Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};
use tls_readiness::wire::{AlertDescription, CipherSuite, NamedGroup};

use crate::evidence::{
    CBC, GCM, accepted, alert, alone, answered, control, handshake, judged, observed, of_addresses, outcome,
    range, session, status, unresolved, variant,
};

const HOST: &str = "host: api.example.com\n";
const OLD: &str = "host: api.example.com\nmin_version: 1.0\nmax_version: 1.1\nexpect: refused";
const OLDEST: &str = "host: api.example.com\nmin_version: SSLv2\nmax_version: 1.1\nexpect: refused";
const GOOD: &str = "host: api.example.com\nexpect: accepted";
const HTTP: &str = "host: api.example.com\npath: /status\nexpect: { status: 200 }";
const GONE: &str = "host: api.example.com\nexpect: unreachable";

const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));

/// Each with the finding that it must come to, as the JSON report names it.
pub(crate) fn all() -> Vec<(&'static str, &'static str, TestOutcome)> {
    [
        passed(),
        not_refused(),
        not_accepted(),
        beyond_tls(),
        crate::requirements::all(),
        inconclusive(),
        several_addresses(),
        told_besides(),
        crate::posture_requirements::all(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

type Cases = Vec<(&'static str, &'static str, TestOutcome)>;

fn up(round: u32) -> Observation {
    control(round, accepted(Tls13, GCM))
}

/// TLS 1.0 and 1.1 refused as they have to be.
fn refuses_both() -> Vec<Observation> {
    vec![alone(Tls10, alert(70)), alone(Tls11, alert(70)), up(0)]
}

/// TLS 1.0 by this, TLS 1.1 as it has to be.
fn tls10(outcome: Outcome) -> Vec<Observation> {
    vec![alone(Tls10, outcome), alone(Tls11, alert(70)), up(0)]
}

fn whole(outcome: Outcome) -> Observation {
    observed(range(Tls12, Tls13), 0, outcome)
}

fn passed() -> Cases {
    let trusted = handshake(session(CertificateOutcome::Trusted, None));
    let closed = Outcome::Unreachable(Unreachable::ConnectionRefused);
    vec![
        ("accepted", "accepted", outcome(GOOD, vec![vec![trusted]])),
        ("refused", "refused", outcome(OLD, vec![refuses_both()])),
        ("gone", "gone", outcome(GONE, vec![vec![whole(closed)]])),
        ("gone-by-name", "gone", unresolved(GONE, Unreachable::NoSuchName)),
    ]
}

fn not_refused() -> Cases {
    let weak = |version: Version, refusal: Outcome| {
        let first = alone(version, refusal);
        vec![first.clone(), variant(1, first.clone()), variant(2, first)]
    };
    let mut oldest = weak(Ssl2, Outcome::Refused(Refusal::Closed));
    oldest.extend(weak(Ssl3, alert(40)));
    oldest.extend([alone(Tls10, accepted(Tls10, CBC)), alone(Tls11, answered(Tls10)), up(0), up(3)]);
    let by_40 = format!("{HOST}min_version: 1.1\nmax_version: 1.1\nexpect: {{ alert: handshake_failure }}");
    vec![
        ("still-accepts", "still_accepts", outcome(OLD, vec![tls10(accepted(Tls10, CBC))])),
        ("still-accepts-one-of-four", "still_accepts", outcome(OLDEST, vec![oldest])),
        ("other-refusal", "other_refusal", outcome(&by_40, vec![vec![alone(Tls11, alert(70)), up(0)]])),
        (
            "other-refusal-by-a-lower-answer",
            "other_refusal",
            outcome(&by_40, vec![vec![alone(Tls11, answered(Tls10)), up(0)]]),
        ),
        ("still-there", "still_there", outcome(GONE, vec![vec![whole(accepted(Tls12, CBC))]])),
    ]
}

fn not_accepted() -> Cases {
    let refused = whole(alert(40));
    let hellos = vec![refused.clone(), variant(1, refused.clone()), variant(2, refused)];
    let ends_with_12 = format!("{HOST}evidence: hello\nexpect: {{ version: 1.2 }}");
    let violation = Outcome::Violation(Violation::DowngradeSentinel(Tls12));
    let not_tls = Outcome::NotTls { first_bytes: b"HTTP/1.1 400 Bad Request\r\n\x1b[31m".to_vec() };
    let reset = Outcome::Refused(Refusal::Reset);
    let by_rustls =
        Observation { followed: None, outcome: alert(40), ..handshake(Followed::Broken(String::new())) };
    vec![
        ("not-accepted", "not_accepted", outcome(GOOD, vec![hellos])),
        ("answered-below", "answered_below", outcome(GOOD, vec![vec![whole(answered(Tls11))]])),
        ("other-version", "other_version", outcome(&ends_with_12, vec![vec![whole(accepted(Tls13, GCM))]])),
        ("cannot-finish", "cannot_finish", outcome(GOOD, vec![vec![by_rustls, whole(accepted(Tls12, CBC))]])),
        ("disagrees", "disagrees", repeated(3, &[Tls12, Tls13], vec![whole(accepted(Tls13, GCM))])),
        ("slowed-down", "not_accepted", slowed(vec![whole(reset.clone()), variant(1, whole(reset))])),
        ("not-tls", "not_tls", outcome(GOOD, vec![vec![whole(not_tls)]])),
        ("broke-protocol", "broke_protocol", outcome(GOOD, vec![vec![whole(violation)]])),
    ]
}

/// An address that was asked ten times.
fn repeated(alike: u32, chosen: &[Version], observations: Vec<Observation>) -> TestOutcome {
    let mut evidence = of_addresses(vec![observations]);
    for address in &mut evidence.addresses {
        address.repeated = Some(Repeated { times: 10, alike, chosen: chosen.to_vec() });
    }
    judged(&format!("{HOST}evidence: hello\nrepeat: 10\nexpect: accepted"), evidence)
}

/// An address that was asked again more slowly.
fn slowed(observations: Vec<Observation>) -> TestOutcome {
    let mut evidence = of_addresses(vec![observations]);
    for address in &mut evidence.addresses {
        let pace = Pace::DEFAULT.spaced(Duration::from_millis(250));
        address.slowed = Some(Slowed { cut_off: 3, of: 12, pace });
    }
    judged(&format!("{HOST}evidence: hello\nexpect: accepted"), evidence)
}

fn beyond_tls() -> Cases {
    let trusted = CertificateOutcome::Trusted;
    let followed = |followed| vec![vec![handshake(followed)]];
    let certificate = |outcome: CertificateOutcome| followed(session(outcome, Some(HttpOutcome::NotSent)));
    let expired = format!("{HOST}expect: {{ certificate: expired }}");
    let valid = format!("{HOST}expect: {{ outcome: accepted, certificate_valid_for: 30d }}");
    let mut ends_soon = session(trusted.clone(), None);
    if let Followed::Session(session) = &mut ends_soon {
        session.certificate_ahead = Some((Duration::from_secs(30 * 86_400), CertificateOutcome::Expired));
    }
    let redirect =
        Some(HttpOutcome::Status { status: 302, location: Some("https://login.example.com/".to_owned()) });
    let other = CertificateOutcome::Other("invalid peer certificate: BadSignature".to_owned());
    let no_answer = Some(HttpOutcome::Failed("the connection was closed before the head".to_owned()));
    vec![
        (
            "handshake-broke",
            "handshake_broke",
            outcome(GOOD, followed(Followed::Broken("reset by the peer".to_owned()))),
        ),
        ("certificate-expired", "certificate", outcome(HTTP, certificate(CertificateOutcome::Expired))),
        (
            "certificate-of-an-unknown-issuer",
            "certificate",
            outcome(HTTP, certificate(CertificateOutcome::UnknownIssuer)),
        ),
        (
            "certificate-of-another-name",
            "certificate",
            outcome(HTTP, certificate(CertificateOutcome::NameMismatch)),
        ),
        ("certificate-not-accepted", "certificate", outcome(HTTP, certificate(other))),
        (
            "certificate-not-expired-as-expected",
            "certificate",
            outcome(&expired, followed(session(trusted.clone(), None))),
        ),
        ("certificate-ends-soon", "certificate_ends_soon", outcome(&valid, followed(ends_soon))),
        ("other-status", "other_status", outcome(HTTP, followed(session(trusted.clone(), status(404))))),
        ("redirect", "other_status", outcome(HTTP, followed(session(trusted.clone(), redirect)))),
        ("no-http-answer", "no_http_answer", outcome(HTTP, followed(session(trusted, no_answer)))),
    ]
}

fn inconclusive() -> Cases {
    let doubt = |doubt| Outcome::Inconclusive(doubt);
    let barred = |rule| doubt(Doubt::Barred(Barred { address: SocketAddr::new(PRIVATE, 443), rule }));
    let malformed = Outcome::Violation(Violation::Malformed("the length of the session id"));
    let not_tls = || Outcome::NotTls { first_bytes: b"SSH-2.0-OpenSSH_9.2\r\n".to_vec() };
    let unrecognized = Doubt::Alert(AlertDescription::UNRECOGNIZED_NAME);
    let down = vec![alone(Tls10, alert(70)), alone(Tls11, alert(70)), control(0, alert(80))];
    let lost = vec![
        alone(Tls10, alert(40)),
        alone(Tls11, alert(70)),
        up(0),
        variant(1, alone(Tls10, alert(40))),
        control(2, Outcome::Refused(Refusal::Reset)),
    ];
    let only_ssl2 = format!("{HOST}min_version: SSLv2\nmax_version: SSLv2\nexpect: refused");
    vec![
        (
            "cannot-reach",
            "cannot_reach",
            outcome(OLD, vec![tls10(Outcome::Unreachable(Unreachable::ConnectionRefused))]),
        ),
        ("cannot-resolve", "cannot_reach", unresolved(GOOD, Unreachable::ResolverTimedOut)),
        ("no-such-name", "cannot_reach", unresolved(OLD, Unreachable::NoSuchName)),
        ("silence", "cannot_tell", outcome(OLD, vec![tls10(doubt(Doubt::Silence))])),
        (
            "our-side",
            "cannot_tell",
            outcome(OLD, vec![tls10(doubt(Doubt::OurSide("too many open files".to_owned())))]),
        ),
        ("not-allowed", "not_connected", outcome(OLD, vec![tls10(barred(Rule::NotAllowed))])),
        (
            "not-public",
            "not_connected",
            outcome(GOOD, vec![vec![whole(barred(Rule::NotPublic(special(PRIVATE).unwrap())))]]),
        ),
        (
            "connections-spent",
            "not_connected",
            outcome(OLD, vec![vec![alone(Tls10, alert(70)), alone(Tls11, barred(Rule::Spent(2)))]]),
        ),
        (
            "unrecognized-name",
            "cannot_tell",
            outcome(&only_ssl2, vec![vec![alone(Ssl2, doubt(unrecognized)), up(0)]]),
        ),
        ("violation-is-no-refusal", "violation_is_no_refusal", outcome(OLD, vec![tls10(malformed)])),
        (
            "not-tls-is-no-refusal",
            "not_tls_is_no_refusal",
            outcome(OLD, vec![vec![alone(Tls10, not_tls()), alone(Tls11, not_tls()), control(0, not_tls())]]),
        ),
        ("no-control", "no_control", outcome(OLD, vec![down])),
        ("control-lost", "control_lost", outcome(OLD, vec![lost])),
        ("unconfirmed", "unconfirmed", outcome(OLD, vec![tls10(Outcome::Refused(Refusal::Reset))])),
        ("not-probed", "not_probed", outcome(OLD, vec![Vec::new()])),
    ]
}

/// Refused to three hellos.
fn refused_by_hellos(version: Version) -> Vec<Observation> {
    let refused = alone(version, alert(70));
    vec![refused.clone(), variant(1, refused.clone()), variant(2, refused)]
}

fn several_addresses() -> Cases {
    let any = format!("{OLD}\naddresses: any");
    let silent = || tls10(Outcome::Inconclusive(Doubt::Silence));
    let mut no_route = of_addresses(vec![tls10(accepted(Tls10, CBC))]);
    no_route.without_route = vec!["[2001:db8::10]:443".parse().unwrap()];
    let mut ipv6 = of_addresses(vec![refuses_both(), tls10(accepted(Tls10, CBC))]);
    for (address, text) in ipv6.addresses.iter_mut().zip(["[::1]:443", "[2001:db8:85a3::8a2e:370:7334]:443"])
    {
        address.address = text.parse().unwrap();
    }
    let mut slower = tls10(accepted(Tls10, CBC));
    slower[0].timing.total = Duration::from_millis(250);
    vec![
        (
            "addresses-differ",
            "still_accepts",
            outcome(OLD, vec![refuses_both(), tls10(accepted(Tls10, CBC)), refuses_both()]),
        ),
        ("addresses-do-the-same", "still_accepts", outcome(OLD, vec![tls10(accepted(Tls10, CBC)), slower])),
        (
            "accepted-by-one-of-two",
            "not_accepted",
            outcome(
                &format!("{HOST}max_version: 1.2\nevidence: hello\nexpect: accepted"),
                vec![vec![alone(Tls12, accepted(Tls12, CBC))], refused_by_hellos(Tls12)],
            ),
        ),
        ("any-address", "cannot_tell", outcome(&any, vec![tls10(accepted(Tls10, CBC)), silent()])),
        ("ipv6-addresses", "still_accepts", judged(OLD, ipv6)),
        ("an-address-without-a-route", "still_accepts", judged(OLD, no_route)),
    ]
}

fn told_besides() -> Cases {
    let words = "title: Old versions are off\nadvice: |\n  Set `ssl_protocols` in every server block, and in the default one too: nginx takes the default's.\n\n  Then reload.\nreference: https://wiki.example.com/tls";
    let replica = format!("{OLD}\nreplica: {{ min_version: 1.0, max_version: 1.2 }}");
    let mut contradiction = outcome(&replica, vec![tls10(accepted(Tls10, CBC))]);
    contradiction.against = Against::Replica;
    let mut not_started =
        unresolved(&replica, Unreachable::Failed("the replica could not be started: no port".to_owned()));
    not_started.against = Against::Replica;

    let mut retried = handshake(session(CertificateOutcome::Trusted, status(503)));
    retried.warnings = vec![AlertDescription::UNRECOGNIZED_NAME; 2];
    if let Outcome::Accepted(acceptance) = &mut retried.outcome {
        acceptance.hello_retry = true;
        acceptance.client_certificate_wanted = true;
        acceptance.group = Some(NamedGroup(0x4a4a));
        acceptance.cipher_suite = CipherSuite(0xfefe);
    }
    let unknown_alert = Outcome::Inconclusive(Doubt::Alert(AlertDescription(7)));
    let port = OLD.replace("api.example.com", "api.example.com:8443");
    vec![
        (
            "words-of-the-author",
            "still_accepts",
            outcome(&format!("{OLD}\n{words}"), vec![tls10(accepted(Tls10, CBC))]),
        ),
        (
            "words-of-the-author-who-cannot-know",
            "cannot_reach",
            unresolved(&format!("{OLD}\n{words}"), Unreachable::NoSuchName),
        ),
        ("a-replica-that-contradicts", "still_accepts", contradiction),
        ("a-replica-that-was-not-started", "cannot_reach", not_started),
        ("warnings-and-a-retry", "other_status", outcome(HTTP, vec![vec![retried]])),
        ("an-unknown-alert", "cannot_tell", outcome(OLD, vec![tls10(unknown_alert)])),
        ("another-port", "still_accepts", outcome(&port, vec![tls10(accepted(Tls10, CBC))])),
    ]
}
