//! Connections: the only place, beside the stand-ins, that has sockets.
//!
//! [`gather`] turns a test into evidence. Below it an inquiry says which probes are needed, and a
//! prober makes each of them once per run.

use std::net::SocketAddr;

use crate::evidence::{AddressEvidence, Evidence, Unreachable};
use crate::scenario::{
    Acceptable, Depth, Expectation, Host, HostName, Requirements, Scenario, ServerNameChoice,
};
use crate::verdict::{Charge, reached};

mod at_once;
mod connection_limit;
mod dial;
mod first_flight;
mod further;
mod gathering;
pub mod handshake;
mod http;
mod inquiry;
mod inventory;
mod offers;
mod posture;
mod prober;
mod resolve;

pub use at_once::at_once;
pub use connection_limit::IN_ALL;
pub use handshake::Roots;
pub(crate) use handshake::certificates_of_recorded;
pub(crate) use http::of_recorded as http_of_recorded;
pub use inquiry::{Inquiry, inquire};
pub use posture::{Posture, posture};
pub use prober::{Errand, Prober, Target};

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
        /// The roots that its certificate is verified by.
        roots: Roots,
    },
}

/// All evidence that a scenario needs about one of its hosts.
#[must_use]
pub fn gather(prober: &Prober, scenario: &Scenario, host: &Host, destination: &Destination) -> Evidence {
    let charge = charge_of(scenario);
    let (roots, addresses) = match destination {
        Destination::Replica { address, roots, .. } => (roots, Ok(vec![*address])),
        Destination::Host { roots } => (roots, addresses_of(prober, scenario, host)),
    };
    let addresses = match addresses {
        Ok(addresses) => addresses,
        Err(reason) => {
            return Evidence { unresolved: Some(reason), addresses: Vec::new(), without_route: Vec::new() };
        }
    };
    let errand = errand_of(scenario, host, roots.clone());
    let observed = at_once(&addresses, |address| {
        let target = Target {
            address: *address,
            server_name: server_name_of(scenario, host),
            timeout: scenario.timeout,
            attempts: scenario.attempts,
        };
        let observations = inquire(&Inquiry { prober, target: &target, charge: &charge, errand: &errand });
        let asked = match requirements_of(scenario) {
            Some(requirements) => {
                let plain = plain_of(destination, *address, requirements);
                further::ask(prober, &target, &errand, plain, requirements, &observations)
            }
            None => Vec::new(),
        };
        (observations, asked)
    });
    let evidence = addresses
        .iter()
        .zip(observed)
        .map(|(address, (observations, asked))| AddressEvidence { address: *address, observations, asked })
        .collect();
    reached(evidence, &scenario.expectation)
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

fn addresses_of(prober: &Prober, scenario: &Scenario, host: &Host) -> Result<Vec<SocketAddr>, Unreachable> {
    if let Some(connect_to) = scenario.connect_to {
        return Ok(vec![SocketAddr::new(connect_to.address, connect_to.port.unwrap_or(host.port))]);
    }
    let addresses = match &host.name {
        HostName::Ip(address) => vec![*address],
        HostName::Dns(name) => prober.resolve(name, scenario.timeout, scenario.attempts)?,
    };
    Ok(addresses.into_iter().map(|address| SocketAddr::new(address, host.port)).collect())
}
