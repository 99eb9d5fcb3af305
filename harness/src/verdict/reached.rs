//! Which addresses of a host count.

use std::net::IpAddr;
use std::sync::Arc;

use crate::evidence::{AddressEvidence, Evidence, Observation, Outcome, Unreachable};
use crate::scenario::Expectation;

/// Sets aside what this machine has no route to: one without IPv6 cannot be told to be ready by it.
/// But one that reaches nothing at all has tested nothing, and that a host is gone must be proven of
/// each address.
#[must_use]
pub fn reached(addresses: Vec<AddressEvidence>, expectation: &Expectation) -> Evidence {
    let (aside, reached): (Vec<_>, Vec<_>) =
        addresses.iter().cloned().partition(|evidence| has_no_route(&evidence.observations));
    if reached.is_empty() || *expectation == Expectation::Unreachable {
        return Evidence { unresolved: None, addresses, without_route: Vec::new() };
    }
    let without_route = aside.into_iter().map(|evidence| evidence.address).collect();
    Evidence { unresolved: None, addresses: reached, without_route }
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
    use crate::scenario::Acceptable;
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
        AddressEvidence::of(address, vec![Arc::new(observation)], Vec::new())
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
