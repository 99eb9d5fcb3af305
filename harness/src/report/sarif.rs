//! The report as SARIF 2.1.0, as code scanning reads it: a result at the line of each scenario that is not
//! green.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Against;
use super::json::write_value;
use super::kind::Place;
use super::markup::LONGEST;
use super::model::{Report, Test};
use super::verdict_line;
use crate::escape::printable_up_to;
use crate::verdict::Verdict;

mod rules;

/// The most results that GitHub takes of one run.
const MOST_RESULTS: usize = 25_000;

/// Where the schema is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Value,
    automation_details: Value,
    column_kind: &'static str,
    invocations: Value,
    properties: Value,
    results: Results<'a>,
}

/// Made one by one as they are written: of ten thousand they would be a hundred megabytes.
struct Results<'a> {
    report: &'a Report,
    tests: Vec<&'a Test>,
    used: Vec<&'static rules::Rule>,
    place: Place<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let result = |test: &&Test| result(self.report, test, &self.used, self.place);
        serializer.collect_seq(self.tests.iter().map(result))
    }
}

/// Writes the report.
///
/// # Errors
/// Those of `out`.
pub fn write(report: &Report, place: Place<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut tests: Vec<&Test> = report
        .tests
        .iter()
        .filter(|test| !matches!(test.verdict, Verdict::Passed | Verdict::Ignored))
        .collect();
    let left_out = tests.len().saturating_sub(MOST_RESULTS);
    if left_out > 0 {
        tests.sort_by_key(|test| test.importance());
        tests.truncate(MOST_RESULTS);
    }
    let used: Vec<&'static rules::Rule> = rules::ALL
        .iter()
        .filter(|rule| tests.iter().any(|test| std::ptr::eq(rules::of(test), *rule)))
        .collect();
    // A run that was not whole says nothing of what it has no result of.
    let parts = verdict_line::parts(report);
    let is_whole = parts.is_none() && left_out == 0;
    let about_parts =
        parts.as_ref().map(|parts| format!("The report is {parts}: nothing is known of the other tests."));
    let about_results = (left_out > 0).then(|| format!("{left_out} more results are left out."));
    let notifications: Vec<Value> = about_parts
        .into_iter()
        .chain(about_results)
        .map(|text| json!({ "level": "error", "message": { "text": text } }))
        .collect();
    let mut id = if report.live { "tls-readiness/live/" } else { "tls-readiness/" }.to_owned();
    // Of two runs of one id the later takes the place of the earlier.
    if let Some(shards) = &report.shards
        && let Some(number) = shards.number()
    {
        id.push_str(&format!("part-{number}-of-{}/", shards.of));
    }
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: json!({ "driver": {
                "name": "TLS readiness gate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": used.iter().map(|rule| rule.json()).collect::<Vec<_>>(),
            } }),
            automation_details: json!({ "id": id }),
            column_kind: "unicodeCodePoints",
            invocations: json!([{
                "executionSuccessful": is_whole,
                "exitCode": report.summary.exit_code,
                "toolExecutionNotifications": notifications,
            }]),
            properties: json!({ "asOf": shown(&report.as_of), "live": report.live }),
            results: Results { report, tests, used, place },
        }],
    };
    write_value(&log, out)
}

fn result(report: &Report, test: &Test, used: &[&'static rules::Rule], place: Place<'_>) -> Value {
    let rule = rules::of(test);
    let index = used.iter().position(|known| std::ptr::eq(*known, rule)).unwrap_or_default();
    let level = match test.verdict {
        verdict if report.blocks(verdict) => "error",
        Verdict::Advice => "note",
        _ => "warning",
    };
    let mut result = json!({
        "ruleId": rule.id,
        "ruleIndex": index,
        "level": level,
        "message": { "text": message(test) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": artifact(&place(&test.file)),
            "region": { "startLine": test.line, "startColumn": test.column },
        } }],
        // The same from run to run, wherever the scenario moves to within its file.
        "partialFingerprints": { "primaryLocationLineHash": format!("{}:{}", rule.id, shown(&test.name)) },
        "properties": {
            "test": shown(&test.name),
            "verdict": test.verdict.key(),
            "against": test.against.key(),
            "host": shown(&test.host),
            "port": test.port,
        },
    });
    if test.verdict == Verdict::Waived {
        let why = test.waiver_in_force().map(|waiver| format!(": {}", waiver.reason)).unwrap_or_default();
        let suppression = json!({
            "kind": "external",
            "status": "accepted",
            "justification": shown(&format!("{}{why}", test.until())),
        });
        if let Some(result) = result.as_object_mut() {
            result.insert("suppressions".to_owned(), json!([suppression]));
        }
    }
    result
}

/// In a message `[text](url)` is a link (3.11.6), so brackets are escaped.
fn message(test: &Test) -> String {
    let against = match test.against {
        Against::Replica => " (against a replica on this machine, not the host)",
        Against::Host => "",
    };
    let mut sentences = vec![format!("{}: {}{against}.", test.until(), test.in_short())];
    sentences.push(format!("Expected: {}.", test.expectation));
    if let Some(guidance) = &test.guidance {
        sentences.push(format!("So: {}.", guidance.consequence));
        sentences.push(format!("To do: {}.", guidance.to_do));
    }
    if let Some(advice) = &test.advice {
        sentences.push(format!("Advice: {}", advice.trim()));
    }
    let lines: Vec<String> = sentences.iter().flat_map(|sentence| sentence.lines()).map(shown).collect();
    lines.join("\n").replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn shown(text: &str) -> String {
    printable_up_to(text, LONGEST)
}

/// A file, by its path from the root of the sources where it is below that.
fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        json!({ "uri": format!("file://{}", uri(path)) })
    } else {
        json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
    }
}

/// A path as a relative URI reference (RFC 3986 4.2).
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes().take(LONGEST) {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_uri_reference() {
        for (path, reference) in [
            ("scenarios/api.yaml", "scenarios/api.yaml"),
            ("./scenarios/api.yaml", "scenarios/api.yaml"),
            ("../a b.yaml", "../a%20b.yaml"),
            ("x:y#z?%.yaml", "x%3Ay%23z%3F%25.yaml"),
            ("ä\u{1b}.yaml", "%C3%A4%1B.yaml"),
        ] {
            assert_eq!(uri(path), reference);
        }
    }
}
