//! Servers that send too much.

use crate::behaviour::{Answer, answer, endless};
use crate::hello::{alert, message, record};
use crate::kind::{Kind, NO_TLS, kind};

use super::unavailable::REFUSES_ALL;

pub(super) fn kinds() -> Vec<Kind> {
    let flood = |name: &str, first: &'static [u8], bytes: Vec<u8>| {
        kind(name, NO_TLS, endless(first, bytes), REFUSES_ALL)
    };
    vec![
        flood("endless handshake message", &[], record(22, &[2, 0xff, 0xff, 0xff].repeat(4000))),
        flood("endless empty records", &[], record(22, &[])),
        flood("endless empty records of data", &[], record(23, &[])),
        flood("endless empty alerts", &[], record(21, &[])),
        flood("endless warnings", &[], alert(1, 112)),
        flood("endless warnings in one record", &[], record(21, &[1, 112].repeat(8000))),
        flood("endless ChangeCipherSpecs", &[], record(20, &[1])),
        flood("endless heartbeats", &[], record(24, &[1, 0, 0])),
        flood("endless records of data", &[], record(23, &[0x5a; 16_384])),
        flood("endless HelloRequests", &[], record(22, &message(0, &[]))),
        flood("endless session tickets", &[], record(22, &message(4, &[0; 100]))),
        flood(
            "a ServerHello that never ends, byte by byte",
            &[22, 3, 3, 0, 4, 2, 0, 0xff, 0xff],
            record(22, &[3]),
        ),
        flood("a record above the limit", &[22, 3, 3, 0xff, 0xff], vec![0; 65_535]),
        flood("a record one byte above the limit", &[22, 3, 3, 0x48, 0x01], vec![2; 65_535]),
        flood("endless text without a line's end", &[], vec![b'a'; 4096]),
        flood("endless lines", &[], b"220 hello\r\n".repeat(400)),
        flood("endless 0xff", &[], vec![0xff; 4096]),
        flood("endless HTTP header", b"HTTP/1.1 200 OK\r\n", b"X-Header: value\r\n".repeat(200)),
        kind(
            "a handshake message of 16 MiB announced",
            NO_TLS,
            answer(|_| Answer::LastBytes(record(22, &[&[2, 0xff, 0xff, 0xff][..], &[3; 200]].concat()))),
            REFUSES_ALL,
        ),
    ]
}
