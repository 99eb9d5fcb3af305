//! What changes on which day: a picture, and a table that says the same.

use std::collections::BTreeMap;
use std::io;

use time::Date;

use super::super::model::Report;
use super::super::timeline::{self, Change};
use super::page::Page;
use super::timeline_picture;
use crate::calendar::parse_date;

/// How many days the table has.
const MOST_DAYS: usize = 500;

/// How many of the days that are over it has at the most.
const MOST_PAST: usize = 50;

/// How many tests are named for one day.
const MOST_NAMES: usize = 10;

pub(super) fn write(report: &Report, page: &mut Page<'_>) -> io::Result<()> {
    let days = timeline::days(report);
    if days.is_empty() {
        return Ok(());
    }
    page.raw("<section aria-labelledby=\"calendar\">\n<h2 id=\"calendar\">Calendar</h2>\n")?;
    timeline_picture::write(&days, parse_date(&report.as_of), page)?;
    table(&days, page)?;
    page.raw("</section>\n")
}

fn table(days: &BTreeMap<Date, Change<'_>>, page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"calendar\" tabindex=\"0\"><table>")?;
    page.raw("<thead><tr><th scope=\"col\">day</th><th scope=\"col\">what changes</th>")?;
    page.raw("<th scope=\"col\">tests</th></tr></thead><tbody>\n")?;
    let past = days.values().filter(|change| change.is_over).count();
    let skipped = past.saturating_sub(MOST_PAST);
    for (day, change) in days.iter().skip(skipped).take(MOST_DAYS) {
        page.raw("<tr><th scope=\"row\" class=\"day\">")?;
        page.text(&day.to_string())?;
        page.raw("</th><td>")?;
        page.text(&change.words())?;
        page.raw("</td><td>")?;
        for (index, test) in change.tests().take(MOST_NAMES).enumerate() {
            page.raw(if index == 0 { "<code>" } else { ", <code>" })?;
            page.text(&test.name)?;
            page.raw("</code>")?;
        }
        let all = change.tests().count();
        if let more @ 1.. = all.saturating_sub(MOST_NAMES) {
            page.raw(" and ")?;
            page.count(more, "more", "more")?;
        }
        page.raw("</td></tr>\n")?;
    }
    page.raw("</tbody></table></div>\n")?;
    let later = days.len().saturating_sub(skipped).saturating_sub(MOST_DAYS);
    for (count, one, many) in [(skipped, "earlier day", "earlier days"), (later, "later day", "later days")] {
        if count > 0 {
            page.raw("<p>… and ")?;
            page.count(count, one, many)?;
            page.raw(".</p>\n")?;
        }
    }
    Ok(())
}
