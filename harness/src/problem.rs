//! A mistake of an author: where it is, what was found, and what is allowed.

use std::sync::Arc;

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

/// The marked place of a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// How many characters are marked, at least 1.
    pub length: usize,
    /// The line itself, raw: escape before showing.
    pub source: String,
}
