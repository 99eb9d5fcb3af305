//! One first flight: the hello that is sent, and what the bytes that come back mean.
//!
//! Bytes in, data out: the caller owns the connection. It sends [`FirstFlight::hello`], hands over
//! what it receives until [`Next::Done`] or until the connection is over, and gets a [`Flight`].
//! The same bytes give the same flight, in whatever pieces they arrive, but for one thing: a second
//! ServerHello is seen only where it had arrived with the first.

use crate::escape;
use crate::evidence::{Doubt, NOT_TLS_EXCERPT, Offer, Outcome, Refusal, Violation};

use super::AlertDescription;
use super::bytes::Bytes;
use super::offer::{Contents, Entropy, client_hello, contents, ssl2_client_hello};
use super::record::{MessageReader, RecordFault, RecordReader, content_type, records};
pub(crate) use alerts::fatal as outcome_of_fatal_alert;
use alerts::{Alerts, Asked};
use judge::Retry;

mod alerts;
mod judge;
mod key_exchange;
mod messages;
mod ssl2;
#[cfg(test)]
mod tests;

/// How far a flight is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// To the ServerHello.
    ServerHello,
    /// Up to TLS 1.2 on to ServerHelloDone, for the group of ServerKeyExchange and for a
    /// CertificateRequest. What goes wrong on the way leaves them unknown and changes nothing else.
    ServerHelloDone,
}

/// What the caller does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Read more.
    Read,
    /// Write these bytes, the second ClientHello after a HelloRetryRequest, then read more.
    Send(Vec<u8>),
    /// Nothing: all that can be known is known.
    Done,
}

/// How the connection ended when the reader was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The peer closed it.
    Closed,
    /// The peer reset it.
    Reset,
    /// The deadline of the first flight came.
    Deadline,
    /// Our side failed. In the system's words.
    LocalError(String),
}

/// What came of a first flight.
#[derive(Debug, Clone, PartialEq)]
pub struct Flight {
    /// By the table in the design.
    pub outcome: Outcome,
    /// Warning alerts before the outcome.
    pub warnings: Vec<AlertDescription>,
}

/// A first flight as it goes on.
#[derive(Debug, Clone)]
pub struct FirstFlight {
    sent: Sent,
    hello: Vec<u8>,
    follow: Follow,
    stage: Stage,
    protocol: Protocol,
    alerts: Alerts,
    /// The first bytes that came, for showing where they are not TLS.
    excerpt: Vec<u8>,
    /// Whether anything came that belongs to an answer to the last hello.
    answer_began: bool,
}

/// What was offered, to hold the answer against.
#[derive(Debug, Clone)]
struct Sent {
    offer: Offer,
    server_name: Option<String>,
    entropy: Entropy,
    /// `None` for the CLIENT-HELLO of SSL 2.0.
    contents: Option<Contents>,
    extensions: Vec<u16>,
    /// What a HelloRetryRequest asked for, once it came.
    retry: Option<Retry>,
}

#[derive(Debug, Clone)]
enum Stage {
    /// For the ServerHello, or the first bytes that rule it out.
    Waiting,
    /// The hello is answered. What else the peer says of itself is added, until that is complete.
    Following { outcome: Outcome, is_complete: bool },
    /// Nothing more is read.
    Over(Outcome),
}

#[derive(Debug, Clone)]
enum Protocol {
    Unknown,
    Tls { records: RecordReader, messages: MessageReader },
    Ssl2(Vec<u8>),
    Foreign,
}

/// Why reading stops in the middle of what arrived.
enum Stop {
    /// With this outcome, unless the hello was answered before.
    With(Outcome),
    /// The peer speaks something else.
    Foreign,
}

impl From<Violation> for Stop {
    fn from(violation: Violation) -> Stop {
        Stop::With(Outcome::Violation(violation))
    }
}

impl FirstFlight {
    /// A first flight with the hello of `offer`. `server_name` is sent from TLS 1.0 on, but for
    /// addresses, which `server_name` may not hold. `entropy` is 96 random bytes.
    #[must_use]
    pub fn begin(offer: Offer, server_name: Option<&str>, entropy: [u8; 96], follow: Follow) -> FirstFlight {
        let entropy = Entropy::new(entropy);
        let contents = contents(offer, &entropy);
        let (hello, extensions) = match &contents {
            None => (ssl2_client_hello(offer.hello, &entropy), Vec::new()),
            Some(contents) => match client_hello(contents, server_name, &entropy) {
                Ok(written) => {
                    let version = contents.versions.max().code().min(FIRST_RECORD_VERSION);
                    (records(content_type::HANDSHAKE, version, &written.message), written.extensions)
                }
                // Every part of a first hello is bounded, so there is no such offer.
                Err(_) => (Vec::new(), Vec::new()),
            },
        };
        let asked = match &contents {
            None => Asked::BySsl2,
            Some(contents) if server_name.is_some() && !contents.names_the_host => Asked::WithoutName,
            Some(_) => Asked::InFull,
        };
        FirstFlight {
            sent: Sent {
                offer,
                server_name: server_name.map(str::to_owned),
                entropy,
                contents,
                extensions,
                retry: None,
            },
            hello,
            follow,
            stage: Stage::Waiting,
            protocol: Protocol::Unknown,
            alerts: Alerts::after(asked),
            excerpt: Vec::new(),
            answer_began: false,
        }
    }

    /// The bytes to send first.
    #[must_use]
    pub fn hello(&self) -> &[u8] {
        &self.hello
    }

    /// Takes the next bytes that the peer sent: any number, in any pieces.
    pub fn read(&mut self, bytes: &[u8]) -> Next {
        if matches!(self.stage, Stage::Over(_)) {
            return Next::Done;
        }
        let room = NOT_TLS_EXCERPT.saturating_sub(self.excerpt.len());
        self.excerpt.extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        let (next, stop) = match self.advance(bytes) {
            Ok(next) => (next, None),
            Err(stop) => (Next::Read, Some(stop)),
        };
        match (stop, std::mem::replace(&mut self.stage, Stage::Waiting)) {
            (Some(Stop::With(Outcome::Violation(Violation::SecondServerHello))), _) => {
                self.over(Outcome::Violation(Violation::SecondServerHello))
            }
            (Some(_), Stage::Following { outcome, .. }) => self.over(outcome),
            (Some(Stop::With(outcome)), _) => self.over(outcome),
            (Some(Stop::Foreign), _) => {
                self.protocol = Protocol::Foreign;
                self.read_foreign()
            }
            (None, Stage::Following { outcome, is_complete: true }) => self.over(outcome),
            (None, stage) => {
                self.stage = stage;
                next
            }
        }
    }

    /// What came of it. `end` is how the connection ended; `None` after [`Next::Done`].
    #[must_use]
    pub fn finish(&self, end: Option<End>) -> Flight {
        let outcome = match &self.stage {
            Stage::Following { outcome, .. } | Stage::Over(outcome) => outcome.clone(),
            Stage::Waiting => self.unanswered(end.unwrap_or(End::Deadline)),
        };
        Flight { outcome, warnings: self.alerts.warnings.clone() }
    }

    fn over(&mut self, outcome: Outcome) -> Next {
        self.stage = Stage::Over(outcome);
        Next::Done
    }

    fn advance(&mut self, bytes: &[u8]) -> Result<Next, Stop> {
        if let (Protocol::Unknown, Some(first)) = (&self.protocol, bytes.first()) {
            // The high bit says "a record of SSL 2.0 without padding"; no TLS record type has it.
            self.protocol = if first & 0x80 == 0 {
                Protocol::Tls { records: RecordReader::default(), messages: MessageReader::default() }
            } else {
                Protocol::Ssl2(Vec::new())
            };
        }
        match &mut self.protocol {
            Protocol::Unknown => Ok(Next::Read),
            Protocol::Foreign => Ok(self.read_foreign()),
            Protocol::Ssl2(buffer) => ssl2::read(buffer, bytes, &self.sent).map(|()| Next::Read),
            Protocol::Tls { .. } => self.read_tls(bytes),
        }
    }

    /// A line of text says enough, and so does the full excerpt.
    fn read_foreign(&mut self) -> Next {
        let is_text = |byte: &u8| matches!(byte, b'\r' | b'\t' | 0x20..=0x7E);
        let line = self.excerpt.iter().position(|byte| *byte == b'\n');
        let line = line.filter(|end| self.excerpt.iter().take(*end).all(is_text));
        if let Some(end) = line {
            self.excerpt.truncate(end + 1);
        }
        if line.is_none() && self.excerpt.len() < NOT_TLS_EXCERPT {
            return Next::Read;
        }
        let first_bytes = std::mem::take(&mut self.excerpt);
        self.over(Outcome::NotTls { first_bytes })
    }

    fn read_tls(&mut self, bytes: &[u8]) -> Result<Next, Stop> {
        let mut input = Bytes::new(bytes);
        let mut next = Next::Read;
        loop {
            let Protocol::Tls { records, messages } = &mut self.protocol else {
                return Ok(next);
            };
            let fragment = match records.next(&mut input) {
                Ok(Some(fragment)) => fragment,
                Ok(None) => {
                    self.answer_began |= records.content_type().is_some_and(is_answer);
                    return Ok(next);
                }
                Err(RecordFault::NotTls) => return Err(Stop::Foreign),
                Err(RecordFault::Header) => {
                    return Err(Violation::Malformed("a record without a header of TLS").into());
                }
                Err(RecordFault::TooMuch(limit)) => return Err(Violation::TooMuch(limit).into()),
            };
            self.answer_began |= is_answer(fragment.content_type);
            let is_answered = matches!(self.stage, Stage::Following { .. });
            match fragment.content_type {
                // Nothing that follows an answered hello takes the answer back.
                content_type::ALERT if is_answered => {}
                content_type::ALERT => {
                    let is_retried = self.sent.retry.is_some();
                    self.alerts
                        .read(fragment.bytes)
                        .map_err(|stop| if is_retried { alerts::after_retry(stop) } else { stop })?;
                }
                content_type::HANDSHAKE => {
                    let mut fragment = Bytes::new(fragment.bytes);
                    loop {
                        let message = messages.next(&mut fragment);
                        if let (Stage::Waiting, Some(began)) = (&self.stage, messages.message_type()) {
                            messages::check_expected(began)?;
                        }
                        let message = match message {
                            Ok(Some(message)) => message,
                            Ok(None) => break,
                            Err(_) => return Err(Violation::TooMuch("64 KiB in a handshake message").into()),
                        };
                        let is_retried = matches!(next, Next::Send(_));
                        if let Some(hello) = messages::take(
                            &mut self.sent,
                            &mut self.stage,
                            self.follow,
                            is_retried,
                            &message,
                        )? {
                            next = Next::Send(hello);
                        }
                    }
                    // What came before the second hello is no answer to it.
                    if matches!(next, Next::Send(_)) {
                        self.answer_began = messages.message_type().is_some();
                    }
                }
                // After a HelloRetryRequest or ServerHello servers send one for the sake of
                // middleboxes, and it means nothing (RFC 8446 D.4).
                content_type::CHANGE_CIPHER_SPEC if is_answered || self.sent.retry.is_some() => {}
                other => return Err(Violation::UnexpectedRecord(other).into()),
            }
        }
    }

    /// What the end of the connection means where no ServerHello and no fatal alert came.
    fn unanswered(&self, end: End) -> Outcome {
        let (within_alert, within_message) = match &self.protocol {
            Protocol::Foreign => return Outcome::NotTls { first_bytes: self.excerpt.clone() },
            Protocol::Unknown => (false, false),
            Protocol::Ssl2(_) => (false, true),
            Protocol::Tls { records, messages } => (
                self.alerts.is_half() || records.content_type() == Some(content_type::ALERT),
                records.is_within_record() || messages.is_within_message(),
            ),
        };
        let refusal = match end {
            End::LocalError(words) => {
                return Outcome::Inconclusive(Doubt::OurSide(escape::printable(&words)));
            }
            End::Deadline if self.answer_began => return Outcome::Inconclusive(Doubt::Slow),
            End::Deadline if self.sent.retry.is_some() => {
                return Outcome::Inconclusive(Doubt::RetryUnanswered);
            }
            End::Deadline if self.excerpt.is_empty() => return Outcome::Inconclusive(Doubt::Silence),
            End::Deadline => return Outcome::Inconclusive(Doubt::Slow),
            End::Closed => Refusal::Closed,
            End::Reset => Refusal::Reset,
        };
        if within_alert {
            Outcome::Inconclusive(Doubt::HalfAlert)
        } else if within_message {
            Outcome::Violation(Violation::CutOff)
        } else if self.sent.retry.is_some() {
            // A HelloRetryRequest chooses TLS 1.3: what is refused now is something else.
            Outcome::Inconclusive(Doubt::RetryUnanswered)
        } else {
            Outcome::Refused(refusal)
        }
    }
}

/// The version in the header of the first record: servers accept any, and some only this one
/// (RFC 8446 D.3). SSL 3.0 has its own.
const FIRST_RECORD_VERSION: u16 = 0x0301;

/// Whether a record belongs to an answer: all do but one that is only there for middleboxes.
fn is_answer(content_type: u8) -> bool {
    content_type != content_type::CHANGE_CIPHER_SPEC
}
