//! Programs that must not get through, hosts that are reached through the gate, programs that are missing.

use super::*;
use crate::verdict::Verdict;

#[test]
fn a_canary_must_not_get_through_and_must_have_been_seen() {
    use ClientFinding as F;
    let no_suite = Came::NothingInCommon { version: Tls11, lacking: Lacking::CipherSuite };
    let went_on = Then::Alert(AlertDescription::UNEXPECTED_MESSAGE);
    for (name, connections, finding) in [
        (
            "not offered",
            vec![connection(hello(Some(&[Tls13, Tls12]), Tls12), Came::NoVersion)],
            F::StaysAway(Offered::Only(vec![Tls13, Tls12])),
        ),
        ("refused by itself", vec![chosen(Tls11, alert(70))], F::RefusesItself(Tls11, AlertDescription(70))),
        (
            "OpenSSL at its level",
            vec![chosen(Tls11, alert(80))],
            F::RefusesItself(Tls11, AlertDescription(80)),
        ),
        ("gets through", vec![chosen(Tls11, Then::KeyExchange)], F::StillSpeaks(Tls11, Proof::KeyExchange)),
        (
            "one of two gets through",
            vec![chosen(Tls11, alert(70)), chosen(Tls10, Then::KeyExchange)],
            F::StillSpeaks(Tls10, Proof::KeyExchange),
        ),
        (
            "rejects the certificate only",
            vec![chosen(Tls11, alert(48))],
            F::StillSpeaks(Tls11, Proof::CertificateAlert(AlertDescription(48))),
        ),
        ("left", vec![chosen(Tls11, Then::Left)], F::CannotTell(Tls11, Then::Left)),
        ("silent", vec![chosen(Tls11, Then::Silent)], F::CannotTell(Tls11, Then::Silent)),
        (
            "no suite",
            vec![connection(hello(None, Tls11), no_suite)],
            F::OffersWithoutMeans(Tls11, Lacking::CipherSuite),
        ),
        (
            "unexpected message to a whole flight",
            vec![chosen(Tls11, went_on)],
            F::RefusesItself(Tls11, AlertDescription(10)),
        ),
        (
            "an unused connection beside",
            vec![without_hello(Came::Nothing), chosen(Tls11, alert(70))],
            F::RefusesItself(Tls11, AlertDescription(70)),
        ),
        ("never seen", vec![], F::NeverConnected),
        ("said nothing", vec![without_hello(Came::Nothing)], F::SentNothing),
        (
            "an alert first",
            vec![without_hello(Came::AlertFirst(AlertDescription(40)))],
            F::NotAHello("a fatal alert in its place"),
        ),
    ] {
        let found = judged(Tls10, Tls11, &REFUSED, |_| {}, seen(connections, FAILED));
        assert_eq!(found, finding, "{name}");
        let passes = matches!(finding, F::StaysAway(_) | F::RefusesItself(..));
        assert_eq!(found.verdict() == Verdict::Passed, passes, "{name}");
    }
}

#[test]
fn a_canary_that_is_cut_off_may_have_tried_again() {
    for (end, exit, verdict) in [
        (ProgramEnd::TimedOut, Exit::Zero, Verdict::Inconclusive),
        (ProgramEnd::TimedOut, Exit::Any, Verdict::Passed),
        (FAILED, Exit::Zero, Verdict::Passed),
    ] {
        let seen = seen(vec![chosen(Tls11, alert(70))], end.clone());
        let found = judged(Tls10, Tls11, &REFUSED, |charge| charge.exit = exit, seen);
        assert_eq!(found.verdict(), verdict, "{end:?} {exit:?}");
    }
}

/// Without RSA key exchange the first flight lacks the server's part of it.
#[test]
fn who_misses_the_key_exchange_may_refuse_it_or_not() {
    let came = Came::Chosen {
        version: Tls10,
        cipher_suite: Some(CipherSuite(0xC013)),
        group: None,
        then: Then::Alert(AlertDescription::UNEXPECTED_MESSAGE),
    };
    for expectation in [accepted(), REFUSED] {
        let found = judged(
            Tls10,
            Tls11,
            &expectation,
            |_| {},
            seen(vec![connection(hello(None, Tls12), came.clone())], FAILED),
        );
        let then = Then::Alert(AlertDescription::UNEXPECTED_MESSAGE);
        assert_eq!(found, ClientFinding::CannotTell(Tls10, then));
    }
}

#[test]
fn a_host_that_was_reached_is_not_taken_for_the_program() {
    use ClientFinding as F;
    let declined = |declined| connection(hello(None, Tls12), Came::Declined(declined));
    let refused = |code| Declined::Refused(Refusal::Alert(AlertDescription(code)));
    let old = |declined| connection(hello(None, Tls10), Came::Declined(declined));
    for (name, seen_one, of_accepted, of_refused) in [
        (
            "by an alert",
            declined(refused(40)),
            F::DeclinedByHost(AlertDescription(40)),
            F::RefusedByHost(AlertDescription(40)),
        ),
        (
            "by a reset",
            declined(Declined::Refused(Refusal::Reset)),
            F::HostUnclear(Declined::Refused(Refusal::Reset)),
            F::HostUnclear(Declined::Refused(Refusal::Reset)),
        ),
        (
            "down",
            declined(Declined::Unreachable("x".into())),
            F::HostUnclear(Declined::Unreachable("x".into())),
            F::HostUnclear(Declined::Unreachable("x".into())),
        ),
        (
            "an old program",
            old(Declined::Refused(Refusal::Reset)),
            F::NotOffered(Offered::UpTo(Tls10)),
            F::StaysAway(Offered::UpTo(Tls10)),
        ),
        ("outside the range", chosen(Tls13, data(200)), F::ChosenOutside(Tls13), F::ChosenOutside(Tls13)),
    ] {
        let one = |expectation: &Expectation| {
            judged(
                Tls12,
                Tls12,
                expectation,
                |_| {},
                Seen { live: true, ..seen(vec![seen_one.clone()], FAILED) },
            )
        };
        assert_eq!(one(&accepted()), of_accepted, "{name}");
        assert_eq!(one(&REFUSED), of_refused, "{name}");
    }
}

#[test]
fn a_program_that_is_missing_fails_or_is_left_out() {
    for (end, connections, is_missing) in [
        (ProgramEnd::Missing("curl".into()), vec![], true),
        (ProgramEnd::Exited(127), vec![], true),
        (ProgramEnd::Exited(127), vec![up_to(Tls10)], false),
        (ProgramEnd::Exited(126), vec![], false),
    ] {
        for (when_missing, verdict) in
            [(WhenMissing::Fail, Verdict::Failed), (WhenMissing::Ignore, Verdict::Ignored)]
        {
            let found = judged(
                Tls12,
                Tls12,
                &accepted(),
                |charge| charge.when_missing = when_missing,
                seen(connections.clone(), end.clone()),
            );
            assert_eq!(
                found.verdict() == verdict
                    && matches!(found, ClientFinding::NotInstalled(_) | ClientFinding::LeftOut(_)),
                is_missing,
                "{end:?} {found:?}"
            );
        }
    }
}
