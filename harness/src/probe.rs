//! Connections: the only place, beside the stand-ins, that has sockets.
//!
//! [`gather`] turns a test into evidence. Below it an inquiry says which probes are needed, and a
//! prober makes each of them once per run.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::bounds::Origin;
use crate::evidence::{Doubt, Evidence, Followed, Observation, Outcome, Unreachable};
use crate::replica::Fault;
use crate::scenario::{
    Acceptable, ConnectTo, Depth, Expectation, Host, HostName, Requirements, Scenario, ServerNameChoice,
};
use crate::verdict::{Charge, reached};

mod at_once;
mod connection_limit;
mod dial;
mod event_loop;
mod further;
pub mod handshake;
mod http;
mod inquiry;
mod inventory;
mod offers;
mod posture;
mod prober;
mod resolve;
mod rounds;

pub(crate) use at_once::STACK;
pub use at_once::at_once;
pub use handshake::Roots;
pub(crate) use handshake::certificates_of_recorded;
pub(crate) use http::of_recorded as http_of_recorded;
pub use inquiry::{Inquiry, inquire};
pub use posture::{Posture, posture};
pub use prober::{Errand, Pending, Prober, Target};
use rounds::Rounds;

/// Where a test goes.
#[derive(Debug, Clone)]
pub enum Destination {
    /// To the host, by `connect_to` or by resolving its name.
    Host {
        /// The roots that its certificate is verified by.
        roots: Roots,
    },
    /// To a stand-in on loopback.
    Replica {
        /// Where it listens.
        address: SocketAddr,
        /// Where it speaks plain HTTP; `None` where it does not.
        plain: Option<SocketAddr>,
        /// What keeps it from accepting connections: then it is not the stand-in that is silent.
        fault: Fault,
        /// The roots that its certificate is verified by.
        roots: Roots,
    },
}

/// All evidence that a scenario needs about one of its hosts.
#[must_use]
pub fn gather(prober: &Prober, scenario: &Scenario, host: &Host, destination: &Destination) -> Evidence {
    let charge = charge_of(scenario);
    let (roots, addresses) = match destination {
        Destination::Replica { address, roots, .. } => (roots, Ok((Origin::StandIn, vec![*address]))),
        Destination::Host { roots } => (roots, of_scenario(prober, scenario, host)),
    };
    let (origin, addresses) = match addresses {
        Ok(found) => found,
        Err(reason) => {
            return Evidence { unresolved: Some(reason), addresses: Vec::new(), without_route: Vec::new() };
        }
    };
    let errand = errand_of(scenario, host, roots.clone());
    let evidence = at_once(&addresses, |address| {
        let (charge, errand, origin) = (&charge, &errand, &origin);
        let address = *address;
        Rounds { scenario, host, destination, charge, errand, origin, address }.all(prober)
    });
    reached(evidence, &scenario.expectation)
}

/// Asks for what a scenario asks first about one of its hosts, and does not wait for it.
pub fn anticipate(prober: &Prober, scenario: &Scenario, host: &Host) {
    let offers = inquiry::first_offers(&charge_of(scenario));
    if offers.is_empty() {
        return;
    }
    let Ok((origin, addresses)) = of_scenario(prober, scenario, host) else { return };
    for address in addresses {
        let target = Arc::new(target_of(scenario, host, &origin, address));
        offers.iter().for_each(|offer| drop(prober.begin(&target, *offer)));
    }
}

fn target_of(scenario: &Scenario, host: &Host, origin: &Origin, address: SocketAddr) -> Target {
    Target {
        address,
        origin: origin.clone(),
        server_name: server_name_of(scenario, host),
        timeout: scenario.timeout,
        attempts: scenario.attempts,
        pace: scenario.pace,
    }
}

/// A stand-in that had no descriptor for a connection was silent for that.
fn with_fault(observation: Arc<Observation>, destination: &Destination) -> Arc<Observation> {
    let words = match destination {
        Destination::Replica { fault, .. } => fault.words(),
        Destination::Host { .. } => None,
    };
    let is_unanswered = matches!(observation.outcome, Outcome::Inconclusive(Doubt::Silence))
        || matches!(observation.followed, Some(Followed::Broken(_)));
    match words {
        Some(words) if is_unanswered => {
            let doubt = Doubt::OurSide(format!("the stand-in could not take the connection: {words}"));
            let outcome = Outcome::Inconclusive(doubt);
            Arc::new(Observation { outcome, followed: None, ..(*observation).clone() })
        }
        _ => observation,
    }
}

fn requirements_of(scenario: &Scenario) -> Option<&Requirements> {
    match &scenario.expectation {
        Expectation::Accepted(acceptable) if scenario.depth > Depth::Hello => Some(&acceptable.requirements),
        _ => None,
    }
}

/// Where plain HTTP listens: at the same address as HTTPS. A stand-in has a port of its own for it.
fn plain_of(destination: &Destination, address: SocketAddr, requirements: &Requirements) -> SocketAddr {
    match destination {
        Destination::Replica { plain: Some(plain), .. } => *plain,
        Destination::Replica { plain: None, .. } | Destination::Host { .. } => {
            SocketAddr::new(address.ip(), requirements.http_redirects.unwrap_or_default())
        }
    }
}

/// What a scenario puts on trial.
#[must_use]
pub fn charge_of(scenario: &Scenario) -> Charge<'_> {
    Charge {
        versions: scenario.versions,
        expectation: &scenario.expectation,
        depth: scenario.depth,
        addresses: scenario.addresses,
    }
}

/// The name that a scenario sends to a host, if any: never an address (RFC 6066 3).
#[must_use]
pub fn server_name_of(scenario: &Scenario, host: &Host) -> Option<String> {
    match (&scenario.server_name, &host.name) {
        (ServerNameChoice::Name(name), _) | (ServerNameChoice::Host, HostName::Dns(name)) => {
            Some(name.clone())
        }
        (ServerNameChoice::Nothing, _) | (ServerNameChoice::Host, HostName::Ip(_)) => None,
    }
}

fn errand_of(scenario: &Scenario, host: &Host, roots: Roots) -> Errand {
    let acceptable = match &scenario.expectation {
        Expectation::Accepted(acceptable) => acceptable.clone(),
        _ => Acceptable::default(),
    };
    Errand {
        versions: scenario.versions,
        host: host.clone(),
        certificate: acceptable.certificate,
        valid_ahead: acceptable.certificate_valid_for,
        path: scenario.path.clone().filter(|_| scenario.depth == Depth::Http),
        until_certificate: false,
        roots,
    }
}

fn of_scenario(
    prober: &Prober,
    scenario: &Scenario,
    host: &Host,
) -> Result<(Origin, Vec<SocketAddr>), Unreachable> {
    addresses_of(prober, host, scenario.connect_to, scenario.timeout, scenario.attempts)
}

/// The addresses of a host, or the one to connect to in place of them, and how they came about.
///
/// # Errors
/// Why there is none.
pub fn addresses_of(
    prober: &Prober,
    host: &Host,
    connect_to: Option<ConnectTo>,
    timeout: Duration,
    attempts: u32,
) -> Result<(Origin, Vec<SocketAddr>), Unreachable> {
    if let Some(connect_to) = connect_to {
        let address = SocketAddr::new(connect_to.address, connect_to.port.unwrap_or(host.port));
        return Ok((Origin::Written, vec![address]));
    }
    let (origin, addresses) = match &host.name {
        HostName::Ip(address) => (Origin::Written, vec![*address]),
        HostName::Dns(name) => (prober.bounds().origin_of(name), prober.resolve(name, timeout, attempts)?),
    };
    Ok((origin, addresses.into_iter().map(|address| SocketAddr::new(address, host.port)).collect()))
}
