//! Code points of the TLS registries: open, so that an unknown value is kept and shown.

/// An alert description (RFC 8446 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AlertDescription(pub u8);

impl AlertDescription {
    /// `protocol_version`, of TLS 1.0 and later.
    pub const PROTOCOL_VERSION: AlertDescription = AlertDescription(70);
}

/// A cipher suite. Those of SSL 2.0 have three bytes; all others two, in the lower bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CipherSuite(pub u32);

/// A group for key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamedGroup(pub u16);
