//! A scenario file before it is understood.

use std::path::PathBuf;
use std::sync::Arc;

/// A scenario file that was read, and not understood yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file as it is shown: its path from the caller's folder, always with `/`. Raw.
    pub shown: Arc<str>,
    /// Its path below the scenarios folder without its ending, always with `/`: how the names of its
    /// tests begin. Raw.
    pub name: String,
    /// The folder that the file lies in: files that it names are relative to it.
    pub folder: PathBuf,
    /// Its text, without a byte order mark.
    pub text: String,
}
