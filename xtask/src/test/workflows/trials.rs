//! Cases in which a workflow must not be green, and inputs that must be nothing but text.

use std::fs;

use super::super::Result;
use super::ACTIONS;
use super::expression::{IS_FROM_A_FORK, fill_all};
use super::file::{self, Texts};
use super::inputs;
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

const PENDING: &str = "\
host: soon.example.com
replica: { min_version: 1.0, max_version: 1.3 }
scenarios:
  older-versions-are-refused: { min_version: 1.0, max_version: 1.1, expect: refused, enforce_from: 9999-12-31 }
";

/// What did not end as it must.
pub(super) fn run(stage: &Stage<'_>) -> Result<Vec<String>> {
    stage.shows_failures.set(false);
    let mut wrong = Vec::new();
    wrong.extend(suites(stage)?);
    wrong.extend(names_of_reports(stage)?);
    wrong.extend(plans(stage)?);
    wrong.extend(bounds(stage)?);
    wrong.extend(changes_from_forks(stage)?);
    wrong.extend(inputs_of_action(stage)?);
    Ok(wrong)
}

/// A host of this machine, which nobody listens on; the suite beside it is ready.
const OF_THIS_MACHINE: &str = "\
host: inner.example.com
connect_to: 127.0.0.1:1
attempts: 1
expect: unreachable
";

/// Suites that must not pass, and what their verdict is.
fn suites(stage: &Stage<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (what, extra_file, lost_artifact, input, verdict) in [
        ("a test fails", Some(("scenarios/old.yaml", NOT_READY)), None, None, "not ready"),
        ("a part is lost", None, Some("tls-readiness-part-2"), None, "could not tell"),
        (
            "a test is pending and that blocks",
            Some(("scenarios/soon.yaml", PENDING)),
            None,
            Some(("fail-on-pending", "true")),
            "not ready",
        ),
    ] {
        stage.artifacts.forget()?;
        stage.extra_file.set(extra_file);
        stage.lost_artifact.set(lost_artifact);
        let given: Vec<(&str, &str)> = input.into_iter().chain([("shards", "2")]).collect();
        wrong.extend(readiness(stage, what, &given, ("failure", verdict))?);
        let files = stage.artifacts.files("tls-readiness")?;
        if files != ["report.html", "report.json", "report.md", "report.sarif", "report.xml"] {
            wrong.push(format!("readiness.yml where {what} keeps the files {files:?}"));
        }
    }
    stage.extra_file.set(None);
    stage.lost_artifact.set(None);
    Ok(wrong)
}

/// Two calls in one run do not take one another's reports for their own, and a second attempt is none of them.
fn names_of_reports(stage: &Stage<'_>) -> Result<Vec<String>> {
    stage.artifacts.forget()?;
    let mut wrong = Vec::new();
    for (what, is_again, right) in [
        ("it is called once", false, ("success", "ready")),
        ("it is called twice with one name of reports", false, ("failure", "could not tell")),
        ("the run is repeated", true, ("success", "ready")),
    ] {
        stage.is_again.set(is_again);
        wrong.extend(readiness(stage, what, &[("filter", "tls-1.2")], right)?);
    }
    stage.is_again.set(false);
    Ok(wrong)
}

/// What of readiness.yml with these inputs is not right: its result and its verdict.
fn readiness(
    stage: &Stage<'_>,
    what: &str,
    given: &[(&str, &str)],
    (result, verdict): (&str, &str),
) -> Result<Option<String>> {
    let outcome = stage.workflow(&stage.workflow_of("readiness.yml")?, &table(given))?;
    let told = outcome.outputs.get("verdict").map(String::as_str);
    let is_right = outcome.result == result && told == Some(verdict);
    let complaint = format!("readiness.yml where {what}: {outcome:?}, expected {result}, {verdict}");
    Ok(if is_right { None } else { Some(complaint) })
}

fn table(texts: &[(&str, &str)]) -> Texts {
    texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
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

/// What a fork's change may do at most, whatever the caller has said.
fn bounds(stage: &Stage<'_>) -> Result<Vec<String>> {
    let readiness = stage.workflow_of("readiness.yml")?;
    let plan = readiness.jobs.iter().find(|job| job.id == "plan");
    let step = plan.and_then(|job| job.steps.iter().find(|step| step.id == "bounds"));
    let step = step.ok_or("readiness.yml has no step bounds")?;
    let names = ["public-only", "max-tests", "max-connections"];
    let mut wrong = Vec::new();
    for (is_from_a_fork, given, told) in [
        ("false", ["false", "0", "0"], ["false", "0", "0"]),
        ("false", ["true", "5", "9"], ["true", "5", "9"]),
        ("true", ["false", "0", "0"], ["true", "10000", "100000"]),
        ("true", ["false", "5", "9"], ["true", "5", "9"]),
        // What GitHub does not tell is no permission.
        ("", ["false", "0", "0"], ["true", "10000", "100000"]),
    ] {
        let mut values: Texts = names
            .iter()
            .zip(given)
            .map(|(name, value)| (format!("inputs.{name}"), value.to_owned()))
            .collect();
        values.insert(IS_FROM_A_FORK.to_owned(), is_from_a_fork.to_owned());
        let ended = step::run(&Scene::new(&stage.room)?, step, &fill_all(&step.env, &values)?, None)?;
        let is_right =
            names.iter().zip(told).all(|(name, told)| ended.outputs.get(*name).is_some_and(|it| it == told));
        if ended.code != Some(0) || !is_right {
            wrong.push(format!("{} with {values:?} ends with {ended}", step.place));
        }
    }
    Ok(wrong)
}

/// A pull request from a fork does not reach what is not public: here it would be ready.
fn changes_from_forks(stage: &Stage<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (is_from_a_fork, right) in [(false, ("success", "ready")), (true, ("failure", "could not tell"))] {
        stage.artifacts.forget()?;
        stage.extra_file.set(Some(("scenarios/inner.yaml", OF_THIS_MACHINE)));
        stage.is_from_a_fork.set(is_from_a_fork);
        let what = if is_from_a_fork { "the change is a fork's" } else { "the change is our own" };
        wrong.extend(readiness(stage, what, &[("filter", "inner")], right)?);
    }
    stage.extra_file.set(None);
    stage.is_from_a_fork.set(false);
    Ok(wrong)
}

/// Inputs, and the exit code and the verdict that they lead to.
type Case<'a> = (&'a [(&'a str, &'a str)], (i32, &'a str));

/// The inputs of the action mean what they say, and none of them is executed.
fn inputs_of_action(stage: &Stage<'_>) -> Result<Vec<String>> {
    let folder = stage.repository.join(ACTIONS).join("tls-readiness");
    let action = file::action(&folder)?;
    let step = action.steps.iter().find(|step| step.id == "gate").ok_or("the action has no step `gate`")?;
    let scene = Scene::new(&stage.room)?;
    for (path, text) in [
        ("scenarios", READY),
        ("old", NOT_READY),
        ("soon", PENDING),
        ("inner", OF_THIS_MACHINE),
        ("all", "hosts: [a.example, b.example]\nreplica: {}\nexpect: accepted\n"),
        ("wrong", "host: 1\nhots: 2\n"),
    ] {
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
    let not_ready = (1, "not ready");
    let could_not_tell = (3, "could not tell");
    let nothing_was_run = (2, "");
    let cases: &[Case<'_>] = &[
        (&[("scenarios", "")], ready),
        (&[("scenarios", "old")], not_ready),
        (&[("scenarios", "wrong")], nothing_was_run),
        (&[("scenarios", "missing")], nothing_was_run),
        (&[("scenarios", "--live")], nothing_was_run),
        (&[("scenarios", "\"; touch pwned; echo \"")], nothing_was_run),
        (&[("filter", "tls-1.2\n\n  is-accepted\n")], ready),
        (&[("filter", "$(touch pwned)")], nothing_was_run),
        (&[("filter", "`touch pwned`")], nothing_was_run),
        (&[("filter", "--live")], nothing_was_run),
        (&[("live", "yes")], nothing_was_run),
        (&[("live", "$(touch pwned)")], nothing_was_run),
        (&[("fail-on-pending", "true")], ready),
        (&[("fail-on-pending", "TRUE")], nothing_was_run),
        (&[("scenarios", "soon")], ready),
        (&[("scenarios", "soon"), ("fail-on-pending", "true")], not_ready),
        (&[("set", "HOST=$(touch pwned)\n  OTHER=\"; touch pwned; echo \"\n")], ready),
        (&[("set", "no value")], nothing_was_run),
        (&[("jobs", "1")], ready),
        (&[("jobs", "1; touch pwned")], nothing_was_run),
        (&[("allow", "192.0.2.0/24\n\n  *.example.com\n")], ready),
        (&[("allow", "$(touch pwned)")], nothing_was_run),
        (&[("scenarios", "inner")], ready),
        (&[("scenarios", "inner"), ("allow", "127.0.0.1\n192.0.2.1")], ready),
        (&[("scenarios", "inner"), ("allow", "192.0.2.1")], could_not_tell),
        (&[("scenarios", "inner"), ("public-only", "true")], could_not_tell),
        (&[("public-only", "yes")], nothing_was_run),
        (&[("max-tests", "0"), ("max-connections", "0")], ready),
        (&[("max-tests", "1"), ("max-connections", "1")], ready),
        (&[("max-tests", "1"), ("scenarios", "all")], nothing_was_run),
        (&[("max-tests", "1; touch pwned")], nothing_was_run),
        (&[("max-connections", "$(touch pwned)")], nothing_was_run),
        (&[("shard", "1/1")], ready),
        (&[("shard", "2/1")], nothing_was_run),
        (&[("shard", "$(touch pwned)/1")], nothing_was_run),
        (&[("merge", "scenarios")], nothing_was_run),
        (&[("merge", "$(touch pwned)")], nothing_was_run),
        (&[("reports", "$(touch pwned)/reports")], ready),
        (&[("reports", "a\nexit-code=0")], nothing_was_run),
        // What is put together was tested before: it can block on what is pending, and nothing else.
        (&[("scenarios", "soon"), ("shard", "1/1"), ("reports", "part")], ready),
        (&[("merge", "part")], ready),
        (&[("merge", "part"), ("fail-on-pending", "true")], not_ready),
        (&[("merge", "part"), ("fail-on-pending", "yes")], nothing_was_run),
        (&[("merge", "part"), ("live", "false")], ready),
        (&[("merge", "part"), ("live", "true")], nothing_was_run),
        (&[("merge", "part"), ("shard", "1/1")], nothing_was_run),
        (&[("merge", "part"), ("set", "HOST=a")], nothing_was_run),
        (&[("merge", "part"), ("jobs", "1")], nothing_was_run),
        (&[("merge", "part"), ("filter", "tls-1.2")], nothing_was_run),
        (&[("merge", "part"), ("allow", "192.0.2.1")], nothing_was_run),
        (&[("merge", "part"), ("public-only", "true")], nothing_was_run),
        (&[("merge", "part"), ("max-tests", "0")], nothing_was_run),
    ];
    for (given, (code, verdict)) in cases {
        let values = inputs::complete(&action.inputs, &table(given));
        let values = values.into_iter().map(|(name, value)| (format!("inputs.{name}"), value)).collect();
        let ended = step::run(&scene, step, &fill_all(&step.env, &values)?, Some(&folder))?;
        let told = ended.outputs.get("verdict").map(String::as_str).unwrap_or_default();
        let told_code = ended.outputs.get("exit-code").map(String::as_str);
        let is_right = ended.code == Some(*code)
            && told_code == Some(code.to_string().as_str())
            && told == *verdict
            && !was_executed(&scene);
        if !is_right {
            wrong
                .push(format!("the action with {given:?} is to end with {code} {verdict}, not with {ended}"));
        }
    }
    Ok(wrong)
}

/// Whether a text was taken for a command.
fn was_executed(scene: &Scene) -> bool {
    [&scene.workspace, &scene.temp].iter().any(|folder| folder.join("pwned").exists())
}
