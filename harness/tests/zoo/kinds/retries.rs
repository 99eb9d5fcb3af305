//! HelloRetryRequests that lead nowhere. Only hellos with TLS 1.3 are answered by one.

use std::io::Write;
use std::sync::Arc;

use crate::behaviour::{Answer, answer, peek_hello, serving};
use crate::hello::{
    ClientHello, RANDOM, RETRY_RANDOM, TLS12, TLS13, alert, message_with_extensions, record, server_hello,
    server_hello_13,
};
use crate::kind::{Kind, NO_TLS, greets, kind, serves};
use crate::peer::Behaviour;

use super::unavailable::REFUSES_ALL;

/// Beside TLS 1.2: what becomes of 1.3 is open, and whoever offers both gets neither.
const BESIDE_12: &str = "P PPPPFI PIII P F -";

pub(super) fn kinds() -> Vec<Kind> {
    let beside = serves(&[TLS12]);
    vec![
        kind("retry loop", NO_TLS, retry(0x0018), REFUSES_ALL),
        kind("retry with a group that was not offered", NO_TLS, retry(0x7a7a), REFUSES_ALL),
        kind("retry with a group of GREASE", NO_TLS, retry(0x0a0a), REFUSES_ALL),
        kind("retry with the group of the share", NO_TLS, retry(0x001d), REFUSES_ALL),
        kind("retry and silence", NO_TLS, retry_once(0x0018, || Answer::Silence), "I IIIIII FIII I F -")
            .within("5s"),
        kind("retry and close", NO_TLS, retry_once(0x0018, || Answer::Close), "I IIIIII FIII I F -"),
        kind("retry and reset", NO_TLS, retry_once(0x0018, || Answer::Reset), "I IIIIII FIII I F -"),
        kind(
            "retry and HTTP",
            NO_TLS,
            retry_once(0x0018, || Answer::LastBytes(b"HTTP/1.1 400 No\r\n\r\n".to_vec())),
            REFUSES_ALL,
        ),
        kind(
            "retry and alert 70",
            NO_TLS,
            retry_once(0x0018, || Answer::LastBytes(alert(2, 70))),
            "I IIIIII F--- I F -",
        ),
        kind("retry that changes nothing", NO_TLS, say_13(retry_without), REFUSES_ALL),
        kind("retry with an empty cookie", NO_TLS, say_13(|hello| cookie(hello, 0)), REFUSES_ALL),
        kind("retry with an enormous cookie", NO_TLS, say_13(|hello| cookie(hello, 60_000)), REFUSES_ALL),
        kind(
            "two retries in one record",
            NO_TLS,
            say_13(|hello| retry_message(hello, 0x0018).repeat(2)),
            REFUSES_ALL,
        ),
        kind(
            "a ServerHello right behind a retry",
            NO_TLS,
            say_13(|hello| [retry_message(hello, 0x0018), hello_13(hello)].concat()),
            REFUSES_ALL,
        ),
        kind(
            "retry, and then another suite",
            NO_TLS,
            retry_then(|hello| with_suite(hello, 0x1302)),
            REFUSES_ALL,
        ),
        kind(
            "retry, and then TLS 1.2",
            NO_TLS,
            retry_then(|hello| server_hello(TLS12, &RANDOM, hello.suite(TLS12).unwrap_or(0xc02f))),
            REFUSES_ALL,
        ),
        kind("retry, and then the first group after all", NO_TLS, retry_then(hello_13), REFUSES_ALL),
        kind(
            "retry and alert 47 beside TLS 1.2",
            beside,
            beside_tls12(retry_once(0x0018, || Answer::LastBytes(alert(2, 47)))),
            BESIDE_12,
        ),
        kind(
            "retry and close beside TLS 1.2",
            beside,
            beside_tls12(retry_once(0x0018, || Answer::Close)),
            BESIDE_12,
        ),
        kind("retry loop beside TLS 1.2", beside, beside_tls12(retry(0x0018)), "P PPPPFI PFFF P F -"),
        kind(
            "retry for P-384, and then what was asked for",
            greets(&[TLS13]).telling(),
            retry_then(|hello| share_13(hello, 0x0018, 97)),
            "P PPPPPF FP-- P F -",
        )
        .within("5s"),
    ]
}

fn say_13(message: impl Fn(&ClientHello) -> Vec<u8> + Send + Sync + 'static) -> Behaviour {
    answer(move |hello| match hello.versions.contains(&TLS13) {
        true => Answer::Bytes(record(22, &message(hello))),
        false => Answer::LastBytes(alert(2, 70)),
    })
}

fn suite_13(hello: &ClientHello) -> u16 {
    hello.suite(TLS13).unwrap_or(0x1301)
}

fn share_13(hello: &ClientHello, group: u16, length: u16) -> Vec<u8> {
    let [high, low] = group.to_be_bytes();
    let mut share = vec![high, low];
    share.extend(length.to_be_bytes());
    share.push(4);
    share.resize(usize::from(length) + 4, 0x5a);
    server_hello_13(hello, &RANDOM, suite_13(hello), &share)
}

fn hello_13(hello: &ClientHello) -> Vec<u8> {
    share_13(hello, 0x001d, 32)
}

fn with_suite(hello: &ClientHello, suite: u16) -> Vec<u8> {
    let mut share = vec![0, 0x18, 0, 97, 4];
    share.resize(101, 0x5a);
    server_hello_13(hello, &RANDOM, suite, &share)
}

fn retry_message(hello: &ClientHello, group: u16) -> Vec<u8> {
    server_hello_13(hello, &RETRY_RANDOM, suite_13(hello), &group.to_be_bytes())
}

fn retry_without(hello: &ClientHello) -> Vec<u8> {
    message_with_extensions(hello, &RETRY_RANDOM, suite_13(hello), &[0, 43, 0, 2, 3, 4])
}

fn cookie(hello: &ClientHello, length: u16) -> Vec<u8> {
    let mut extensions = vec![0, 43, 0, 2, 3, 4, 0, 44];
    extensions.extend((length + 2).to_be_bytes());
    extensions.extend(length.to_be_bytes());
    extensions.resize(extensions.len() + usize::from(length), 0x5a);
    message_with_extensions(hello, &RETRY_RANDOM, suite_13(hello), &extensions)
}

/// `tls13` for hellos that offer TLS 1.3, a healthy server of TLS 1.2 for the others.
fn beside_tls12(tls13: Behaviour) -> Behaviour {
    let others = serving(&[TLS12]);
    Arc::new(move |stream, number| match peek_hello(&stream) {
        Some((hello, _)) if hello.versions.contains(&TLS13) => tls13(stream, number),
        _ => others(stream, number),
    })
}

/// A HelloRetryRequest to every ClientHello, on one connection too.
fn retry(group: u16) -> Behaviour {
    retry_times(group, usize::MAX, answer(|_| Answer::Silence))
}

/// A HelloRetryRequest, and this to the second ClientHello.
fn retry_once(group: u16, then: fn() -> Answer) -> Behaviour {
    retry_times(group, 1, answer(move |_| then()))
}

/// A HelloRetryRequest for P-384, and this message to the second ClientHello.
fn retry_then(then: fn(&ClientHello) -> Vec<u8>) -> Behaviour {
    retry_times(0x0018, 1, answer(move |hello| Answer::Bytes(record(22, &then(hello)))))
}

fn retry_times(group: u16, times: usize, then: Behaviour) -> Behaviour {
    Arc::new(move |mut stream, number| {
        for _ in 0..times {
            let Some(hello) = ClientHello::read(&mut stream) else {
                return;
            };
            if !hello.versions.contains(&TLS13) {
                let _ = stream.write_all(&alert(2, 70));
                return;
            }
            if stream.write_all(&record(22, &retry_message(&hello, group))).is_err() {
                return;
            }
        }
        then(stream, number);
    })
}
