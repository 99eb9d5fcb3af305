//! Inputs that the tests of other files have already: scenario files, reports, hostile texts, recorded bytes.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// An input and the target that it is for.
pub(crate) type Seed = (&'static str, Vec<u8>);

fn data(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no {ending} in {}", folder.display());
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

fn hex(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let digits: Vec<_> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks_exact(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}

/// All of them.
pub(crate) fn seeds() -> Vec<Seed> {
    let mut seeds = Vec::new();
    let policies = data("policies", "yaml");
    for kind in ["good", "bad"] {
        for (number, text) in data(&format!("tests/data/scenarios/{kind}"), "yaml").into_iter().enumerate() {
            // A NUL parts the files of an input: one within a file makes another file of it.
            let policy = &policies[number % policies.len()];
            let more = [&b"a.example\nb.example:8443 # comment\n"[..], policy, BUNDLE.as_bytes()];
            seeds.push(("scenario", [&text[..], more[0], more[1], more[2]].join(&0)));
        }
    }
    seeds.extend(policies.into_iter().map(|text| ("scenario", text)));
    for bytes in data("tests/data/wire", "hex") {
        let bytes = hex(&bytes);
        seeds.push(("client_hello", [&[6][..], &bytes].concat()));
        seeds.push(("passage", [&[0, 0xff][..], &bytes].concat()));
        seeds.push(("first_flight", [&[0x45, 255, 1, 6, 0xff, 0xff][..], &bytes].concat()));
    }
    for der in data("tests/data/certificates", "der") {
        seeds.push(("certificates", [&[2][..], &der].concat()));
    }
    seeds.extend(data("tests/data/reports", "json").iter().flat_map(|text| reports_of_one_test(text)));
    seeds.extend(HEADS.map(|head| ("http", [&[6][..], head.as_bytes()].concat())));
    seeds.extend(FIELDS.map(|(host, value)| ("fields", [&[host][..], value.as_bytes()].concat())));
    seeds.extend(ARGUMENTS.map(|text| ("arguments", text.as_bytes().to_vec())));
    seeds.push(("arguments", BUNDLE.as_bytes().to_vec()));
    seeds.extend(crate::hostile_texts::HOSTILE_TEXTS.map(|text| ("renderers", text.as_bytes().to_vec())));
    let some = crate::hostile_texts::HOSTILE_TEXTS.chunks(8);
    seeds.extend(some.map(|texts| ("renderers", texts.join("\u{0}").replace('\0', " ").into_bytes())));
    seeds
}

/// A small input is found more in than a large one.
fn reports_of_one_test(text: &[u8]) -> Vec<Seed> {
    let mut report: Value = serde_json::from_slice(text).unwrap();
    let tests = report["tests"].take();
    let of_one = |test: &Value| {
        let mut report = report.clone();
        report["tests"] = Value::Array(vec![test.clone()]);
        ("report", report.to_string().into_bytes())
    };
    tests.as_array().unwrap().iter().map(of_one).collect()
}

const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

const HEADS: [&str; 9] = [
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 301 Moved\r\nLocation: https://a.example/\r\nLocation: /\u{e4}\r\n\r\n",
    "HTTP/1.0 404 Not Found\r\nServer: \x1b[31m\r\n\r\nbody",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=31536000; includeSubDomains; preload\r\n\r\n",
    "HTTP/1.1 200\r\nX: a\r\n\tfolded\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "HTTP/2 200\r\n\r\n",
    "SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/1.1 999 \u{202e}\r\n\r\n",
];

const FIELDS: [(u8, &str); 8] = [
    (0, "max-age=63072000; includeSubDomains; preload"),
    (0, "MAX-AGE=\"3\\1\"; future=\"a;b\" ;;"),
    (0, "max-age=99999999999999999999999"),
    (0, "https://a.example/"),
    (0, "HTTPS://www.A.example.:443/path?query#fragment\nhttps://a.example"),
    (1, "https://192.0.2.1:443"),
    (2, "https://[2001:DB8::1]/"),
    (3, "https://a.example:8443\\@b.example"),
];

const ARGUMENTS: [&str; 24] = [
    "api.example.com:8443",
    "[2001:db8::1]:443",
    "192.0.2.1",
    "::ffff:192.0.2.1",
    "https://user:password@host.example/path",
    "-oProxyCommand=x",
    "localhost;rm",
    "0x7f.1",
    "127.1",
    "b\u{fc}cher.example",
    "host.example.",
    "TLSv1.2",
    "tls 1.3",
    "SSLv2",
    "250ms",
    "5s",
    "1.5h",
    "NAME=VALUE",
    "2/4",
    "2026-12-31",
    "none",
    "##[error]x",
    "::error::x",
    "\u{1b}[31m\u{202e}\0",
];
