//! Who performs the tests: a number of threads, host by host, so that what is known of a host is forgotten
//! when its tests have ended, and a host that does not answer keeps one thread waiting and not one for each
//! test. Whoever has no host left helps with those of others.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use crate::probe::STACK;

/// What is made of each test.
pub(super) trait Performance: Send + Sync + 'static {
    /// What the tests of a host share.
    type Shared: Send + Sync;
    /// What comes of a test.
    type Result: Send;

    /// Begins with the tests of a host.
    fn begin(&self, tests: &[usize]) -> Self::Shared;

    /// Performs a test.
    fn perform(&self, test: usize, shared: &Self::Shared) -> Self::Result;
}

/// What came of a test: its panic where it had one.
type Ended<R> = Result<R, Box<dyn Any + Send>>;

/// The place of what comes of a test, until somebody takes it.
type Place<R> = OnceLock<Mutex<Option<Ended<R>>>>;

/// Threads that perform tests.
pub(super) struct Crew<P: Performance> {
    performance: P,
    work: Mutex<Work<P::Shared>>,
    results: Vec<Place<P::Result>>,
    /// How many threads there are.
    threads: OnceLock<usize>,
    /// Set when somebody waits for a result: what is printed before the first test is there then.
    is_awaited: OnceLock<()>,
}

struct Work<S> {
    hosts: VecDeque<Vec<usize>>,
    /// Hosts of which some tests are not begun yet.
    begun: VecDeque<Arc<Host<S>>>,
}

struct Host<S> {
    tests: Vec<usize>,
    shared: OnceLock<S>,
    waiting: Mutex<VecDeque<usize>>,
}

impl<S> Host<S> {
    fn next(&self) -> Option<usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// The tests of each key together, in the order of the first of each.
pub(super) fn by_key<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> VecDeque<Vec<usize>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (test, key) in keys.enumerate() {
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(test);
        }
    }
    groups.into()
}

/// Whether the system has so many threads more, all at the same time.
pub(super) fn has_threads(count: usize) -> bool {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // None ends before all have begun.
        let closed = gate.lock();
        let begin = |_| thread::Builder::new().spawn_scoped(scope, || drop(gate.lock())).is_ok();
        let has_all = (0..count).all(begin);
        drop(closed);
        has_all
    })
}

impl<P: Performance> Crew<P> {
    /// Begins with `count` tests, which are those of `hosts`, by at most so many threads, as soon as somebody
    /// waits for one. Where the system has fewer threads, there are fewer.
    pub(super) fn begin(
        performance: P,
        hosts: VecDeque<Vec<usize>>,
        count: usize,
        threads: usize,
    ) -> Arc<Crew<P>> {
        let crew = Arc::new(Crew {
            performance,
            work: Mutex::new(Work { hosts, begun: VecDeque::new() }),
            results: (0..count).map(|_| OnceLock::new()).collect(),
            threads: OnceLock::new(),
            is_awaited: OnceLock::new(),
        });
        let begin = |_| {
            let member = Arc::clone(&crew);
            let work = move || {
                member.is_awaited.wait();
                while member.perform_host() {}
            };
            thread::Builder::new().name("tests".to_owned()).stack_size(STACK).spawn(work).is_ok()
        };
        let begun = (0..threads.min(count)).map(begin).take_while(|has_begun| *has_begun).count();
        let _ = crew.threads.set(begun);
        crew
    }

    /// How many threads there are: fewer than were asked for where the system had no more.
    pub(super) fn threads(&self) -> usize {
        *self.threads.wait()
    }

    /// Waits for what comes of a test; nothing where that was asked for before. A panic of the test goes on.
    pub(super) fn wait(&self, test: usize) -> Option<P::Result> {
        let _ = self.is_awaited.set(());
        let result = self.results.get(test)?;
        // Where there is no thread, whoever waits does the work.
        while self.threads() == 0 && result.get().is_none() && self.perform_host() {}
        let ended = result.wait().lock().unwrap_or_else(PoisonError::into_inner).take();
        ended.map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    }

    /// Performs the tests of one host, or what is left of them; whether there were any.
    fn perform_host(&self) -> bool {
        let Some(host) = self.next_host() else { return false };
        while let Some(test) = host.next() {
            let perform = || {
                let shared = host.shared.get_or_init(|| self.performance.begin(&host.tests));
                self.performance.perform(test, shared)
            };
            let ended = catch_unwind(AssertUnwindSafe(perform));
            if let Some(result) = self.results.get(test) {
                let _ = result.set(Mutex::new(Some(ended)));
            }
        }
        true
    }

    fn next_host(&self) -> Option<Arc<Host<P::Shared>>> {
        let mut work = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tests) = work.hosts.pop_front() {
            let waiting = Mutex::new(tests.iter().copied().collect());
            let host = Arc::new(Host { tests, shared: OnceLock::new(), waiting });
            work.begun.push_back(Arc::clone(&host));
            // Those that are done are forgotten, and with them what is known of their hosts.
            work.begun.retain(|host| has_work(host));
            return Some(host);
        }
        work.begun.retain(|host| has_work(host));
        let host = work.begun.pop_front()?;
        // The next who helps goes to another one.
        work.begun.push_back(Arc::clone(&host));
        Some(host)
    }
}

fn has_work<S>(host: &Host<S>) -> bool {
    !host.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
}

#[cfg(test)]
mod tests;
