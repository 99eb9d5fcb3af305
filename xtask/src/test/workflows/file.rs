//! What the files of workflows and actions say of their steps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::Result;
use super::{ACTIONS, WORKFLOWS, files_below, is_yaml};

/// Names and texts, in which there may be expressions.
pub(super) type Texts = BTreeMap<String, String>;

/// A workflow.
pub(super) struct Workflow {
    /// Its file's name.
    pub(super) name: String,
    /// Whether nothing but another workflow starts it.
    pub(super) is_only_called: bool,
    /// What it is given by default.
    pub(super) inputs: Texts,
    pub(super) outputs: Texts,
    pub(super) env: Texts,
    pub(super) jobs: Vec<Job>,
}

/// A job of a workflow.
pub(super) struct Job {
    pub(super) id: String,
    pub(super) needs: Vec<String>,
    /// Whether it runs whatever came of those that it needs.
    pub(super) always: bool,
    /// The workflow that it calls.
    pub(super) uses: Option<String>,
    pub(super) with: Texts,
    pub(super) env: Texts,
    pub(super) outputs: Texts,
    /// Values of its matrix: a name, and a list of texts or an expression that ends in one.
    pub(super) matrix: BTreeMap<String, Value>,
    pub(super) steps: Vec<Step>,
}

/// An action that consists of steps.
pub(super) struct Action {
    /// What it is given by default.
    pub(super) inputs: Texts,
    pub(super) outputs: Texts,
    pub(super) steps: Vec<Step>,
}

/// A step of a job or an action.
#[derive(Clone)]
pub(super) struct Step {
    /// Where it is, for people.
    pub(super) place: String,
    pub(super) id: String,
    pub(super) condition: Option<String>,
    pub(super) uses: Option<String>,
    pub(super) run: Option<String>,
    pub(super) shell: Option<String>,
    pub(super) with: Texts,
    pub(super) env: Texts,
    pub(super) may_fail: bool,
}

/// All workflows of the repository below this root.
pub(super) fn workflows(root: &Path) -> Result<Vec<Workflow>> {
    let files = files_below(&root.join(WORKFLOWS), is_yaml)?;
    files.iter().map(|file| workflow(Path::new(file))).collect()
}

/// The workflow in a file.
pub(super) fn workflow(file: &Path) -> Result<Workflow> {
    let value = read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let called = value.pointer("/on/workflow_call");
    let starts = value.get("on").and_then(Value::as_object).map_or(1, serde_json::Map::len);
    let jobs = value.get("jobs").and_then(Value::as_object).into_iter().flatten();
    Ok(Workflow {
        is_only_called: called.is_some() && starts == 1,
        inputs: of_each(called.and_then(|it| it.get("inputs")), "default"),
        outputs: of_each(called.and_then(|it| it.get("outputs")), "value"),
        env: texts(value.get("env")),
        jobs: jobs.map(|(id, job)| self::job(&name, id, job)).collect(),
        name,
    })
}

fn job(file: &str, id: &str, job: &Value) -> Job {
    let needs = match job.get("needs") {
        Some(Value::Array(list)) => list.iter().map(text).collect(),
        Some(one) => vec![text(one)],
        None => Vec::new(),
    };
    let matrix = job.pointer("/strategy/matrix").and_then(Value::as_object);
    Job {
        id: id.to_owned(),
        needs,
        always: job.get("if").is_some_and(|it| it == "always()"),
        uses: job.get("uses").map(text),
        with: texts(job.get("with")),
        env: texts(job.get("env")),
        outputs: texts(job.get("outputs")),
        matrix: matrix.into_iter().flatten().map(|(name, list)| (name.clone(), list.clone())).collect(),
        steps: steps(job.get("steps"), &format!("{file} {id}")),
    }
}

/// The action in a folder.
pub(super) fn action(folder: &Path) -> Result<Action> {
    let value = read(&folder.join("action.yml"))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Ok(Action {
        inputs: of_each(value.get("inputs"), "default"),
        outputs: of_each(value.get("outputs"), "value"),
        steps: steps(value.pointer("/runs/steps"), &format!("action {name}")),
    })
}

/// All steps of all workflows and actions.
pub(super) fn all_steps(root: &Path) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> =
        workflows(root)?.into_iter().flat_map(|it| it.jobs).flat_map(|job| job.steps).collect();
    for file in files_below(&root.join(ACTIONS), is_yaml)? {
        steps.extend(action(Path::new(&file).parent().unwrap_or(root))?.steps);
    }
    Ok(steps)
}

fn steps(list: Option<&Value>, of: &str) -> Vec<Step> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let step = |(index, step): (usize, &Value)| Step {
        place: format!("{of}, step {}", index + 1),
        id: step.get("id").map(text).unwrap_or_default(),
        condition: step.get("if").map(text),
        uses: step.get("uses").map(text),
        run: step.get("run").map(text),
        shell: step.get("shell").map(text),
        with: texts(step.get("with")),
        env: texts(step.get("env")),
        may_fail: step.get("continue-on-error").is_some_and(|it| it == true),
    };
    list.enumerate().map(step).collect()
}

fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

/// A value as GitHub turns it into text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn texts(mapping: Option<&Value>) -> Texts {
    let mapping = mapping.and_then(Value::as_object).into_iter().flatten();
    mapping.map(|(name, value)| (name.clone(), text(value))).collect()
}

/// One field of each entry of a mapping.
fn of_each(mapping: Option<&Value>, field: &str) -> Texts {
    let mapping = mapping.and_then(Value::as_object).into_iter().flatten();
    mapping.map(|(name, value)| (name.clone(), value.get(field).map(text).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_read_as_github_reads_it() {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let file = folder.path().join("a.yml");
        shell
            .write_file(
                &file,
                "on:\n  workflow_call:\n    inputs: { live: { default: false }, jobs: { default: 256 } }\n\
                 jobs:\n  a:\n    needs: b\n    if: always()\n    steps:\n      - { id: x, run: 'true' }\n      \
                 - uses: $/.github/actions/a\n        continue-on-error: true\n  b: { steps: [] }\n",
            )
            .unwrap();
        let workflow = workflow(&file).unwrap();
        assert!(workflow.is_only_called);
        assert_eq!(workflow.inputs.get("live").map(String::as_str), Some("false"));
        assert_eq!(workflow.inputs.get("jobs").map(String::as_str), Some("256"));
        let job = workflow.jobs.first().unwrap();
        assert_eq!((job.needs.as_slice(), job.always), (&["b".to_owned()][..], true));
        let places: Vec<&str> = job.steps.iter().map(|step| step.place.as_str()).collect();
        assert_eq!(places, ["a.yml a, step 1", "a.yml a, step 2"]);
        assert_eq!(job.steps.iter().map(|step| step.may_fail).collect::<Vec<_>>(), [false, true]);
        assert_eq!(job.steps.first().and_then(|step| step.run.as_deref()), Some("true"));
    }
}
