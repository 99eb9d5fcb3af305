//! What is to be reached, and what was.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::Result;
use super::comparison::Comparison;
use super::ground::Ground;
use super::options::Part;
use super::proxy::Front;
use super::scanners::is_installed;
use super::scenarios::{self, Evidence};
use super::table;

/// Something that was measured, and what it is to be at most.
pub(crate) struct Goal {
    what: String,
    measured: String,
    most: String,
    is_met: bool,
}

impl Goal {
    fn time(what: String, measured: Duration, most: Duration) -> Goal {
        let is_met = measured <= most;
        Goal { what, measured: table::time(measured), most: table::time(most), is_met }
    }
}

/// A table of what was measured, where there is anything. What it is to be at most is `shown` where it was
/// measured on what the goals are set for.
pub(crate) fn markdown(goals: &[Goal], shown: bool) -> String {
    if goals.is_empty() {
        return String::new();
    }
    let row = |goal: &Goal| {
        if !shown {
            return vec![goal.what.clone(), goal.measured.clone()];
        }
        let word = if goal.is_met { "" } else { " **missed**" };
        vec![goal.what.clone(), format!("{}{word}", goal.measured), goal.most.clone()]
    };
    let header = ["what", "measured", "at most"];
    let header = if shown { &header[..] } else { header.get(..2).unwrap_or_default() };
    table::markdown(header, &goals.iter().map(row).collect::<Vec<_>>())
}

/// What is to be reached by the rows of the gate, behind the delay and without one.
pub(crate) fn of_speed(ground: &Ground<'_>, far_away: &Comparison, local: &Comparison) -> Vec<Goal> {
    let options = ground.options;
    let mut goals = Vec::new();
    for (hosts, most) in [(options.few(), 600), (options.hosts(), 3_000)] {
        if let Some(row) = far_away.ours(hosts) {
            let delay = table::time(options.delay);
            let hosts = table::number(hosts);
            let what = format!("{hosts} hosts × {} versions, {delay} away", scenarios::TESTS);
            goals.push(Goal::time(what, row.time(), Duration::from_millis(most)));
        }
    }
    if let Some(row) = local.ours(options.few()) {
        let what = format!("{} local hosts × {} versions", options.few(), scenarios::TESTS);
        goals.push(Goal::time(what, row.time(), Duration::from_millis(180)));
    }
    if let Some(row) = far_away.ours(options.hosts()) {
        let first = row.first_connection().unwrap_or_default();
        let what = format!("first connection of {} hosts", table::number(options.hosts()));
        goals.push(Goal::time(what, first, Duration::from_millis(20)));
        let what = "CPU of a probe, everything of the process shared among them".to_owned();
        goals.push(Goal::time(what, row.cpu().unwrap_or_default(), Duration::from_micros(100)));
    }
    goals
}

/// From the start to the first connection, reading scenarios, listing tests.
///
/// # Errors
/// Where the gate does not do it.
pub(crate) fn of_start(ground: &Ground<'_>, tell: fn(&str)) -> Result<Vec<Goal>> {
    if !ground.options.wants(Part::Start) {
        return Ok(Vec::new());
    }
    tell("the start");
    let mut goals = Vec::new();
    let proxy = ground.behind(Front::Ports(1))?;
    let folder = ground.versions(&proxy.addresses, Evidence::Hello)?;
    let mut firsts = Vec::new();
    for _ in 0..ground.options.runs.saturating_mul(3) {
        proxy.take_tally();
        let process = ground.run(&mut ground.gate(&["check"], &folder), 0)?;
        let first = proxy.take_tally().first.ok_or("no connection was made")?;
        firsts.push(first.duration_since(process.begun));
    }
    let first = table::median(firsts, |time| *time).unwrap_or_default();
    goals.push(Goal::time("first connection of 1 host".to_owned(), first, Duration::from_millis(20)));

    let files = ground.options.hosts();
    tell(&format!("lint of {files} files"));
    let folder = scenarios::write_files(&ground.new_path(), files)?;
    let lint = ground.time(&["lint"], &folder)?;
    let what = format!("`lint` of {} files", table::number(files));
    goals.push(Goal::time(what, lint.wall, Duration::from_millis(100)));

    let hosts: Vec<String> = (0..files * 10).map(|number| format!("host-{number}.example.com")).collect();
    tell(&format!("list of {} tests", hosts.len() * scenarios::TESTS));
    let folder =
        scenarios::write_versions(&ground.new_path(), Evidence::Hello, &ground.servers.authority, &hosts)?;
    let list = ground.time(&["check", "--list"], &folder)?;
    if list.printed().lines().count() != hosts.len() * scenarios::TESTS {
        return Err(format!("not all tests are listed:\n{}", list.last_words()).into());
    }
    let what = format!("`check --list` of {} tests", table::number(hosts.len() * scenarios::TESTS));
    goals.push(Goal::time(what, list.wall, Duration::from_secs(1)));
    Ok(goals)
}

/// Ten times the large fleet against a policy: time, and the most memory.
///
/// # Errors
/// Where the gate does not find all ready.
#[cfg(target_os = "linux")]
pub(crate) fn of_policy(ground: &Ground<'_>, tell: fn(&str)) -> Result<Vec<Goal>> {
    if !ground.options.wants(Part::Policy) {
        return Ok(Vec::new());
    }
    let proxy = ground.behind(Front::Loopback)?;
    let front = proxy.addresses.first().copied().ok_or("the proxy does not listen")?;
    let hosts = scenarios::addresses(front, ground.options.hosts() * 10)?;
    tell(&format!("{} hosts × rfc8996", hosts.len()));
    let folder = scenarios::write_policy(&ground.new_path(), "rfc8996", &hosts)?;
    let run = ground.run(&mut ground.gate(&["check"], &folder), 0)?;
    let connections = table::each(proxy.take_tally().connections, hosts.len());
    let what = format!(
        "memory for {} hosts × `rfc8996`, in {} by {connections} connections a host",
        table::number(hosts.len()),
        table::time(run.wall)
    );
    const MOST: u64 = 300 << 20;
    Ok(run
        .peak
        .map(|peak| Goal {
            what,
            measured: table::memory(peak),
            most: table::memory(MOST),
            is_met: peak <= MOST,
        })
        .into_iter()
        .collect())
}

/// Elsewhere a process has one address of loopback, and not enough descriptors for so many ports.
#[cfg(not(target_os = "linux"))]
pub(crate) fn of_policy(_: &Ground<'_>, tell: fn(&str)) -> Result<Vec<Goal>> {
    tell("no policy: it is measured on Linux alone");
    Ok(Vec::new())
}

/// Instructions of a probe, told by callgrind: the same on every run, whatever else the machine does.
///
/// Two runs on as many hosts and twice as many tell what a host costs, without what a start costs.
///
/// # Errors
/// Where the gate does not find all ready.
pub(crate) fn instructions(ground: &Ground<'_>, tell: fn(&str)) -> Result<String> {
    if !ground.options.wants(Part::Instructions) {
        return Ok(String::new());
    }
    if !is_installed("valgrind") {
        return Ok("Instructions are not counted: valgrind is not installed.\n".to_owned());
    }
    let proxy = ground.behind(Front::Ports(20))?;
    let mut counts = Vec::new();
    for hosts in [10, 20] {
        tell(&format!("{hosts} hosts under callgrind"));
        let hosts = proxy.addresses.get(..hosts).unwrap_or_default();
        let folder = ground.versions(hosts, Evidence::Hello)?;
        proxy.take_tally();
        let run = ground.run(
            &mut under_callgrind(&ground.gate(&["check", "--jobs", "1"], &folder), ground.folder()),
            0,
        )?;
        let instructions = collected(&run.printed()).ok_or("callgrind counted nothing")?;
        counts.push((instructions, proxy.take_tally().connections));
    }
    let [(few, few_probes), (many, many_probes)] = counts.as_slice() else { return Ok(String::new()) };
    let each = many.saturating_sub(*few) / many_probes.saturating_sub(*few_probes).max(1);
    let start = few.saturating_sub(each * few_probes);
    Ok(format!(
        "Instructions, counted by callgrind: {} thousand a probe, and {} million for a start and an end.\n",
        table::count(each / 1_000),
        table::count(start / 1_000_000)
    ))
}

fn under_callgrind(command: &Command, folder: &Path) -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--tool=callgrind", "--callgrind-out-file=callgrind.out"])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(folder);
    valgrind
}

/// The number of instructions in what callgrind says in the end.
fn collected(printed: &str) -> Option<u64> {
    let line = printed.lines().rev().find(|line| line.starts_with("==") && line.contains("Collected :"))?;
    line.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn callgrinds_count_is_read() {
        for (printed, count) in [
            ("==7== \n==7== Events    : Ir\n==7== Collected : 123456\n==7==\n", Some(123_456)),
            ("ready: 60 passed\n", None),
            ("==7== Collected : many\n", None),
        ] {
            assert_eq!(super::collected(printed), count, "{printed}");
        }
    }

    #[test]
    fn a_goal_that_is_missed_says_so() {
        use super::*;

        let goal =
            |millis| Goal::time("x".to_owned(), Duration::from_millis(millis), Duration::from_millis(20));
        assert!(markdown(&[goal(20)], true).ends_with("| x | 20 ms | 20 ms |\n"));
        assert!(markdown(&[goal(21)], true).ends_with("| x | 21 ms **missed** | 20 ms |\n"));
        assert!(markdown(&[goal(21)], false).ends_with("| x | 21 ms |\n"));
        assert_eq!(markdown(&[], true), "");
    }
}
