//! A test target of three lines, so that `cargo test` and `cargo nextest run` run scenarios too.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     tls_readiness::target::run("scenarios".as_ref())
//! }
//! ```
//!
//! The target is declared with `harness = false`. Under nextest each test is a process of its own:
//! probes are not shared there.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, ColorSetting, FormatSetting, Trial};

use crate::bounds::Bounds;
use crate::calendar::Today;
use crate::client;
use crate::corpus;
use crate::descriptors;
use crate::problem;
use crate::report::verdict_line;
use crate::scenario::Values;
use crate::suite::{self, Fault, Settings, Unfinished, Waivers};

/// Runs the scenarios of `folder` with libtest's arguments.
///
/// The exit code is that of `tls-readiness check`, but 0 where a filter selects nothing here; 101
/// where the run could not be finished.
#[must_use]
pub fn run(folder: &Path) -> ExitCode {
    if let Some(code) = client::enter_if_asked() {
        return code;
    }
    let arguments = Arguments::from_args();
    let tests = match corpus::load(folder, &Values::default()) {
        Ok(tests) => tests,
        Err(mistakes) => {
            let variable = |name| std::env::var_os(name).unwrap_or_default();
            let terminal = std::io::stderr().is_terminal();
            let color = problem::in_color(terminal, &variable("NO_COLOR"), &variable("TERM"));
            let text = format!("{}{}\n", problem::render(&mistakes.problems, color), mistakes.summary());
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
            return ExitCode::from(2);
        }
    };
    if arguments.list {
        let names = tests.into_iter().map(|test| Trial::test(test.name, || Ok(()))).collect();
        return libtest_mimic::run(&arguments, names).exit_code();
    }
    let waivers = Waivers::of(&tests);
    let selected = tests.into_iter().filter(|test| is_selected(&test.name, &arguments)).collect();
    let today = match Today::now() {
        Ok(today) => today,
        Err(words) => {
            let _ = writeln!(std::io::stderr(), "error: {words}");
            return ExitCode::from(101);
        }
    };
    let settings = Settings {
        live: false,
        today,
        jobs: arguments.test_threads.filter(|threads| *threads > 0).unwrap_or(64),
        connections: descriptors::connections(),
        format: arguments.format,
        color: arguments.color.unwrap_or(ColorSetting::Auto),
        log: None,
        rerun: "cargo test --".to_owned(),
        fail_on_pending: false,
        shards: None,
        waivers,
        baseline: None,
        bounds: Bounds::default(),
    };
    // Without a handler a signal ends the run at once; what programs on trial were given stays behind.
    let _ = ctrlc::set_handler(|| {
        client::trust::folder::remove_all();
        std::process::exit(130);
    });
    match suite::run(selected, &settings, &Unfinished::default()) {
        // A filter of cargo test is for all targets: one that matches nothing here is no mistake.
        Ok(report) if report.tests.is_empty() => ExitCode::SUCCESS,
        Ok(report) => {
            if !matches!(arguments.format, Some(FormatSetting::Json)) {
                let _ = writeln!(std::io::stdout(), "{}", verdict_line::closing(&report));
            }
            ExitCode::from(report.summary.exit_code)
        }
        Err(Fault::OutputClosed | Fault::Output(_) | Fault::WithoutResult(_)) => ExitCode::from(101),
    }
}

/// As libtest-mimic selects; nothing here is ever marked as ignored.
fn is_selected(name: &str, arguments: &Arguments) -> bool {
    let matches =
        |filter: &String| if arguments.exact { name == filter } else { name.contains(filter.as_str()) };
    !arguments.ignored && arguments.filter.iter().all(matches) && !arguments.skip.iter().any(matches)
}
