//! Slow and odd, and within the protocol: what these do must not keep anybody from a verdict.

use std::sync::Arc;
use std::time::Duration;

use crate::behaviour::{
    Answer, answer, drip, greeting, healthy_answer, healthy_but, served, serving as healthy,
};
use crate::hello::{
    RANDOM, SSL3, TLS10, TLS11, TLS12, TLS13, alert, message, record, record_of_version, server_hello,
};
use crate::kind::{Kind, greets, kind, serves};
use crate::peer::Behaviour;
use crate::serving;

/// TLS 1.2 alone, older clients told so.
pub(crate) const GOOD_12: &str = "P PPPPFP PPPP P F -";
/// The same without anything after the first flight.
pub(crate) const GREETS_12: &str = "P PPPPFP PPFF P F -";

pub(super) fn kinds() -> Vec<Kind> {
    let old = greets(&[SSL3, TLS10, TLS11, TLS12]);
    let greets_12 = greets(&[TLS12]).telling();
    vec![
        kind("healthy: TLS 1.2", serves(&[TLS12]), healthy(&[TLS12]), GOOD_12),
        kind("healthy: TLS 1.3", serves(&[TLS13]), healthy(&[TLS13]), "P PPPPPF FPPP P F -"),
        kind(
            "healthy: TLS 1.2 and 1.3",
            serves(&[TLS12, TLS13]),
            healthy(&[TLS12, TLS13]),
            "P PPPPFF PPPP P F -",
        ),
        kind(
            "healthy: TLS 1.0 to 1.3",
            serves(&[TLS10, TLS11, TLS12, TLS13]),
            healthy(&[TLS10, TLS11, TLS12, TLS13]),
            "F PPFFFF PPPP F F -",
        ),
        kind(
            "healthy: TLS 1.1 and 1.2",
            serves(&[TLS11, TLS12]),
            healthy(&[TLS11, TLS12]),
            "F PPPFFP PPPP F F -",
        ),
        kind("healthy: TLS 1.0", greets(&[TLS10]), greeting(&[TLS10]), "F PPFPPP FFFF F F -"),
        kind("healthy: TLS 1.1", greets(&[TLS11]), greeting(&[TLS11]), "F PPPFPP FFFF F F -"),
        kind("healthy: SSL 3.0", greets(&[SSL3]), greeting(&[SSL3]), "F PFPPPP FFFF F F -"),
        kind(
            "healthy: SSL 3.0 to TLS 1.2",
            old,
            greeting(&[SSL3, TLS10, TLS11, TLS12]),
            "F PFFFFP PPFF F F -",
        ),
        kind(
            "TLS 1.0 and 1.2, and not 1.1",
            serves(&[TLS10, TLS12]),
            healthy(&[TLS10, TLS12]),
            "F PPFPFP PPPP F F -",
        ),
        kind("one byte a record", greets_12, byte_by_byte(&[TLS12]), GREETS_12),
        kind("one byte a record, TLS 1.0", greets(&[TLS10]), byte_by_byte(&[TLS10]), "F PPFPPP FFFF F F -"),
        kind("bytes with pauses, within the deadline", greets_12, drip(Duration::from_millis(2)), GREETS_12),
        kind("answers after 300 ms", serves(&[TLS12]), late(Duration::from_millis(300)), GOOD_12),
        kind("4 warnings before the hello", greets_12, preceded_by(alert(1, 112).repeat(4)), GREETS_12),
        kind(
            "32 empty records before the hello",
            greets_12,
            preceded_by(record(22, &[]).repeat(32)),
            GREETS_12,
        ),
        kind(
            "a HelloRequest before the hello",
            greets_12,
            preceded_by(record(22, &message(0, &[]))),
            GREETS_12,
        ),
        kind(
            "the record's version is TLS 1.0's, the hello's 1.2",
            greets_12,
            record_says(TLS10, &[TLS12]),
            GREETS_12,
        ),
        kind(
            "the record's version is TLS 1.2's, the hello's 1.0",
            greets(&[TLS10]),
            record_says(TLS12, &[TLS10]),
            "F PPFPPP FFFF F F -",
        ),
        kind("the record's version is TLS 1.3's", greets_12, record_says(TLS13, &[TLS12]), GREETS_12),
        kind("the record's version is 0x03ff", greets_12, record_says(0x03ff, &[TLS12]), GREETS_12),
        kind(
            "an unknown suite is the only one of TLS 1.0",
            serves(&[TLS10, TLS12]),
            rare_suite_of_1_0(),
            "F PPFPFP PPPP F F -",
        ),
        kind(
            "TLS 1.0 slowly, and TLS 1.2",
            serves(&[TLS10, TLS12]).untold(),
            slow_old(Duration::from_millis(2)),
            "F PPFPFP PPPP F F -",
        ),
        kind(
            "alert 112 to whoever names no host",
            serves(&[TLS12, TLS13]),
            named_only(),
            "P PPPPFF PPPP P F -",
        ),
        kind(
            "wants a client's certificate: TLS 1.2",
            serves(&[TLS12]).without_200(),
            wanting_a_certificate(&[TLS12]),
            "P PPPPFP PPPF P F -",
        ),
        kind(
            "wants a client's certificate: TLS 1.3",
            serves(&[TLS13]).without_200(),
            wanting_a_certificate(&[TLS13]),
            "P PPPPPF FPPF P F -",
        ),
        kind("sends 200 session tickets", serves(&[TLS13]), many_tickets(), "P PPPPPF FPPP P F -"),
        kind("refuses TLS 1.0 where it is asked by name", serves(&[TLS12]), by_name(), "P PPPPFP PPPP P F -"),
    ]
}

/// A healthy first flight with one byte of it in each record: lawful.
fn byte_by_byte(spoken: &'static [u16]) -> Behaviour {
    answer(|hello| match healthy_answer(hello, spoken) {
        Answer::Bytes(flight) => {
            Answer::Bytes(flight[5..].iter().flat_map(|byte| record(22, &[*byte])).collect())
        }
        other => other,
    })
}

/// A healthy server with these bytes before each ServerHello.
pub(super) fn preceded_by(bytes: Vec<u8>) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, &[TLS12]) {
        Answer::Bytes(flight) => Answer::Bytes([bytes.clone(), flight].concat()),
        other => other,
    })
}

fn late(pause: Duration) -> Behaviour {
    answer(move |hello| {
        std::thread::sleep(pause);
        served(hello, &[TLS12])
    })
}

fn record_says(version: u16, spoken: &'static [u16]) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, spoken) {
        Answer::Bytes(flight) => Answer::Bytes(record_of_version(22, version, &flight[5..])),
        other => other,
    })
}

/// TLS 1.0 a byte at a time, and TLS 1.2 at once.
fn slow_old(pause: Duration) -> Behaviour {
    answer(move |hello| match (hello.version, healthy_answer(hello, &[TLS10])) {
        (TLS10, Answer::Bytes(flight)) => Answer::Slowly(flight, pause),
        _ if hello.version == TLS11 => Answer::LastBytes(alert(2, 70)),
        _ => served(hello, &[TLS12]),
    })
}

/// As hosts of many names do it: SSL has no names.
fn named_only() -> Behaviour {
    answer(|hello| match hello.is_named {
        true => served(hello, &[TLS12, TLS13]),
        false => Answer::LastBytes(alert(2, 112)),
    })
}

fn wanting_a_certificate(spoken: &'static [u16]) -> Behaviour {
    let config = serving::wanting_a_certificate(spoken);
    answer(move |hello| match served(hello, spoken) {
        Answer::Serve(_, reply) => Answer::Serve(Arc::clone(&config), reply),
        other => other,
    })
}

fn many_tickets() -> Behaviour {
    let config = serving::with_tickets(200);
    answer(move |hello| match served(hello, &[TLS13]) {
        Answer::Serve(_, reply) => Answer::Serve(Arc::clone(&config), reply),
        other => other,
    })
}

/// TLS 1.0 with Camellia alone.
fn rare_suite_of_1_0() -> Behaviour {
    const CAMELLIA: u16 = 0x0041;
    healthy_but(|hello| match hello.version {
        TLS10 | TLS11 if hello.suites.contains(&CAMELLIA) => {
            let flight = [server_hello(TLS10, &RANDOM, CAMELLIA), message(11, &[0, 0, 0]), message(14, &[])];
            Answer::Bytes(record(22, &flight.concat()))
        }
        TLS10 | TLS11 => Answer::LastBytes(alert(2, 40)),
        _ => Answer::LastBytes(alert(2, 70)),
    })
}

/// Another host is behind it for those who name none, and speaks TLS 1.0.
fn by_name() -> Behaviour {
    answer(|hello| {
        served(hello, if hello.is_named || hello.version < TLS10 { &[TLS12] } else { &[TLS10, TLS12] })
    })
}
