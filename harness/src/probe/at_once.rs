//! Probes that do not wait for one another.

use std::thread;

/// The stack of a probe's thread, in bytes: a handshake of rustls in a build without optimization
/// is what needs it.
pub(crate) const STACK: usize = 1 << 20;

/// How many run at once. More than any question needs: but a resolver can give thousands of addresses.
const AT_ONCE: usize = 64;

/// Runs `job` on all items at once, or on so many as are sane, and gives the results in the items'
/// order. An item for which the system has no thread left is done after the others.
pub fn at_once<T: Sync, R: Send>(items: &[T], job: impl Fn(&T) -> R + Sync) -> Vec<R> {
    items.chunks(AT_ONCE).flat_map(|items| all_at_once(items, &job)).collect()
}

fn all_at_once<T: Sync, R: Send>(items: &[T], job: &(impl Fn(&T) -> R + Sync)) -> Vec<R> {
    thread::scope(|scope| {
        let begun: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                // The last one has this thread.
                if index + 1 == items.len() {
                    return (item, None);
                }
                let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, move || job(item));
                (item, thread.ok())
            })
            .collect();
        // Those without a thread first: the others are at work meanwhile.
        let own: Vec<_> = begun
            .into_iter()
            .map(|(item, thread)| match thread {
                Some(thread) => Err(thread),
                None => Ok(job(item)),
            })
            .collect();
        own.into_iter()
            .map(|result| match result {
                Ok(done) => done,
                Err(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            })
            .collect()
    })
}

/// Runs two jobs of different kinds at once, one after the other where the system has no thread left.
pub(super) fn join<A: Send, B>(one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    let one = &one;
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one).ok();
        let other = other();
        let one = match thread {
            Some(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            None => one(),
        };
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn all_run_at_the_same_time_and_results_keep_their_order() {
        let barrier = Barrier::new(5);
        let results = at_once(&[1, 2, 3, 4, 5], |number| {
            barrier.wait();
            number * 10
        });
        assert_eq!(results, [10, 20, 30, 40, 50]);
        let many: Vec<usize> = (0..10 * AT_ONCE).collect();
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = at_once(&many, |number| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            running.fetch_sub(1, Ordering::SeqCst);
            *number
        });
        assert_eq!(results, many);
        assert!(most.load(Ordering::SeqCst) <= AT_ONCE);
        assert_eq!(at_once(&[] as &[u8], |number| *number), [] as [u8; 0]);
    }

    #[test]
    fn two_jobs_of_different_kinds_run_at_the_same_time() {
        let barrier = Barrier::new(2);
        let wait = || barrier.wait().is_leader();
        let ((first, word), second) = join(|| (wait(), "one"), wait);
        assert!(first != second && word == "one");
    }
}
