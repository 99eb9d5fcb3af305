//! The bytes of a TLS first flight: ClientHello out and in, ServerHello and alert in, and the
//! messages of SSL 2.0. Pure functions on bytes, with limits, without I/O.

mod names;

pub use names::{AlertDescription, CipherSuite, NamedGroup};
