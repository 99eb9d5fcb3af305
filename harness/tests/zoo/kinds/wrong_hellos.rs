//! Servers whose ServerHello breaks the protocol.

use crate::behaviour::{Answer, answer, banner_bytes, healthy_answer, served};
use crate::hello::{
    ClientHello, RANDOM, RETRY_RANDOM, SSL3, TLS10, TLS11, TLS12, TLS13, alert, message,
    message_with_extensions, record, server_hello, server_hello_13, with_extensions,
};
use crate::kind::{Kind, NO_TLS, greets, kind, serves};
use crate::peer::Behaviour;

use super::unavailable::REFUSES_ALL;

/// What is answered to a hello.
type Message = fn(&ClientHello) -> Vec<u8>;

fn say(message: impl Fn(&ClientHello) -> Vec<u8> + Send + Sync + 'static) -> Behaviour {
    answer(move |hello| Answer::Bytes(record(22, &message(hello))))
}

fn suite(hello: &ClientHello) -> u16 {
    hello.suites.first().copied().unwrap_or(0xc02f)
}

pub(super) fn kinds() -> Vec<Kind> {
    let broken =
        |name: &str, message: fn(&ClientHello) -> Vec<u8>| kind(name, NO_TLS, say(message), REFUSES_ALL);
    let mut kinds = vec![
        broken("unknown version 0x7f1c", |hello| server_hello(0x7f1c, &RANDOM, suite(hello))),
        broken("version 0x0305", |hello| server_hello(0x0305, &RANDOM, suite(hello))),
        broken("version of GREASE", |hello| server_hello(0x0a0a, &RANDOM, suite(hello))),
        broken("version 0", |hello| server_hello(0, &RANDOM, suite(hello))),
        broken("version 0xffff", |hello| server_hello(0xffff, &RANDOM, suite(hello))),
        broken("version of DTLS", |hello| server_hello(0xfefd, &RANDOM, suite(hello))),
        // Legacy version 0x0304 is not how TLS 1.3 is chosen.
        broken("TLS 1.3 without supported_versions", |hello| server_hello(TLS13, &RANDOM, suite(hello))),
        broken("suite of nobody", |_| server_hello(TLS12, &RANDOM, 0x7a7a)),
        broken("suite of GREASE", |_| server_hello(TLS12, &RANDOM, 0x0a0a)),
        broken("suite NULL", |_| server_hello(TLS12, &RANDOM, 0)),
        broken("a signal for a suite", |_| server_hello(TLS12, &RANDOM, 0x00ff)),
        broken("a suite of TLS 1.3 in TLS 1.2", |_| server_hello(TLS12, &RANDOM, 0x1301)),
        broken("compression", |hello| with_byte(server_hello(TLS12, &RANDOM, suite(hello)), 41, 1)),
        broken("session id too long", |hello| with_byte(server_hello(TLS12, &RANDOM, suite(hello)), 38, 33)),
        broken("a byte too much", |hello| longer(server_hello(TLS12, &RANDOM, suite(hello)))),
        broken("an empty ServerHello", |_| message(2, &[])),
        broken("certificate before the ServerHello", |_| message(11, &[0, 0, 0])),
        broken("ServerHelloDone before the ServerHello", |_| message(14, &[])),
        broken("Finished before the ServerHello", |_| message(20, &[0; 12])),
        broken("an unknown message before the ServerHello", |_| message(99, &[0; 12])),
        broken("an extension that was not offered", |hello| {
            with_extensions(
                &server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f)),
                &[0x7a, 0x7a, 0, 0],
            )
        }),
        broken("an extension twice", |hello| {
            with_extensions(
                &server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f)),
                &[0xff, 1, 0, 1, 0, 0xff, 1, 0, 1, 0],
            )
        }),
        broken("an extension that is cut off", |hello| {
            with_extensions(
                &server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f)),
                &[0xff, 1, 0, 9, 0],
            )
        }),
        broken("3,000 extensions", |hello| {
            let many: Vec<u8> =
                (0x4000..0x4000 + 3_000_u16).flat_map(|code| [code.to_be_bytes(), [0; 2]].concat()).collect();
            with_extensions(&server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f)), &many)
        }),
        kind(
            "data before the ServerHello",
            NO_TLS,
            answer(|_| Answer::Bytes(record(23, &[0; 64]))),
            REFUSES_ALL,
        ),
        kind(
            "ChangeCipherSpec before the ServerHello",
            NO_TLS,
            answer(|_| Answer::LastBytes(record(20, &[1]))),
            REFUSES_ALL,
        ),
        kind(
            "a record of an unknown type",
            NO_TLS,
            answer(|_| Answer::Bytes(record(99, &[0; 64]))),
            REFUSES_ALL,
        ),
        kind(
            "a heartbeat before the ServerHello",
            NO_TLS,
            answer(|_| Answer::Bytes(record(24, &[1, 0, 16, 0]))),
            REFUSES_ALL,
        ),
        // TLS 1.2 whatever was offered: above the offer for the old ones, below it for 1.3.
        kind("TLS 1.2 whatever was offered", greets(&[TLS12]), always(TLS12), "I IIIIFP PPFF I F -"),
        kind("TLS 1.1 whatever was offered", greets(&[TLS11]), always(TLS11), "F IIIFPP FFFF F F -"),
        kind("SSL 3.0 whatever was offered", greets(&[SSL3]), always(SSL3), "F IFPPPP FFFF F F -"),
        kind(
            "TLS 1.3, and then records that nobody can decrypt",
            greets(&[TLS13]).telling(),
            encrypted(&[0x5a; 100]),
            "P PPPPPF FPFF P F -",
        ),
        kind(
            "TLS 1.3, and then empty records that nobody can decrypt",
            greets(&[TLS13]).telling(),
            encrypted(&[]),
            "P PPPPPF FPFF P F -",
        ),
        kind(
            "TLS 1.3, and then its certificate in the clear",
            greets(&[TLS13]).telling(),
            then_13(record(22, &message(11, &[0, 0, 0, 0]))),
            "P PPPPPF FPFF P F -",
        ),
        kind(
            "TLS 1.3, and then alert 40 in the clear",
            greets(&[TLS13]).telling(),
            then_13(alert(2, 40)),
            "P PPPPPF FPFF P F -",
        ),
        kind("TLS 1.0 whatever was offered", greets(&[TLS10]), always(TLS10), "F IIFPPP FFFF F F -"),
        kind("two ServerHellos", greets(&[TLS12]), two_hellos(), "I IIIIII FFFF I F -"),
        // A server that knows the higher version must not choose the lower: RFC 8446 4.1.3.
        kind(
            "TLS 1.2 with the sentinel of 1.3",
            greets(&[TLS12]).telling(),
            downgrade(TLS12, 1),
            "P PPPPFI PFFF P F -",
        ),
        kind(
            "TLS 1.1 with the sentinel of 1.2",
            greets(&[TLS11]),
            downgrade(TLS11, 0),
            "F PPPFII FFFF F F -",
        ),
        kind(
            "TLS 1.0 with the sentinel of 1.2",
            greets(&[TLS10]),
            downgrade(TLS10, 0),
            "F PPFPII FFFF F F -",
        ),
    ];
    kinds.extend(tls13());
    kinds.extend(canned());
    kinds
}

/// TLS 1.3, and this after the ServerHello.
fn then_13(bytes: Vec<u8>) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, &[TLS13]) {
        Answer::Bytes(flight) => Answer::Bytes([flight, bytes.clone()].concat()),
        other => other,
    })
}

fn encrypted(bytes: &[u8]) -> Behaviour {
    then_13(record(23, bytes).repeat(50))
}

/// What goes wrong with TLS 1.3 alone, beside a healthy TLS 1.2 and alone.
fn tls13() -> Vec<Kind> {
    let wrong: [(&str, Message); 13] = [
        ("another session id", |hello| {
            let mut message = server_hello_13(hello, &RANDOM, suite_13(hello), &share(0x001d, 32));
            if let Some(byte) = message.get_mut(39) {
                *byte ^= 0xff;
            }
            message
        }),
        ("no key share", |hello| {
            message_with_extensions(hello, &RANDOM, suite_13(hello), &[0, 43, 0, 2, 3, 4])
        }),
        ("a share of a group that was not offered", |hello| {
            server_hello_13(hello, &RANDOM, suite_13(hello), &share(0x7a7a, 32))
        }),
        ("a share of a group without a share", |hello| {
            server_hello_13(hello, &RANDOM, suite_13(hello), &share(0x0018, 97))
        }),
        ("an empty share", |hello| server_hello_13(hello, &RANDOM, suite_13(hello), &share(0x001d, 0))),
        ("a suite of TLS 1.2 in TLS 1.3", |hello| {
            server_hello_13(hello, &RANDOM, 0xc02f, &share(0x001d, 32))
        }),
        ("a suite of TLS 1.3 that was not offered", |hello| {
            server_hello_13(hello, &RANDOM, 0x13ff, &share(0x001d, 32))
        }),
        ("supported_versions of a draft", |hello| selected(hello, &[0x7f, 0x1c])),
        ("supported_versions of GREASE", |hello| selected(hello, &[0x0a, 0x0a])),
        ("supported_versions of TLS 1.2", |hello| selected(hello, &[3, 3])),
        ("supported_versions of TLS 1.0", |hello| selected(hello, &[3, 1])),
        ("supported_versions with a list", |hello| selected(hello, &[4, 3, 4, 3, 3])),
        ("an extension of the encrypted ones in the ServerHello", |hello| {
            let mut extensions = vec![0, 43, 0, 2, 3, 4, 0, 51, 0, 36];
            extensions.extend(share(0x001d, 32));
            extensions.extend([0, 10, 0, 4, 0, 2, 0, 0x1d]);
            message_with_extensions(hello, &RANDOM, suite_13(hello), &extensions)
        }),
    ];
    let mut kinds = Vec::new();
    for (name, message) in wrong {
        // A full handshake goes on past some of these, and waits for more.
        let timeout = "5s";
        let to_13 = move |hello: &ClientHello, other: fn(&ClientHello) -> Answer| match hello
            .versions
            .contains(&TLS13)
        {
            true => Answer::Bytes(record(22, &message(hello))),
            false => other(hello),
        };
        kinds.push(
            kind(
                format!("TLS 1.3 with {name}"),
                NO_TLS,
                answer(move |hello| to_13(hello, |_| Answer::LastBytes(alert(2, 70)))),
                REFUSES_ALL,
            )
            .within(timeout),
        );
        // Who offers both gets neither: that TLS 1.2 is there is proven by a hello of it alone.
        kinds.push(
            kind(
                format!("TLS 1.3 with {name}, beside TLS 1.2"),
                serves(&[TLS12]),
                answer(move |hello| to_13(hello, |hello| served(hello, &[TLS12]))),
                "P PPPPFI PFFF P F -",
            )
            .within(timeout),
        );
    }
    kinds
}

/// One answer to all, made before there was a question.
fn canned() -> Vec<Kind> {
    let flight = |version| {
        [server_hello(version, &RANDOM, 0xc02f), message(11, &[0, 0, 0]), message(14, &[])].concat()
    };
    let canned = move |version| answer(move |_| Answer::Bytes(record(22, &flight(version))));
    vec![
        kind("a canned flight of TLS 1.2", greets(&[TLS12]), canned(TLS12), "I IIIIFP PPFF I F -"),
        kind(
            "a canned flight of TLS 1.2 before the hello",
            greets(&[TLS12]),
            banner_bytes(record(22, &flight(TLS12))),
            "I IIIIFP PPFF I F -",
        ),
        kind(
            "the random of a HelloRetryRequest in TLS 1.2",
            greets(&[TLS12]),
            say(|hello| server_hello(TLS12, &RETRY_RANDOM, suite(hello))),
            "I IIIIFI PFFF I F -",
        )
        .within("5s"),
    ]
}

fn suite_13(hello: &ClientHello) -> u16 {
    hello.suite(TLS13).unwrap_or(0x1301)
}

fn share(group: u16, length: u8) -> Vec<u8> {
    let [high, low] = group.to_be_bytes();
    let mut share = vec![high, low, 0, length];
    share.resize(usize::from(length) + 4, 4);
    share
}

/// A ServerHello of TLS 1.3 with this in `supported_versions`.
fn selected(hello: &ClientHello, versions: &[u8]) -> Vec<u8> {
    let mut extensions = vec![0, 43, 0, u8::try_from(versions.len()).unwrap()];
    extensions.extend(versions);
    extensions.extend([0, 51, 0, 36]);
    extensions.extend(share(0x001d, 32));
    message_with_extensions(hello, &RANDOM, suite_13(hello), &extensions)
}

fn always(version: u16) -> Behaviour {
    say(move |hello| {
        let mut flight = server_hello(version, &RANDOM, hello.suite(version).unwrap_or(0xc02f));
        flight.extend(message(11, &[0, 0, 0]));
        flight.extend(message(14, &[]));
        flight
    })
}

fn with_byte(mut message: Vec<u8>, at: usize, byte: u8) -> Vec<u8> {
    message[at] = byte;
    message
}

fn longer(mut message: Vec<u8>) -> Vec<u8> {
    message.push(0);
    message[3] += 1;
    message
}

fn two_hellos() -> Behaviour {
    say(|hello| server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f)).repeat(2))
}

/// `version` for all that offer it or more, with a sentinel that says that more is known.
fn downgrade(version: u16, last: u8) -> Behaviour {
    let mut random = RANDOM;
    random[24..].copy_from_slice(&[b'D', b'O', b'W', b'N', b'G', b'R', b'D', last]);
    answer(move |hello| {
        if hello.version < version || hello.ssl2 {
            return Answer::LastBytes(alert(2, 70));
        }
        let mut flight = server_hello(version, &random, hello.suite(version).unwrap_or(0xc02f));
        flight.extend(message(11, &[0, 0, 0]));
        flight.extend(message(14, &[]));
        Answer::Bytes(record(22, &flight))
    })
}
