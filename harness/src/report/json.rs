//! The report as JSON, for programs: the interface that other tools rest on.
//!
//! It may be printed to a terminal or a log, so it holds no character that either obeys: such a
//! character stands there as `\uXXXX`, and means to a program what it always meant.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::model::{Report, SCHEMA};
use crate::calendar::parse_date;
use crate::escape::{is_obeyed, is_plain, printable};
use crate::shard::MAX_SHARDS;

/// Writes the whole report, with a line end after it.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    write_value(report, out)
}

/// Writes any value as JSON that nobody obeys, with a line end after it.
pub(super) fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Escaping(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter)).map_err(io::Error::from)?;
    out.write_all(b"\n")
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
    sound(&report).map_err(|wrong| format!("it is not a JSON report of this gate: {wrong}"))?;
    // What it counts to is not taken on trust.
    let Report { as_of, live, fail_on_pending, shards, baseline, tests, .. } = report;
    Ok(Report { baseline, ..Report::new(as_of, live, fail_on_pending, shards, tests) })
}

/// Whether it is a report that this gate could have written, as far as what rests on it needs.
fn sound(report: &Report) -> Result<(), String> {
    let day =
        |text: &str| parse_date(text).map(drop).ok_or_else(|| format!("{} is not a day", printable(text)));
    day(&report.as_of)?;
    report.baseline.as_ref().map_or(Ok(()), |baseline| day(&baseline.as_of))?;
    for test in &report.tests {
        test.enforce_from.as_deref().map_or(Ok(()), day)?;
        test.waiver.as_ref().map_or(Ok(()), |waiver| day(&waiver.until))?;
        let seconds = test.elapsed_ms / 1e3;
        if !(0.0..LONGEST).contains(&seconds) {
            return Err(format!("{} ms is not how long a test takes", test.elapsed_ms));
        }
    }
    let Some(shards) = &report.shards else { return Ok(()) };
    let is_part = |part: &u32| (1..=shards.of).contains(part);
    let are_parts = shards.present.iter().chain(&shards.missing).all(is_part);
    if shards.of > MAX_SHARDS || shards.present.is_empty() || !are_parts {
        return Err("these are not parts of a suite".to_owned());
    }
    Ok(())
}

/// More seconds than any test takes: a year.
const LONGEST: f64 = 31_536_000.0;

fn not_a_report(error: &serde_json::Error) -> String {
    format!("it is not a JSON report of this gate: {}", printable(&error.to_string()))
}

/// Writes what a terminal or a log reader could obey as `\uXXXX`. It can only stand within strings.
struct Escaping(PrettyFormatter<'static>);

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if is_plain(fragment.as_bytes()) {
            return out.write_all(fragment.as_bytes());
        }
        let mut characters = fragment.chars().peekable();
        while let Some(character) = characters.next() {
            let begins_command = character == '#' && characters.peek() == Some(&'#');
            if begins_command || is_obeyed(character) {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            } else {
                out.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
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

    /// Nobody makes a green of a red by editing the counts.
    #[test]
    fn what_it_counts_to_is_counted_again() {
        let text = r#"{"schema":1,"as_of":"2026-11-23","live":true,"tests":[],"summary":{"passed":7,"failed":0,
            "inconclusive":0,"pending":0,"waived":0,"ignored":0,"exit_code":0}}"#;
        let summary = read(text).unwrap().summary;
        assert_eq!((summary.passed, summary.exit_code), (0, 3));
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
