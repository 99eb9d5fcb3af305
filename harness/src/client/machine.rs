//! What is known of the machine that programs are tried on, and how many of them it bears.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;

/// Programs at a time: they wait for one another's cores, and for the network little.
const PROGRAMS_PER_CORE: usize = 4;
const FEWEST_PROGRAMS: usize = 16;

/// What all programs of a run share.
#[derive(Debug)]
pub(crate) struct Machine {
    /// Why there are no namespaces: where one was refused the next would be too.
    pub(super) without_namespaces: OnceLock<String>,
    seats: Mutex<usize>,
    freed: Condvar,
}

impl Machine {
    /// This machine, on which as many programs may run at a time as it bears: a program's time is for
    /// its whole run, and one that has to wait for a core may be at its deadline for that alone.
    pub(crate) fn new() -> Machine {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let seats = Mutex::new((cores * PROGRAMS_PER_CORE).max(FEWEST_PROGRAMS));
        Machine { without_namespaces: OnceLock::new(), seats, freed: Condvar::new() }
    }

    /// Waits until another program may run.
    pub(super) fn seat(&self) -> Seat<'_> {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let seats = self.freed.wait_while(seats, |free| *free == 0);
        *seats.unwrap_or_else(PoisonError::into_inner) -= 1;
        Seat(self)
    }
}

/// The right to run one program.
pub(super) struct Seat<'a>(&'a Machine);

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        *self.0.seats.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}
