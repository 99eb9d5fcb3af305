//! Further questions to an address, each of them asked once per run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Errand, Prober, Target};
use crate::evidence::{Asked, Doubt, Followed, Outcome, Question, Refusal, Reply, Unreachable};
use crate::probe::dial::{Dialled, dial};
use crate::probe::handshake::{self, Shaken, TimedStream};
use crate::probe::http;
use crate::wire::AlertDescription;

/// How long a server is given to fetch an OCSP response, before it is asked for it the last time. nginx
/// fetches it when the first handshake asks, and has it for the next one.
const TIME_TO_FETCH: Duration = Duration::from_secs(1);

/// The last time that a server is asked for a staple.
pub(in crate::probe) const LAST_STAPLE: u8 = 3;

impl Prober {
    /// The reply to a question beside the errand; it is asked once per run. Plain HTTP is asked at the
    /// target's own address, port and all.
    #[must_use]
    pub(in crate::probe) fn ask(&self, target: &Target, errand: &Errand, question: &Question) -> Arc<Asked> {
        let cell = self.asked.cell((target.clone(), errand.clone(), question.clone()));
        Arc::clone(cell.get_or_init(|| Arc::new(self.ask_now(target, errand, question))))
    }

    fn ask_now(&self, target: &Target, errand: &Errand, question: &Question) -> Asked {
        if *question == Question::Staple(LAST_STAPLE) {
            std::thread::sleep(TIME_TO_FETCH.min(target.timeout));
        }
        let begun = Instant::now();
        let seat = self.seat(target);
        let dialled = match &seat {
            Ok(_) => dial(&self.engine.bounds, target),
            Err(outcome) => Dialled { stream: Err(outcome.clone()), tries: 0, took: Duration::ZERO },
        };
        let reply = match (dialled.stream, question) {
            (Err(Outcome::Unreachable(Unreachable::ConnectionRefused)), Question::PlainHttp { .. }) => {
                Reply::PortClosed
            }
            (Err(outcome), _) => Reply::Unclear(words(&outcome)),
            (Ok(stream), Question::Protocol(protocol)) => {
                let request = self.request(target, errand, Some(protocol));
                by_protocol(&handshake::handshake(stream, &request), protocol)
            }
            (Ok(stream), Question::Staple(_)) => {
                let request = self.request(target, errand, None);
                by_staple(&handshake::handshake(stream, &request))
            }
            (Ok(stream), Question::PlainHttp { host, port }) => {
                match TimedStream::new(stream, target.timeout) {
                    Ok(stream) => {
                        let path = errand.path.as_deref().unwrap_or("/");
                        http::get_plainly(stream, &host.name, *port, path, target.timeout)
                    }
                    Err(error) => Reply::Unclear(crate::escape::printable(&error.to_string())),
                }
            }
        };
        Asked { question: question.clone(), reply, took: begun.elapsed(), connections: dialled.tries }
    }
}

fn by_protocol(shaken: &Shaken, protocol: &str) -> Reply {
    match (&shaken.outcome, &shaken.followed) {
        (Outcome::Refused(Refusal::Alert(AlertDescription::NO_APPLICATION_PROTOCOL)), _) => {
            Reply::RefusedProtocol
        }
        // In TLS 1.3 it can come where the protocol would, behind the ServerHello.
        (Outcome::Accepted(_), _) if shaken.alert == Some(AlertDescription::NO_APPLICATION_PROTOCOL) => {
            Reply::RefusedProtocol
        }
        (Outcome::Accepted(_), Some(Followed::Session(_))) => match shaken.protocol.as_deref() {
            Some(agreed) if agreed == protocol.as_bytes() => Reply::Agreed,
            // rustls takes no protocol that was not offered.
            Some(_) => Reply::Unclear("another protocol than the offered one was chosen".to_owned()),
            None => Reply::WithoutProtocol,
        },
        (Outcome::Accepted(_), Some(Followed::Broken(why))) => Reply::Unclear(why.clone()),
        (outcome, _) => Reply::Unclear(words(outcome)),
    }
}

fn by_staple(shaken: &Shaken) -> Reply {
    match (&shaken.outcome, &shaken.followed) {
        (_, Some(Followed::Session(session))) => Reply::Stapled(session.staple.clone()),
        (_, Some(Followed::Broken(why))) => Reply::Unclear(why.clone()),
        (outcome, None) => Reply::Unclear(words(outcome)),
    }
}

/// Why a connection told nothing, where another one to the same address had told all.
fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Unreachable(Unreachable::ConnectTimedOut) => "the connection attempt was not answered",
        Outcome::Unreachable(_) => "no connection came about",
        Outcome::Inconclusive(Doubt::Silence | Doubt::Slow) => "no answer before the deadline",
        Outcome::Inconclusive(Doubt::OurSide(words)) => return words.clone(),
        Outcome::Inconclusive(Doubt::Barred(barred)) => return barred.to_string(),
        Outcome::Refused(Refusal::Alert(alert)) => return format!("alert {}", alert.with_code()),
        Outcome::Refused(Refusal::Reset | Refusal::Closed) => "the connection was ended after the hello",
        Outcome::Inconclusive(_) | Outcome::Refused(_) | Outcome::Answered(_) | Outcome::Accepted(_) => {
            "no answer that tells"
        }
        Outcome::NotTls { .. } => "the answer was not TLS",
        Outcome::Violation(_) => "the protocol was broken",
    }
    .to_owned()
}

impl Target {
    /// The same, where plain HTTP listens.
    #[must_use]
    pub(in crate::probe) fn at(&self, address: SocketAddr) -> Target {
        Target { address, ..self.clone() }
    }
}
