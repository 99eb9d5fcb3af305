use std::num::NonZeroU8;

use super::*;

const FAST: Pace = Pace::DEFAULT;

fn address(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

fn pace(connections: u8, spacing: u64) -> Pace {
    Pace::new(NonZeroU8::new(connections).unwrap(), Duration::from_millis(spacing))
}

/// Everybody who may go now.
fn all<T>(limit: &mut ConnectionLimit<T>, now: Instant) -> Vec<T> {
    std::iter::from_fn(|| limit.next(now)).map(|(_, item)| item).collect()
}

#[test]
fn never_more_than_the_limit_to_one_address_and_all_get_their_turn_in_order() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    (0..40).for_each(|number| limit.one(address(1), FAST, number));
    let mut gone = all(&mut limit, now);
    assert_eq!(gone.len(), FAST.connections());
    while gone.len() < 40 {
        limit.leave(address(1));
        let next = all(&mut limit, now);
        assert_eq!(next.len(), 1);
        gone.extend(next);
    }
    assert_eq!(gone, (0..40).collect::<Vec<_>>());
}

#[test]
fn never_more_than_the_limit_in_all_and_addresses_take_turns() {
    let (mut limit, now) = (ConnectionLimit::of(3), Instant::now());
    for number in 0..4 {
        (1..=3).for_each(|port| limit.one(address(port), FAST, (port, number)));
    }
    assert_eq!(all(&mut limit, now), [(1, 0), (2, 0), (3, 0)]);
    limit.leave(address(2));
    limit.leave(address(3));
    assert_eq!(all(&mut limit, now).len(), 2);
}

#[test]
fn the_slowest_pace_that_is_asked_for_holds_for_all() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    limit.one(address(1), FAST, 'a');
    limit.one(address(1), pace(2, 0), 'b');
    limit.one(address(1), FAST, 'c');
    assert_eq!(limit.at_a_time(address(1)), 2);
    assert_eq!(all(&mut limit, now), ['a', 'b']);
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), ['c']);
}

#[test]
fn a_host_that_wants_to_be_spared_is_left_alone_in_between() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    (0..3).for_each(|number| limit.one(address(1), pace(8, 100), number));
    limit.one(address(2), FAST, 9);
    assert_eq!(all(&mut limit, now), [0, 9]);
    let turn = limit.next_turn().unwrap();
    assert_eq!(turn, now + Duration::from_millis(100));
    assert_eq!(all(&mut limit, turn - Duration::from_millis(1)), [] as [i32; 0]);
    assert_eq!(all(&mut limit, turn), [1]);
    assert_eq!(all(&mut limit, turn + Duration::from_millis(100)), [2]);
    assert_eq!(limit.next_turn(), None);
}

#[test]
fn a_crowd_waits_until_nobody_is_there_and_is_alone() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    limit.one(address(1), FAST, 'a');
    limit.crowd(address(1), FAST, ['c'; 8]);
    limit.one(address(1), FAST, 'b');
    assert_eq!(all(&mut limit, now), ['a']);
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), ['c'; 8]);
    for _ in 0..7 {
        limit.leave(address(1));
        assert_eq!(all(&mut limit, now), [] as [char; 0]);
    }
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), ['b']);
}

#[test]
fn a_crowd_above_the_pace_comes_by_and_by_and_still_alone() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    limit.crowd(address(1), pace(2, 0), ['c'; 5]);
    limit.crowd(address(1), pace(2, 0), ['d'; 2]);
    limit.one(address(1), FAST, 'b');
    assert_eq!(all(&mut limit, now), ['c'; 2]);
    for _ in 0..3 {
        limit.leave(address(1));
        assert_eq!(all(&mut limit, now), ['c']);
    }
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), [] as [char; 0]);
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), ['d'; 2]);
}

#[test]
fn crowds_of_more_addresses_than_there_is_room_for_all_get_it() {
    let (mut limit, now) = (ConnectionLimit::of(10), Instant::now());
    (1..=20).for_each(|port| limit.crowd(address(port), FAST, [port; 8]));
    let (mut open, mut gone) = (VecDeque::new(), 0);
    loop {
        while let Some((address, _)) = limit.next(now) {
            open.push_back(address);
            gone += 1;
        }
        assert!(open.len() <= 10);
        let Some(address) = open.pop_front() else { break };
        limit.leave(address);
    }
    assert_eq!(gone, 160);
}

#[test]
fn who_is_dismissed_does_not_keep_others_from_their_turn() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    limit.one(address(1), pace(1, 0), 'a');
    assert_eq!(all(&mut limit, now), ['a']);
    limit.crowd(address(1), FAST, ['c'; 3]);
    limit.one(address(1), FAST, 'b');
    assert_eq!(limit.dismiss(address(1), |item| *item == 'c'), ['c'; 3]);
    assert_eq!(all(&mut limit, now), [] as [char; 0]);
    limit.leave(address(1));
    assert_eq!(all(&mut limit, now), ['b']);
}

#[test]
fn nothing_is_remembered_of_addresses_that_are_done() {
    let (mut limit, now) = (ConnectionLimit::of(100), Instant::now());
    for port in 1..1000 {
        limit.one(address(port), FAST, port);
        all(&mut limit, now);
        limit.leave(address(port));
    }
    assert!(limit.queues.is_empty() && limit.later.is_empty());
}
