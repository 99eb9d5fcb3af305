//! The oldest Rust that the project states (`rust-version`) must be enough for all of it.

use std::fs;

use serde_json::Value;
use xshell::{Shell, cmd};

use super::{Result, cargo};
use crate::console;

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// Compares what the dependencies state, and builds with that very Rust where it is installed.
pub(crate) fn run(shell: &Shell) -> Result {
    // For this platform only: cargo would download the packages of all others.
    let version = cmd!(shell, "rustc -vV").quiet().read()?;
    let platform = host(&version)?;
    let words = format!("metadata --format-version 1 --filter-platform {platform}");
    let metadata = cargo(shell, &words).output()?.stdout;
    let packages = packages(&serde_json::from_slice(&metadata)?);
    let stated = stated(&packages)?;
    let newer: Vec<String> = packages.iter().filter_map(|package| package.newer_than(stated)).collect();
    if !newer.is_empty() {
        return Err(format!("the project states Rust {stated}, but {}", newer.join(", ")).into());
    }
    let workflow = fs::read_to_string(shell.current_dir().join(WORKFLOW))?;
    if !workflow.contains(&format!("RUSTUP_TOOLCHAIN: \"{stated}\"")) {
        return Err(format!("{WORKFLOW} has no job with RUSTUP_TOOLCHAIN: \"{stated}\"").into());
    }
    check_with(shell, stated)
}

fn check_with(shell: &Shell, stated: Release) -> Result {
    // No rustup, no second toolchain.
    let installed = cmd!(shell, "rustup toolchain list").quiet().ignore_stderr().read().unwrap_or_default();
    let Some(toolchain) = toolchain(&installed, stated) else {
        console::err(&format!(
            "Rust {stated} is not installed, so nothing was built with it; \
             rustup toolchain install {stated} --profile minimal\n"
        ));
        return Ok(());
    };
    Ok(cmd!(shell, "rustup run {toolchain} cargo check --workspace --all-targets").run()?)
}

/// A release of Rust, as `rust-version` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Release {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Release {
    /// Reads `1`, `1.88` or `1.88.0`, with or without a pre-release behind it.
    fn parse(text: &str) -> Option<Release> {
        let number = text.split(['-', '+']).next()?;
        let mut parts = number.split('.').map(str::parse);
        let major = parts.next()?.ok()?;
        let minor = parts.next().unwrap_or(Ok(0)).ok()?;
        let patch = parts.next().unwrap_or(Ok(0)).ok()?;
        parts.next().is_none().then_some(Release { major, minor, patch })
    }
}

impl std::fmt::Display for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        if self.patch == 0 { Ok(()) } else { write!(f, ".{}", self.patch) }
    }
}

/// What a package states.
#[derive(Debug)]
struct Package {
    name: String,
    rust_version: Option<String>,
    in_workspace: bool,
}

impl Package {
    /// What to say where it needs a newer Rust than `stated`. A package that states nothing may need
    /// any: building with that Rust tells.
    fn newer_than(&self, stated: Release) -> Option<String> {
        let needed = self.rust_version.as_deref()?;
        match Release::parse(needed) {
            Some(release) if release <= stated => None,
            _ => Some(format!("{} needs {needed}", self.name)),
        }
    }
}

fn packages(metadata: &Value) -> Vec<Package> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = |key: &str| metadata.get(key).and_then(Value::as_array).into_iter().flatten();
    list("packages")
        .map(|package| Package {
            name: text(package, "name").unwrap_or_default(),
            rust_version: text(package, "rust_version"),
            in_workspace: list("workspace_members").any(|member| Some(member) == package.get("id")),
        })
        .collect()
}

/// What all packages of the workspace state.
fn stated(packages: &[Package]) -> std::result::Result<Release, String> {
    let mut members = packages.iter().filter(|package| package.in_workspace).map(|package| {
        let stated = package.rust_version.as_deref().and_then(Release::parse);
        stated.ok_or_else(|| format!("{} states no rust-version", package.name))
    });
    let first = members.next().ok_or("cargo names no package of the workspace")??;
    for other in members {
        let other = other?;
        if other != first {
            return Err(format!("the packages of the workspace state Rust {first} and {other}"));
        }
    }
    Ok(first)
}

/// The platform in what `rustc -vV` says.
fn host(version: &str) -> std::result::Result<&str, String> {
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    line.ok_or_else(|| "rustc -vV names no host".to_owned())
}

/// The installed toolchain that is this release, out of rustup's list.
fn toolchain(list: &str, release: Release) -> Option<&str> {
    list.lines().filter_map(|line| line.split_whitespace().next()).find(|name| {
        let number = name.split('-').next().unwrap_or_default();
        number.contains('.') && Release::parse(number) == Some(release)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, rust_version: Option<&str>, in_workspace: bool) -> Package {
        Package { name: name.to_owned(), rust_version: rust_version.map(str::to_owned), in_workspace }
    }

    const STATED: Release = Release { major: 1, minor: 88, patch: 0 };

    #[test]
    fn releases_are_ordered_as_numbers() {
        for (text, newer) in [
            (Some("1.88"), false),
            (Some("1.88.0"), false),
            (Some("1.9"), false),
            (Some("1"), false),
            (None, false),
            (Some("1.88.1"), true),
            (Some("1.100"), true),
            (Some("2"), true),
            (Some("new"), true),
        ] {
            let said = package("p", text, false).newer_than(STATED);
            assert_eq!(said.is_some(), newer, "{text:?}");
        }
        assert_eq!(package("p", Some("1.90"), false).newer_than(STATED).as_deref(), Some("p needs 1.90"));
    }

    #[test]
    fn the_workspace_states_one_release() {
        let ours = |version| package("ours", version, true);
        let theirs = package("theirs", Some("1.70"), false);
        assert_eq!(stated(&[theirs, ours(Some("1.88")), ours(Some("1.88.0"))]), Ok(STATED));
        assert!(stated(&[ours(Some("1.88")), ours(Some("1.89"))]).is_err());
        assert!(stated(&[ours(None)]).is_err());
        assert!(stated(&[]).is_err());
    }

    #[test]
    fn members_are_told_from_dependencies() {
        let metadata = serde_json::json!({
            "packages": [
                { "name": "a", "id": "path+a", "rust_version": "1.88" },
                { "name": "b", "id": "registry+b", "rust_version": null },
            ],
            "workspace_members": ["path+a"],
        });
        let read: Vec<(String, bool)> =
            packages(&metadata).into_iter().map(|package| (package.name, package.in_workspace)).collect();
        assert_eq!(read, [("a".to_owned(), true), ("b".to_owned(), false)]);
    }

    #[test]
    fn an_installed_toolchain_is_found_by_its_number() {
        let list = "stable-x86_64-unknown-linux-gnu (active, default)\n\
                    1.88.1-x86_64-unknown-linux-gnu\n1.88.0-x86_64-unknown-linux-gnu\n";
        assert_eq!(toolchain(list, STATED), Some("1.88.0-x86_64-unknown-linux-gnu"));
        assert_eq!(toolchain("1.88-aarch64-apple-darwin\n", STATED), Some("1.88-aarch64-apple-darwin"));
        assert_eq!(toolchain("stable-x86_64\n1.87\n", STATED), None);
        assert_eq!(toolchain("", STATED), None);
    }
}
