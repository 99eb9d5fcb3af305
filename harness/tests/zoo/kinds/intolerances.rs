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

/// What has been seen in front of servers.
const CHOOSY: [(&str, Lets); 19] = [
    ("hellos below 512 bytes", |hello| hello.length >= 512),
    ("hellos of 256 to 511 bytes", |hello| !(256..512).contains(&hello.length)),
    ("hellos above 255 bytes", |hello| hello.length <= 255),
    ("hellos above 511 bytes", |hello| hello.length <= 511),
    ("hellos above 1,024 bytes", |hello| hello.length <= 1024),
    ("hellos without a name", |hello| hello.is_named),
    ("hellos with a name", |hello| !hello.is_named),
    ("hellos with a session id", |hello| hello.session_id.is_empty()),
    ("hellos without a session id", |hello| !hello.session_id.is_empty()),
    ("more than 16 suites", |hello| hello.suites.len() <= 16),
    ("more than 32 suites", |hello| hello.suites.len() <= 32),
    ("more than 64 suites", |hello| hello.suites.len() <= 64),
    ("fewer than 20 suites", |hello| hello.suites.len() >= 20),
    ("hellos without the signal of renegotiation", |hello| hello.suites.contains(&0x00ff)),
    ("the signal of renegotiation", |hello| !hello.suites.contains(&0x00ff)),
    ("hellos without extensions", |hello| hello.ssl2 || !hello.extensions.is_empty()),
    ("hellos with extensions", |hello| hello.extensions.is_empty()),
    ("more than 6 groups", |hello| hello.groups.len() <= 6),
    ("hellos in the form of SSL 2.0", |hello| !hello.ssl2),
];

/// The extensions of today's hellos.
const EXTENSIONS: [u16; 14] = [0, 5, 10, 11, 13, 16, 18, 21, 22, 23, 35, 43, 45, 51];

/// How a hello is turned away.
#[derive(Clone, Copy)]
enum Turned {
    Reset,
    Alert(u8),
    Silence,
}

/// What an old server hides must never pass as refused, and that is all that can be said.
const HIDES: &str = "- *----* **-- - F -";
/// The same where the hello of SSL 3.0, which has no extensions, is let through: it is a control, and newer versions
/// refuse all that is offered. Whether they are there for others is not asked.
const HIDES_FROM_NAMED: &str = "- *-...* **-- - F -";
/// Nothing old is there; the rest depends on which hello is let through.
const NOTHING_OLD: &str = "+ ++++-- **** * F -";
/// The same where every hello with TLS 1.3 is turned away, as none could do without what is not borne.
const NO_HELLO_OF_13: &str = "+ ++++-. **** * F -";

pub(super) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, lets) in CHOOSY {
        for (how, turned) in [("resets", Turned::Reset), ("alert 40 to", Turned::Alert(40))] {
            kinds.push(old(format!("{how} {name}; SSL 3.0 to TLS 1.2"), lets, turned));
        }
        kinds
            .push(old(format!("swallows {name}; SSL 3.0 to TLS 1.2"), lets, Turned::Silence).within("300ms"));
        // Without extensions there is neither TLS 1.3 nor the other side's key exchange.
        if name != "hellos with extensions" {
            kinds.push(new(format!("resets {name}; TLS 1.2 and 1.3"), NEW, lets));
        }
    }
    for code in EXTENSIONS {
        let lets = move |hello: &ClientHello| !hello.extensions.contains(&code);
        kinds.push(old(format!("resets extension {code}; SSL 3.0 to TLS 1.2"), lets, Turned::Reset));
        // TLS 1.3 is not spoken without the version and a share.
        let spoken: &[u16] = if [43, 51].contains(&code) { &[TLS12] } else { NEW };
        kinds.push(new(format!("resets extension {code}; TLS 1.2 and 1.3"), spoken, lets));
    }
    kinds.push(new(
        "resets records of another version than TLS 1.0; TLS 1.2 and 1.3".to_owned(),
        NEW,
        |hello| hello.record_version == TLS10,
    ));
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

fn old(name: String, lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static, turned: Turned) -> Kind {
    let letters = if [" a name", "with extensions", " 0;", " 10;", " 11;", " 13;", " 23;"]
        .iter()
        .any(|it| name.contains(it))
        && !name.contains("without a name")
    {
        HIDES_FROM_NAMED
    } else {
        HIDES
    };
    kind(name, greets(OLD), before(OLD, lets, turned), letters)
}

fn new(
    name: String,
    spoken: &'static [u16],
    lets: impl Fn(&ClientHello) -> bool + Send + Sync + 'static,
) -> Kind {
    let behaviour = answer(move |hello| if lets(hello) { served(hello, spoken) } else { Answer::Reset });
    let is_in_all = ["above 255", "above 511", " 21;", " 23;", " 45;"].iter().any(|it| name.contains(it));
    let letters = match spoken.contains(&TLS13) {
        true if is_in_all => NO_HELLO_OF_13,
        true => NOTHING_OLD,
        false => "+ ++++-+ **** * F -",
    };
    kind(name, serves(spoken), behaviour, letters)
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
