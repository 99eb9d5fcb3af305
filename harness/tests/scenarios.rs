//! The shipped scenarios as test cases of `cargo test`: glue only.

fn main() -> std::process::ExitCode {
    // Cargo runs a test in its package's folder.
    tls_readiness::target::run("../scenarios".as_ref())
}
