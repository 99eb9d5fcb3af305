//! A connection that passes by: what client and server say to each other, as far as it is not
//! encrypted, and how much of it is.

use crate::evidence::client::{Came, Declined, Then};
use crate::evidence::{NOT_TLS_EXCERPT, Refusal};
use crate::version::Version;

use super::alert::AlertDescription;
use super::bytes::Bytes;
use super::cipher_suite::CipherSuite;
use super::client_hello::{ClientHello, ClientHelloReader, Progress};
use super::named_group::NamedGroup;
use super::record::{MessageReader, content_type, handshake_type};
use super::server_hello::ServerHello;
use tally::{Record, Tally};

mod tally;

/// How a server ended a connection that passed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerEnd {
    /// It closed it.
    Closed,
    /// It reset it.
    Reset,
}

/// A connection that passes by.
#[derive(Debug, Clone)]
pub struct Passage {
    hello_reader: ClientHelloReader,
    hello: Progress,
    first_bytes: Vec<u8>,
    client: Tally,
    server: Tally,
    answer: Answer,
    messages: MessageReader,
    retried: bool,
    client_ended: bool,
    server_ended: Option<ServerEnd>,
}

#[derive(Debug, Clone, Default)]
enum Answer {
    #[default]
    None,
    Hello {
        version: Version,
        cipher_suite: CipherSuite,
        group: Option<NamedGroup>,
    },
    Alert(AlertDescription),
    NotTls,
    Broken(&'static str),
}

impl Default for Passage {
    fn default() -> Passage {
        Passage {
            hello_reader: ClientHelloReader::default(),
            hello: Progress::default(),
            first_bytes: Vec::new(),
            client: Tally::of_client(),
            server: Tally::default(),
            answer: Answer::default(),
            messages: MessageReader::default(),
            retried: false,
            client_ended: false,
            server_ended: None,
        }
    }
}

impl Passage {
    /// Takes what the client sent next.
    pub fn from_client(&mut self, bytes: &[u8]) {
        let room = NOT_TLS_EXCERPT.saturating_sub(self.first_bytes.len());
        self.first_bytes.extend(bytes.iter().take(room));
        if matches!(self.hello, Progress::More) {
            self.hello = self.hello_reader.read(bytes);
        }
        self.client.see(bytes, |_| {});
    }

    /// Takes what the server sent next.
    pub fn from_server(&mut self, bytes: &[u8]) {
        let (answer, messages, retried) = (&mut self.answer, &mut self.messages, &mut self.retried);
        let is_tls = self.server.see(bytes, |record| {
            if matches!(answer, Answer::None) {
                *answer = read(record, messages, retried);
            }
        });
        if !is_tls && matches!(self.answer, Answer::None) {
            self.answer = Answer::NotTls;
        }
    }

    /// Takes note that the client ended the connection. What the server does then is no answer.
    pub fn client_ended(&mut self) {
        self.client_ended = true;
    }

    /// Takes note that the server ended the connection.
    pub fn server_ended(&mut self, end: ServerEnd) {
        if !self.client_ended {
            self.server_ended.get_or_insert(end);
        }
    }

    /// The ClientHello, where one was sent.
    #[must_use]
    pub fn hello(&self) -> Option<&ClientHello> {
        match &self.hello {
            Progress::Hello(hello) => Some(hello),
            _ => None,
        }
    }

    /// What came of it; `is_over` where it ended by itself, and not at a deadline of ours.
    #[must_use]
    pub fn came(&self, is_over: bool) -> Came {
        match &self.hello {
            Progress::More if self.first_bytes.is_empty() => return Came::Nothing,
            Progress::More => return Came::NotAHello("it ended within it"),
            Progress::Alert(alert) => return Came::AlertFirst(*alert),
            Progress::NotTls => return Came::NotTls { first_bytes: self.first_bytes.clone() },
            Progress::NotAHello(why) => return Came::NotAHello(why),
            Progress::Hello(_) => {}
        }
        match self.answer {
            Answer::Hello { version, cipher_suite, group } => Came::Chosen {
                version,
                cipher_suite: Some(cipher_suite),
                group,
                then: self.then(version, is_over),
            },
            Answer::Alert(alert) => Came::Declined(Declined::Refused(Refusal::Alert(alert))),
            Answer::NotTls => Came::Declined(Declined::NotTls),
            Answer::Broken(how) => Came::Declined(Declined::Broke(how)),
            Answer::None => {
                Came::Declined(self.ended_by_server().map_or(Declined::Silent, Declined::Refused))
            }
        }
    }

    /// What the client did with the ServerHello. From TLS 1.3 on all of it is encrypted, and only
    /// lengths tell: an alert is short, a Finished is not, and data comes after it.
    fn then(&self, version: Version, is_over: bool) -> Then {
        match self.client.alert {
            Some([_, 0]) => return Then::Left,
            Some([2, description]) => return Then::Alert(AlertDescription(description)),
            _ => {}
        }
        let (finished, data) = if version >= Version::Tls13 {
            (self.client.long_encrypted > 0, self.client.long_encrypted > 1)
        } else {
            let finished = self.client.changed_cipher && self.server.changed_cipher;
            let both_ways = self.client.long_encrypted > 0 && self.server.long_encrypted > 0;
            (finished, finished && both_ways)
        };
        match (data, finished, self.ended_by_server()) {
            (true, ..) => Then::Data { status: None },
            (false, true, _) => Then::Finished,
            _ if self.client.short_encrypted > 0 => Then::EncryptedAlert,
            (.., Some(how)) => Then::EndedByHost(how),
            _ if is_over => Then::Left,
            _ => Then::Silent,
        }
    }

    /// How the server ended a connection that the client had not ended, after its ServerHello or before.
    fn ended_by_server(&self) -> Option<Refusal> {
        match (self.server.alert, self.server_ended) {
            (Some([2, description]), _) => Some(Refusal::Alert(AlertDescription(description))),
            (_, Some(ServerEnd::Closed)) => Some(Refusal::Closed),
            (_, Some(ServerEnd::Reset)) => Some(Refusal::Reset),
            (_, None) => None,
        }
    }
}

/// What a record before the answer says.
fn read(record: Record<'_>, messages: &mut MessageReader, retried: &mut bool) -> Answer {
    match record.content_type {
        content_type::ALERT => match record.alert {
            Some([2, description]) => Answer::Alert(AlertDescription(description)),
            _ => Answer::None,
        },
        content_type::HANDSHAKE => {
            let mut input = Bytes::new(record.fragment);
            loop {
                match messages.next(&mut input) {
                    Ok(None) => return Answer::None,
                    Ok(Some(message)) if message.message_type == handshake_type::SERVER_HELLO => {
                        match chosen(&message.body, retried) {
                            Ok(Answer::None) => {}
                            Ok(answer) => return answer,
                            Err(how) => return Answer::Broken(how),
                        }
                    }
                    Ok(Some(message)) if message.message_type == handshake_type::HELLO_REQUEST => {}
                    Ok(Some(_)) => return Answer::Broken("a handshake message in place of a ServerHello"),
                    Err(_) => return Answer::Broken("a handshake message longer than 64 KiB"),
                }
            }
        }
        // What servers send after a HelloRetryRequest, for the sake of middleboxes (RFC 8446 D.4).
        content_type::CHANGE_CIPHER_SPEC if *retried => Answer::None,
        _ => Answer::Broken("a record in place of a ServerHello"),
    }
}

/// What a ServerHello chose; nothing where it is a HelloRetryRequest.
fn chosen(body: &[u8], retried: &mut bool) -> Result<Answer, &'static str> {
    let hello = ServerHello::parse(body)?;
    if hello.is_hello_retry_request() {
        *retried = true;
        return Ok(Answer::None);
    }
    let code = hello.selected_version()?.unwrap_or(hello.legacy_version);
    let version = Version::from_code(code).ok_or("a version that is not known")?;
    let group = match version {
        Version::Tls13 => hello.share_group()?.map(NamedGroup),
        _ => None,
    };
    Ok(Answer::Hello { version, cipher_suite: hello.cipher_suite, group })
}

#[cfg(test)]
mod tests;
