//! The protocol versions that the gate knows, and ranges of them.

use std::fmt;

/// A version of SSL or TLS, oldest first, so that `<` means "older".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// SSL 2.0, deprecated by RFC 6176 (2011).
    Ssl2,
    /// SSL 3.0 (RFC 6101), deprecated by RFC 7568 (2015).
    Ssl3,
    /// TLS 1.0 (RFC 2246), deprecated by RFC 8996 (2021).
    Tls10,
    /// TLS 1.1 (RFC 4346), deprecated by RFC 8996 (2021).
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Version; 6] =
        [Version::Ssl2, Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13];

    /// The number that stands for the version on the wire.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Version::Ssl2 => 0x0002,
            Version::Ssl3 => 0x0300,
            Version::Tls10 => 0x0301,
            Version::Tls11 => 0x0302,
            Version::Tls12 => 0x0303,
            Version::Tls13 => 0x0304,
        }
    }

    /// The version with this number on the wire, if it is one of [`Version::ALL`].
    #[must_use]
    pub fn from_code(code: u16) -> Option<Version> {
        Version::ALL.into_iter().find(|version| version.code() == code)
    }

    /// As scenarios and reports write it: `SSLv2`, `1.2`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Version::Ssl2 => "SSLv2",
            Version::Ssl3 => "SSLv3",
            Version::Tls10 => "1.0",
            Version::Tls11 => "1.1",
            Version::Tls12 => "1.2",
            Version::Tls13 => "1.3",
        }
    }

    /// As people read it: `SSL 2.0`, `TLS 1.2`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Version::Ssl2 => "SSL 2.0",
            Version::Ssl3 => "SSL 3.0",
            Version::Tls10 => "TLS 1.0",
            Version::Tls11 => "TLS 1.1",
            Version::Tls12 => "TLS 1.2",
            Version::Tls13 => "TLS 1.3",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// All versions from `min` to `max`, both included. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionRange {
    min: Version,
    max: Version,
}

impl VersionRange {
    /// From SSL 2.0 to TLS 1.3.
    pub const ALL: VersionRange = VersionRange { min: Version::Ssl2, max: Version::Tls13 };

    /// The range from `min` to `max`; `None` where `min` is above `max`.
    #[must_use]
    pub fn new(min: Version, max: Version) -> Option<VersionRange> {
        (min <= max).then_some(VersionRange { min, max })
    }

    /// The range that holds one version.
    #[must_use]
    pub const fn only(version: Version) -> VersionRange {
        VersionRange { min: version, max: version }
    }

    /// The oldest version of the range.
    #[must_use]
    pub const fn min(self) -> Version {
        self.min
    }

    /// The newest version of the range.
    #[must_use]
    pub const fn max(self) -> Version {
        self.max
    }

    /// Whether `version` lies in the range.
    #[must_use]
    pub fn contains(self, version: Version) -> bool {
        self.min <= version && version <= self.max
    }

    /// The versions of the range, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Version> {
        Version::ALL.into_iter().filter(move |version| self.contains(*version))
    }

    /// What both ranges hold.
    #[must_use]
    pub fn intersection(self, other: VersionRange) -> Option<VersionRange> {
        VersionRange::new(self.min.max(other.min), self.max.min(other.max))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.min == self.max {
            write!(f, "{}", self.min)
        } else {
            write!(f, "{} to {}", self.min, self.max)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_read_back() {
        for version in Version::ALL {
            assert_eq!(Version::from_code(version.code()), Some(version));
        }
        assert_eq!(Version::from_code(0x0305), None);
    }

    #[test]
    fn a_range_is_never_empty_and_keeps_its_order() {
        assert_eq!(VersionRange::new(Version::Tls12, Version::Tls11), None);
        let range = VersionRange::new(Version::Ssl3, Version::Tls11).unwrap();
        assert_eq!(range.iter().collect::<Vec<_>>(), [Version::Ssl3, Version::Tls10, Version::Tls11]);
        assert_eq!(range.to_string(), "SSL 3.0 to TLS 1.1");
    }
}
