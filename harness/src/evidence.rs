//! What happened on the wire, as data.
//!
//! An [`Observation`] is one connection with one offer. Nothing here decides anything: a peer that
//! breaks the protocol is described by [`Violation`], not by an error, and [`crate::verdict`]
//! alone says what follows from it.

use std::net::SocketAddr;
use std::time::Duration;

use crate::bounds::Barred;
use crate::version::{Version, VersionRange};
use crate::wire::{AlertDescription, CipherSuite, NamedGroup};

mod asked;
mod certificate;
pub mod client;
mod pace;
mod tailored;

pub use pace::Pace;
pub use tailored::{Extras, Groups, SaidName, Tailored, UNKNOWN_NAME};

pub use asked::{Asked, Question, Reply};
pub use certificate::{
    CERTIFICATES, CertificateDetails, Chain, ChainEnd, HeaderField, Signature, Signed, Staple,
};

/// Connections at a time to one address, out of politeness; and so many controls at a time prove that
/// the address was not too busy for what was refused weakly.
pub const CONNECTIONS_AT_A_TIME: usize = 8;

/// So many controls where all refusals are alerts that say that nothing was to be chosen. They come of no
/// throttle, but may come of one of several servers behind the address, whose turn it was.
pub const CONTROLS_OF_ANSWERS: usize = 5;

/// One ClientHello out of those that the gate can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Offer {
    /// The versions that the hello lists or implies.
    pub versions: VersionRange,
    /// Which hello for these versions.
    pub hello: Hello,
}

/// The hellos that can carry the same versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hello {
    /// The one that is sent first: small, with the suites and groups that servers really have.
    Standard,
    /// The n-th other hello, from 1: other suites, another size, with or without a session id. Sent
    /// before a weak refusal counts.
    Variant(u8),
    /// TLS 1.3 with this one group and no share, to learn whether the server has it.
    OneGroup(NamedGroup),
    /// One that is made to order, to find out piece by piece what the server has.
    Tailored(Tailored),
    /// The hello of rustls, at the beginning of a full handshake.
    Rustls,
}

/// One connection with one offer, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Where the connection went; `None` where the name could not be resolved.
    pub address: Option<SocketAddr>,
    /// The name in `server_name` (RFC 6066 3); `None` where none was sent.
    pub server_name: Option<String>,
    /// What was offered.
    pub offer: Offer,
    /// What came back.
    pub outcome: Outcome,
    /// Warning alerts that came before the outcome; they are no outcome.
    pub warnings: Vec<AlertDescription>,
    /// How an acceptance was followed further; `None` where the hello was all.
    pub followed: Option<Followed>,
    /// When the connection was begun, since the start of the run.
    pub started: Duration,
    /// How long each step took.
    pub timing: Timing,
    /// Connections that this observation took: more than one where connecting was tried again.
    pub connections: u32,
}

impl Observation {
    /// When the outcome was known, since the start of the run.
    #[must_use]
    pub fn ended(&self) -> Duration {
        self.started + self.timing.total
    }

    /// The version that the server chose, in range or not.
    #[must_use]
    pub fn chosen(&self) -> Option<Version> {
        match &self.outcome {
            Outcome::Accepted(acceptance) => Some(acceptance.version),
            Outcome::Answered(answer) => Some(answer.version),
            _ => None,
        }
    }
}

/// How long the steps of one connection took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Until TCP was connected, all tries together.
    pub connect: Duration,
    /// Until the outcome was known, connecting included.
    pub total: Duration,
}

/// The outcome of one connection, by the table in the design.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// ServerHello with an offered version and an offered suite.
    Accepted(Acceptance),
    /// ServerHello with a lower version than any that was offered: those are refused, strongly, and
    /// the answered one is proven.
    Answered(Answer),
    /// The server was there and declined.
    Refused(Refusal),
    /// What came does not tell.
    Inconclusive(Doubt),
    /// No connection came about.
    Unreachable(Unreachable),
    /// The peer speaks something else.
    NotTls {
        /// At most [`NOT_TLS_EXCERPT`] bytes, raw: escape before showing.
        first_bytes: Vec<u8>,
    },
    /// The peer broke the protocol.
    Violation(Violation),
}

/// How many bytes of a foreign protocol are kept.
pub const NOT_TLS_EXCERPT: usize = 64;

/// A ServerHello within the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// The version by ServerHello, for TLS 1.3 by its `supported_versions`.
    pub version: Version,
    /// The cipher suite it chose. SSL 2.0 chooses none: the first that it shares with the offer.
    pub cipher_suite: CipherSuite,
    /// The group of `key_share` or ServerKeyExchange, where it was read.
    pub group: Option<NamedGroup>,
    /// Whether a HelloRetryRequest came first.
    pub hello_retry: bool,
    /// Whether the server asked for a client certificate.
    pub client_certificate_wanted: bool,
    /// What else the hello says, and what was read behind it.
    pub details: ServerHelloDetails,
}

/// What a ServerHello up to TLS 1.2 says beside version and suite. All of it is absent in TLS 1.3, and
/// where rustls read the hello.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServerHelloDetails {
    /// `extended_master_secret` (RFC 7627).
    pub extended_master_secret: bool,
    /// `renegotiation_info` (RFC 5746).
    pub secure_renegotiation: bool,
    /// `encrypt_then_mac` (RFC 7366).
    pub encrypt_then_mac: bool,
    /// The compression method DEFLATE was chosen (RFC 3749).
    pub compression: bool,
    /// Whether the random ends with a sentinel of a server that speaks a newer version than it chose
    /// (RFC 8446 4.1.3). Where that version was offered, it is a violation in place of this.
    pub sentinel: bool,
    /// The bits of the prime in ServerKeyExchange, where it was read and the exchange is DHE.
    pub dh_bits: Option<u16>,
}

/// A ServerHello below the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The version that the server chose.
    pub version: Version,
    /// The cipher suite that it chose.
    pub cipher_suite: CipherSuite,
}

/// How a server declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A fatal alert that means a refusal.
    Alert(AlertDescription),
    /// The ERROR message of SSL 2.0 with this code (draft-hickman-netscape-ssl).
    Ssl2Error(u16),
    /// SERVER-HELLO of SSL 2.0 without a cipher of the offer.
    Ssl2NoCipher,
    /// The connection was reset after the ClientHello.
    Reset,
    /// The connection was closed after the ClientHello, without an alert.
    Closed,
}

/// Whether a refusal can only mean the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// It means the version.
    Strong,
    /// It may mean suites, groups or signature algorithms: needs other hellos and controls after.
    Weak,
}

impl Refusal {
    /// `protocol_version` is what RFC 8996 demands and means nothing else; all others are weak.
    #[must_use]
    pub fn strength(self) -> Strength {
        match self {
            Refusal::Alert(AlertDescription::PROTOCOL_VERSION) => Strength::Strong,
            _ => Strength::Weak,
        }
    }
}

/// Why nothing follows from what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Nothing came after the ClientHello until the deadline.
    Silence,
    /// Something came, but not a whole answer before the deadline.
    Slow,
    /// A fatal alert that does not say whether the version is refused.
    Alert(AlertDescription),
    /// The connection ended within an alert.
    HalfAlert,
    /// The connection was reset or closed before the ClientHello was sent.
    LostBeforeHello,
    /// After a HelloRetryRequest the second ClientHello got no ServerHello: silence, an end, or an alert.
    RetryUnanswered,
    /// Our own side could not do it: no descriptors, no memory, no permission. Escaped text.
    OurSide(String),
    /// It was not connected to: the run may not go there.
    Barred(Barred),
}

/// Why no connection came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreachable {
    /// The resolver says that the name does not exist.
    NoSuchName,
    /// The resolver says that the name has no address.
    NoAddress,
    /// The resolver could not say. Its words, escaped.
    ResolverFailed(String),
    /// The resolver did not answer before the deadline.
    ResolverTimedOut,
    /// The connection attempt was answered with a reset.
    ConnectionRefused,
    /// The connection attempt was not answered before the deadline.
    ConnectTimedOut,
    /// There is no route from here to the address.
    NoRoute,
    /// The system gave another reason. Its words, escaped.
    Failed(String),
}

impl Unreachable {
    /// Whether it proves that nobody is there; the others may be our own side.
    #[must_use]
    pub fn is_proof(&self) -> bool {
        matches!(self, Unreachable::NoSuchName | Unreachable::ConnectionRefused)
    }
}

/// How a peer broke the protocol. A closed list: each is a fact about bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A version above the offer or unknown, by its code.
    VersionNotOffered(u16),
    /// A lower version with the sentinel that says the server knows a higher, offered one
    /// (RFC 8446 4.1.3).
    DowngradeSentinel(Version),
    /// A cipher suite that was not offered, or not for this version.
    CipherSuiteNotOffered(CipherSuite),
    /// A group that was not offered.
    GroupNotOffered(NamedGroup),
    /// An extension that was not offered, by its code.
    ExtensionNotOffered(u16),
    /// A compression method other than null.
    Compression(u8),
    /// In TLS 1.3, another session id than the one that was sent.
    SessionIdNotEchoed,
    /// A second HelloRetryRequest, or one that asks for what was sent already.
    HelloRetryLoop,
    /// Another ServerHello after the first.
    SecondServerHello,
    /// A handshake message that has no place here, by its type.
    UnexpectedMessage(u8),
    /// A record that has no place here, by its type.
    UnexpectedRecord(u8),
    /// A message that is not what its type says. What is wrong with it.
    Malformed(&'static str),
    /// The connection ended within a record or message.
    CutOff,
    /// More than the limits of a first flight allow. Which limit.
    TooMuch(&'static str),
    /// rustls found it in a full handshake. Its words, escaped.
    Handshake(String),
}

/// What followed after the hello was accepted.
#[derive(Debug, Clone, PartialEq)]
pub enum Followed {
    /// The handshake was finished, or in TLS 1.2 refused only for want of a client certificate: TLS
    /// 1.3 refuses that after the handshake.
    Session(Box<Session>),
    /// The handshake broke off after the ServerHello. Why, escaped.
    Broken(String),
}

/// A finished handshake and what was done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// How the certificate was found by the roots that count.
    pub certificate: CertificateOutcome,
    /// The same on a later day: how far ahead, and what was found.
    pub certificate_ahead: Option<(Duration, CertificateOutcome)>,
    /// The server's own certificate; `None` where it cannot be read.
    pub leaf: Option<CertificateDetails>,
    /// All certificates that it sent, and where they lead.
    pub chain: Chain,
    /// The OCSP response that came with them.
    pub staple: Staple,
    /// The answer to the request, where one was made.
    pub http: Option<HttpOutcome>,
    /// The fields of its header, in their order; none where no answer came.
    pub headers: Vec<HeaderField>,
}

/// What verifying a certificate came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateOutcome {
    /// It leads to a trusted root, is valid now, and holds the name.
    Trusted,
    /// It is past its `notAfter`.
    Expired,
    /// No trusted root leads to it.
    UnknownIssuer,
    /// It does not hold the name.
    NameMismatch,
    /// Anything else. The library's words, escaped.
    Other(String),
}

/// What a GET over the connection came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpOutcome {
    /// An answer came.
    Status {
        /// Its status code.
        status: u16,
        /// Its `Location`, escaped.
        location: Option<String>,
    },
    /// None came. Why, escaped.
    Failed(String),
    /// It was not asked for, since the certificate was not the expected one.
    NotSent,
}

/// All that is known when a test is judged.
#[derive(Debug, Clone, PartialEq)]
pub enum Gathered {
    /// Of a host.
    Server(Evidence),
    /// Of a program.
    Client(client::ClientEvidence),
}

/// All that is known of a host.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
    /// What the resolver said, where it gave no address.
    pub unresolved: Option<Unreachable>,
    /// What each address did.
    pub addresses: Vec<AddressEvidence>,
    /// Addresses that this machine has no route to, while it has one to others.
    pub without_route: Vec<SocketAddr>,
}

/// What one address of a host did.
#[derive(Debug, Clone, PartialEq)]
pub struct AddressEvidence {
    /// The address and port.
    pub address: SocketAddr,
    /// All observations that bear on the test, in the order in which they were begun.
    pub observations: Vec<std::sync::Arc<Observation>>,
    /// What it was asked besides, where the scenario requires that.
    pub asked: Vec<std::sync::Arc<Asked>>,
    /// Why and how it was asked more slowly than at first.
    pub slowed: Option<Slowed>,
    /// How often it was asked all of this, where that is more than once.
    pub repeated: Option<Repeated>,
}

impl AddressEvidence {
    /// Of an address that was asked once, as fast as it bears.
    #[must_use]
    pub fn of(
        address: SocketAddr,
        observations: Vec<std::sync::Arc<Observation>>,
        asked: Vec<std::sync::Arc<Asked>>,
    ) -> AddressEvidence {
        AddressEvidence { address, observations, asked, slowed: None, repeated: None }
    }
}

/// An address that cut connections off was asked again, more slowly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowed {
    /// How many connections were cut off or not answered.
    pub cut_off: usize,
    /// Of how many.
    pub of: usize,
    /// How it was asked then.
    pub pace: Pace,
}

/// An address was asked the same several times, by new connections each time. What is kept of that is the
/// time that came out worst.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// How many times.
    pub times: u32,
    /// How many of them came to what the worst came to.
    pub alike: u32,
    /// The versions that were chosen where all was as expected, the oldest first.
    pub chosen: Vec<Version>,
}
