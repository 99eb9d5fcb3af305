//! The controls that the script needs. Where none runs they stay hidden.

use std::io;

use super::super::Against;
use super::super::model::Report;
use super::page::Page;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<div id=\"filter\" role=\"search\" aria-label=\"Filter the tests\" hidden>\n")?;
    page.raw("<div class=\"find\"><label for=\"find\">Find</label><input id=\"find\" type=\"search\" ")?;
    page.raw("autocomplete=\"off\" spellcheck=\"false\" placeholder=\"name, host or reason\"></div>\n")?;
    page.raw("<div class=\"only\" role=\"group\" aria-label=\"Only with the verdict\">")?;
    for (verdict, count) in report.summary.counts() {
        button("data-v", verdict.key(), verdict.key(), count, page)?;
    }
    page.raw("</div>\n<div class=\"only\" role=\"group\" aria-label=\"Only run against\">")?;
    for against in [Against::Replica, Against::Host] {
        let count = report.tests.iter().filter(|test| test.against == against).count();
        if count > 0 {
            button("data-a", against.key(), against.key(), count, page)?;
        }
    }
    page.raw("</div>\n<div class=\"only\"><button type=\"button\" id=\"all\">show all</button>")?;
    page.raw("<button type=\"button\" id=\"fold\" aria-pressed=\"false\">unfold</button></div>\n</div>\n")?;
    page.raw("<p id=\"shown\" role=\"status\" aria-live=\"polite\">")?;
    page.count(report.tests.len(), "test", "tests")?;
    page.raw("</p>\n")
}

fn button(
    attribute: &'static str,
    key: &'static str,
    word: &'static str,
    count: usize,
    page: &mut Page<'_>,
) -> io::Result<()> {
    page.raw("<button type=\"button\" aria-pressed=\"false\" class=\"")?;
    page.raw(key)?;
    page.raw("\" ")?;
    page.raw(attribute)?;
    page.raw("=\"")?;
    page.raw(key)?;
    page.raw("\">")?;
    page.raw(word)?;
    page.raw(" ")?;
    page.raw("<span>")?;
    page.text(&count.to_string())?;
    page.raw("</span></button>")
}
