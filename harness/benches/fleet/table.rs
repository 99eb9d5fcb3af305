//! Numbers as people read them, and tables of them in Markdown.

use std::fmt::Write as _;
use std::time::Duration;

/// A table in Markdown. The first column is text, the others are numbers.
pub(crate) fn markdown(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut text =
        format!("| {} |\n|---|{}\n", header.join(" | "), "--:|".repeat(header.len().saturating_sub(1)));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// A time with two or three digits that count.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let milliseconds = seconds * 1e3;
    if seconds >= 9.95 {
        format!("{seconds:.0} s")
    } else if milliseconds >= 999.5 {
        format!("{seconds:.1} s")
    } else if milliseconds >= 9.95 {
        format!("{milliseconds:.0} ms")
    } else if milliseconds >= 0.9995 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// A number with its thousands apart.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many there are, with thousands apart.
pub(crate) fn number(of: usize) -> String {
    count(u64::try_from(of).unwrap_or(u64::MAX))
}

/// So many of something for each of `among`.
#[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
pub(crate) fn each(number: u64, among: usize) -> String {
    let each = number as f64 / among.max(1) as f64;
    let text = if each >= 99.95 { format!("{each:.0}") } else { format!("{each:.1}") };
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// How many times as long as `ours`.
pub(crate) fn ratio(time: Duration, ours: Duration) -> String {
    let ratio = time.as_secs_f64() / ours.as_secs_f64();
    if time == ours {
        "1".to_owned()
    } else if ratio >= 9.95 {
        format!("{ratio:.0} ×")
    } else {
        format!("{ratio:.1} ×")
    }
}

/// Bytes, in mebibytes.
pub(crate) fn memory(bytes: u64) -> String {
    format!("{} MiB", count(bytes.div_ceil(1 << 20)))
}

/// The one in the middle by `key`; of an even number the earlier one.
pub(crate) fn median<T, K: Ord>(mut of: Vec<T>, key: impl Fn(&T) -> K) -> Option<T> {
    of.sort_by_key(key);
    let middle = of.len().checked_sub(1)? / 2;
    of.into_iter().nth(middle)
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_have_the_digits_that_count() {
        use super::*;

        for (micros, text) in [
            (0, "0 µs"),
            (87, "87 µs"),
            (999, "999 µs"),
            (1_000, "1.0 ms"),
            (9_949, "9.9 ms"),
            (9_950, "10 ms"),
            (999_499, "999 ms"),
            (999_500, "1.0 s"),
            (61_400_000, "61 s"),
        ] {
            assert_eq!(time(Duration::from_micros(micros)), text);
        }
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(number), text);
        }
        for (number, among, text) in
            [(60, 10, "6"), (65, 10, "6.5"), (1_999, 100, "20"), (1_234, 10, "123"), (0, 0, "0")]
        {
            assert_eq!(each(number, among), text);
        }
        assert_eq!(ratio(Duration::from_secs(61), Duration::from_millis(600)), "102 ×");
        assert_eq!(ratio(Duration::from_millis(90), Duration::from_millis(60)), "1.5 ×");
        assert_eq!(ratio(Duration::from_millis(90), Duration::from_millis(90)), "1");
        assert_eq!(memory((38 << 20) + 1), "39 MiB");
    }

    #[test]
    fn the_median_is_one_that_was_measured() {
        use super::*;

        for (of, middle) in
            [(vec![], None), (vec![7], Some(7)), (vec![9, 1], Some(1)), (vec![5, 100, 1], Some(5))]
        {
            assert_eq!(median(of, |number| *number), middle);
        }
    }

    #[test]
    fn a_table_has_numbers_at_the_right() {
        assert_eq!(
            super::markdown(&["who", "time"], &[vec!["gate".to_owned(), "1 s".to_owned()]]),
            "| who | time |\n|---|--:|\n| gate | 1 s |\n"
        );
    }
}
