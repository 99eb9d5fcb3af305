//! Lines of a text as YAML counts them.

use std::cell::OnceCell;

/// Whether a line ends here (YAML 1.1 4.2, which the library follows).
fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Of so many characters one has its place remembered.
const STRIDE: usize = 256;

/// A text whose lines and columns are found by their number, without a second walk through the text
/// or a long line of it.
#[derive(Debug)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: OnceCell<Vec<usize>>,
    /// The byte index of every [`STRIDE`]th character, from the first.
    strides: OnceCell<Vec<usize>>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Lines<'a> {
        Lines { text, starts: OnceCell::new(), strides: OnceCell::new() }
    }

    fn strides(&self) -> &[usize] {
        self.strides
            .get_or_init(|| self.text.char_indices().step_by(STRIDE).map(|(index, _)| index).collect())
    }

    /// How many characters stand before a byte index.
    fn characters_before(&self, index: usize) -> usize {
        let stride = self.strides().partition_point(|start| *start <= index).saturating_sub(1);
        let start = self.strides().get(stride).copied().unwrap_or_default();
        stride * STRIDE + self.text.get(start..index).unwrap_or_default().chars().count()
    }

    /// The byte index before which so many characters stand; the text's length where it has no more.
    fn index_after(&self, characters: usize) -> usize {
        let Some(start) = self.strides().get(characters / STRIDE) else {
            return self.text.len();
        };
        let mut rest = self.text.get(*start..).unwrap_or_default().char_indices();
        rest.nth(characters % STRIDE).map_or(self.text.len(), |(index, _)| start + index)
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let mut starts = vec![0];
            let mut characters = self.text.char_indices().peekable();
            while let Some((index, character)) = characters.next() {
                let after = index + character.len_utf8();
                let within_crlf = character == '\r' && characters.peek().is_some_and(|next| next.1 == '\n');
                if is_break(character) && !within_crlf {
                    starts.push(after);
                }
            }
            starts
        })
    }

    /// How many lines there are; a break at the end begins no line.
    pub(crate) fn count(&self) -> usize {
        let begun = self.starts().len();
        if begun > 1 && self.starts().last() == Some(&self.text.len()) { begun - 1 } else { begun }
    }

    fn start(&self, number: usize) -> Option<usize> {
        number.checked_sub(1).and_then(|index| self.starts().get(index)).copied()
    }

    /// The line of this number, from 1, without its end; empty where there is none.
    pub(crate) fn line(&self, number: usize) -> &'a str {
        let Some(start) = self.start(number) else {
            return "";
        };
        let end = self.starts().get(number).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(is_break)
    }

    /// What stands on a line from a column on, both from 1; empty where there is nothing.
    pub(crate) fn rest(&self, line: usize, column: usize) -> &'a str {
        let whole = self.line(line);
        let Some(start) = self.start(line) else {
            return "";
        };
        let before = self.characters_before(start).saturating_add(column.saturating_sub(1));
        self.index_after(before).checked_sub(start).and_then(|from| whole.get(from..)).unwrap_or_default()
    }

    /// Line and column, from 1, of the character at a byte index.
    pub(crate) fn line_and_column(&self, index: usize) -> (usize, usize) {
        let line = self.starts().partition_point(|start| *start <= index);
        let start = self.start(line).unwrap_or_default();
        (line, self.characters_before(index) - self.characters_before(start) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_yaml_ends_them() {
        let text = "a\nb\r\nc\rd\u{85}e\u{2028}f\u{2029}\n";
        let lines = Lines::of(text);
        let all: Vec<&str> = (1..=lines.count()).map(|number| lines.line(number)).collect();
        assert_eq!(all, ["a", "b", "c", "d", "e", "f", ""]);
        assert_eq!((lines.line(0), lines.line(8), lines.line(9)), ("", "", ""));
        assert_eq!(Lines::of("").count(), 1);
        assert_eq!(Lines::of("a").count(), 1);
        assert_eq!(Lines::of("a\n\n").count(), 2);
    }

    #[test]
    fn every_character_has_a_line_and_column() {
        let text = "ä\r\nbü\nc";
        let lines = Lines::of(text);
        for (part, place) in [("ä", (1, 1)), ("\r", (1, 2)), ("b", (2, 1)), ("ü", (2, 2)), ("c", (3, 1))] {
            assert_eq!(lines.line_and_column(text.find(part).unwrap()), place, "{part:?}");
        }
        assert_eq!(lines.line_and_column(text.len()), (3, 2));
    }

    #[test]
    fn every_column_has_the_rest_of_its_line() {
        let line: String = "aä漢𝄞".chars().cycle().take(3 * STRIDE).collect();
        let text = format!("{line}\r\n\n{line}b\n");
        let lines = Lines::of(&text);
        for number in [0, 1, 2, 3, 4, 5, usize::MAX] {
            let whole = lines.line(number);
            for column in 1..=3 * STRIDE + 3 {
                let rest: String = whole.chars().skip(column - 1).collect();
                assert_eq!(lines.rest(number, column), rest, "{number}:{column}");
            }
            assert_eq!(lines.rest(number, 0), whole);
            assert_eq!(lines.rest(number, usize::MAX), "");
        }
        assert_eq!(Lines::of("").rest(1, 1), "");
    }
}
