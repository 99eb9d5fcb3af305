//! What one address of a host came to.

use serde::{Deserialize, Serialize};

use super::{Asked, Text};
use crate::verdict::Verdict;

/// One address by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The address and port.
    pub address: String,
    /// Its own verdict.
    pub verdict: Verdict,
    /// What decided it.
    pub finding: Text,
    /// The same, for people.
    pub reason: String,
    /// What of it is not as it should be, in the words of [`Test::observed`](super::Test::observed).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observed: Vec<String>,
    /// What it has in each version, where that was looked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<Inventory>,
    /// What it was asked besides, where the scenario requires that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<Asked>,
    /// Why and how it was asked more slowly than at first, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slowed: Option<String>,
    /// How often it was asked the same, where that is more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
}

/// How often an address was asked the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    /// How many times.
    pub times: u32,
    /// How many of them came to what is told here.
    pub alike: u32,
}

/// What an address has in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The version.
    pub version: Text,
    /// Its cipher suites, by their IANA names, in the order in which they were chosen.
    pub cipher_suites: Vec<Text>,
    /// Its groups, by their IANA names, in the order in which they were chosen.
    pub groups: Vec<Text>,
    /// Whether it has no other cipher suites: all were refused.
    pub all_cipher_suites: bool,
    /// Whether it has no other groups: all were refused.
    pub all_groups: bool,
}
