use super::*;
use crate::evidence::{Doubt, Violation};
use crate::version::Version::{Tls12, Tls13};
use crate::wire::record::MAX_FLIGHT;
use crate::wire::{AlertDescription, ClientHello, ClientHelloReader, Progress, alert_record};

const P256: NamedGroup = NamedGroup::SECP256R1;

/// The ServerHello with a share of this group.
fn chosen(group: NamedGroup) -> ServerHello {
    let share = [&group.0.to_be_bytes()[..], &[0, 1, 4]].concat();
    ServerHello::tls13().with_extension(51, &share)
}

fn second_hello(offer: Offer, retry: &ServerHello) -> ClientHello {
    let Next::Send(bytes) = begin(offer, Follow::ServerHello).read(&retry.bytes()) else {
        panic!("no second hello");
    };
    let bytes = bytes.strip_prefix(&[20, 3, 3, 0, 1, 1]).unwrap_or(&bytes);
    assert_eq!(bytes[..3], [22, 3, 3]);
    match ClientHelloReader::new().read(bytes) {
        Progress::Hello(hello) => *hello,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_second_hello_is_the_first_with_the_share_and_the_cookie() {
    let cookie = [0, 3, 7, 8, 9];
    let first = match ClientHelloReader::new().read(begin(only(Tls13), Follow::ServerHello).hello()) {
        Progress::Hello(hello) => *hello,
        other => panic!("{other:?}"),
    };
    for (retry, shares, has_cookie) in [
        (ServerHello::retry(P256), P256, false),
        (ServerHello::retry(NamedGroup::FFDHE3072).with_extension(44, &cookie), NamedGroup::FFDHE3072, true),
        (
            ServerHello::retry(P256).without_extension(51).with_extension(44, &cookie),
            NamedGroup::X25519,
            true,
        ),
    ] {
        let second = second_hello(only(Tls13), &retry);
        assert_eq!(second.key_shares, [shares]);
        assert_eq!(second.extensions.contains(&44), has_cookie);
        let expected = ClientHello {
            record_version: 0x0303,
            key_shares: second.key_shares.clone(),
            extensions: second.extensions.clone(),
            ..first.clone()
        };
        assert_eq!(second, expected);
    }
}

#[test]
fn a_change_cipher_spec_goes_before_it_where_a_session_id_was_sent() {
    let retry = |offer, retry: ServerHello| match begin(offer, Follow::ServerHello).read(&retry.bytes()) {
        Next::Send(bytes) => bytes[0],
        other => panic!("{other:?}"),
    };
    let without_session_id = Offer { hello: Hello::Variant(1), ..only(Tls13) };
    assert_eq!(retry(only(Tls13), ServerHello::retry(P256)), 20);
    let echoed = ServerHello { session_id: vec![], ..ServerHello::retry(P256) };
    assert_eq!(retry(without_session_id, echoed), 22);
}

#[test]
fn every_group_that_is_offered_to_be_asked_for_has_a_share() {
    let without_shares = Offer { hello: Hello::Variant(1), ..only(Tls13) };
    let Progress::Hello(hello) =
        ClientHelloReader::new().read(begin(without_shares, Follow::ServerHello).hello())
    else {
        panic!("no hello");
    };
    for group in hello.groups {
        let retry = ServerHello { session_id: vec![], ..ServerHello::retry(group) };
        assert_eq!(second_hello(without_shares, &retry).key_shares, [group]);
    }
}

#[test]
fn what_follows_a_retry_is_judged_as_the_answer_to_it() {
    let retry = ServerHello::retry(P256).bytes();
    let accepted = match accepted(Tls13, 0x1301, Some(P256)) {
        Outcome::Accepted(acceptance) => Outcome::Accepted(Acceptance { hello_retry: true, ..acceptance }),
        other => other,
    };
    let change = record(20, &[1]);
    let violation = Outcome::Violation;
    let doubt = Outcome::Inconclusive;
    let other_suite = ServerHello { suite: 0x1302, ..chosen(P256) };
    for (name, then, end, outcome) in [
        ("a ServerHello", chosen(P256).bytes(), End::Closed, accepted.clone()),
        (
            "one after ChangeCipherSpec",
            [change.clone(), chosen(P256).bytes()].concat(),
            End::Closed,
            accepted,
        ),
        (
            "another retry",
            ServerHello::retry(P256).bytes(),
            End::Closed,
            violation(Violation::HelloRetryLoop),
        ),
        (
            "a retry for another group",
            ServerHello::retry(NamedGroup::SECP384R1).bytes(),
            End::Closed,
            violation(Violation::HelloRetryLoop),
        ),
        (
            "a share of another group",
            chosen(NamedGroup::X25519).bytes(),
            End::Closed,
            violation(Violation::GroupNotOffered(NamedGroup::X25519)),
        ),
        (
            "another suite",
            other_suite.bytes(),
            End::Closed,
            violation(Violation::Malformed("another cipher suite than in the HelloRetryRequest")),
        ),
        (
            "another version",
            ServerHello::old(Tls12, 0xC02F).bytes(),
            End::Closed,
            violation(Violation::Malformed("another version than in the HelloRetryRequest")),
        ),
        ("silence", vec![], End::Deadline, doubt(Doubt::RetryUnanswered)),
        ("ChangeCipherSpec and silence", change, End::Deadline, doubt(Doubt::RetryUnanswered)),
        ("half a ServerHello", chosen(P256).bytes()[..30].to_vec(), End::Deadline, doubt(Doubt::Slow)),
        ("half a ServerHello", chosen(P256).bytes()[..30].to_vec(), End::Reset, violation(Violation::CutOff)),
        // Who asks for another hello of TLS 1.3 speaks it: nothing that follows is a refusal of it.
        ("a close", vec![], End::Closed, doubt(Doubt::RetryUnanswered)),
        ("a reset", vec![], End::Reset, doubt(Doubt::RetryUnanswered)),
        (
            "an alert",
            alert_record(0x0303, AlertDescription(40)).to_vec(),
            End::Closed,
            doubt(Doubt::Alert(AlertDescription(40))),
        ),
        (
            "alert 70",
            alert_record(0x0303, AlertDescription(70)).to_vec(),
            End::Closed,
            doubt(Doubt::Alert(AlertDescription(70))),
        ),
    ] {
        let pieces: [&[u8]; 2] = [&retry, &then];
        let flight = flight_of(only(Tls13), Follow::ServerHelloDone, &pieces, end);
        assert_eq!(flight.outcome, outcome, "{name}");
    }
}

#[test]
fn a_retry_for_what_was_not_offered_or_sent_already_is_a_violation() {
    use Violation::{
        CipherSuiteNotOffered, GroupNotOffered, HelloRetryLoop, Malformed, SessionIdNotEchoed, TooMuch,
    };
    let retry = ServerHello::retry;
    let long_cookie = |length: usize| {
        let length_bytes = u16::try_from(length).unwrap().to_be_bytes();
        retry(P256).with_extension(44, &[&length_bytes[..], &vec![0; length]].concat())
    };
    for (hello, violation) in [
        (retry(NamedGroup::MLKEM1024), GroupNotOffered(NamedGroup::MLKEM1024)),
        (retry(NamedGroup(0x0A0A)), GroupNotOffered(NamedGroup(0x0A0A))),
        (retry(NamedGroup::X25519), HelloRetryLoop),
        (retry(P256).without_extension(51), HelloRetryLoop),
        (ServerHello { session_id: vec![], ..retry(P256) }, SessionIdNotEchoed),
        (ServerHello { suite: 0xC02F, ..retry(P256) }, CipherSuiteNotOffered(CipherSuite(0xC02F))),
        (retry(P256).without_extension(43), Malformed("a HelloRetryRequest without supported_versions")),
        (
            retry(P256).with_extension(51, &[0, 23, 0, 1, 4]),
            Malformed("a HelloRetryRequest with a key_share that is not one group"),
        ),
        (retry(P256).with_extension(44, &[0, 0]), Malformed("a malformed cookie")),
        (retry(P256).with_extension(44, &[0, 1, 7, 7]), Malformed("a malformed cookie")),
        (long_cookie(0x4001), TooMuch("16 KiB in the cookie of a HelloRetryRequest")),
    ] {
        let in_records = hello.message().chunks(16000).flat_map(|part| record(22, part)).collect::<Vec<_>>();
        assert_eq!(outcome_of(only(Tls13), &in_records, End::Closed), Outcome::Violation(violation));
    }
    let longest =
        long_cookie(0x4000).message().chunks(16000).flat_map(|part| record(22, part)).collect::<Vec<_>>();
    match begin(only(Tls13), Follow::ServerHello).read(&longest) {
        Next::Send(bytes) => assert!(bytes.len() > 0x4000 && bytes.len() < MAX_FLIGHT),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cookie_is_echoed_and_not_returned() {
    let cookie = [0, 2, 7, 8];
    let retry = ServerHello::retry(P256).with_extension(44, &cookie).bytes();
    let returned = chosen(P256).with_extension(44, &cookie).bytes();
    let outcome = flight_of(only(Tls13), Follow::ServerHello, &[&retry, &returned], End::Closed).outcome;
    let why = "an extension that has no place in a ServerHello of TLS 1.3";
    assert_eq!(outcome, Outcome::Violation(Violation::Malformed(why)));
}

#[test]
fn a_server_hello_that_did_not_wait_for_the_second_hello_is_a_violation() {
    let bytes = [ServerHello::retry(P256).bytes(), chosen(P256).bytes()].concat();
    let outcome = outcome_of(only(Tls13), &bytes, End::Closed);
    assert_eq!(outcome, Outcome::Violation(Violation::SecondServerHello));
}

#[test]
fn a_retry_for_the_one_group_that_was_asked_for_is_all_that_was_to_be_known() {
    for group in [NamedGroup::X25519_MLKEM768, NamedGroup(0x7777)] {
        let offer = Offer { hello: Hello::OneGroup(group), ..only(Tls13) };
        let outcome = outcome_of(offer, &ServerHello::retry(group).bytes(), End::Closed);
        let Outcome::Accepted(acceptance) = outcome else { panic!("{outcome:?}") };
        assert_eq!((acceptance.group, acceptance.hello_retry), (Some(group), true));
        let other = outcome_of(offer, &ServerHello::retry(P256).bytes(), End::Closed);
        assert_eq!(other, Outcome::Violation(Violation::GroupNotOffered(P256)));
    }
}
