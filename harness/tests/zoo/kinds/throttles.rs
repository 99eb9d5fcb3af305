//! Servers that change in the middle of a run.

use crate::behaviour::{Answer, answer, by_number, crowded, healthy, healthy_answer, throttled, until};
use crate::first_flight::{ClientHello, SSL3, TLS10, TLS11, TLS12, alert};
use crate::peer::Behaviour;
use crate::table::{Row, always_alert, row};

/// Something before a server that resets hellos by what has nothing to do with their version.
pub(crate) fn choosy() -> Vec<Row> {
    const BEHIND: &[u16] = &[SSL3, TLS10, TLS11, TLS12];
    let before = |lets: fn(&ClientHello) -> bool| {
        answer(move |hello| if lets(hello) { healthy_answer(hello, BEHIND) } else { Answer::Reset })
    };
    vec![
        row("resets_hellos_below_512_bytes", before(|hello| hello.length >= 512), ('F', "*FFFF*", '*', 'F')),
        row("resets_hellos_above_511_bytes", before(|hello| hello.length < 512), ('F', "*FFFF*", '*', 'F')),
        row("resets_hellos_without_a_name", before(|hello| hello.is_named), ('F', "*FFFF*", 'P', 'F')),
        row(
            "resets_hellos_with_a_session_id",
            before(|it| it.session_id.is_empty()),
            ('F', "*FFFF*", 'P', 'F'),
        ),
        row("resets_hellos_without_one", before(|it| !it.session_id.is_empty()), ('F', "*FFFF*", 'P', 'F')),
    ]
}

/// What is behind these accepts SSL 3.0 to TLS 1.2. What is not seen of that must never pass as refused.
pub(crate) fn unsteady() -> Vec<Row> {
    const BEHIND: &[u16] = &[SSL3, TLS10, TLS11, TLS12];
    let no_false_pass = ('-', "*----*", '*', '*');
    // A server that answers at random can refuse whatever little it is asked: only the answers to many
    // hellos, as for a whole range, are beyond chance.
    let by_chance = ('-', "******", '*', '*');
    let one_of_three =
        |name, instead| row(name, by_number(|n| n % 3 == 1, instead, healthy(BEHIND)), by_chance);
    let mut rows = vec![
        one_of_three("one_of_three_is_reset", answer(|_| Answer::Reset)),
        one_of_three("one_of_three_is_closed", answer(|_| Answer::Close)),
        one_of_three("one_of_three_gets_alert_40", always_alert(40)),
        one_of_three("one_of_three_is_silent", answer(|_| Answer::Silence)).within("500ms"),
    ];
    for count in [1, 2, 3, 4, 5, 6, 8, 10, 12, 16] {
        let reset = answer(|_| Answer::Reset);
        rows.push(row(
            format!("resets_above_{count}_a_second"),
            throttled(count, healthy(BEHIND)),
            no_false_pass,
        ));
        rows.push(row(format!("resets_after_{count}"), until(count, healthy(BEHIND), reset), no_false_pass));
        rows.push(row(
            format!("alert_80_after_{count}"),
            until(count, healthy(BEHIND), always_alert(80)),
            no_false_pass,
        ));
        rows.push(row(format!("port_closed_after_{count}"), healthy(BEHIND), no_false_pass).living(count));
    }
    // One that bears as many as the gate opens at a time is left out: whether it has seen the end of one
    // before the next begins is chance.
    for count in [1, 2, 4] {
        for (name, old) in [("strongly", refuse_strongly as fn() -> Answer), ("by_closing", || Answer::Close)]
        {
            rows.push(row(
                format!("at_most_{count}_at_a_time_and_refuses_{name}"),
                crowded(count, only_tls10_and_tls12(old)),
                ('-', "**-*-*", '*', '*'),
            ));
        }
    }
    rows
}

fn refuse_strongly() -> Answer {
    Answer::LastBytes(alert(2, 70))
}

/// Speaks TLS 1.0 and 1.2, and answers `old` to other old versions.
fn only_tls10_and_tls12(old: fn() -> Answer) -> Behaviour {
    answer(move |hello| match hello.version {
        TLS10 | TLS12 => healthy_answer(hello, &[TLS10, TLS12]),
        _ => old(),
    })
}
