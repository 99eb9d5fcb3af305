//! What a million hosts would take, reckoned from what a fleet took.

use std::time::Duration;

use super::table;

/// What one run on a fleet came to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fleet {
    pub(crate) hosts: usize,
    pub(crate) time: Duration,
    pub(crate) cpu: Duration,
    pub(crate) connections: u64,
    pub(crate) round_trips: u64,
    /// Both ways.
    pub(crate) bytes: u64,
    /// Its peak, in bytes.
    pub(crate) memory: u64,
}

const MILLION: f64 = 1e6;

/// Into how many parts it is divided; the last is the most that a matrix of GitHub's can have.
const PARTS: [u32; 3] = [8, 64, 256];

/// The arithmetic in a paragraph. `few` is a smaller fleet, to tell what each host adds to the memory.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
pub(crate) fn paragraph(few: Fleet, fleet: Fleet, cores: usize) -> String {
    let hosts = fleet.hosts as f64;
    let each = |number: u64| table::each(number, fleet.hosts);
    let a_host = |time: Duration| time.div_f64(hosts);
    let alone = a_host(fleet.time).mul_f64(MILLION);
    let more_hosts = fleet.hosts.saturating_sub(few.hosts).max(1) as f64;
    let memory_a_host = fleet.memory.saturating_sub(few.memory) as f64 / more_hosts;
    let parts = PARTS.map(|parts| {
        let memory = few.memory as f64 + memory_a_host * MILLION / f64::from(parts);
        let mebibytes = memory / f64::from(1 << 20);
        format!("{parts} parts {} and {mebibytes:.0} MiB each", long(alone / parts))
    });
    let by_cpu = cores as f64 / a_host(fleet.cpu).as_secs_f64();
    format!(
        "A million hosts: each takes {} connections with {} round trips in all, {} kB on the wire and {} of CPU. \
         By {:.0} hosts a second, as above, one machine takes {}. Hosts share nothing, so that a matrix of \
         `--shard` divides it: {}. What bounds it is CPU: the gate's own alone permits {by_cpu:.0} hosts a second \
         on {cores} cores, while what waits for answers costs none.",
        each(fleet.connections),
        each(fleet.round_trips),
        each(fleet.bytes / 1000),
        table::time(a_host(fleet.cpu)),
        hosts / fleet.time.as_secs_f64(),
        long(alone),
        parts.join(", ")
    )
}

/// Minutes or hours.
fn long(time: Duration) -> String {
    let minutes = time.as_secs_f64() / 60.0;
    if minutes >= 99.5 {
        format!("{:.1} hours", minutes / 60.0)
    } else if minutes >= 9.95 {
        format!("{minutes:.0} minutes")
    } else {
        format!("{minutes:.1} minutes")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_million_is_a_thousand_times_a_thousand() {
        use super::*;

        let fleet = Fleet {
            hosts: 1000,
            time: Duration::from_secs(3),
            cpu: Duration::from_millis(1800),
            connections: 18_000,
            round_trips: 18_500,
            bytes: 30_000_000,
            memory: 28 << 20,
        };
        let few = Fleet { hosts: 100, memory: 10 << 20, ..fleet };
        let text = paragraph(few, fleet, 2);
        for part in [
            "18 connections with 18.5 round trips in all, 30 kB on the wire and 1.8 ms of CPU",
            "By 333 hosts a second, as above, one machine takes 50 minutes",
            "8 parts 6.2 minutes and 2510 MiB each, 64 parts 0.8 minutes",
            "permits 1111 hosts a second on 2 cores",
        ] {
            assert!(text.contains(part), "no {part} in: {text}");
        }
        assert_eq!(long(Duration::from_secs(7200)), "2.0 hours");
    }
}
