//! openssl s_server: a process for each configuration, one connection at a time.

use std::path::Path;
use std::process::Command;

use tls_readiness::version::Version::{Tls10, Tls11, Tls12, Tls13};

use crate::fleet::{Fleet, Placed};
use crate::peer::{FAILED, PASSED, Peer};
use crate::required;

pub(crate) fn fleet() -> Fleet {
    let mut peers = versions();
    peers.extend(rare_suites());
    peers.extend(postures());
    peers.extend(groups());
    peers.extend(required::of_openssl());
    Fleet::new("openssl", peers, commands)
}

fn versions() -> Vec<Peer> {
    vec![
        Peer::new("default", "", &[Tls12, Tls13]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            PASSED,
        ),
        Peer::new("all", "-cipher ALL:@SECLEVEL=0", &[Tls10, Tls11, Tls12, Tls13]),
        Peer::new("tls-1.0", "-tls1 -cipher ALL:@SECLEVEL=0", &[Tls10]),
        Peer::new("tls-1.1", "-tls1_1 -cipher ALL:@SECLEVEL=0", &[Tls11]),
        Peer::new("tls-1.2", "-tls1_2", &[Tls12]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            PASSED,
        ),
        Peer::new("tls-1.3", "-tls1_3", &[Tls13]).asked(
            "get-200",
            "path: /, expect: { status: 200 }",
            PASSED,
        ),
        Peer::new("no-tls-1.3", "-no_tls1_3", &[Tls12]),
        // A hole in the middle: each version of a range is asked for alone.
        Peer::new("no-tls-1.2", "-no_tls1_2 -cipher ALL:@SECLEVEL=0", &[Tls10, Tls11, Tls13]),
        Peer::new("ecdsa", "", &[Tls12, Tls13]).with_certificate("ecdsa").asked(
            "trusted",
            "expect: accepted",
            PASSED,
        ),
        Peer::new("ed25519", "", &[Tls12, Tls13]).with_certificate("ed25519").asked(
            "trusted",
            "expect: accepted",
            PASSED,
        ),
        Peer::new("wants-client-certificate", "-Verify 1", &[Tls12, Tls13])
            .asked("by-1.2", "max_version: 1.2, expect: accepted", PASSED)
            .asked("by-1.3", "min_version: 1.3, expect: accepted", PASSED)
            .asked("get-200", "path: /, expect: { status: 200 }", FAILED),
        Peer::new("aes-128", "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256", &[Tls12]).asked(
            "trusted",
            "expect: accepted",
            PASSED,
        ),
    ]
}

/// A server that has only suites which no first hello lists: the other hellos must find it before a
/// refusal counts.
fn rare_suites() -> Vec<Peer> {
    let old_too: &[_] = &[Tls10, Tls11, Tls12];
    vec![
        Peer::new("psk", "-nocert -psk 1234abcd -tls1_2 -cipher PSK", &[Tls12]).without_witness(),
        Peer::new("psk-old", "-nocert -psk 1234abcd -no_tls1_3 -cipher PSK:@SECLEVEL=0", old_too)
            .without_witness(),
        Peer::new("anonymous", "-nocert -no_tls1_3 -cipher aNULL:@SECLEVEL=0", old_too),
        Peer::new("no-encryption", "-no_tls1_3 -cipher eNULL:@SECLEVEL=0", old_too),
        Peer::new(
            "camellia",
            "-no_tls1_3 -cipher CAMELLIA256-SHA:DHE-RSA-CAMELLIA128-SHA:@SECLEVEL=0",
            old_too,
        ),
        Peer::new("dhe", "-no_tls1_3 -cipher kDHE:@SECLEVEL=0", old_too),
        Peer::new("aria", "-tls1_2 -cipher ARIAGCM", &[Tls12]),
        Peer::new("ccm", "-tls1_2 -cipher AESCCM", &[Tls12]),
        Peer::new("rsa-cbc-sha256", "-tls1_2 -cipher AES256-SHA256", &[Tls12]).asked(
            "accepts-by-handshake",
            "max_version: 1.2, expect: accepted",
            FAILED,
        ),
        Peer::new("1.3-ccm", "-tls1_3 -ciphersuites TLS_AES_128_CCM_SHA256", &[Tls13]).without_witness(),
        Peer::new("1.3-chacha", "-tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256", &[Tls13]),
    ]
}

/// What is true of servers that the common hellos do not reach, or that have exceptions.
fn postures() -> Vec<Peer> {
    let chacha = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384";
    let preference = |name, settings, is_servers| {
        let verdict = |holds| if holds { PASSED } else { FAILED };
        Peer::odd(name, settings)
            .asked("servers", "max_version: 1.2, expect: { server_preference: true }", verdict(is_servers))
            .asked("clients", "max_version: 1.2, expect: { server_preference: false }", verdict(!is_servers))
    };
    let reached = |name, settings| {
        Peer::odd(name, settings)
            .asked(
                "any-name",
                "max_version: 1.2, expect: { unknown_name: accepted, without_name: accepted }",
                PASSED,
            )
            .asked("its-name", "max_version: 1.2, expect: { unknown_name: refused }", FAILED)
            .asked("bears", "max_version: 1.2, expect: { tolerates: [future-version, grease] }", PASSED)
            .asked(
                "extensions",
                "max_version: 1.2, expect: { extended_master_secret: true, secure_renegotiation: true }",
                PASSED,
            )
    };
    let chacha_first: &'static str =
        Box::leak(format!("-tls1_2 -serverpref -prioritize_chacha -cipher {chacha}").into_boxed_str());
    let client_first: &'static str = Box::leak(format!("-tls1_2 -cipher {chacha}").into_boxed_str());
    let dhe_and = "-tls1_2 -cipher DHE-RSA-AES128-GCM-SHA256:ADH-AES128-SHA:@SECLEVEL=0";
    vec![
        preference("chacha-first", chacha_first, true),
        preference("client-first", client_first, false),
        reached("reached-camellia", "-tls1_2 -cipher CAMELLIA256-SHA"),
        reached("reached-ccm8", "-tls1_2 -cipher AES128-CCM8"),
        reached("reached-brainpool", "-tls1_2 -groups brainpoolP512r1"),
        Peer::odd("prime-of-anonymous", dhe_and)
            .asked("primes", "max_version: 1.2, expect: { dh_size: 2048 }", FAILED)
            .saying(&["uses Diffie-Hellman with 1024 bits in TLS 1.2"]),
    ]
}

fn groups() -> Vec<Peer> {
    vec![
        Peer::new("p-384", "-groups P-384", &[Tls12, Tls13]).asked("trusted", "expect: accepted", PASSED),
        Peer::new("p-521", "-groups P-521", &[Tls12, Tls13]).asked(
            "by-handshake",
            "expect: accepted",
            FAILED,
        ),
        Peer::new("x448", "-groups X448", &[Tls12, Tls13]).asked("by-handshake", "expect: accepted", FAILED),
        Peer::new("brainpool", "-tls1_2 -groups brainpoolP256r1:brainpoolP512r1", &[Tls12])
            .without_witness()
            .asked("by-handshake", "max_version: 1.2, expect: accepted", FAILED),
        Peer::new("ffdhe2048", "-tls1_3 -groups ffdhe2048", &[Tls13]).asked(
            "by-handshake",
            "expect: accepted",
            FAILED,
        ),
    ]
}

pub(crate) fn commands(_: &Path, placed: &[Placed<'_>]) -> Vec<Command> {
    let command = |(peer, port): &Placed<'_>| {
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-www", "-accept", &format!("127.0.0.1:{port}")]);
        if !peer.settings.contains("-nocert") {
            let certificate = peer.certificate;
            let file = |ending| format!("{certificate}.{ending}");
            command.args(["-cert", &file("pem"), "-cert_chain", &file("pem"), "-key", &file("key")]);
        }
        command.args(peer.settings.split_whitespace());
        command
    };
    placed.iter().map(command).collect()
}
