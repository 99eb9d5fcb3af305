//! What an address was asked beside its versions, each by a connection of its own, as data.

use std::time::Duration;

use super::certificate::Staple;
use crate::scenario::Host;

/// One further question to an address, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was asked.
    pub question: Question,
    /// What came of it.
    pub reply: Reply,
    /// How long it took.
    pub took: Duration,
    /// Connections that it took.
    pub connections: u32,
}

/// What an address can be asked besides.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// Whether it agrees on this protocol where no other is offered (RFC 7301).
    Protocol(String),
    /// Whether it staples an OCSP response the n-th time, from 2.
    Staple(u8),
    /// What plain HTTP says.
    PlainHttp {
        /// Whose it is.
        host: Host,
        /// Its port.
        port: u16,
    },
}

/// What came of a further question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It agreed on the protocol.
    Agreed,
    /// It answered by alert `no_application_protocol` (RFC 7301 3.2).
    RefusedProtocol,
    /// It went on without a protocol.
    WithoutProtocol,
    /// What it stapled.
    Stapled(Staple),
    /// It answered by HTTP.
    Http {
        /// The status.
        status: u16,
        /// `Location`, raw: escape before showing.
        location: Option<String>,
    },
    /// What it said is no answer by HTTP. Why, escaped.
    NoHttp(String),
    /// The connection was refused: nothing listens there.
    PortClosed,
    /// Nothing follows from what happened. Why, escaped.
    Unclear(String),
}
