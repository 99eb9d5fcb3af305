//! One kind of peer: what it does, what is true of it, and the verdict that each question must get.

use crate::hello::{SSL2, SSL3, TLS10, TLS11, TLS12, TLS13};
use crate::peer::Behaviour;
use crate::question::{QUESTIONS, Question};

/// A peer and its verdicts.
pub(crate) struct Kind {
    /// A fact about it.
    pub(crate) name: String,
    pub(crate) behaviour: Behaviour,
    /// What it really does for a client that bears with it.
    pub(crate) truth: Truth,
    /// A letter for each of [`QUESTIONS`], in their order.
    letters: Vec<char>,
    /// How many connections it takes before its port is closed.
    pub(crate) life: usize,
    /// The gate's deadline for each step. Short only where the gate has to wait for it.
    pub(crate) timeout: &'static str,
    /// Whether it is one of many that differ in a number: they are asked together.
    pub(crate) is_swept: bool,
    /// Whether what it does depends on the connections before: then most questions go to one of their own.
    pub(crate) counts: bool,
}

/// What is true of a peer, whether or not somebody can find out.
#[derive(Clone, Copy)]
pub(crate) struct Truth {
    /// The versions that it would speak with some client.
    pub(crate) versions: &'static [u16],
    /// Whether a client of TLS 1.0 or 1.1 is told so by the alert `protocol_version`.
    pub(crate) tells: bool,
    /// Whether handshakes of TLS 1.2 or 1.3 are finished with a certificate that is trusted.
    pub(crate) finishes: bool,
    /// Whether an HTTP request is then answered with status 200.
    pub(crate) answers_200: bool,
    /// Whether nobody listens.
    pub(crate) gone: bool,
    /// Those of the versions that only some connections, or some hellos, get.
    pub(crate) at_times: &'static [u16],
}

/// It speaks no TLS with anybody.
pub(crate) const NO_TLS: Truth =
    Truth { versions: &[], tells: false, finishes: false, answers_200: false, gone: false, at_times: &[] };

/// It answers hellos of these versions, and finishes no handshake.
pub(crate) const fn greets(versions: &'static [u16]) -> Truth {
    Truth { versions, ..NO_TLS }
}

/// It does all that a healthy server of these versions does; other versions are told so.
pub(crate) const fn serves(versions: &'static [u16]) -> Truth {
    Truth { versions, tells: true, finishes: true, answers_200: true, gone: false, at_times: &[] }
}

impl Truth {
    /// Old clients are turned away by something else than `protocol_version`.
    pub(crate) const fn untold(self) -> Truth {
        Truth { tells: false, ..self }
    }

    /// Old clients are told by `protocol_version`.
    pub(crate) const fn telling(self) -> Truth {
        Truth { tells: true, ..self }
    }

    /// No handshake comes to a trusted certificate.
    pub(crate) const fn unfinished(self) -> Truth {
        Truth { finishes: false, answers_200: false, ..self }
    }

    /// Only some connections, or some hellos, get these versions.
    pub(crate) const fn at_times(self, versions: &'static [u16]) -> Truth {
        Truth { at_times: versions, ..self }
    }

    /// It never answers with 200.
    pub(crate) const fn without_200(self) -> Truth {
        Truth { answers_200: false, ..self }
    }
}

/// How a property stands with a peer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Fact {
    /// It has it, and does enough that it can be proven.
    Holds,
    /// It refuses nobody, because it speaks with nobody: that proves nothing.
    Unproven,
    /// It depends on the connection, or on what else is in the hello.
    Differs,
    /// It has it not.
    Lacks,
}

/// A kind; the letters are the verdicts, blanks between them are left out: `P`assed, `F`ailed, `I`nconclusive;
/// where it is a matter of luck which of them comes first `-` for anything but passed, `+` for anything but
/// failed, `o` for anything but inconclusive, and `*` for any; `.` is a question
/// that is not asked.
pub(crate) fn kind(name: impl Into<String>, truth: Truth, behaviour: Behaviour, letters: &str) -> Kind {
    let name = name.into();
    let letters: Vec<char> = letters.chars().filter(|letter| *letter != ' ').collect();
    assert_eq!(letters.len(), QUESTIONS.len(), "letters of {name}");
    Kind { name, behaviour, truth, letters, life: usize::MAX, timeout: "20s", is_swept: false, counts: false }
}

impl Kind {
    /// With a short deadline, where the gate has to wait for it.
    pub(crate) fn within(self, timeout: &'static str) -> Kind {
        Kind { timeout, ..self }
    }

    /// Asked in one run with the others of its family.
    pub(crate) fn swept(self) -> Kind {
        Kind { is_swept: true, ..self }
    }

    /// For this many connections.
    pub(crate) fn living(self, life: usize) -> Kind {
        Kind { life, counts: true, ..self }
    }

    /// Asked few questions at a time.
    pub(crate) fn counting(self) -> Kind {
        Kind { counts: true, ..self }
    }

    /// The letter of the verdict on a question.
    pub(crate) fn letter(&self, question: Question) -> char {
        let index = QUESTIONS.iter().position(|known| *known == question).unwrap();
        self.letters[index]
    }

    /// All letters.
    pub(crate) fn letters(&self) -> &[char] {
        &self.letters
    }

    /// Whether what a question asks for is so.
    pub(crate) fn fact(&self, question: Question) -> Fact {
        let Truth { versions, tells, finishes, answers_200, gone, at_times } = self.truth;
        let speaks = |some: &[u16]| versions.iter().any(|version| some.contains(version));
        let refuses = |some: &[u16], and: bool| {
            let spoken = || versions.iter().filter(|version| some.contains(version));
            match (spoken().count(), and) {
                _ if versions.is_empty() => Fact::Unproven,
                (0, true) => Fact::Holds,
                (1.., _) if spoken().all(|version| at_times.contains(version)) => Fact::Differs,
                _ => Fact::Lacks,
            }
        };
        let holds = |is_so: bool| if is_so { Fact::Holds } else { Fact::Lacks };
        match question {
            Question::OldRefused => refuses(&[SSL2, SSL3, TLS10, TLS11], true),
            Question::Refused(version) => refuses(&[version], true),
            Question::Hello12 => holds(speaks(&[TLS12])),
            Question::Hello => holds(speaks(&[TLS12, TLS13])),
            Question::Handshake => holds(speaks(&[TLS12, TLS13]) && finishes),
            Question::Status200 => holds(speaks(&[TLS12, TLS13]) && answers_200),
            Question::Rfc8996 => refuses(&[TLS10, TLS11], tells),
            Question::Gone => holds(gone),
            Question::NoSuite => Fact::Lacks,
        }
    }
}

/// Whether a verdict is one of those that a letter stands for.
pub(crate) fn may_be(letter: char, verdict: &str) -> bool {
    match letter {
        'P' => verdict == "passed",
        'F' => verdict == "failed",
        'I' => verdict == "inconclusive",
        '-' => verdict != "passed",
        '+' => verdict != "failed",
        'o' => verdict != "inconclusive",
        '*' => true,
        _ => panic!("no verdict has the letter {letter}"),
    }
}
