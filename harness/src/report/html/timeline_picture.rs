//! The calendar as a picture: a row for each day, so that no number of days makes labels overlap, and a
//! mark in it at the place that the day has in time.

use std::collections::BTreeMap;
use std::io;

use time::Date;

use super::super::timeline::Change;
use super::page::Page;

/// How many days are drawn: those to come before those that are over.
const MOST: usize = 50;

/// How many of those that are over are drawn in any case.
const PAST: usize = 5;

/// Where the marks are, from left to right, in units of the picture.
const LEFT: u32 = 110;
const RIGHT: u32 = 410;

/// The height of a row.
const ROW: u32 = 26;

/// What stands above the first row: the day by which it was judged.
const HEAD: u32 = 30;

/// Where everything is.
#[derive(Debug, PartialEq, Eq)]
struct Layout {
    /// Each day that is drawn, and its place from left to right.
    days: Vec<(Date, u32)>,
    /// The place of today.
    today: Option<u32>,
    /// How many days are left out before the first and after the last.
    left_out: (usize, usize),
}

impl Layout {
    fn new(all: &[Date], today: Option<Date>) -> Layout {
        let past = today.map_or(0, |today| all.partition_point(|day| *day < today));
        let begin = past.saturating_sub(PAST).min(all.len().saturating_sub(MOST));
        let days: Vec<Date> = all.iter().copied().skip(begin).take(MOST).collect();
        let number = |day: Date| i64::from(day.to_julian_day());
        let known = || days.iter().copied().chain(today).map(number);
        let (first, last) = (known().min().unwrap_or_default(), known().max().unwrap_or_default());
        let place = |day: Date| {
            let share = match last - first {
                0 => i64::from(RIGHT - LEFT) / 2,
                span => (number(day) - first) * i64::from(RIGHT - LEFT) / span,
            };
            LEFT + u32::try_from(share).unwrap_or_default()
        };
        Layout {
            days: days.iter().map(|day| (*day, place(*day))).collect(),
            today: today.map(place),
            left_out: (begin, all.len().saturating_sub(begin).saturating_sub(MOST)),
        }
    }
}

pub(super) fn write(
    days: &BTreeMap<Date, Change<'_>>,
    today: Option<Date>,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let all: Vec<Date> = days.keys().copied().collect();
    let layout = Layout::new(&all, today);
    let rows = u32::try_from(layout.days.len()).unwrap_or_default();
    let height = HEAD + rows * ROW + 4;
    page.raw("<figure><div class=\"scroll\" role=\"region\" aria-label=\"Time line\" tabindex=\"0\">")?;
    page.raw(
        "<svg class=\"line\" role=\"img\" aria-labelledby=\"line-title line-words\" viewBox=\"0 0 760 ",
    )?;
    page.number(height)?;
    page.raw("\"><title id=\"line-title\">Time line of the calendar</title><desc id=\"line-words\">")?;
    page.count(all.len(), "day on which", "days on which")?;
    page.raw(" something changes, each a row with its mark placed in time; the table below says the same")?;
    page.raw("</desc>\n")?;
    for ((day, x), row) in layout.days.iter().zip(0_u32..) {
        let Some(change) = days.get(day) else { continue };
        write_row(*day, *x, layout.today, HEAD + row * ROW + ROW / 2, change, page)?;
    }
    if let Some(x) = layout.today {
        write_today(x, today, height, page)?;
    }
    page.raw("</svg></div>\n<figcaption class=\"hint\">● enforced from that day on · ◆ waiver ends · ■ certificate ends · ")?;
    page.raw("a filled mark changes what blocks, a hollow one does not")?;
    let (before, after) = layout.left_out;
    for (count, one, many) in [
        (before, "earlier day is left out", "earlier days are left out"),
        (after, "later day is left out", "later days are left out"),
    ] {
        if count > 0 {
            page.raw(" · ")?;
            page.count(count, one, many)?;
        }
    }
    page.raw("</figcaption></figure>\n")
}

fn write_row(
    day: Date,
    x: u32,
    today: Option<u32>,
    y: u32,
    change: &Change<'_>,
    page: &mut Page<'_>,
) -> io::Result<()> {
    page.raw(if change.is_over { "<g class=\"over\">" } else { "<g>" })?;
    page.raw("<text class=\"day\" x=\"4\" y=\"")?;
    page.number(y + 4)?;
    page.raw("\">")?;
    page.text(&day.to_string())?;
    page.raw("</text>")?;
    write_line("track", (LEFT, y), (RIGHT, y), page)?;
    if let Some(today) = today {
        write_line("span", (today.min(x), y), (today.max(x), y), page)?;
    }
    // Where several stand on one day they stand side by side.
    let kinds = [
        (!change.enforced.is_empty(), change.enforced_block > 0, Mark::Circle),
        (!change.waiver_ends.is_empty(), change.waived_block > 0, Mark::Diamond),
        (!change.certificate_ends.is_empty(), change.certificate_block > 0, Mark::Square),
    ];
    let count = kinds.iter().filter(|(is_there, ..)| *is_there).count();
    let first = x - ASIDE * u32::try_from(count.saturating_sub(1)).unwrap_or_default();
    for ((_, is_full, mark), place) in kinds.into_iter().filter(|(is_there, ..)| *is_there).zip(0_u32..) {
        write_mark(mark, is_full, (first + 2 * ASIDE * place, y), page)?;
    }
    page.raw("<text x=\"")?;
    page.number(RIGHT + 24)?;
    page.raw("\" y=\"")?;
    page.number(y + 4)?;
    page.raw("\">")?;
    page.text(&change.in_short())?;
    page.raw("</text></g>\n")
}

/// Half of the way between two marks of one day.
const ASIDE: u32 = 7;

/// A mark: of what is enforced, of a waiver, of a certificate.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Circle,
    Diamond,
    Square,
}

fn write_mark(mark: Mark, is_full: bool, (x, y): (u32, u32), page: &mut Page<'_>) -> io::Result<()> {
    let begin = match (mark, is_full) {
        (Mark::Circle, true) => "<circle class=\"full\" cx=\"",
        (Mark::Circle, false) => "<circle cx=\"",
        (_, true) => "<path class=\"full\" d=\"M",
        (_, false) => "<path d=\"M",
    };
    page.raw(begin)?;
    match mark {
        Mark::Circle => {
            page.number(x)?;
            page.raw("\" cy=\"")?;
            page.number(y)?;
            page.raw("\" r=\"6\"/>")
        }
        Mark::Diamond => {
            page.number(x)?;
            page.raw(" ")?;
            page.number(y - 7)?;
            page.raw("l7 7l-7 7l-7-7z\"/>")
        }
        Mark::Square => {
            page.number(x - 5)?;
            page.raw(" ")?;
            page.number(y - 5)?;
            page.raw("h10v10h-10z\"/>")
        }
    }
}

fn write_line(class: &'static str, from: (u32, u32), to: (u32, u32), page: &mut Page<'_>) -> io::Result<()> {
    page.raw("<line class=\"")?;
    page.raw(class)?;
    for (name, number) in [("\" x1=\"", from.0), ("\" y1=\"", from.1), ("\" x2=\"", to.0), ("\" y2=\"", to.1)]
    {
        page.raw(name)?;
        page.number(number)?;
    }
    page.raw("\"/>")
}

fn write_today(x: u32, today: Option<Date>, height: u32, page: &mut Page<'_>) -> io::Result<()> {
    write_line("today", (x, HEAD - 8), (x, height), page)?;
    page.raw("<text class=\"today\" text-anchor=\"middle\" y=\"14\" x=\"")?;
    page.number(x)?;
    page.raw("\">today, ")?;
    page.text(&today.map(|today| today.to_string()).unwrap_or_default())?;
    page.raw("</text>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        crate::calendar::parse_date(text).unwrap()
    }

    #[test]
    fn marks_stand_where_their_days_are_in_time() {
        let days = [day("2026-11-01"), day("2026-11-16"), day("2026-12-01")];
        let layout = Layout::new(&days, Some(day("2026-11-16")));
        let places: Vec<u32> = layout.days.iter().map(|(_, x)| *x).collect();
        assert_eq!((places, layout.today), (vec![LEFT, (LEFT + RIGHT) / 2, RIGHT], Some((LEFT + RIGHT) / 2)));
    }

    #[test]
    fn a_day_alone_stands_in_the_middle() {
        let only = [day("2026-11-23")];
        for today in [None, Some(day("2026-11-23"))] {
            assert_eq!(Layout::new(&only, today).days, [(day("2026-11-23"), (LEFT + RIGHT) / 2)]);
        }
        assert_eq!(Layout::new(&[], None).days, []);
    }

    #[test]
    fn no_day_is_outside_of_the_picture() {
        let far = [day("0000-01-01"), day("2026-11-23"), day("9999-12-31")];
        for today in [None, Some(day("0001-01-01")), Some(day("2026-11-23")), Some(day("9999-12-31"))] {
            let layout = Layout::new(&far, today);
            let inside = |x: u32| (LEFT..=RIGHT).contains(&x);
            assert!(layout.days.iter().all(|(_, x)| inside(*x)) && layout.today.is_none_or(inside));
        }
    }

    #[test]
    fn what_is_to_come_has_room_before_what_is_over() {
        let first = day("2026-01-01");
        let days: Vec<Date> = (0..120).map(|it| first + time::Duration::days(it)).collect();
        for (today, drawn_from, left_out) in [
            (None, 0, (0, 70)),
            (Some(first), 0, (0, 70)),
            (Some(days[20]), 15, (15, 55)),
            (Some(days[110]), 70, (70, 0)),
            (Some(day("2027-01-01")), 70, (70, 0)),
        ] {
            let layout = Layout::new(&days, today);
            assert_eq!(layout.days.len(), MOST);
            assert_eq!(layout.days.first().map(|(day, _)| *day), days.get(drawn_from).copied());
            assert_eq!(layout.left_out, left_out);
        }
        assert_eq!(Layout::new(&days[..MOST], Some(first)).left_out, (0, 0));
    }
}
