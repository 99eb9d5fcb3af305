//! Where the workspace is, and how cargo is called from within it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Where the workspace's `Cargo.toml` is. `cargo run` says where this package is now; where it was
/// when it was built counts only for a binary that is called by itself.
pub(crate) fn root() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
    let package = Path::new(&package);
    package.parent().unwrap_or(package).to_path_buf()
}

/// The cargo that runs us, so that a toolchain chosen with `cargo +1.88` counts for all.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

/// The variables that `cargo run` set for this package. A child must not see them: build scripts
/// watch some, and would run again every time that a build is started by cargo and by us in turn.
pub(crate) fn variables_of_this_package() -> impl Iterator<Item = OsString> {
    std::env::vars_os().map(|(name, _)| name).filter(|name| describes_a_package(name))
}

fn describes_a_package(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_BIN_")
        || ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_MANIFEST_LINKS", "CARGO_CRATE_NAME"]
            .contains(&name)
        || ["CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_the_user_stay() {
        for (name, dropped) in [
            ("CARGO_MANIFEST_DIR", true),
            ("CARGO_PKG_VERSION", true),
            ("CARGO", false),
            ("CARGO_HOME", false),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_BUILD_JOBS", false),
            ("CARGO_TERM_COLOR", false),
        ] {
            assert_eq!(describes_a_package(OsStr::new(name)), dropped, "{name}");
        }
    }
}
