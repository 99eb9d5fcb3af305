//! Groups for key exchange (IANA "TLS Supported Groups").

use std::fmt;

mod set;

pub use set::GroupSet;

/// A group for key exchange (RFC 8446 4.2.7, RFC 8422 5.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NamedGroup(pub u16);

macro_rules! groups {
    ($($constant:ident = $code:literal, $name:literal;)*) => {
        impl NamedGroup {
            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: NamedGroup = NamedGroup($code);
            )*

            /// All groups that have a name, by ascending code.
            pub const ALL: &[NamedGroup] = &[$(NamedGroup::$constant),*];

            /// The name in the registry; `None` where the code is not in it.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

groups! {
    SECT163K1 = 1, "sect163k1";
    SECT163R1 = 2, "sect163r1";
    SECT163R2 = 3, "sect163r2";
    SECT193R1 = 4, "sect193r1";
    SECT193R2 = 5, "sect193r2";
    SECT233K1 = 6, "sect233k1";
    SECT233R1 = 7, "sect233r1";
    SECT239K1 = 8, "sect239k1";
    SECT283K1 = 9, "sect283k1";
    SECT283R1 = 10, "sect283r1";
    SECT409K1 = 11, "sect409k1";
    SECT409R1 = 12, "sect409r1";
    SECT571K1 = 13, "sect571k1";
    SECT571R1 = 14, "sect571r1";
    SECP160K1 = 15, "secp160k1";
    SECP160R1 = 16, "secp160r1";
    SECP160R2 = 17, "secp160r2";
    SECP192K1 = 18, "secp192k1";
    SECP192R1 = 19, "secp192r1";
    SECP224K1 = 20, "secp224k1";
    SECP224R1 = 21, "secp224r1";
    SECP256K1 = 22, "secp256k1";
    SECP256R1 = 23, "secp256r1";
    SECP384R1 = 24, "secp384r1";
    SECP521R1 = 25, "secp521r1";
    BRAINPOOL_P256R1 = 26, "brainpoolP256r1";
    BRAINPOOL_P384R1 = 27, "brainpoolP384r1";
    BRAINPOOL_P512R1 = 28, "brainpoolP512r1";
    X25519 = 29, "x25519";
    X448 = 30, "x448";
    BRAINPOOL_P256R1_TLS13 = 31, "brainpoolP256r1tls13";
    BRAINPOOL_P384R1_TLS13 = 32, "brainpoolP384r1tls13";
    BRAINPOOL_P512R1_TLS13 = 33, "brainpoolP512r1tls13";
    GC256A = 34, "GC256A";
    GC256B = 35, "GC256B";
    GC256C = 36, "GC256C";
    GC256D = 37, "GC256D";
    GC512A = 38, "GC512A";
    GC512B = 39, "GC512B";
    GC512C = 40, "GC512C";
    CURVE_SM2 = 41, "curveSM2";
    FFDHE2048 = 256, "ffdhe2048";
    FFDHE3072 = 257, "ffdhe3072";
    FFDHE4096 = 258, "ffdhe4096";
    FFDHE6144 = 259, "ffdhe6144";
    FFDHE8192 = 260, "ffdhe8192";
    MLKEM512 = 512, "MLKEM512";
    MLKEM768 = 513, "MLKEM768";
    MLKEM1024 = 514, "MLKEM1024";
    SECP256R1_MLKEM768 = 4587, "SecP256r1MLKEM768";
    X25519_MLKEM768 = 4588, "X25519MLKEM768";
    SECP384R1_MLKEM1024 = 4589, "SecP384r1MLKEM1024";
    CURVE_SM2_MLKEM768 = 4590, "curveSM2MLKEM768";
    X25519_KYBER768_DRAFT00 = 25497, "X25519Kyber768Draft00";
}

impl NamedGroup {
    /// Whether no quantum computer is known to break it: ML-KEM, alone or beside a curve.
    #[must_use]
    pub const fn is_post_quantum(self) -> bool {
        matches!(self.0, 512..=514 | 4587..=4590 | 25497)
    }

    /// The group with this name in the registry.
    #[must_use]
    pub fn from_name(name: &str) -> Option<NamedGroup> {
        NamedGroup::ALL.iter().copied().find(|group| group.name() == Some(name))
    }
}

impl fmt::Display for NamedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => f.pad(&format!("unknown (0x{:04X})", self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_an_unknown_code_is_shown() {
        for &group in NamedGroup::ALL {
            assert_eq!(NamedGroup::from_name(group.name().unwrap()), Some(group));
        }
        assert_eq!(NamedGroup(0x11EC).to_string(), "X25519MLKEM768");
        assert_eq!(NamedGroup(0x0A0A).to_string(), "unknown (0x0A0A)");
    }
}
