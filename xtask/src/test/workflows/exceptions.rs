//! Steps that are not rehearsed, each with its reason.

use std::cell::RefCell;
use std::collections::BTreeSet;

/// The words that a script begins with which is one command, and why it is not run.
const SCRIPTS: [(&str, &str); 5] = [
    (".ci/run", "it is what runs this"),
    ("rustup toolchain install", "it asks the internet; there is a Rust, or nothing here would run"),
    ("cargo deny", "it is installed from GitHub"),
    ("cargo build --workspace --all-targets", "`cargo xtask test tests` builds the same"),
    ("cargo check --workspace --all-targets", "`cargo xtask test msrv` does it with that Rust"),
];

/// The file and the name of a job, and why it is not run.
const JOBS: [(&str, &str); 1] = [("live.yml live", "it goes to the real hosts")];

/// Which of the exceptions were made.
#[derive(Default)]
pub(super) struct Exceptions {
    made: RefCell<BTreeSet<&'static str>>,
}

impl Exceptions {
    /// Why this script is not run, if it is not. One of several commands is run: the others are no exception.
    pub(super) fn of_script(&self, script: &str) -> Option<&'static str> {
        let script = script.trim_end();
        if script.contains(['\n', '\r', ';', '&', '|', '<', '>', '(', ')', '`']) {
            return None;
        }
        let begins =
            |words: &str| script.strip_prefix(words).is_some_and(|it| it.is_empty() || it.starts_with(' '));
        self.find(&SCRIPTS, begins)
    }

    /// Why this job is not run, if it is not.
    pub(super) fn of_job(&self, file: &str, job: &str) -> Option<&'static str> {
        self.find(&JOBS, |name| name == format!("{file} {job}"))
    }

    fn find(
        &self,
        exceptions: &[(&'static str, &'static str)],
        is_meant: impl Fn(&str) -> bool,
    ) -> Option<&'static str> {
        let (what, why) = exceptions.iter().find(|(what, _)| is_meant(what))?;
        self.made.borrow_mut().insert(what);
        Some(why)
    }

    /// Those that nothing needed.
    pub(super) fn unused(&self) -> Vec<&'static str> {
        let made = self.made.borrow();
        SCRIPTS.iter().chain(&JOBS).map(|(what, _)| *what).filter(|what| !made.contains(what)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_one_command_or_one_job() {
        let exceptions = Exceptions::default();
        for (script, is_exception) in [
            ("cargo deny --locked check", true),
            ("cargo deny --locked check\n", true),
            ("rustup toolchain install \"$RUSTUP_TOOLCHAIN\" --profile minimal", true),
            (".ci/run", true),
            ("cargo xtask check", false),
            ("cargo deny --locked check\ncargo xtask check", false),
            ("cargo deny --locked check; cargo xtask check", false),
            ("cargo deny --locked check && cargo xtask check", false),
            ("cargo deny $(cargo xtask check)", false),
            (".ci/run-something-else", false),
            ("cargo denying", false),
            ("live.yml live", false),
        ] {
            assert_eq!(exceptions.of_script(script).is_some(), is_exception, "{script}");
        }
        for (file, job, is_exception) in
            [("live.yml", "live", true), ("live.yml", "live2", false), (".ci/run", "", false)]
        {
            assert_eq!(exceptions.of_job(file, job).is_some(), is_exception, "{file} {job}");
        }
    }

    #[test]
    fn an_exception_that_was_not_made_is_known() {
        let exceptions = Exceptions::default();
        assert_eq!(exceptions.of_script("cargo deny --locked check"), Some("it is installed from GitHub"));
        let unused = exceptions.unused();
        assert_eq!(unused.len(), SCRIPTS.len() + JOBS.len() - 1);
        assert!(!unused.contains(&"cargo deny"));
    }
}
