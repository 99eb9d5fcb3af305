use super::*;
use crate::evidence::ServerHelloDetails;
use crate::evidence::{Answer, Violation};
use crate::version::Version::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

fn answered(version: Version, suite: u32) -> Outcome {
    Outcome::Answered(Answer { version, cipher_suite: CipherSuite(suite) })
}

#[test]
fn a_server_hello_within_the_offer_is_an_acceptance_and_one_below_it_an_answer() {
    let x25519 = Some(NamedGroup::X25519);
    for (offer, hello, outcome) in [
        (only(Tls13), ServerHello::tls13(), accepted(Tls13, 0x1301, x25519)),
        (only(Tls12), ServerHello::old(Tls12, 0xC02F), accepted(Tls12, 0xC02F, None)),
        (only(Tls11), ServerHello::old(Tls11, 0x0035), accepted(Tls11, 0x0035, None)),
        (only(Tls10), ServerHello::old(Tls10, 0x0035), accepted(Tls10, 0x0035, None)),
        (only(Ssl3), ServerHello::old(Ssl3, 0x0005), accepted(Ssl3, 0x0005, None)),
        (range(Tls12, Tls13), ServerHello::old(Tls12, 0xC02F), accepted(Tls12, 0xC02F, None)),
        (range(Tls12, Tls13), ServerHello::tls13(), accepted(Tls13, 0x1301, x25519)),
        (range(Ssl2, Tls13), ServerHello::old(Ssl3, 0x002F), accepted(Ssl3, 0x002F, None)),
        (range(Ssl2, Tls11), ServerHello::old(Tls10, 0x002F), accepted(Tls10, 0x002F, None)),
        (only(Tls13), ServerHello::old(Tls12, 0xC02F), answered(Tls12, 0xC02F)),
        (only(Tls12), ServerHello::old(Tls10, 0x002F), answered(Tls10, 0x002F)),
        (range(Tls11, Tls12), ServerHello::old(Ssl3, 0x002F), answered(Ssl3, 0x002F)),
    ] {
        assert_eq!(outcome_of(offer, &hello.bytes(), End::Closed), outcome, "{offer:?}");
    }
}

#[test]
fn the_version_is_not_the_records() {
    let mut bytes = ServerHello::old(Tls10, 0x002F).bytes();
    for minor in 0..=4 {
        bytes[2] = minor;
        assert_eq!(outcome_of(only(Tls10), &bytes, End::Closed), accepted(Tls10, 0x002F, None));
    }
}

#[test]
fn a_version_above_the_offer_or_unknown_is_a_violation() {
    let unknown = |version| ServerHello { version, ..ServerHello::old(Tls12, 0x002F) };
    for (offer, hello, code) in [
        (only(Tls11), ServerHello::old(Tls12, 0x0035), 0x0303),
        (only(Ssl3), ServerHello::old(Tls10, 0x002F), 0x0301),
        (only(Tls12), unknown(0x0304), 0x0304),
        (only(Tls12), unknown(0x0305), 0x0305),
        (only(Tls12), unknown(0xFEFD), 0xFEFD),
        (only(Tls12), unknown(0x0002), 0x0002),
        (only(Tls12), ServerHello::tls13(), 0x0304),
        (only(Tls12), ServerHello::retry(NamedGroup::SECP256R1), 0x0304),
        (only(Tls13), ServerHello::tls13().with_extension(43, &[3, 5]), 0x0305),
        (only(Tls13), ServerHello::tls13().with_extension(43, &[0x7F, 0x1C]), 0x7F1C),
        (only(Ssl2), ServerHello::old(Ssl3, 0x0005), 0x0300),
        (only(Ssl2), ServerHello::tls13(), 0x0304),
    ] {
        let outcome = outcome_of(offer, &hello.bytes(), End::Closed);
        assert_eq!(outcome, Outcome::Violation(Violation::VersionNotOffered(code)), "{offer:?}");
    }
}

#[test]
fn the_classic_hello_of_a_range_offers_no_tls_1_3() {
    let classic = Offer { hello: Hello::Variant(3), ..range(Tls12, Tls13) };
    let tls12 = ServerHello::old(Tls12, 0xC02F);
    // A server of TLS 1.3 sets the sentinel when it chooses 1.2 (RFC 8446 4.1.3), and rightly here.
    let mut sentinel = tls12.clone();
    sentinel.random[24..].copy_from_slice(b"DOWNGRD\x01");
    let with_sentinel = match accepted(Tls12, 0xC02F, None) {
        Outcome::Accepted(acceptance) => Outcome::Accepted(Acceptance {
            details: ServerHelloDetails { sentinel: true, ..acceptance.details },
            ..acceptance
        }),
        other => other,
    };
    for (hello, outcome) in [
        (tls12, accepted(Tls12, 0xC02F, None)),
        (sentinel, with_sentinel),
        (ServerHello::tls13(), Outcome::Violation(Violation::VersionNotOffered(0x0304))),
    ] {
        assert_eq!(outcome_of(classic, &hello.bytes(), End::Closed), outcome);
    }
}

#[test]
fn a_sentinel_counts_where_the_version_it_speaks_of_was_offered() {
    for (offer, chosen, last, is_violation) in [
        (only(Tls13), Tls12, 1, true),
        (only(Tls13), Tls12, 0, true),
        (only(Tls13), Tls11, 1, true),
        (range(Tls12, Tls13), Tls12, 1, true),
        (range(Tls10, Tls13), Tls10, 0, true),
        (only(Tls12), Tls12, 1, false),
        (only(Tls12), Tls12, 0, false),
        (only(Tls12), Tls11, 1, false),
        (only(Tls12), Tls11, 0, true),
        (range(Tls10, Tls12), Tls10, 0, true),
        (only(Tls11), Tls11, 0, false),
        (only(Tls11), Tls11, 1, false),
        (only(Tls13), Tls12, 2, false),
    ] {
        let mut hello = ServerHello::old(chosen, 0x002F);
        hello.random[24..].copy_from_slice(&[b"DOWNGRD".as_slice(), &[last]].concat());
        let outcome = outcome_of(offer, &hello.bytes(), End::Closed);
        let expected = Outcome::Violation(Violation::DowngradeSentinel(chosen));
        assert_eq!(outcome == expected, is_violation, "{offer:?} {chosen} {last}: {outcome:?}");
    }
}

#[test]
fn a_suite_that_was_not_offered_or_is_not_of_the_version_is_a_violation() {
    let tls13 = |suite| ServerHello { suite, ..ServerHello::tls13() };
    for (offer, hello, suite) in [
        (only(Tls12), ServerHello::old(Tls12, 0x0A0A), 0x0A0A),
        (only(Tls12), ServerHello::old(Tls12, 0x0005), 0x0005), // not in this hello
        (only(Tls13), tls13(0x1306), 0x1306),
        (only(Tls13), tls13(0xC02F), 0xC02F),
        (only(Tls13), ServerHello::old(Tls12, 0x1301), 0x1301),
        (range(Tls10, Tls12), ServerHello::old(Tls10, 0xC02F), 0xC02F),
        (range(Tls10, Tls12), ServerHello::old(Tls11, 0x003C), 0x003C),
        (only(Tls12), ServerHello::old(Tls12, 0x00FF), 0x00FF),
        (only(Tls12), ServerHello::old(Tls12, 0x0000), 0x0000),
    ] {
        let outcome = outcome_of(offer, &hello.bytes(), End::Closed);
        let violation = Violation::CipherSuiteNotOffered(CipherSuite(suite));
        assert_eq!(outcome, Outcome::Violation(violation), "{offer:?}");
    }
}

#[test]
fn extensions_are_those_that_were_offered_and_have_their_place() {
    use Violation::{ExtensionNotOffered, GroupNotOffered, Malformed};
    let tls12 = || ServerHello::old(Tls12, 0xC02F);
    let tls13 = ServerHello::tls13;
    let p256 = [&[0, 23, 0, 65][..], &[4; 65]].concat();
    for (offer, hello, violation) in [
        (only(Tls12), tls12().with_extension(0xFF01, &[0]), None),
        (only(Ssl3), ServerHello::old(Ssl3, 0x0005).with_extension(0xFF01, &[0]), None),
        (
            only(Tls12),
            tls12().with_extension(0, &[]).with_extension(11, &[1, 0]).with_extension(23, &[]),
            None,
        ),
        (only(Tls12), tls12().with_extension(35, &[]), Some(ExtensionNotOffered(35))),
        (
            only(Ssl3),
            ServerHello::old(Ssl3, 0x0005).with_extension(11, &[1, 0]),
            Some(ExtensionNotOffered(11)),
        ),
        (only(Tls12), tls12().with_extension(51, &[0, 29]), Some(ExtensionNotOffered(51))),
        (only(Tls12), tls12().with_extension(43, &[3, 3]), Some(ExtensionNotOffered(43))),
        (only(Tls13), tls13().with_extension(16, &[]), Some(ExtensionNotOffered(16))),
        (only(Tls13), tls13().with_extension(44, &[0, 1, 7]), Some(ExtensionNotOffered(44))),
        (only(Tls13), tls13().with_extension(41, &[0, 0]), Some(ExtensionNotOffered(41))),
        (
            only(Tls13),
            tls13().with_extension(0, &[]),
            Some(Malformed("an extension that has no place in a ServerHello of TLS 1.3")),
        ),
        (only(Tls13), tls13().with_extension(51, &p256), Some(GroupNotOffered(NamedGroup::SECP256R1))),
    ] {
        let outcome = outcome_of(offer, &hello.bytes(), End::Closed);
        match violation {
            None => assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}"),
            Some(violation) => assert_eq!(outcome, Outcome::Violation(violation)),
        }
    }
}

#[test]
fn a_malformed_server_hello_is_a_violation() {
    use Violation::{Compression, Malformed, SessionIdNotEchoed};
    let tls12 = || ServerHello::old(Tls12, 0xC02F);
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut body = tls12().with_extension(0xFF01, &[0]).body();
        change(&mut body);
        record(22, &message(2, &body))
    };
    let twice = ServerHello { extensions: vec![(11, vec![1, 0]), (11, vec![1, 0])], ..tls12() };
    let too_short = Malformed("a ServerHello that is too short");
    for (offer, bytes, violation) in [
        (only(Tls12), ServerHello { compression: 1, ..tls12() }.bytes(), Compression(1)),
        (only(Tls13), ServerHello { compression: 1, ..ServerHello::tls13() }.bytes(), Compression(1)),
        (
            only(Tls12),
            ServerHello { session_id: vec![0; 33], ..tls12() }.bytes(),
            Malformed("a ServerHello with a session id longer than 32 bytes"),
        ),
        (only(Tls13), ServerHello { session_id: vec![], ..ServerHello::tls13() }.bytes(), SessionIdNotEchoed),
        (
            only(Tls13),
            ServerHello { session_id: vec![9; 32], ..ServerHello::tls13() }.bytes(),
            SessionIdNotEchoed,
        ),
        (only(Tls12), twice.bytes(), Malformed("a ServerHello with an extension that occurs twice")),
        (only(Tls12), record(22, &message(2, &[])), too_short.clone()),
        (only(Tls12), record(22, &message(2, &tls12().body()[..37])), too_short),
        (
            only(Tls12),
            changed(&|body| body.push(0)),
            Malformed("a ServerHello with bytes after its extensions"),
        ),
        (
            only(Tls12),
            changed(&|body| body.truncate(body.len() - 1)),
            Malformed("a ServerHello with extensions that are cut off"),
        ),
        (
            only(Tls12),
            changed(&|body| body[39] = 2),
            Malformed("a ServerHello with an extension that is cut off"),
        ),
        (
            only(Tls12),
            changed(&|body| body[43] = 9),
            Malformed("a ServerHello with an extension that is cut off"),
        ),
        (
            only(Tls13),
            ServerHello { version: 0x0304, ..ServerHello::tls13().without_extension(43) }.bytes(),
            Malformed("TLS 1.3 chosen without supported_versions"),
        ),
        (
            only(Tls13),
            ServerHello { version: 0x0302, ..ServerHello::tls13() }.bytes(),
            Malformed("TLS 1.3 with another legacy_version than TLS 1.2"),
        ),
        (
            only(Tls13),
            ServerHello::tls13().with_extension(43, &[3, 3]).bytes(),
            Malformed("a supported_versions with a version below TLS 1.3"),
        ),
        (
            only(Tls13),
            ServerHello::tls13().with_extension(43, &[2, 3, 4]).bytes(),
            Malformed("a supported_versions that is not one version"),
        ),
        (
            only(Tls13),
            ServerHello::tls13().without_extension(51).bytes(),
            Malformed("a ServerHello of TLS 1.3 without a key_share"),
        ),
        (
            only(Tls13),
            ServerHello::tls13().with_extension(51, &[0, 29, 0, 0]).bytes(),
            Malformed("a key_share that is not one share"),
        ),
        (
            only(Tls13),
            ServerHello::tls13().with_extension(51, &[0, 29, 0, 1, 7, 7]).bytes(),
            Malformed("a key_share that is not one share"),
        ),
    ] {
        assert_eq!(outcome_of(offer, &bytes, End::Closed), Outcome::Violation(violation));
    }
}

#[test]
fn other_messages_and_records_have_no_place_before_the_server_hello() {
    use Violation::{Malformed, TooMuch, UnexpectedMessage, UnexpectedRecord};
    let hello = ServerHello::old(Tls12, 0xC02F).bytes();
    for (bytes, violation) in [
        (record(22, &message(11, &[0, 0, 0])), UnexpectedMessage(11)),
        (record(22, &[14]), UnexpectedMessage(14)),
        (record(22, &message(1, &[0; 40])), UnexpectedMessage(1)),
        (record(20, &[1]), UnexpectedRecord(20)),
        (record(23, &[0; 20]), UnexpectedRecord(23)),
        (record(24, &[1, 0, 0]), UnexpectedRecord(24)),
        (record(22, &[2, 2, 0, 0]), TooMuch("64 KiB in a handshake message")),
        (vec![22, 3, 3, 0x48, 1], TooMuch("2^14 + 2048 bytes in a record")),
        (record(22, &[]).repeat(33), TooMuch("32 empty records in a row")),
        (record(22, &message(0, &[])).repeat(7282), TooMuch("64 KiB in a first flight")),
        (
            [&record(22, &hello[5..20]), &b"HTTP/1.1 "[..]].concat(),
            Malformed("a record without a header of TLS"),
        ),
    ] {
        assert_eq!(outcome_of(only(Tls12), &bytes, End::Closed), Outcome::Violation(violation));
    }
    // A HelloRequest is ignored by a client that says hello (RFC 5246 7.4.1.1).
    let bytes = [record(22, &message(0, &[])), hello].concat();
    assert_eq!(outcome_of(only(Tls12), &bytes, End::Closed), accepted(Tls12, 0xC02F, None));
}

#[test]
fn a_second_server_hello_is_a_violation_where_it_came_with_the_first() {
    let old = ServerHello::old(Tls12, 0xC02F);
    let same_record = record(22, &[old.message(), old.message()].concat());
    let certificate = record(22, &message(11, &[0, 0, 0]));
    let tls13 = ServerHello::tls13().bytes();
    for (offer, bytes) in [
        (only(Tls12), [old.bytes(), old.bytes()].concat()),
        (only(Tls12), same_record),
        (only(Tls12), [old.bytes(), certificate, old.bytes()].concat()),
        (only(Tls12), [old.bytes(), record(22, &message(14, &[])), old.bytes()].concat()),
        (only(Tls13), [&tls13[..], &tls13].concat()),
        (only(Tls13), [&tls13[..], &record(20, &[1]), &tls13].concat()),
        (only(Tls13), [old.bytes(), old.bytes()].concat()),
    ] {
        for follow in [Follow::ServerHello, Follow::ServerHelloDone] {
            let outcome = flight_of(offer, follow, &[&bytes], End::Closed).outcome;
            assert_eq!(outcome, Outcome::Violation(Violation::SecondServerHello), "{offer:?}");
        }
    }
}

#[test]
fn reading_is_done_as_soon_as_all_is_known() {
    let old = |version| ServerHello::old(version, 0x002F).bytes();
    let (short, long) = (Follow::ServerHello, Follow::ServerHelloDone);
    for (offer, follow, bytes, is_done) in [
        (only(Tls12), short, old(Tls12), true),
        (only(Tls12), short, old(Tls12)[..30].to_vec(), false),
        (only(Tls12), long, old(Tls12), false),
        (only(Tls12), long, old(Tls11), true),
        (only(Ssl3), long, old(Ssl3), false),
        (only(Tls13), long, ServerHello::tls13().bytes(), true),
        (only(Tls12), long, record(21, &[2, 40]), true),
        (only(Tls12), long, record(21, &[1, 112]), false),
    ] {
        let mut flight = begin(offer, follow);
        assert_eq!(flight.read(&bytes) == Next::Done, is_done, "{offer:?} {follow:?} {bytes:?}");
    }
    let mut flight = begin(only(Tls12), long);
    let messages = [(11, &[0, 0, 0][..]), (13, &[1, 1, 0, 0]), (14, &[])];
    let next = |(message_type, body): (u8, &[u8])| flight.read(&record(22, &message(message_type, body)));
    let [hello, rest @ ..] =
        [(2, &ServerHello::old(Tls12, 0x002F).body()[..]), messages[0], messages[1], messages[2]].map(next);
    assert_eq!((hello, rest), (Next::Read, [Next::Read, Next::Read, Next::Done]));
}
