//! Runs the binary in a folder of its own.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A guard against a command that hangs, far above what any test needs: Go's compiler is among them.
const LIMIT: Duration = Duration::from_secs(300);

/// Two scenarios with a replica that pass, one that fails, and one that cannot tell: nothing listens.
pub(crate) const MIXED: &str = "\
host: api.example.com
replica: { min_version: 1.2, max_version: 1.2 }
scenarios:
  tls-1.2: { min_version: 1.2, max_version: 1.2, expect: accepted }
  old: { min_version: 1.0, max_version: 1.1, expect: refused }
  tls-1.3: { min_version: 1.3, max_version: 1.3, expect: accepted }
  down: { connect_to: \"127.0.0.1:CLOSED\", attempts: 1, min_version: 1.0, max_version: 1.1, expect: refused }
";

/// A folder that commands are run in.
pub(crate) struct Folder {
    folder: TempDir,
}

/// What a command came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn new() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("scenarios")).unwrap();
        Folder { folder }
    }

    /// With [`MIXED`] as `scenarios/api.yaml`.
    pub(crate) fn mixed() -> Folder {
        Folder::new().scenario("api", &MIXED.replace("CLOSED", &closed_port().to_string()))
    }

    /// Writes `scenarios/NAME.yaml`.
    pub(crate) fn scenario(self, name: &str, text: &str) -> Folder {
        std::fs::write(self.path().join("scenarios").join(name).with_extension("yaml"), text).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command, with pipes for its output; no variable of the caller's changes what is printed.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tls-readiness"));
        command.args(arguments).current_dir(self.path());
        for variable in ["CARGO", "NO_COLOR", "GITHUB_ACTIONS"] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        finish(self.command(arguments).spawn().unwrap())
    }

    /// Reads a report.
    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.path().join(name)).unwrap()).unwrap()
    }
}

/// Reads all that `child` prints and waits for its end; kills it after [`LIMIT`].
pub(crate) fn finish(mut child: Child) -> Ran {
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    let ended = stdout.recv_timeout(LIMIT);
    if ended.is_err() {
        child.kill().unwrap();
    }
    let code = child.wait().unwrap().code();
    let stderr = stderr.recv_timeout(LIMIT).unwrap();
    let stdout = ended.unwrap_or_else(|_| panic!("the command hangs; it said: {stderr}"));
    Ran { code, stdout, stderr }
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

impl Ran {
    /// All of it, for a failure's message.
    pub(crate) fn console(&self) -> String {
        format!("exit code {:?}\n--- stdout\n{}\n--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    /// Fails where the exit code is another, or where something panicked.
    pub(crate) fn ended_with(&self, code: i32) -> &Ran {
        assert_eq!(self.code, Some(code), "{}", self.console());
        assert!(!self.stderr.contains("panicked"), "{}", self.console());
        self
    }
}

/// A port of this machine that nobody listens on.
pub(crate) fn closed_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Writes a line for whoever reads the log of the tests.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
