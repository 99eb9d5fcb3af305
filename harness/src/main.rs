//! The binary `tls-readiness`: arguments go in, a command runs, an exit code comes out.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use command::EXIT_CODES;

mod command;

/// Proves by scenarios that both ends of TLS connections are ready for the day the old versions are
/// switched off.
#[derive(Parser)]
#[command(name = "tls-readiness", version, after_help = after_help(), disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(command::check::Options),
    Calendar(command::calendar::Options),
    Lint(command::lint::Options),
    New(command::new::Options),
    Policy(command::policy::Options),
    Probe(command::probe::Options),
    Serve(command::serve::Options),
    Report(command::report::Options),
    Schema(command::schema::Options),
}

fn after_help() -> String {
    format!(
        "\
Begin with:
  tls-readiness probe HOST     what a host accepts and refuses today
  tls-readiness check          is everything ready that the files in scenarios/ name?
  tls-readiness check --help   how to choose tests, go to the real hosts, write reports

{EXIT_CODES}"
    )
}

fn main() -> ExitCode {
    if let Some(code) = tls_readiness::client::enter_if_asked() {
        return code;
    }
    match command::arguments::parse::<Cli>() {
        Err(code) => code,
        Ok(Cli { command }) => match command {
            Command::Check(options) => command::check::run(&options),
            Command::Calendar(options) => command::calendar::run(&options),
            Command::Lint(options) => command::lint::run(&options),
            Command::New(options) => command::new::run(&options),
            Command::Policy(options) => command::policy::run(&options),
            Command::Probe(options) => command::probe::run(&options),
            Command::Serve(options) => command::serve::run(&options),
            Command::Report(options) => command::report::run(&options),
            Command::Schema(options) => command::schema::run(&options),
        },
    }
}
