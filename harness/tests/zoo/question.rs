//! What every kind of peer is asked.

use crate::hello::{SSL2, SSL3, TLS10, TLS11, TLS12, TLS13};

/// A question: a scenario, or a policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Question {
    /// SSL 2.0 to TLS 1.1 are refused.
    OldRefused,
    /// This version is refused.
    Refused(u16),
    /// TLS 1.2 alone is accepted, by the hello.
    Hello12,
    /// TLS 1.2 or 1.3 is accepted, by the hello.
    Hello,
    /// TLS 1.2 or 1.3 is accepted, by a whole handshake and a trusted certificate.
    Handshake,
    /// HTTP answers with status 200.
    Status200,
    /// All rules of the policy `rfc8996`; the worst of their verdicts.
    Rfc8996,
    /// Nobody is there.
    Gone,
    /// None of the suites is there that everybody has some of: nobody can prove that.
    NoSuite,
}

/// All questions, in the order of the letters of a kind.
pub(crate) const QUESTIONS: [Question; 14] = [
    Question::OldRefused,
    Question::Refused(SSL2),
    Question::Refused(SSL3),
    Question::Refused(TLS10),
    Question::Refused(TLS11),
    Question::Refused(TLS12),
    Question::Refused(TLS13),
    Question::Hello12,
    Question::Hello,
    Question::Handshake,
    Question::Status200,
    Question::Rfc8996,
    Question::Gone,
    Question::NoSuite,
];

/// Questions that go to a peer in one run of the gate, of a name.
pub(crate) type RunOfQuestions = (&'static str, &'static [Question]);

/// The runs of most kinds. That one question goes alone: then nothing that another test has asked helps it.
pub(crate) const RUNS: [RunOfQuestions; 2] = [
    ("old_refused", &[Question::OldRefused]),
    (
        "all_else",
        &[
            Question::Refused(SSL2),
            Question::Refused(SSL3),
            Question::Refused(TLS10),
            Question::Refused(TLS11),
            Question::Refused(TLS12),
            Question::Refused(TLS13),
            Question::Hello12,
            Question::Hello,
            Question::Handshake,
            Question::Status200,
            Question::Rfc8996,
            Question::Gone,
            Question::NoSuite,
        ],
    ),
];

/// Those of kinds that count what comes: nothing that another test has asked may be in the way.
pub(crate) const RUNS_OF_COUNTING: [RunOfQuestions; 5] = [
    ("old_refused", &[Question::OldRefused]),
    ("hello", &[Question::Hello]),
    ("gone", &[Question::Gone]),
    (
        "each_refused",
        &[
            Question::Refused(SSL2),
            Question::Refused(SSL3),
            Question::Refused(TLS10),
            Question::Refused(TLS11),
            Question::Refused(TLS12),
            Question::Refused(TLS13),
            Question::NoSuite,
        ],
    ),
    ("the_rest", &[Question::Hello12, Question::Handshake, Question::Status200, Question::Rfc8996]),
];

impl Question {
    /// The key of its scenario.
    pub(crate) fn key(self) -> String {
        match self {
            Question::OldRefused => "old-refused".to_owned(),
            Question::Refused(version) => format!("refused-{}", version_key(version)),
            Question::Hello12 => "hello-1-2".to_owned(),
            Question::Hello => "hello".to_owned(),
            Question::Handshake => "handshake".to_owned(),
            Question::Status200 => "status-200".to_owned(),
            Question::Rfc8996 => "rfc8996".to_owned(),
            Question::Gone => "gone".to_owned(),
            Question::NoSuite => "no-suite".to_owned(),
        }
    }

    /// The fields of its scenario, in YAML's flow style without the braces.
    pub(crate) fn fields(self) -> String {
        let range =
            |min: &str, max: &str, rest: &str| format!("min_version: {min}, max_version: {max}, {rest}");
        match self {
            Question::OldRefused => range("SSLv2", "1.1", "expect: refused"),
            Question::Refused(version) => {
                range(version_key(version), version_key(version), "expect: refused")
            }
            Question::Hello12 => range("1.2", "1.2", "evidence: hello, expect: accepted"),
            Question::Hello => range("1.2", "1.3", "evidence: hello, expect: accepted"),
            Question::Handshake => range("1.2", "1.3", "expect: accepted"),
            Question::Status200 => range("1.2", "1.3", "path: /, expect: { status: 200 }"),
            Question::Rfc8996 => "policy: rfc8996".to_owned(),
            Question::Gone => "expect: unreachable".to_owned(),
            Question::NoSuite => {
                range("SSLv2", "1.3", "expect: { cipher_suites: { none: [AEAD, CBC, RC4, NULL, 3DES] } }")
            }
        }
    }

    /// The names of its tests in this group.
    pub(crate) fn tests(self, group: &str) -> Vec<String> {
        let name = format!("{group}::{}", self.key());
        match self {
            Question::Rfc8996 => ["no-tls-1.0", "no-tls-1.1", "tls-1.0-is-told", "tls-1.1-is-told"]
                .map(|rule| format!("{name}::{rule}"))
                .to_vec(),
            _ => vec![name],
        }
    }

    /// The head of its column.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Question::OldRefused => "SSL 2.0–TLS 1.1 refused",
            Question::Refused(SSL2) => "SSL 2.0 refused",
            Question::Refused(SSL3) => "SSL 3.0 refused",
            Question::Refused(TLS10) => "TLS 1.0 refused",
            Question::Refused(TLS11) => "TLS 1.1 refused",
            Question::Refused(TLS12) => "TLS 1.2 refused",
            Question::Refused(_) => "TLS 1.3 refused",
            Question::Hello12 => "TLS 1.2 accepted (hello)",
            Question::Hello => "TLS 1.2–1.3 accepted (hello)",
            Question::Handshake => "TLS 1.2–1.3 accepted (handshake)",
            Question::Status200 => "HTTP status 200",
            Question::Rfc8996 => "policy `rfc8996`",
            Question::Gone => "unreachable",
            Question::NoSuite => "has no cipher suite",
        }
    }
}

fn version_key(version: u16) -> &'static str {
    match version {
        SSL2 => "SSLv2",
        SSL3 => "SSLv3",
        TLS10 => "1.0",
        TLS11 => "1.1",
        TLS12 => "1.2",
        TLS13 => "1.3",
        _ => panic!("no version has the code {version:#06x}"),
    }
}
