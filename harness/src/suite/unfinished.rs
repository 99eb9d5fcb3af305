//! Which tests of a run have not ended, and for how long they have been running.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::plan::Test;

/// How far a run is, for whoever waits for it or stops it.
#[derive(Debug, Clone, Default)]
pub struct Unfinished(Arc<Mutex<BTreeMap<usize, Waiting>>>);

/// A test that has not ended.
#[derive(Debug)]
struct Waiting {
    name: String,
    host: String,
    /// Nothing where it has not begun either.
    begun: Option<Instant>,
}

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many tests have not ended.
    pub tests: usize,
    /// The hosts with tests that began longest ago, that one first, and how long ago: each once.
    pub slow: Vec<(String, Duration)>,
}

impl Unfinished {
    /// The names of the tests that have not ended, in the order of the plan.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.lock().values().map(|waiting| waiting.name.clone()).collect()
    }

    /// How far it is, with at most so many hosts that take longer than `usual`.
    #[must_use]
    pub fn standing(&self, most: usize, usual: Duration) -> Standing {
        let (waiting, now) = (self.lock(), Instant::now());
        let mut longest: HashMap<&str, Duration> = HashMap::new();
        for (host, took) in waiting
            .values()
            .filter_map(|it| Some((it.host.as_str(), now.saturating_duration_since(it.begun?))))
            .filter(|it| it.1 >= usual)
        {
            let known = longest.entry(host).or_default();
            *known = took.max(*known);
        }
        let mut slow: Vec<_> = longest.into_iter().map(|(host, took)| (host.to_owned(), took)).collect();
        slow.sort_unstable_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        slow.truncate(most);
        Standing { tests: waiting.len(), slow }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan(&self, tests: &[Test]) {
        let waiting =
            |test: &Test| Waiting { name: test.name.clone(), host: test.host.to_string(), begun: None };
        self.lock().extend(tests.iter().map(waiting).enumerate());
    }

    pub(super) fn begin(&self, index: usize) {
        if let Some(waiting) = self.lock().get_mut(&index) {
            waiting.begun = Some(Instant::now());
        }
    }

    pub(super) fn end(&self, index: usize) {
        self.lock().remove(&index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(name: &str, host: &str, begun: bool) -> Waiting {
        Waiting { name: name.to_owned(), host: host.to_owned(), begun: begun.then(Instant::now) }
    }

    #[test]
    fn hosts_are_slow_whose_tests_have_begun_and_not_ended() {
        let unfinished = Unfinished::default();
        let tests =
            [("a", "x.test", true), ("b", "x.test", true), ("c", "y.test", false), ("d", "z.test", true)];
        unfinished
            .lock()
            .extend(tests.map(|(name, host, begun)| waiting(name, host, begun)).into_iter().enumerate());
        let standing = unfinished.standing(9, Duration::ZERO);
        let hosts: Vec<&str> = standing.slow.iter().map(|(host, _)| host.as_str()).collect();
        assert_eq!((standing.tests, hosts), (4, vec!["x.test", "z.test"]));
        unfinished.begin(2);
        unfinished.end(0);
        unfinished.end(1);
        assert_eq!(unfinished.names(), ["c", "d"]);
        let standing = unfinished.standing(1, Duration::ZERO);
        assert_eq!((standing.tests, standing.slow.len()), (2, 1));
        assert_eq!(unfinished.standing(9, Duration::from_secs(600)).slow, []);
    }
}
