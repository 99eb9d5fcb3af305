//! Scenario files as their authors see them: what is read out of good ones, and what is said about
//! bad ones.
//!
//! Every `tests/data/scenarios/*/*.yaml` has a golden `.txt` beside it. After a wanted change run
//! `UPDATE_GOLDEN=1 cargo test --test scenario_files` and read the difference.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tls_readiness::calendar::Waiver;
use tls_readiness::corpus;
use tls_readiness::evidence::Pace;
use tls_readiness::plan::{self, Test};
use tls_readiness::problem::{self, Problem};
use tls_readiness::scenario::SourceFile;
use tls_readiness::scenario::{
    self, Client, Exit, Policies, Reach, ServerNameChoice, Surroundings, Values, WhenMissing,
};
use tls_readiness::verdict::Fact;

fn data(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios").join(kind)
}

fn values() -> Values {
    Values::from_assignments(["HOST=set.example", "STATUS=204", "BAD=no host"]).unwrap()
}

fn parse(
    source: &SourceFile,
    read_file: &dyn Fn(&Path) -> std::io::Result<Vec<u8>>,
) -> Result<Vec<Test>, Vec<Problem>> {
    let surroundings = Surroundings { values: &values(), policies: &Policies::default(), read_file };
    scenario::parse(source, &surroundings).and_then(plan::plan)
}

/// Reads one file as if it lay in `scenarios/`.
fn read(path: &Path) -> Result<Vec<Test>, Vec<Problem>> {
    let stem = path.file_stem().unwrap().to_str().unwrap();
    let source = SourceFile {
        shown: format!("scenarios/{stem}.yaml").into(),
        name: stem.to_owned(),
        folder: path.parent().unwrap().to_owned(),
        text: fs::read_to_string(path).unwrap(),
    };
    parse(&source, &corpus::read_file)
}

fn cases(kind: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = fs::read_dir(data(kind))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    cases.sort();
    cases
}

/// Compares with the golden file beside `case`, or writes it.
fn compare(case: &Path, actual: &str, differences: &mut String) {
    let golden = case.with_extension("txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
    if expected != actual {
        let _ = writeln!(differences, "{}\n--- expected\n{expected}\n--- actual\n{actual}", case.display());
    }
}

#[test]
fn every_bad_file_is_explained() {
    let cases = cases("bad");
    assert!(cases.len() > 60, "only {} cases", cases.len());
    let mut differences = String::new();
    for case in cases {
        let problems = read(&case).expect_err(&format!("{} has a mistake", case.display()));
        let actual = problem::render(&problems, false) + &problem::summary(problems.len(), 1, 1) + "\n";
        compare(&case, &actual, &mut differences);
    }
    assert!(differences.is_empty(), "{differences}");
}

#[test]
fn every_good_file_means_what_it_says() {
    let mut differences = String::new();
    for case in cases("good") {
        let tests = read(&case).unwrap_or_else(|problems| panic!("{}", problem::render(&problems, false)));
        let mut actual = String::new();
        for test in &tests {
            describe(test, &mut actual);
        }
        compare(&case, &actual, &mut differences);
    }
    assert!(differences.is_empty(), "{differences}");
}

/// Reads a text as if it lay in `scenarios/`, without files beside it.
fn read_text(text: &str) -> Result<Vec<Test>, Vec<Problem>> {
    let source = SourceFile {
        shown: "scenarios/x.yaml".into(),
        name: "x".to_owned(),
        folder: PathBuf::new(),
        text: text.to_owned(),
    };
    let no_file = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    parse(&source, &no_file)
}

/// Scenario files that are nearly right: known names and values, in any place.
fn nearly_scenarios() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("host"),
        Just("hosts"),
        Just("min_version"),
        Just("max_version"),
        Just("path"),
        Just("expect"),
        Just("evidence"),
        Just("server_name"),
        Just("connect_to"),
        Just("ca"),
        Just("timeout"),
        Just("attempts"),
        Just("max_connections"),
        Just("spacing"),
        Just("repeat"),
        Just("addresses"),
        Just("replica"),
        Just("title"),
        Just("enforce_from"),
        Just("waiver"),
        Just("until"),
        Just("reason"),
        Just("scenarios"),
        Just("client"),
        Just("exit"),
        Just("trusted"),
        Just("reach"),
        Just("passthrough"),
        Just("when_missing"),
        Just("cipher_suites"),
        Just("groups"),
        Just("<<"),
        Just("x"),
        Just("status"),
        Just("alert"),
        Just("outcome"),
        Just("file"),
        Just("version"),
        Just("certificate"),
        Just("certificate_key"),
        Just("certificate_lifespan"),
        Just("certificate_signature"),
        Just("certificate_names"),
        Just("certificate_chain"),
        Just("same_certificate"),
        Just("alpn"),
        Just("some"),
        Just("none"),
        Just("only"),
        Just("ocsp_staple"),
        Just("hsts"),
        Just("min_age"),
        Just("headers"),
        Just("http_redirects"),
    ];
    let scalar = prop_oneof![
        Just("a.example".to_owned()),
        Just("1.2".to_owned()),
        Just("SSLv2".to_owned()),
        Just("1.1".to_owned()),
        Just("refused".to_owned()),
        Just("accepted".to_owned()),
        Just("5s".to_owned()),
        Just("200".to_owned()),
        Just("~".to_owned()),
        Just("/".to_owned()),
        Just("${HOST}".to_owned()),
        Just("hello".to_owned()),
        Just("2026-12-31".to_owned()),
        Just("any".to_owned()),
        Just("true".to_owned()),
        Just("proxy".to_owned()),
        Just("0".to_owned()),
        Just("x25519".to_owned()),
        Just("TLS_AES_128_GCM_SHA256".to_owned()),
        Just("protocol_version".to_owned()),
        Just("RSA-2048".to_owned()),
        Just("SHA-1".to_owned()),
        Just("complete".to_owned()),
        Just("2xx".to_owned()),
        Just("!x 1".to_owned()),
        Just("\"[::1]:1\"".to_owned()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| format!("{text:?}")),
    ];
    let value = scalar.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|values| format!("[{}]", values.join(", "))),
            proptest::collection::vec((name.clone(), inner), 0..6).prop_map(|entries| {
                let entries: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(", "))
            }),
        ]
    });
    value.prop_map(|value| if value.starts_with('{') { value } else { format!("host: {value}\n") })
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(any_text in any::<String>(), nearly in nearly_scenarios()) {
        for text in [any_text, nearly] {
            match read_text(&text) {
                Ok(tests) => prop_assert!(!tests.is_empty()),
                Err(problems) => {
                    prop_assert!(!problems.is_empty());
                    let shown = problem::render(&problems, false);
                    let unsafe_to_print = |character: char| character.is_control() && character != '\n';
                    prop_assert!(!shown.contains(unsafe_to_print), "{shown:?}");
                    prop_assert!(!shown.contains("##"), "{shown:?}");
                }
            }
        }
    }
}

#[test]
fn a_file_of_mistakes_is_told_in_part() {
    let text: String = (0..100_000).map(|number| format!("x{number}: 1\n")).collect();
    let problems = read_text(&text[..text.len() / 3]).unwrap_err();
    assert_eq!(problems.len(), 201);
    assert_eq!(problems[200].message.split(' ').skip(1).collect::<Vec<_>>(), ["more", "mistakes"]);
}

#[test]
fn more_tests_than_can_be_run_are_a_mistake() {
    let hosts: String = (0..5_000).map(|number| format!("h{number}, ")).collect();
    let children: String = (0..50).map(|number| format!("  c{number}: {{}}\n")).collect();
    let problems =
        read_text(&format!("expect: accepted\nhosts: [{hosts}]\nscenarios:\n{children}")).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].message, "more than 200000 tests in one file");
}

#[test]
fn a_command_has_a_longest_length() {
    let of_bytes =
        |length: usize| format!("host: a.example\nexpect: accepted\nclient: {}\n", "x".repeat(length));
    assert!(read_text(&of_bytes(64 * 1024)).is_ok());
    let in_parts = format!("client: [curl, {}]", format!("{}, ", "x".repeat(60_000)).repeat(2));
    for text in [of_bytes(64 * 1024 + 1), format!("host: a.example\nexpect: accepted\n{in_parts}\n")] {
        let problems = read_text(&text).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].message, "`client` is longer than 64 KiB");
    }
}

/// The program on trial, with all that is not a default.
fn describe_client(client: &Client, line: &mut impl FnMut(&str, String)) {
    line("client", format!("{:?}", client.command));
    assert_eq!(client.folder, data("good"));
    if client.exit != Exit::default() {
        line("exit", format!("{:?}", client.exit));
    }
    if client.trusted {
        line("trusted", client.trusted.to_string());
    }
    if client.reach != Reach::default() {
        line("reach", format!("{:?}", client.reach));
    }
    if client.passthrough {
        line("passthrough", client.passthrough.to_string());
    }
    if client.when_missing != WhenMissing::default() {
        line("missing", format!("{:?}", client.when_missing));
    }
    if let Some(suites) = &client.cipher_suites {
        line("suites", suites.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
    if let Some(groups) = &client.groups {
        line("groups", groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
    }
}

/// A test, with all that is not a default.
fn describe(test: &Test, out: &mut String) {
    let scenario = &test.scenario;
    let place = &scenario.place;
    let _ = writeln!(out, "{}", test.name);
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "    {name:<11} {value}");
    };
    line("place", format!("{}:{}:{}", place.file, place.line, place.column));
    line("host", test.host.to_string());
    line("versions", scenario.versions.to_string());
    line("expect", format!("{:?}", scenario.expectation));
    line("depth", format!("{:?}", scenario.depth));
    if let Some(path) = &scenario.path {
        line("path", path.clone());
    }
    if scenario.server_name != ServerNameChoice::Host {
        line("server_name", format!("{:?}", scenario.server_name));
    }
    if let Some(connect_to) = &scenario.connect_to {
        line("connect_to", format!("{connect_to:?}"));
    }
    if let Some(roots) = &scenario.roots {
        line(
            "roots",
            format!("{} of {:?} bytes", roots.len(), roots.iter().map(Vec::len).collect::<Vec<_>>()),
        );
    }
    let timeout = if scenario.client.is_some() { 60_000 } else { 5_000 };
    if (scenario.timeout.as_millis(), scenario.attempts) != (timeout, 2) {
        line("patience", format!("{:?}, {} attempts", scenario.timeout, scenario.attempts));
    }
    if (scenario.pace, scenario.repeat) != (Pace::DEFAULT, 1) {
        let (connections, spacing) = (scenario.pace.connections(), scenario.pace.spacing);
        line("pace", format!("{connections} at a time, {spacing:?} apart, {} times", scenario.repeat));
    }
    if scenario.addresses != scenario::Addresses::All {
        line("addresses", format!("{:?}", scenario.addresses));
    }
    if let Some(replica) = &scenario.replica {
        line("replica", format!("{}, {}, {:?}", replica.versions, replica.status, replica.body));
    }
    if let Some(client) = &scenario.client {
        describe_client(client, &mut line);
    }
    if let Some(day) = scenario.calendar.enforce_from {
        line("enforced", day.to_string());
    }
    if let Some(waiver) = &scenario.calendar.waiver {
        let Waiver { until, reason, ticket, observed, place, last_line } = waiver;
        let narrowed = observed.as_ref().map(|facts| {
            let words: Vec<&str> = facts.iter().map(Fact::words).collect();
            format!(", for {}", words.join(", "))
        });
        let narrowed = narrowed.unwrap_or_default();
        let place = format!("{}:{} to {last_line}", place.line, place.column);
        line("waiver", format!("{until}, {reason:?}, {ticket:?}, {place}{narrowed}"));
    }
    for (name, text) in
        [("title", &scenario.title), ("reference", &scenario.reference), ("advice", &scenario.advice)]
    {
        if let Some(text) = text {
            line(name, format!("{text:?}"));
        }
    }
}

#[test]
fn the_committed_schema_is_the_one_that_is_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/scenario.schema.json");
    let actual = format!("{:#}\n", tls_readiness::schema::schema());
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &actual).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == actual, "run `cargo xtask schema`: the committed schema is stale");
}
