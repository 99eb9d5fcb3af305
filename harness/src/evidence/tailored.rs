//! Hellos that are made to order, to find out piece by piece what a server has.

use crate::wire::{CipherSuite, GroupSet, SuiteSet};

/// A hello made to order. What it does not say is as in a hello that offers much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Tailored {
    /// The cipher suites; `None` for common ones.
    pub suites: Option<SuiteSet>,
    /// Whether the suites are in descending order of their codes.
    pub reversed: bool,
    /// The groups; `None` for all that are commonly asked for. In TLS 1.3 no share is sent of them, so
    /// that the HelloRetryRequest tells which of them the server wants.
    pub groups: Option<Groups>,
    /// What else it says.
    pub extras: Extras,
}

/// The groups of a hello made to order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Groups {
    /// Those that are asked for.
    pub wanted: GroupSet,
    /// Those that stand behind them, because the server needs one of them for its certificate (RFC 8422
    /// 5.1).
    pub behind: GroupSet,
}

/// What a hello says beside versions, suites and groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Extras {
    /// The compression method DEFLATE (RFC 3749) before null.
    pub compression: bool,
    /// `encrypt_then_mac` (RFC 7366).
    pub encrypt_then_mac: bool,
    /// A version that does not exist yet beside those of the range, or in place of them where
    /// `supported_versions` is not sent.
    pub future_version: bool,
    /// Values that are reserved to be ignored (RFC 8701), everywhere.
    pub grease: bool,
    /// The name that it says.
    pub name: SaidName,
}

impl Extras {
    /// Whether it is asked how a server answers to them, rather than what it has.
    #[must_use]
    pub fn is_question(&self) -> bool {
        self.future_version || self.grease || self.compression || self.name != SaidName::AsEver
    }
}

/// The name in `server_name` (RFC 6066 3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum SaidName {
    /// The one of the test.
    #[default]
    AsEver,
    /// [`UNKNOWN_NAME`].
    Unknown,
    /// None.
    Nothing,
}

/// A name that no server can have (RFC 6761 6.4).
pub const UNKNOWN_NAME: &str = "no-such-host.invalid";

impl Tailored {
    /// These suites, and nothing else that is special.
    #[must_use]
    pub fn suites(suites: SuiteSet) -> Tailored {
        Tailored { suites: Some(suites), ..Tailored::default() }
    }

    /// Whether the ServerKeyExchange is to be read, for its group or the size of its key.
    #[must_use]
    pub fn reads_key_exchange(&self) -> bool {
        let is_dhe = |suites: SuiteSet| suites.iter().all(CipherSuite::sends_prime);
        self.groups.is_some() || self.suites.is_some_and(is_dhe)
    }
}
