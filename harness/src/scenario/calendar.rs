//! When a scenario blocks: `enforce_from` and `waiver`.

use time::Date;

use super::author::{Author, Setting, kind_of};
use super::field::Table;
use super::group::place;
use super::list::each_once;
use super::wrong::{Wrong, nearest, quote};
use super::yaml::{Node, Value};
use crate::calendar::{Waiver, parse_date};
use crate::verdict::Fact;

/// A day of the calendar.
pub(super) fn day(text: &str) -> Result<Date, Wrong> {
    parse_date(text).ok_or_else(|| {
        Wrong::new(format!("{} is not a day", quote(text)), "write it as YYYY-MM-DD: 2026-12-31 say")
    })
}

/// Somebody's permission to fail.
pub(super) fn waiver(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Waiver> {
    let Value::Mapping(entries) = &setting.value.value else {
        let found = format!("`waiver` is a mapping, not {}", kind_of(&setting.value.value));
        return author
            .keep(setting.key, Err(Wrong::new(found, "write `{ until: YYYY-MM-DD, reason: why }`")));
    };
    let known = author.settings(entries, Table::WAIVER);
    let mut sound = known.len() == entries.len();
    let (mut until, mut reason, mut ticket, mut narrowed) = (None, None, None, None);
    for Setting { name, value, key } in known {
        let is_read = match name {
            _ if value.value == Value::Null => {
                let wrong = format!("`{name}` has no value");
                author.wrong(key, Wrong::new(wrong, "write one: `waiver` is inherited whole"));
                false
            }
            "until" => {
                until = author.parsed(name, value, day);
                until.is_some()
            }
            "reason" => {
                reason = words(author, name, value);
                reason.is_some()
            }
            "observed" => {
                narrowed = observed(author, key, value);
                narrowed.is_some()
            }
            _ => {
                ticket = words(author, name, value);
                ticket.is_some()
            }
        };
        sound &= is_read;
    }
    if !sound {
        return None;
    }
    for (is_there, name, write) in [
        (until.is_some(), "until", "add its last day: `until: YYYY-MM-DD`"),
        (reason.is_some(), "reason", "add `reason`: whoever reads it later was not there"),
    ] {
        if !is_there {
            author.wrong(setting.key, Wrong::new(format!("a waiver without `{name}`"), write));
        }
    }
    let place = place(author, setting.key);
    let last_line = author.last_line(setting.key.mark, last_line(setting.value));
    Some(Waiver { until: until?, reason: reason?, ticket, observed: narrowed, place, last_line })
}

/// The last line on which something of a value begins.
fn last_line(node: &Node) -> usize {
    let within = match &node.value {
        Value::List(elements) => elements.iter().map(last_line).max(),
        Value::Mapping(entries) => entries.iter().map(|entry| last_line(&entry.value)).max(),
        _ => None,
    };
    within.unwrap_or_default().max(node.mark.line)
}

/// What a waiver is for: a fact, or a list of facts.
fn observed(author: &mut Author<'_>, key: &Node, node: &Node) -> Option<Vec<Fact>> {
    let elements = match &node.value {
        Value::List(elements) if elements.is_empty() => {
            let wrong = Wrong::new("`observed` names nothing", "write what may fail: `accepted 1.0` say");
            return author.keep(key, Err(wrong));
        }
        Value::List(elements) => elements.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let read = |author: &mut Author<'_>, element: &Node| author.parsed("observed", element, fact);
    let mut facts = each_once(author, elements, read, ToString::to_string)?;
    facts.sort();
    Some(facts)
}

/// What a failing test can have observed.
fn fact(text: &str) -> Result<Fact, Wrong> {
    Fact::parse(text).ok_or_else(|| {
        let guesses = Fact::guesses(text);
        let write = match nearest(text, guesses.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let forms: Vec<String> = Fact::forms().collect();
                format!("copy it from a failure, or write one of: {}", forms.join(", "))
            }
        };
        Wrong::new(format!("{} is nothing that a test can observe", quote(text)), write)
    })
}

/// Text for people that says something.
fn words(author: &mut Author<'_>, name: &str, node: &Node) -> Option<String> {
    author.parsed(name, node, |text| match text.trim() {
        "" => Err(Wrong::new(format!("`{name}` is empty"), "write something")),
        text => Ok(text.to_owned()),
    })
}
