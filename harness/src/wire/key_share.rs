//! Key shares that are valid, for every group that is known: a server answers a share as it would
//! any other, and the handshake goes no further, so nothing has to be secret or computed.

use super::named_group::NamedGroup;

/// A share of `group` for `key_share` (RFC 8446 4.2.8); `None` for a group that none is known of.
/// `random` is the share of x25519, of which every 32 bytes are one (RFC 7748 5).
pub(super) fn share(group: NamedGroup, random: [u8; 32]) -> Option<Vec<u8>> {
    Some(match group {
        NamedGroup::X25519 => random.to_vec(),
        // The base point, 5, little-endian (RFC 7748 4.2).
        NamedGroup::X448 => [&[5][..], &[0; 55]].concat(),
        NamedGroup::FFDHE2048 => ffdhe(2048),
        NamedGroup::FFDHE3072 => ffdhe(3072),
        NamedGroup::FFDHE4096 => ffdhe(4096),
        NamedGroup::FFDHE6144 => ffdhe(6144),
        NamedGroup::FFDHE8192 => ffdhe(8192),
        NamedGroup::MLKEM512 => ml_kem(2),
        NamedGroup::MLKEM768 => ml_kem(3),
        NamedGroup::MLKEM1024 => ml_kem(4),
        // draft-ietf-tls-ecdhe-mlkem 4.1: the classical part comes first, but with x25519 last.
        NamedGroup::X25519_MLKEM768 => [ml_kem(3), random.to_vec()].concat(),
        NamedGroup::SECP256R1_MLKEM768 => [P256.to_vec(), ml_kem(3)].concat(),
        NamedGroup::SECP384R1_MLKEM1024 => [P384.to_vec(), ml_kem(4)].concat(),
        NamedGroup::CURVE_SM2_MLKEM768 => [SM2.to_vec(), ml_kem(3)].concat(),
        // draft-tls-westerbaan-xyber768d00 3: here x25519 comes first.
        NamedGroup::X25519_KYBER768_DRAFT00 => [random.to_vec(), ml_kem(3)].concat(),
        _ => base_point(group)?.to_vec(),
    })
}

/// The base point of a curve, uncompressed: on the curve, and of the right order.
fn base_point(group: NamedGroup) -> Option<&'static [u8]> {
    Some(match group {
        NamedGroup::SECP256R1 => P256,
        NamedGroup::SECP384R1 => P384,
        NamedGroup::SECP521R1 => P521,
        NamedGroup::BRAINPOOL_P256R1_TLS13 => BRAINPOOL_P256,
        NamedGroup::BRAINPOOL_P384R1_TLS13 => BRAINPOOL_P384,
        NamedGroup::BRAINPOOL_P512R1_TLS13 => BRAINPOOL_P512,
        NamedGroup::CURVE_SM2 => SM2,
        _ => return None,
    })
}

/// The number 4, as long as the prime (RFC 7919 5.1 wants 1 < y < p - 1). A square, so it lies in
/// the subgroup that strict servers check.
fn ffdhe(bits: usize) -> Vec<u8> {
    let mut number = vec![0; bits / 8 - 1];
    number.push(4);
    number
}

/// An encapsulation key of `rank` polynomials whose coefficients are all 1, below the modulus as
/// FIPS 203 7.2 has a server check, and a seed.
fn ml_kem(rank: usize) -> Vec<u8> {
    let mut key = [0x01, 0x10, 0x00].repeat(128 * rank);
    key.extend([0x5A; 32]);
    key
}

/// SEC 2 2.4.2.
const P256: &[u8] = b"\
    \x04\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\
    \xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\
    \x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";
/// SEC 2 2.5.1.
const P384: &[u8] = b"\
    \x04\xaa\x87\xca\x22\xbe\x8b\x05\x37\x8e\xb1\xc7\x1e\xf3\x20\xad\x74\x6e\x1d\x3b\x62\x8b\xa7\x9b\
    \x98\x59\xf7\x41\xe0\x82\x54\x2a\x38\x55\x02\xf2\x5d\xbf\x55\x29\x6c\x3a\x54\x5e\x38\x72\x76\x0a\
    \xb7\x36\x17\xde\x4a\x96\x26\x2c\x6f\x5d\x9e\x98\xbf\x92\x92\xdc\x29\xf8\xf4\x1d\xbd\x28\x9a\x14\
    \x7c\xe9\xda\x31\x13\xb5\xf0\xb8\xc0\x0a\x60\xb1\xce\x1d\x7e\x81\x9d\x7a\x43\x1d\x7c\x90\xea\x0e\
    \x5f";
/// SEC 2 2.6.1.
const P521: &[u8] = b"\
    \x04\x00\xc6\x85\x8e\x06\xb7\x04\x04\xe9\xcd\x9e\x3e\xcb\x66\x23\x95\xb4\x42\x9c\x64\x81\x39\x05\
    \x3f\xb5\x21\xf8\x28\xaf\x60\x6b\x4d\x3d\xba\xa1\x4b\x5e\x77\xef\xe7\x59\x28\xfe\x1d\xc1\x27\xa2\
    \xff\xa8\xde\x33\x48\xb3\xc1\x85\x6a\x42\x9b\xf9\x7e\x7e\x31\xc2\xe5\xbd\x66\x01\x18\x39\x29\x6a\
    \x78\x9a\x3b\xc0\x04\x5c\x8a\x5f\xb4\x2c\x7d\x1b\xd9\x98\xf5\x44\x49\x57\x9b\x44\x68\x17\xaf\xbd\
    \x17\x27\x3e\x66\x2c\x97\xee\x72\x99\x5e\xf4\x26\x40\xc5\x50\xb9\x01\x3f\xad\x07\x61\x35\x3c\x70\
    \x86\xa2\x72\xc2\x40\x88\xbe\x94\x76\x9f\xd1\x66\x50";
/// RFC 5639 3.4.
const BRAINPOOL_P256: &[u8] = b"\
    \x04\x8b\xd2\xae\xb9\xcb\x7e\x57\xcb\x2c\x4b\x48\x2f\xfc\x81\xb7\xaf\xb9\xde\x27\xe1\xe3\xbd\x23\
    \xc2\x3a\x44\x53\xbd\x9a\xce\x32\x62\x54\x7e\xf8\x35\xc3\xda\xc4\xfd\x97\xf8\x46\x1a\x14\x61\x1d\
    \xc9\xc2\x77\x45\x13\x2d\xed\x8e\x54\x5c\x1d\x54\xc7\x2f\x04\x69\x97";
/// RFC 5639 3.6.
const BRAINPOOL_P384: &[u8] = b"\
    \x04\x1d\x1c\x64\xf0\x68\xcf\x45\xff\xa2\xa6\x3a\x81\xb7\xc1\x3f\x6b\x88\x47\xa3\xe7\x7e\xf1\x4f\
    \xe3\xdb\x7f\xca\xfe\x0c\xbd\x10\xe8\xe8\x26\xe0\x34\x36\xd6\x46\xaa\xef\x87\xb2\xe2\x47\xd4\xaf\
    \x1e\x8a\xbe\x1d\x75\x20\xf9\xc2\xa4\x5c\xb1\xeb\x8e\x95\xcf\xd5\x52\x62\xb7\x0b\x29\xfe\xec\x58\
    \x64\xe1\x9c\x05\x4f\xf9\x91\x29\x28\x0e\x46\x46\x21\x77\x91\x81\x11\x42\x82\x03\x41\x26\x3c\x53\
    \x15";
/// RFC 5639 3.7.
const BRAINPOOL_P512: &[u8] = b"\
    \x04\x81\xae\xe4\xbd\xd8\x2e\xd9\x64\x5a\x21\x32\x2e\x9c\x4c\x6a\x93\x85\xed\x9f\x70\xb5\xd9\x16\
    \xc1\xb4\x3b\x62\xee\xf4\xd0\x09\x8e\xff\x3b\x1f\x78\xe2\xd0\xd4\x8d\x50\xd1\x68\x7b\x93\xb9\x7d\
    \x5f\x7c\x6d\x50\x47\x40\x6a\x5e\x68\x8b\x35\x22\x09\xbc\xb9\xf8\x22\x7d\xde\x38\x5d\x56\x63\x32\
    \xec\xc0\xea\xbf\xa9\xcf\x78\x22\xfd\xf2\x09\xf7\x00\x24\xa5\x7b\x1a\xa0\x00\xc5\x5b\x88\x1f\x81\
    \x11\xb2\xdc\xde\x49\x4a\x5f\x48\x5e\x5b\xca\x4b\xd8\x8a\x27\x63\xae\xd1\xca\x2b\x2f\xa8\xf0\x54\
    \x06\x78\xcd\x1e\x0f\x3a\xd8\x08\x92";
/// RFC 8998 appendix A.2.
const SM2: &[u8] = b"\
    \x04\x32\xc4\xae\x2c\x1f\x19\x81\x19\x5f\x99\x04\x46\x6a\x39\xc9\x94\x8f\xe3\x0b\xbf\xf2\x66\x0b\
    \xe1\x71\x5a\x45\x89\x33\x4c\x74\xc7\xbc\x37\x36\xa2\xf4\xf6\x77\x9c\x59\xbd\xce\xe3\x6b\x69\x21\
    \x53\xd0\xa9\x87\x7c\xc6\x2a\x47\x40\x02\xdf\x32\xe5\x21\x39\xf0\xa0";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_the_length_that_its_group_demands() {
        for (group, length) in [
            (NamedGroup::X25519, 32),
            (NamedGroup::X448, 56),
            (NamedGroup::SECP256R1, 65),
            (NamedGroup::SECP384R1, 97),
            (NamedGroup::SECP521R1, 133),
            (NamedGroup::BRAINPOOL_P256R1_TLS13, 65),
            (NamedGroup::BRAINPOOL_P384R1_TLS13, 97),
            (NamedGroup::BRAINPOOL_P512R1_TLS13, 129),
            (NamedGroup::CURVE_SM2, 65),
            (NamedGroup::FFDHE2048, 256),
            (NamedGroup::FFDHE3072, 384),
            (NamedGroup::FFDHE4096, 512),
            (NamedGroup::FFDHE6144, 768),
            (NamedGroup::FFDHE8192, 1024),
            (NamedGroup::MLKEM512, 800),
            (NamedGroup::MLKEM768, 1184),
            (NamedGroup::MLKEM1024, 1568),
            (NamedGroup::X25519_MLKEM768, 1216),
            (NamedGroup::SECP256R1_MLKEM768, 1249),
            (NamedGroup::SECP384R1_MLKEM1024, 1665),
            (NamedGroup::CURVE_SM2_MLKEM768, 1249),
            (NamedGroup::X25519_KYBER768_DRAFT00, 1216),
        ] {
            assert_eq!(share(group, [7; 32]).map(|share| share.len()), Some(length), "{group}");
        }
        assert_eq!(share(NamedGroup(0x1234), [7; 32]), None);
    }
}
