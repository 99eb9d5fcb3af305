//! A server that says whatever it is told to: for what no server that can be installed does any more. It
//! answers one ClientHello, or two after a HelloRetryRequest, and goes no further.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::thread;

use tls_readiness::version::Version;
use tls_readiness::wire::{CipherSuite, ClientHello, ClientHelloReader, NamedGroup, Progress, SuiteClass};

use crate::fleet::{Fleet, Placed};
use crate::peer::{INCONCLUSIVE, Peer};

/// The argument that makes this test program such a server.
const ARGUMENT: &str = "--made-up-server";

/// What it is told.
#[derive(Debug, Clone)]
struct Settings {
    versions: Vec<Version>,
    suites: Vec<CipherSuite>,
    groups: Vec<NamedGroup>,
    prime_bits: usize,
    /// The most bytes of a hello that it answers.
    longest: usize,
    /// What is said by its name alone.
    flags: Vec<String>,
}

impl Settings {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|known| known == flag)
    }
}

fn settings(text: &str) -> Settings {
    let mut settings = Settings {
        versions: vec![Version::Tls12, Version::Tls13],
        suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256"]
            .into_iter()
            .filter_map(CipherSuite::from_name)
            .collect(),
        groups: vec![NamedGroup::X25519],
        prime_bits: 2048,
        longest: usize::MAX,
        flags: Vec::new(),
    };
    for word in text.split_whitespace() {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let values = value.split(',');
        match name {
            "versions" => {
                let known =
                    |key: &str| Version::ALL.into_iter().find(|version| version.key() == key).unwrap();
                settings.versions = values.map(known).collect();
            }
            "suites" => settings.suites = values.map(|name| CipherSuite::from_name(name).unwrap()).collect(),
            "groups" => settings.groups = values.map(|name| NamedGroup::from_name(name).unwrap()).collect(),
            "prime" => settings.prime_bits = value.parse().unwrap(),
            "longest" => settings.longest = value.parse().unwrap(),
            flag => settings.flags.push(flag.to_owned()),
        }
    }
    settings
}

/// A server that says nothing of what it has to hellos that are longer than those of common clients.
pub(crate) fn fleet() -> Fleet {
    let peers = vec![
        Peer::odd("short-hellos", "versions=1.2 longest=255 suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA")
            .asked("no-cbc", "max_version: 1.2, expect: { cipher_suites: { none: [CBC] } }", INCONCLUSIVE)
            .saying(&["that was not confirmed"])
            .asked("no-x448", "max_version: 1.2, expect: { groups: { none: [x448] } }", INCONCLUSIVE)
            .asked("primes", "max_version: 1.2, expect: { dh_size: 2048 }", INCONCLUSIVE)
            .asked("names", "max_version: 1.2, expect: { unknown_name: accepted }", INCONCLUSIVE),
    ];
    Fleet::new("made-up", peers, commands)
}

/// Says how to start one for each peer: this test program, by its argument.
pub(crate) fn commands(_: &Path, placed: &[Placed<'_>]) -> Vec<Command> {
    let command = |(peer, port): &Placed<'_>| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([ARGUMENT, &port.to_string(), peer.settings]);
        command
    };
    placed.iter().map(command).collect()
}

/// Serves for ever, where this program was started for it.
pub(crate) fn serve_if_asked() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, argument, port, text] = arguments.as_slice() else { return };
    if argument != ARGUMENT {
        return;
    }
    let settings = settings(text);
    let listener = TcpListener::bind(("127.0.0.1", port.parse::<u16>().unwrap())).unwrap();
    for stream in listener.incoming().flatten() {
        let settings = settings.clone();
        thread::spawn(move || {
            let _ = answer(stream, &settings);
        });
    }
}

fn answer(mut stream: TcpStream, settings: &Settings) -> std::io::Result<()> {
    let Some((hello, raw)) = read(&mut stream)? else { return Ok(()) };
    if raw.len() > settings.longest {
        return Ok(());
    }
    if hello.is_ssl2 {
        return if settings.versions.contains(&Version::Ssl2) {
            stream.write_all(&ssl2(&hello))
        } else {
            Ok(())
        };
    }
    let says_grease = raw.windows(5).any(|bytes| bytes == [0x4A, 0x4A, 0, 1, 0]);
    let says_future = raw.get(9..11) == Some(&[3, 5]) || raw.windows(4).any(|bytes| bytes == [3, 5, 3, 4]);
    if (says_grease && settings.has("no-grease")) || (says_future && settings.has("no-future")) {
        return stream.write_all(&alert(50));
    }
    let knows_name = hello.server_name.as_deref().is_some_and(|name| !name.ends_with(".invalid"));
    if settings.has("knows-its-name") && !knows_name {
        return stream.write_all(&alert(112));
    }
    let is_offered = |version: &&Version| **version > Version::Ssl2 && hello.offers(**version);
    let Some(version) = settings.versions.iter().filter(is_offered).max().copied() else {
        return stream.write_all(&alert(70));
    };
    let is_usable = |suite: &&CipherSuite| {
        suite.is_lawful_in(version)
            && hello.cipher_suites.contains(suite)
            && has_group(&hello, **suite, settings)
    };
    let Some(suite) = settings.suites.iter().find(is_usable).copied() else {
        return stream.write_all(&alert(40));
    };
    if version == Version::Tls13 {
        tls13(&mut stream, &hello, suite, settings)
    } else {
        stream.write_all(&classic(&hello, &raw, version, suite, settings))
    }
}

fn has_group(hello: &ClientHello, suite: CipherSuite, settings: &Settings) -> bool {
    let needs_one = SuiteClass::Ecdhe.holds(suite) || suite.is_lawful_in(Version::Tls13);
    !needs_one || group(hello, settings).is_some()
}

fn group(hello: &ClientHello, settings: &Settings) -> Option<NamedGroup> {
    settings.groups.iter().copied().find(|group| hello.groups.contains(group))
}

fn read(stream: &mut TcpStream) -> std::io::Result<Option<(ClientHello, Vec<u8>)>> {
    let mut reader = ClientHelloReader::new();
    let (mut raw, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Ok(None);
        }
        // Before a second hello a client may say that it changes its cipher (RFC 8446 D.4).
        let bytes = buffer[..count].strip_prefix(&[20, 3, 3, 0, 1, 1]).unwrap_or(&buffer[..count]);
        raw.extend_from_slice(bytes);
        if let Progress::Hello(hello) = reader.read(bytes) {
            return Ok(Some((*hello, raw)));
        }
    }
}

fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], &u16::try_from(payload.len()).unwrap().to_be_bytes()[..], payload].concat()
}

fn alert(description: u8) -> Vec<u8> {
    record(21, &[2, description])
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind][..], &length[1..], body].concat()
}

fn extension(code: u16, body: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes()[..], &u16::try_from(body.len()).unwrap().to_be_bytes(), body].concat()
}

/// The SERVER-HELLO of SSL 2.0 with all ciphers of the client.
fn ssl2(hello: &ClientHello) -> Vec<u8> {
    let ciphers: Vec<u8> =
        hello.cipher_suites.iter().flat_map(|suite| suite.0.to_be_bytes()[1..].to_vec()).collect();
    let length = u16::try_from(ciphers.len()).unwrap().to_be_bytes();
    let body = [&[4, 0, 1, 0, 2, 0, 1][..], &length, &[0, 16, 0x30], &ciphers, &[7; 16]].concat();
    [&(0x8000 | u16::try_from(body.len()).unwrap()).to_be_bytes()[..], &body].concat()
}

fn tls13(
    stream: &mut TcpStream,
    hello: &ClientHello,
    suite: CipherSuite,
    settings: &Settings,
) -> std::io::Result<()> {
    const RETRY: [u8; 32] = [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2,
        0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];
    let Some(group) = group(hello, settings) else { return stream.write_all(&alert(40)) };
    let server_hello = |random: &[u8; 32], session_id: &[u8], share: &[u8]| {
        let versions = extension(43, &[3, 4]);
        let share = extension(51, &[&group.0.to_be_bytes()[..], share].concat());
        let extensions = [versions, share].concat();
        let body = [
            &[3, 3][..],
            random,
            &[u8::try_from(session_id.len()).unwrap()],
            session_id,
            &u16::try_from(suite.0).unwrap().to_be_bytes(),
            &[0],
            &u16::try_from(extensions.len()).unwrap().to_be_bytes(),
            &extensions,
        ]
        .concat();
        record(22, &message(2, &body))
    };
    if !hello.key_shares.contains(&group) {
        stream.write_all(&server_hello(&RETRY, &hello.session_id, &[]))?;
        if read(stream)?.is_none() {
            return Ok(());
        }
    }
    stream.write_all(&server_hello(&[7; 32], &hello.session_id, &[&[0, 32][..], &[9; 32]].concat()))
}

/// A first flight up to TLS 1.2, with a ServerKeyExchange where there is one.
fn classic(
    hello: &ClientHello,
    raw: &[u8],
    version: Version,
    suite: CipherSuite,
    settings: &Settings,
) -> Vec<u8> {
    let speaks_newer = settings.versions.iter().any(|known| *known > version);
    let mut random = [7; 32];
    if speaks_newer && !settings.has("no-sentinel") {
        let tail = if version == Version::Tls12 { b"DOWNGRD\x01" } else { b"DOWNGRD\x00" };
        random[24..].copy_from_slice(tail);
    }
    let offers = |code: u16| hello.extensions.contains(&code);
    let mut extensions = Vec::new();
    if !settings.has("no-secure-renegotiation") {
        extensions.extend(extension(0xFF01, &[0]));
    }
    if offers(23) && !settings.has("no-extended-master-secret") {
        extensions.extend(extension(23, &[]));
    }
    if offers(22) && settings.has("encrypt-then-mac") {
        extensions.extend(extension(22, &[]));
    }
    let compresses = settings.has("compression") && offers_deflate(raw);
    let body = [
        &version.code().to_be_bytes()[..],
        &random,
        &[0],
        &u16::try_from(suite.0).unwrap().to_be_bytes(),
        &[u8::from(compresses)],
        &u16::try_from(extensions.len()).unwrap().to_be_bytes(),
        &extensions,
    ]
    .concat();
    let mut flight = message(2, &body);
    if SuiteClass::Ecdhe.holds(suite) {
        let group = group(hello, settings).map_or(0, |group| group.0).to_be_bytes();
        flight.extend(message(12, &[&[3][..], &group, &[32], &[9; 32], &[4, 1, 0, 0]].concat()));
    } else if SuiteClass::Dhe.holds(suite) {
        let prime = vec![0xFF; settings.prime_bits / 8];
        let length = u16::try_from(prime.len()).unwrap().to_be_bytes();
        flight.extend(message(12, &[&length[..], &prime, &[0, 1, 2, 0, 1, 3, 4, 1, 0, 0]].concat()));
    }
    flight.extend(message(14, &[]));
    record(22, &flight)
}

/// Whether DEFLATE is among the compression methods.
fn offers_deflate(raw: &[u8]) -> bool {
    let session_id = usize::from(raw[43]);
    let suites = 44 + session_id;
    let length = usize::from(u16::from_be_bytes([raw[suites], raw[suites + 1]]));
    let methods = suites + 2 + length;
    raw[methods + 1..methods + 1 + usize::from(raw[methods])].contains(&1)
}
