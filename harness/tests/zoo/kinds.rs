//! Which verdict each server must get.

use std::time::Duration;

use crate::behaviour::{
    Answer, answer, banner, byte_by_byte, closes_at_once, drip, endless, healthy, healthy_answer, preceded_by,
};
use crate::first_flight::{SSL3, TLS10, TLS11, TLS12, TLS13, alert, message, record};
use crate::half_healthy::half_healthy;
use crate::peer::Behaviour;
use crate::unsteady::{choosy, unsteady};
use crate::wrong_hellos::{retries, wrong_hellos};

/// A server, what it is asked, and the verdicts that it must get: `P`assed, `F`ailed, `I`nconclusive,
/// `-` anything but passed, `*` any of the three.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) behaviour: Behaviour,
    /// How many connections it takes before its port is closed.
    pub(crate) life: usize,
    /// The gate's deadline for each step. Short only where the gate has to wait for it.
    pub(crate) timeout: &'static str,
    /// `refused` from SSL 2.0 to TLS 1.1.
    pub(crate) deprecated: char,
    /// `refused` for each of the six versions alone, oldest first.
    pub(crate) each: &'static str,
    /// `accepted` from TLS 1.2 to 1.3, by the hello.
    pub(crate) accepted: char,
    /// `unreachable`.
    pub(crate) gone: char,
}

/// A row: the verdicts on `refused` for the deprecated versions, for each version, on `accepted`, and
/// on `unreachable`.
pub(crate) fn row(
    name: impl Into<String>,
    behaviour: Behaviour,
    verdicts: (char, &'static str, char, char),
) -> Row {
    let (deprecated, each, accepted, gone) = verdicts;
    Row { name: name.into(), behaviour, life: usize::MAX, timeout: "20s", deprecated, each, accepted, gone }
}

impl Row {
    /// With a short deadline, where the gate has to wait for it.
    pub(crate) fn within(self, timeout: &'static str) -> Row {
        Row { timeout, ..self }
    }

    /// For this many connections.
    pub(crate) fn living(self, life: usize) -> Row {
        Row { life, ..self }
    }
}

/// All rows.
pub(crate) fn rows() -> Vec<Row> {
    [
        unavailable(),
        not_tls(),
        too_much(),
        wrong_hellos(),
        retries(),
        half_healthy(),
        lawful(),
        choosy(),
        unsteady(),
        alerts(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Nothing that these do says anything about a version.
fn unavailable() -> Vec<Row> {
    let nothing = ('I', "IIIIII", 'I', 'F');
    vec![
        row("closed_port", healthy(&[TLS12]), ('I', "IIIIII", 'I', 'P')).living(0),
        row("silent", answer(|_| Answer::Silence), nothing).within("300ms"),
        row("silent_before_the_hello", banner(b""), nothing).within("300ms"),
        // A load balancer without back ends looks like this.
        row("resets_every_hello", answer(|_| Answer::Reset), ('I', "IIIIII", 'F', 'F')),
        row("closes_after_every_hello", answer(|_| Answer::Close), ('I', "IIIIII", 'F', 'F')),
        // Whether the hello was sent before the end came is a matter of luck.
        row("closes_at_once", closes_at_once(), ('I', "IIIIII", '-', 'F')),
        row("drips_a_server_hello", drip(Duration::from_millis(50)), nothing).within("400ms"),
        row("half_an_alert", answer(|_| Answer::LastBytes(vec![21, 3, 3, 0, 2, 2])), nothing),
        row("half_a_record_header", answer(|_| Answer::LastBytes(vec![22, 3])), ('I', "IIIIII", '-', 'F')),
    ]
}

fn not_tls() -> Vec<Row> {
    let not_tls = ('I', "IIIIII", 'F', 'F');
    let http: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nThe plain HTTP request was sent\r\n";
    vec![
        row("http", answer(move |_| Answer::LastBytes(http.to_vec())), not_tls),
        row("ssh", banner(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), not_tls),
        row("smtp", banner(b"220 mail.test ESMTP\r\n"), not_tls),
        row("ftp", banner(b"220-welcome\r\n220 ready\r\n"), not_tls),
        row("imap", banner(b"* OK [CAPABILITY IMAP4rev1] ready\r\n"), not_tls),
        // No line ends here: the gate waits for more to show.
        row("mysql", banner(b"\x4a\0\0\0\x0a5.5.5-10.11.6-MariaDB\0"), not_tls).within("1s"),
        row(
            "workflow_commands",
            banner(b"::error file=a::b\r\n##[error]c\r::stop-commands::d\x1b[2J"),
            not_tls,
        ),
        row("echo", answer(|_| Answer::Bytes(record(22, &message(1, &[3; 200])))), not_tls),
        row("zeros", banner(&[0; 4096]), not_tls),
    ]
}

fn too_much() -> Vec<Row> {
    let violation = ('I', "IIIIII", 'F', 'F');
    vec![
        row(
            "endless_handshake_message",
            endless(&[], record(22, &[2, 0xff, 0xff, 0xff].repeat(4000))),
            violation,
        ),
        row("endless_empty_records", endless(&[], record(22, &[])), violation),
        row("endless_empty_data_records", endless(&[], record(23, &[])), violation),
        row("endless_warnings", endless(&[], alert(1, 112)), violation),
        row("endless_change_cipher_specs", endless(&[], record(20, &[1])), violation),
        row("endless_heartbeats", endless(&[], record(24, &[1, 0, 0])), violation),
        row("endless_hello_requests", endless(&[], record(22, &message(0, &[]))), ('I', "IIIIII", '-', 'F')),
        row("record_above_the_limit", endless(&[22, 3, 3, 0xff, 0xff], vec![0; 65_535]), violation),
        row("endless_bytes_that_are_no_tls", endless(&[], vec![b'a'; 4096]), violation),
    ]
}

/// Slow and odd, and within the protocol.
fn lawful() -> Vec<Row> {
    let healthy_12 = ('P', "PPPPFP", 'P', 'F');
    vec![
        row("healthy_1.2", healthy(&[TLS12]), healthy_12),
        row("healthy_1.3", healthy(&[TLS13]), ('P', "PPPPPF", 'P', 'F')),
        row("healthy_1.2_and_1.3", healthy(&[TLS12, TLS13]), ('P', "PPPPFF", 'P', 'F')),
        row("healthy_1.0", healthy(&[TLS10]), ('F', "PPFPPP", 'F', 'F')),
        row("healthy_ssl3", healthy(&[SSL3]), ('F', "PFPPPP", 'F', 'F')),
        row("healthy_ssl3_to_1.2", healthy(&[SSL3, TLS10, TLS11, TLS12]), ('F', "PFFFFP", 'P', 'F')),
        row("one_byte_a_record", byte_by_byte(), healthy_12),
        row("slow_bytes_within_the_deadline", drip(Duration::from_millis(2)), healthy_12),
        row("warning_before_the_hello", preceded_by(alert(1, 112)), healthy_12),
        row("4_warnings_before_the_hello", preceded_by(alert(1, 112).repeat(4)), healthy_12),
        row("32_empty_records_before_the_hello", preceded_by(record(22, &[]).repeat(32)), healthy_12),
    ]
}

/// This fatal alert to every hello.
pub(crate) fn always_alert(description: u8) -> Behaviour {
    answer(move |_| Answer::LastBytes(alert(2, description)))
}

/// Those that refuse (design: 70 strongly, the others weakly) and those that leave it open.
fn alerts() -> Vec<Row> {
    let refusals = [70, 40, 71, 47, 50, 80, 86, 109, 120];
    let others = [
        0, 10, 20, 21, 22, 30, 41, 42, 43, 44, 45, 46, 48, 49, 51, 60, 90, 100, 110, 111, 112, 113, 114, 115,
        116, 121, 200, 255,
    ];
    let mut rows = Vec::new();
    for description in refusals.into_iter().chain(others) {
        let refuses = refusals.contains(&description);
        let (to_all, to_old) = match refuses {
            true => (('I', "IIIIII", 'F', 'F'), ('P', "PPPPFP", 'P', 'F')),
            // SSL 2.0 has no alerts, so whichever comes refuses it.
            false => (('I', "IIIIII", 'I', 'F'), ('I', "PIIIFP", 'P', 'F')),
        };
        rows.push(row(format!("alert_{description}_to_all"), always_alert(description), to_all));
        rows.push(row(
            format!("alert_{description}_to_old"),
            answer(move |hello| match hello.version {
                TLS12 => healthy_answer(hello, &[TLS12]),
                _ => Answer::LastBytes(alert(2, description)),
            }),
            to_old,
        ));
    }
    rows
}
