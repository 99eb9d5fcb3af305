//! The bytes of a TLS first flight: ClientHello out and in, ServerHello and alert in, and the
//! messages of SSL 2.0. Pure functions on bytes, with limits, without I/O.

mod alert;
mod bytes;
mod cipher_suite;
mod client_hello;
mod client_turn;
mod extension;
mod finished;
mod first_flight;
mod key_share;
mod named_group;
mod offer;
mod passage;
mod record;
mod server_hello;
mod stand_in;

pub use alert::AlertDescription;
pub use cipher_suite::class::SuiteClass;
pub use cipher_suite::{CipherSuite, SuiteSet};
pub use client_hello::{ClientHello, ClientHelloReader, Progress};
pub use client_turn::{ClientTurn, Turn};
pub(crate) use finished::{FINISHED_GROUPS, FINISHED_SUITES};
pub(crate) use first_flight::outcome_of_fatal_alert;
pub use first_flight::{End, FirstFlight, Flight, Follow, Next};
pub use named_group::{GroupSet, NamedGroup};
pub use offer::{askable_groups, most_suites, offered_suites, variants};
pub use passage::{Passage, ServerEnd};
pub use stand_in::{alert_record, common_suite, server_flight};
