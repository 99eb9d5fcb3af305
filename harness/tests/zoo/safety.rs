//! What a peer says must not reach those who read the output.

use crate::gate::Run;

/// Fails where the output holds what a terminal or the runner of GitHub Actions obeys.
pub(crate) fn assert_printable(run: &Run) {
    for line in run.stdout.lines().chain(run.stderr.lines()) {
        let steers = |character: char| {
            character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let command = line.trim_start().strip_prefix("::");
        let is_command =
            command.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
        let obeyed = line.contains(steers) || is_command || line.contains("##[");
        assert!(!obeyed, "printed raw: {line:?}");
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.console());
}
