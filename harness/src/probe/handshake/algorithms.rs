//! Which key a certificate holds, and how it is signed: from object identifiers to what people call them.

use x509_parser::der_parser::asn1_rs::Oid;
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::RSAPublicKey;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::x509::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use crate::certificate::{PublicKey, SignatureHash};
use crate::escape::printable;
use crate::evidence::Signature;

/// RSASSA-PSS (RFC 4055 3.1): the hash is among its parameters.
const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

/// Signature algorithms with what they stand or fall with (RFC 3279, 4055, 5758, 8410, 9881).
const SIGNATURES: &[(&str, &str, SignatureHash)] = &[
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", SignatureHash::Md2),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", SignatureHash::Md5),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", SignatureHash::Sha1),
    // An older identifier of the same (OIW).
    ("1.3.14.3.2.29", "sha1WithRSASignature", SignatureHash::Sha1),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", SignatureHash::Sha224),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", SignatureHash::Sha256),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", SignatureHash::Sha384),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", SignatureHash::Sha512),
    ("1.2.840.10040.4.3", "dsa-with-sha1", SignatureHash::Sha1),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-sha224", SignatureHash::Sha224),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256", SignatureHash::Sha256),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", SignatureHash::Sha1),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", SignatureHash::Sha224),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", SignatureHash::Sha256),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", SignatureHash::Sha384),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", SignatureHash::Sha512),
    ("1.3.101.112", "Ed25519", SignatureHash::Ed25519),
    ("1.3.101.113", "Ed448", SignatureHash::Ed448),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44", SignatureHash::MlDsa),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65", SignatureHash::MlDsa),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87", SignatureHash::MlDsa),
];

/// Hashes as parameters of RSASSA-PSS have them (RFC 4055 2.1).
const HASHES: &[(&str, SignatureHash)] = &[
    ("1.2.840.113549.2.5", SignatureHash::Md5),
    ("1.3.14.3.2.26", SignatureHash::Sha1),
    ("2.16.840.1.101.3.4.2.4", SignatureHash::Sha224),
    ("2.16.840.1.101.3.4.2.1", SignatureHash::Sha256),
    ("2.16.840.1.101.3.4.2.2", SignatureHash::Sha384),
    ("2.16.840.1.101.3.4.2.3", SignatureHash::Sha512),
];

/// How something is signed.
pub(super) fn signature(algorithm: &AlgorithmIdentifier<'_>) -> Signature {
    let oid = algorithm.algorithm.to_id_string();
    if oid == RSASSA_PSS {
        let hash = algorithm.parameters.as_ref().and_then(|any| {
            let parameters = RsaSsaPssParams::try_from(any).ok()?;
            hash_of(parameters.hash_algorithm_oid())
        });
        let with = hash.map(|hash| format!(" with {hash}")).unwrap_or_default();
        return Signature { algorithm: format!("RSASSA-PSS{with}"), hash };
    }
    match SIGNATURES.iter().find(|(known, ..)| *known == oid) {
        Some((_, name, hash)) => Signature { algorithm: (*name).to_owned(), hash: Some(*hash) },
        None => Signature { algorithm: printable(&oid), hash: None },
    }
}

fn hash_of(oid: &Oid<'_>) -> Option<SignatureHash> {
    let oid = oid.to_id_string();
    HASHES.iter().find(|(known, _)| *known == oid).map(|(_, hash)| *hash)
}

/// The key that a certificate holds.
pub(super) fn public_key(key: &SubjectPublicKeyInfo<'_>) -> PublicKey {
    let oid = key.algorithm.algorithm.to_id_string();
    let bytes = key.subject_public_key.data.as_ref();
    let other = || PublicKey::Other(printable(&oid));
    match oid.as_str() {
        "1.2.840.113549.1.1.1" => match RSAPublicKey::from_der(bytes) {
            Ok((_, key)) => PublicKey::Rsa(bits(key.modulus)),
            Err(_) => other(),
        },
        // The curve is the parameter of the algorithm (RFC 5480 2.1.1).
        "1.2.840.10045.2.1" => {
            let curve = key.algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
            match curve.map(|curve| curve.to_id_string()).as_deref() {
                Some("1.2.840.10045.3.1.7") => PublicKey::P256,
                Some("1.3.132.0.34") => PublicKey::P384,
                Some("1.3.132.0.35") => PublicKey::P521,
                Some(curve) => PublicKey::Other(format!("ECDSA on {}", printable(curve))),
                None => other(),
            }
        }
        "1.3.101.112" => PublicKey::Ed25519,
        "1.3.101.113" => PublicKey::Ed448,
        _ => other(),
    }
}

/// The size of a modulus, without the zeros before it.
fn bits(modulus: &[u8]) -> u32 {
    let mut bytes = modulus.iter().skip_while(|byte| **byte == 0);
    let Some(first) = bytes.next() else { return 0 };
    let rest = u32::try_from(bytes.count()).unwrap_or(u32::MAX);
    rest.saturating_mul(8).saturating_add(u8::BITS - first.leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::super::details::details;
    use super::*;

    #[test]
    fn a_modulus_is_as_long_as_its_first_one() {
        for (modulus, expected) in
            [(&[][..], 0), (&[0, 0], 0), (&[0, 0x80], 8), (&[0x7f, 0xff], 15), (&[0, 0, 1, 0], 9)]
        {
            assert_eq!(bits(modulus), expected, "{modulus:?}");
        }
        let of_2048: Vec<u8> = [&[0, 0x80][..], &[0; 255]].concat();
        assert_eq!(bits(&of_2048), 2048);
    }

    /// Certificates that `openssl req -x509` made, since ring makes no such.
    #[test]
    fn keys_and_signatures_are_found_as_openssl_made_them() {
        macro_rules! made {
            ($name:literal) => {
                &include_bytes!(concat!("../../../tests/data/certificates/", $name, ".der"))[..]
            };
        }
        use SignatureHash::{Ed448, Ed25519, Md5, Sha1, Sha224, Sha256, Sha384, Sha512};
        let other = |name: &str| PublicKey::Other(name.to_owned());
        for (der, key, algorithm, hash) in [
            (made!("rsa-1024-md5"), PublicKey::Rsa(1024), "md5WithRSAEncryption", Md5),
            (made!("rsa-2047-sha1"), PublicKey::Rsa(2047), "sha1WithRSAEncryption", Sha1),
            (made!("rsa-3072-sha512"), PublicKey::Rsa(3072), "sha512WithRSAEncryption", Sha512),
            (made!("rsa-2048-pss-sha384"), PublicKey::Rsa(2048), "RSASSA-PSS with SHA-384", Sha384),
            // By default: nothing in the certificate says so (RFC 4055 3.1).
            (made!("rsa-2048-pss-sha1"), PublicKey::Rsa(2048), "RSASSA-PSS with SHA-1", Sha1),
            (made!("p-384-sha224"), PublicKey::P384, "ecdsa-with-SHA224", Sha224),
            (made!("p-521-sha512"), PublicKey::P521, "ecdsa-with-SHA512", Sha512),
            (made!("secp256k1-sha256"), other("ECDSA on 1.3.132.0.10"), "ecdsa-with-SHA256", Sha256),
            (made!("ed25519"), PublicKey::Ed25519, "Ed25519", Ed25519),
            (made!("ed448"), PublicKey::Ed448, "Ed448", Ed448),
            (made!("dsa-sha256"), other("1.2.840.10040.4.1"), "dsa-with-sha256", Sha256),
            (made!("pss-key"), other("1.2.840.113549.1.1.10"), "RSASSA-PSS with SHA-256", Sha256),
        ] {
            let details = details(der).unwrap();
            let signature = Signature { algorithm: algorithm.to_owned(), hash: Some(hash) };
            assert_eq!((details.key, details.signature), (key, signature));
            assert_eq!(details.sha256.len(), 64);
        }
    }

    #[test]
    fn what_is_not_known_keeps_its_number() {
        for (_, _, hash) in SIGNATURES {
            assert!(SignatureHash::ALL.iter().any(|(_, known)| known == hash));
        }
        let mut der = include_bytes!("../../../tests/data/certificates/ed25519.der").to_vec();
        // 1.3.101.112 becomes 1.3.101.127, wherever it stands.
        for place in 0..der.len() - 2 {
            if der[place..place + 3] == [0x2b, 0x65, 0x70] {
                der[place + 2] = 0x7f;
            }
        }
        let details = details(&der).unwrap();
        assert_eq!(details.key, PublicKey::Other("1.3.101.127".to_owned()));
        assert_eq!(details.signature, Signature { algorithm: "1.3.101.127".to_owned(), hash: None });
    }
}
