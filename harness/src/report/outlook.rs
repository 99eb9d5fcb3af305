//! What a test comes to on a later day, if nothing changes but the day.

use time::Date;

use super::model::{CertificateEnd, Test};
use crate::calendar::parse_date;
use crate::verdict::Verdict;
use crate::verdict::fact::{CERTIFICATE_ENDS_SOON, CERTIFICATE_EXPIRED};

/// What happens to a test on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The day before was the last of its waiver.
    WaiverOver,
    /// It is enforced from this day on.
    Enforced,
    /// Its certificate is no longer valid as long as it has to be.
    CertificateEndsSoon,
    /// Its certificate is no longer valid, on this day or from some time in it on.
    CertificateOver,
}

/// All that happens to a test, soonest first.
pub(super) fn events(test: &Test) -> Vec<(Date, Event)> {
    let waiver_over = test.waived_until().and_then(Date::next_day);
    let (ends_soon, over) = certificate_days(test);
    let mut events: Vec<(Date, Event)> = [
        (waiver_over, Event::WaiverOver),
        (test.enforcement(), Event::Enforced),
        (ends_soon.map(|begin| begin.day), Event::CertificateEndsSoon),
        (over.map(|begin| begin.day), Event::CertificateOver),
    ]
    .into_iter()
    .filter_map(|(day, event)| Some((day?, event)))
    .collect();
    events.sort_unstable();
    events
}

/// What has happened to a test by the noon of a day, which is when runs judge certificates on it.
pub(super) fn happened(test: &Test, noon_of: Date) -> Vec<Event> {
    let (ends_soon, over) = certificate_days(test);
    let is_later = |begin: Option<Begin>| begin.is_some_and(|begin| !begin.is_by_noon(noon_of));
    events(test)
        .into_iter()
        .filter(|(day, event)| match event {
            Event::CertificateEndsSoon => !is_later(ends_soon),
            Event::CertificateOver => !is_later(over),
            Event::WaiverOver | Event::Enforced => *day <= noon_of,
        })
        .map(|(_, event)| event)
        .collect()
}

/// What it comes to on a day, at the end of it.
pub(super) fn verdict_on(test: &Test, day: Date) -> Verdict {
    verdict_by(test, day, |begin| begin.day <= day)
}

/// What a run on a day comes to, which judges certificates at noon.
pub(super) fn verdict_at_noon(test: &Test, day: Date) -> Verdict {
    verdict_by(test, day, |begin| begin.is_by_noon(day))
}

/// A test fails when its certificate is over, or too near its end, beside what it fails for already.
fn verdict_by(test: &Test, day: Date, has_come: impl Fn(Begin) -> bool) -> Verdict {
    let (ends_soon, over) = certificate_days(test);
    let fact = match (over.is_some_and(&has_come), ends_soon.is_some_and(&has_come)) {
        (true, _) => CERTIFICATE_EXPIRED,
        (false, true) => CERTIFICATE_ENDS_SOON,
        (false, false) => return test.on(day),
    };
    let others = test.observed.iter().filter(|known| *known != CERTIFICATE_ENDS_SOON).cloned();
    test.on_with(Verdict::Failed, &others.chain([fact.to_owned()]).collect::<Vec<_>>(), day)
}

/// From which day on the certificate ends too soon, where that is before it ends, and from which it is over.
/// A test that blocks already does not wait for that, and what is known already does not begin.
fn certificate_days(test: &Test) -> (Option<Begin>, Option<Begin>) {
    let is_excused = test.by_itself() == Verdict::Failed
        && !matches!(test.verdict, Verdict::Failed | Verdict::Inconclusive);
    let waits = |_: &&CertificateEnd| test.by_itself() == Verdict::Passed || is_excused;
    let Some(end) = test.certificate_end.as_deref().filter(waits) else { return (None, None) };
    let is_new = |fact: &str| !test.observed.iter().any(|known| known == fact);
    let over = Begin::after(&end.not_after).filter(|_| is_new(CERTIFICATE_EXPIRED));
    let ends_soon = Begin::after(&end.passes_until)
        .filter(|_| is_new(CERTIFICATE_ENDS_SOON) && is_new(CERTIFICATE_EXPIRED))
        .filter(|soon| over.is_none_or(|over| soon.day != over.day));
    (ends_soon, over)
}

/// When something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Begin {
    day: Date,
    /// Whether it has not begun when the day is half over.
    is_afternoon: bool,
}

impl Begin {
    /// With the moment after this one. Certificates end at the end of a day, many of them.
    fn after(moment: &str) -> Option<Begin> {
        let (day, time) = moment.split_once('T')?;
        let day = parse_date(day)?;
        match time {
            "23:59:59Z" => Some(Begin { day: day.next_day()?, is_afternoon: false }),
            time => Some(Begin { day, is_afternoon: time >= "12:00:00Z" }),
        }
    }

    fn is_by_noon(self, day: Date) -> bool {
        if self.is_afternoon { self.day < day } else { self.day <= day }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_over_on_the_day_of_the_moment_after_its_end() {
        for (moment, begin) in [
            ("2026-12-14T23:59:59Z", Some(("2026-12-15", false))),
            ("2026-12-31T23:59:59Z", Some(("2027-01-01", false))),
            ("2026-12-14T23:59:58Z", Some(("2026-12-14", true))),
            ("2026-12-14T12:00:00Z", Some(("2026-12-14", true))),
            ("2026-12-14T11:59:59Z", Some(("2026-12-14", false))),
            ("2026-12-14T00:00:00Z", Some(("2026-12-14", false))),
            ("9999-12-31T23:59:59Z", None),
            ("beyond the calendar", None),
            ("", None),
        ] {
            let begin =
                begin.map(|(day, is_afternoon)| Begin { day: parse_date(day).unwrap(), is_afternoon });
            assert_eq!(Begin::after(moment), begin, "{moment}");
        }
    }
}
