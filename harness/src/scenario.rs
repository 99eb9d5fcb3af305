//! A scenario: one host or several, what the harness offers, and what is expected.
//!
//! A [`Scenario`] that exists is valid. The only way in is `parse`, which finds every mistake of a
//! file and says where it is.

use std::sync::Arc;
use std::time::Duration;

use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

mod host;

pub use host::{ConnectTo, Host, HostName};

/// A place in a file that an author wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as it is shown: its path from the caller's folder.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// A valid scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The name of its tests: the file's path without its ending, then the keys, joined by `::`.
    pub name: String,
    /// Where its key stands.
    pub place: Place,
    /// The hosts on trial, at least one.
    pub hosts: Vec<Host>,
    /// Whether the hosts came as `hosts:`, and so stand in the tests' names.
    pub named_by_host: bool,
    /// The versions that the harness offers.
    pub versions: VersionRange,
    /// What must come of it.
    pub expectation: Expectation,
    /// How far an acceptance is followed.
    pub depth: Depth,
    /// The path to GET; always there where `depth` is [`Depth::Http`].
    pub path: Option<String>,
    /// What stands in `server_name`.
    pub server_name: ServerNameChoice,
    /// Where to connect instead of resolving the host.
    pub connect_to: Option<ConnectTo>,
    /// The roots that are trusted in place of the built-in ones: certificates in DER.
    pub roots: Option<Arc<Vec<Vec<u8>>>>,
    /// Deadline of each whole step.
    pub timeout: Duration,
    /// How often resolving and connecting are tried.
    pub attempts: u32,
    /// Which addresses must satisfy the expectation.
    pub addresses: Addresses,
    /// The stand-in, where the scenario has one.
    pub replica: Option<Replica>,
    /// Shown with a failure.
    pub title: Option<String>,
    /// A URL, shown with a failure.
    pub reference: Option<String>,
    /// What to do, shown with a failure.
    pub advice: Option<String>,
}

/// What must come of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// A client that offers the range gets a version within it.
    Accepted(Acceptable),
    /// Every version of the range is refused.
    Refused {
        /// The alert that must say so.
        alert: Option<AlertDescription>,
    },
    /// The host is gone.
    Unreachable,
}

/// What an acceptance must look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptable {
    /// The version that the client must end with.
    pub version: Option<Version>,
    /// The HTTP status that must come.
    pub status: Option<u16>,
    /// What verifying the certificate must come to.
    pub certificate: CertificateExpectation,
    /// How long the certificate must still be valid.
    pub certificate_valid_for: Option<Duration>,
}

/// What verifying the certificate must come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CertificateExpectation {
    /// It must be trusted.
    #[default]
    Trusted,
    /// It must be past its end.
    Expired,
    /// It must lead to no trusted root.
    UnknownIssuer,
    /// It must not hold the name.
    NameMismatch,
    /// It does not matter.
    Any,
}

/// How far an acceptance is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// To the ServerHello.
    Hello,
    /// To a finished handshake with a verified certificate.
    Handshake,
    /// To the answer to a GET.
    Http,
}

/// What stands in `server_name` (RFC 6066 3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ServerNameChoice {
    /// The host's name; nothing where the host is an address.
    Host,
    /// Another name.
    Name(String),
    /// Nothing.
    Nothing,
}

/// Which addresses of a host must satisfy the expectation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Addresses {
    /// Every one.
    #[default]
    All,
    /// At least one.
    Any,
}

/// A stand-in for the host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Replica {
    /// The versions that it speaks.
    pub versions: VersionRange,
    /// The status of its answer.
    pub status: u16,
    /// The body of its answer.
    pub body: String,
}
