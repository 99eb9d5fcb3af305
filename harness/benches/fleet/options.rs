//! What the caller wants measured.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// The text of `--help`, which `cargo xtask bench --help` shows without building anything.
const HELP: &str = include_str!("help.txt");

/// The arguments of `cargo xtask bench`.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench", override_help = HELP, disable_version_flag = true)]
pub(crate) struct Options {
    /// What is measured; all of it where nothing is named.
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Endpoints of the large fleet. All else is as large in proportion.
    #[arg(long, default_value = "1000", value_parser = clap::value_parser!(u16).range(10..=8000))]
    hosts: u16,
    /// How long everything takes on its way, each way.
    #[arg(long, value_name = "MS", default_value = "25", value_parser = milliseconds)]
    pub(crate) delay: Duration,
    /// Endpoints that a scanner is run on that goes from one to the next.
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u16).range(1..=1000))]
    sample: u16,
    /// How often each run of the gate is made; the median counts.
    #[arg(long, default_value = "3", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) runs: u8,
    /// The binary that is measured in place of the one that was built.
    #[arg(long, value_name = "FILE")]
    pub(crate) gate: Option<PathBuf>,
    /// Write the tables into the README.
    #[arg(long, conflicts_with = "serve")]
    pub(crate) write: bool,
    /// Start the fleet, say where it is, and wait.
    #[arg(long)]
    pub(crate) serve: bool,
    /// What cargo passes to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Something that is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The gate against the fleet, small and large.
    Fleet,
    /// The gate against as many servers without a delay.
    Local,
    /// What is installed of sslscan, nmap, sslyze and testssl.sh, on the same endpoints.
    Scanners,
    /// From the start to the first connection, reading scenarios, listing tests.
    Start,
    /// The parts of `--shard`, one after another.
    Shards,
    /// Ten times the large fleet, held against a policy.
    Policy,
    /// Instructions of a probe, counted by callgrind.
    Instructions,
}

impl Options {
    /// Whether this is to be measured.
    pub(crate) fn wants(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    /// Hosts of the large fleet.
    pub(crate) fn hosts(&self) -> usize {
        usize::from(self.hosts)
    }

    /// Whether it is what the goals are set for.
    pub(crate) fn are_standard(&self) -> bool {
        self.hosts == 1000 && self.delay == Duration::from_millis(25)
    }

    /// Hosts of the small fleet, which scanners are compared on.
    pub(crate) fn few(&self) -> usize {
        self.hosts() / 10
    }

    /// Hosts that slow scanners are run on.
    pub(crate) fn sample(&self) -> usize {
        usize::from(self.sample).min(self.few())
    }
}

fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u16>() {
        Ok(milliseconds) if milliseconds <= 10_000 => Ok(Duration::from_millis(milliseconds.into())),
        _ => Err("a number of milliseconds from 0 to 10000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn options_are_within_what_a_machine_can_do() {
        use clap::Parser as _;

        use super::{Duration, Options, Part};

        let parse = |words: &str| Options::try_parse_from(["bench"].into_iter().chain(words.split(' ')));
        let options = parse("--hosts 200 --delay 0 --sample 50 local shards").unwrap();
        assert_eq!((options.hosts(), options.few(), options.sample()), (200, 20, 20));
        assert_eq!(options.delay, Duration::ZERO);
        assert!(options.wants(Part::Local) && options.wants(Part::Shards) && !options.wants(Part::Fleet));
        assert!(parse("--bench").unwrap().wants(Part::Fleet));
        for wrong in ["--hosts 9", "--hosts 8001", "--delay 25ms", "--runs 0", "--serve --write", "nothing"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
