//! What a browser may do for the page: apply its style, run its script, and nothing else, whatever gets into
//! it. Should a text ever be written unescaped, no script in it would run.

use rustls::SupportedCipherSuite;
use rustls::crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256;

/// The content security policy (CSP Level 3) of a page with this one style and this one script.
pub(super) fn of(style: &str, script: &str) -> String {
    format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'",
        source(style),
        source(script)
    )
}

/// A text by its hash, as a policy names it.
fn source(text: &str) -> String {
    // A browser hashes what its parser made of the text, and a parser knows one kind of line end.
    let text = text.replace("\r\n", "\n");
    // The one crypto provider that is in the build gives its hashes by the suites that have them.
    let SupportedCipherSuite::Tls13(suite) = TLS13_AES_128_GCM_SHA256 else { return String::new() };
    format!("sha256-{}", base64(suite.common.hash_provider.hash(text.as_bytes()).as_ref()))
}

/// Base 64 (RFC 4648 4), padded.
fn base64(bytes: &[u8]) -> String {
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4_u32 {
            let digit = usize::try_from(bits >> (18 - 6 * place) & 0x3f).ok();
            let is_padding = usize::try_from(place).is_ok_and(|place| place > chunk.len());
            let digit = digit.and_then(|digit| digits.get(digit)).filter(|_| !is_padding);
            out.push(digit.copied().unwrap_or('='));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_that_of_rfc_4648() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("\0?~", "AD9+"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    /// The hash that the specification gives for this very script (CSP Level 3, 2.3.1).
    #[test]
    fn a_script_is_named_by_its_hash() {
        assert_eq!(source("doSomething();"), "sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=");
        assert_eq!(source("a\r\nb"), source("a\nb"));
    }
}
