use super::*;
use crate::evidence::{Doubt, NOT_TLS_EXCERPT, Refusal, Violation};
use crate::version::Version::{Ssl2, Ssl3, Tls10, Tls12, Tls13};
use crate::wire::{AlertDescription, alert_record};

fn alert(level: u8, description: u8) -> Vec<u8> {
    record(21, &[level, description])
}

#[test]
fn a_fatal_alert_is_a_refusal_where_it_can_mean_the_version_and_doubtful_elsewhere() {
    let refusals = [70, 40, 71, 47, 50, 80, 86, 109, 120];
    for offer in [only(Tls10), only(Tls12), only(Tls13)] {
        for code in 0..=u8::MAX {
            let description = AlertDescription(code);
            let expected = if refusals.contains(&code) {
                Outcome::Refused(Refusal::Alert(description))
            } else {
                Outcome::Inconclusive(Doubt::Alert(description))
            };
            let bytes = alert_record(0x0301, description);
            assert_eq!(outcome_of(offer, &bytes, End::Deadline), expected);
        }
    }
}

/// Of the hellos of SSL 3.0 one names the host: where the name is wanted, the others are refused, and
/// that one is answered.
#[test]
fn to_miss_the_name_is_a_refusal_where_another_hello_of_the_version_has_it() {
    let bytes = alert(2, 112);
    let refused = Outcome::Refused(Refusal::Alert(AlertDescription(112)));
    let doubtful = Outcome::Inconclusive(Doubt::Alert(AlertDescription(112)));
    let variant = |offer: Offer, n| Offer { hello: Hello::Variant(n), ..offer };
    for (offer, name, expected) in [
        (only(Ssl3), Some("a.test"), &refused),
        (variant(only(Ssl3), 1), Some("a.test"), &refused),
        (variant(only(Ssl3), 2), Some("a.test"), &doubtful),
        (only(Ssl3), None, &doubtful),
        (only(Tls10), Some("a.test"), &doubtful),
        (variant(only(Tls10), 2), Some("a.test"), &doubtful),
        (only(Tls13), None, &doubtful),
    ] {
        let mut flight = FirstFlight::begin(offer, name, [7; 96], Follow::ServerHello);
        assert_eq!(flight.read(&bytes), Next::Done);
        assert_eq!(flight.finish(None).outcome, *expected, "{offer:?} {name:?}");
    }
}

#[test]
fn alerts_share_records_and_are_split_over_them() {
    let refused = Outcome::Refused(Refusal::Alert(AlertDescription(70)));
    for bytes in [
        record(21, &[1, 112, 2, 70]),
        [record(21, &[1, 112, 2]), record(21, &[70])].concat(),
        [record(21, &[1]), record(21, &[112]), record(21, &[2]), record(21, &[70])].concat(),
        [alert(1, 112), record(21, &[]), alert(2, 70)].concat(),
    ] {
        let flight = flight_of(only(Tls12), Follow::ServerHello, &[&bytes], End::Deadline);
        assert_eq!(flight, Flight { outcome: refused.clone(), warnings: vec![AlertDescription(112)] });
    }
}

#[test]
fn a_warning_is_noted_and_reading_goes_on() {
    let hello = ServerHello::old(Tls12, 0xC02F).bytes();
    let accepted = accepted(Tls12, 0xC02F, None);
    let too_many = Outcome::Violation(Violation::TooMuch("4 warning alerts"));
    let closed = Outcome::Refused(Refusal::Closed);
    for (bytes, outcome, warnings) in [
        ([alert(1, 112), hello.clone()].concat(), accepted.clone(), &[112][..]),
        ([alert(1, 70).repeat(4), hello.clone()].concat(), accepted.clone(), &[70; 4]),
        ([alert(1, 112).repeat(5), hello.clone()].concat(), too_many, &[112; 4]),
        // What warns of a refusal is none: a ServerHello can still follow.
        (alert(1, 70), closed.clone(), &[70]),
        (alert(1, 0), closed, &[0]),
        // In the middle of a ServerHello.
        (
            [&record(22, &hello[5..20]), &alert(1, 112)[..], &record(22, &hello[20..])].concat(),
            accepted,
            &[112],
        ),
    ] {
        let flight = flight_of(only(Tls12), Follow::ServerHello, &[&bytes], End::Closed);
        let warnings = warnings.iter().copied().map(AlertDescription).collect::<Vec<_>>();
        assert_eq!(flight, Flight { outcome, warnings });
    }
}

#[test]
fn an_alert_of_no_level_is_a_violation() {
    for level in [0, 3, 255] {
        let outcome = outcome_of(only(Tls12), &alert(level, 70), End::Closed);
        let why = "an alert that is neither a warning nor fatal";
        assert_eq!(outcome, Outcome::Violation(Violation::Malformed(why)));
    }
}

#[test]
fn how_the_connection_ends_decides_where_nothing_else_did() {
    let doubt = Outcome::Inconclusive;
    let (closed, reset) = (Outcome::Refused(Refusal::Closed), Outcome::Refused(Refusal::Reset));
    let cut = || Outcome::Violation(Violation::CutOff);
    let hello = ServerHello::old(Tls12, 0xC02F).bytes();
    let half_alert = record(21, &[2]);
    let our_side = || End::LocalError("no \u{1b}[1m route".to_owned());
    let escaped = || doubt(Doubt::OurSide("no \\u{1b}[1m route".to_owned()));
    for (bytes, end, outcome) in [
        (&b""[..], End::Closed, closed),
        (b"", End::Reset, reset.clone()),
        (b"", End::Deadline, doubt(Doubt::Silence)),
        (b"", our_side(), escaped()),
        (&hello[..1], End::Closed, cut()),
        (&hello[..20], End::Closed, cut()),
        (&hello[..20], End::Reset, cut()),
        (&hello[..20], End::Deadline, doubt(Doubt::Slow)),
        (&hello[..20], our_side(), escaped()),
        (&record(22, &hello[5..20]), End::Closed, cut()),
        (&record(22, &hello[5..20]), End::Deadline, doubt(Doubt::Slow)),
        (&half_alert, End::Closed, doubt(Doubt::HalfAlert)),
        (&half_alert, End::Reset, doubt(Doubt::HalfAlert)),
        (&half_alert, End::Deadline, doubt(Doubt::Slow)),
        (&alert(2, 70)[..3], End::Closed, doubt(Doubt::HalfAlert)),
        (&alert(2, 70)[..6], End::Reset, doubt(Doubt::HalfAlert)),
        (&alert(1, 112), End::Deadline, doubt(Doubt::Slow)),
        (&alert(1, 112), End::Reset, reset),
        (&[0x80], End::Closed, cut()),
    ] {
        assert_eq!(outcome_of(only(Tls12), bytes, end.clone()), outcome, "{bytes:?} {end:?}");
    }
}

#[test]
fn what_is_not_tls_is_shown_and_known_as_soon_as_it_can_be() {
    let page = [&b"HTTP/1.1 400 Bad Request\r\n"[..], &[b'x'; 200]].concat();
    let greeting = [&b"J\0\0\0\n8.0.36\0"[..], &[7; 100]].concat();
    for (bytes, shown, is_done) in [
        (&page[..], &b"HTTP/1.1 400 Bad Request\r\n"[..], true),
        (b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", true),
        (b"220 mail.example.com ESMTP\r\n", b"220 mail.example.com ESMTP\r\n", true),
        // A line feed in what is no text ends no line.
        (&greeting, &greeting[..NOT_TLS_EXCERPT], true),
        (b"H", b"H", false),
        (&[0, 0, 0], &[0, 0, 0], false),
        (&[22, 2, 0], &[22, 2, 0], false),
        (&[0xFF, 0xFD, 0x18], &[0xFF, 0xFD, 0x18], false),
        (&[0x80, 3, 4], &[0x80, 3, 4], false),
        (&[25; 100], &[25; NOT_TLS_EXCERPT], true),
    ] {
        for offer in [only(Ssl2), only(Tls12)] {
            for end in [End::Closed, End::Reset, End::Deadline] {
                let mut flight = begin(offer, Follow::ServerHello);
                assert_eq!(flight.read(bytes) == Next::Done, is_done, "{bytes:?}");
                let outcome = flight.finish((!is_done).then_some(end)).outcome;
                assert_eq!(outcome, Outcome::NotTls { first_bytes: shown.to_vec() });
            }
        }
    }
}

#[test]
fn nothing_that_follows_an_acceptance_takes_it_back() {
    let hello = ServerHello::old(Tls12, 0xC02F).bytes();
    let group = accepted(Tls12, 0xC02F, Some(NamedGroup::X25519));
    let key_exchange = record(22, &message(12, &[3, 0, 29, 1, 9]));
    let unknown = accepted(Tls12, 0xC02F, None);
    for (name, then, outcome) in [
        ("nothing", vec![], &unknown),
        ("a fatal alert", alert(2, 80), &unknown),
        ("warnings", alert(1, 0).repeat(9), &unknown),
        ("half a record", vec![22, 3], &unknown),
        ("no record", b"HTTP/1.1 400\r\n".to_vec(), &unknown),
        ("too long a message", record(22, &[11, 255, 0, 0]), &unknown),
        ("too many bytes", record(22, &[&[11, 1, 0, 0][..], &[0; 16000]].concat()).repeat(5), &unknown),
        ("empty records", record(22, &[]).repeat(40), &unknown),
        ("a group that was not offered", record(22, &message(12, &[3, 0, 9])), &unknown),
        ("a group that is cut off", record(22, &message(12, &[3, 0])), &unknown),
        ("an explicit curve", record(22, &message(12, &[1, 0, 29])), &unknown),
        ("a group", key_exchange.clone(), &group),
        ("a group and then an alert", [key_exchange, alert(2, 80)].concat(), &group),
    ] {
        for end in [End::Closed, End::Reset, End::Deadline, End::LocalError(String::new())] {
            let pieces: [&[u8]; 2] = [&hello, &then];
            let flight = flight_of(only(Tls12), Follow::ServerHelloDone, &pieces, end);
            assert_eq!(flight, Flight { outcome: outcome.clone(), warnings: Vec::new() }, "{name}");
        }
    }
}
