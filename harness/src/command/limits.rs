//! Where a run may go, and how much of it there may be: `--allow`, `--public-only`, `--max-connections` and
//! `--max-tests`.

use std::process::ExitCode;

use clap::Args;
use tls_readiness::bounds::{Bounds, Pattern};
use tls_readiness::report::shell_word;

use super::selection::number_of_tests;
use super::usage;

/// Where a run may go. Replicas are on this machine, and never kept from it.
#[derive(Args, Default)]
pub(crate) struct Limits {
    /// Connect to nothing else than PATTERN: a name, *.name for all names below it, an address or a network
    /// (192.0.2.0/24), each with :port or without; may be repeated
    #[arg(long, value_name = "PATTERN", value_parser = Pattern::parse)]
    pub allow: Vec<Pattern>,
    /// Connect to no address of this machine or of private networks, nor to any other that is not of the
    /// public internet
    #[arg(long)]
    pub public_only: bool,
    /// Begin at most N connections in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: Option<u32>,
}

/// How much of a run there may be.
#[derive(Args)]
pub(crate) struct Most {
    #[command(flatten)]
    pub limits: Limits,
    /// Run nothing where there would be more than N tests
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tests: Option<u32>,
}

impl Limits {
    /// The bounds of one run.
    pub(crate) fn bounds(&self) -> Bounds {
        let most = self.max_connections.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        Bounds::new(self.allow.clone(), self.public_only, most)
    }

    /// Adds to a command what keeps the next run within the same bounds. What is about a whole run, the number
    /// of its connections, is not.
    pub(crate) fn add_to(&self, command: &mut String) {
        for pattern in &self.allow {
            command.push_str(&format!(" --allow {}", shell_word(&pattern.to_string())));
        }
        if self.public_only {
            command.push_str(" --public-only");
        }
    }
}

impl Most {
    /// Fails where so many tests are more than there may be: the exit code, after that was said.
    pub(crate) fn check(&self, tests: usize) -> Result<(), ExitCode> {
        match self.max_tests {
            Some(most) if usize::try_from(most).is_ok_and(|most| tests > most) => Err(usage(&format!(
                "{} are more than --max-tests {most} allows; nothing was run\n  = raise it, or run some of them: \
                 by a part of their names, or by --shard",
                number_of_tests(tests)
            ))),
            _ => Ok(()),
        }
    }
}
