use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::num::NonZeroU8;

use socket2::{Domain, Socket, Type};

use super::*;
use crate::bounds::Origin;
use crate::evidence::{Hello, Observation, Offer, Refusal, Unreachable};
use crate::probe::prober::Target;
use crate::version::{Version, VersionRange};
use crate::wire::{AlertDescription, Follow, alert_record};

const OFFER: Offer = Offer { versions: VersionRange::only(Version::Tls12), hello: Hello::Standard };

fn target(address: SocketAddr, connections: u8, timeout: Duration, attempts: u32) -> Arc<Target> {
    let pace = Pace::new(NonZeroU8::new(connections).unwrap(), Duration::ZERO);
    Arc::new(Target { address, origin: Origin::Written, server_name: None, timeout, attempts, pace })
}

fn job(target: &Arc<Target>) -> (Answer, Job) {
    let answer = Answer::default();
    let job = Job {
        target: Arc::clone(target),
        offer: OFFER,
        follow: Follow::ServerHello,
        answer: Arc::clone(&answer),
    };
    (answer, job)
}

fn fly_all(event_loop: &EventLoop, target: &Arc<Target>, count: usize) -> Vec<Arc<Observation>> {
    let answers: Vec<Answer> = (0..count)
        .map(|_| {
            let (answer, job) = job(target);
            event_loop.fly(job);
            answer
        })
        .collect();
    answers.iter().map(|answer| Arc::clone(answer.wait())).collect()
}

/// A listener whose queue is full, so that it answers no further attempt to connect; and what fills it.
#[cfg(target_os = "linux")]
fn full() -> (TcpListener, Vec<Socket>) {
    let new = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let socket = new();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let listener = TcpListener::from(socket);
    let filling = fill(&listener);
    (listener, filling)
}

/// Connections enough that a queue of none takes no more.
#[cfg(target_os = "linux")]
fn fill(listener: &TcpListener) -> Vec<Socket> {
    let address = listener.local_addr().unwrap().into();
    let connect = |_| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        let _ = socket.connect(&address);
        socket
    };
    (0..8).map(connect).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_host_that_does_not_answer_costs_its_timeout_once() {
    let (listener, _filling) = full();
    let event_loop = EventLoop::start(Instant::now(), 64, Bounds::default()).unwrap();
    let target = target(listener.local_addr().unwrap(), 1, Duration::from_millis(50), 2);
    let observations = fly_all(&event_loop, &target, 200);
    let timed_out = Outcome::Unreachable(Unreachable::ConnectTimedOut);
    assert!(observations.iter().all(|it| it.outcome == timed_out), "{observations:?}");
    // Both attempts of the first, and none of the others.
    assert_eq!(observations.iter().map(|it| it.connections).sum::<u32>(), 2);
    let patience = Patience { timeout: Duration::from_millis(50), attempts: 1 };
    assert_eq!(event_loop.seat(target.address, target.pace, patience).unwrap_err(), timed_out);
    // Who has more patience finds out for himself.
    let patient = self::target(target.address, 1, Duration::from_millis(51), 2);
    assert_eq!(fly_all(&event_loop, &patient, 1)[0].connections, 2);
}

#[test]
fn what_is_asked_of_a_thread_that_ended_is_answered() {
    let (answer, job) = job(&target(([127, 0, 0, 1], 1).into(), 1, Duration::from_secs(20), 1));
    drop(job);
    assert!(matches!(answer.wait().outcome, Outcome::Inconclusive(Doubt::OurSide(_))));
}

#[test]
fn a_seat_and_first_flights_share_the_places_of_an_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = target(listener.local_addr().unwrap(), 1, Duration::from_secs(20), 1);
    let event_loop = EventLoop::start(Instant::now(), 64, Bounds::default()).unwrap();
    let patience = Patience { timeout: target.timeout, attempts: target.attempts };
    let seat = event_loop.seat(target.address, target.pace, patience).unwrap();
    let (answer, job) = job(&target);
    event_loop.fly(job);
    let mut own = TcpStream::connect(target.address).unwrap();
    let (mut first, _) = listener.accept().unwrap();
    own.write_all(b"x").unwrap();
    assert_eq!(first.read(&mut [0; 2]).unwrap(), 1);
    listener.set_nonblocking(true).unwrap();
    assert!(answer.get().is_none() && listener.accept().is_err());
    listener.set_nonblocking(false).unwrap();
    drop(seat);
    let (mut second, _) = listener.accept().unwrap();
    second.write_all(&alert_record(0x0303, AlertDescription::PROTOCOL_VERSION)).unwrap();
    let refused = Outcome::Refused(Refusal::Alert(AlertDescription::PROTOCOL_VERSION));
    assert_eq!(answer.wait().outcome, refused);
}

/// Its answers come long after the last of the crowd, which the queue of the server had no place for.
#[test]
#[cfg(target_os = "linux")]
fn who_said_hello_before_the_last_of_the_crowd_came_is_not_disturbed_by_it() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(1).unwrap();
    let listener = TcpListener::from(socket);
    let target = target(listener.local_addr().unwrap(), 4, Duration::from_secs(20), 1);
    let event_loop = EventLoop::start(Instant::now(), 64, Bounds::default()).unwrap();
    let (answers, jobs) = (0..4).map(|_| job(&target)).unzip::<_, _, Vec<Answer>, _>();
    event_loop.fly_as_crowd(jobs, Arc::default());
    let mut come = Vec::new();
    while come.len() < 4 {
        let (mut stream, _) = listener.accept().unwrap();
        // It does not wait for those that have not come.
        assert!(stream.read(&mut [0; 4096]).unwrap() > 0);
        come.push(stream);
    }
    for mut stream in come {
        stream.write_all(&alert_record(0x0303, AlertDescription::PROTOCOL_VERSION)).unwrap();
    }
    let refused = Outcome::Refused(Refusal::Alert(AlertDescription::PROTOCOL_VERSION));
    for answer in answers {
        assert_eq!(answer.wait().outcome, refused);
    }
}

/// It was there before: that it does not answer now is found out each time.
#[test]
#[cfg(target_os = "linux")]
fn who_was_reached_before_is_asked_again_though_it_does_not_answer() {
    let new = || Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let socket = new();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().unwrap();
    let event_loop = EventLoop::start(Instant::now(), 64, Bounds::default()).unwrap();
    let (answer, job) = job(&target(address, 1, Duration::from_secs(20), 1));
    event_loop.fly(job);
    let (mut stream, _) = listener.accept().unwrap();
    stream.write_all(&alert_record(0x0303, AlertDescription::PROTOCOL_VERSION)).unwrap();
    assert!(matches!(answer.wait().outcome, Outcome::Refused(_)));
    let _filling = fill(&listener);
    let observations = fly_all(&event_loop, &target(address, 1, Duration::from_millis(50), 1), 3);
    let timed_out = Outcome::Unreachable(Unreachable::ConnectTimedOut);
    assert!(observations.iter().all(|it| it.outcome == timed_out && it.connections == 1), "{observations:?}");
}
