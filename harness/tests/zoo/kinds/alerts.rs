//! Servers that answer by alerts: all of them, to all hellos or to those of old versions.

use crate::behaviour::{Answer, answer, healthy_but};
use crate::hello::{TLS12, alert, record};
use crate::kind::{Kind, NO_TLS, kind, serves};
use crate::peer::Behaviour;

use super::unavailable::{REFUSES_ALL, SAYS_NOTHING};

/// Those that refuse weakly: it may be the cipher suites, the name of the version only with `protocol_version`.
const WEAK: [u8; 8] = [40, 71, 47, 50, 80, 86, 109, 120];

/// This fatal alert to every hello.
pub(crate) fn always_alert(description: u8) -> Behaviour {
    answer(move |_| Answer::LastBytes(alert(2, description)))
}

/// Every description there can be, fatal: to all hellos, and to the old ones of a server of TLS 1.2.
pub(super) fn every_fatal_one() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for description in 0..=255 {
        let refuses = description == 70 || WEAK.contains(&description);
        let (to_all, to_old) = match description {
            70 => ("I ...... .F.. . . .", "P ..P... .... . . ."),
            _ if refuses => ("I ...... .F.. . . .", "P ..P... .... . . ."),
            // SSL 2.0 has no alerts, so whichever comes refuses it.
            _ => ("I ...... .I.. . . .", "I ..I... .... . . ."),
        };
        let truth = if description == 70 { serves(&[TLS12]) } else { serves(&[TLS12]).untold() };
        kinds.push(
            kind(format!("fatal alert {description} to all"), NO_TLS, always_alert(description), to_all)
                .swept(),
        );
        kinds.push(
            kind(
                format!("fatal alert {description} to what is older than TLS 1.2"),
                truth,
                healthy_but(move |_| Answer::LastBytes(alert(2, description))),
                to_old,
            )
            .swept(),
        );
    }
    kinds
}

/// Every description there can be, as a warning: it is no answer.
pub(super) fn every_warning() -> Vec<Kind> {
    let silence = (0..=255).map(|description| {
        kind(
            format!("warning {description} to all, then silence"),
            NO_TLS,
            answer(move |_| Answer::Bytes(alert(1, description))),
            "I ...... .I.. . . .",
        )
        .within("400ms")
        .swept()
    });
    let served = (0..=255).map(|description| {
        kind(
            format!("warning {description} to all, then the answer of TLS 1.2"),
            serves(&[TLS12]).unfinished(),
            super::lawful::preceded_by(alert(1, description)),
            "P ...... .P.. . . .",
        )
        .swept()
    });
    silence.chain(served).collect()
}

/// Odd alerts, with all questions.
pub(super) fn odd_ones() -> Vec<Kind> {
    let last = |bytes: Vec<u8>| answer(move |_| Answer::LastBytes(bytes.clone()));
    let to_old = |bytes: Vec<u8>| healthy_but(move |_| Answer::LastBytes(bytes.clone()));
    let modern = serves(&[TLS12]).untold();
    // What breaks the protocol refuses nothing.
    let old_unclear = "I IIIIFP PPPP I F -";
    let mut kinds = vec![
        kind(
            "alert 70 to all, and resets",
            NO_TLS,
            answer(|_| Answer::BytesAndReset(alert(2, 70))),
            REFUSES_ALL,
        ),
        kind(
            "two alerts: a warning, then 70",
            NO_TLS,
            last([alert(1, 90), alert(2, 70)].concat()),
            REFUSES_ALL,
        ),
        kind("two alerts: 70, then 40", NO_TLS, last([alert(2, 70), alert(2, 40)].concat()), REFUSES_ALL),
        kind(
            "two alerts in one record: a warning, then 70",
            NO_TLS,
            last(record(21, &[1, 112, 2, 70])),
            REFUSES_ALL,
        ),
        kind(
            "alert 70 in two records",
            NO_TLS,
            last([record(21, &[2]), record(21, &[70])].concat()),
            REFUSES_ALL,
        ),
        kind("alert of three bytes", NO_TLS, last(record(21, &[2, 70, 0])), REFUSES_ALL),
        kind("empty alert, then close", NO_TLS, last(record(21, &[])), REFUSES_ALL),
        kind("encrypted alert", NO_TLS, last(record(21, &[0x5a; 26])), REFUSES_ALL),
        kind("close_notify and close", NO_TLS, last(alert(1, 0)), REFUSES_ALL),
        kind("fatal close_notify and close", NO_TLS, last(alert(2, 0)), SAYS_NOTHING),
        kind("warning 70 and close", NO_TLS, last(alert(1, 70)), REFUSES_ALL),
        kind("warning 40 and close", NO_TLS, last(alert(1, 40)), REFUSES_ALL),
        kind(
            "half an alert to what is older",
            modern,
            to_old(vec![21, 3, 1, 0, 2, 2]),
            "I IIIIFP PPPP I F -",
        ),
        kind("warning 70 and close to what is older", modern, to_old(alert(1, 70)), "P PPPPFP PPPP F F -"),
        kind(
            "two alerts to what is older: a warning, then 70",
            modern.telling(),
            to_old([alert(1, 112), alert(2, 70)].concat()),
            "P PPPPFP PPPP P F -",
        ),
        kind(
            "alert 70 with other record versions",
            serves(&[TLS12]),
            to_old(vec![21, 3, 0, 0, 2, 2, 70]),
            "P PPPPFP PPPP P F -",
        ),
    ];
    for level in [0, 3, 4, 70, 127, 255] {
        kinds.push(kind(
            format!("alert 70 of level {level} to all"),
            NO_TLS,
            last(alert(level, 70)),
            REFUSES_ALL,
        ));
        kinds.push(kind(
            format!("alert 70 of level {level} to what is older"),
            modern,
            to_old(alert(level, 70)),
            old_unclear,
        ));
    }
    kinds
}

/// The alerts that servers send, with all questions.
pub(super) fn usual_ones() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for description in [0, 10, 20, 40, 42, 46, 47, 49, 50, 70, 71, 80, 86, 90, 109, 112, 116, 120] {
        let refuses = description == 70 || WEAK.contains(&description);
        let (to_all, to_old) = match description {
            70 => (REFUSES_ALL, "P PPPPFP PPPP P F -"),
            _ if refuses => (REFUSES_ALL, "P PPPPFP PPPP F F -"),
            _ => (SAYS_NOTHING, "I PIIIFP PPPP I F -"),
        };
        let truth = if description == 70 { serves(&[TLS12]) } else { serves(&[TLS12]).untold() };
        kinds.push(kind(format!("alert {description} to all"), NO_TLS, always_alert(description), to_all));
        kinds.push(kind(
            format!("alert {description} to what is older"),
            truth,
            healthy_but(move |_| Answer::LastBytes(alert(2, description))),
            to_old,
        ));
    }
    kinds
}
