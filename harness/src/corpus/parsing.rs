//! Thousands of files, shared out to all cores, within limits for all of them together.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::problem::{MAX_TOLD, Problem};
use crate::scenario::{Host, MAX_TESTS, Scenario, SourceFile};

/// Fewer files are read by one thread before another has begun.
const FEW: usize = 32;
/// More threads than this have nothing left to do.
const MAX_WORKERS: usize = 16;
/// So many files are parsed before it is asked whether there are mistakes enough.
const AT_A_TIME: usize = 256;

/// What files hold.
#[derive(Default)]
pub(super) struct Parsed {
    /// In the order of the files.
    pub(super) scenarios: Vec<Scenario>,
    pub(super) problems: Vec<Problem>,
    /// How many files were left out, because the others have more mistakes than are told.
    pub(super) left_out: usize,
}

type Parse<'a> = &'a (dyn Fn(&SourceFile) -> Result<Vec<Scenario>, Vec<Problem>> + Sync);

/// Parses every file, until there are more mistakes than anybody wants to read, or more tests than can be run.
pub(super) fn parse_all(sources: &[SourceFile], parse: Parse<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let shared = Mutex::default();
    let tests = AtomicUsize::new(0);
    let mut rest = sources;
    while !rest.is_empty() && parsed.problems.len() <= MAX_TOLD {
        let (now, later) = rest.split_at(AT_A_TIME.min(rest.len()));
        rest = later;
        for of_file in at_once(now, parse, &tests, &shared) {
            match of_file {
                Ok(scenarios) => parsed.scenarios.extend(scenarios),
                Err(found) => parsed.problems.extend(found),
            }
        }
    }
    // Of more tests than can be run the plan tells, which needs no more of them than these.
    parsed.left_out = if tests.load(Ordering::Relaxed) > MAX_TESTS { 0 } else { rest.len() };
    parsed
}

fn at_once(
    sources: &[SourceFile],
    parse: Parse<'_>,
    tests: &AtomicUsize,
    shared: &Mutex<Shared>,
) -> Vec<Result<Vec<Scenario>, Vec<Problem>>> {
    let one = |source: &SourceFile| {
        if tests.load(Ordering::Relaxed) > MAX_TESTS {
            return Ok(Vec::new());
        }
        let mut parsed = parse(source)?;
        // Nothing that holds the lock can panic half-way through a change.
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        parsed.iter_mut().for_each(|scenario| shared.share(scenario));
        drop(shared);
        let found = parsed.iter().map(|scenario| scenario.hosts.len()).sum();
        tests.fetch_add(found, Ordering::Relaxed);
        Ok(parsed)
    };
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    if sources.len() < FEW || cores == 1 {
        return sources.iter().map(one).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            sources.get(index).map(|source| (index, one(source)))
        });
        taken.collect::<Vec<_>>()
    };
    let mut parsed: Vec<_> = thread::scope(|scope| {
        // This thread works too, and alone where the system has no other.
        let begin = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..cores.min(MAX_WORKERS)).filter_map(begin).collect();
        let own = work();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        own.into_iter().chain(others.into_iter().flat_map(join)).collect()
    });
    parsed.sort_unstable_by_key(|(index, _)| *index);
    parsed.into_iter().map(|(_, parsed)| parsed).collect()
}

/// What many files name, each kept once: a bundle of certificates, a list of hosts.
#[derive(Default)]
struct Shared {
    roots: Vec<Arc<Vec<Vec<u8>>>>,
    hosts: Vec<Arc<Vec<Host>>>,
}

impl Shared {
    fn share(&mut self, scenario: &mut Scenario) {
        if let Some(roots) = &mut scenario.roots {
            kept_once(&mut self.roots, roots);
        }
        // A host or two are not worth looking for.
        if scenario.hosts.len() > FEW {
            kept_once(&mut self.hosts, &mut scenario.hosts);
        }
    }
}

/// There are few of them, and most differ in their first bytes: comparing takes less time than hashing.
fn kept_once<T: PartialEq>(known: &mut Vec<Arc<T>>, one: &mut Arc<T>) {
    match known.iter().rev().find(|known| Arc::ptr_eq(known, one) || *known == one) {
        Some(known) => *one = Arc::clone(known),
        None => known.push(Arc::clone(one)),
    }
}
