//! What a program on trial did, as data: every connection that it made to the stand-in, or through
//! the gate to the host, and how it ended.

use std::time::Duration;

use crate::bounds::Barred;
use crate::evidence::Refusal;
use crate::version::Version;
use crate::wire::{AlertDescription, CipherSuite, ClientHello, NamedGroup};

/// All that is known of a program when it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientEvidence {
    /// How it was led to the endpoint.
    pub way: Way,
    /// Whether its connections went on to the host: then only what is not encrypted was seen of them.
    pub live: bool,
    /// How it ended, and its last words.
    pub program: Program,
    /// Its connections to the endpoint, in the order in which they were begun.
    pub connections: Vec<ClientConnection>,
    /// What else it wanted to reach, as it named it. Escaped, without repetitions.
    pub elsewhere: Vec<Elsewhere>,
}

impl ClientEvidence {
    /// Of a program that our side could not run; `why` is escaped.
    #[must_use]
    pub fn not_run(live: bool, why: String) -> ClientEvidence {
        let program = Program {
            end: ProgramEnd::NotRun(why.clone()),
            stdout: Vec::new(),
            stderr: Vec::new(),
            elapsed: Duration::ZERO,
        };
        let (connections, elsewhere) = (Vec::new(), Vec::new());
        ClientEvidence { way: Way::None(why), live, program, connections, elsewhere }
    }
}

/// How a program was led to the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// In a namespace of its own the host's name leads to the endpoint, and nothing else is there.
    Namespace,
    /// In a namespace of its own the host's name leads to the endpoint, and everything else is there.
    SharedNamespace,
    /// By the variables that name a proxy.
    Proxy {
        /// Why not by a namespace, escaped; `None` where the scenario chose the proxy.
        instead: Option<String>,
    },
    /// Not at all: it was not started. Why, escaped.
    None(String),
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// How it ended.
    pub end: ProgramEnd,
    /// The end of what it wrote to standard output, raw: escape before showing.
    pub stdout: Vec<u8>,
    /// The end of what it wrote to standard error, raw: escape before showing.
    pub stderr: Vec<u8>,
    /// How long it ran.
    pub elapsed: Duration,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramEnd {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// It was ended at its deadline.
    TimedOut,
    /// It is not installed. What is missing, escaped.
    Missing(String),
    /// Our side could not run it. Why, escaped.
    NotRun(String),
}

/// Another host that the program wanted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// As the program named it, with a port where it named one. Escaped.
    pub host: String,
    /// Whether it was let through.
    pub let_through: bool,
    /// What barred it, where that was the bounds of the run; the first of its addresses.
    pub barred: Option<Barred>,
}

/// One connection of a program on trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientConnection {
    /// When it was begun, since the program was started.
    pub started: Duration,
    /// How long it lasted.
    pub elapsed: Duration,
    /// Whether it came through the proxy.
    pub by_proxy: bool,
    /// The first ClientHello, where one came.
    pub hello: Option<Box<ClientHello>>,
    /// What came of it.
    pub came: Came,
}

/// What came of a connection to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Not a byte.
    Nothing,
    /// Bytes that are not TLS.
    NotTls {
        /// At most [`crate::evidence::NOT_TLS_EXCERPT`] bytes, raw: escape before showing.
        first_bytes: Vec<u8>,
    },
    /// A fatal alert in place of a ClientHello.
    AlertFirst(AlertDescription),
    /// The beginning of TLS, but no ClientHello that any server could use. Why.
    NotAHello(&'static str),
    /// No version in common: alert `protocol_version`.
    NoVersion,
    /// A version, but something else is not in common: no cipher suite, say.
    NothingInCommon {
        /// The version that would have been chosen.
        version: Version,
        /// What is not in common.
        lacking: Lacking,
    },
    /// A ServerHello was sent.
    Chosen {
        /// The version that it chose.
        version: Version,
        /// The cipher suite that it chose; `None` where only a HelloRetryRequest was sent.
        cipher_suite: Option<CipherSuite>,
        /// The group of the key exchange, where it is known.
        group: Option<NamedGroup>,
        /// What the program did then.
        then: Then,
    },
    /// The host, which was reached through the gate, gave no ServerHello.
    Declined(Declined),
    /// The host was not connected to: the run may not go there, or no more.
    Barred(Barred),
    /// Our side could not do it. Why, escaped.
    OurSide(String),
}

impl Came {
    /// Whether no more than a HelloRetryRequest was sent.
    #[must_use]
    pub fn is_retry_only(&self) -> bool {
        matches!(self, Came::Chosen { version: Version::Tls13, cipher_suite: None, .. })
    }
}

/// What a program did once it had a ServerHello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// It finished the handshake and sent application data.
    Data {
        /// The status of the answer to its request, where one was made and answered by us.
        status: Option<u16>,
    },
    /// It finished the handshake and left, or was silent.
    Finished,
    /// In a handshake that the stand-in cannot finish: it went on to the key exchange.
    KeyExchange,
    /// It sent this fatal alert.
    Alert(AlertDescription),
    /// It sent a fatal alert that is encrypted, so that a third party cannot read which.
    EncryptedAlert,
    /// It closed or reset the connection without a word.
    Left,
    /// It said nothing more until the deadline, or until it ended.
    Silent,
    /// Nothing, for the host ended the connection that it had accepted so far.
    EndedByHost(Refusal),
    /// It broke the protocol. How, escaped.
    Broke(String),
}

/// What is not in common, beside the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lacking {
    /// No cipher suite of those that the scenario names, or that there are for an old version.
    CipherSuite,
    /// No cipher suite with ECDHE and an AEAD: only others, with CBC or RSA key exchange say.
    ModernCipherSuite,
    /// No group for the key exchange.
    Group,
    /// No signature algorithm that a certificate of the stand-in has.
    SignatureAlgorithm,
    /// An extension that the stand-in needs, or something else. Which.
    Other(&'static str),
}

/// How a host declined that was reached through the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Declined {
    /// It refused the ClientHello.
    Refused(Refusal),
    /// It could not be reached. Why, escaped.
    Unreachable(String),
    /// It does not speak TLS.
    NotTls,
    /// It said nothing.
    Silent,
    /// It broke the protocol. How.
    Broke(&'static str),
}
