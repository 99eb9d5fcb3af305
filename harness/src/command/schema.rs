//! `schema`: the JSON Schema of scenario files, for editors.

use std::process::ExitCode;

use clap::Args;

use super::print;

/// Write the JSON Schema of scenario files to standard output
#[derive(Args)]
#[command(after_help = "\
Editors that speak YAML use it by the first line of a file:
  # yaml-language-server: $schema=scenario.schema.json")]
pub(crate) struct Options {}

pub(crate) fn run(_: &Options) -> ExitCode {
    print(&tls_readiness::schema::text()).err().unwrap_or(ExitCode::SUCCESS)
}
