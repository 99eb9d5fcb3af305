//! The report as one page for people. It loads nothing from anywhere, is complete without its script, which
//! only filters, and is written as it goes: a page of ten thousand tests is never held in memory.
//!
//! The order is that of a reader's questions: is it ready, what blocks, what speaks what, what changes when,
//! and what was seen.

use std::io::{self, Write};

use super::model::Report;
use super::verdict_line;

mod banner;
mod blocking;
mod calendar;
mod content_policy;
mod evidence;
mod filter;
mod matrix_table;
mod page;
mod program;
mod tests_list;
mod timeline_picture;

use page::Page;

/// How it looks. There is no style outside of it: the policy of the page forbids that.
const STYLE: &str = include_str!("html/page.css");

/// The filter. There is no script outside of it either.
const SCRIPT: &str = include_str!("html/page.js");

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(out);
    head(report, &mut page)?;
    page.raw("<body>\n<a class=\"skip\" href=\"#tests\">Skip to all tests</a>\n")?;
    banner::write(report, &mut page)?;
    page.raw("<main>\n")?;
    blocking::write(report, &mut page)?;
    matrix_table::write(report, &mut page)?;
    calendar::write(report, &mut page)?;
    tests_list::write(report, &mut page)?;
    page.raw(
        "</main>\n<footer><p>This page loads nothing from anywhere. Where it leaves something out it says ",
    )?;
    page.raw(
        "so, and text of more than 2,000 characters is cut: the JSON report of the same run has it all.",
    )?;
    page.raw("</p></footer>\n<script>")?;
    page.raw(SCRIPT)?;
    page.raw("</script>\n</body>\n</html>\n")
}

fn head(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")?;
    page.text(&content_policy::of(STYLE, SCRIPT))?;
    page.raw("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
    page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n")?;
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n")?;
    // Browsers ask the server of a page without an icon for one.
    page.raw("<link rel=\"icon\" href=\"data:,\">\n<title>TLS readiness: ")?;
    page.text(verdict_line::word(report))?;
    page.raw(", ")?;
    page.text(&verdict_line::against(report))?;
    page.raw("</title>\n<style>")?;
    page.raw(STYLE)?;
    page.raw("</style>\n</head>\n")
}
