//! `lint`: read the scenarios, run nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use tls_readiness::corpus;
use tls_readiness::escape::printable;
use tls_readiness::plan::Test;
use tls_readiness::problem::{self, Mistakes};
use tls_readiness::scenario;

use super::github::Step;
use super::{Color, USAGE, complain, fault, print, shown, usage};

/// Read the scenarios and say what is wrong with them; run nothing
#[derive(Args)]
#[command(after_help = "\
Exit codes: 0 no problems, 2 at least one; each is shown with its place and what to write instead.")]
pub(crate) struct Options {
    #[command(flatten)]
    pub source: Source,
}

/// Where scenarios come from.
#[derive(Args)]
pub(crate) struct Source {
    /// The folder of the scenarios
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    pub scenarios: PathBuf,
    #[command(flatten)]
    pub values: Values,
}

/// What scenarios are completed with, and how their mistakes are printed.
#[derive(Args)]
pub(crate) struct Values {
    /// Value for ${NAME} in the scenarios; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub settings: Vec<String>,
    /// When to print in colour
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    match load(&options.source) {
        Ok(tests) => {
            let plural = if tests.len() == 1 { "test" } else { "tests" };
            let text =
                format!("{} {plural} in {}, no problems\n", tests.len(), shown(&options.source.scenarios));
            print(&text).err().unwrap_or(ExitCode::SUCCESS)
        }
        Err(code) => code,
    }
}

/// The tests of a folder, or the exit code after every mistake was printed.
pub(crate) fn load(source: &Source) -> Result<Vec<Test>, ExitCode> {
    let values = source.values.read()?;
    corpus::load(&source.scenarios, &values).map_err(|mistakes| source.values.complain(&mistakes))
}

/// The tests of a file, or the exit code after every mistake was printed.
pub(crate) fn load_file(file: &Path, values: &Values) -> Result<Vec<Test>, ExitCode> {
    corpus::load_file(file, &values.read()?).map_err(|mistakes| values.complain(&mistakes))
}

impl Values {
    pub(crate) fn read(&self) -> Result<scenario::Values, ExitCode> {
        scenario::Values::from_assignments(&self.settings)
            .map_err(|words| usage(&format!("--set: {}", printable(&words))))
    }

    pub(crate) fn complain(&self, mistakes: &Mistakes) -> ExitCode {
        complain(&problem::render(&mistakes.problems, self.color.on(&std::io::stderr())));
        complain(&format!("{}\n", mistakes.summary()));
        if let Some(Err(words)) = Step::here().map(|step| step.tell_mistakes(mistakes)) {
            return fault(&words);
        }
        ExitCode::from(USAGE)
    }
}
