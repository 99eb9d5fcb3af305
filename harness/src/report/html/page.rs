//! A page that is written as it goes. Markup is what stands in this program; everything else is text, and
//! there is no way to write it but escaped and cut.

use std::borrow::Cow;
use std::io::{self, Write};
use std::time::Duration;

use super::super::duration;
use super::super::markup::{LONGEST, html, is_web_address};
use crate::escape::is_plain;
use crate::version::Version;

/// How many lines of one text are shown: a text of line ends alone is no reason for a page of megabytes.
const MOST_LINES: usize = 200;

/// A page on its way out.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Page<'a> {
        Page { out }
    }

    /// Markup: what stands in this program.
    pub(super) fn raw(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// Text of anybody, in elements and in quoted attributes alike.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(shown(text).as_bytes())
    }

    /// Text of several lines, for where line ends are kept.
    pub(super) fn lines(&mut self, text: &str) -> io::Result<()> {
        for (index, line) in text.split('\n').enumerate() {
            // A parser drops a line end right behind `<pre>`; one more is then what is dropped.
            if index > 0 || line.is_empty() {
                self.raw("\n")?;
            }
            if index == MOST_LINES {
                self.raw("… and ")?;
                return self.count(text.split('\n').count() - index, "line more", "lines more");
            }
            self.text(line)?;
        }
        Ok(())
    }

    pub(super) fn number(&mut self, number: impl Into<u64>) -> io::Result<()> {
        write!(self.out, "{}", number.into())
    }

    /// A number and what it counts.
    pub(super) fn count(&mut self, count: usize, one: &'static str, many: &'static str) -> io::Result<()> {
        write!(self.out, "{count} ")?;
        self.raw(if count == 1 { one } else { many })
    }

    /// Where a test stands on the page, as an id or, behind a `#`, as a link. Never made of text.
    pub(super) fn place(&mut self, index: usize) -> io::Result<()> {
        write!(self.out, "t{}", index + 1)
    }

    /// A link where it is one of the web; text else.
    pub(super) fn link(&mut self, url: &str) -> io::Result<()> {
        if !is_web_address(url) {
            return self.text(url);
        }
        self.raw("<a rel=\"noopener noreferrer nofollow\" href=\"")?;
        self.text(url)?;
        self.raw("\">")?;
        self.text(url)?;
        self.raw("</a>")
    }

    /// A term and what is said of it, within a `<dl>`.
    pub(super) fn fact(&mut self, term: &'static str, value: &str) -> io::Result<()> {
        self.term(term)?;
        self.text(value)?;
        self.raw("</dd>")
    }

    /// A term; what is said of it and `</dd>` is to follow.
    pub(super) fn term(&mut self, term: &'static str) -> io::Result<()> {
        self.raw("<dt>")?;
        self.raw(term)?;
        self.raw("</dt><dd>")
    }
}

/// As [`html`] has it, and without its work where there is none: most text of most tests is plain.
fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && is_plain(text.as_bytes()) && !has_markup(text.as_bytes()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(html(text))
    }
}

/// A loop over patterns, since that is fast in a build that is not optimized, which is what most runs are.
fn has_markup(mut bytes: &[u8]) -> bool {
    while let [byte, behind @ ..] = bytes {
        if matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'') {
            return true;
        }
        bytes = behind;
    }
    false
}

/// A length of time in milliseconds as people read it; nobody vouches for the number.
pub(super) fn took(milliseconds: f64) -> String {
    Duration::try_from_secs_f64(milliseconds / 1e3).map_or_else(|_| "unknown".to_owned(), duration)
}

/// A version by its name where it is one, and as it is written where not.
pub(super) fn version(key: &str) -> &str {
    let known = Version::ALL.into_iter().find(|version| version.key() == key);
    known.map_or(key, |version| version.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Page<'_>) -> io::Result<()>) -> String {
        let mut bytes = Vec::new();
        write(&mut Page::new(&mut bytes)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The short cut for plain text takes no text that has to be escaped.
    #[test]
    fn plain_text_is_what_escaping_leaves_alone() {
        let bytes: Vec<String> = (0..=0x17f).filter_map(char::from_u32).map(String::from).collect();
        for one in &bytes {
            for text in [one.clone(), format!(" {one}:x"), format!("{one}{one}x"), format!("x {one}{one}")] {
                assert_eq!(shown(&text), html(&text), "{text:?}");
            }
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(shown(&long), html(&long));
    }

    #[test]
    fn only_plain_addresses_of_the_web_are_links() {
        for url in [
            "https://www.rfc-editor.org/rfc/rfc8996#section-4",
            "http://wiki.example.com:8080/tls?page=1&lang=en",
        ] {
            let link = written(|page| page.link(url));
            assert!(link.starts_with("<a rel=\"noopener noreferrer nofollow\" href=\"http"), "{link}");
            assert!(!link.contains("&lang"), "{link}");
        }
        for text in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "//example.com/",
            " https://example.com/",
            "https://example.com/\" onclick=\"x",
            "https://example.com/<script>",
            "https://example.com/\u{202e}x",
            "https://exämple.com/",
            "https://example.com/a b",
            "file:///etc/passwd",
            "",
        ] {
            let shown = written(|page| page.link(text));
            assert_eq!(shown, html(text));
            assert!(!shown.contains('<'), "{shown}");
        }
        let long = format!("https://example.com/{}", "x".repeat(5_000));
        assert!(!written(|page| page.link(&long)).contains('<'));
    }

    #[test]
    fn lines_stay_and_are_counted_where_they_are_too_many() {
        assert_eq!(written(|page| page.lines("a\n<b>\n")), "a\n&lt;b&gt;\n");
        assert_eq!(written(|page| page.lines("\na")), "\n\na");
        let many = written(|page| page.lines(&"\n".repeat(1_000_000)));
        assert!(many.len() < 1_000, "{}", many.len());
        assert!(many.ends_with("\n… and 999801 lines more"), "{many}");
    }

    #[test]
    fn no_number_is_taken_on_trust() {
        for (milliseconds, words) in [
            (9.87, "9.9 ms"),
            (0.0, "0.0 ms"),
            (-1.0, "unknown"),
            (f64::NAN, "unknown"),
            (f64::INFINITY, "unknown"),
            (1e300, "unknown"),
        ] {
            assert_eq!(took(milliseconds), words);
        }
        assert_eq!((version("1.2"), version("<b>")), ("TLS 1.2", "<b>"));
    }
}
