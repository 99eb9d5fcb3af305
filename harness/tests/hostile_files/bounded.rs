//! The binary with little memory and time.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// Address space in KiB: some 30,000 are the program itself, so that it grows by 64 MiB at most.
const MEMORY: u64 = 95_000;
/// What threads reserve: a stack each, of which little is used.
const THREADS: u64 = 100_000;
/// Processor time in seconds: without optimization some files take half of one.
const TIME: u32 = 4;

/// A folder `scenarios` that the binary is to read.
pub(crate) struct Bounded {
    folder: TempDir,
    memory: u64,
}

impl Bounded {
    pub(crate) fn new() -> Bounded {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("scenarios")).unwrap();
        Bounded { folder, memory: MEMORY }
    }

    /// A folder with this one file.
    pub(crate) fn of(text: impl AsRef<[u8]>) -> Bounded {
        Bounded::new().with("x.yaml", text)
    }

    /// For more files than one thread reads.
    pub(crate) fn with_threads(self) -> Bounded {
        Bounded { memory: MEMORY + THREADS, ..self }
    }

    pub(crate) fn with(self, name: &str, text: impl AsRef<[u8]>) -> Bounded {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("scenarios").join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What `check` says, which must be that nothing was run: exit code 2.
    pub(crate) fn refused(&self) -> String {
        let (code, text) = self.run("check");
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains("nothing was run\n"), "{text}");
        harmless(&text);
        text
    }

    /// What `lint` says where there is nothing to complain about.
    pub(crate) fn accepted(&self) -> String {
        let (code, text) = self.run("lint");
        assert_eq!(code, Some(0), "{text}");
        text
    }

    /// Runs it to its end, whatever that is.
    pub(crate) fn ends(&self) {
        let (code, text) = self.run("lint");
        assert!(matches!(code, Some(0 | 2)), "{text}");
    }

    fn run(&self, command: &str) -> (Option<i32>, String) {
        let limits = format!("ulimit -v {} && ulimit -t {TIME} && exec \"$0\" \"$@\"", self.memory);
        let output = Command::new("sh")
            .args(["-c", &limits, env!("CARGO_BIN_EXE_tls-readiness"), command, "--color", "never"])
            .current_dir(self.folder())
            // Else every thread reserves some 64 MiB.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.signal(), None, "too much time or memory: {text}");
        (output.status.code(), text)
    }
}

/// Fails where a terminal or the runner of GitHub Actions would obey, or where there is more than anybody reads.
fn harmless(text: &str) {
    assert!(text.len() < 600_000, "{} bytes", text.len());
    for line in text.split('\n') {
        let steers = |character: char| {
            character.is_control()
                || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!line.contains(steers), "{line:?}");
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?}");
    }
}
