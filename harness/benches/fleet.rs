//! The whole gate, as one process, against a fleet of servers that are far away, and scanners against the
//! same: `cargo xtask bench`.

use std::process::ExitCode;

#[cfg(unix)]
#[path = "fleet/bench.rs"]
mod bench;

#[cfg(unix)]
fn main() -> ExitCode {
    bench::main(std::env::args_os().skip(1).collect(), env!("CARGO_BIN_EXE_tls-readiness").as_ref())
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
