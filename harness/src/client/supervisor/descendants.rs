//! Ending a process tree: everything that descends from this process.

use std::collections::HashMap;
use std::fs;
use std::thread;

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// How often the tree is looked at again: it may grow while it is ended.
const ROUNDS: usize = 1_000;

/// Ends every process that descends from this one. What was orphaned is a child of this process, which
/// has adopted it.
pub(super) fn end() {
    for _ in 0..ROUNDS {
        if !has_children() {
            return;
        }
        for process in descendants_of(std::process::id(), &parents()) {
            if let Ok(number) = i32::try_from(process) {
                let _ = kill(Pid::from_raw(number), Signal::SIGKILL);
            }
        }
        // What is killed is dead soon, and then to be buried.
        thread::yield_now();
    }
}

/// Buries the children that are dead. Whether there are others.
fn has_children() -> bool {
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::StillAlive) => return true,
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return false,
        }
    }
}

/// The parent of every process, by /proc.
fn parents() -> HashMap<u32, u32> {
    let Ok(folders) = fs::read_dir("/proc") else { return HashMap::new() };
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse::<u32>().ok();
    let processes = folders.filter_map(|entry| number(entry.ok()?));
    let parent = |process: u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        parent_in(&stat).map(|parent| (process, parent))
    };
    processes.filter_map(parent).collect()
}

/// The parent in a line of /proc/PID/stat. The name before it is in brackets and may hold anything.
fn parent_in(stat: &str) -> Option<u32> {
    let (_, behind_name) = stat.rsplit_once(')')?;
    behind_name.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn descendants_of(root: u32, parents: &HashMap<u32, u32>) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(parent) = found.get(next).copied() {
        let children = parents.iter().filter(|(_, of)| **of == parent).map(|(process, _)| *process);
        let new: Vec<u32> = children.filter(|process| !found.contains(process)).collect();
        found.extend(new);
        next += 1;
    }
    found.remove(0);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_stands_behind_a_name_that_may_hold_anything() {
        for (stat, parent) in [
            ("12 (sh) S 7 12 12 0 -1", Some(7)),
            ("12 (a) b) (c) S 7 12", Some(7)),
            ("12 (sh", None),
            ("", None),
        ] {
            assert_eq!(parent_in(stat), parent, "{stat}");
        }
    }

    #[test]
    fn a_tree_is_everything_below_its_root() {
        let parents = HashMap::from([(2, 1), (3, 2), (4, 2), (5, 4), (6, 1), (7, 7), (8, 9), (9, 8)]);
        let mut below = descendants_of(2, &parents);
        below.sort_unstable();
        assert_eq!(below, [3, 4, 5]);
        assert!(descendants_of(5, &parents).is_empty());
    }

    #[test]
    fn this_process_has_a_parent() {
        assert!(parents().contains_key(&std::process::id()));
    }
}
