//! The program on trial, where the client's side is what a scenario asks about.

use std::path::PathBuf;
use std::sync::Arc;

use crate::wire::{CipherSuite, NamedGroup};

pub(crate) mod narrowed;
pub(super) mod read;

/// The program on trial, and how it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What is run.
    pub command: Command,
    /// The scenario file's folder, in which it runs.
    pub folder: PathBuf,
    /// Whether its exit code counts, once it had its answer.
    pub exit: Exit,
    /// Whether it must accept the stand-in's certificate.
    pub trusted: bool,
    /// How it is led to the stand-in.
    pub reach: Reach,
    /// Whether it may reach other hosts.
    pub passthrough: bool,
    /// What follows where it is not installed.
    pub when_missing: WhenMissing,
    /// The suites that the stand-in is narrowed to. Never empty.
    pub cipher_suites: Option<Arc<Vec<CipherSuite>>>,
    /// The groups that the stand-in is narrowed to. Never empty.
    pub groups: Option<Arc<Vec<NamedGroup>>>,
}

/// What is run. `{url}`, `{host}`, `{port}` and `{ca}` stand for what the run gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A command for `sh -c`.
    Shell(String),
    /// A program and its arguments; never empty.
    Program(Vec<String>),
}

/// Whether a program's exit code counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Exit {
    /// It must be 0.
    #[default]
    Zero,
    /// It does not matter.
    Any,
}

/// How a program is led to the stand-in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// By a namespace where the system permits one, else by a proxy.
    #[default]
    Auto,
    /// By the variables that name a proxy.
    Proxy,
    /// By a namespace, or not at all.
    Namespace,
}

/// What follows where a program is not installed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenMissing {
    /// The test fails.
    #[default]
    Fail,
    /// The test is ignored.
    Ignore,
}
