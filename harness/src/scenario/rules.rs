//! `policy`, `rules` and `level`: which rules hold, and what is said of single ones.

use std::sync::Arc;

use time::Date;

use super::author::{Author, Setting, kind_of};
use super::field::{LEVELS, Table};
use super::policy::{Level, Policy};
use super::read::{named_file, not_a_word};
use super::source::SourceFile;
use super::wrong::{Wrong, nearest, quote};
use super::yaml::{Entry, Node, Value};
use super::{calendar, client};
use crate::calendar::Waiver;

/// What is said of one rule.
#[derive(Debug, Clone)]
pub(super) struct OfRule {
    /// Its name.
    pub(super) key: String,
    /// Where its name stands.
    pub(super) place: super::yaml::Mark,
    pub(super) waiver: Option<Waiver>,
    pub(super) enforce_from: Option<Date>,
    pub(super) strict: Option<bool>,
}

/// Reads `level`.
pub(super) fn level(text: &str) -> Result<Level, Wrong> {
    let known = Level::ALL.into_iter().find(|level| level.name() == text);
    known.ok_or_else(|| not_a_word(text, "a level", LEVELS))
}

/// Reads `policy`: a name, or a file.
pub(super) fn policy(author: &mut Author<'_>, node: &Node) -> Option<Arc<Policy>> {
    let name = author.text("policy", node)?;
    if name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml") {
        return of_file(author, node, &name);
    }
    let policies = author.surroundings.policies;
    if let Some(policy) = policies.find(&name) {
        return Some(Arc::clone(policy));
    }
    // Its mistakes are told where they stand.
    if policies.is_broken(&name) {
        return None;
    }
    let known: Vec<&str> = policies.all().map(|policy| policy.name.as_str()).collect();
    let write = match nearest(&name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}; or name a file", known.join(", ")),
    };
    author.keep(node, Err(Wrong::new(format!("no policy {}", quote(&name)), write)))
}

/// A policy that is named by its file; that file's mistakes are told with this one's.
fn of_file(author: &mut Author<'_>, node: &Node, name: &str) -> Option<Arc<Policy>> {
    let bytes = named_file(author, node, name)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return author
            .keep(node, Err(Wrong::new(format!("{} is not UTF-8", quote(name)), "save it as UTF-8")));
    };
    let path = author.source.folder.join(name);
    let folder = path.parent().map_or_else(std::path::PathBuf::new, std::path::Path::to_owned);
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let shown = path.to_string_lossy().replace('\\', "/");
    let source = SourceFile { shown: shown.into(), name: stem, folder, text };
    match super::parse_policy(&source, &author.surroundings) {
        Ok(policy) => Some(Arc::new(policy)),
        Err(problems) => {
            problems.into_iter().for_each(|problem| author.push(problem));
            None
        }
    }
}

/// Reads `rules`: names to what is said of them, which may be nothing: so it is once a waiver is deleted.
pub(super) fn rules(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Vec<OfRule>> {
    let entries = match &setting.value.value {
        Value::Mapping(entries) => entries,
        other => {
            let found = format!("`rules` is a mapping, not {}", kind_of(other));
            let write = "write the name of a rule, and below it `waiver`, `enforce_from` or `strict`";
            return author.keep(setting.key, Err(Wrong::new(found, write)));
        }
    };
    let mut rules: Vec<OfRule> = Vec::new();
    let mut sound = true;
    for Entry { key, value } in entries {
        let Value::Text(name) = &key.value else {
            author.wrong(key, Wrong::new("a rule's name is text", "write the name of a rule"));
            sound = false;
            continue;
        };
        if let Some(first) = rules.iter().find(|rule| rule.key == *name) {
            let write = format!("the first is on line {}", first.place.line);
            author.wrong(key, Wrong::new(format!("a second {}", quote(name)), write));
            sound = false;
            continue;
        }
        match rule(author, name, key, value) {
            Some(rule) => rules.push(rule),
            None => sound = false,
        }
    }
    sound.then_some(rules)
}

fn rule(author: &mut Author<'_>, name: &str, key: &Node, value: &Node) -> Option<OfRule> {
    let entries: &[Entry] = match &value.value {
        Value::Mapping(entries) => entries,
        Value::Null => &[],
        other => {
            let found = format!("what is said of a rule is a mapping, not {}", kind_of(other));
            let write = "write `waiver`, `enforce_from` or `strict` below it";
            return author.keep(key, Err(Wrong::new(found, write)));
        }
    };
    let known = author.settings(entries, Table::RULE);
    let mut sound = known.len() == entries.len();
    let mut rule =
        OfRule { key: name.to_owned(), place: key.mark, waiver: None, enforce_from: None, strict: None };
    for setting in known {
        let Setting { name, value, key } = setting;
        if value.value == Value::Null {
            author.wrong(key, Wrong::new(format!("`{name}` has no value"), "write one or remove it"));
            sound = false;
            continue;
        }
        let is_read = match name {
            "waiver" => {
                rule.waiver = calendar::waiver(author, setting);
                rule.waiver.is_some()
            }
            "enforce_from" => {
                rule.enforce_from = author.parsed(name, value, calendar::day);
                rule.enforce_from.is_some()
            }
            _ => {
                rule.strict = client::read::flag(author, name, value);
                rule.strict.is_some()
            }
        };
        sound &= is_read;
    }
    sound.then_some(rule)
}
