//! What one connection of a program says about a range of versions.

use super::{Offered, Proof, offered};
use crate::bounds::Barred;
use crate::evidence::client::{Came, ClientConnection, Declined, Lacking, Then};
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

/// The alerts by which a client refuses what a ServerHello chose.
const ABOUT_CHOICE: &[AlertDescription] = &[
    AlertDescription::PROTOCOL_VERSION,
    AlertDescription::HANDSHAKE_FAILURE,
    AlertDescription::ILLEGAL_PARAMETER,
    AlertDescription::INSUFFICIENT_SECURITY,
];

/// What one connection says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Standing {
    Speaks(Version, Proof),
    Unclear(Version, Then),
    ChosenOutside(Version),
    Refuses(Version, AlertDescription),
    WithoutMeans(Version, Lacking),
    Broke(Version, String),
    Declined(Declined),
    NotOffered(Offered),
    AlertFirst(AlertDescription),
    NotAHello(&'static str),
    NotTls(Vec<u8>),
    Nothing,
    Barred(Barred),
    OurSide(String),
}

impl Standing {
    /// The best connection of a program is the one with the highest rank; of what is offered and does
    /// not reach the range, the newest.
    pub(super) fn rank(&self) -> (u8, Option<Version>) {
        let rank = match self {
            Standing::Speaks(_, Proof::Data(Some(_))) => 13,
            Standing::Speaks(_, Proof::Data(None)) => 12,
            Standing::Speaks(_, Proof::KeyExchange) => 11,
            Standing::Speaks(_, Proof::Finished) => 10,
            Standing::Speaks(_, Proof::CertificateAlert(_) | Proof::EncryptedAlert) => 9,
            Standing::Speaks(_, Proof::Left) => 8,
            // It may be ready: what is proven otherwise of another connection does not change that.
            Standing::Unclear(..)
            | Standing::ChosenOutside(_)
            | Standing::Barred(_)
            | Standing::OurSide(_) => 7,
            Standing::Declined(_) => 6,
            Standing::Refuses(..) | Standing::WithoutMeans(..) | Standing::Broke(..) => 5,
            Standing::NotOffered(_) => 4,
            Standing::AlertFirst(_) => 3,
            Standing::NotAHello(_) => 2,
            Standing::NotTls(_) => 1,
            Standing::Nothing => 0,
        };
        let newest = match self {
            Standing::NotOffered(Offered::Only(versions)) => versions.first().copied(),
            Standing::NotOffered(Offered::UpTo(version)) => Some(*version),
            _ => None,
        };
        (rank, newest)
    }
}

/// What a connection says about `versions`.
pub(super) fn standing(versions: VersionRange, connection: &ClientConnection) -> Standing {
    let offers = connection.hello.as_ref().map(|hello| (hello.best_in(versions), offered(hello)));
    match (&connection.came, offers) {
        (Came::OurSide(why), _) => Standing::OurSide(why.clone()),
        (Came::Barred(barred), _) => Standing::Barred(*barred),
        (Came::Nothing, None) => Standing::Nothing,
        (Came::NotTls { first_bytes }, None) => Standing::NotTls(first_bytes.clone()),
        (Came::AlertFirst(alert), None) => Standing::AlertFirst(*alert),
        (Came::NotAHello(why), _) => Standing::NotAHello(why),
        (_, None) => Standing::Nothing,
        (_, Some((None, offered))) => Standing::NotOffered(offered),
        (Came::Chosen { version, .. }, Some(_)) if !versions.contains(*version) => {
            Standing::ChosenOutside(*version)
        }
        (Came::Chosen { version, then, .. }, Some(_)) => chosen(connection, *version, then),
        (Came::NothingInCommon { version, lacking }, Some(_)) => Standing::WithoutMeans(*version, *lacking),
        (Came::Declined(declined), Some(_)) => Standing::Declined(declined.clone()),
        (
            Came::NoVersion | Came::Nothing | Came::NotTls { .. } | Came::AlertFirst(_),
            Some((Some(version), _)),
        ) => Standing::Unclear(version, Then::Silent),
    }
}

fn chosen(connection: &ClientConnection, version: Version, then: &Then) -> Standing {
    let speaks = |proof| Standing::Speaks(version, proof);
    match then {
        Then::Data { status } => speaks(Proof::Data(*status)),
        Then::Finished => speaks(Proof::Finished),
        Then::KeyExchange => speaks(Proof::KeyExchange),
        Then::EncryptedAlert => speaks(Proof::EncryptedAlert),
        // It was asked to try again with another group, and did not: no ServerHello was sent to it.
        Then::Left if connection.came.is_retry_only() => Standing::Unclear(version, Then::Left),
        Then::Left => speaks(Proof::Left),
        Then::Alert(alert) if AlertDescription::ABOUT_CERTIFICATE.contains(alert) => {
            speaks(Proof::CertificateAlert(*alert))
        }
        // It took version and suite; what it would have said to the server's part of the key exchange
        // is not known: OpenSSL at its usual level of security refuses that, for its SHA-1.
        Then::Alert(AlertDescription::UNEXPECTED_MESSAGE) if lacks_key_exchange(connection) => {
            Standing::Unclear(version, then.clone())
        }
        // Below TLS 1.2 there is nothing else that a client of today could object to: OpenSSL, which
        // may not use such a version, says `internal_error`.
        Then::Alert(alert) if ABOUT_CHOICE.contains(alert) || version < Version::Tls12 => {
            Standing::Refuses(version, *alert)
        }
        Then::Broke(how) => Standing::Broke(version, how.clone()),
        Then::Alert(_) | Then::Silent | Then::EndedByHost(_) => Standing::Unclear(version, then.clone()),
    }
}

/// Whether the first flight was one that a client looks for a ServerKeyExchange in, and finds none.
fn lacks_key_exchange(connection: &ClientConnection) -> bool {
    match connection.came {
        Came::Chosen { version, cipher_suite: Some(suite), .. } => {
            version < Version::Tls12 && !suite.has_rsa_key_exchange()
        }
        _ => false,
    }
}
