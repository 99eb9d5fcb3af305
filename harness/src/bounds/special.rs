//! Addresses that are not of the public internet, by IANA's registries of special-purpose addresses
//! (RFC 6890) as they were in 2026.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Network;

/// What an address is, that is not of the public internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Special {
    /// What it is, for people: `a private address (RFC 1918)`.
    pub what: &'static str,
    /// The address of IPv4 that is, where one of IPv6 only stands for it.
    pub embedded: Option<(Embedding, Ipv4Addr)>,
}

/// How an address of IPv6 stands for one of IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Embedding {
    /// `::ffff:0:0/96` (RFC 4291 2.5.5.2).
    Mapped,
    /// `2002::/16` (RFC 3056).
    SixToFour,
    /// `64:ff9b::/96` (RFC 6052).
    Nat64,
}

const LOOPBACK: &str = "a loopback address of this machine";
const PRIVATE: &str = "a private address (RFC 1918)";
const UNIQUE_LOCAL: &str = "a private address (RFC 4193)";
const LINK_LOCAL: &str = "a link-local address";
const METADATA: &str = "where a cloud keeps its metadata";
const MULTICAST: &str = "a multicast address";
const DOCUMENTATION: &str = "an address for documentation";
const BENCHMARK: &str = "an address for benchmarks";
const NOBODY: &str = "an address of nobody";
const RESERVED: &str = "a reserved address";

/// Of IPv4; the first that an address is in counts.
static V4: [(Network, &str); 20] = [
    // Clouds: most of them, Alibaba, Azure (where it looks public), Oracle.
    (Network::v4([169, 254, 169, 254], 32), METADATA),
    (Network::v4([100, 100, 100, 200], 32), METADATA),
    (Network::v4([168, 63, 129, 16], 32), METADATA),
    (Network::v4([192, 0, 0, 192], 32), METADATA),
    (Network::v4([0, 0, 0, 0], 8), NOBODY),
    (Network::v4([10, 0, 0, 0], 8), PRIVATE),
    (Network::v4([100, 64, 0, 0], 10), "a private address of a provider (RFC 6598)"),
    (Network::v4([127, 0, 0, 0], 8), LOOPBACK),
    (Network::v4([169, 254, 0, 0], 16), LINK_LOCAL),
    (Network::v4([172, 16, 0, 0], 12), PRIVATE),
    (Network::v4([192, 0, 0, 0], 24), RESERVED),
    (Network::v4([192, 0, 2, 0], 24), DOCUMENTATION),
    (Network::v4([192, 88, 99, 0], 24), RESERVED),
    (Network::v4([192, 168, 0, 0], 16), PRIVATE),
    (Network::v4([198, 18, 0, 0], 15), BENCHMARK),
    (Network::v4([198, 51, 100, 0], 24), DOCUMENTATION),
    (Network::v4([203, 0, 113, 0], 24), DOCUMENTATION),
    (Network::v4([224, 0, 0, 0], 4), MULTICAST),
    (Network::v4([255, 255, 255, 255], 32), "the broadcast address"),
    (Network::v4([240, 0, 0, 0], 4), RESERVED),
];

/// Of IPv6, beside [`GLOBAL`]; the first that an address is in counts.
static V6: [(Network, &str); 10] = [
    // Whole networks: Amazon's has metadata at ::254 and names and time beside it, Google's at ::254.
    (Network::v6([0xfd00, 0xec2, 0, 0], 64), METADATA),
    (Network::v6([0xfd20, 0xce, 0, 0], 64), METADATA),
    (Network::v6([0xfc00, 0, 0, 0], 7), UNIQUE_LOCAL),
    (Network::v6([0xfe80, 0, 0, 0], 10), LINK_LOCAL),
    (Network::v6([0xff00, 0, 0, 0], 8), MULTICAST),
    (Network::v6([0x2001, 0xdb8, 0, 0], 32), DOCUMENTATION),
    (Network::v6([0x3fff, 0, 0, 0], 20), DOCUMENTATION),
    (Network::v6([0x2001, 2, 0, 0], 48), BENCHMARK),
    // Teredo, ORCHID and other protocols.
    (Network::v6([0x2001, 0, 0, 0], 23), RESERVED),
    (Network::v6([0xfec0, 0, 0, 0], 10), "a private address (RFC 3879)"),
];

/// All that is given out to the public (RFC 4291 2.4): what is outside is nobody's, or not public.
static GLOBAL: Network = Network::v6([0x2000, 0, 0, 0], 3);

static NAT64: Network = Network::v6([0x64, 0xff9b, 0, 0], 96);
static SIX_TO_FOUR: Network = Network::v6([0x2002, 0, 0, 0], 16);

/// What an address is; `None` where it is of the public internet. One of IPv6 that stands for one of IPv4
/// is what that one is.
#[must_use]
pub fn special(address: IpAddr) -> Option<Special> {
    match address {
        IpAddr::V4(address) => of_v4(address, None),
        IpAddr::V6(address) => match embedded(address) {
            Some((how, inner)) => of_v4(inner, Some((how, inner))),
            None => of_v6(address).map(|what| Special { what, embedded: None }),
        },
    }
}

fn of_v4(address: Ipv4Addr, embedded: Option<(Embedding, Ipv4Addr)>) -> Option<Special> {
    find(&V4, address.into()).map(|what| Special { what, embedded })
}

fn of_v6(address: Ipv6Addr) -> Option<&'static str> {
    match address {
        Ipv6Addr::LOCALHOST => Some(LOOPBACK),
        Ipv6Addr::UNSPECIFIED => Some(NOBODY),
        _ => find(&V6, address.into()).or_else(|| (!GLOBAL.contains(address.into())).then_some(RESERVED)),
    }
}

fn find(table: &'static [(Network, &'static str)], address: IpAddr) -> Option<&'static str> {
    table.iter().find(|(network, _)| network.contains(address)).map(|(_, what)| *what)
}

fn embedded(address: Ipv6Addr) -> Option<(Embedding, Ipv4Addr)> {
    let [_, _, a, b, c, d, ..] = address.octets();
    let [.., w, x, y, z] = address.octets();
    if let Some(inner) = address.to_ipv4_mapped() {
        return Some((Embedding::Mapped, inner));
    }
    match IpAddr::V6(address) {
        address if SIX_TO_FOUR.contains(address) => Some((Embedding::SixToFour, Ipv4Addr::new(a, b, c, d))),
        address if NAT64.contains(address) => Some((Embedding::Nat64, Ipv4Addr::new(w, x, y, z))),
        _ => None,
    }
}

impl fmt::Display for Special {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.embedded {
            None => f.write_str(self.what),
            Some((how, inner)) => {
                let how = match how {
                    Embedding::Mapped => "as IPv6 writes it",
                    Embedding::SixToFour => "by 6to4",
                    Embedding::Nat64 => "by NAT64",
                };
                write!(f, "which is {inner} {how}, {}", self.what)
            }
        }
    }
}
