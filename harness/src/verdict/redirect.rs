//! Where a redirect from plain HTTP leads.

use std::net::IpAddr;

use crate::scenario::{Host, HostName};

/// Statuses that lead elsewhere by `Location` (RFC 9110 15.4); 300, 304 and 305 do not.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

/// Why plain HTTP does not lead to HTTPS at the same host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectFault {
    /// It answers with something else than a redirect.
    NoRedirect,
    /// It has no `Location`.
    NoLocation,
    /// It stays in the clear, or leads to something that is no web page.
    NotHttps,
    /// It leads to another host or port.
    OtherHost,
    /// What it says is no answer by HTTP.
    NoHttp,
    /// Nothing listens there.
    PortClosed,
}

/// What is wrong with an answer, where it had to lead to HTTPS at `host`; of several locations, each in a line,
/// all had to. The host may gain or lose its
/// `www.`: sites choose one of the two as theirs, and nothing goes on in the clear on the way to it.
pub(crate) fn fault(status: u16, location: Option<&str>, host: &Host) -> Option<RedirectFault> {
    if !REDIRECTS.contains(&status) {
        return Some(RedirectFault::NoRedirect);
    }
    let Some(locations) = location else { return Some(RedirectFault::NoLocation) };
    locations.split('\n').find_map(|location| fault_of(location, host))
}

fn fault_of(location: &str, host: &Host) -> Option<RedirectFault> {
    let (scheme, rest) = location.split_at_checked("https://".len()).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("https://") {
        return Some(RedirectFault::NotHttps);
    }
    // Browsers take a backslash for a slash, others do not: what is told apart so is nobody's host.
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    (!is_same(authority, host)).then_some(RedirectFault::OtherHost)
}

fn is_same(authority: &str, host: &Host) -> bool {
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let port = match port {
        None | Some("") => Some(443),
        Some(port) => port.parse::<u16>().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit())),
    };
    let is_same_name = match &host.name {
        HostName::Dns(own) => {
            let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
            name == *own
                || name.strip_prefix("www.") == Some(own.as_str())
                || own.strip_prefix("www.") == Some(name.as_str())
        }
        HostName::Ip(own) => {
            let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
            match (own, address) {
                (IpAddr::V4(own), None) => name.parse() == Ok(*own),
                (IpAddr::V6(own), Some(address)) => address.parse() == Ok(*own),
                _ => false,
            }
        }
    };
    is_same_name && port == Some(host.port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(name: &str, port: u16) -> Host {
        let name = name.parse().map_or_else(|_| HostName::Dns(name.to_owned()), HostName::Ip);
        Host { name, port }
    }

    #[test]
    fn a_redirect_leads_to_https_at_the_same_host() {
        use RedirectFault::{NoLocation, NoRedirect, NotHttps, OtherHost};
        let own = || host("example.com", 443);
        for (status, location, host, expected) in [
            (301, Some("https://example.com/"), own(), None),
            (308, Some("https://example.com"), own(), None),
            (302, Some("HTTPS://Example.COM./path?query"), own(), None),
            (307, Some("https://example.com:443/"), own(), None),
            (303, Some("https://www.example.com/"), own(), None),
            (301, Some("https://example.com/"), host("www.example.com", 443), None),
            (301, Some("https://example.com:8443/"), host("example.com", 8443), None),
            (301, Some("https://example.com/"), host("example.com", 8443), Some(OtherHost)),
            (301, Some("https://example.com:8443/"), own(), Some(OtherHost)),
            (301, Some("https://192.0.2.1/"), host("192.0.2.1", 443), None),
            (301, Some("https://[2001:DB8::1]/"), host("2001:db8::1", 443), None),
            (301, Some("https://[2001:db8::1]:443/"), host("2001:db8::1", 443), None),
            (301, Some("https://2001:db8::1/"), host("2001:db8::1", 443), Some(OtherHost)),
            (200, Some("https://example.com/"), own(), Some(NoRedirect)),
            (304, Some("https://example.com/"), own(), Some(NoRedirect)),
            (404, None, own(), Some(NoRedirect)),
            (301, None, own(), Some(NoLocation)),
            (301, Some("http://example.com/"), own(), Some(NotHttps)),
            (301, Some("/secure"), own(), Some(NotHttps)),
            (301, Some("https://example.com/\nhttp://example.com/"), own(), Some(NotHttps)),
            (301, Some("https://example.com/\nhttps://example.com/a"), own(), None),
            (301, Some("//example.com/"), own(), Some(NotHttps)),
            (301, Some(" https://example.com/"), own(), Some(NotHttps)),
            (301, Some(""), own(), Some(NotHttps)),
            (301, Some("https:/"), own(), Some(NotHttps)),
            (301, Some("https://"), own(), Some(OtherHost)),
            (301, Some("https://login.example.com/"), own(), Some(OtherHost)),
            (301, Some("https://example.com.evil.test/"), own(), Some(OtherHost)),
            (301, Some("https://example.com@evil.test/"), own(), Some(OtherHost)),
            (301, Some("https://evil.test\\@example.com/"), own(), Some(OtherHost)),
            (301, Some("https://example.com\\@evil.test/"), own(), Some(OtherHost)),
            (301, Some("https://evil.test#example.com"), own(), Some(OtherHost)),
            (301, Some("https://example.com:+443/"), own(), Some(OtherHost)),
            (301, Some("https://\u{e4}"), own(), Some(OtherHost)),
            (301, Some("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}"), own(), Some(NotHttps)),
        ] {
            assert_eq!(fault(status, location, &host), expected, "{status} {location:?} {host}");
        }
    }
}
