//! The fuzz targets over their corpus, without a fuzzer: `cargo xtask fuzz` looks for more.
//!
//! `UPDATE_CORPUS=1 cargo test --test fuzz_corpus` adds to the corpus what these tests are made of: what other
//! tests have, and what the servers and clients that are installed say today. Minimize it afterwards, as
//! `cargo xtask fuzz --help` tells.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it is how a test fails"
)]
#![expect(unreachable_pub, reason = "the targets are a library of their own, too")]

use std::collections::BTreeSet;
use std::fs;
use std::panic;
use std::path::{Path, PathBuf};

#[path = "reports/hostile_texts.rs"]
mod hostile_texts;
#[path = "peers/required.rs"]
mod peers;
#[path = "fuzz_corpus/seeds.rs"]
mod seeds;
#[path = "fuzz_corpus/servers.rs"]
mod servers;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use targets::TARGETS;

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(below)
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_input_of_the_corpus_holds() {
    for (name, run) in TARGETS {
        let folder = folder("corpus").join(name);
        let inputs = names_in(&folder);
        assert!(!inputs.is_empty(), "no corpus for {name}");
        for input in inputs {
            let bytes = fs::read(folder.join(&input)).unwrap();
            if panic::catch_unwind(|| run(&bytes)).is_err() {
                panic!("harness/fuzz/corpus/{name}/{input} does not hold");
            }
        }
    }
}

/// A name that the same bytes always have (FNV-1a).
fn name_of(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Runs the targets on inputs, and keeps these where that is wanted.
fn hold(inputs: Vec<seeds::Seed>) {
    for (name, bytes) in inputs {
        let (_, run) = TARGETS.iter().find(|(target, _)| *target == name).unwrap();
        assert!(panic::catch_unwind(|| run(&bytes)).is_ok(), "{name}: {}", bytes.escape_ascii());
        if std::env::var_os("UPDATE_CORPUS").is_some() {
            let hash = name_of(&bytes);
            fs::create_dir_all(folder("corpus").join(name)).unwrap();
            fs::write(folder("corpus").join(name).join(hash), bytes).unwrap();
        }
    }
}

#[test]
fn what_other_tests_have_holds() {
    hold(seeds::seeds());
}

#[test]
fn what_real_servers_and_clients_say_holds() {
    let recorded = servers::record();
    let are_missing = !recorded.missing.is_empty() && peers::peers_are_required();
    assert!(!are_missing, "not installed: {}", recorded.missing.join(", "));
    hold(recorded.inputs);
}

#[test]
fn every_target_is_known_everywhere() {
    let known: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known.len(), TARGETS.len());
    assert_eq!(names_in(&folder("corpus")), known);
    let files: BTreeSet<String> = known.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names_in(&folder("targets")), files);
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    for name in known {
        assert!(manifest.contains(&format!("[[bin]]\nname = \"{name}\"\npath = \"targets/{name}.rs\"\n")));
    }
}
