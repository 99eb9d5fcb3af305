//! The jobs that stand for all others of their file: GitHub is to require them, deployments are to need them.

use super::super::Result;
use super::expression::{ALL_RESULTS, fill_all};
use super::file::{self, Job, Step, Texts, Workflow};
use super::stage::Stage;
use super::step::{self, Scene};

/// A job that decides.
struct Deciding {
    file: &'static str,
    job: &'static str,
    /// Jobs of its file that it does not need, each with the reason.
    but: &'static [(&'static str, &'static str)],
}

/// Named here, and not found by what the files say of themselves: a file that lost its deciding job says nothing.
const DECIDING: [Deciding; 3] = [
    Deciding {
        file: "ci.yml",
        job: "ci",
        but: &[("advisories", "an advisory that came out today is not the fault of the change")],
    },
    Deciding { file: "gate.yml", job: "gate", but: &[] },
    Deciding { file: "readiness.yml", job: "verdict", but: &[] },
];

/// Each of them is there, runs always, needs all others, and passes only where all of them have passed.
pub(super) fn run(stage: &Stage<'_>) -> Result<Vec<String>> {
    let workflows = file::workflows(&stage.repository)?;
    let mut wrong = complaints(&workflows);
    for job in DECIDING.iter().filter_map(|deciding| deciding.among(&workflows)) {
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
    Ok(wrong)
}

impl Deciding {
    fn among<'w>(&self, workflows: &'w [Workflow]) -> Option<&'w Job> {
        let workflow = workflows.iter().find(|workflow| workflow.name == self.file)?;
        workflow.jobs.iter().find(|job| job.id == self.job)
    }
}

/// What the files say of these jobs that they must not.
fn complaints(workflows: &[Workflow]) -> Vec<String> {
    let mut complaints = Vec::new();
    for deciding in &DECIDING {
        let Deciding { file, job: id, but } = deciding;
        let Some(job) = deciding.among(workflows) else {
            complaints.push(format!("{file} has no job `{id}`, and nothing else decides"));
            continue;
        };
        if !job.always {
            complaints.push(format!("{file} {id}: a skipped job counts as passed; write if: always()"));
        }
        if job.steps.iter().any(|step| step.may_fail) {
            complaints.push(format!(
                "{file} {id}: a step that may fail decides nothing; leave out continue-on-error"
            ));
        }
        complaints.extend(unread(job).map(|place| {
            format!("{place} may fail, and what {id} says not tell; let its last step read the outcome")
        }));
        let others =
            workflows.iter().filter(|workflow| workflow.name == *file).flat_map(|workflow| &workflow.jobs);
        let others: Vec<&str> = others.map(|other| other.id.as_str()).filter(|other| other != id).collect();
        for other in &others {
            let is_needed = job.needs.iter().any(|need| need == other);
            if !is_needed && !but.iter().any(|(name, _)| name == other) {
                complaints
                    .push(format!("{file} {id} passes whatever came of `{other}`; add it to its needs"));
            }
        }
        for (name, reason) in *but {
            if !others.contains(name) || job.needs.iter().any(|need| need == name) {
                complaints.push(format!("{file} {id} needs no exception for `{name}` ({reason})"));
            }
        }
    }
    complaints
}

/// Steps whose failure the last step does not see. One that does not run always is seen by the next of its kind,
/// which is skipped then.
fn unread(job: &Job) -> impl Iterator<Item = &str> {
    let (last, before) =
        job.steps.split_last().map_or((None, &[][..]), |(last, before)| (Some(last), before));
    let is_read = move |step: &Step| {
        let outcome = format!("steps.{}.outcome }}}}", step.id);
        last.is_some_and(|last| last.env.values().any(|text| text.contains(&outcome)))
    };
    let is_seen = move |(index, step): &(usize, &Step)| {
        let next = before.iter().skip(index + 1).any(|next| next.condition.is_none());
        is_read(step) || (step.condition.is_none() && next)
    };
    before.iter().enumerate().filter(move |it| !is_seen(it)).map(|(_, step)| step.place.as_str())
}

/// Values of expressions, and whether the job must pass with them.
fn results(job: &Job) -> Vec<(String, Texts, bool)> {
    let of_needs = |results: &[&str]| {
        let mut values: Texts = [(ALL_RESULTS.to_owned(), results.join(" "))].into();
        for (need, result) in job.needs.iter().zip(results) {
            values.insert(format!("needs.{need}.result"), (*result).to_owned());
            values.insert(format!("needs.{need}.outputs.verdict"), "ready".to_owned());
        }
        for step in ["merge", "keep"] {
            values.insert(format!("steps.{step}.outcome"), "success".to_owned());
        }
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
        ("steps.keep.outcome".to_owned(), ["failure", "cancelled", "skipped"]),
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

#[cfg(test)]
mod tests {
    use super::*;

    const CI: &str = "{ a: {}, advisories: {}, ci: { if: always(), needs: a } }";
    const GATE: &str = "{ a: {}, gate: { if: always(), needs: [a] } }";
    const READINESS: &str = "{ a: {}, b: {}, verdict: { if: always(), needs: [a, b] } }";

    /// The complaints of files with these jobs.
    fn complaints_of(files: &[(&str, &str)]) -> Vec<String> {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let workflow = |(name, jobs): &(&str, &str)| {
            let file = folder.path().join(name);
            shell.write_file(&file, format!("on: push\njobs: {jobs}\n")).unwrap();
            file::workflow(&file).unwrap()
        };
        complaints(&files.iter().map(workflow).collect::<Vec<_>>())
    }

    #[test]
    fn what_decides_is_there_and_needs_all_others() {
        for (ci, complaint) in [
            (CI, None),
            ("{ a: {}, advisories: {} }", Some("has no job `ci`")),
            ("{ a: {}, advisories: {}, ci: { needs: a } }", Some("write if: always()")),
            (
                "{ a: {}, b: {}, advisories: {}, ci: { if: always(), needs: a } }",
                Some("whatever came of `b`"),
            ),
            ("{ a: {}, advisories: {}, ci: { if: always() } }", Some("whatever came of `a`")),
            ("{ a: {}, ci: { if: always(), needs: a } }", Some("no exception for `advisories`")),
            (
                "{ advisories: {}, ci: { if: always(), needs: advisories } }",
                Some("no exception for `advisories`"),
            ),
            (
                "{ advisories: {}, ci: { if: always(), steps: [{ run: a, continue-on-error: true }] } }",
                Some("a step that may fail"),
            ),
        ] {
            let found = complaints_of(&[("ci.yml", ci), ("gate.yml", GATE), ("readiness.yml", READINESS)]);
            assert_eq!(found.len(), usize::from(complaint.is_some()), "{ci}: {found:?}");
            assert!(found.iter().all(|it| it.contains(complaint.unwrap_or_default())), "{ci}: {found:?}");
        }
    }

    #[test]
    fn what_fails_before_the_last_step_is_read_by_it() {
        let last = |env: &str| format!("{{ run: a, env: {{ B: '{env}' }} }}");
        for (steps, unread) in [
            (format!("[{}]", last("")), &[][..]),
            (format!("[{{ run: a }}, {{ id: b, run: a }}, {}]", last("${{ steps.b.outcome }}")), &[]),
            (format!("[{{ id: b, run: a }}, {{ run: a }}, {}]", last("${{ steps.b.outcome }}")), &[2]),
            (
                format!(
                    "[{{ id: b, run: a }}, {{ if: always(), run: a }}, {}]",
                    last("${{ steps.b.outcome }}")
                ),
                &[2],
            ),
            (
                format!(
                    "[{{ id: b, run: a }}, {{ id: c, if: always(), run: a }}, {}]",
                    last("${{ steps.b.outcome }} ${{ steps.c.outcome }}")
                ),
                &[],
            ),
        ] {
            let gate = format!("{{ a: {{}}, gate: {{ if: always(), needs: a, steps: {steps} }} }}");
            let found = complaints_of(&[("ci.yml", CI), ("gate.yml", &gate), ("readiness.yml", READINESS)]);
            let places: Vec<String> =
                unread.iter().map(|step| format!("gate.yml gate, step {step} may fail")).collect();
            assert_eq!(found.len(), places.len(), "{steps}: {found:?}");
            assert!(found.iter().zip(&places).all(|(found, place)| found.starts_with(place)), "{found:?}");
        }
    }

    #[test]
    fn a_file_that_is_gone_is_missed() {
        let found = complaints_of(&[("ci.yml", CI), ("gate.yml", GATE)]);
        assert_eq!(found, ["readiness.yml has no job `verdict`, and nothing else decides"]);
        assert_eq!(complaints_of(&[]).len(), DECIDING.len());
    }
}
