//! What passed through the proxy, counted.

use std::time::Instant;

/// What passed between all clients and servers.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tally {
    /// Connections that clients made.
    pub(crate) connections: u64,
    /// How often a server answered what a client had sent: each is a time that somebody had to wait.
    pub(crate) round_trips: u64,
    /// What went either way, without the headers of packets.
    pub(crate) bytes: u64,
    /// The most connections that were open at a time.
    pub(crate) most_open: usize,
    /// How often clients had to wait because the proxy had no descriptors left. Where it is not zero, times
    /// are those of the proxy.
    pub(crate) held_up: u64,
    /// When the first client was accepted.
    pub(crate) first: Option<Instant>,
}

/// Who waits for whom within a connection.
#[derive(Debug, Default)]
pub(super) struct Turns {
    unanswered: bool,
    client_left: bool,
}

/// What one of the two did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    ClientSent,
    ClientLeft,
    ServerSent,
    ServerLeft,
}

impl Turns {
    /// Whether this completes a round trip: it is the first that a server does after a client sent something.
    ///
    /// To be left is an answer too, but not to a client that left first.
    pub(super) fn completes(&mut self, act: Act) -> bool {
        match act {
            Act::ClientSent => self.unanswered = true,
            Act::ClientLeft => self.client_left = true,
            Act::ServerSent => return std::mem::take(&mut self.unanswered),
            Act::ServerLeft => return std::mem::take(&mut self.unanswered) && !self.client_left,
        }
        false
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_round_trip_is_a_turn_of_both() {
        use super::Act::{ClientLeft, ClientSent, ServerLeft, ServerSent};

        for (acts, count, what) in [
            (&[][..], 0, "nothing"),
            (&[ClientSent], 0, "silence"),
            (&[ClientSent, ServerSent, ClientLeft, ServerLeft], 1, "a first flight"),
            (&[ClientSent, ClientSent, ServerSent, ServerSent], 1, "flights in pieces"),
            (&[ClientSent, ServerLeft], 1, "a hello that is answered by an end"),
            (&[ClientSent, ServerSent, ClientSent, ServerSent], 2, "a handshake of TLS 1.2"),
            (&[ClientSent, ServerSent, ClientSent, ClientLeft, ServerLeft], 1, "a farewell"),
            (&[ServerSent, ClientSent, ServerSent], 1, "a banner first"),
        ] {
            let mut turns = super::Turns::default();
            let completed = acts.iter().filter(|act| turns.completes(**act)).count();
            assert_eq!(completed, count, "{what}");
        }
    }
}
