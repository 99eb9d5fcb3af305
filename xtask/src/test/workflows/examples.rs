//! The workflows that the README shows: what people copy is linted as what we run is.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::super::Result;

const README: &str = "README.md";

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
        fs::write(&file, text)?;
        files.push(file.into_os_string());
    }
    Ok(files)
}

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
            text.push_str("jobs:\n  tls-ready: { uses: ./.github/workflows/readiness.yml }\n");
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
        let called = "jobs:\n  tls-ready: { uses: ./.github/workflows/readiness.yml }\n";
        assert_eq!(
            examples(readme),
            [(6, "on: push\njobs:\n".to_owned()), (11, format!("on: push\n{called}  a:\n    runs-on: b\n")),]
        );
    }
}
