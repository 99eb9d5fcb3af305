//! Ending a process tree: everything that descends from this process.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// How long they are looked for: they may become more while they are ended.
const TIME: Duration = Duration::from_secs(4);
/// How long one that is killed is given until it is looked for again.
const MOMENT: Duration = Duration::from_micros(200);

/// Ends every process that descends from this one. What was orphaned is a child of this process, which
/// has adopted it.
pub(super) fn end() {
    let deadline = Instant::now() + TIME;
    while has_children() && Instant::now() < deadline {
        let own = std::process::id();
        for process in descendants_of(own, children_of).unwrap_or_else(|| by_parents(own)) {
            if let Ok(number) = i32::try_from(process) {
                let _ = kill(Pid::from_raw(number), Signal::SIGKILL);
            }
        }
        thread::sleep(MOMENT);
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

/// The children of a process, by those of its threads; `None` where the kernel does not list them. That is
/// quicker than to look at every process, so that even one that forks and ends again and again is met.
fn children_of(process: u32) -> Option<Vec<u32>> {
    let mut children = Vec::new();
    // One that has ended meanwhile has none.
    for thread in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
        match fs::read_to_string(thread.path().join("children")) {
            Ok(list) => {
                let numbers = list.split_ascii_whitespace().filter_map(|it| it.parse::<u32>().ok());
                children.extend(numbers);
            }
            Err(_) if process == std::process::id() => return None,
            Err(_) => {}
        }
    }
    Some(children)
}

/// The descendants of a process by the parent of every one.
fn by_parents(root: u32) -> Vec<u32> {
    let parents = parents();
    let children = |of: u32| {
        Some(parents.iter().filter(|(_, parent)| **parent == of).map(|(process, _)| *process).collect())
    };
    descendants_of(root, children).unwrap_or_default()
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

fn descendants_of(root: u32, children_of: impl Fn(u32) -> Option<Vec<u32>>) -> Option<Vec<u32>> {
    let mut found = Vec::new();
    let mut seen = HashSet::from([root]);
    let mut next = vec![root];
    while let Some(parent) = next.pop() {
        for child in children_of(parent)? {
            if seen.insert(child) {
                found.push(child);
                next.push(child);
            }
        }
    }
    Some(found)
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
        let children = |of: u32| {
            Some(parents.iter().filter(|(_, parent)| **parent == of).map(|(child, _)| *child).collect())
        };
        let mut below = descendants_of(2, children).unwrap();
        below.sort_unstable();
        assert_eq!(below, [3, 4, 5]);
        assert!(descendants_of(5, children).unwrap().is_empty());
    }

    #[test]
    fn both_ways_find_a_child() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let own = std::process::id();
        assert!(by_parents(own).contains(&child.id()));
        // Not every kernel lists them.
        assert!(children_of(own).is_none_or(|children| children.contains(&child.id())));
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
