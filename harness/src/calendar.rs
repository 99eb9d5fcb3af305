//! The day by which a run is judged, and what it makes of a verdict.

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::UnixTime;
use time::{Date, Month, OffsetDateTime};

use crate::scenario::Place;
use crate::verdict::{Fact, Verdict};

/// The day by which a run is judged, and the moment in it by which certificates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// The day, UTC.
    pub date: Date,
    /// The moment, in seconds since 1970.
    pub unix: u64,
}

impl Today {
    /// The moment as rustls wants it.
    #[must_use]
    pub fn moment(self) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(self.unix))
    }

    /// The day of the system's clock.
    ///
    /// # Errors
    /// A clock that is plainly wrong: by it no certificate would be judged rightly.
    pub fn now() -> Result<Today, String> {
        Today::by(SystemTime::now())
    }

    /// The day of a clock.
    fn by(clock: SystemTime) -> Result<Today, String> {
        let unix = clock.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs());
        let moment = unix.and_then(|unix| i64::try_from(unix).ok());
        let date =
            moment.and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok()).map(OffsetDateTime::date);
        match (unix, date) {
            (Some(unix), Some(date)) if CLOCKS.contains(&date.year()) => Ok(Today { date, unix }),
            (_, date) => {
                let says =
                    date.map_or_else(|| "a day outside of the calendar".to_owned(), |date| date.to_string());
                Err(format!(
                    "the clock of this machine says {says}, which cannot be: set it; `check` takes the day by --as-of, too"
                ))
            }
        }
    }

    /// The day that is written as `YYYY-MM-DD`, at its noon.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Today, String> {
        let date = parse_date(text).ok_or("a day is written as YYYY-MM-DD, 2026-12-01 say")?;
        let unix = u64::try_from(date.midnight().assume_utc().unix_timestamp())
            .map_err(|_| "a day before 1970 is not judged")?;
        Ok(Today { date, unix: unix + 12 * 60 * 60 })
    }
}

/// The years that a clock can be in: not before this program was, as that of a machine whose battery is empty, nor so
/// late that nothing of today's certificates will be left.
const CLOCKS: Range<i32> = 2026..2100;

/// When a scenario blocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Before that day what fails or is inconclusive is pending.
    pub enforce_from: Option<Date>,
    /// Somebody's permission to fail.
    pub waiver: Option<Waiver>,
    /// Whether what fails or is inconclusive never blocks: a SHOULD (RFC 2119) that nobody is strict about.
    pub is_advice: bool,
}

/// Somebody's permission to fail until a day. Its texts are raw: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its last day.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Where it is followed.
    pub ticket: Option<String>,
    /// All that it is for; `None` where that is whatever fails. Sorted.
    pub observed: Option<Vec<Fact>>,
    /// Where it stands.
    pub place: Place,
    /// The line that it ends on, from 1.
    pub last_line: usize,
}

impl Waiver {
    /// Whether it is for everything that was observed.
    #[must_use]
    pub fn covers(&self, observed: &[Fact]) -> bool {
        let is_known = |mine: &[Fact], fact: &Fact| mine.iter().any(|known| known.covers(fact));
        self.observed.as_ref().is_none_or(|mine| observed.iter().all(|fact| is_known(mine, fact)))
    }
}

/// As much of a waiver as decides a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leave {
    /// Its last day.
    pub until: Date,
    /// Whether it is for all that was found.
    pub covers: bool,
}

impl Calendar {
    /// The waiver, where its last day is over.
    #[must_use]
    pub fn expired(&self, today: Date) -> Option<&Waiver> {
        self.waiver.as_ref().filter(|waiver| waiver.until < today)
    }

    /// What a verdict by itself comes to on a day; `observed` is what is not as it should be.
    #[must_use]
    pub fn settle(&self, found: Verdict, observed: &[Fact], today: Date) -> Verdict {
        let waiver = self.waiver.as_ref();
        let leave = waiver.map(|waiver| Leave { until: waiver.until, covers: waiver.covers(observed) });
        settle(found, self.enforce_from, leave, self.is_advice, today)
    }
}

/// What a verdict by itself comes to on a day. A waiver whose last day is over fails whatever was found:
/// one that is forgotten is one that everybody relies on.
#[must_use]
pub fn settle(
    found: Verdict,
    enforce_from: Option<Date>,
    leave: Option<Leave>,
    is_advice: bool,
    today: Date,
) -> Verdict {
    let is_early = enforce_from.is_some_and(|day| today < day);
    match (found, leave) {
        (Verdict::Ignored, _) => Verdict::Ignored,
        (_, Some(leave)) if leave.until < today => Verdict::Failed,
        (Verdict::Failed, Some(Leave { covers: true, .. })) => Verdict::Waived,
        (Verdict::Failed | Verdict::Inconclusive, _) if is_advice => Verdict::Advice,
        (Verdict::Failed | Verdict::Inconclusive, _) if is_early => Verdict::Pending,
        (found, _) => found,
    }
}

/// The day that is written as `YYYY-MM-DD`.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<u16>().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return None;
    }
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_iso_8601_writes_it() {
        let today = Today::parse("2026-11-23").unwrap();
        assert_eq!((today.date.to_string().as_str(), today.unix), ("2026-11-23", 1_795_435_200));
        for wrong in
            ["", "2026-11", "2026-11-31", "2026-13-01", "26-11-23", "2026-11-23-1", "2026-1-2", "+026-11-23"]
        {
            assert!(Today::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Today::parse("1969-12-31").is_err());
    }

    #[test]
    fn the_calendar_postpones_failures_and_waives_no_doubt() {
        let day = |text| parse_date(text).unwrap();
        let place = Place { file: "a.yaml".into(), line: 1, column: 1 };
        let fact = |words: &str| Fact::parse(words).unwrap();
        let waiver = |until, observed: Option<&str>| Waiver {
            until: day(until),
            reason: "r".to_owned(),
            ticket: None,
            observed: observed.map(|words| words.split(", ").map(fact).collect()),
            place: place.clone(),
            last_line: 1,
        };
        use Verdict::{Failed, Ignored, Inconclusive, Passed, Pending, Waived};
        for (enforce_from, until, observed, verdicts) in [
            (None, None, None, [Passed, Ignored, Inconclusive, Failed]),
            (Some("2026-11-23"), None, None, [Passed, Ignored, Inconclusive, Failed]),
            (Some("2026-11-24"), None, None, [Passed, Ignored, Pending, Pending]),
            (None, Some("2026-11-22"), None, [Failed, Ignored, Failed, Failed]),
            (Some("2026-11-24"), Some("2026-11-22"), None, [Failed, Ignored, Failed, Failed]),
            (None, Some("2026-11-23"), None, [Passed, Ignored, Inconclusive, Waived]),
            (Some("2026-11-24"), Some("2026-11-23"), None, [Passed, Ignored, Pending, Waived]),
            // Narrowed to all of it and to more, to a part of it, to something else.
            (
                None,
                Some("2026-11-23"),
                Some("accepted 1.0, accepted 1.1"),
                [Passed, Ignored, Inconclusive, Waived],
            ),
            (
                None,
                Some("2026-11-23"),
                Some("accepted 1.0, accepted 1.1, closed"),
                [Passed, Ignored, Inconclusive, Waived],
            ),
            (None, Some("2026-11-23"), Some("accepted 1.0"), [Passed, Ignored, Inconclusive, Failed]),
            (None, Some("2026-11-23"), Some("closed"), [Passed, Ignored, Inconclusive, Failed]),
            (Some("2026-11-24"), Some("2026-11-23"), Some("closed"), [Passed, Ignored, Pending, Pending]),
            (None, Some("2026-11-22"), Some("closed"), [Failed, Ignored, Failed, Failed]),
        ] {
            let waiver = until.map(|until| waiver(until, observed));
            let calendar = Calendar { enforce_from: enforce_from.map(day), waiver, is_advice: false };
            let settle = |calendar: &Calendar| {
                [Passed, Ignored, Inconclusive, Failed].map(|found| {
                    let facts = [fact("accepted 1.0"), fact("accepted 1.1")];
                    let facts = if found == Failed { &facts[..] } else { &[] };
                    calendar.settle(found, facts, day("2026-11-23"))
                })
            };
            assert_eq!(settle(&calendar), verdicts, "{enforce_from:?} {until:?} {observed:?}");
            // What is advice never blocks, but for a waiver that was forgotten.
            let advice = Calendar { is_advice: true, ..calendar };
            let is_expired = until.is_some_and(|until| day(until) < day("2026-11-23"));
            let advised = verdicts.map(|verdict| match verdict {
                Inconclusive | Failed | Pending if !is_expired => Verdict::Advice,
                verdict => verdict,
            });
            assert_eq!(settle(&advice), advised, "{enforce_from:?} {until:?} {observed:?}");
        }
    }

    #[test]
    fn a_clock_that_is_plainly_wrong_judges_nothing() {
        let at = |text: &str| UNIX_EPOCH + Duration::from_secs(Today::parse(text).unwrap().unix);
        for (clock, says) in [
            (UNIX_EPOCH - Duration::from_secs(1), Some("a day outside of the calendar")),
            (UNIX_EPOCH, Some("1970-01-01")),
            (at("2025-12-31"), Some("2025-12-31")),
            (at("2026-01-01"), None),
            (at("2099-12-31"), None),
            (at("2100-01-01"), Some("2100-01-01")),
            (UNIX_EPOCH + Duration::from_secs(1 << 50), Some("a day outside of the calendar")),
        ] {
            match (Today::by(clock), says) {
                (Ok(_), None) => {}
                (Err(words), Some(says)) => {
                    assert!(
                        words.starts_with(&format!("the clock of this machine says {says}, which")),
                        "{words}"
                    );
                }
                (other, _) => panic!("{clock:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn the_clock_gives_a_day() {
        let today = Today::now().unwrap();
        assert_eq!(Today::parse(&today.date.to_string()).unwrap().date, today.date);
    }
}
