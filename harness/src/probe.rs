//! Connections: the only place, beside the stand-ins, that has sockets.
//!
//! [`gather`] turns a test into evidence. Below it an inquiry says which probes are needed, and a
//! prober makes each of them once per run.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use crate::evidence::{AddressEvidence, Evidence, Observation, Outcome, Unreachable};
use crate::scenario::{Acceptable, Depth, Expectation, Host, HostName, Scenario, ServerNameChoice};
use crate::verdict::Charge;

mod at_once;
mod connection_limit;
mod dial;
mod first_flight;
mod gathering;
pub mod handshake;
mod http;
mod inquiry;
mod offers;
mod posture;
mod prober;
mod resolve;

pub use at_once::at_once;
pub use connection_limit::IN_ALL;
pub use handshake::Roots;
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
        /// The roots that its certificate is verified by.
        roots: Roots,
    },
}

/// All evidence that a scenario needs about one of its hosts.
#[must_use]
pub fn gather(prober: &Prober, scenario: &Scenario, host: &Host, destination: &Destination) -> Evidence {
    let charge = charge_of(scenario);
    let (roots, addresses) = match destination {
        Destination::Replica { address, roots } => (roots, Ok(vec![*address])),
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
        inquire(&Inquiry { prober, target: &target, charge: &charge, errand: &errand })
    });
    let evidence = addresses
        .iter()
        .zip(observed)
        .map(|(address, observations)| AddressEvidence { address: *address, observations })
        .collect();
    reached(evidence, &scenario.expectation)
}

/// Sets aside what this machine has no route to: one without IPv6 cannot be told to be ready by it.
/// But one that reaches nothing at all has tested nothing, and that a host is gone must be proven of
/// each address.
fn reached(addresses: Vec<AddressEvidence>, expectation: &Expectation) -> Evidence {
    let (aside, reached): (Vec<_>, Vec<_>) =
        addresses.iter().cloned().partition(|evidence| has_no_route(&evidence.observations));
    if reached.is_empty() || *expectation == Expectation::Unreachable {
        return Evidence { unresolved: None, addresses, without_route: Vec::new() };
    }
    let without_route = aside.into_iter().map(|evidence| evidence.address).collect();
    Evidence { unresolved: None, addresses: reached, without_route }
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

fn has_no_route(observations: &[Arc<Observation>]) -> bool {
    !observations.is_empty()
        && observations.iter().all(|observation| {
            matches!(observation.outcome, Outcome::Unreachable(Unreachable::NoRoute))
                && observation.address.is_some_and(|address| matches!(address.ip(), IpAddr::V6(_)))
        })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::evidence::{Hello, Offer, Timing};
    use crate::version::VersionRange;

    fn address(address: &str, reason: Unreachable) -> AddressEvidence {
        let address = address.parse().unwrap();
        let observation = Observation {
            address: Some(address),
            server_name: None,
            offer: Offer { versions: VersionRange::ALL, hello: Hello::Standard },
            outcome: Outcome::Unreachable(reason),
            warnings: Vec::new(),
            followed: None,
            started: Duration::ZERO,
            timing: Timing::default(),
            connections: 1,
        };
        AddressEvidence { address, observations: vec![Arc::new(observation)] }
    }

    #[test]
    fn what_has_no_route_is_set_aside_where_something_else_is_tested() {
        let v6 = || address("[2001:db8::1]:443", Unreachable::NoRoute);
        let v4 = || address("192.0.2.1:443", Unreachable::ConnectionRefused);
        let broken_v6 = || address("[2001:db8::1]:443", Unreachable::Failed("no route to host".to_owned()));
        let accepted = Expectation::Accepted(Acceptable::default());
        for (addresses, expectation, judged, aside) in [
            (vec![v6(), v4()], &accepted, 1, 1),
            (vec![v6(), v4()], &Expectation::Unreachable, 2, 0),
            (vec![v6()], &accepted, 1, 0),
            (vec![broken_v6(), v4()], &accepted, 2, 0),
            (vec![address("192.0.2.1:443", Unreachable::NoRoute), v4()], &accepted, 2, 0),
        ] {
            let evidence = reached(addresses, expectation);
            assert_eq!((evidence.addresses.len(), evidence.without_route.len()), (judged, aside));
        }
    }
}
