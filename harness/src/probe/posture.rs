//! All that one address does, without a scenario: every version at once.

use std::sync::Arc;

use super::at_once::join;
use super::inquiry::{confirm, is_weakly_refused, look_for_rare_suites};
use super::offers;
use super::prober::{Errand, Prober, Target};
use crate::evidence::{Hello, Observation, Offer, Outcome};
use crate::version::{Version, VersionRange};
use crate::wire::NamedGroup;

/// What one address does.
#[derive(Debug, Clone)]
pub struct Posture {
    /// The answers to each version alone, and what confirms the weak refusals among them.
    pub observations: Vec<Arc<Observation>>,
    /// The handshake that shows the certificate.
    pub certificate: Arc<Observation>,
    /// The answer to the post-quantum group alone.
    pub post_quantum: Arc<Observation>,
}

/// The group that is asked for by itself: its share would make every hello long.
const POST_QUANTUM: Offer = Offer {
    versions: VersionRange::only(Version::Tls13),
    hello: Hello::OneGroup(NamedGroup::X25519_MLKEM768),
};

/// Offers every version alone, and follows up what was refused weakly; beside it the handshake that
/// `errand` describes, and the post-quantum group.
#[must_use]
pub fn posture(prober: &Prober, target: &Arc<Target>, errand: &Errand) -> Posture {
    let post_quantum = prober.begin(target, POST_QUANTUM);
    // The versions have rounds, and wait for nothing else.
    let (certificate, observations) = join(|| prober.handshake(target, errand), || versions(prober, target));
    Posture { observations, certificate, post_quantum: post_quantum.wait() }
}

fn versions(prober: &Prober, target: &Arc<Target>) -> Vec<Arc<Observation>> {
    let each_alone = offers::each_alone(VersionRange::ALL);
    let mut observations = prober.observe_all(target, &each_alone);
    if accepted(&observations).is_none() {
        let found = |observations: &[_]| accepted(observations).is_some();
        look_for_rare_suites(prober, target, None, found, &mut observations);
        // Nothing has shown yet that the server was up when it refused what was asked before.
        if let Some(control) = accepted(&observations) {
            let again = each_alone.into_iter().filter(|offer| {
                observations
                    .iter()
                    .any(|observation| observation.offer == *offer && is_weakly_refused(&observation.outcome))
            });
            let again: Vec<Offer> = again.collect();
            let again: Vec<_> =
                again.into_iter().map(|offer| prober.begin_after(target, offer, control.ended())).collect();
            observations.extend(again.into_iter().map(|pending| pending.wait(control.ended())));
        }
    }
    if let Some(control) = accepted(&observations) {
        let followed = confirm(prober, target, VersionRange::ALL, control.offer, &observations);
        observations.extend(followed);
    }
    observations.sort_by_key(|observation| observation.started);
    observations
}

/// The acceptance of the newest version.
fn accepted(observations: &[Arc<Observation>]) -> Option<Arc<Observation>> {
    observations
        .iter()
        .filter(|observation| matches!(observation.outcome, Outcome::Accepted(_)))
        .max_by_key(|observation| observation.offer.versions)
        .cloned()
}

impl Posture {
    /// How many connections it took.
    #[must_use]
    pub fn connections(&self) -> u32 {
        self.observations
            .iter()
            .chain([&self.certificate, &self.post_quantum])
            .map(|observation| observation.connections)
            .sum()
    }
}
