//! What a program on trial did, in words.

use std::net::SocketAddr;

use super::{all_of, refusal};
use crate::escape::{printable, printable_bytes};
use crate::evidence::client::{Came, ClientConnection, Declined, Lacking, ProgramEnd, Then, Way};
use crate::evidence::{NOT_TLS_EXCERPT, Refusal};
use crate::scenario::{Acceptable, Command, Expectation, Scenario};
use crate::verdict::client::{Offered, Proof, judge_connection, offered};
use crate::verdict::{ClientFinding, Verdict};
use crate::version::{Version, VersionRange};
use crate::wire::ClientHello;

/// How many suites, groups or algorithms are named.
const NAMES: usize = 8;

/// What a scenario expects of a program, in a line.
#[must_use]
pub(super) fn expectation(scenario: &Scenario) -> String {
    let range = scenario.versions;
    match &scenario.expectation {
        Expectation::Accepted(Acceptable { version, status, .. }) => {
            let mut words = format!("{range} spoken");
            if let Some(version) = version {
                words.push_str(&format!(", ending with {version}"));
            }
            if scenario.client.as_ref().is_some_and(|client| client.trusted) {
                words.push_str(", the certificate accepted");
            }
            if let Some(status) = status {
                words.push_str(&format!(", HTTP {status} got"));
            }
            words
        }
        Expectation::Refused { .. } | Expectation::Unreachable | Expectation::Meets(_) => {
            format!("no way through with {range}")
        }
    }
}

/// Words that a line for a shell begins with where the program on trial comes later, if there is one.
const OF_THE_SHELL: [&str; 17] = [
    "!", "[", "case", "cd", "env", "exec", "export", "for", "if", "set", "test", "time", "trap", "until",
    "while", "{", ".",
];

/// The program of a command, as it is called in sentences. Escaped.
#[must_use]
pub fn program(command: &Command) -> String {
    let is_of_shell =
        |word: &str| OF_THE_SHELL.contains(&word) || word.starts_with(['(', '$', '"', '\'', '#', '<', '>']);
    let word = match command {
        Command::Program(words) => words.first().map_or("", String::as_str),
        // What comes before it are assignments of variables.
        Command::Shell(line) => line
            .split_whitespace()
            .find(|word| !word.contains('='))
            .or_else(|| line.split_whitespace().next())
            .unwrap_or_default(),
    };
    if matches!(command, Command::Shell(_)) && is_of_shell(word) {
        return "the command".to_owned();
    }
    printable(word.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(word))
}

/// What was found, as what a program does: `offers nothing newer than TLS 1.0`.
#[must_use]
pub(super) fn headline(finding: &ClientFinding, range: VersionRange) -> String {
    use ClientFinding as F;
    match finding {
        F::Speaks(version, Proof::Data(None)) => format!("speaks {version}"),
        F::Speaks(version, proof) => format!("speaks {version}; {}", proof_words(proof)),
        F::StaysAway(offered) => format!("offers nothing of {range}: {}", offered_words(offered)),
        F::RefusesItself(version, alert) => {
            format!("refuses {version} itself: alert {}", alert.with_code())
        }
        F::RefusedByHost(alert) => format!("is refused by the host: alert {}", alert.with_code()),
        F::NotOffered(offered) => {
            let needed =
                if range.min() == range.max() { format!("{range}") } else { format!("any of {range}") };
            format!("does not offer {needed}: {}", offered_words(offered))
        }
        F::AlertFirst(alert) => {
            format!("gave up before its ClientHello: alert {}", alert.with_code())
        }
        F::OfferedAndRefused(version, alert) => {
            format!("offers {version}, but refuses it when it is chosen: alert {}", alert.with_code())
        }
        F::NothingInCommon(version, lacking) | F::OffersWithoutMeans(version, lacking) => {
            format!("offers {version}, but {}", lacking_words(*lacking))
        }
        F::OtherVersion { expected, chosen } => format!("ends with {chosen}, expected {expected}"),
        F::NotTrusted(version, proof) => {
            format!("speaks {version}, but does not accept the certificate: {}", proof_words(proof))
        }
        F::OtherStatus { expected, status: Some(status) } => {
            format!("speaks TLS, but was answered HTTP {status}, expected {expected}")
        }
        F::OtherStatus { expected, status: None } => {
            format!("speaks TLS, but made no request that was answered, expected HTTP {expected}")
        }
        F::ProgramFailed(version, end) => {
            format!("speaks TLS, but the program failed: {}, after its answer over {version}", end_words(end))
        }
        F::StillSpeaks(version, proof) => format!("still speaks {version}: {}", proof_words(proof)),
        F::BrokeProtocol(version, how) => format!("breaks the protocol in {version}: {how}"),
        F::DeclinedByHost(alert) => {
            format!("offers {range}, but the host refuses it: alert {}", alert.with_code())
        }
        F::NotInstalled(what) | F::LeftOut(what) => format!("is not installed: {what}"),
        F::NeverConnected => "never connected to the endpoint".to_owned(),
        F::SentNothing => "gave up before saying hello: it connected and sent nothing".to_owned(),
        F::NotTls(first_bytes) => {
            format!("does not speak TLS to it: {}", printable_bytes(first_bytes, NOT_TLS_EXCERPT))
        }
        F::NotAHello(why) => format!("sent no usable ClientHello: {why}"),
        F::CannotTell(version, then) => {
            format!("offers {version}, but whether it speaks it is not known: {}", then_words(then))
        }
        F::ChosenOutside(version) => {
            format!("was answered with {version} by the host, outside of {range}")
        }
        F::HostUnclear(declined) => {
            format!("got no clear answer from the host: {}", declined_words(declined))
        }
        F::TrustUnclear(version) => {
            format!("speaks {version}, but was not seen to accept the certificate")
        }
        F::StatusUnseen(status) => {
            format!("speaks TLS, but whether the host answered it HTTP {status} was not seen")
        }
        F::StillRunning => {
            "did not get through, but was still running at its deadline, and ended by the gate".to_owned()
        }
        F::NotConnected(barred) => format!("was not passed on to the host: {barred}"),
        F::OurSide(why) => format!("could not be tried: {why}"),
    }
}

/// What a ClientHello offers, in words.
#[must_use]
pub(super) fn offered_words(offered: &Offered) -> String {
    match offered {
        Offered::Only(versions) if versions.is_empty() => "it offers no version that has a name".to_owned(),
        Offered::Only(versions) => {
            let mut oldest_first = versions.clone();
            oldest_first.reverse();
            format!("it offers {}", all_of(&oldest_first))
        }
        Offered::UpTo(version) => format!("its newest version is {version}"),
        Offered::Unknown(code) => format!("it offers the unknown version 0x{code:04x}"),
    }
}

fn proof_words(proof: &Proof) -> String {
    match proof {
        Proof::Data(Some(status)) => format!("it was answered HTTP {status}"),
        Proof::Data(None) => "application data came".to_owned(),
        Proof::KeyExchange => "it went on to the key exchange".to_owned(),
        Proof::Finished => {
            "it finished the handshake and left without a request, over the certificate perhaps".to_owned()
        }
        Proof::CertificateAlert(alert) => {
            format!("it rejects the certificate: alert {}", alert.with_code())
        }
        Proof::EncryptedAlert => "it left with an encrypted alert, about the certificate probably".to_owned(),
        Proof::Left => {
            "it left after the ServerHello without a word, over the certificate probably".to_owned()
        }
    }
}

fn lacking_words(lacking: Lacking) -> String {
    match lacking {
        Lacking::CipherSuite => "no cipher suite that the stand-in serves".to_owned(),
        Lacking::ModernCipherSuite => {
            "no cipher suite with ECDHE and AES-GCM or ChaCha20: only CBC or RSA key exchange, and the like"
                .to_owned()
        }
        Lacking::Group => "no group for the key exchange that the stand-in serves".to_owned(),
        Lacking::SignatureAlgorithm => "no signature algorithm that the stand-in has".to_owned(),
        Lacking::Other(what) => format!("not {what}"),
    }
}

/// How a program ended, in words.
#[must_use]
pub(in super::super) fn end_words(end: &ProgramEnd) -> String {
    match end {
        ProgramEnd::Exited(code) => format!("exit code {code}"),
        ProgramEnd::Signalled(signal) => format!("ended by signal {signal}"),
        ProgramEnd::TimedOut => "still running at its deadline, and ended by the gate".to_owned(),
        ProgramEnd::Missing(what) => format!("not started: {what}"),
        ProgramEnd::NotRun(why) => format!("not run: {why}"),
    }
}

/// How a program was led to the endpoint, in words; `live` where that passes its connections on.
#[must_use]
pub(in super::super) fn way_words(way: &Way, live: bool) -> String {
    let to = if live { "the gate, which passes it on" } else { "the endpoint" };
    match way {
        Way::Namespace => format!("namespace: the host's name leads to {to}; nothing else is there"),
        Way::SharedNamespace => format!("namespace: the host's name leads to {to}; all else is there"),
        Way::Proxy { instead: None } => "proxy variables, as the scenario chose".to_owned(),
        Way::Proxy { instead: Some(why) } => format!("proxy variables; no namespace: {why}"),
        Way::None(why) => format!("none: {why}"),
    }
}

fn then_words(then: &Then) -> String {
    match then {
        Then::Data { status: Some(status) } => format!("answered HTTP {status}"),
        Then::Data { status: None } => "application data".to_owned(),
        Then::Finished => "finished the handshake and left".to_owned(),
        Then::KeyExchange => "went on to the key exchange".to_owned(),
        Then::Alert(alert) => format!("alert {}", alert.with_code()),
        Then::EncryptedAlert => "an encrypted alert".to_owned(),
        Then::Left => "left without a word".to_owned(),
        Then::Silent => "silence after the ServerHello".to_owned(),
        Then::EndedByHost(how) => {
            let how = match how {
                Refusal::Alert(alert) => format!("alert {}", alert.with_code()),
                Refusal::Reset => "a reset".to_owned(),
                _ => "closed without an alert".to_owned(),
            };
            format!("the host ended it after its ServerHello, {how}")
        }
        Then::Broke(how) => format!("broke the protocol: {how}"),
    }
}

fn declined_words(declined: &Declined) -> String {
    match declined {
        Declined::Refused(how) => refusal(*how),
        Declined::Unreachable(why) => format!("it could not be reached: {why}"),
        Declined::NotTls => "it does not speak TLS".to_owned(),
        Declined::Silent => "silence until the end".to_owned(),
        Declined::Broke(how) => format!("it broke the protocol: {how}"),
    }
}

/// What else a ClientHello offers, where that is what there is nothing in common of.
#[must_use]
pub(in super::super) fn offered_beside(hello: &ClientHello, version: Version, lacking: Lacking) -> String {
    let names = |all: Vec<String>, what: &str| {
        let more = all.len().saturating_sub(NAMES);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        match all.is_empty() {
            true => format!("no {what} at all"),
            false => format!("{}{more}", all.into_iter().take(NAMES).collect::<Vec<_>>().join(", ")),
        }
    };
    match lacking {
        Lacking::CipherSuite | Lacking::ModernCipherSuite => {
            names(hello.suites_for(version).map(|suite| suite.to_string()).collect(), "cipher suite")
        }
        Lacking::Group => names(hello.groups.iter().map(ToString::to_string).collect(), "group"),
        Lacking::SignatureAlgorithm => {
            let codes = hello.signature_algorithms.iter().map(|code| format!("0x{code:04x}"));
            names(codes.collect(), "signature algorithm")
        }
        Lacking::Other(what) => format!("no {what}"),
    }
}

/// A connection in two parts: what it offered, and what came of it.
#[must_use]
pub fn connection(connection: &ClientConnection) -> (String, String) {
    let offer = match &connection.hello {
        None => String::new(),
        Some(hello) => {
            let mut words = offered_words(&offered(hello));
            if let Some(rest) = words.strip_prefix("it ") {
                words = rest.to_owned();
            }
            let name = hello.server_name.as_deref().map(|name| format!(", for {}", printable(name)));
            words + &name.unwrap_or_else(|| ", without SNI".to_owned())
        }
    };
    let came = match &connection.came {
        Came::Nothing => "connected and sent nothing".to_owned(),
        Came::NotTls { first_bytes } => {
            format!("not TLS: {}", printable_bytes(first_bytes, NOT_TLS_EXCERPT))
        }
        Came::AlertFirst(alert) => format!("alert {} in place of a ClientHello", alert.with_code()),
        Came::NotAHello(why) => format!("no ClientHello: {why}"),
        Came::NoVersion => "refused, alert protocol_version (70)".to_owned(),
        Came::NothingInCommon { version, lacking } => {
            format!("{version}, but {}", lacking_words(*lacking))
        }
        Came::Chosen { version, cipher_suite, group, then } => {
            let mut words = version.to_string();
            for part in [cipher_suite.map(|it| it.to_string()), group.map(|it| it.to_string())] {
                words.extend(part.map(|part| format!(", {part}")));
            }
            format!("{words}: {}", then_words(then))
        }
        Came::Declined(declined) => format!("the host: {}", declined_words(declined)),
        Came::Barred(barred) => format!("not passed on: {barred}"),
        Came::OurSide(why) => format!("this machine: {why}"),
    };
    (offer, came)
}

/// A connection in one line for a person at a terminal: who, ready or not, why, and what was said.
#[must_use]
pub fn line(peer: SocketAddr, versions: VersionRange, seen: &ClientConnection, color: bool) -> String {
    let finding = judge_connection(versions, seen);
    let (word, code) = match finding.verdict() {
        Verdict::Passed => ("ready", 32),
        Verdict::Failed => ("not ready", 31),
        _ => ("unclear", 33),
    };
    let word = if color { format!("\u{1b}[1;{code}m{word:<9}\u{1b}[0m") } else { format!("{word:<9}") };
    let (offer, came) = connection(seen);
    let offer = if offer.is_empty() { offer } else { offer + " → " };
    let why = headline(&finding, versions);
    let why = match finding.verdict() {
        Verdict::Passed => String::new(),
        // What stands behind the colon is what it offers, or what came.
        _ => format!(": {}", why.split(": ").next().unwrap_or(&why)),
    };
    format!("{peer}  {word}  {offer}{came}{why}")
}
