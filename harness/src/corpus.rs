//! The folder of scenarios: from files to source texts, and from there to tests.
//!
//! Nothing is skipped in silence: what ends in `.yaml` or `.yml` and cannot be read is a problem.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::escape;
use crate::plan::{self, Test};
use crate::problem::text::Lines;
use crate::problem::{Mistakes, Problem, Spot};
use crate::scenario::{self, Policies, SourceFile, Surroundings, Values};

mod foreign;
mod parsing;
mod reading;
mod walk;

pub use reading::read_file;

use parsing::Parsed;
use reading::{decode, read_up_to};

/// The largest scenario file or policy that is read.
pub const MAX_SCENARIO_FILE: u64 = 1024 * 1024;
/// The largest file that a scenario names: a list of hosts, a bundle of certificates.
pub const MAX_FILE: u64 = 4 * 1024 * 1024;
/// All scenario files of one run together, in bytes.
pub const MAX_ALL_FILES: usize = 16 * 1024 * 1024;
/// The most scenario files of one run.
pub const MAX_FILES: usize = 20_000;

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
    let mut room = MAX_ALL_FILES;
    for file in found {
        match read_up_to(&file.path, MAX_SCENARIO_FILE) {
            Ok(bytes) if bytes.len() > room => {
                let message = format!("scenario files of more than {} MiB together", MAX_ALL_FILES >> 20);
                problems.push(Problem::of_file(file.shown, message, "split them into several folders"));
                break;
            }
            Ok(bytes) => {
                room -= bytes.len();
                match decode(bytes) {
                    Ok(text) => sources.push(SourceFile {
                        shown: file.shown,
                        name: file.name,
                        folder: file.path.parent().map_or_else(PathBuf::new, Path::to_owned),
                        text,
                    }),
                    Err(wrong) => problems.push(wrong.of(file.shown)),
                }
            }
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
    let parse = |source: &SourceFile| {
        scenario::parse(source, &Surroundings { values, policies: &policies, read_file: &read_file })
    };
    let Parsed { scenarios, problems: found, left_out } = parsing::parse_all(&sources, &parse);
    problems.extend(found);
    foreign::hide(&mut problems, folder);
    match plan::plan(scenarios) {
        Ok(tests) if problems.is_empty() => return Ok(tests),
        Ok(_) => {}
        Err(found) => {
            let lines =
                sources.iter().map(|source| (source.shown.as_ref(), Lines::of(&source.text))).collect();
            problems.extend(found.into_iter().map(|problem| with_its_line(problem, &lines)));
        }
    }
    let mut mistakes = Mistakes::new(problems, files);
    if left_out > 0 {
        let message = format!("{left_out} more files were not looked at");
        mistakes.problems.push(Problem::of_file(walk::show(folder).into(), message, "correct these first"));
    }
    Err(mistakes)
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
    foreign::hide(&mut problems, folder);
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
    let bytes =
        read_up_to(path, MAX_SCENARIO_FILE).map_err(|error| one(walk::unreadable(shown.clone(), &error)))?;
    let text = decode(bytes).map_err(|wrong| one(wrong.of(shown.clone())))?;
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
