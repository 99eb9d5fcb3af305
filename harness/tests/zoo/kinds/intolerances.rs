//! Something before a server that resets hellos, or lets them wait, by what has nothing to do with their
//! version.

use crate::behaviour::{Answer, answer, healthy_answer, served};
use crate::hello::{ClientHello, SSL3, TLS10, TLS11, TLS12, TLS13, alert};
use crate::kind::{Kind, Truth, greets, kind, serves};
use crate::peer::Behaviour;

/// Whether a hello is let through.
type Lets = fn(&ClientHello) -> bool;

const OLD: &[u16] = &[SSL3, TLS10, TLS11, TLS12];
const NEW: &[u16] = &[TLS12, TLS13];

/// Which versions cannot be spoken with by those who say hello as everybody does.
#[derive(Clone, Copy, PartialEq)]
enum Shut {
    Nothing,
    /// All from TLS 1.0 on, whose hellos have what is turned away: a client of SSL 3.0 is let through.
    Tls,
    /// TLS 1.3.
    Tls13,
}

/// What has been seen in front of servers.
const CHOOSY: [(&str, Shut, Lets); 18] = [
    ("hellos below 512 bytes", Shut::Nothing, |hello| hello.length >= 512),
    ("hellos of 256 to 511 bytes", Shut::Nothing, |hello| !(256..512).contains(&hello.length)),
    ("hellos above 255 bytes", Shut::Tls13, |hello| hello.length <= 255),
    ("hellos above 511 bytes", Shut::Tls13, |hello| hello.length <= 511),
    ("hellos above 1,024 bytes", Shut::Nothing, |hello| hello.length <= 1024),
    ("hellos without a name", Shut::Nothing, |hello| hello.is_named),
    ("hellos with a name", Shut::Tls, |hello| !hello.is_named),
    ("hellos with a session id", Shut::Nothing, |hello| hello.session_id.is_empty()),
    ("hellos without a session id", Shut::Nothing, |hello| !hello.session_id.is_empty()),
    ("more than 16 suites", Shut::Nothing, |hello| hello.suites.len() <= 16),
    ("more than 32 suites", Shut::Nothing, |hello| hello.suites.len() <= 32),
    ("more than 64 suites", Shut::Nothing, |hello| hello.suites.len() <= 64),
    ("fewer than 20 suites", Shut::Nothing, |hello| hello.suites.len() >= 20),
    ("hellos without the signal of renegotiation", Shut::Nothing, |hello| hello.suites.contains(&0x00ff)),
    ("the signal of renegotiation", Shut::Nothing, |hello| !hello.suites.contains(&0x00ff)),
    ("hellos without extensions", Shut::Nothing, |hello| hello.ssl2 || !hello.extensions.is_empty()),
    ("more than 6 groups", Shut::Nothing, |hello| hello.groups.len() <= 6),
    ("hellos in the form of SSL 2.0", Shut::Nothing, |hello| !hello.ssl2),
];

/// The extensions of today's hellos.
const EXTENSIONS: [(u16, Shut); 14] = [
    (0, Shut::Tls),
    (5, Shut::Nothing),
    (10, Shut::Tls),
    (11, Shut::Tls),
    (13, Shut::Tls),
    (16, Shut::Nothing),
    (18, Shut::Nothing),
    (21, Shut::Tls13),
    (22, Shut::Nothing),
    (23, Shut::Tls),
    (35, Shut::Nothing),
    (43, Shut::Tls13),
    (45, Shut::Tls13),
    (51, Shut::Tls13),
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
/// The same; whether a version is refused that is there for those alone who say hello as nobody does is not asked.
const HIDES_TLS: &str = "- *-...* **-- - F -";
/// Nothing old is there; the rest depends on which hello is let through.
const NOTHING_OLD: &str = "+ ++++-- **** * F -";
/// The same without that question for TLS 1.3.
const NOTHING_OLD_BUT_13: &str = "+ ++++-. **** * F -";

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, shut, lets) in CHOOSY {
        for (how, turned) in [("resets", Turned::Reset), ("alert 40 to", Turned::Alert(40))] {
            kinds.push(old(&format!("{how} {name}"), shut, lets, turned));
        }
        kinds.push(new(name, shut, lets));
    }
    for (name, shut, lets) in CHOOSY.into_iter().take(6) {
        kinds.push(old(&format!("swallows {name}"), shut, lets, Turned::Silence).within("300ms"));
    }
    for (code, shut) in EXTENSIONS {
        let lets = move |hello: &ClientHello| !hello.extensions.contains(&code);
        kinds.push(old(&format!("resets extension {code}"), shut, lets, Turned::Reset));
        kinds.push(new(&format!("extension {code}"), shut, lets));
    }
    kinds.push(old(
        "resets hellos with extensions",
        Shut::Tls,
        |hello| hello.extensions.is_empty(),
        Turned::Reset,
    ));
    kinds.push(new("records of another version than TLS 1.0", Shut::Nothing, |hello| {
        hello.record_version == TLS10
    }));
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
    shut: Shut,
    lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static,
    turned: Turned,
) -> Kind {
    let letters = if shut == Shut::Tls { HIDES_TLS } else { HIDES };
    kind(format!("{name}; SSL 3.0 to TLS 1.2"), greets(OLD), before(OLD, lets, turned), letters)
}

fn new(name: &str, shut: Shut, lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static) -> Kind {
    let letters = if shut == Shut::Nothing { NOTHING_OLD } else { NOTHING_OLD_BUT_13 };
    let behaviour = answer(move |hello| if lets(hello) { served(hello, NEW) } else { Answer::Reset });
    kind(format!("resets {name}; TLS 1.2 and 1.3"), serves(NEW), behaviour, letters)
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
