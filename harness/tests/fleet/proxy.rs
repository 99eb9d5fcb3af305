//! The proxy between real sockets: what it changes is the time, and nothing else.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::bench::proxy::{Front, Proxy};

/// As many descriptors as any test here needs.
const DESCRIPTORS: usize = 1000;

/// Far above what a test takes.
const LIMIT: Duration = Duration::from_secs(20);

/// A server that does `act` with each of `clients` connections in turn.
fn server(clients: usize, act: impl Fn(TcpStream) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        for _ in 0..clients {
            let stream = listener.accept().unwrap().0;
            stream.set_read_timeout(Some(LIMIT)).unwrap();
            act(stream);
        }
    });
    (address, server)
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.addresses[0]).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream
}

fn echo(mut stream: TcpStream) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    stream.write_all(&bytes).unwrap();
}

fn reset(stream: TcpStream) {
    SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
}

#[test]
fn bytes_arrive_as_they_were_sent_and_later() {
    for (delay, size) in [(0, 10), (20, 10), (20, 3_000_000)] {
        let delay = Duration::from_millis(delay);
        let (address, server) = server(1, echo);
        let proxy = Proxy::start(Front::Ports(1), vec![address], delay, DESCRIPTORS).unwrap();
        let sent: Vec<u8> =
            (0..size).map(|number: u32| number.to_le_bytes()[(number % 3) as usize]).collect();
        let begun = Instant::now();
        let mut client = connect(&proxy);
        client.write_all(&sent).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut got = Vec::new();
        client.read_to_end(&mut got).unwrap();
        assert!(got == sent, "{} of {size} bytes", got.len());
        assert!(begun.elapsed() >= 2 * delay, "{:?}", begun.elapsed());
        server.join().unwrap();
        let tally = proxy.take_tally();
        assert_eq!((tally.connections, tally.round_trips, tally.most_open), (1, 1, 1));
        assert_eq!(proxy.take_tally().connections, 0);
    }
}

#[test]
fn a_reset_of_either_side_is_a_reset_for_the_other() {
    let delay = Duration::from_millis(5);
    let (address, of_server) = server(1, |mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        reset(stream);
    });
    let proxy = Proxy::start(Front::Ports(1), vec![address], delay, DESCRIPTORS).unwrap();
    let mut client = connect(&proxy);
    client.write_all(b"x").unwrap();
    assert_eq!(client.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    of_server.join().unwrap();

    let (address, of_client) = server(1, |mut stream| {
        stream.read_exact(&mut [0]).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    });
    let proxy = Proxy::start(Front::Ports(1), vec![address], delay, DESCRIPTORS).unwrap();
    let mut client = connect(&proxy);
    client.write_all(b"x").unwrap();
    reset(client);
    of_client.join().unwrap();
}

#[test]
fn a_server_that_is_down_is_a_connection_that_breaks() {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let proxy = Proxy::start(Front::Ports(1), vec![address], Duration::ZERO, DESCRIPTORS).unwrap();
    let mut client = connect(&proxy);
    assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn clients_wait_where_there_are_no_descriptors() {
    let (address, server) = server(5, echo);
    // So few that there is one connection at a time.
    let proxy = Proxy::start(Front::Ports(1), vec![address], Duration::from_millis(1), 0).unwrap();
    let mut clients: Vec<TcpStream> = (0..5).map(|_| connect(&proxy)).collect();
    for client in &mut clients {
        client.write_all(b"hello").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
    }
    for client in &mut clients {
        let mut got = String::new();
        client.read_to_string(&mut got).unwrap();
        assert_eq!(got, "hello");
    }
    server.join().unwrap();
    let tally = proxy.take_tally();
    assert_eq!((tally.connections, tally.most_open), (5, 1));
    assert!(tally.held_up > 0);
}

/// 127.0.0.0/8 is loopback on Linux alone.
#[cfg(target_os = "linux")]
#[test]
fn one_listener_has_all_addresses_of_loopback() {
    let (address, server) = server(2, echo);
    let proxy = Proxy::start(Front::Loopback, vec![address], Duration::ZERO, DESCRIPTORS).unwrap();
    for last in [1, 9] {
        let mut client =
            TcpStream::connect((Ipv4Addr::new(127, 1, 2, last), proxy.addresses[0].port())).unwrap();
        client.write_all(b"hello").unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut got = String::new();
        client.read_to_string(&mut got).unwrap();
        assert_eq!(got, "hello");
    }
    server.join().unwrap();
}
