//! What to do about what this machine could not do, by the words of its system.

/// Errors of Unix by their numbers, as the standard library writes them behind the system's words, and what helps.
const REMEDIES: [(&[u32], &str); 4] = [
    // EMFILE, ENFILE.
    (&[24, 23], "let this process open more files (`ulimit -n`), or run fewer tests at a time (`--jobs`)"),
    // EAGAIN on Linux and on macOS, ENOMEM.
    (
        &[11, 35, 12],
        "give this process more memory or threads (`ulimit -v`, `ulimit -u`, a larger container), or run fewer \
         tests at a time (`--jobs`)",
    ),
    // ENOSPC, EDQUOT on Linux and on macOS.
    (&[28, 122, 69], "make room on the disk, or name another folder by TMPDIR"),
    // EROFS.
    (&[30], "name a folder that can be written to by TMPDIR"),
];

/// What helps against an error of the system; `None` where that is not known.
pub(super) fn remedy(words: &str) -> Option<&'static str> {
    let (_, rest) = words.split_once("(os error ")?;
    let number: u32 = rest.split_once(')')?.0.parse().ok()?;
    REMEDIES.iter().find(|(numbers, _)| numbers.contains(&number)).map(|(_, remedy)| *remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_lacks_is_what_it_needs_more_of() {
        for (words, remedy_has) in [
            ("Too many open files (os error 24)", Some("ulimit -n")),
            ("the stand-in could not take it: Too many open files in system (os error 23)", Some("--jobs")),
            ("Resource temporarily unavailable (os error 11)", Some("ulimit -u")),
            ("Cannot allocate memory (os error 12)", Some("ulimit -v")),
            ("No space left on device (os error 28)", Some("TMPDIR")),
            ("Read-only file system (os error 30)", Some("TMPDIR")),
            ("Permission denied (os error 13)", None),
            ("(os error x) (os error 24)", None),
            ("nothing of the system", None),
        ] {
            let found = remedy(words);
            assert_eq!(found.is_some(), remedy_has.is_some(), "{words}");
            assert!(remedy_has.is_none_or(|has| found.unwrap().contains(has)), "{words}");
        }
    }
}
