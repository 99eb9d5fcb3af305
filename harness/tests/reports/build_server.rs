//! JUnit's XML, by the rules of its strictest reader: the schema of Jenkins (`junit-10.xsd` of the xUnit
//! plugin), written down here since no package carries it.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use tls_readiness::report::{Kind, Report};

use crate::json::rendered;
use crate::{cases, clients, every_verdict, report_of};

/// An element: its attributes, those first that it must have, and its children.
struct Rule {
    required: &'static [&'static str],
    optional: &'static [&'static str],
    children: &'static [&'static str],
    has_text: bool,
}

fn rule(element: &str) -> Rule {
    let (required, optional, children, has_text): (&[_], &[_], &[_], _) = match element {
        "" => (&[], &[], &["testsuites"], false),
        "testsuites" => (&[], &["name", "time", "tests", "failures", "errors"], &["testsuite"], false),
        "testsuite" => (
            &["name", "tests", "failures", "errors"],
            &["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
            &["testsuite", "properties", "testcase", "system-out", "system-err"],
            false,
        ),
        "properties" => (&[], &[], &["property"], false),
        "property" => (&["name", "value"], &[], &[], false),
        "testcase" => (
            &["name"],
            &["time", "classname", "group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
            false,
        ),
        "failure" | "error" | "skipped" => (&[], &["type", "message"], &[], true),
        "system-out" | "system-err" => (&[], &[], &[], true),
        other => panic!("unknown element {other}"),
    };
    Rule { required, optional, children, has_text }
}

/// Reads the text by the rules; how often each element is there.
fn read(xml: &str) -> BTreeMap<String, usize> {
    let mut reader = Reader::from_str(xml);
    let mut counts = BTreeMap::new();
    let mut within = vec![String::new()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                within.push(enter(&element, within.last().unwrap()));
                *counts.entry(within.last().unwrap().clone()).or_insert(0) += 1;
            }
            Event::Empty(element) => {
                *counts.entry(enter(&element, within.last().unwrap())).or_insert(0) += 1;
            }
            Event::End(_) => {
                within.pop();
            }
            Event::Text(text) => {
                let is_blank = text.decode().unwrap().trim().is_empty();
                assert!(is_blank || rule(within.last().unwrap()).has_text, "text in {within:?}");
            }
            Event::GeneralRef(_) => assert!(rule(within.last().unwrap()).has_text),
            Event::Decl(_) => {}
            Event::Eof => return counts,
            other => panic!("{other:?}"),
        }
    }
}

fn enter(element: &BytesStart<'_>, within: &str) -> String {
    let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
    assert!(rule(within).children.contains(&name.as_str()), "{name} in {within}");
    let Rule { required, optional, .. } = rule(&name);
    let mut missing = required.to_vec();
    for attribute in element.attributes() {
        let attribute = attribute.unwrap();
        let key = std::str::from_utf8(attribute.key.as_ref()).unwrap().to_owned();
        assert!(required.contains(&&*key) || optional.contains(&&*key), "{key} of {name}");
        missing.retain(|required| *required != key);
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
        if key == "time" {
            // Digits, and a fraction of them: no exponent, no sign.
            let plain = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            assert!(plain && value.matches('.').count() <= 1, "{value}");
        }
        if ["tests", "failures", "errors", "skipped"].contains(&&*key) {
            assert!(value.parse::<u32>().is_ok(), "{value}");
        }
    }
    assert!(missing.is_empty(), "{name} without {missing:?}");
    name
}

fn junit(report: &Report) -> String {
    rendered(Kind::Junit, report)
}

#[test]
fn it_is_what_jenkins_reads() {
    let counts = read(&junit(&every_verdict::report()));
    for (element, count) in [
        ("testsuites", 1),
        // A case for each test, and one that says that a part is missing.
        ("testcase", 17),
        ("failure", 3),
        ("error", 2),
        ("skipped", 7),
    ] {
        assert_eq!(counts.get(element), Some(&count), "{element}: {counts:?}");
    }
    for (_, _, outcome) in cases::all().into_iter().chain(clients::all()) {
        assert_eq!(read(&junit(&report_of(&[outcome])))["testcase"], 1);
    }
    let report = Report::new("2026-11-23".to_owned(), false, false, None, Vec::new());
    assert_eq!(read(&junit(&report)).get("testcase"), None);
}

/// What pends fails where the run blocks on it, as its exit code does.
#[test]
fn pending_tests_fail_where_they_block() {
    let whole = every_verdict::report();
    let report = Report::new(whole.as_of, whole.live, true, None, whole.tests);
    let counts = read(&junit(&report));
    // One of the three pending ones could not be told, and nobody is missing.
    assert_eq!((counts["failure"], counts["error"], counts["skipped"]), (5, 2, 4), "{counts:?}");
}
