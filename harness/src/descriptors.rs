//! How many files and connections this process may have open.

use std::io;
use std::sync::OnceLock;

/// The most connections at a time that are made without being asked for more: a machine with room for
/// thousands would otherwise use up its ports.
const MOST_CONNECTIONS: u64 = 1024;
/// The fewest that are of use.
const FEWEST_CONNECTIONS: u64 = 16;
/// Kept for all that is no connection: files, pipes, the programs on trial.
const RESERVED: u64 = 128;

/// Connections at a time over all hosts, where nothing else is asked for: by the limit on descriptors, which
/// is raised as far as the system permits. A stand-in's end of a connection needs one too.
#[must_use]
pub fn connections() -> usize {
    connections_within(system::raise())
}

fn connections_within(limit: u64) -> usize {
    let fit = limit.saturating_sub(RESERVED) / 2;
    usize::try_from(fit.clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS)).unwrap_or(usize::MAX)
}

/// The limit before it was raised, for programs that are begun: some walk through all descriptors that they
/// may have. Nothing where it was not raised.
static BEFORE: OnceLock<u64> = OnceLock::new();

/// The limit that this process began with; `None` where it still has it.
#[must_use]
pub(crate) fn before() -> Option<u64> {
    BEFORE.get().copied()
}

/// Whether a call failed because this process, or the machine, has no descriptor or no memory left: nothing
/// was asked of anybody.
#[must_use]
pub(crate) fn are_lacking(error: &io::Error) -> bool {
    // ENFILE, EMFILE and ENOMEM, the same on every Unix.
    cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24 | 12))
}

#[cfg(unix)]
mod system {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};

    /// macOS gives no more, whatever it names as the limit.
    const MOST: u64 = 10_240;

    /// Raises the limit; what it is now.
    pub(super) fn raise() -> u64 {
        let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return 0 };
        let wanted = hard.min(MOST).max(soft);
        if wanted > soft && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok() {
            let _ = super::BEFORE.set(soft);
            return wanted;
        }
        soft
    }

    #[cfg(target_os = "linux")]
    /// Sets the limit back to what it was, for this process and what it begins.
    pub(crate) fn lower(to: u64) {
        if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE) {
            // With the limit that it has the program runs too.
            let _ = setrlimit(Resource::RLIMIT_NOFILE, to.min(hard), hard);
        }
    }
}

#[cfg(not(unix))]
mod system {
    /// Windows has no limit of this kind.
    pub(super) fn raise() -> u64 {
        u64::MAX
    }
}

#[cfg(target_os = "linux")]
pub(crate) use system::lower;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_both_ends_and_for_files() {
        for (limit, connections) in
            [(0, 16), (100, 16), (256, 64), (1_024, 448), (10_240, 1_024), (u64::MAX, 1_024)]
        {
            assert_eq!(connections_within(limit), connections, "{limit}");
        }
    }
}
