//! `cargo xtask fuzz`: feeds the fuzz targets below `harness/fuzz` what nobody thought of.
//!
//! What was found is kept below `harness/fuzz/target`; the committed corpus is what `tests/fuzz_corpus.rs` runs
//! over, and changes only where that is asked for.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use xshell::{Shell, cmd};

use crate::nearest::nearest;
use crate::{USAGE, console, workspace};

/// How long each target is run, where nothing else is said.
const SECONDS: u32 = 600;
/// The most memory of a target, in MiB: one that needs more is a finding.
const MEMORY: &str = "-rss_limit_mb=2048";
/// The longest input. What only a longer one shows is the business of tests.
const LONGEST: &str = "-max_len=8192";
/// An input that takes longer, in seconds, is a finding.
const PATIENCE: &str = "-timeout=10";

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// What the caller wants.
#[derive(Debug, PartialEq)]
enum Request {
    Help,
    List,
    Run { targets: Vec<String>, seconds: u32, keep: bool },
}

/// Runs the targets that `arguments` name, or all.
pub(crate) fn run(arguments: &[OsString]) -> ExitCode {
    let folder = workspace::root().join("harness").join("fuzz");
    let known = targets(&folder);
    match parse(arguments, &known) {
        Ok(Request::Help) => {
            console::out(&help());
            ExitCode::SUCCESS
        }
        Ok(Request::List) => {
            console::out(&(known.join("\n") + "\n"));
            ExitCode::SUCCESS
        }
        Ok(Request::Run { targets, seconds, keep }) => {
            let chosen = if targets.is_empty() { known } else { targets };
            match fuzz(&folder, &chosen, seconds, keep) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    console::err(&format!("error: {error}\n"));
                    ExitCode::FAILURE
                }
            }
        }
        Err(problem) => {
            console::err(&format!("error: {problem}\n"));
            ExitCode::from(USAGE)
        }
    }
}

/// The names of all targets: each has a file.
fn targets(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder.join("targets")).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        files.filter_map(|file| Some(file.path().file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn parse(arguments: &[OsString], known: &[String]) -> std::result::Result<Request, String> {
    let (mut targets, mut seconds, mut keep) = (Vec::new(), SECONDS, false);
    let mut words = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        match word.as_ref() {
            "-h" | "--help" => return Ok(Request::Help),
            "--list" => return Ok(Request::List),
            "--keep" => keep = true,
            "--seconds" => {
                let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                seconds = number.ok_or("`--seconds` is followed by a whole number from 1 on")?;
            }
            name if known.iter().any(|known| known == name) => targets.push(name.to_owned()),
            name => return Err(unknown(name, known)),
        }
    }
    Ok(Request::Run { targets, seconds, keep })
}

fn unknown(name: &str, known: &[String]) -> String {
    let words = known.iter().map(String::as_str);
    let hint = match nearest(name, words.clone().chain(["--seconds", "--keep", "--list", "--help"])) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("a target is one of {}", words.collect::<Vec<_>>().join(", ")),
    };
    format!("unknown target `{}`; {hint}", name.escape_debug())
}

fn help() -> String {
    format!(
        "\
Feeds the fuzz targets what nobody thought of, one after another, until one of them breaks.

usage: cargo xtask fuzz [--seconds N] [--keep] [TARGET]…

  --seconds N   how long each target runs (default {SECONDS})
  --keep        add what was found to the corpus that is committed, and minimize that
  --list        print the targets

It takes the nightly toolchain and cargo-fuzz:
  {NIGHTLY}
  {CARGO_FUZZ}

What breaks a target is printed with its file below harness/fuzz/artifacts. Mend it, move the file into the
target's corpus, and `cargo test --test fuzz_corpus` proves it from then on, with any toolchain. That test makes
the corpus, too, from what other tests have and from what real servers and clients say:
  UPDATE_CORPUS=1 cargo test --test fuzz_corpus, and then cargo xtask fuzz --keep --seconds 1

Exit codes: 0 nothing was found, 1 a target broke or could not be run, 2 wrong usage.
"
    )
}

const NIGHTLY: &str = "rustup toolchain install nightly --profile minimal";
const CARGO_FUZZ: &str = "cargo install cargo-fuzz --locked";

fn fuzz(folder: &Path, targets: &[String], seconds: u32, keep: bool) -> Result {
    let shell = Shell::new()?;
    shell.change_dir(folder);
    for name in workspace::variables_of_this_package() {
        shell.set_var(&name, "");
    }
    let has = |command: xshell::Cmd<'_>| command.quiet().ignore_stdout().ignore_stderr().run().is_ok();
    if !has(cmd!(shell, "rustup run nightly rustc --version")) {
        return Err(format!("the nightly toolchain is not installed: {NIGHTLY}").into());
    }
    if !has(cmd!(shell, "rustup run nightly cargo fuzz --version")) {
        return Err(format!("cargo-fuzz is not installed: {CARGO_FUZZ}").into());
    }
    let time = format!("-max_total_time={seconds}");
    for target in targets {
        console::err(&format!("\n== {target}: {seconds} s\n"));
        let (found, corpus) = (format!("target/corpus/{target}"), format!("corpus/{target}"));
        shell.create_dir(&found)?;
        let fuzz = cmd!(shell, "rustup run nightly cargo fuzz run --fuzz-dir . {target} {found} {corpus}");
        fuzz.args(["--", &time, MEMORY, LONGEST, PATIENCE, "-print_final_stats=1"]).run()?;
        if keep {
            for input in shell.read_dir(&found)? {
                shell.copy_file(&input, &corpus)?;
            }
            cmd!(shell, "rustup run nightly cargo fuzz cmin --fuzz-dir . {target}").run()?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &[&str]) -> std::result::Result<Request, String> {
        let known = ["http", "scenario"].map(str::to_owned);
        parse(&words.iter().map(OsString::from).collect::<Vec<_>>(), &known)
    }

    #[test]
    fn arguments_name_targets_and_time() {
        let run = |targets: &[&str], seconds, keep| {
            let targets = targets.iter().map(|name| (*name).to_owned()).collect();
            Ok(Request::Run { targets, seconds, keep })
        };
        for (words, request) in [
            (&[][..], run(&[], SECONDS, false)),
            (&["http"], run(&["http"], SECONDS, false)),
            (&["--seconds", "5", "scenario", "--keep", "http"], run(&["scenario", "http"], 5, true)),
            (&["http", "--help"], Ok(Request::Help)),
            (&["--list"], Ok(Request::List)),
        ] {
            assert_eq!(parsed(words), request);
        }
    }

    #[test]
    fn what_is_no_target_and_no_time_is_a_mistake() {
        assert_eq!(parsed(&["htpt"]), Err("unknown target `htpt`; did you mean `http`?".to_owned()));
        assert!(parsed(&["a\u{1b}bcdefghijkl"]).unwrap_err().contains("\\u{1b}"));
        for words in [&["--seconds"][..], &["--seconds", "0"], &["--seconds", "-1"], &["--seconds", "x"]] {
            assert!(parsed(words).unwrap_err().contains("a whole number"), "{words:?}");
        }
    }

    #[test]
    fn every_target_is_found_by_its_file() {
        let found = targets(&workspace::root().join("harness").join("fuzz"));
        assert!(found.iter().any(|name| name == "first_flight"), "{found:?}");
        assert!(found.is_sorted());
    }
}
