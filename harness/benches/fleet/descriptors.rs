//! How many descriptors this process may have.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::Result;

/// More than any fleet needs.
const ENOUGH: u64 = 200_000;

/// As much as macOS gives to every process, although it says that there is no limit.
const MACOS: u64 = 10_240;

/// Raises the limit as far as everybody may, and says what it is.
///
/// # Errors
/// Where the system does not tell the limit.
pub(crate) fn raise() -> Result<usize> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let raised = [ENOUGH, MACOS]
        .into_iter()
        .map(|most| most.min(hard))
        .find(|most| *most > soft && setrlimit(Resource::RLIMIT_NOFILE, *most, hard).is_ok());
    Ok(usize::try_from(raised.unwrap_or(soft).min(ENOUGH))?)
}
