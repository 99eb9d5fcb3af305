//! The marked place of a mistake.

use super::text::Lines;

/// How much of a long line is kept on each side of the place, in characters.
const AROUND: usize = 60;
/// How much of a marked text is marked, in characters.
const LONGEST_MARK: usize = 80;

/// The marked place of a mistake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// How many characters are marked, at least 1.
    pub length: usize,
    /// The line itself, or what is around the place in a long one; empty where it is not known. Raw:
    /// escape before showing.
    pub source: String,
    /// How many characters of the line were left out before `source`.
    pub left_out_before: usize,
    /// Whether the line goes on after `source`.
    pub left_out_after: bool,
}

impl Spot {
    /// The place in `lines` at which `text` was read, or whatever word stands there.
    pub(crate) fn new(lines: &Lines<'_>, line: usize, column: usize, text: Option<&str>) -> Spot {
        let before = column.saturating_sub(1);
        let left_out_before = before.saturating_sub(AROUND);
        let rest = lines.rest(line, left_out_before + 1);
        let kept = before - left_out_before;
        let source: String = rest.chars().take(kept + LONGEST_MARK + AROUND).collect();
        let left_out_after = source.len() < rest.len();
        let from_place =
            source.char_indices().nth(kept).map_or("", |(index, _)| source.get(index..).unwrap_or_default());
        let length = length_of_token(from_place, text).clamp(1, LONGEST_MARK);
        Spot { line, column, length, source, left_out_before, left_out_after }
    }
}

/// How many characters belong to what was read at the beginning of `rest`.
fn length_of_token(rest: &str, text: Option<&str>) -> usize {
    let first_line = text.and_then(|text| text.lines().next()).filter(|line| !line.is_empty());
    if let Some(line) = first_line
        && rest.starts_with(line)
    {
        return line.chars().count();
    }
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let mut escaped = false;
            let closing = rest.chars().skip(1).position(|character| {
                let closes = character == quote && !escaped;
                escaped = quote == '"' && character == '\\' && !escaped;
                closes
            });
            closing.map_or_else(|| rest.trim_end().chars().count(), |position| position + 2)
        }
        Some('[' | '{' | '|' | '>') | None => 1,
        Some(_) => {
            let word =
                rest.find([' ', '\t', ',', ']', '}']).map_or(rest, |end| rest.get(..end).unwrap_or(rest));
            word.trim_end_matches(':').chars().count()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_marked_whole() {
        for (line, text, length) in [
            ("host: a b # c", Some("a b"), 3),
            ("host: \"a \\\" b\" # c", Some("a \" b"), 8),
            ("host: 'a''b', c", Some("a'b"), 3),
            ("host: 1.20, c", None, 4),
            ("host: key: x", None, 3),
            ("host: |", Some("long\ntext"), 1),
            ("host: [", None, 1),
            ("host: ", None, 1),
            ("host: ä漢, x", Some("ä漢"), 2),
        ] {
            let spot = Spot::new(&Lines::of(line), 1, 7, text);
            assert_eq!(spot.length, length, "{line}");
            assert_eq!(spot.source, line);
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}{}{}", "a".repeat(1000), "HERE", "b".repeat(1000));
        let spot = Spot::new(&Lines::of(&line), 1, 1001, Some("HERE"));
        assert_eq!((spot.left_out_before, spot.left_out_after, spot.length), (940, true, 4));
        assert!(spot.source.starts_with(&"a".repeat(60)) && spot.source[60..].starts_with("HEREbbb"));
        assert!(spot.source.len() < 250);
    }
}
