//! How far a run is, for whoever waits at a terminal.
//!
//! libtest-mimic prints a line for each test that ended, and nobody can know when it will print the next.
//! So where it prints to the same terminal, what is said here is a line of its own, and seldom; elsewhere
//! it is one line that is written over.

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tls_readiness::suite::{Standing, Unfinished};

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
        let line = line(of, &unfinished.standing(SLOW, USUAL), begun.elapsed());
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

/// How many slow hosts are named.
const SLOW: usize = 2;
/// What takes longer is slow.
const USUAL: Duration = Duration::from_secs(1);

fn line(of: usize, standing: &Standing, elapsed: Duration) -> String {
    let done = of.saturating_sub(standing.tests);
    let mut line = format!("{done} of {of} tests after {}", in_words(elapsed));
    if let Some(rest) = estimate(done, standing.tests, elapsed) {
        line.push_str(&format!(", about {} to go", in_words(rest)));
    }
    let slow: Vec<String> =
        standing.slow.iter().map(|(host, took)| format!("{host} ({})", in_words(*took))).collect();
    if !slow.is_empty() {
        line.push_str(&format!("; slow: {}", slow.join(", ")));
    }
    if line.chars().count() > WIDTH {
        line = line.chars().take(WIDTH - 1).chain(['…']).collect();
    }
    line
}

/// How long the rest takes if it goes on as it went; nothing where too little is known for that.
fn estimate(done: usize, rest: usize, elapsed: Duration) -> Option<Duration> {
    // The first to end are the fastest.
    if rest == 0 || done * 20 < done + rest {
        return None;
    }
    let rest = elapsed.as_secs_f64() * (rest as f64 / done as f64);
    Duration::try_from_secs_f64(rest.ceil()).ok()
}

/// Whole seconds, or minutes and seconds.
fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_far_it_is_how_long_it_takes_and_who_is_slow() {
        let after = Duration::from_millis(5_900);
        let standing = |tests, slow: &[(&str, u64)]| Standing {
            tests,
            slow: slow.iter().map(|(host, took)| ((*host).to_owned(), Duration::from_secs(*took))).collect(),
        };
        assert_eq!(line(5, &standing(0, &[]), after), "5 of 5 tests after 5 s");
        assert_eq!(
            line(6_000, &standing(3_000, &[("api.example", 4), ("a.test", 130)]), after),
            "3000 of 6000 tests after 5 s, about 6 s to go; slow: api.example (4 s), a.test…"
        );
        // One of a hundred says nothing of the others.
        assert_eq!(line(100, &standing(99, &[]), after), "1 of 100 tests after 5 s");
        assert_eq!(line(5, &standing(1, &[(&"x".repeat(1_000), 3)]), after).chars().count(), WIDTH);
        assert_eq!(
            line(60_000, &standing(57_000, &[]), Duration::from_secs(60)),
            "3000 of 60000 tests after 60 s, about 19 min 0 s to go"
        );
    }
}
