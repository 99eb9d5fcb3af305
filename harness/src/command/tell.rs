//! Tells what a run came to, in every place where somebody looks: report files, the step of GitHub
//! Actions, the terminal.

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use tls_readiness::report::{Kind, Report, annotations, console, verdict_line};

use super::github::Step;
use super::report_file::{self, Report as Wanted};
use super::repository::Repository;
use super::{Color, OUTPUT_CLOSED, cannot_print, complain, fault, print};

/// How it is told.
pub(crate) struct Ways<'a> {
    /// The reports that are asked for.
    pub(crate) reports: &'a [Wanted],
    /// The report that standard output is for, if any.
    pub(crate) standard: Option<Kind>,
    /// Whether standard output is for programs, so that what is for people goes to standard error.
    pub(crate) people_read_stderr: bool,
    /// Whether the matrix is shown.
    pub(crate) with_matrix: bool,
    /// When to print in colour.
    pub(crate) color: Color,
    /// The step of GitHub Actions, if any.
    pub(crate) step: Option<&'a Step>,
}

impl Ways<'_> {
    /// Prints for people.
    pub(crate) fn say(&self, text: &str) -> Result<(), ExitCode> {
        if self.people_read_stderr {
            complain(text);
            Ok(())
        } else {
            print(text)
        }
    }

    /// Tells it all; the exit code is the verdict, or a fault of the gate where something of it could not
    /// be written.
    pub(crate) fn tell(&self, report: &Report) -> Result<ExitCode, ExitCode> {
        // The files first: standard output may be closed by now.
        let repository = Repository::here();
        let written = report_file::write(self.reports, report, &repository);
        let told = self.step.map_or(Ok(()), |step| self.tell_step(step, &repository, report));
        let in_color =
            if self.people_read_stderr { self.color.on(&io::stderr()) } else { self.color.on(&io::stdout()) };
        let closing =
            if self.with_matrix { console::closing(report, in_color) } else { verdict_line::closing(report) };
        self.say(&closing)?;
        if let Some(kind) = self.standard {
            print_report(kind, report, &repository)?;
        }
        written.and(told)?;
        Ok(ExitCode::from(report.summary.exit_code))
    }

    fn tell_step(&self, step: &Step, repository: &Repository, report: &Report) -> Result<(), ExitCode> {
        self.say(&annotations::annotations(report, &|file| repository.path_of(file)))?;
        step.tell(report).map_err(|words| fault(&words))
    }
}

fn print_report(kind: Kind, report: &Report, repository: &Repository) -> Result<(), ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    match kind.write(report, &|file| repository.path_of(file), &mut out).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ExitCode::from(OUTPUT_CLOSED)),
        Err(error) => Err(fault(&cannot_print(&error))),
    }
}
