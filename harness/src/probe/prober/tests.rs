use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use socket2::{Domain, Socket, Type};

use super::*;
use crate::probe::at_once;
use crate::version::Version;
use crate::wire::{AlertDescription, alert_record};

const OFFER: Offer = Offer { versions: VersionRange::only(Version::Tls12), hello: Hello::Standard };

/// A listener before which so many connections can wait.
fn listener(queue: i32) -> TcpListener {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(queue).unwrap();
    socket.into()
}

/// A server that serves as many connections as there can be at a time, one after the other, and takes
/// no more. `is_patient` says whether all must have come before the first is served.
fn one_after_the_other(listener: TcpListener, is_patient: bool) -> (Arc<Target>, thread::JoinHandle<()>) {
    let target = target(listener.local_addr().unwrap());
    let serve = |mut stream: TcpStream| {
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(&alert_record(0x0303, AlertDescription::PROTOCOL_VERSION)).unwrap();
        // It has no time for others before this one is closed.
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    };
    let serve_all = move || {
        let coming = (0..CONNECTIONS_AT_A_TIME).map(|_| listener.accept().unwrap().0);
        if is_patient {
            coming.collect::<Vec<_>>().into_iter().for_each(serve);
        } else {
            coming.for_each(serve);
        }
    };
    (target, thread::spawn(serve_all))
}

fn target(address: SocketAddr) -> Arc<Target> {
    Arc::new(Target {
        address,
        origin: Origin::Written,
        server_name: None,
        timeout: Duration::from_secs(20),
        attempts: 1,
        pace: Pace::DEFAULT,
    })
}

fn prober() -> Prober {
    Prober::new(UnixTime::since_unix_epoch(Duration::ZERO), Follow::ServerHello, 64)
}

#[test]
fn a_crowd_is_open_all_at_once_and_none_of_it_waits_for_another() {
    for is_patient in [false, true] {
        let (target, server) = one_after_the_other(listener(128), is_patient);
        let crowd = prober().observe_crowded_after(&target, OFFER, Duration::ZERO, CONNECTIONS_AT_A_TIME);
        server.join().unwrap();
        assert_eq!(crowd.len(), CONNECTIONS_AT_A_TIME);
        assert!(crowd.iter().all(|it| matches!(it.outcome, Outcome::Refused(_))), "{crowd:?}");
    }
}

/// As the servers of Python's standard library are. Those that find no place in the queue come again a
/// second later, and must not be what the server waits for.
#[test]
fn a_crowd_does_not_wait_for_those_that_the_queue_has_no_place_for() {
    let (target, server) = one_after_the_other(listener(4), false);
    let crowd = prober().observe_crowded_after(&target, OFFER, Duration::ZERO, CONNECTIONS_AT_A_TIME);
    server.join().unwrap();
    assert!(crowd.iter().all(|it| matches!(it.outcome, Outcome::Refused(_))), "{crowd:?}");
}

/// Nobody listens there: what counts is when it was asked.
#[test]
fn what_was_begun_before_the_moment_is_made_again() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let target = target(address);
    let prober = prober();
    let first = prober.observe_crowded_after(&target, OFFER, Duration::ZERO, CONNECTIONS_AT_A_TIME);
    let begun = first.iter().map(|observation| observation.started).min().unwrap();
    let ended = first.iter().map(|observation| observation.ended()).max().unwrap();
    let crowd = |moment| prober.observe_crowded_after(&target, OFFER, moment, CONNECTIONS_AT_A_TIME);
    assert!(crowd(Duration::ZERO).iter().zip(&first).all(|(one, other)| Arc::ptr_eq(one, other)));
    assert!(crowd(ended).iter().all(|observation| observation.started >= ended));

    let beside = |moment| prober.observe_after(&target, OFFER, moment);
    let first = beside(Duration::ZERO);
    assert!(Arc::ptr_eq(&first, &beside(begun)));
    assert!(beside(first.ended()).started >= first.ended());
}

/// Many tests that wait for a control wait for the same one.
#[test]
fn all_that_wait_share_a_crowd() {
    let (target, server) = one_after_the_other(listener(128), false);
    let prober = prober();
    let crowds = at_once(&[(); 20], |()| {
        prober.observe_crowded_after(&target, OFFER, Duration::ZERO, CONNECTIONS_AT_A_TIME)
    });
    // The server takes no more than one crowd.
    server.join().unwrap();
    assert!(crowds.iter().flatten().all(|it| matches!(it.outcome, Outcome::Refused(_))));
}

/// One that is on its way already was sent before the moment, whenever its answer comes.
#[test]
fn what_is_to_come_after_a_moment_is_not_one_that_waits_for_its_answer() {
    let listener = listener(128);
    let target = target(listener.local_addr().unwrap());
    let prober = prober();
    let answer = |mut stream: TcpStream| {
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        stream.write_all(&alert_record(0x0303, AlertDescription::PROTOCOL_VERSION)).unwrap();
    };
    thread::scope(|scope| {
        let early = scope.spawn(|| prober.observe_after(&target, OFFER, Duration::ZERO));
        let (first, _) = listener.accept().unwrap();
        let moment = prober.engine.epoch.elapsed();
        let (prober_again, target_again) = (&prober, &target);
        let late = scope.spawn(move || prober_again.observe_after(target_again, OFFER, moment));
        answer(first);
        assert!(early.join().unwrap().started < moment);
        answer(listener.accept().unwrap().0);
        assert!(late.join().unwrap().started >= moment);
    });
}
