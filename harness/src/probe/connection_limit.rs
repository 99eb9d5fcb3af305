//! How many connections may be open at a time: to one address, out of politeness, and in all, so
//! that the descriptors last.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::evidence::CONNECTIONS_AT_A_TIME;

/// Connections at a time over all addresses. A stand-in's end of a connection needs a descriptor
/// too, and macOS gives a process 256 of them.
pub const IN_ALL: usize = 96;

/// Counts connections, and makes the next one wait where there are too many.
#[derive(Debug, Default)]
pub(super) struct ConnectionLimit {
    in_all: Arc<Seats>,
    by_address: Mutex<HashMap<SocketAddr, Arc<Seats>>>,
}

#[derive(Debug, Default)]
struct Seats {
    taken: Mutex<usize>,
    freed: Condvar,
    /// Held by whoever gathers several: two that hold a part each would wait for each other.
    gathering: Mutex<()>,
}

/// The right to one connection, given back when dropped.
#[derive(Debug)]
pub(super) struct Seat(Arc<Seats>);

impl ConnectionLimit {
    /// Waits until one more connection to `address` may be opened.
    #[must_use]
    pub(super) fn seat(&self, address: SocketAddr) -> (Seat, Seat) {
        // The address first: whoever waits for a busy host must not hold what others could use.
        let address = Seats::take(&self.of(address), CONNECTIONS_AT_A_TIME);
        (address, Seats::take(&self.in_all, IN_ALL))
    }

    /// Waits until `address` has no other connection, and takes the place of all that it may have.
    #[must_use]
    pub(super) fn all_seats(&self, address: SocketAddr) -> Vec<Seat> {
        let mut seats = Seats::gather(&self.of(address), CONNECTIONS_AT_A_TIME, CONNECTIONS_AT_A_TIME);
        seats.extend(Seats::gather(&self.in_all, CONNECTIONS_AT_A_TIME, IN_ALL));
        seats
    }

    fn of(&self, address: SocketAddr) -> Arc<Seats> {
        let mut by_address = self.by_address.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(by_address.entry(address).or_default())
    }
}

impl Seats {
    /// Every seat is given back in the end, so each becomes free in turn.
    fn gather(seats: &Arc<Seats>, count: usize, limit: usize) -> Vec<Seat> {
        let _gathering = seats.gathering.lock().unwrap_or_else(PoisonError::into_inner);
        (0..count).map(|_| Seats::take(seats, limit)).collect()
    }

    fn take(seats: &Arc<Seats>, limit: usize) -> Seat {
        let taken = seats.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken =
            seats.freed.wait_while(taken, |taken| *taken >= limit).unwrap_or_else(PoisonError::into_inner);
        *taken += 1;
        Seat(Arc::clone(seats))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        *self.0.taken.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn never_more_than_the_limit_to_one_address_and_all_get_their_turn() {
        let limit = ConnectionLimit::default();
        let (open, most, done) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let address = SocketAddr::from(([127, 0, 0, 1], 1));
        std::thread::scope(|scope| {
            for _ in 0..5 * CONNECTIONS_AT_A_TIME {
                scope.spawn(|| {
                    let _seat = limit.seat(address);
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    open.fetch_sub(1, Ordering::SeqCst);
                    done.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= CONNECTIONS_AT_A_TIME);
        assert_eq!(done.load(Ordering::SeqCst), 5 * CONNECTIONS_AT_A_TIME);
    }

    #[test]
    fn who_takes_all_seats_is_alone_at_an_address_and_nobody_waits_for_ever() {
        let limit = ConnectionLimit::default();
        // More addresses than have all their seats in all at a time.
        let addresses: Vec<SocketAddr> = (1..=20).map(|port| ([127, 0, 0, 1], port).into()).collect();
        let open: Vec<AtomicUsize> = addresses.iter().map(|_| AtomicUsize::new(0)).collect();
        std::thread::scope(|scope| {
            for (address, open) in addresses.iter().zip(&open) {
                for _ in 0..CONNECTIONS_AT_A_TIME {
                    scope.spawn(|| {
                        let _seat = limit.seat(*address);
                        open.fetch_add(1, Ordering::SeqCst);
                        std::thread::yield_now();
                        open.fetch_sub(1, Ordering::SeqCst);
                    });
                }
                for _ in 0..3 {
                    scope.spawn(|| {
                        let _seats = limit.all_seats(*address);
                        assert_eq!(open.fetch_add(1, Ordering::SeqCst), 0);
                        std::thread::yield_now();
                        open.fetch_sub(1, Ordering::SeqCst);
                    });
                }
            }
        });
    }
}
