//! What a test comes to on a later day, if nothing changes but the day.

use time::Date;

use super::model::Test;
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
        (ends_soon, Event::CertificateEndsSoon),
        (over, Event::CertificateOver),
    ]
    .into_iter()
    .filter_map(|(day, event)| Some((day?, event)))
    .collect();
    events.sort_unstable();
    events
}

/// What it comes to on a day. A test that passes fails when its certificate is over, or too near its end.
pub(super) fn verdict_on(test: &Test, day: Date) -> Verdict {
    match certificate_on(test, day) {
        Some(words) => test.on_with(Verdict::Failed, &[words.to_owned()], day),
        None => test.on(day),
    }
}

/// What is wrong with the certificate on a day, of a test that passes now.
fn certificate_on(test: &Test, day: Date) -> Option<&'static str> {
    let (ends_soon, over) = certificate_days(test);
    let is_reached = |begin: Option<Date>| begin.is_some_and(|begin| begin <= day);
    match (is_reached(over), is_reached(ends_soon)) {
        (true, _) => Some(CERTIFICATE_EXPIRED),
        (false, true) => Some(CERTIFICATE_ENDS_SOON),
        (false, false) => None,
    }
}

/// From which day on the certificate ends too soon, where that is before it ends, and from which it is over.
/// What does not pass now does not wait for that.
fn certificate_days(test: &Test) -> (Option<Date>, Option<Date>) {
    let end = test.certificate_end.as_ref().filter(|_| test.by_itself() == Verdict::Passed);
    let Some(end) = end else { return (None, None) };
    let (ends_soon, over) = (day_after(&end.passes_until), day_after(&end.not_after));
    (ends_soon.filter(|day| Some(*day) != over), over)
}

/// The day on which the moment after this one is. Certificates end at the end of a day, many of them.
fn day_after(moment: &str) -> Option<Date> {
    let (day, time) = moment.split_once('T')?;
    let day = parse_date(day)?;
    if time == "23:59:59Z" { day.next_day() } else { Some(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_over_on_the_day_of_the_moment_after_its_end() {
        for (moment, day) in [
            ("2026-12-14T23:59:59Z", Some("2026-12-15")),
            ("2026-12-31T23:59:59Z", Some("2027-01-01")),
            ("2026-12-14T23:59:58Z", Some("2026-12-14")),
            ("2026-12-14T00:00:00Z", Some("2026-12-14")),
            ("9999-12-31T23:59:59Z", None),
            ("beyond the calendar", None),
            ("", None),
        ] {
            assert_eq!(day_after(moment), day.and_then(parse_date), "{moment}");
        }
    }
}
