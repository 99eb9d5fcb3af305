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

/// One thing that was observed and is not as it should be, in its canonical words: `accepted 1.0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fact(String);

/// What stands behind the words of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    Nothing,
    /// As scenarios write it.
    Version,
    /// By its RFC name, or its code.
    Alert,
    /// By its IANA name, or its code.
    Suite,
    /// By its IANA name, or its code.
    Group,
    /// By its name, or `other`.
    Key,
    /// A protocol of ALPN.
    Protocol,
    /// A field of a header, in lower case.
    HeaderField,
    /// Within these bounds.
    Number(u16, u16),
    /// One of these.
    Word(&'static [&'static str]),
}

/// A kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    words: &'static str,
    takes: Takes,
}

const fn form(words: &'static str, takes: Takes) -> Form {
    Form { words, takes }
}

/// A version that had to be refused was accepted.
pub(super) const ACCEPTED: Form = form("accepted", Takes::Version);
/// A version that had to be accepted was refused.
pub(super) const REFUSED: Form = form("refused", Takes::Version);
/// A version below the offer was answered.
pub(super) const ANSWERED: Form = form("answered", Takes::Version);
/// Another version than the expected one was chosen.
pub(super) const CHOSEN: Form = form("chosen", Takes::Version);
/// A refusal by an alert, or an alert of a program.
pub(super) const ALERT: Form = form("alert", Takes::Alert);
/// A refusal by the ERROR message of SSL 2.0.
pub(super) const SSL2_ERROR: Form = form("ssl2 error", Takes::Number(0, u16::MAX));
/// A refusal by a SERVER-HELLO of SSL 2.0 without a cipher.
pub(super) const SSL2_NO_CIPHER: Form = form("ssl2 no cipher", Takes::Nothing);
/// A refusal by closing the connection.
pub(super) const CLOSED: Form = form("closed", Takes::Nothing);
/// A refusal by resetting the connection.
pub(super) const RESET: Form = form("reset", Takes::Nothing);
/// A refusal by a lower version.
pub(super) const LOWER_VERSION: Form = form("lower version", Takes::Nothing);
/// A cipher suite that must not be there, or that a full handshake does not offer.
pub(super) const SUITE: Form = form("cipher suite", Takes::Suite);
/// A group that must not be there, or that a full handshake does not offer.
pub(super) const GROUP: Form = form("group", Takes::Group);
/// The hello of a full handshake was refused by an alert.
pub(super) const HANDSHAKE_ALERT: Form = form("handshake alert", Takes::Alert);
/// The hello of a full handshake was refused otherwise, or the handshake broke off.
pub(super) const HANDSHAKE: Form = form("handshake", Takes::Word(&["broke", "closed", "refused", "reset"]));
/// What verifying the certificate came to, or what of it is not as required.
pub(super) const CERTIFICATE: Form = form(
    "certificate",
    Takes::Word(&[
        "chain",
        "differs",
        "ends soon",
        "expired",
        "lifespan",
        "name-mismatch",
        "names",
        "other",
        "rejected",
        "signature",
        "trusted",
        "unknown-issuer",
        "unreadable",
    ]),
);
/// A key of a certificate that is of no kind that is allowed.
pub(super) const KEY: Form = form("key", Takes::Key);
/// A protocol that must not be agreed on.
pub(super) const ALPN: Form = form("alpn", Takes::Protocol);
/// None of the protocols that one must be agreed on of.
pub(super) const NO_ALPN: Form = form("no alpn", Takes::Nothing);
/// What was stapled.
pub(super) const OCSP_STAPLE: Form = form("ocsp staple", Takes::Word(&["missing", "there", "useless"]));
/// What is wrong with Strict-Transport-Security.
pub(super) const HSTS: Form =
    form("hsts", Takes::Word(&["include-subdomains", "invalid", "max-age", "missing", "preload"]));
/// A field of the header that is not what it must be.
pub(super) const HEADER: Form = form("header", Takes::HeaderField);
/// Where plain HTTP leads.
pub(super) const REDIRECT: Form = form(
    "redirect",
    Takes::Word(&["elsewhere", "no-http", "no-location", "no-redirect", "not-https", "port-closed"]),
);
/// An HTTP status.
pub(super) const STATUS: Form = form("status", Takes::Number(100, 999));
/// No HTTP answer.
pub(super) const NO_HTTP_ANSWER: Form = form("no http answer", Takes::Nothing);
/// A host that should be gone.
pub(super) const STILL_THERE: Form = form("still there", Takes::Nothing);
/// Something else than TLS.
pub(super) const NOT_TLS: Form = form("not tls", Takes::Nothing);
/// A violation of the protocol.
pub(super) const VIOLATION: Form = form(
    "violation",
    Takes::Word(&[
        "cipher-suite-not-offered",
        "compression",
        "cut-off",
        "downgrade-sentinel",
        "extension-not-offered",
        "group-not-offered",
        "handshake",
        "hello-retry-loop",
        "malformed",
        "second-server-hello",
        "session-id-not-echoed",
        "too-much",
        "unexpected-message",
        "unexpected-record",
        "version-not-offered",
    ]),
);
/// None of the cipher suites that one must be of.
pub(super) const NO_SUITE: Form = form("no cipher suite", Takes::Nothing);
/// None of the groups that one must be of.
pub(super) const NO_GROUP: Form = form("no group", Takes::Nothing);
/// The bits of a prime that is too small.
pub(super) const PRIME: Form = form("prime", Takes::Number(0, u16::MAX));
/// Whose order of cipher suites counts.
pub(super) const ORDER: Form = form("order", Takes::Word(&["client", "server"]));
/// Something is there that must not be.
pub(super) const HAS: Form = form("has", Takes::Word(FEATURES));
/// Something is not there that must be.
pub(super) const LACKS: Form = form("lacks", Takes::Word(FEATURES));
/// What a hello said beside, and was not answered as ever for.
pub(super) const INTOLERANT: Form = form("intolerant", Takes::Word(&["future-version", "grease"]));
/// The answer to a name that the host cannot know.
pub(super) const UNKNOWN_NAME: Form = form("unknown name", Takes::Word(ANSWERS));
/// The answer to a client that names no host.
pub(super) const WITHOUT_NAME: Form = form("without name", Takes::Word(ANSWERS));
/// The newest version that a program offers.
pub(super) const NEWEST: Form = form("newest", Takes::Version);
/// A program offers no version that has a name.
pub(super) const NO_KNOWN_VERSION: Form = form("no known version", Takes::Nothing);
/// A program speaks a version that it must not speak.
pub(super) const SPOKEN: Form = form("spoken", Takes::Version);
/// A program and the stand-in have no such thing in common.
pub(super) const LACKING: Form = form(
    "lacking",
    Takes::Word(&["cipher-suite", "group", "modern-cipher-suite", "other", "signature-algorithm"]),
);
/// The exit code of a program.
pub(super) const EXIT: Form = form("exit", Takes::Number(1, u16::MAX));
/// The signal that ended a program.
pub(super) const SIGNAL: Form = form("signal", Takes::Number(1, u16::MAX));
/// A program that did not end by itself.
pub(super) const NOT_ENDED: Form = form("not ended", Takes::Nothing);
/// A program that is not installed.
pub(super) const NOT_INSTALLED: Form = form("not installed", Takes::Nothing);

/// The names of [`super::Feature`].
const FEATURES: &[&str] = &[
    "compression",
    "downgrade_sentinel",
    "encrypt_then_mac",
    "extended_master_secret",
    "secure_renegotiation",
];
/// How a name can be answered.
const ANSWERS: &[&str] = &["accepted", "other", "refused", "unrecognized_name"];

/// Every form that there is.
const FORMS: &[Form] = &[
    ACCEPTED,
    ANSWERED,
    CHOSEN,
    ALERT,
    SSL2_ERROR,
    SSL2_NO_CIPHER,
    CLOSED,
    RESET,
    LOWER_VERSION,
    SUITE,
    GROUP,
    HANDSHAKE_ALERT,
    HANDSHAKE,
    CERTIFICATE,
    KEY,
    ALPN,
    NO_ALPN,
    OCSP_STAPLE,
    HSTS,
    HEADER,
    REDIRECT,
    STATUS,
    NO_HTTP_ANSWER,
    STILL_THERE,
    NOT_TLS,
    VIOLATION,
    REFUSED,
    NO_SUITE,
    NO_GROUP,
    PRIME,
    ORDER,
    HAS,
    LACKS,
    INTOLERANT,
    UNKNOWN_NAME,
    WITHOUT_NAME,
    NEWEST,
    NO_KNOWN_VERSION,
    SPOKEN,
    LACKING,
    EXIT,
    SIGNAL,
    NOT_ENDED,
    NOT_INSTALLED,
];

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
                Takes::Suite | Takes::Group | Takes::Protocol | Takes::HeaderField | Takes::Number(..) => {
                    form.takes.canonical(argument).iter().map(|it| with(it)).collect()
                }
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
            Takes::Protocol => Some(one_spaced(text)),
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
            ("Certificate  Names", Some("certificate names")),
            ("key RSA-1024", Some("key RSA-1024")),
            ("key other", Some("key other")),
            ("key 1024", None),
            ("alpn h2", Some("alpn h2")),
            ("no alpn", Some("no alpn")),
            ("OCSP staple missing", Some("ocsp staple missing")),
            ("hsts max-age", Some("hsts max-age")),
            ("header X-Frame-Options", Some("header x-frame-options")),
            ("header Server: nginx", None),
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
    fn every_form_has_a_guess_that_is_read_back() {
        for argument in ["1.0", "404", "TLS_RSA_WITH_AES_128_CBC_SHA", "x25519", "none"] {
            for guess in Fact::guesses(argument) {
                assert_eq!(Fact::parse(&guess).unwrap().words(), guess);
            }
        }
        let guessed: Vec<String> = ["1.0", "0x002f"].into_iter().flat_map(Fact::guesses).collect();
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
