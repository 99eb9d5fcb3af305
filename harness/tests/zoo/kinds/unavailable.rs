//! Peers that are not there, say nothing, or end before they have said anything.

use std::time::Duration;

use crate::behaviour::{
    Answer, answer, banner, closes_at_once, drip, greeting, on_first_byte, reset, serving, wait_for_the_end,
};
use crate::hello::{TLS12, alert, record};
use crate::kind::{Kind, NO_TLS, Truth, greets, kind};

/// Nothing that these do says anything about a version.
pub(crate) const SAYS_NOTHING: &str = "I IIIIII IIII I F -";
/// Whoever wants to speak with these has failed, and nobody is refused.
pub(crate) const REFUSES_ALL: &str = "I IIIIII FFFF I F -";
/// It ends in the middle of what may be the gate's own writing: whether the hello was sent by then is luck.
const ENDS_EARLY: &str = "I IIIIII ---- I F -";

pub(crate) fn kinds() -> Vec<Kind> {
    vec![
        kind("closed port", Truth { gone: true, ..NO_TLS }, serving(&[TLS12]), "I IIIIII IIII I P -")
            .living(0),
        kind("reads the hello and says nothing", NO_TLS, answer(|_| Answer::Silence), SAYS_NOTHING)
            .within("300ms"),
        kind("never reads", NO_TLS, banner(b""), SAYS_NOTHING).within("300ms"),
        // A load balancer without back ends looks like one of these.
        kind("resets every hello", NO_TLS, answer(|_| Answer::Reset), REFUSES_ALL),
        kind("closes after every hello", NO_TLS, answer(|_| Answer::Close), REFUSES_ALL),
        kind("closes before the hello", NO_TLS, closes_at_once(), ENDS_EARLY),
        kind("resets before the hello", NO_TLS, std::sync::Arc::new(|stream, _| reset(stream)), ENDS_EARLY),
        kind(
            "closes after the first byte of the hello",
            NO_TLS,
            on_first_byte(|mut stream| {
                let _ = stream.shutdown(std::net::Shutdown::Write);
                wait_for_the_end(&mut stream);
            }),
            REFUSES_ALL,
        ),
        kind("resets after the first byte of the hello", NO_TLS, on_first_byte(reset), ENDS_EARLY),
        kind(
            "says nothing after the first byte of the hello",
            NO_TLS,
            on_first_byte(|mut stream| wait_for_the_end(&mut stream)),
            SAYS_NOTHING,
        )
        .within("300ms"),
        kind(
            "answers a byte every 50 ms, later than the deadline",
            greets(&[TLS12]).telling(),
            drip(Duration::from_millis(50)),
            SAYS_NOTHING,
        )
        .within("400ms"),
        kind(
            "an alert, a byte every 100 ms, later than the deadline",
            NO_TLS,
            answer(|_| Answer::Slowly(alert(2, 70), Duration::from_millis(100))),
            SAYS_NOTHING,
        )
        .within("300ms"),
        kind(
            "half an alert, then close",
            NO_TLS,
            answer(|_| Answer::LastBytes(vec![21, 3, 3, 0, 2, 2])),
            SAYS_NOTHING,
        ),
        kind(
            "half an alert, then reset",
            NO_TLS,
            answer(|_| Answer::BytesAndReset(vec![21, 3, 3, 0, 2, 2])),
            SAYS_NOTHING,
        ),
        kind(
            "half an alert, then silence",
            NO_TLS,
            answer(|_| Answer::Bytes(vec![21, 3, 3, 0, 2, 2])),
            SAYS_NOTHING,
        )
        .within("300ms"),
        kind(
            "an alert of one byte, then close",
            NO_TLS,
            answer(|_| Answer::LastBytes(record(21, &[2]))),
            SAYS_NOTHING,
        ),
        kind(
            "half a record header, then close",
            NO_TLS,
            answer(|_| Answer::LastBytes(vec![22, 3])),
            REFUSES_ALL,
        ),
        kind(
            "half a record header, then reset",
            NO_TLS,
            answer(|_| Answer::BytesAndReset(vec![22, 3])),
            REFUSES_ALL,
        ),
        kind(
            "half a record header, then silence",
            NO_TLS,
            answer(|_| Answer::Bytes(vec![22, 3])),
            SAYS_NOTHING,
        )
        .within("300ms"),
        kind(
            "a record header, then close",
            NO_TLS,
            answer(|_| Answer::LastBytes(vec![22, 3, 3, 0, 80])),
            REFUSES_ALL,
        ),
        kind(
            "a record header, then silence",
            NO_TLS,
            answer(|_| Answer::Bytes(vec![22, 3, 3, 0, 80])),
            SAYS_NOTHING,
        )
        .within("300ms"),
        kind("empty record, then close", NO_TLS, answer(|_| Answer::LastBytes(record(22, &[]))), REFUSES_ALL),
        kind("empty record, then silence", NO_TLS, answer(|_| Answer::Bytes(record(22, &[]))), SAYS_NOTHING)
            .within("300ms"),
        kind(
            "port closed in the middle of a run",
            greets(&[TLS12]).telling(),
            greeting(&[TLS12]),
            "+ ++++-+ **-- + F -",
        )
        .living(1),
    ]
}
