//! What a peer says must not reach those who read the output, and must not cost what it wants.

use std::path::Path;

use crate::gate::Run;

/// All kinds of reports, and the files that they are written to.
pub(crate) const REPORTS: [&str; 4] =
    ["junit=report.xml", "sarif=report.sarif", "markdown=report.md", "html=report.html"];

/// Fails where the output holds what a terminal or the runner of GitHub Actions obeys.
pub(crate) fn assert_printable(run: &Run) {
    assert_harmless(&run.stdout);
    assert_harmless(&run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.console());
}

/// Fails where one of the reports in a folder does, or holds what a browser obeys.
pub(crate) fn assert_reports_printable(folder: &Path, reports: &[&str]) {
    let others = reports.iter().filter_map(|report| report.split_once('=')).map(|(_, file)| file);
    for file in others.chain(["report.json"]) {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert_harmless(&text);
        let is_markup = ["report.html", "report.md", "report.xml"].contains(&file);
        for markup in ["<script>pwned", "<img src=x", "]]>&pwned"] {
            assert!(!is_markup || !text.contains(markup), "{markup} is raw in {file}");
        }
    }
}

fn assert_harmless(text: &str) {
    for line in text.lines() {
        let steers = |character: char| {
            character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let command = line.trim_start().strip_prefix("::");
        let is_command =
            command.is_some_and(|name| name.starts_with(|first: char| first.is_ascii_alphabetic()));
        let obeyed = line.contains(steers) || is_command || line.contains("##[");
        assert!(!obeyed, "printed raw: {line:?}");
    }
}

/// Fails where a run of the gate took more than this: what it holds of a peer is bounded.
#[cfg(target_os = "linux")]
pub(crate) fn assert_bounded_memory() {
    use nix::sys::resource::{UsageWho, getrusage};
    const LIMIT: i64 = 64 * 1024;
    // Until it runs another program a child has its parent's memory, and that counts.
    let own = getrusage(UsageWho::RUSAGE_SELF).unwrap().max_rss();
    let largest = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    assert!(largest <= LIMIT.max(own), "a run took {largest} KiB of memory");
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn assert_bounded_memory() {}
