//! The evidence of a report: what each connection came to, and a program on trial.

use serde::{Deserialize, Serialize};

use super::Text;

/// One connection with one offer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Where the connection went.
    pub address: Option<String>,
    /// The name in SNI.
    pub server_name: Option<String>,
    /// The versions that were offered.
    pub offered: Vec<Text>,
    /// Which hello for these versions.
    pub hello: Option<Text>,
    /// `resolve`, `hello`, `handshake` or `client`.
    pub step: Text,
    /// What came of it: one of a closed list of words.
    pub outcome: Text,
    /// Of a refusal: `strong` or `weak`.
    pub strength: Option<Text>,
    /// The alert, by its RFC name.
    pub alert: Option<String>,
    /// Its code.
    pub alert_code: Option<u8>,
    /// Warning alerts before the outcome.
    pub warnings: Vec<String>,
    /// The version that was chosen.
    pub version: Option<Text>,
    /// The cipher suite that was chosen.
    pub cipher_suite: Option<String>,
    /// The group of the key exchange.
    pub group: Option<String>,
    /// Whether a HelloRetryRequest came first.
    pub hello_retry: bool,
    /// Whether a client certificate was asked for.
    pub client_certificate_wanted: bool,
    /// The server's certificate.
    pub certificate: Option<Certificate>,
    /// The status of the HTTP answer.
    pub http_status: Option<u16>,
    /// Its `Location`.
    pub http_location: Option<String>,
    /// All of this, for people.
    pub detail: String,
    /// When the connection was begun.
    pub started_ms: f64,
    /// How long it took.
    pub elapsed_ms: f64,
    /// Connections that it took.
    pub connections: u32,
    /// Whether it proves that the address was up.
    pub control: bool,
    /// Of a program on trial: its ClientHello.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hello_sent: Option<Hello>,
    /// Of a program on trial: whether it came through the proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_proxy: Option<bool>,
}

/// A server's certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// What verifying it came to, as `certificate` has it in a scenario; `other` else.
    pub outcome: Text,
    /// The same, for people.
    pub detail: String,
    /// Its names.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// Valid from, by RFC 3339.
    pub not_before: Option<String>,
    /// Valid until, by RFC 3339.
    pub not_after: Option<String>,
    /// Whom it is about.
    #[serde(default)]
    pub subject: Option<String>,
    /// The kind of its key, as `certificate_key` has it in a scenario.
    #[serde(default)]
    pub key: Option<String>,
    /// The size of its key, in bits.
    #[serde(default)]
    pub key_bits: Option<u32>,
    /// The algorithm that it is signed by.
    #[serde(default)]
    pub signature_algorithm: Option<String>,
    /// Its SHA-256, in hexadecimal digits.
    #[serde(default)]
    pub sha256: Option<String>,
    /// How many certificates were sent.
    #[serde(default)]
    pub sent: Option<usize>,
    /// Where they lead, for people.
    #[serde(default)]
    pub chain: Option<String>,
    /// Whether an OCSP response came with it.
    #[serde(default)]
    pub ocsp_staple: Option<bool>,
}

/// What an address was asked besides, each by a connection of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// `alpn`, `ocsp_staple` or `plain_http`.
    pub question: Text,
    /// The protocol that was offered.
    pub protocol: Option<String>,
    /// What came of it: one of a closed list of words.
    pub reply: Text,
    /// The same, for people.
    pub detail: String,
    /// How long it took.
    pub elapsed_ms: f64,
    /// Connections that it took.
    pub connections: u32,
}

/// A program on trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Program {
    /// The words of a list, or one text for a shell.
    pub command: Vec<String>,
    /// Whether a shell ran it.
    pub shell: bool,
    /// `namespace`, `proxy` or `none`.
    pub reach: Text,
    /// The same, for people, with why a better way was not taken.
    pub reach_detail: String,
    /// How it ended by itself.
    pub exit_code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Whether it was ended at its deadline.
    pub timed_out: bool,
    /// How long it ran.
    pub elapsed_ms: f64,
    /// The end of what it printed.
    pub stdout: String,
    /// The end of what it complained.
    pub stderr: String,
    /// Other hosts that it wanted.
    pub also_wanted: Vec<Elsewhere>,
}

/// Another host that a program wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// As the program named it.
    pub host: String,
    /// Whether it was let through.
    pub let_through: bool,
    /// What of the run's bounds barred it, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barred: Option<String>,
}

/// What a ClientHello says, with code points that have no name by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of its record.
    pub record_version: String,
    /// `legacy_version`.
    pub legacy_version: String,
    /// Whether it is an SSL 2.0 hello.
    pub ssl2_format: bool,
    /// `supported_versions`.
    pub supported_versions: Option<Vec<String>>,
    /// The cipher suites.
    pub cipher_suites: Vec<String>,
    /// `supported_groups`.
    pub groups: Vec<String>,
    /// The groups of `key_share`.
    pub key_shares: Vec<String>,
    /// `signature_algorithms`.
    pub signature_algorithms: Vec<String>,
    /// The name in SNI.
    pub server_name: Option<String>,
    /// `application_layer_protocol_negotiation`.
    pub alpn: Vec<String>,
}
