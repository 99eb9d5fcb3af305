//! What a server of SSL 2.0 answers (draft-hickman-netscape-ssl).

use crate::evidence::{Acceptance, Outcome, Refusal, ServerHelloDetails, Violation};
use crate::version::Version;
use crate::wire::CipherSuite;
use crate::wire::bytes::Bytes;
use crate::wire::offer::ssl2_ciphers;

use super::{Sent, Stop};

const ERROR: u8 = 0;
const SERVER_HELLO: u8 = 4;
/// Type, session id hit, certificate type, version and three lengths.
const SERVER_HELLO_HEADER: usize = 11;

/// Takes the next bytes of a record of SSL 2.0. It keeps one record, 32 KiB at most.
pub(super) fn read(buffer: &mut Vec<u8>, bytes: &[u8], sent: &Sent) -> Result<(), Stop> {
    let mut input = Bytes::new(bytes);
    let wanted = |buffer: &Vec<u8>| match *buffer.as_slice() {
        [high, low, ..] => 2 + usize::from(u16::from_be_bytes([high & 0x7F, low])),
        _ => 2,
    };
    while buffer.len() < wanted(buffer) {
        // The type and the length are judged as soon as they are there: anything can have a first
        // byte with its high bit set.
        let missing = if buffer.len() < 3 { 1 } else { wanted(buffer) - buffer.len() };
        let available = input.rest().len().min(missing);
        let Some(taken) = input.take(available).filter(|taken| !taken.is_empty()) else {
            return Ok(());
        };
        buffer.extend_from_slice(taken);
        if !is_plausible(buffer) {
            return Err(Stop::Foreign);
        }
    }
    let outcome = message(buffer.get(2..).unwrap_or_default(), sent)?;
    let is_answered = matches!(outcome, Outcome::Accepted(_));
    if is_answered && matches!(input.rest(), [high, _, SERVER_HELLO, ..] if high & 0x80 != 0) {
        return Err(Violation::SecondServerHello.into());
    }
    Err(Stop::With(outcome))
}

/// Whether these can be the first bytes of a server of SSL 2.0.
fn is_plausible(buffer: &[u8]) -> bool {
    match *buffer {
        [high, low, message_type, ..] => match u16::from_be_bytes([high & 0x7F, low]) {
            3 => message_type == ERROR,
            length => message_type == SERVER_HELLO && usize::from(length) >= SERVER_HELLO_HEADER,
        },
        [high, low] => u16::from_be_bytes([high & 0x7F, low]) >= 3,
        _ => true,
    }
}

fn message(message: &[u8], sent: &Sent) -> Result<Outcome, Stop> {
    let mut bytes = Bytes::new(message);
    match bytes.u8() {
        Some(ERROR) => Ok(Outcome::Refused(Refusal::Ssl2Error(bytes.u16().ok_or_else(malformed)?))),
        _ => server_hello(bytes, sent),
    }
}

fn server_hello(mut bytes: Bytes<'_>, sent: &Sent) -> Result<Outcome, Stop> {
    let session_id_hit = bytes.u8().ok_or_else(malformed)?;
    bytes.u8().ok_or_else(malformed)?;
    let version = bytes.u16().ok_or_else(malformed)?;
    if sent.contents.is_some() || version != Version::Ssl2.code() {
        return Err(Violation::VersionNotOffered(version).into());
    }
    if session_id_hit != 0 {
        return Err(Violation::Malformed("a SERVER-HELLO that resumes a session that was never there").into());
    }
    let mut lengths = || bytes.u16().map(usize::from).ok_or_else(malformed);
    let (certificate, ciphers, connection_id) = (lengths()?, lengths()?, lengths()?);
    bytes.take(certificate).ok_or_else(malformed)?;
    let mut ciphers = Bytes::new(bytes.take(ciphers).ok_or_else(malformed)?);
    bytes.take(connection_id).filter(|_| bytes.is_empty()).ok_or_else(malformed)?;
    let offered = ssl2_ciphers(sent.offer.hello);
    let mut shared = None;
    while !ciphers.is_empty() {
        let cipher = ciphers.u24().map(CipherSuite);
        let cipher = cipher.ok_or(Violation::Malformed("a SERVER-HELLO with a part of a cipher"))?;
        shared = shared.or(Some(cipher).filter(|cipher| offered.contains(cipher)));
    }
    Ok(match shared {
        None => Outcome::Refused(Refusal::Ssl2NoCipher),
        Some(cipher_suite) => Outcome::Accepted(Acceptance {
            version: Version::Ssl2,
            cipher_suite,
            group: None,
            hello_retry: false,
            client_certificate_wanted: false,
            details: ServerHelloDetails::default(),
        }),
    })
}

fn malformed() -> Violation {
    Violation::Malformed("a message of SSL 2.0 whose lengths do not add up")
}
