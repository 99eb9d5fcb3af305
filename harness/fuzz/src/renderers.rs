//! Texts of others in every place of a report that has text.
//!
//! Input: a text.

use std::sync::OnceLock;

use serde_json::Value;
use tls_readiness::report::{Kind, Report, json};

use super::harmless;

/// Fields that hold one of a closed list of words or a day, or make a report unreadable where they hold others.
const CLOSED: [&str; 9] =
    ["against", "as_of", "enforce_from", "found", "side", "state", "until", "verdict", "versions"];

const KNOWN: &str = include_str!("../../tests/data/reports/every-verdict.json");
/// Of that report, the tests: enough to have every field, few enough to be quick.
const TESTS: [usize; 4] = [4, 8, 12, 14];

/// What is rendered has the same structure as with harmless texts, and nothing that is obeyed.
pub fn run(input: &[u8]) {
    static PLAIN: OnceLock<Vec<Vec<String>>> = OnceLock::new();
    let text = String::from_utf8_lossy(input);
    let plain = PLAIN.get_or_init(|| harmless::structure(&with("-")));
    // Behind something: where a text is empty a report may have no line for it.
    for (found, expected) in harmless::structure(&with(&format!("-{text}"))).iter().zip(plain) {
        let at = found.iter().zip(expected).position(|(found, expected)| found != expected);
        let at = at.unwrap_or(found.len().min(expected.len()));
        assert_eq!(found.get(at), expected.get(at), "after {:?}", found.get(..at));
    }
    let hostile = with(&text);
    let _ = harmless::structure(&hostile);
    let read = json::read(&harmless::rendered(Kind::Json, &hostile)).expect("a report");
    assert_eq!(read, hostile);
}

/// The report with `text` in every place that has text.
fn with(text: &str) -> Report {
    let mut value: Value = serde_json::from_str(KNOWN).expect("JSON");
    if let Some(tests) = value["tests"].as_array_mut() {
        let mut index = 0..;
        tests.retain(|_| index.next().is_some_and(|index: usize| TESTS.contains(&index)));
    }
    replace(&mut value, text);
    json::read(&value.to_string()).expect("a report")
}

fn replace(value: &mut Value, text: &str) {
    match value {
        Value::String(found) => text.clone_into(found),
        Value::Array(values) => values.iter_mut().for_each(|value| replace(value, text)),
        Value::Object(fields) => {
            let open = fields.iter_mut().filter(|(name, _)| !CLOSED.contains(&name.as_str()));
            open.for_each(|(_, value)| replace(value, text));
        }
        _ => {}
    }
}
