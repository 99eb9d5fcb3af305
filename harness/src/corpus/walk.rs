//! Which files below a folder are scenario files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::MAX_FILES;
use crate::escape;
use crate::problem::{self, MAX_PROBLEMS, Problem};
use crate::scenario;

/// The most folder entries that are looked at: a link to `/` ends here.
const MAX_ENTRIES: usize = 50_000;
/// The most folders that are walked: links can lead to each from every other.
const MAX_FOLDERS: usize = 2_000;
/// How deep folders may lie in each other.
const MAX_DEPTH: usize = 64;

/// A file whose name says that it holds scenarios.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) shown: Arc<str>,
    pub(super) name: String,
}

/// The scenario files below `folder`, sorted by name, and what stood in the way.
pub(super) fn scenario_files(folder: &Path) -> (Vec<Found>, Vec<Problem>) {
    let mut walk = Walk::default();
    let shown = show(folder);
    match fs::metadata(folder) {
        Err(error) => walk.problems.push(no_folder(&shown, &error)),
        Ok(metadata) if !metadata.is_dir() => walk.problems.push(Problem::of_file(
            shown.as_str().into(),
            "not a folder",
            "name the folder that holds the scenarios",
        )),
        Ok(_) => {
            walk.folder(folder, &shown, "");
            if walk.found.is_empty() && walk.problems.is_empty() {
                walk.problems.push(Problem::of_file(
                    shown.as_str().into(),
                    "no scenarios here: no file ends in `.yaml` or `.yml`",
                    "write one, or name another folder",
                ));
            }
        }
    }
    if walk.stopped {
        // What was found of too much is not looked at.
        walk.found.clear();
    }
    walk.found.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.shown.cmp(&b.shown)));
    (walk.found, walk.problems)
}

/// A path as the caller wrote it, always with `/`, without `./` before it or `/` after it.
pub(super) fn show(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let short = text.strip_prefix("./").unwrap_or(&text).trim_end_matches('/');
    if short.is_empty() && !text.starts_with('/') { ".".to_owned() } else { short.to_owned() }
}

/// A file or folder that the system does not hand out.
pub(super) fn unreadable(shown: Arc<str>, error: &io::Error) -> Problem {
    let words = problem::words_of(error);
    let hint = match error.kind() {
        io::ErrorKind::NotFound => "the link leads nowhere: repair or remove it",
        io::ErrorKind::PermissionDenied => "let the caller read it",
        io::ErrorKind::InvalidInput => "only regular files are read: remove it or rename it",
        io::ErrorKind::FileTooLarge => "split it into several files",
        _ => "repair or remove it",
    };
    Problem::of_file(shown, format!("cannot be read: {words}"), hint)
}

fn no_folder(shown: &str, error: &io::Error) -> Problem {
    if error.kind() == io::ErrorKind::NotFound {
        return Problem::of_file(shown.into(), "no such folder", "name the folder that holds the scenarios");
    }
    unreadable(shown.into(), error)
}

#[derive(Default)]
struct Walk {
    found: Vec<Found>,
    problems: Vec<Problem>,
    entries: usize,
    folders: usize,
    stopped: bool,
    /// The folders that are being walked, by their real paths: a link to one of them is a loop.
    above: Vec<PathBuf>,
}

impl Walk {
    fn problem(&mut self, shown: &str, message: &str, hint: &str) {
        self.problems.push(Problem::of_file(shown.into(), message, hint));
    }

    fn folder(&mut self, path: &Path, shown: &str, name: &str) {
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) => return self.problems.push(unreadable(shown.into(), &error)),
        };
        if self.above.contains(&real) {
            return self.problem(shown, "a link to a folder above it", "remove the link: it is a loop");
        }
        if self.above.len() == MAX_DEPTH {
            return self.problem(shown, "folders nested deeper than 64 levels", "flatten them");
        }
        let entries = match fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => return self.problems.push(unreadable(shown.into(), &error)),
        };
        self.above.push(real);
        self.folders += 1;
        for entry in entries {
            self.entries += 1;
            self.stop_at_a_limit(shown);
            if self.stopped {
                break;
            }
            self.entry(&entry.path(), shown, name);
        }
        self.above.pop();
    }

    /// Ends the walk where there is more than any suite has.
    fn stop_at_a_limit(&mut self, shown: &str) {
        let message = if self.entries > MAX_ENTRIES || self.found.len() == MAX_FILES {
            "too many files"
        } else if self.folders > MAX_FOLDERS {
            "too many folders"
        } else if self.problems.len() > MAX_PROBLEMS {
            "too many mistakes"
        } else {
            return;
        };
        if !self.stopped {
            self.stopped = true;
            self.problem(shown, message, "name a folder that holds nothing but the scenarios");
        }
    }

    fn entry(&mut self, path: &Path, parent_shown: &str, parent_name: &str) {
        let file_name = path.file_name().unwrap_or_default();
        let lossy = file_name.to_string_lossy();
        let shown = if parent_shown == "." { lossy.to_string() } else { format!("{parent_shown}/{lossy}") };
        let stem = stem_of_scenario_file(&lossy);
        let name = |own: &str| {
            if parent_name.is_empty() { own.to_owned() } else { format!("{parent_name}/{own}") }
        };
        match fs::metadata(path) {
            Err(error) => self.problems.push(unreadable(shown.into(), &error)),
            Ok(metadata) if metadata.is_dir() && file_name.to_str().is_none() => {
                self.problem(&shown, "its name is not UTF-8", "rename it");
            }
            Ok(metadata) if metadata.is_dir() => self.folder(path, &shown, &name(&lossy)),
            Ok(_) => {
                let Some(stem) = stem else { return };
                if let Some((message, hint)) = unfit_name(file_name, &name(stem)) {
                    return self.problem(&shown, message, hint);
                }
                self.found.push(Found { path: path.to_owned(), shown: shown.into(), name: name(stem) });
            }
        }
    }
}

/// The name without its ending, where that is the ending of scenario files.
fn stem_of_scenario_file(file_name: &str) -> Option<&str> {
    let (stem, ending) = file_name.rsplit_once('.')?;
    (ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml")).then_some(stem)
}

/// Why a file would not be read as a scenario file; `name` is the way to it from the folder that is read.
pub(super) fn unfit(name: &Path) -> Option<(&'static str, &'static str)> {
    let file_name = name.file_name().unwrap_or_default();
    let shown = show(name);
    let Some(stem) = stem_of_scenario_file(&shown) else {
        return Some(("its name does not end in `.yaml` or `.yml`", "give it that ending"));
    };
    if scenario::is_policy(stem) {
        return Some(("what lies in a folder `policies` is a policy", "write it to another folder"));
    }
    unfit_name(file_name, stem)
}

/// Why a file cannot give its tests a name.
fn unfit_name(file_name: &std::ffi::OsStr, name: &str) -> Option<(&'static str, &'static str)> {
    if file_name.to_str().is_none() {
        return Some(("its name is not UTF-8", "rename it"));
    }
    if name.is_empty() || name.ends_with('/') {
        return Some((
            "a scenario file without a name before its ending",
            "rename it: its tests have its name",
        ));
    }
    if name.contains("::") {
        return Some((
            "`::` in the path of a scenario file",
            "rename it: `::` joins the parts of a test's name",
        ));
    }
    if escape::printable_up_to(name, usize::MAX) != name {
        return Some(("the path of a scenario file has characters that are not shown", "rename it"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_be_read_is_unfit() {
        for (name, found) in [
            ("api.example.com.yaml", ""),
            ("eu/api.YML", ""),
            ("policies.yaml", ""),
            ("api.example.com", "does not end in"),
            ("api.yaml.txt", "does not end in"),
            ("api.yaml/it", "does not end in"),
            ("", "does not end in"),
            ("..", "does not end in"),
            (".yaml", "without a name"),
            ("eu/.yml", "without a name"),
            ("policies/api.yaml", "is a policy"),
            ("policies/eu/api.yaml", "is a policy"),
            ("a::b.yaml", "`::`"),
            ("a::b/c.yaml", "`::`"),
            ("a\u{1b}.yaml", "not shown"),
        ] {
            let unfit = unfit(Path::new(name)).map(|(found, _)| found);
            assert_eq!(unfit.is_some(), !found.is_empty(), "{name}: {unfit:?}");
            assert!(unfit.unwrap_or_default().contains(found), "{name}: {unfit:?}");
        }
    }
}
