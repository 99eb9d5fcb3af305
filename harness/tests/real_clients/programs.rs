//! The programs on trial: how to see whether one is installed, and what it needs.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread;

/// A program, or a library of one.
pub(crate) struct Program {
    /// Names its scenario file and its trials.
    pub(crate) name: &'static str,
    /// A command that succeeds where it is installed.
    check: &'static [&'static str],
    /// Whether it is among those that are installed where none may be missing.
    pub(crate) is_required: bool,
    /// A command that makes something of the files, where there is something to be made.
    prepare: &'static [&'static str],
}

const fn program(name: &'static str, check: &'static [&'static str]) -> Program {
    Program { name, check, is_required: true, prepare: &[] }
}

pub(crate) const PROGRAMS: &[Program] = &[
    program("shell", &["sh", "-c", "true"]),
    program("curl", &["curl", "--version"]),
    program("wget", &["wget", "--version"]),
    Program { is_required: false, ..program("wget2", &["wget2", "--version"]) },
    Program { is_required: false, ..program("aria2", &["aria2c", "--version"]) },
    program("python", &["/usr/bin/python3", "--version"]),
    program("ruby", &["ruby", "--version"]),
    program("perl-tiny", &["perl", "-MHTTP::Tiny", "-MIO::Socket::SSL", "-e", "1"]),
    program("perl-lwp", &["perl", "-MLWP::Protocol::https", "-e", "1"]),
    program("php-streams", &["php", "-r", "exit(extension_loaded('openssl') ? 0 : 1);"]),
    program("php-curl", &["php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"]),
    program("node", &["node", "--version"]),
    Program {
        prepare: &["java", "-m", "jdk.compiler/com.sun.tools.javac.Main", "-d", ".", "Get.java"],
        ..program("java", &["java", "--version"])
    },
    Program { prepare: &["go", "build", "-o", "get-go", "get.go"], ..program("go", &["go", "version"]) },
    program("git", &["git", "--version"]),
    program("openssl", &["openssl", "version"]),
    program("gnutls", &["gnutls-cli", "--version"]),
];

/// What they run.
const FILES: &[(&str, &str)] = &[
    ("get.py", include_str!("programs/get.py")),
    ("get.rb", include_str!("programs/get.rb")),
    ("get-tiny.pl", include_str!("programs/get-tiny.pl")),
    ("get-lwp.pl", include_str!("programs/get-lwp.pl")),
    ("get-streams.php", include_str!("programs/get-streams.php")),
    ("get-curl.php", include_str!("programs/get-curl.php")),
    ("get-https.js", include_str!("programs/get-https.js")),
    ("get-fetch.mjs", include_str!("programs/get-fetch.mjs")),
    ("Get.java", include_str!("programs/Get.java")),
    ("get.go", include_str!("programs/get.go")),
    ("say.py", include_str!("programs/say.py")),
    ("hello.py", include_str!("programs/hello.py")),
    ("daemon.py", include_str!("programs/daemon.py")),
    // What a system says for all programs with OpenSSL.
    ("only-new.cnf", include_str!("programs/only-new.cnf")),
    ("only-old.cnf", include_str!("programs/only-old.cnf")),
    // OpenJDK 11 and later dies of the old versions before it says a word, without this.
    ("old.security", "jdk.tls.disabledAlgorithms=\n"),
];

/// Those that are installed; found out once, for some take their time.
static INSTALLED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    thread::scope(|scope| {
        let checks: Vec<_> =
            PROGRAMS.iter().map(|program| scope.spawn(|| (program.name, program.answers()))).collect();
        let checked = checks.into_iter().map(|check| check.join().unwrap());
        checked.filter(|(_, answers)| *answers).map(|(name, _)| name).collect()
    })
});

impl Program {
    pub(crate) fn is_installed(&self) -> bool {
        INSTALLED.contains(self.name)
    }

    fn answers(&self) -> bool {
        let Some((program, arguments)) = self.check.split_first() else { return false };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A JVM that crashes writes about it to where it is.
        command.current_dir(std::env::temp_dir());
        match command.status() {
            Ok(status) => status.success(),
            // A machine that cannot start it is not one that does not have it.
            Err(error) => error.kind() != ErrorKind::NotFound,
        }
    }

    /// Makes what it needs of the files in `folder`.
    pub(crate) fn prepare(&self, folder: &Path) -> Result<(), String> {
        let Some((program, arguments)) = self.prepare.split_first() else { return Ok(()) };
        // Go looks for nothing on the internet.
        let mut command = Command::new(program);
        command.args(arguments).current_dir(folder).env("GOTOOLCHAIN", "local").env("GOPROXY", "off");
        let made = command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
        if made.status.success() {
            return Ok(());
        }
        Err(format!("{program}: {}\n{}", made.status, String::from_utf8_lossy(&made.stderr)))
    }
}

/// Writes what all of them run.
pub(crate) fn write_files(folder: &Path) {
    for (name, text) in FILES {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

/// The program of this name.
pub(crate) fn of(name: &str) -> &'static Program {
    PROGRAMS.iter().find(|program| program.name == name).unwrap()
}
