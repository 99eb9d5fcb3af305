//! Parts of a suite, for the jobs of a matrix.

use crate::report::model::Shards;

/// The K-th of N parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    number: u32,
    /// How many there are.
    of: u32,
}

/// The most parts. A matrix of GitHub Actions has at most 256 jobs.
pub const MAX_SHARDS: u32 = 10_000;

impl Shard {
    /// The part that is written as `K/N`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Shard, String> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u32>().ok()).flatten()
        };
        let read = text.split_once('/').and_then(|(part, of)| Some((number(part)?, number(of)?)));
        match read {
            Some((number @ 1.., of)) if number <= of && of <= MAX_SHARDS => Ok(Shard { number, of }),
            Some((0, _)) => Err("parts are counted from 1: the first of four is 1/4".to_owned()),
            Some((number, of)) if number > of => Err(format!("there is no part {number} of {of}")),
            Some(_) => Err(format!("at most {MAX_SHARDS} parts are possible")),
            None => Err("write K/N, the K-th of N parts: 1/4 say".to_owned()),
        }
    }

    /// The items that belong to this part. Neighbours stay together, since the tests of one file are
    /// about one host as a rule, and share its probes; no part has over one more than another.
    #[must_use]
    pub fn select<T>(self, mut items: Vec<T>) -> Vec<T> {
        let bound = |number: u32| {
            let all = items.len() as u128;
            usize::try_from(all * u128::from(number) / u128::from(self.of)).unwrap_or(items.len())
        };
        let (from, to) = (bound(self.number - 1), bound(self.number));
        items.truncate(to);
        items.drain(..from.min(items.len()));
        items
    }

    /// As a report has it that is about this part of a suite of tests with these names.
    #[must_use]
    pub fn alone(self, names: &[&str]) -> Shards {
        Shards::alone(self.number, self.of, names)
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_as_a_fraction() {
        for text in ["1/1", "1/4", "4/4", "10000/10000"] {
            assert_eq!(Shard::parse(text).unwrap().to_string(), text);
        }
        for (text, words) in [
            ("", "write K/N"),
            ("1", "write K/N"),
            ("1/", "write K/N"),
            ("a/b", "write K/N"),
            ("+1/2", "write K/N"),
            ("-1/2", "write K/N"),
            ("1/2/3", "write K/N"),
            ("99999999999/99999999999", "write K/N"),
            ("0/4", "counted from 1"),
            ("0/0", "counted from 1"),
            ("5/4", "there is no part 5 of 4"),
            ("1/0", "there is no part 1 of 0"),
            ("1/10001", "at most 10000"),
        ] {
            let error = Shard::parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn the_parts_are_the_whole_in_order_and_even() {
        for count in 0..40_usize {
            for of in 1..12 {
                let items: Vec<usize> = (0..count).collect();
                let parts: Vec<Vec<usize>> =
                    (1..=of).map(|number| Shard { number, of }.select(items.clone())).collect();
                assert_eq!(parts.concat(), items);
                let lengths = || parts.iter().map(Vec::len);
                assert!(lengths().max().unwrap() - lengths().min().unwrap() <= 1, "{count} {of}");
            }
        }
    }
}
