//! How fast an address is asked.

use std::num::NonZeroU8;
use std::time::Duration;

use super::CONNECTIONS_AT_A_TIME;

/// How many connections an address gets at a time, and how long after one another they are begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pace {
    connections: NonZeroU8,
    /// The least time between the beginnings of two connections.
    pub spacing: Duration,
}

impl Pace {
    /// [`CONNECTIONS_AT_A_TIME`], without any time between them.
    pub const DEFAULT: Pace = Pace { connections: DEFAULT_CONNECTIONS, spacing: Duration::ZERO };

    /// So many connections at a time, begun at least `spacing` after one another.
    #[must_use]
    pub fn new(connections: NonZeroU8, spacing: Duration) -> Pace {
        Pace { connections, spacing }
    }

    /// As many at a time, begun at least `spacing` after one another.
    #[must_use]
    pub fn spaced(self, spacing: Duration) -> Pace {
        Pace { spacing, ..self }
    }

    /// How many connections at a time.
    #[must_use]
    pub fn connections(self) -> usize {
        usize::from(self.connections.get())
    }

    /// In every way as slow as the slower of both.
    #[must_use]
    pub fn slower(self, other: Pace) -> Pace {
        Pace {
            connections: self.connections.min(other.connections),
            spacing: self.spacing.max(other.spacing),
        }
    }
}

impl Default for Pace {
    fn default() -> Pace {
        Pace::DEFAULT
    }
}

const DEFAULT_CONNECTIONS: NonZeroU8 = {
    assert!(CONNECTIONS_AT_A_TIME == 8);
    NonZeroU8::MIN.saturating_add(7)
};
