//! The folder of scenarios: from files to source texts, and from there to tests.
//!
//! Nothing is skipped in silence: what ends in `.yaml` or `.yml` and cannot be read is a problem.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::escape;
use crate::plan::{self, Test};
use crate::problem::text::Lines;
use crate::problem::{Mistakes, Problem, Spot};
use crate::scenario::{self, Policies, Scenario, SourceFile, Surroundings, Values};

mod walk;

/// The largest file that is read: a scenario file, a list of hosts, a bundle of certificates.
pub const MAX_FILE: u64 = 4 * 1024 * 1024;
/// The most scenario files of one run.
pub const MAX_FILES: usize = 20_000;

/// Fewer files are read by one thread before another has begun.
const FEW: usize = 32;
/// More threads than this have nothing left to do.
const MAX_WORKERS: usize = 16;

/// Reads every `*.yaml` and `*.yml` (in any case) below `folder`, sorted by name. Links are followed.
/// What could not be read stands in the problems.
#[must_use]
pub fn read(folder: &Path) -> (Vec<SourceFile>, Vec<Problem>) {
    let (found, mut problems) = walk::scenario_files(folder);
    let sources = read_all(found, &mut problems);
    (sources, problems)
}

fn read_all(found: Vec<walk::Found>, problems: &mut Vec<Problem>) -> Vec<SourceFile> {
    let mut sources = Vec::new();
    for file in found {
        match read_file(&file.path) {
            Ok(bytes) => match decode(bytes) {
                Ok(text) => sources.push(SourceFile {
                    shown: file.shown,
                    name: file.name,
                    folder: file.path.parent().map_or_else(PathBuf::new, Path::to_owned),
                    text,
                }),
                Err((message, hint)) => problems.push(Problem::of_file(file.shown, message, hint)),
            },
            Err(error) => problems.push(walk::unreadable(file.shown, &error)),
        }
    }
    sources
}

/// Why a file would not be read as a scenario file, and what to do. `name` is the way to it from the folder
/// that is read; it need not be there.
#[must_use]
pub fn unfit(name: &Path) -> Option<(&'static str, &'static str)> {
    walk::unfit(name)
}

/// Reads the scenarios below `folder` and makes tests of them. `values` are for `${NAME}`.
///
/// # Errors
/// Every mistake of every file; then there is nothing to run.
pub fn load(folder: &Path, values: &Values) -> Result<Vec<Test>, Mistakes> {
    let (sources, mut problems) = read(folder);
    let unread = problems.iter().filter(|problem| problem.file.as_ref() != walk::show(folder)).count();
    let files = sources.len() + unread;
    let (sources, policies) = policies_of(sources, values, &mut problems);
    if sources.is_empty() && problems.is_empty() {
        let message = "no scenarios here, only policies";
        let hint = "write one that names a policy, outside of the folder `policies`";
        problems.push(Problem::of_file(walk::show(folder).into(), message, hint));
    }
    let mut scenarios = Vec::new();
    for parsed in parse_all(&sources, values, &policies) {
        match parsed {
            Ok(read) => scenarios.extend(read),
            Err(found) => problems.extend(found),
        }
    }
    match plan::plan(scenarios) {
        Ok(tests) if problems.is_empty() => Ok(tests),
        Ok(_) => Err(Mistakes::new(problems, files)),
        Err(found) => {
            let lines =
                sources.iter().map(|source| (source.shown.as_ref(), Lines::of(&source.text))).collect();
            problems.extend(found.into_iter().map(|problem| with_its_line(problem, &lines)));
            Err(Mistakes::new(problems, files))
        }
    }
}

/// The policies below a folder, with those that come with the gate.
///
/// # Errors
/// Every mistake of every policy.
pub fn load_policies(folder: &Path, values: &Values) -> Result<Policies, Mistakes> {
    // What else lies there is the business of whoever runs it.
    let (mut found, _) = walk::scenario_files(folder);
    found.retain(|file| scenario::is_policy(&file.name));
    let (files, mut problems) = (found.len(), Vec::new());
    let sources = read_all(found, &mut problems);
    let (_, policies) = policies_of(sources, values, &mut problems);
    if problems.is_empty() { Ok(policies) } else { Err(Mistakes::new(problems, files)) }
}

/// Takes the policies out of the files and reads them.
fn policies_of(
    sources: Vec<SourceFile>,
    values: &Values,
    problems: &mut Vec<Problem>,
) -> (Vec<SourceFile>, Policies) {
    let (files, scenarios): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| scenario::is_policy(&source.name));
    let mut policies = Policies::default();
    for mut source in files {
        let stem = source.name.rsplit('/').next().unwrap_or_default().to_owned();
        source.name.clone_from(&stem);
        if let Some(first) = policies.find(&stem) {
            let message = format!("a second policy `{}`", escape::printable(&stem));
            let hint = if first.is_shipped {
                "one of this name comes with the gate: rename it"
            } else {
                "rename one of them"
            };
            problems.push(Problem::of_file(source.shown, message, hint));
            continue;
        }
        let surroundings = Surroundings { values, policies: &Policies::default(), read_file: &read_file };
        match scenario::parse_policy(&source, &surroundings) {
            Ok(policy) => policies.add(policy),
            Err(found) => {
                problems.extend(found);
                policies.add_broken(stem);
            }
        }
    }
    (scenarios, policies)
}

/// What each file holds, in their order: thousands of files are shared out to all cores.
fn parse_all(
    sources: &[SourceFile],
    values: &Values,
    policies: &Policies,
) -> Vec<Result<Vec<Scenario>, Vec<Problem>>> {
    let parse = |source| scenario::parse(source, &Surroundings { values, policies, read_file: &read_file });
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    if sources.len() < FEW || cores == 1 {
        return sources.iter().map(parse).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let taken = std::iter::from_fn(|| {
            let index = next.fetch_add(1, Ordering::Relaxed);
            sources.get(index).map(|source| (index, parse(source)))
        });
        taken.collect::<Vec<_>>()
    };
    let mut parsed: Vec<_> = thread::scope(|scope| {
        // This thread works too, and alone where the system has no other.
        let begin = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..cores.min(MAX_WORKERS)).filter_map(begin).collect();
        let own = work();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        own.into_iter().chain(others.into_iter().flat_map(join)).collect()
    });
    parsed.sort_unstable_by_key(|(index, _)| *index);
    parsed.into_iter().map(|(_, parsed)| parsed).collect()
}

/// A plan knows where a scenario stands, but not the text of the line.
fn with_its_line(mut problem: Problem, lines: &HashMap<&str, Lines<'_>>) -> Problem {
    if let (Some(spot), Some(lines)) = (&mut problem.spot, lines.get(problem.file.as_ref())) {
        *spot = Spot::new(lines, spot.line, spot.column, None);
    }
    problem
}

/// Reads the scenarios of one file and makes tests of them. `values` are for `${NAME}`.
///
/// # Errors
/// Every mistake of the file.
pub fn load_file(path: &Path, values: &Values) -> Result<Vec<Test>, Mistakes> {
    let shown: Arc<str> = walk::show(path).into();
    let one = |problem| Mistakes::new(vec![problem], 1);
    let bytes = read_file(path).map_err(|error| one(walk::unreadable(shown.clone(), &error)))?;
    let text =
        decode(bytes).map_err(|(message, hint)| one(Problem::of_file(shown.clone(), message, hint)))?;
    let source = SourceFile {
        shown,
        name: path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        folder: path.parent().map_or_else(PathBuf::new, Path::to_owned),
        text,
    };
    let surroundings = Surroundings { values, policies: &Policies::default(), read_file: &read_file };
    scenario::parse(&source, &surroundings)
        .and_then(plan::plan)
        .map_err(|problems| Mistakes::new(problems, 1))
}

/// Reads a whole file that is a regular one and no larger than [`MAX_FILE`].
///
/// # Errors
/// The system's, and `InvalidInput` for what is no file, `FileTooLarge` for what is too large.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Asked first: opening a FIFO waits for a writer, and opening a device can do anything.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 4 MiB"));
    }
    Ok(bytes)
}

/// The text of a file, without a byte order mark.
fn decode(bytes: Vec<u8>) -> Result<String, (String, &'static str)> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let hint = if utf16 { "it is UTF-16: save it as UTF-8" } else { "save it as UTF-8" };
        (format!("not UTF-8 on line {line}"), hint)
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}
