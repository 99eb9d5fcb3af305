//! The report as JSON, for programs: the interface that other tools rest on.
//!
//! It may be printed to a terminal or a log, so it holds no character that either obeys: such a
//! character stands there as `\uXXXX`, and means to a program what it always meant.

use std::io::{self, Write};

use serde::Serialize;

use super::model::{Report, SCHEMA};
use crate::escape::{is_obeyed, printable};

/// Writes the whole report, with a line end after it.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_value(report, out)
}

/// Writes any value as JSON that nobody obeys, with a line end after it.
pub(super) fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut escaped = Escaped { out, is_hash_before: false };
    serde_json::to_writer_pretty(&mut escaped, value).map_err(io::Error::from)?;
    escaped.out.write_all(b"\n")
}

/// Reads a report that was written.
///
/// # Errors
/// What is wrong with it, for people; escaped.
pub fn read(text: &str) -> Result<Report, String> {
    #[derive(serde::Deserialize)]
    struct Schema {
        schema: u32,
    }
    let schema: Schema = serde_json::from_str(text).map_err(|error| not_a_report(&error))?;
    if schema.schema != SCHEMA {
        return Err(format!("it has the schema {}, and this gate reads {SCHEMA}", schema.schema));
    }
    let report: Report = serde_json::from_str(text).map_err(|error| not_a_report(&error))?;
    // What it counts to is not taken on trust.
    Ok(Report::new(report.as_of, report.live, report.fail_on_pending, report.shards, report.tests))
}

fn not_a_report(error: &serde_json::Error) -> String {
    format!("it is not a JSON report of this gate: {}", printable(&error.to_string()))
}

/// Writes what a terminal or a log reader could obey as `\uXXXX`. Outside of strings JSON has no
/// such character but line ends, and within strings serde_json has escaped those.
struct Escaped<'a> {
    out: &'a mut dyn Write,
    is_hash_before: bool,
}

impl Write for Escaped<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let is_plain = |byte: &u8| matches!(byte, b'\n' | b' '..=b'"' | b'$'..=b'~');
        if bytes.iter().all(is_plain) {
            self.is_hash_before &= bytes.is_empty();
            self.out.write_all(bytes)?;
            return Ok(bytes.len());
        }
        // serde_json writes whole strings of UTF-8, or pieces of them between its own escapes.
        let text = std::str::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData)?;
        let mut plain_from = 0;
        for (at, character) in text.char_indices() {
            // `##[` begins a command: the second `#` is what is escaped, since the first is written.
            let begins_command = character == '#' && self.is_hash_before;
            self.is_hash_before = character == '#' && !begins_command;
            if begins_command || (is_obeyed(character) && character != '\n') {
                self.out.write_all(bytes.get(plain_from..at).unwrap_or_default())?;
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(self.out, "\\u{unit:04x}")?;
                }
                plain_from = at + character.len_utf8();
            }
        }
        self.out.write_all(bytes.get(plain_from..).unwrap_or_default())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_reader_obeys_is_escaped_and_means_the_same() {
        for text in [
            "plain, with ümlaut and 漢字",
            "\u{1b}[31m \u{9b}31m \u{7f} \0",
            "##[error]x ###[group] ####[x] a#b \"##[x]\" #\"#[x]",
            "\\##[error]",
            "line\nline\r\u{2028}",
            "\u{202e}gpj.exe \u{e0041}",
        ] {
            let mut json = Vec::new();
            write_value(&text, &mut json).unwrap();
            let json = String::from_utf8(json).unwrap();
            let json = json.strip_suffix('\n').unwrap();
            assert!(!json.contains(is_obeyed) && !json.contains("##"), "{json}");
            assert_eq!(serde_json::from_str::<String>(json).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_report_is_told() {
        for (text, words) in [
            ("", "it is not a JSON report of this gate: EOF"),
            ("{}", "missing field `schema`"),
            ("{\"schema\": 2}", "it has the schema 2, and this gate reads 1"),
            ("{\"schema\": 1}", "missing field `as_of`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
