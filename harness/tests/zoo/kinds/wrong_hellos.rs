//! Servers whose ServerHello or HelloRetryRequest breaks the protocol.

use std::io::Write;
use std::sync::Arc;

use crate::behaviour::{Answer, answer, healthy, peek_hello};
use crate::first_flight::{
    ClientHello, RANDOM, RETRY_RANDOM, TLS11, TLS12, TLS13, alert, message, record, server_hello,
    server_hello_13,
};
use crate::peer::Behaviour;
use crate::table::{Row, row};

fn say(message: impl Fn(&ClientHello) -> Vec<u8> + Send + Sync + 'static) -> Behaviour {
    answer(move |hello| Answer::Bytes(record(22, &message(hello))))
}

fn suite(hello: &ClientHello) -> u16 {
    hello.suites.first().copied().unwrap_or(0xc02f)
}

fn sentinel(last: u8) -> [u8; 32] {
    let mut random = RANDOM;
    random[24..].copy_from_slice(&[b'D', b'O', b'W', b'N', b'G', b'R', b'D', last]);
    random
}

pub(crate) fn wrong_hellos() -> Vec<Row> {
    let violation = ('I', "IIIIII", 'F', 'F');
    vec![
        row("unknown_version", say(|hello| server_hello(0x7f1c, &RANDOM, suite(hello))), violation),
        row("version_0305", say(|hello| server_hello(0x0305, &RANDOM, suite(hello))), violation),
        row("version_0", say(|hello| server_hello(0, &RANDOM, suite(hello))), violation),
        // Legacy version 0x0304 is not how TLS 1.3 is chosen.
        row(
            "version_1.3_without_extension",
            say(|hello| server_hello(TLS13, &RANDOM, suite(hello))),
            violation,
        ),
        // 1.2 whatever was offered: above the offer for the old ones, below it for 1.3.
        row("always_1.2", always(TLS12), ('I', "IIIIF*", 'P', 'F')),
        row("suite_of_nobody", say(|_| server_hello(TLS12, &RANDOM, 0x7a7a)), violation),
        row("suite_null", say(|_| server_hello(TLS12, &RANDOM, 0)), ('I', "IIIIII", 'F', 'F')),
        row("scsv_as_suite", say(|_| server_hello(TLS12, &RANDOM, 0x00ff)), violation),
        row("cut_off_after_10_bytes", cut_off(10), violation),
        row("cut_off_in_the_last_byte", cut_off(46), violation),
        row(
            "compression",
            say(|hello| with_byte(server_hello(TLS12, &RANDOM, suite(hello)), 41, 1)),
            violation,
        ),
        row(
            "session_id_too_long",
            say(|hello| with_byte(server_hello(TLS12, &RANDOM, suite(hello)), 38, 33)),
            violation,
        ),
        row("trailing_byte", say(|hello| longer(server_hello(TLS12, &RANDOM, suite(hello)))), violation),
        row("two_hellos", two_hellos(), ('I', "IIIIII", '-', 'F')),
        row("certificate_first", say(|_| message(11, &[0, 0, 0])), violation),
        row("application_data", answer(|_| Answer::Bytes(record(23, &[0; 64]))), violation),
        row(
            "alert_of_three_bytes",
            answer(|_| Answer::LastBytes(record(21, &[2, 70, 0]))),
            ('I', "IIIIII", '-', 'F'),
        ),
        row("alert_of_level_3", answer(|_| Answer::LastBytes(alert(3, 70))), ('I', "IIIIII", '-', 'F')),
        row("warning_and_close", answer(|_| Answer::LastBytes(alert(1, 70))), ('I', "IIIIII", '-', 'F')),
        row("close_notify_and_close", answer(|_| Answer::LastBytes(alert(1, 0))), ('I', "IIIIII", '-', 'F')),
        // A server that knows the higher version must not choose the lower: RFC 8446 4.1.3.
        row("downgrade_to_1.2", downgrade(TLS12, 1), ('P', "PPPPFI", 'F', 'F')),
        row("downgrade_to_1.1", downgrade(TLS11, 0), ('F', "***FII", 'F', 'F')),
    ]
}

/// TLS 1.2 whatever was offered.
fn always(version: u16) -> Behaviour {
    say(move |hello| {
        let mut flight = server_hello(version, &RANDOM, hello.suite(version).unwrap_or(0xc02f));
        flight.extend(message(11, &[0, 0, 0]));
        flight.extend(message(14, &[]));
        flight
    })
}

fn cut_off(length: usize) -> Behaviour {
    answer(move |hello| {
        Answer::LastBytes(record(22, &server_hello(TLS12, &RANDOM, suite(hello)))[..length].to_vec())
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
    answer(move |hello| {
        if hello.version < version || hello.ssl2 {
            return Answer::LastBytes(alert(2, 70));
        }
        let mut flight = server_hello(version, &sentinel(last), hello.suite(version).unwrap_or(0xc02f));
        flight.extend(message(11, &[0, 0, 0]));
        flight.extend(message(14, &[]));
        Answer::Bytes(record(22, &flight))
    })
}

/// Only hellos with TLS 1.3 are answered, so nothing is a control.
pub(crate) fn retries() -> Vec<Row> {
    vec![
        row("retry_loop", retry(0x0018), ('I', "IIIIII", 'F', 'F')),
        row("retry_with_a_group_not_offered", retry(0x7a7a), ('I', "IIIIII", 'F', 'F')),
        row("retry_with_the_group_of_the_share", retry(0x001d), ('I', "IIIIII", 'F', 'F')),
        row("retry_and_silence", retry_once(0x0018, || Answer::Silence), ('I', "IIIIII", 'I', 'F'))
            .within("400ms"),
        row("retry_and_close", retry_once(0x0018, || Answer::Close), ('I', "IIIIII", '-', 'F')),
        row(
            "retry_and_close_beside_1.2",
            beside_tls12(retry_once(0x0018, || Answer::Close)),
            ('P', "PPPPFI", '*', 'F'),
        ),
        row(
            "retry_and_alert_47_beside_1.2",
            beside_tls12(retry_once(0x0018, || Answer::LastBytes(alert(2, 47)))),
            ('P', "PPPPFI", '*', 'F'),
        ),
    ]
}

/// `tls13` for hellos that offer TLS 1.3, a healthy server of TLS 1.2 for the others.
fn beside_tls12(tls13: Behaviour) -> Behaviour {
    let others = healthy(&[TLS12]);
    Arc::new(move |stream, number| match peek_hello(&stream) {
        Some((hello, _)) if hello.versions.contains(&TLS13) => tls13(stream, number),
        _ => others(stream, number),
    })
}

fn retry_request(hello: &ClientHello, group: u16) -> Vec<u8> {
    record(
        22,
        &server_hello_13(hello, &RETRY_RANDOM, hello.suite(TLS13).unwrap_or(0x1301), &group.to_be_bytes()),
    )
}

/// A HelloRetryRequest to every ClientHello, on one connection too.
fn retry(group: u16) -> Behaviour {
    retry_times(group, usize::MAX, || Answer::Silence)
}

/// A HelloRetryRequest, and this to the second ClientHello.
fn retry_once(group: u16, then: fn() -> Answer) -> Behaviour {
    retry_times(group, 1, then)
}

fn retry_times(group: u16, times: usize, then: fn() -> Answer) -> Behaviour {
    Arc::new(move |mut stream, number| {
        for _ in 0..times {
            let Some(hello) = ClientHello::read(&mut stream) else {
                return;
            };
            if !hello.versions.contains(&TLS13) {
                let _ = stream.write_all(&alert(2, 70));
                return;
            }
            if stream.write_all(&retry_request(&hello, group)).is_err() {
                return;
            }
        }
        answer(move |_| then())(stream, number);
    })
}
