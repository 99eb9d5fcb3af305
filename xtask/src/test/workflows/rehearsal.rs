//! Every script of every workflow and action is run in a clean clone, as far as it does not need GitHub.

use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use super::super::Result;
use super::deciding;
use super::file::{self, Texts};
use super::stage::Stage;
use super::trials;
use crate::console;

/// Plays all workflows that something starts, then those cases in which they must fail.
pub(in super::super) fn run(shell: &Shell) -> Result {
    if !cfg!(unix) {
        console::err("The steps are scripts for Unix; they are not run here, CI does it\n");
        return Ok(());
    }
    let target = target(shell)?;
    let room = target.join("workflow-steps");
    fs::create_dir_all(&room)?;
    take_what_is_built(shell, &target, &room.join("target"))?;
    let repository = clone(shell, &room)?;
    let stage = Stage::new(shell, room, repository)?;
    let mut wrong = Vec::new();
    for workflow in file::workflows(&stage.repository)? {
        if workflow.is_only_called {
            continue;
        }
        stage.artifacts.forget()?;
        if stage.workflow(&workflow, &Texts::new())?.result != "success" {
            wrong.push(format!("{} fails", workflow.name));
        }
    }
    let visited = stage.visited.take();
    for step in file::all_steps(&stage.repository)? {
        if step.run.is_some() && !visited.contains(&step.place) {
            wrong.push(format!("nothing leads to {}", step.place));
        }
    }
    let unused = stage.exceptions.unused();
    wrong.extend(unused.iter().map(|what| format!("no step needs the exception `{what}`")));
    wrong.extend(deciding::run(&stage)?);
    wrong.extend(trials::run(&stage)?);
    wrong.extend(stage.findings.take());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Where cargo builds.
fn target(shell: &Shell) -> Result<PathBuf> {
    let folder = shell.var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    Ok(shell.current_dir().join(folder))
}

/// A clone of what is committed, as a checkout of GitHub's is one.
fn clone(shell: &Shell, room: &Path) -> Result<PathBuf> {
    is_committed(shell)?;
    let (root, repository) = (shell.current_dir(), room.join("repository"));
    shell.remove_path(&repository)?;
    cmd!(shell, "git clone --quiet --shared {root} {repository}").quiet().run()?;
    Ok(repository)
}

/// Fails where a workflow or one of its scripts is not as it was committed: what was changed would not be tried.
fn is_committed(shell: &Shell) -> Result {
    let changed = cmd!(shell, "git status --porcelain --untracked-files=all").quiet().read()?;
    let steps = cmd!(shell, "git status --porcelain --untracked-files=all -- .github .ci").quiet().read()?;
    if !steps.is_empty() {
        return Err(format!(
            "these are changed, but the steps run in a clone of what is committed; commit them first\n{steps}"
        )
        .into());
    }
    if !changed.is_empty() {
        console::err("What is not committed is not in the clone that the steps run in\n");
    }
    Ok(())
}

/// Gives the clone the dependencies that were built for this workspace, so that it builds the rest alone.
///
/// A folder of its own: cargo takes two workspaces of the same shape for one, and would find fresh in this
/// one what was built of the other. Hard links cost no room, and what cargo writes in place is not linked.
fn take_what_is_built(shell: &Shell, from: &Path, to: &Path) -> Result {
    let (from, to) = (from.join("debug"), to.join("debug"));
    if to.exists() || !from.join("deps").exists() {
        return Ok(());
    }
    fs::create_dir_all(&to)?;
    let links = from.join("deps");
    cmd!(shell, "cp -al {links} {to}").quiet().run()?;
    let copies = [from.join(".fingerprint"), from.join("build")];
    cmd!(shell, "cp -a {copies...} {to}").quiet().run()?;
    for folder in ["deps", ".fingerprint", "build"] {
        for entry in fs::read_dir(to.join(folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().replace('-', "_");
            if name.contains("tls_readiness") || name.contains("xtask") {
                shell.remove_path(entry.path())?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_are_not_committed_are_not_taken_for_tried() {
        let shell = Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        shell.change_dir(folder.path());
        cmd!(shell, "git init --quiet").run().unwrap();
        for (file, is_refused) in
            [("README.md", false), (".github/workflows/a.yml", true), (".ci/linters/install", true)]
        {
            shell.write_file(file, "a").unwrap();
            let said = is_committed(&shell).map_err(|error| error.to_string());
            assert_eq!(said.is_err(), is_refused, "{file}: {said:?}");
            assert!(said.err().is_none_or(|said| said.contains("commit them first") && said.contains(file)));
            cmd!(shell, "git add .").run().unwrap();
            assert_eq!(is_committed(&shell).is_err(), is_refused, "{file}, staged");
            let identity =
                ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
            cmd!(shell, "git {identity...} commit --quiet -m a").run().unwrap();
            assert!(is_committed(&shell).is_ok());
        }
    }
}
