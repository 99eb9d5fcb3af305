//! All servers of one program at once, and the gate's reports on them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tls_readiness::scenario::Policies;

use crate::certificates;
use crate::gate::{Gate, Run};
use crate::peer::Peer;

/// How long a server may take to listen. Only a machine that is stuck needs it.
const START_LIMIT: Duration = Duration::from_secs(20);

/// A peer and the port that it listens on.
pub(crate) type Placed<'a> = (&'a Peer, u16);

/// All servers of one program.
pub(crate) struct Fleet {
    /// The program.
    pub(crate) program: &'static str,
    /// Its configurations.
    pub(crate) peers: Vec<Peer>,
    /// Says how to start the program, from what the folder holds: one process for all peers or one for each.
    pub(crate) commands: fn(&Path, &[Placed<'_>]) -> Vec<Command>,
    /// What was found; made by whoever asks first.
    pub(crate) found: OnceLock<Result<Found, String>>,
}

/// What the gate said of the servers, by the verdict that was asked for.
pub(crate) struct Found {
    /// Ports in the order of the peers.
    pub(crate) ports: Vec<u16>,
    /// One run with all scenarios that must get this verdict.
    pub(crate) runs: BTreeMap<&'static str, Run>,
    /// The run that holds those against all policies that are to be.
    pub(crate) policies: Option<Run>,
    _servers: Servers,
    _folder: TempDir,
}

/// Processes that are killed when they are no longer needed.
struct Servers(Vec<Child>);

impl Drop for Servers {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Fleet {
    pub(crate) fn new(
        program: &'static str,
        peers: Vec<Peer>,
        commands: fn(&Path, &[Placed<'_>]) -> Vec<Command>,
    ) -> Fleet {
        let peers = peers.into_iter().map(Peer::all_questions).collect();
        Fleet { program, peers, commands, found: OnceLock::new() }
    }

    /// Starts the servers and runs the gate on them, once.
    pub(crate) fn found(&self) -> Result<&Found, &String> {
        self.found.get_or_init(|| self.find()).as_ref()
    }

    fn find(&self) -> Result<Found, String> {
        let folder = tempfile::tempdir().unwrap();
        certificates::write(folder.path());
        certificates::write_oddities(folder.path());
        let ports = free_ports(self.peers.len());
        let placed: Vec<Placed<'_>> = self.peers.iter().zip(ports.iter().copied()).collect();
        let mut servers = Servers(Vec::new());
        let log = File::create(folder.path().join("log")).unwrap();
        for mut command in (self.commands)(folder.path(), &placed) {
            let child = command
                .current_dir(folder.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(log.try_clone().unwrap())
                .spawn()
                .map_err(|e| format!("cannot start {}: {e}", self.program))?;
            servers.0.push(child);
        }
        await_listening(&mut servers, &placed).map_err(|e| {
            e + "\n" + &std::fs::read_to_string(folder.path().join("log")).unwrap_or_default()
        })?;
        let verdicts = [crate::peer::PASSED, crate::peer::FAILED, crate::peer::INCONCLUSIVE];
        let runs = verdicts.into_iter().map(|verdict| (verdict, run_gate(folder.path(), &placed, verdict)));
        let runs = runs.collect();
        let policies = hold_against_policies(folder.path(), &placed);
        Ok(Found { runs, policies, ports, _servers: servers, _folder: folder })
    }
}

/// Runs the gate on all scenarios that must get `verdict`.
fn run_gate(folder: &Path, placed: &[Placed<'_>], verdict: &str) -> Run {
    let mut gate = Gate::new();
    for (peer, port) in placed {
        let mut text = way_to(folder, *port);
        let mut asked = false;
        for question in peer.questions.iter().filter(|question| question.verdict == verdict) {
            // `{port of NAME}` leads to another peer.
            let fields = placed.iter().fold(question.fields.clone(), |fields, (peer, port)| {
                fields.replace(&format!("{{port of {}}}", peer.name), &port.to_string())
            });
            writeln!(text, "  {}: {{ {fields} }}", question.key).unwrap();
            asked = true;
        }
        if asked {
            gate = gate.scenario(&format!("{}.yaml", peer.name), &text);
        }
    }
    gate.check()
}

/// What all scenarios of a peer have in common.
fn way_to(folder: &Path, port: u16) -> String {
    let authority = folder.join("ca.pem");
    format!(
        "host: {}\nconnect_to: 127.0.0.1:{port}\nca: {}\ntimeout: 20s\nscenarios:\n",
        certificates::NAME,
        authority.display()
    )
}

/// Runs the gate with every policy on the peers that are to be held against them.
fn hold_against_policies(folder: &Path, placed: &[Placed<'_>]) -> Option<Run> {
    let mut gate = None;
    for (peer, port) in placed.iter().filter(|(peer, _)| peer.unmet.is_some()) {
        let mut text = way_to(folder, *port);
        for policy in Policies::shipped() {
            writeln!(text, "  {0}: {{ policy: {0}, strict: true }}", policy.name).unwrap();
        }
        gate = Some(gate.unwrap_or_else(Gate::new).scenario(&format!("{}.yaml", peer.name), &text));
    }
    gate.map(|gate| gate.check())
}

/// Ports that nothing listens on, below those that the system gives to outgoing connections.
fn free_ports(count: usize) -> Vec<u16> {
    let first = 10_000 + u16::try_from(std::process::id() % 20_000).unwrap();
    let listeners: Vec<TcpListener> = (first..32_000)
        .chain(10_000..first)
        .filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
        .take(count)
        .collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

/// Connects to every server until all of them listen.
fn await_listening(servers: &mut Servers, placed: &[Placed<'_>]) -> Result<(), String> {
    let deadline = Instant::now() + START_LIMIT;
    for (peer, port) in placed {
        while TcpStream::connect(("127.0.0.1", *port)).is_err() {
            if servers.0.iter_mut().any(|child| matches!(child.try_wait(), Ok(Some(_)))) {
                return Err(format!("a server ended before {} listened", peer.name));
            }
            if Instant::now() > deadline {
                return Err(format!("{} does not listen", peer.name));
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    Ok(())
}
