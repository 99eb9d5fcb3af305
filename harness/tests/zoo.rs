//! The misbehaviour zoo: the gate against servers that are absent, broken, hostile or merely odd.
//!
//! The most important property: nothing passes that the peer did not prove. What is true of each kind of peer
//! stands beside the verdicts that it must get (`zoo/kinds`), and what comes of it is told in
//! `docs/misbehaviour.md`. After a wanted change run `UPDATE_GOLDEN=1 cargo test --test zoo` and read the
//! difference.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "gate/process.rs"]
mod gate;

#[path = "zoo/behaviour.rs"]
mod behaviour;
#[path = "zoo/command_line.rs"]
mod command_line;
#[path = "zoo/hello.rs"]
mod hello;
#[path = "zoo/kind.rs"]
mod kind;
#[path = "zoo/kinds.rs"]
mod kinds;
#[path = "zoo/leading_away.rs"]
mod leading_away;
#[path = "zoo/page.rs"]
mod page;
#[path = "zoo/peer.rs"]
mod peer;
#[path = "zoo/question.rs"]
mod question;
#[path = "zoo/required.rs"]
mod required;
#[path = "zoo/rounds.rs"]
mod rounds;
#[path = "zoo/safety.rs"]
mod safety;
#[path = "zoo/serving.rs"]
mod serving;
#[path = "zoo/trial.rs"]
mod trial;

use std::process::ExitCode;

use libtest_mimic::Arguments;

/// Trials at a time where nothing else was asked for: most of them wait.
const THREADS: usize = 40;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let families = kinds::families();
    let mut trials = page::trials(&families);
    trials.extend(trial::of(families));
    trials.extend(trial::wishes());
    trials.extend(required::trials());
    trials.extend(command_line::trials());
    trials.extend(leading_away::trials());
    trials.extend(rounds::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}
