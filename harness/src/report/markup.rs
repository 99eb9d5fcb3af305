//! Text of others for HTML and Markdown: shown as it is, and never taken for markup.

use crate::escape::printable_up_to;

/// The longest text of others in one place, in characters. What is longer is cut: the JSON report has it
/// whole.
pub(super) const LONGEST: usize = 2_000;

/// For HTML, in elements and in quoted attributes alike.
#[must_use]
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    let text = printable_up_to(text, LONGEST);
    text.chars().for_each(|character| push(&mut out, character, "\"'".contains(character)));
    out
}

/// For HTML, line by line: the line ends stay.
#[must_use]
pub(super) fn html_lines(text: &str) -> String {
    text.split('\n').map(html).collect::<Vec<_>>().join("\n")
}

/// Whether it is an address of the web made of plain characters: what else looks like one stays text.
#[must_use]
pub(super) fn is_web_address(url: &str) -> bool {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-._~/?#=&%:+,;@!$".contains(character);
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web && url.len() <= LONGEST && url.chars().all(is_plain)
}

/// For Markdown, within a line or a cell of a table, but not at the beginning of a line, where a number
/// or a hyphen begins a list. Every character that Markdown could take for markup
/// is an entity, which it takes for the character alone (CommonMark 2.5). So is the `:` of a URL and the
/// `w` of `www.`, which GitHub would make links of. People (`@`) and issues (`#`) it looks for when entities
/// are read already: there an empty comment stands between.
#[must_use]
pub(super) fn markdown(text: &str) -> String {
    const SPECIAL: &str = "&<>\"'\\`*_{}[]()#+!|~$@^=";
    let text = printable_up_to(text, LONGEST);
    let begins = |at: usize, beginning: &str| {
        let found = text.get(at..at + beginning.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(beginning))
    };
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let makes_link = begins(at, "://") || begins(at, "www.");
        push(&mut out, character, makes_link || SPECIAL.contains(character));
        if matches!(character, '@' | '#') {
            out.push_str("<!-- -->");
        }
    }
    out
}

fn push(out: &mut String, character: char, is_special: bool) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        _ if is_special => out.push_str(&format!("&#{};", u32::from(character))),
        _ => out.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_shown_and_not_obeyed() {
        for (text, shown) in [
            ("api.example.com", "api.example.com"),
            ("api::older-versions", "api::older-versions"),
            ("a|b", "a&#124;b"),
            ("**bold** `code` [x](y)", "&#42;&#42;bold&#42;&#42; &#96;code&#96; &#91;x&#93;&#40;y&#41;"),
            ("</details><script>", "&lt;/details&gt;&lt;script&gt;"),
            ("https://a.example/x", "https&#58;//a.example/x"),
            ("WWW.a.example www.b", "&#87;WW.a.example &#119;ww.b"),
            ("a@b.example", "a&#64;<!-- -->b.example"),
            ("see #1", "see &#35;<!-- -->1"),
            ("one\ntwo\u{1b}", "one&#92;ntwo&#92;u&#123;1b&#125;"),
            ("ä|ö", "ä&#124;ö"),
        ] {
            assert_eq!(markdown(text), shown);
        }
    }

    #[test]
    fn html_is_shown_and_not_obeyed() {
        assert_eq!(
            html("<a href=\"x\" title='y'>&amp;"),
            "&lt;a href=&#34;x&#34; title=&#39;y&#39;&gt;&amp;amp;"
        );
        assert_eq!(html_lines("a\n<b>\r"), "a\n&lt;b&gt;\\r");
        assert!(html(&"x".repeat(1_000_000)).len() < 10_000);
    }
}
