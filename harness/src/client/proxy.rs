//! The proxy that programs find in their variables (RFC 9110 9.3.6, RFC 9112 3.2): what is meant for the
//! host on trial goes to the endpoint, everything else nowhere, or on where the scenario lets it.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use ureq::http::Uri;
use ureq::http::uri::{Authority, PathAndQuery, Scheme};

use super::scene::{Kept, Scene, peek};
use crate::escape::printable;
use crate::probe::handshake::TimedStream;

/// The longest head of a request, in bytes.
const HEAD: usize = 8 * 1024;
const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// What a program asks of the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Request {
    /// A tunnel to this host and port.
    Tunnel(String, u16),
    /// An answer of this host by HTTP without TLS: the request as the host itself takes it.
    Plain(String, u16, Vec<u8>),
}

/// Serves one connection of a program to the proxy.
pub(super) fn serve(socket: TcpStream, scene: &Scene) {
    let time = scene.time_left();
    // wget2 says hello to a proxy that it was told to speak HTTP to.
    if begins_with_tls(&socket, time) {
        return scene.serve(socket, true);
    }
    let mut stream = match socket.try_clone().and_then(|copy| TimedStream::new(copy, time)) {
        Ok(stream) => stream,
        Err(error) => return scene.lost(&printable(&error.to_string())),
    };
    let Ok(head) = read_head(&mut stream) else { return };
    let Some(request) = parse(&head) else {
        answer(stream, 400, "Bad Request", "this proxy takes CONNECT, and requests for http:// URLs");
        return;
    };
    match request {
        Request::Tunnel(host, port) if scene.is_endpoint(&host, port) => {
            if stream.write_all(ESTABLISHED).is_ok() {
                drop(stream);
                scene.serve(socket, true);
            }
        }
        Request::Tunnel(host, port) => match scene.go_elsewhere(&host, port) {
            Ok(far) if stream.write_all(ESTABLISHED).is_ok() => {
                super::relay::copy_both(&socket, &far, time);
            }
            Ok(_) => {}
            Err(kept) => refuse(stream, &host, port, scene, &kept),
        },
        Request::Plain(host, port, request) => match scene.go_elsewhere(&host, port) {
            Ok(far) if (&far).write_all(&request).is_ok() => super::relay::copy_both(&socket, &far, time),
            Ok(_) => refuse(stream, &host, port, scene, &Kept::Unreachable),
            Err(kept) => refuse(stream, &host, port, scene, &kept),
        },
    }
}

/// Whether the first byte is that of a ClientHello, which is left for who reads it.
fn begins_with_tls(socket: &TcpStream, time: Duration) -> bool {
    let mut first = [0];
    let peeked = peek(socket, &mut first, time);
    let [first] = first;
    // A record of TLS, or one of SSL 2.0.
    matches!(peeked, Ok(1..)) && (first == 22 || first & 0x80 != 0)
}

fn refuse(stream: TimedStream, host: &str, port: u16, scene: &Scene, kept: &Kept) {
    let shown: String = host.chars().filter(char::is_ascii_graphic).take(255).collect();
    let body = match kept {
        Kept::Unreachable => return answer(stream, 502, "Bad Gateway", "the host cannot be reached"),
        Kept::Barred(barred) => format!("{shown} is outside of where this run may go: {barred}"),
        Kept::NotOnTrial if scene.is_endpoint(host, scene.host.port) => {
            format!("{shown} is on trial at port {}, not at {port}", scene.host.port)
        }
        Kept::NotOnTrial => {
            format!("{shown} is not the host on trial; `passthrough: true` lets it through")
        }
    };
    answer(stream, 403, "Forbidden", &body);
}

fn answer(mut stream: TimedStream, status: u16, reason: &str, body: &str) {
    let head = format!(
        "HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
        body.len() + 1
    );
    if stream.write_all(format!("{head}{body}\n").as_bytes()).is_ok() && stream.finish_writing().is_ok() {
        stream.restart(Duration::from_secs(1));
        let _ = io::copy(&mut stream.take(HEAD as u64), &mut io::sink());
    }
}

/// Reads to the end of the head and not a byte further: what follows belongs to the tunnel.
fn read_head(stream: &mut TimedStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == HEAD {
            return Err(io::Error::other("the head of the request is longer than 8 KiB"));
        }
        if stream.read(&mut byte)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend(byte);
    }
    Ok(head)
}

fn parse(head: &[u8]) -> Option<Request> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/1.") || words.next().is_some() {
        return None;
    }
    if method == "CONNECT" {
        let (host, port) = host_and_port(&target.parse().ok()?, None)?;
        return Some(Request::Tunnel(host, port));
    }
    let uri: Uri = target.parse().ok()?;
    if uri.scheme() != Some(&Scheme::HTTP) {
        return None;
    }
    let (host, port) = host_and_port(uri.authority()?, Some(80))?;
    // Written it begins with a slash, which may be left out before a query.
    let path = uri.path_and_query().map_or_else(|| "/".to_owned(), PathAndQuery::to_string);
    Some(Request::Plain(host, port, own_request(head, method, &path, version)))
}

/// The request as the host takes it that is named in it (RFC 9112 3.2.1), and as the last one of its
/// connection: the next may be for another host.
fn own_request(head: &[u8], method: &str, path: &str, version: &str) -> Vec<u8> {
    let mut out = format!("{method} {path} {version}\r\nConnection: close\r\n").into_bytes();
    let is_about_connection = |line: &[u8]| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        name.eq_ignore_ascii_case(b"connection") || name.eq_ignore_ascii_case(b"proxy-connection")
    };
    let fields = head.split_inclusive(|byte| *byte == b'\n').skip(1);
    out.extend(fields.filter(|line| !is_about_connection(line)).flatten());
    out
}

/// The host without the brackets of IPv6, and the port.
fn host_and_port(authority: &Authority, default: Option<u16>) -> Option<(String, u16)> {
    let host = authority.host();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    (!host.is_empty()).then_some(())?;
    Some((host.to_owned(), authority.port_u16().or(default)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_ask_is_read() {
        let tunnel = |host: &str, port| Some(Request::Tunnel(host.to_owned(), port));
        let plain = |host: &str, port, line: &str| {
            let request = format!("{line}\r\nConnection: close\r\nHost: x\r\n\r\n");
            Some(Request::Plain(host.to_owned(), port, request.into_bytes()))
        };
        for (line, request) in [
            ("CONNECT api.example.com:443 HTTP/1.1", tunnel("api.example.com", 443)),
            ("CONNECT [2001:db8::1]:8443 HTTP/1.0", tunnel("2001:db8::1", 8443)),
            ("CONNECT api.example.com HTTP/1.1", None),
            ("CONNECT :443 HTTP/1.1", None),
            ("CONNECT a:b HTTP/1.1", None),
            ("CONNECT a:70000 HTTP/1.1", None),
            ("GET http://a.example/x?y HTTP/1.1", plain("a.example", 80, "GET /x?y HTTP/1.1")),
            ("GET http://a.example:8080 HTTP/1.1", plain("a.example", 8080, "GET / HTTP/1.1")),
            ("GET http://a.example?y HTTP/1.0", plain("a.example", 80, "GET /?y HTTP/1.0")),
            ("POST HTTP://u@[::1]:81/ HTTP/1.1", plain("::1", 81, "POST / HTTP/1.1")),
            ("GET /path HTTP/1.1", None),
            ("GET https://a/ HTTP/1.1", None),
            ("nonsense", None),
            ("", None),
        ] {
            assert_eq!(
                parse(format!("{line}\r\nProxy-Connection: keep-alive\r\nHost: x\r\n\r\n").as_bytes()),
                request,
                "{line}"
            );
        }
    }
}
