//! What follows from what a program did, and what to do about it, where the scenario does not say.

use super::super::super::words::client::program;
use super::super::advice::permit;
use super::super::our_side::remedy;
use crate::evidence::client::{ClientEvidence, Lacking, ProgramEnd, Then, Way};
use crate::scenario::{Client, Command, Reach};
use crate::verdict::ClientFinding;
use crate::verdict::client::{Offered, Proof};
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

/// What follows, in a clause.
pub(super) fn consequence(finding: &ClientFinding, range: VersionRange) -> String {
    use ClientFinding as F;
    let text = match finding {
        F::Speaks(_, Proof::Data(_) | Proof::KeyExchange) => "the program gets through",
        F::Speaks(..) => "the version is spoken; trust is not what is on trial here",
        F::StaysAway(_) | F::RefusesItself(..) | F::RefusedByHost(_) => "the program does not get through",
        F::NotOffered(offered) if is_too_new(offered, range) => {
            "it is too new for this range: a server that speaks nothing newer does not get it"
        }
        F::NotOffered(_) => "on the day the older versions are switched off it no longer gets through",
        F::AlertFirst(_) | F::OfferedAndRefused(..) => {
            "its TLS library knows the version, and its configuration forbids it"
        }
        F::NothingInCommon(_, Lacking::ModernCipherSuite) => {
            "a server of today, which serves ECDHE with AES-GCM or ChaCha20 and neither CBC nor RSA key exchange, does not let it through"
        }
        F::NothingInCommon(..) => "the version is there, but it does not get through to such a server",
        F::OtherVersion { .. } => "programs that offer the whole range end with this version",
        F::NotTrusted(..) => "the version is spoken, but the connection is not made",
        F::OtherStatus { .. } => "TLS works; what the program asked for was not what is announced",
        F::ProgramFailed(_, ProgramEnd::TimedOut) => {
            "TLS is not what failed: it had its answer, and did not end by itself"
        }
        F::ProgramFailed(..) => "TLS is not what failed: it had its answer",
        F::StillSpeaks(..) => "it gets through where it must not",
        F::BrokeProtocol(..) => "servers cannot be expected to cope with it",
        F::DeclinedByHost(_) => "the version is offered, so it is something else that the host objects to",
        F::NotInstalled(_) | F::LeftOut(_) => "nothing was tried, so nothing is proven",
        F::NeverConnected => "a program that was not seen is not ready: nothing is proven",
        F::SentNothing => "its TLS library had nothing to offer, or it was stopped: nothing is proven",
        F::NotTls(_) | F::NotAHello(_) => "without a ClientHello nothing is proven",
        F::CannotTell(..) | F::TrustUnclear(_) => "what it did then may have other causes: nothing is proven",
        F::OffersWithoutMeans(..) => "it was not seen to refuse the version: nothing is proven",
        F::StatusUnseen(_) => "the answer went by encrypted, and the exit code does not count",
        F::StillRunning => "it might have tried again: that it never gets through is not proven",
        F::ChosenOutside(_) => "the range was not what was spoken: nothing is proven about it",
        F::HostUnclear(_) => "the host may be down: nothing is proven about the program",
        F::NotConnected(_) => "this run may not go there: nothing is proven about the program",
        F::OurSide(_) => "the fault is on this machine: nothing is proven",
    };
    text.to_owned()
}

/// What to do.
pub(super) fn to_do(
    finding: &ClientFinding,
    client: &Client,
    evidence: &ClientEvidence,
    range: VersionRange,
    host: &str,
) -> String {
    use ClientFinding as F;
    let name = program(&client.command);
    match finding {
        F::NotOffered(offered) if is_too_new(offered, range) => {
            format!("lower the oldest version that {name} may use, or raise `max_version` in the scenario")
        }
        F::NotOffered(_) => format!(
            "raise the newest version that {name} may use (its options, the configuration of its TLS library, \
             a system-wide maximum), or upgrade it"
        ),
        F::AlertFirst(_) | F::OfferedAndRefused(..) => format!(
            "look at the versions that {name}, its TLS library and the system's policy allow: one of them \
             forbids what another offers"
        ),
        F::NothingInCommon(_, Lacking::CipherSuite) => match &client.cipher_suites {
            Some(named) => {
                format!("allow {name} one of those that `cipher_suites` names: {}", named_few(named.iter()))
            }
            None => format!("allow {name} suites that servers of that version have"),
        },
        F::NothingInCommon(_, Lacking::ModernCipherSuite) => format!(
            "allow {name} ECDHE suites with AES-GCM or ChaCha20, or name the suites of the host in \
             `cipher_suites`, where it will go on to serve others"
        ),
        F::NothingInCommon(_, Lacking::Group) if client.groups.is_some() => {
            let named = client.groups.iter().flat_map(|named| named.iter());
            format!("allow {name} one of those that `groups` names: {}", named_few(named))
        }
        F::NothingInCommon(_, Lacking::Group) => {
            format!("allow {name} the groups x25519 or secp256r1, or name those of the host in `groups`")
        }
        F::NothingInCommon(..) => format!("upgrade the TLS library of {name}"),
        F::OtherVersion { expected, .. } => {
            format!("let {name} prefer {expected}, or correct `version` in the scenario")
        }
        F::NotTrusted(..) => format!(
            "let {name} read its trusted certificates from where the gate puts them (SSL_CERT_FILE and its \
             kin, or {{ca}} in the command), or leave `trusted` out"
        ),
        F::OtherStatus { status: None, .. } => {
            format!("let {name} request `path` of {host}, and accept its certificate")
        }
        F::OtherStatus { .. } => "correct `path` and `replica`, or what the program requests".to_owned(),
        F::ProgramFailed(_, ProgramEnd::TimedOut) => {
            "let it end once it has its answer, raise `timeout`, or write `exit: any`".to_owned()
        }
        F::ProgramFailed(..) => {
            "read what it printed; where its exit code does not matter, write `exit: any`".to_owned()
        }
        F::StillSpeaks(version, _) => {
            format!("forbid {name} {version}: in its options, or for its TLS library")
        }
        F::BrokeProtocol(..) => format!("upgrade {name}"),
        F::DeclinedByHost(_) => format!(
            "compare the suites, groups and signature algorithms that {name} offers with what {host} serves: \
             the command `probe {host}` tells"
        ),
        F::NotInstalled(_) => {
            format!("install {name}, or write `when_missing: ignore` where it may be absent")
        }
        F::NeverConnected => lead_here(client, evidence, host),
        F::SentNothing => format!(
            "read what it printed: a library that may use no version at all gives up before it says hello \
             (\"no protocols available\", \"No appropriate protocol\"); look at the versions that {name} allows"
        ),
        F::NotTls(_) => "let it speak TLS from the first byte, by a URL that begins with https".to_owned(),
        F::NotAHello(_) => format!("look at what {name} sends; upgrade it, perhaps"),
        F::CannotTell(version, Then::Alert(AlertDescription::UNEXPECTED_MESSAGE))
            if *version < Version::Tls12 =>
        {
            format!(
                "allow {name} a suite with RSA key exchange too: with others the stand-in cannot go on in \
                 {version}; or try it against the host, by `--live`"
            )
        }
        F::CannotTell(_, Then::EndedByHost(_)) => format!(
            "look at what {host} asks of clients beside the version, such as a certificate of theirs: cargo \
             xtask probe {host}"
        ),
        F::CannotTell(..) => format!("read what {name} printed, or raise `timeout`"),
        F::OffersWithoutMeans(..) => {
            "name suites that it offers in `cipher_suites`, so that the version alone decides".to_owned()
        }
        F::ChosenOutside(_) => {
            "widen the range, or leave `--live` out: the stand-in keeps to the range".to_owned()
        }
        F::HostUnclear(_) => format!("check that {host} is up: the command `probe {host}` tells"),
        F::StillRunning => {
            "let it end by itself, raise `timeout`, or write `exit: any` where its end does not matter"
                .to_owned()
        }
        F::StatusUnseen(_) => {
            format!(
                "write `exit: 0`, so that {name} itself says whether it had its answer, or `expect: accepted`"
            )
        }
        F::TrustUnclear(_) => format!("let {name} send a request, or leave `trusted` out"),
        F::NotConnected(barred) => permit(barred),
        F::OurSide(why) if remedy(why).is_some() => remedy(why).unwrap_or_default().to_owned(),
        F::OurSide(_) => match client.reach {
            Reach::Namespace => {
                "allow unprivileged user namespaces on this machine, or write `reach: auto`".to_owned()
            }
            _ => "mend what the message names; it is on this machine".to_owned(),
        },
        F::Speaks(..) | F::StaysAway(_) | F::RefusesItself(..) | F::RefusedByHost(_) | F::LeftOut(_) => {
            "nothing".to_owned()
        }
    }
}

/// The first of what a scenario names.
fn named_few(named: impl IntoIterator<Item: ToString>) -> String {
    named.into_iter().take(8).map(|it| it.to_string()).collect::<Vec<_>>().join(", ")
}

/// Whether all that is offered is newer than the range.
fn is_too_new(offered: &Offered, range: VersionRange) -> bool {
    match offered {
        Offered::Only(versions) => {
            !versions.is_empty() && versions.iter().all(|version| *version > range.max())
        }
        Offered::UpTo(_) | Offered::Unknown(_) => false,
    }
}

/// How to point a program here that was not seen, for the stacks that are known to need it.
fn lead_here(client: &Client, evidence: &ClientEvidence, host: &str) -> String {
    if let Way::Namespace | Way::SharedNamespace = evidence.way {
        return format!(
            "let it connect to {host}: in the namespace that name leads to the endpoint, and no address of \
             the outside can be reached; where it needs other hosts first, write `passthrough: true`"
        );
    }
    if !evidence.elsewhere.is_empty() {
        return format!(
            "let it connect to {host}: it finds the proxy, and asks for other hosts there; where it needs \
             those first, write `passthrough: true`"
        );
    }
    let line = match &client.command {
        Command::Shell(line) => line.clone(),
        Command::Program(words) => words.join(" "),
    };
    let known = STACKS.iter().find(|(names, _)| names.iter().any(|name| line.contains(name)));
    let hint = known.map_or(
        "it reads none of the variables that name a proxy, perhaps: give it {url} in the command, or \
         TLS_READINESS_URL from its environment, in place of its own",
        |(_, hint)| hint,
    );
    format!("let it connect to {host}; {hint}")
}

/// What stacks that read no proxy variable by themselves need.
const STACKS: &[(&[&str], &str)] = &[
    (
        &["node", "npm", "npx", "tsx"],
        "Node reads the proxy variables from version 24 on: before, give it {url} in the command, or \
         process.env.TLS_READINESS_URL",
    ),
    (
        &["java", "gradle", "mvn", "kotlin", "scala"],
        "Java reads JAVA_TOOL_OPTIONS, unless its program sets a proxy of its own: give it {url}, or \
         System.getenv(\"TLS_READINESS_URL\")",
    ),
    (
        &["ruby", "rake", "bundle", "rails"],
        "Ruby's Net::HTTP reads http_proxy: give it {url}, or ENV['TLS_READINESS_URL']",
    ),
    (
        &["python", "pytest", "uvicorn"],
        "aiohttp reads the proxy variables with trust_env=True only: give it {url}, or \
         os.environ[\"TLS_READINESS_URL\"]",
    ),
    (
        &["php", "composer"],
        "PHP's streams read no proxy variable: give it {url}, or getenv('TLS_READINESS_URL')",
    ),
    (
        &["erl", "elixir", "mix", "rebar3"],
        "Erlang reads no proxy variable: give it {url}, or os:getenv(\"TLS_READINESS_URL\")",
    ),
    (&["lua"], "Lua reads no proxy variable: give it {url}, or os.getenv(\"TLS_READINESS_URL\")"),
    (
        &["s_client", "gnutls-cli", "socat", "nc ", "ncat"],
        "it reads no proxy variable: give it {host} and {port} in the command",
    ),
];
