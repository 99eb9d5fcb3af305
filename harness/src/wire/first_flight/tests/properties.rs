use proptest::prelude::*;

use super::real_servers::{Captured, captured};
use super::*;
use crate::evidence::NOT_TLS_EXCERPT;
use crate::wire::record::MAX_FLIGHT;
use crate::wire::{ClientHelloReader, Progress};

fn any_offer() -> impl Strategy<Value = Offer> {
    let hello = prop_oneof![
        Just(Hello::Standard),
        (1..=4_u8).prop_map(Hello::Variant),
        any::<u16>().prop_map(|code| Hello::OneGroup(NamedGroup(code))),
    ];
    (0..6_usize, 0..6_usize, hello).prop_map(|(one, other, hello)| Offer {
        hello,
        ..range(Version::ALL[one.min(other)], Version::ALL[one.max(other)])
    })
}

fn any_follow() -> impl Strategy<Value = Follow> {
    prop_oneof![Just(Follow::ServerHello), Just(Follow::ServerHelloDone)]
}

fn any_end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Closed),
        Just(End::Reset),
        Just(End::Deadline),
        Just(End::LocalError(String::new()))
    ]
}

/// Bytes as hostile as they come, and such as look like records.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let noise = prop::collection::vec(any::<u8>(), 0..300);
    let records = prop::collection::vec(
        (20..=25_u8, prop::collection::vec(any::<u8>(), 0..80))
            .prop_map(|(kind, payload)| record(kind, &payload)),
        0..6,
    );
    let handshakes = (0..20_u8, prop::collection::vec(any::<u8>(), 0..80))
        .prop_map(|(kind, body)| record(22, &message(kind, &body)));
    prop_oneof![noise, records.prop_map(|records| records.concat()), handshakes]
}

/// `bytes` cut where `cuts` say.
fn cut<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect::<Vec<_>>();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

/// The handshake messages of a flight in other records, cut where `cuts` say; all else as it was.
fn in_other_records(flight: &[u8], cuts: &[prop::sample::Index]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = flight;
    while let [kind, _, _, high, low, after @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (payload, next) = after.split_at(length);
        if *kind == 22 {
            out.extend(cut(payload, cuts).into_iter().flat_map(|part| record(22, part)));
        } else {
            out.extend(record(*kind, payload));
        }
        rest = next;
    }
    out
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

proptest! {
    #[test]
    fn no_bytes_are_too_much(
        offer in any_offer(), follow in any_follow(), end in any_end(),
        pieces in prop::collection::vec(any_bytes(), 0..4),
    ) {
        let pieces = pieces.iter().map(Vec::as_slice).collect::<Vec<_>>();
        let flight = flight_of(offer, follow, &pieces, end);
        prop_assert!(is_within(offer, &flight.outcome));
        prop_assert!(flight.warnings.len() <= 4);
        if let Outcome::NotTls { first_bytes } = flight.outcome {
            prop_assert!(first_bytes.len() <= NOT_TLS_EXCERPT);
        }
        let mut reader = ClientHelloReader::new();
        for piece in pieces {
            let _ = reader.read(piece);
        }
    }

    #[test]
    fn the_same_bytes_give_the_same_flight_in_any_pieces(
        offer in any_offer(), end in any_end(), bytes in any_bytes(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let whole = flight_of(offer, Follow::ServerHelloDone, &[&bytes], end.clone());
        prop_assert_eq!(flight_of(offer, Follow::ServerHelloDone, &cut(&bytes, &cuts), end), whole);
    }

    #[test]
    fn a_real_flight_is_the_same_in_any_pieces_and_records(
        which in any::<prop::sample::Index>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        other_cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let captured = captured().swap_remove(which.index(captured().len()));
        let flights = captured.flights.iter().map(|flight| in_other_records(flight, &cuts)).collect::<Vec<_>>();
        let pieces = flights.iter().flat_map(|flight| cut(flight, &other_cuts)).collect::<Vec<_>>();
        let flight = flight_of(captured.offer, Follow::ServerHelloDone, &pieces, End::Deadline);
        prop_assert_eq!(flight.outcome, captured.outcome);
    }

    #[test]
    fn a_flight_with_changed_bytes_is_never_taken_for_what_was_not_offered(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        follow in any_follow(),
    ) {
        let Captured { offer, mut flights, .. } = captured().swap_remove(which.index(captured().len()));
        for (place, byte) in changes {
            // Near the front, where the ServerHello is.
            let flight = flights.last_mut().unwrap();
            let place = place.index(flight.len().min(160));
            flight[place] = byte;
        }
        let pieces = flights.iter().map(Vec::as_slice).collect::<Vec<_>>();
        let flight = flight_of(offer, follow, &pieces, End::Closed);
        prop_assert!(is_within(offer, &flight.outcome), "{:?}", flight);
    }
}

/// Work that grows with the square of what a peer sends would take minutes here.
#[test]
fn a_byte_a_call_and_a_byte_a_record_are_read_to_the_limit() {
    let flood = record(22, &[0]).repeat(MAX_FLIGHT);
    let mut flight = begin(only(Version::Tls12), Follow::ServerHello);
    let read = flood.iter().take_while(|byte| flight.read(&[**byte]) != Next::Done).count();
    assert_eq!(read, MAX_FLIGHT);
    let hello = record(22, &message(11, &[0; 60_000])[..16_000]);
    let mut flight = begin(only(Version::Tls12), Follow::ServerHelloDone);
    assert_eq!(flight.read(&ServerHello::old(Version::Tls12, 0xC02F).bytes()), Next::Read);
    for byte in hello.iter().chain(&flood) {
        if flight.read(&[*byte]) == Next::Done {
            break;
        }
    }
    assert_eq!(flight.finish(None).outcome, accepted(Version::Tls12, 0xC02F, None));
}
