use std::net::IpAddr;

use super::*;

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap_or_else(|_| SocketAddr::new(text.parse().unwrap(), 443))
}

fn allowing(patterns: &[&str]) -> Bounds {
    let patterns = patterns.iter().map(|pattern| Pattern::parse(pattern).unwrap()).collect();
    Bounds::new(patterns, false, None)
}

/// By a name that led there, or `""` for an address that was written.
fn permits(bounds: &Bounds, name: &str, to: &str) -> bool {
    let origin = if name.is_empty() { Origin::Written } else { bounds.origin_of(name) };
    bounds.permits(&origin, address(to)).is_ok()
}

#[test]
fn a_pattern_is_for_what_it_names_and_nothing_else() {
    for (pattern, name, to, expected) in [
        ("api.example.com", "api.example.com", "192.0.2.1", true),
        ("API.Example.com.", "api.EXAMPLE.com.", "192.0.2.1", true),
        ("api.example.com", "other.example.com", "192.0.2.1", false),
        ("api.example.com", "sub.api.example.com", "192.0.2.1", false),
        ("api.example.com", "xapi.example.com", "192.0.2.1", false),
        // Whoever writes an address has not been led there by a name.
        ("api.example.com", "", "192.0.2.1", false),
        ("api.example.com:8443", "api.example.com", "192.0.2.1:8443", true),
        ("api.example.com:8443", "api.example.com", "192.0.2.1:443", false),
        ("*.example.com", "api.example.com", "192.0.2.1", true),
        ("*.example.com", "a.b.example.com", "[2001:db8::1]:8443", true),
        ("*.example.com", "example.com", "192.0.2.1", false),
        ("*.example.com", "badexample.com", "192.0.2.1", false),
        ("*.example.com", ".example.com", "192.0.2.1", false),
        ("*.example.com:443", "api.example.com", "192.0.2.1:80", false),
        ("192.0.2.1", "", "192.0.2.1", true),
        ("192.0.2.1", "api.example.com", "192.0.2.1", true),
        ("192.0.2.1", "", "192.0.2.2", false),
        ("192.0.2.1", "", "::ffff:192.0.2.1", true),
        ("192.0.2.1:443", "", "192.0.2.1:80", false),
        ("192.0.2.0/24", "", "192.0.2.255", true),
        ("192.0.2.0/24", "", "192.0.3.0", false),
        ("192.0.2.0/24:443", "", "192.0.2.7:443", true),
        ("192.0.2.0/24:443", "", "192.0.2.7:444", false),
        ("192.0.2.128/25", "", "192.0.2.127", false),
        ("0.0.0.0/0", "", "203.0.113.9", true),
        ("0.0.0.0/0", "", "2001:db8::1", false),
        ("2001:db8::1", "", "2001:db8::1", true),
        ("2001:db8::1", "", "2001:db8::2", false),
        ("[2001:db8::1]:443", "", "[2001:db8::1]:443", true),
        ("[2001:db8::1]:443", "", "[2001:db8::1]:444", false),
        ("2001:db8::/32", "", "2001:db8:ffff::9", true),
        ("[2001:db8::/32]:443", "", "2001:db9::", false),
        ("::/0", "", "2001:db8::1", true),
        ("::/0", "", "192.0.2.1", false),
        ("::ffff:192.0.2.0/120", "", "192.0.2.9", true),
        ("::ffff:192.0.2.1", "", "192.0.2.1", true),
    ] {
        assert_eq!(permits(&allowing(&[pattern]), name, to), expected, "{pattern} {name} {to}");
    }
    let several = allowing(&["192.0.2.1", "*.example.com"]);
    for (name, to, expected) in
        [("", "192.0.2.1", true), ("a.example.com", "192.0.2.2", true), ("a.example.org", "192.0.2.2", false)]
    {
        assert_eq!(permits(&several, name, to), expected, "{name} {to}");
    }
}

#[test]
fn a_pattern_is_read_back_as_it_is_written() {
    for pattern in [
        "api.example.com",
        "api.example.com:8443",
        "*.example.com",
        "*.example.com:443",
        "192.0.2.1",
        "192.0.2.0/24",
        "192.0.2.0/24:443",
        "2001:db8::1",
        "[2001:db8::1]:443",
        "2001:db8::/32",
        "[2001:db8::/32]:443",
    ] {
        let read = Pattern::parse(pattern).unwrap();
        assert_eq!(read.to_string(), pattern);
        assert_eq!(Pattern::parse(&read.to_string()).unwrap(), read);
    }
}

#[test]
fn a_pattern_that_is_none_is_told_what_to_write() {
    for (pattern, words) in [
        ("", "is no name, address or network; write api.example.com"),
        ("*", "every host is allowed without --allow"),
        (".example.com", "write *.example.com, and for itself example.com"),
        ("*example.com", "is no name"),
        ("a.*.example.com", "is no name"),
        ("*.192.0.2.1", "an address has nothing below it"),
        ("https://api.example.com/", "is no name"),
        ("api.example.com:0", "`0` is not a port"),
        ("api.example.com:", "`` is not a port"),
        ("api.example.com:https", "`https` is not a port"),
        ("api.example.com:+1", "is not a port"),
        ("192.0.2.1/33", "the length of a network of 192.0.2.1 is a number from 0 to 32"),
        ("192.0.2.0/+4", "is a number from 0 to 32"),
        ("192.0.2.1/24", "begins in the middle of a network: write 192.0.2.0/24"),
        ("2001:db8::1/32", "write 2001:db8::/32"),
        ("2001:db8::/129", "from 0 to 128"),
        ("192.0.2.256", "is no name"),
        ("0x7f.1", "is no name"),
        ("[2001:db8::1", "is no name"),
        ("[2001:db8::1]443", "is no name"),
        ("\u{1b}[31m", "`\\u{1b}[31m` is no name"),
        ("--live", "is no name"),
    ] {
        let error = Pattern::parse(pattern).unwrap_err();
        assert!(error.contains(words), "{pattern}: {error}");
    }
}

const PRIVATE: &str = "a private address (RFC 1918)";
const LOOPBACK: &str = "a loopback address of this machine";
const METADATA: &str = "where a cloud keeps its metadata";

#[test]
fn what_is_not_of_the_public_internet_is_known() {
    for (text, what) in [
        ("0.0.0.0", Some("an address of nobody")),
        ("0.255.255.255", Some("an address of nobody")),
        ("1.1.1.1", None),
        ("9.255.255.255", None),
        ("10.0.0.0", Some(PRIVATE)),
        ("10.255.255.255", Some(PRIVATE)),
        ("11.0.0.0", None),
        ("100.63.255.255", None),
        ("100.64.0.0", Some("a private address of a provider (RFC 6598)")),
        ("100.127.255.255", Some("a private address of a provider (RFC 6598)")),
        ("100.100.100.200", Some(METADATA)),
        ("100.128.0.0", None),
        ("127.0.0.1", Some(LOOPBACK)),
        ("127.255.255.254", Some(LOOPBACK)),
        ("168.63.129.16", Some(METADATA)),
        ("169.253.255.255", None),
        ("169.254.0.1", Some("a link-local address")),
        ("169.254.169.254", Some(METADATA)),
        ("169.254.170.2", Some("a link-local address")),
        ("172.15.255.255", None),
        ("172.16.0.0", Some(PRIVATE)),
        ("172.31.255.255", Some(PRIVATE)),
        ("172.32.0.0", None),
        ("192.0.0.1", Some("a reserved address")),
        ("192.0.0.192", Some(METADATA)),
        ("192.0.2.1", Some("an address for documentation")),
        ("192.88.99.1", Some("a reserved address")),
        ("192.167.255.255", None),
        ("192.168.0.1", Some(PRIVATE)),
        ("192.169.0.0", None),
        ("198.17.255.255", None),
        ("198.18.0.0", Some("an address for benchmarks")),
        ("198.19.255.255", Some("an address for benchmarks")),
        ("198.20.0.0", None),
        ("198.51.100.1", Some("an address for documentation")),
        ("203.0.113.1", Some("an address for documentation")),
        ("223.255.255.255", None),
        ("224.0.0.1", Some("a multicast address")),
        ("239.255.255.255", Some("a multicast address")),
        ("240.0.0.1", Some("a reserved address")),
        ("255.255.255.255", Some("the broadcast address")),
        ("::", Some("an address of nobody")),
        ("::1", Some(LOOPBACK)),
        ("::127.0.0.1", Some("a reserved address")),
        ("::8.8.8.8", Some("a reserved address")),
        (
            "::ffff:127.0.0.1",
            Some("which is 127.0.0.1 as IPv6 writes it, a loopback address of this machine"),
        ),
        ("::ffff:8.8.8.8", None),
        ("::ffff:0:127.0.0.1", Some("a reserved address")),
        ("64:ff9b::10.0.0.1", Some("which is 10.0.0.1 by NAT64, a private address (RFC 1918)")),
        (
            "64:ff9b::169.254.169.254",
            Some("which is 169.254.169.254 by NAT64, where a cloud keeps its metadata"),
        ),
        ("64:ff9b::8.8.8.8", None),
        ("64:ff9b:1::8.8.8.8", Some("a reserved address")),
        ("100::1", Some("a reserved address")),
        ("2001::1", Some("a reserved address")),
        ("2001:0:7f00:1::", Some("a reserved address")),
        ("2001:2::1", Some("an address for benchmarks")),
        ("2001:1ff:ffff::", Some("a reserved address")),
        ("2001:200::1", None),
        ("2001:db8::1", Some("an address for documentation")),
        ("2001:db9::1", None),
        ("2002:7f00:1::1", Some("which is 127.0.0.1 by 6to4, a loopback address of this machine")),
        ("2002:c0a8:101::", Some("which is 192.168.1.1 by 6to4, a private address (RFC 1918)")),
        ("2002:808:808::1", None),
        ("2606:4700::1111", None),
        ("2a00:1450::200e", None),
        ("3ffe::1", None),
        ("3fff::1", Some("an address for documentation")),
        ("3fff:1000::1", None),
        ("4000::1", Some("a reserved address")),
        ("5f00::1", Some("a reserved address")),
        ("fc00::1", Some("a private address (RFC 4193)")),
        ("fd00:ec2::254", Some(METADATA)),
        ("fd20:ce::254", Some(METADATA)),
        ("fdff::1", Some("a private address (RFC 4193)")),
        ("fe80::1", Some("a link-local address")),
        ("febf::1", Some("a link-local address")),
        ("fec0::1", Some("a private address (RFC 3879)")),
        ("ff02::1", Some("a multicast address")),
    ] {
        let found = special(text.parse::<IpAddr>().unwrap()).map(|special| special.to_string());
        assert_eq!(found.as_deref(), what, "{text}");
    }
}

#[test]
fn what_is_barred_says_by_which_rule_and_stand_ins_never_are() {
    let public = || Bounds::new(Vec::new(), true, None);
    let both = Bounds::new(vec![Pattern::parse("api.example.com").unwrap()], true, None);
    for (bounds, name, to, words) in [
        (public(), "", "8.8.8.8:443", None),
        (
            public(),
            "",
            "10.0.0.1:443",
            Some("--public-only leaves 10.0.0.1:443 out, a private address (RFC 1918)"),
        ),
        // By whatever name: that it leads there now is what counts.
        (
            public(),
            "metadata.google.internal",
            "169.254.169.254:80",
            Some("--public-only leaves 169.254.169.254:80 out, where a cloud keeps its metadata"),
        ),
        (both.clone(), "api.example.com", "8.8.8.8:443", None),
        (
            both.clone(),
            "api.example.com",
            "[::1]:443",
            Some("--public-only leaves [::1]:443 out, a loopback address of this machine"),
        ),
        (both.clone(), "other.example.com", "8.8.8.8:443", Some("no --allow is for 8.8.8.8:443")),
    ] {
        let origin = if name.is_empty() { Origin::Written } else { bounds.origin_of(name) };
        let said = bounds.permits(&origin, address(to)).map_err(|barred| barred.to_string());
        assert_eq!(said.err().as_deref(), words, "{name} {to}");
        assert!(bounds.permits(&Origin::StandIn, address("127.0.0.1:1")).is_ok());
    }
    assert!(Bounds::default().are_open() && !both.are_open() && !public().are_open());
    assert!(permits(&Bounds::default(), "", "10.0.0.1"));
}

#[test]
fn connections_are_counted_over_all_who_share_the_bounds_and_no_more_are_begun() {
    let bounds = Bounds::new(vec![Pattern::parse("192.0.2.1").unwrap()], false, Some(3));
    let admit = |to: &str| bounds.clone().admit(&Origin::Written, address(to)).map_err(|barred| barred.rule);
    // What is barred is not begun, and stand-ins are not the world's burden.
    assert_eq!(admit("192.0.2.2"), Err(Rule::NotAllowed));
    assert!((0..10).all(|_| bounds.admit(&Origin::StandIn, address("127.0.0.1")).is_ok()));
    assert_eq!([admit("192.0.2.1"), admit("192.0.2.1"), admit("192.0.2.1")], [Ok(()), Ok(()), Ok(())]);
    assert_eq!(admit("192.0.2.1"), Err(Rule::Spent(3)));
    assert_eq!(admit("192.0.2.2"), Err(Rule::NotAllowed));
    let said = bounds.admit(&Origin::Written, address("192.0.2.1")).unwrap_err().to_string();
    assert_eq!(said, "the 3 connections of --max-connections are used up");

    let shared = Bounds::new(Vec::new(), false, Some(100));
    let begun: usize = std::thread::scope(|scope| {
        let count =
            || (0..50).filter(|_| shared.admit(&Origin::Written, address("192.0.2.1")).is_ok()).count();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(count)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(begun, 100);
}

#[test]
fn names_make_a_difference_only_where_a_pattern_is_of_names() {
    assert_eq!(allowing(&["192.0.2.0/24"]).origin_of("api.example.com"), Origin::Written);
    assert_eq!(
        allowing(&["192.0.2.0/24", "*.example.com"]).origin_of("Api.example.com."),
        Origin::Resolved("api.example.com".to_owned())
    );
}
