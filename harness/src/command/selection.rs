//! Which tests are meant: FILTER, `--exact`, `--skip`.

use std::process::ExitCode;

use clap::Args;
use tls_readiness::escape::printable;
use tls_readiness::plan::Test;
use tls_readiness::report::model::Shards;
use tls_readiness::shard::Shard;

use super::{invocation, usage};

/// Which tests are meant.
#[derive(Args)]
pub(crate) struct Selection {
    /// Run the tests whose names hold one of these; all where none is given. One that no test's name
    /// holds is a mistake
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// A filter or --skip is a whole name, not a part of one
    #[arg(long)]
    pub exact: bool,
    /// Leave out the tests whose names hold this; may be repeated
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
}

impl Selection {
    /// The tests that were asked for. A filter that no test has is a mistake: what it was meant for would
    /// otherwise go untested in silence.
    pub(crate) fn of<T>(&self, tests: Vec<T>, name: fn(&T) -> &str) -> Result<Vec<T>, ExitCode> {
        let matches = |test: &T, filter: &String| {
            if self.exact { name(test) == filter } else { name(test).contains(filter.as_str()) }
        };
        let all = tests.len();
        let lost: Vec<String> = self
            .filters
            .iter()
            .filter(|filter| !tests.iter().any(|test| matches(test, filter)))
            .map(|filter| format!("`{}`", printable(filter)))
            .collect();
        let selected: Vec<T> = tests
            .into_iter()
            .filter(|test| self.filters.is_empty() || self.filters.iter().any(|filter| matches(test, filter)))
            .filter(|test| !self.skip.iter().any(|filter| matches(test, filter)))
            .collect();
        let what = match (lost.as_slice(), selected.is_empty()) {
            ([], false) => return Ok(selected),
            ([], true) => format!("all of {all} {} are left out", if all == 1 { "test" } else { "tests" }),
            (lost, _) => {
                format!("no test's name {} {}", if self.exact { "is" } else { "holds" }, lost.join(" or "))
            }
        };
        Err(nothing_was_run(&what))
    }

    /// The same of a run, of which this may be a part.
    pub(crate) fn of_part(
        &self,
        tests: Vec<Test>,
        shard: Option<Shard>,
    ) -> Result<(Vec<Test>, Option<Shards>), ExitCode> {
        let selected = self.of(tests, |test| &test.name)?;
        let Some(shard) = shard else { return Ok((selected, None)) };
        let count = selected.len();
        let names: Vec<&str> = selected.iter().map(|test| test.name.as_str()).collect();
        let shards = shard.alone(&names);
        let placed = selected.into_iter().enumerate();
        let selected = placed.map(|(place, test)| Test { place: Some(place), ..test }).collect();
        let part = shard.select(selected, |test: &Test| test.host.to_string());
        if !part.is_empty() {
            return Ok((part, Some(shards)));
        }
        let tests = number_of_tests(count);
        Err(nothing_was_run(&format!("part {shard} is empty: of {tests} there can be at most {count} parts")))
    }
}

fn nothing_was_run(what: &str) -> ExitCode {
    usage(&format!("{what}; nothing was run\n  = `{} check --list` prints all names", invocation()))
}

pub(crate) fn number_of_tests(count: usize) -> String {
    if count == 1 { "1 test".to_owned() } else { format!("{count} tests") }
}
