//! A program on trial, and what the gate must find out about it.

use std::fmt::Write as _;

use serde_json::Value;

pub(crate) const PASSED: &str = "passed";
pub(crate) const FAILED: &str = "failed";
pub(crate) const INCONCLUSIVE: &str = "inconclusive";
pub(crate) const IGNORED: &str = "ignored";

/// The host that programs hard-code.
pub(crate) const HOST: &str = "apitls12.onepagecrm.com";
/// What they get of it.
pub(crate) const URL: &str = "https://apitls12.onepagecrm.com/api/v3/pingdom";
/// A bundle that does not hold the authority of the run; it is in the folder that programs run in.
pub(crate) const OTHER_CA: &str = "other-ca.pem";

/// A scenario with a program, and the verdict that it must get.
#[derive(Clone)]
pub(crate) struct Row {
    /// What it is run by; see `programs`.
    pub(crate) program: &'static str,
    /// Its key in the program's scenario file.
    pub(crate) key: String,
    /// What is run, as YAML.
    command: String,
    versions: (&'static str, &'static str),
    expect: &'static str,
    /// Further fields, in YAML's flow style without the braces.
    fields: Vec<String>,
    /// Its verdict.
    pub(crate) verdict: &'static str,
    /// What decided it, as the JSON report has it.
    pub(crate) finding: &'static str,
    /// What its text must hold.
    pub(crate) says: Vec<&'static str>,
    /// What its report must hold, by JSON pointers (RFC 6901).
    pub(crate) reports: Vec<(&'static str, Value)>,
}

impl Row {
    /// A command for a shell, which must speak TLS 1.2.
    pub(crate) fn new(program: &'static str, key: &str, command: &str) -> Row {
        Row {
            program,
            key: key.to_owned(),
            command: quoted(command),
            versions: ("1.2", "1.2"),
            expect: "accepted",
            fields: Vec::new(),
            verdict: PASSED,
            finding: "speaks",
            says: Vec::new(),
            reports: Vec::new(),
        }
    }

    /// The same words without a shell.
    pub(crate) fn without_shell(mut self, words: &[&str]) -> Row {
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        self.command = format!("[{}]", words.join(", "));
        self
    }

    /// What the stand-in serves.
    pub(crate) fn served(mut self, min: &'static str, max: &'static str) -> Row {
        self.versions = (min, max);
        self
    }

    /// What must come of it, in place of `accepted`.
    pub(crate) fn expecting(mut self, expect: &'static str) -> Row {
        self.expect = expect;
        self
    }

    /// A further field.
    pub(crate) fn with(mut self, field: &str) -> Row {
        self.fields.push(field.to_owned());
        self
    }

    pub(crate) fn passes(self, finding: &'static str) -> Row {
        Row { verdict: PASSED, finding, ..self }
    }

    pub(crate) fn fails(self, finding: &'static str) -> Row {
        Row { verdict: FAILED, finding, ..self }
    }

    pub(crate) fn undecided(self, finding: &'static str) -> Row {
        Row { verdict: INCONCLUSIVE, finding, ..self }
    }

    pub(crate) fn ignored(self, finding: &'static str) -> Row {
        Row { verdict: IGNORED, finding, ..self }
    }

    /// Words that its text must hold.
    pub(crate) fn saying(mut self, words: &[&'static str]) -> Row {
        self.says.extend(words);
        self
    }

    /// What its report must hold at a JSON pointer.
    pub(crate) fn reporting(mut self, pointer: &'static str, value: impl Into<Value>) -> Row {
        self.reports.push((pointer, value.into()));
        self
    }

    /// Whether it is led by a namespace, which not every system permits.
    pub(crate) fn wants_namespace(&self) -> bool {
        self.fields.iter().any(|field| field == "reach: namespace")
    }

    /// The name of its test.
    pub(crate) fn name(&self) -> String {
        format!("{}::{}", self.program, self.key)
    }

    /// Its lines in the scenario file.
    pub(crate) fn scenario(&self) -> String {
        let (min, max) = self.versions;
        let mut text = format!("  {}:\n    client: {}\n", self.key, self.command);
        writeln!(text, "    min_version: {min}\n    max_version: {max}\n    expect: {}", self.expect)
            .unwrap();
        for field in &self.fields {
            writeln!(text, "    {field}").unwrap();
        }
        text
    }
}

/// JSON's strings are YAML's too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}
