//! One script of a workflow, run as a runner runs it.

use std::fmt::{self, Display};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::file::{Step, Texts};
use crate::workspace;

/// What the steps of a job share.
pub(super) struct Scene {
    /// The folder that they begin in.
    pub(super) workspace: PathBuf,
    /// `RUNNER_TEMP`.
    pub(super) temp: PathBuf,
    /// `CARGO_TARGET_DIR`: what one job has built need not be built by the next.
    pub(super) target: PathBuf,
}

impl Scene {
    /// Empty folders, as every job finds them.
    pub(super) fn new(room: &Path) -> io::Result<Scene> {
        let scene = Scene {
            workspace: room.join("workspace"),
            temp: room.join("temporary"),
            target: room.join("target"),
        };
        for folder in [&scene.workspace, &scene.temp] {
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
            fs::create_dir_all(folder)?;
        }
        Ok(scene)
    }
}

/// What came of a step.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its exit code; `None` where a signal ended it.
    pub(super) code: Option<i32>,
    pub(super) outputs: Texts,
    /// What it printed.
    pub(super) said: String,
}

impl Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "exit code {code}")?,
            None => write!(f, "a signal")?,
        }
        write!(f, ", outputs {:?}\n{}", self.outputs, quoted(&self.said))
    }
}

/// Runs the script of `step` with these variables; `action` is the folder of the action that it belongs to.
pub(super) fn run(scene: &Scene, step: &Step, env: &Texts, action: Option<&Path>) -> Result<Ended, String> {
    let script = step.run.as_deref().unwrap_or_default();
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    let options: &[&str] = match step.shell.as_deref() {
        None => &["-e"],
        Some("bash") => &["--noprofile", "--norc", "-e", "-o", "pipefail"],
        Some(other) => return Err(format!("{}: the rehearsal has no shell `{other}`", step.place)),
    };
    let failed = |error: io::Error| format!("{}: {error}", step.place);
    let room = scene.temp.join("_runner_file_commands");
    fs::create_dir_all(&room).map_err(failed)?;
    let files = ["output", "env", "path", "step_summary"].map(|name| (name, room.join(name)));
    for (_, file) in &files {
        fs::write(file, "").map_err(failed)?;
    }
    let script_file = room.join("script.sh");
    fs::write(&script_file, script).map_err(failed)?;

    let mut bash = Command::new("bash");
    bash.args(options).arg(&script_file).current_dir(&scene.workspace).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["GITHUB_", "RUNNER_", "GATE_", "TLS_READINESS_"].iter().any(|prefix| text.starts_with(prefix)) {
            bash.env_remove(&name);
        }
    }
    workspace::variables_of_this_package().for_each(|name| {
        bash.env_remove(name);
    });
    // Which Rust there is, is the machine's business.
    bash.envs(env.iter().filter(|(name, _)| name.as_str() != "RUSTUP_TOOLCHAIN"));
    bash.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", &scene.workspace);
    bash.env("RUNNER_TEMP", &scene.temp).env("CARGO_TARGET_DIR", &scene.target);
    // Builds here are repeated, unlike on a runner.
    bash.env("CARGO_NET_OFFLINE", "true").env("CARGO_INCREMENTAL", "1");
    for (name, file) in &files {
        bash.env(format!("GITHUB_{}", name.to_uppercase()), file);
    }
    if let Some(action) = action {
        bash.env("GITHUB_ACTION_PATH", action);
    }
    let output = bash.output().map_err(failed)?;

    let written = |index: usize| {
        let (name, file) = files.get(index).ok_or_else(|| format!("no file command {index}"))?;
        fs::read_to_string(file).map_err(|error| format!("{}: {name}: {error}", step.place))
    };
    if !written(1)?.is_empty() || !written(2)?.is_empty() {
        return Err(format!("{}: the rehearsal does not carry GITHUB_ENV and GITHUB_PATH on", step.place));
    }
    Ok(Ended {
        code: output.status.code(),
        outputs: outputs(&written(0)?).map_err(|line| format!("{}: no output: `{line}`", step.place))?,
        said: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
    })
}

/// The outputs that a step wrote, one a line; the last of a name counts.
fn outputs(written: &str) -> Result<Texts, String> {
    let mut outputs = Texts::new();
    for line in written.lines() {
        let (name, value) = line.split_once('=').ok_or_else(|| line.to_owned())?;
        outputs.insert(name.to_owned(), value.to_owned());
    }
    Ok(outputs)
}

/// What a step printed, so that a runner which reads it obeys nothing of it.
fn quoted(said: &str) -> String {
    let lines = said.split(['\n', '\r']).filter(|line| !line.trim().is_empty());
    lines.map(|line| format!("  | {}\n", line.replace("::", ": :").replace("##[", "## ["))).collect()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn step(run: &str, shell: Option<&str>) -> Step {
        Step {
            place: "here".to_owned(),
            id: String::new(),
            condition: None,
            uses: None,
            run: Some(run.to_owned()),
            shell: shell.map(str::to_owned),
            with: Texts::new(),
            env: Texts::new(),
            may_fail: false,
        }
    }

    #[test]
    fn a_script_ends_as_on_a_runner() {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let scene = Scene::new(folder.path()).unwrap();
        for (script, shell, code) in [
            ("false\ntrue", None, 1),
            ("false | true", None, 0),
            ("false | true", Some("bash"), 1),
            ("exit 3", Some("bash"), 3),
            (
                "[ \"$GITHUB_ACTIONS $NAME\" = 'true $(exit 1)' ] && [ \"$PWD\" -ef \"$GITHUB_WORKSPACE\" ]",
                None,
                0,
            ),
        ] {
            let env = [("NAME".to_owned(), "$(exit 1)".to_owned())].into();
            let ended = run(&scene, &step(script, shell), &env, None).unwrap();
            assert_eq!(ended.code, Some(code), "{script}: {ended:?}");
        }
    }

    #[test]
    fn outputs_are_carried_and_nothing_else() {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let scene = Scene::new(folder.path()).unwrap();
        let run = |script: &str| run(&scene, &step(script, None), &Texts::new(), None);
        let ended = run("echo a=1 >> $GITHUB_OUTPUT; echo a=2=3 >> $GITHUB_OUTPUT").unwrap();
        assert_eq!(ended.outputs.get("a").map(String::as_str), Some("2=3"));
        assert!(run("true").unwrap().outputs.is_empty());
        assert!(run("echo 'a<<END' >> $GITHUB_OUTPUT").unwrap_err().contains("a<<END"));
        assert!(run("echo a=1 >> $GITHUB_ENV").unwrap_err().contains("GITHUB_ENV"));
    }

    #[test]
    fn what_a_step_printed_is_no_command() {
        assert_eq!(quoted("\n::error::a\r##[error]b\n"), "  | : :error: :a\n  | ## [error]b\n");
    }
}
