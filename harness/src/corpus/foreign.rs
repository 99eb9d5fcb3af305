//! What a mistake tells of a file that lies outside of the folder.
//!
//! A pull request can bring a link, or name a file by its path: a mistake in it would print its lines, whatever
//! they are, into a log that others read.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::problem::{Problem, Spot};

/// Leaves out what is said of foreign files, but where. Files below `folder` and below the caller's folder are
/// none.
pub(super) fn hide(problems: &mut Vec<Problem>, folder: &Path) {
    let homes = [folder, Path::new(".")].into_iter().filter_map(|home| fs::canonicalize(home).ok());
    // Who calls from the root of the system is at home in no file of it.
    let homes: Vec<PathBuf> = homes.filter(|home| home.parent().is_some()).collect();
    let mut known: HashMap<Arc<str>, bool> = HashMap::new();
    let mut is_foreign = |problem: &Problem| {
        let ask = || is_outside(Path::new(problem.file.as_ref()), &homes);
        problem.spot.is_some() && *known.entry(Arc::clone(&problem.file)).or_insert_with(ask)
    };
    for problem in problems.iter_mut().filter(|problem| is_foreign(problem)) {
        let place = problem.spot.take().unwrap_or_default();
        problem.spot = Some(Spot { line: place.line, column: place.column, length: 1, ..Spot::default() });
        "a mistake here".clone_into(&mut problem.message);
        "the file lies outside of the folder, so nothing of it is shown: move it there to see what is wrong"
            .clone_into(&mut problem.hint);
        problem.note = None;
    }
    problems.dedup();
}

fn is_outside(file: &Path, homes: &[PathBuf]) -> bool {
    // What cannot be found was not read.
    fs::canonicalize(file).is_ok_and(|real| !homes.iter().any(|home| real.starts_with(home)))
}
