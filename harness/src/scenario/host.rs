//! Hosts and where to connect, as scenarios write them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

mod parse;

pub(super) use parse::{connect_to, host, server_name};

/// A host on trial: a name or an address, and a port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host {
    /// Its name or address.
    pub name: HostName,
    /// Its port, 443 where none was written.
    pub port: u16,
}

/// A host's name or address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostName {
    /// A DNS name: lower case, without a final dot.
    Dns(String),
    /// An address.
    Ip(IpAddr),
}

/// Where to connect instead of resolving the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConnectTo {
    /// The address.
    pub address: IpAddr,
    /// The port; `None` for the host's.
    pub port: Option<u16>,
}

impl Host {
    /// As a person calls it and scenarios write it: without the port of HTTPS.
    #[must_use]
    pub fn short(&self) -> String {
        match &self.name {
            _ if self.port != 443 => self.to_string(),
            HostName::Ip(IpAddr::V6(address)) => format!("[{address}]"),
            name => name.to_string(),
        }
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostName::Dns(name) => f.write_str(name),
            HostName::Ip(address) => write!(f, "{address}"),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            HostName::Ip(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            name => write!(f, "{name}:{}", self.port),
        }
    }
}

/// As scenarios write it.
impl fmt::Display for ConnectTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.address, self.port) {
            (IpAddr::V4(address), None) => write!(f, "{address}"),
            (IpAddr::V6(address), None) => write!(f, "[{address}]"),
            (address, Some(port)) => write!(f, "{}", SocketAddr::new(address, port)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_is_read_back_as_the_same_host() {
        for (text, short) in [
            ("api.example.com", "api.example.com"),
            ("api.example.com:443", "api.example.com"),
            ("api.example.com:8443", "api.example.com:8443"),
            ("192.0.2.1:443", "192.0.2.1"),
            ("[::1]", "[::1]"),
            ("[2001:db8::1]:443", "[2001:db8::1]"),
            ("[2001:db8::1]:8443", "[2001:db8::1]:8443"),
        ] {
            let read = host(text).unwrap();
            assert_eq!(read.short(), short);
            assert_eq!(host(&read.short()).unwrap(), read);
        }
    }
}
