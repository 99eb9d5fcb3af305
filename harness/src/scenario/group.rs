//! From the root of a file down to its scenarios: groups, names and inheritance.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::author::{Author, Setting, kind_of};
use super::field::Table;
use super::layer::{Layer, Slot, forgotten};
use super::setting::set;
use super::wrong::{Wrong, quote};
use super::yaml::{Entry, Node, Value};
use super::{Level, Place, Scenario, leaf};
use crate::escape;
use crate::scenario::MAX_TESTS;

/// The longest name of one scenario, in characters.
const MAX_KEY: usize = 100;

/// The scenarios of a file, as they are found.
#[derive(Default)]
pub(super) struct Harvest {
    pub(super) scenarios: Vec<Scenario>,
    /// How much each of them is asked for.
    pub(super) levels: Vec<Level>,
    /// The title at the root of the file.
    pub(super) title: Option<String>,
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
        // Of `rules` nothing is left once the last waiver below it is deleted.
        if setting.value.value == Value::Null
            && !["scenarios", "rules"].contains(&setting.name)
            && above.has_nothing_of(setting.name)
        {
            forgotten(author, setting.name, setting.key);
            layer.unsure = true;
        }
        set(author, *setting, &mut layer);
    }
    both_hosts(author, &settings, &mut layer);
    if above.level == 0 {
        harvest.title = layer.title.value().map(|title| title.to_string());
    }
    layer.inherit(above);
    match settings.iter().find(|setting| setting.name == "scenarios") {
        Some(children) => group(author, name, *children, &layer, harvest),
        None if leaf::policy::is_named(&layer) => {
            for scenario in leaf::policy::scenarios(author, name, key, &layer) {
                harvest.add(author, key, scenario, Level::Must);
            }
        }
        None => {
            if let Some(scenario) = leaf::scenario(author, name, key, &layer) {
                harvest.add(author, key, scenario, layer.rule_level.value().unwrap_or_default());
            }
        }
    }
}

impl Harvest {
    fn add(&mut self, author: &mut Author<'_>, key: &Node, scenario: Scenario, level: Level) {
        let before = self.tests;
        self.tests = before.saturating_add(scenario.hosts.len());
        if self.tests <= MAX_TESTS {
            self.scenarios.push(scenario);
            self.levels.push(level);
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

/// Where a scenario stands.
pub(super) fn place(author: &Author<'_>, key: &Node) -> Place {
    Place { file: Arc::clone(&author.source.shown), line: key.mark.line, column: key.mark.column }
}
