//! Which cipher suites each hello offers.
//!
//! More than 128 in one hello choke some servers, and one list is not enough to say that a version
//! is refused: so a short one first, and batches of all the others after it.

use crate::version::{Version, VersionRange};
use crate::wire::cipher_suite::CipherSuite;

/// The most suites in one hello, the signal among them.
pub(super) const MAX_SUITES: usize = 100;
/// The most in a variant up to TLS 1.1: SSL 3.0 has no extension to pad a hello with, and with more
/// than this it would have 256 to 511 bytes, which some servers do not answer.
pub(super) const MAX_OLD_SUITES: usize = 90;

/// What servers of TLS 1.3 have (RFC 8446 B.4).
const TLS13: &[u32] = &[0x1301, 0x1302, 0x1303, 0x1304, 0x1305];

/// What servers of TLS 1.2 have: for keys of ECDSA and RSA; AEAD, then CBC, which older ones have.
const TLS12: &[u32] = &[
    0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0x009E, 0x009F, 0x009C, 0x009D, 0x002F, 0x0035, 0x000A,
    0xC013, 0xC014, 0xC009, 0xC00A, 0x0033, 0x0039, 0xC027, 0xC028, 0xC023, 0xC024, 0x003C, 0x003D, 0x0067,
    0x006B, 0xCCAA, 0xC012,
];
/// Those of [`TLS12`] that are offered once more in the classic hello: one that old servers can bear
/// says nothing where they have none of its suites. As many as leave room for all the others.
const CLASSIC: &[u32] = &[0xC02B, 0xC02F, 0xC030, 0xC013, 0xC014, 0x009C, 0x002F, 0x0035, 0x000A];
/// How many of [`TLS12`] stand beside TLS 1.3, so that an older server answers what it speaks
/// instead of failing for want of a suite.
const TLS12_BESIDE_TLS13: usize = 24;

/// What servers up to TLS 1.1 have.
const OLD: &[u32] = &[
    0x002F, 0x0035, 0x000A, 0x0005, 0x0004, 0xC013, 0xC014, 0x0033, 0x0039, 0x0016, 0xC009, 0xC00A, 0xC012,
    0xC008, 0xC011, 0xC007, 0x0032, 0x0038, 0x0013, 0x0041, 0x0084, 0x0045, 0x0088, 0x0096, 0x009A, 0x0007,
    0x0009, 0x0015, 0x0003,
];
/// How many of [`OLD`] are offered once more in each variant.
const OLD_AGAIN: usize = 10;

/// What servers of SSL 2.0 have.
pub(super) const SSL2: &[u32] =
    &[0x01_0080, 0x02_0080, 0x03_0080, 0x04_0080, 0x05_0080, 0x06_0040, 0x07_00C0];

/// The suites of the standard hello, and the signal.
pub(super) fn standard(versions: VersionRange) -> Vec<CipherSuite> {
    match versions.max() {
        Version::Tls13 => {
            hello(TLS13.iter().chain(TLS12.iter().take(TLS12_BESIDE_TLS13)).copied().map(CipherSuite))
        }
        Version::Tls12 => hello(TLS12.iter().copied().map(CipherSuite)),
        _ => hello(OLD.iter().copied().map(CipherSuite)),
    }
}

/// The suites of the n-th variant, from 1: together with the standard hello every suite of the
/// newest version, and some common ones once more.
pub(super) fn variant(versions: VersionRange, n: usize) -> Vec<CipherSuite> {
    let skipped = n.saturating_sub(1);
    match versions.max() {
        Version::Tls13 => {
            let again = TLS12.iter().take(TLS12_BESIDE_TLS13).copied().map(CipherSuite);
            hello(CipherSuite::all_in(Version::Tls13).chain(again))
        }
        Version::Tls12 => {
            let batch = MAX_SUITES - 1;
            let again = if n == 3 { CLASSIC } else { &[] };
            let rest = rest(Version::Tls12, TLS12).skip(skipped * batch).take(batch - again.len());
            hello(again.iter().copied().map(CipherSuite).chain(rest))
        }
        newest => {
            let batch = MAX_OLD_SUITES - 1 - OLD_AGAIN;
            let rest = rest(newest, OLD).skip(skipped * batch).take(batch);
            hello(OLD.iter().take(OLD_AGAIN).copied().map(CipherSuite).chain(rest))
        }
    }
}

/// All suites that may be used in `version` but those that the standard hello has.
fn rest(version: Version, standard: &'static [u32]) -> impl Iterator<Item = CipherSuite> {
    CipherSuite::all_in(version)
        .filter(move |suite| !standard.contains(&suite.0))
        .filter(move |suite| version < Version::Tls12 || !is_removed_from_tls12(*suite))
}

/// Export suites may not be used from TLS 1.1 on (RFC 4346 A.5), but servers of TLS 1.1 that still
/// have them do; DES and IDEA were taken out of TLS 1.2 (RFC 5469).
pub(super) fn is_removed_from_tls12(suite: CipherSuite) -> bool {
    let name = suite.name().unwrap_or_default();
    ["_EXPORT", "_WITH_DES_CBC", "_IDEA_", "SSL_RSA_FIPS"].iter().any(|part| name.contains(part))
}

/// The suites and `TLS_EMPTY_RENEGOTIATION_INFO_SCSV`: servers refuse hellos that do not say that
/// they renegotiate safely.
pub(super) fn hello(suites: impl Iterator<Item = CipherSuite>) -> Vec<CipherSuite> {
    suites.chain([CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV]).collect()
}
