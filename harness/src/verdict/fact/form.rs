//! Every form that a fact can have.

/// What stands behind the words of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::verdict) enum Takes {
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
    /// A name of a certificate, in lower case.
    Name,
    /// The algorithm of a signature, as reports have it.
    Algorithm,
    /// So many of something, of which fewer are worse.
    AtLeast,
    /// So many days, of which more are worse.
    AtMostDays,
    /// Within these bounds.
    Number(u16, u16),
    /// One of these.
    Word(&'static [&'static str]),
}

/// A kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::verdict) struct Form {
    pub(super) words: &'static str,
    pub(super) takes: Takes,
}

const fn form(words: &'static str, takes: Takes) -> Form {
    Form { words, takes }
}

/// A version that had to be refused was accepted.
pub(in crate::verdict) const ACCEPTED: Form = form("accepted", Takes::Version);
/// A version that had to be accepted was refused.
pub(in crate::verdict) const REFUSED: Form = form("refused", Takes::Version);
/// A version below the offer was answered.
pub(in crate::verdict) const ANSWERED: Form = form("answered", Takes::Version);
/// Another version than the expected one was chosen.
pub(in crate::verdict) const CHOSEN: Form = form("chosen", Takes::Version);
/// A refusal by an alert, or an alert of a program.
pub(in crate::verdict) const ALERT: Form = form("alert", Takes::Alert);
/// A refusal by the ERROR message of SSL 2.0.
pub(in crate::verdict) const SSL2_ERROR: Form = form("ssl2 error", Takes::Number(0, u16::MAX));
/// A refusal by a SERVER-HELLO of SSL 2.0 without a cipher.
pub(in crate::verdict) const SSL2_NO_CIPHER: Form = form("ssl2 no cipher", Takes::Nothing);
/// A refusal by closing the connection.
pub(in crate::verdict) const CLOSED: Form = form("closed", Takes::Nothing);
/// A refusal by resetting the connection.
pub(in crate::verdict) const RESET: Form = form("reset", Takes::Nothing);
/// A refusal by a lower version.
pub(in crate::verdict) const LOWER_VERSION: Form = form("lower version", Takes::Nothing);
/// A cipher suite that must not be there, or that a full handshake does not offer.
pub(in crate::verdict) const SUITE: Form = form("cipher suite", Takes::Suite);
/// A group that must not be there, or that a full handshake does not offer.
pub(in crate::verdict) const GROUP: Form = form("group", Takes::Group);
/// The hello of a full handshake was refused by an alert.
pub(in crate::verdict) const HANDSHAKE_ALERT: Form = form("handshake alert", Takes::Alert);
/// The hello of a full handshake was refused otherwise, or the handshake broke off.
pub(in crate::verdict) const HANDSHAKE: Form =
    form("handshake", Takes::Word(&["broke", "closed", "refused", "reset"]));
/// What verifying the certificate came to, or what of it is not as required.
pub(in crate::verdict) const CERTIFICATE: Form = form(
    "certificate",
    Takes::Word(&[
        "chain",
        "differs",
        "ends soon",
        "expired",
        "name-mismatch",
        "other",
        "rejected",
        "trusted",
        "unknown-issuer",
        "unreadable",
    ]),
);
/// A certificate is valid for so long, rounded up.
pub(in crate::verdict) const LIFESPAN: Form = form("certificate lifespan", Takes::AtMostDays);
/// A certificate is signed in a way that is not allowed.
pub(in crate::verdict) const SIGNATURE: Form = form("certificate signature", Takes::Algorithm);
/// A name that a certificate does not hold.
pub(in crate::verdict) const WITHOUT: Form = form("certificate lacks", Takes::Name);
/// A key of a certificate that is of no kind that is allowed.
pub(in crate::verdict) const KEY: Form = form("key", Takes::Key);
/// A protocol that must not be agreed on.
pub(in crate::verdict) const ALPN: Form = form("alpn", Takes::Protocol);
/// None of the protocols that one must be agreed on of.
pub(in crate::verdict) const NO_ALPN: Form = form("no alpn", Takes::Nothing);
/// What was stapled.
pub(in crate::verdict) const OCSP_STAPLE: Form =
    form("ocsp staple", Takes::Word(&["missing", "there", "useless"]));
/// What is wrong with Strict-Transport-Security.
pub(in crate::verdict) const HSTS: Form =
    form("hsts", Takes::Word(&["include-subdomains", "invalid", "missing", "preload"]));
/// The `max-age` of Strict-Transport-Security, in seconds.
pub(in crate::verdict) const HSTS_MAX_AGE: Form = form("hsts max-age", Takes::AtLeast);
/// A field of the header that must be there.
pub(in crate::verdict) const HEADER_MISSING: Form = form("header missing", Takes::HeaderField);
/// A field of the header that has another value.
pub(in crate::verdict) const HEADER_OTHER: Form = form("header other", Takes::HeaderField);
/// A field of the header that must not be there.
pub(in crate::verdict) const HEADER_THERE: Form = form("header there", Takes::HeaderField);
/// Where plain HTTP leads.
pub(in crate::verdict) const REDIRECT: Form = form(
    "redirect",
    Takes::Word(&["elsewhere", "no-http", "no-location", "no-redirect", "not-https", "port-closed"]),
);
/// An HTTP status.
pub(in crate::verdict) const STATUS: Form = form("status", Takes::Number(100, 999));
/// No HTTP answer.
pub(in crate::verdict) const NO_HTTP_ANSWER: Form = form("no http answer", Takes::Nothing);
/// A host that should be gone.
pub(in crate::verdict) const STILL_THERE: Form = form("still there", Takes::Nothing);
/// Something else than TLS.
pub(in crate::verdict) const NOT_TLS: Form = form("not tls", Takes::Nothing);
/// A violation of the protocol.
pub(in crate::verdict) const VIOLATION: Form = form(
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
pub(in crate::verdict) const NO_SUITE: Form = form("no cipher suite", Takes::Nothing);
/// None of the groups that one must be of.
pub(in crate::verdict) const NO_GROUP: Form = form("no group", Takes::Nothing);
/// The bits of a prime that is too small.
pub(in crate::verdict) const PRIME: Form = form("prime", Takes::AtLeast);
/// Whose order of cipher suites counts.
pub(in crate::verdict) const ORDER: Form = form("order", Takes::Word(&["client", "server"]));
/// Something is there that must not be.
pub(in crate::verdict) const HAS: Form = form("has", Takes::Word(FEATURES));
/// Something is not there that must be.
pub(in crate::verdict) const LACKS: Form = form("lacks", Takes::Word(FEATURES));
/// What a hello said beside, and was not answered as ever for.
pub(in crate::verdict) const INTOLERANT: Form =
    form("intolerant", Takes::Word(&["future-version", "grease"]));
/// The answer to a name that the host cannot know.
pub(in crate::verdict) const UNKNOWN_NAME: Form = form("unknown name", Takes::Word(ANSWERS));
/// The answer to a client that names no host.
pub(in crate::verdict) const WITHOUT_NAME: Form = form("without name", Takes::Word(ANSWERS));
/// The newest version that a program offers.
pub(in crate::verdict) const NEWEST: Form = form("newest", Takes::Version);
/// A program offers no version that has a name.
pub(in crate::verdict) const NO_KNOWN_VERSION: Form = form("no known version", Takes::Nothing);
/// A program speaks a version that it must not speak.
pub(in crate::verdict) const SPOKEN: Form = form("spoken", Takes::Version);
/// A program and the stand-in have no such thing in common.
pub(in crate::verdict) const LACKING: Form = form(
    "lacking",
    Takes::Word(&["cipher-suite", "group", "modern-cipher-suite", "other", "signature-algorithm"]),
);
/// The exit code of a program.
pub(in crate::verdict) const EXIT: Form = form("exit", Takes::Number(1, u16::MAX));
/// The signal that ended a program.
pub(in crate::verdict) const SIGNAL: Form = form("signal", Takes::Number(1, u16::MAX));
/// A program that did not end by itself.
pub(in crate::verdict) const NOT_ENDED: Form = form("not ended", Takes::Nothing);
/// A program that is not installed.
pub(in crate::verdict) const NOT_INSTALLED: Form = form("not installed", Takes::Nothing);

/// The names of [`crate::verdict::Feature`].
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
pub(super) const FORMS: &[Form] = &[
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
    LIFESPAN,
    SIGNATURE,
    WITHOUT,
    KEY,
    ALPN,
    NO_ALPN,
    OCSP_STAPLE,
    HSTS,
    HSTS_MAX_AGE,
    HEADER_MISSING,
    HEADER_OTHER,
    HEADER_THERE,
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
