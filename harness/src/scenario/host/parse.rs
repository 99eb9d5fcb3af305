//! Hosts, addresses and server names as authors write them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{ConnectTo, Host, HostName};
use crate::escape::is_obeyed;
use crate::scenario::wrong::{Wrong, quote};

/// The port of HTTPS, where none is written.
const DEFAULT_PORT: u16 = 443;
/// The longest name, without a final dot (RFC 1035 2.3.4).
const MAX_NAME: usize = 253;
/// The longest label (RFC 1035 2.3.4).
const MAX_LABEL: usize = 63;

const FORMS: &str = "write `name`, `name:port`, an IPv4 address, `[IPv6]` or `[IPv6]:port`";

/// Reads a host: `name`, `name:port`, IPv4, `[IPv6]`, `[IPv6]:port`.
pub(in crate::scenario) fn host(text: &str) -> Result<Host, Wrong> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = bracketed(rest).ok_or_else(|| not_a_host(text))?;
        return Ok(Host { name: HostName::Ip(address.into()), port: port_or(port, DEFAULT_PORT)? });
    }
    if let Some(wrong) = something_else(text) {
        return Err(wrong);
    }
    let (name, port) = match text.split_once(':') {
        Some(("", _)) => {
            return Err(Wrong::new(format!("{} has no name before its port", quote(text)), FORMS));
        }
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let name = match name.parse::<Ipv4Addr>() {
        Ok(address) => HostName::Ip(address.into()),
        Err(_) => HostName::Dns(dns_name(name)?),
    };
    Ok(Host { name, port: port_or(port, DEFAULT_PORT)? })
}

/// Reads where to connect: an address, and perhaps a port.
pub(in crate::scenario) fn connect_to(text: &str) -> Result<ConnectTo, Wrong> {
    let forms = "write an IPv4 address, `[IPv6]`, or one of them with `:port`";
    let wrong = || Wrong::new(format!("{} is not an address", quote(text)), forms);
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = bracketed(rest).ok_or_else(wrong)?;
        return Ok(ConnectTo { address: address.into(), port: optional_port(port)? });
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Err(needs_brackets(text, address));
    }
    let (address, port) = match text.split_once(':') {
        Some((address, port)) => (address, Some(port)),
        None => (text, None),
    };
    let address: Ipv4Addr = address.parse().map_err(|_| wrong())?;
    Ok(ConnectTo { address: IpAddr::V4(address), port: optional_port(port)? })
}

/// Reads a name for `server_name` (RFC 6066 3): a DNS name without a port.
pub(in crate::scenario) fn server_name(text: &str) -> Result<String, Wrong> {
    let forms = "write a DNS name without a port, or `none`";
    if text.parse::<IpAddr>().is_ok() || text.starts_with('[') {
        return Err(Wrong::new(
            format!("{} is an address, which `server_name` cannot carry (RFC 6066 3)", quote(text)),
            forms,
        ));
    }
    if text.eq_ignore_ascii_case("none") {
        return Err(Wrong::new(format!("{} is not a DNS name", quote(text)), "did you mean `none`?"));
    }
    if text.is_empty() || (text.contains(':') && !text.contains("://")) {
        return Err(Wrong::new(format!("{} is not a DNS name", quote(text)), forms));
    }
    match something_else(text) {
        Some(wrong) => Err(Wrong { write: forms.to_owned(), ..wrong }),
        None => dns_name(text),
    }
}

/// What was written in place of a host, where that can be told.
fn something_else(text: &str) -> Option<Wrong> {
    let found = |what: &str| format!("{} {what}", quote(text));
    if text.is_empty() {
        return Some(Wrong::new("an empty host", FORMS));
    }
    if let Some((_, rest)) = text.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let write = if host.is_empty() || something_else(host).is_some() || dns_name(host_part(host)).is_err()
        {
            FORMS.to_owned()
        } else if rest.len() > authority.len() + 1 {
            format!("write the host alone, {}, and the rest as `path`", quote(host))
        } else {
            format!("write the host alone: {}", quote(host))
        };
        return Some(Wrong::new(found("is a URL"), write));
    }
    if text.starts_with('-') {
        return Some(Wrong::new(found("begins with `-`, as options do"), FORMS));
    }
    if text.chars().any(char::is_whitespace) {
        return Some(Wrong::new(found("has a blank in it"), "write one host; several go into `hosts`"));
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(needs_brackets(text, address));
    }
    if text.matches(':').count() > 1 {
        return Some(Wrong::new(
            found("has more than one `:`"),
            "write an IPv6 address in brackets: `[2001:db8::1]:443`",
        ));
    }
    if let Some(index) = text.find('/') {
        let (host, path) = text.split_at(index);
        let write = if dns_name(host_part(host)).is_ok() && !host.ends_with(':') {
            format!("write the host alone, {}, and `path: {}`", quote(host), quote(path).trim_matches('`'))
        } else {
            FORMS.to_owned()
        };
        return Some(Wrong::new(found("has a path in it"), write));
    }
    if text.contains('@') {
        return Some(Wrong::new(found("has an `@` in it"), FORMS));
    }
    None
}

fn host_part(host: &str) -> &str {
    host.split_once(':').map_or(host, |(name, _)| name)
}

fn not_a_host(text: &str) -> Wrong {
    Wrong::new(format!("{} is not a host", quote(text)), FORMS)
}

fn needs_brackets(text: &str, address: Ipv6Addr) -> Wrong {
    // YAML reads a bare bracket as the beginning of a list.
    Wrong::new(
        format!("{} is an IPv6 address without brackets", quote(text)),
        format!("write it in brackets and quotes: `\"[{address}]\"`"),
    )
}

/// The address and the port behind an opening bracket.
fn bracketed(rest: &str) -> Option<(Ipv6Addr, Option<&str>)> {
    let (address, after) = rest.split_once(']')?;
    let address = address.parse().ok()?;
    match after.strip_prefix(':') {
        Some(port) => Some((address, Some(port))),
        None if after.is_empty() => Some((address, None)),
        None => None,
    }
}

fn port_or(port: Option<&str>, default: u16) -> Result<u16, Wrong> {
    Ok(optional_port(port)?.unwrap_or(default))
}

fn optional_port(port: Option<&str>) -> Result<Option<u16>, Wrong> {
    let Some(port) = port else { return Ok(None) };
    if port.is_empty() {
        return Err(Wrong::new(
            "a `:` without a port",
            "write a number from 1 to 65535 behind it, or remove it",
        ));
    }
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(number) if digits && number > 0 => Ok(Some(number)),
        _ => Err(Wrong::new(format!("{} is not a port", quote(port)), "write a number from 1 to 65535")),
    }
}

/// Letters, digits, hyphens and underscores (which real names have) in labels.
fn dns_name(text: &str) -> Result<String, Wrong> {
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let found = |what: &str| format!("{} {what}", quote(text));
    if name.chars().any(is_obeyed) {
        return Err(Wrong::new(found("has characters that are not shown"), "remove them"));
    }
    if !name.is_ascii() {
        return Err(Wrong::new(
            found("has characters outside ASCII"),
            "write its ASCII form, which begins with `xn--` (RFC 5890)",
        ));
    }
    if name.len() > MAX_NAME {
        return Err(Wrong::new(found("is longer than 253 characters"), FORMS));
    }
    for label in name.split('.') {
        if label.is_empty() {
            return Err(Wrong::new(found("has an empty label"), FORMS));
        }
        if label.len() > MAX_LABEL {
            return Err(Wrong::new(found("has a label longer than 63 characters"), FORMS));
        }
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !label.bytes().all(known) {
            return Err(Wrong::new(found("has characters that no host name has"), FORMS));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(Wrong::new(found("has a label that begins or ends with `-`"), FORMS));
        }
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    // Also `0x7f.1`: resolvers read it as an address.
    let number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if number {
        return Err(Wrong::new(found("is neither a name nor an IPv4 address"), FORMS));
    }
    Ok(name)
}

#[cfg(test)]
mod tests;
