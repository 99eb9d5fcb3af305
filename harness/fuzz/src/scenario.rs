//! Scenario files, with the files that they name.
//!
//! Input: a scenario file, a list of hosts, a policy and a bundle of certificates, with NUL between them. The
//! list is what every name that ends in `.txt` stands for, the bundle what every name in `.pem` does, and the
//! policy is called `own`.

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use tls_readiness::escape::printable_up_to;
use tls_readiness::plan::{self, Test};
use tls_readiness::problem::{self, Problem};
use tls_readiness::scenario::{self, Policies, SourceFile, Surroundings, Values};

/// Mistakes of one file are told up to here, and how many more there are.
const PROBLEMS: usize = 201;

/// A file means something, or its mistakes are told at places that are in it; nothing of it is obeyed.
pub fn run(input: &[u8]) {
    let mut parts = input.splitn(4, |byte| *byte == 0).map(|part| String::from_utf8_lossy(part));
    let mut next = || parts.next().unwrap_or_default().into_owned();
    let (text, hosts, policy, bundle) = (next(), next(), next(), next());
    let values = Values::from_assignments(["HOST=set.example", "STATUS=204", "BAD=no host"]);
    let values = values.expect("assignments");
    let read_file = |path: &Path| match path.extension().and_then(|ending| ending.to_str()) {
        Some("txt") => Ok(hosts.clone().into_bytes()),
        Some("pem") => Ok(bundle.clone().into_bytes()),
        _ => Err(Error::from(ErrorKind::NotFound)),
    };
    let mut policies = Policies::default();
    if !policy.is_empty() {
        let nothing = Policies::default();
        let surroundings = Surroundings { values: &values, policies: &nothing, read_file: &read_file };
        match scenario::parse_policy(&source("own", &policy), &surroundings) {
            Ok(policy) => policies.add(policy),
            Err(problems) => told(&problems, &[&policy, &hosts]),
        }
    }
    let surroundings = Surroundings { values: &values, policies: &policies, read_file: &read_file };
    match scenario::parse(&source("x", &text), &surroundings).and_then(plan::plan) {
        Ok(tests) => planned(&tests),
        Err(problems) => told(&problems, &[&text, &hosts]),
    }
}

fn source(name: &str, text: &str) -> SourceFile {
    SourceFile {
        shown: format!("scenarios/{name}.yaml").into(),
        name: name.to_owned(),
        folder: PathBuf::new(),
        text: text.to_owned(),
    }
}

fn planned(tests: &[Test]) {
    assert!(!tests.is_empty(), "a file that means nothing");
    for test in tests {
        assert_eq!(printable_up_to(&test.name, usize::MAX), test.name, "not escaped");
        assert!(test.scenario.hosts.contains(&test.host));
    }
}

fn told(problems: &[Problem], texts: &[&str]) {
    assert!((1..=PROBLEMS).contains(&problems.len()), "{}", problems.len());
    let lines = |text: &str| text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count();
    let most = texts.iter().map(|text| lines(text)).max().unwrap_or_default();
    for problem in problems {
        for text in [&problem.message, &problem.hint].into_iter().chain(&problem.note) {
            assert_eq!(&printable_up_to(text, usize::MAX), text, "not escaped");
        }
        assert!(!problem.message.is_empty() && !problem.message.ends_with('.'), "{}", problem.message);
        if let Some(spot) = &problem.spot {
            assert!((1..=most).contains(&spot.line) && spot.column >= 1 && spot.length >= 1, "{spot:?}");
        }
    }
    let shown = problem::render(problems, false);
    let steers = |character: char| character != '\n' && printable_up_to(&character.to_string(), 1).len() > 4;
    assert!(!shown.contains(steers), "{shown:?}");
    assert!(!shown.contains("##"), "{shown:?}");
}
