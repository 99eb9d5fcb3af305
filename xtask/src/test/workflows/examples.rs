//! The workflows that the README shows: what people copy is linted, and calls what there is.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::Result;
use super::file::{self, Texts, texts};
use super::inputs::{self, Inputs};

const README: &str = "README.md";

/// What stands for this repository, and for a commit of it.
const REPOSITORY: &str = "OWNER/tls-readiness/";
const COMMIT: &str = "@COMMIT";

/// Fails where an example gives the workflow or the action of this repository what they do not declare.
pub(super) fn check_calls(root: &Path) -> Result {
    let mut found = Vec::new();
    let mut called = 0_usize;
    for (line, text) in examples(&fs::read_to_string(root.join(README))?) {
        let place = format!("{README}:{line}");
        let example: Value = serde_yaml::from_str(&text).map_err(|error| format!("{place}: {error}"))?;
        for (uses, with) in calls(&example) {
            if uses.starts_with(REPOSITORY) {
                called += 1;
                let checked = declared(root, &uses).and_then(|declared| Ok(inputs::check(&declared, &with)?));
                found.extend(checked.err().map(|error| format!("{place}: {uses}: {error}")));
            }
        }
    }
    if called == 0 {
        return Err(format!("{README} calls nothing of {REPOSITORY}").into());
    }
    if found.is_empty() { Ok(()) } else { Err(found.join("\n").into()) }
}

/// What jobs and steps of a workflow call, and with which inputs.
fn calls(workflow: &Value) -> Vec<(String, Texts)> {
    let jobs = || workflow.get("jobs").and_then(Value::as_object).into_iter().flatten().map(|(_, job)| job);
    let steps = jobs().filter_map(|job| job.get("steps").and_then(Value::as_array)).flatten();
    let calls = jobs().chain(steps).filter_map(|it| Some((it.get("uses")?, it.get("with"))));
    calls.map(|(uses, with)| (file::text(uses), texts(with))).collect()
}

/// The inputs of a workflow or an action of this repository, as it is here.
fn declared(root: &Path, uses: &str) -> Result<Inputs> {
    let path = uses.strip_prefix(REPOSITORY).and_then(|rest| rest.strip_suffix(COMMIT));
    let path = root.join(path.ok_or_else(|| format!("it ends with {COMMIT}"))?);
    if path.is_dir() {
        return Ok(file::action(&path)?.inputs);
    }
    let workflow = file::workflow(&path)?;
    Ok(workflow.inputs)
}

/// An example with a repository and a commit as it may have them.
fn filled(example: &str) -> String {
    example
        .replace(REPOSITORY, "owner/tls-readiness/")
        .replace(COMMIT, "@0123456789abcdef0123456789abcdef01234567")
}

/// Writes each example into a file of its own below `folder`.
pub(super) fn extract(root: &Path, folder: &Path) -> Result<Vec<OsString>> {
    let examples = examples(&fs::read_to_string(root.join(README))?);
    if examples.is_empty() {
        return Err(format!("{README} shows no workflow").into());
    }
    fs::create_dir_all(folder)?;
    let mut files = Vec::new();
    for (line, text) in examples {
        let file = folder.join(format!("README-{line}.yml"));
        fs::write(&file, filled(&text))?;
        files.push(file.into_os_string());
    }
    Ok(files)
}

/// What a job is shown without.
const BEFORE_A_JOB: &str = "\
jobs:
  tls-ready:
    uses: OWNER/tls-readiness/.github/workflows/readiness.yml@COMMIT
    permissions: { contents: read }
";

/// The examples that are workflows or jobs of one, each with the line that it begins at. What they leave
/// out, because it was shown before, is put before them in as few lines as it needs.
fn examples(readme: &str) -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut lines = readme.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if line != "```yaml" {
            continue;
        }
        let block: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let begins = |word: &str| block.iter().any(|line| line.starts_with(word));
        let has = |word: &str| block.iter().any(|line| line.trim_start().starts_with(word));
        if !(begins("jobs:") || has("runs-on:")) {
            continue;
        }
        let mut text = String::new();
        if !begins("on:") {
            text.push_str("on: push\n");
        }
        if !begins("jobs:") {
            text.push_str(BEFORE_A_JOB);
        }
        text.extend(block.iter().map(|line| format!("{line}\n")));
        examples.push((index + 2, text));
    }
    examples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflows_and_jobs_are_examples_and_other_yaml_is_not() {
        let readme = "# Title\n```yaml\nhost: a\n```\n```yaml\non: push\njobs:\n```\ntext\n\
                      ```yaml\n  a:\n    runs-on: b\n```\n```console\njobs:\n```\n";
        assert_eq!(
            examples(readme),
            [
                (6, "on: push\njobs:\n".to_owned()),
                (11, format!("on: push\n{BEFORE_A_JOB}  a:\n    runs-on: b\n")),
            ]
        );
    }

    #[test]
    fn an_example_gives_what_is_declared() {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        for (path, text) in [
            (
                ".github/workflows/readiness.yml",
                "on: { workflow_call: { inputs: { live: { type: boolean } } } }\njobs: {}\n",
            ),
            (".github/actions/act/action.yml", "inputs: { merge: {} }\nruns: { steps: [] }\n"),
        ] {
            shell.write_file(folder.path().join(path), text).unwrap();
        }
        let workflow = "OWNER/tls-readiness/.github/workflows/readiness.yml@COMMIT";
        let action = "OWNER/tls-readiness/.github/actions/act@COMMIT";
        for (job, complaint) in [
            (format!("uses: {workflow}"), None),
            (format!("uses: {workflow}\n    with: {{ live: true }}"), None),
            (format!("uses: {workflow}\n    with: {{ lives: true }}"), Some("no input `lives`")),
            (format!("uses: {workflow}\n    with: {{ live: 1 }}"), Some("`live` is a boolean")),
            (format!("steps: [{{ uses: {action}, with: {{ merge: a }} }}]"), None),
            (format!("steps: [{{ uses: {action}, with: {{ marge: a }} }}]"), Some("did you mean `merge`")),
            ("uses: OWNER/tls-readiness/.github/workflows/gone.yml@COMMIT".to_owned(), Some("gone.yml")),
            ("uses: OWNER/tls-readiness/.github/actions/act@v1".to_owned(), Some("ends with @COMMIT")),
            ("uses: someone/else/.github/workflows/a.yml@v1".to_owned(), Some("calls nothing of OWNER")),
        ] {
            let readme = format!("text\n```yaml\njobs:\n  a:\n    {job}\n```\n");
            shell.write_file(folder.path().join(README), readme).unwrap();
            match (check_calls(folder.path()), complaint) {
                (Ok(()), None) => {}
                (Err(said), Some(complaint)) => assert!(said.to_string().contains(complaint), "{said}"),
                (said, _) => panic!("{job}: {said:?}"),
            }
        }
    }

    #[test]
    fn an_example_is_linted_with_a_commit() {
        let filled = filled(BEFORE_A_JOB);
        assert!(!filled.contains("OWNER") && !filled.contains("COMMIT"), "{filled}");
        assert!(
            filled.contains("uses: owner/tls-readiness/.github/workflows/readiness.yml@0123"),
            "{filled}"
        );
    }
}
