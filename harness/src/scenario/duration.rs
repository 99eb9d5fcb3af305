//! Durations as authors write them: `250ms`, `5s`, `30d`.

use std::time::Duration;

use super::wrong::{Wrong, quote};

/// A duration, with its bounds in words.
pub(super) struct Bounds {
    pub(super) min: Duration,
    pub(super) max: Duration,
    pub(super) words: &'static str,
    pub(super) example: &'static str,
}

/// Of `timeout`.
pub(super) const TIMEOUT: Bounds = Bounds {
    min: Duration::from_millis(1),
    max: Duration::from_secs(60 * 60),
    words: "from `1ms` to `1h`",
    example: "5s",
};

/// Of `spacing`.
pub(super) const SPACING: Bounds = Bounds {
    min: Duration::from_millis(1),
    max: Duration::from_secs(60),
    words: "from `1ms` to `1m`",
    example: "100ms",
};

/// Of `certificate_valid_for` and `certificate_lifespan`.
pub(super) const VALIDITY: Bounds = Bounds {
    min: Duration::from_millis(1),
    max: Duration::from_secs(3650 * 24 * 60 * 60),
    words: "from `1ms` to `3650d`",
    example: "30d",
};

/// Of the `max-age` of `hsts`.
pub(super) const HSTS: Bounds = Bounds {
    min: Duration::from_secs(1),
    max: Duration::from_secs(3650 * 24 * 60 * 60),
    words: "from `1s` to `3650d`",
    example: "730d",
};

/// The units with their milliseconds, the largest first.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A duration as authors write it: in the largest unit of which it is a whole number. What is below a
/// millisecond is left out.
#[must_use]
pub fn in_largest_unit(duration: Duration) -> String {
    let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let whole = UNITS.into_iter().find(|(_, factor)| millis > 0 && millis.is_multiple_of(*factor));
    whole.map_or_else(|| "0s".to_owned(), |(unit, factor)| format!("{}{unit}", millis / factor))
}

/// Reads a whole number and a unit, without a blank between them.
pub(super) fn from_text(text: &str, bounds: &Bounds) -> Result<Duration, Wrong> {
    let unit_at = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    if digits.is_empty() {
        return Err(not_a_duration(text, bounds, None));
    }
    let Some((_, factor)) = UNITS.into_iter().find(|(name, _)| *name == unit) else {
        return Err(not_a_duration(text, bounds, short_unit(unit).map(|unit| format!("{digits}{unit}"))));
    };
    let millis = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(factor));
    millis
        .map(Duration::from_millis)
        .filter(|duration| (bounds.min..=bounds.max).contains(duration))
        .ok_or_else(|| {
            Wrong::new(
                format!("{} is out of bounds", quote(text)),
                format!("write a duration {}", bounds.words),
            )
        })
}

/// A number without a unit.
pub(super) fn from_number(number: &str, bounds: &Bounds) -> Wrong {
    let whole = number.bytes().all(|byte| byte.is_ascii_digit());
    let unit = bounds.example.trim_start_matches(|character: char| character.is_ascii_digit());
    not_a_duration(number, bounds, whole.then(|| format!("{number}{unit}")))
}

fn not_a_duration(text: &str, bounds: &Bounds, meant: Option<String>) -> Wrong {
    let example = meant.filter(|meant| from_text(meant, bounds).is_ok());
    Wrong::new(
        format!("{} is not a duration", quote(text)),
        format!(
            "write a whole number and a unit (ms, s, m, h, d): `{}`",
            example.as_deref().unwrap_or(bounds.example)
        ),
    )
}

/// The unit that was meant by a longer word for it.
fn short_unit(unit: &str) -> Option<&'static str> {
    Some(match unit.trim().to_ascii_lowercase().as_str() {
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => "ms",
        "" | "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "m" | "min" | "mins" | "minute" | "minutes" => "m",
        "h" | "hr" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read() {
        for (text, millis) in [("1ms", 1), ("250ms", 250), ("5s", 5_000), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(from_text(text, &TIMEOUT), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(from_text("30d", &VALIDITY), Ok(Duration::from_secs(30 * 86_400)));
    }

    #[test]
    fn a_duration_is_written_in_the_largest_unit_that_is_whole() {
        for text in ["1ms", "250ms", "1500ms", "1s", "90s", "1m", "59m", "1h"] {
            assert_eq!(in_largest_unit(from_text(text, &TIMEOUT).unwrap()), text);
        }
        for (text, written) in [("1000ms", "1s"), ("60s", "1m"), ("60000ms", "1m"), ("60m", "1h")] {
            assert_eq!(in_largest_unit(from_text(text, &TIMEOUT).unwrap()), written);
        }
        assert_eq!(in_largest_unit(Duration::ZERO), "0s");
    }

    #[test]
    fn what_is_no_duration_says_what_to_write() {
        let units = |example: &str| format!("write a whole number and a unit (ms, s, m, h, d): `{example}`");
        let bounds = "write a duration from `1ms` to `1h`".to_owned();
        for (text, write) in [
            ("5", units("5s")),
            ("5 sec", units("5s")),
            ("5 ms", units("5ms")),
            ("10 minutes", units("10m")),
            ("5S", units("5s")),
            ("1.5s", units("5s")),
            ("-5s", units("5s")),
            ("+5s", units("5s")),
            ("s", units("5s")),
            ("", units("5s")),
            ("5y", units("5s")),
            ("5s ", units("5s")),
            ("0s", bounds.clone()),
            ("61m", bounds.clone()),
            ("1d", bounds.clone()),
            ("99999999999999999999999s", bounds.clone()),
            ("18446744073709551615d", bounds),
        ] {
            assert_eq!(from_text(text, &TIMEOUT).unwrap_err().write, write, "{text:?}");
        }
        assert_eq!(from_number("30", &VALIDITY).write, units("30d"));
        assert_eq!(from_number("1.5", &TIMEOUT).write, units("5s"));
    }
}
