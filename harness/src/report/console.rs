//! What a terminal shows when all tests are over: the matrix.

use super::matrix::{Cell, LEGEND, Row, rows};
use super::model::{Report, State};
use super::{Against, verdict_line};
use crate::escape::printable_up_to;
use crate::verdict::Verdict;
use crate::version::Version;

/// How many rows are shown.
const ROWS: usize = 40;
/// The widest name of a host, in characters.
const WIDEST: usize = 44;
/// The width of a column of a version: `TLS 1.2` and two blanks.
const COLUMN: usize = 9;

/// The matrix, then what it means, a line end after each line; nothing where no version is known.
#[must_use]
pub fn matrix(report: &Report, in_color: bool) -> String {
    let mut rows = rows(report);
    if rows.iter().all(|row| row.cells.iter().all(|cell| cell.state.is_none())) {
        return String::new();
    }
    // Where there are too many, those that need somebody are shown; the order is theirs else.
    if rows.len() > ROWS {
        rows.sort_by_key(|row| std::cmp::Reverse(row.worst));
    }
    let names: Vec<String> = rows.iter().take(ROWS).map(name).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut text = format!("{:width$}", "");
    for version in Version::ALL {
        text.push_str(&format!("  {:<7}", version.name()));
    }
    text.push('\n');
    for (row, name) in rows.iter().zip(&names) {
        let mut line = format!("{name:<width$}");
        for cell in row.cells {
            line.push_str("  ");
            line.push_str(&shown(cell, in_color));
        }
        // That all passed needs no words.
        if row.worst != Verdict::Passed {
            line.push_str("  ");
            line.push_str(&row.counts());
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if let Some(more) = rows.get(ROWS..).filter(|more| !more.is_empty()) {
        let not_green = more.iter().filter(|row| row.worst != Verdict::Passed).count();
        text.push_str(&format!("… and {} more, of which {not_green} did not pass\n", more.len()));
    }
    text.push_str(LEGEND);
    text.push('\n');
    text
}

fn name(row: &Row<'_>) -> String {
    let against = match row.against {
        Against::Replica => " (replica)",
        Against::Host => "",
    };
    printable_up_to(&row.subject, WIDEST - against.len()) + against
}

/// A cell as wide as its column, the blanks between columns left out.
fn shown(cell: Cell, in_color: bool) -> String {
    let text = match cell.unmet() {
        Some(expected) => format!("{} ≠ {}", cell.sign(), expected.sign()),
        None => cell.sign().to_owned(),
    };
    let color = match (cell.state, cell.unmet()) {
        _ if !in_color => None,
        (None, _) => None,
        (Some(State::Unknown), _) => Some(33),
        // It does not block yet.
        (_, Some(_)) if cell.verdict < Verdict::Inconclusive => Some(33),
        (_, Some(_)) => Some(31),
        (_, None) => cell.is_met().then_some(32),
    };
    let padding = " ".repeat((COLUMN - 2).saturating_sub(text.chars().count()));
    match color {
        Some(code) => format!("\u{1b}[{code}m{text}\u{1b}[0m{padding}"),
        None => text + &padding,
    }
}

/// The matrix, notes and the last line.
#[must_use]
pub fn closing(report: &Report, in_color: bool) -> String {
    let matrix = matrix(report, in_color);
    let gap = if matrix.is_empty() { "" } else { "\n" };
    format!("{matrix}{gap}{}", verdict_line::closing(report))
}
