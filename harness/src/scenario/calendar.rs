//! When a scenario blocks: `enforce_from` and `waiver`.

use time::Date;

use super::author::{Author, Setting, kind_of};
use super::field::Table;
use super::group::place;
use super::wrong::{Wrong, quote};
use super::yaml::{Node, Value};
use crate::calendar::{Waiver, parse_date};

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
    let (mut until, mut reason, mut ticket) = (None, None, None);
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
    Some(Waiver { until: until?, reason: reason?, ticket, place: place(author, setting.key) })
}

/// Text for people that says something.
fn words(author: &mut Author<'_>, name: &str, node: &Node) -> Option<String> {
    author.parsed(name, node, |text| match text.trim() {
        "" => Err(Wrong::new(format!("`{name}` is empty"), "write something")),
        text => Ok(text.to_owned()),
    })
}
