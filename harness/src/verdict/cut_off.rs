//! When it may have been too much for a host: connections that were cut off, where that decides.

use super::Finding;
use crate::evidence::{Doubt, Hello, Observation, Outcome, Refusal, Unreachable};

/// Whether an address is to be asked again more slowly: it was there, some of what it was asked was cut off,
/// and that is why nothing is proven, or why something is taken for a refusal that may be a throttle.
#[must_use]
pub fn may_be_throttled(finding: &Finding, observations: &[&Observation]) -> bool {
    let is_open = match finding {
        Finding::ControlLost(_)
        | Finding::NoControl
        | Finding::Unconfirmed(_)
        | Finding::NotProbed(_)
        | Finding::Unsettled(_)
        | Finding::CannotReach(_)
        | Finding::CannotTell(..) => true,
        Finding::NotAccepted(refusal) | Finding::HandshakeRefused { refusal, .. } => {
            matches!(refusal, Refusal::Reset | Refusal::Closed)
        }
        _ => false,
    };
    let any = |is: fn(&Observation) -> bool| observations.iter().any(|observation| is(observation));
    is_open && any(is_there) && (any(is_cut_off) || (any(is_unanswered) && any(is_answered)))
}

/// Ordinary hellos that were cut off, or else not answered, the newest versions first: some of them are to be
/// answered where it was for the number of connections.
#[must_use]
pub fn newest_cut_off<'o>(observations: &[&'o Observation]) -> Vec<&'o Observation> {
    let all = |is: fn(&Observation) -> bool| -> Vec<&'o Observation> {
        let standard = observations.iter().copied().filter(|it| it.offer.hello == Hello::Standard);
        standard.filter(|it| is(it)).collect()
    };
    let mut found = all(is_cut_off);
    if found.is_empty() {
        found = all(is_unanswered);
    }
    found.sort_by_key(|it| (it.offer.versions.max(), it.offer.versions.min()));
    found.dedup_by_key(|it| it.offer);
    found.reverse();
    found
}

/// How many were cut off or not answered.
#[must_use]
pub fn cut_off(observations: &[&Observation]) -> usize {
    observations.iter().filter(|observation| is_cut_off(observation) || is_unanswered(observation)).count()
}

fn is_there(observation: &Observation) -> bool {
    !matches!(observation.outcome, Outcome::Unreachable(_) | Outcome::Inconclusive(Doubt::OurSide(_)))
}

/// Whether the connection ended without a word of TLS.
pub(crate) fn is_cut_off(observation: &Observation) -> bool {
    matches!(
        observation.outcome,
        Outcome::Refused(Refusal::Reset | Refusal::Closed)
            | Outcome::Inconclusive(Doubt::LostBeforeHello)
            | Outcome::Unreachable(
                Unreachable::ConnectionRefused | Unreachable::ConnectTimedOut | Unreachable::Failed(_)
            )
    )
}

fn is_unanswered(observation: &Observation) -> bool {
    matches!(observation.outcome, Outcome::Inconclusive(Doubt::Silence | Doubt::Slow))
}

fn is_answered(observation: &Observation) -> bool {
    matches!(
        observation.outcome,
        Outcome::Accepted(_)
            | Outcome::Answered(_)
            | Outcome::Refused(Refusal::Alert(_) | Refusal::Ssl2Error(_) | Refusal::Ssl2NoCipher)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::{Answer, Offer, Timing};
    use crate::version::{Version, VersionRange};
    use crate::wire::{AlertDescription, CipherSuite};

    fn observations(outcomes: &[Outcome]) -> Vec<Observation> {
        let observation = |outcome: &Outcome| Observation {
            address: None,
            server_name: None,
            offer: Offer { versions: VersionRange::ALL, hello: Hello::Standard },
            outcome: outcome.clone(),
            warnings: Vec::new(),
            followed: None,
            started: std::time::Duration::ZERO,
            timing: Timing::default(),
            connections: 1,
        };
        outcomes.iter().map(observation).collect()
    }

    #[test]
    fn what_was_cut_off_counts_where_it_decides_and_somebody_is_there() {
        let answered =
            Outcome::Answered(Answer { version: Version::Tls10, cipher_suite: CipherSuite(0x002f) });
        let alert = Outcome::Refused(Refusal::Alert(AlertDescription::HANDSHAKE_FAILURE));
        let (reset, closed) = (Outcome::Refused(Refusal::Reset), Outcome::Refused(Refusal::Closed));
        let silence = Outcome::Inconclusive(Doubt::Silence);
        let port_closed = Outcome::Unreachable(Unreachable::ConnectionRefused);
        let lost = Finding::ControlLost(Version::Tls12);
        let reset_by = Finding::NotAccepted(Refusal::Reset);
        let silent = || Finding::CannotTell(Version::Tls12, Doubt::Silence);
        let still = Finding::StillAccepts(vec![Version::Tls10]);
        for (finding, outcomes, expected) in [
            (&lost, vec![answered.clone(), reset.clone()], true),
            (&lost, vec![answered.clone(), alert.clone()], false),
            (&Finding::NoControl, vec![closed.clone()], true),
            (&Finding::NoControl, vec![alert.clone()], false),
            (&Finding::CannotReach(Unreachable::ConnectionRefused), vec![port_closed.clone()], false),
            (
                &Finding::CannotReach(Unreachable::ConnectionRefused),
                vec![answered.clone(), port_closed],
                true,
            ),
            (&reset_by, vec![reset.clone()], true),
            (&Finding::NotAccepted(Refusal::Alert(AlertDescription::HANDSHAKE_FAILURE)), vec![alert], false),
            (&silent(), vec![silence.clone()], false),
            (&silent(), vec![silence, answered.clone()], true),
            // Whatever was cut off, this is proven.
            (&still, vec![answered, reset], false),
        ] {
            let observations = observations(&outcomes);
            let observations: Vec<&Observation> = observations.iter().collect();
            assert_eq!(may_be_throttled(finding, &observations), expected, "{finding:?} {outcomes:?}");
        }
    }
}
