//! One run of the gate on all rows at once.

use std::collections::BTreeMap;
use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

use crate::gate::{Gate, Run};
use crate::programs;
use crate::row::{HOST, OTHER_CA, Row};
use crate::servers::{self, Servers};
use crate::surroundings::{DAEMONS, ELSEWHERE};

/// What came of a run.
pub(crate) struct Found {
    pub(crate) run: Run,
    /// What it left behind.
    pub(crate) left: Vec<String>,
    /// The files of processes that outlived it.
    pub(crate) alive: Vec<&'static str>,
}

/// The head of each scenario file. Programs wait for one another on a machine that is busy.
fn head() -> String {
    format!("host: {HOST}\npath: /api/v3/pingdom\ntimeout: 90s\nscenarios:\n")
}

/// Runs the gate on all of these rows, side by side, against stand-ins.
pub(crate) fn against_stand_ins(rows: &[Row]) -> Result<Found, String> {
    let folder = Gate::new();
    let elsewhere = servers::speak_http("HTTP/1.1 200 OK");
    let gate = fill(folder, rows, &[(ELSEWHERE, elsewhere)])?;
    let run = gate.check();
    let alive = |file: &&str| is_alive(&gate.folder().join("scenarios").join(file));
    let alive = DAEMONS.into_iter().filter(alive).collect();
    Ok(Found { left: left_in(gate.folder()), run, alive })
}

/// Runs the gate on all of these rows, side by side, against servers.
pub(crate) fn against_servers(rows: &[Row]) -> Result<Found, String> {
    let gate = Gate::new();
    let servers = Servers::start(&gate.folder().join("scenarios"))?;
    let gate = fill(gate, rows, &servers.ports)?;
    let run = gate.check_with(&["--live"]);
    Ok(Found { left: left_in(gate.folder()), run, alive: Vec::new() })
}

/// Writes a file for each program, and what the programs run.
fn fill(mut gate: Gate, rows: &[Row], ports: &[(&str, u16)]) -> Result<Gate, String> {
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for row in rows {
        let mut text = row.scenario();
        for (placeholder, port) in ports {
            text = text.replace(placeholder, &port.to_string());
        }
        files.entry(row.program).or_insert_with(head).push_str(&text);
    }
    let folder = gate.folder().join("scenarios");
    programs::write_files(&folder);
    std::fs::write(folder.join(OTHER_CA), other_authority()).unwrap();
    for (name, text) in files {
        let program = programs::of(name);
        if program.is_installed() {
            program.prepare(&folder)?;
        }
        gate = gate.scenario(&format!("{name}.yaml"), &text);
    }
    Ok(gate)
}

/// Whether the process is alive whose number is in this file, or was never started.
#[cfg(target_os = "linux")]
fn is_alive(file: &Path) -> bool {
    let Ok(number) = std::fs::read_to_string(file) else { return true };
    Path::new("/proc").join(number.trim()).exists()
}

/// Elsewhere nobody adopts what a program leaves behind.
#[cfg(not(target_os = "linux"))]
fn is_alive(_file: &Path) -> bool {
    false
}

/// What the gate left in its folder for temporary files. Programs on trial have the same one.
pub(crate) fn left_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("tmp")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("tls-readiness") || name.starts_with(".tmp")).collect()
}

/// An authority that nobody has certificates of.
fn other_authority() -> String {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Another authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.self_signed(&key).unwrap().pem()
}
