use proptest::prelude::*;

use super::*;
use crate::version::Version::{Tls10, Tls12, Tls13};

const OPENSSL_1_3: &str = include_str!("../../../tests/data/wire/client-hello-openssl-1.3.hex");

fn hex(text: &str) -> Vec<u8> {
    let digits = text.chars().filter_map(|digit| digit.to_digit(16)).collect::<Vec<_>>();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// A ServerHello of this version, in a record.
fn server_hello(version: Version) -> Vec<u8> {
    let random = "11".repeat(32);
    let (legacy, suite, extensions) = match version {
        Tls13 => ("0303", "1301", "0006 002b00020304"),
        Tls12 => ("0303", "c02f", ""),
        _ => ("0301", "002f", ""),
    };
    let body = hex(&format!("{legacy} {random} 00 {suite} 00 {extensions}"));
    let length = u8::try_from(body.len()).unwrap();
    [&[22, 3, 3, 0, length + 4, 2, 0, 0, length][..], &body].concat()
}

fn record(kind: u8, length: u8) -> Vec<u8> {
    [&[kind, 3, 3, 0, length][..], &vec![9; usize::from(length)]].concat()
}

/// What came of a connection whose parts are the client's (`>`) and the server's (`<`), at once and
/// byte by byte.
fn came(parts: &[(char, Vec<u8>)], end: Option<ServerEnd>) -> Came {
    let mut whole = Passage::default();
    let mut by_bytes = Passage::default();
    for (side, bytes) in parts {
        match side {
            '>' => whole.from_client(bytes),
            _ => whole.from_server(bytes),
        }
        for byte in bytes {
            match side {
                '>' => by_bytes.from_client(&[*byte]),
                _ => by_bytes.from_server(&[*byte]),
            }
        }
    }
    end.into_iter().for_each(|end| {
        whole.server_ended(end);
        by_bytes.server_ended(end);
    });
    assert_eq!(whole.came(true), by_bytes.came(true));
    whole.came(true)
}

fn then(parts: &[(char, Vec<u8>)]) -> (Version, Then) {
    let parts = [&[('>', hex(OPENSSL_1_3))][..], parts].concat();
    match came(&parts, None) {
        Came::Chosen { version, then, .. } => (version, then),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_host_that_hangs_up_after_its_server_hello_is_not_left_by_the_client() {
    let alert = |description: u8| vec![21, 3, 3, 0, 2, 2, description];
    let handshake_failure = AlertDescription::HANDSHAKE_FAILURE;
    for (parts, end, expected) in [
        (vec![('<', alert(40))], None, Then::EndedByHost(Refusal::Alert(handshake_failure))),
        (
            vec![('>', record(20, 1)), ('<', alert(40))],
            Some(ServerEnd::Closed),
            Then::EndedByHost(Refusal::Alert(handshake_failure)),
        ),
        (vec![], Some(ServerEnd::Closed), Then::EndedByHost(Refusal::Closed)),
        (vec![], Some(ServerEnd::Reset), Then::EndedByHost(Refusal::Reset)),
        (vec![('>', alert(48))], Some(ServerEnd::Closed), Then::Alert(AlertDescription::UNKNOWN_CA)),
        (vec![], None, Then::Left),
    ] {
        let parts = [vec![('>', hex(OPENSSL_1_3)), ('<', server_hello(Tls12))], parts].concat();
        match came(&parts, end) {
            Came::Chosen { then, .. } => assert_eq!(then, expected),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_a_client_did_is_told_by_its_records() {
    let server = |version: Version, more: &[Vec<u8>]| ('<', [server_hello(version), more.concat()].concat());
    let client = |records: &[Vec<u8>]| ('>', records.concat());
    let ccs = || record(20, 1);
    let fatal = |description| vec![21, 3, 3, 0, 2, 2, description];
    for (name, parts, version, expected) in [
        (
            "1.3, a request",
            vec![server(Tls13, &[record(23, 200)]), client(&[ccs(), record(23, 53), record(23, 90)])],
            Tls13,
            Then::Data { status: None },
        ),
        (
            "1.3, then left",
            vec![server(Tls13, &[record(23, 200)]), client(&[ccs(), record(23, 53)])],
            Tls13,
            Then::Finished,
        ),
        (
            "1.3, finished and closed",
            vec![server(Tls13, &[]), client(&[record(23, 69), record(23, 19)])],
            Tls13,
            Then::Finished,
        ),
        (
            "1.3, rejected",
            vec![server(Tls13, &[record(23, 200)]), client(&[ccs(), record(23, 19)])],
            Tls13,
            Then::EncryptedAlert,
        ),
        (
            "1.3, refused",
            vec![server(Tls13, &[]), client(&[fatal(47)])],
            Tls13,
            Then::Alert(AlertDescription::ILLEGAL_PARAMETER),
        ),
        ("1.3, left", vec![server(Tls13, &[])], Tls13, Then::Left),
        (
            "1.2, a request",
            vec![
                server(Tls12, &[]),
                client(&[record(22, 70), ccs(), record(22, 40)]),
                ('<', [ccs(), record(22, 40)].concat()),
                client(&[record(23, 100)]),
                ('<', record(23, 100)),
            ],
            Tls12,
            Then::Data { status: None },
        ),
        (
            "1.2, finished",
            vec![
                server(Tls12, &[]),
                client(&[record(22, 70), ccs(), record(22, 40)]),
                ('<', [ccs(), record(22, 40)].concat()),
            ],
            Tls12,
            Then::Finished,
        ),
        (
            "1.2, rejected",
            vec![server(Tls12, &[]), client(&[fatal(48)])],
            Tls12,
            Then::Alert(AlertDescription::UNKNOWN_CA),
        ),
        (
            "1.2, a warning and a fatal alert",
            vec![server(Tls12, &[]), client(&[vec![21, 3, 3, 0, 2, 1, 90], fatal(42)])],
            Tls12,
            Then::Alert(AlertDescription::BAD_CERTIFICATE),
        ),
        (
            "1.2, closed properly",
            vec![server(Tls12, &[]), client(&[vec![21, 3, 3, 0, 2, 1, 0]])],
            Tls12,
            Then::Left,
        ),
        ("1.0, left", vec![server(Tls10, &[])], Tls10, Then::Left),
    ] {
        assert_eq!(then(&parts), (version, expected), "{name}");
    }
}

#[test]
fn what_a_host_did_is_told_where_it_gave_no_server_hello() {
    let hello = ('>', hex(OPENSSL_1_3));
    let declined = |declined| Came::Declined(declined);
    for (parts, end, expected) in [
        (vec![], None, Came::Nothing),
        (
            vec![('>', b"GET / HTTP/1.1\r\n".to_vec())],
            None,
            Came::NotTls { first_bytes: b"GET / HTTP/1.1\r\n".to_vec() },
        ),
        (
            vec![('>', vec![21, 3, 1, 0, 2, 2, 40])],
            None,
            Came::AlertFirst(AlertDescription::HANDSHAKE_FAILURE),
        ),
        (vec![('>', hex(OPENSSL_1_3)[..50].to_vec())], None, Came::NotAHello("it ended within it")),
        (vec![hello.clone()], None, declined(Declined::Silent)),
        (vec![hello.clone()], Some(ServerEnd::Reset), declined(Declined::Refused(Refusal::Reset))),
        (vec![hello.clone()], Some(ServerEnd::Closed), declined(Declined::Refused(Refusal::Closed))),
        (
            vec![hello.clone(), ('<', vec![21, 3, 1, 0, 2, 2, 70])],
            Some(ServerEnd::Closed),
            declined(Declined::Refused(Refusal::Alert(AlertDescription::PROTOCOL_VERSION))),
        ),
        (vec![hello.clone(), ('<', b"HTTP/1.1 400 Bad Request".to_vec())], None, declined(Declined::NotTls)),
        (
            vec![hello.clone(), ('<', record(23, 40))],
            None,
            declined(Declined::Broke("a record in place of a ServerHello")),
        ),
    ] {
        assert_eq!(came(&parts, end), expected);
    }
}

/// A HelloRetryRequest chooses nothing yet.
#[test]
fn the_server_hello_after_a_retry_counts() {
    let random = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
    let body = hex(&format!("0303 {random} 00 1301 00 000c 002b00020304 003300020017"));
    let length = u8::try_from(body.len()).unwrap();
    let retry = [&[22, 3, 3, 0, length + 4, 2, 0, 0, length][..], &body, &record(20, 1)].concat();
    let client = |bytes: Vec<u8>| ('>', bytes);
    let second = [record(20, 1), hex(OPENSSL_1_3)].concat();
    let both = [retry.clone(), server_hello(Tls13)].concat();
    assert_eq!(then(&[('<', both)]), (Tls13, Then::Left));
    let only_retry = came(&[client(hex(OPENSSL_1_3)), ('<', retry), client(second)], None);
    assert_eq!(only_retry, Came::Declined(Declined::Silent));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(parts in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..80)), 0..8)) {
        let mut passage = Passage::default();
        passage.from_client(&hex(OPENSSL_1_3));
        for (is_client, bytes) in parts {
            if is_client { passage.from_client(&bytes) } else { passage.from_server(&bytes) }
        }
        let _ = passage.came(true);
    }
}

#[test]
fn a_client_that_begins_in_the_format_of_ssl_2_is_read_on() {
    let mut passage = Passage::default();
    let hello = [&[0x80, 28, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2F][..], &[7; 16]].concat();
    passage.from_client(&hello);
    passage.from_server(&server_hello(Tls10));
    passage.from_client(&[21, 3, 1, 0, 2, 2, 70]);
    let Came::Chosen { then, .. } = passage.came(true) else { panic!("{passage:?}") };
    assert_eq!(then, Then::Alert(AlertDescription::PROTOCOL_VERSION));
}
