//! A program from its start to its end: how long it took, and what it used.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Result;

/// How often the peak of its memory is read. It only grows, so that what counts is to be near the end.
const LOOK: Duration = Duration::from_millis(5);

/// Far above what anything here needs that does not hang.
const LIMIT: Duration = Duration::from_secs(900);

/// What a program came to.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// When it was started.
    pub(crate) begun: Instant,
    /// From its start to its end.
    pub(crate) wall: Duration,
    /// Of user and system, its children included.
    pub(crate) cpu: Duration,
    /// The most memory that it had at a time, in bytes, without its children; where the system tells.
    pub(crate) peak: Option<u64>,
    /// Its exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
    /// The file with all that it printed.
    log: PathBuf,
}

impl Measured {
    /// All that it printed.
    pub(crate) fn printed(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of what it printed.
    pub(crate) fn last_words(&self) -> String {
        let printed = self.printed();
        let lines: Vec<&str> = printed.lines().collect();
        lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
    }
}

/// Runs `command`, with what it prints in the file `log`. It reads from `input`.
///
/// No other child may end meanwhile: the system adds up what they used.
///
/// # Errors
/// Where it cannot be started.
pub(crate) fn run(command: &mut Command, input: Stdio, log: &Path) -> Result<Measured> {
    let file = File::create(log)?;
    command.stdin(input).stdout(file.try_clone()?).stderr(file);
    let before = used_by_children()?;
    let begun = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{} could not be started: {error}", command.get_program().display()))?;
    let (over, is_over) = mpsc::channel::<()>();
    let id = child.id();
    let watch = thread::spawn(move || watch(id, &is_over));
    let status = child.wait();
    let wall = begun.elapsed();
    drop(over);
    let peak = watch.join().ok().flatten();
    let cpu = used_by_children()?.saturating_sub(before);
    Ok(Measured { begun, wall, cpu, peak, code: status?.code(), log: log.to_path_buf() })
}

/// Reads the peak of a process's memory until it ends; ends it where it hangs.
fn watch(id: u32, is_over: &mpsc::Receiver<()>) -> Option<u64> {
    let begun = Instant::now();
    let status = format!("/proc/{id}/status");
    let mut peak = None;
    while is_over.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        peak = fs::read_to_string(&status).ok().as_deref().and_then(high_water).or(peak);
        if begun.elapsed() > LIMIT
            && let Ok(id) = i32::try_from(id)
        {
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
    peak
}

/// The peak of resident memory in what Linux says of a process, in bytes.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// CPU of this process, user and system.
///
/// # Errors
/// Where the system does not tell.
pub(crate) fn used_by_us() -> Result<Duration> {
    used(UsageWho::RUSAGE_SELF)
}

/// CPU of the children of a process that are running, as far as the system tells it.
pub(crate) fn used_by_children_of(id: u32) -> Duration {
    let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
    let ticks: u64 = children
        .split_whitespace()
        .filter_map(|child| ticks(&fs::read_to_string(format!("/proc/{child}/stat")).ok()?))
        .sum();
    // A hundredth of a second each, on all of Linux: USER_HZ is part of its interface.
    Duration::from_millis(ticks * 10)
}

/// User and system time in what Linux says of a process (proc_pid_stat(5)).
fn ticks(stat: &str) -> Option<u64> {
    // The name before it may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

fn used_by_children() -> Result<Duration> {
    used(UsageWho::RUSAGE_CHILDREN)
}

fn used(who: UsageWho) -> Result<Duration> {
    let usage = getrusage(who)?;
    let of = |time: nix::sys::time::TimeVal| {
        let micros = i128::from(time.tv_sec()) * 1_000_000 + i128::from(time.tv_usec());
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    };
    Ok(of(usage.user_time()) + of(usage.system_time()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_time_is_read_from_what_linux_says() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 158 0 0 0 31 11 0 0 20 0 1 0 1 1 1";
        assert_eq!(super::ticks(stat), Some(42));
        assert_eq!(super::ticks("7 (a) S 1"), None);
    }

    #[test]
    fn the_peak_is_read_from_what_linux_says() {
        for (status, bytes) in [
            ("Name:\tx\nVmHWM:\t    3072 kB\nVmRSS:\t 100 kB\n", Some(3_145_728)),
            ("Name:\tx\nState:\tZ (zombie)\n", None),
            ("VmHWM: much\n", None),
        ] {
            assert_eq!(super::high_water(status), bytes, "{status}");
        }
    }
}
