//! Versions as authors write them.

use super::wrong::{Wrong, quote};
use crate::version::Version;

/// What every mistake about a version offers.
const ALLOWED: &str = "write `SSLv2`, `SSLv3`, `1.0`, `1.1`, `1.2` or `1.3`";

/// A version written as text, quoted or with letters: `"1.2"`, `TLSv1.2`, `tls12`, `SSLv3`.
pub(super) fn from_text(text: &str) -> Result<Version, Wrong> {
    let lower = text.to_ascii_lowercase();
    let number = |letters: &str| {
        let rest = lower.strip_prefix(letters)?;
        let rest = rest.strip_prefix('v').unwrap_or(rest);
        Some(rest.strip_prefix(' ').unwrap_or(rest))
    };
    let found = if let Some(number) = number("tls") {
        match number {
            "1" | "1.0" | "10" => Some(Version::Tls10),
            "1.1" | "11" => Some(Version::Tls11),
            "1.2" | "12" => Some(Version::Tls12),
            "1.3" | "13" => Some(Version::Tls13),
            _ => None,
        }
    } else if let Some(number) = number("ssl") {
        match number {
            "2" | "2.0" | "20" => Some(Version::Ssl2),
            "3" | "3.0" | "30" => Some(Version::Ssl3),
            _ => None,
        }
    } else {
        match lower.as_str() {
            "1.0" => Some(Version::Tls10),
            "1.1" => Some(Version::Tls11),
            "1.2" => Some(Version::Tls12),
            "1.3" => Some(Version::Tls13),
            _ => None,
        }
    };
    found.ok_or_else(|| unknown(text))
}

/// A version written as a number. To YAML `1.2` and `1.20` are the same one.
pub(super) fn from_number(number: f64) -> Option<Version> {
    [(1.0, Version::Tls10), (1.1, Version::Tls11), (1.2, Version::Tls12), (1.3, Version::Tls13)]
        .into_iter()
        .find(|(written, _)| (number - written).abs() < 1e-9)
        .map(|(_, version)| version)
}

/// A version written as a whole number: `1` may be any of four.
pub(super) fn from_integer(number: i128, written: &str) -> Wrong {
    let write = match number {
        1 => "write `1.0` for TLS 1.0, or `1.2`",
        2 => "write `SSLv2` for SSL 2.0",
        3 => "write `SSLv3` for SSL 3.0, or `1.3` for TLS 1.3",
        _ => return unknown(written),
    };
    Wrong::new(format!("{} is not a version of SSL or TLS", quote(written)), write)
}

/// What is no version, as it was written.
pub(super) fn unknown(text: &str) -> Wrong {
    let write = match text {
        "1" => "write `1.0` for TLS 1.0, or `1.2`".to_owned(),
        "1.00" | "1.10" | "1.20" | "1.30" => {
            format!("write `{}`", text.trim_end_matches('0')).replace("`1.`", "`1.0`")
        }
        _ => ALLOWED.to_owned(),
    };
    Wrong::new(format!("{} is not a version of SSL or TLS", quote(text)), write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        for (version, spellings) in [
            (Version::Ssl2, vec!["SSLv2", "sslv2", "SSL 2.0", "SSL2"]),
            (Version::Ssl3, vec!["SSLv3", "SSLV3", "ssl3", "SSL 3.0"]),
            (Version::Tls10, vec!["1.0", "TLSv1", "TLSv1.0", "TLS1.0", "TLS 1.0", "tls10", "tls1"]),
            (Version::Tls11, vec!["1.1", "TLSv1.1", "TLS1.1", "TLS 1.1", "tls11"]),
            (Version::Tls12, vec!["1.2", "TLSv1.2", "TLS1.2", "TLS 1.2", "tls12", "TlSv1.2"]),
            (Version::Tls13, vec!["1.3", "TLSv1.3", "TLS1.3", "TLS 1.3", "tls13"]),
        ] {
            for spelling in spellings {
                assert_eq!(from_text(spelling), Ok(version), "{spelling}");
            }
            assert_eq!(from_text(version.key()), Ok(version));
            assert_eq!(from_text(version.name()), Ok(version));
        }
    }

    #[test]
    fn numbers_are_read_as_yaml_reads_them() {
        assert_eq!(from_number(1.20), Some(Version::Tls12));
        assert_eq!(from_number(1.0), Some(Version::Tls10));
        for number in [1.4, 1.25, 2.0, 0.0, -1.2, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(from_number(number), None, "{number}");
        }
    }

    #[test]
    fn what_is_no_version_says_what_to_write() {
        for (text, write) in [
            ("1.20", "write `1.2`"),
            ("1.00", "write `1.0`"),
            ("1", "write `1.0` for TLS 1.0, or `1.2`"),
            ("1.4", ALLOWED),
            ("TLSv1.4", ALLOWED),
            ("TLSv2", ALLOWED),
            ("TLS  1.2", ALLOWED),
            ("SSLv23", ALLOWED),
            ("SSLv1", ALLOWED),
            ("DTLS 1.2", ALLOWED),
            (" 1.2", ALLOWED),
            ("", ALLOWED),
            ("12", ALLOWED),
        ] {
            assert_eq!(from_text(text).unwrap_err().write, write, "{text:?}");
        }
        assert_eq!(from_integer(2, "2").write, "write `SSLv2` for SSL 2.0");
        assert_eq!(from_integer(-4, "-4").write, ALLOWED);
    }
}
