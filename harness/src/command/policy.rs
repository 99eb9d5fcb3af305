//! `policy`: which policies there are, what one demands, and what changes between two.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use tls_readiness::corpus;
use tls_readiness::escape::printable;
use tls_readiness::report::policies;
use tls_readiness::scenario::{Policies, Policy};

use super::lint::Values;
use super::{print, usage};

/// List the policies; with a name show its rules; with `diff A B` what changes from one to the other
#[derive(Args)]
#[command(after_help = "\
Those that come with the gate need no folder. Your own are the files below a folder `policies` of the
scenarios, by the stems of their names.

Exit codes: 0 shown, 2 no such policy, or a policy that has mistakes.")]
pub(crate) struct Options {
    /// A policy's name, or `diff` and two of them
    #[arg(value_name = "NAME", num_args = 0..=3)]
    pub words: Vec<String>,
    /// The folder of the scenarios
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    pub scenarios: PathBuf,
    #[command(flatten)]
    pub values: Values,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    text(options).map_or_else(|code| code, |text| print(&text).err().unwrap_or(ExitCode::SUCCESS))
}

fn text(options: &Options) -> Result<String, ExitCode> {
    let known = known(options)?;
    let words: Vec<&str> = options.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(policies::list(known.all().map(AsRef::as_ref))),
        ["diff", from, to] => Ok(policies::difference(find(&known, from)?, find(&known, to)?)),
        ["diff", ..] => Err(usage("`policy diff` compares two policies: write `policy diff A B`")),
        [name] => Ok(policies::whole(find(&known, name)?)),
        _ => Err(usage("`policy` shows one policy; `policy diff A B` compares two")),
    }
}

/// Those of the gate, and those of the folder where there is one.
fn known(options: &Options) -> Result<Policies, ExitCode> {
    if !options.scenarios.is_dir() {
        return Ok(Policies::default());
    }
    let values = options.values.read()?;
    corpus::load_policies(&options.scenarios, &values).map_err(|mistakes| options.values.complain(&mistakes))
}

fn find<'p>(known: &'p Policies, name: &str) -> Result<&'p Arc<Policy>, ExitCode> {
    known.find(name).ok_or_else(|| {
        let names: Vec<&str> = known.all().map(|policy| policy.name.as_str()).collect();
        let names = printable(&names.join(", "));
        usage(&format!("no policy `{}`; there are: {names}", printable(name)))
    })
}
