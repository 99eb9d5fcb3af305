//! The codec: hellos written, flights of real servers read, ClientHellos of real clients read.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use tls_readiness::evidence::{Hello, Offer};
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::{ClientHelloReader, End, FirstFlight, Flight, Follow, Next};

fn main() {
    divan::main();
}

const TLS_1_3: &str = include_str!("../tests/data/wire/openssl-1.3.hex");
const TLS_1_3_RETRY: &str = include_str!("../tests/data/wire/openssl-1.3-retry-p521.hex");
const TLS_1_2: &str = include_str!("../tests/data/wire/openssl-1.2-client-certificate.hex");
const CLIENT_HELLO: &str = include_str!("../tests/data/wire/client-hello-openssl-1.3.hex");

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.chars().filter_map(|digit| digit.to_digit(16)).collect::<Vec<_>>();
    let byte = |pair: &[u32]| pair.iter().fold(0, |high, low| high * 16 + low);
    digits.chunks(2).filter_map(|pair| u8::try_from(byte(pair)).ok()).collect()
}

fn begin(version: Version, hello: Hello) -> FirstFlight {
    let entropy = std::array::from_fn(|index| u8::try_from(index).unwrap_or_default());
    let offer = Offer { versions: VersionRange::only(version), hello };
    FirstFlight::begin(offer, Some("apitls12.onepagecrm.com"), entropy, Follow::ServerHelloDone)
}

fn read(mut flight: FirstFlight, answers: &[Vec<u8>], piece: usize) -> Flight {
    for bytes in answers.iter().flat_map(|answer| answer.chunks(piece)) {
        if flight.read(bytes) == Next::Done {
            return flight.finish(None);
        }
    }
    flight.finish(Some(End::Closed))
}

#[divan::bench(args = [Version::Ssl2, Version::Ssl3, Version::Tls10, Version::Tls12, Version::Tls13])]
fn write_standard(version: Version) -> FirstFlight {
    begin(black_box(version), Hello::Standard)
}

#[divan::bench(args = [Version::Tls10, Version::Tls12, Version::Tls13])]
fn write_variant(version: Version) -> FirstFlight {
    begin(black_box(version), Hello::Variant(1))
}

/// By the number of bytes that arrive at a time.
#[divan::bench(args = [1, 1460, 16_384])]
fn read_tls_1_2_to_server_hello_done(bencher: Bencher<'_, '_>, piece: usize) {
    let answers = TLS_1_2.lines().map(bytes).collect::<Vec<_>>();
    bencher
        .counter(BytesCount::new(answers.iter().map(Vec::len).sum::<usize>()))
        .with_inputs(|| begin(Version::Tls12, Hello::Standard))
        .bench_values(|flight| read(flight, &answers, piece));
}

#[divan::bench]
fn read_tls_1_3(bencher: Bencher<'_, '_>) {
    let answers = TLS_1_3.lines().map(bytes).collect::<Vec<_>>();
    bencher
        .with_inputs(|| begin(Version::Tls13, Hello::Standard))
        .bench_values(|flight| read(flight, &answers, 16_384));
}

#[divan::bench]
fn read_tls_1_3_with_a_retry(bencher: Bencher<'_, '_>) {
    let answers = TLS_1_3_RETRY.lines().map(bytes).collect::<Vec<_>>();
    bencher
        .with_inputs(|| begin(Version::Tls13, Hello::Standard))
        .bench_values(|flight| read(flight, &answers, 16_384));
}

/// 64 KiB in records of one byte: the most work that a peer can make.
#[divan::bench]
fn read_a_flood_of_small_records(bencher: Bencher<'_, '_>) {
    // The beginning of a ServerHello of 64 KiB, and then nothing but its bytes.
    let record = |byte| [22, 3, 3, 0, 1, byte];
    let flood = vec![[[2, 0, 255, 255].map(record).concat(), record(0).repeat(20_000)].concat()];
    bencher
        .counter(BytesCount::new(65_536_usize))
        .with_inputs(|| begin(Version::Tls12, Hello::Standard))
        .bench_values(|flight| read(flight, &flood, 1460));
}

#[divan::bench]
fn read_client_hello(bencher: Bencher<'_, '_>) {
    let hello = bytes(CLIENT_HELLO);
    bencher.bench(|| ClientHelloReader::new().read(black_box(&hello)));
}
