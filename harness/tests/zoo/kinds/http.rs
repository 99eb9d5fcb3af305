//! Servers that finish the handshake and misbehave after it.

use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::behaviour::{Answer, answer, healthy_answer};
use crate::hello::{TLS12, TLS13};
use crate::kind::{Kind, kind, serves};
use crate::peer::Behaviour;
use crate::serving::{NAME, Reply, Session, config, ok, say};

const BOTH: &[u16] = &[TLS12, TLS13];

/// A status is there, and it is 200.
const OK: &str = "P PPPPFF PPPP P F .";
/// No status, or another one.
const NOT_OK: &str = "P PPPPFF PPPF P F .";
/// No status in time.
const LATE: &str = "P PPPPFF PPP- P F .";

/// Healthy up to the request, and then this reply.
pub(super) fn kinds() -> Vec<Kind> {
    let replies: [(&str, &str, Reply); 34] = [
        ("a body of 2 bytes", OK, ok),
        ("a body without a length", OK, |session| say(session, b"HTTP/1.1 200 OK\r\n\r\nok")),
        ("HTTP/1.0", OK, |session| say(session, b"HTTP/1.0 200 OK\r\n\r\nok")),
        ("a body that is shorter than it says", OK, |session| {
            say(session, b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nok");
        }),
        ("chunks that never end", OK, |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"4\r\nokok\r\n");
        }),
        ("an endless body", OK, |session| repeat(session, b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 16_384])),
        ("resets after the header", OK, |session| {
            say(session, b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            let _ = socket2::SockRef::from(&session.sock).set_linger(Some(Duration::ZERO));
        }),
        ("a gzip bomb", OK, |session| {
            repeat(
                session,
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\x03",
                &[0; 16_384],
            );
        }),
        ("a Continue first", OK, |session| {
            say(session, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }),
        ("status 500", NOT_OK, |session| say(session, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")),
        ("status 503, no back ends", NOT_OK, |session| {
            say(session, b"HTTP/1.0 503 Service Unavailable\r\nCache-Control: no-cache\r\n\r\nNo server is available\r\n");
        }),
        ("status 204", NOT_OK, |session| say(session, b"HTTP/1.1 204 No Content\r\n\r\n")),
        ("status 200 in the reason alone", NOT_OK, |session| {
            say(session, b"HTTP/1.1 404 200 OK\r\nContent-Length: 0\r\n\r\n");
        }),
        ("a redirect to itself", NOT_OK, |session| {
            say(
                session,
                b"HTTP/1.1 302 Found\r\nLocation: https://hostile.test/\r\nContent-Length: 0\r\n\r\n",
            );
        }),
        ("a redirect into the clear", NOT_OK, |session| {
            say(session, b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        }),
        ("a redirect with workflow commands", NOT_OK, |session| {
            say(session, b"HTTP/1.1 301 Moved\r\nLocation: ##[error]x\r\nContent-Length: 0\r\n\r\n");
        }),
        ("a redirect with control characters", NOT_OK, |session| {
            say(
                session,
                b"HTTP/1.1 301 Moved\r\nLocation: \x1b[2J\r::error::x\xc2\x9b\r\nContent-Length: 0\r\n\r\n",
            );
        }),
        ("a redirect with markup", NOT_OK, |session| {
            say(session, b"HTTP/1.1 301 Moved\r\nLocation: https://x/<script>pwned()</script><img src=x onerror=pwned()>]]>\r\nContent-Length: 0\r\n\r\n");
        }),
        ("a redirect of 60 kB", NOT_OK, |session| {
            say(session, b"HTTP/1.1 301 Moved\r\nLocation: https://x/");
            say(session, &[b'x'; 60_000]);
            say(session, b"\r\nContent-Length: 0\r\n\r\n");
        }),
        ("closes", NOT_OK, |_| {}),
        ("SSH", NOT_OK, |session| say(session, b"SSH-2.0-OpenSSH_9.2p1\r\n")),
        ("HTTP 0.9", NOT_OK, |session| say(session, b"<html>200 OK</html>\r\n")),
        ("HTTP/2", NOT_OK, |session| {
            say(session, b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff");
        }),
        ("half a status line", NOT_OK, |session| say(session, b"HTTP/1.1 2")),
        ("half a header", NOT_OK, |session| say(session, b"HTTP/1.1 200 OK\r\nServer: x")),
        ("a status of two digits", NOT_OK, |session| say(session, b"HTTP/1.1 20 OK\r\n\r\n")),
        ("a status of four digits", NOT_OK, |session| say(session, b"HTTP/1.1 2000 OK\r\n\r\n")),
        ("a header of zeros", NOT_OK, |session| say(session, b"HTTP/1.1 200 OK\r\nX\0: \0\r\n\r\n")),
        ("an endless header", NOT_OK, |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\n", &b"X-Header: value\r\n".repeat(100));
        }),
        ("an endless line of a header", NOT_OK, |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 4096]);
        }),
        ("an endless status line", NOT_OK, |session| repeat(session, b"HTTP/1.1 200 ", &[b'O'; 4096])),
        ("endless Continues", LATE, |session| {
            repeat(session, b"", &b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100));
        }),
        ("silence", LATE, wait_for_the_end),
        ("a byte every 100 ms", LATE, drip),
    ];
    let mut kinds = Vec::new();
    for (name, letters, reply) in replies {
        let truth = if letters == OK { serves(BOTH) } else { serves(BOTH).without_200() };
        let kind = kind(format!("HTTP: {name}"), truth, replying(reply), letters);
        kinds.push(if letters == LATE { kind.within("5s") } else { kind });
    }
    kinds
}

/// A healthy server, with this reply in place of the healthy one.
fn replying(reply: Reply) -> Behaviour {
    let config = config(NAME, Vec::new());
    answer(move |hello| match hello.best_of(BOTH).filter(|best| *best >= TLS12) {
        Some(_) => Answer::Serve(Arc::clone(&config), reply),
        None => healthy_answer(hello, BOTH),
    })
}

/// A reply, what a scenario expects of it, whether it is so, and the verdict.
pub(crate) struct Wish {
    pub(crate) name: &'static str,
    pub(crate) expect: &'static str,
    pub(crate) verdict: char,
    reply: Reply,
    pub(crate) timeout: &'static str,
}

impl Wish {
    pub(crate) fn behaviour(&self) -> Behaviour {
        replying(self.reply)
    }
}

fn wish(name: &'static str, expect: &'static str, verdict: char, reply: Reply) -> Wish {
    Wish { name, expect, verdict, reply, timeout: "20s" }
}

/// What else is required of a reply.
pub(crate) fn wishes() -> Vec<Wish> {
    vec![
        wish("redirect_is_not_followed", "{ status: 302 }", 'P', |session| {
            say(
                session,
                b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            );
        }),
        wish("hsts_among_nonsense", "{ hsts: 1d }", 'P', |session| {
            say(
                session,
                b"HTTP/1.1 200 OK\r\nX: \xff\xfe\r\nStrict-Transport-Security: max-age=86400;;x=\"\\\"\"\r\n\r\n",
            );
        }),
        wish("hsts_with_commands", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: ##[error]x\xc2\x9b31m\r\n\r\n");
        }),
        wish("hsts_in_a_giant_head", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=86400\r\nX: ");
            say(session, &[b'x'; 100_000]);
            say(session, b"\r\n\r\n");
        }),
        wish("hsts_cut_off", "{ hsts: 1d }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=86400\r\n");
        }),
        wish("hsts_among_many_fields", "{ hsts: 1d }", '*', |session| {
            say(session, b"HTTP/1.1 200 OK\r\n");
            say(session, &b"X: y\r\n".repeat(1_000));
            say(session, b"Strict-Transport-Security: max-age=86400\r\n\r\n");
        }),
        wish("header_with_commands", "{ headers: { X: false } }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nX: ##[error]x \xc2\x9b31m ::error::\r\n\r\n");
        }),
        wish("header_of_bytes", "{ headers: { X: y } }", 'F', |session| {
            say(session, b"HTTP/1.1 200 OK\r\nX: \xff\r\n\r\n");
        }),
        wish("header_endless", "{ headers: { X: false } }", '-', |session| {
            repeat(session, b"HTTP/1.1 200 OK\r\nX: ", &[b'x'; 4096]);
        }),
    ]
}

fn drip(session: &mut Session) {
    for byte in b"HTTP/1.1 200 OK\r\n".iter().cycle() {
        if session.write_all(&[*byte]).and_then(|()| session.flush()).is_err() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn repeat(session: &mut Session, first: &[u8], bytes: &[u8]) {
    let _ = session.write_all(first);
    while session.write_all(bytes).is_ok() {}
}

fn wait_for_the_end(session: &mut Session) {
    let _ = std::io::copy(session, &mut std::io::sink());
}
