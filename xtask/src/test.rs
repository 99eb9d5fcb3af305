//! `cargo xtask test`: the project's own checks, the same on a laptop and in CI.
//!
//! Every step runs, whatever came of those before it, so that one run tells all there is to mend.

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use xshell::{Cmd, Shell, cmd};

use crate::{USAGE, console, gate, nearest::nearest, workspace};

mod house;
mod msrv;
mod peers;
mod schema;
mod workflows;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// A check of the project.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Shell) -> Result,
}

/// From what is known soonest to what takes longest.
const STEPS: [Step; 11] = [
    Step { name: "house", about: "rules of the house that a command can check", run: house::run },
    Step { name: "format", about: "cargo fmt", run: format },
    Step {
        name: "peers",
        about: "the real servers and clients that tests need are installed",
        run: peers::run,
    },
    Step { name: "workflows", about: "linters of the workflows", run: workflows::lint },
    Step { name: "clippy", about: "cargo clippy, warnings are errors", run: clippy },
    Step { name: "tests", about: "cargo test", run: tests },
    Step { name: "docs", about: "cargo doc, broken links are errors", run: docs },
    Step { name: "scenarios", about: "lint and check of the shipped scenarios", run: scenarios },
    Step { name: "schema", about: "the committed JSON Schema is what the gate prints", run: schema::run },
    Step {
        name: "workflow-steps",
        about: "the steps of the workflows, in a clean clone",
        run: workflows::rehearse,
    },
    Step { name: "msrv", about: "no dependency needs a newer Rust than the project states", run: msrv::run },
];

/// What a step came to.
struct Outcome {
    name: &'static str,
    passed: bool,
    elapsed: Duration,
}

/// What the caller wants.
#[derive(Debug, PartialEq)]
enum Request {
    Help,
    Run { steps: Vec<&'static str>, require_peers: bool },
}

/// Runs the steps that `arguments` name, or all.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    let (steps, require_peers) = match parse(arguments) {
        Ok(Request::Help) => {
            console::out(&help());
            return ExitCode::SUCCESS;
        }
        Ok(Request::Run { steps, require_peers }) => (steps, require_peers),
        Err(problem) => {
            console::err(&format!("error: {problem}\n"));
            return ExitCode::from(USAGE);
        }
    };
    let shell = match prepare(require_peers) {
        Ok(shell) => shell,
        Err(error) => {
            console::err(&format!("error: {error}\n"));
            return ExitCode::FAILURE;
        }
    };
    let chosen = STEPS.iter().filter(|step| steps.is_empty() || steps.contains(&step.name));
    let outcomes: Vec<Outcome> = chosen.map(|step| take(step, &shell)).collect();
    console::err(&summary(&outcomes));
    if outcomes.iter().all(|outcome| outcome.passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn parse(arguments: &[OsString]) -> std::result::Result<Request, String> {
    let mut steps = Vec::new();
    let mut require_peers = false;
    for argument in arguments {
        match argument.to_str().unwrap_or_default() {
            "-h" | "--help" => return Ok(Request::Help),
            "--require-peers" => require_peers = true,
            name => match STEPS.iter().find(|step| step.name == name) {
                Some(step) => steps.push(step.name),
                None => return Err(unknown_step(&argument.to_string_lossy())),
            },
        }
    }
    Ok(Request::Run { steps, require_peers })
}

fn unknown_step(name: &str) -> String {
    let names = STEPS.iter().map(|step| step.name);
    let hint = match nearest(name, names.clone().chain(["--require-peers", "--help"])) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("a step is one of {}", names.collect::<Vec<_>>().join(", ")),
    };
    format!("unknown step `{}`; {hint}", name.escape_debug())
}

fn help() -> String {
    let mut text = "\
The project's own checks. All steps run, even where one fails.

usage: cargo xtask test [--require-peers] [STEP]…

"
    .to_owned();
    for step in &STEPS {
        text += &format!("  {:<14} {}\n", step.name, step.about);
    }
    text += &format!(
        "
  --require-peers   a server or client that is not installed is a failure; without this its
                    tests say that they were ignored. As {}=1

Exit codes: 0 all passed, 1 a step failed, 2 wrong usage.
",
        peers::REQUIRED
    );
    text
}

/// A shell in the workspace's root, with the environment that all steps share.
fn prepare(require_peers: bool) -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    if require_peers {
        shell.set_var(peers::REQUIRED, "1");
    }
    Ok(shell)
}

/// Cargo with these words, which are shown as one would type them.
fn cargo<'a>(shell: &'a Shell, words: &str) -> Cmd<'a> {
    console::err(&format!("$ cargo {words}\n"));
    let command = shell.cmd(workspace::cargo()).args(words.split(' ')).quiet();
    workspace::variables_of_this_package().fold(command, Cmd::env_remove)
}

fn take(step: &Step, shell: &Shell) -> Outcome {
    console::err(&format!("\n== {}: {}\n", step.name, step.about));
    let begun = Instant::now();
    let result = (step.run)(shell);
    if let Err(error) = &result {
        console::err(&format!("{}: {error}\n", step.name));
    }
    Outcome { name: step.name, passed: result.is_ok(), elapsed: begun.elapsed() }
}

fn summary(outcomes: &[Outcome]) -> String {
    let failed: Vec<&str> =
        outcomes.iter().filter(|outcome| !outcome.passed).map(|outcome| outcome.name).collect();
    let mut text = "\n".to_owned();
    for outcome in outcomes {
        let word = if outcome.passed { "ok" } else { "FAILED" };
        text += &format!("{word:<6}  {:<14} {:>6.1} s\n", outcome.name, outcome.elapsed.as_secs_f64());
    }
    let of = outcomes.len();
    text += &match failed.as_slice() {
        [] => format!("steps passed: {of} of {of}\n"),
        names => {
            format!(
                "steps failed: {} of {of}; to repeat: cargo xtask test {}\n",
                names.len(),
                names.join(" ")
            )
        }
    };
    text
}

fn format(shell: &Shell) -> Result {
    Ok(cargo(shell, "fmt --all --check").run()?)
}

fn clippy(shell: &Shell) -> Result {
    Ok(cargo(shell, "clippy --workspace --all-targets -- -D warnings").run()?)
}

fn tests(shell: &Shell) -> Result {
    Ok(cargo(shell, "test --workspace").run()?)
}

fn docs(shell: &Shell) -> Result {
    // Private items too: the architecture is told to those who work on it.
    let docs = cargo(shell, "doc --workspace --no-deps --document-private-items");
    Ok(docs.env("RUSTDOCFLAGS", "-D warnings").run()?)
}

fn scenarios(shell: &Shell) -> Result {
    let binary = gate::build()?;
    cmd!(shell, "{binary} lint").run()?;
    Ok(cmd!(shell, "{binary} check").run()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> std::result::Result<Request, String> {
        parse(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn arguments_name_steps() {
        for (words, steps, require_peers) in [
            (&[][..], vec![], false),
            (&["--require-peers"], vec![], true),
            (&["clippy", "--require-peers", "msrv"], vec!["clippy", "msrv"], true),
        ] {
            assert_eq!(parsed(words), Ok(Request::Run { steps, require_peers }));
        }
        assert_eq!(parsed(&["clippy", "--help"]), Ok(Request::Help));
    }

    #[test]
    fn an_unknown_step_is_a_mistake_with_a_hint() {
        assert_eq!(parsed(&["clipy"]), Err("unknown step `clipy`; did you mean `clippy`?".to_owned()));
        assert!(parsed(&["nonsense"]).unwrap_err().contains("house, format"));
        assert!(parsed(&["a\u{1b}b"]).unwrap_err().contains("\\u{1b}"));
    }

    #[test]
    fn the_summary_names_what_to_repeat() {
        let outcome = |name, passed| Outcome { name, passed, elapsed: Duration::from_millis(1_250) };
        assert_eq!(
            summary(&[outcome("house", true), outcome("docs", false), outcome("msrv", false)]),
            "\nok      house             1.2 s\nFAILED  docs              1.2 s\nFAILED  msrv              1.2 s\n\
             steps failed: 2 of 3; to repeat: cargo xtask test docs msrv\n"
        );
        assert!(summary(&[outcome("house", true)]).ends_with("steps passed: 1 of 1\n"));
    }
}
