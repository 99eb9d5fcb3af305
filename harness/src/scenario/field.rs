//! Every field that a scenario file can have: what the reader knows, what it suggests, and what the
//! JSON Schema says, from one table.

use crate::wire::AlertDescription;

mod expect;

pub(crate) use expect::{ALPN, CHOICE, EXPECT, HSTS, SIGNATURE, VERSIONS};

/// What may stand in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A host with or without port.
    Host,
    /// A list of hosts, or the file that holds them.
    Hosts,
    /// A version of SSL or TLS.
    Version,
    /// A path that begins with `/`.
    Path,
    /// The expected outcome: a word or a mapping.
    Expect,
    /// A duration with its unit.
    Duration,
    /// A file, relative to the scenario file's folder.
    File,
    /// Text.
    Text,
    /// A URL of a web page.
    Url,
    /// An address with or without port.
    Address,
    /// A DNS name, or `none`.
    ServerName,
    /// A whole number in these bounds.
    Number(u16, u16),
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// The program on trial: a command, or a list.
    Command,
    /// `0`, or a word.
    Exit,
    /// A status, a class of them, or a list.
    Statuses,
    /// A kind of key, or a list.
    Keys,
    /// How certificates may be signed.
    Signature,
    /// A hash of signatures, or a list.
    Hashes,
    /// Names of a certificate.
    Names,
    /// A protocol of ALPN, or a mapping.
    Alpn,
    /// A protocol of ALPN, or a list.
    Protocols,
    /// Strict-Transport-Security.
    Hsts,
    /// Fields of a header.
    Headers,
    /// `true`, or a port.
    Redirects,
    /// A list of cipher suites.
    Suites,
    /// A list of groups.
    Groups,
    /// A day of the calendar.
    Day,
    /// Somebody's permission to fail.
    Waiver,
    /// A fact that a failing test observed, or a list of them.
    Observed,
    /// The stand-in.
    Replica,
    /// Names to scenarios.
    Scenarios,
    /// Versions that are required and forbidden.
    Versions,
    /// Which cipher suites there may be.
    SuiteChoice,
    /// Which groups there may be.
    GroupChoice,
    /// A list of versions.
    VersionList,
    /// A list of names: which ones depends on what they are chosen from.
    Chosen,
    /// A list of these words.
    Words(&'static [&'static str]),
    /// A policy, by name or file.
    Policy,
    /// Names of rules to what is said of them.
    Rules,
    /// Known, and not supported yet.
    NotYet,
}

/// A field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// For people who write scenarios in an editor.
    pub(crate) doc: &'static str,
}

const fn field(name: &'static str, kind: Kind, doc: &'static str) -> Field {
    Field { name, kind, doc }
}

const fn not_yet(name: &'static str) -> Field {
    field(name, Kind::NotYet, "Not supported yet.")
}

pub(crate) const OUTCOMES: &[&str] = &["accepted", "refused", "unreachable"];
pub(crate) const CERTIFICATES: &[&str] = &["trusted", "expired", "unknown-issuer", "name-mismatch", "any"];
pub(crate) const CHAINS: &[&str] = &["complete"];
pub(crate) const EVIDENCE: &[&str] = &["hello", "handshake", "http"];
pub(crate) const LEVELS: &[&str] = &["MUST", "SHOULD"];
pub(crate) const TOLERANCES: &[&str] = &["future-version", "grease"];
pub(crate) const NAME_ANSWERS: &[&str] = &["accepted", "refused", "unrecognized_name"];
pub(crate) const ADDRESSES: &[&str] = &["all", "any"];
pub(crate) const EXITS: &[&str] = &["0", "any"];
pub(crate) const REACHES: &[&str] = &["auto", "proxy", "namespace"];
pub(crate) const WHEN_MISSING: &[&str] = &["fail", "ignore"];
/// The names of the alerts that count as a refusal.
#[expect(clippy::indexing_slicing, reason = "the compiler computes it, and refuses what is out of bounds")]
pub(crate) const ALERTS: &[&str] = &{
    let mut names = [""; AlertDescription::REFUSING.len()];
    let mut index = 0;
    while index < names.len() {
        if let Some(name) = AlertDescription::REFUSING[index].name() {
            names[index] = name;
        }
        index += 1;
    }
    names
};

/// What a scenario has, and a group: there they are for the scenarios below it.
pub(crate) const SCENARIO: &[Field] = &[
    field(
        "host",
        Kind::Host,
        "The host on trial: `name`, `name:port`, an IPv4 address, `[IPv6]` or `[IPv6]:port`. The port is 443 where none is written.",
    ),
    field(
        "hosts",
        Kind::Hosts,
        "Several hosts, each a test of its own: a list, or `{file: hosts.txt}` with one host a line.",
    ),
    field(
        "min_version",
        Kind::Version,
        "The oldest version that is offered, or with `client` served: SSLv2, SSLv3, 1.0, 1.1, 1.2 or 1.3. Default: 1.2.",
    ),
    field(
        "max_version",
        Kind::Version,
        "The newest version that is offered, or with `client` served: SSLv2, SSLv3, 1.0, 1.1, 1.2 or 1.3. Default: 1.3.",
    ),
    field(
        "path",
        Kind::Path,
        "GET this path over the connection; with `client` the path of `{url}`. Default: no HTTP.",
    ),
    field(
        "expect",
        Kind::Expect,
        "The expected outcome: `accepted`, `refused`, `unreachable`, or a mapping that says more.",
    ),
    field(
        "evidence",
        Kind::Word(EVIDENCE),
        "How far an acceptance is followed. Default: `http` with `path`; `hello` where the range ends below 1.2; else `handshake`.",
    ),
    field("server_name", Kind::ServerName, "The name in SNI, where it is not the host; `none` sends no SNI."),
    field(
        "connect_to",
        Kind::Address,
        "Connect to this address instead of resolving the host; SNI and names stay as they are. Beats `replica`.",
    ),
    field(
        "ca",
        Kind::File,
        "PEM bundle of roots that are trusted in place of Mozilla's, relative to this file.",
    ),
    field(
        "timeout",
        Kind::Duration,
        "Deadline of each whole step: resolve, connect, first flight, handshake, HTTP; with `client` of the program's whole run. From 1ms to 1h. Default: 5s; with `client` 60s.",
    ),
    field("attempts", Kind::Number(1, 10), "How often resolving and connecting are tried. Default: 2."),
    field(
        "max_connections",
        Kind::Number(1, 64),
        "Connections at a time to one address of the host. Default: 8.",
    ),
    field(
        "spacing",
        Kind::Duration,
        "The least time between the beginnings of two connections to one address, for hosts that throttle: `100ms`. From 1ms to 1m. Default: none.",
    ),
    field(
        "repeat",
        Kind::Number(1, 100),
        "How often the scenario is asked, by new connections each time; all must agree. For pools of servers behind one address. Default: 1.",
    ),
    field(
        "addresses",
        Kind::Word(ADDRESSES),
        "Which of the host's addresses must satisfy the expectation. Default: `all`.",
    ),
    field(
        "replica",
        Kind::Replica,
        "A stand-in for the host on this machine, so that the scenario runs without a network.",
    ),
    field(
        "client",
        Kind::Command,
        "The program on trial, in place of the host: a command for `sh -c`, or a list that is run as it is. `{url}`, `{host}`, `{port}` and `{ca}` stand for what the run gives it; `${NAME}` stays.",
    ),
    field(
        "exit",
        Kind::Exit,
        "With `client`: whether its exit code counts, once it had its answer: `0` or `any`. Default: 0.",
    ),
    field(
        "trusted",
        Kind::Flag,
        "With `client`: whether it must accept the stand-in's certificate. Default: false.",
    ),
    field(
        "reach",
        Kind::Word(REACHES),
        "With `client`: how it is led to the stand-in: by a `proxy`, by a `namespace`, or by what the system permits. Default: `auto`.",
    ),
    field("passthrough", Kind::Flag, "With `client`: whether it may reach other hosts. Default: false."),
    field(
        "when_missing",
        Kind::Word(WHEN_MISSING),
        "With `client`: what follows where the program is not installed: the test fails, or is ignored. Default: `fail`.",
    ),
    field(
        "cipher_suites",
        Kind::Suites,
        "With `client`: the cipher suites that the stand-in serves, by their IANA names. Default: all it knows.",
    ),
    field(
        "groups",
        Kind::Groups,
        "With `client`: the groups that the stand-in serves, by their IANA names. Default: all it knows.",
    ),
    field(
        "enforce_from",
        Kind::Day,
        "Before this day (UTC) a test that fails or is inconclusive is pending: reported, not blocking.",
    ),
    field(
        "waiver",
        Kind::Waiver,
        "Permission to fail until and including a day: then a failed test is waived.",
    ),
    field("title", Kind::Text, "Shown with a failure."),
    field("reference", Kind::Url, "The URL of a standard or announcement, shown with a failure."),
    field("advice", Kind::Text, "What to do, shown with a failure."),
    field(
        "scenarios",
        Kind::Scenarios,
        "Makes this a group: its scenarios, by name, inherit every field that they do not set; `~` unsets one.",
    ),
    field(
        "policy",
        Kind::Policy,
        "A named set of rules, each of which becomes a test: one that comes with the gate, the stem of a file in a folder `policies` below the scenarios, or a file.",
    ),
    field(
        "rules",
        Kind::Rules,
        "With `policy`: what is said of single rules, by their names: `waiver`, `enforce_from`, `strict`.",
    ),
    field(
        "level",
        Kind::Word(LEVELS),
        "`SHOULD`: what is not met is advice, and does not block. Default: `MUST`.",
    ),
    field("strict", Kind::Flag, "Whether a `SHOULD` that is not met fails too. Default: `false`."),
];

/// The fields of scenarios that policies have too.
pub(crate) const OF_POLICIES: &[&str] = &[
    "min_version",
    "max_version",
    "path",
    "expect",
    "evidence",
    "enforce_from",
    "title",
    "reference",
    "advice",
    "scenarios",
    "level",
];

/// What can be said of a single rule.
pub(crate) const RULE: &[Field] = &[
    field("waiver", Kind::Waiver, "Permission to fail until and including a day."),
    field("enforce_from", Kind::Day, "Before this day (UTC) what fails is pending."),
    field("strict", Kind::Flag, "Whether a `SHOULD` that is not met fails too."),
];

/// What a `replica` has.
pub(crate) const REPLICA: &[Field] = &[
    field("min_version", Kind::Version, "The oldest version that it speaks. Default: 1.2."),
    field("max_version", Kind::Version, "The newest version that it speaks. Default: 1.3."),
    field("status", Kind::Number(200, 599), "The HTTP status of its answer. Default: 200."),
    field("body", Kind::Text, "The body of its answer. Default: nothing."),
];

/// What a `waiver` has.
pub(crate) const WAIVER: &[Field] = &[
    field("until", Kind::Day, "The last day on which it holds (UTC). Required."),
    field("reason", Kind::Text, "Why. Required."),
    field("ticket", Kind::Text, "Where it is followed."),
    field(
        "observed",
        Kind::Observed,
        "What may fail, as a failure says it: `accepted 1.0`, or a list. Whatever else fails is not waived. Default: everything.",
    ),
];

/// What the mapping of `hosts` has.
pub(crate) const HOSTS: &[Field] =
    &[field("file", Kind::File, "A file with one host a line and `#` comments, relative to this file.")];

/// A place in a scenario file that has fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    /// As in "a scenario has: …".
    pub(crate) of: &'static str,
    pub(crate) fields: &'static [Field],
}

impl Table {
    pub(crate) const SCENARIO: Table = Table { of: "a scenario", fields: SCENARIO };
    pub(crate) const EXPECT: Table = Table { of: "`expect`", fields: EXPECT };
    pub(crate) const VERSIONS: Table = Table { of: "`versions`", fields: VERSIONS };
    pub(crate) const CHOICE: Table = Table { of: "a choice", fields: CHOICE };
    pub(crate) const RULE: Table = Table { of: "a rule", fields: RULE };
    pub(crate) const SIGNATURE: Table = Table { of: "`certificate_signature`", fields: SIGNATURE };
    pub(crate) const ALPN: Table = Table { of: "`alpn`", fields: ALPN };
    pub(crate) const HSTS: Table = Table { of: "`hsts`", fields: HSTS };
    pub(crate) const REPLICA: Table = Table { of: "`replica`", fields: REPLICA };
    pub(crate) const WAIVER: Table = Table { of: "`waiver`", fields: WAIVER };
    pub(crate) const HOSTS: Table = Table { of: "`hosts`", fields: HOSTS };

    pub(crate) fn find(self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names that can be used.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().filter(|field| field.kind != Kind::NotYet).map(|field| field.name)
    }
}
