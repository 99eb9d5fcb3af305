//! Servers that speak one version well, and answer the others in odd ways.

use crate::behaviour::{Answer, answer, healthy_answer, healthy_but, one_after_the_other, served};
use crate::hello::{
    ClientHello, RANDOM, SSL2, TLS10, TLS11, TLS12, TLS13, alert, message, record, server_hello,
};
use crate::kind::{Kind, NO_TLS, greets, kind, serves};
use crate::peer::Behaviour;

use super::lawful::GOOD_12;
use super::unavailable::REFUSES_ALL;

/// TLS 1.2 is spoken, and what is older is refused by something else than `protocol_version`.
pub(super) const WEAKLY: &str = "P PPPPFP PPPP F F -";
/// TLS 1.2 is spoken, and what is older gets no answer that says anything.
const UNCLEAR: &str = "I IIIIFP PPPP I F -";

/// TLS 1.2 is healthy, so there is a control, and what is older gets another answer.
pub(super) fn kinds() -> Vec<Kind> {
    let served_12 = serves(&[TLS12]).untold();
    let told_12 = serves(&[TLS12]);
    vec![
        kind("TLS 1.2, and resets what is older", served_12, healthy_but(|_| Answer::Reset), WEAKLY),
        kind("TLS 1.2, and closes on what is older", served_12, healthy_but(|_| Answer::Close), WEAKLY),
        kind(
            "TLS 1.2, and closes on what is older, one after the other",
            served_12,
            one_after_the_other(healthy_but(|_| Answer::Close)),
            WEAKLY,
        ),
        kind("TLS 1.2, and silence to what is older", served_12, healthy_but(|_| Answer::Silence), UNCLEAR)
            .within("5s"),
        kind(
            "TLS 1.2, and HTTP to what is older",
            served_12,
            healthy_but(|_| Answer::LastBytes(b"HTTP/1.1 400 No\r\n\r\n".to_vec())),
            UNCLEAR,
        ),
        kind(
            "TLS 1.2, and a ServerHello cut short to what is older",
            served_12,
            healthy_but(|_| Answer::LastBytes(record(22, &message(2, &[3])))),
            UNCLEAR,
        ),
        kind(
            "TLS 1.2, and TLS 1.2 to what is older",
            served_12,
            healthy_but(|_| Answer::Bytes(record(22, &server_hello(TLS12, &RANDOM, 0xc02f)))),
            UNCLEAR,
        ),
        kind(
            "TLS 1.2, and its certificate first to what is older",
            served_12,
            healthy_but(|_| Answer::LastBytes(record(22, &message(11, &[0, 0, 0])))),
            UNCLEAR,
        ),
        kind(
            "TLS 1.2, and an error of SSL 2.0 to what is older",
            served_12,
            healthy_but(|_| Answer::LastBytes(vec![0x80, 3, 0, 0, 1])),
            WEAKLY,
        ),
        kind(
            "TLS 1.2, and silence to SSL 2.0",
            told_12,
            ssl2_alone(|| Answer::Silence),
            "I IPPPFP PPPP P F -",
        )
        .within("5s"),
        kind("TLS 1.2, and resets SSL 2.0", told_12, ssl2_alone(|| Answer::Reset), GOOD_12),
        kind(
            "TLS 1.2, and alert 10 to SSL 2.0",
            told_12,
            ssl2_alone(|| Answer::LastBytes(alert(2, 10))),
            GOOD_12,
        ),
        kind(
            "TLS 1.2, and HTTP to SSL 2.0",
            told_12,
            ssl2_alone(|| Answer::LastBytes(b"HTTP/1.1 400 No\r\n\r\n".to_vec())),
            "I IPPPFP PPPP P F -",
        ),
        kind(
            "TLS 1.3, and resets what is older",
            serves(&[TLS13]).untold(),
            only_13(|_| Answer::Reset),
            "P PPPPPF FPPP F F -",
        ),
        kind(
            "TLS 1.3, and closes on what is older",
            serves(&[TLS13]).untold(),
            only_13(|_| Answer::Close),
            "P PPPPPF FPPP F F -",
        ),
        kind(
            "TLS 1.3, and alert 40 to what is older",
            serves(&[TLS13]).untold(),
            only_13(|_| Answer::LastBytes(alert(2, 40))),
            "P PPPPPF FPPP F F -",
        ),
        kind(
            "TLS 1.2 for those alone who offer more versions than that",
            told_12,
            answer(|hello| match hello.versions.len() {
                2.. => served(hello, &[TLS12]),
                _ => Answer::LastBytes(alert(2, 70)),
            }),
            "P PPPPII FPPP P F -",
        ),
        kind(
            "TLS 1.2 by rare suites, and closes else, one after the other",
            greets(&[TLS12]),
            one_after_the_other(only_ccm()),
            "P PPPPFP PPFF F F -",
        ),
        kind(
            "TLS 1.2, and 1.0 by its second suites",
            serves(&[TLS10, TLS12]).untold(),
            rare_suites_only(),
            "F PPFPFP PPPP F F -",
        ),
        kind("TLS 1.2 by PSK alone", greets(&[TLS12]), only_psk(), "P PPPPFP PPFF F F -"),
        kind(
            "TLS 1.0, and silence to what is newer",
            greets(&[TLS10]),
            only_old(|| Answer::Silence),
            "F PPFIII IIII F F -",
        )
        .within("5s"),
        kind(
            "TLS 1.0, and resets what is newer",
            greets(&[TLS10]),
            only_old(|| Answer::Reset),
            "F PPFPPP FFFF F F -",
        ),
        kind(
            "TLS 1.0 by hellos in the form of SSL 2.0 alone",
            greets(&[TLS10]),
            by_compatible_hello(),
            REFUSES_ALL,
        ),
        kind(
            "an error of SSL 2.0 to all",
            NO_TLS,
            answer(|_| Answer::LastBytes(vec![0x80, 3, 0, 0, 1])),
            REFUSES_ALL,
        ),
        kind(
            "TLS 1.2, and TLS 1.0 later than the deadline",
            serves(&[TLS10, TLS12]).untold(),
            late_old(),
            "I PPIPFP PPPP - F -",
        )
        .within("5s"),
        kind("SSL 2.0 alone", greets(&[SSL2]), only_ssl2(), "F FPPPPP FFFF F F -"),
        kind("SSL 2.0 beside TLS 1.2", serves(&[SSL2, TLS12]), ssl2_beside_12(), "F FPPPFP PPPP P F -"),
        kind("SSL 2.0 without suites", NO_TLS, ssl2_server(&[]), REFUSES_ALL),
        kind("SSL 2.0's SERVER-HELLO to every hello", greets(&[SSL2]), ssl2_to_all(), "F FIIIII FFFF I F -"),
    ]
}

/// A hello of the old form that offers TLS is answered by TLS; all others are cut off.
fn by_compatible_hello() -> Behaviour {
    answer(|hello| match hello.ssl2 && hello.version >= TLS10 {
        true => Answer::Bytes(record(22, &server_hello(TLS10, &RANDOM, 0x002f))),
        false => Answer::Reset,
    })
}

fn late_old() -> Behaviour {
    answer(|hello| {
        if hello.version == TLS10 {
            std::thread::sleep(std::time::Duration::from_secs(8));
            return healthy_answer(hello, &[TLS10]);
        }
        if hello.version == TLS11 { Answer::LastBytes(alert(2, 70)) } else { served(hello, &[TLS12]) }
    })
}

fn only_13(old: fn(&ClientHello) -> Answer) -> Behaviour {
    answer(move |hello| if hello.versions.contains(&TLS13) { served(hello, &[TLS13]) } else { old(hello) })
}

fn only_old(new: fn() -> Answer) -> Behaviour {
    answer(move |hello| match hello.version {
        TLS10 => healthy_answer(hello, &[TLS10]),
        TLS11.. => new(),
        _ => Answer::LastBytes(alert(2, 70)),
    })
}

fn ssl2_alone(ssl2: fn() -> Answer) -> Behaviour {
    healthy_but(move |hello| if hello.ssl2 { ssl2() } else { Answer::LastBytes(alert(2, 70)) })
}

/// TLS 1.0 with Camellia alone: a hello without it gets alert 40, and the version is accepted all the same.
fn rare_suites_only() -> Behaviour {
    healthy_but(|hello| {
        let rare = [0x0041, 0x0084, 0x0045, 0x0088];
        let suite = hello.suites.iter().copied().find(|suite| rare.contains(suite));
        match (hello.version, suite) {
            (TLS10, Some(suite)) => {
                let mut flight = server_hello(TLS10, &RANDOM, suite);
                flight.extend(message(11, &[0, 0, 0]));
                flight.extend(message(14, &[]));
                Answer::Bytes(record(22, &flight))
            }
            (TLS11, Some(suite)) => Answer::Bytes(record(22, &server_hello(TLS10, &RANDOM, suite))),
            _ => Answer::LastBytes(alert(2, 40)),
        }
    })
}

/// TLS 1.2 with one suite, which no first hello offers: no control is accepted at first, and every
/// refusal is weak.
pub(crate) fn only_psk() -> Behaviour {
    const PSK_WITH_AES_128_CBC_SHA: u16 = 0x008C;
    answer(|hello| {
        if hello.version == TLS12 && hello.suites.contains(&PSK_WITH_AES_128_CBC_SHA) {
            let mut flight = server_hello(TLS12, &RANDOM, PSK_WITH_AES_128_CBC_SHA);
            flight.extend(message(14, &[]));
            Answer::Bytes(record(22, &flight))
        } else {
            Answer::LastBytes(alert(2, 40))
        }
    })
}

/// TLS 1.2 with CCM alone, which no first hello offers: what proves that it is up comes late.
fn only_ccm() -> Behaviour {
    const CCM: u16 = 0xc09c;
    answer(|hello| match hello.version {
        TLS12 if hello.suites.contains(&CCM) => Answer::Bytes(record(22, &server_hello(TLS12, &RANDOM, CCM))),
        _ => Answer::Close,
    })
}

const SSL2_CIPHERS: &[[u8; 3]] = &[[0x01, 0x00, 0x80], [0x07, 0x00, 0xc0]];

fn only_ssl2() -> Behaviour {
    ssl2_server(SSL2_CIPHERS)
}

fn ssl2_beside_12() -> Behaviour {
    answer(|hello| match hello.ssl2 {
        true => Answer::Bytes(ssl2_hello(SSL2_CIPHERS)),
        false => served(hello, &[TLS12]),
    })
}

fn ssl2_to_all() -> Behaviour {
    answer(|_| Answer::Bytes(ssl2_hello(SSL2_CIPHERS)))
}

/// SERVER-HELLO with these ciphers; TLS hellos are closed upon.
fn ssl2_server(ciphers: &'static [[u8; 3]]) -> Behaviour {
    answer(move |hello| if hello.ssl2 { Answer::Bytes(ssl2_hello(ciphers)) } else { Answer::Close })
}

/// SERVER-HELLO of SSL 2.0 (draft-hickman-netscape-ssl) with these ciphers.
fn ssl2_hello(ciphers: &[[u8; 3]]) -> Vec<u8> {
    let mut body = vec![4, 0, 1, 0, 2, 0, 4];
    body.extend(u16::try_from(ciphers.len() * 3).unwrap().to_be_bytes());
    body.extend([0, 16, 0xde, 0xad, 0xbe, 0xef]);
    body.extend(ciphers.concat());
    body.extend([7; 16]);
    let mut bytes = (0x8000 | u16::try_from(body.len()).unwrap()).to_be_bytes().to_vec();
    bytes.extend(body);
    bytes
}
