//! A report whose texts are somebody else's, all of them: the JSON report of a stranger can be merged.

use serde_json::Value;
use tls_readiness::report::Report;

/// Fields that hold one of a closed list of words, or make a report unreadable where they hold others.
const CLOSED: [&str; 6] = ["against", "found", "side", "state", "verdict", "versions"];

/// The report with `text` in place of every text that it has.
pub(crate) fn replaced(report: &Report, text: &str) -> Report {
    let mut value = serde_json::to_value(report).unwrap();
    replace(&mut value, text);
    serde_json::from_value(value).unwrap()
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
