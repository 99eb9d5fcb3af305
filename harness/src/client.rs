//! A program on trial: led to the endpoint, run, watched, and ended with all that it started.
//!
//! `try_program` gives the evidence. Nothing of what it needs listens on anything but loopback, and the
//! program's connections are its own: every test has listeners of its own.

use std::collections::BTreeSet;
#[cfg(target_os = "linux")]
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::bounds::Bounds;
use crate::escape::printable;
use crate::evidence::client::{ClientEvidence, Program, Way};
use crate::listening::Listening;
use crate::replica::StandIn;
use crate::scenario::{Client, Host, Reach};

mod command;
mod endpoint;
pub mod environment;
mod machine;
#[cfg(target_os = "linux")]
mod names;
#[cfg(target_os = "linux")]
mod namespace;
mod process;
mod proxy;
mod relay;
mod scene;
#[cfg(target_os = "linux")]
mod supervisor;
pub mod trust;

#[cfg(target_os = "linux")]
pub use supervisor::enter_if_asked;

pub(crate) use machine::Machine;

use command::Given;
use environment::Variables;
use process::{NotStarted, Outputs, Run, Started};
use scene::{Endpoint, Scene};
use trust::TrustStores;

/// How long connections may still be read once their program has ended: it can send nothing more.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// Runs as a supervisor where this process was started as one: only Linux has them.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn enter_if_asked() -> Option<std::process::ExitCode> {
    None
}

/// A program to try.
pub(crate) struct Trial<'a> {
    pub(crate) client: &'a Client,
    pub(crate) host: &'a Host,
    pub(crate) path: Option<&'a str>,
    /// What its connections come to; `None` for the host itself.
    pub(crate) stand_in: Option<StandIn>,
    pub(crate) trust: &'a TrustStores,
    /// For its whole run.
    pub(crate) timeout: Duration,
    pub(crate) machine: &'a Machine,
    /// Where its connections may be passed on to.
    pub(crate) bounds: &'a Bounds,
}

/// Runs a program and gives all that was seen of it.
pub(crate) fn try_program(trial: &Trial<'_>) -> ClientEvidence {
    let _seat = trial.machine.seat();
    let by_proxy = |instead| by_proxy(trial, instead);
    match trial.client.reach {
        Reach::Proxy => by_proxy(None),
        Reach::Auto => match trial.machine.without_namespaces.get() {
            Some(why) => by_proxy(Some(why.clone())),
            None => in_namespace(trial).unwrap_or_else(|why| by_proxy(Some(why))),
        },
        Reach::Namespace => in_namespace(trial).unwrap_or_else(|why| not_run(trial, why)),
    }
}

#[cfg(not(target_os = "linux"))]
fn in_namespace(_trial: &Trial<'_>) -> Result<ClientEvidence, String> {
    Err("only Linux has namespaces".to_owned())
}

/// The error is why there is no namespace, escaped.
#[cfg(target_os = "linux")]
fn in_namespace(trial: &Trial<'_>) -> Result<ClientEvidence, String> {
    // With the machine's network it would go wherever it likes.
    if trial.client.passthrough
        && trial.bounds.are_open()
        && let Some(listeners) = endpoint::bind_for(trial.host)
    {
        return among_others(trial, listeners);
    }
    confined(trial)
}

/// In a namespace that has the machine's network, and the host's name for itself.
#[cfg(target_os = "linux")]
fn among_others(trial: &Trial<'_>, listeners: endpoint::Listeners) -> Result<ClientEvidence, String> {
    let trust = trial.stand_in.is_some().then(|| trial.trust.paths());
    let namespace = namespace::among_others(trial.host, listeners.address, trust, trial.trust.folder())?;
    let given = command::of_host(trial.host, trial.path, &trial.trust.paths().bundle);
    let scene = scene(trial, None);
    let environment = environment_of(trial, environment::Way::Proxy(listeners.proxy_address), &given);
    let listening =
        endpoint::listen(&scene, listeners.endpoint, listeners.proxy).map_err(|error| words(&error))?;
    let command = command::complete(&trial.client.command, &given);
    let run = Run { command: &command, folder: &trial.client.folder, environment: &environment };
    let (started, _) = Started::start_in(&run, namespace).map_err(|why| remember(trial, why))?;
    let watched = watch(trial, &scene, started, listening, ());
    Ok(evidence(trial, &scene, Way::SharedNamespace, watched))
}

/// In a namespace that has nothing but the host.
#[cfg(target_os = "linux")]
fn confined(trial: &Trial<'_>) -> Result<ClientEvidence, String> {
    let trust = trial.stand_in.is_some().then(|| trial.trust.paths());
    let namespace = namespace::confined(trial.host, trust, trial.trust.folder())?;
    let given = command::of_host(trial.host, trial.path, &trial.trust.paths().bundle);
    // Without passthrough there is nowhere else to go, so that nobody has to be asked the way.
    let proxy = namespace.network.as_ref().map_or(0, |network| network.proxy);
    let proxy = SocketAddr::from(([127, 0, 0, 1], proxy));
    let way = if trial.client.passthrough {
        environment::Way::Proxy(proxy)
    } else {
        environment::Way::Namespace(proxy)
    };
    let scene = scene(trial, None);
    let environment = environment_of(trial, way, &given);
    let command = command::complete(&trial.client.command, &given);
    let run = Run { command: &command, folder: &trial.client.folder, environment: &environment };
    let (started, listeners) = Started::start_in(&run, namespace).map_err(|why| remember(trial, why))?;
    let Some(listeners) = listeners else { return Err("it came without its listeners".to_owned()) };
    let begun = answer_names(trial, &scene, &listeners.direct, listeners.names)
        .and_then(|names| Ok((names, endpoint::listen(&scene, listeners.direct, listeners.proxy)?)));
    match begun {
        Ok((names, listening)) => {
            let watched = watch(trial, &scene, started, listening, names);
            let way = if trial.client.passthrough { Way::SharedNamespace } else { Way::Namespace };
            Ok(evidence(trial, &scene, way, watched))
        }
        Err(error) => {
            let (_, outputs) = started.wait(Instant::now());
            drop(outputs.join());
            Err(words(&error))
        }
    }
}

/// The name server of a namespace.
#[cfg(target_os = "linux")]
fn answer_names(
    trial: &Trial<'_>,
    scene: &Arc<Scene>,
    listeners: &[std::net::TcpListener],
    socket: std::net::UdpSocket,
) -> std::io::Result<names::NameServer> {
    let host = match &trial.host.name {
        crate::scenario::HostName::Dns(name) => Some(name.to_ascii_lowercase()),
        crate::scenario::HostName::Ip(_) => None,
    };
    let has_ipv6 = listeners.iter().any(|it| it.local_addr().is_ok_and(|it| it.is_ipv6()));
    let scene = Arc::clone(scene);
    let others_exist = trial.client.passthrough;
    names::NameServer::start(socket, names::Zone { host, has_ipv6, others_exist }, move |name| {
        scene.note(scene::Wanted::Name(name), false, None);
    })
}

/// Why there is no namespace. Where the system refused one, the next would be refused too.
#[cfg(target_os = "linux")]
fn remember(trial: &Trial<'_>, why: NotStarted) -> String {
    match why {
        NotStarted::NoNamespace(why) => {
            let _ = trial.machine.without_namespaces.set(why.clone());
            why
        }
        NotStarted::OurSide(why) => why,
    }
}

fn words(error: &std::io::Error) -> String {
    printable(&error.to_string())
}

fn by_proxy(trial: &Trial<'_>, instead: Option<String>) -> ClientEvidence {
    let listeners = match endpoint::bind() {
        Ok(listeners) => listeners,
        Err(error) => return not_run(trial, words(&error)),
    };
    let is_live = trial.stand_in.is_none();
    let scene = scene(trial, Some(listeners.port).filter(|_| !is_live));
    // The host's own server would be asked for localhost.
    let given = if is_live {
        command::of_host(trial.host, trial.path, &trial.trust.paths().bundle)
    } else {
        command::of_this_machine(listeners.port, trial.path, &trial.trust.paths().bundle)
    };
    let environment = environment_of(trial, environment::Way::Proxy(listeners.proxy_address), &given);
    let command = command::complete(&trial.client.command, &given);
    let listening = match endpoint::listen(&scene, listeners.endpoint, listeners.proxy) {
        Ok(listening) => listening,
        Err(error) => return not_run(trial, words(&error)),
    };
    let run = Run { command: &command, folder: &trial.client.folder, environment: &environment };
    match Started::start(&run) {
        Ok(started) => {
            let watched = watch(trial, &scene, started, listening, ());
            evidence(trial, &scene, Way::Proxy { instead }, watched)
        }
        Err(NotStarted::OurSide(why)) => not_run(trial, why),
        #[cfg(target_os = "linux")]
        Err(NotStarted::NoNamespace(why)) => not_run(trial, why),
    }
}

fn scene(trial: &Trial<'_>, local_port: Option<u16>) -> Arc<Scene> {
    let begun = Instant::now();
    Arc::new(Scene {
        begun,
        deadline: begun + trial.timeout,
        host: trial.host.clone(),
        endpoint: trial.stand_in.clone().map_or(Endpoint::Live, Endpoint::StandIn),
        local_port,
        passthrough: trial.client.passthrough,
        bounds: trial.bounds.clone(),
        connections: Mutex::default(),
        elsewhere: Mutex::new(BTreeSet::new()),
    })
}

fn environment_of(trial: &Trial<'_>, way: environment::Way, given: &Given) -> Variables {
    let variables: Variables = std::env::vars_os().collect();
    let trust = trial.stand_in.is_some().then(|| trial.trust.paths());
    let endpoint = environment::Endpoint { url: &given.url, host: &given.host, port: given.port };
    environment::changes(&variables, trust, way, endpoint).made_to(variables)
}

/// Waits for the program's end, and for what it has said until then. `meanwhile` lives as long.
fn watch<T>(
    trial: &Trial<'_>,
    scene: &Scene,
    started: Started,
    listening: Vec<Listening>,
    meanwhile: T,
) -> Program {
    let (end, outputs) = started.wait(scene.deadline);
    let elapsed = scene.begun.elapsed().min(trial.timeout);
    for each in listening {
        let fault = each.fault();
        each.finish(AFTERWARDS);
        if let Some(words) = fault.words() {
            scene.lost(&words);
        }
    }
    drop(meanwhile);
    let (stdout, stderr) = Outputs::join(outputs);
    Program { end, stdout, stderr, elapsed }
}

fn evidence(trial: &Trial<'_>, scene: &Scene, way: Way, program: Program) -> ClientEvidence {
    let mut connections =
        std::mem::take(&mut *scene.connections.lock().unwrap_or_else(PoisonError::into_inner));
    connections.sort_by_key(|connection| connection.started);
    let elsewhere = std::mem::take(&mut *scene.elsewhere.lock().unwrap_or_else(PoisonError::into_inner));
    let live = trial.stand_in.is_none();
    ClientEvidence { way, live, program, connections, elsewhere: elsewhere.into_iter().collect() }
}

fn not_run(trial: &Trial<'_>, why: String) -> ClientEvidence {
    ClientEvidence::not_run(trial.stand_in.is_none(), why)
}
