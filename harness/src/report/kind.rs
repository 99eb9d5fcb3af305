//! The kinds of report that can be written.

use std::io::{self, Write};

use super::model::Report;
use super::{html, json, junit, markdown, sarif};

/// Makes the path of a file from the root of the repository of its path from the caller's folder.
pub type Place<'a> = &'a dyn Fn(&str) -> String;

/// A kind of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// For programs: everything that there is.
    Json,
    /// For build servers.
    Junit,
    /// For code scanning.
    Sarif,
    /// For wikis, comments and summaries.
    Markdown,
    /// A page for people.
    Html,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 5] = [Kind::Json, Kind::Junit, Kind::Sarif, Kind::Markdown, Kind::Html];

    /// As `--report` names it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Kind::Json => "json",
            Kind::Junit => "junit",
            Kind::Sarif => "sarif",
            Kind::Markdown => "markdown",
            Kind::Html => "html",
        }
    }

    /// Writes a report of this kind. `place` is for readers that know files by the repository's root.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, report: &Report, place: Place<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Kind::Json => json::write(report, out),
            Kind::Junit => junit::write(report, out),
            Kind::Sarif => sarif::write(report, place, out),
            Kind::Markdown => markdown::write(report, out),
            Kind::Html => html::write(report, out),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}
