//! The report as one page.

use std::io::{self, Write};

use super::model::Report;

/// Writes the page.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", report.tests.len())
}
