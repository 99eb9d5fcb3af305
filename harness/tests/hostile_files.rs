//! Scenario files that are made to harm: each is told at its place, in little time and memory, and nothing is run.
//!
//! Small ones are in `data/scenarios/bad`. Here are those that a repository cannot hold: large ones, and what is
//! no file at all. The binary itself reads them, with little time and memory to do so.

// Limits of processes, links and devices.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "it is how a test fails")]

#[path = "hostile_files/bounded.rs"]
mod bounded;
#[path = "hostile_files/encodings.rs"]
mod encodings;
#[path = "hostile_files/foreign.rs"]
mod foreign;
#[path = "hostile_files/large.rs"]
mod large;
#[path = "hostile_files/special.rs"]
mod special;
