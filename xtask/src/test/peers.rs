//! The real servers and clients that tests start as child processes.

use std::env;
use std::path::{Path, PathBuf};

use xshell::Shell;

use super::Result;
use crate::console;

/// Set to anything but `0` or nothing: tests fail where one of them is not installed.
pub(crate) const REQUIRED: &str = "TLS_READINESS_REQUIRE_PEERS";

const PEERS: [&str; 17] = [
    "chromedriver",
    "chromium",
    "curl",
    "git",
    "gnutls-serv",
    "go",
    "haproxy",
    "java",
    "keytool",
    "nginx",
    "node",
    "openssl",
    "perl",
    "php",
    "python3",
    "ruby",
    "wget",
];

/// Elsewhere on Ubuntu the package of Chromium is a snap; Node.js of Debian 11 is too old for the linters.
const INSTALLS: &str = ".ci/run installs them on Debian (12 or newer) and on GitHub's image of Ubuntu";

/// Where Debian puts servers; it is not in everybody's `PATH`.
const SERVER_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Says which of them are not installed; fails where they are required.
pub(crate) fn run(shell: &Shell) -> Result {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        env::split_paths(&path).chain(SERVER_FOLDERS.into_iter().map(PathBuf::from)).collect();
    let missing: Vec<&str> =
        PEERS.into_iter().filter(|peer| !folders.iter().any(|folder| holds(folder, peer))).collect();
    if missing.is_empty() {
        return Ok(());
    }
    are_missing(shell, &format!("{}; {INSTALLS}", missing.join(", ")), "Their tests are ignored")
}

/// Says what is not installed, and what follows; fails where it is required.
pub(super) fn are_missing(shell: &Shell, missing: &str, consequence: &str) -> Result {
    if is_required(shell.var(REQUIRED).ok().as_deref()) {
        return Err(format!("not installed: {missing}").into());
    }
    console::err(&format!("not installed: {missing}. {consequence}\n"));
    Ok(())
}

fn holds(folder: &Path, program: &str) -> bool {
    folder.join(program).with_extension(env::consts::EXE_EXTENSION).is_file()
}

fn is_required(value: Option<&str>) -> bool {
    !matches!(value, None | Some("" | "0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_required_by_the_variable() {
        for (value, required) in [(None, false), (Some(""), false), (Some("0"), false), (Some("1"), true)] {
            assert_eq!(is_required(value), required, "{value:?}");
        }
    }
}
