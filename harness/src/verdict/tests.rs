//! The rules as tables: evidence in, finding out.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::bounds::Rule;
use crate::evidence::{Acceptance, AddressEvidence, Answer, Hello, Offer, Timing};
use crate::scenario::Acceptable;
use Version::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

mod accepted;
mod inventory;
mod repeated;
mod required;

const SUITE: CipherSuite = CipherSuite(0x002f);

fn alert(code: u8) -> Outcome {
    Outcome::Refused(Refusal::Alert(AlertDescription(code)))
}

fn accepted(version: Version) -> Outcome {
    Outcome::Accepted(Acceptance {
        version,
        cipher_suite: SUITE,
        group: None,
        hello_retry: false,
        client_certificate_wanted: false,
        details: Default::default(),
    })
}

fn accepted_with(suite: u32, group: NamedGroup) -> Outcome {
    Outcome::Accepted(Acceptance {
        version: Tls12,
        cipher_suite: CipherSuite(suite),
        group: Some(group),
        hello_retry: false,
        client_certificate_wanted: false,
        details: Default::default(),
    })
}

/// Where the run could connect no more.
const SPENT: Barred =
    Barred { address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 443), rule: Rule::Spent(9) };
const BARRED: Outcome = Outcome::Inconclusive(Doubt::Barred(SPENT));

fn answered(version: Version) -> Outcome {
    Outcome::Answered(Answer { version, cipher_suite: SUITE })
}

const RESET: Outcome = Outcome::Refused(Refusal::Reset);
const CLOSED: Outcome = Outcome::Refused(Refusal::Closed);
const SILENCE: Outcome = Outcome::Inconclusive(Doubt::Silence);
const CUT_OFF: Outcome = Outcome::Violation(Violation::CutOff);
const HTTP: Outcome = Outcome::NotTls { first_bytes: Vec::new() };
const CLOSED_PORT: Outcome = Outcome::Unreachable(Unreachable::ConnectionRefused);
const TIMED_OUT: Outcome = Outcome::Unreachable(Unreachable::ConnectTimedOut);

/// A row of evidence: the versions offered, which hello (0 is the standard one), what came back, and
/// in which round, one starting when the one before has ended.
type Row = (Version, Version, u8, Outcome, u64);

fn observation((min, max, hello, outcome, round): Row) -> Observation {
    let hello = if hello == 0 { Hello::Standard } else { Hello::Variant(hello) };
    Observation {
        address: None,
        server_name: None,
        offer: Offer { versions: VersionRange::new(min, max).unwrap(), hello },
        outcome,
        warnings: Vec::new(),
        followed: None,
        started: Duration::from_millis(10 * round),
        timing: Timing { connect: Duration::from_millis(1), total: Duration::from_millis(10) },
        connections: 1,
    }
}

/// A row of round [`CROWD`] stands for as many connections as there can be at a time.
fn observations(row: Row) -> Vec<Observation> {
    let count = if row.4 == CROWD { crate::evidence::CONNECTIONS_AT_A_TIME } else { 1 };
    vec![observation(row); count]
}

const CROWD: u64 = 9;

fn evidence(addresses: &[Vec<Observation>]) -> Evidence {
    Evidence {
        unresolved: None,
        addresses: addresses
            .iter()
            .enumerate()
            .map(|(index, observations)| {
                let address = SocketAddr::from(([192, 0, 2, u8::try_from(index).unwrap()], 443));
                AddressEvidence::of(address, observations.iter().cloned().map(Arc::new).collect(), Vec::new())
            })
            .collect(),
        without_route: Vec::new(),
    }
}

fn judge_rows(expectation: &Expectation, min: Version, max: Version, rows: Vec<Row>) -> Finding {
    let charge = Charge {
        versions: VersionRange::new(min, max).unwrap(),
        expectation,
        depth: Depth::Hello,
        addresses: Addresses::All,
    };
    let judgement = judge(&charge, &evidence(&[rows.into_iter().flat_map(observations).collect()]));
    assert_eq!(judgement.verdict, judgement.finding.verdict());
    judgement.finding
}

#[test]
fn what_a_throttle_does_too_needs_more_controls_than_an_answer() {
    for (outcome, needed) in [(alert(40), 5), (alert(71), 5), (alert(80), 8), (RESET, 8), (CLOSED, 8)] {
        for count in [needed - 1, needed] {
            let mut rows = vec![
                (Ssl3, Ssl3, 0, outcome.clone(), 0),
                (Tls12, Tls13, 0, accepted(Tls13), 0),
                (Ssl3, Ssl3, 1, outcome.clone(), 1),
            ];
            rows.extend(vec![(Tls12, Tls13, 0, accepted(Tls13), 3); count]);
            let found = judge_rows(&Expectation::Refused { alert: None }, Ssl3, Ssl3, rows);
            let expected = match count {
                count if count < needed => Finding::Unconfirmed(Ssl3),
                _ => Finding::Refused { control: Tls13, weak: true },
            };
            assert_eq!(found, expected, "{outcome:?} {count}");
        }
    }
}

#[test]
fn a_refusal_is_proven_or_inconclusive() {
    let strong = Finding::Refused { control: Tls13, weak: false };
    let weak = Finding::Refused { control: Tls13, weak: true };
    let probe = |outcome| (Tls10, Tls10, 0, outcome, 0);
    let other = |outcome| (Tls10, Tls10, 1, outcome, 1);
    let control = |outcome, round| (Tls12, Tls13, 0, outcome, round);
    let yes = || accepted(Tls13);
    let lost = Finding::ControlLost(Tls13);
    let cases: Vec<(&str, Vec<Row>, Finding)> = vec![
        ("alert 70 and a control", vec![probe(alert(70)), control(yes(), 0)], strong.clone()),
        (
            "a lower answer outside the range",
            vec![probe(answered(Ssl3))],
            Finding::Refused { control: Ssl3, weak: false },
        ),
        ("alert 70 without a control", vec![probe(alert(70))], Finding::NoControl),
        (
            "alert 70 where nothing is accepted",
            vec![probe(alert(70)), control(alert(70), 0)],
            Finding::NoControl,
        ),
        (
            "alert 70, then the control is lost",
            vec![probe(alert(70)), control(yes(), 0), control(RESET, 1)],
            lost.clone(),
        ),
        (
            "weak once",
            vec![probe(alert(40)), control(yes(), 0), control(yes(), 1)],
            Finding::Unconfirmed(Tls10),
        ),
        (
            "weak twice, control before, and a crowd of them after",
            vec![probe(alert(40)), control(yes(), 0), other(alert(40)), control(yes(), CROWD)],
            weak.clone(),
        ),
        (
            "weak twice, one control after: there may have been too many at a time before",
            vec![probe(RESET), control(yes(), 0), other(RESET), control(yes(), 2)],
            Finding::Unconfirmed(Tls10),
        ),
        (
            "weak twice, one of the crowd is cut off",
            vec![
                probe(RESET),
                control(yes(), 0),
                other(RESET),
                control(yes(), CROWD),
                control(CLOSED, CROWD + 1),
            ],
            lost.clone(),
        ),
        (
            "weak twice, no control after",
            vec![probe(RESET), control(yes(), 0), other(RESET)],
            Finding::Unconfirmed(Tls10),
        ),
        (
            "weak twice, control only after",
            vec![probe(RESET), other(RESET), control(yes(), CROWD)],
            Finding::Unconfirmed(Tls10),
        ),
        (
            "weak twice, control reset beside: a throttle",
            vec![probe(RESET), control(yes(), 0), other(RESET), control(RESET, 1), control(yes(), 2)],
            lost.clone(),
        ),
        (
            "weak twice, control reset after: gone down",
            vec![probe(CLOSED), control(yes(), 0), other(CLOSED), control(yes(), 1), control(CLOSED_PORT, 2)],
            lost,
        ),
        (
            "the same hello twice is one hello",
            vec![probe(RESET), (Tls10, Tls10, 0, RESET, 1), control(yes(), 0), control(yes(), CROWD)],
            Finding::Unconfirmed(Tls10),
        ),
        (
            "weak, and the other hello is accepted",
            vec![probe(alert(40)), control(yes(), 0), other(accepted(Tls10))],
            Finding::StillAccepts(vec![Tls10]),
        ),
        (
            "weak, and the other hello meets silence",
            vec![probe(alert(40)), control(yes(), 0), other(SILENCE), control(yes(), CROWD)],
            Finding::CannotTell(Tls10, Doubt::Silence),
        ),
        (
            "a balancer without back ends",
            vec![probe(RESET), control(RESET, 0), other(RESET), control(RESET, 2)],
            Finding::NoControl,
        ),
        ("accepted", vec![probe(accepted(Tls10)), control(yes(), 0)], Finding::StillAccepts(vec![Tls10])),
        ("accepted without a control", vec![probe(accepted(Tls10))], Finding::StillAccepts(vec![Tls10])),
        ("silence", vec![probe(SILENCE), control(yes(), 0)], Finding::CannotTell(Tls10, Doubt::Silence)),
        ("not TLS", vec![probe(HTTP), control(HTTP, 0)], Finding::NotTlsIsNoRefusal),
        (
            "a closed port",
            vec![probe(CLOSED_PORT), control(CLOSED_PORT, 0)],
            Finding::CannotReach(Unreachable::ConnectionRefused),
        ),
        (
            "a violation",
            vec![probe(CUT_OFF), control(yes(), 0)],
            Finding::ViolationIsNoRefusal(Tls10, Violation::CutOff),
        ),
        (
            "an alert that says nothing",
            vec![probe(Outcome::Inconclusive(Doubt::Alert(AlertDescription(112)))), control(yes(), 0)],
            Finding::CannotTell(Tls10, Doubt::Alert(AlertDescription(112))),
        ),
        ("nothing was tried", vec![control(yes(), 0)], Finding::NotProbed(VersionRange::only(Tls10))),
    ];
    let refused = Expectation::Refused { alert: None };
    for (name, rows, expected) in cases {
        assert_eq!(judge_rows(&refused, Tls10, Tls10, rows), expected, "{name}");
    }
}

#[test]
fn every_version_of_the_range_must_be_refused() {
    let refused = Expectation::Refused { alert: None };
    let control = (Tls12, Tls13, 0, accepted(Tls12), 0);
    let one = |version, outcome| (version, version, 0, outcome, 0);
    for (rows, expected) in [
        (
            vec![one(Tls10, alert(70)), one(Tls11, alert(70)), control.clone()],
            Finding::Refused { control: Tls12, weak: false },
        ),
        (vec![one(Tls11, alert(70)), control.clone()], Finding::NotProbed(VersionRange::only(Tls10))),
        // The server speaks 1.0 and says so when 1.1 is offered.
        (
            vec![one(Tls10, alert(40)), one(Tls11, answered(Tls10)), control.clone()],
            Finding::StillAccepts(vec![Tls10]),
        ),
        (
            vec![one(Tls10, accepted(Tls10)), one(Tls11, accepted(Tls11)), control.clone()],
            Finding::StillAccepts(vec![Tls10, Tls11]),
        ),
    ] {
        assert_eq!(judge_rows(&refused, Tls10, Tls11, rows), expected);
    }
    // A control that began after the last hello of a version says nothing of what was before.
    let control_before_1_0_alone = vec![
        (Ssl3, Ssl3, 0, RESET, 0),
        (Ssl3, Ssl3, 1, RESET, 0),
        (Tls10, Tls10, 0, RESET, 0),
        (Tls12, Tls13, 0, accepted(Tls12), 1),
        (Tls10, Tls10, 1, RESET, 1),
        (Tls12, Tls13, 0, accepted(Tls12), CROWD),
    ];
    assert_eq!(judge_rows(&refused, Ssl3, Tls10, control_before_1_0_alone), Finding::Unconfirmed(Ssl3));
    // Any version can be the control, SSL 2.0 too.
    assert_eq!(
        judge_rows(&refused, Ssl3, Tls13, {
            let mut rows: Vec<Row> =
                VersionRange::new(Ssl3, Tls13).unwrap().iter().map(|it| one(it, alert(70))).collect();
            rows.push(one(Ssl2, accepted(Ssl2)));
            rows
        }),
        Finding::Refused { control: Ssl2, weak: false }
    );
}

#[test]
fn the_alert_of_the_first_hello_must_be_the_expected_one() {
    let expected = AlertDescription(70);
    let refused = Expectation::Refused { alert: Some(expected) };
    let control = |round| (Tls12, Tls13, 0, accepted(Tls12), round);
    let other = |refusal| Finding::OtherRefusal { version: Tls11, expected, refusal };
    for (rows, finding) in [
        (vec![(Tls11, Tls11, 0, alert(70), 0), control(0)], Finding::Refused { control: Tls12, weak: false }),
        (
            vec![
                (Tls11, Tls11, 0, alert(40), 0),
                (Tls11, Tls11, 1, alert(40), 1),
                control(0),
                control(CROWD),
            ],
            other(Some(Refusal::Alert(AlertDescription(40)))),
        ),
        // Another test may have sent another hello before.
        (
            vec![(Tls11, Tls11, 1, alert(70), 0), (Tls11, Tls11, 0, alert(40), 1), control(0)],
            other(Some(Refusal::Alert(AlertDescription(40)))),
        ),
        (vec![(Tls11, Tls11, 0, answered(Tls10), 0), control(0)], other(None)),
        // What is not even proven is not compared.
        (vec![(Tls11, Tls11, 0, RESET, 0), control(0)], Finding::Unconfirmed(Tls11)),
    ] {
        assert_eq!(judge_rows(&refused, Tls11, Tls11, rows), finding);
    }
}

/// Neither its silence nor a throttle: the words must not send anybody to look for one.
#[test]
fn what_was_not_asked_for_want_of_leave_is_not_the_hosts_fault() {
    let control = |outcome, round| (Tls12, Tls13, 0, outcome, round);
    let old = |hello, outcome, round| (Tls11, Tls11, hello, outcome, round);
    let refused = Expectation::Refused { alert: None };
    for (rows, finding) in [
        (vec![old(0, BARRED, 0), control(BARRED, 0)], Finding::NotConnected(SPENT)),
        (vec![old(0, alert(70), 0), control(BARRED, 0)], Finding::NotConnected(SPENT)),
        (vec![old(0, SILENCE, 0), control(BARRED, 0)], Finding::NotConnected(SPENT)),
        // Else it would have been throttled.
        (
            vec![old(0, RESET, 0), control(accepted(Tls13), 0), control(BARRED, 1)],
            Finding::NotConnected(SPENT),
        ),
        // What is proven stays so.
        (vec![old(0, accepted(Tls11), 0), control(BARRED, 0)], Finding::StillAccepts(vec![Tls11])),
    ] {
        assert_eq!(judge_rows(&refused, Tls11, Tls11, rows), finding);
    }
    let accepts = Expectation::Accepted(Acceptable::default());
    for (rows, finding) in [
        (vec![(Tls12, Tls12, 0, BARRED, 0)], Finding::NotConnected(SPENT)),
        (vec![(Tls12, Tls12, 0, RESET, 0), (Tls12, Tls12, 1, BARRED, 0)], Finding::NotConnected(SPENT)),
        (
            vec![(Tls12, Tls12, 0, RESET, 0), (Tls12, Tls12, 1, RESET, 0)],
            Finding::NotAccepted(Refusal::Reset),
        ),
    ] {
        assert_eq!(judge_rows(&accepts, Tls12, Tls12, rows), finding);
    }
}

#[test]
fn gone_is_proven_by_resets_only() {
    let gone = Finding::Gone(Unreachable::ConnectionRefused);
    let whole = |outcome| (Tls12, Tls13, 0, outcome, 0);
    for (outcome, finding) in [
        (CLOSED_PORT, gone),
        (TIMED_OUT, Finding::CannotReach(Unreachable::ConnectTimedOut)),
        (Outcome::Unreachable(Unreachable::NoRoute), Finding::CannotReach(Unreachable::NoRoute)),
        (accepted(Tls12), Finding::StillThere),
        (RESET, Finding::StillThere),
        (SILENCE, Finding::StillThere),
        (
            Outcome::Inconclusive(Doubt::OurSide("no descriptors".to_owned())),
            Finding::CannotTell(Tls13, Doubt::OurSide("no descriptors".to_owned())),
        ),
        (BARRED, Finding::NotConnected(SPENT)),
    ] {
        assert_eq!(judge_rows(&Expectation::Unreachable, Tls12, Tls13, vec![whole(outcome)]), finding);
    }
    for (reason, verdict) in [
        (Unreachable::NoSuchName, Verdict::Passed),
        (Unreachable::NoAddress, Verdict::Inconclusive),
        (Unreachable::ResolverTimedOut, Verdict::Inconclusive),
        (Unreachable::ResolverFailed(String::new()), Verdict::Inconclusive),
    ] {
        let charge = Charge {
            versions: VersionRange::ALL,
            expectation: &Expectation::Unreachable,
            depth: Depth::Hello,
            addresses: Addresses::Any,
        };
        let unresolved = Evidence { unresolved: Some(reason.clone()), ..evidence(&[]) };
        assert_eq!(judge(&charge, &unresolved).verdict, verdict, "{reason:?}");
        let refused = Expectation::Refused { alert: None };
        let charge = Charge { expectation: &refused, ..charge };
        assert_eq!(judge(&charge, &unresolved).verdict, Verdict::Inconclusive, "{reason:?}");
    }
}

#[test]
fn addresses_are_judged_one_by_one() {
    use Verdict::{Failed, Inconclusive, Passed};
    let outcome = |verdict| match verdict {
        Passed => accepted(Tls12),
        Failed => answered(Tls10),
        _ => SILENCE,
    };
    for (of_each, all, any) in [
        (vec![Passed, Passed], Passed, Passed),
        (vec![Passed, Failed], Failed, Passed),
        (vec![Passed, Inconclusive], Inconclusive, Passed),
        (vec![Failed, Inconclusive], Failed, Inconclusive),
        (vec![Inconclusive, Inconclusive, Failed, Passed], Failed, Passed),
        (vec![], Inconclusive, Inconclusive),
    ] {
        let rows: Vec<Vec<Observation>> = of_each
            .iter()
            .map(|verdict| vec![observation((Tls12, Tls13, 0, outcome(*verdict), 0))])
            .collect();
        for (addresses, expected) in [(Addresses::All, all), (Addresses::Any, any)] {
            let charge = Charge {
                versions: VersionRange::new(Tls12, Tls13).unwrap(),
                expectation: &Expectation::Accepted(Acceptable::default()),
                depth: Depth::Hello,
                addresses,
            };
            let judgement = judge(&charge, &evidence(&rows));
            assert_eq!(judgement.verdict, expected, "{of_each:?}");
            let each: Vec<Verdict> = judgement.addresses.iter().map(|address| address.verdict).collect();
            assert_eq!(each, of_each);
        }
    }
}
