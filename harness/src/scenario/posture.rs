//! What a server must have, or must not have, in the versions of a scenario's range. All of it is told
//! by first flights.

use std::fmt;

use crate::version::Version;
use crate::wire::{CipherSuite, NamedGroup, SuiteClass};

/// What a server must have and must not have. What is `None` or empty is not asked for.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PostureRequirements {
    /// Versions that must be accepted, each offered alone.
    pub required_versions: Vec<Version>,
    /// Versions that must be refused, each offered alone.
    pub forbidden_versions: Vec<Version>,
    /// The cipher suites of all versions of the range together.
    pub cipher_suites: Choice<SuitePattern>,
    /// The groups of all versions of the range together.
    pub groups: Choice<GroupPattern>,
    /// The fewest bits of the prime of an ephemeral Diffie-Hellman exchange in a finite field.
    pub dh_bits: Option<u16>,
    /// Whose order of the cipher suites counts: the server's, or the client's.
    pub server_preference: Option<bool>,
    /// `extended_master_secret` (RFC 7627) in every version up to TLS 1.2 that is spoken.
    pub extended_master_secret: Option<bool>,
    /// `renegotiation_info` (RFC 5746) in every version up to TLS 1.2 that is spoken.
    pub secure_renegotiation: Option<bool>,
    /// `encrypt_then_mac` (RFC 7366) where a CBC suite is chosen.
    pub encrypt_then_mac: Option<bool>,
    /// Compression by TLS itself (RFC 3749).
    pub compression: Option<bool>,
    /// The sentinel of RFC 8446 4.1.3 in the answers to clients that do not speak the newest version.
    pub downgrade_sentinel: Option<bool>,
    /// What must not keep the server from answering as ever.
    pub tolerates: Vec<Tolerance>,
    /// The answer to a name that the server cannot know.
    pub unknown_name: Option<NameAnswer>,
    /// The answer to a client that names no host.
    pub without_name: Option<NameAnswer>,
}

impl PostureRequirements {
    /// Whether nothing is required.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == PostureRequirements::default()
    }
}

/// What is asked for, and nothing else.
impl fmt::Debug for PostureRequirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("PostureRequirements");
        let mut field = |name: &str, value: Option<&dyn fmt::Debug>| {
            if let Some(value) = value {
                out.field(name, value);
            }
        };
        fn some<T: fmt::Debug>(value: &Option<T>) -> Option<&dyn fmt::Debug> {
            value.as_ref().map(|value| value as &dyn fmt::Debug)
        }
        fn filled<'a, T: fmt::Debug>(list: &'a &'a [T]) -> Option<&'a dyn fmt::Debug> {
            (!list.is_empty()).then_some(list as &dyn fmt::Debug)
        }
        let PostureRequirements {
            required_versions,
            forbidden_versions,
            cipher_suites,
            groups,
            dh_bits,
            server_preference,
            extended_master_secret,
            secure_renegotiation,
            encrypt_then_mac,
            compression,
            downgrade_sentinel,
            tolerates,
            unknown_name,
            without_name,
        } = self;
        field("required_versions", filled(&required_versions.as_slice()));
        field("forbidden_versions", filled(&forbidden_versions.as_slice()));
        field("cipher_suites", cipher_suites.is_asked().then_some(cipher_suites));
        field("groups", groups.is_asked().then_some(groups));
        field("dh_bits", some(dh_bits));
        field("server_preference", some(server_preference));
        field("extended_master_secret", some(extended_master_secret));
        field("secure_renegotiation", some(secure_renegotiation));
        field("encrypt_then_mac", some(encrypt_then_mac));
        field("compression", some(compression));
        field("downgrade_sentinel", some(downgrade_sentinel));
        field("tolerates", filled(&tolerates.as_slice()));
        field("unknown_name", some(unknown_name));
        field("without_name", some(without_name));
        out.finish()
    }
}

/// What there may be of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<P> {
    /// Nothing but these; `None` where anything may be there.
    pub only: Option<Vec<P>>,
    /// None of these.
    pub none: Vec<P>,
    /// At least one of these; not asked for where it is empty.
    pub some: Vec<P>,
}

impl<P> Default for Choice<P> {
    fn default() -> Self {
        Choice { only: None, none: Vec::new(), some: Vec::new() }
    }
}

impl<P> Choice<P> {
    /// Whether anything is asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.only.is_some() || !self.none.is_empty() || !self.some.is_empty()
    }
}

/// A cipher suite, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuitePattern {
    /// This one.
    Suite(CipherSuite),
    /// All of this class.
    Class(SuiteClass),
}

impl SuitePattern {
    /// Whether `suite` is meant.
    #[must_use]
    pub fn holds(self, suite: CipherSuite) -> bool {
        match self {
            SuitePattern::Suite(wanted) => wanted == suite,
            SuitePattern::Class(class) => class.holds(suite),
        }
    }

    /// As scenarios write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SuitePattern::Suite(suite) => suite.name().unwrap_or_default(),
            SuitePattern::Class(class) => class.name(),
        }
    }
}

/// A group, or a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupPattern {
    /// This one.
    Group(NamedGroup),
    /// All that a quantum computer is not known to break.
    PostQuantum,
}

impl GroupPattern {
    /// The name of the class.
    pub const POST_QUANTUM: &str = "post-quantum";

    /// Whether `group` is meant.
    #[must_use]
    pub fn holds(self, group: NamedGroup) -> bool {
        match self {
            GroupPattern::Group(wanted) => wanted == group,
            GroupPattern::PostQuantum => group.is_post_quantum(),
        }
    }

    /// As scenarios write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            GroupPattern::Group(group) => group.name().unwrap_or_default(),
            GroupPattern::PostQuantum => GroupPattern::POST_QUANTUM,
        }
    }
}

/// What a server must bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tolerance {
    /// A hello that offers a version which does not exist yet beside those that do (RFC 8446 4.2.1,
    /// RFC 5246 E.1).
    FutureVersion,
    /// Values that are reserved to be ignored (RFC 8701).
    Grease,
}

impl Tolerance {
    /// Both.
    pub const ALL: [Tolerance; 2] = [Tolerance::FutureVersion, Tolerance::Grease];

    /// As scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tolerance::FutureVersion => "future-version",
            Tolerance::Grease => "grease",
        }
    }
}

/// How a server answers where the name in `server_name` is not one of its own (RFC 6066 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameAnswer {
    /// As to any other.
    Accepted,
    /// Not at all, however it says so.
    Refused,
    /// By the alert `unrecognized_name`.
    UnrecognizedName,
}

impl NameAnswer {
    /// All of them.
    pub const ALL: [NameAnswer; 3] =
        [NameAnswer::Accepted, NameAnswer::Refused, NameAnswer::UnrecognizedName];

    /// As scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            NameAnswer::Accepted => "accepted",
            NameAnswer::Refused => "refused",
            NameAnswer::UnrecognizedName => "unrecognized_name",
        }
    }
}
