use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Counts the hosts that are begun and forgotten, and squares the numbers of tests.
#[derive(Default)]
struct Squares {
    begun: AtomicUsize,
    known: Arc<AtomicUsize>,
    most_known: AtomicUsize,
    together: Option<Barrier>,
}

struct Known(Arc<AtomicUsize>);

impl Drop for Known {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Performance for Squares {
    type Shared = Known;
    type Result = usize;

    fn begin(&self, tests: &[usize]) -> Known {
        assert!(!tests.is_empty());
        self.begun.fetch_add(1, Ordering::SeqCst);
        let known = self.known.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_known.fetch_max(known, Ordering::SeqCst);
        Known(Arc::clone(&self.known))
    }

    fn perform(&self, test: usize, _: &Known) -> usize {
        assert!(test != 13, "thirteen");
        if let Some(together) = &self.together {
            together.wait();
        }
        test * test
    }
}

fn hosts(count: usize, each: usize) -> VecDeque<Vec<usize>> {
    by_key((0..count * each).map(|test| test % count))
}

#[test]
fn tests_of_one_host_are_together_in_the_order_of_the_first() {
    assert_eq!(by_key(["a", "b", "a", "c", "b"].into_iter()), [vec![0, 2], vec![1, 4], vec![3]]);
}

#[test]
fn every_result_is_there_whoever_asks_first_and_however_many_threads_there_are() {
    for threads in [0, 1, 3, 64] {
        let crew = Crew::begin(Squares::default(), hosts(4, 3), 12, threads);
        assert_eq!(crew.threads(), threads.min(12));
        assert!((0..12).rev().all(|test| crew.wait(test) == Some(test * test)), "{threads}");
        assert_eq!(crew.wait(3), None);
        assert_eq!(crew.performance.begun.load(Ordering::SeqCst), 4);
    }
}

#[test]
fn who_has_no_host_left_helps_with_those_of_others() {
    let squares = Squares { together: Some(Barrier::new(5)), ..Squares::default() };
    let crew = Crew::begin(squares, hosts(1, 5), 5, 5);
    assert_eq!(crew.wait(4), Some(16));
}

#[test]
fn what_is_known_of_a_host_is_forgotten_when_its_tests_have_ended() {
    let crew = Crew::begin(Squares::default(), hosts(100, 2), 200, 2);
    (0..200).filter(|test| *test != 13).for_each(|test| assert!(crew.wait(test).is_some()));
    // Those that are at work, and those that they have just left.
    assert!(crew.performance.most_known.load(Ordering::SeqCst) <= 4);
}

#[test]
fn a_panic_is_that_of_its_test_alone() {
    let crew = Crew::begin(Squares::default(), hosts(1, 20), 20, 2);
    let panic = catch_unwind(AssertUnwindSafe(|| crew.wait(13))).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"thirteen"));
    assert_eq!(crew.wait(19), Some(361));
}
