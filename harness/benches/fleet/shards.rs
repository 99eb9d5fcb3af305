//! A fleet in parts, as the jobs of a matrix have it.

use std::time::Duration;

use super::Result;
use super::ground::Ground;
use super::options::Part;
use super::proxy::Front;
use super::scenarios::Evidence;
use super::table;

/// Into how many parts the fleet is divided.
const PARTS: [usize; 4] = [1, 2, 4, 8];

/// Runs every part as a process, one after another, and tells what a matrix of them would take.
///
/// # Errors
/// Where the gate does not find all ready.
pub(crate) fn measure(ground: &Ground<'_>, tell: fn(&str)) -> Result<String> {
    if !ground.options.wants(Part::Shards) {
        return Ok(String::new());
    }
    let hosts = ground.options.hosts();
    let proxy = ground.behind(Front::Ports(hosts))?;
    let folder = ground.versions(&proxy.addresses, Evidence::Hello)?;
    let mut rows = Vec::new();
    for parts in PARTS {
        let mut slowest = Duration::ZERO;
        let mut together = Duration::ZERO;
        let mut peak = 0;
        let mut most = 0;
        for part in 1..=parts {
            let shard = format!("{part}/{parts}");
            tell(&format!("part {shard} of {hosts} hosts"));
            proxy.take_tally();
            let run = ground.run(&mut ground.gate(&["check", "--shard", &shard], &folder), 0)?;
            slowest = slowest.max(run.wall);
            together += run.wall;
            peak = peak.max(run.peak.unwrap_or_default());
            most = most.max(proxy.take_tally().connections);
        }
        rows.push(vec![
            parts.to_string(),
            table::time(slowest),
            table::time(together),
            table::count(most),
            table::memory(peak),
        ]);
    }
    let header = [
        "parts",
        "the slowest: what a matrix takes",
        "one after another",
        "most connections of a part",
        "most memory of a part",
    ];
    Ok(table::markdown(&header, &rows))
}
