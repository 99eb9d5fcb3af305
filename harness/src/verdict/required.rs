//! What a scenario requires beyond version, trust and status, and whether it is met.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::hsts;
use super::redirect::{self, RedirectFault};
use crate::certificate::PublicKey;
use crate::evidence::{
    Asked, CertificateDetails, Chain, ChainEnd, HttpOutcome, Question, Reply, Session, Staple,
};
use crate::scenario::requirements::{
    CertificateName, HeaderWanted, HstsRule, ProtocolRule, Requirements, SignatureRule,
};

/// A requirement that is proven not to be met. A closed list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmet {
    /// The host's own certificate cannot be read, so nothing that is required of it is there.
    Unreadable,
    /// The certificate is valid for longer.
    Lifespan {
        /// The most that is allowed.
        allowed: Duration,
        /// Its own, in seconds; `None` where it ends before it begins.
        found: Option<u64>,
    },
    /// The key is of another kind.
    Key {
        /// The kinds that are allowed.
        allowed: Vec<PublicKey>,
        /// Its own.
        found: PublicKey,
    },
    /// A certificate that was sent is signed otherwise.
    Signature {
        /// What is required.
        rule: SignatureRule,
        /// Whom the certificate is about, escaped.
        whose: String,
        /// By which algorithm it is signed, escaped; `None` where it cannot be read.
        found: Option<String>,
    },
    /// The certificate does not hold these names.
    Names(Vec<CertificateName>),
    /// What was sent does not lead to a trusted root.
    Chain {
        /// How many certificates were sent.
        sent: usize,
        /// Where they lead.
        end: ChainEnd,
    },
    /// Another address shows another certificate.
    Differs {
        /// The SHA-256 of the own one.
        own: String,
        /// The SHA-256 of the other one.
        other: String,
        /// Who shows the other one.
        address: SocketAddr,
    },
    /// None of these protocols is agreed on.
    NoProtocol(Vec<String>),
    /// These protocols are agreed on.
    Protocols(Vec<String>),
    /// An OCSP response is stapled where none must be, or the other way round.
    Staple {
        /// Whether one is required.
        required: bool,
        /// What came at last.
        found: Staple,
        /// How often was asked.
        times: usize,
    },
    /// Strict-Transport-Security is not what it must be.
    Hsts(HstsFault),
    /// A field of the header is not what it must be.
    Header {
        /// Its name.
        name: String,
        /// What is wanted of it.
        wanted: HeaderWanted,
        /// Its first line that is not so, raw: escape before showing. `None` where it is not there.
        found: Option<Vec<u8>>,
    },
    /// Plain HTTP does not lead to HTTPS at the same host.
    Redirect {
        /// Why not.
        fault: RedirectFault,
        /// The port that was asked.
        port: u16,
        /// The status that came.
        status: Option<u16>,
        /// `Location`, raw: escape before showing. Or why there was no answer, escaped.
        detail: Option<String>,
    },
}

/// What is wrong with Strict-Transport-Security.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HstsFault {
    /// It is not there.
    Missing,
    /// Clients ignore it. Why.
    Invalid(&'static str),
    /// Its `max-age` is too small.
    MaxAge {
        /// The least, in seconds.
        least: u64,
        /// Its own, in seconds.
        found: u64,
    },
    /// It lacks `includeSubDomains`.
    WithoutSubdomains,
    /// It lacks `preload`.
    WithoutPreload,
}

/// A question whose reply tells nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The question.
    pub question: Question,
    /// Why its reply tells nothing. Escaped.
    pub why: String,
}

/// What all requirements of one address come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) unmet: Vec<Unmet>,
    pub(super) unsettled: Option<Unsettled>,
    /// A question was not asked: a fault of the gate.
    pub(super) is_incomplete: bool,
}

/// Holds requirements against what an address showed. The fields of HTTP are among them where it was
/// asked.
pub(super) fn tally(requirements: &Requirements, session: &Session, asked: &[Arc<Asked>]) -> Tally {
    let mut tally = Tally::default();
    match &session.leaf {
        Some(leaf) => of_leaf(requirements, leaf, &mut tally.unmet),
        None if is_about_leaf(requirements) => tally.unmet.push(Unmet::Unreadable),
        None => {}
    }
    if let Some(rule) = &requirements.certificate_signature {
        tally.unmet.extend(signature(rule, &session.chain));
    }
    tally.unmet.extend(chain(requirements, &session.chain));
    if let Some(rule) = &requirements.alpn {
        of_protocols(rule, asked, &mut tally);
    }
    if let Some(required) = requirements.ocsp_staple {
        of_staple(required, &session.staple, asked, &mut tally);
    }
    if matches!(session.http, Some(HttpOutcome::Status { .. })) {
        let hsts = requirements.hsts.as_ref().and_then(|rule| of_hsts(rule, session));
        tally.unmet.extend(hsts.map(Unmet::Hsts));
        let headers = requirements.headers.iter();
        tally.unmet.extend(headers.filter_map(|rule| header(&rule.name, &rule.wanted, session)));
    }
    if requirements.http_redirects.is_some() {
        of_plain_http(asked, &mut tally);
    }
    tally
}

fn is_about_leaf(requirements: &Requirements) -> bool {
    requirements.certificate_lifespan.is_some()
        || !requirements.certificate_key.is_empty()
        || !requirements.certificate_names.is_empty()
        || requirements.same_certificate
}

fn of_leaf(requirements: &Requirements, leaf: &CertificateDetails, unmet: &mut Vec<Unmet>) {
    if let Some(allowed) = requirements.certificate_lifespan {
        let found = leaf.lifespan();
        if found.is_none_or(|seconds| Duration::from_secs(seconds) > allowed) {
            unmet.push(Unmet::Lifespan { allowed, found });
        }
    }
    let allowed = &requirements.certificate_key;
    if !allowed.is_empty() && !allowed.iter().any(|kind| kind.allows(&leaf.key)) {
        unmet.push(Unmet::Key { allowed: allowed.clone(), found: leaf.key.clone() });
    }
    let names = &requirements.certificate_names;
    let missing: Vec<_> = names.iter().filter(|name| !holds(leaf, name)).cloned().collect();
    if !missing.is_empty() {
        unmet.push(Unmet::Names(missing));
    }
}

fn holds(leaf: &CertificateDetails, name: &CertificateName) -> bool {
    match name {
        CertificateName::Exactly(name) => leaf.holds(name),
        // A name that nobody has is found by a wildcard alone.
        CertificateName::Below(parent) => leaf.holds(&format!("x0-no-host-has-this-name-0x.{parent}")),
    }
}

/// The first certificate that is signed otherwise. More than are looked at are none that was judged.
fn signature(rule: &SignatureRule, chain: &Chain) -> Option<Unmet> {
    let is_met = |hash| match rule {
        SignatureRule::Only(hashes) => hashes.contains(&hash),
        SignatureRule::None(hashes) => !hashes.contains(&hash),
    };
    let wrong = chain.signed.iter().find(|signed| {
        let hash = signed.signature.as_ref().and_then(|signature| signature.hash);
        !hash.is_some_and(is_met)
    });
    let unmet = |whose: String, found| Unmet::Signature { rule: rule.clone(), whose, found };
    match wrong {
        Some(signed) => {
            let found = signed.signature.as_ref().map(|signature| signature.algorithm.clone());
            Some(unmet(signed.subject.clone(), found))
        }
        None if chain.sent > crate::evidence::CERTIFICATES || chain.sent == 0 => {
            Some(unmet(format!("one of {} certificates", chain.sent), None))
        }
        None => None,
    }
}

/// Whether the chain had to be complete and is not.
pub(super) fn chain(requirements: &Requirements, chain: &Chain) -> Option<Unmet> {
    (requirements.complete_chain && chain.end != ChainEnd::Root)
        .then(|| Unmet::Chain { sent: chain.sent, end: chain.end.clone() })
}

fn of_protocols(rule: &ProtocolRule, asked: &[Arc<Asked>], tally: &mut Tally) {
    let reply = |protocol: &String| {
        asked.iter().find(|it| matches!(&it.question, Question::Protocol(asked) if asked == protocol))
    };
    let is_agreed = |protocol: &&String| reply(protocol).is_some_and(|it| it.reply == Reply::Agreed);
    let wanted = rule.some.iter();
    let has_some = rule.some.is_empty() || wanted.clone().any(|protocol| is_agreed(&protocol));
    let relevant = wanted.filter(|_| !has_some).chain(&rule.none);
    let mut is_clear = true;
    for protocol in relevant {
        match reply(protocol).map(|asked| &asked.reply) {
            Some(Reply::Agreed | Reply::RefusedProtocol | Reply::WithoutProtocol) => {}
            Some(Reply::Unclear(why)) => {
                is_clear &= rule.none.contains(protocol);
                tally.unsettle(Question::Protocol(protocol.clone()), why);
            }
            _ => {
                is_clear = false;
                tally.is_incomplete = true;
            }
        }
    }
    if !has_some && is_clear {
        tally.unmet.push(Unmet::NoProtocol(rule.some.clone()));
    }
    let agreed: Vec<_> = rule.none.iter().filter(is_agreed).cloned().collect();
    if !agreed.is_empty() {
        tally.unmet.push(Unmet::Protocols(agreed));
    }
}

fn of_staple(required: bool, first: &Staple, asked: &[Arc<Asked>], tally: &mut Tally) {
    let again = asked.iter().filter(|asked| matches!(asked.question, Question::Staple(_)));
    let (mut found, mut times) = (first, 1);
    for asked in again {
        match &asked.reply {
            Reply::Stapled(staple) => {
                times += 1;
                if *found == Staple::Missing {
                    found = staple;
                }
            }
            Reply::Unclear(why) if *found == Staple::Missing => {
                tally.unsettle(asked.question.clone(), why);
                return;
            }
            _ => {}
        }
    }
    match (required, found) {
        (true, Staple::Successful) => {}
        // Once is not enough to say that none is there.
        (_, Staple::Missing) if times < 2 => tally.is_incomplete = true,
        (false, Staple::Missing) => {}
        (required, found) => tally.unmet.push(Unmet::Staple { required, found: found.clone(), times }),
    }
}

fn of_hsts(rule: &HstsRule, session: &Session) -> Option<HstsFault> {
    let policy = match hsts::policy(&session.headers) {
        None => return Some(HstsFault::Missing),
        Some(Err(why)) => return Some(HstsFault::Invalid(why)),
        Some(Ok(policy)) => policy,
    };
    if Duration::from_secs(policy.max_age) < rule.min_age {
        return Some(HstsFault::MaxAge { least: rule.min_age.as_secs(), found: policy.max_age });
    }
    if rule.include_subdomains && !policy.include_subdomains {
        return Some(HstsFault::WithoutSubdomains);
    }
    (rule.preload && !policy.preload).then_some(HstsFault::WithoutPreload)
}

fn header(name: &str, wanted: &HeaderWanted, session: &Session) -> Option<Unmet> {
    let mut lines = session.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name)).peekable();
    let is_there = lines.peek().is_some();
    let found = match wanted {
        HeaderWanted::Present if is_there => return None,
        HeaderWanted::Absent if !is_there => return None,
        HeaderWanted::Present => None,
        HeaderWanted::Absent => lines.next(),
        HeaderWanted::Exactly(value) => {
            let other = lines.find(|field| field.value.trim_ascii() != value.as_bytes());
            if is_there && other.is_none() {
                return None;
            }
            other
        }
    };
    let found = found.map(|field| field.value.clone());
    Some(Unmet::Header { name: name.to_owned(), wanted: wanted.clone(), found })
}

fn of_plain_http(asked: &[Arc<Asked>], tally: &mut Tally) {
    let plain = asked.iter().find_map(|asked| match &asked.question {
        Question::PlainHttp { host, port } => Some((asked, host, *port)),
        Question::Protocol(_) | Question::Staple(_) => None,
    });
    let Some((asked, host, port)) = plain else {
        tally.is_incomplete = true;
        return;
    };
    let (fault, status, detail) = match &asked.reply {
        Reply::Http { status, location } => {
            let Some(fault) = redirect::fault(*status, location.as_deref(), host) else { return };
            (fault, Some(*status), location.clone())
        }
        Reply::NoHttp(why) => (RedirectFault::NoHttp, None, Some(why.clone())),
        Reply::PortClosed => (RedirectFault::PortClosed, None, None),
        Reply::Unclear(why) => return tally.unsettle(asked.question.clone(), why),
        Reply::Agreed | Reply::RefusedProtocol | Reply::WithoutProtocol | Reply::Stapled(_) => {
            tally.is_incomplete = true;
            return;
        }
    };
    tally.unmet.push(Unmet::Redirect { fault, port, status, detail });
}

impl Tally {
    /// The first of what is not settled is told.
    fn unsettle(&mut self, question: Question, why: &str) {
        self.unsettled.get_or_insert_with(|| Unsettled { question, why: why.to_owned() });
    }
}
