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
use super::expression::{ALL_RESULTS, fill, fill_all};
use super::file::{self, Job, Step, Texts, Workflow};
use super::step::{self, Scene};
use crate::console;

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
    /// Whether what a failed step printed is of interest.
    pub(super) shows_failures: Cell<bool>,
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

impl Stage<'_> {
    /// Plays a workflow that is given these inputs.
    pub(super) fn workflow(&self, workflow: &Workflow, given: &Texts) -> Result<Outcome> {
        let mut inputs = workflow.inputs.clone();
        inputs.extend(given.clone());
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
        let mut values = under("inputs", inputs);
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
        if self.exceptions.reason(&format!("{} {}", workflow.name, job.id)).is_some() {
            self.visited.borrow_mut().extend(job.steps.iter().map(|step| step.place.clone()));
            return Ok(Outcome::of(true, Texts::new()));
        }
        if let Some(uses) = &job.uses {
            let called = file::workflow(&self.in_repository(uses)?)?;
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
            let is_ours = step.run.is_some() || step.uses.as_ref().is_some_and(|it| it.starts_with("$/"));
            let always = match step.condition.as_deref() {
                None => false,
                Some("always()") => true,
                // Whether an action of somebody else is called makes no difference here.
                Some(_) if !is_ours => false,
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
            if self.exceptions.reason(script).is_some() {
                return Ok(nothing);
            }
            let mut env = env.clone();
            env.extend(fill_all(&step.env, values).map_err(|error| format!("{}: {error}", step.place))?);
            let ended = step::run(scene, step, &env, action)?;
            let passed = ended.code == Some(0);
            if !passed && self.shows_failures.get() {
                console::err(&format!("{} ended with {ended}", step.place));
            }
            return Ok(Outcome::of(passed, ended.outputs));
        }
        let Some(uses) = &step.uses else { return Ok(nothing) };
        let filled = || fill_all(&step.with, values).map_err(|error| format!("{}: {error}", step.place));
        if uses.starts_with("$/") {
            return self.action(scene, &self.in_repository(uses)?, &filled()?, env);
        }
        if uses.starts_with("actions/checkout@") {
            self.check_out(scene)?;
        } else if uses.contains("-artifact@") {
            let with = filled()?;
            if !self.artifacts.act(uses, &with, &scene.workspace)? {
                return Err(format!("{}: the rehearsal has no action `{uses}`", step.place).into());
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
        if let Some(name) = given.keys().find(|name| !action.inputs.contains_key(*name)) {
            return Err(format!("{} has no input `{name}`", folder.display()).into());
        }
        let mut inputs = action.inputs;
        inputs.extend(given.clone());
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
