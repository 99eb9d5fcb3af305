//! What each answer comes to, row by row of the design's table.

use crate::evidence::{Acceptance, Hello, Offer, Outcome};
use crate::version::{Version, VersionRange};
use crate::wire::server_hello::HELLO_RETRY_REQUEST;
use crate::wire::stand_in::message;
use crate::wire::{CipherSuite, End, FirstFlight, Flight, Follow, NamedGroup, Next};

mod ends;
mod properties;
mod real_servers;
mod retries;
mod server_hellos;
mod ssl2;

/// Random bytes that every hello of these tests is made of.
fn entropy() -> [u8; 96] {
    std::array::from_fn(|index| u8::try_from(index).unwrap())
}

/// The session id in a hello of TLS 1.2 or 1.3.
fn session_id() -> [u8; 32] {
    std::array::from_fn(|index| entropy()[32 + index])
}

fn range(min: Version, max: Version) -> Offer {
    Offer { versions: VersionRange::new(min, max).unwrap(), hello: Hello::Standard }
}

fn only(version: Version) -> Offer {
    range(version, version)
}

fn begin(offer: Offer, follow: Follow) -> FirstFlight {
    FirstFlight::begin(offer, Some("example.com"), entropy(), follow)
}

/// Hands `pieces` to a first flight one after another, until it is done.
fn flight_of(offer: Offer, follow: Follow, pieces: &[&[u8]], end: End) -> Flight {
    let mut flight = begin(offer, follow);
    for piece in pieces {
        if flight.read(piece) == Next::Done {
            return flight.finish(None);
        }
    }
    flight.finish(Some(end))
}

fn outcome_of(offer: Offer, bytes: &[u8], end: End) -> Outcome {
    flight_of(offer, Follow::ServerHello, &[bytes], end).outcome
}

fn record(content_type: u8, payload: &[u8]) -> Vec<u8> {
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[content_type, 3, 3][..], &length, payload].concat()
}

/// A ServerHello with everything that a test may want to change.
#[derive(Clone)]
struct ServerHello {
    version: u16,
    random: [u8; 32],
    session_id: Vec<u8>,
    suite: u16,
    compression: u8,
    extensions: Vec<(u16, Vec<u8>)>,
}

impl ServerHello {
    /// One of SSL 3.0 to TLS 1.2.
    fn old(version: Version, suite: u16) -> ServerHello {
        ServerHello {
            version: version.code(),
            random: [0xAB; 32],
            session_id: Vec::new(),
            suite,
            compression: 0,
            extensions: Vec::new(),
        }
    }

    /// One of TLS 1.3 with a share of x25519.
    fn tls13() -> ServerHello {
        let share = [&[0, 29, 0, 32][..], &[7; 32]].concat();
        ServerHello {
            session_id: session_id().to_vec(),
            extensions: vec![(43, vec![3, 4]), (51, share)],
            ..ServerHello::old(Version::Tls12, 0x1301)
        }
    }

    /// A HelloRetryRequest for this group.
    fn retry(group: NamedGroup) -> ServerHello {
        ServerHello {
            random: HELLO_RETRY_REQUEST,
            extensions: vec![(43, vec![3, 4]), (51, group.0.to_be_bytes().to_vec())],
            ..ServerHello::tls13()
        }
    }

    fn with_extension(mut self, code: u16, body: &[u8]) -> ServerHello {
        self.extensions.retain(|(other, _)| *other != code);
        self.extensions.push((code, body.to_vec()));
        self
    }

    fn without_extension(mut self, code: u16) -> ServerHello {
        self.extensions.retain(|(other, _)| *other != code);
        self
    }

    fn body(&self) -> Vec<u8> {
        let mut out = self.version.to_be_bytes().to_vec();
        out.extend(self.random);
        out.push(u8::try_from(self.session_id.len()).unwrap());
        out.extend(&self.session_id);
        out.extend(self.suite.to_be_bytes());
        out.push(self.compression);
        if !self.extensions.is_empty() {
            let mut extensions = Vec::new();
            for (code, body) in &self.extensions {
                extensions.extend(code.to_be_bytes());
                extensions.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
                extensions.extend(body);
            }
            out.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            out.extend(extensions);
        }
        out
    }

    fn message(&self) -> Vec<u8> {
        message(2, &self.body())
    }

    /// The whole message in one record.
    fn bytes(&self) -> Vec<u8> {
        record(22, &self.message())
    }
}

fn accepted(version: Version, suite: u16, group: Option<NamedGroup>) -> Outcome {
    Outcome::Accepted(Acceptance {
        version,
        cipher_suite: CipherSuite(u32::from(suite)),
        group,
        hello_retry: false,
        client_certificate_wanted: false,
        details: Default::default(),
    })
}
