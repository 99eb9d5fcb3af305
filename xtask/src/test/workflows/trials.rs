//! Cases in which a workflow must not be green, and inputs that must be nothing but text.

use std::fs;
use std::path::Path;

use super::super::Result;
use super::ACTIONS;
use super::expression::{ALL_RESULTS, fill_all};
use super::file::{self, Job, Step, Texts};
use super::stage::Stage;
use super::step::{self, Scene};

const NOT_READY: &str = "\
host: old.example.com
replica: { min_version: 1.0, max_version: 1.3 }
scenarios:
  older-versions-are-refused: { min_version: 1.0, max_version: 1.1, expect: refused }
";

const READY: &str = "\
host: new.example.com
replica: { min_version: 1.2, max_version: 1.3 }
scenarios:
  tls-1.2-is-accepted: { min_version: 1.2, max_version: 1.2, expect: accepted }
";

/// What did not end as it must.
pub(super) fn run(stage: &Stage<'_>) -> Result<Vec<String>> {
    stage.shows_failures.set(false);
    let mut wrong = Vec::new();
    wrong.extend(suites(stage)?);
    wrong.extend(deciding_jobs(stage)?);
    wrong.extend(plans(stage)?);
    wrong.extend(inputs(stage)?);
    Ok(wrong)
}

/// A suite with a test that fails, and one with a part that got lost.
fn suites(stage: &Stage<'_>) -> Result<Vec<String>> {
    let readiness = stage.workflow_of("readiness.yml")?;
    let mut wrong = Vec::new();
    for (what, extra_file, lost_artifact, verdict) in [
        ("a test fails", Some(("scenarios/old.yaml", NOT_READY)), None, "not ready"),
        ("a part is lost", None, Some("tls-readiness-part-2"), "could not tell"),
    ] {
        stage.extra_file.set(extra_file);
        stage.lost_artifact.set(lost_artifact);
        let given = [("shards".to_owned(), "2".to_owned())].into();
        let outcome = stage.workflow(&readiness, &given)?;
        let told = outcome.outputs.get("verdict").map(String::as_str);
        if outcome.result != "failure" || told != Some(verdict) {
            wrong.push(format!("readiness.yml where {what}: {outcome:?}, expected a failure, {verdict}"));
        }
        let files = stage.artifacts.files("tls-readiness")?;
        if files != ["report.html", "report.json", "report.md", "report.sarif", "report.xml"] {
            wrong.push(format!("readiness.yml where {what} keeps the files {files:?}"));
        }
    }
    stage.extra_file.set(None);
    stage.lost_artifact.set(None);
    Ok(wrong)
}

/// The job that stands for all others runs always, and passes only where all of them have passed.
fn deciding_jobs(stage: &Stage<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for workflow in file::workflows(&stage.repository)? {
        let is_needed = |job: &Job| workflow.jobs.iter().any(|other| other.needs.contains(&job.id));
        for job in workflow.jobs.iter().filter(|job| !job.needs.is_empty() && !is_needed(job)) {
            if !job.always {
                wrong.push(format!(
                    "{} {}: a skipped job counts as passed; write if: always()",
                    workflow.name, job.id
                ));
            }
            let step = job.steps.last().ok_or_else(|| format!("{} has no step", job.id))?;
            for (what, values, passes) in results(job) {
                let scene = Scene::new(&stage.room)?;
                let ended = step::run(&scene, step, &fill_all(&step.env, &values)?, None)?;
                let told = ended.outputs.get("verdict").is_some_and(|verdict| verdict == "ready");
                if (ended.code == Some(0)) != passes || (told && !passes) {
                    wrong.push(format!("{} where {what} ends with {ended}", step.place));
                }
            }
        }
    }
    Ok(wrong)
}

/// Values of expressions, and whether the job must pass with them.
fn results(job: &Job) -> Vec<(String, Texts, bool)> {
    let of_needs = |results: &[&str]| {
        let mut values: Texts = [(ALL_RESULTS.to_owned(), results.join(" "))].into();
        for (need, result) in job.needs.iter().zip(results) {
            values.insert(format!("needs.{need}.result"), (*result).to_owned());
            values.insert(format!("needs.{need}.outputs.verdict"), "ready".to_owned());
        }
        values.insert("steps.merge.outcome".to_owned(), "success".to_owned());
        values.insert("steps.merge.outputs.verdict".to_owned(), "ready".to_owned());
        values
    };
    let good = vec!["success"; job.needs.len()];
    let mut cases = vec![("all passed".to_owned(), of_needs(&good), true)];
    for (index, need) in job.needs.iter().enumerate() {
        for bad in ["failure", "cancelled", "skipped"] {
            let replaced = |(at, result)| if at == index { bad } else { result };
            let results: Vec<&str> = good.iter().copied().enumerate().map(replaced).collect();
            cases.push((format!("{need} ended with {bad}"), of_needs(&results), false));
        }
    }
    // What the job reads beside the results of those that it needs.
    let reads = |key: &str| job.steps.iter().any(|step| step.env.values().any(|text| text.contains(key)));
    let verdicts = ["", "not ready", "could not tell"];
    let mut others = vec![
        ("steps.merge.outcome".to_owned(), ["failure", "cancelled", "skipped"]),
        ("steps.merge.outputs.verdict".to_owned(), verdicts),
    ];
    others.extend(job.needs.iter().map(|need| (format!("needs.{need}.outputs.verdict"), verdicts)));
    for (key, bad_values) in others.into_iter().filter(|(key, _)| reads(key)) {
        for bad in bad_values {
            let mut values = of_needs(&good);
            values.insert(key.clone(), bad.to_owned());
            cases.push((format!("{key} is `{bad}`"), values, false));
        }
    }
    cases
}

/// The number of parts is a number.
fn plans(stage: &Stage<'_>) -> Result<Vec<String>> {
    let readiness = stage.workflow_of("readiness.yml")?;
    let plan = readiness.jobs.iter().find(|job| job.id == "plan");
    let step = plan.and_then(|job| job.steps.first()).ok_or("readiness.yml has no job plan")?;
    let mut wrong = Vec::new();
    for (shards, parts) in [
        ("1", Some("[1]")),
        ("3", Some("[1,2,3]")),
        ("0", None),
        ("257", None),
        ("1.5", None),
        ("-1", None),
        ("08", None),
        ("", None),
        ("1; touch pwned", None),
        ("a[$(touch pwned)]", None),
        ("1\n2", None),
    ] {
        let values = [("inputs.shards".to_owned(), shards.to_owned())].into();
        let scene = Scene::new(&stage.room)?;
        let ended = step::run(&scene, step, &fill_all(&step.env, &values)?, None)?;
        let told = ended.outputs.get("parts").map(String::as_str);
        if told != parts || ended.code != Some(if parts.is_some() { 0 } else { 2 }) || was_executed(&scene) {
            wrong.push(format!("{} of {shards:?} parts ends with {ended}", step.place));
        }
    }
    Ok(wrong)
}

/// The inputs of the action mean what they say, and none of them is executed.
fn inputs(stage: &Stage<'_>) -> Result<Vec<String>> {
    let folder = stage.repository.join(ACTIONS).join("tls-readiness");
    let action = file::action(&folder)?;
    let step = action.steps.iter().find(|step| step.id == "gate").ok_or("the action has no step `gate`")?;
    let scene = Scene::new(&stage.room)?;
    for (path, text) in [("scenarios", READY), ("old", NOT_READY), ("wrong", "host: 1\nhots: 2\n")] {
        fs::create_dir(scene.workspace.join(path))?;
        fs::write(scene.workspace.join(path).join("a.yaml"), text)?;
    }
    let mut wrong = Vec::new();
    // As a whole once, so that the gate is built.
    let built = stage.action(&scene, &folder, &Texts::new(), &Texts::new())?;
    if built.result != "success" {
        wrong.push(format!("the action with its defaults: {built:?}"));
    }
    let ready = (0, "ready");
    let nothing_was_run = (2, "");
    for (name, value, (code, verdict)) in [
        ("scenarios", "", ready),
        ("scenarios", "old", (1, "not ready")),
        ("scenarios", "wrong", nothing_was_run),
        ("scenarios", "missing", nothing_was_run),
        ("scenarios", "--live", nothing_was_run),
        ("scenarios", "\"; touch pwned; echo \"", nothing_was_run),
        ("filter", "tls-1.2\n\n  is-accepted\n", ready),
        ("filter", "$(touch pwned)", nothing_was_run),
        ("filter", "`touch pwned`", nothing_was_run),
        ("filter", "--live", nothing_was_run),
        ("live", "yes", nothing_was_run),
        ("live", "$(touch pwned)", nothing_was_run),
        ("fail-on-pending", "true", ready),
        ("fail-on-pending", "TRUE", nothing_was_run),
        ("set", "HOST=$(touch pwned)\n  OTHER=\"; touch pwned; echo \"\n", ready),
        ("set", "no value", nothing_was_run),
        ("jobs", "1", ready),
        ("jobs", "1; touch pwned", nothing_was_run),
        ("shard", "1/1", ready),
        ("shard", "2/1", nothing_was_run),
        ("shard", "$(touch pwned)/1", nothing_was_run),
        ("merge", "scenarios", nothing_was_run),
        ("merge", "$(touch pwned)", nothing_was_run),
        ("reports", "$(touch pwned)/reports", ready),
        ("reports", "a\nexit-code=0", nothing_was_run),
    ] {
        let ended = with_input(&scene, step, &action.inputs, (name, value), &folder)?;
        let told = ended.outputs.get("verdict").map(String::as_str).unwrap_or_default();
        let told_code = ended.outputs.get("exit-code").map(String::as_str);
        let is_right = ended.code == Some(code)
            && told_code == Some(code.to_string().as_str())
            && told == verdict
            && !was_executed(&scene);
        if !is_right {
            wrong.push(format!(
                "the action with {name}: {value:?} is to end with {code} {verdict}, not with {ended}"
            ));
        }
    }
    Ok(wrong)
}

fn with_input(
    scene: &Scene,
    step: &Step,
    defaults: &Texts,
    (name, value): (&str, &str),
    folder: &Path,
) -> Result<step::Ended> {
    let mut inputs: Texts =
        defaults.iter().map(|(name, text)| (format!("inputs.{name}"), text.clone())).collect();
    inputs.insert(format!("inputs.{name}"), value.to_owned());
    Ok(step::run(scene, step, &fill_all(&step.env, &inputs)?, Some(folder))?)
}

/// Whether a text was taken for a command.
fn was_executed(scene: &Scene) -> bool {
    [&scene.workspace, &scene.temp].iter().any(|folder| folder.join("pwned").exists())
}
