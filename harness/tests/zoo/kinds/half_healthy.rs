//! Servers that speak one version well, and answer the others in odd ways.

use crate::behaviour::{Answer, answer, healthy_but, one_after_the_other};
use crate::first_flight::{RANDOM, TLS10, TLS11, TLS12, alert, message, record, server_hello};
use crate::peer::Behaviour;
use crate::table::{Row, row};

/// TLS 1.2 is healthy, so there is a control, and what is older gets another answer.
pub(crate) fn half_healthy() -> Vec<Row> {
    vec![
        row("1.2_and_reset", healthy_but(|_| Answer::Reset), ('P', "PPPPFP", 'P', 'F')),
        row(
            "1.2_and_close_one_after_the_other",
            one_after_the_other(healthy_but(|_| Answer::Close)),
            ('P', "PPPPFP", 'P', 'F'),
        ),
        row("1.2_and_close", healthy_but(|_| Answer::Close), ('P', "PPPPFP", 'P', 'F')),
        row("1.2_and_silence", healthy_but(|_| Answer::Silence), ('I', "IIIIFP", 'P', 'F')).within("1s"),
        row(
            "1.2_and_half_an_alert",
            healthy_but(|_| Answer::LastBytes(vec![21, 3, 1, 0, 2, 2])),
            ('I', "IIIIFP", 'P', 'F'),
        ),
        row(
            "1.2_and_http",
            healthy_but(|_| Answer::LastBytes(b"HTTP/1.1 400 No\r\n\r\n".to_vec())),
            ('I', "IIIIFP", 'P', 'F'),
        ),
        row(
            "1.2_and_violation",
            healthy_but(|_| Answer::LastBytes(record(22, &message(2, &[3])))),
            ('I', "IIIIFP", 'P', 'F'),
        ),
        row(
            "1.2_and_ssl2_error",
            healthy_but(|_| Answer::LastBytes(vec![0x80, 3, 0, 0, 1])),
            ('P', "PPPPFP", 'P', 'F'),
        ),
        row("1.2_and_silence_to_ssl2", ssl2_alone(|| Answer::Silence), ('I', "IPPPFP", 'P', 'F'))
            .within("1s"),
        row("1.2_and_reset_to_ssl2", ssl2_alone(|| Answer::Reset), ('P', "PPPPFP", 'P', 'F')),
        row(
            "1.2_and_unexpected_message_to_ssl2",
            ssl2_alone(|| Answer::LastBytes(alert(2, 10))),
            ('P', "PPPPFP", 'P', 'F'),
        ),
        row(
            "1.2_and_unexpected_message",
            healthy_but(|_| Answer::LastBytes(alert(2, 10))),
            ('I', "PIIIFP", 'P', 'F'),
        ),
        row(
            "1.2_by_rare_suites_one_after_the_other",
            one_after_the_other(only_ccm()),
            ('P', "PPPPFP", 'P', 'F'),
        ),
        row("1.2_and_1.0_by_its_second_suites", rare_suites_only(), ('F', "PPFPFP", 'P', 'F')),
        row("only_psk", only_psk(), ('P', "PPPPFP", 'P', 'F')),
        row("only_ssl2", only_ssl2(), ('F', "FPPPPP", 'F', 'F')),
        row("only_ssl2_without_suites", ssl2_server(&[]), ('I', "IIIIII", 'F', 'F')),
    ]
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

fn only_ssl2() -> Behaviour {
    ssl2_server(&[[0x01, 0x00, 0x80], [0x07, 0x00, 0xc0]])
}

/// SERVER-HELLO of SSL 2.0 (draft-hickman-netscape-ssl) with these ciphers; TLS hellos are closed upon.
fn ssl2_server(ciphers: &'static [[u8; 3]]) -> Behaviour {
    answer(|hello| {
        if !hello.ssl2 {
            return Answer::Close;
        }
        let mut body = vec![4, 0, 1, 0, 2, 0, 4];
        body.extend(u16::try_from(ciphers.len() * 3).unwrap().to_be_bytes());
        body.extend([0, 16, 0xde, 0xad, 0xbe, 0xef]);
        body.extend(ciphers.concat());
        body.extend([7; 16]);
        let mut bytes = (0x8000 | u16::try_from(body.len()).unwrap()).to_be_bytes().to_vec();
        bytes.extend(body);
        Answer::Bytes(bytes)
    })
}
