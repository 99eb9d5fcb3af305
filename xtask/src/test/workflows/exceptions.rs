//! Steps that are not rehearsed, each with its reason.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// What the step's script begins with, or the job that it is in, and why it is not run.
const EXCEPTIONS: [(&str, &str); 6] = [
    (".ci/run", "it is what runs this"),
    ("rustup toolchain install", "it asks the internet; there is a Rust, or nothing here would run"),
    ("cargo deny", "it is installed from GitHub"),
    ("cargo build --workspace --all-targets", "`cargo xtask test tests` builds the same"),
    ("cargo check --workspace --all-targets", "`cargo xtask test msrv` does it with that Rust"),
    ("live.yml live", "it goes to the real hosts"),
];

/// Which of the exceptions were made.
#[derive(Default)]
pub(super) struct Exceptions {
    made: RefCell<BTreeSet<&'static str>>,
}

impl Exceptions {
    /// Why the step with this script, or this job, is not run, if it is not.
    pub(super) fn reason(&self, script_or_job: &str) -> Option<&'static str> {
        let (what, why) = EXCEPTIONS.iter().find(|(what, _)| script_or_job.starts_with(what))?;
        self.made.borrow_mut().insert(what);
        Some(why)
    }

    /// Those that nothing needed.
    pub(super) fn unused(&self) -> Vec<&'static str> {
        let made = self.made.borrow();
        EXCEPTIONS.iter().map(|(what, _)| *what).filter(|what| !made.contains(what)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_that_was_not_made_is_known() {
        let exceptions = Exceptions::default();
        assert_eq!(exceptions.reason("cargo deny --locked check"), Some("it is installed from GitHub"));
        assert_eq!(exceptions.reason("cargo xtask check"), None);
        let unused = exceptions.unused();
        assert_eq!(unused.len(), EXCEPTIONS.len() - 1);
        assert!(!unused.contains(&"cargo deny"));
    }
}
