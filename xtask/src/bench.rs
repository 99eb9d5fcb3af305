//! `cargo xtask bench`: builds the gate as users have it, and measures it against a fleet of servers.
//!
//! The work is done by a benchmark of the harness, which is handed the arguments unchanged.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use crate::{console, gate, workspace};

/// What the benchmark says of its options. Read from its folder, so that nothing is built to show it.
const HELP: &str = "harness/benches/fleet/help.txt";

/// Builds and runs the benchmark with `arguments`.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        return match std::fs::read_to_string(workspace::root().join(HELP)) {
            Ok(help) => {
                console::out(&help);
                ExitCode::SUCCESS
            }
            Err(error) => {
                console::err(&format!("error: {HELP} cannot be read: {error}\n"));
                ExitCode::FAILURE
            }
        };
    }
    let mut cargo = Command::new(workspace::cargo());
    cargo
        .args(["bench", "--quiet", "--package", gate::PACKAGE, "--bench", "fleet"])
        .arg("--manifest-path")
        .arg(workspace::root().join("Cargo.toml"))
        .args(["--", "measure"])
        .args(arguments);
    for name in workspace::variables_of_this_package() {
        cargo.env_remove(name);
    }
    gate::become_process(cargo)
}
