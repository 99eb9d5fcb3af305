//! The fuzz targets: a function each that takes any bytes, and panics where what must hold of all of them does
//! not. The fuzzer calls them (`targets/`), and `tests/fuzz_corpus.rs` over the corpus.
//!
//! How a target takes its input apart is told in its first lines. Whoever changes that makes the corpus anew:
//! `UPDATE_CORPUS=1 cargo test --test fuzz_corpus`.

pub mod arguments;
pub mod certificates;
pub mod client_hello;
pub mod fields;
pub mod first_flight;
pub mod harmless;
pub mod http;
pub mod passage;
pub mod renderers;
pub mod report;
pub mod scenario;

/// A target: its name, which is that of its folder in the corpus, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 10] = [
    ("arguments", arguments::run),
    ("certificates", certificates::run),
    ("client_hello", client_hello::run),
    ("fields", fields::run),
    ("first_flight", first_flight::run),
    ("http", http::run),
    ("passage", passage::run),
    ("renderers", renderers::run),
    ("report", report::run),
    ("scenario", scenario::run),
];
