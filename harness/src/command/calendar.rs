//! `calendar`: what will fail from which day on, if nothing changes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use libtest_mimic::ColorSetting;
use tls_readiness::calendar::Today;
use tls_readiness::descriptors;
use tls_readiness::report::Report;
use tls_readiness::report::agenda::agenda;
use tls_readiness::suite::{self, Settings, Unfinished, Waivers};

use super::check::{FailOn, end_by_fault, stop_at_ctrl_c, temporary_log};
use super::limits::Most;
use super::lint::{Source, load};
use super::progress::Progress;
use super::selection::Selection;
use super::{fault, print, report_file, shown, usage};

/// Say what will fail from which day on, if nothing changes
///
/// Runs the tests as `check` does, and prints the days that come on which some of them begin to block: they
/// are enforced from then on, their waiver ends, or their certificate does. What blocks already comes first.
#[derive(Args)]
#[command(after_help = "\
Examples:
  calendar --live                        of the real hosts, with the ends of their certificates
  calendar --live payments               of the tests with payments in their names
  calendar --from report.json            of a JSON report, without running anything
  calendar --from report.json --as-of 2027-01-01

Exit codes:
  0    it could be told what blocks when, also where something blocks already
  2    wrong usage or wrong scenarios, or no test was selected; nothing was run
  3    could not tell: a test is inconclusive, all are ignored, or a part of the suite is missing
  Any other code is a fault of the gate itself, or that it was stopped.")]
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
    /// Tests at a time
    #[arg(long, value_name = "N", default_value = "256", value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub jobs: u16,
    /// Tests of this verdict block too
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub fail_on: Option<FailOn>,
    /// Begin at that day (UTC); with --from in place of the day of the report
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = Today::parse)]
    pub as_of: Option<Today>,
    /// Read a JSON report, in place of running the tests
    #[arg(long, value_name = "REPORT", conflicts_with_all = [
        "scenarios", "settings", "live", "jobs", "allow", "public_only", "max_connections", "max_tests"
    ])]
    pub from: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    tell(options).unwrap_or_else(|code| code)
}

fn tell(options: &Options) -> Result<ExitCode, ExitCode> {
    let (mut report, today) = match &options.from {
        Some(file) => {
            let report = read(file, options)?;
            let of_report = || Today::parse(&report.as_of).map_err(|words| usage(&words));
            let today = options.as_of.map_or_else(of_report, Ok)?;
            (report, today)
        }
        None => {
            let today = options.as_of.map_or_else(Today::now, Ok).map_err(|words| fault(&words))?;
            (run_tests(options, today)?, today)
        }
    };
    report.fail_on_pending |= options.fail_on == Some(FailOn::Pending);
    let agenda = agenda(&report, today.date);
    print(&agenda.text(&report))?;
    Ok(ExitCode::from(agenda.exit_code(&report)))
}

/// The report that is read, and the tests of it that are meant.
fn read(file: &Path, options: &Options) -> Result<Report, ExitCode> {
    let unreadable = |words: String| usage(&format!("{} cannot be read: {words}", shown(file)));
    let mut report = report_file::read(file).map_err(unreadable)?;
    report.tests = options.selection.of(report.tests, |test| &test.name)?;
    Ok(report)
}

/// Runs the tests as `check` does; what libtest prints of them is of no use here.
fn run_tests(options: &Options, today: Today) -> Result<Report, ExitCode> {
    let tests = load(&options.source)?;
    let waivers = Waivers::of(&tests);
    let (tests, shards) = options.selection.of_part(tests, None)?;
    options.most.check(tests.len())?;
    let log = temporary_log("what the tests print")?;
    let unfinished = Unfinished::default();
    stop_at_ctrl_c(unfinished.clone(), None);
    let settings = Settings {
        live: options.live,
        today,
        jobs: usize::from(options.jobs),
        connections: descriptors::connections(),
        format: None,
        color: ColorSetting::Never,
        log: Some(log.path().to_owned()),
        rerun: String::new(),
        fail_on_pending: options.fail_on == Some(FailOn::Pending),
        shards,
        waivers,
        baseline: None,
        bounds: options.most.limits.bounds(),
    };
    let _progress = Progress::begin(tests.len(), unfinished.clone(), false);
    suite::run(tests, &settings, &unfinished).map_err(|fault| end_by_fault(&fault))
}
