//! Moments as people and programs read them, UTC.

use time::OffsetDateTime;

/// The day of a moment in seconds since 1970: `2026-11-23`.
pub(super) fn day(unix: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(unix) {
        Ok(moment) => moment.date().to_string(),
        Err(_) => beyond(unix),
    }
}

/// A moment in seconds since 1970 by RFC 3339: `2026-11-23T12:00:00Z`.
pub(super) fn moment(unix: i64) -> String {
    match OffsetDateTime::from_unix_timestamp(unix) {
        Ok(moment) => {
            let (hour, minute, second) = moment.to_hms();
            format!("{}T{hour:02}:{minute:02}:{second:02}Z", moment.date())
        }
        Err(_) => beyond(unix),
    }
}

/// Certificates can name moments that calendars do not have.
fn beyond(unix: i64) -> String {
    if unix < 0 { "before the calendar".to_owned() } else { "beyond the calendar".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_rfc_3339_has_them() {
        for (unix, on, at) in [
            (0, "1970-01-01", "1970-01-01T00:00:00Z"),
            (1_795_435_261, "2026-11-23", "2026-11-23T12:01:01Z"),
            (-1, "1969-12-31", "1969-12-31T23:59:59Z"),
            (i64::MAX, "beyond the calendar", "beyond the calendar"),
            (i64::MIN, "before the calendar", "before the calendar"),
        ] {
            assert_eq!((day(unix).as_str(), moment(unix).as_str()), (on, at));
        }
    }
}
