//! Servers on loopback that read a hello and then do as they are told.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// What a canned server does.
pub(crate) enum Act {
    /// Reads what has come, at least a byte.
    Read,
    /// Waits until something came, and leaves it unread: to close the socket then resets it.
    Peek,
    /// Writes this.
    Write(Vec<u8>),
    /// Writes this one byte at a time, again and again, until the client is gone.
    Drip(Vec<u8>),
    /// Writes this again and again, as fast as it is taken, until the client is gone.
    Flood(Vec<u8>),
    /// Keeps the connection open until the client is gone.
    Hold,
}

/// Starts a server that serves one connection and closes it after the last act.
pub(crate) fn serve(acts: Vec<Act>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        if let Ok((socket, _)) = listener.accept() {
            act(socket, acts);
        }
    });
    address
}

fn act(mut socket: TcpStream, acts: Vec<Act>) {
    // No test takes this long: it only keeps a thread from staying for ever.
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut buffer = [0; 4096];
    for act in acts {
        match act {
            Act::Read => drop(socket.read(&mut buffer)),
            Act::Peek => drop(socket.peek(&mut buffer)),
            Act::Write(bytes) => drop(socket.write_all(&bytes)),
            Act::Drip(bytes) => {
                for byte in bytes.iter().cycle() {
                    if socket.write_all(&[*byte]).is_err() {
                        return;
                    }
                    thread::sleep(Duration::from_millis(20));
                }
            }
            Act::Flood(bytes) => while socket.write_all(&bytes).is_ok() {},
            Act::Hold => while matches!(socket.read(&mut buffer), Ok(1..)) {},
        }
    }
}
