//! Sets of cipher suites that are in the registry: small enough to be a part of an offer.

use std::fmt;

use super::{CipherSuite, SSL2_CIPHERS, SUITES};

const BITS: usize = u64::BITS as usize;
const WORDS: usize = (SUITES.len() + SSL2_CIPHERS.len()).div_ceil(BITS);

/// A set of registered cipher suites. It keeps no order: it is gone through by ascending code, the
/// suites of SSL 2.0 last.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct SuiteSet([u64; WORDS]);

impl SuiteSet {
    /// The set without suites.
    pub const EMPTY: SuiteSet = SuiteSet([0; WORDS]);

    /// Adds a suite. One that is not in the registry is left out.
    pub fn insert(&mut self, suite: CipherSuite) {
        if let Some((word, bit)) = position(suite)
            && let Some(word) = self.0.get_mut(word)
        {
            *word |= bit;
        }
    }

    /// Takes a suite out.
    pub fn remove(&mut self, suite: CipherSuite) {
        if let Some((word, bit)) = position(suite)
            && let Some(word) = self.0.get_mut(word)
        {
            *word &= !bit;
        }
    }

    /// Whether the suite is in it.
    #[must_use]
    pub fn contains(&self, suite: CipherSuite) -> bool {
        position(suite).is_some_and(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Whether there is none in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// How many are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its suites by ascending code, those of SSL 2.0 last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = CipherSuite> + use<> {
        let words = self.0;
        registry().enumerate().filter_map(move |(index, suite)| {
            let word = words.get(index / BITS)?;
            (word >> (index % BITS) & 1 == 1).then_some(suite)
        })
    }

    /// What is in this set and not in the other.
    #[must_use]
    pub fn without(&self, other: &SuiteSet) -> SuiteSet {
        SuiteSet(std::array::from_fn(|index| {
            let word = |set: &SuiteSet| set.0.get(index).copied().unwrap_or_default();
            word(self) & !word(other)
        }))
    }
}

/// Every suite of the registry, in the order of a set.
fn registry() -> impl DoubleEndedIterator<Item = CipherSuite> + ExactSizeIterator {
    (0..SUITES.len() + SSL2_CIPHERS.len()).map(|index| match SUITES.get(index) {
        Some((code, _, _)) => CipherSuite(u32::from(*code)),
        None => CipherSuite(
            SSL2_CIPHERS.get(index.saturating_sub(SUITES.len())).map(|(code, _)| *code).unwrap_or_default(),
        ),
    })
}

/// The word of a suite's bit, and the bit.
fn position(suite: CipherSuite) -> Option<(usize, u64)> {
    let index = match u16::try_from(suite.0) {
        Ok(code) => SUITES.binary_search_by_key(&code, |(known, _, _)| *known).ok()?,
        Err(_) => SUITES.len() + SSL2_CIPHERS.iter().position(|(code, _)| *code == suite.0)?,
    };
    Some((index / BITS, 1 << (index % BITS)))
}

impl FromIterator<CipherSuite> for SuiteSet {
    fn from_iter<I: IntoIterator<Item = CipherSuite>>(suites: I) -> SuiteSet {
        let mut set = SuiteSet::EMPTY;
        suites.into_iter().for_each(|suite| set.insert(suite));
        set
    }
}

impl fmt::Debug for SuiteSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|suite| suite.to_string())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Version;

    #[test]
    fn a_set_holds_what_was_put_in_and_no_more() {
        let all: Vec<CipherSuite> = registry().collect();
        let odd: SuiteSet = all.iter().copied().skip(1).step_by(2).collect();
        for (index, suite) in all.iter().enumerate() {
            assert_eq!(odd.contains(*suite), index % 2 == 1, "{suite}");
        }
        assert_eq!(odd.len(), all.len() / 2);
        assert_eq!(
            odd.iter().collect::<Vec<_>>(),
            all.iter().copied().skip(1).step_by(2).collect::<Vec<_>>()
        );
        let whole: SuiteSet = all.iter().copied().collect();
        let even = whole.without(&odd);
        assert!(even.iter().all(|suite| !odd.contains(suite)));
        assert_eq!(even.len() + odd.len(), all.len());
        let mut none = even;
        even.iter().for_each(|suite| none.remove(suite));
        assert!(none.is_empty() && !even.is_empty());
        // The suites of SSL 2.0 too.
        assert!(CipherSuite::all_in(Version::Ssl2).all(|suite| whole.contains(suite)));
    }

    #[test]
    fn what_is_not_registered_is_in_no_set() {
        let set: SuiteSet = [CipherSuite(0x0A0A), CipherSuite(0x12_3456)].into_iter().collect();
        assert!(set.is_empty() && !set.contains(CipherSuite(0x0A0A)));
    }
}
