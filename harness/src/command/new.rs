//! `new`: a scenario file from what a host does today.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use libtest_mimic::ColorSetting;
use tls_readiness::calendar::Today;
use tls_readiness::corpus;
use tls_readiness::descriptors;
use tls_readiness::draft::{Draft, Obstacle, by_itself};
use tls_readiness::escape::printable;
use tls_readiness::plan::{Test, plan};
use tls_readiness::report::Report;
use tls_readiness::scenario::{self, ConnectTo, Host, ServerNameChoice, SourceFile, Surroundings};
use tls_readiness::suite::{self, Settings, Unfinished, Waivers};
use tls_readiness::verdict::{Fact, Verdict};

use super::check::{end_by_fault, stop_at_ctrl_c, temporary_log};
use super::limits::Limits;
use super::lint::Values;
use super::{COULD_NOT_TELL, complain, fault, invocation, print, shown, usage, words_of};

mod place;

use place::{add, folder_of, home, name_of, relative, target, word};

/// How long the waivers of a new file last, in days.
const WAIVED_FOR: i64 = 90;
/// Tests at a time: all of a host's.
const JOBS: usize = 64;

/// Write a scenario file from what a host does today: it passes at once
#[derive(Args)]
#[command(after_help = "\
Without --policy the file says which versions are accepted and refused, and that the certificate is trusted and
for how long. With it the file names the policy. What does not comply gets a waiver of 90 days, narrowed to what was
observed, so that nothing else slips through under it.

Examples:
  new api.example.com                               writes scenarios/api.example.com.yaml
  new api.example.com --policy tls12-ready          held against a policy
  new api.example.com:8443 --output -               to standard output

Exit codes: 0 written, 2 wrong usage, or the file is there already, 3 it could not be told what the host does.")]
pub(crate) struct Options {
    /// The host: name, name:port, IPv4, [IPv6] or [IPv6]:port
    #[arg(value_name = "HOST", value_parser = scenario::parse_host)]
    host: Host,
    /// The policy that the file names: its name, or its file
    #[arg(long, value_name = "NAME|FILE")]
    policy: Option<String>,
    /// Where to write it; - for standard output. Default: HOST.yaml in the folder of the scenarios
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The folder of the scenarios
    #[arg(long, value_name = "DIR", default_value = "scenarios")]
    scenarios: PathBuf,
    /// Connect there instead of resolving the host; its name stays
    #[arg(long, value_name = "ADDRESS[:PORT]", value_parser = scenario::parse_connect_to)]
    connect_to: Option<ConnectTo>,
    /// The name to send as SNI, or none
    #[arg(long, value_name = "NAME", value_parser = scenario::parse_server_name)]
    server_name: Option<ServerNameChoice>,
    /// PEM bundle that is trusted in place of the built-in roots
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Deadline of each step, where it is not 5s
    #[arg(long, value_name = "DURATION", value_parser = scenario::parse_timeout)]
    timeout: Option<Duration>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    values: Values,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    write(options).unwrap_or_else(|code| code)
}

fn write(options: &Options) -> Result<ExitCode, ExitCode> {
    let target = target(options)?;
    let folder = folder_of(options, target.as_deref());
    let is_new = target.is_some() && !folder.exists();
    // Files that the scenario names are found from there.
    if is_new {
        fs::create_dir_all(&folder)
            .map_err(|error| usage(&format!("{} cannot be made: {}", shown(&folder), words_of(&error))))?;
    }
    let written = write_to(options, target.as_deref());
    if is_new && written.is_err() {
        // As it was: it goes only where it is empty.
        let _ = fs::remove_dir(&folder);
    }
    written
}

fn write_to(options: &Options, target: Option<&Path>) -> Result<ExitCode, ExitCode> {
    let today = Today::now().map_err(|words| fault(&words))?;
    let draft = draft(options, target, today)?;
    let surveyed = survey(options, &draft, target, today)?;
    let text = draft.file(&surveyed.tests).map_err(|obstacle| told(options, &obstacle))?;
    let passed = will_pass(options, &text, target, &surveyed, today)?;
    match target {
        None => print(&text)?,
        Some(file) => {
            create(&folder_of(options, target), file, &text).map_err(|error| {
                usage(&format!("{} cannot be written: {}", shown(file), words_of(&error)))
            })?;
            let plural = if passed.tests == 1 { "" } else { "s" };
            let waived = match passed.waived {
                0 => String::new(),
                count => format!(", {count} waived until {}", draft.until),
            };
            print(&format!(
                "wrote {}: {} test{plural}{waived}\nrun them: {}\n",
                shown(file),
                passed.tests,
                place::check(options, file)
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn draft(options: &Options, target: Option<&Path>, today: Today) -> Result<Draft, ExitCode> {
    let folder = folder_of(options, target);
    let mut command = format!("{} new {}", invocation(), word(&options.host.short()));
    let policy = match &options.policy {
        None => None,
        Some(name) => {
            add(&mut command, "--policy", name);
            Some(policy(name, &folder)?)
        }
    };
    let mut way: Vec<(&'static str, String)> = Vec::new();
    if let Some(connect_to) = &options.connect_to {
        add(&mut command, "--connect-to", &connect_to.to_string());
        way.push(("connect_to", connect_to.to_string()));
    }
    let server_name = match &options.server_name {
        Some(ServerNameChoice::Name(name)) => Some(name.as_str()),
        Some(ServerNameChoice::Nothing) => Some("none"),
        Some(ServerNameChoice::Host) | None => None,
    };
    if let Some(name) = server_name {
        add(&mut command, "--server-name", name);
        way.push(("server_name", name.to_owned()));
    }
    if let Some(ca) = &options.ca {
        add(&mut command, "--ca", &ca.to_string_lossy());
        way.push(("ca", relative(ca, &folder)?));
    }
    if let Some(timeout) = options.timeout.map(scenario::in_largest_unit) {
        add(&mut command, "--timeout", &timeout);
        way.push(("timeout", timeout));
    }
    options.limits.add_to(&mut command);
    let until = today.date.checked_add(time::Duration::days(WAIVED_FOR));
    let schema = "scenario.schema.json";
    Ok(Draft {
        host: options.host.clone(),
        way,
        policy,
        day: today.date,
        until: until.ok_or_else(|| fault("the clock of this machine is at the end of the calendar"))?,
        schema: folder.join(schema).is_file().then(|| schema.to_owned()),
        command,
    })
}

/// A policy as the file names it: one that is named by its file, by the way from the new one's folder.
fn policy(name: &str, folder: &Path) -> Result<String, ExitCode> {
    let is_file = name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml");
    if !is_file {
        return Ok(name.to_owned());
    }
    let way = relative(Path::new(name), folder)?;
    // Without a folder or an ending it would be read as a name.
    let is_plain = !way.contains('/') && !way.ends_with(".yaml") && !way.ends_with(".yml");
    Ok(if is_plain { format!("./{way}") } else { way })
}

/// The tests of a text that lies where the file will.
fn tests(options: &Options, text: &str, target: Option<&Path>) -> Result<Vec<Test>, ExitCode> {
    let values = options.values.read()?;
    let home = home(options, target);
    // Another folder than that of the scenarios may hold anything.
    let has_policies = home.join("policies").is_dir() || (home == options.scenarios && home.is_dir());
    let policies = if has_policies {
        corpus::load_policies(&home, &values).map_err(|found| options.values.complain(&found))?
    } else {
        scenario::Policies::default()
    };
    let source = SourceFile {
        shown: target.map_or_else(|| "standard output".to_owned(), shown).into(),
        name: target.map_or_else(|| "new".to_owned(), name_of),
        folder: folder_of(options, target),
        text: text.to_owned(),
    };
    let surroundings = Surroundings { values: &values, policies: &policies, read_file: &corpus::read_file };
    scenario::parse(&source, &surroundings).and_then(plan).map_err(|problems| {
        let first = problems.into_iter().next();
        let words = first.map_or_else(String::new, |it| format!("{}: {}", it.message, it.hint));
        usage(&words)
    })
}

/// Runs the survey; what libtest prints of it is of no use here.
fn survey(options: &Options, draft: &Draft, target: Option<&Path>, today: Today) -> Result<Report, ExitCode> {
    let tests = tests(options, &draft.survey(), target)?;
    let log = temporary_log("what the tests print")?;
    let unfinished = Unfinished::default();
    stop_at_ctrl_c(unfinished.clone(), None);
    let settings = Settings {
        live: true,
        today,
        jobs: JOBS,
        connections: descriptors::connections(),
        format: None,
        color: ColorSetting::Never,
        log: Some(log.path().to_owned()),
        rerun: String::new(),
        fail_on_pending: false,
        shards: None,
        waivers: Waivers::of(&tests),
        baseline: None,
        bounds: options.limits.bounds(),
    };
    suite::run(tests, &settings, &unfinished).map_err(|fault| end_by_fault(&fault))
}

/// Says why there is no file.
fn told(options: &Options, obstacle: &Obstacle) -> ExitCode {
    let host = printable(&options.host.short());
    let words = match obstacle {
        Obstacle::Open(tests) => {
            let lines: Vec<String> = tests.iter().map(|test| format!("  {test}\n")).collect();
            format!("error: it could not be told what {host} does; nothing was written\n{}", lines.concat())
        }
        Obstacle::NothingSpoken => {
            format!("error: {host} accepts no version at all; nothing was written\n")
        }
    };
    complain(&words);
    ExitCode::from(COULD_NOT_TELL)
}

/// How many tests a file has, and how many of them are waived.
struct Passed {
    tests: usize,
    waived: usize,
}

/// Holds the file against what the survey found: it has to pass as it is.
fn will_pass(
    options: &Options,
    text: &str,
    target: Option<&Path>,
    surveyed: &Report,
    today: Today,
) -> Result<Passed, ExitCode> {
    let tests = tests(options, text, target)?;
    let mut waived = 0;
    for test in &tests {
        let Some(found) = surveyed.tests.iter().find(|found| found.name == test.name) else {
            continue;
        };
        let observed: Vec<_> = found.observed.iter().filter_map(|words| Fact::parse(words)).collect();
        let by_itself = by_itself(found, test.scenario.addresses);
        let verdict = test.scenario.calendar.settle(by_itself, &observed, today.date);
        waived += usize::from(verdict == Verdict::Waived);
        if surveyed.blocks(verdict) {
            let words = format!("the file would not pass: {}; nothing was written", found.in_short());
            return Err(fault(&printable(&words)));
        }
    }
    Ok(Passed { tests: tests.len(), waived })
}

/// Writes a new file, whole or not at all; never over one that is there.
fn create(folder: &Path, file: &Path, text: &str) -> io::Result<()> {
    let mut temporary = tempfile::Builder::new().prefix(".unfinished-scenario-").tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As a new file has them, but for the umask: others may read what is to be committed.
        temporary.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    temporary.persist_noclobber(file).map(drop).map_err(|error| error.error)
}
