//! GitHub Actions, where this process runs in a step: found by the variables that the runner sets.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tls_readiness::problem::Mistakes;
use tls_readiness::report::{Report, annotations, markdown, verdict_line};

use super::repository::Repository;
use super::{USAGE, complain, words_of};

/// The longest summary that GitHub shows of a step; a longer one it drops.
const LONGEST_SUMMARY: u64 = 1024 * 1024;

/// The step that this process runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
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
            summary: variable("GITHUB_STEP_SUMMARY").map(PathBuf::from),
            output: variable("GITHUB_OUTPUT").map(PathBuf::from),
        })
    }

    /// Appends the report to the step's summary, and the verdict to its outputs.
    pub(crate) fn tell(&self, report: &Report) -> Result<(), String> {
        self.sum_up(&|room| markdown::within(report, room))?;
        let (verdict, code) = (verdict_line::word(report), report.summary.exit_code);
        self.set_outputs(&format!("verdict={verdict}\nexit-code={code}\n"))
    }

    /// Annotates the mistakes of scenario files and appends them to the step's summary.
    pub(crate) fn tell_mistakes(&self, mistakes: &Mistakes) -> Result<(), String> {
        let repository = Repository::here();
        complain(&annotations::of_mistakes(&mistakes.problems, &|file| repository.path_of(file)));
        self.sum_up(&|room| markdown::of_mistakes(mistakes, room))?;
        self.set_outputs(&format!("exit-code={USAGE}\n"))
    }

    /// Says what keeps a command from doing its work, where the log is not what people read first.
    pub(crate) fn tell_obstacle(&self, words: &str, exit_code: u8) {
        complain(&annotations::of_obstacle(words));
        // It failed already: that this cannot be told either changes nothing.
        let _ = self.set_outputs(&format!("exit-code={exit_code}\n"));
    }

    /// Appends to the step's summary what there is room for.
    fn sum_up(&self, text: &dyn Fn(usize) -> String) -> Result<(), String> {
        let Some(path) = &self.summary else { return Ok(()) };
        // What other commands of the step have written counts too, and a line end after it.
        let written = fs::metadata(path).map_or(0, |it| it.len() + 1);
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

/// Appends lines, on lines of their own whatever others have written before.
fn append(path: &Path, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut file = File::options().read(true).append(true).create(true).open(path)?;
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    let gap = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{gap}{text}").as_bytes())
}
