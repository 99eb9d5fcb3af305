//! The scenarios folder as it can be: nothing in it is skipped in silence.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tls_readiness::corpus;
use tls_readiness::plan::Test;
use tls_readiness::problem::{self, Mistakes};
use tls_readiness::scenario::Values;

const GOOD: &str = "host: a.example\nexpect: accepted\n";

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn load(folder: &Path) -> Result<Vec<Test>, Mistakes> {
    corpus::load(folder, &Values::default())
}

/// The problems as a person sees them, with the folder's own name replaced.
fn shown(folder: &Path) -> String {
    let mistakes = load(folder).unwrap_err();
    let text = problem::render(&mistakes.problems, false);
    let summary = problem::summary(mistakes.problems.len(), mistakes.files_with_problems, mistakes.files);
    let own = folder.to_str().unwrap().replace('\\', "/");
    format!("{text}{summary}").replace(&own, "DIR")
}

#[test]
fn every_scenario_file_below_is_read_in_the_order_of_names() {
    let good = GOOD.as_bytes();
    let folder = folder(&[
        ("b.yaml", good),
        ("a.yml", good),
        ("C.YAML", good),
        ("sub/deeper/x.Yml", good),
        ("sub.yaml/y.yaml", good),
        (".hidden.yaml", good),
        ("bom.yaml", b"\xef\xbb\xbfhost: a.example\r\nexpect: accepted\r\n"),
        ("readme.md", b"# not a scenario"),
        ("noyaml", b""),
        ("hosts.txt", b"a.example"),
    ]);
    let tests = load(folder.path()).unwrap();
    let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
    assert_eq!(names, [".hidden", "C", "a", "b", "bom", "sub.yaml/y", "sub/deeper/x"]);
    let bom = &tests[4].scenario.place;
    assert_eq!((bom.line, bom.column), (1, 1));
    assert!(bom.file.ends_with("/bom.yaml"), "{}", bom.file);
}

#[test]
fn many_files_keep_their_order() {
    let names: Vec<String> = (100..300).map(|number| format!("{number}.yaml")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), GOOD.as_bytes())).collect();
    let folder = folder(&files);
    let tests = load(folder.path()).unwrap();
    assert!(tests.iter().map(|test| &test.name).is_sorted());
    assert_eq!(tests.len(), 200);
}

#[test]
fn every_mistake_of_every_file_is_told_in_one_go() {
    let folder = folder(&[
        ("a.yaml", b"host: a.example\nexpct: accepted\n"),
        ("b.yaml", GOOD.as_bytes()),
        ("c.yaml", b"host: a.example\nexpect: accepted\nmin_version: 1.4\ntimeout: 5\n"),
        ("d.yaml", b"caf\xe9: 1\n"),
    ]);
    let text = shown(folder.path());
    let found: Vec<&str> = text.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(
        found,
        [
            "error: not UTF-8: the byte 0xE9",
            "error: unknown field `expct`",
            "error: `1.4` is not a version of SSL or TLS",
            "error: `5` is not a duration",
        ]
    );
    assert!(text.ends_with("4 problems in 3 of 4 files; nothing was run"), "{text}");
}

#[test]
fn two_tests_of_one_name_are_a_mistake_at_the_second() {
    let folder = folder(&[("a.yaml", GOOD.as_bytes()), ("a.yml", GOOD.as_bytes())]);
    let expected = "\
error: a second test named `a`
 --> DIR/a.yml:1:1
  |
1 | host: a.example
  | ^^^^ the first is at DIR/a.yaml:1:1: rename one of them

1 problem in 1 of 2 files; nothing was run";
    assert_eq!(shown(folder.path()), expected);
}

#[test]
fn many_tests_of_one_name_are_told_in_part() {
    let names: String = (0..1_000).map(|number| format!("  s{number}: {{}}\n")).collect();
    let text = format!("{GOOD}scenarios:\n{names}");
    let folder = folder(&[("a.yaml", text.as_bytes()), ("a.yml", text.as_bytes())]);
    let mistakes = load(folder.path()).unwrap_err();
    assert_eq!(mistakes.problems.len(), 201);
    let spot = mistakes.problems[199].spot.as_ref().unwrap();
    assert_eq!((spot.line, spot.source.as_str()), (203, "  s199: {}"));
    let last = &mistakes.problems[200];
    assert_eq!(last.message, "800 more with a name that is taken");
    assert!(last.file.ends_with("/a.yml"), "{}", last.file);
}

#[test]
fn a_folder_without_scenarios_is_a_mistake() {
    for (files, message) in [
        (vec![], "no scenarios here: no file ends in `.yaml` or `.yml`"),
        (vec![("a.json", b"{}".as_slice())], "no scenarios here: no file ends in `.yaml` or `.yml`"),
        (vec![("policies/strict.yaml", GOOD.as_bytes())], "a policy without rules"),
        (vec![("a/policies/b/strict.yaml", b"scenarios: {a: {expect: accepted}}")], "only policies"),
        (vec![(".yaml", GOOD.as_bytes())], "a scenario file without a name before its ending"),
        (vec![("utf16.yaml", b"\xff\xfeh\0o\0".as_slice())], "not UTF-8: the byte 0xFF"),
        (vec![("utf16.yaml", b"h\0o\0s\0t\0".as_slice())], "not UTF-8, but UTF-16"),
    ] {
        let folder = folder(&files);
        let text = shown(folder.path());
        assert!(text.contains(message), "{text}");
    }
}

#[test]
fn what_is_no_folder_is_named() {
    let folder = folder(&[("a.yaml", GOOD.as_bytes())]);
    assert!(shown(&folder.path().join("nowhere")).starts_with("error: no such folder\n"));
    assert!(shown(&folder.path().join("a.yaml")).starts_with("error: not a folder\n"));
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let large = vec![b'#'; usize::try_from(corpus::MAX_SCENARIO_FILE).unwrap() + 1];
    let folder = folder(&[("large.yaml", &large)]);
    let text = shown(folder.path());
    assert!(text.starts_with("error: cannot be read: larger than 1 MiB\n"), "{text}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Command;

    use super::*;

    #[test]
    fn links_are_followed() {
        let elsewhere = folder(&[("x.yaml", GOOD.as_bytes()), ("y", GOOD.as_bytes())]);
        let folder = folder(&[("a.yaml", GOOD.as_bytes())]);
        symlink(elsewhere.path(), folder.path().join("linked")).unwrap();
        symlink(elsewhere.path().join("y"), folder.path().join("z.yaml")).unwrap();
        let tests = load(folder.path()).unwrap();
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(names, ["a", "linked/x", "z"]);
    }

    #[test]
    fn links_that_lead_nowhere_or_in_a_circle_are_told() {
        let folder = folder(&[("sub/a.yaml", GOOD.as_bytes())]);
        symlink("..", folder.path().join("sub/up")).unwrap();
        symlink("nowhere", folder.path().join("dangling.yaml")).unwrap();
        symlink("itself", folder.path().join("itself")).unwrap();
        let text = shown(folder.path());
        assert!(text.contains("error: a link to a folder above it\n --> DIR/sub/up\n"), "{text}");
        assert!(text.contains(" --> DIR/dangling.yaml\n  = the link leads nowhere"), "{text}");
        assert!(text.contains(" --> DIR/itself\n"), "{text}");
        assert!(text.ends_with("3 problems in 3 of 4 files; nothing was run"), "{text}");
    }

    #[test]
    fn what_is_no_file_is_not_opened() {
        let folder = folder(&[("a.yaml", GOOD.as_bytes())]);
        let listener = UnixListener::bind(folder.path().join("socket.yaml")).unwrap();
        symlink("/dev/zero", folder.path().join("device.yaml")).unwrap();
        let made = Command::new("mkfifo").arg(folder.path().join("fifo.yaml")).status().unwrap();
        assert!(made.success());
        let text = shown(folder.path());
        for name in ["socket", "device", "fifo"] {
            let expected = format!("error: cannot be read: not a regular file\n --> DIR/{name}.yaml\n");
            assert!(text.contains(&expected), "{text}");
        }
        drop(listener);
    }

    #[test]
    fn a_ca_or_list_that_is_no_file_is_not_opened() {
        let folder = folder(&[("a.yaml", b"host: a.example\nexpect: accepted\nca: fifo\n")]);
        let made = Command::new("mkfifo").arg(folder.path().join("fifo")).status().unwrap();
        assert!(made.success());
        assert!(shown(folder.path()).starts_with("error: `fifo` cannot be read: not a regular file\n"));
    }

    #[test]
    fn names_that_cannot_be_shown_are_told() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let folder = folder(&[("a::b.yaml", GOOD.as_bytes()), ("esc\u{1b}[31m.yaml", GOOD.as_bytes())]);
        // Some file systems take no names that are not UTF-8.
        let strange = folder.path().join(OsStr::from_bytes(b"latin\xe9.yaml"));
        let not_utf8 = fs::write(strange, GOOD).is_ok();
        let text = shown(folder.path());
        assert!(text.contains("error: `::` in the path of a scenario file\n"), "{text}");
        assert!(text.contains(" --> DIR/esc\\u{1b}[31m.yaml\n"), "{text}");
        assert_eq!(text.contains("error: its name is not UTF-8\n"), not_utf8, "{text}");
    }
}
