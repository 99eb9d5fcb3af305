//! What everything is measured on: the servers, a folder, the gate.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::options::Options;
use super::process::{self, Measured};
use super::proxy::{Front, Proxy, Tally};
use super::scenarios::{self, Evidence};
use super::servers::{self, Servers};
use super::table::median;
use super::{Result, descriptors};

/// What everything is measured on.
pub(crate) struct Ground<'a> {
    pub(crate) options: &'a Options,
    /// Ended before the folder that they run in is removed.
    pub(crate) servers: Servers,
    gate: &'a Path,
    folder: TempDir,
    descriptors: usize,
    names: AtomicUsize,
}

/// A run of the gate, and what passed through the proxy meanwhile.
pub(crate) struct Run {
    pub(crate) process: Measured,
    pub(crate) passed: Tally,
    /// CPU of the proxy meanwhile.
    pub(crate) proxy: Duration,
    /// CPU of the servers meanwhile.
    pub(crate) servers: Duration,
}

impl<'a> Ground<'a> {
    /// Starts the servers.
    ///
    /// # Errors
    /// Where they cannot be started.
    pub(crate) fn new(options: &'a Options, gate: &'a Path) -> Result<Ground<'a>> {
        let descriptors = descriptors::raise()?;
        let folder = tempfile::Builder::new().prefix("fleet-").tempdir()?;
        let servers = Servers::start(folder.path(), servers::PORTS.max(options.few()))?;
        Ok(Ground { options, servers, gate, folder, descriptors, names: AtomicUsize::new(0) })
    }

    /// Leaves nothing behind where a signal ends it.
    ///
    /// # Errors
    /// Where signals are somebody else's already.
    pub(crate) fn clear_when_interrupted(&self) -> Result {
        let (servers, folder) = (self.servers.process_id(), self.folder().to_path_buf());
        Ok(ctrlc::set_handler(move || {
            servers::end(servers);
            let _ = std::fs::remove_dir_all(&folder);
            std::process::exit(130);
        })?)
    }

    /// Sees the gate fail where it must, before times of passes count for anything.
    ///
    /// # Errors
    /// Where a server that speaks TLS 1.0 and 1.1 passes.
    pub(crate) fn gate_can_fail(&self) -> Result {
        let host = self.servers.old.get(..1).unwrap_or_default();
        let run = self.run(&mut self.gate(&["check"], &self.versions(host, Evidence::Hello)?), 1)?;
        let words = "2 failed, 4 passed";
        if run.last_words().contains(words) {
            return Ok(());
        }
        Err(format!("not {words} at a server of old versions:\n{}", run.last_words()).into())
    }

    /// What was measured on, in a sentence.
    pub(crate) fn machine(&self) -> String {
        let cores = cores();
        let (system, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
        let nginx = servers::version();
        format!(
            "Measured on {cores} cores ({system}, {architecture}), which the servers ({nginx}, ECDSA P-256) and the \
             proxy share with the programs. The gate: the median of {}.",
            self.options.runs
        )
    }

    /// The folder for all files, gone in the end.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of a file or folder that does not exist yet.
    pub(crate) fn new_path(&self) -> PathBuf {
        self.folder().join(format!("{}", self.names.fetch_add(1, Ordering::Relaxed)))
    }

    /// The servers that are ready, behind a delay.
    ///
    /// # Errors
    /// Where the system gives no sockets.
    pub(crate) fn behind(&self, front: Front) -> Result<Proxy> {
        let servers = self.servers.ready.clone();
        Ok(Proxy::start(front, servers, self.options.delay, self.descriptors)?)
    }

    /// A folder with a test for each of `hosts` and version.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub(crate) fn versions(&self, hosts: &[SocketAddr], evidence: Evidence) -> Result<PathBuf> {
        scenarios::write_versions(&self.new_path(), evidence, &self.servers.authority, hosts)
    }

    /// The gate with `arguments` and the scenarios in `folder`.
    pub(crate) fn gate(&self, arguments: &[&str], folder: &Path) -> Command {
        let mut command = Command::new(self.gate);
        command.args(arguments).arg("--scenarios").arg(folder).current_dir(self.folder());
        // A summary of a job is not for what is run here.
        command.env_remove("GITHUB_STEP_SUMMARY").env_remove("GITHUB_ACTIONS");
        command
    }

    /// Runs a program that is to end with `code`.
    ///
    /// # Errors
    /// Where it does not.
    pub(crate) fn run(&self, command: &mut Command, code: i32) -> Result<Measured> {
        let measured = process::run(command, Stdio::null(), &self.new_path())?;
        if measured.code != Some(code) {
            let program = command.get_program().display();
            let (what, words) = (measured.code, measured.last_words());
            return Err(format!("{program} ended with {what:?} in place of {code}; it said:\n{words}").into());
        }
        Ok(measured)
    }

    /// Runs the gate's `check` on `folder` as often as the caller wants, and takes the run in the middle. All
    /// tests are to pass.
    ///
    /// # Errors
    /// Where it does not find all ready.
    pub(crate) fn check(&self, folder: &Path, proxy: &Proxy) -> Result<Run> {
        let runs = (0..self.options.runs).map(|_| {
            proxy.take_tally();
            let (of_us, of_servers) = (process::used_by_us()?, self.servers.cpu());
            let process = self.run(&mut self.gate(&["check"], folder), 0)?;
            Ok(Run {
                process,
                passed: proxy.take_tally(),
                proxy: process::used_by_us()?.saturating_sub(of_us),
                servers: self.servers.cpu().saturating_sub(of_servers),
            })
        });
        let runs = runs.collect::<Result<Vec<Run>>>()?;
        Ok(median(runs, |run| run.process.wall).ok_or("nothing was run")?)
    }

    /// As often as the caller wants, the median of how long a command takes that is to end with 0.
    ///
    /// # Errors
    /// Where it does not.
    pub(crate) fn time(&self, arguments: &[&str], folder: &Path) -> Result<Measured> {
        let runs = (0..self.options.runs).map(|_| self.run(&mut self.gate(arguments, folder), 0));
        let runs = runs.collect::<Result<Vec<Measured>>>()?;
        Ok(median(runs, |run| run.wall).ok_or("nothing was run")?)
    }
}

/// How many threads can run at a time.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
