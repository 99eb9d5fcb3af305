use super::*;

#[test]
fn hosts_are_read_in_every_form() {
    let long_label = "a".repeat(63);
    let long_name = format!("{long_label}.{long_label}.{long_label}.{}", "b".repeat(61));
    assert_eq!(long_name.len(), 253);
    for (text, shown) in [
        ("api.example.com", "api.example.com:443"),
        ("API.Example.COM.", "api.example.com:443"),
        ("api.example.com.:8443", "api.example.com:8443"),
        ("localhost:1", "localhost:1"),
        ("_dmarc.my_host.example:65535", "_dmarc.my_host.example:65535"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example:443"),
        ("3com.example", "3com.example:443"),
        ("a--b.example", "a--b.example:443"),
        ("192.0.2.1", "192.0.2.1:443"),
        ("192.0.2.1:8443", "192.0.2.1:8443"),
        ("[2001:db8::1]", "[2001:db8::1]:443"),
        ("[::1]:8443", "[::1]:8443"),
        ("[::ffff:192.0.2.1]:8443", "[::ffff:192.0.2.1]:8443"),
        (long_name.as_str(), &format!("{long_name}:443")),
    ] {
        assert_eq!(host(text).map(|host| host.to_string()), Ok(shown.to_owned()));
    }
}

#[test]
fn what_is_no_host_says_what_to_write() {
    let brackets = "write an IPv6 address in brackets: `[2001:db8::1]:443`";
    let no_port = "write a number from 1 to 65535 behind it, or remove it";
    let port = "write a number from 1 to 65535";
    for (text, found, write) in [
        ("", "an empty host", FORMS),
        (".", "has an empty label", FORMS),
        ("a..b", "has an empty label", FORMS),
        ("https://a.example", "is a URL", "write the host alone: `a.example`"),
        ("https://a.example/", "is a URL", "write the host alone: `a.example`"),
        (
            "https://u@a.example:8443/x?y",
            "is a URL",
            "write the host alone, `a.example:8443`, and the rest as `path`",
        ),
        ("https://", "is a URL", FORMS),
        ("https://[::1]/", "is a URL", FORMS),
        ("a.example/path", "has a path in it", "write the host alone, `a.example`, and `path: /path`"),
        ("a.example b.example", "has a blank in it", "write one host; several go into `hosts`"),
        ("a.example\n", "has a blank in it", "write one host; several go into `hosts`"),
        ("-oProxyCommand=x", "begins with `-`, as options do", FORMS),
        ("a.-b.example", "has a label that begins or ends with `-`", FORMS),
        ("a-.example", "has a label that begins or ends with `-`", FORMS),
        ("::1", "is an IPv6 address without brackets", "write it in brackets and quotes: `\"[::1]\"`"),
        (
            "2001:DB8::1",
            "is an IPv6 address without brackets",
            "write it in brackets and quotes: `\"[2001:db8::1]\"`",
        ),
        ("2001:db8::1:99999", "has more than one `:`", brackets),
        ("a:1:2", "has more than one `:`", brackets),
        ("[::1", "is not a host", FORMS),
        ("[::1]x", "is not a host", FORMS),
        ("[a.example]", "is not a host", FORMS),
        ("[127.0.0.1]", "is not a host", FORMS),
        ("[fe80::1%eth0]", "is not a host", FORMS),
        ("a.example:0", "`0` is not a port", port),
        ("a.example:65536", "`65536` is not a port", port),
        ("a.example:", "a `:` without a port", no_port),
        ("a.example:+443", "`+443` is not a port", port),
        ("a.example:https", "`https` is not a port", port),
        ("[::1]:", "a `:` without a port", no_port),
        (":443", "has no name before its port", FORMS),
        ("user@a.example", "has an `@` in it", FORMS),
        ("/a", "has a path in it", FORMS),
        ("a\u{200b}.example", "has characters that are not shown", "remove them"),
        (
            "bücher.example",
            "has characters outside ASCII",
            "write its ASCII form, which begins with `xn--` (RFC 5890)",
        ),
        ("a*.example", "has characters that no host name has", FORMS),
        ("256.1.1.1", "is neither a name nor an IPv4 address", FORMS),
        ("127.1", "is neither a name nor an IPv4 address", FORMS),
        ("0x7f.0x1", "is neither a name nor an IPv4 address", FORMS),
        ("2130706433", "is neither a name nor an IPv4 address", FORMS),
    ] {
        let wrong = host(text).unwrap_err();
        assert!(wrong.found.ends_with(found), "{text:?}: {}", wrong.found);
        assert_eq!(wrong.write, write, "{text:?}");
    }
    assert!(host(&"a".repeat(64)).unwrap_err().found.ends_with("has a label longer than 63 characters"));
    let long = "a.".repeat(127);
    assert!(host(&long).is_ok());
    assert!(host(&format!("{long}b")).unwrap_err().found.ends_with("is longer than 253 characters"));
}

#[test]
fn where_to_connect_is_an_address() {
    for (text, address, port) in [
        ("192.0.2.1", "192.0.2.1", None),
        ("192.0.2.1:8443", "192.0.2.1", Some(8443)),
        ("[::1]", "::1", None),
        ("[2001:db8::1]:1", "2001:db8::1", Some(1)),
    ] {
        assert_eq!(connect_to(text), Ok(ConnectTo { address: address.parse().unwrap(), port }));
    }
    for text in
        ["", "a.example", "a.example:443", "::1", "192.0.2.1:0", "192.0.2.1:", "[::1]:70000", "[::1", "1.2.3"]
    {
        assert!(connect_to(text).is_err(), "{text}");
    }
}

#[test]
fn a_server_name_is_a_dns_name() {
    assert_eq!(server_name("Other.Example."), Ok("other.example".to_owned()));
    for text in
        ["", "192.0.2.1", "::1", "[::1]", "a.example:443", "https://a.example", "a b", "-x", "ü.example"]
    {
        assert!(server_name(text).is_err(), "{text}");
    }
}
