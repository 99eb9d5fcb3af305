//! Large files, deep ones, and such as grow when they are read.

use std::fmt::Write as _;
use std::fs::File;

use crate::bounded::Bounded;

/// `count` lines, each made of its number.
fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", line(number)).unwrap();
        text
    })
}

fn bomb(levels: usize, wide: usize) -> String {
    let aliases = |level: usize| vec![format!("*a{level}"); wide].join(", ");
    "a0: &a0 x\n".to_owned()
        + &lines(levels, |level| format!("a{}: &a{} [{}]", level + 1, level + 1, aliases(level)))
}

const MANY: &str = "more than 120000 keys and values in one file, empty ones included";
const LARGE: &str = "cannot be read: larger than 1 MiB";
const DEEP: &str = "nested deeper than 40 levels";
const BRACKETS: &str = "too many brackets that are not closed on their own line";

#[test]
fn a_large_text_is_told_at_its_place() {
    let mib = 1024 * 1024;
    let long = "x".repeat(mib - 100);
    for (name, text, message, place) in [
        ("a scalar of 10 MB", format!("host: {}", "x".repeat(10_000_000)), LARGE, ""),
        (
            "a scalar of nearly 1 MiB",
            format!("host: {long}\nexpect: accepted\n"),
            "`host` is longer than 64 KiB",
            "1:7",
        ),
        (
            "a quoted one",
            format!("host: \"{long}\"\nexpect: accepted\n"),
            "`host` is longer than 64 KiB",
            "1:7",
        ),
        ("a quote that is not closed", format!("host: \"{long}"), "found unexpected end of stream", "1:7"),
        (
            "one of wide characters",
            format!("host: {}", "漢".repeat(mib / 3 - 9)),
            "`host` is longer than 64 KiB",
            "1:7",
        ),
        ("a key", format!("{long}: 1"), "not valid YAML", "1:"),
        ("only line ends", "\n".repeat(mib), "a file without scenarios", ""),
        ("only carriage returns", "\r".repeat(mib), "a file without scenarios", ""),
        ("only comments", "#\n".repeat(mib / 2), "a file without scenarios", ""),
        ("only blanks before a key", format!("{}a: 1", " ".repeat(mib - 4)), "unknown field `a`", "1:"),
        (
            "escapes",
            format!("host: \"{}\"", "\\x41".repeat(mib / 4 - 8)),
            "`host` is longer than 64 KiB",
            "1:7",
        ),
        ("placeholders", format!("host: \"{}\"", "${A}".repeat(mib / 4 - 8)), MANY, "1:480005"),
        ("documents", "---\n".repeat(mib / 4), "a second YAML document", "3:1"),
        ("dashes", "- ".repeat(mib / 2), MANY, "1:240001"),
        ("dashes on lines", "-\n".repeat(mib / 2), MANY, "120001:1"),
        ("question marks", "? ".repeat(mib / 2), MANY, "1:240001"),
        ("dashes behind separators", "-\u{2028}".repeat(mib / 4), MANY, "120001:1"),
        ("colons", ": ".repeat(mib / 2), MANY, "1:240001"),
        ("commas", format!("[{}", ",".repeat(mib - 1)), MANY, "1:120001"),
        ("keys without values", format!("{{{}}}", "a,".repeat(mib / 2 - 1)), MANY, "1:240001"),
        ("empty lists", format!("[{}]", "[],".repeat(mib / 3 - 1)), MANY, "1:"),
        ("as JSON", format!("{{{}}}", "\"a\":1,".repeat(150_000)), MANY, "1:"),
        ("keys", lines(80_000, |number| format!("k{number}: 1")), "unknown field `k0`", "1:1"),
        (
            "fields that are unknown alike",
            lines(50_000, |_| "hst: a".to_owned()),
            "unknown field `hst`",
            "1:1",
        ),
        ("one field again and again", "host: a.example\n".repeat(60_000), "a second `host`", "2:1"),
        (
            "scenarios without anything",
            format!("scenarios:\n{}", lines(49_000, |n| format!(" s{n}: {{}}"))),
            "a scenario without a host",
            "2:2",
        ),
        (
            "scenarios of one name",
            format!("scenarios:\n{}", " s: {}\n".repeat(49_000)),
            "a scenario without a host",
            "2:2",
        ),
        ("anchors", lines(50_000, |number| format!("a{number}: &a{number} 1")), "unknown field `a0`", "1:1"),
    ] {
        let text = Bounded::of(text).refused();
        let at = if place.is_empty() {
            " --> scenarios/x.yaml\n".to_owned()
        } else {
            format!("--> scenarios/x.yaml:{place}")
        };
        assert!(
            text.contains(message) && text.contains(&at),
            "{name}: {}",
            text.get(..text.len().min(800)).unwrap()
        );
    }
}

#[test]
fn a_deep_text_is_told_at_its_place() {
    let closed =
        |open: &str, close: &str, deep: usize| format!("a: {}1{}\n", open.repeat(deep), close.repeat(deep));
    for (name, text, message) in [
        ("lists that are closed", closed("[", "]", 100_000), MANY_OR_BRACKETS),
        ("mappings that are closed", closed("{a: ", "}", 100_000), MANY_OR_BRACKETS),
        ("lists that are closed, fewer", closed("[", "]", 50_000), MANY_OR_BRACKETS),
        ("mappings that are closed, fewer", closed("{a: ", "}", 50_000), MANY_OR_BRACKETS),
        ("lists that are closed, some", closed("[", "]", 1_000), &[DEEP]),
        ("lists that are not closed", "[".repeat(100_000), MANY_OR_BRACKETS),
        ("mappings that are not closed", "{a: ".repeat(100_000), MANY_OR_BRACKETS),
        ("one on each line", "[\n".repeat(100_000), MANY_OR_BRACKETS),
        ("with quotes between", "[\"\",[\n".repeat(30_000), MANY_OR_BRACKETS),
        ("both kinds", "[{a: ".repeat(50_000), MANY_OR_BRACKETS),
        ("behind a comment", "[ # ]\n".repeat(50_000), MANY_OR_BRACKETS),
        ("dashes", "- ".repeat(100_000), &[DEEP]),
        ("question marks", "? ".repeat(100_000), &[DEEP]),
        ("keys and brackets", "? [".repeat(50_000), MANY_OR_BRACKETS),
        ("indentation", (0..1_400).map(|level| format!("{}a:\n", " ".repeat(level))).collect(), &[DEEP]),
    ] as [(&str, String, &[&str]); 15]
    {
        let text = Bounded::of(text).refused();
        assert!(message.iter().any(|message| text.contains(message)), "{name}: {text}");
        assert!(text.contains("--> scenarios/x.yaml:"), "{name}: {text}");
    }
}

/// Which of both is found depends on which limit is met first.
const MANY_OR_BRACKETS: &[&str] = &[MANY, BRACKETS];

#[test]
fn what_grows_when_it_is_written_out_is_told_at_its_place() {
    let scalar = "x".repeat(500_000);
    for (name, text, message, place) in [
        ("aliases of aliases", bomb(30, 10), "aliases of aliases grow without bound", "2:"),
        ("as few as are billions", bomb(9, 9), "aliases of aliases grow without bound", "2:"),
        (
            "some hundred thousand",
            format!("a: &a [{}]\nb: [{}]", "x, ".repeat(1_000), "*a, ".repeat(200)),
            "more than 100000 keys and values in one file, aliases written out",
            "",
        ),
        (
            "a long text",
            format!("a: &a \"{scalar}\"\nb: [{}]", "*a, ".repeat(900)),
            "values of more than 8 MiB together, aliases written out",
            "",
        ),
        (
            "a title of many scenarios",
            format!(
                "title: &a \"{scalar}\"\nscenarios:\n{}",
                lines(900, |n| format!("  s{n}: {{ title: *a }}"))
            ),
            "values of more than 8 MiB together, aliases written out",
            "",
        ),
        (
            "mappings",
            lines(10, |n| {
                if n == 0 {
                    "a0: &a0 {k: v}".to_owned()
                } else {
                    format!(
                        "a{n}: &a{n} {{{}}}",
                        (0..9).map(|k| format!("k{k}: *a{}", n - 1)).collect::<Vec<_>>().join(", ")
                    )
                }
            }),
            "aliases of aliases grow without bound",
            "2:",
        ),
        ("an alias of itself", "host: &a [*a]\n".to_owned(), DEEP, "1:"),
    ] {
        let text = Bounded::of(text).refused();
        assert!(text.contains(message), "{name}: {text}");
        assert!(text.contains(&format!("--> scenarios/x.yaml:{place}")), "{name}: {text}");
    }
}

#[test]
fn a_sparse_file_of_a_gigabyte_is_not_read() {
    let folder = Bounded::new();
    File::create(folder.path("x.yaml")).unwrap().set_len(1 << 30).unwrap();
    assert!(folder.refused().contains(LARGE));
    for field in ["ca: big", "hosts: { file: big }", "policy: ./big"] {
        let folder = Bounded::of(format!("{field}\nexpect: accepted\n"));
        File::create(folder.path("big")).unwrap().set_len(1 << 30).unwrap();
        let text = folder.refused();
        assert!(text.contains("big` cannot be read: larger than ") && text.contains("x.yaml:1:"), "{text}");
    }
}

#[test]
fn a_large_list_of_hosts_is_told_at_its_place() {
    for (name, list, message, place) in [
        (
            "too many",
            lines(200_000, |n| format!("h{n}.example")),
            "`h.txt`: more than 50000 hosts in one list",
            "x.yaml:1:16",
        ),
        (
            "too many that are none",
            lines(200_000, |n| format!("-h{n}")),
            "`-h0` begins with `-`",
            "h.txt:1:1",
        ),
        ("one again and again", "h.example\n".repeat(200_000), "a second `h.example:443`", "h.txt:2:1"),
        ("only line ends", "\n".repeat(4_000_000), "`h.txt`: a list without hosts", "x.yaml:1:16"),
        ("one line", "x".repeat(4_000_000), "is longer than 253 characters", "h.txt:1:1"),
        ("one comment", "#".repeat(4_000_000), "`h.txt`: a list without hosts", "x.yaml:1:16"),
        (
            "beyond the limit",
            "#".repeat(5_000_000),
            "`h.txt` cannot be read: larger than 4 MiB",
            "x.yaml:1:16",
        ),
    ] {
        let text = Bounded::of("hosts: { file: h.txt }\nexpect: accepted\n").with("h.txt", list).refused();
        let at = format!("--> scenarios/{place}\n");
        assert!(
            text.contains(message) && text.contains(&at),
            "{name}: {}",
            text.get(..text.len().min(800)).unwrap()
        );
    }
}

#[test]
fn more_than_a_run_can_hold_is_refused_as_a_whole() {
    let good = "host: a.example\nexpect: accepted\n";
    let text = (0..20_001).fold(Bounded::new(), |folder, n| folder.with(&format!("{n}.yaml"), "")).refused();
    assert!(text.contains("error: too many files\n --> scenarios\n"), "{text}");

    let large = format!("{}\n{good}", "#".repeat(1_000_000));
    let text = (0..20).fold(Bounded::new(), |folder, n| folder.with(&format!("{n}.yaml"), &large)).refused();
    assert!(text.contains("scenario files of more than 16 MiB together"), "{text}");

    let list = lines(50_000, |n| format!("h{n}.example"));
    let one = "hosts: { file: h.txt }\nexpect: accepted\n";
    let text =
        (0..9).fold(Bounded::new().with("h.txt", list), |folder, n| folder.with(&format!("{n}.yaml"), one));
    let text = text.refused();
    assert!(text.contains("more than 200000 tests"), "{text}");

    let text = (0..3_000)
        .fold(Bounded::new().with_threads(), |folder, n| folder.with(&format!("{n:04}.yaml"), "hst: a\n"));
    let text = text.refused();
    assert!(
        text.contains("more files were not looked at") && text.contains("error: unknown field `hst`"),
        "{text}"
    );
}

#[test]
fn what_is_only_large_is_read() {
    let list = lines(20_000, |n| format!("h{n}.example"));
    let folder = Bounded::of("hosts: { file: h.txt }\nexpect: accepted\n").with("h.txt", list);
    assert!(folder.accepted().starts_with("20000 tests"));
    let scenarios =
        lines(3_000, |n| format!("  s{n}: {{ min_version: 1.2, path: \"/[{n}]\", title: a text }}"));
    let folder = Bounded::of(format!("host: a.example\nexpect: accepted\nscenarios:\n{scenarios}"));
    assert!(folder.accepted().starts_with("3000 tests"));
}

/// A suite of many files has one bundle of certificates.
#[test]
fn what_many_files_name_is_kept_once() {
    let certificate =
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", "MIIB".repeat(400));
    let bundle = certificate.repeat(1_500);
    let one = "host: a.example\nexpect: accepted\nca: ../ca.pem\n";
    let folder =
        (0..200).fold(Bounded::new().with_threads(), |folder, n| folder.with(&format!("{n}.yaml"), one));
    std::fs::write(folder.folder().join("ca.pem"), bundle).unwrap();
    assert!(folder.accepted().starts_with("200 tests"));
}
