//! The arguments of the command line, and what is said about wrong ones.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use tls_readiness::escape::printable_up_to;

use super::{USAGE, announce, complain, print};

/// The arguments of this process; or the exit code after help was printed, or a mistake.
pub(crate) fn parse<P: Parser>() -> Result<P, ExitCode> {
    P::try_parse().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print(&error.to_string()).err().unwrap_or(ExitCode::SUCCESS)
        }
        _ => {
            let words = mistake::<P>(&error, std::env::args_os());
            complain(&words);
            announce(words.trim(), USAGE)
        }
    })
}

/// The parser's words. It quotes arguments as they are, and they may come from anywhere: so where one
/// holds what a terminal or a log reader obeys, its words about the escaped arguments are taken.
fn mistake<P: Parser>(error: &clap::Error, arguments: impl Iterator<Item = OsString>) -> String {
    let words = error.to_string();
    // `::1` is obeyed by nobody in the middle of a line.
    if words.lines().all(|line| printable_up_to(line, usize::MAX) == line) {
        return words;
    }
    let escaped = arguments.map(|argument| printable_up_to(&argument.to_string_lossy(), usize::MAX));
    match P::try_parse_from(escaped) {
        Err(error) => error.to_string(),
        Ok(_) => "error: an argument holds characters that cannot be printed\n".to_owned(),
    }
}
