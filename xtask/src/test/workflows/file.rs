//! What the files of workflows and actions say of their steps.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::super::Result;
use super::inputs::{Inputs, declared};
use super::keys;
use super::{ACTIONS, WORKFLOWS, files_below, is_yaml};

/// Names and texts, in which there may be expressions.
pub(super) type Texts = BTreeMap<String, String>;

/// A workflow.
pub(super) struct Workflow {
    /// Its file's name.
    pub(super) name: String,
    /// Whether nothing but another workflow starts it.
    pub(super) is_only_called: bool,
    pub(super) inputs: Inputs,
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
    pub(super) inputs: Inputs,
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
    keys::check(&name, Some(&value), keys::WORKFLOW)?;
    let called = value.pointer("/on/workflow_call");
    let starts = value.get("on").and_then(Value::as_object).map_or(1, serde_json::Map::len);
    let jobs = value.get("jobs").and_then(Value::as_object).into_iter().flatten();
    Ok(Workflow {
        is_only_called: called.is_some() && starts == 1,
        inputs: declared(called.and_then(|it| it.get("inputs"))),
        outputs: values(called.and_then(|it| it.get("outputs"))),
        env: texts(value.get("env")),
        jobs: jobs.map(|(id, job)| self::job(&name, id, job)).collect::<std::result::Result<_, _>>()?,
        name,
    })
}

fn job(file: &str, id: &str, job: &Value) -> std::result::Result<Job, String> {
    let place = format!("{file} {id}");
    keys::check(&place, Some(job), keys::JOB)?;
    keys::check(&place, job.get("strategy"), keys::STRATEGY)?;
    let always = match job.get("if") {
        None => false,
        Some(condition) if condition == "always()" => true,
        Some(other) => return Err(keys::unknown(&place, &format!("if: {}", text(other)))),
    };
    let needs = match job.get("needs") {
        Some(Value::Array(list)) => list.iter().map(text).collect(),
        Some(one) => vec![text(one)],
        None => Vec::new(),
    };
    let matrix = job.pointer("/strategy/matrix").and_then(Value::as_object);
    Ok(Job {
        id: id.to_owned(),
        needs,
        always,
        uses: job.get("uses").map(text),
        with: texts(job.get("with")),
        env: texts(job.get("env")),
        outputs: texts(job.get("outputs")),
        matrix: matrix.into_iter().flatten().map(|(name, list)| (name.clone(), list.clone())).collect(),
        steps: steps(job.get("steps"), &place)?,
    })
}

/// The action in a folder.
pub(super) fn action(folder: &Path) -> Result<Action> {
    let value = read(&folder.join("action.yml"))?;
    let place = format!("action {}", folder.file_name().unwrap_or_default().to_string_lossy());
    keys::check(&place, Some(&value), keys::ACTION)?;
    keys::check(&place, value.get("runs"), keys::RUNS)?;
    Ok(Action {
        inputs: declared(value.get("inputs")),
        outputs: values(value.get("outputs")),
        steps: steps(value.pointer("/runs/steps"), &place)?,
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

fn steps(list: Option<&Value>, of: &str) -> std::result::Result<Vec<Step>, String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let step = |(index, step): (usize, &Value)| {
        let place = format!("{of}, step {}", index + 1);
        keys::check(&place, Some(step), keys::STEP)?;
        let may_fail = match step.get("continue-on-error") {
            None => false,
            Some(Value::Bool(may_fail)) => *may_fail,
            Some(other) => {
                return Err(keys::unknown(&place, &format!("continue-on-error: {}", text(other))));
            }
        };
        Ok(Step {
            place,
            id: step.get("id").map(text).unwrap_or_default(),
            condition: step.get("if").map(text),
            uses: step.get("uses").map(text),
            run: step.get("run").map(text),
            shell: step.get("shell").map(text),
            with: texts(step.get("with")),
            env: texts(step.get("env")),
            may_fail,
        })
    };
    list.enumerate().map(step).collect()
}

/// What a file of YAML says.
fn read(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

/// A value as GitHub turns it into text.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // 256.0 is 256: GitHub's numbers are all of one kind.
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap_or_default().to_string(),
        other => other.to_string(),
    }
}

/// A mapping whose values are texts.
pub(super) fn texts(mapping: Option<&Value>) -> Texts {
    let mapping = mapping.and_then(Value::as_object).into_iter().flatten();
    mapping.map(|(name, value)| (name.clone(), text(value))).collect()
}

/// The values of outputs.
fn values(outputs: Option<&Value>) -> Texts {
    let outputs = outputs.and_then(Value::as_object).into_iter().flatten();
    outputs.map(|(name, output)| (name.clone(), output.get("value").map(text).unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a workflow with this text.
    fn read_as(text: &str) -> Result<Workflow> {
        let shell = xshell::Shell::new()?;
        let folder = shell.create_temp_dir()?;
        let file = folder.path().join("a.yml");
        shell.write_file(&file, text)?;
        workflow(&file)
    }

    #[test]
    fn a_workflow_is_read_as_github_reads_it() {
        let workflow = read_as(
            "on:\n  workflow_call:\n    inputs: { live: { default: false }, jobs: { default: 256 } }\n\
             jobs:\n  a:\n    needs: b\n    if: always()\n    steps:\n      - { id: x, run: 'true' }\n      \
             - uses: $/.github/actions/a\n        continue-on-error: true\n  b: { steps: [] }\n",
        )
        .unwrap();
        assert!(workflow.is_only_called);
        let default = |name: &str| workflow.inputs.get(name).and_then(|input| input.default.as_deref());
        assert_eq!([default("live"), default("jobs")], [Some("false"), Some("256")]);
        let job = workflow.jobs.first().unwrap();
        assert_eq!((job.needs.as_slice(), job.always), (&["b".to_owned()][..], true));
        let places: Vec<&str> = job.steps.iter().map(|step| step.place.as_str()).collect();
        assert_eq!(places, ["a.yml a, step 1", "a.yml a, step 2"]);
        assert_eq!(job.steps.iter().map(|step| step.may_fail).collect::<Vec<_>>(), [false, true]);
        assert_eq!(job.steps.first().and_then(|step| step.run.as_deref()), Some("true"));
    }

    #[test]
    fn what_is_not_known_is_not_left_out() {
        for (job, named) in [
            ("{ if: always(), steps: [{ run: a, name: b }] }", None),
            (
                "{ if: github.event_name == 'push', steps: [] }",
                Some("a.yml a: the rehearsal does not know `if: git"),
            ),
            ("{ strategy: { matrix: { b: [1] }, fail-fast: false } }", None),
            ("{ strategy: { job-index: 1 } }", Some("a.yml a: the rehearsal does not know `job-index`")),
            ("{ defaults: {}, steps: [] }", Some("a.yml a: the rehearsal does not know `defaults`")),
            (
                "{ steps: [{ run: a }, { run: b, working-directory: c }] }",
                Some("a.yml a, step 2: the rehearsal does not know `working-directory`"),
            ),
            (
                "{ steps: [{ run: a, continue-on-error: '${{ b }}' }] }",
                Some("a.yml a, step 1: the rehearsal does not know `continue-on-error: ${{ b }}`"),
            ),
        ] {
            let read = read_as(&format!("on: push\njobs: {{ a: {job} }}\n")).map(|_| ());
            match (read, named) {
                (Ok(()), None) => {}
                (Err(said), Some(named)) => assert!(said.to_string().contains(named), "{said}"),
                (read, _) => panic!("{job}: {read:?}"),
            }
        }
        assert!(read_as("{ on: push, defaults: {}, jobs: {} }").is_err());
    }

    #[test]
    fn values_are_text_as_github_turns_them_into_text() {
        for (yaml, right) in
            [("256", "256"), ("256.0", "256"), ("1.50", "1.5"), ("true", "true"), ("~", ""), ("'1.0'", "1.0")]
        {
            let value: Value = serde_yaml::from_str(yaml).unwrap();
            assert_eq!(text(&value), right, "{yaml}");
        }
    }
}
