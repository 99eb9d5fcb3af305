//! Servers of other protocols, and of none.

use crate::behaviour::{Answer, answer, banner, echo};
use crate::hello::{alert, message, record};
use crate::kind::{Kind, NO_TLS, kind};

use super::unavailable::REFUSES_ALL;

/// What a server says that speaks first.
const BANNERS: [(&str, &[u8]); 20] = [
    ("SSH", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"),
    ("SMTP", b"220 mail.test ESMTP\r\n"),
    ("SMTP that is overloaded", b"421 4.3.2 Service not available, closing transmission channel\r\n"),
    ("FTP", b"220-welcome\r\n220 ready\r\n"),
    ("IMAP", b"* OK [CAPABILITY IMAP4rev1] ready\r\n"),
    ("POP3", b"+OK POP3 ready <1.2@mail.test>\r\n"),
    ("NNTP", b"200 news.test ready - posting allowed\r\n"),
    ("IRC", b":irc.test NOTICE AUTH :*** Looking up your hostname...\r\n"),
    ("VNC", b"RFB 003.008\n"),
    ("rsync", b"@RSYNCD: 31.0\n"),
    ("Redis", b"-ERR unknown command\r\n"),
    ("XMPP", b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' from='x.test' version='1.0'>\n"),
    ("sieve", b"\"IMPLEMENTATION\" \"Dovecot\"\r\n\"SASL\" \"\"\r\nOK\r\n"),
    ("a line of JSON", b"{\"error\":\"bad request\",\"verdict\":\"passed\"}\n"),
    ("workflow commands", b"::error file=a::b\r\n##[error]c\r::stop-commands::d\x1b[2J"),
    ("old workflow commands", b"##[error]passed ##[group]\n"),
    ("escape sequences", b"\x1b[2J\x1b]0;title\x07\x1b[31mtest result: ok\n"),
    ("markup", b"<script>pwned()</script><img src=x onerror=pwned()>]]>&pwned; | **b** [l](javascript:x)\n"),
    ("text that turns around", "\u{202e}dessap\u{2066} \u{9b}2J\n".as_bytes()),
    ("zeros", &[0; 4096]),
];

/// What a server says that does not end a line: the gate waits for more to show.
const FRAGMENTS: [(&str, &[u8]); 11] = [
    ("time", b"\xeb\x12\x34\x56"),
    ("MySQL", b"\x4a\0\0\0\x0a5.5.5-10.11.6-MariaDB\0"),
    ("MySQL that has blocked the host", b"\x04\0\0\0\xffj\x04n"),
    ("telnet", b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27"),
    ("a byte of PostgreSQL that refuses TLS", b"N"),
    ("a byte of PostgreSQL that wants TLS", b"S"),
    ("an error of PostgreSQL", b"E\0\0\0\x0bSFATAL\0\0"),
    ("RDP", b"\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\0\x08\0\x02\0\0\0"),
    ("SOCKS 5", b"\x05\xff"),
    ("LDAP", b"0\x0c\x02\x01\0\x78\x07\x0a\x01\x02\x04\0\x04\0"),
    ("HTTP/2", b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff\xff\xff"),
];

/// What a server answers to a hello that it takes for a request of its own protocol.
const REPLIES: [(&str, &[u8]); 8] = [
    ("HTTP", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThe plain HTTP request was sent\r\n"),
    ("HTTP without back ends", b"HTTP/1.0 503 Service Unavailable\r\nCache-Control: no-cache\r\n\r\n"),
    ("an HTTP proxy", b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"),
    ("an HTTP redirect", b"HTTP/1.1 301 Moved\r\nLocation: https://hostile.test/\r\n\r\n"),
    ("HTTP 0.9", b"<html><head><title>400</title></head></html>\r\n"),
    ("RTSP", b"RTSP/1.0 400 Bad Request\r\n\r\n"),
    ("SIP", b"SIP/2.0 400 Bad Request\r\n\r\n"),
    ("a status line cut off", b"HTTP/1."),
];

pub(crate) fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    for (name, text) in BANNERS {
        let kind = kind(format!("banner of {name}"), NO_TLS, banner(text), REFUSES_ALL);
        // Where there is neither a line of text nor as much as is shown the gate waits for more.
        let is_text = |byte: &u8| matches!(byte, b'\r' | b'\n' | b' '..=b'~');
        let is_enough = text.iter().all(is_text) || text.starts_with(b"::") || text.len() > 64;
        kinds.push(if is_enough { kind } else { kind.within("5s") });
    }
    for (name, bytes) in FRAGMENTS {
        kinds.push(kind(name, NO_TLS, banner(bytes), REFUSES_ALL).within("5s"));
        kinds.push(kind(
            format!("{name}, then close"),
            NO_TLS,
            answer(move |_| Answer::LastBytes(bytes.to_vec())),
            REFUSES_ALL,
        ));
    }
    for (name, text) in REPLIES {
        kinds.push(kind(
            format!("{name}, then close"),
            NO_TLS,
            answer(move |_| Answer::LastBytes(text.to_vec())),
            REFUSES_ALL,
        ));
    }
    let dtls = |kind: u8, body: &[u8]| {
        let mut bytes = vec![kind, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        bytes.extend(body);
        bytes
    };
    let hello = dtls(22, &[2; 80]);
    let dtls_alert = dtls(21, &[2, 70]);
    let echoed = record(22, &message(1, &[3; 200]));
    let others: [(&str, Vec<u8>); 6] = [
        ("DTLS", hello),
        ("an alert of DTLS", dtls_alert),
        ("QUIC", [&[0xc0, 0, 0, 0, 1][..], &[0x5a; 200]].concat()),
        ("bytes of 0xff", vec![0xff; 200]),
        (
            "text of UTF-16",
            "HTTP/1.1 400 Bad Request\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
        ("a ClientHello for an answer", echoed),
    ];
    for (name, bytes) in others {
        kinds.push(kind(
            format!("{name}, then close"),
            NO_TLS,
            answer(move |_| Answer::LastBytes(bytes.clone())),
            REFUSES_ALL,
        ));
    }
    kinds.push(kind("echo", NO_TLS, echo(), REFUSES_ALL).within("5s"));
    kinds.push(kind(
        "HTTP to all hellos but SSL 2.0's, to which TLS is spoken",
        NO_TLS,
        answer(|hello| {
            if hello.ssl2 {
                Answer::Bytes(alert(2, 70))
            } else {
                Answer::LastBytes(b"HTTP/1.1 400 No\r\n\r\n".to_vec())
            }
        }),
        REFUSES_ALL,
    ));
    kinds
}
