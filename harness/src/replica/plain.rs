//! A stand-in's plain HTTP: whatever is asked for is at HTTPS.

use std::io::{self, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use super::answer::{read_head, request_line};
use super::connection::part;
use crate::probe::handshake::TimedStream;
use crate::scenario::Host;

/// Answers one request by a redirect to `host`.
pub(super) fn redirect(socket: TcpStream, host: &Host, time: Duration) -> io::Result<()> {
    let mut stream = TimedStream::new(socket, time)?;
    if let Some(head) = read_head(&mut stream)? {
        let answer = match request_line(&head) {
            Some((_, target)) => {
                format!("HTTP/1.1 301 Moved Permanently\r\nLocation: https://{host}{target}\r\n")
            }
            None => "HTTP/1.1 400 Bad Request\r\n".to_owned(),
        };
        stream.write_all(format!("{answer}Connection: close\r\nContent-Length: 0\r\n\r\n").as_bytes())?;
    }
    part(stream);
    Ok(())
}
