//! What is no regular file, does not end, or leads somewhere else.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

use crate::bounded::Bounded;

const GOOD: &str = "host: a.example\nexpect: accepted\n";

fn linked(target: &str, name: &str) -> Bounded {
    let folder = Bounded::new();
    symlink(target, folder.path(name)).unwrap();
    folder
}

#[test]
fn a_link_to_what_is_no_scenario_file_is_told() {
    for (target, message) in [
        ("nowhere", "cannot be read: no such file"),
        ("x.yaml", "cannot be read: "),
        ("/dev/zero", "cannot be read: not a regular file"),
        ("/dev/null", "cannot be read: not a regular file"),
        ("/dev/urandom", "cannot be read: not a regular file"),
        ("/dev/stdin", "cannot be read: not a regular file"),
        ("/proc/self/fd/0", "cannot be read: not a regular file"),
        // What the kernel makes up, some of it without an end, has no length.
        ("/proc/kmsg", ""),
        ("/proc/self/mem", "a file without scenarios"),
        ("/proc/self/environ", "a file without scenarios"),
        ("/proc/self/maps", "a file without scenarios"),
        ("/proc/self/pagemap", "a file without scenarios"),
        ("/etc/ssl", "no scenarios here"),
    ] {
        if !std::path::Path::new(target).exists() && target.starts_with('/') {
            continue;
        }
        let text = linked(target, "x.yaml").refused();
        assert!(text.contains(message), "{target}: {text}");
        assert!(text.contains("--> scenarios"), "{target}: {text}");
    }
}

#[test]
fn a_link_to_a_folder_that_is_no_suite_ends_at_a_limit() {
    for target in
        ["/", "/proc", "/sys", "/dev", "/proc/self/root", "/proc/self/fd", ".", "..", "/proc/self/cwd"]
    {
        let text = linked(target, "d").refused();
        assert!(text.contains("--> scenarios"), "{target}: {text}");
    }
}

#[test]
fn links_that_multiply_end_at_a_limit() {
    let folder = Bounded::new();
    for level in 0..30 {
        fs::create_dir(folder.path(&format!("l{level}"))).unwrap();
    }
    for level in 0..29 {
        for name in ["a", "b"] {
            let link = folder.path(&format!("l{level}/{name}"));
            symlink(format!("../l{}", level + 1), link).unwrap();
        }
    }
    let text = folder.with("l29/x.yaml", GOOD).refused();
    assert!(text.contains("error: too many folders\n"), "{text}");
}

#[test]
fn what_a_scenario_names_is_a_regular_file() {
    let fields = [
        ("host: a.example\nexpect: accepted\nca: \"%\"\n", 3),
        ("expect: accepted\nhosts: { file: \"%\" }\n", 2),
        ("host: a.example\npolicy: \"%\"\n", 2),
    ];
    let folder = Bounded::new();
    let named = folder.folder().join("named");
    fs::create_dir_all(named.join("folder")).unwrap();
    for (link, target) in [
        ("zero", "/dev/zero"),
        ("stdin", "/dev/stdin"),
        ("dangling", "gone"),
        ("circle", "circle"),
        ("endless", "/proc/self/pagemap"),
    ] {
        symlink(target, named.join(link)).unwrap();
    }
    assert!(Command::new("mkfifo").arg(named.join("fifo")).status().unwrap().success());
    fs::write(named.join("empty"), "").unwrap();
    let _listener = UnixListener::bind(named.join("socket")).unwrap();
    for (field, line) in fields {
        for (name, message) in [
            ("zero", "not a regular file"),
            ("stdin", "not a regular file"),
            ("fifo", "not a regular file"),
            ("socket", "not a regular file"),
            ("folder", "not a regular file"),
            ("dangling", "no such file"),
            ("circle", "cannot be read"),
            ("nowhere", "no such file"),
            ("empty", ""),
            ("endless", ""),
        ] {
            fs::write(folder.path("x.yaml"), field.replace('%', &format!("../named/{name}"))).unwrap();
            let text = folder.refused();
            let at_field = format!("--> scenarios/x.yaml:{line}:");
            let of_policy = format!("--> scenarios/../named/{name}\n");
            assert!(text.contains(message), "{field} {name}: {text}");
            assert!(text.contains(&at_field) || text.contains(&of_policy), "{field} {name}: {text}");
        }
    }
}

#[test]
fn a_folder_with_a_name_that_is_not_utf8_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Bounded::new();
    let strange = folder.path("").join(OsStr::from_bytes(b"caf\xe9"));
    if fs::create_dir(&strange).is_ok() {
        fs::write(strange.join("x.yaml"), GOOD).unwrap();
        assert!(folder.refused().contains("error: its name is not UTF-8\n"));
    }
}

#[test]
fn names_of_files_that_somebody_would_obey_are_told_and_not_obeyed() {
    let bad = [
        "\u{1b}[31m",
        "\u{202e}gpj",
        "a\nb",
        "a\rb",
        "::error::",
        "##[x]",
        "a::b",
        "",
        "a\tb",
        "\u{200b}",
        "\u{feff}x",
        "a\u{7f}",
        "a\n::error::x",
    ];
    for name in bad {
        let text = Bounded::new().with(&format!("{name}.yaml"), GOOD).refused();
        assert!(text.contains("rename it"), "{name:?}: {text}");
        let text = Bounded::new().with(&format!("{name}d/x.yaml"), GOOD).with("y.yaml", "x: 1").refused();
        assert!(text.contains("problem"), "{name:?}: {text}");
    }
    let good = [
        "-rf", "--help", "a b", "$(id)", "a'b", "a\"b", "a\\b", "CON", "%0A", "é", "漢", "@a", "*", "<b>",
        "a|b", "~", "a.yaml",
    ];
    for name in good {
        assert!(
            Bounded::new().with(&format!("{name}.yaml"), GOOD).accepted().starts_with("1 test "),
            "{name:?}"
        );
    }
}

/// A file that is another one by the time that it is opened: whichever it is, nobody waits.
#[test]
fn a_file_that_becomes_a_fifo_is_not_waited_for() {
    let folder = Bounded::of(GOOD);
    let path = folder.path("x.yaml");
    let fifo = folder.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let regular = folder.path("regular");
    fs::write(&regular, GOOD).unwrap();
    std::thread::scope(|scope| {
        let (sender, stop) = std::sync::mpsc::channel::<()>();
        let (path, fifo, regular) = (&path, &fifo, &regular);
        scope.spawn(move || {
            while matches!(stop.try_recv(), Err(std::sync::mpsc::TryRecvError::Empty)) {
                for one in [fifo, regular] {
                    let _ = fs::remove_file(path);
                    let _ = fs::hard_link(one, path);
                }
            }
        });
        for _ in 0..10 {
            // Ends, by whichever verdict: none of them waits for a writer.
            folder.ends();
        }
        drop(sender);
    });
}
