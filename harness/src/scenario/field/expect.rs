//! What `expect` has, and the mappings within it.

use super::{ALERTS, CERTIFICATES, CHAINS, Field, Kind, NAME_ANSWERS, OUTCOMES, TOLERANCES, field, not_yet};

/// What the mapping of `expect` has.
pub(crate) const EXPECT: &[Field] = &[
    field("outcome", Kind::Word(OUTCOMES), "What must happen. Implied by the other fields."),
    field("version", Kind::Version, "The version that a client which offers the whole range ends with."),
    field(
        "status",
        Kind::Statuses,
        "The HTTP status: one, a class such as `2xx`, or a list of both. Needs `path`.",
    ),
    field("alert", Kind::Word(ALERTS), "The alert that must say the refusal, by its RFC name."),
    field(
        "certificate",
        Kind::Word(CERTIFICATES),
        "What verifying the certificate comes to. Default: `trusted`.",
    ),
    field("certificate_valid_for", Kind::Duration, "How long the certificate must still be valid: `30d`."),
    field(
        "versions",
        Kind::Versions,
        "Versions that must be accepted or refused, each offered alone. Where `min_version` or `max_version` is not written, the range is that of these.",
    ),
    field(
        "cipher_suites",
        Kind::SuiteChoice,
        "Which cipher suites the host may have in the versions of the range, and which it must have.",
    ),
    field(
        "groups",
        Kind::GroupChoice,
        "Which groups the host may have in the versions of the range, and which it must have.",
    ),
    field(
        "dh_size",
        Kind::Number(512, 16_384),
        "The fewest bits of the prime where DHE is chosen, up to TLS 1.2.",
    ),
    field(
        "server_preference",
        Kind::Flag,
        "Whose order of cipher suites counts: `true` for the host's, `false` for the client's.",
    ),
    field(
        "extended_master_secret",
        Kind::Flag,
        "Whether the host has `extended_master_secret` (RFC 7627) wherever it speaks TLS 1.2 or older.",
    ),
    field(
        "secure_renegotiation",
        Kind::Flag,
        "Whether the host has `renegotiation_info` (RFC 5746) wherever it speaks TLS 1.2 or older.",
    ),
    field(
        "encrypt_then_mac",
        Kind::Flag,
        "Whether the host has `encrypt_then_mac` (RFC 7366) wherever it accepts a CBC suite.",
    ),
    field("compression", Kind::Flag, "Whether the host compresses by TLS itself (RFC 3749)."),
    field(
        "downgrade_sentinel",
        Kind::Flag,
        "Whether a host of TLS 1.3 says so in its answers to older clients (RFC 8446 4.1.3).",
    ),
    field(
        "tolerates",
        Kind::Words(TOLERANCES),
        "What must not keep the host from answering as ever: a version of the future, or GREASE values (RFC 8701).",
    ),
    field(
        "unknown_name",
        Kind::Word(NAME_ANSWERS),
        "How the host answers a name in SNI that it cannot know.",
    ),
    field("without_name", Kind::Word(NAME_ANSWERS), "How the host answers a client that sends no SNI."),
    field(
        "certificate_lifespan",
        Kind::Duration,
        "The most time from the certificate's first second to its last: `366d`.",
    ),
    field(
        "certificate_key",
        Kind::Keys,
        "The kinds of key that the certificate may have: `RSA-2048` (at least so many bits), `P-256`, `P-384`, `P-521`, `Ed25519`, `Ed448`.",
    ),
    field(
        "certificate_signature",
        Kind::Signature,
        "How the certificate and the intermediates that are sent may be signed: `{ none: [SHA-1, MD5] }` or `{ only: […] }`.",
    ),
    field(
        "certificate_names",
        Kind::Names,
        "Names that the certificate must hold, as a client would find them; `*.example.com` for every name below.",
    ),
    field(
        "certificate_chain",
        Kind::Word(CHAINS),
        "`complete`: every intermediate up to a trusted root is sent, whatever else is wrong with the certificate.",
    ),
    field("same_certificate", Kind::Flag, "`true`: every address of the host shows the same certificate."),
    field(
        "alpn",
        Kind::Alpn,
        "The protocol that is agreed on when it alone is offered: `h2`; or `{ some: […], none: […] }`, each offered alone.",
    ),
    field(
        "ocsp_staple",
        Kind::Flag,
        "Whether an OCSP response is stapled. A server that has none yet is asked three times.",
    ),
    field(
        "hsts",
        Kind::Hsts,
        "The least `max-age` of Strict-Transport-Security: `730d`; or `{ min_age, include_subdomains, preload }`. Needs `path`.",
    ),
    field(
        "headers",
        Kind::Headers,
        "Fields of the answer's header: `true` where one must be there, `false` where it must not, or its exact value. Needs `path`.",
    ),
    field(
        "http_redirects",
        Kind::Redirects,
        "`true`: plain HTTP on port 80 of the same address redirects to HTTPS at the same host. A number is another port.",
    ),
    not_yet("client_certificate"),
];

/// What `versions` of `expect` has.
pub(crate) const VERSIONS: &[Field] = &[
    field("required", Kind::VersionList, "Versions that must be accepted."),
    field("forbidden", Kind::VersionList, "Versions that must be refused."),
];

/// What `cipher_suites` and `groups` of `expect` have.
pub(crate) const CHOICE: &[Field] = &[
    field("only", Kind::Chosen, "Nothing but these may be there."),
    field("none", Kind::Chosen, "None of these may be there."),
    field("some", Kind::Chosen, "At least one of these must be there."),
];

/// What `certificate_signature` has.
pub(crate) const SIGNATURE: &[Field] = &[
    field("only", Kind::Hashes, "The hashes by one of which each of them is signed."),
    field("none", Kind::Hashes, "The hashes by which none of them is signed: `[SHA-1, MD5]`."),
];

/// What the mapping of `alpn` has.
pub(crate) const ALPN: &[Field] = &[
    field("some", Kind::Protocols, "Protocols of which at least one is agreed on."),
    field("none", Kind::Protocols, "Protocols of which none is agreed on."),
];

/// What the mapping of `hsts` has.
pub(crate) const HSTS: &[Field] = &[
    field("min_age", Kind::Duration, "The least `max-age`: `730d`. Required."),
    field("include_subdomains", Kind::Flag, "`true`: `includeSubDomains` is there."),
    field("preload", Kind::Flag, "`true`: `preload` is there."),
];
