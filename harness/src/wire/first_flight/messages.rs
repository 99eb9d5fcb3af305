//! What each handshake message of an answer leads to.

use crate::evidence::Violation;
use crate::wire::offer::client_hello;
use crate::wire::record::{Message, content_type, handshake_type, records};

use super::judge::{Judgement, Retry};
use super::{Follow, Sent, Stage, Stop, judge, key_exchange};

/// The version in the header of a second ClientHello's record (RFC 8446 5.1).
const SECOND_RECORD_VERSION: u16 = 0x0303;
/// What clients send before their second flight for the sake of middleboxes (RFC 8446 D.4).
const CHANGE_CIPHER_SPEC: [u8; 6] = [content_type::CHANGE_CIPHER_SPEC, 3, 3, 0, 1, 1];

/// Before the ServerHello there is nothing but HelloRequests, which a client that says hello ignores
/// (RFC 5246 7.4.1.1).
pub(super) fn check_expected(message_type: u8) -> Result<(), Stop> {
    match message_type {
        handshake_type::SERVER_HELLO | handshake_type::HELLO_REQUEST => Ok(()),
        other => Err(Violation::UnexpectedMessage(other).into()),
    }
}

/// Takes one message; gives the second ClientHello where it asks for one.
pub(super) fn take(
    sent: &mut Sent,
    stage: &mut Stage,
    follow: Follow,
    is_retried: bool,
    message: &Message,
) -> Result<Option<Vec<u8>>, Stop> {
    let outcome = match stage {
        Stage::Over(_) => return Ok(None),
        Stage::Following { .. } if message.message_type == handshake_type::SERVER_HELLO => {
            return Err(Violation::SecondServerHello.into());
        }
        Stage::Following { outcome, is_complete } => {
            if !*is_complete {
                *is_complete = key_exchange::read(outcome, sent.contents.as_ref(), message);
            }
            return Ok(None);
        }
        Stage::Waiting => {
            check_expected(message.message_type)?;
            if message.message_type == handshake_type::HELLO_REQUEST {
                return Ok(None);
            }
            if is_retried {
                // It came before it could answer the second ClientHello.
                return Err(Violation::SecondServerHello.into());
            }
            judge::server_hello(sent, &message.body)?
        }
    };
    match outcome {
        Judgement::Outcome(outcome) => {
            let is_complete = follow == Follow::ServerHello || !key_exchange::follows(&outcome);
            *stage = Stage::Following { outcome, is_complete };
            Ok(None)
        }
        Judgement::Retry(retry) => second_hello(sent, retry).map(Some),
    }
}

fn second_hello(sent: &mut Sent, retry: Retry) -> Result<Vec<u8>, Stop> {
    let mut out = Vec::new();
    if let Some(contents) = &mut sent.contents {
        if let Some(group) = retry.group {
            contents.shares = vec![group];
        }
        contents.cookie.clone_from(&retry.cookie);
        let written = client_hello(contents, sent.server_name.as_deref(), &sent.entropy)
            .map_err(|_| Violation::TooMuch("the cookie of a HelloRetryRequest"))?;
        if !contents.session_id.is_empty() {
            out.extend_from_slice(&CHANGE_CIPHER_SPEC);
        }
        out.extend(records(content_type::HANDSHAKE, SECOND_RECORD_VERSION, &written.message));
        sent.extensions = written.extensions;
    }
    sent.retry = Some(retry);
    Ok(out)
}
