//! What a stand-in tells of a connection.

use std::fmt;
use std::net::SocketAddr;

use crate::version::Version;
use crate::wire::CipherSuite;

/// One connection to a stand-in, when it is over. Its `Display` is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who connected.
    pub peer: SocketAddr,
    /// The versions that the ClientHello offered, newest first; empty where there was none.
    pub offered: Vec<Version>,
    /// The name in `server_name`, escaped.
    pub server_name: Option<String>,
    /// What came of it.
    pub came: Came,
}

/// What came of a connection to a stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// The handshake was finished, and a request answered with this status, where one was made.
    Session {
        /// The version spoken.
        version: Version,
        /// The status of the answer.
        status: Option<u16>,
    },
    /// The client left after the ServerHello, before the handshake was finished.
    Unfinished {
        /// The version of the ServerHello.
        version: Version,
    },
    /// A ServerHello of a version that is spoken no further.
    Hello {
        /// The version of the ServerHello.
        version: Version,
        /// The suite of the ServerHello.
        cipher_suite: CipherSuite,
    },
    /// No version in common: alert `protocol_version`.
    NoVersion,
    /// No cipher suite in common: alert `handshake_failure`.
    NoCipherSuite,
    /// What came was no ClientHello. Why.
    NotAHello(&'static str),
    /// It broke off. How, escaped.
    Broken(String),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.peer)?;
        if !self.offered.is_empty() {
            let offered: Vec<_> = self.offered.iter().map(|version| version.name()).collect();
            write!(f, "offered {}", offered.join(", "))?;
            if let Some(name) = &self.server_name {
                write!(f, " for {name}")?;
            }
            f.write_str(": ")?;
        }
        match &self.came {
            Came::Session { version, status: Some(status) } => write!(f, "{version}, answered {status}"),
            Came::Session { version, status: None } => write!(f, "{version}, no request"),
            Came::Unfinished { version } => write!(f, "{version}, left after the ServerHello"),
            Came::Hello { version, cipher_suite } => {
                write!(f, "ServerHello of {version} with {cipher_suite}")
            }
            Came::NoVersion => f.write_str("refused, alert protocol_version (70)"),
            Came::NoCipherSuite => f.write_str("refused, alert handshake_failure (40)"),
            Came::NotAHello(why) => write!(f, "no ClientHello: {why}"),
            Came::Broken(how) => write!(f, "broken off: {how}"),
        }
    }
}
