//! Text from peers, files and libraries, made safe to print.
//!
//! A terminal obeys control characters, bidirectional controls reorder what is read, and the
//! runner of GitHub Actions obeys `::command::` at the start of a line and `##[command]` anywhere.
//! A library's error text counts as peer text: it quotes what the peer sent.

use std::fmt::Write as _;

/// The longest excerpt of peer text that is ever shown, in characters.
pub const EXCERPT: usize = 200;

/// `text` with everything that a terminal or a log reader could obey written as an escape, cut
/// after [`EXCERPT`] characters.
#[must_use]
pub fn printable(text: &str) -> String {
    printable_up_to(text, EXCERPT)
}

/// As [`printable`], with another limit, in characters.
#[must_use]
pub fn printable_up_to(text: &str, limit: usize) -> String {
    if text.len() <= limit && is_plain(text.as_bytes()) {
        return text.to_owned();
    }
    escaped(text, limit)
}

fn escaped(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit));
    let mut only_blanks = true;
    let mut characters = text.chars().peekable();
    let mut taken = 0;
    while let Some(character) = characters.next() {
        if taken == limit {
            out.push('…');
            break;
        }
        taken += 1;
        let next = characters.peek().copied();
        let starts_command =
            (only_blanks && character == ':' && next == Some(':')) || (character == '#' && next == Some('#'));
        only_blanks &= character.is_whitespace();
        if starts_command || is_obeyed(character) {
            push_escape(&mut out, character);
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether this is printable ASCII without `##` that does not begin with a colon: then nobody obeys any
/// of it. Many times faster than looking at characters, and true of most text.
pub(crate) fn is_plain(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut only_blanks = true;
    while let [byte, behind @ ..] = rest {
        match byte {
            b' ' => {}
            b':' if only_blanks => return false,
            b'#' if matches!(behind, [b'#', ..]) => return false,
            b'!'..=b'~' => only_blanks = false,
            _ => return false,
        }
        rest = behind;
    }
    true
}

/// The first `limit` bytes, as text where they are printable ASCII and as `\xNN` where not.
#[must_use]
pub fn printable_bytes(bytes: &[u8], limit: usize) -> String {
    let mut out = String::new();
    for &byte in bytes.iter().take(limit) {
        match byte {
            b'\r' => out.push_str("\\r"),
            b'\n' => out.push_str("\\n"),
            b'\\' => out.push_str("\\\\"),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    if bytes.len() > limit {
        out.push('…');
    }
    // `\\`, `\xNN` and ASCII only: what is left to defuse is the runner's commands.
    printable_up_to(&out, usize::MAX)
}

/// Characters that steer a terminal or hide what is read: controls, line and paragraph
/// separators, bidirectional controls, invisible formatting, tags. And those that are none (Unicode
/// 23.7), two of which XML cannot hold.
pub(crate) fn is_obeyed(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xfffe == 0xfffe
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fdd0}'..='\u{fdef}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

fn push_escape(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_or_runner_obeys_is_escaped() {
        for (hostile, shown) in [
            ("plain, with ümlaut and 漢字", "plain, with ümlaut and 漢字"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\rb\nc\td\0", "a\\rb\\nc\\td\\u{0}"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("::error file=x::y", "\\u{3a}:error file=x::y"),
            (" \u{3000}::stop-commands::x", " \u{3000}\\u{3a}:stop-commands::x"),
            ("a ##[error]x", "a \\u{23}#[error]x"),
            ("###[group]", "\\u{23}\\u{23}#[group]"),
            ("\u{fffd}\u{ffff}\u{1fffe}\u{fdd0}", "\u{fffd}\\u{ffff}\\u{1fffe}\\u{fdd0}"),
            ("fe80::1", "fe80::1"),
            ("a # b #c", "a # b #c"),
            ("  :x", "  :x"),
            ("\u{7f}~", "\\u{7f}~"),
            ("", ""),
        ] {
            assert_eq!(printable(hostile), shown);
            assert_eq!(escaped(hostile, EXCERPT), shown);
        }
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(printable_up_to("abcdef", 3), "abc…");
        assert_eq!(printable_bytes(b"SSH-2.0\r\n\xff", 64), "SSH-2.0\\r\\n\\xff");
        assert_eq!(printable_bytes(b"##[x]::", 4), "\\u{23}#[x…");
    }
}
