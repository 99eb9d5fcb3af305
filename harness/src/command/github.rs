//! GitHub Actions, where this process runs in a step: found by the variables that the runner sets.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use tls_readiness::problem::Mistakes;
use tls_readiness::report::{Report, annotations, markdown, verdict_line};

use super::{USAGE, complain, words_of};

/// The longest summary that GitHub shows of a step; a longer one it drops.
const LONGEST_SUMMARY: u64 = 1024 * 1024;

/// The step that this process runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    /// The root of the repository.
    workspace: Option<PathBuf>,
    /// The caller's folder.
    folder: PathBuf,
    /// The file that the step's summary is appended to.
    summary: Option<PathBuf>,
    /// The file that the step's outputs are appended to.
    output: Option<PathBuf>,
}

impl Step {
    /// The step, where there is one.
    pub(crate) fn here() -> Option<Step> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        if variable("GITHUB_ACTIONS")? != "true" {
            return None;
        }
        Some(Step {
            workspace: variable("GITHUB_WORKSPACE").map(PathBuf::from),
            folder: std::env::current_dir().unwrap_or_default(),
            summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            output: variable("GITHUB_OUTPUT").map(PathBuf::from),
        })
    }

    /// The path of a file from the repository's root, as annotations have it, of its path from the
    /// caller's folder; that path itself where the file is elsewhere.
    pub(crate) fn file_in_repository(&self, file: &str) -> String {
        let path = normal(&self.folder.join(file));
        let inside = self.workspace.as_ref().and_then(|root| path.strip_prefix(normal(root)).ok());
        match inside.and_then(Path::to_str) {
            Some(inside) => inside.replace(std::path::MAIN_SEPARATOR, "/"),
            None => file.to_owned(),
        }
    }

    /// Appends the report to the step's summary, and the verdict to its outputs.
    pub(crate) fn tell(&self, report: &Report) -> Result<(), String> {
        self.sum_up(&|room| markdown::within(report, room))?;
        let (verdict, code) = (verdict_line::word(report), report.summary.exit_code);
        self.set_outputs(&format!("verdict={verdict}\nexit-code={code}\n"))
    }

    /// Annotates the mistakes of scenario files and appends them to the step's summary.
    pub(crate) fn tell_mistakes(&self, mistakes: &Mistakes) -> Result<(), String> {
        complain(&annotations::of_mistakes(&mistakes.problems, &|file| self.file_in_repository(file)));
        self.sum_up(&|room| markdown::of_mistakes(mistakes, room))?;
        self.set_outputs(&format!("exit-code={USAGE}\n"))
    }

    /// Appends to the step's summary what there is room for.
    fn sum_up(&self, text: &dyn Fn(usize) -> String) -> Result<(), String> {
        let Some(path) = &self.summary else { return Ok(()) };
        // What other commands of the step have written counts too.
        let written = fs::metadata(path).map_or(0, |it| it.len());
        let room = usize::try_from(LONGEST_SUMMARY.saturating_sub(written)).unwrap_or(usize::MAX);
        append(path, &text(room)).map_err(|error| not_written("summary", &error))
    }

    /// All values are words of the gate's own: none can end its line.
    fn set_outputs(&self, lines: &str) -> Result<(), String> {
        let Some(path) = &self.output else { return Ok(()) };
        append(path, lines).map_err(|error| not_written("outputs", &error))
    }
}

fn not_written(what: &str, error: &io::Error) -> String {
    format!("the {what} of this step cannot be written: {}", words_of(error))
}

fn append(path: &Path, text: &str) -> io::Result<()> {
    File::options().append(true).create(true).open(path)?.write_all(text.as_bytes())
}

/// A path without `.` and `..`, as far as can be told without the file system.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_is_named_from_the_root_of_the_repository() {
        for (workspace, folder, file, shown) in [
            (Some("/r/repo"), "/r/repo", "scenarios/api.yaml", "scenarios/api.yaml"),
            (Some("/r/repo"), "/r/repo/sub", "scenarios/api.yaml", "sub/scenarios/api.yaml"),
            (Some("/r/repo/"), "/r/repo/sub", "./../scenarios/api.yaml", "scenarios/api.yaml"),
            (Some("/r/repo"), "/r/repo", "/r/repo/s/api.yaml", "s/api.yaml"),
            (Some("/r/repo"), "/r/other", "../elsewhere/api.yaml", "../elsewhere/api.yaml"),
            (Some("/r/repo"), "/r/repository", "api.yaml", "api.yaml"),
            (None, "/r/repo", "scenarios/api.yaml", "scenarios/api.yaml"),
        ] {
            let step = Step {
                workspace: workspace.map(PathBuf::from),
                folder: folder.into(),
                summary: None,
                output: None,
            };
            assert_eq!(step.file_in_repository(file), shown, "{workspace:?} {folder} {file}");
        }
    }
}
