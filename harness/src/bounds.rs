//! Where a run may go: what `--allow`, `--public-only` and `--max-connections` leave.
//!
//! The question is asked before every single connection, of the very address that is connected to: what
//! a name leads to a moment later makes no difference. Stand-ins are ours, and always permitted. What is
//! barred is not connected to at all, and makes a test inconclusive: it says nothing about the host.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

mod network;
mod pattern;
mod special;

pub use network::Network;
pub use pattern::Pattern;
pub use special::{Embedding, Special, special};

/// The limits of a run. What is cloned shares the count of connections.
#[derive(Debug, Clone, Default)]
pub struct Bounds {
    allowed: Arc<[Pattern]>,
    public_only: bool,
    connections: Option<Arc<Budget>>,
}

/// Connections of a whole run.
#[derive(Debug)]
struct Budget {
    most: usize,
    begun: AtomicUsize,
}

/// How an address came to be connected to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It is that of a stand-in of ours.
    StandIn,
    /// It was written as an address, or names make no difference to the run's bounds.
    Written,
    /// This name led to it: lower case, without a final dot.
    Resolved(String),
}

/// What was not connected to, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Barred {
    /// The address and port.
    pub address: SocketAddr,
    /// What bars it.
    pub rule: Rule,
}

/// What bars an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// No pattern of `--allow` is for it.
    NotAllowed,
    /// It is of this kind, and `--public-only` leaves those out.
    NotPublic(Special),
    /// So many connections were begun, which `--max-connections` makes the most.
    Spent(usize),
}

impl Bounds {
    /// The limits that are given; where nothing is in `allowed` every address is. At most
    /// `max_connections` are begun, tries that fail included.
    #[must_use]
    pub fn new(allowed: Vec<Pattern>, public_only: bool, max_connections: Option<usize>) -> Bounds {
        let budget = |most| Arc::new(Budget { most, begun: AtomicUsize::new(0) });
        Bounds { allowed: allowed.into(), public_only, connections: max_connections.map(budget) }
    }

    /// Whether there is no limit at all.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.allowed.is_empty() && !self.public_only && self.connections.is_none()
    }

    /// The origin of the addresses that `name` was resolved to. Where no pattern tells names apart it is
    /// the same for all, so that what is asked of an address is shared.
    #[must_use]
    pub fn origin_of(&self, name: &str) -> Origin {
        if self.allowed.iter().any(Pattern::is_of_names) {
            Origin::Resolved(name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase())
        } else {
            Origin::Written
        }
    }

    /// Whether an address may be connected to.
    ///
    /// # Errors
    /// What bars it.
    pub fn permits(&self, origin: &Origin, address: SocketAddr) -> Result<(), Barred> {
        let barred = |rule| Err(Barred { address, rule });
        let name = match origin {
            Origin::StandIn => return Ok(()),
            Origin::Written => None,
            Origin::Resolved(name) => Some(name.as_str()),
        };
        if !self.allowed.is_empty() && !self.allowed.iter().any(|pattern| pattern.is_for(name, address)) {
            return barred(Rule::NotAllowed);
        }
        match special(address.ip()) {
            Some(special) if self.public_only => barred(Rule::NotPublic(special)),
            _ => Ok(()),
        }
    }

    /// Whether a connection may be begun now; one that may counts as begun. Those to stand-ins do not
    /// count.
    ///
    /// # Errors
    /// What bars it.
    pub fn admit(&self, origin: &Origin, address: SocketAddr) -> Result<(), Barred> {
        self.permits(origin, address)?;
        match &self.connections {
            Some(budget) if *origin != Origin::StandIn => {
                let one_more = |begun| (begun < budget.most).then_some(begun + 1);
                let taken = budget.begun.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
                taken.map(drop).map_err(|_| Barred { address, rule: Rule::Spent(budget.most) })
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Barred { address, rule } = self;
        match rule {
            Rule::NotAllowed => write!(f, "no --allow is for {address}"),
            Rule::NotPublic(special) => {
                write!(f, "--public-only leaves {address} out, {special}")
            }
            Rule::Spent(most) => write!(f, "the {most} connections of --max-connections are used up"),
        }
    }
}

#[cfg(test)]
mod tests;
