//! A mistake of an author: where it is, what was found, and what is allowed.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use crate::escape;

mod render;
mod spot;
pub(crate) mod text;

pub use render::{in_color, render, summary};
pub use spot::Spot;

/// The most mistakes that are told of one file, and of names that are taken: more help nobody, and a
/// hostile file has millions.
pub(crate) const MAX_PROBLEMS: usize = 200;

/// One mistake. All text is escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it is shown: its path from the caller's folder.
    pub file: Arc<str>,
    /// Where in the file; `None` where the file as a whole is meant.
    pub spot: Option<Spot>,
    /// What was found.
    pub message: String,
    /// What to write, at the marked place.
    pub hint: String,
    /// What is allowed, below it.
    pub note: Option<String>,
}

/// The most mistakes that are told of all files: nobody reads more.
pub(crate) const MAX_TOLD: usize = 1_000;

impl Problem {
    /// A mistake that concerns a file as a whole.
    #[must_use]
    pub fn of_file(file: Arc<str>, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem { file, spot: None, message: message.into(), hint: hint.into(), note: None }
    }
}

/// Why a file cannot be read, in the same words on every system where that can be.
pub(crate) fn words_of(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::NotADirectory => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::InvalidFilename => "its name is too long".to_owned(),
        _ => escape::printable(&error.to_string()),
    }
}

/// Every mistake that was found; nothing can be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// The mistakes, in the order of files and places. Never empty. Of more than a thousand the first, and
    /// how many more there are.
    pub problems: Vec<Problem>,
    /// How many mistakes there are.
    pub count: usize,
    /// How many files were looked at.
    pub files: usize,
    /// How many of them have a mistake.
    pub files_with_problems: usize,
}

impl Mistakes {
    pub(crate) fn new(problems: Vec<Problem>, files: usize) -> Mistakes {
        let mut problems = problems;
        let count = problems.len();
        let files_with_problems = problems.iter().map(|problem| &problem.file).collect::<HashSet<_>>().len();
        if count > MAX_TOLD
            && let Some(last) = problems.pop()
        {
            problems.truncate(MAX_TOLD);
            let message = format!("{} more mistakes", count - MAX_TOLD);
            problems.push(Problem::of_file(last.file, message, "correct these first"));
        }
        Mistakes { problems, count, files: files.max(files_with_problems), files_with_problems }
    }

    /// The last line: how many there are, in how many files.
    #[must_use]
    pub fn summary(&self) -> String {
        summary(self.count, self.files_with_problems, self.files)
    }
}
