//! The commands of this repository: `cargo xtask COMMAND`.
//!
//! Those of the gate are handed to the binary `tls-readiness`, unchanged; what is added here
//! concerns the repository. Nothing of the harness is linked, so this builds in seconds and works
//! while the harness is broken.

use std::ffi::OsString;
use std::process::ExitCode;

mod bench;
mod console;
mod fuzz;
mod gate;
mod nearest;
mod test;
mod workspace;

const HELP: &str = "\
Is everything ready for the day old TLS versions are switched off?

usage: cargo xtask COMMAND [ARGUMENT]…

The gate (each has its own --help):
  check [FILTER]…   run the scenarios below `scenarios`; --live goes to the real hosts
  calendar          say what will fail from which day on, if nothing changes
  lint              read the scenarios and report every mistake, run nothing
  new HOST          write a scenario file from what a host does today; --policy NAME holds it against one
  policy [NAME]     list the policies, or show the rules of one; `diff A B` compares two
  probe HOST        print which versions one host speaks, without a scenario
  serve [FILE]      keep the stand-in of a scenario running, and print how to reach it
  report merge FILE…  put the reports of several runs together
  schema            print the JSON Schema of scenario files

This repository:
  test [STEP]…      the project's own checks, as CI runs them; --help lists the steps
  bench             how fast the gate is against a thousand servers, and what scanners need for the same
  fuzz [TARGET]…    feed the readers and renderers what nobody thought of; --help says what it takes

Start with: cargo xtask check
Exit codes of check: 0 ready, 1 not ready, 2 usage or scenarios wrong, 3 could not tell.
Any other code is a fault of the gate itself, 101 that it does not build.
";

/// Exit code for a mistake in how a command was written, as in the gate itself.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(command) = arguments.next() else {
        console::out(HELP);
        return ExitCode::SUCCESS;
    };
    let rest: Vec<OsString> = arguments.collect();
    match command.to_str().unwrap_or_default() {
        "help" | "-h" | "--help" => {
            console::out(HELP);
            ExitCode::SUCCESS
        }
        name if gate::COMMANDS.contains(&name) => gate::run(name, &rest),
        "test" => test::run(&rest),
        "bench" => bench::run(&rest),
        "fuzz" => fuzz::run(&rest),
        _ => unknown(&command.to_string_lossy()),
    }
}

fn unknown(command: &str) -> ExitCode {
    let known = gate::COMMANDS.into_iter().chain(["test", "bench", "fuzz", "help"]);
    let hint = match nearest::nearest(command, known) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "`cargo xtask help` lists the commands".to_owned(),
    };
    console::err(&format!("error: unknown command `{}`; {hint}\n", command.escape_debug()));
    ExitCode::from(USAGE)
}
