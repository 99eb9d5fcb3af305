use std::path::PathBuf;

use super::*;

const ENDPOINT: Endpoint<'_> =
    Endpoint { url: "https://api.example.com/a", host: "api.example.com", port: 443 };

const PROXY: Way = Way::Proxy(SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4001));
const NAMESPACE: Way =
    Way::Namespace(SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4001));
const PROXY_URL: &str = "http://127.0.0.1:4001";

/// What tells a JVM of the trust store.
const JAVA_TRUST: &str = "-Djavax.net.ssl.trustStore=/t/truststore.p12 \
    -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword=changeit";
/// What tells a JVM of the proxy.
const JAVA_PROXY: &str = "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=4001 -Dhttps.proxyHost=127.0.0.1 \
    -Dhttps.proxyPort=4001 -Dhttp.nonProxyHosts=";

fn trust() -> TrustPaths {
    TrustPaths {
        bundle: PathBuf::from("/t/ca.pem"),
        further: PathBuf::from("/t/further.pem"),
        pkcs12: PathBuf::from("/t/truststore.p12"),
        wgetrc: PathBuf::from("/t/wgetrc"),
        wget2rc: PathBuf::from("/t/wget2rc"),
        php_folder: PathBuf::from("/t/php"),
    }
}

fn variables(of: &[(&str, &str)]) -> Variables {
    of.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// What a variable is at last, where it was preset to a value.
fn at_last(preset: &[(&str, &str)], trusting: bool, way: Way, name: &str) -> Option<String> {
    let variables = variables(preset);
    let paths = trust();
    let changes = changes(&variables, trusting.then_some(&paths), way, ENDPOINT);
    let both: Vec<_> = changes.remove.iter().filter(|name| changes.set.contains_key(*name)).collect();
    assert!(both.is_empty(), "{both:?}");
    changes.made_to(variables).get(OsStr::new(name)).map(|value| value.to_str().unwrap().to_owned())
}

#[test]
fn certificates_are_those_of_the_run() {
    for name in names::BUNDLES {
        for preset in [&[][..], &[(name, "/preset.pem")]] {
            assert_eq!(at_last(preset, true, PROXY, name).as_deref(), Some("/t/ca.pem"), "{name}");
            assert_eq!(at_last(preset, true, NAMESPACE, name).as_deref(), Some("/t/ca.pem"), "{name}");
        }
        assert_eq!(at_last(&[], false, PROXY, name), None, "{name}");
        assert_eq!(at_last(&[(name, "x")], false, PROXY, name).as_deref(), Some("x"), "{name}");
    }
    for (name, preset, trusting, expected) in [
        ("NODE_EXTRA_CA_CERTS", None, true, Some("/t/further.pem")),
        ("NODE_EXTRA_CA_CERTS", Some("/mine"), true, Some("/t/further.pem")),
        ("NODE_EXTRA_CA_CERTS", Some("/mine"), false, Some("/mine")),
        ("SSL_CERT_DIR", Some("/certs"), true, None),
        ("SSL_CERT_DIR", Some("/certs"), false, Some("/certs")),
        ("WGETRC", None, true, Some("/t/wgetrc")),
        ("WGETRC", Some("/mine"), true, Some("/t/wgetrc")),
        ("WGETRC", Some("/mine"), false, Some("/mine")),
        ("WGET2RC", Some("/mine"), true, Some("/t/wget2rc")),
        ("PHP_INI_SCAN_DIR", Some("/mine"), false, Some("/mine")),
        ("PHP_INI_SCAN_DIR", Some(""), true, Some("/t/php")),
    ] {
        let preset: Vec<_> = preset.map(|value| (name, value)).into_iter().collect();
        assert_eq!(at_last(&preset, trusting, PROXY, name).as_deref(), expected, "{name} {preset:?}");
    }
}

#[test]
#[cfg(not(windows))]
fn the_folders_of_php_are_added_to() {
    for (preset, expected) in
        [(None, ":/t/php"), (Some("/mine"), "/mine:/t/php"), (Some(":/mine"), ":/mine:/t/php")]
    {
        let name = "PHP_INI_SCAN_DIR";
        let preset: Vec<_> = preset.map(|value| (name, value)).into_iter().collect();
        assert_eq!(at_last(&preset, true, PROXY, name).as_deref(), Some(expected));
    }
}

#[test]
fn the_proxy_is_ours_or_none() {
    let everything = names::PROXIES.iter().chain(&names::WITHOUT_PROXY).chain(&names::PARTICULAR_PROXIES);
    for name in everything {
        let by_proxy = if names::PROXIES.contains(name) {
            Some(PROXY_URL)
        } else {
            names::WITHOUT_PROXY.contains(name).then_some("")
        };
        for preset in [&[][..], &[(*name, "corporate")]] {
            for trusting in [true, false] {
                assert_eq!(at_last(preset, trusting, PROXY, name).as_deref(), by_proxy, "{name}");
                assert_eq!(at_last(preset, trusting, NAMESPACE, name), None, "{name}");
            }
        }
    }
    for name in names::ASKING_FOR_PROXIES {
        assert_eq!(at_last(&[], false, PROXY, name).as_deref(), Some("1"), "{name}");
        assert_eq!(at_last(&[], true, NAMESPACE, name), None, "{name}");
    }
}

#[test]
fn options_of_a_jvm_are_added_to() {
    let (all, store) = (format!("{JAVA_TRUST} {JAVA_PROXY}"), JAVA_TRUST.to_owned());
    let corporate = "-Dhttps.proxyHost=corporate";
    let tool = names::JAVA_ALWAYS;
    for (name, preset, trusting, way, expected) in [
        (tool, None, true, PROXY, Some(all.clone())),
        (tool, None, true, NAMESPACE, Some(store.clone())),
        (tool, None, false, PROXY, Some(JAVA_PROXY.to_owned())),
        (tool, None, false, NAMESPACE, None),
        (tool, Some("-Xmx1g"), true, PROXY, Some(format!("-Xmx1g {all}"))),
        (tool, Some("-Xmx1g"), false, NAMESPACE, Some("-Xmx1g".to_owned())),
        (tool, Some(corporate), true, PROXY, Some(format!("{corporate} {all}"))),
        (tool, Some(corporate), true, NAMESPACE, Some(format!("{corporate} {store} -Dhttps.proxyHost="))),
        ("JDK_JAVA_OPTIONS", None, true, PROXY, None),
        ("JDK_JAVA_OPTIONS", Some("-Xmx1g"), true, PROXY, Some("-Xmx1g".to_owned())),
        ("JDK_JAVA_OPTIONS", Some(corporate), true, PROXY, Some(format!("{corporate} {all}"))),
        (
            "_JAVA_OPTIONS",
            Some("-Djavax.net.ssl.trustStore=/mine"),
            true,
            NAMESPACE,
            Some(format!("-Djavax.net.ssl.trustStore=/mine {store}")),
        ),
    ] {
        let preset: Vec<_> = preset.map(|value| (name, value)).into_iter().collect();
        assert_eq!(at_last(&preset, trusting, way, name), expected, "{name} {preset:?} {trusting} {way:?}");
    }
}

#[test]
fn a_command_can_ask_what_it_is_led_to() {
    for (name, by_proxy, alone) in [
        ("TLS_READINESS_URL", Some("https://api.example.com/a"), Some("https://api.example.com/a")),
        ("TLS_READINESS_HOST", Some("api.example.com"), Some("api.example.com")),
        ("TLS_READINESS_PORT", Some("443"), Some("443")),
        ("TLS_READINESS_CA", Some("/t/ca.pem"), None),
        ("TLS_READINESS_CA_PKCS12", Some("/t/truststore.p12"), None),
        ("TLS_READINESS_PROXY", Some(PROXY_URL), Some(PROXY_URL)),
    ] {
        for preset in [&[][..], &[(name, "of another run")]] {
            assert_eq!(at_last(preset, true, PROXY, name).as_deref(), by_proxy, "{name}");
            assert_eq!(at_last(preset, false, NAMESPACE, name).as_deref(), alone, "{name}");
        }
    }
}

#[test]
fn an_address_of_ipv6_is_a_url_with_brackets_and_an_option_without() {
    let way = Way::Proxy("[::1]:4001".parse().unwrap());
    assert_eq!(at_last(&[], false, way, "https_proxy").as_deref(), Some("http://[::1]:4001"));
    let options = at_last(&[], false, way, names::JAVA_ALWAYS).unwrap();
    assert!(options.contains("-Dhttps.proxyHost=::1 "), "{options}");
}

#[test]
fn nothing_else_is_touched() {
    assert_eq!(at_last(&[("PATH", "/bin")], true, PROXY, "PATH").as_deref(), Some("/bin"));
}
