//! Texts that are refused before the library sees them: it reads all of a text before the first value can be
//! refused, and keeps some hundred bytes for each value.

use super::{Fault, Mark};
use crate::problem::text::Lines;

/// The most characters that can begin a key or value. With this many the library keeps some 50 MB.
const MAX_INDICATORS: usize = 120_000;

/// A shorter text has less than [`MAX_INDICATORS`], and is read in time however deep it is.
const MOST_HARMLESS: usize = 5_000;

/// Why the library could not read a text in reasonable time and memory.
pub(super) fn too_much(text: &str) -> Option<Fault> {
    // Were every character an indicator: most files end here.
    if text.len() < MOST_HARMLESS {
        return None;
    }
    match indicators(text) {
        Ok(count) => too_many_brackets(text, count),
        Err(fault) => Some(fault),
    }
}

/// How many characters there are that can begin a key or value: each, an empty one too, has one of its own.
fn indicators(text: &str) -> Result<usize, Fault> {
    // The first byte of what ends a line beyond ASCII counts as blank too: NEL, LS, PS.
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0xc2 | 0xe2);
    let bytes = text.as_bytes();
    let (mut before, mut count) = (b' ', 0_usize);
    for (index, &byte) in bytes.iter().enumerate() {
        let next = bytes.get(index + 1);
        let counts = match byte {
            b',' | b'[' | b'{' => true,
            b'-' => before != b'-' && next.is_none_or(blank),
            b'?' => next.is_none_or(blank),
            b':' => {
                let ends_json_key = matches!(before, b'"' | b'\'' | b']' | b'}');
                ends_json_key || next.is_none_or(|next| blank(next) || b",[]{}\"'".contains(next))
            }
            _ => false,
        };
        before = byte;
        count += usize::from(counts);
        if count > MAX_INDICATORS {
            let (line, column) = Lines::of(text).line_and_column(index);
            return Err(Fault::new(
                Mark { line, column },
                format!("more than {MAX_INDICATORS} keys and values in one file, empty ones included"),
                "split it into several files",
            ));
        }
    }
    Ok(count)
}

/// What the library would take minutes for: its work grows with the depth of flow brackets times the number of
/// tokens.
fn too_many_brackets(text: &str, indicators: usize) -> Option<Fault> {
    const BUDGET: usize = 1_000_000_000;
    /// Of brackets on one line it is known where they close, unless a quote stands between them.
    const BUDGET_OF_LINE: usize = 200_000_000;
    const HARMLESS: usize = 100;
    // With every indicator come its text, and what closes it.
    let tokens = indicators.saturating_mul(4);
    let lines = Lines::of(text);
    let mut depth: usize = 0;
    for number in 1..=lines.count() {
        let line = lines.line(number);
        let Open { at_end, deepest } = open_in(line);
        let within = if deepest > HARMLESS { deepest.saturating_mul(tokens) } else { 0 };
        depth += at_end;
        let across = if at_end > 0 && depth > HARMLESS { depth.saturating_mul(tokens) } else { 0 };
        if across > BUDGET || within > BUDGET_OF_LINE {
            return Some(Fault::new(
                Mark {
                    line: number,
                    column: line.find(['[', '{']).map_or(1, |index| line.chars().count().min(index + 1)),
                },
                "too many brackets that are not closed on their own line",
                "write nested values in block style, one to a line, or split the file; where a quote \
                 stands between two brackets, the second is not seen to close the first",
            ));
        }
    }
    None
}

/// Brackets of a line: how many are open at its end, and how many at once.
struct Open {
    at_end: usize,
    deepest: usize,
}

/// At most so many brackets are open on a line. What stands between two quotes is all text or all syntax:
/// there a bracket closes one before it. What follows a `#` may be a comment, and a tag may have brackets in
/// it: from there on none closes.
fn open_in(line: &str) -> Open {
    let mut at_end: usize = 0;
    let mut deepest: usize = 0;
    let mut open_since_quote: usize = 0;
    let mut closing_counts = true;
    for byte in line.bytes() {
        match byte {
            b'[' | b'{' => {
                open_since_quote += 1;
                deepest = deepest.max(at_end + open_since_quote);
            }
            b']' | b'}' if closing_counts => open_since_quote = open_since_quote.saturating_sub(1),
            b'"' | b'\'' => at_end += std::mem::take(&mut open_since_quote),
            b'#' | b'!' => closing_counts = false,
            _ => {}
        }
    }
    Open { at_end: at_end + open_since_quote, deepest }
}
