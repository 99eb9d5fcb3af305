//! What is left of a run that is stopped while programs are on trial: nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use crate::gate::{Gate, finish};
use crate::run::left_in;

/// A guard against what never happens, far above what any machine needs.
const LIMIT: Duration = Duration::from_secs(30);

/// Programs that would run for minutes, each in a shape of its own; `FILE` is where its number goes.
const PROGRAMS: [(&str, &str); 5] = [
    ("in-a-namespace", "client: 'echo $$ >FILE; exec sleep 600'"),
    ("by-proxy", "client: 'echo $$ >FILE; exec sleep 600', reach: proxy"),
    ("below-a-shell", "client: 'sh -c \"echo \\$\\$ >FILE; exec sleep 600\"; true'"),
    ("in-a-session", "client: 'setsid sh -c \"echo \\$\\$ >FILE; exec sleep 600\"; true'"),
    ("that-hears-nothing", "client: 'trap \"\" INT TERM HUP; echo $$ >FILE; sleep 600; sleep 600'"),
];

pub(crate) fn trials() -> Vec<Trial> {
    let stopped = |signal: &'static str, code: Option<i32>| {
        Trial::test(format!("stopped::by_{}", signal.to_lowercase()), move || stop(signal, code))
    };
    // Nothing can be removed by a process that is killed, but what it has started ends.
    vec![stopped("INT", Some(130)), stopped("TERM", Some(130)), stopped("KILL", None)]
}

fn stop(signal: &str, code: Option<i32>) -> Result<(), Failed> {
    let mut text = "host: api.example.com\nmin_version: 1.2\nmax_version: 1.2\nexpect: accepted\ntimeout: 5m\nscenarios:\n".to_owned();
    for (key, fields) in PROGRAMS {
        text += &format!("  {key}: {{ {} }}\n", fields.replace("FILE", key));
    }
    let gate = Gate::new().scenario("api.yaml", &text);
    let file = |key: &str| gate.folder().join("scenarios").join(key);
    let child = gate.start(&[]);
    let processes = PROGRAMS.map(|(key, _)| await_process(&file(key)));
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
    let run = finish(child);
    if !sent.is_ok_and(|status| status.success()) || run.code != code {
        return Err(format!("must end with {code:?}; {}", run.console()).into());
    }
    for (process, (key, _)) in processes.into_iter().zip(PROGRAMS) {
        if !is_gone(&process?) {
            return Err(format!("{key} outlived the gate").into());
        }
    }
    let left = left_in(gate.folder());
    if code.is_some() && !left.is_empty() {
        return Err(format!("left in the folder for temporary files: {left:?}").into());
    }
    Ok(())
}

/// The process whose number is written to this file, once it is there.
fn await_process(file: &Path) -> Result<PathBuf, String> {
    let begun = Instant::now();
    loop {
        let number = std::fs::read_to_string(file).unwrap_or_default();
        if let Some(number) = number.strip_suffix('\n') {
            return Ok(Path::new("/proc").join(number));
        }
        if begun.elapsed() > LIMIT {
            return Err(format!("{} was not written", file.display()));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether it ends: what ends it notices that the gate has ended, which takes a moment.
fn is_gone(process: &Path) -> bool {
    let begun = Instant::now();
    while process.exists() {
        if begun.elapsed() > LIMIT {
            return false;
        }
        thread::sleep(Duration::from_millis(5));
    }
    true
}
