//! How many descriptors this process may have.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use super::Result;

/// More than any fleet needs.
const ENOUGH: u64 = 200_000;

/// Raises the limit as far as everybody may, and says what it is.
///
/// # Errors
/// Where the system does not tell the limit.
pub(crate) fn raise() -> Result<usize> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let raised = setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok();
    Ok(usize::try_from(if raised { hard } else { soft }.min(ENOUGH))?)
}
