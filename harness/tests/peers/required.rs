//! Whether a program that is not installed fails the tests that need it.

/// Whether `TLS_READINESS_REQUIRE_PEERS` is anything but `0` or nothing.
pub(crate) fn peers_are_required() -> bool {
    std::env::var_os("TLS_READINESS_REQUIRE_PEERS").is_some_and(|value| !value.is_empty() && value != "0")
}
