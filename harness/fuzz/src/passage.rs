//! What passes between a client and a server.
//!
//! Input: how the server's side ends; then pieces, each a byte that says whose it is and how long, and its bytes.

use tls_readiness::wire::{Passage, ServerEnd};

/// What is made of it is the same piece by piece and byte by byte.
pub fn run(input: &[u8]) {
    let [end, rest @ ..] = input else { return };
    let (mut whole, mut by_bytes) = (Passage::default(), Passage::default());
    let mut rest = rest;
    while let [head, after @ ..] = rest {
        // A length of 127 stands for all that is left: hellos are longer than that.
        let length = match head & 0x7f {
            0x7f => after.len(),
            length => usize::from(length).min(after.len()),
        };
        let (piece, next) = after.split_at(length);
        rest = next;
        if head & 0x80 == 0 {
            whole.from_client(piece);
            piece.iter().for_each(|byte| by_bytes.from_client(&[*byte]));
        } else {
            whole.from_server(piece);
            piece.iter().for_each(|byte| by_bytes.from_server(&[*byte]));
        }
        assert_eq!(whole.came(false), by_bytes.came(false));
    }
    for passage in [&mut whole, &mut by_bytes] {
        if end & 4 != 0 {
            passage.client_ended();
        }
        match end & 3 {
            0 => passage.server_ended(ServerEnd::Closed),
            1 => passage.server_ended(ServerEnd::Reset),
            _ => {}
        }
    }
    assert_eq!(whole.hello(), by_bytes.hello());
    assert_eq!(whole.came(true), by_bytes.came(true));
}
