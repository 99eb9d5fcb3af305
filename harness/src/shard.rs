//! Parts of a suite, for the jobs of a matrix.

use std::collections::{BTreeMap, HashMap};

use crate::digest::sha256;
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

    /// The items that belong to this part, in their order. Those of one host stay together, since they share
    /// its probes. Which hosts are a part's depends on their names alone, not on the order of the items, and
    /// the parts are as even as hosts permit. Where there are fewer hosts than parts, hosts are torn apart.
    #[must_use]
    pub fn select<T>(self, items: Vec<T>, host_of: impl Fn(&T) -> String) -> Vec<T> {
        // By their hashes, so that hosts of one kind, which tend to be alike in name, are spread.
        let hosts: Vec<Vec<u8>> =
            items.iter().map(|item| sha256(host_of(item).as_bytes()).as_ref().to_vec()).collect();
        let mut counts: BTreeMap<&[u8], usize> = BTreeMap::new();
        hosts.iter().for_each(|host| *counts.entry(host).or_default() += 1);
        let index_of = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
        let (own, of) = (index_of(self.number - 1), index_of(self.of));
        let is_own: Vec<bool> = if counts.len() < of {
            even_parts(&vec![1; items.len()], of).into_iter().map(|part| part == own).collect()
        } else {
            let sizes: Vec<usize> = counts.values().copied().collect();
            let parts: HashMap<&[u8], usize> = counts.into_keys().zip(even_parts(&sizes, of)).collect();
            hosts.iter().map(|host| parts.get(host.as_slice()) == Some(&own)).collect()
        };
        items.into_iter().zip(is_own).filter(|(_, is_own)| *is_own).map(|(item, _)| item).collect()
    }

    /// As a report has it that is about this part of a suite of tests with these names.
    #[must_use]
    pub fn alone(self, names: &[&str]) -> Shards {
        Shards::alone(self.number, self.of, names)
    }
}

/// The part of each group, from 0: groups of these sizes, in their order, in as many parts of about the same
/// size. No part is empty where there are groups enough.
fn even_parts(sizes: &[usize], of: usize) -> Vec<usize> {
    let all: u128 = sizes.iter().map(|size| *size as u128).sum();
    let (mut before, mut next) = (0_u128, 0);
    sizes
        .iter()
        .enumerate()
        .map(|(index, size)| {
            // The part that the middle of the group lies in.
            let middle = (2 * before + *size as u128) * of as u128 / (2 * all).max(1);
            before += *size as u128;
            let wanted = usize::try_from(middle).unwrap_or(usize::MAX);
            // None is left out, and enough groups remain for the parts that follow.
            let part =
                wanted.min(next).max((index + of).saturating_sub(sizes.len())).min(of.saturating_sub(1));
            next = part + 1;
            part
        })
        .collect()
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

    /// Items of so many hosts, each with so many items, far from one another.
    fn items(hosts: usize, each: usize) -> Vec<(String, usize)> {
        (0..each).flat_map(|item| (0..hosts).map(move |host| (format!("host-{host}:443"), item))).collect()
    }

    fn parts(items: &[(String, usize)], of: u32) -> Vec<Vec<(String, usize)>> {
        let part = |number| Shard { number, of }.select(items.to_vec(), |(host, _)| host.clone());
        (1..=of).map(part).collect()
    }

    #[test]
    fn the_parts_are_the_whole_and_none_is_empty_or_much_larger() {
        for hosts in 0..12 {
            for each in 1..4 {
                for of in 1..12 {
                    let items = items(hosts, each);
                    let parts = parts(&items, of);
                    let mut all = parts.concat();
                    all.sort_unstable();
                    let mut expected = items.clone();
                    expected.sort_unstable();
                    assert_eq!(all, expected);
                    let lengths = || parts.iter().map(Vec::len);
                    let unit = if hosts < of as usize { 1 } else { each };
                    assert!(
                        lengths().max().unwrap() - lengths().min().unwrap() <= unit,
                        "{hosts} {each} {of}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_host_is_in_one_part_whatever_the_order() {
        let items = items(40, 6);
        let mut backwards = items.clone();
        backwards.reverse();
        for (part, other) in parts(&items, 7).into_iter().zip(parts(&backwards, 7)) {
            let hosts = |part: &[(String, usize)]| -> std::collections::BTreeSet<String> {
                part.iter().map(|(host, _)| host.clone()).collect()
            };
            assert_eq!(part.len(), 6 * hosts(&part).len());
            assert_eq!(hosts(&part), hosts(&other));
        }
    }

    #[test]
    fn a_host_of_most_tests_leaves_no_part_empty() {
        for sizes in [[1_000, 1, 1, 1], [1, 1, 1, 1_000], [1, 1_000, 1, 1]] {
            for of in 1..=4 {
                let parts = even_parts(&sizes, of);
                assert!(
                    parts.is_sorted() && (0..of).all(|part| parts.contains(&part)),
                    "{sizes:?} {of}: {parts:?}"
                );
            }
        }
    }
}
