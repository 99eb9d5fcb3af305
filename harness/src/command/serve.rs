//! `serve`: keep a stand-in running, and print how to reach it.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};

use clap::Args;
use tls_readiness::calendar::Today;
use tls_readiness::escape::{printable, printable_up_to};
use tls_readiness::replica::{self, Authority, ReplicaSpec, Running};
use tls_readiness::report::{client, shell_word};
use tls_readiness::scenario::{self, Host, HostName, Replica};
use tls_readiness::version::{Version, VersionRange};

use super::lint::{Values, load_file};
use super::{fault, print, shown, usage, words_of};

/// Keep a replica running, and print how to reach it
#[derive(Args)]
#[command(after_help = "\
A replica speaks TLS 1.2 and 1.3 to the end. Of older versions it speaks the first flight only, up to
the client's part of the key exchange, which is enough to see that they are accepted.
Its certificate is from a CA of its own, which exists while it runs: the file is printed.
It prints a line for each connection: whether the client is ready for these versions, what it offered,
and what came of it. Ctrl-C stops it.")]
pub(crate) struct Options {
    /// A scenario file: its replicas are served, and what its `client` scenarios serve. Without it one for
    /// localhost that the options describe
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    values: Values,
    /// The oldest version it speaks
    #[arg(long, value_name = "VERSION", default_value = "1.2", value_parser = scenario::parse_version, conflicts_with = "file")]
    min_version: Version,
    /// The newest version it speaks
    #[arg(long, value_name = "VERSION", default_value = "1.3", value_parser = scenario::parse_version, conflicts_with = "file")]
    max_version: Version,
    /// The status it answers with
    #[arg(long, value_name = "STATUS", default_value = "200", value_parser = clap::value_parser!(u16).range(200..=599), conflicts_with = "file")]
    status: u16,
    /// The port it listens on; with several replicas the ports that follow it too. 0 is a free one
    #[arg(long, value_name = "PORT", default_value = "0")]
    port: u16,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    serve(options).unwrap_or_else(|code| code)
}

fn serve(options: &Options) -> Result<ExitCode, ExitCode> {
    let specs = specs(options)?;
    let today = Today::now().map_err(|words| fault(&words))?;
    let authority = Authority::new(today.moment()).map_err(|error| fault(&printable(&error.to_string())))?;
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = stop.send(());
    })
    .map_err(|error| fault(&printable(&error.to_string())))?;

    let ca = ca_file(&authority).map_err(|error| {
        fault(&format!(
            "the file of the CA cannot be written to {}: {}",
            shown(&std::env::temp_dir()),
            words_of(&error)
        ))
    })?;
    let mut running: Vec<Running> = Vec::new();
    for (index, (host, spec)) in specs.into_iter().enumerate() {
        let port = u16::try_from(index).ok().and_then(|index| match options.port {
            0 => Some(0),
            port => port.checked_add(index),
        });
        let port =
            port.ok_or_else(|| usage("there is no port left above the given one for every replica"))?;
        let path = spec.path.clone().unwrap_or_else(|| "/".to_owned());
        let versions = spec.replica.versions;
        let color = options.values.color.on(&std::io::stdout());
        let log: replica::Log = Arc::new(move |peer, connection| {
            let _ = print(&format!("{}\n", client::line(peer, versions, &connection, color)));
        });
        let replica = replica::start_on(port, spec, &authority, Some(log)).map_err(|error| {
            let error = words_of(&error);
            fault(&format!("the replica of {} was not started on port {port}: {error}", host.name))
        })?;
        print(&how_to_reach(&host, &path, versions, &replica, ca.path()))?;
        running.push(replica);
    }
    if std::io::stdout().is_terminal() {
        print("Ctrl-C stops it\n")?;
    }
    let _ = stopped.recv();
    drop(running);
    Ok(ExitCode::SUCCESS)
}

/// The distinct replicas of the file, or the one that the options describe.
fn specs(options: &Options) -> Result<Vec<(Host, ReplicaSpec)>, ExitCode> {
    let Some(file) = &options.file else {
        let versions = VersionRange::new(options.min_version, options.max_version).ok_or_else(|| {
            usage(&format!(
                "--min-version {} is above --max-version {}",
                options.min_version.key(),
                options.max_version.key()
            ))
        })?;
        let replica = Replica { versions, status: options.status, body: String::new() };
        let host = Host { name: HostName::Dns("localhost".to_owned()), port: 443 };
        let spec = ReplicaSpec::new(replica, host.name.clone(), None);
        return Ok(vec![(host, spec)]);
    };
    let mut specs: BTreeMap<String, (Host, ReplicaSpec)> = BTreeMap::new();
    for test in load_file(file, &options.values)? {
        let scenario = &test.scenario;
        let spec = match (&scenario.client, &scenario.replica) {
            (Some(client), _) => ReplicaSpec::for_client(scenario, client, &test.host),
            (None, Some(replica)) => {
                ReplicaSpec::new(replica.clone(), test.host.name.clone(), scenario.path.clone())
            }
            (None, None) => continue,
        };
        let key = format!("{} {:?} {:?} {:?}", test.host, spec.replica, spec.cipher_suites, spec.groups);
        let path = spec.path.clone();
        let known = specs.entry(key).or_insert_with(|| (test.host.clone(), spec));
        // A test without HTTP leaves the path aside; the others know it.
        known.1.path = known.1.path.take().or(path);
    }
    if specs.is_empty() {
        return Err(usage(&format!(
            "{} has no `replica` and no `client`, so there is nothing to serve; write `replica: {{}}` into a scenario",
            shown(file)
        )));
    }
    Ok(specs.into_values().collect())
}

fn ca_file(authority: &Authority) -> std::io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("tls-readiness-ca-").suffix(".pem").tempfile()?;
    file.write_all(authority.pem().as_bytes())?;
    file.flush()?;
    Ok(file)
}

fn how_to_reach(
    host: &Host,
    path: &str,
    versions: VersionRange,
    replica: &Running,
    ca: &std::path::Path,
) -> String {
    let address = replica.address();
    // A client is to be held to what the replica speaks, as far as curl can say it.
    let curl_versions = match versions.max() {
        Version::Tls13 => String::new(),
        max if max >= Version::Tls10 => format!(" --tlsv{0} --tls-max {0}", max.key()),
        _ => String::new(),
    };
    let authority = host.to_string();
    let url = format!("https://{}{path}", authority.strip_suffix(":443").unwrap_or(&authority));
    let try_it = format!(
        "curl --verbose --cacert {} --connect-to {}{curl_versions} {}",
        shell_word(&shown(ca)),
        shell_word(&format!("{host}:{address}")),
        shell_word(&printable_up_to(&url, usize::MAX)),
    );
    format!(
        "a replica of {host} speaks {versions} at {address}\n  CA file  {}\n  try it   {try_it}\n",
        shown(ca)
    )
}
