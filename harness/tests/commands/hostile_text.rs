//! Text of authors and of the command line must not reach those who read the output as it is.

use crate::binary::{Folder, Ran};

/// Obeyed by terminals and by the runner of GitHub Actions.
const HOSTILE: &str = "\u{1b}[31m\n::error file=x::y\n##[error]z\r::debug::d\u{202e}";

fn assert_harmless(ran: &Ran) {
    for line in ran.stdout.split('\n').chain(ran.stderr.split('\n')) {
        let steers = |character: char| character.is_control() || matches!(character, '\u{202a}'..='\u{202e}');
        assert!(!line.contains(steers), "{line:?}");
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?}");
    }
}

#[test]
fn wrong_arguments_are_quoted_escaped() {
    let folder = Folder::mixed();
    let equals = format!("{HOSTILE}=x");
    for arguments in [
        &[HOSTILE][..],
        &["check", HOSTILE],
        &["check", "--exact", HOSTILE],
        &["check", "--as-of", HOSTILE],
        &["check", "--report", &equals],
        &["check", "--report", HOSTILE],
        &["check", "--set", HOSTILE],
        &["check", "--set", &equals],
        &["check", "--scenarios", HOSTILE],
        &["check", "--jobs", HOSTILE],
        &["lint", "--scenarios", HOSTILE],
        &["probe", HOSTILE],
        &["probe", "a.test", "--ca", HOSTILE],
        &["probe", "a.test", "--connect-to", HOSTILE],
        &["probe", "a.test", "--server-name", HOSTILE],
        &["probe", "a.test", "--timeout", HOSTILE],
        &["serve", HOSTILE],
        &["serve", "--min-version", HOSTILE],
    ] {
        let ran = folder.run(arguments);
        ran.ended_with(2);
        assert_harmless(&ran);
    }
    let ran = folder.run(&["check", "--report", &format!("json=absent/{HOSTILE}")]);
    ran.ended_with(2);
    assert_harmless(&ran);
}

/// Through the explanation, the events of `--format json` and the report.
#[test]
fn words_of_an_author_are_escaped_everywhere() {
    // As an escape: a file that holds it as it is would be refused.
    let quoted = serde_json::to_string(HOSTILE).unwrap().replace('\u{202e}', "\\u202e");
    let folder = Folder::mixed().scenario(
        "words",
        &format!(
            "host: a.test\nreplica: {{ min_version: 1.2, max_version: 1.2 }}\nmin_version: 1.2\nmax_version: 1.2\nexpect: refused\ntitle: {quoted}\nadvice: {quoted}\n"
        ),
    );
    for format in ["pretty", "terse", "json"] {
        for report in ["json=report.json", "json=-"] {
            let ran = folder.run(&["check", "words", "--format", format, "--report", report]);
            ran.ended_with(1);
            assert_harmless(&ran);
        }
    }
    assert_eq!(folder.json("report.json")["tests"][0]["title"], HOSTILE);
}

/// A file system takes nearly any name.
#[cfg(unix)]
#[test]
fn names_of_files_are_escaped() {
    for (name, text) in [(HOSTILE, "hots: x\n"), (HOSTILE, "host: a.test\nexpect: accepted\n")] {
        let name = name.replace('/', " ");
        let folder = Folder::mixed();
        std::fs::write(folder.path().join("scenarios").join(format!("{name}.yaml")), text).unwrap();
        for command in ["check", "lint"] {
            let ran = folder.run(&[command]);
            ran.ended_with(2);
            assert_harmless(&ran);
        }
    }
}
