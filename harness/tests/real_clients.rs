//! The gate against clients that others wrote.
//!
//! Each row is a scenario with a real program. All rows are run side by side by one run of the binary,
//! against stand-ins of their own, so that they prove too that hundreds of programs at a time do not get
//! in each other's way.
//!
//! A program that is not installed leaves its rows out; with `TLS_READINESS_REQUIRE_PEERS=1` they fail
//! instead. Rows that a namespace leads are left out where the system permits none.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "gate/process.rs"]
mod gate;

#[path = "real_clients/canaries.rs"]
mod canaries;
#[path = "real_clients/commands.rs"]
mod commands;
#[path = "real_clients/live.rs"]
mod live;
#[path = "real_clients/odd.rs"]
mod odd;
#[path = "real_clients/old.rs"]
mod old;
#[path = "peers/required.rs"]
mod peers;
#[path = "real_clients/programs.rs"]
mod programs;
#[path = "real_clients/ready.rs"]
mod ready;
#[path = "real_clients/row.rs"]
mod row;
#[path = "real_clients/run.rs"]
mod run;
#[path = "real_clients/servers.rs"]
mod servers;
#[cfg(target_os = "linux")]
#[path = "real_clients/stopped.rs"]
mod stopped;
#[path = "real_clients/suites.rs"]
mod suites;
#[path = "real_clients/surroundings.rs"]
mod surroundings;

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use gate::Run;
use programs::Program;
use row::Row;
use run::Found;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let rows =
        [ready::rows(), old::rows(), suites::rows(), canaries::rows(), odd::rows(), surroundings::rows()]
            .concat();
    let tables = [
        Table { name: "stand-in", rows, make: run::against_stand_ins, found: OnceLock::new() },
        Table { name: "server", rows: live::rows(), make: run::against_servers, found: OnceLock::new() },
    ];
    let mut trials: Vec<Trial> = tables.into_iter().flat_map(|table| trials(&Arc::new(table))).collect();
    trials.extend(exit_codes());
    #[cfg(target_os = "linux")]
    trials.extend(stopped::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// Rows that are run side by side, and what the gate said of them; run by whoever asks first.
struct Table {
    /// What the programs come to.
    name: &'static str,
    rows: Vec<Row>,
    make: fn(&[Row]) -> Result<Found, String>,
    found: OnceLock<Result<Found, String>>,
}

impl Table {
    fn found(&self) -> Result<&Found, &String> {
        self.found.get_or_init(|| (self.make)(&self.rows)).as_ref()
    }
}

fn trials(table: &Arc<Table>) -> Vec<Trial> {
    let mut trials: Vec<Trial> = (0..table.rows.len()).map(|index| trial(table, index)).collect();
    let behind = Arc::clone(table);
    trials.push(Trial::test(format!("{}::nothing_is_left_behind", table.name), move || {
        let Found { left, alive, .. } = behind.found()?;
        match (left.as_slice(), alive.as_slice()) {
            ([], []) => Ok(()),
            _ => Err(format!("temporary files: {left:?}; processes: {alive:?}").into()),
        }
    }));
    trials
}

fn trial(table: &Arc<Table>, index: usize) -> Trial {
    let table = Arc::clone(table);
    let name = format!("{}::{}", table.name, table.rows[index].name());
    Trial::ignorable_test(name, move || {
        let row = &table.rows[index];
        if let Some(completion) = left_out(programs::of(row.program))? {
            return Ok(completion);
        }
        let run = &table.found()?.run;
        if row.wants_namespace() && run.test(&row.name())["client"]["reach"] == "none" {
            return Ok(Completion::ignored_with("this system permits no namespaces"));
        }
        verdict_is_right(row, run).map(|()| Completion::Completed)
    })
}

/// The exit code where all tests have one verdict.
fn exit_codes() -> Vec<Trial> {
    let row = |command: &str| Row::new("shell", "only", command);
    let ignored = row("no-such-program").with("when_missing: ignore").ignored("left_out");
    [
        (row("true").undecided("never_connected"), gate::exit_code(row::INCONCLUSIVE)),
        (row("no-such-program").fails("not_installed"), gate::exit_code(row::FAILED)),
        // Nothing that was not tested is green.
        (ignored, gate::exit_code(row::INCONCLUSIVE)),
    ]
    .into_iter()
    .map(|(row, code)| {
        Trial::test(format!("exit_code_where_all_are_{}", row.verdict), move || {
            let Found { run, .. } = run::against_stand_ins(std::slice::from_ref(&row))?;
            verdict_is_right(&row, &run)?;
            if run.code == Some(code) {
                return Ok(());
            }
            Err(format!("must exit {code}; {}", run.console()).into())
        })
    })
    .collect()
}

/// Why a program's tests are left out.
fn left_out(program: &Program) -> Result<Option<Completion>, Failed> {
    let why = || format!("{} is not installed", program.name);
    match program.is_installed() {
        true => Ok(None),
        false if program.is_required && peers::peers_are_required() => {
            Err(format!("{}, and TLS_READINESS_REQUIRE_PEERS is set", why()).into())
        }
        false => Ok(Some(Completion::ignored_with(why()))),
    }
}

fn verdict_is_right(row: &Row, run: &Run) -> Result<(), Failed> {
    let test = run.test(&row.name());
    let text = format!("{}\n{}", test["reason"].as_str().unwrap(), run.explanation(&row.name()));
    let mut wrong = String::new();
    if run.verdict(&row.name()) != row.verdict || test["finding"] != row.finding {
        wrong += &format!(
            "\nmust be {} ({}), is {} ({})",
            row.verdict, row.finding, test["verdict"], test["finding"]
        );
    }
    // The text is laid out: between two words there may be the end of a line.
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in row.says.iter().filter(|words| !flat.contains(**words)) {
        wrong += &format!("\nmust say {words:?}");
    }
    for (pointer, value) in row.reports.iter().filter(|(pointer, value)| test.pointer(pointer) != Some(value))
    {
        wrong += &format!("\nmust report {value} at {pointer}, reports {:?}", test.pointer(pointer));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}{wrong}\n{text}\n{}\n{:#}",
        row.scenario(),
        test["client"]["stderr"].as_str().unwrap_or_default(),
        test["observations"]
    )
    .into())
}
