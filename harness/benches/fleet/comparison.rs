//! The gate and scanners on the same endpoints, row by row.

use std::net::SocketAddr;
use std::time::Duration;

use super::Result;
use super::ground::{Ground, Run, cores};
use super::million::Fleet;
use super::options::Part;
use super::process::Measured;
use super::proxy::{Front, Proxy, Tally};
use super::scanners::{SCANNERS, Scan, Scanner};
use super::scenarios::Evidence;
use super::table;

/// A program on some endpoints.
pub(crate) struct Row {
    program: String,
    /// How many endpoints the time is for.
    hosts: usize,
    /// How many it was run on.
    run_on: usize,
    /// What the proxy saw, where one was between.
    passed: Option<Tally>,
    process: Measured,
    /// Whether its memory is its own alone, with no children that do the work.
    has_memory: bool,
}

impl Row {
    fn gate(program: &str, hosts: usize, run: Run) -> Row {
        let Run { process, passed, .. } = run;
        Row {
            program: program.to_owned(),
            hosts,
            run_on: hosts,
            passed: Some(passed),
            process,
            has_memory: true,
        }
    }

    fn scanner(scanner: &Scanner, hosts: usize, scan: Scan) -> Row {
        Row {
            program: scanner.name.to_owned(),
            hosts,
            run_on: scan.hosts,
            passed: scan.passed,
            process: scan.process,
            has_memory: scanner.works_itself,
        }
    }

    /// The time for all endpoints.
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    pub(crate) fn time(&self) -> Duration {
        self.process.wall.mul_f64(self.hosts as f64 / self.run_on as f64)
    }

    /// CPU for each connection.
    pub(crate) fn cpu(&self) -> Option<Duration> {
        let connections = self.passed.as_ref()?.connections.max(1);
        Some(self.process.cpu / u32::try_from(connections).unwrap_or(u32::MAX))
    }

    /// From the start of the process to its first connection.
    pub(crate) fn first_connection(&self) -> Option<Duration> {
        Some(self.passed.as_ref()?.first?.duration_since(self.process.begun))
    }

    /// What it came to, where it ran on all through the proxy.
    pub(crate) fn fleet(&self) -> Option<Fleet> {
        let passed = self.passed.as_ref()?;
        Some(Fleet {
            hosts: self.hosts,
            time: self.time(),
            cpu: self.process.cpu,
            connections: passed.connections,
            round_trips: passed.round_trips,
            bytes: passed.bytes,
            memory: self.process.peak?,
        })
    }

    fn cells(&self, ours: Option<Duration>) -> Vec<String> {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let about = if self.run_on < self.hosts { "≈ " } else { "" };
        let per_host = |number: u64| table::each(number, self.run_on);
        vec![
            self.program.clone(),
            table::number(self.hosts),
            format!("{about}{}", table::time(self.time())),
            or_dash(ours.map(|ours| format!("{about}{}", table::ratio(self.time(), ours)))),
            or_dash(self.passed.as_ref().map(|passed| per_host(passed.connections))),
            or_dash(self.passed.as_ref().map(|passed| per_host(passed.round_trips))),
            or_dash(self.cpu().map(table::time)),
            or_dash(self.process.peak.filter(|_| self.has_memory).map(table::memory)),
        ]
    }
}

/// Rows that can be compared: the first that is about as many hosts is ours.
#[derive(Default)]
pub(crate) struct Comparison {
    pub(crate) rows: Vec<Row>,
    /// What is to be said beside the table.
    pub(crate) notes: Vec<String>,
}

impl Comparison {
    /// The table, where there is anything in it.
    pub(crate) fn markdown(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let ours = |hosts| self.rows.iter().find(|row| row.hosts == hosts).map(Row::time);
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.cells(ours(row.hosts))).collect();
        let header = [
            "program",
            "hosts",
            "time",
            "of ours",
            "connections per host",
            "round trips per host",
            "CPU per connection",
            "memory",
        ];
        let notes: String = self.notes.iter().map(|note| format!("\n{note}\n")).collect();
        table::markdown(&header, &rows) + &notes
    }

    /// The row of the gate by first flights, for so many hosts.
    pub(crate) fn ours(&self, hosts: usize) -> Option<&Row> {
        self.rows.iter().find(|row| row.hosts == hosts)
    }

    fn note_what_held_up(&mut self) {
        if self.rows.iter().filter_map(|row| row.passed.as_ref()).any(|passed| passed.held_up > 0) {
            self.notes.push(
                "The proxy ran out of descriptors, and clients had to wait for it: the limit is too low for so \
                 many connections (`ulimit -Hn`)."
                    .to_owned(),
            );
        }
    }
}

/// The gate and the scanners behind the delay, as far as they are wanted.
///
/// # Errors
/// Where something cannot be run, or the gate does not find all ready.
pub(crate) fn far_away(ground: &Ground<'_>, tell: fn(&str)) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    let options = ground.options;
    if !options.wants(Part::Fleet) && !options.wants(Part::Scanners) {
        return Ok(comparison);
    }
    let proxy = ground.behind(Front::Ports(options.hosts()))?;
    let few = proxy.addresses.get(..options.few()).unwrap_or_default();
    let all = proxy.addresses.as_slice();
    for hosts in [few, all] {
        for (name, evidence) in
            [("this gate, first flights", Evidence::Hello), ("this gate, handshakes", Evidence::Handshake)]
        {
            // What scanners are compared with is measured in any case.
            if options.wants(Part::Fleet) || (evidence == Evidence::Hello && hosts.len() == few.len()) {
                tell(&format!("{name}, {} hosts", hosts.len()));
                let run = ground.check(&ground.versions(hosts, evidence)?, &proxy)?;
                if evidence == Evidence::Hello && hosts.len() == all.len() {
                    comparison.notes.push(division(&run, hosts.len()));
                }
                comparison.rows.push(Row::gate(name, hosts.len(), run));
            }
        }
    }
    if options.wants(Part::Scanners) {
        scan(ground, &mut comparison, &SCANNERS, few, Some(&proxy), tell)?;
    }
    if comparison.rows.iter().any(|row| row.run_on < row.hosts) {
        comparison.notes.push(format!("≈: extrapolated from {} hosts.", options.sample()));
    }
    comparison.note_what_held_up();
    Ok(comparison)
}

/// Who took the CPU: a run cannot end before all three are done, however busy the machine is otherwise.
#[expect(clippy::cast_precision_loss, reason = "no machine has so many cores")]
fn division(run: &Run, hosts: usize) -> String {
    let cores = cores();
    let all = run.process.cpu + run.proxy + run.servers;
    format!(
        "CPU in the {} for {} hosts by first flights: {} of the gate, {} of the proxy, {} of the servers; on {cores} \
         cores that is at least {}.",
        table::time(run.process.wall),
        table::number(hosts),
        table::time(run.process.cpu),
        table::time(run.proxy),
        table::time(run.servers),
        table::time(all.div_f64(cores as f64))
    )
}

/// The gate and the fastest scanner without a delay.
///
/// # Errors
/// Where something cannot be run, or the gate does not find all ready.
pub(crate) fn local(ground: &Ground<'_>, tell: fn(&str)) -> Result<Comparison> {
    let mut comparison = Comparison::default();
    if !ground.options.wants(Part::Local) {
        return Ok(comparison);
    }
    let hosts = ground.servers.ready.get(..ground.options.few()).unwrap_or_default();
    for (name, evidence) in
        [("this gate, first flights", Evidence::Hello), ("this gate, handshakes", Evidence::Handshake)]
    {
        tell(&format!("{name}, {} local hosts", hosts.len()));
        let process = ground.time(&["check"], &ground.versions(hosts, evidence)?)?;
        comparison.rows.push(Row {
            program: name.to_owned(),
            hosts: hosts.len(),
            run_on: hosts.len(),
            passed: None,
            process,
            has_memory: true,
        });
    }
    let fastest: Vec<&Scanner> = SCANNERS.iter().filter(|scanner| scanner.is_fast).collect();
    scan(ground, &mut comparison, fastest, hosts, None, tell)?;
    Ok(comparison)
}

fn scan<'s>(
    ground: &Ground<'_>,
    comparison: &mut Comparison,
    scanners: impl IntoIterator<Item = &'s Scanner>,
    hosts: &[SocketAddr],
    proxy: Option<&Proxy>,
    tell: fn(&str),
) -> Result {
    let mut missing = Vec::new();
    for scanner in scanners {
        // Without a delay all of them are done soon.
        let on_all = scanner.on_all || proxy.is_none();
        let some = if on_all { hosts } else { hosts.get(..ground.options.sample()).unwrap_or(hosts) };
        tell(&format!("{}, {} hosts", scanner.name, some.len()));
        match scanner.scan(ground, some, proxy)? {
            Some(scan) => comparison.rows.push(Row::scanner(scanner, hosts.len(), scan)),
            None => missing.push(scanner.name),
        }
    }
    if !missing.is_empty() {
        comparison.notes.push(format!("Not installed, so not measured: {}.", missing.join("; ")));
    }
    Ok(())
}
