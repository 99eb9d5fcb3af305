//! Who may connect next: so many at a time to one address and so long after one another, out of
//! politeness, and so many in all, so that the descriptors last. Pure: the time is passed in.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::evidence::Pace;

/// Connections that are open, and those that wait for their turn. Addresses take turns, and at one
/// address whoever came first goes first.
#[derive(Debug)]
pub(super) struct ConnectionLimit<T> {
    /// The most at a time over all addresses.
    in_all: usize,
    open: usize,
    queues: HashMap<SocketAddr, Queue<T>>,
    /// Addresses of which one may be able to go on.
    ready: VecDeque<SocketAddr>,
    /// When the next one may go to an address that wants to be spared.
    later: BTreeSet<(Instant, SocketAddr)>,
}

#[derive(Debug)]
struct Queue<T> {
    pace: Pace,
    open: usize,
    last_begun: Option<Instant>,
    waiting: VecDeque<Party<T>>,
    /// Whether a crowd is there, which stays alone until all of it has left.
    is_crowded: bool,
    is_ready: bool,
}

/// Who goes together.
#[derive(Debug)]
enum Party<T> {
    One(T),
    /// Those of a crowd that have not begun yet, and whether others of it have.
    Crowd(VecDeque<T>, bool),
}

impl<T> ConnectionLimit<T> {
    /// With at most `in_all` connections at a time.
    pub(super) fn of(in_all: usize) -> ConnectionLimit<T> {
        ConnectionLimit {
            in_all: in_all.max(1),
            open: 0,
            queues: HashMap::new(),
            ready: VecDeque::new(),
            later: BTreeSet::new(),
        }
    }

    /// Has at most `in_all` at a time from now on, where that is less than before.
    pub(super) fn lower(&mut self, in_all: usize) {
        self.in_all = self.in_all.min(in_all.max(1));
    }

    /// Queues one. Of all paces that are asked for an address the slowest holds for it.
    pub(super) fn one(&mut self, address: SocketAddr, pace: Pace, item: T) {
        self.join(address, pace, Party::One(item));
    }

    /// Queues several that go together: as many at a time as may be, and nobody else meanwhile.
    pub(super) fn crowd(&mut self, address: SocketAddr, pace: Pace, items: impl IntoIterator<Item = T>) {
        let items: VecDeque<T> = items.into_iter().collect();
        if !items.is_empty() {
            self.join(address, pace, Party::Crowd(items, false));
        }
    }

    fn join(&mut self, address: SocketAddr, pace: Pace, party: Party<T>) {
        let queue = self.queues.entry(address).or_insert_with(|| Queue {
            pace,
            open: 0,
            last_begun: None,
            waiting: VecDeque::new(),
            is_crowded: false,
            is_ready: false,
        });
        queue.pace = queue.pace.slower(pace);
        queue.waiting.push_back(party);
        self.mark_ready(address);
    }

    /// The pace that holds for an address: at most this many of a crowd are there at a time.
    pub(super) fn at_a_time(&self, address: SocketAddr) -> usize {
        let of_address = self.queues.get(&address).map_or(usize::MAX, |queue| queue.pace.connections());
        of_address.min(self.in_all)
    }

    /// The next that may connect now; it counts as open from then on.
    pub(super) fn next(&mut self, now: Instant) -> Option<(SocketAddr, T)> {
        while let Some((_, address)) = self.later.first().copied().filter(|(at, _)| *at <= now) {
            self.later.pop_first();
            self.mark_ready(address);
        }
        while self.open < self.in_all {
            let address = self.ready.pop_front()?;
            let Some(queue) = self.queues.get_mut(&address) else { continue };
            queue.is_ready = false;
            match queue.next(now) {
                Turn::Now(item) => {
                    self.open += 1;
                    self.mark_ready(address);
                    return Some((address, item));
                }
                Turn::At(moment) => {
                    self.later.insert((moment, address));
                }
                Turn::Blocked => {}
            }
        }
        None
    }

    /// Gives the place of one that was open to the next.
    pub(super) fn leave(&mut self, address: SocketAddr) {
        self.open = self.open.saturating_sub(1);
        let Some(queue) = self.queues.get_mut(&address) else { return };
        queue.open = queue.open.saturating_sub(1);
        queue.clear();
        if !queue.waiting.is_empty() {
            self.mark_ready(address);
        } else if queue.open == 0 && queue.pace == Pace::default() {
            // Nothing is to be remembered of it.
            self.queues.remove(&address);
        }
    }

    /// Sends those away that wait for an address and are `meant`.
    pub(super) fn dismiss(&mut self, address: SocketAddr, meant: impl Fn(&T) -> bool) -> Vec<T> {
        let Some(queue) = self.queues.get_mut(&address) else { return Vec::new() };
        let mut dismissed = Vec::new();
        for party in std::mem::take(&mut queue.waiting) {
            match party {
                Party::One(item) if meant(&item) => dismissed.push(item),
                Party::Crowd(items, has_begun) => {
                    let (gone, stay): (VecDeque<T>, VecDeque<T>) =
                        items.into_iter().partition(|item| meant(item));
                    dismissed.extend(gone);
                    if !stay.is_empty() {
                        queue.waiting.push_back(Party::Crowd(stay, has_begun));
                    }
                }
                Party::One(item) => queue.waiting.push_back(Party::One(item)),
            }
        }
        queue.clear();
        self.mark_ready(address);
        dismissed
    }

    /// When somebody's turn comes without that anybody leaves.
    pub(super) fn next_turn(&self) -> Option<Instant> {
        self.later.first().map(|(at, _)| *at)
    }

    fn mark_ready(&mut self, address: SocketAddr) {
        if let Some(queue) = self.queues.get_mut(&address).filter(|queue| !queue.is_ready) {
            queue.is_ready = true;
            self.ready.push_back(address);
        }
    }
}

enum Turn<T> {
    Now(T),
    At(Instant),
    /// Until somebody leaves or comes.
    Blocked,
}

impl<T> Queue<T> {
    /// A crowd of which nobody is there, and nobody is to come, is over.
    fn clear(&mut self) {
        self.is_crowded &= self.open > 0 || matches!(self.waiting.front(), Some(Party::Crowd(_, true)));
    }

    fn next(&mut self, now: Instant) -> Turn<T> {
        let is_blocked = match self.waiting.front() {
            None => true,
            Some(Party::One(_)) => self.is_crowded || self.open >= self.pace.connections(),
            Some(Party::Crowd(_, true)) => self.open >= self.pace.connections(),
            Some(Party::Crowd(_, false)) => self.open > 0,
        };
        if is_blocked {
            return Turn::Blocked;
        }
        let turn = self.last_begun.and_then(|last| last.checked_add(self.pace.spacing));
        if let Some(turn) = turn.filter(|turn| *turn > now && self.pace.spacing > Duration::ZERO) {
            return Turn::At(turn);
        }
        let item = match self.waiting.pop_front() {
            None => return Turn::Blocked,
            Some(Party::One(item)) => item,
            Some(Party::Crowd(mut items, _)) => {
                self.is_crowded = true;
                let Some(item) = items.pop_front() else { return Turn::Blocked };
                if !items.is_empty() {
                    self.waiting.push_front(Party::Crowd(items, true));
                }
                item
            }
        };
        self.open += 1;
        self.last_begun = Some(now);
        Turn::Now(item)
    }
}

#[cfg(test)]
mod tests;
