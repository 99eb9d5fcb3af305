//! Keys and signatures of certificates, by the names that scenarios and reports have for them.

use std::fmt;

/// The key of a certificate, or the kind of key that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// RSA with a modulus of so many bits; of an allowed kind the fewest (RFC 8017).
    Rsa(u32),
    /// ECDSA on P-256, which TLS calls `secp256r1` (RFC 5480).
    P256,
    /// ECDSA on P-384.
    P384,
    /// ECDSA on P-521.
    P521,
    /// EdDSA on Curve25519 (RFC 8410).
    Ed25519,
    /// EdDSA on Curve448 (RFC 8410).
    Ed448,
    /// Another one: its object identifier, escaped. No kind that can be allowed.
    Other(String),
}

impl PublicKey {
    /// Names of kinds that can be allowed; of RSA one for all numbers of bits.
    pub const NAMES: &[&str] = &["RSA-2048", "P-256", "P-384", "P-521", "Ed25519", "Ed448"];
    /// The fewest and the most bits of an RSA key that a kind can be named by.
    pub const RSA_BITS: std::ops::RangeInclusive<u32> = 512..=16_384;

    /// The kind of this name; `RSA-3072` is RSA of at least 3072 bits.
    #[must_use]
    pub fn from_name(name: &str) -> Option<PublicKey> {
        Some(match name {
            "P-256" => PublicKey::P256,
            "P-384" => PublicKey::P384,
            "P-521" => PublicKey::P521,
            "Ed25519" => PublicKey::Ed25519,
            "Ed448" => PublicKey::Ed448,
            _ => {
                let digits = name.strip_prefix("RSA-")?;
                let is_plain = !digits.starts_with(['0', '+']);
                let bits = digits.parse().ok().filter(|bits| is_plain && Self::RSA_BITS.contains(bits))?;
                PublicKey::Rsa(bits)
            }
        })
    }

    /// Whether a key is of this kind: of RSA also where it has more bits.
    #[must_use]
    pub fn allows(&self, found: &PublicKey) -> bool {
        match (self, found) {
            (PublicKey::Rsa(fewest), PublicKey::Rsa(bits)) => bits >= fewest,
            (PublicKey::Other(_), _) => false,
            (kind, found) => kind == found,
        }
    }

    /// The size of the key in bits, where it is known.
    #[must_use]
    pub fn bits(&self) -> Option<u32> {
        match self {
            PublicKey::Rsa(bits) => Some(*bits),
            PublicKey::P256 => Some(256),
            PublicKey::P384 => Some(384),
            PublicKey::P521 => Some(521),
            PublicKey::Ed25519 => Some(256),
            PublicKey::Ed448 => Some(456),
            PublicKey::Other(_) => None,
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublicKey::Rsa(bits) => write!(f, "RSA-{bits}"),
            PublicKey::P256 => f.write_str("P-256"),
            PublicKey::P384 => f.write_str("P-384"),
            PublicKey::P521 => f.write_str("P-521"),
            PublicKey::Ed25519 => f.write_str("Ed25519"),
            PublicKey::Ed448 => f.write_str("Ed448"),
            PublicKey::Other(name) => write!(f, "a key of kind {name}"),
        }
    }
}

/// What a signature stands or falls with: the hash that was signed, or for schemes that have theirs
/// built in the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureHash {
    /// MD2 (RFC 1319): broken.
    Md2,
    /// MD5: broken (RFC 6151).
    Md5,
    /// SHA-1: no longer for signatures (RFC 9155).
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// EdDSA on Curve25519 (RFC 8410).
    Ed25519,
    /// EdDSA on Curve448 (RFC 8410).
    Ed448,
    /// ML-DSA of any size (RFC 9881).
    MlDsa,
}

impl SignatureHash {
    /// All of them with their names.
    pub const ALL: &[(&str, SignatureHash)] = &[
        ("MD2", SignatureHash::Md2),
        ("MD5", SignatureHash::Md5),
        ("SHA-1", SignatureHash::Sha1),
        ("SHA-224", SignatureHash::Sha224),
        ("SHA-256", SignatureHash::Sha256),
        ("SHA-384", SignatureHash::Sha384),
        ("SHA-512", SignatureHash::Sha512),
        ("Ed25519", SignatureHash::Ed25519),
        ("Ed448", SignatureHash::Ed448),
        ("ML-DSA", SignatureHash::MlDsa),
    ];
    /// Their names.
    pub const NAMES: &[&str] =
        &["MD2", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "Ed25519", "Ed448", "ML-DSA"];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<SignatureHash> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, hash)| *hash)
    }
}

impl fmt::Display for SignatureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, hash)| hash == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_key_has_one_name_and_allows_what_is_as_strong_of_its_kind() {
        for name in PublicKey::NAMES.iter().chain(&["RSA-3072", "RSA-512", "RSA-16384"]) {
            assert_eq!(PublicKey::from_name(name).unwrap().to_string(), **name);
        }
        for name in
            ["RSA", "RSA-", "RSA-0", "RSA-02048", "RSA-+2048", "RSA-511", "RSA-99999", "p-256", "ECDSA"]
        {
            assert_eq!(PublicKey::from_name(name), None, "{name}");
        }
        let other = PublicKey::Other("1.2.3".to_owned());
        for (kind, found, allowed) in [
            (PublicKey::Rsa(2048), PublicKey::Rsa(2048), true),
            (PublicKey::Rsa(2048), PublicKey::Rsa(4096), true),
            (PublicKey::Rsa(2048), PublicKey::Rsa(2047), false),
            (PublicKey::Rsa(2048), PublicKey::P256, false),
            (PublicKey::P256, PublicKey::P256, true),
            (PublicKey::P256, PublicKey::P384, false),
            (PublicKey::Ed25519, PublicKey::Ed448, false),
            (other.clone(), other, false),
        ] {
            assert_eq!(kind.allows(&found), allowed, "{kind} {found}");
        }
    }

    #[test]
    fn a_hash_has_one_name() {
        for ((name, hash), listed) in SignatureHash::ALL.iter().zip(SignatureHash::NAMES) {
            assert_eq!(
                (SignatureHash::from_name(name), &hash.to_string()),
                (Some(*hash), &(*listed).to_owned())
            );
        }
        assert_eq!(SignatureHash::ALL.len(), SignatureHash::NAMES.len());
        assert_eq!(SignatureHash::from_name("SHA1"), None);
    }
}
