//! Texts that are not one YAML document within the limits, in an author's words.

use super::{Limit, Limits, MAX_DEPTH, MAX_KEY, MAX_NODES, Mark};
use crate::problem::text::Lines;

/// Why a text could not be read, and where it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::scenario) struct Fault {
    pub(in crate::scenario) mark: Mark,
    /// What is marked, where it is not the word that stands there.
    pub(in crate::scenario) marked: Option<String>,
    pub(in crate::scenario) message: String,
    pub(in crate::scenario) hint: String,
}

impl Fault {
    fn new(mark: Mark, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { mark, marked: None, message: message.into(), hint: hint.into() }
    }
}

/// The first character that YAML does not allow (YAML 1.2 5.1).
pub(super) fn forbidden_character(text: &str) -> Option<Fault> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return None;
    }
    let (index, character) = text.char_indices().find(|(_, character)| {
        let allowed = matches!(character, '\t' | '\n' | '\r' | '\u{85}') || !character.is_control();
        !allowed || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    })?;
    let (line, column) = Lines::of(text).line_and_column(index);
    let code = u32::from(character);
    let hint = if character == '\0' {
        "remove it, or save the file as UTF-8 if it is UTF-16"
    } else {
        "remove it, or write it as an escape in double quotes"
    };
    let message = format!("the character U+{code:04X} is not allowed");
    let marked = Some(character.to_string());
    Some(Fault { marked, ..Fault::new(Mark { line, column }, message, hint) })
}

/// What the library would take minutes for: its work grows with the depth of flow brackets times
/// the length of the text, and it reads all of it before the first value can be refused.
pub(super) fn too_many_brackets(text: &str) -> Option<Fault> {
    const BUDGET: usize = 1_000_000_000;
    const HARMLESS: usize = 100;
    // Were every character a bracket: most files end here.
    if text.len().saturating_mul(text.len()) <= BUDGET {
        return None;
    }
    let lines = Lines::of(text);
    let mut depth: usize = 0;
    for number in 1..=lines.count() {
        let line = lines.line(number);
        let open = open_at_end(line);
        depth += open;
        if open > 0 && depth > HARMLESS && depth.saturating_mul(text.len()) > BUDGET {
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

/// At most so many brackets are open at the end of a line. What stands between two quotes is all
/// text or all syntax: there a bracket closes one before it. What follows a `#` may be a comment,
/// and a tag may have brackets in it: from there on none closes.
fn open_at_end(line: &str) -> usize {
    let mut open: usize = 0;
    let mut open_since_quote: usize = 0;
    let mut closing_counts = true;
    for byte in line.bytes() {
        match byte {
            b'[' | b'{' => open_since_quote += 1,
            b']' | b'}' if closing_counts => open_since_quote = open_since_quote.saturating_sub(1),
            b'"' | b'\'' => open += std::mem::take(&mut open_since_quote),
            b'#' | b'!' => closing_counts = false,
            _ => {}
        }
    }
    open + open_since_quote
}

/// A tag, or the key whose value has one.
pub(super) fn tag(mark: Mark) -> Fault {
    Fault::new(
        mark,
        "a YAML tag",
        "tags are not supported: remove it, or put text that begins with `!` in quotes",
    )
}

/// A document after the first.
pub(super) fn second_document(source: &str, end_of_first: Mark) -> Fault {
    let lines = Lines::of(source);
    let line = (end_of_first.line + 1..=lines.count())
        .find(|number| lines.line(*number).starts_with("---"))
        .unwrap_or(end_of_first.line);
    Fault::new(
        Mark { line, column: 1 },
        "a second YAML document",
        "one file holds one document: move it to a file of its own",
    )
}

/// What the library could not read, or a limit that was broken.
pub(super) fn from_library(source: &str, error: &serde_yaml::Error, limits: &Limits) -> Fault {
    let mark = error
        .location()
        .map_or(Mark::START, |location| Mark { line: location.line(), column: location.column() });
    let lines = Lines::of(source);
    let mark = within(&lines, mark);
    let words = error.to_string();
    match limits.broken {
        Some(Limit::Depth) => return too_deep(mark),
        Some(Limit::Nodes) => {
            return Fault::new(
                limits.last,
                format!("more than {MAX_NODES} keys and values in one file, aliases written out"),
                "split it into several files",
            );
        }
        Some(Limit::Key) => {
            return Fault::new(limits.last, format!("a key longer than {MAX_KEY} bytes"), "shorten it");
        }
        None => {}
    }
    if words.starts_with("recursion limit exceeded") {
        return too_deep(mark);
    }
    if words.starts_with("repetition limit exceeded") {
        let (line, column) = lines.line_and_column(source.find('*').unwrap_or_default());
        let mark = Mark { line, column };
        return Fault::new(mark, "aliases of aliases grow without bound", "write the values out");
    }
    if words.starts_with("unknown anchor") {
        return Fault::new(mark, "an alias without an anchor", "define it with `&name` before it is used");
    }
    // An open quote is found missing at the very end: what counts is where it was opened.
    let mark = match words.rsplit_once(" at line ") {
        Some((before, opened)) if before.starts_with("found unexpected end of stream") => {
            super::parse_place(opened).unwrap_or(mark)
        }
        _ => mark,
    };
    let (message, hint) = explain(&words, lines.line(mark.line), mark.column);
    Fault::new(mark, message, hint)
}

fn too_deep(mark: Mark) -> Fault {
    Fault::new(mark, format!("nested deeper than {MAX_DEPTH} levels"), "flatten it")
}

/// The library names a place after the end of the text where something is missing at the end.
fn within(lines: &Lines<'_>, mark: Mark) -> Mark {
    let last = lines.count();
    if mark.line > last {
        return Mark { line: last, column: lines.line(last).chars().count() + 1 };
    }
    mark
}

/// The commonest syntax errors, with what usually caused them.
fn explain(words: &str, line: &str, column: usize) -> (String, &'static str) {
    let at = line.chars().nth(column.saturating_sub(1));
    let tab = line.chars().take_while(|character| character.is_whitespace()).any(|blank| blank == '\t');
    if tab || at == Some('\t') {
        return ("not valid YAML: a tab where blanks are expected".into(), "indent with spaces");
    }
    let problem = words.split(" at line ").next().unwrap_or(words);
    let problem = problem.split(" at position ").next().unwrap_or(problem);
    let address = line.contains(": [") && line.contains("::");
    let hint = match problem {
        _ if address => "put an IPv6 address with its brackets into quotes: `\"[::1]\"`",
        "mapping values are not allowed in this context" => {
            "check the indentation; text that holds `: ` goes into quotes"
        }
        "did not find expected key" => "check the indentation and the quotes here and in the lines before",
        "did not find expected '-' indicator" => "every element of a list begins with `- `",
        "could not find expected ':'" => "a key is followed by `: ` and its value",
        "found character that cannot start any token" => "put the text in quotes",
        "found unexpected end of stream" => "this quote is not closed",
        "did not find expected ',' or '}'" | "did not find expected ',' or ']'" => {
            "put a comma between the entries, and close the bracket"
        }
        "found undefined tag handle" => {
            "YAML tags are not supported: put text that begins with `!` in quotes"
        }
        _ => "check the indentation and the quotes",
    };
    (format!("not valid YAML: {}", crate::escape::printable(problem)), hint)
}
