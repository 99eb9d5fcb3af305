//! What keeps the run from being ready, the proven first, each with what to do about it.

use std::io;

use super::super::model::{Guidance, Report, Test};
use super::banner;
use super::page::Page;

/// How many are told here. Nobody works off more from a page, and each stands among all tests too.
const MOST: usize = 200;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let mut tests: Vec<(usize, &Test)> =
        report.tests.iter().enumerate().filter(|(_, test)| report.blocks(test.verdict)).collect();
    if tests.is_empty() {
        return Ok(());
    }
    tests.sort_by_key(|(_, test)| test.importance());
    page.raw(
        "<section aria-labelledby=\"blocking\">\n<h2 id=\"blocking\">What blocks, and what to do</h2>\n",
    )?;
    page.raw("<ol class=\"cards\">\n")?;
    for (index, test) in tests.iter().take(MOST) {
        item(*index, test, page)?;
    }
    page.raw("</ol>\n")?;
    if let more @ 1.. = tests.len().saturating_sub(MOST) {
        page.raw("<p>… and ")?;
        page.count(more, "test more, which stands", "tests more, which stand")?;
        page.raw(" among <a href=\"#tests\">all tests</a>.</p>\n")?;
    }
    page.raw("</section>\n")
}

fn item(index: usize, test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<li class=\"card ")?;
    page.raw(test.verdict.key())?;
    page.raw("\"><h3>")?;
    banner::verdict(test.verdict, page)?;
    page.raw(" <a class=\"n\" href=\"#")?;
    page.place(index)?;
    page.raw("\">")?;
    page.text(&test.name)?;
    page.raw("</a> ")?;
    banner::mark(test.against, page)?;
    page.raw("</h3><p class=\"r\">")?;
    page.text(&test.in_short())?;
    page.raw("</p><dl class=\"facts\">")?;
    if let Some(day) = &test.enforce_from {
        page.fact("enforced", &format!("from {day} on"))?;
    }
    match &test.guidance {
        Some(guidance) => what_to_do(guidance, test.advice.as_deref(), page)?,
        None => {
            if let Some(advice) = &test.advice {
                says_author(advice, page)?;
            }
        }
    }
    page.term("where")?;
    place(test, page)?;
    page.raw("</dd></dl></li>\n")
}

fn what_to_do(guidance: &Guidance, advice: Option<&str>, page: &mut Page<'_>) -> io::Result<()> {
    if !guidance.consequence.is_empty() {
        page.fact("so", &guidance.consequence)?;
    }
    page.term("to do")?;
    page.raw("<strong>")?;
    page.text(&guidance.to_do)?;
    page.raw("</strong></dd>")?;
    if let Some(advice) = advice {
        says_author(advice, page)?;
    }
    page.term("then run")?;
    page.raw("<code>")?;
    page.text(&guidance.rerun)?;
    page.raw("</code></dd>")?;
    if let Some(see) = &guidance.see {
        page.term("see")?;
        page.link(see)?;
        page.raw("</dd>")?;
    }
    Ok(())
}

/// The author's advice, line by line.
pub(super) fn says_author(advice: &str, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<dt>advice</dt><dd class=\"lines\">")?;
    page.lines(advice.trim())?;
    page.raw("</dd>")
}

/// Where it stands in the scenarios.
pub(super) fn place(test: &Test, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<code>")?;
    page.text(&format!("{}:{}:{}", test.file, test.line, test.column))?;
    page.raw("</code>")
}
