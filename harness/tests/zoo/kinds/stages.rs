//! Healthy servers of TLS 1.2 or 1.3 whose answer ends at each stage of a handshake.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};

use crate::behaviour::{give, healthy_answer, peek_hello, reset, wait_for_the_end};
use crate::hello::{TLS12, TLS13, alert};
use crate::kind::{Kind, NO_TLS, Truth, greets, kind, serves};
use crate::peer::Behaviour;
use crate::serving::healthy_config;

/// Where in the server's first flight it ends.
#[derive(Clone, Copy)]
enum Cut {
    /// Within the header of the first record.
    Header,
    /// Within the ServerHello.
    ServerHello,
    /// After the ServerHello.
    AfterServerHello,
    /// In the middle of what follows it: the certificate.
    Certificate,
    /// In the last byte of the flight.
    LastByte,
    /// After the whole flight, once the client has said something.
    Finished,
}

/// How it ends.
#[derive(Clone, Copy)]
enum Then {
    Close,
    Reset,
    Silence,
    Alert(u8),
    Garbage,
}

pub(super) fn kinds() -> Vec<Kind> {
    let cuts = [
        (Cut::Header, "within the record header"),
        (Cut::ServerHello, "within the ServerHello"),
        (Cut::AfterServerHello, "after the ServerHello"),
        (Cut::Certificate, "within the certificate"),
        (Cut::LastByte, "in the last byte of the flight"),
        (Cut::Finished, "after the client's answer"),
    ];
    let ends = [
        (Then::Close, "closes"),
        (Then::Reset, "resets"),
        (Then::Silence, "falls silent"),
        (Then::Alert(40), "alert 40"),
        (Then::Garbage, "text"),
    ];
    let mut kinds = Vec::new();
    for (version, words) in [(TLS12, "TLS 1.2"), (TLS13, "TLS 1.3")] {
        for (cut, place) in cuts {
            for (then, end) in ends {
                let is_answered = !matches!(cut, Cut::Header | Cut::ServerHello);
                let (truth, letters) = match (version, cut) {
                    // The server has finished the handshake before the client says anything.
                    (TLS13, Cut::Finished) => (serves(&[TLS13]).without_200(), "P PPPPPF FPP- P F ."),
                    _ => verdicts(version, is_answered, then),
                };
                let is_silent = matches!(then, Then::Silence);
                let kind =
                    kind(format!("{words}: {place} {end}"), truth, cut_off(version, cut, then), letters);
                kinds.push(if is_silent { kind.within("5s") } else { kind });
            }
        }
    }
    kinds
}

fn verdicts(version: u16, is_answered: bool, then: Then) -> (Truth, &'static str) {
    let waits = matches!(then, Then::Silence);
    match (version, is_answered, waits) {
        // Bytes that belong to the record make one that is complete, or not: nothing of it is an answer.
        (_, false, false) => (NO_TLS, "I IIIIII FFFF I F ."),
        (TLS12, false, true) => (NO_TLS, "I IIIIII IIII I F ."),
        (_, false, true) => (NO_TLS, "I IIIIII FIII I F ."),
        (TLS12, true, false) => (greets(&[TLS12]).telling(), "P PPPPFP PPFF P F ."),
        (TLS12, true, true) => (greets(&[TLS12]).telling(), "P PPPPFP PP-- P F ."),
        (_, true, false) => (greets(&[TLS13]).telling(), "P PPPPPF FPFF P F ."),
        (_, true, true) => (greets(&[TLS13]).telling(), "P PPPPPF FP-- P F ."),
    }
}

fn cut_off(version: u16, cut: Cut, then: Then) -> Behaviour {
    let spoken: &'static [u16] = if version == TLS12 { &[TLS12] } else { &[TLS13] };
    Arc::new(move |mut stream, _| {
        let Some((hello, length)) = peek_hello(&stream) else { return };
        let mut bytes = vec![0; length];
        if std::io::Read::read_exact(&mut stream, &mut bytes).is_err() {
            return;
        }
        if hello.best_of(spoken) != Some(version) {
            return give(stream, healthy_answer(&hello, spoken));
        }
        let config = healthy_config(spoken).unwrap();
        let (flight, is_answer) = first_flight(&config, &bytes);
        if !is_answer {
            // Its refusal is not what is on trial here.
            let _ = stream.write_all(&flight);
            let _ = stream.shutdown(Shutdown::Write);
            return wait_for_the_end(&mut stream);
        }
        let hello_ends = 5 + usize::from(u16::from_be_bytes([flight[3], flight[4]]));
        let length = match cut {
            Cut::Header => 3,
            Cut::ServerHello => 30,
            Cut::AfterServerHello => hello_ends,
            Cut::Certificate => hello_ends + (flight.len() - hello_ends) / 2,
            Cut::LastByte => flight.len() - 1,
            Cut::Finished => flight.len(),
        };
        let _ = stream.write_all(&flight[..length]);
        if matches!(cut, Cut::Finished) {
            // What the client answers, or its end.
            let _ = stream.peek(&mut [0]);
        }
        end(stream, then);
    })
}

fn end(mut stream: TcpStream, then: Then) {
    match then {
        Then::Reset => return reset(stream),
        Then::Silence => return wait_for_the_end(&mut stream),
        Then::Close => {}
        Then::Alert(description) => drop(stream.write_all(&alert(2, description))),
        Then::Garbage => drop(stream.write_all(b"HTTP/1.1 400 ##[error]\r\n::error::\x1b[2J\r\n")),
    }
    let _ = stream.shutdown(Shutdown::Write);
    wait_for_the_end(&mut stream);
}

/// What rustls answers to a hello, and whether it accepts it.
fn first_flight(config: &Arc<ServerConfig>, hello: &[u8]) -> (Vec<u8>, bool) {
    let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
    let mut unread = hello;
    while !unread.is_empty() && connection.read_tls(&mut unread).is_ok() {}
    let is_answer = connection.process_new_packets().is_ok();
    let mut flight = Vec::new();
    while connection.wants_write() && connection.write_tls(&mut flight).is_ok() {}
    (flight, is_answer)
}
