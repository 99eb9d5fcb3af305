//! `report`: what to do with reports that were written.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use tls_readiness::report::model::Test;
use tls_readiness::report::{json, merge};

use super::check::FailOn;
use super::github::Step;
use super::report_file::{self, Report};
use super::tell::Ways;
use super::{Color, EXIT_CODES, shown, usage, words_of};

/// Work with JSON reports that were written
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Merge(MergeOptions),
}

/// Put the reports of the parts of a suite together
///
/// The verdict is that of the whole. A part of which there is no report makes it "could not tell": what
/// was not tested is never ready.
#[derive(Args)]
#[command(after_help = format!("\
Examples:
  report merge parts/                                all *.json below a folder
  report merge 1.json 2.json --report html=all.html  two files, and a page of both

{EXIT_CODES}"))]
struct MergeOptions {
    /// JSON reports, or folders with some: of a folder every *.json below it is read
    #[arg(value_name = "REPORT", required = true)]
    paths: Vec<PathBuf>,
    /// Write a report of the whole; may be repeated. KIND is json, junit, sarif, markdown or html; with -
    /// for FILE it goes to standard output, and all else to standard error
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = report_file::parse)]
    reports: Vec<Report>,
    /// Block on tests of this verdict too; where a part was run so, the whole is
    #[arg(long, value_enum, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
    /// When to print in colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    match &options.command {
        Command::Merge(options) => merge(options).unwrap_or_else(|code| code),
    }
}

fn merge(options: &MergeOptions) -> Result<ExitCode, ExitCode> {
    let standard = report_file::standard(&options.reports)?;
    report_file::prepare(&options.reports)?;
    // What it writes itself, now or the last time, is no part.
    let own: Vec<PathBuf> =
        report_file::files(&options.reports).map(|(_, path)| report_file::place(path)).collect();
    let files = files(&options.paths, &own)?;
    let mut reports = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).map_err(|error| unreadable(file, &words_of(&error)))?;
        reports.push((shown(file), json::read(&text).map_err(|words| unreadable(file, &words))?));
    }
    let fail_on_pending = options.fail_on == Some(FailOn::Pending);
    let report = merge::merge(reports, fail_on_pending)
        .map_err(|words| usage(&format!("{words}; nothing was merged")))?;
    let step = Step::here();
    let ways = Ways {
        reports: &options.reports,
        standard,
        people_read_stderr: standard.is_some(),
        with_matrix: true,
        color: options.color,
        step: step.as_ref(),
    };
    for test in report.tests.iter().filter(|test| report.blocks(test.verdict)) {
        ways.say(&explanation(test))?;
    }
    ways.tell(&report)
}

/// What a person reads of a test that blocks, as it stood in the log of its own run.
fn explanation(test: &Test) -> String {
    // What passed in its own run, and does no more, was not explained there.
    let in_short = || {
        let Test { file, line, column, .. } = test;
        format!("{}: {}    {file}:{line}:{column}", test.until(), test.in_short())
    };
    let explanation = test.guidance.as_ref().map_or_else(in_short, |it| it.explanation.clone());
    let lines: String = explanation.split('\n').map(printable_line).collect();
    format!("---- {} ----\n{lines}\n", printable_line(&test.name).trim_end())
}

fn printable_line(line: &str) -> String {
    format!("{}\n", tls_readiness::escape::printable_up_to(line, 2_000))
}

fn unreadable(file: &Path, words: &str) -> ExitCode {
    usage(&format!("{} cannot be merged: {words}; nothing was merged", shown(file)))
}

/// The files that are meant, each once and without `own`, in the order of their names within a folder.
fn files(paths: &[PathBuf], own: &[PathBuf]) -> Result<Vec<PathBuf>, ExitCode> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut known: HashSet<PathBuf> = HashSet::new();
    for path in paths {
        let found = if path.is_dir() { below(path) } else { Ok(vec![path.clone()]) };
        let mut found = found.map_err(|error| unreadable(path, &words_of(&error)))?;
        if path.is_dir() {
            found.retain(|file| !own.contains(&report_file::place(file)));
        }
        if found.is_empty() {
            return Err(unreadable(path, "there is no *.json below this folder"));
        }
        files.extend(found.into_iter().filter(|file| known.insert(report_file::place(file))));
    }
    Ok(files)
}

/// Links to folders are not followed: one that leads back would be read for ever.
fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries: Vec<fs::DirEntry> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            files.extend(below(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}
