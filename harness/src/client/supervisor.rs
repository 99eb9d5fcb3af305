//! The supervisor process that a program on trial runs below, on Linux.
//!
//! It is this binary again, so it has no thread when it enters the namespace: a process with threads
//! may not. It adopts what the program leaves behind, so that the whole process tree can be ended, and
//! ends it also when the gate dies: it notices by the end of the socket between the two.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::IpAddr;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde::{Deserialize, Serialize};

mod descendants;
mod descriptors;
mod loopback;
mod namespace;

pub(super) use descriptors::receive;

/// What makes this binary the supervisor: its first argument.
pub(super) const ARGUMENT: &str = "tls-readiness-client-supervisor";

/// What the supervisor is told, in one line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// The program and its arguments.
    pub(super) command: Vec<String>,
    /// The namespace that it runs in; without it in that of the gate.
    pub(super) namespace: Option<Namespace>,
    /// How many descriptors it may have, where that is not what the gate has.
    pub(super) descriptors: Option<u64>,
}

/// The namespace that a program runs in.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Namespace {
    /// An empty folder, in which the namespace keeps its files.
    pub(super) scratch: PathBuf,
    /// Files that the program finds in place of others.
    pub(super) files: Vec<Overlay>,
    /// The network that it has for itself; without one it has that of the machine.
    pub(super) network: Option<Network>,
}

/// A network of loopback alone.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Network {
    /// Addresses that this machine has there, beside those of loopback.
    pub(super) addresses: Vec<IpAddr>,
    /// The port of the endpoint.
    pub(super) endpoint: u16,
    /// The port of the proxy.
    pub(super) proxy: u16,
}

/// A file in place of another.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Overlay {
    /// What is hidden; a link is followed.
    pub(super) target: PathBuf,
    /// What takes its place.
    pub(super) content: Content,
    /// Whether the program cannot be led here without it.
    pub(super) is_needed: bool,
}

/// What takes the place of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Content {
    /// This text.
    Text(String),
    /// This file.
    File(PathBuf),
    /// An empty folder.
    EmptyFolder,
}

/// What the supervisor says, in one line each.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    /// The namespace is there. With a network of its own its listeners come with this: the proxy's, that
    /// of the name server, the endpoint's, and those of other ports.
    Confined,
    /// There is no namespace. Why.
    NoNamespace(String),
    /// The program cannot be started: it is not there.
    Missing(String),
    /// The program cannot be started for another reason.
    NotStarted(String),
    /// It ended by itself.
    Exited(i32),
    /// It was ended by a signal.
    Signalled(i32),
}

/// Whether this program can be its own supervisor.
static CAN_SUPERVISE: AtomicBool = AtomicBool::new(false);

/// Runs as the supervisor where this process was started as one. To be called first in `main`, before any
/// thread is started: without it no program can be tried.
#[must_use]
pub fn enter_if_asked() -> Option<ExitCode> {
    CAN_SUPERVISE.store(true, Ordering::Relaxed);
    let is_supervisor = std::env::args_os().nth(1).is_some_and(|argument| argument == OsStr::new(ARGUMENT));
    is_supervisor.then(|| match supervise() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// This program, to be started as the supervisor.
pub(super) fn program() -> io::Result<PathBuf> {
    if CAN_SUPERVISE.load(Ordering::Relaxed) {
        std::env::current_exe()
    } else {
        Err(io::Error::other(
            "this program does not begin with client::enter_if_asked, so it cannot try others",
        ))
    }
}

fn supervise() -> io::Result<()> {
    let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut line = String::new();
    let mut reader = BufReader::new(&socket);
    reader.read_line(&mut line)?;
    let Order { command, namespace, descriptors: limit } = serde_json::from_str(&line)?;
    if let Some(namespace) = namespace {
        match namespace::enter(&namespace) {
            Ok(sockets) => descriptors::send(&socket, &message(&Report::Confined)?, &sockets)?,
            Err(words) => return say(&socket, &Report::NoNamespace(words)),
        }
    }
    // A kernel too old for it leaves daemons alive; what stays with the program is ended all the same.
    let _ = nix::sys::prctl::set_child_subreaper(true);
    if let Some(limit) = limit {
        crate::descriptors::lower(limit);
    }
    let Some((program, arguments)) = command.split_first() else {
        return say(&socket, &Report::NotStarted("no program".to_owned()));
    };
    let mut program = match Command::new(program).args(arguments).stdin(Stdio::null()).spawn() {
        Ok(program) => program,
        Err(error) if super::process::is_missing(&error, program) => {
            return say(&socket, &Report::Missing(program.clone()));
        }
        Err(error) => return say(&socket, &Report::NotStarted(error.to_string())),
    };
    let watched = socket.try_clone()?;
    thread::Builder::new().spawn(move || {
        // Nothing more is ever said to the supervisor: what comes is the end.
        let _ = io::copy(&mut { watched }, &mut io::sink());
        descendants::end();
        std::process::exit(0);
    })?;
    let status = program.wait();
    // Also where the other thread buried it: that one may not be done with the rest yet.
    descendants::end();
    let status = status?;
    let report = match (status.code(), status.signal()) {
        (Some(code), _) => Report::Exited(code),
        (None, signal) => Report::Signalled(signal.unwrap_or_default()),
    };
    say(&socket, &report)
}

/// A report in one line.
fn message(report: &Report) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(report)?;
    line.push(b'\n');
    Ok(line)
}

fn say(mut socket: &UnixStream, report: &Report) -> io::Result<()> {
    socket.write_all(&message(report)?)
}
