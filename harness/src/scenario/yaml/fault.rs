//! Texts that are not one YAML document within the limits, in an author's words.

use super::{Limit, Limits, MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_TEXT, Mark};
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
    pub(super) fn new(mark: Mark, message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { mark, marked: None, message: message.into(), hint: hint.into() }
    }
}

/// The first character that YAML does not allow (YAML 1.2 5.1), or that hides what the file says.
pub(super) fn forbidden_character(text: &str) -> Option<Fault> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')) {
        return None;
    }
    let (index, character) = text.char_indices().find(|(_, character)| {
        let allowed = matches!(character, '\t' | '\n' | '\r' | '\u{85}') || !character.is_control();
        !allowed || matches!(character, '\u{feff}' | '\u{fffe}' | '\u{ffff}') || reorders(*character)
    })?;
    let (line, column) = Lines::of(text).line_and_column(index);
    let code = u32::from(character);
    let hint = if character == '\0' {
        "remove it, or save the file as UTF-8 if it is UTF-16"
    } else if reorders(character) {
        "remove it: it makes the line look like another one; in double quotes it can be an escape"
    } else {
        "remove it, or write it as an escape in double quotes"
    };
    let message = format!("the character U+{code:04X} is not allowed");
    let marked = Some(character.to_string());
    Some(Fault { marked, ..Fault::new(Mark { line, column }, message, hint) })
}

/// Whether what follows is shown in another order than it is read: a reviewer sees another file (Unicode
/// Technical Standard 55).
fn reorders(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A tag, or the key whose value has one.
pub(super) fn tag(mark: Mark) -> Fault {
    Fault::new(
        mark,
        "a YAML tag",
        "tags are not supported: remove it, or put text that begins with `!` in quotes",
    )
}

/// What the library says of text behind a value that does not go on from it.
const NO_DOCUMENT: &str = "did not find expected <document start>";

/// The line that begins another document behind the first.
pub(super) fn separator(source: &str, end_of_first: Mark) -> Option<usize> {
    let lines = Lines::of(source);
    (end_of_first.line + 1..=lines.count()).find(|number| lines.line(*number).starts_with("---"))
}

/// A document after the first, which begins on this line.
pub(super) fn second_document(line: usize) -> Fault {
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
        Some(Limit::Text) => {
            let most = MAX_TEXT / 1024 / 1024;
            return Fault::new(
                limits.last,
                format!("values of more than {most} MiB together, aliases written out"),
                "split it into several files",
            );
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
    // A tag of YAML's own on what is nothing of its kind.
    if words.contains("invalid value: ") && words.contains(", expected ") {
        return tag(mark);
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
    if let Some(number) = (1..=lines.count()).find(|number| lines.line(*number).starts_with("<<<<<<< ")) {
        let hint = "keep one of its sides, and remove the lines of `<<<<<<<`, `=======` and `>>>>>>>`";
        return Fault::new(Mark { line: number, column: 1 }, "a merge conflict that is not resolved", hint);
    }
    let odd_blank =
        |number: usize| lines.line(number).contains(['\u{a0}', '\u{2007}', '\u{202f}', '\u{3000}']);
    if odd_blank(mark.line) || odd_blank(mark.line.saturating_sub(1)) {
        let message = format!(
            "not valid YAML: {}",
            crate::escape::printable(words.split(" at line ").next().unwrap_or_default())
        );
        return Fault::new(mark, message, "a blank here or on the line before is none to YAML: write spaces");
    }
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
    let problem = problem.split(", while ").next().unwrap_or(problem);
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
        "did not find expected node content" => "a value is missing here, or there is a comma too many",
        "did not find expected comment or line break" => "nothing but a comment may follow here",
        "found unknown directive name" | "found incompatible YAML document" => {
            "remove the line that begins with `%`"
        }
        "did not find expected alphabetic or numeric character" => {
            "put text that begins with `&` or `*` in quotes"
        }
        "found unknown escape character" => "write `\\\\` for a backslash, or put the text in single quotes",
        "did not find expected hexadecimal number" | "found invalid Unicode character escape code" => {
            "write the four digits of a character: `\\u00E4`"
        }
        NO_DOCUMENT => {
            let hint = "check the indentation, and that every key is followed by `: `";
            return ("not valid YAML: this does not go on from what is before it".into(), hint);
        }
        "found undefined tag handle" => {
            "YAML tags are not supported: put text that begins with `!` in quotes"
        }
        _ => "check the indentation and the quotes",
    };
    (format!("not valid YAML: {}", crate::escape::printable(problem)), hint)
}
