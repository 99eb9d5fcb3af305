//! Options of a JVM, as it reads them from a variable: between blanks, with quotes but no escapes.

use std::ffi::{OsStr, OsString};

use super::Way;
use crate::client::trust::{PASSWORD, TrustPaths};

/// What an option that is preset must hold to stand in the way of ours.
const IN_THE_WAY: [&str; 4] = ["javax.net.ssl.trustStore", "proxyHost", "ProxyHost", "nonProxyHosts"];

/// The options that lead a JVM and name its trust store, after those that are `preset`: the last counts.
/// `None` where there is nothing to say.
pub(super) fn options(preset: &OsStr, trust: Option<&TrustPaths>, way: Way) -> Option<OsString> {
    let mut ours: Vec<OsString> = Vec::new();
    if let Some(trust) = trust {
        ours.push(property("javax.net.ssl.trustStore", trust.pkcs12.as_os_str()));
        ours.push(property("javax.net.ssl.trustStoreType", OsStr::new("PKCS12")));
        ours.push(property("javax.net.ssl.trustStorePassword", OsStr::new(PASSWORD)));
    }
    match way {
        Way::Proxy(address) => {
            let (host, port) = (address.ip().to_string(), address.port().to_string());
            for scheme in ["http", "https"] {
                ours.push(property(&format!("{scheme}.proxyHost"), OsStr::new(&host)));
                ours.push(property(&format!("{scheme}.proxyPort"), OsStr::new(&port)));
            }
            // Without a value it has one: the names of this machine. It holds for https too.
            ours.push(property("http.nonProxyHosts", OsStr::new("")));
        }
        // No host is no proxy.
        Way::Namespace(_) => {
            for name in ["http.proxyHost", "https.proxyHost", "socksProxyHost"] {
                if holds(preset, name) {
                    ours.push(property(name, OsStr::new("")));
                }
            }
        }
    }
    if ours.is_empty() {
        return None;
    }
    let mut options = preset.to_owned();
    for option in ours {
        if !options.is_empty() {
            options.push(" ");
        }
        options.push(option);
    }
    Some(options)
}

/// Whether options that are preset, and come after ours, would undo them.
pub(super) fn stand_in_the_way(preset: &OsStr) -> bool {
    IN_THE_WAY.iter().any(|name| holds(preset, name))
}

fn holds(options: &OsStr, name: &str) -> bool {
    options.as_encoded_bytes().windows(name.len()).any(|part| part == name.as_bytes())
}

fn property(name: &str, value: &OsStr) -> OsString {
    let mut option = OsString::from(format!("-D{name}="));
    option.push(quoted(value));
    option
}

/// A quote can begin and end within a word, and the other kind of quote can stand in it.
fn quoted(value: &OsStr) -> OsString {
    let bytes = value.as_encoded_bytes();
    if !bytes.iter().any(|byte| byte.is_ascii_whitespace() || matches!(byte, b'\'' | b'"')) {
        return value.to_owned();
    }
    let Some(text) = value.to_str() else {
        // A path that is not UTF-8 and holds a double quote is one that nobody has.
        let mut whole = OsString::from("\"");
        whole.push(value);
        whole.push("\"");
        return whole;
    };
    let parts = text.split_inclusive('"').map(|part| match part.strip_suffix('"') {
        Some(before) => format!("\"{before}\"'\"'"),
        None => format!("\"{part}\""),
    });
    parts.collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_where_a_jvm_would_cut_it() {
        for (value, written) in [
            ("/plain/x.p12", "/plain/x.p12"),
            ("/a b/x.p12", "\"/a b/x.p12\""),
            ("/it's/x.p12", "\"/it's/x.p12\""),
            ("/a\"b c", "\"/a\"'\"'\"b c\""),
            ("", ""),
        ] {
            assert_eq!(quoted(OsStr::new(value)), written, "{value}");
        }
    }
}
