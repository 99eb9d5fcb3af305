//! Networks: an address and how many of its first bits count.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: IpAddr,
    length: u8,
}

impl Network {
    /// A network of IPv4; `length` is at most 32.
    pub(super) const fn v4(first: [u8; 4], length: u8) -> Network {
        let [a, b, c, d] = first;
        Network { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), length }
    }

    /// A network of IPv6; `length` is at most 128, and what is left out of `first` is zero.
    pub(super) const fn v6(first: [u16; 4], length: u8) -> Network {
        let [a, b, c, d] = first;
        Network { first: IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)), length }
    }

    /// The network of one address.
    pub(super) fn of(address: IpAddr) -> Network {
        let first = address.to_canonical();
        Network { first, length: bits(first).0 }
    }

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`; `None` where it begins with no address.
    ///
    /// # Errors
    /// What was found, and what to write.
    pub(super) fn parse(text: &str) -> Option<Result<Network, String>> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        Some(length.map_or_else(|| Ok(Network::of(address)), |length| Network::written(address, length)))
    }

    fn written(address: IpAddr, length: &str) -> Result<Network, String> {
        let (most, value) = bits(address);
        let number = length
            .parse::<u8>()
            .ok()
            .filter(|number| *number <= most && length.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(number) = number else {
            return Err(format!("the length of a network of {address} is a number from 0 to {most}"));
        };
        let first = value & mask(most, number);
        if first != value {
            let first = match address {
                IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(first).unwrap_or_default())),
                IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from_bits(first)),
            };
            return Err(format!(
                "{address}/{number} begins in the middle of a network: write {first}/{number}"
            ));
        }
        // The IPv4-mapped form is IPv4 to whoever connects (RFC 4291 2.5.5.2).
        match (address.to_canonical(), number.checked_sub(96)) {
            (first @ IpAddr::V4(_), Some(length)) if address.is_ipv6() => Ok(Network { first, length }),
            _ => Ok(Network { first: address, length: number }),
        }
    }

    /// Whether it is of IPv6.
    pub(super) fn is_ipv6(&self) -> bool {
        self.first.is_ipv6()
    }

    /// Whether an address is in it; one that is IPv4-mapped is the one of IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let ((most, first), (other, value)) = (bits(self.first), bits(address.to_canonical()));
        most == other && first == value & mask(most, self.length)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match bits(self.first) {
            (most, _) if most == self.length => write!(f, "{}", self.first),
            _ => write!(f, "{}/{}", self.first, self.length),
        }
    }
}

/// How many bits an address has, and its value.
fn bits(address: IpAddr) -> (u8, u128) {
    match address {
        IpAddr::V4(address) => (32, u128::from(address.to_bits())),
        IpAddr::V6(address) => (128, address.to_bits()),
    }
}

/// The first `length` of `most` bits.
fn mask(most: u8, length: u8) -> u128 {
    let rest = u32::from(most.saturating_sub(length));
    let ones = u128::MAX.checked_shr(128 - u32::from(most)).unwrap_or_default();
    ones & u128::MAX.checked_shl(rest).unwrap_or_default()
}
