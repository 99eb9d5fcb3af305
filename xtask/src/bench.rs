//! `cargo xtask bench`: builds the gate as users have it, and measures it against a fleet of servers.
//!
//! The work is done by a benchmark of the harness, which is handed the arguments.

use std::ffi::{OsStr, OsString};
use std::path::Path;
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
        .args(absolute(arguments));
    for name in workspace::variables_of_this_package() {
        cargo.env_remove(name);
    }
    gate::become_process(cargo)
}

/// The arguments, with the file behind `--gate` from the caller's folder: cargo runs benchmarks in another.
fn absolute(arguments: &[OsString]) -> Vec<OsString> {
    let path =
        |file: &OsStr| std::path::absolute(Path::new(file)).map_or_else(|_| file.to_owned(), OsString::from);
    let mut is_file = false;
    let mut all = Vec::new();
    for argument in arguments {
        let joined = argument.to_str().and_then(|text| text.strip_prefix("--gate="));
        match joined {
            _ if std::mem::take(&mut is_file) => all.push(path(argument)),
            Some(file) => all.extend(["--gate".into(), path(OsStr::new(file))]),
            None => {
                is_file = argument == "--gate";
                all.push(argument.clone());
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_gate_is_found_from_the_callers_folder() {
        let here = std::env::current_dir().unwrap().join("a/gate").into_os_string();
        for words in [&["--gate", "a/gate", "fleet"][..], &["--gate=a/gate", "fleet"]] {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(absolute(&words), ["--gate".into(), here.clone(), "fleet".into()]);
        }
        let others = ["--hosts".into(), "a/gate".into(), "--gate".into()];
        assert_eq!(absolute(&others), others);
    }
}
