//! The JSON Schema of scenario files: editors complete and check by it.
//!
//! It is drawn from the reader's own table of fields. What a schema cannot say (a range that is
//! empty, a `status` without a `path`) only the reader finds.

use serde_json::{Map, Value, json};

use crate::certificate::{PublicKey, SignatureHash};
use crate::scenario::Policies;
use crate::scenario::client::narrowed;
use crate::scenario::expect::posture;
use crate::scenario::field::{Field, Kind, Table};

/// The schema. Draft 7: the one that yaml-language-server knows best.
#[must_use]
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Scenarios of the TLS readiness gate",
        "description": "A scenario names a host, a range of TLS versions and the expected outcome.",
        "allOf": [{ "$ref": "#/definitions/scenario" }],
        "definitions": {
            "scenario": object(Table::SCENARIO, "A scenario; with `scenarios` a group whose children inherit every field that they do not set.", true),
            "expect": object(Table::EXPECT, "The expected outcome, in detail.", false),
            "signature": object(Table::SIGNATURE, "How certificates may be signed.", false),
            "alpn": object(Table::ALPN, "Protocols that are agreed on, or not.", false),
            "hsts": object(Table::HSTS, "What Strict-Transport-Security must say.", false),
            "replica": object(Table::REPLICA, "A stand-in for the host.", false),
            "versions": object(Table::VERSIONS, "Versions that must be accepted or refused.", false),
            "suiteChoice": choice("Which cipher suites there may be: by their IANA names, or classes of them.", posture::suite_names()),
            "groupChoice": choice("Which groups there may be, by their IANA names, or `post-quantum`.", &posture::group_names()),
            "rule": object(Table::RULE, "What is said of a single rule of a policy.", false),
            "waiver": object(Table::WAIVER, "Permission to fail until a day.", false),
            "hostsFile": object(Table::HOSTS, "A file with one host a line.", false),
            "version": version(),
            "duration": {
                "description": "A whole number and a unit: ms, s, m, h or d.",
                "type": "string",
                "pattern": format!("^([0-9]+(ms|s|m|h|d)|{PLACEHOLDER})$"),
                "examples": ["250ms", "5s", "30d"]
            },
        }
    })
}

/// The schema as the file that is committed beside scenarios, with a line end after it.
#[must_use]
pub fn text() -> String {
    format!("{:#}\n", schema())
}

/// A `${NAME}` somewhere in a text, as patterns allow it.
const PLACEHOLDER: &str = r".*\$\{[A-Za-z_][A-Za-z0-9_]*\}.*";

/// A mapping with the fields of a table. Only a scenario has a level above whose fields `~` unsets.
fn object(table: Table, description: &str, unsets: bool) -> Value {
    let fields = table.fields.iter().filter(|field| field.kind != Kind::NotYet);
    let properties: Map<String, Value> =
        fields.map(|field| (field.name.to_owned(), property(*field, unsets))).collect();
    json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: Field, unsets: bool) -> Value {
    let value = value(field.kind);
    // Beside `$ref` draft 7 ignores everything: so the words stand outside.
    let mut any_of = vec![value];
    if unsets && field.kind != Kind::Scenarios {
        any_of.push(json!({ "type": "null", "description": "Unsets an inherited value." }));
    }
    let mut property = json!({ "description": field.doc, "anyOf": any_of });
    if let (Some(default), Some(property)) = (default(field, unsets), property.as_object_mut()) {
        property.insert("default".to_owned(), default);
    }
    property
}

fn default(field: Field, of_scenario: bool) -> Option<Value> {
    Some(match field.name {
        "min_version" => json!(1.2),
        "max_version" => json!(1.3),
        "timeout" => json!("5s"),
        "attempts" => json!(2),
        "addresses" => json!("all"),
        "certificate" => json!("trusted"),
        "exit" => json!(0),
        "trusted" | "passthrough" => json!(false),
        "reach" => json!("auto"),
        "when_missing" => json!("fail"),
        "body" => json!(""),
        "status" if !of_scenario && field.doc.contains("Default: 200") => json!(200),
        _ => return None,
    })
}

fn value(kind: Kind) -> Value {
    let placeholder = json!({ "type": "string", "pattern": PLACEHOLDER });
    match kind {
        Kind::Host => host(),
        Kind::Hosts => json!({ "anyOf": [
            { "type": "array", "items": host(), "minItems": 1, "uniqueItems": true },
            { "$ref": "#/definitions/hostsFile" },
        ] }),
        Kind::Version => json!({ "$ref": "#/definitions/version" }),
        Kind::Path => {
            json!({ "type": "string", "pattern": format!("^(/[!$-;=?-_a-~]*|{PLACEHOLDER})$"), "examples": ["/"] })
        }
        Kind::Expect => json!({ "anyOf": [
            word(crate::scenario::field::OUTCOMES),
            placeholder,
            { "$ref": "#/definitions/expect" },
        ] }),
        Kind::Duration => json!({ "$ref": "#/definitions/duration" }),
        Kind::File | Kind::Text => json!({ "type": "string" }),
        Kind::Url => {
            json!({ "type": "string", "pattern": format!("^([Hh][Tt][Tt][Pp][Ss]?://[!-~]+|{PLACEHOLDER})$") })
        }
        Kind::Address => {
            json!({ "type": "string", "minLength": 2, "examples": ["127.0.0.1:8443", "[::1]:8443"] })
        }
        Kind::ServerName => json!({ "type": "string", "minLength": 1, "examples": ["none"] }),
        Kind::Number(min, max) => json!({ "anyOf": [
            { "type": "integer", "minimum": min, "maximum": max },
            placeholder,
        ] }),
        Kind::Word(words) => json!({ "anyOf": [word(words), placeholder] }),
        Kind::Flag => json!({ "anyOf": [{ "type": "boolean" }, placeholder] }),
        Kind::Command => command(),
        Kind::Exit => json!({ "anyOf": [{ "type": "integer", "enum": [0] }, word(&["any"]), placeholder] }),
        Kind::Statuses => {
            let one = json!({ "anyOf": [
                { "type": "integer", "minimum": 100, "maximum": 599 },
                { "type": "string", "pattern": format!("^([1-5](xx|XX)|{PLACEHOLDER})$") },
            ] });
            one_or_list(&one)
        }
        Kind::Keys => one_or_list(
            &json!({ "type": "string", "pattern": format!("^(RSA-[1-9][0-9]{{2,4}}|P-256|P-384|P-521|Ed25519|Ed448|{PLACEHOLDER})$"), "examples": PublicKey::NAMES }),
        ),
        Kind::Hashes => one_or_list(&json!({ "anyOf": [word(SignatureHash::NAMES), placeholder] })),
        Kind::Names | Kind::Protocols => one_or_list(&json!({ "type": "string", "minLength": 1 })),
        Kind::Signature => json!({ "$ref": "#/definitions/signature" }),
        Kind::Alpn => json!({ "anyOf": [
            { "type": "string", "minLength": 1, "maxLength": 255, "examples": ["h2", "http/1.1"] },
            { "$ref": "#/definitions/alpn" },
        ] }),
        Kind::Hsts => json!({ "anyOf": [
            { "$ref": "#/definitions/duration" },
            { "$ref": "#/definitions/hsts" },
        ] }),
        Kind::Headers => json!({
            "type": "object",
            "minProperties": 1,
            "propertyNames": { "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" },
            "additionalProperties": { "type": ["boolean", "string"] },
        }),
        Kind::Redirects => json!({ "anyOf": [
            { "type": "boolean", "enum": [true] },
            { "type": "integer", "minimum": 1, "maximum": u16::MAX },
            placeholder,
        ] }),
        Kind::Suites => names(narrowed::suite_names()),
        Kind::Groups => names(&narrowed::group_names()),
        Kind::Policy => json!({ "type": "string", "minLength": 1, "examples": policy_names() }),
        Kind::Rules => json!({
            "type": "object",
            "additionalProperties": { "anyOf": [
                { "$ref": "#/definitions/rule" },
                { "type": "null", "description": "Says nothing." },
            ] },
        }),
        Kind::Versions => json!({ "$ref": "#/definitions/versions" }),
        Kind::SuiteChoice => json!({ "$ref": "#/definitions/suiteChoice" }),
        Kind::GroupChoice => json!({ "$ref": "#/definitions/groupChoice" }),
        Kind::VersionList => json!({
            "type": "array",
            "items": { "$ref": "#/definitions/version" },
            "minItems": 1,
            "uniqueItems": true,
        }),
        Kind::Words(words) => names(words),
        // Only `choice` knows which.
        Kind::Chosen => json!(false),
        Kind::Day => {
            json!({ "type": "string", "pattern": format!("^([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{PLACEHOLDER})$"), "examples": ["2026-12-31"] })
        }
        Kind::Waiver => json!({ "$ref": "#/definitions/waiver" }),
        Kind::Observed => observed(),
        Kind::Replica => json!({ "$ref": "#/definitions/replica" }),
        Kind::Scenarios => json!({
            "type": "object",
            "minProperties": 1,
            "propertyNames": { "minLength": 1, "maxLength": 100, "not": { "pattern": "::" } },
            "additionalProperties": { "$ref": "#/definitions/scenario" },
        }),
        Kind::NotYet => json!(false),
    }
}

/// Those that come with the gate; others have other names.
fn policy_names() -> Vec<&'static str> {
    Policies::shipped().map(|policy| policy.name.as_str()).collect()
}

fn word(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// Which of these names there may be.
fn choice(description: &str, known: &[&str]) -> Value {
    let list = names(known);
    let properties: Map<String, Value> = Table::CHOICE
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), json!({ "description": field.doc, "anyOf": [list] })))
        .collect();
    json!({
        "type": "object",
        "description": description,
        "properties": properties,
        "additionalProperties": false,
        "minProperties": 1,
    })
}

/// One of these, or a list of some.
fn one_or_list(one: &Value) -> Value {
    json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1, "uniqueItems": true }] })
}

/// A list of some of these names.
fn names(names: &[&str]) -> Value {
    let name = json!({ "anyOf": [word(names), { "type": "string", "pattern": PLACEHOLDER }] });
    json!({ "type": "array", "items": name, "minItems": 1, "uniqueItems": true })
}

/// A fact in words, or several.
fn observed() -> Value {
    let fact =
        json!({ "type": "string", "minLength": 1, "examples": ["accepted 1.0", "status 404", "closed"] });
    json!({ "anyOf": [fact, { "type": "array", "items": fact, "minItems": 1, "uniqueItems": true }] })
}

/// A command for the shell, or a program and its arguments.
fn command() -> Value {
    let not_blank = json!({ "type": "string", "pattern": "\\S" });
    json!({ "anyOf": [
        not_blank,
        { "type": "array", "items": { "type": ["string", "number", "boolean"] }, "minItems": 1 },
    ] })
}

fn host() -> Value {
    json!({ "type": "string", "minLength": 1, "examples": ["api.example.com", "api.example.com:8443", "[2001:db8::1]:443"] })
}

/// Versions as numbers and in every spelling of text.
fn version() -> Value {
    json!({
        "description": "SSLv2, SSLv3, 1.0, 1.1, 1.2 or 1.3; also as TLSv1.2, TLS 1.2, tls12.",
        "anyOf": [
            { "enum": [1.0, 1.1, 1.2, 1.3] },
            { "enum": ["SSLv2", "SSLv3", "1.0", "1.1", "1.2", "1.3"] },
            { "type": "string", "pattern": "^[Tt][Ll][Ss][Vv]? ?1(\\.?[0-3])?$" },
            { "type": "string", "pattern": "^[Ss][Ss][Ll][Vv]? ?[23](\\.?0)?$" },
            { "type": "string", "pattern": PLACEHOLDER },
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_that_is_read_is_in_the_schema_and_no_other() {
        let schema = schema();
        for (name, table) in [
            ("scenario", Table::SCENARIO),
            ("expect", Table::EXPECT),
            ("replica", Table::REPLICA),
            ("waiver", Table::WAIVER),
            ("hostsFile", Table::HOSTS),
        ] {
            let properties = schema["definitions"][name]["properties"].as_object().unwrap();
            let mut names: Vec<&str> = table.names().collect();
            names.sort_unstable();
            let mut described: Vec<&str> = properties.keys().map(String::as_str).collect();
            described.sort_unstable();
            assert_eq!(described, names);
            assert!(
                properties.values().all(|property| !property["description"].as_str().unwrap().is_empty())
            );
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(target)) = map.get("$ref") {
                        found.push(target.clone());
                    }
                    map.values().for_each(|value| references(value, found));
                }
                Value::Array(list) => list.iter().for_each(|value| references(value, found)),
                _ => {}
            }
        }
        let schema = schema();
        let mut found = Vec::new();
        references(&schema, &mut found);
        assert!(found.len() > 5);
        for target in found {
            let name = target.strip_prefix("#/definitions/").unwrap();
            assert!(schema["definitions"].get(name).is_some(), "{target}");
        }
    }
}
