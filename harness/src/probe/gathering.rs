//! Connections that wait for one another, but not for ever.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// A place where a number of threads meet.
#[derive(Debug)]
pub(super) struct Gathering {
    missing: Mutex<usize>,
    complete: Condvar,
}

impl Gathering {
    /// A place where `expected` threads meet.
    pub(super) fn of(expected: usize) -> Gathering {
        Gathering { missing: Mutex::new(expected), complete: Condvar::new() }
    }

    /// Comes, and waits for the others; no longer than `patience`.
    pub(super) fn come(&self, patience: Duration) {
        let mut missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        *missing = missing.saturating_sub(1);
        if *missing == 0 {
            self.complete.notify_all();
        }
        // Whether all came makes no difference to what follows.
        let waited = self.complete.wait_timeout_while(missing, patience, |missing| *missing > 0);
        drop(waited);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    #[test]
    fn none_goes_on_before_all_have_come() {
        let (gathering, come) = (Gathering::of(4), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    come.fetch_add(1, Ordering::SeqCst);
                    gathering.come(Duration::from_secs(600));
                    assert_eq!(come.load(Ordering::SeqCst), 4);
                });
            }
        });
    }

    #[test]
    fn who_does_not_come_is_not_waited_for_for_ever() {
        let gathering = Gathering::of(2);
        gathering.come(Duration::from_millis(1));
        // Who comes late goes on at once, since all are there.
        gathering.come(Duration::from_secs(600));
    }
}
