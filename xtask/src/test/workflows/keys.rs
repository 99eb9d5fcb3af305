//! The keys of workflows and actions that the rehearsal knows. What it did not know it would leave out in silence:
//! a script that passes in the wrong folder has not been tried.
//!
//! Each list begins with what the rehearsal reads. What is without meaning for it are names, rights, the machine,
//! and limits on what GitHub's machines do.

use serde_json::Value;

pub(super) const WORKFLOW: &[&str] = &[
    "on",
    "env",
    "jobs",
    // Without meaning here.
    "name",
    "run-name",
    "permissions",
    "concurrency",
];

pub(super) const JOB: &[&str] = &[
    "needs",
    "if",
    "uses",
    "with",
    "env",
    "outputs",
    "strategy",
    "steps",
    // Without meaning here.
    "name",
    "runs-on",
    "permissions",
    "timeout-minutes",
    "concurrency",
];

pub(super) const STRATEGY: &[&str] = &[
    "matrix",
    // Without meaning here.
    "fail-fast",
    "max-parallel",
];

pub(super) const STEP: &[&str] = &[
    "id",
    "if",
    "uses",
    "run",
    "shell",
    "with",
    "env",
    "continue-on-error",
    // Without meaning here.
    "name",
];

pub(super) const ACTION: &[&str] = &[
    "inputs",
    "outputs",
    "runs",
    // Without meaning here.
    "name",
    "description",
    "author",
    "branding",
];

pub(super) const RUNS: &[&str] = &["using", "steps"];

/// Names the first key that is not among those that are known.
pub(super) fn check(place: &str, mapping: Option<&Value>, known: &[&str]) -> Result<(), String> {
    let mut keys = mapping.and_then(Value::as_object).into_iter().flat_map(|mapping| mapping.keys());
    match keys.find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(unknown(place, key)),
        None => Ok(()),
    }
}

/// What there is to say of a key, or a value of one, that the rehearsal does not know.
pub(super) fn unknown(place: &str, what: &str) -> String {
    format!("{place}: the rehearsal does not know `{what}`; play it as GitHub does, or list it in keys.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_changes_what_is_run_is_named() {
        for (yaml, known, named) in [
            ("{ run: a, name: b }", STEP, None),
            ("{ run: a, working-directory: b }", STEP, Some("working-directory")),
            ("{ run: a, timeout-minutes: 1 }", STEP, Some("timeout-minutes")),
            ("{ steps: [], timeout-minutes: 1, runs-on: a }", JOB, None),
            ("{ steps: [], defaults: { run: { shell: sh } } }", JOB, Some("defaults")),
            ("{ steps: [], container: a }", JOB, Some("container")),
            ("{ jobs: {}, defaults: {} }", WORKFLOW, Some("defaults")),
            ("{ using: composite, pre: a }", RUNS, Some("pre")),
        ] {
            let value: Value = serde_yaml::from_str(yaml).unwrap();
            match (check("here", Some(&value), known), named) {
                (Ok(()), None) => {}
                (Err(said), Some(named)) => {
                    assert!(said.contains(&format!("here: the rehearsal does not know `{named}`")), "{said}");
                }
                (said, _) => panic!("{yaml}: {said:?}"),
            }
        }
    }
}
