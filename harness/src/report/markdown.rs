//! The report as Markdown, as GitHub shows it: the verdict first, what blocks and what to do, the matrix,
//! the calendar, and all tests, folded.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::markup::{html_lines, is_web_address, markdown};
use super::matrix::{self, Cell, LEGEND};
use super::model::{Report, Test};
use super::since_baseline;
use super::timeline;
use super::{Against, verdict_line};
use crate::problem::{Mistakes, Problem};
use crate::verdict::Verdict;
use crate::version::Version;

/// Writes the report, whatever its length.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(within(report, usize::MAX).as_bytes())
}

/// The report in at most `limit` bytes. What there is no room for is counted, the least important first;
/// nothing where not even the verdict fits.
#[must_use]
pub fn within(report: &Report, limit: usize) -> String {
    let mut page = Page { text: String::new(), limit };
    if !page.add(&verdict(report)) {
        return String::new();
    }
    blocking(report, &mut page);
    matrix_of(report, &mut page);
    calendar(report, &mut page);
    others(report, &mut page);
    page.text
}

/// The mistakes of scenario files, in at most `limit` bytes.
#[must_use]
pub fn of_mistakes(mistakes: &Mistakes, limit: usize) -> String {
    let mut page = Page { text: String::new(), limit };
    let head = format!(
        "## ❌ TLS readiness: the scenarios have mistakes\n\n**{}**\n",
        markdown(&mistakes.summary())
    );
    if !page.add(&head) {
        return String::new();
    }
    let item = |problem: &Problem| {
        let Problem { file, spot, message, hint, .. } = problem;
        let place = spot.as_ref().map(|spot| format!(":{}:{}", spot.line, spot.column)).unwrap_or_default();
        format!("- {}{place}: {}: {}\n", code(file), markdown(message), markdown(hint))
    };
    page.add_list("\n", mistakes.problems.iter().map(item), "", "mistakes are", page.room());
    page.text
}

/// Text up to a limit.
struct Page {
    text: String,
    limit: usize,
}

/// About how many bytes a test takes beside its evidence.
const EACH: usize = 1_000;

/// How many lines of an advice are shown.
const LINES: usize = 50;

/// What stays free for the line that counts what is left out, and for the end of what is folded.
const RESERVE: usize = 512;

impl Page {
    /// Adds a piece as a whole, or not at all.
    fn add(&mut self, piece: &str) -> bool {
        let fits = self.text.len().saturating_add(piece.len()) <= self.limit;
        if fits {
            self.text.push_str(piece);
        }
        fits
    }

    /// What there is room for.
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.text.len())
    }

    /// Adds pieces in their order between a beginning and an end, as many as `share` has room for, and says
    /// of how many there was none: `what` names them.
    fn add_list(
        &mut self,
        begin: &str,
        pieces: impl ExactSizeIterator<Item = String>,
        end: &str,
        what: &str,
        share: usize,
    ) {
        let (whole, count) = (self.limit, pieces.len());
        self.limit = self.text.len() + share.min(self.room());
        let mut added = 0;
        if self.add_with_reserve(begin, RESERVE + end.len()) {
            added = pieces.take_while(|piece| self.add_with_reserve(piece, RESERVE + end.len())).count();
            self.text.push_str(end);
        }
        self.limit = whole;
        let left_out = count - added;
        if left_out > 0 {
            let _ = self.add(&format!(
                "\n_{left_out} {what} left out for want of room: the JSON report has them._\n"
            ));
        }
    }

    fn add_with_reserve(&mut self, piece: &str, reserve: usize) -> bool {
        let fits = self.text.len().saturating_add(piece.len()).saturating_add(reserve) <= self.limit;
        fits && self.add(piece)
    }
}

fn verdict(report: &Report) -> String {
    let (sign, word) = match report.summary.exit_code {
        0 => ("✅", "Ready"),
        1 => ("❌", "Not ready"),
        _ => ("⚠️", "Could not tell"),
    };
    let parts = verdict_line::parts(report);
    let of = parts.as_ref().map(|parts| format!(", {parts}")).unwrap_or_default();
    let mut text = format!(
        "## {sign} TLS readiness{of}: {}\n\n**{}**, {}.\n",
        word.to_lowercase(),
        verdict_line::counts(report.summary),
        markdown(&verdict_line::against(report)),
    );
    if let Some(parts) = parts {
        let _ =
            write!(text, "\n> [!CAUTION]\n> This report is {parts}: nothing is known of the other tests.\n");
    }
    let _ = write!(text, "\nJudged by {}.\n", markdown(&report.as_of));
    if let Some(counts) = since_baseline::counts(report) {
        let _ = write!(text, "\n{}.\n", markdown(&counts));
    }
    text
}

/// What keeps the run from being ready, the proven first.
fn blocking(report: &Report, page: &mut Page) {
    let mut tests: Vec<&Test> = report.tests.iter().filter(|test| report.blocks(test.verdict)).collect();
    if tests.is_empty() {
        return;
    }
    tests.sort_by_key(|test| test.importance());
    // The matrix and the calendar are told too, and of many tests their names before their evidence.
    let share = page.room() / 2;
    let length = |test: &&Test| test.guidance.as_ref().map_or(0, |it| it.explanation.len()) + EACH;
    let with_evidence = tests.iter().map(length).sum::<usize>() <= share;
    if !with_evidence {
        let _ = page.add("\n_Evidence is left out for want of room: the JSON report has it._\n");
    }
    let items = tests.into_iter().map(|test| item(test, with_evidence));
    page.add_list("\n### What blocks, and what to do\n\n", items, "", "tests that block are", share);
}

/// One test in short, its evidence to unfold where it is wanted.
fn item(test: &Test, with_evidence: bool) -> String {
    let mut text = format!(
        "- **{}** {}: {}{}  \n  {}:{}",
        markdown(&test.until()),
        code(&test.name),
        markdown(&test.in_short()),
        against(test),
        code(&test.file),
        test.line
    );
    if let Some(waiver) = &test.waiver {
        let ticket =
            waiver.ticket.as_ref().map(|ticket| format!(" ({})", markdown(ticket))).unwrap_or_default();
        let _ = write!(text, "  \n  **Waiver:** {}{ticket}", markdown(&waiver.reason));
    }
    if let Some(compared) = &test.baseline {
        let _ = write!(text, "  \n  **Baseline:** {}", markdown(&compared.words()));
    }
    let Some(guidance) = &test.guidance else { return text + "\n" };
    let _ = write!(text, "  \n  **To do:** {}", markdown(&guidance.to_do));
    if let Some(advice) = &test.advice {
        let lines: Vec<String> = advice.trim().lines().take(LINES).map(markdown).collect();
        let _ = write!(text, "  \n  **Advice:** {}", lines.join("<br>"));
    }
    if let Some(see) = &guidance.see {
        let _ = write!(text, "  \n  See {}", link(see));
    }
    if !with_evidence {
        return text + "\n";
    }
    let _ = write!(
        text,
        "\n\n  <details><summary>Evidence</summary>\n\n  <pre>{}</pre>\n\n  </details>\n\n",
        // A blank line would end the block of HTML, and what follows would be Markdown again.
        html_lines(&guidance.explanation).replace("\n\n", "\n&nbsp;\n").replace('\n', "\n  ")
    );
    text
}

fn against(test: &Test) -> &'static str {
    match test.against {
        Against::Replica => " _(against a replica, not the host)_",
        Against::Host => "",
    }
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", markdown(text))
}

/// A link where it is one of the web; text else.
fn link(url: &str) -> String {
    if is_web_address(url) {
        format!("<a href=\"{}\">{}</a>", url.replace('&', "&amp;"), markdown(url))
    } else {
        markdown(url)
    }
}

fn matrix_of(report: &Report, page: &mut Page) {
    let mut rows = matrix::rows(report);
    if rows.is_empty() {
        return;
    }
    // Where there is no room for all, those are left out that need nobody.
    rows.sort_by_key(|row| std::cmp::Reverse(row.worst));
    let folded = rows.len() > 20;
    let mut begin = "\n### What speaks what\n\n".to_owned();
    if folded {
        let _ = write!(begin, "<details><summary>{} hosts and programs</summary>\n\n", rows.len());
    }
    begin.push_str("| | run against |");
    Version::ALL.iter().for_each(|version| begin.push_str(&format!(" {version} |")));
    begin.push_str(" tests |\n|---|---|");
    begin.push_str(&":-:|".repeat(Version::ALL.len()));
    begin.push_str("---|\n");
    let row = |row: matrix::Row<'_>| {
        let against = match row.against {
            Against::Replica => "_replica_",
            Against::Host => "host",
        };
        let cells: String = row.cells.iter().map(|cell| format!(" {} |", shown(*cell))).collect();
        format!("| {} | {against} |{cells} {} |\n", markdown(&row.subject), row.counts())
    };
    let end = format!("\n{LEGEND}\n{}", if folded { "\n</details>\n" } else { "" });
    page.add_list(&begin, rows.into_iter().map(row), &end, "hosts and programs are", page.room() / 4 * 3);
}

fn shown(cell: Cell) -> String {
    match (cell.state, cell.unmet()) {
        (Some(state), Some(expected)) => format!("**{}** ≠ {}", state.sign(), expected.sign()),
        (Some(state), None) => state.sign().to_owned(),
        (None, _) => String::new(),
    }
}

fn calendar(report: &Report, page: &mut Page) {
    let days = timeline::days(report);
    if days.is_empty() {
        return;
    }
    let begin = "\n### Calendar\n\n| day | what changes | tests |\n|---|---|---|\n";
    let rows: Vec<String> = days
        .iter()
        .map(|(day, change)| {
            let names: Vec<String> = change.tests().take(10).map(|test| code(&test.name)).collect();
            let all = change.tests().count();
            let more =
                if all > names.len() { format!(" and {} more", all - names.len()) } else { String::new() };
            format!("| {day} | {} | {}{more} |\n", change.words(), names.join(", "))
        })
        .collect();
    page.add_list(begin, rows.into_iter(), "", "days of the calendar are", page.room() / 2);
}

/// What does not block and is not green, then what passed, folded.
fn others(report: &Report, page: &mut Page) {
    let of = |wanted: &[Verdict]| -> Vec<&Test> {
        let is_wanted = |test: &&Test| !report.blocks(test.verdict) && wanted.contains(&test.verdict);
        report.tests.iter().filter(is_wanted).collect()
    };
    for (title, tests, with_evidence) in [
        ("pending and waived", of(&[Verdict::Pending, Verdict::Waived]), true),
        ("advice", of(&[Verdict::Advice]), true),
        ("ignored", of(&[Verdict::Ignored]), false),
        ("passed", of(&[Verdict::Passed]), false),
    ] {
        if tests.is_empty() {
            continue;
        }
        let begin = format!("\n<details><summary>{} {title}</summary>\n\n", tests.len());
        let line = |test: &Test| {
            if with_evidence {
                return item(test, true);
            }
            format!("- {}: {}{}\n", code(&test.name), markdown(&test.in_short()), against(test))
        };
        let lines = tests.into_iter().map(line);
        page.add_list(&begin, lines, "\n</details>\n", &format!("{title} tests are"), page.room());
    }
}
