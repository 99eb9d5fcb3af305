//! What a scenario requires beside the one connection that it is about: which further questions that takes.

use std::net::SocketAddr;
use std::sync::Arc;

use super::at_once::at_once;
use super::prober::{Errand, LAST_STAPLE, Prober, Target};
use crate::evidence::{Asked, Followed, Hello, Observation, Question, Reply, Session, Staple};
use crate::scenario::CertificateExpectation;
use crate::scenario::requirements::{ProtocolRule, Requirements};

/// All replies that `requirements` need, where a handshake was finished: else nothing of what they are about
/// is there. `plain` is where plain HTTP listens.
pub(super) fn ask(
    prober: &Prober,
    target: &Target,
    errand: &Errand,
    plain: SocketAddr,
    requirements: &Requirements,
    observations: &[Arc<Observation>],
) -> Vec<Arc<Asked>> {
    let Some(session) = session(observations) else { return Vec::new() };
    let versions = observations.iter().map(|it| it.offer).find(|offer| offer.hello == Hello::Rustls);
    let short = Errand {
        versions: versions.map_or(errand.versions, |offer| offer.versions),
        // What no reply depends on is the same for all, so that tests share the replies.
        certificate: CertificateExpectation::Any,
        path: None,
        valid_ahead: None,
        until_certificate: true,
        ..errand.clone()
    };
    let mut questions = protocols(requirements.alpn.as_ref());
    let host = &errand.host;
    questions
        .extend(requirements.http_redirects.map(|port| Question::PlainHttp { host: host.clone(), port }));
    let requested = Errand { path: errand.path.clone(), ..short.clone() };
    let mut asked = at_once(&questions, |question| match question {
        Question::PlainHttp { .. } => prober.ask(&target.at(plain), &requested, question),
        _ => prober.ask(target, &short, question),
    });
    if requirements.ocsp_staple.is_some() && session.staple == Staple::Missing {
        for time in 2..=LAST_STAPLE {
            let again = prober.ask(target, &short, &Question::Staple(time));
            let is_missing = again.reply == Reply::Stapled(Staple::Missing);
            asked.push(again);
            if !is_missing {
                break;
            }
        }
    }
    asked
}

fn session(observations: &[Arc<Observation>]) -> Option<&Session> {
    observations.iter().find_map(|observation| match &observation.followed {
        Some(Followed::Session(session)) => Some(&**session),
        _ => None,
    })
}

fn protocols(rule: Option<&ProtocolRule>) -> Vec<Question> {
    let protocols = rule.into_iter().flat_map(|rule| rule.some.iter().chain(&rule.none));
    protocols.map(|protocol| Question::Protocol(protocol.clone())).collect()
}
