//! What a browser may do for the page: apply its style, run its script, and nothing else, whatever gets into
//! it. Should a text ever be written unescaped, no script in it would run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::sha256;

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
    format!("sha256-{}", STANDARD.encode(sha256(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash that the specification gives for this very script (CSP Level 3, 2.3.1).
    #[test]
    fn a_script_is_named_by_its_hash() {
        assert_eq!(source("doSomething();"), "sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc=");
        assert_eq!(source("a\r\nb"), source("a\nb"));
    }
}
