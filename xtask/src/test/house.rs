//! Rules of the house that a command can check. The reasons are in `.github/CONTRIBUTING.md`.

use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use super::Result;

/// Past this a file holds a second idea, or is read by nobody.
const LONGEST: usize = 450;

/// Names that say nothing about what a file is for, so that everything ends up in it.
const DRAWERS: [&str; 6] = ["common", "helper", "helpers", "misc", "util", "utils"];

/// Folders of temporary files and of people: a path below one is good on one machine only.
const MACHINE_FOLDERS: [&str; 7] = ["home", "mnt", "private", "root", "tmp", "Users", "work"];

/// What is read: files that people write. Everything else below the root is left alone.
const ROOTS: [&str; 10] = [
    "Cargo.toml",
    "README.md",
    ".cargo",
    ".ci",
    ".clippy.toml",
    ".deny.toml",
    ".github",
    "harness",
    "scenarios",
    "xtask",
];

/// A rule that a place breaks.
#[derive(Debug, PartialEq, Eq)]
struct Complaint {
    /// The line, from 1; `None` where the file as a whole is meant.
    line: Option<usize>,
    what: &'static str,
}

/// Reports every place in the repository that breaks a rule.
pub(crate) fn run(shell: &Shell) -> Result {
    let root = shell.current_dir();
    let mut found = Vec::new();
    let mut files = 0_usize;
    // What git would take: not what is built, found by fuzzing, or left by editors.
    let listed = cmd!(shell, "git ls-files -z --cached --others --exclude-standard -- {ROOTS...}").read()?;
    for shown in listed.split_terminator('\0').map(Path::new) {
        let path = root.join(shown);
        let Ok(text) = fs::read_to_string(&path) else { continue };
        files += 1;
        for Complaint { line, what } in complaints(shown, &text) {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            found.push(format!("{}{line}: {what}", shown.display()));
        }
    }
    if files == 0 {
        return Err("no file was found to look at".into());
    }
    if found.is_empty() {
        return Ok(());
    }
    found.sort();
    Err(format!("rules of the house are broken in places: {}\n  {}", found.len(), found.join("\n  ")).into())
}

fn complaints(path: &Path, text: &str) -> Vec<Complaint> {
    let is_rust = path.extension().is_some_and(|extension| extension == "rs");
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let mut complaints = Vec::new();
    if is_rust && stem == "mod" {
        complaints.push(Complaint { line: None, what: "name the file by its module: foo.rs beside foo/" });
    }
    if DRAWERS.contains(&stem) {
        complaints.push(Complaint { line: None, what: "name the file by its one reason to exist" });
    }
    if is_rust && text.lines().count() > LONGEST {
        complaints
            .push(Complaint { line: None, what: "longer than 450 lines: is there a second idea in it?" });
    }
    for (index, line) in text.lines().enumerate() {
        let of_line = [
            (is_rust && is_bare_allow(line), "use expect with a reason in place of allow"),
            (
                is_rust && line.trim_start().starts_with(concat!("#[", "ignore")),
                "a test that cannot run says so by failing",
            ),
            (is_unfinished(line), "unfinished: finish it, or take it out"),
            (names_machine_path(line), "a path that is good on one machine only"),
        ];
        let broken = of_line.into_iter().filter(|(broken, _)| *broken);
        complaints.extend(broken.map(|(_, what)| Complaint { line: Some(index + 1), what }));
    }
    complaints
}

fn is_bare_allow(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with(concat!("#[", "allow(")) || line.starts_with(concat!("#![", "allow("))
}

/// Whether a line holds a word that marks unfinished work. Written in two parts, so that this file
/// holds none.
fn is_unfinished(line: &str) -> bool {
    let is_marker =
        |word: &str| [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")].contains(&word);
    line.split(|c: char| !c.is_alphanumeric() && c != '_').any(is_marker)
        || [concat!("to", "do!("), concat!("un", "implemented!(")].iter().any(|name| line.contains(name))
}

/// Whether a line holds an absolute path below one of [`MACHINE_FOLDERS`]. A path within a URL or
/// behind a name is none.
fn names_machine_path(line: &str) -> bool {
    line.match_indices('/').any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let begins = before.is_none_or(|c| !c.is_alphanumeric() && !"._-/~}$*".contains(c));
        let mut parts = line.get(at + 1..).unwrap_or_default().splitn(2, '/');
        let folder = parts.next().unwrap_or_default();
        let below = parts.next().and_then(|rest| rest.chars().next());
        begins && MACHINE_FOLDERS.contains(&folder) && below.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<(Option<usize>, &'static str)> {
        complaints(Path::new(path), text).into_iter().map(|c| (c.line, c.what)).collect()
    }

    #[test]
    fn names_and_lengths_of_files() {
        let line = "//\n";
        for (path, text, count) in [
            ("a/version.rs", line.to_owned(), 0),
            ("a/mod.rs", line.to_owned(), 1),
            ("a/utils.rs", line.to_owned(), 1),
            ("a/long.rs", line.repeat(LONGEST), 0),
            ("a/long.rs", line.repeat(LONGEST + 1), 1),
            ("a/long.json", line.repeat(LONGEST + 1), 0),
        ] {
            assert_eq!(found(path, &text).len(), count, "{path}");
        }
    }

    #[test]
    fn a_bare_allow_is_found() {
        let bare = concat!("    #[", "allow(dead_code)]");
        let whole_file = concat!("#![", "allow(dead_code)]");
        for (line, bad) in [
            (bare, true),
            (whole_file, true),
            ("#[expect(dead_code, reason = \"r\")]", false),
            ("// allow(x)", false),
        ] {
            assert_eq!(!found("a.rs", line).is_empty(), bad, "{line}");
        }
        assert_eq!(found("a.toml", bare), []);
    }

    #[test]
    fn unfinished_work_is_found_by_whole_words() {
        for (line, bad) in [
            (concat!("// TO", "DO: later"), true),
            (concat!("# FIX", "ME"), true),
            (concat!("    to", "do!()"), true),
            ("let mastodon = 1;", false),
            (concat!("XX", "XX"), false),
        ] {
            assert_eq!(!found("a.yaml", line).is_empty(), bad, "{line}");
        }
        let text = format!("one\n\n{}\n", concat!("TO", "DO"));
        assert_eq!(found("a.rs", &text).first().map(|(line, _)| *line), Some(Some(3)));
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_url_is_not() {
        for folder in MACHINE_FOLDERS {
            assert!(names_machine_path(&format!("see /{folder}/someone/file")), "{folder}");
            assert!(names_machine_path(&format!("/{folder}/x")), "{folder}");
            assert!(names_machine_path(&format!("open(\"/{folder}/x\")")), "{folder}");
            assert!(!names_machine_path(&format!("https://example.com/{folder}/x")), "{folder}");
            assert!(!names_machine_path(&format!("../{folder}/x")), "{folder}");
            assert!(!names_machine_path(&format!("${{RUNNER}}/{folder}/x")), "{folder}");
            assert!(!names_machine_path(&format!("/{folder}")), "{folder}");
            assert!(!names_machine_path(&format!("/{folder}s/x")), "{folder}");
        }
        assert!(!names_machine_path("path: /api/v3/pingdom"));
        assert!(!names_machine_path("/usr/sbin/nginx"));
    }
}
