//! How far a run is, for whoever waits at a terminal.
//!
//! libtest-mimic prints a line for each test that ended, and nobody can know when it will print the next.
//! So where it prints to the same terminal, what is said here is a line of its own, and seldom; elsewhere
//! it is one line that is written over.

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tls_readiness::suite::Unfinished;

use super::complain;

/// What ends sooner needs no progress.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a line that is written over changes.
const SOON: Duration = Duration::from_millis(250);
/// How often a line of its own is printed.
const SELDOM: Duration = Duration::from_secs(10);

/// Shows how far a run is, until it is dropped.
pub(crate) struct Progress {
    ended: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Begins where standard error is a terminal. `lines_go_there` says that the lines of tests go to a
    /// terminal too.
    pub(crate) fn begin(of: usize, unfinished: Unfinished, lines_go_there: bool) -> Progress {
        let ended = Arc::new((Mutex::new(false), Condvar::new()));
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let thread = io::stderr().is_terminal().then(|| {
            let ended = Arc::clone(&ended);
            let show = move || show(of, &unfinished, !lines_go_there && !is_dumb, &ended);
            thread::Builder::new().name("progress".to_owned()).spawn(show).ok()
        });
        Progress { ended, thread: thread.flatten() }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        *self.ended.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.1.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn show(of: usize, unfinished: &Unfinished, writes_over: bool, ended: &(Mutex<bool>, Condvar)) {
    let begun = Instant::now();
    let mut wait = if writes_over { PATIENCE } else { SELDOM };
    let mut is_shown = false;
    loop {
        let guard = ended.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = ended.1.wait_timeout_while(guard, wait, |ended| !*ended);
        let has_ended = waited.map_or(true, |(ended, _)| *ended);
        if has_ended {
            break;
        }
        let names = unfinished.names();
        let line = line(of, &names, begun.elapsed());
        if writes_over {
            complain(&format!("\r\u{1b}[K{line}"));
            is_shown = true;
            wait = SOON;
        } else {
            complain(&format!("{line}\n"));
        }
    }
    if is_shown {
        complain("\r\u{1b}[K");
    }
}

/// A terminal's usual width, so that a line stays one.
const WIDTH: usize = 79;

fn line(of: usize, unfinished: &[String], elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    let mut line =
        format!("{} of {of} tests have ended after {seconds} s", of.saturating_sub(unfinished.len()));
    if let Some(first) = unfinished.first() {
        line.push_str(&format!("; waiting for {first}"));
    }
    if line.chars().count() > WIDTH {
        line = line.chars().take(WIDTH - 1).chain(['…']).collect();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_and_what_is_waited_for() {
        let names = ["api::old".to_owned(), "api::new".to_owned()];
        let after = Duration::from_millis(5_900);
        assert_eq!(line(5, &names, after), "3 of 5 tests have ended after 5 s; waiting for api::old");
        assert_eq!(line(5, &[], after), "5 of 5 tests have ended after 5 s");
        assert_eq!(line(5, &["x".repeat(1_000)], after).chars().count(), WIDTH);
    }
}
