//! All tests in the order of the plan, each to unfold.

use std::io;

use super::super::Against;
use super::super::model::{Report, Side, Test, Waiver};
use super::page::{Page, took};
use super::{banner, blocking, evidence, filter, program};
use crate::verdict::Verdict;

/// Past so many tests each shows only the beginning of its connections: a page that no browser opens shows
/// nothing at all. What did not pass has them all the same, in its explanation.
const LARGE: usize = 2_000;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<section aria-labelledby=\"tests\">\n<h2 id=\"tests\" tabindex=\"-1\">All tests</h2>\n")?;
    filter::write(report, page)?;
    let is_large = report.tests.len() > LARGE;
    if is_large {
        page.raw(
            "<p class=\"hint\">These are many tests, so each table shows only the first connections of ",
        )?;
        page.raw("a test. The JSON report has all of them.</p>\n")?;
    }
    page.raw("<div id=\"list\">\n")?;
    let rows = if is_large { evidence::FEW } else { evidence::MOST };
    for (index, test) in report.tests.iter().enumerate() {
        item(index, test, rows, page)?;
    }
    page.raw("</div>\n</section>\n")
}

fn item(index: usize, test: &Test, rows: usize, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<details class=\"t\" id=\"")?;
    page.place(index)?;
    page.raw("\" data-v=\"")?;
    page.raw(test.verdict.key())?;
    page.raw("\" data-a=\"")?;
    page.raw(test.against.key())?;
    page.raw("\"><summary>")?;
    banner::verdict(test.verdict, page)?;
    page.raw("<span class=\"w\"><span class=\"n\">")?;
    page.text(&test.name)?;
    page.raw("</span> <span class=\"r\">")?;
    page.text(&test.in_short())?;
    page.raw("</span>")?;
    aside(test, page)?;
    page.raw("</span>")?;
    banner::mark(test.against, page)?;
    page.raw("</summary><div class=\"b\">")?;
    body(test, rows, page)?;
    page.raw("</div></details>\n")
}

/// What is to be seen of a test before it is unfolded, besides its name and what was found.
fn aside(test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    if test.side == Side::Client || test.subject != test.host {
        page.raw(" <span class=\"h\">host: ")?;
        page.text(&test.host)?;
        page.raw("</span>")?;
    }
    if matches!(test.verdict, Verdict::Pending | Verdict::Waived | Verdict::Advice) {
        page.raw(" <span class=\"h\">")?;
        page.text(&test.until())?;
        page.raw("</span>")?;
    }
    if test.note.is_some() {
        page.raw(" <span class=\"h\">has a note</span>")?;
    }
    Ok(())
}

fn body(test: &Test, rows: usize, page: &mut Page<'_>) -> io::Result<()> {
    if let Some(guidance) = &test.guidance {
        page.raw("<pre tabindex=\"0\" class=\"e\">")?;
        page.lines(&guidance.explanation)?;
        page.raw("</pre>")?;
    }
    page.raw("<dl class=\"facts\">")?;
    if let Some(title) = &test.title {
        page.fact("title", title)?;
    }
    page.fact("expected", &test.expectation)?;
    page.term(match test.against {
        Against::Replica => "replica of",
        Against::Host => "host",
    })?;
    page.text(&format!("{}:{}", test.host, test.port))?;
    page.raw("</dd>")?;
    if let Some(note) = &test.note {
        page.fact("note", note)?;
    }
    calendar(test, page)?;
    if let Some(advice) = &test.advice {
        blocking::says_author(advice, page)?;
    }
    if let Some(reference) = &test.reference {
        page.term("reference")?;
        page.link(reference)?;
        page.raw("</dd>")?;
    }
    page.term("where")?;
    blocking::place(test, page)?;
    page.raw("</dd>")?;
    page.fact("took", &took(test.elapsed_ms))?;
    page.raw("</dl>")?;
    if let Some(program) = &test.client {
        program::write(program, page)?;
    }
    evidence::observations(test, rows, page)?;
    evidence::addresses(test, page)?;
    evidence::asked(test, page)
}

/// The days that matter to one test.
fn calendar(test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    if let Some(found) = test.found {
        page.term("by itself")?;
        page.raw(found.key())?;
        page.raw("</dd>")?;
    }
    if let Some(day) = &test.enforce_from {
        page.fact("enforced", &format!("from {day} on"))?;
    }
    if let Some(compared) = &test.baseline {
        page.fact("baseline", &compared.words())?;
    }
    let Some(Waiver { until, reason, ticket, observed, .. }) = test.waiver.as_deref() else { return Ok(()) };
    page.term("waiver")?;
    let narrowed = if observed.is_empty() { String::new() } else { format!(", for {}", observed.join(", ")) };
    page.text(&format!("until {until}{narrowed}: "))?;
    page.text(reason)?;
    if let Some(ticket) = ticket {
        page.raw(" (")?;
        page.link(ticket)?;
        page.raw(")")?;
    }
    page.raw("</dd>")
}
