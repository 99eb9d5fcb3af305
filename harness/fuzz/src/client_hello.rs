//! What a client sends first, and what it does after the answer.
//!
//! Input: how long the pieces are; then the bytes of the client.

use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::{
    ClientHello, ClientHelloReader, ClientTurn, Progress, Turn, common_suite, server_flight,
};

/// A hello is the same in whatever pieces it comes, and whatever it says can be answered.
pub fn run(input: &[u8]) {
    let [size, bytes @ ..] = input else { return };
    let piece = usize::from(*size) + 1;
    let whole = ClientHelloReader::new().read(bytes);
    let mut reader = ClientHelloReader::new();
    let mut cut = Progress::More;
    for piece in bytes.chunks(piece) {
        cut = reader.read(piece);
    }
    assert_eq!(whole, if bytes.is_empty() { whole.clone() } else { cut });
    if let Progress::Hello(hello) = &whole {
        answer(hello);
    }
    for is_ssl2 in [true, false] {
        let mut turn = ClientTurn::new(is_ssl2);
        let whole = turn.read(bytes);
        let mut turn = ClientTurn::new(is_ssl2);
        let cut = bytes.chunks(piece).map(|piece| turn.read(piece)).find(|turn| *turn != Turn::More);
        assert_eq!(whole, cut.unwrap_or(Turn::More));
    }
}

fn answer(hello: &ClientHello) {
    for version in Version::ALL {
        let is_offered = hello.best_in(VersionRange::only(version)) == Some(version);
        assert_eq!(is_offered, hello.offers(version));
        assert!(hello.suites_for(version).all(|suite| suite.is_lawful_in(version)));
        if let Some(suite) = common_suite(hello, version, None) {
            assert!(hello.cipher_suites.contains(&suite));
            assert!(!server_flight(hello, version, suite, [7; 32], b"certificate").is_empty());
        }
    }
}
