//! Servers that bear only so much, or change in the middle of a run. Which connection it is that they cut off
//! is luck; that what they hide passes as refused must never be.

use crate::behaviour::{
    Answer, answer, by_number, crowded, healthy_answer, late_reset, served, serving, throttled, until,
};
use crate::hello::{SSL3, TLS10, TLS11, TLS12, TLS13, alert};
use crate::kind::{Kind, Truth, kind, serves};
use crate::peer::Behaviour;

use super::alerts::always_alert;

const OLD: &[u16] = &[SSL3, TLS10, TLS11, TLS12];
const NEW: &[u16] = &[TLS12, TLS13];

/// Whoever cuts connections off is asked again at a pace that depends on the deadline, which nobody need wait for
/// here: all that must hold is what must never pass.
pub(super) const IMPATIENT: &str = "100ms";

/// What a back end does that is out of order.
type Instead = (&'static str, fn() -> Behaviour);

/// What is refused may be told so, as long as nothing of it is there.
const HIDES: &str = "- *----* **** - . -";
/// Nothing old is there: that it fails would be wrong, and that nobody could tell is the truth.
const NOTHING_OLD: &str = "+ ++++-- **** * . -";

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    let old = [1, 2, 3, 5, 8, 12, 20].map(|count| (count, "SSL 3.0 to TLS 1.2", OLD, HIDES));
    let new = [1, 5, 12].map(|count| (count, "TLS 1.2 and 1.3", NEW, NOTHING_OLD));
    for (count, words, spoken, letters) in old.into_iter().chain(new) {
        let reset = || answer(|_| Answer::Reset);
        let kinds_of_it: [(&str, Behaviour); 5] = [
            ("resets above N a second", throttled(count, serving(spoken))),
            ("resets after N", until(count, serving(spoken), reset())),
            ("alert 80 after N", until(count, serving(spoken), always_alert(80))),
            ("alert 40 after N", until(count, serving(spoken), always_alert(40))),
            ("answers N, and resets the others late", until(count, serving(spoken), late_reset())),
        ];
        for (name, behaviour) in kinds_of_it {
            let name = name.replace('N', &count.to_string());
            kinds.push(kind(format!("{name}; {words}"), truth(spoken), behaviour, letters));
        }
        // The first connection finds that it is there.
        let letters = letters.replace('.', "F");
        let name = format!("port closed after {count}; {words}");
        kinds.push(kind(name, truth(spoken), serving(spoken), &letters).living(count));
    }
    kinds.extend(silent_ones());
    let mut kinds: Vec<Kind> = kinds.into_iter().map(|kind| kind.within(IMPATIENT)).collect();
    // One that bears as many as the gate opens at a time is left out: whether it has seen the end of one
    // before the next begins is chance.
    for count in [1, 2, 4] {
        for (name, old) in [("strongly", refuse_strongly as fn() -> Answer), ("by closing", || Answer::Close)]
        {
            let kind = kind(
                format!("at most {count} at a time; TLS 1.0 and 1.2, and refuses {name}"),
                truth(&[TLS10, TLS12]),
                crowded(count, only_tls10_and_tls12(old)),
                "- **-*-* **** - . -",
            );
            // Longer than each connection lasts there.
            kinds.push(kind.within("2s"));
        }
    }
    kinds.into_iter().map(Kind::counting).collect()
}

fn silent_ones() -> impl Iterator<Item = Kind> {
    [1, 4, 8].into_iter().flat_map(|count| {
        [("SSL 3.0 to TLS 1.2", OLD, HIDES), ("TLS 1.2 and 1.3", NEW, NOTHING_OLD)].map(
            |(words, spoken, letters)| {
                let silent = answer(|_| Answer::Silence);
                kind(
                    format!("silent after {count}; {words}"),
                    truth(spoken),
                    until(count, serving(spoken), silent),
                    letters,
                )
            },
        )
    })
}

/// Those that are refused are told so, as long as anybody is told anything.
fn truth(spoken: &'static [u16]) -> Truth {
    Truth { tells: !spoken.contains(&TLS10), ..serves(spoken) }
}

/// Pools of servers behind one address that differ, and servers that are out of order now and then.
pub(super) fn pools() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (every, words) in [(2, "every other"), (3, "one of three"), (5, "one of five")] {
        let instead: [Instead; 4] = [
            ("resets", || answer(|_| Answer::Reset)),
            ("closes", || answer(|_| Answer::Close)),
            ("alert 40", || always_alert(40)),
            ("alert 80", || always_alert(80)),
        ];
        for (what, instead) in instead {
            for (speaks, spoken, letters) in
                [("SSL 3.0 to TLS 1.2", OLD, HIDES), ("TLS 1.2 and 1.3", NEW, NOTHING_OLD)]
            {
                let kind = kind(
                    format!("{words} connection: {what}; {speaks}"),
                    truth(spoken),
                    by_number(move |number| number % every == 1, instead(), serving(spoken)),
                    letters,
                );
                kinds.push(kind.within(IMPATIENT));
            }
        }
    }
    for (every, words) in [(2, "every other"), (3, "one of three"), (5, "one of five")] {
        let mixed = |old: &'static [u16], new: &'static [u16]| {
            by_number(move |number| number % every == 1, serving(old), serving(new))
        };
        kinds.push(kind(
            format!("{words} speaks TLS 1.0 too; the others TLS 1.2 and 1.3"),
            serves(&[TLS10, TLS12, TLS13]).untold().at_times(&[TLS10]),
            mixed(&[TLS10, TLS12, TLS13], NEW),
            "* ++*+-- PPPP * . -",
        ));
        kinds.push(kind(
            format!("{words} speaks TLS 1.0 alone; the others TLS 1.2 and 1.3"),
            serves(&[TLS10, TLS12, TLS13]).untold().at_times(&[TLS10, TLS12, TLS13]),
            mixed(&[TLS10], NEW),
            "* ++*+** **** * . -",
        ));
        kinds.push(kind(
            format!("{words} speaks TLS 1.2 alone; the others TLS 1.2 and 1.3"),
            serves(NEW).at_times(&[TLS13]),
            mixed(&[TLS12], NEW),
            "P PPPPF* PPPP P . -",
        ));
    }
    kinds.into_iter().map(Kind::counting).collect()
}

fn refuse_strongly() -> Answer {
    Answer::LastBytes(alert(2, 70))
}

/// Speaks TLS 1.0 and 1.2, and answers `old` to other old versions.
fn only_tls10_and_tls12(old: fn() -> Answer) -> Behaviour {
    answer(move |hello| match hello.version {
        TLS10 => healthy_answer(hello, &[TLS10, TLS12]),
        TLS12 => served(hello, &[TLS10, TLS12]),
        _ => old(),
    })
}
