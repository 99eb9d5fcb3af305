//! What a refusal says of what was offered, row by row.

use super::*;
use crate::evidence::{Extras, Groups, SaidName, Tailored};
use crate::verdict::inventory::{inventory, is_borne, ordered_suites};
use crate::wire::{GroupSet, SuiteSet};
use Version::{Tls12, Tls13};

fn suites(count: usize) -> SuiteSet {
    CipherSuite::all_in(Tls12).take(count).collect()
}

fn groups(wanted: usize, behind: usize) -> Option<Groups> {
    let mut all = NamedGroup::ALL.iter().copied();
    let mut take = |count| all.by_ref().take(count).collect::<GroupSet>();
    Some(Groups { wanted: take(wanted), behind: take(behind) })
}

fn made(tailored: Tailored, outcome: Outcome) -> Observation {
    let observation = observation((Tls12, Tls12, 0, outcome, 0));
    Observation { offer: Offer { hello: Hello::Tailored(tailored), ..observation.offer }, ..observation }
}

#[test]
fn a_refusal_counts_where_as_much_of_the_same_form_was_accepted() {
    let plain = Tailored::suites(suites(60));
    let with = |extras| Tailored { extras, ..plain };
    let etm = Extras { encrypt_then_mac: true, ..Extras::default() };
    let grease = Extras { grease: true, ..Extras::default() };
    let name = Extras { name: SaidName::Unknown, ..Extras::default() };
    let grouped = |groups| Tailored { groups, ..Tailored::default() };
    for (accepted_one, refused_one, counts) in [
        (plain, plain, true),
        (plain, Tailored::suites(suites(20)), true),
        (plain, Tailored::suites(suites(62)), true),
        (plain, Tailored::suites(suites(63)), false),
        // What asks for a feature is borne by what asks for it too; what is a question, by what is none.
        (plain, with(etm), false),
        (with(etm), with(etm), true),
        (plain, with(grease), true),
        (with(grease), with(grease), false),
        (plain, with(name), true),
        (grouped(groups(5, 0)), grouped(groups(5, 0)), true),
        (grouped(groups(4, 1)), grouped(groups(5, 0)), true),
        (grouped(groups(4, 0)), grouped(groups(5, 0)), false),
        (plain, grouped(groups(5, 0)), false),
    ] {
        let (accepted_one, refused_one) = (made(accepted_one, accepted(Tls12)), made(refused_one, alert(40)));
        assert_eq!(
            is_borne(&refused_one, &[&accepted_one, &refused_one]),
            counts,
            "{:?} {:?}",
            accepted_one.offer,
            refused_one.offer
        );
    }
    let other = made(plain, accepted(Tls11));
    let versions = VersionRange::only(Tls11);
    let other = Observation { offer: Offer { versions, ..other.offer }, ..other };
    let standard = observation((Tls12, Tls12, 0, accepted(Tls12), 0));
    assert!(!is_borne(&made(plain, alert(40)), &[&other, &standard]));
}

#[test]
fn what_is_refused_in_a_form_that_nobody_bears_stays_open() {
    let standard = observation((Tls12, Tls12, 0, accepted(Tls12), 0));
    let refused = made(Tailored::suites(suites(60)), alert(40));
    let unborne = inventory(Tls12, &[&standard, &refused]);
    assert!(
        suites(60).without(&[SUITE].into_iter().collect()).iter().all(|it| unborne.open_suites.contains(it))
    );
    assert_eq!(unborne.doubt, Some(Finding::Unconfirmed(Tls12)));
    let bearing = made(Tailored::suites(suites(61)), accepted(Tls12));
    let borne = inventory(Tls12, &[&standard, &refused, &bearing]);
    assert!(!suites(60).iter().any(|it| borne.open_suites.contains(it)));
    assert_eq!(borne.doubt, None);
}

#[test]
fn a_version_that_is_refused_alone_and_chosen_beside_others_is_neither_there_nor_absent() {
    let alone = observation((Tls12, Tls12, 0, alert(70), 0));
    let beside = observation((Tls12, Tls13, 0, accepted(Tls12), 1));
    let lower = observation((Tls13, Tls13, 0, answered(Tls12), 1));
    assert_eq!(inventory(Tls12, &[&alone]).is_spoken, Ok(false));
    for other in [beside, lower] {
        assert_eq!(inventory(Tls12, &[&alone, &other]).is_spoken, Err(Finding::ControlLost(Tls12)));
        let unnamed = Observation { server_name: None, ..other };
        let alone = Observation { server_name: Some("a.test".to_owned()), ..alone.clone() };
        assert_eq!(inventory(Tls12, &[&alone, &unnamed]).is_spoken, Ok(false));
    }
}

#[test]
fn the_order_is_asked_for_without_chacha20() {
    let [aes, chacha] = [CipherSuite(0xC02F), CipherSuite(0xCCA8)];
    assert_eq!(ordered_suites([aes, chacha]).iter().collect::<Vec<_>>(), [aes]);
}
