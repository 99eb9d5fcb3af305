//! The commands of the gate: build the binary `tls-readiness`, then become it.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use crate::{console, workspace};

/// The commands that are the binary's. Their arguments are its business.
pub(crate) const COMMANDS: [&str; 9] =
    ["check", "calendar", "lint", "new", "policy", "probe", "serve", "report", "schema"];

/// The package and its binary.
pub(crate) const PACKAGE: &str = "tls-readiness";

/// That the gate could not be built or started is no verdict: the code that cargo uses for it, far
/// from those that mean something.
const FAULT: u8 = 101;

/// Runs `command` of the gate with `arguments`, unchanged and in the caller's folder.
///
/// Returns only where there is no gate to run, or where the system cannot replace a process.
pub(crate) fn run(command: &str, arguments: &[OsString]) -> ExitCode {
    match build() {
        Ok(binary) => {
            let mut gate = Command::new(&binary);
            gate.arg(command).args(arguments);
            for name in workspace::variables_of_this_package() {
                gate.env_remove(name);
            }
            become_process(gate)
        }
        Err(problem) => {
            console::err(&format!("error: {problem}; no scenario was run\n"));
            ExitCode::from(FAULT)
        }
    }
}

/// Builds the binary and says where it is. What cargo has to say goes to stderr as it comes; a build
/// that had nothing to do says nothing.
pub(crate) fn build() -> Result<PathBuf, String> {
    build_with(&workspace::cargo())
}

fn build_with(cargo: &OsStr) -> Result<PathBuf, String> {
    let mut cargo = Command::new(cargo);
    cargo
        .args(["build", "--package", PACKAGE, "--bin", PACKAGE])
        .arg("--manifest-path")
        .arg(workspace::root().join("Cargo.toml"))
        // The path of the binary comes from cargo: only cargo knows CARGO_TARGET_DIR, build.target-dir
        // and build.target.
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for name in workspace::variables_of_this_package() {
        cargo.env_remove(name);
    }
    let unset = |name| std::env::var_os(name).is_none();
    if std::io::stderr().is_terminal() && unset("CARGO_TERM_COLOR") && unset("NO_COLOR") {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = cargo.spawn().map_err(|error| format!("cargo could not be started: {error}"))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let messages = thread::scope(|scope| {
        scope.spawn(|| stderr.map(relay));
        let mut messages = String::new();
        stdout.map_or(Ok(0), |mut stdout| stdout.read_to_string(&mut messages)).map(|_| messages)
    });
    let status = child.wait().map_err(|error| format!("cargo was lost: {error}"))?;
    if !status.success() {
        return Err("the gate does not build".to_owned());
    }
    let messages = messages.map_err(|error| format!("what cargo built could not be read: {error}"))?;
    messages
        .lines()
        .find_map(executable)
        .map(PathBuf::from)
        .ok_or_else(|| format!("cargo did not say where it put the binary `{PACKAGE}`"))
}

/// Passes on what cargo says, without the line that says that it is done.
fn relay(stderr: impl Read) {
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line);
        if !says_finished(&text) {
            console::err(&text);
        }
        line.clear();
    }
}

fn says_finished(line: &str) -> bool {
    let plain = line.trim_start_matches(|c: char| {
        c == ' ' || c == '\u{1b}' || c == '[' || c == 'm' || c.is_ascii_digit()
    });
    plain.starts_with("Finished")
}

/// The path of the binary, where this line of cargo's messages tells it.
fn executable(message: &str) -> Option<String> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_binary = message.get("reason")? == "compiler-artifact"
        && message.pointer("/target/name")? == PACKAGE
        && message.pointer("/target/kind/0")? == "bin";
    is_binary.then(|| message.get("executable")?.as_str().map(str::to_owned)).flatten()
}

/// Replaces this process, so that signals, exit code and terminal are the gate's own.
#[cfg(unix)]
pub(crate) fn become_process(mut gate: Command) -> ExitCode {
    use std::os::unix::process::CommandExt as _;

    let error = gate.exec();
    console::err(&format!("error: the gate could not be started: {error}\n"));
    ExitCode::from(FAULT)
}

/// Where a process cannot be replaced: waits for it and passes its exit code on.
#[cfg(not(unix))]
pub(crate) fn become_process(mut gate: Command) -> ExitCode {
    match gate.status() {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            ExitCode::from(code.unwrap_or(FAULT))
        }
        Err(error) => {
            console::err(&format!("error: the gate could not be started: {error}\n"));
            ExitCode::from(FAULT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_found_among_cargos_messages() {
        let binary = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"tls-readiness"},"executable":"/t/a \"b\"/tls-readiness"}"#;
        let library = r#"{"reason":"compiler-artifact","target":{"kind":["lib"],"name":"tls-readiness"},"executable":null}"#;
        let script = r#"{"reason":"compiler-artifact","target":{"kind":["custom-build"],"name":"build-script-build"},"executable":"/t/b"}"#;
        for (message, path) in [
            (binary, Some("/t/a \"b\"/tls-readiness")),
            (library, None),
            (script, None),
            (r#"{"reason":"build-finished","success":true}"#, None),
            ("not JSON", None),
        ] {
            assert_eq!(executable(message).as_deref(), path, "{message}");
        }
    }

    /// A cargo that says `stdout` and ends with `code`.
    #[cfg(unix)]
    fn build_by(shell: &xshell::Shell, stdout: &str, code: u8) -> Result<PathBuf, String> {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = shell.create_temp_dir().unwrap();
        let cargo = folder.path().join("cargo");
        shell.write_file(&cargo, format!("#!/bin/sh\necho '{stdout}'\nexit {code}\n")).unwrap();
        std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o700)).unwrap();
        build_with(cargo.as_os_str())
    }

    #[cfg(unix)]
    #[test]
    fn a_binary_counts_only_when_the_build_succeeded() {
        let shell = xshell::Shell::new().unwrap();
        let binary = r#"{"reason":"compiler-artifact","target":{"kind":["bin"],"name":"tls-readiness"},"executable":"/t/b"}"#;
        assert_eq!(build_by(&shell, binary, 0), Ok(PathBuf::from("/t/b")));
        assert_eq!(build_by(&shell, binary, 101), Err("the gate does not build".to_owned()));
        assert!(build_by(&shell, "{}", 0).unwrap_err().contains("did not say where"));
        assert!(build_with(OsStr::new("/no/such/cargo")).unwrap_err().contains("could not be started"));
    }

    #[test]
    fn only_the_line_that_says_done_is_dropped() {
        for (line, dropped) in [
            ("    Finished `dev` profile [unoptimized] target(s) in 0.06s\n", true),
            ("\u{1b}[1m\u{1b}[92m    Finished\u{1b}[0m `dev` profile\n", true),
            ("   Compiling ring v0.17.14\n", false),
            ("error: Finished is not a type\n", false),
            ("\n", false),
        ] {
            assert_eq!(says_finished(line), dropped, "{line:?}");
        }
    }
}
