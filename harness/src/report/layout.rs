//! Lines for a terminal or a log: labels on the left, text on the right, broken between words.
//!
//! A line that a text is broken into begins with text of its own. So every line is escaped again:
//! what stood harmlessly within a line may steer a log reader at the beginning of one.

use crate::escape::printable_up_to;

/// Characters a line may have. Logs of build servers are about as wide.
pub(super) const WIDTH: usize = 100;

/// Characters of the column that labels and addresses stand in.
pub(super) const LABEL: usize = 10;

/// Characters that stay for text, however little the columns before it leave.
const NARROWEST: usize = 32;

/// How much of a text from a scenario is shown, in characters.
const LONGEST: usize = 2_000;

/// A label and a text beside it. The text may have several lines.
pub(super) fn labelled(label: &str, width: usize, text: &str) -> Vec<String> {
    let before = 2 + width + 2;
    let mut shown = 0;
    let lines = text.trim_end().split('\n').take_while(|line| {
        let begins_within = shown < LONGEST;
        shown += line.chars().count() + 1;
        begins_within
    });
    let lines: Vec<String> =
        lines.flat_map(|line| wrap(&printable_up_to(line.trim_end(), LONGEST), room(before))).collect();
    beside(label, width, &lines)
}

/// A label and one line beside it, whatever its length: for what is copied as a whole.
pub(super) fn labelled_whole(label: &str, width: usize, text: &str) -> String {
    format!("  {label:<width$}  {}", printable_up_to(text, usize::MAX))
}

fn beside(label: &str, width: usize, lines: &[String]) -> Vec<String> {
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    lines
        .iter()
        .zip(labels)
        .map(|(line, label)| format!("  {label:<width$}  {line}").trim_end().to_owned())
        .collect()
}

/// One line of evidence; every column but the last two is short.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) word: String,
    pub(super) version: String,
    pub(super) detail: String,
    pub(super) after: String,
}

/// Rows that have a label in common. A label that is wider than its column has a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) label: String,
    pub(super) rows: Vec<Row>,
}

/// All rows below one another, each column as wide as its widest entry in any group. A row without
/// a version or a time has that room for its detail.
pub(super) fn table(groups: &[Group], label_width: usize) -> Vec<String> {
    let rows = || groups.iter().flat_map(|group| &group.rows);
    let widest = |column: fn(&Row) -> &str| {
        let widths = rows().map(|row| column(row).chars().count());
        widths.max().filter(|width| *width > 0).map_or(0, |width| width + 2)
    };
    let columns = Columns {
        label: label_width,
        word: widest(|row| &row.word),
        version: widest(|row| &row.version),
        after: widest(|row| &row.after),
        detail: 0,
    };
    let timed = rows().filter(|row| !row.after.is_empty());
    let lengths = timed.flat_map(|row| wrap(&row.detail, columns.room(row))).map(|line| line.chars().count());
    // A word that is too long to be broken does not push the other rows' times away.
    let detail = lengths.filter(|length| *length <= room(columns.before())).max().unwrap_or(0);
    let columns = Columns { detail, ..columns };

    let mut lines = Vec::new();
    for group in groups {
        let mut label = group.label.as_str();
        if label.chars().count() > label_width {
            lines.extend(wrap(label, WIDTH - 2).iter().map(|line| format!("  {line}")));
            label = "";
        }
        for row in &group.rows {
            lines.extend(columns.lines(label, row));
            label = "";
        }
    }
    lines
}

/// Where the columns of a table are; all but the first and the last with the blanks after them.
struct Columns {
    label: usize,
    word: usize,
    version: usize,
    detail: usize,
    after: usize,
}

impl Columns {
    /// The characters before the details of rows that have a version.
    fn before(&self) -> usize {
        2 + self.label + 2 + self.word + self.version
    }

    /// The characters before the detail of a row.
    fn before_detail_of(&self, row: &Row) -> usize {
        self.before() - if row.version.is_empty() { self.version } else { 0 }
    }

    fn room(&self, row: &Row) -> usize {
        room(self.before_detail_of(row) + if row.after.is_empty() { 0 } else { self.after })
    }

    fn lines(&self, label: &str, row: &Row) -> Vec<String> {
        let Columns { label: label_width, word, version, detail, .. } = self;
        let before = self.before_detail_of(row);
        let detail = detail + self.before() - before;
        let version = if row.version.is_empty() { &0 } else { version };
        let mut details = wrap(&row.detail, self.room(row)).into_iter();
        let first = details.next().unwrap_or_default();
        let line = format!(
            "  {label:<label_width$}  {:<word$}{:<version$}{first:<detail$}  {}",
            row.word, row.version, row.after
        );
        let others = details.map(|line| format!("{:before$}{line}", ""));
        std::iter::once(line.trim_end().to_owned()).chain(others).collect()
    }
}

/// What columns of `before` characters leave of a line.
fn room(before: usize) -> usize {
    WIDTH.saturating_sub(before).max(NARROWEST)
}

/// `text` broken between words into lines of at most `width` characters. A longer word is not
/// broken: it may be a URL. Never empty.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + length <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| printable_up_to(line, usize::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_broken_between_words_and_a_long_word_stays_whole() {
        for (text, width, lines) in [
            ("", 5, &[""][..]),
            ("one two three", 7, &["one two", "three"]),
            ("one two three", 100, &["one two three"]),
            ("see https://example.com/a/b/c now", 8, &["see", "https://example.com/a/b/c", "now"]),
            ("  a   b ", 5, &["a b"]),
        ] {
            assert_eq!(wrap(text, width), lines);
        }
    }

    #[test]
    fn a_broken_line_cannot_begin_with_a_workflow_command() {
        assert_eq!(wrap("see ::error::x", 5), ["see", "\\u{3a}:error::x"]);
    }

    #[test]
    fn a_text_of_several_lines_keeps_them_and_is_cut() {
        assert_eq!(
            labelled("advice", 10, "first\n  ::second::\n\nlast\n"),
            ["  advice      first", "              \\u{3a}:second::", "", "              last"]
        );
        let long = labelled("advice", 10, &"many lines\n".repeat(10_000));
        assert!(long.len() < 200, "{}", long.len());
        let long = labelled("advice", 10, &"word ".repeat(10_000));
        assert!(long.iter().map(|line| line.chars().count()).sum::<usize>() < 3_000);
    }

    fn row(word: &str, detail: &str) -> Row {
        Row {
            word: word.to_owned(),
            version: "TLS 1.0".to_owned(),
            detail: detail.to_owned(),
            after: "after 31 ms".to_owned(),
        }
    }

    #[test]
    fn a_long_detail_continues_in_its_column_and_a_long_label_has_a_line_of_its_own() {
        let long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
        let groups = [
            Group {
                label: "192.0.2.10".to_owned(),
                rows: vec![row("refused", "short"), row("ACCEPTED", long)],
            },
            Group { label: "[2001:db8:85a3::8a2e:370:7334]".to_owned(), rows: vec![row("refused", "short")] },
        ];
        assert_eq!(
            table(&groups, LABEL).join("\n"),
            "  192.0.2.10  refused   TLS 1.0  short                                             after 31 ms\n\
             \x20             ACCEPTED  TLS 1.0  one two three four five six seven eight nine ten  after 31 ms\n\
             \x20                                eleven twelve thirteen fourteen fifteen\n\
             \x20 [2001:db8:85a3::8a2e:370:7334]\n\
             \x20             refused   TLS 1.0  short                                             after 31 ms"
        );
    }
}
