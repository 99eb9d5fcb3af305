//! What a server answers to a ClientHello: ServerHello, alert, SSL 2.0, or anything.
//!
//! Input: which versions were offered, which hello, how it is read and ended, how long the pieces are, in two
//! bytes the length of the first flight; then the first flight and the second.

use tls_readiness::evidence::{Groups, Hello, Offer, Outcome, Tailored, Violation};
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::{
    CipherSuite, ClientHelloReader, End, FirstFlight, Flight, Follow, GroupSet, NamedGroup, Next, Progress,
    SuiteSet,
};

/// The most that is kept of what is not TLS.
const EXCERPT: usize = 64;
/// Warning alerts that are borne.
const WARNINGS: usize = 4;

/// A first flight is the same in whatever pieces it comes, and nothing is accepted that was not offered.
pub fn run(input: &[u8]) {
    let [versions, hello, how, size, high, low, flights @ ..] = input else { return };
    let offer = Offer { versions: range(*versions), hello: hello_of(*hello) };
    let follow = if how & 1 == 0 { Follow::ServerHello } else { Follow::ServerHelloDone };
    let end = match how >> 1 & 3 {
        0 => End::Closed,
        1 => End::Reset,
        2 => End::Deadline,
        _ => End::LocalError(String::new()),
    };
    let length = usize::from(u16::from_be_bytes([*high, *low]));
    let (first, second) = flights.split_at(length.min(flights.len()));
    let piece = usize::from(*size) + 1;

    let whole = read(offer, follow, &[first, second], &end);
    let pieces: Vec<&[u8]> = first.chunks(piece).chain(second.chunks(piece)).collect();
    let cut = read(offer, follow, &pieces, &end);
    // A second hello is sent in the middle of what came, where it comes from a piece that went on.
    let at_boundary = |sent: &Option<usize>| sent.is_none_or(|at| at == first.len());
    // What is complete with the ServerHello leaves alone what comes behind it in a later piece: a second hello is
    // seen only in the same one.
    let is_second = whole.flight.outcome == Outcome::Violation(Violation::SecondServerHello);
    if at_boundary(&whole.sent_at) && at_boundary(&cut.sent_at) && !is_second {
        assert_eq!(whole.flight, cut.flight);
    }
    for Read { flight, .. } in [&whole, &cut] {
        assert!(is_within(offer, &flight.outcome), "{offer:?}: {flight:?}");
        assert!(flight.warnings.len() <= WARNINGS);
        if let Outcome::NotTls { first_bytes } = &flight.outcome {
            assert!(first_bytes.len() <= EXCERPT);
        }
    }
}

fn range(byte: u8) -> VersionRange {
    let version = |number: u8| Version::ALL[usize::from(number) % Version::ALL.len()];
    let (one, other) = (version(byte >> 4), version(byte & 15));
    VersionRange::new(one.min(other), one.max(other)).expect("in order")
}

fn hello_of(byte: u8) -> Hello {
    const GROUPS: [NamedGroup; 4] =
        [NamedGroup::X25519, NamedGroup::SECP256R1, NamedGroup::SECP521R1, NamedGroup(0x11EC)];
    match byte {
        0..=3 => Hello::Variant(byte + 1),
        4..=7 => Hello::OneGroup(GROUPS[usize::from(byte - 4)]),
        8 => {
            let mut suites = SuiteSet::default();
            CipherSuite::all_in(Version::Tls12)
                .filter(|suite| suite.sends_prime())
                .for_each(|suite| suites.insert(suite));
            Hello::Tailored(Tailored::suites(suites))
        }
        9 => {
            let mut wanted = GroupSet::default();
            GROUPS.into_iter().for_each(|group| wanted.insert(group));
            let groups = Some(Groups { wanted, ..Groups::default() });
            Hello::Tailored(Tailored { groups, ..Tailored::default() })
        }
        _ => Hello::Standard,
    }
}

/// A first flight that begins with the same hello every time.
pub fn begin(offer: Offer, follow: Follow) -> FirstFlight {
    let entropy = std::array::from_fn(|index| u8::try_from(index).unwrap_or_default());
    FirstFlight::begin(offer, Some("example.com"), entropy, follow)
}

/// The offer and the hello that the first two bytes of an input stand for.
pub fn offer(versions: u8, hello: u8) -> Offer {
    Offer { versions: range(versions), hello: hello_of(hello) }
}

struct Read {
    flight: Flight,
    /// After how many bytes the second hello was sent.
    sent_at: Option<usize>,
}

fn read(offer: Offer, follow: Follow, pieces: &[&[u8]], end: &End) -> Read {
    let mut flight = begin(offer, follow);
    let (mut sent_at, mut bytes) = (None, 0);
    for piece in pieces {
        bytes += piece.len();
        match flight.read(piece) {
            Next::Read => {}
            Next::Send(hello) => {
                assert!(sent_at.is_none(), "a third hello");
                sent_at = Some(bytes);
                // A client may say that it changes its cipher before it (RFC 8446 D.4).
                let hello = hello.strip_prefix(&[20, 3, 3, 0, 1, 1]).unwrap_or(&hello);
                let read = ClientHelloReader::new().read(hello);
                assert!(matches!(read, Progress::Hello(_)), "{read:?}");
            }
            Next::Done => {
                assert_eq!(flight.read(piece), Next::Done);
                return Read { flight: flight.finish(None), sent_at };
            }
        }
    }
    Read { flight: flight.finish(Some(end.clone())), sent_at }
}

/// Whether what was accepted is something that the hello offered.
fn is_within(offer: Offer, outcome: &Outcome) -> bool {
    let Outcome::Accepted(acceptance) = outcome else { return true };
    let Progress::Hello(hello) = ClientHelloReader::new().read(begin(offer, Follow::ServerHello).hello())
    else {
        return false;
    };
    offer.versions.contains(acceptance.version)
        && hello.cipher_suites.contains(&acceptance.cipher_suite)
        && acceptance.cipher_suite.is_lawful_in(acceptance.version)
        && acceptance.group.is_none_or(|group| hello.groups.contains(&group))
}
