//! `probe`: the posture of one host, without a scenario.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tls_readiness::calendar::Today;
use tls_readiness::descriptors;
use tls_readiness::escape::printable;
use tls_readiness::evidence::Pace;
use tls_readiness::probe::{Errand, Posture, Prober, Roots, Target, addresses_of, at_once, posture};
use tls_readiness::report::posture::describe_host;
use tls_readiness::report::{self, duration};
use tls_readiness::scenario::{self, CertificateExpectation, ConnectTo, Host, HostName};
use tls_readiness::version::{Version, VersionRange};
use tls_readiness::wire::Follow;

use super::limits::Limits;
use super::{COULD_NOT_TELL, complain, fault, print, shown, usage};

/// Print what one host accepts and refuses, version by version, and its certificate
#[derive(Args)]
#[command(after_help = "\
A refusal is shown as refused only where the same address accepted another version at the same time;
else the line says `unclear`, and why.

Exit codes: 0 at least one version was accepted or refused for certain, 2 wrong usage, 3 none was.")]
pub(crate) struct Options {
    /// The host: name, name:port, IPv4, [IPv6] or [IPv6]:port
    #[arg(value_name = "HOST", value_parser = scenario::parse_host)]
    host: Host,
    /// Connect there instead of resolving the host; its name stays
    #[arg(long, value_name = "ADDRESS[:PORT]", value_parser = scenario::parse_connect_to)]
    connect_to: Option<ConnectTo>,
    /// The name to send as SNI, or none
    #[arg(long, value_name = "NAME", value_parser = scenario::parse_server_name)]
    server_name: Option<scenario::ServerNameChoice>,
    /// PEM bundle that is trusted in place of the built-in roots
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Deadline of each step
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = scenario::parse_timeout)]
    timeout: Duration,
    /// How often connecting is tried
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u32).range(1..=10))]
    attempts: u32,
    #[command(flatten)]
    limits: Limits,
}

pub(crate) fn run(options: &Options) -> ExitCode {
    probe(options).unwrap_or_else(|code| code)
}

fn probe(options: &Options) -> Result<ExitCode, ExitCode> {
    let begun = Instant::now();
    let today = Today::now().map_err(|words| fault(&words))?;
    let roots = match &options.ca {
        None => Roots::mozilla(),
        Some(path) => {
            let certificates = std::fs::read(path)
                .map_err(|error| error.to_string())
                .and_then(|pem| scenario::certificates(&pem))
                .map_err(|words| usage(&format!("{}: {}", shown(path), printable(&words))))?;
            Roots::from_der(&certificates)
        }
    };
    let prober = Prober::new(today.moment(), Follow::ServerHelloDone, descriptors::connections())
        .bounded_by(options.limits.bounds());
    let could_not_tell = |words: String| {
        complain(&format!("error: {}: {words}; nothing was probed\n", options.host.name));
        ExitCode::from(COULD_NOT_TELL)
    };
    let found = addresses_of(&prober, &options.host, options.connect_to, options.timeout, options.attempts);
    let (origin, mut addresses) = found.map_err(|reason| could_not_tell(report::unreachable(&reason)))?;
    let mut barred = Vec::new();
    addresses.retain(|address| {
        let permitted = prober.bounds().permits(&origin, *address);
        permitted.map_err(|why| barred.push(why.to_string())).is_ok()
    });
    if addresses.is_empty() {
        return Err(could_not_tell(barred.join("; ")));
    }
    let errand = Errand {
        versions: VersionRange::new(Version::Tls12, Version::Tls13).unwrap_or(VersionRange::ALL),
        host: options.host.clone(),
        certificate: CertificateExpectation::Any,
        valid_ahead: None,
        path: None,
        until_certificate: true,
        roots,
    };
    let postures = at_once(&addresses, |address| {
        let target = Arc::new(Target {
            address: *address,
            origin: origin.clone(),
            server_name: server_name(options),
            timeout: options.timeout,
            attempts: options.attempts,
            pace: Pace::DEFAULT,
        });
        posture(&prober, &target, &errand)
    });
    let connections: u32 = postures.iter().map(Posture::connections).sum();
    let postures: Vec<_> = addresses.into_iter().zip(postures).collect();
    let described = describe_host(&options.host, &postures, today.unix);
    let plural = if connections == 1 { "" } else { "s" };
    let barred: String = barred.iter().map(|barred| format!("not connected to: {barred}\n")).collect();
    let text = described.text + &barred;
    print(&format!("{text}{connections} connection{plural}, {}\n", duration(begun.elapsed())))?;
    Ok(if described.conclusive { ExitCode::SUCCESS } else { ExitCode::from(COULD_NOT_TELL) })
}

fn server_name(options: &Options) -> Option<String> {
    use scenario::ServerNameChoice::{Host, Name, Nothing};
    match (&options.server_name, &options.host.name) {
        (Some(Name(name)), _) | (None | Some(Host), HostName::Dns(name)) => Some(name.clone()),
        (Some(Nothing), _) | (None | Some(Host), HostName::Ip(_)) => None,
    }
}
