//! From the root of a file down to its scenarios: groups, names and inheritance.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::author::{Author, Setting, kind_of};
use super::field::Table;
use super::layer::{Layer, Slot, Written, forgotten};
use super::wrong::{Wrong, quote};
use super::yaml::{Entry, Node, Value};
use super::{Place, Scenario, ServerNameChoice, duration, expect, host, hosts, leaf, read};
use crate::escape;
use crate::scenario::MAX_TESTS;

/// The longest name of one scenario, in characters.
const MAX_KEY: usize = 100;

/// The scenarios of a file, as they are found.
#[derive(Default)]
pub(super) struct Harvest {
    pub(super) scenarios: Vec<Scenario>,
    tests: usize,
}

/// Reads a scenario, or the scenarios of a group.
pub(super) fn scenarios<'t>(
    author: &mut Author<'_>,
    name: &str,
    key: &'t Node,
    entries: &'t [Entry],
    above: &Layer<'t>,
    harvest: &mut Harvest,
) {
    let settings = author.settings(entries, Table::SCENARIO);
    let mut layer = Layer::empty(above.level + 1);
    layer.unsure = above.unsure || settings.len() != entries.len();
    for setting in &settings {
        if setting.value.value == Value::Null
            && setting.name != "scenarios"
            && above.has_nothing_of(setting.name)
        {
            forgotten(author, setting.name, setting.key);
            layer.unsure = true;
        }
        set(author, *setting, &mut layer);
    }
    both_hosts(author, &settings, &mut layer);
    layer.inherit(above);
    match settings.iter().find(|setting| setting.name == "scenarios") {
        Some(children) => group(author, name, *children, &layer, harvest),
        None => {
            if let Some(scenario) = leaf::scenario(author, name, key, &layer) {
                harvest.add(author, key, scenario);
            }
        }
    }
}

impl Harvest {
    fn add(&mut self, author: &mut Author<'_>, key: &Node, scenario: Scenario) {
        let before = self.tests;
        self.tests = before.saturating_add(scenario.hosts.len());
        if self.tests <= MAX_TESTS {
            self.scenarios.push(scenario);
        } else if before <= MAX_TESTS {
            let found = format!("more than {MAX_TESTS} tests in one file");
            author.wrong(key, Wrong::new(found, "split it into several folders"));
        }
    }
}

fn group<'t>(
    author: &mut Author<'_>,
    name: &str,
    children: Setting<'t>,
    layer: &Layer<'t>,
    harvest: &mut Harvest,
) {
    let entries = match &children.value.value {
        Value::Mapping(entries) if !entries.is_empty() => entries,
        Value::Mapping(_) | Value::Null => {
            let wrong = Wrong::new("a group without scenarios", "add one: its name, and its fields below it");
            return author.wrong(children.key, wrong);
        }
        other => {
            let found = format!("`scenarios` is a mapping from names to scenarios, not {}", kind_of(other));
            return author.wrong(children.key, Wrong::new(found, "write `name:` and its fields below it"));
        }
    };
    let mut first_lines: HashMap<Cow<'_, str>, usize> = HashMap::new();
    for Entry { key, value } in entries {
        let Some(own) = name_of(author, key) else { continue };
        if let Some(first) = first_lines.get(&own) {
            let wrong = Wrong::new(
                format!("a second scenario {}", quote(&own)),
                format!("the first is on line {first}"),
            );
            author.wrong(key, wrong);
            continue;
        }
        first_lines.insert(own.clone(), key.mark.line);
        let name = format!("{name}::{own}");
        match &value.value {
            Value::Mapping(entries) => scenarios(author, &name, key, entries, layer, harvest),
            Value::Null => {
                let found = format!("the scenario {} is empty", quote(&own));
                author.wrong(
                    key,
                    Wrong::new(found, "write its fields below it, or `{}` if it inherits them all"),
                );
            }
            // Told with the other tags of the file.
            Value::Tagged => {}
            other => {
                let found = format!("a scenario is a mapping, not {}", kind_of(other));
                author.wrong(key, Wrong::new(found, "write its fields below its name"));
            }
        }
    }
}

/// A key as a part of a test's name. What YAML reads as a number is the text that stands there:
/// versions make good names.
fn name_of<'t>(author: &mut Author<'_>, key: &'t Node) -> Option<Cow<'t, str>> {
    let name = match &key.value {
        Value::Text(name) => Cow::Borrowed(name.as_str()),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => Cow::Owned(author.word_at(key.mark)),
        other => {
            let found = format!("a scenario's name is text, not {}", kind_of(other));
            author.wrong(key, Wrong::new(found, "write a name"));
            return None;
        }
    };
    let wrong = if name.is_empty() {
        Wrong::new("a scenario without a name", "its key is a part of the test's name: write one")
    } else if name == "<<" {
        Wrong::new("merge keys are not supported", "write it out; children inherit from their group")
    } else if name.contains("::") {
        Wrong::new(
            format!("`::` in the name of a scenario, {}", quote(&name)),
            "write another character: `::` joins the parts of a test's name",
        )
    } else if name.trim() != name {
        Wrong::new(format!("the name {} begins or ends with a blank", quote(&name)), "remove the blank")
    } else if escape::printable_up_to(&name, usize::MAX) != *name {
        Wrong::new(format!("the name {} has characters that are not shown", quote(&name)), "remove them")
    } else if name.chars().count() > MAX_KEY {
        Wrong::new("the name of a scenario is longer than 100 characters", "shorten it; `title` can say more")
    } else {
        return Some(name);
    };
    author.wrong(key, wrong);
    None
}

/// `host` and `hosts` on one level: neither is nearer.
fn both_hosts(author: &mut Author<'_>, settings: &[Setting<'_>], layer: &mut Layer<'_>) {
    let written =
        |name| settings.iter().find(|setting| setting.name == name && setting.value.value != Value::Null);
    if let (Some(one), Some(several)) = (written("host"), written("hosts")) {
        let (first, second) = if one.key.mark < several.key.mark { (one, several) } else { (several, one) };
        let found = format!("`{}` beside `{}` of line {}", second.name, first.name, first.key.mark.line);
        author.wrong(
            second.key,
            Wrong::new(found, "a scenario has one of the two: put all hosts into `hosts`"),
        );
        layer.hosts = Slot::Broken;
    }
}

/// Reads one field into the layer.
fn set<'t>(author: &mut Author<'_>, setting: Setting<'t>, layer: &mut Layer<'t>) {
    let Setting { name, value: node, .. } = setting;
    if node.value == Value::Tagged {
        return;
    }
    let level = layer.level;
    match name {
        "host" => {
            let read = slot(author, setting, level, |author| hosts::one(author, setting));
            nearer(&mut layer.hosts, read);
        }
        "hosts" => {
            let read = slot(author, setting, level, |author| hosts::several(author, setting));
            nearer(&mut layer.hosts, read);
        }
        "min_version" => {
            layer.min_version = slot(author, setting, level, |author| read::version(author, name, node));
        }
        "max_version" => {
            layer.max_version = slot(author, setting, level, |author| read::version(author, name, node));
        }
        "path" => layer.path = slot(author, setting, level, |author| author.parsed(name, node, read::path)),
        "expect" => {
            layer.expect =
                slot(author, setting, level, |author| expect::expect(author, setting).map(Arc::new));
        }
        "evidence" => {
            layer.evidence = slot(author, setting, level, |author| author.parsed(name, node, read::evidence));
        }
        "server_name" => {
            layer.server_name = slot(author, setting, level, |author| author.parsed(name, node, server_name));
        }
        "connect_to" => {
            layer.connect_to =
                slot(author, setting, level, |author| author.parsed(name, node, host::connect_to));
        }
        "ca" => layer.ca = slot(author, setting, level, |author| read::roots(author, node)),
        "timeout" => {
            layer.timeout =
                slot(author, setting, level, |author| read::duration(author, name, node, &duration::TIMEOUT));
        }
        "attempts" => {
            layer.attempts = slot(author, setting, level, |author| {
                read::whole_number(author, name, node, 1, 10).map(u32::from)
            });
        }
        "addresses" => {
            layer.addresses =
                slot(author, setting, level, |author| author.parsed(name, node, read::addresses));
        }
        "replica" => {
            layer.replica =
                slot(author, setting, level, |author| read::replica(author, setting).map(Arc::new));
        }
        "title" => {
            layer.title =
                slot(author, setting, level, |author| author.parsed(name, node, read::prose("title")));
        }
        "reference" => {
            layer.reference = slot(author, setting, level, |author| author.parsed(name, node, read::url));
        }
        "advice" => {
            layer.advice =
                slot(author, setting, level, |author| author.parsed(name, node, read::prose("advice")));
        }
        _ => {}
    }
}

fn server_name(text: &str) -> Result<ServerNameChoice, Wrong> {
    if text == "none" {
        return Ok(ServerNameChoice::Nothing);
    }
    host::server_name(text).map(ServerNameChoice::Name)
}

fn slot<'t, 'a, T>(
    author: &mut Author<'a>,
    setting: Setting<'t>,
    level: usize,
    read: impl FnOnce(&mut Author<'a>) -> Option<T>,
) -> Slot<'t, T> {
    let Setting { key, value: node, .. } = setting;
    if node.value == Value::Null {
        return Slot::Unset;
    }
    match read(author) {
        Some(value) => Slot::Set(Written { value, key, node, level }),
        None => Slot::Broken,
    }
}

/// Of `host` and `hosts` on one level the one with a value counts.
fn nearer<'t, T>(slot: &mut Slot<'t, T>, read: Slot<'t, T>) {
    if matches!(slot, Slot::Missing | Slot::Unset) {
        *slot = read;
    }
}

/// Where a scenario stands.
pub(super) fn place(author: &Author<'_>, key: &Node) -> Place {
    Place { file: Arc::clone(&author.source.shown), line: key.mark.line, column: key.mark.column }
}
