//! Mistakes as rustc shows them.

use std::ffi::OsStr;
use std::fmt::Write as _;

use super::{Problem, Spot};
use crate::escape;

/// All problems as a person reads them: what was found, where, the line with the place marked, and
/// what is allowed. `color` adds ANSI colours. An empty line follows each.
#[must_use]
pub fn render(problems: &[Problem], color: bool) -> String {
    let paint = if color { Paint::ANSI } else { Paint::NONE };
    let mut out = String::new();
    for problem in problems {
        render_one(&mut out, problem, paint);
        out.push('\n');
    }
    out
}

/// One line for the end: `2 problems in 1 of 4 files; nothing was run`.
#[must_use]
pub fn summary(problems: usize, files_with_problems: usize, files: usize) -> String {
    let count = |count: usize, noun: &str| {
        if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
    };
    let problems = count(problems, "problem");
    if files == 0 {
        return format!("{problems}; nothing was run");
    }
    format!("{problems} in {files_with_problems} of {}; nothing was run", count(files, "file"))
}

/// What is written around the parts of a problem.
#[derive(Clone, Copy)]
struct Paint {
    error: &'static str,
    message: &'static str,
    frame: &'static str,
    end: &'static str,
}

impl Paint {
    const NONE: Paint = Paint { error: "", message: "", frame: "", end: "" };
    const ANSI: Paint =
        Paint { error: "\u{1b}[1;31m", message: "\u{1b}[1m", frame: "\u{1b}[1;34m", end: "\u{1b}[0m" };
}

// Writing into a `String` cannot fail, so what `write!` returns says nothing.
fn render_one(out: &mut String, problem: &Problem, paint: Paint) {
    let Paint { error, message, frame, end } = paint;
    let file = escape::printable_up_to(&problem.file, usize::MAX);
    let hint = &problem.hint;
    let _ = writeln!(out, "{error}error{end}{message}: {}{end}", problem.message);
    let number = problem.spot.as_ref().map(|spot| spot.line.to_string()).unwrap_or_default();
    let pad = " ".repeat(number.len().max(1));
    match &problem.spot {
        None => {
            let _ = writeln!(out, "{pad}{frame}-->{end} {file}");
        }
        Some(Spot { line, column, .. }) => {
            let _ = writeln!(out, "{pad}{frame}-->{end} {file}:{line}:{column}");
        }
    }
    match problem.spot.as_ref().filter(|spot| !spot.source.is_empty()) {
        Some(spot) => {
            let Shown { text, before, marked } = Shown::of(spot);
            let (before, marks) = (" ".repeat(before), "^".repeat(marked));
            let _ = writeln!(out, "{pad} {frame}|{end}");
            let _ = writeln!(out, "{frame}{number} |{end} {text}");
            let mark = format!("{pad} {frame}|{end} {before}{error}{marks} {hint}{end}");
            let _ = writeln!(out, "{}", mark.trim_end());
            if problem.note.is_some() {
                let _ = writeln!(out, "{pad} {frame}|{end}");
            }
        }
        None if hint.is_empty() => {}
        None => {
            let _ = writeln!(out, "{pad} {frame}={end} {hint}");
        }
    }
    if let Some(note) = &problem.note {
        let _ = writeln!(out, "{pad} {frame}={end} {note}");
    }
}

/// A source line made safe to print, and where its mark goes, in columns of a terminal: an escape
/// is longer than what it stands for, so the place moves.
struct Shown {
    text: String,
    before: usize,
    marked: usize,
}

impl Shown {
    fn of(spot: &Spot) -> Shown {
        let before = spot.column.saturating_sub(1).saturating_sub(spot.left_out_before);
        let cut = |count: usize| {
            spot.source.char_indices().nth(count).map_or(spot.source.len(), |(index, _)| index)
        };
        let (start, end) = (cut(before), cut(before + spot.length));
        let lead = safe(&spot.source, 0, start);
        let lead = if spot.left_out_before > 0 { format!("…{lead}") } else { lead };
        let marked = safe(&spot.source, start, end);
        let tail = safe(&spot.source, end, spot.source.len());
        let dots = if spot.left_out_after { "…" } else { "" };
        // A place after the end of the line is marked too.
        let (before, width) = (columns(&lead), columns(&marked).max(1));
        let text = format!("{lead}{marked}{tail}{dots}").trim_end().to_owned();
        Shown { text, before, marked: width }
    }
}

/// A part of a line, escaped. A tab is one blank: then a mark below it stands where it should.
fn safe(line: &str, start: usize, end: usize) -> String {
    let part = line.get(start..end).unwrap_or_default().replace('\t', " ");
    // A line number stands before it: it is never the beginning of what a runner reads.
    let within_line = format!("|{part}");
    let escaped = escape::printable_up_to(&within_line, usize::MAX);
    let escaped = escaped.strip_prefix('|').unwrap_or(&escaped);
    // `##` can be cut in two by the mark: then the half before it must not stay as it is.
    let joins = line.get(end..).is_some_and(|rest| rest.starts_with('#'));
    match escaped.strip_suffix('#').filter(|_| joins) {
        Some(rest) => format!("{rest}\\u{{23}}"),
        None => escaped.to_owned(),
    }
}

/// How many columns a terminal gives to a text without controls.
fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// Two for the wide characters of East Asia and emoji, none for combining marks (Unicode TR 11).
fn width(character: char) -> usize {
    match character {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// Whether to print in colour where nobody says: on a terminal, unless the variable `NO_COLOR` has a
/// value (<https://no-color.org>) or `TERM` is `dumb`.
#[must_use]
pub fn in_color(is_terminal: bool, no_color: &OsStr, term: &OsStr) -> bool {
    is_terminal && no_color.is_empty() && term != "dumb"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::text::Lines;

    fn problem(source: &str, column: usize, text: &str) -> Problem {
        let spot = Spot::new(&Lines::of(source), 1, column, Some(text));
        let (message, hint) = ("what was found".to_owned(), "what to write".to_owned());
        Problem { file: "scenarios/a.yaml".into(), spot: Some(spot), message, hint, note: None }
    }

    #[test]
    fn colour_is_for_terminals_whose_owner_wants_it() {
        for (is_terminal, no_color, term, expected) in [
            (true, "", "xterm", true),
            (true, "", "", true),
            (true, "0", "xterm", false),
            (true, "", "dumb", false),
            (false, "", "xterm", false),
        ] {
            let actual = in_color(is_terminal, no_color.as_ref(), term.as_ref());
            assert_eq!(actual, expected, "{is_terminal} {no_color:?} {term:?}");
        }
    }

    #[test]
    fn the_mark_stands_under_the_place_whatever_is_before_it() {
        for (source, column, text, shown, marks) in [
            ("host: x", 7, "x", "1 | host: x", "  |       ^ what to write"),
            ("\thost: x", 8, "x", "1 |  host: x", "  |        ^ what to write"),
            ("漢字: x", 5, "x", "1 | 漢字: x", "  |       ^ what to write"),
            ("e\u{301}: x", 5, "x", "1 | e\u{301}: x", "  |    ^ what to write"),
            ("\u{202e}: xy", 4, "xy", "1 | \\u{202e}: xy", "  |           ^^ what to write"),
            ("a: \u{7}b c", 4, "\u{7}b", "1 | a: \\u{7}b c", "  |    ^^^^^^ what to write"),
            ("a:", 3, "", "1 | a:", "  |   ^ what to write"),
            ("a: [::1]", 5, "::1", "1 | a: [::1]", "  |     ^^^ what to write"),
            ("a: ##[x]", 5, "#", "1 | a: \\u{23}#[x]", "  |          ^ what to write"),
        ] {
            let rendered = render(&[problem(source, column, text)], false);
            let lines: Vec<&str> = rendered.lines().collect();
            assert_eq!(lines[1], format!(" --> scenarios/a.yaml:1:{column}"));
            assert_eq!(lines[3..], [shown, marks, ""], "{source:?}");
        }
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let problems = [problem("host: x", 7, "x"), Problem::of_file("a.yaml".into(), "found", "write")];
        let painted = render(&problems, true);
        assert!(painted.starts_with("\u{1b}[1;31merror\u{1b}[0m"));
        let mut plain = painted;
        for code in ["\u{1b}[1;31m", "\u{1b}[1;34m", "\u{1b}[1m", "\u{1b}[0m"] {
            plain = plain.replace(code, "");
        }
        assert_eq!(plain, render(&problems, false));
    }

    #[test]
    fn a_file_as_a_whole_has_no_line() {
        let problem = Problem::of_file("a\u{1b}.yaml".into(), "found", "write");
        assert_eq!(render(&[problem], false), "error: found\n --> a\\u{1b}.yaml\n  = write\n\n");
    }

    #[test]
    fn the_summary_counts() {
        assert_eq!(summary(2, 1, 4), "2 problems in 1 of 4 files; nothing was run");
        assert_eq!(summary(1, 1, 1), "1 problem in 1 of 1 file; nothing was run");
        assert_eq!(summary(1, 0, 0), "1 problem; nothing was run");
    }
}
