//! The inputs that workflows and actions declare, and what they are given.

use std::collections::BTreeMap;

use serde_json::Value;

use super::file::{Texts, text};
use crate::nearest::nearest;

/// An input as it is declared.
pub(super) struct Input {
    pub(super) default: Option<String>,
    is_required: bool,
    /// `string`, `boolean` or `number`; empty with actions, whose inputs are all text.
    kind: String,
}

/// Declared inputs by their names.
pub(super) type Inputs = BTreeMap<String, Input>;

/// What a mapping of inputs declares.
pub(super) fn declared(mapping: Option<&Value>) -> Inputs {
    let mapping = mapping.and_then(Value::as_object).into_iter().flatten();
    let input = |value: &Value| Input {
        default: value.get("default").map(text),
        is_required: value.get("required").is_some_and(|it| it == true),
        kind: value.get("type").map(text).unwrap_or_default(),
    };
    mapping.map(|(name, value)| (name.clone(), input(value))).collect()
}

/// Whether what is given is declared, of its kind as far as it is no expression, and all that is required.
pub(super) fn check(declared: &Inputs, given: &Texts) -> Result<(), String> {
    for (name, value) in given {
        let Some(input) = declared.get(name) else {
            let hint = match nearest(name, declared.keys().map(String::as_str)) {
                Some(word) => format!("did you mean `{word}`?"),
                None => format!("there are {}", declared.keys().cloned().collect::<Vec<_>>().join(", ")),
            };
            return Err(format!("no input `{name}` is declared; {hint}"));
        };
        let is_of_kind = value.contains("${{")
            || match input.kind.as_str() {
                "boolean" => ["true", "false"].contains(&value.as_str()),
                "number" => value.parse::<f64>().is_ok(),
                _ => true,
            };
        if !is_of_kind {
            return Err(format!("the input `{name}` is a {}, not `{value}`", input.kind));
        }
    }
    let is_missing = |(name, input): &(&String, &Input)| {
        input.is_required && input.default.is_none() && !given.contains_key(*name)
    };
    match declared.iter().find(is_missing) {
        Some((name, _)) => Err(format!("the input `{name}` is required and not given")),
        None => Ok(()),
    }
}

/// What is given, and of the rest the defaults.
pub(super) fn complete(declared: &Inputs, given: &Texts) -> Texts {
    let mut inputs: Texts = declared
        .iter()
        .map(|(name, input)| (name.clone(), input.default.clone().unwrap_or_default()))
        .collect();
    inputs.extend(given.clone());
    inputs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_must_be_declared() {
        let declared = declared(Some(
            &serde_yaml::from_str(
                "{ live: { type: boolean, default: false }, shards: { type: number, default: 1 }, \
                 host: { type: string, required: true }, report: { required: true, default: a } }",
            )
            .unwrap(),
        ));
        for (given, complaint) in [
            (&[("host", "a")][..], None),
            (&[("host", ""), ("live", "true"), ("shards", "2.0")], None),
            (&[("host", ""), ("live", "${{ inputs.live }}"), ("shards", "${{ a }}")], None),
            (&[], Some("`host` is required")),
            (&[("host", ""), ("lvie", "true")], Some("no input `lvie` is declared; did you mean `live`?")),
            (&[("host", ""), ("something", "")], Some("there are host, live, report, shards")),
            (&[("host", ""), ("live", "yes")], Some("`live` is a boolean, not `yes`")),
            (&[("host", ""), ("live", "")], Some("`live` is a boolean")),
            (&[("host", ""), ("shards", "two")], Some("`shards` is a number, not `two`")),
        ] {
            let given: Texts = given.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            match (check(&declared, &given), complaint) {
                (Ok(()), None) => {}
                (Err(said), Some(complaint)) => assert!(said.contains(complaint), "{said}"),
                (said, _) => panic!("{given:?}: {said:?}"),
            }
        }
        let given = [("live".to_owned(), "true".to_owned())].into();
        let complete = complete(&declared, &given);
        let value = |name: &str| complete.get(name).map(String::as_str);
        assert_eq!([value("live"), value("shards"), value("host")], [Some("true"), Some("1"), Some("")]);
    }
}
