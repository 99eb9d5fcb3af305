//! What `--allow` takes: names, what is below names, addresses and networks, each with a port or without.

use std::fmt;
use std::net::SocketAddr;

use super::Network;
use crate::escape::printable;
use crate::scenario::{HostName, parse_host};

const FORMS: &str = "write api.example.com, *.example.com, 192.0.2.1, 192.0.2.0/24, 2001:db8::/32 or \
                     [2001:db8::/32], each with :port or without";

/// Some of the addresses that a run may connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    what: What,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// All addresses that this name leads to.
    Name(String),
    /// All that the names below this one lead to, however far below: not itself.
    Below(String),
    /// All of this network.
    Network(Network),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What was found, and what to write.
    pub fn parse(text: &str) -> Result<Pattern, String> {
        if text == "*" {
            return Err("every host is allowed without --allow".to_owned());
        }
        if let Some(rest) = text.strip_prefix('.') {
            let rest = printable(rest);
            return Err(format!("for all names below {rest} write *.{rest}, and for itself {rest}"));
        }
        let (text, is_below) = match text.strip_prefix("*.") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (place, port) = split_port(text)?;
        if let Some(network) = Network::parse(place) {
            return match is_below {
                true => Err("an address has nothing below it; write a network, 192.0.2.0/24 say".to_owned()),
                false => Ok(Pattern { what: What::Network(network?), port }),
            };
        }
        let name = match parse_host(place).map(|host| host.name) {
            Ok(HostName::Dns(name)) if !place.contains(':') => name,
            _ => return Err(format!("`{}` is no name, address or network; {FORMS}", printable(text))),
        };
        Ok(Pattern { what: if is_below { What::Below(name) } else { What::Name(name) }, port })
    }

    /// Whether it is for names, and not for addresses.
    pub(super) fn is_of_names(&self) -> bool {
        !matches!(self.what, What::Network(_))
    }

    /// Whether it is for an address, to which `name` has led.
    pub(super) fn is_for(&self, name: Option<&str>, address: SocketAddr) -> bool {
        let is_there = match (&self.what, name) {
            (What::Name(allowed), Some(name)) => allowed == name,
            (What::Below(above), Some(name)) => {
                name.strip_suffix(above.as_str()).is_some_and(|below| below.len() > 1 && below.ends_with('.'))
            }
            (What::Network(network), _) => network.contains(address.ip()),
            (What::Name(_) | What::Below(_), None) => false,
        };
        is_there && self.port.is_none_or(|port| port == address.port())
    }
}

/// As it is read back.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.what, self.port) {
            (What::Name(name), _) => f.write_str(name)?,
            (What::Below(above), _) => write!(f, "*.{above}")?,
            (What::Network(network), Some(_)) if network.is_ipv6() => write!(f, "[{network}]")?,
            (What::Network(network), _) => write!(f, "{network}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// What stands before the port, without brackets, and the port.
fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let wrong = || format!("`{}` is no name, address or network; {FORMS}", printable(text));
    let (place, port) = if let Some(rest) = text.strip_prefix('[') {
        let (place, after) = rest.split_once(']').ok_or_else(wrong)?;
        match after.strip_prefix(':') {
            Some(port) => (place, Some(port)),
            None if after.is_empty() => (place, None),
            None => return Err(wrong()),
        }
    } else {
        match text.split_once(':') {
            // More than one is IPv6, which has brackets where it has a port; with a slash it is a URL.
            Some((place, port)) if !port.contains([':', '/']) => (place, Some(port)),
            _ => (text, None),
        }
    };
    let Some(port) = port else { return Ok((place, None)) };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok((place, Some(number))),
        _ => Err(format!("`{}` is not a port; write a number from 1 to 65535", printable(port))),
    }
}
