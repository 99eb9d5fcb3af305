//! The commands, a module each, and what they share: how they print and how they end.

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::ValueEnum;
use tls_readiness::escape::{printable, printable_up_to};
use tls_readiness::problem::in_color;

pub(crate) mod arguments;
pub(crate) mod calendar;
pub(crate) mod check;
mod github;
mod limits;
pub(crate) mod lint;
pub(crate) mod new;
pub(crate) mod policy;
pub(crate) mod probe;
mod progress;
pub(crate) mod report;
mod report_file;
mod repository;
pub(crate) mod schema;
mod selection;
pub(crate) mod serve;
mod tell;

/// Wrong usage or wrong scenarios: nothing was run.
pub(crate) const USAGE: u8 = 2;
/// Nothing follows from what happened.
pub(crate) const COULD_NOT_TELL: u8 = 3;
/// A fault of the gate itself, as Rust programs end when they panic.
pub(crate) const FAULT: u8 = 101;
/// Stopped by Ctrl-C, as shells count it: 128 and the signal's number.
pub(crate) const INTERRUPTED: u8 = 130;
/// The reader of the output went away, as shells count it.
pub(crate) const OUTPUT_CLOSED: u8 = 141;

/// What the exit codes mean, for help.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    ready: every test passed
  1    not ready: at least one test failed
  2    wrong usage or wrong scenarios, or no test was selected; nothing was run
  3    could not tell: no test failed, but at least one is inconclusive
  Any other code is a fault of the gate itself, or that it was stopped, and never means ready.";

/// When to print in colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set or TERM is dumb.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Whether what goes to `stream` is coloured.
    pub(crate) fn on(self, stream: &impl IsTerminal) -> bool {
        let variable = |name| std::env::var_os(name).unwrap_or_default();
        self.is_on(stream.is_terminal(), &variable("NO_COLOR"), &variable("TERM"))
    }

    fn is_on(self, is_terminal: bool, no_color: &OsStr, term: &OsStr) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => in_color(is_terminal, no_color, term),
        }
    }
}

/// Prints to standard output. A reader that went away is no fault: there is nobody left to tell.
pub(crate) fn print(text: &str) -> Result<(), ExitCode> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(ExitCode::from(OUTPUT_CLOSED)),
        Err(error) => Err(fault(&cannot_print(&error))),
    }
}

/// Prints to standard error; where that fails nobody can be told.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Why standard output does not take what is printed.
pub(crate) fn cannot_print(error: &io::Error) -> String {
    format!("standard output cannot be written to: {}", words_of(error))
}

/// What the system says, without the path that a library has put beside it: the reader is told where
/// it was in other words.
pub(crate) fn words_of(error: &io::Error) -> String {
    match (error.get_ref(), error.kind()) {
        (None, _) | (Some(_), io::ErrorKind::Other) => printable(&error.to_string()),
        (Some(_), io::ErrorKind::NotFound) => "there is no such folder".to_owned(),
        (Some(_), kind) => kind.to_string(),
    }
}

/// Says what is wrong with the gate or its surroundings, and the exit code for it.
pub(crate) fn fault(words: &str) -> ExitCode {
    obstacle(words, FAULT)
}

/// Says what is wrong with how the command was called, and the exit code for it.
pub(crate) fn usage(words: &str) -> ExitCode {
    obstacle(words, USAGE)
}

fn obstacle(words: &str, exit_code: u8) -> ExitCode {
    complain(&format!("error: {words}\n"));
    announce(words, exit_code)
}

/// Tells GitHub what was said already of what keeps the command from its work.
pub(crate) fn announce(words: &str, exit_code: u8) -> ExitCode {
    if let Some(step) = github::Step::here() {
        step.tell_obstacle(words, exit_code);
    }
    ExitCode::from(exit_code)
}

/// A path as it may be printed.
pub(crate) fn shown(path: &Path) -> String {
    printable_up_to(&path.to_string_lossy(), usize::MAX)
}

/// How the commands are called here: by `cargo xtask` in the workspace, by name elsewhere.
pub(crate) fn invocation() -> &'static str {
    // cargo sets it for what it runs.
    if std::env::var_os("CARGO").is_some() { "cargo xtask" } else { "tls-readiness" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_for_terminals_that_have_it_and_people_who_want_it() {
        for (color, is_terminal, no_color, term, on) in [
            (Color::Auto, true, "", "xterm-256color", true),
            (Color::Auto, true, "", "", true),
            (Color::Auto, true, "", "dumb", false),
            (Color::Auto, true, "0", "xterm", false),
            (Color::Auto, false, "", "xterm", false),
            (Color::Always, false, "1", "dumb", true),
            (Color::Never, true, "", "xterm", false),
        ] {
            assert_eq!(color.is_on(is_terminal, no_color.as_ref(), term.as_ref()), on, "{color:?} {term}");
        }
    }

    #[test]
    fn the_words_of_the_system_stand_without_a_library_path() {
        let absent = tempfile::Builder::new().tempfile_in("no/such/folder").unwrap_err();
        assert!(absent.to_string().contains("no/such/folder"));
        assert_eq!(words_of(&absent), "there is no such folder");
        assert_eq!(words_of(&io::Error::other("\u{1b}")), "\\u{1b}");
    }
}
