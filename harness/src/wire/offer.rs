//! What each hello of the gate holds, and its bytes.
//!
//! The rules are from servers that answer some hellos wrongly or not at all: see the constants.

use crate::evidence::{Extras, Hello, Offer, Tailored};
use crate::version::{Version, VersionRange};

use super::bytes::push_u16;
use super::cipher_suite::{CipherSuite, SuiteSet};
use super::key_share;
use super::named_group::{GroupSet, NamedGroup};

mod encode;
mod suites;
#[cfg(test)]
mod tests;

pub(super) use encode::{DEFLATE, client_hello};

/// The random bytes of one hello, made by the caller.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entropy {
    pub(super) random: [u8; 32],
    pub(super) session_id: [u8; 32],
    pub(super) key_share: [u8; 32],
}

impl Entropy {
    pub(super) fn new(bytes: [u8; 96]) -> Entropy {
        let part =
            |from: usize| std::array::from_fn(|index| bytes.get(from + index).copied().unwrap_or_default());
        Entropy { random: part(0), session_id: part(32), key_share: part(64) }
    }
}

/// What one hello of SSL 3.0 or later offers.
#[derive(Debug, Clone)]
pub(super) struct Contents {
    /// The versions that this hello lists or implies, SSL 3.0 at the lowest.
    pub(super) versions: VersionRange,
    pub(super) cipher_suites: Vec<CipherSuite>,
    pub(super) groups: Vec<NamedGroup>,
    /// The groups that a share is sent of.
    pub(super) shares: Vec<NamedGroup>,
    pub(super) signature_algorithms: Vec<u16>,
    pub(super) session_id: Vec<u8>,
    pub(super) extended_master_secret: bool,
    /// Whether a hello of SSL 3.0 has the one extension `server_name`. Some of its servers bear none,
    /// and some that have many hosts answer `unrecognized_name` without it.
    pub(super) names_the_host: bool,
    /// Whether it has no extension at all.
    pub(super) is_bare: bool,
    /// The message is padded to so many bytes.
    pub(super) at_least: usize,
    /// What a HelloRetryRequest gave to echo (RFC 8446 4.2.2).
    pub(super) cookie: Option<Vec<u8>>,
    /// What it says that an ordinary hello does not.
    pub(super) extras: Extras,
}

impl Contents {
    /// Whether TLS 1.3 is offered, and so `supported_versions` sent: some servers cannot bear it.
    pub(super) fn offers_tls13(&self) -> bool {
        self.versions.max() == Version::Tls13
    }
}

/// What a hello asks for first of all: groups that almost all servers have one of. Post-quantum
/// shares make a hello too long for some servers, so those groups have hellos of their own.
const GROUPS: &[NamedGroup] = &[
    NamedGroup::X25519,
    NamedGroup::SECP256R1,
    NamedGroup::SECP384R1,
    NamedGroup::SECP521R1,
    NamedGroup::X448,
];
/// What clients of OpenSSL 1.0.2 had beside them, and TLS 1.3 has no more (RFC 8446 4.2.7).
const FORMER_GROUPS: &[NamedGroup] = &[
    NamedGroup::SECP256K1,
    NamedGroup::BRAINPOOL_P256R1,
    NamedGroup::BRAINPOOL_P384R1,
    NamedGroup::BRAINPOOL_P512R1,
];
/// Only beside TLS 1.3: below it, a server that knows RFC 7919 and none of these would not choose
/// DHE at all (RFC 7919 4), while one that is not told of them may.
const FINITE_FIELDS: &[NamedGroup] = &[
    NamedGroup::FFDHE2048,
    NamedGroup::FFDHE3072,
    NamedGroup::FFDHE4096,
    NamedGroup::FFDHE6144,
    NamedGroup::FFDHE8192,
];

/// Signature algorithms for keys of ECDSA, EdDSA and RSA: PKCS#1 alone, or PSS alone, is refused by
/// servers that have only the other (RFC 8446 4.2.3).
const SIGNATURE_ALGORITHMS: &[u16] = &[
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501,
    0x0601, 0x0203, 0x0201,
];
/// DSA, SHA-224, MD5, brainpool, SM2 and GOST beside them.
const RARE_SIGNATURE_ALGORITHMS: &[u16] = &[
    0x0202, 0x0402, 0x0502, 0x0602, 0x0302, 0x0301, 0x0303, 0x0101, 0x081A, 0x081B, 0x081C, 0x0708, 0x0709,
    0x070A, 0x070B, 0x070C, 0x070D, 0x070E, 0x070F, 0xEEEE, 0xEFEF, 0xEDED,
];

/// How many [`Hello::Variant`]s there are for `versions`: so many other hellos must be refused too
/// before a weak refusal counts. They are told apart by the newest version of the range. From TLS 1.0 to 1.2 the
/// last has no extension: old servers that bear none speak with clients that have none.
#[must_use]
pub fn variants(versions: VersionRange) -> u8 {
    match versions.max() {
        Version::Ssl2 => 1,
        Version::Ssl3 => 2,
        Version::Tls10 | Version::Tls11 => 3,
        Version::Tls12 => 4,
        // The third does without `supported_versions`, where there is a version to offer so.
        Version::Tls13 => 2 + u8::from(versions.min() < Version::Tls13),
    }
}

/// What the hello of `offer` holds; `None` where it is the CLIENT-HELLO of SSL 2.0. A variant that
/// does not exist is the standard hello.
pub(super) fn contents(offer: Offer, entropy: &Entropy) -> Option<Contents> {
    let newest = offer.versions.max();
    let versions = VersionRange::new(offer.versions.min().max(Version::Ssl3), newest)?;
    Some(match (newest, offer.hello) {
        (_, Hello::OneGroup(group)) => {
            Contents { groups: vec![group], shares: Vec::new(), ..standard(versions, entropy) }
        }
        (_, Hello::Tailored(tailored)) => made_to_order(tailored, versions, entropy),
        (Version::Tls13, Hello::Variant(1)) => without_shares(versions, entropy),
        (Version::Tls13, Hello::Variant(2)) => Contents {
            groups: vec![
                NamedGroup::SECP256R1,
                NamedGroup::SECP384R1,
                NamedGroup::SECP521R1,
                NamedGroup::X25519,
            ],
            shares: vec![NamedGroup::SECP256R1],
            at_least: 768,
            ..standard(versions, entropy)
        },
        (Version::Tls13, Hello::Variant(3)) => match VersionRange::new(versions.min(), Version::Tls12) {
            Some(below) => classic(below, suites::standard(below), entropy),
            None => standard(versions, entropy),
        },
        (Version::Tls12, Hello::Variant(3)) => classic(versions, suites::variant(versions, 3), entropy),
        (Version::Tls12, Hello::Variant(4)) | (Version::Tls10 | Version::Tls11, Hello::Variant(3)) => {
            Contents { is_bare: true, ..standard(versions, entropy) }
        }
        (_, Hello::Variant(1)) => Contents {
            cipher_suites: suites::variant(versions, 1),
            groups: (1..=30).map(NamedGroup).collect(),
            signature_algorithms: all_signature_algorithms(versions),
            session_id: entropy.session_id.to_vec(),
            ..standard(versions, entropy)
        },
        (_, Hello::Variant(2)) => Contents {
            cipher_suites: suites::variant(versions, 2),
            groups: [GROUPS, FINITE_FIELDS].concat(),
            signature_algorithms: all_signature_algorithms(versions),
            session_id: Vec::new(),
            names_the_host: true,
            at_least: 768,
            ..standard(versions, entropy)
        },
        (_, Hello::Standard | Hello::Variant(_) | Hello::Rustls) => standard(versions, entropy),
    })
}

fn standard(versions: VersionRange, entropy: &Entropy) -> Contents {
    let newest = versions.max();
    let offers_tls13 = newest == Version::Tls13;
    let finite_fields = FINITE_FIELDS.get(..2).filter(|_| offers_tls13).unwrap_or_default();
    Contents {
        versions,
        cipher_suites: suites::standard(versions),
        groups: [GROUPS, finite_fields].concat(),
        shares: if offers_tls13 { vec![NamedGroup::X25519] } else { Vec::new() },
        signature_algorithms: signature_algorithms(versions),
        // As today's clients do it: those of TLS 1.2 speak 1.3 too, and send one.
        session_id: if newest >= Version::Tls12 { entropy.session_id.to_vec() } else { Vec::new() },
        extended_master_secret: true,
        names_the_host: newest > Version::Ssl3,
        is_bare: false,
        at_least: 0,
        cookie: None,
        extras: Extras::default(),
    }
}

/// TLS 1.3 without a share and a session id, with every group that a share can be made of: a server
/// that has one of them answers with a HelloRetryRequest.
fn without_shares(versions: VersionRange, entropy: &Entropy) -> Contents {
    Contents {
        cipher_suites: suites::variant(versions, 1),
        groups: shareable_groups(entropy),
        shares: Vec::new(),
        signature_algorithms: all_signature_algorithms(versions),
        session_id: Vec::new(),
        ..standard(versions, entropy)
    }
}

/// As clients of ten years ago said hello: few extensions, no session id, and more curves. Of the
/// hellos with common suites it is the one that finds a server of brainpool alone.
fn classic(versions: VersionRange, cipher_suites: Vec<CipherSuite>, entropy: &Entropy) -> Contents {
    Contents {
        cipher_suites,
        groups: GROUPS.iter().copied().take(4).chain(FORMER_GROUPS.iter().copied()).collect(),
        session_id: Vec::new(),
        extended_master_secret: false,
        ..standard(versions, entropy)
    }
}

/// What is not made to order is wide: a hello that asks for one thing must not fail for want of another.
fn made_to_order(tailored: Tailored, versions: VersionRange, entropy: &Entropy) -> Contents {
    let standard = standard(versions, entropy);
    let offers_tls13 = standard.offers_tls13();
    let groups = match tailored.groups {
        Some(groups) => groups.wanted.iter().chain(groups.behind.iter()).collect(),
        None if offers_tls13 => shareable_groups(entropy),
        None => [GROUPS, FORMER_GROUPS].concat(),
    };
    let suites = tailored.suites.map(|suites| {
        let mut suites: Vec<CipherSuite> = suites.iter().collect();
        if tailored.reversed {
            suites.reverse();
        }
        suites::hello(suites.into_iter())
    });
    Contents {
        cipher_suites: suites.unwrap_or_else(|| standard.cipher_suites.clone()),
        groups,
        shares: if tailored.groups.is_some() { Vec::new() } else { standard.shares.clone() },
        signature_algorithms: all_signature_algorithms(versions),
        extras: tailored.extras,
        ..standard
    }
}

/// Every group that a share can be made of, the common ones first.
fn shareable_groups(entropy: &Entropy) -> Vec<NamedGroup> {
    let can_be_shared = |group: &NamedGroup| key_share::share(*group, entropy.key_share).is_some();
    let rare = NamedGroup::ALL.iter().copied().filter(can_be_shared).filter(|group| !GROUPS.contains(group));
    GROUPS.iter().copied().chain(rare).collect()
}

/// The groups that a hello of `version` can ask for, where it is to find out which a server has: none
/// that were defined for TLS 1.3 below it, and none there that TLS 1.3 took out (RFC 8446 4.2.7).
#[must_use]
pub fn askable_groups(version: Version) -> GroupSet {
    let is_of_tls13 = |group: NamedGroup| match group.0 {
        // Below TLS 1.3 they would speak of DHE, not of curves (RFC 7919 4).
        256.. => true,
        31..=33 | 41 => true,
        _ => false,
    };
    let is_of_both = |group: NamedGroup| matches!(group.0, 23..=25 | 29 | 30 | 34..=40);
    let is_askable = |group: &NamedGroup| match version {
        Version::Ssl2 | Version::Ssl3 => false,
        Version::Tls13 => is_of_both(*group) || is_of_tls13(*group),
        Version::Tls10 | Version::Tls11 | Version::Tls12 => !is_of_tls13(*group),
    };
    NamedGroup::ALL.iter().copied().filter(is_askable).collect()
}

/// The most suites that a hello of `version` made to order should offer.
#[must_use]
pub const fn most_suites(version: Version) -> usize {
    match version {
        Version::Ssl3 => suites::MAX_OLD_SUITES - 1,
        _ => MAX_TAILORED_SUITES,
    }
}

/// More than 128 choke some servers. With fewer than this in a hello it would take one more of them to
/// ask for all that TLS 1.2 has.
const MAX_TAILORED_SUITES: usize = 124;

/// None below TLS 1.2: clients must not send them there (RFC 5246 7.4.1.4.1).
fn signature_algorithms(versions: VersionRange) -> Vec<u16> {
    if versions.max() >= Version::Tls12 { SIGNATURE_ALGORITHMS.to_vec() } else { Vec::new() }
}

fn all_signature_algorithms(versions: VersionRange) -> Vec<u16> {
    let mut algorithms = signature_algorithms(versions);
    if !algorithms.is_empty() {
        algorithms.extend(RARE_SIGNATURE_ALGORITHMS);
    }
    algorithms
}

/// The suites that a hello offers, its signals left out.
#[must_use]
pub fn offered_suites(offer: Offer) -> SuiteSet {
    let suites = match contents(offer, &Entropy::new([0; 96])) {
        Some(contents) => contents.cipher_suites,
        None => ssl2_ciphers(offer.hello),
    };
    suites.into_iter().filter(|suite| *suite != CipherSuite::EMPTY_RENEGOTIATION_INFO_SCSV).collect()
}

/// The ciphers in the CLIENT-HELLO of SSL 2.0.
pub(super) fn ssl2_ciphers(hello: Hello) -> Vec<CipherSuite> {
    match hello {
        Hello::Variant(1) => CipherSuite::all_in(Version::Ssl2).collect(),
        Hello::Tailored(Tailored { suites: Some(suites), .. }) => {
            suites.iter().filter(|suite| suite.is_lawful_in(Version::Ssl2)).collect()
        }
        _ => suites::SSL2.iter().copied().map(CipherSuite).collect(),
    }
}

/// The CLIENT-HELLO of SSL 2.0 (draft-hickman-netscape-ssl 5.5.1.1), in its record.
pub(super) fn ssl2_client_hello(hello: Hello, entropy: &Entropy) -> Vec<u8> {
    let ciphers = ssl2_ciphers(hello);
    // 16 to 32 bytes are lawful: the variant sends the other length.
    let challenge = match hello {
        Hello::Variant(1) => entropy.random.as_slice(),
        _ => entropy.random.split_at(16).0,
    };
    let mut body = vec![1];
    for number in [usize::from(Version::Ssl2.code()), ciphers.len() * 3, 0, challenge.len()] {
        push_u16(&mut body, u16::try_from(number).unwrap_or_default());
    }
    for cipher in ciphers {
        let [_, bytes @ ..] = cipher.0.to_be_bytes();
        body.extend_from_slice(&bytes);
    }
    body.extend_from_slice(challenge);
    let mut out = Vec::new();
    push_u16(&mut out, 0x8000 | u16::try_from(body.len()).unwrap_or_default());
    out.extend_from_slice(&body);
    out
}
