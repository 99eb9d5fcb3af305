//! Runs the binary on scenarios of a test and reads its JSON report.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A guard against a gate that hangs, far above what any test needs.
const LIMIT: Duration = Duration::from_secs(100);

/// A folder with scenarios that the binary is run in.
pub(crate) struct Gate {
    folder: TempDir,
}

/// What a run of the binary came to.
pub(crate) struct Run {
    /// The exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// All of standard output.
    pub(crate) stdout: String,
    /// All of standard error.
    pub(crate) stderr: String,
    /// The JSON report; null where none was written.
    pub(crate) report: Value,
}

impl Gate {
    /// An empty folder below the system's temporary one, with one for the binary's temporary files.
    pub(crate) fn new() -> Gate {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("scenarios")).unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Gate { folder }
    }

    /// The folder that the binary runs in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes `scenarios/NAME`.
    pub(crate) fn scenario(self, name: &str, text: &str) -> Gate {
        std::fs::write(self.folder().join("scenarios").join(name), text).unwrap();
        self
    }

    /// Runs `check` with a JSON report.
    pub(crate) fn check(&self) -> Run {
        self.check_with(&[])
    }

    /// As [`Gate::check`], with more arguments.
    pub(crate) fn check_with(&self, arguments: &[&str]) -> Run {
        let _ = std::fs::remove_file(self.folder().join("report.json"));
        let child = self.start(arguments);
        let mut run = finish(child);
        run.report = std::fs::read(self.folder().join("report.json"))
            .ok()
            .map_or(Value::Null, |bytes| serde_json::from_slice(&bytes).unwrap());
        run
    }

    /// Starts `check` with a JSON report and leaves it running.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_tls-readiness"))
            .args(["check", "--scenarios", "scenarios", "--report", "json=report.json"])
            .args(arguments)
            .current_dir(self.folder())
            .env("TMPDIR", self.folder().join("tmp"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

/// Reads all that `child` prints and waits for its end; kills it after [`LIMIT`].
pub(crate) fn finish(mut child: Child) -> Run {
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    let ended = stdout.recv_timeout(LIMIT);
    if ended.is_err() {
        child.kill().unwrap();
    }
    let code = child.wait().unwrap().code();
    let stderr = stderr.recv_timeout(LIMIT).unwrap();
    let stdout = ended.unwrap_or_else(|_| panic!("the gate hangs; it said: {stderr}"));
    Run { code, stdout, stderr, report: Value::Null }
}

fn read_all(stream: Option<impl Read + Send + 'static>) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

impl Run {
    /// The report of the test of this name.
    pub(crate) fn test(&self, name: &str) -> &Value {
        self.report["tests"]
            .as_array()
            .and_then(|tests| tests.iter().find(|test| test["name"] == name))
            .unwrap_or_else(|| panic!("no test {name} in the report; {}", self.console()))
    }

    /// The verdict on the test of this name.
    pub(crate) fn verdict(&self, name: &str) -> &str {
        self.test(name)["verdict"].as_str().unwrap()
    }

    /// What was printed on the test of this name, apart from its verdict.
    pub(crate) fn explanation(&self, name: &str) -> &str {
        let heading = format!("---- {name} ----\n");
        let text = self.stdout.split_once(&heading).map_or("", |(_, text)| text);
        text.split_once("\n---- ").map_or(text, |(text, _)| text)
    }

    /// All that was printed, for a failure's message.
    pub(crate) fn console(&self) -> String {
        format!("exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The exit code of a run whose tests all have this verdict.
pub(crate) fn exit_code(verdict: &str) -> i32 {
    match verdict {
        "passed" => 0,
        "failed" => 1,
        "inconclusive" => 3,
        _ => panic!("no exit code is fixed for {verdict}"),
    }
}
