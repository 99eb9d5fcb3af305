//! That `cargo xtask bench` still measures, on a few servers that are near: all but scanners and callgrind, and
//! the tests of its parts.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "it is how a test fails")]

#[path = "../benches/fleet/bench.rs"]
#[expect(dead_code, reason = "some of it is for people alone")]
mod bench;
#[path = "peers/required.rs"]
mod peers;
#[path = "fleet/proxy.rs"]
mod proxy;

use clap::Parser as _;

#[test]
fn all_is_measured_on_a_small_fleet() {
    if let Some(missing) = bench::missing()
        && !peers::peers_are_required()
    {
        // libtest has no other way to say it.
        println!("ignored ({missing} is not installed)");
        return;
    }
    let words = "bench --hosts 10 --delay 1 --runs 1 fleet local start shards policy";
    let options = bench::Options::try_parse_from(words.split(' ')).unwrap();
    let ground = bench::Ground::new(&options, env!("CARGO_BIN_EXE_tls-readiness").as_ref()).unwrap();
    let tables = bench::measure(&ground, |_| {}).unwrap();
    for part in
        ["this gate, handshakes | 10 |", "\n| 8 |", "`lint` of 10 files", "`check --list` of 600 tests"]
    {
        assert!(tables.contains(part), "no {part} in:\n{tables}");
    }
}
