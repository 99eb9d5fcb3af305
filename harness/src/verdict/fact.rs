//! Facts in words that stay: what a failing test observed, as waivers name it and reports have it.
//!
//! The words are an interface: scenario files and JSON reports have them. A form can be added; one that
//! exists keeps its meaning.

use std::fmt;

use crate::certificate::PublicKey;
use crate::escape::printable;
use crate::scenario::parse_version;
use crate::version::Version;
use crate::wire::{AlertDescription, CipherSuite, NamedGroup};

mod form;

use form::FORMS;
pub(super) use form::*;

/// One thing that was observed and is not as it should be, in its canonical words: `accepted 1.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(String);

/// The certificate ends before it has to.
pub(crate) const CERTIFICATE_ENDS_SOON: &str = "certificate ends soon";
/// The certificate is past its end.
pub(crate) const CERTIFICATE_EXPIRED: &str = "certificate expired";

impl Fact {
    pub(super) fn of(form: Form, argument: impl fmt::Display) -> Fact {
        Fact(format!("{} {argument}", form.words))
    }

    pub(super) fn plain(form: Form) -> Fact {
        Fact(form.words.to_owned())
    }

    /// The canonical words.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.0
    }

    /// The fact that is written with these words, in lower or upper case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Fact> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        FORMS.iter().find_map(|form| {
            let head = text.get(..form.words.len()).filter(|head| head.eq_ignore_ascii_case(form.words))?;
            let rest = text.get(head.len()..)?;
            match (form.takes, rest.strip_prefix(' ')) {
                (Takes::Nothing, None) if rest.is_empty() => Some(Fact::plain(*form)),
                (Takes::Nothing, _) | (_, None) => None,
                (takes, Some(argument)) => Some(Fact::of(*form, takes.canonical(argument)?)),
            }
        })
    }

    /// Whether who knows of this fact knows of the other one: they are the same, or the other is as bad or
    /// better. A connection that is closed with something unread is reset, or not, as it happens.
    #[must_use]
    pub fn covers(&self, other: &Fact) -> bool {
        const ENDS: [&[&str]; 2] = [&["closed", "reset"], &["handshake closed", "handshake reset"]];
        let (known, other) = (self.words(), other.words());
        let ends_both = |ends: &&[&str]| ends.contains(&known) && ends.contains(&other);
        known == other || ENDS.iter().any(ends_both) || FORMS.iter().any(|form| form.covers(known, other))
    }

    /// The same for the words of both; of what this version does not know the words must be the same.
    #[must_use]
    pub fn words_cover(known: &str, other: &str) -> bool {
        let parsed = Fact::parse(known).zip(Fact::parse(other));
        parsed.map_or(known == other, |(known, other)| known.covers(&other))
    }

    /// Every way to begin a fact, with what stands behind it: for a list of what is allowed.
    pub(crate) fn forms() -> impl Iterator<Item = String> {
        FORMS.iter().map(|form| match form.takes.name() {
            "" => form.words.to_owned(),
            name => format!("{} {name}", form.words),
        })
    }

    /// Facts that could be meant by a text, with the argument that it has: for the nearest of them.
    pub(crate) fn guesses(text: &str) -> Vec<String> {
        let argument = text.split_whitespace().next_back().unwrap_or_default();
        let of_form = |form: &Form| -> Vec<String> {
            let with = |it: &str| Fact::of(*form, it).0;
            match form.takes {
                Takes::Nothing => vec![form.words.to_owned()],
                Takes::Word(words) => words.iter().copied().map(with).collect(),
                Takes::Alert => {
                    AlertDescription::ALL.iter().filter_map(|alert| alert.name()).map(with).collect()
                }
                Takes::Version => match form.takes.canonical(argument) {
                    Some(version) => vec![with(&version)],
                    None => Version::ALL.iter().map(|version| with(version.key())).collect(),
                },
                Takes::Key => match form.takes.canonical(argument) {
                    Some(key) => vec![with(&key)],
                    None => PublicKey::NAMES.iter().copied().map(with).collect(),
                },
                Takes::Suite
                | Takes::Group
                | Takes::Name
                | Takes::Algorithm
                | Takes::AtLeast
                | Takes::AtMostDays
                | Takes::Protocol
                | Takes::HeaderField
                | Takes::Number(..) => form.takes.canonical(argument).iter().map(|it| with(it)).collect(),
            }
        };
        FORMS.iter().flat_map(of_form).collect()
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Takes {
    const fn name(self) -> &'static str {
        match self {
            Takes::Nothing => "",
            Takes::Version => "VERSION",
            Takes::Alert => "ALERT",
            Takes::Suite => "SUITE",
            Takes::Group => "GROUP",
            Takes::Key => "KEY",
            Takes::Protocol => "PROTOCOL",
            Takes::HeaderField => "FIELD",
            Takes::Name => "NAME",
            Takes::Algorithm => "ALGORITHM",
            Takes::AtLeast => "NUMBER",
            Takes::AtMostDays => "DAYS",
            Takes::Number(..) => "NUMBER",
            Takes::Word(_) => "WORD",
        }
    }

    /// The canonical spelling of an argument.
    fn canonical(self, text: &str) -> Option<String> {
        match self {
            Takes::Nothing => None,
            Takes::Version => parse_version(text).ok().map(|version| version.key().to_owned()),
            Takes::Alert => match text.parse::<u8>() {
                Ok(code) => Some(alert_word(AlertDescription(code))),
                Err(_) => AlertDescription::from_name(&text.to_ascii_lowercase()).map(alert_word),
            },
            Takes::Suite => match code(text) {
                Some(code) => Some(suite_word(CipherSuite(code))),
                None => CipherSuite::from_name(text).map(suite_word),
            },
            Takes::Group => match code(text).map(u16::try_from) {
                Some(code) => code.ok().map(|code| group_word(NamedGroup(code))),
                None => NamedGroup::from_name(text).map(group_word),
            },
            Takes::Key => match text {
                "other" => Some(text.to_owned()),
                _ => PublicKey::from_name(text).map(|key| key.to_string()),
            },
            Takes::Protocol | Takes::Algorithm => Some(one_spaced(text)),
            Takes::Name => Some(one_spaced(text).to_ascii_lowercase()),
            Takes::AtLeast => text.parse::<u64>().ok().map(|number| number.to_string()),
            Takes::AtMostDays => {
                let days: u64 = text.strip_suffix('d')?.parse().ok()?;
                Some(format!("{days}d"))
            }
            Takes::HeaderField => {
                let is_name = text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains(':');
                is_name.then(|| text.to_ascii_lowercase())
            }
            Takes::Number(least, most) => {
                let number = text.parse::<u16>().ok().filter(|number| (least..=most).contains(number));
                number.map(|number| number.to_string())
            }
            Takes::Word(words) => {
                words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|word| (*word).to_owned())
            }
        }
    }
}

fn code(text: &str) -> Option<u32> {
    u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

impl Form {
    /// Whether both are of this form, and the known one's argument is as bad as the other's or worse.
    fn covers(&self, known: &str, other: &str) -> bool {
        let argument = |words: &'static str, text: &str| -> Option<String> {
            text.strip_prefix(words)?.strip_prefix(' ').map(str::to_owned)
        };
        let (Some(known), Some(other)) = (argument(self.words, known), argument(self.words, other)) else {
            return false;
        };
        let number = |text: &str| text.trim_end_matches('d').parse::<u64>().ok();
        match self.takes {
            Takes::AtLeast => number(&known).zip(number(&other)).is_some_and(|(known, other)| other >= known),
            Takes::AtMostDays => {
                number(&known).zip(number(&other)).is_some_and(|(known, other)| other <= known)
            }
            Takes::Key => PublicKey::from_name(&known)
                .zip(PublicKey::from_name(&other))
                .is_some_and(|(known, other)| known.allows(&other)),
            _ => false,
        }
    }

    pub(super) fn version(self, version: Version) -> Fact {
        Fact::of(self, version.key())
    }

    pub(super) fn alert(self, alert: AlertDescription) -> Fact {
        Fact::of(self, alert_word(alert))
    }

    pub(super) fn suite(self, suite: CipherSuite) -> Fact {
        Fact::of(self, suite_word(suite))
    }

    pub(super) fn group(self, group: NamedGroup) -> Fact {
        Fact::of(self, group_word(group))
    }

    pub(super) fn key(self, key: &PublicKey) -> Fact {
        match key {
            PublicKey::Other(_) => Fact::of(self, "other"),
            key => Fact::of(self, key),
        }
    }

    pub(super) fn protocol(self, protocol: &str) -> Fact {
        Fact::of(self, one_spaced(protocol))
    }

    pub(super) fn days(self, seconds: u64) -> Fact {
        Fact::of(self, format_args!("{}d", seconds.div_ceil(24 * 60 * 60)))
    }

    /// A text of others; `unreadable` where there is none.
    pub(super) fn text(self, text: Option<&str>) -> Fact {
        Fact::of(self, one_spaced(text.unwrap_or("unreadable")))
    }

    pub(super) fn name(self, name: &str) -> Fact {
        Fact::of(self, one_spaced(name).to_ascii_lowercase())
    }

    pub(super) fn header_field(self, name: &str) -> Fact {
        Fact::of(self, printable(name).to_ascii_lowercase())
    }
}

/// Escaped, and with the blanks that a fact keeps.
fn one_spaced(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn alert_word(alert: AlertDescription) -> String {
    alert.name().map_or_else(|| alert.0.to_string(), str::to_owned)
}

fn suite_word(suite: CipherSuite) -> String {
    suite.name().map_or_else(|| format!("0x{:04X}", suite.0), str::to_owned)
}

fn group_word(group: NamedGroup) -> String {
    group.name().map_or_else(|| format!("0x{:04X}", group.0), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_read_in_any_case_and_written_in_one() {
        for (text, words) in [
            ("accepted 1.0", Some("accepted 1.0")),
            ("Accepted  TLS 1.0", Some("accepted 1.0")),
            ("accepted sslv3", Some("accepted SSLv3")),
            ("answered tls11", Some("answered 1.1")),
            ("alert handshake_failure", Some("alert handshake_failure")),
            ("alert 40", Some("alert handshake_failure")),
            ("alert 7", Some("alert 7")),
            ("handshake alert no_application_protocol", Some("handshake alert no_application_protocol")),
            ("handshake broke", Some("handshake broke")),
            ("certificate ends soon", Some("certificate ends soon")),
            ("certificate Expired", Some("certificate expired")),
            ("Certificate  Chain", Some("certificate chain")),
            ("certificate lacks A.example", Some("certificate lacks a.example")),
            ("certificate lifespan 0398d", Some("certificate lifespan 398d")),
            ("certificate lifespan 398", None),
            (
                "certificate signature sha1WithRSAEncryption",
                Some("certificate signature sha1WithRSAEncryption"),
            ),
            ("key RSA-1024", Some("key RSA-1024")),
            ("key other", Some("key other")),
            ("key 1024", None),
            ("alpn h2", Some("alpn h2")),
            ("no alpn", Some("no alpn")),
            ("OCSP staple missing", Some("ocsp staple missing")),
            ("hsts max-age 60", Some("hsts max-age 60")),
            ("hsts max-age", None),
            ("header missing X-Frame-Options", Some("header missing x-frame-options")),
            ("header there Server: nginx", None),
            ("redirect port-closed", Some("redirect port-closed")),
            ("status 404", Some("status 404")),
            ("closed", Some("closed")),
            ("cipher suite TLS_RSA_WITH_AES_128_CBC_SHA", Some("cipher suite TLS_RSA_WITH_AES_128_CBC_SHA")),
            ("cipher suite 0x002f", Some("cipher suite TLS_RSA_WITH_AES_128_CBC_SHA")),
            ("group x25519", Some("group x25519")),
            ("group 0xFFFF1", None),
            ("", None),
            ("accepted", None),
            ("accepted ", None),
            ("accepted 1.7", None),
            ("accepted 1.0 and 1.1", None),
            ("closed now", None),
            ("status 99999", None),
            ("status 7", None),
            ("exit 0", None),
            ("certificate of lead", None),
            ("äccepted 1.0", None),
        ] {
            assert_eq!(Fact::parse(text).as_ref().map(Fact::words), words, "{text}");
        }
    }

    #[test]
    fn who_knows_of_a_fact_knows_of_what_is_better() {
        for (known, other, covers) in [
            ("accepted 1.0", "accepted 1.0", true),
            ("accepted 1.0", "accepted 1.1", false),
            ("closed", "reset", true),
            ("reset", "closed", true),
            ("handshake reset", "handshake closed", true),
            ("closed", "handshake closed", false),
            ("hsts max-age 60", "hsts max-age 61", true),
            ("hsts max-age 60", "hsts max-age 59", false),
            ("hsts max-age 60", "hsts missing", false),
            ("prime 1024", "prime 1536", true),
            ("prime 1024", "prime 512", false),
            ("certificate lifespan 398d", "certificate lifespan 200d", true),
            ("certificate lifespan 398d", "certificate lifespan 825d", false),
            ("key RSA-1024", "key RSA-1536", true),
            ("key RSA-1024", "key RSA-512", false),
            ("key P-256", "key RSA-1024", false),
            ("key other", "key other", true),
            ("certificate lacks a.example", "certificate lacks b.example", false),
        ] {
            let fact = |words: &str| Fact::parse(words).unwrap();
            assert_eq!(fact(known).covers(&fact(other)), covers, "{known}, {other}");
        }
    }

    #[test]
    fn every_form_has_a_guess_that_is_read_back() {
        for argument in ["1.0", "404", "398d", "TLS_RSA_WITH_AES_128_CBC_SHA", "x25519", "none"] {
            for guess in Fact::guesses(argument) {
                assert_eq!(Fact::parse(&guess).unwrap().words(), guess);
            }
        }
        let guessed: Vec<String> = ["1.0", "0x002f", "7", "7d"].into_iter().flat_map(Fact::guesses).collect();
        for form in FORMS.iter().filter(|form| !matches!(form.takes, Takes::Number(..))) {
            assert!(guessed.iter().any(|guess| guess.starts_with(form.words)), "{}", form.words);
        }
    }

    #[test]
    fn the_certificates_of_the_calendar_are_facts() {
        for words in [CERTIFICATE_ENDS_SOON, CERTIFICATE_EXPIRED] {
            assert_eq!(Fact::parse(words).unwrap().words(), words);
        }
    }
}
