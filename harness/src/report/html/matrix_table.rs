//! What each host and each program does with each version.

use std::cmp::Reverse;
use std::io;

use super::super::matrix::{self, Cell, LEGEND, Row};
use super::super::model::{Report, Side};
use super::banner;
use super::page::Page;
use crate::version::Version;

/// How many rows are shown, the worst first: past it a table is searched, not read.
const MOST: usize = 1_000;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let mut rows = matrix::rows(report);
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|row| Reverse(row.worst));
    page.raw(
        "<section aria-labelledby=\"matrix\">\n<h2 id=\"matrix\">What speaks what</h2>\n<p class=\"hint\">",
    )?;
    page.text(LEGEND)?;
    page.raw("; an empty cell was not asked</p>\n")?;
    page.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"matrix\" tabindex=\"0\">")?;
    page.raw("<table class=\"matrix\"><thead><tr><th scope=\"col\">host or program</th>")?;
    page.raw("<th scope=\"col\">run against</th>")?;
    for version in Version::ALL {
        page.raw("<th scope=\"col\" class=\"c\">")?;
        page.text(&version.to_string())?;
        page.raw("</th>")?;
    }
    page.raw("<th scope=\"col\">tests</th></tr></thead><tbody>\n")?;
    for row in rows.iter().take(MOST) {
        write_row(row, page)?;
    }
    page.raw("</tbody></table></div>\n")?;
    if let more @ 1.. = rows.len().saturating_sub(MOST) {
        page.raw("<p>The worst come first, and ")?;
        page.count(more, "row is left out", "rows are left out")?;
        page.raw("; their tests stand among <a href=\"#tests\">all tests</a>.</p>\n")?;
    }
    page.raw("</section>\n")
}

fn write_row(row: &Row<'_>, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<tr><th scope=\"row\">")?;
    page.raw(match row.side {
        Side::Client => "<span class=\"k\">program</span> ",
        Side::Server => "",
    })?;
    page.text(&row.subject)?;
    page.raw("</th><td>")?;
    banner::mark(row.against, page)?;
    page.raw("</td>")?;
    row.cells.iter().try_for_each(|cell| write_cell(*cell, page))?;
    page.raw("<td>")?;
    page.text(&row.counts())?;
    page.raw("</td></tr>\n")
}

/// The sign for the eye, the words for the ear.
fn write_cell(cell: Cell, page: &mut Page<'_>) -> io::Result<()> {
    let Some(state) = cell.state else {
        return page.raw("<td class=\"c\"><span class=\"vh\">not asked</span></td>");
    };
    page.raw(match cell.unmet() {
        Some(_) => "<td class=\"c unmet\">",
        None if cell.is_met() => "<td class=\"c met\">",
        None => "<td class=\"c\">",
    })?;
    page.raw("<span aria-hidden=\"true\">")?;
    page.raw(state.sign())?;
    if let Some(expected) = cell.unmet() {
        page.raw(" ≠ ")?;
        page.raw(expected.sign())?;
    }
    page.raw("</span><span class=\"vh\">")?;
    page.raw(state.word())?;
    if let Some(expected) = cell.unmet() {
        page.raw(", expected: ")?;
        page.raw(expected.word())?;
    }
    page.raw("</span></td>")
}
