//! Something before a server that resets hellos, or lets them wait, by what has nothing to do with their
//! version.

use crate::behaviour::{Answer, answer, healthy_answer, served};
use crate::hello::{ClientHello, SSL3, TLS10, TLS11, TLS12, TLS13, alert};
use crate::kind::{Kind, Truth, greets, kind, serves};
use crate::peer::Behaviour;
use crate::question::{QUESTIONS, Question};

use super::throttles::IMPATIENT;

/// Whether a hello is let through.
type Lets = fn(&ClientHello) -> bool;

const OLD: &[u16] = &[SSL3, TLS10, TLS11, TLS12];
const NEW: &[u16] = &[TLS12, TLS13];

/// Which versions are hidden by something from those who say hello as the gate does in all of its hellos.
#[derive(Clone, Copy)]
struct Hidden {
    /// Of a server of SSL 3.0 to TLS 1.2.
    old: &'static [u16],
    /// Of a server of TLS 1.2 and 1.3.
    new: &'static [u16],
}

const NOTHING: Hidden = Hidden { old: &[], new: &[] };
const TLS_1_3: Hidden = Hidden { old: &[], new: &[TLS13] };

/// What has been seen in front of servers.
const CHOOSY: [(&str, Hidden, Lets); 18] = [
    ("hellos below 512 bytes", NOTHING, |hello| hello.length >= 512),
    ("hellos of 256 to 511 bytes", NOTHING, |hello| !(256..512).contains(&hello.length)),
    ("hellos above 255 bytes", TLS_1_3, |hello| hello.length <= 255),
    ("hellos above 511 bytes", TLS_1_3, |hello| hello.length <= 511),
    ("hellos above 1,024 bytes", NOTHING, |hello| hello.length <= 1024),
    ("hellos without a name", NOTHING, |hello| hello.is_named),
    ("hellos with a name", TLS_1_3, |hello| !hello.is_named),
    ("hellos with a session id", NOTHING, |hello| hello.session_id.is_empty()),
    ("hellos without a session id", NOTHING, |hello| !hello.session_id.is_empty()),
    ("more than 16 suites", NOTHING, |hello| hello.suites.len() <= 16),
    ("more than 32 suites", NOTHING, |hello| hello.suites.len() <= 32),
    ("more than 64 suites", NOTHING, |hello| hello.suites.len() <= 64),
    ("fewer than 20 suites", NOTHING, |hello| hello.suites.len() >= 20),
    ("hellos without the signal of renegotiation", NOTHING, |hello| hello.suites.contains(&0x00ff)),
    ("the signal of renegotiation", NOTHING, |hello| !hello.suites.contains(&0x00ff)),
    ("hellos without extensions", NOTHING, |hello| hello.ssl2 || !hello.extensions.is_empty()),
    ("more than 6 groups", NOTHING, |hello| hello.groups.len() <= 6),
    ("hellos in the form of SSL 2.0", NOTHING, |hello| !hello.ssl2),
];

/// The extensions of today's hellos.
const EXTENSIONS: [(u16, Hidden); 14] = [
    (0, TLS_1_3),
    (5, NOTHING),
    (10, TLS_1_3),
    (11, TLS_1_3),
    (13, TLS_1_3),
    (16, NOTHING),
    (18, NOTHING),
    (21, TLS_1_3),
    (22, NOTHING),
    (23, TLS_1_3),
    (35, NOTHING),
    (43, TLS_1_3),
    (45, TLS_1_3),
    (51, TLS_1_3),
];

/// How a hello is turned away.
#[derive(Clone, Copy)]
enum Turned {
    Reset,
    Alert(u8),
    Silence,
}

/// What an old server hides must never pass as refused, and that is all that can be said.
const HIDES: &str = "- *----* **-- - F -";
/// Nothing old is there; the rest depends on which hello is let through.
const NOTHING_OLD: &str = "+ ++++-- **** * F -";

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, hidden, lets) in CHOOSY {
        for (how, turned) in [("resets", Turned::Reset), ("alert 40 to", Turned::Alert(40))] {
            kinds.push(old(&format!("{how} {name}"), hidden, lets, turned));
        }
        kinds.push(new(name, hidden, lets));
    }
    for (name, hidden, lets) in CHOOSY.into_iter().take(6) {
        kinds.push(old(&format!("swallows {name}"), hidden, lets, Turned::Silence));
    }
    for (code, hidden) in EXTENSIONS {
        let lets = move |hello: &ClientHello| !hello.extensions.contains(&code);
        kinds.push(old(&format!("resets extension {code}"), hidden, lets, Turned::Reset));
        kinds.push(new(&format!("extension {code}"), hidden, lets));
    }
    kinds.push(old(
        "resets hellos with extensions",
        NOTHING,
        |hello| hello.extensions.is_empty(),
        Turned::Reset,
    ));
    kinds
        .push(new("records of another version than TLS 1.0", NOTHING, |hello| hello.record_version == TLS10));
    kinds.extend(versions());
    kinds
}

/// Intolerant of what is newer than they are: it is not spoken, and whoever offers it is cut off.
fn versions() -> Vec<Kind> {
    let too_new = |newest: u16| {
        move |hello: &ClientHello| {
            hello.version <= newest && (newest > TLS12 || !hello.versions.contains(&TLS13))
        }
    };
    let kind_of = |name: &str, spoken: &'static [u16], newest, letters: &str| {
        let lets = too_new(newest);
        kind(name, Truth { tells: false, ..greets(spoken) }, before(spoken, lets, Turned::Reset), letters)
    };
    vec![
        kind_of("resets hellos of TLS 1.3; SSL 3.0 to TLS 1.2", OLD, TLS12, "F PFFFF+ PoFF F F -"),
        kind_of(
            "resets hellos of TLS 1.2 and newer; SSL 3.0 to TLS 1.1",
            &[SSL3, TLS10, TLS11],
            TLS11,
            "F PFFFPP FFFF F F -",
        ),
        kind_of(
            "resets hellos of TLS 1.1 and newer; SSL 3.0 and TLS 1.0",
            &[SSL3, TLS10],
            TLS10,
            "F PFFPPP FFFF F F -",
        ),
    ]
}

fn old(
    name: &str,
    hidden: Hidden,
    lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static,
    turned: Turned,
) -> Kind {
    let truth = greets(OLD).at_times(hidden.old);
    let letters = and_hidden(HIDES, hidden.old);
    kind(format!("{name}; SSL 3.0 to TLS 1.2"), truth, before(OLD, lets, turned), &letters).within(IMPATIENT)
}

fn new(name: &str, hidden: Hidden, lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static) -> Kind {
    let truth = serves(NEW).at_times(hidden.new);
    let letters = and_hidden(NOTHING_OLD, hidden.new);
    let behaviour = answer(move |hello| if lets(hello) { served(hello, NEW) } else { Answer::Reset });
    kind(format!("resets {name}; TLS 1.2 and 1.3"), truth, behaviour, &letters).within(IMPATIENT)
}

/// Of what is hidden nobody knows whether it is refused.
fn and_hidden(letters: &str, hidden: &[u16]) -> String {
    let mut letters: Vec<char> = letters.chars().filter(|letter| *letter != ' ').collect();
    for version in hidden {
        let index = QUESTIONS.iter().position(|it| *it == Question::Refused(*version)).unwrap();
        letters[index] = '*';
    }
    letters.into_iter().collect()
}

/// A server behind something that turns hellos away.
fn before(
    spoken: &'static [u16],
    lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static,
    turned: Turned,
) -> Behaviour {
    answer(move |hello| match (lets(hello), turned) {
        (true, _) => healthy_answer(hello, spoken),
        (false, Turned::Reset) => Answer::Reset,
        (false, Turned::Silence) => Answer::Silence,
        (false, Turned::Alert(description)) => Answer::LastBytes(alert(2, description)),
    })
}
