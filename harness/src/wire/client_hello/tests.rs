use crate::version::{Version, VersionRange};
use crate::wire::stand_in::message;
use crate::wire::{
    AlertDescription, CipherSuite, ClientHello, ClientHelloReader, NamedGroup, Progress, common_suite,
};

const OPENSSL_1_3: &str = include_str!("../../../tests/data/wire/client-hello-openssl-1.3.hex");
const OPENSSL_1_2: &str = include_str!("../../../tests/data/wire/client-hello-openssl-1.2.hex");
const GNUTLS: &str = include_str!("../../../tests/data/wire/client-hello-gnutls.hex");

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16)).collect::<Vec<_>>();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

fn hello(bytes: &[u8]) -> ClientHello {
    match ClientHelloReader::new().read(bytes) {
        Progress::Hello(hello) => *hello,
        other => panic!("{other:?}"),
    }
}

/// The handshake message of a ClientHello, in records of `size` bytes each.
fn in_records_of(size: usize, flight: &[u8]) -> Vec<u8> {
    let header = |piece: &[u8]| vec![22, 3, 1, 0, u8::try_from(piece.len()).unwrap()];
    flight[5..].chunks(size).flat_map(|piece| [header(piece), piece.to_vec()].concat()).collect()
}

#[test]
fn reads_what_real_clients_send() {
    let tls13 = hello(&bytes(OPENSSL_1_3));
    assert_eq!((tls13.record_version, tls13.legacy_version, tls13.is_ssl2), (0x0301, 0x0303, false));
    assert_eq!(tls13.supported_versions, Some(vec![0x0304, 0x0303, 0x0302, 0x0301]));
    assert_eq!(tls13.server_name.as_deref(), Some("example.com"));
    assert_eq!(tls13.alpn, [b"h2".to_vec(), b"http/1.1".to_vec()]);
    assert_eq!(tls13.key_shares, [NamedGroup::X25519]);
    assert_eq!(tls13.groups[..2], [NamedGroup::X25519, NamedGroup::SECP256R1]);
    assert_eq!(tls13.cipher_suites[0], CipherSuite(0x1302));
    assert_eq!(tls13.signature_algorithms[0], 0x0403);
    assert_eq!((tls13.session_id.len(), tls13.random[0]), (32, 0x9f));

    let tls12 = hello(&bytes(OPENSSL_1_2));
    assert_eq!((tls12.supported_versions, tls12.session_id.len()), (None, 0));
    assert_eq!(hello(&bytes(GNUTLS)).server_name.as_deref(), Some("example.com"));
}

#[test]
fn versions_are_those_that_the_client_lists_or_implies() {
    use Version::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};
    let listed = hello(&bytes(OPENSSL_1_3));
    let implied = hello(&bytes(OPENSSL_1_2));
    // A number above TLS 1.2 in the old field is no offer of TLS 1.3 (RFC 8446 4.2.1).
    let future = ClientHello { legacy_version: 0x0305, ..implied.clone() };
    let ssl2 = hello(&[0x80, 15, 1, 0, 2, 0, 3, 0, 0, 0, 3, 1, 0, 0x80, 7, 8, 9]);
    let ssl2_format = hello(&[0x80, 15, 1, 3, 1, 0, 3, 0, 0, 0, 3, 0, 0, 0x2F, 7, 8, 9]);
    for (name, hello, offered) in [
        ("listed", &listed, &[Tls10, Tls11, Tls12, Tls13][..]),
        ("implied", &implied, &[Ssl3, Tls10, Tls11, Tls12]),
        ("above", &future, &[Ssl3, Tls10, Tls11, Tls12]),
        ("SSL 2.0", &ssl2, &[Ssl2]),
        ("TLS 1.0 in the format of SSL 2.0", &ssl2_format, &[Ssl3, Tls10]),
    ] {
        let offers = Version::ALL.into_iter().filter(|version| hello.offers(*version)).collect::<Vec<_>>();
        assert_eq!(offers, offered, "{name}");
        assert_eq!(hello.best_in(VersionRange::ALL), offered.last().copied(), "{name}");
    }
    assert_eq!(ssl2.random[29..], [7, 8, 9]);
    assert_eq!(listed.best_in(VersionRange::only(Ssl3)), None);
    let unknown_first = [vec![CipherSuite(0x7777)], implied.cipher_suites.clone()].concat();
    let unknown_first = ClientHello { cipher_suites: unknown_first, ..implied.clone() };
    // One with RSA key exchange comes before those that the client prefers.
    assert_eq!(common_suite(&unknown_first, Tls11, None), Some(CipherSuite(0x0035)));
    assert_eq!(common_suite(&ssl2, Ssl2, None), Some(CipherSuite(0x01_0080)));
    assert_eq!(common_suite(&ssl2_format, Tls10, None), Some(CipherSuite(0x2F)));
    let without_rsa = implied.cipher_suites.iter().copied().filter(|suite| !suite.has_rsa_key_exchange());
    let without_rsa = ClientHello { cipher_suites: without_rsa.collect(), ..implied.clone() };
    assert_eq!(common_suite(&without_rsa, Tls11, None), Some(CipherSuite(0xC00A)));
    let named = [CipherSuite(0xC013), CipherSuite(0x002F)];
    assert_eq!(common_suite(&implied, Tls11, Some(&named)), Some(CipherSuite(0x002F)));
    assert_eq!(common_suite(&implied, Tls11, Some(&named[..1])), Some(CipherSuite(0xC013)));
    assert_eq!(common_suite(&implied, Tls11, Some(&[])), None);
}

#[test]
fn grease_is_left_out() {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, 4, 0x0A, 0x0A, 0x00, 0x2F, 1, 0]);
    let extensions = [
        0x1A, 0x1A, 0, 0, // an extension of GREASE
        0, 10, 0, 6, 0, 4, 0x2A, 0x2A, 0, 23, // supported_groups
        0, 43, 0, 5, 4, 0x3A, 0x3A, 3, 4, // supported_versions
    ];
    body.extend([0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let message = message(1, &body);
    let mut flight = vec![22, 3, 1, 0, u8::try_from(message.len()).unwrap()];
    flight.extend(message);
    let hello = hello(&flight);
    assert_eq!(hello.cipher_suites, [CipherSuite(0x2F)]);
    assert_eq!(hello.groups, [NamedGroup::SECP256R1]);
    assert_eq!(hello.supported_versions, Some(vec![0x0304]));
    assert_eq!(hello.extensions, [10, 43]);
}

#[test]
fn a_hello_is_the_same_in_any_pieces() {
    for flight in [bytes(OPENSSL_1_3), bytes(OPENSSL_1_2), bytes(GNUTLS)] {
        let whole = hello(&flight);
        for size in [1, 2, 7, 100, 150] {
            let records = in_records_of(size, &flight);
            assert_eq!(hello(&records), whole);
            // The first record's version counts.
            let last_record = records.len() - (1 + (flight.len() - 6) % size) - 5;
            let mut other_version = records.clone();
            other_version[last_record + 2] = 3;
            assert_eq!(hello(&other_version), whole);
            let mut reader = ClientHelloReader::new();
            let (last, first) = records.split_last().unwrap();
            for byte in first {
                assert_eq!(reader.read(&[*byte]), Progress::More);
            }
            assert_eq!(reader.read(&[*last]), Progress::Hello(Box::new(whole.clone())));
        }
    }
}

#[test]
fn says_why_it_is_not_a_hello() {
    let mut short = bytes(OPENSSL_1_2);
    short[8] -= 1;
    let mut long_session_id = bytes(OPENSSL_1_3);
    long_session_id[43] = 33;
    // encrypt_then_mac becomes a second extended_master_secret.
    let mut twice = bytes(OPENSSL_1_2);
    let both = twice.windows(6).position(|bytes| *bytes == [0, 22, 0, 0, 0, 23]).unwrap();
    twice[both + 1] = 23;
    let long_challenge = [&[0x80, 42, 1, 0, 2, 0, 0, 0, 0, 0, 33][..], &[7; 33]].concat();
    for (bytes, expected) in [
        (&b"GET / HTTP/1.1\r\n"[..], Progress::NotTls),
        (&[0x80, 2, 4, 0], Progress::NotTls),
        (&[21, 3, 1, 0, 2, 2, 70], Progress::Alert(AlertDescription::PROTOCOL_VERSION)),
        (&[21, 3, 1, 0, 1, 2, 21, 3, 1, 0, 1, 40], Progress::Alert(AlertDescription::HANDSHAKE_FAILURE)),
        (&[21, 3, 1, 0, 1, 2], Progress::More),
    ] {
        assert_eq!(ClientHelloReader::new().read(bytes), expected, "{bytes:?}");
    }
    for (bytes, why) in [
        (&[20, 3, 1, 0, 1, 1][..], "a record that is no handshake"),
        (&[21, 3, 1, 0, 2, 1, 0], "a warning alert in its place"),
        (&[22, 3, 1, 0, 1, 2], "a handshake message that is no ClientHello"),
        (&[0x80, 9, 1, 0, 2, 0, 3, 0, 0, 0, 0], "a malformed CLIENT-HELLO of SSL 2.0"),
        (&[0xFF, 0xFF, 1], "a CLIENT-HELLO of SSL 2.0 longer than 4 KiB"),
        (&[22, 3, 1, 0, 4, 1, 2, 0, 0], "a handshake message longer than 64 KiB"),
        (&[22, 3, 1, 0x50, 0], "2^14 + 2048 bytes in a record"),
        (&twice, "a malformed extension"),
        (&long_challenge, "a malformed CLIENT-HELLO of SSL 2.0"),
        (&short, "a ClientHello that is too short"),
        (&long_session_id, "a session id longer than 32 bytes"),
    ] {
        let mut reader = ClientHelloReader::new();
        assert_eq!(reader.read(bytes), Progress::NotAHello(why));
        assert_eq!(reader.read(&[0]), Progress::NotAHello(why), "it stays so");
    }
}

/// A length alone is no reason for a verdict: the type behind it may say that it is something else.
#[test]
fn the_format_of_ssl2_is_told_by_its_type_in_whatever_pieces_it_comes() {
    for (bytes, told) in [
        ([0xFF, 0xFF, 2], Progress::NotTls),
        ([0xFF, 0xFF, 1], Progress::NotAHello("a CLIENT-HELLO of SSL 2.0 longer than 4 KiB")),
        ([0x80, 0, 2], Progress::NotTls),
        ([0x80, 0, 1], Progress::NotAHello("a malformed CLIENT-HELLO of SSL 2.0")),
        ([0x80, 9, 1], Progress::More),
    ] {
        assert_eq!(ClientHelloReader::new().read(&bytes), told);
        let mut reader = ClientHelloReader::new();
        assert_eq!(reader.read(&bytes[..2]), Progress::More);
        assert_eq!(reader.read(&bytes[2..]), told);
    }
}
