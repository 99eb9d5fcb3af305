//! What a server lacks, or has too much, of what is required of it. A closed list; each is a fact about
//! one address.

use crate::evidence::{Outcome, SaidName};
use crate::scenario::{GroupPattern, NameAnswer, SuitePattern, Tolerance};
use crate::version::Version;
use crate::wire::{CipherSuite, NamedGroup};

/// A requirement that is not met.
#[derive(Debug, Clone, PartialEq)]
pub enum PostureFault {
    /// A version that must be accepted is not.
    VersionNotAccepted(Version),
    /// A version that must be refused is accepted.
    VersionAccepted(Version),
    /// Suites that must not be there are accepted.
    SuitesAccepted(Vec<(Version, CipherSuite)>),
    /// None of these suites is accepted.
    NoSuiteOf(Vec<SuitePattern>),
    /// Groups that must not be there are accepted.
    GroupsAccepted(Vec<(Version, NamedGroup)>),
    /// None of these groups is accepted.
    NoGroupOf(Vec<GroupPattern>),
    /// The prime of an ephemeral Diffie-Hellman exchange is too small.
    SmallPrime {
        /// In which version.
        version: Version,
        /// Its size.
        bits: u16,
        /// The smallest one that is allowed.
        needed: u16,
    },
    /// The other side's order of cipher suites counts.
    Order {
        /// In which versions.
        versions: Vec<Version>,
        /// Whether it is the server's.
        is_servers: bool,
    },
    /// Something is there that must not be, or is not there.
    Feature {
        /// What it is.
        feature: Feature,
        /// In which versions.
        versions: Vec<Version>,
        /// Whether it is there.
        is_there: bool,
    },
    /// A hello was not answered as ever for what it said beside.
    Intolerant {
        /// For what.
        tolerance: Tolerance,
        /// The version that it offered.
        version: Version,
        /// How it was answered.
        outcome: Outcome,
    },
    /// A name that is not the host's, or none, is answered otherwise.
    Name {
        /// The name that was said.
        name: SaidName,
        /// The answer that was expected.
        expected: NameAnswer,
        /// The answer that came.
        outcome: Outcome,
    },
}

/// What a hello can show that a server has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    /// `extended_master_secret` (RFC 7627).
    ExtendedMasterSecret,
    /// `renegotiation_info` (RFC 5746).
    SecureRenegotiation,
    /// `encrypt_then_mac` with CBC suites (RFC 7366).
    EncryptThenMac,
    /// Compression by TLS itself (RFC 3749).
    Compression,
    /// The sentinel in answers below the newest version (RFC 8446 4.1.3).
    DowngradeSentinel,
}

impl Feature {
    /// As scenarios write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Feature::ExtendedMasterSecret => "extended_master_secret",
            Feature::SecureRenegotiation => "secure_renegotiation",
            Feature::EncryptThenMac => "encrypt_then_mac",
            Feature::Compression => "compression",
            Feature::DowngradeSentinel => "downgrade_sentinel",
        }
    }
}

impl PostureFault {
    /// As reports write it.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        match self {
            PostureFault::VersionNotAccepted(_) => "version_not_accepted",
            PostureFault::VersionAccepted(_) => "version_accepted",
            PostureFault::SuitesAccepted(_) => "suites_accepted",
            PostureFault::NoSuiteOf(_) => "no_suite",
            PostureFault::GroupsAccepted(_) => "groups_accepted",
            PostureFault::NoGroupOf(_) => "no_group",
            PostureFault::SmallPrime { .. } => "small_prime",
            PostureFault::Order { .. } => "order",
            PostureFault::Feature { feature, .. } => feature.name(),
            PostureFault::Intolerant { .. } => "intolerant",
            PostureFault::Name { .. } => "name",
        }
    }
}
