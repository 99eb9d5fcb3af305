//! Workflows, their jobs and actions, played in a folder without GitHub.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use xshell::{Shell, cmd};

use super::super::Result;
use super::WORKFLOWS;
use super::artifacts::Artifacts;
use super::exceptions::Exceptions;
use super::expression::{ALL_RESULTS, IS_AGAIN, IS_FROM_A_FORK, fill, fill_all};
use super::file::{self, Job, Step, Texts, Workflow};
use super::inputs;
use super::keys;
use super::step::{self, Scene};
use crate::console;

/// Exit codes of the gate that are a verdict: ready, not ready, could not tell. A step that may fail may fail by
/// these; any other says that nothing was tried.
const VERDICTS: [i32; 3] = [0, 1, 3];

/// Where workflows are played.
pub(super) struct Stage<'a> {
    pub(super) shell: &'a Shell,
    /// The folder that everything is in.
    pub(super) room: PathBuf,
    /// The clean clone.
    pub(super) repository: PathBuf,
    pub(super) artifacts: Artifacts,
    pub(super) exceptions: Exceptions,
    /// The places of the scripts that were run, or of which there is a reason that they are not.
    pub(super) visited: RefCell<BTreeSet<String>>,
    /// A file that every checkout has in addition: its path and its text.
    pub(super) extra_file: Cell<Option<(&'static str, &'static str)>>,
    /// The artifact that gets lost.
    pub(super) lost_artifact: Cell<Option<&'static str>>,
    /// Whether the run is not the first attempt.
    pub(super) is_again: Cell<bool>,
    /// Whether the change comes from a fork.
    pub(super) is_from_a_fork: Cell<bool>,
    /// Whether what a failed step printed is of interest.
    pub(super) shows_failures: Cell<bool>,
    /// What must not be, though GitHub would pass over it.
    pub(super) findings: RefCell<Vec<String>>,
}

/// What came of a workflow, a job, an action or a step.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// `success`, `failure` or `skipped`.
    pub(super) result: &'static str,
    pub(super) outputs: Texts,
}

impl Outcome {
    fn of(passed: bool, outputs: Texts) -> Outcome {
        Outcome { result: if passed { "success" } else { "failure" }, outputs }
    }

    fn passed(&self) -> bool {
        self.result == "success"
    }
}

impl<'a> Stage<'a> {
    /// A stage in this folder, for the workflows of this clone.
    pub(super) fn new(shell: &'a Shell, room: PathBuf, repository: PathBuf) -> Result<Stage<'a>> {
        Ok(Stage {
            shell,
            artifacts: Artifacts::new(room.join("artifacts"))?,
            room,
            repository,
            exceptions: Exceptions::default(),
            visited: RefCell::default(),
            extra_file: Cell::new(None),
            lost_artifact: Cell::new(None),
            is_again: Cell::new(false),
            is_from_a_fork: Cell::new(false),
            shows_failures: Cell::new(true),
            findings: RefCell::default(),
        })
    }

    /// Plays a workflow that is given these inputs.
    pub(super) fn workflow(&self, workflow: &Workflow, given: &Texts) -> Result<Outcome> {
        inputs::check(&workflow.inputs, given).map_err(|error| format!("{}: {error}", workflow.name))?;
        let inputs = inputs::complete(&workflow.inputs, given);
        let mut done: BTreeMap<&str, Outcome> = BTreeMap::new();
        while done.len() < workflow.jobs.len() {
            let is_next = |job: &&Job| {
                !done.contains_key(job.id.as_str())
                    && job.needs.iter().all(|need| done.contains_key(need.as_str()))
            };
            let job = workflow.jobs.iter().find(is_next);
            let job = job.ok_or_else(|| format!("{}: jobs need one another", workflow.name))?;
            let outcome = self.job(workflow, job, &inputs, &done)?;
            done.insert(&job.id, outcome);
        }
        let mut values = under("inputs", &inputs);
        for (id, outcome) in &done {
            values.extend(under(&format!("jobs.{id}.outputs"), &outcome.outputs));
        }
        let passed = done.values().all(Outcome::passed);
        Ok(Outcome::of(passed, fill_all(&workflow.outputs, &values)?))
    }

    fn job(
        &self,
        workflow: &Workflow,
        job: &Job,
        inputs: &Texts,
        done: &BTreeMap<&str, Outcome>,
    ) -> Result<Outcome> {
        let place = format!("{} {}", workflow.name, job.id);
        let called = match &job.uses {
            Some(uses) => {
                let called = file::workflow(&self.in_repository(uses)?)?;
                // Where the job is skipped or an exception, too.
                inputs::check(&called.inputs, &job.with).map_err(|error| format!("{place}: {error}"))?;
                Some(called)
            }
            None => None,
        };
        let mut values = under("inputs", inputs);
        values.insert(IS_AGAIN.to_owned(), self.is_again.get().to_string());
        values.insert(IS_FROM_A_FORK.to_owned(), self.is_from_a_fork.get().to_string());
        let mut results = Vec::new();
        for need in &job.needs {
            let outcome = done.get(need.as_str()).ok_or_else(|| format!("no job {need}"))?;
            values.insert(format!("needs.{need}.result"), outcome.result.to_owned());
            values.extend(under(&format!("needs.{need}.outputs"), &outcome.outputs));
            results.push(outcome.result);
        }
        values.insert(ALL_RESULTS.to_owned(), results.join(" "));
        if !job.always && results.iter().any(|result| *result != "success") {
            return Ok(Outcome { result: "skipped", outputs: Texts::new() });
        }
        if self.exceptions.of_job(&workflow.name, &job.id).is_some() {
            self.visited.borrow_mut().extend(job.steps.iter().map(|step| step.place.clone()));
            return Ok(Outcome::of(true, Texts::new()));
        }
        if let Some(called) = called {
            return self.workflow(&called, &fill_all(&job.with, &values)?);
        }
        let mut all = Outcome::of(true, Texts::new());
        for of_matrix in combinations(job, &values)? {
            let mut values = values.clone();
            values.extend(of_matrix);
            let scene = Scene::new(&self.room)?;
            values.insert("runner.temp".to_owned(), scene.temp.display().to_string());
            let mut env = fill_all(&workflow.env, &values)?;
            env.extend(fill_all(&job.env, &values)?);
            let passed = self.steps(&scene, &job.steps, &mut values, &env, None)?;
            all = Outcome::of(all.passed() && passed, fill_all(&job.outputs, &values)?);
        }
        Ok(all)
    }

    /// Plays steps one after the other; what they say is added to the values. Whether all passed.
    fn steps(
        &self,
        scene: &Scene,
        steps: &[Step],
        values: &mut Texts,
        env: &Texts,
        action: Option<&Path>,
    ) -> Result<bool> {
        let mut passed = true;
        for step in steps {
            let is_played = step.run.is_some() || step.uses.as_deref().is_some_and(is_played);
            let always = match step.condition.as_deref() {
                None => false,
                Some("always()") => true,
                // Whether an action that is not played is called makes no difference here.
                Some(_) if !is_played => false,
                Some(other) => {
                    return Err(format!("{}: the rehearsal has no `if: {other}`", step.place).into());
                }
            };
            let outcome = if passed || always {
                self.step(scene, step, values, env, action)?
            } else {
                Outcome { result: "skipped", outputs: Texts::new() }
            };
            passed &= outcome.result != "failure" || step.may_fail;
            values.insert(format!("steps.{}.outcome", step.id), outcome.result.to_owned());
            values.extend(under(&format!("steps.{}.outputs", step.id), &outcome.outputs));
        }
        Ok(passed)
    }

    fn step(
        &self,
        scene: &Scene,
        step: &Step,
        values: &Texts,
        env: &Texts,
        action: Option<&Path>,
    ) -> Result<Outcome> {
        let nothing = Outcome::of(true, Texts::new());
        if let Some(script) = &step.run {
            self.visited.borrow_mut().insert(step.place.clone());
            if self.exceptions.of_script(script).is_some() {
                return Ok(nothing);
            }
            let mut env = env.clone();
            env.extend(fill_all(&step.env, values).map_err(|error| format!("{}: {error}", step.place))?);
            let ended = step::run(scene, step, &env, action)?;
            let passed = ended.code == Some(0);
            if !passed && self.shows_failures.get() {
                console::err(&format!("{} ended with {ended}", step.place));
            }
            if step.may_fail && !ended.code.is_some_and(|code| VERDICTS.contains(&code)) {
                let found =
                    format!("{} may fail, but not with {ended}; {VERDICTS:?} are verdicts", step.place);
                self.findings.borrow_mut().push(found);
            }
            return Ok(Outcome::of(passed, ended.outputs));
        }
        let Some(uses) = &step.uses else { return Ok(nothing) };
        if step.may_fail {
            let what = "continue-on-error of an action";
            return Err(keys::unknown(&step.place, what).into());
        }
        let filled = || fill_all(&step.with, values).map_err(|error| format!("{}: {error}", step.place));
        if uses.starts_with("$/") {
            let folder = self.in_repository(uses)?;
            let outcome = self.action(scene, &folder, &filled()?, env);
            return outcome.map_err(|error| format!("{}: {error}", step.place).into());
        }
        if uses.starts_with("actions/checkout@") {
            self.check_out(scene)?;
        } else if uses.contains("-artifact@") {
            let with = filled()?;
            let done = self.artifacts.act(uses, &with, &scene.workspace);
            if !done.map_err(|error| format!("{}: {error}", step.place))? {
                return Ok(Outcome::of(false, Texts::new()));
            }
            if let Some(lost) = self.lost_artifact.get()
                && with.get("name").is_some_and(|name| name == lost)
            {
                self.artifacts.lose(lost)?;
            }
        }
        Ok(nothing)
    }

    /// Plays the steps of an action of this repository.
    pub(super) fn action(&self, scene: &Scene, folder: &Path, given: &Texts, env: &Texts) -> Result<Outcome> {
        let action = file::action(folder)?;
        inputs::check(&action.inputs, given)?;
        let inputs = inputs::complete(&action.inputs, given);
        let mut values = under("inputs", &inputs);
        let passed = self.steps(scene, &action.steps, &mut values, env, Some(folder))?;
        Ok(Outcome::of(passed, fill_all(&action.outputs, &values)?))
    }

    /// Copies the clone into the workspace, times of files included: what was built of it is still fresh.
    pub(super) fn check_out(&self, scene: &Scene) -> Result {
        let (from, to) = (self.repository.join("."), &scene.workspace);
        cmd!(self.shell, "cp -a {from} {to}").quiet().run()?;
        if let Some((path, text)) = self.extra_file.get() {
            fs::write(scene.workspace.join(path), text)?;
        }
        Ok(())
    }

    /// Where `$/…` is.
    fn in_repository(&self, uses: &str) -> Result<PathBuf> {
        let path = uses.strip_prefix("$/");
        let path = path.ok_or_else(|| format!("`{uses}` is not of this repository; it begins with $/"))?;
        Ok(self.repository.join(path))
    }

    /// A workflow by the name of its file.
    pub(super) fn workflow_of(&self, name: &str) -> Result<Workflow> {
        file::workflow(&self.repository.join(WORKFLOWS).join(name))
    }
}

/// Whether the rehearsal does what this action does.
fn is_played(uses: &str) -> bool {
    uses.starts_with("$/") || uses.starts_with("actions/checkout@") || uses.contains("-artifact@")
}

/// A table as a context of expressions.
fn under(context: &str, texts: &Texts) -> Texts {
    texts.iter().map(|(name, text)| (format!("{context}.{name}"), text.clone())).collect()
}

/// The values of each run of a job with a matrix; one without values where it has none.
fn combinations(job: &Job, values: &Texts) -> Result<Vec<Texts>> {
    let Some((name, list)) = job.matrix.first_key_value() else { return Ok(vec![Texts::new()]) };
    if job.matrix.len() > 1 {
        return Err(format!("{}: the rehearsal has no matrix of several dimensions", job.id).into());
    }
    let list: Value = match list {
        Value::String(expression) => serde_json::from_str(&fill(expression, values)?)?,
        list => list.clone(),
    };
    let list = list.as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| format!("{}: the matrix is empty", job.id))?;
    Ok(list.iter().map(|value| [(format!("matrix.{name}"), file::text(value))].into()).collect())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a workflow with these jobs, next to one that is called and an action, and what is found.
    fn played(jobs: &str) -> (Result<Outcome>, Vec<String>) {
        let shell = Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let repository = folder.path().join("repository");
        for (path, text) in [
            (".github/workflows/a.yml", format!("on: push\njobs: {jobs}\n").as_str()),
            (
                ".github/workflows/called.yml",
                "on: { workflow_call: { inputs: { live: { type: boolean, default: false } } } }\n\
                 jobs: { b: { steps: [{ run: '[ \"$LIVE\" = true ]', env: { LIVE: '${{ inputs.live }}' } }] } }\n",
            ),
            (
                ".github/actions/act/action.yml",
                "inputs: { live: {} }\nruns: { using: composite, steps: [] }\n",
            ),
        ] {
            shell.write_file(repository.join(path), text).unwrap();
        }
        let stage = Stage::new(&shell, folder.path().to_owned(), repository).unwrap();
        stage.shows_failures.set(false);
        let outcome =
            stage.workflow_of("a.yml").and_then(|workflow| stage.workflow(&workflow, &Texts::new()));
        (outcome, stage.findings.take())
    }

    #[test]
    fn what_is_called_is_given_what_it_declares() {
        let call = "uses: $/.github/workflows/called.yml";
        for (jobs, result) in [
            (format!("{{ a: {{ {call}, with: {{ live: true }} }} }}"), Ok("success")),
            (format!("{{ a: {{ {call} }} }}"), Ok("failure")),
            (format!("{{ a: {{ {call}, with: {{ lives: true }} }} }}"), Err("a.yml a: no input `lives`")),
            (format!("{{ a: {{ {call}, with: {{ live: yes }} }} }}"), Err("`live` is a boolean")),
            (
                "{ a: { steps: [{ uses: $/.github/actions/act, with: { lives: 1 } }] } }".to_owned(),
                Err("a.yml a, step 1: no input `lives`"),
            ),
        ] {
            match (played(&jobs).0, result) {
                (Ok(outcome), Ok(result)) => assert_eq!(outcome.result, result, "{jobs}"),
                (Err(said), Err(complaint)) => assert!(said.to_string().contains(complaint), "{said}"),
                (outcome, _) => panic!("{jobs}: {outcome:?}"),
            }
        }
    }

    #[test]
    fn a_step_that_may_fail_fails_by_a_verdict() {
        for (code, is_found) in [(0, false), (1, false), (3, false), (2, true), (101, true), (127, true)] {
            let jobs = format!("{{ a: {{ steps: [{{ run: exit {code}, continue-on-error: true }}] }} }}");
            let (outcome, findings) = played(&jobs);
            assert_eq!(outcome.unwrap().result, "success");
            assert_eq!(!findings.is_empty(), is_found, "{code}: {findings:?}");
        }
    }

    #[test]
    fn a_condition_that_is_not_played_is_an_error() {
        for (step, is_error) in [
            ("{ uses: someone/cache@1, if: a }", false),
            ("{ uses: someone/cache@1, continue-on-error: true }", true),
            ("{ run: 'true', if: a }", true),
            ("{ uses: actions/checkout@1, if: a }", true),
            ("{ uses: actions/upload-artifact@1, if: a }", true),
        ] {
            let (outcome, _) = played(&format!("{{ a: {{ steps: [{step}] }} }}"));
            assert_eq!(outcome.is_err(), is_error, "{step}: {outcome:?}");
        }
    }
}
