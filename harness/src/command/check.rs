//! `check`: run the scenarios, and end with the verdict.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};
use libtest_mimic::{ColorSetting, FormatSetting};
use tls_readiness::calendar::Today;
use tls_readiness::client::trust::folder;
use tls_readiness::descriptors;
use tls_readiness::escape::printable_up_to;
use tls_readiness::plan::Test;
use tls_readiness::report::baseline::Baseline;
use tls_readiness::report::shell_word;
use tls_readiness::shard::Shard;
use tls_readiness::suite::{self, Fault, Settings, Unfinished, Waivers};

use super::github::Step;
use super::limits::Most;
use super::lint::{Source, load};
use super::progress::Progress;
use super::report_file::{self, Report, read};
use super::selection::{Selection, number_of_tests};
use super::tell::Ways;
use super::{
    Color, EXIT_CODES, INTERRUPTED, OUTPUT_CLOSED, cannot_print, complain, fault, invocation, print, shown,
    usage, words_of,
};

/// Run the scenarios
///
/// Every scenario is a test, named by its file and its keys: api::older-versions-are-refused. A
/// scenario with a replica is run against that stand-in, on this machine; --live leaves the stand-ins
/// out.
#[derive(Args)]
#[command(after_help = after_help())]
pub(crate) struct Options {
    #[command(flatten)]
    pub selection: Selection,
    #[command(flatten)]
    pub source: Source,
    #[command(flatten)]
    pub most: Most,
    /// Leave the replicas out: go to the real hosts
    #[arg(long)]
    pub live: bool,
    /// Print the names of the tests, run nothing
    #[arg(long)]
    pub list: bool,
    /// Tests at a time
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub jobs: u16,
    /// Connections at a time over all hosts; by default as many as the system's limit on open files permits,
    /// at most 1024. To one address there are at most 8, or as many as its scenario's `max_connections`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub connections: Option<u16>,
    /// Run the K-th of N parts of the tests; `report merge` puts the parts' reports together
    #[arg(long, value_name = "K/N", value_parser = Shard::parse)]
    pub shard: Option<Shard>,
    /// Block on tests of this verdict too
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub fail_on: Option<FailOn>,
    /// Block only on what got worse since this JSON report, and say what got better
    #[arg(long, value_name = "REPORT")]
    pub baseline: Option<PathBuf>,
    /// Judge as if today were that day (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = Today::parse)]
    pub as_of: Option<Today>,
    /// Write a report; may be repeated. KIND is json, junit, sarif, markdown or html; with - for FILE it
    /// goes to standard output, and all else to standard error
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = report_file::parse)]
    pub reports: Vec<Report>,
    /// How the tests are printed
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    pub format: Format,
}

/// How the tests are printed, as libtest has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A line for each test.
    Pretty,
    /// A character for each test.
    Terse,
    /// A JSON object for each event.
    Json,
}

/// What blocks beside failed and inconclusive tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Tests that do not pass and are not enforced yet.
    Pending,
}

fn after_help() -> String {
    format!(
        "\
Examples:
  check                                   all tests, against stand-ins where there are any
  check --live                            all tests, against the real hosts
  check api --skip ssl                    tests with api in their names, but not ssl
  check --as-of 2027-03-01                would it be ready on that day?
  check --set HOST=pr-7.example.com       a value for ${{HOST}} in the scenarios
  check --report html=report.html         and a page to look at
  check --live --baseline yesterday.json  did anything get worse?
  check --live --public-only              to no host of this network, whatever the files say
  check --shard 2/4 --report json=2.json  the second of four parts, for a matrix of jobs

{EXIT_CODES}"
    )
}

pub(crate) fn run(options: &Options) -> ExitCode {
    check(options).unwrap_or_else(|code| code)
}

fn check(options: &Options) -> Result<ExitCode, ExitCode> {
    let tests = load(&options.source)?;
    let waivers = Waivers::of(&tests);
    let baseline =
        options.baseline.as_deref().map(|file| baseline(file, options.live, &tests)).transpose()?;
    let (tests, shards) = options.selection.of_part(tests, options.shard)?;
    if options.list {
        let names: String = tests.iter().map(|test| format!("{}\n", test.name)).collect();
        print(&names)?;
        return Ok(ExitCode::SUCCESS);
    }
    options.most.check(tests.len())?;

    let standard = report_file::standard(&options.reports)?;
    report_file::prepare(&options.reports)?;
    let log = if standard.is_some() { Some(temporary_log("a report to standard output")?) } else { None };
    let unfinished = Unfinished::default();
    stop_at_ctrl_c(unfinished.clone(), log.as_ref().map(|log| log.path().to_owned()));
    let settings = Settings {
        live: options.live,
        today: today(options)?,
        jobs: usize::from(options.jobs),
        connections: options.connections.map_or_else(descriptors::connections, usize::from),
        format: Some(match options.format {
            Format::Pretty => FormatSetting::Pretty,
            Format::Terse => FormatSetting::Terse,
            Format::Json => FormatSetting::Json,
        }),
        color: color_setting(options.source.values.color, standard.is_some()),
        log: log.as_ref().map(|log| log.path().to_owned()),
        rerun: rerun(options),
        fail_on_pending: options.fail_on == Some(FailOn::Pending),
        shards,
        waivers,
        baseline: baseline.map(Arc::new),
        bounds: options.most.limits.bounds(),
    };
    let step = Step::here();
    let ways = Ways {
        reports: &options.reports,
        standard,
        people_read_stderr: standard.is_some() || options.format == Format::Json,
        with_matrix: options.format != Format::Json,
        color: options.source.values.color,
        step: step.as_ref(),
    };
    if step.is_some() {
        ways.say(&format!("::group::{}\n", number_of_tests(tests.len())))?;
    }
    let outcome = {
        let _progress =
            Progress::begin(tests.len(), unfinished.clone(), log.is_none() && io::stdout().is_terminal());
        suite::run(tests, &settings, &unfinished)
    };
    if let Some(log) = log {
        show_log(log.path());
    }
    if step.is_some() {
        ways.say("::endgroup::\n")?;
    }
    ways.tell(&outcome.map_err(|fault| end_by_fault(&fault))?)
}

/// The earlier report, for a run of these tests or of some of them.
fn baseline(file: &Path, live: bool, tests: &[Test]) -> Result<Baseline, ExitCode> {
    let names = tests.iter().map(|test| test.name.as_str());
    let read = read(file).and_then(|report| Baseline::new(report, live, names));
    read.map_err(|words| {
        usage(&format!("{} is no baseline for this run: {words}; nothing was run", shown(file)))
    })
}

/// The command that runs a test of this run again, its name left out.
fn rerun(options: &Options) -> String {
    let mut command = format!("{} check", invocation());
    let mut add = |option: &str, value: &str| {
        command.push_str(&format!(" {option} {}", shell_word(&printable_up_to(value, usize::MAX))));
    };
    if options.source.scenarios != Path::new("scenarios") {
        add("--scenarios", &options.source.scenarios.to_string_lossy());
    }
    options.source.values.settings.iter().for_each(|setting| add("--set", setting));
    if let Some(today) = options.as_of {
        add("--as-of", &today.date.to_string());
    }
    if let Some(baseline) = &options.baseline {
        add("--baseline", &baseline.to_string_lossy());
    }
    if options.live {
        command.push_str(" --live");
    }
    options.most.limits.add_to(&mut command);
    if options.fail_on.is_some() {
        command.push_str(" --fail-on pending");
    }
    command
}

fn today(options: &Options) -> Result<Today, ExitCode> {
    options.as_of.map_or_else(Today::now, Ok).map_err(|words| fault(&words))
}

fn color_setting(color: Color, to_standard_error: bool) -> ColorSetting {
    let on = if to_standard_error { color.on(&io::stderr()) } else { color.on(&io::stdout()) };
    if on { ColorSetting::Always } else { ColorSetting::Never }
}

/// Prints what was not run and ends the process: threads that wait for peers are not waited for.
pub(super) fn stop_at_ctrl_c(unfinished: Unfinished, log: Option<PathBuf>) {
    let handler = move || {
        let (unfinished, log) = (unfinished.clone(), log.clone());
        // A reader that no longer reads must not keep the process from ending.
        let (done, is_done) = mpsc::channel();
        let _ = thread::Builder::new().spawn(move || {
            if let Some(log) = log {
                show_log(&log);
                let _ = std::fs::remove_file(log);
            }
            complain(&stopped(&unfinished.names()));
            let _ = done.send(());
        });
        let _ = is_done.recv_timeout(Duration::from_secs(1));
        folder::remove_all();
        std::process::exit(i32::from(INTERRUPTED));
    };
    // Without a handler Ctrl-C still stops at once; only the list is missing.
    let _ = ctrlc::set_handler(handler);
}

/// How many names of tests are printed.
const NAMES: usize = 20;

fn stopped(names: &[String]) -> String {
    let have = if names.len() == 1 { "test has" } else { "tests have" };
    let mut text = format!("\nstopped; {} {have} no verdict:\n", names.len());
    text.extend(names.iter().take(NAMES).map(|name| format!("  {name}\n")));
    if names.len() > NAMES {
        text.push_str(&format!("  … and {} more\n", names.len() - NAMES));
    }
    text
}

/// libtest-mimic prints to standard output or to a file: where standard output is for something else, for
/// `what`, to this file.
pub(super) fn temporary_log(what: &str) -> Result<tempfile::NamedTempFile, ExitCode> {
    let folder = std::env::temp_dir();
    let words = |why: &str| {
        fault(&format!(
            "{what} needs a file in {}: {why}; nothing was run\n  = set TMPDIR to another folder",
            shown(&folder)
        ))
    };
    let log = tempfile::NamedTempFile::new().map_err(|error| words(&words_of(&error)))?;
    // It takes the path as text.
    if log.path().to_str().is_none() {
        return Err(words("its path is not UTF-8"));
    }
    Ok(log)
}

fn show_log(path: &Path) {
    // Where standard error takes nothing nobody can be told.
    let _ = File::open(path).and_then(|mut file| io::copy(&mut file, &mut io::stderr()));
}

pub(super) fn end_by_fault(found: &Fault) -> ExitCode {
    match found {
        Fault::OutputClosed => ExitCode::from(OUTPUT_CLOSED),
        Fault::Output(error) => fault(&cannot_print(error)),
        Fault::WithoutResult(names) => {
            let more = names.len().saturating_sub(NAMES);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let names: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
            fault(&format!("a bug of the gate: no result of {}{more}", names.join(", ")))
        }
    }
}
