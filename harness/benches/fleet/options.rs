//! What the caller wants measured.

use std::time::Duration;

use clap::Parser;

/// The text of `--help`, which `cargo xtask bench --help` shows without building anything.
const HELP: &str = include_str!("help.txt");

/// The arguments of `cargo xtask bench`.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench", override_help = HELP, disable_version_flag = true)]
pub(crate) struct Options {
    /// Endpoints of the large fleet; the small one has a tenth of them.
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u16).range(1..=8000))]
    pub(crate) hosts: u16,
    /// How long everything takes on its way, in milliseconds, each way.
    #[arg(long, value_name = "MS", default_value = "25", value_parser = milliseconds)]
    pub(crate) delay: Duration,
    /// Start the fleet, say where it is, and wait.
    #[arg(long)]
    pub(crate) serve: bool,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u16>() {
        Ok(milliseconds) if milliseconds <= 10_000 => Ok(Duration::from_millis(milliseconds.into())),
        _ => Err("a number of milliseconds from 0 to 10000".to_owned()),
    }
}
