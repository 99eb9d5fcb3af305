//! A ServerHello that is cut off, or comes in pieces, at every byte.

use std::io::Write;
use std::sync::Arc;

use crate::behaviour::{Answer, answer, give, healthy_answer, peek_hello, wait_for_the_end};
use crate::hello::{TLS12, TLS13, record};
use crate::kind::{Kind, NO_TLS, greets, kind};
use crate::peer::Behaviour;

/// The length of a ServerHello of TLS 1.2 without session id and extensions, its record's header included.
const HELLO_12: usize = 5 + 4 + 38;
/// The same of TLS 1.3 with a session id of 32 bytes and a share of x25519.
const HELLO_13: usize = 5 + 4 + 38 + 32 + 2 + 6 + 8 + 32;

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (version, words, length, greeted) in [
        (TLS12, "TLS 1.2", HELLO_12, "P ....F. .P.. . . ."),
        (TLS13, "TLS 1.3", HELLO_13, "P .....F .P.. . . ."),
    ] {
        let spoken: &'static [u16] = if version == TLS12 { &[TLS12] } else { &[TLS13] };
        let truth = greets(spoken).telling();
        for count in 1..length {
            kinds.push(
                kind(
                    format!("{words}, closed after byte {count}"),
                    NO_TLS,
                    cut_off(spoken, count),
                    "I ....II .F.. . . .",
                )
                .swept(),
            );
            kinds.push(
                kind(
                    format!("{words}, in two writes, the first up to byte {count}"),
                    truth,
                    in_two(spoken, count),
                    greeted,
                )
                .swept(),
            );
        }
        for count in 1..length - 5 {
            kinds.push(
                kind(
                    format!("{words}, in two records, the first up to byte {count}"),
                    truth,
                    in_records(spoken, count),
                    greeted,
                )
                .swept(),
            );
        }
    }
    kinds
}

fn cut_off(spoken: &'static [u16], count: usize) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, spoken) {
        Answer::Bytes(flight) => Answer::LastBytes(flight[..count].to_vec()),
        other => other,
    })
}

fn in_two(spoken: &'static [u16], count: usize) -> Behaviour {
    Arc::new(move |mut stream, _| {
        let Some((hello, length)) = peek_hello(&stream) else { return };
        let _ = std::io::Read::read_exact(&mut stream, &mut vec![0; length]);
        match healthy_answer(&hello, spoken) {
            Answer::Bytes(flight) => {
                let _ = stream.write_all(&flight[..count]);
                // Long enough for the other side to wake up where it can; nothing depends on it.
                std::thread::sleep(std::time::Duration::from_millis(1));
                let _ = stream.write_all(&flight[count..]);
                wait_for_the_end(&mut stream);
            }
            other => give(stream, other),
        }
    })
}

fn in_records(spoken: &'static [u16], count: usize) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, spoken) {
        Answer::Bytes(flight) => {
            let (first, second) = flight[5..].split_at(count);
            Answer::Bytes([record(22, first), record(22, second)].concat())
        }
        other => other,
    })
}
