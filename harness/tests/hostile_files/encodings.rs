//! Bytes that are no text in UTF-8, and texts in which a reviewer sees something else.

use crate::bounded::Bounded;

const GOOD: &str = "host: a.example\nexpect: accepted\n";

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

#[test]
fn what_is_not_utf8_is_told_at_its_place() {
    let marked = format!("\u{feff}{GOOD}");
    for (name, bytes, message, hint, place) in [
        (
            "UTF-16, little end first",
            utf16(&marked, u16::to_le_bytes),
            "not UTF-8: the byte 0xFF",
            "it is UTF-16",
            "1:1",
        ),
        (
            "UTF-16, big end first",
            utf16(&marked, u16::to_be_bytes),
            "not UTF-8: the byte 0xFE",
            "it is UTF-16",
            "1:1",
        ),
        (
            "the same without a mark",
            utf16(GOOD, u16::to_le_bytes),
            "not UTF-8, but UTF-16",
            "save it as UTF-8",
            "1:1",
        ),
        (
            "and without, big end first",
            utf16(GOOD, u16::to_be_bytes),
            "not UTF-8, but UTF-16",
            "save it as UTF-8",
            "1:1",
        ),
        (
            "Latin-1",
            b"host: caf\xe9.example\n".to_vec(),
            "not UTF-8: the byte 0xE9",
            "save it as UTF-8",
            "1:10",
        ),
        (
            "Latin-1 further down",
            b"host: a\n# \xc3\xa4\ntitle: caf\xe9\n".to_vec(),
            "the byte 0xE9",
            "save it as UTF-8",
            "3:11",
        ),
        ("an overlong NUL", b"host: \xc0\x80\n".to_vec(), "the byte 0xC0", "save it as UTF-8", "1:7"),
        ("half a surrogate", b"host: \xed\xa0\x80\n".to_vec(), "the byte 0xED", "save it as UTF-8", "1:7"),
        (
            "a character cut off",
            b"host: a.example\ntitle: \xe6\xbc".to_vec(),
            "the byte 0xE6",
            "save it as UTF-8",
            "2:8",
        ),
        ("compressed", b"\x1f\x8b\x08\0\0\0".to_vec(), "the byte 0x8B", "save it as UTF-8", "1:2"),
        ("NUL", b"host: a.example\0\n".to_vec(), "the character U+0000 is not allowed", "remove it", "1:16"),
        ("only NUL", b"\0".to_vec(), "the character U+0000 is not allowed", "remove it", "1:1"),
        ("only a mark", b"\xef\xbb\xbf".to_vec(), "a file without scenarios", "write one", ""),
    ] {
        let text = Bounded::of(bytes).refused();
        let at = if place.is_empty() { String::new() } else { format!(":{place}") };
        assert!(text.contains(&format!("error: {message}")) || text.contains(message), "{name}: {text}");
        assert!(
            text.contains(&format!("--> scenarios/x.yaml{at}\n")) && text.contains(hint),
            "{name}: {text}"
        );
    }
}

#[test]
fn marks_and_line_ends_of_other_systems_are_read() {
    for bytes in [
        format!("\u{feff}{GOOD}").into_bytes(),
        GOOD.replace('\n', "\r\n").into_bytes(),
        GOOD.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{}", GOOD.replace('\n', "\r\n")).into_bytes(),
        format!("---\n{GOOD}...\n").into_bytes(),
        format!("%YAML 1.2\n---\n{GOOD}").into_bytes(),
        br#"{"host": "a.example", "expect": "accepted"}"#.to_vec(),
    ] {
        assert!(Bounded::of(&bytes).accepted().starts_with("1 test "), "{}", bytes.escape_ascii());
    }
}

/// Hidden characters and commands of log readers in every place that has text: as an escape in double quotes.
#[test]
fn nothing_that_is_obeyed_is_printed_from_any_place() {
    let places = [
        "scenarios: { \"%\": { host: a.example, expect: accepted, x: 1 } }",
        "\"%\": x",
        "host: \"a%.example\"",
        "host: a.example\npolicy: \"%\"",
        "host: a.example\npolicy: rfc8996\nrules: { \"%\": { strict: 1 } }",
        "host: a.example\nexpect: \"%\"",
        "host: a.example\nexpect: { \"%\": x }",
        "host: a.example\nexpect: accepted\nca: \"%\"",
        "hosts: { file: \"%\" }\nexpect: accepted",
        "host: a.example\nexpect: { status: 200 }\npath: \"/%\"\nx: 1",
        "host: a.example\nexpect: accepted\nserver_name: \"x%\"\nx: 1",
        "host: a.example\nexpect: accepted\nclient: \"%\"\nx: 1",
        "host: a.example\nexpect: accepted\nclient: x\ncipher_suites: [\"%\"]",
        "host: a.example\nexpect: accepted\ntitle: \"%\"\nx: 1",
        "host: a.example\npath: /\nexpect: { headers: { \"%\": x } }\nx: 1",
        "host: a.example\nexpect: { alpn: \"%\" }\nx: 1",
        "host: a.example\nexpect: accepted\nwaiver: { until: 2027-01-01, reason: x, ticket: \"%\" }\nx: 1",
        "host: \"${%}\"\nexpect: accepted",
        "host: a.example\nexpect: accepted\ntimeout: \"5s%\"",
        "host: a.example\nexpect: accepted\nmin_version: \"1.2%\"",
    ];
    let hostile = [
        "\\e[31m",
        "\\u202e",
        "\\r",
        "\\a",
        "\\u2028",
        "\\U000e0041",
        "##[error]x",
        "::error::x",
        "\\n::error::x",
        "\\0",
        "\\u200b",
    ];
    // All in one folder: a process for each of them would take long.
    let mut folder = Bounded::new().with_threads();
    for (number, place) in places.iter().enumerate() {
        for (kind, text) in hostile.iter().enumerate() {
            folder = folder.with(&format!("{number}-{kind}.yaml"), place.replace('%', text));
        }
    }
    let text = folder.refused();
    for number in 0..places.len() {
        for kind in 0..hostile.len() {
            assert!(text.contains(&format!("--> scenarios/{number}-{kind}.yaml:")), "{number}-{kind}");
        }
    }
}
