//! Where there is no supervisor: a process group of its own, or on Windows the process alone.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::{Outputs, Run};
use crate::escape::printable;
use crate::evidence::client::ProgramEnd;

/// std cannot wait for a process until a deadline.
const MOMENT: Duration = Duration::from_millis(5);

/// A program that runs, or why it does not.
pub(in super::super) struct Started(Result<(Child, Outputs), ProgramEnd>);

/// Why a program was not started.
pub(in super::super) enum NotStarted {
    /// Our side could not do it. Why, escaped.
    OurSide(String),
}

impl Started {
    /// Starts the program where the gate is.
    pub(in super::super) fn start(run: &Run<'_>) -> Result<Started, NotStarted> {
        let Some((program, arguments)) = run.command.split_first() else {
            return Err(NotStarted::OurSide("no program".to_owned()));
        };
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null());
        run.prepare(&mut command);
        Ok(Started(match command.spawn() {
            Ok(mut child) => match Outputs::of(&mut child) {
                Ok(outputs) => Ok((child, outputs)),
                Err(error) => {
                    end_all(&mut child);
                    let _ = child.wait();
                    return Err(NotStarted::OurSide(printable(&error.to_string())));
                }
            },
            Err(error) if super::is_missing(&error, program) => {
                Err(ProgramEnd::Missing(format!("no program {}", printable(program))))
            }
            Err(error) => Err(ProgramEnd::NotRun(printable(&error.to_string()))),
        }))
    }

    /// Waits until the program has ended, and ends it at the deadline.
    pub(in super::super) fn wait(self, deadline: Instant) -> (ProgramEnd, Outputs) {
        let (mut child, outputs) = match self.0 {
            Ok(started) => started,
            Err(end) => return (end, Outputs { stdout: None, stderr: None }),
        };
        let end = loop {
            match child.try_wait() {
                Ok(Some(status)) => break end_of(status),
                Ok(None) if Instant::now() >= deadline => break ProgramEnd::TimedOut,
                Ok(None) => std::thread::sleep(MOMENT),
                Err(error) => break ProgramEnd::NotRun(printable(&error.to_string())),
            }
        };
        end_all(&mut child);
        let _ = child.wait();
        (end, outputs)
    }
}

#[cfg(unix)]
fn end_of(status: ExitStatus) -> ProgramEnd {
    use std::os::unix::process::ExitStatusExt as _;

    match (status.code(), status.signal()) {
        (Some(code), _) => ProgramEnd::Exited(code),
        (None, signal) => ProgramEnd::Signalled(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn end_of(status: ExitStatus) -> ProgramEnd {
    ProgramEnd::Exited(status.code().unwrap_or(-1))
}

#[cfg(unix)]
fn end_all(child: &mut Child) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    if let Ok(group) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn end_all(child: &mut Child) {
    let _ = child.kill();
}
