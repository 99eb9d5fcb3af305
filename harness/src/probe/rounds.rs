//! How often an address is asked: again and more slowly where it cuts connections off, and so many times as a
//! scenario says, by new connections each time.

use std::net::SocketAddr;
use std::num::NonZeroU8;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::inquiry::{Inquiry, inquire};
use super::prober::{Errand, Prober, Target};
use super::{Destination, further, plain_of, requirements_of, target_of, with_fault};
use crate::bounds::Origin;
use crate::evidence::{AddressEvidence, Observation, Pace, Slowed};
use crate::scenario::{Expectation, Host, Scenario};
use crate::verdict::{
    Charge, cut_off, is_cut_off, judge_address, may_be_throttled, newest_cut_off, worst_of,
};

/// How far apart the connections are to an address that cut some off, each time that it is asked again.
const SPACINGS: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(500)];
/// What an address gets before it is asked again: those who count connections do it by the second.
const PAUSE: Duration = Duration::from_millis(1_100);
/// How many connections it takes to prove a refusal, as a rule.
const USUAL: usize = 20;
/// How many hellos that were cut off are sent alone, to see whether that makes a difference.
const ASKED_ALONE: usize = 3;
/// How long a test may take that asks again more slowly, in deadlines of one step.
const BUDGET: u32 = 3;

/// What is asked of one address.
pub(super) struct Rounds<'a> {
    pub(super) scenario: &'a Scenario,
    pub(super) host: &'a Host,
    pub(super) destination: &'a Destination,
    pub(super) charge: &'a Charge<'a>,
    pub(super) errand: &'a Errand,
    pub(super) origin: &'a Origin,
    pub(super) address: SocketAddr,
}

impl Rounds<'_> {
    /// All evidence of the address, as often as the scenario says.
    pub(super) fn all(&self, prober: &Prober) -> AddressEvidence {
        let first = self.steady(prober);
        let again = (1..self.scenario.repeat).map(|_| self.steady(&prober.anew()));
        let times = std::iter::once(first).chain(again).collect();
        worst_of(self.charge, times)
            .unwrap_or_else(|| AddressEvidence::of(self.address, Vec::new(), Vec::new()))
    }

    /// All evidence of the address, by a pace that it bears: as far as can be seen within the test's budget.
    fn steady(&self, prober: &Prober) -> AddressEvidence {
        let begun = Instant::now();
        let mut evidence = self.once(prober, self.scenario.pace);
        for spacing in SPACINGS {
            let finding = judge_address(self.charge, &evidence).finding;
            let observations: Vec<&Observation> = evidence.observations.iter().map(AsRef::as_ref).collect();
            let usual = if matches!(self.charge.expectation, Expectation::Accepted(_)) { 0 } else { USUAL };
            let connections = observations.len().max(usual);
            if !may_be_throttled(&finding, &observations)
                || !has_time(self.scenario.timeout, begun.elapsed(), connections, spacing)
            {
                break;
            }
            let pace = self.scenario.pace.slower(Pace::new(NonZeroU8::MIN, spacing));
            thread::sleep(PAUSE);
            if !self.is_throttled(prober, pace, &observations) {
                break;
            }
            let slowed = Slowed { cut_off: cut_off(&observations), of: observations.len(), pace };
            evidence = AddressEvidence { slowed: Some(slowed), ..self.once(prober, pace) };
        }
        evidence
    }

    /// Whether it is for the number of connections that some were cut off: where some of them, alone, are
    /// answered now. What one test of the host asks so serves the others too.
    fn is_throttled(&self, prober: &Prober, pace: Pace, observations: &[&Observation]) -> bool {
        let target = self.target(pace);
        newest_cut_off(observations).into_iter().take(ASKED_ALONE).any(|lost| {
            let again = prober.observe(&target, lost.offer);
            again.outcome != lost.outcome && !is_cut_off(&again)
        })
    }

    fn target(&self, pace: Pace) -> Arc<Target> {
        Arc::new(Target { pace, ..target_of(self.scenario, self.host, self.origin, self.address) })
    }

    fn once(&self, prober: &Prober, pace: Pace) -> AddressEvidence {
        let target = self.target(pace);
        let Rounds { charge, errand, .. } = self;
        let observations = inquire(&Inquiry { prober, target: &target, charge, errand });
        let observations: Vec<_> =
            observations.into_iter().map(|it| with_fault(it, self.destination)).collect();
        let asked = match requirements_of(self.scenario) {
            Some(requirements) => {
                let plain = plain_of(self.destination, self.address, requirements);
                further::ask(prober, &target, errand, plain, requirements, &observations)
            }
            None => Vec::new(),
        };
        AddressEvidence::of(self.address, observations, asked)
    }
}

/// Whether so many connections more, so far apart, fit into what a test may take that has taken this long: more
/// may follow from what is answered then.
fn has_time(timeout: Duration, taken: Duration, connections: usize, spacing: Duration) -> bool {
    let connections = u32::try_from(connections).unwrap_or(u32::MAX);
    let needed = PAUSE.saturating_add(spacing.saturating_mul(connections));
    taken.saturating_add(needed) <= timeout.saturating_mul(BUDGET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_asked_again_that_would_take_longer_than_three_deadlines() {
        let ms = Duration::from_millis;
        for (timeout, taken, connections, spacing, expected) in [
            (5_000, 200, 20, 250, true),
            (5_000, 6_500, 20, 500, false),
            (5_000, 3_800, 20, 500, true),
            (2_000, 100, 20, 250, false),
            (2_000, 100, 3, 250, true),
            (20_000, 6_500, 20, 500, true),
            (5_000, 0, usize::MAX, 250, false),
        ] {
            let found = has_time(ms(timeout), ms(taken), connections, ms(spacing));
            assert_eq!(found, expected, "{timeout} {taken} {connections} {spacing}");
        }
    }
}
