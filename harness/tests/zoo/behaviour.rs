//! Things that servers do with a connection. None of them checks that its writing succeeds: that the
//! gate has gone is the expected end.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::ServerConfig;

use crate::hello::{ClientHello, TLS12, alert, healthy_flight};
use crate::peer::Behaviour;
use crate::serving::{Reply, healthy_config, ok, serve};

/// What a server answers to a ClientHello.
pub(crate) enum Answer {
    /// These bytes; then it waits until the other side closes.
    Bytes(Vec<u8>),
    /// These bytes; then it closes.
    LastBytes(Vec<u8>),
    /// These bytes, one after each pause; then it waits until the other side closes.
    Slowly(Vec<u8>, Duration),
    /// Nothing; it waits until the other side closes.
    Silence,
    /// Nothing; it closes.
    Close,
    /// Nothing; it resets.
    Reset,
    /// These bytes; then it resets.
    BytesAndReset(Vec<u8>),
    /// A handshake, a request, and this reply.
    Serve(Arc<ServerConfig>, Reply),
}

/// Answers a ClientHello by a function of it.
pub(crate) fn answer(to: impl Fn(&ClientHello) -> Answer + Send + Sync + 'static) -> Behaviour {
    Arc::new(move |mut stream, _| {
        let Some((hello, length)) = peek_hello(&stream) else {
            return;
        };
        let answer = to(&hello);
        if !matches!(answer, Answer::Reset | Answer::Serve(..)) {
            let _ = stream.read_exact(&mut vec![0; length]);
        }
        give(stream, answer);
    })
}

/// A ClientHello and its length; it stays unread, so that closing the socket sends a reset.
pub(crate) fn peek_hello(stream: &TcpStream) -> Option<(ClientHello, usize)> {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut bytes = vec![0; 16 * 1024];
    while Instant::now() < deadline {
        let seen = stream.peek(&mut bytes).ok().filter(|seen| *seen > 0)?;
        let mut rest = &bytes[..seen];
        if let Some(hello) = ClientHello::read(&mut rest) {
            return Some((hello, seen - rest.len()));
        }
        // `peek` shows the same bytes again until more have come.
        thread::sleep(Duration::from_millis(1));
    }
    None
}

pub(crate) fn give(mut stream: TcpStream, answer: Answer) {
    match answer {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes);
            wait_for_the_end(&mut stream);
        }
        Answer::LastBytes(bytes) => {
            let _ = stream.write_all(&bytes);
            let _ = stream.shutdown(Shutdown::Write);
            wait_for_the_end(&mut stream);
        }
        Answer::Slowly(bytes, pause) => {
            for byte in bytes {
                if stream.write_all(&[byte]).is_err() {
                    return;
                }
                thread::sleep(pause);
            }
            wait_for_the_end(&mut stream);
        }
        Answer::Silence => wait_for_the_end(&mut stream),
        Answer::Close => {
            let _ = stream.shutdown(Shutdown::Write);
            wait_for_the_end(&mut stream);
        }
        // What is unread when a socket is closed makes the system send a reset.
        Answer::Reset => drop(stream),
        Answer::BytesAndReset(bytes) => {
            let _ = stream.write_all(&bytes);
            reset(stream);
        }
        Answer::Serve(config, reply) => serve(stream, &config, reply),
    }
}

/// Closes so that the system sends a reset, whether or not all was read.
pub(crate) fn reset(stream: TcpStream) {
    let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    drop(stream);
}

pub(crate) fn wait_for_the_end(stream: &mut TcpStream) {
    let _ = std::io::copy(stream, &mut std::io::sink());
}

/// The answer of a healthy server that speaks these versions, and finishes the handshake of TLS 1.2 and 1.3.
pub(crate) fn served(hello: &ClientHello, spoken: &[u16]) -> Answer {
    match (hello.best_of(spoken).filter(|best| *best >= TLS12), healthy_config(spoken)) {
        (Some(_), Some(config)) => Answer::Serve(config, ok),
        _ => healthy_answer(hello, spoken),
    }
}

/// A healthy server that speaks these versions, its refusals by alert 70.
pub(crate) fn serving(spoken: &'static [u16]) -> Behaviour {
    answer(move |hello| served(hello, spoken))
}

/// The first flight of a healthy server that speaks these versions, and nothing after it.
pub(crate) fn healthy_answer(hello: &ClientHello, spoken: &[u16]) -> Answer {
    let flight =
        hello.best_of(spoken).filter(|_| !hello.ssl2).and_then(|version| healthy_flight(hello, version));
    Answer::LastBytes(flight.unwrap_or_else(|| alert(2, 70))).unless_accepted()
}

impl Answer {
    /// An alert is the end of a connection, a ServerHello is not.
    fn unless_accepted(self) -> Answer {
        match self {
            Answer::LastBytes(bytes) if bytes[0] == 22 => Answer::Bytes(bytes),
            other => other,
        }
    }
}

/// As [`serving`], without anything after the first flight.
pub(crate) fn greeting(spoken: &'static [u16]) -> Behaviour {
    answer(move |hello| healthy_answer(hello, spoken))
}

/// A healthy server of TLS 1.2 with another answer to all that is older.
pub(crate) fn healthy_but(old: impl Fn(&ClientHello) -> Answer + Send + Sync + 'static) -> Behaviour {
    answer(move |hello| if hello.version < TLS12 { old(hello) } else { served(hello, &[TLS12]) })
}

/// Says this first, and then nothing.
pub(crate) fn banner(text: &'static [u8]) -> Behaviour {
    banner_bytes(text.to_vec())
}

/// As [`banner`].
pub(crate) fn banner_bytes(bytes: Vec<u8>) -> Behaviour {
    Arc::new(move |stream, _| give(stream, Answer::Bytes(bytes.clone())))
}

/// Closes before it has read anything.
pub(crate) fn closes_at_once() -> Behaviour {
    Arc::new(|stream, _| drop(stream))
}

/// After the hello sends these bytes again and again.
pub(crate) fn endless(first: &'static [u8], bytes: Vec<u8>) -> Behaviour {
    Arc::new(move |mut stream, _| {
        let _ = ClientHello::read(&mut stream);
        let _ = stream.write_all(first);
        while stream.write_all(&bytes).is_ok() {}
    })
}

/// A healthy first flight, a byte at a time: where the pause is long the whole is late while no byte is.
pub(crate) fn drip(pause: Duration) -> Behaviour {
    answer(move |hello| match healthy_answer(hello, &[TLS12]) {
        Answer::Bytes(bytes) | Answer::LastBytes(bytes) => Answer::Slowly(bytes, pause),
        other => other,
    })
}

/// Does this once a byte has come, which stays unread.
pub(crate) fn on_first_byte(then: impl Fn(TcpStream) + Send + Sync + 'static) -> Behaviour {
    Arc::new(move |stream, _| {
        if stream.peek(&mut [0]).is_ok_and(|seen| seen > 0) {
            then(stream);
        }
    })
}

/// Says whatever it hears.
pub(crate) fn echo() -> Behaviour {
    Arc::new(|stream, _| {
        let _ = std::io::copy(&mut &stream, &mut &stream);
        let _ = stream.shutdown(Shutdown::Write);
    })
}

/// `one` for those connections that `is_one` says, `other` for the rest.
pub(crate) fn by_number(
    is_one: impl Fn(usize) -> bool + Send + Sync + 'static,
    one: Behaviour,
    other: Behaviour,
) -> Behaviour {
    Arc::new(move |stream, number| if is_one(number) { one(stream, number) } else { other(stream, number) })
}

/// `healthy` for the first `count` connections, `after` for the rest.
pub(crate) fn until(count: usize, healthy: Behaviour, after: Behaviour) -> Behaviour {
    Arc::new(
        move |stream, number| if number < count { healthy(stream, number) } else { after(stream, number) },
    )
}

/// Resets a while after the hello.
pub(crate) fn late_reset() -> Behaviour {
    Arc::new(|mut stream, _| {
        let _ = ClientHello::read(&mut stream);
        thread::sleep(Duration::from_millis(50));
        reset(stream);
    })
}

/// `behaviour` for one connection after the other; those that wait are let wait.
pub(crate) fn one_after_the_other(behaviour: Behaviour) -> Behaviour {
    let turn = Mutex::new(());
    Arc::new(move |stream, number| {
        let _turn = turn.lock();
        behaviour(stream, number);
    })
}

/// `healthy` for `count` connections at a time, closes those above. Each lasts a while, as over a
/// network, so that those that are begun together meet.
pub(crate) fn crowded(count: usize, healthy: Behaviour) -> Behaviour {
    let close = answer(|_| Answer::Close);
    let open = AtomicUsize::new(0);
    Arc::new(move |stream, number| {
        let is_above = open.fetch_add(1, Ordering::SeqCst) >= count;
        if is_above {
            close(stream, number);
        } else {
            thread::sleep(Duration::from_millis(100));
            healthy(stream, number);
        }
        open.fetch_sub(1, Ordering::SeqCst);
    })
}

/// `healthy` for `count` connections a second, resets for those above.
pub(crate) fn throttled(count: usize, healthy: Behaviour) -> Behaviour {
    let reset = answer(|_| Answer::Reset);
    let recent: Mutex<VecDeque<Instant>> = Mutex::new(VecDeque::new());
    Arc::new(move |stream, number| {
        let is_above = {
            let mut recent = recent.lock().unwrap();
            recent.push_back(Instant::now());
            recent.retain(|arrival| arrival.elapsed() < Duration::from_secs(1));
            recent.len() > count
        };
        if is_above { reset(stream, number) } else { healthy(stream, number) }
    })
}
