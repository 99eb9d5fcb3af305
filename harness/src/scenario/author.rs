//! One scenario file while it is read: its text, what it may use, and its mistakes so far.

use super::Surroundings;
use super::field::{Kind, OF_POLICIES, Table};
use super::source::SourceFile;
use super::values;
use super::wrong::{Wrong, any_of, in_ascii, nearest, quote};
use super::yaml::{self, Entry, Mark, Node, Value};
use crate::escape;
use crate::problem::text::Lines;
use crate::problem::{MAX_PROBLEMS, Problem, Spot};

/// The longest text in a field, in bytes.
pub(super) const MAX_TEXT: usize = 64 * 1024;

/// What is read from a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Scenarios.
    Scenarios,
    /// The rules of a policy: scenarios without a host.
    Policy,
}

/// A key and its value, where the key is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'t> {
    pub(super) name: &'static str,
    pub(super) key: &'t Node,
    pub(super) value: &'t Node,
}

/// One scenario file while it is read.
pub(super) struct Author<'a> {
    pub(super) source: &'a SourceFile,
    pub(super) surroundings: Surroundings<'a>,
    pub(super) reads: Reads,
    lines: Lines<'a>,
    problems: Vec<Problem>,
    untold: usize,
}

impl<'a> Author<'a> {
    pub(super) fn new(source: &'a SourceFile, surroundings: Surroundings<'a>, reads: Reads) -> Author<'a> {
        let lines = Lines::of(&source.text);
        Author { source, surroundings, reads, lines, problems: Vec::new(), untold: 0 }
    }

    /// All mistakes, in the order of their places; those of other files come last.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        let shown = &self.source.shown;
        self.problems.sort_by_key(|problem| {
            let place = problem.spot.as_ref().map(|spot| (spot.line, spot.column));
            (problem.file != *shown, place)
        });
        if self.untold > 0 {
            self.problems.push(Problem::of_file(
                self.source.shown.clone(),
                format!("{} more mistakes", self.untold),
                "correct these first",
            ));
        }
        self.problems
    }

    /// Adds a mistake, in this file or one that it names. What several scenarios inherit is told once.
    pub(super) fn push(&mut self, problem: Problem) {
        let same = |told: &Problem| told.message == problem.message && told.spot == problem.spot;
        if self.problems.iter().any(|told| told.file == problem.file && same(told)) {
            return;
        }
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.untold += 1;
        }
    }

    /// A mistake at a place, with a note below it.
    pub(super) fn problem(&mut self, mark: Mark, text: Option<&str>, wrong: Wrong, note: Option<String>) {
        // Finding the place takes time, and a hostile file has as many mistakes as it can hold.
        if self.problems.len() == MAX_PROBLEMS {
            self.untold += 1;
            return;
        }
        let spot = Spot::new(&self.lines, mark.line, self.column_after_anchor(mark), text);
        let file = self.source.shown.clone();
        self.push(Problem { file, spot: Some(spot), message: wrong.found, hint: wrong.write, note });
    }

    /// What is no YAML within the limits.
    pub(super) fn fault(&mut self, fault: yaml::Fault) {
        let yaml::Fault { mark, marked, message, hint } = fault;
        self.problem(mark, marked.as_deref(), Wrong::new(message, hint), None);
    }

    /// A mistake at a key or value.
    pub(super) fn wrong(&mut self, node: &Node, wrong: Wrong) {
        self.wrong_with_note(node, wrong, None);
    }

    /// A mistake at a key or value, with a note below it.
    pub(super) fn wrong_with_note(&mut self, node: &Node, wrong: Wrong, note: Option<String>) {
        let text = match &node.value {
            Value::Text(text) => Some(text.as_str()),
            // Told with the other tags of the file.
            Value::Tagged => return,
            _ => None,
        };
        self.problem(node.mark, text, wrong, note);
    }

    /// The parts of a mapping that says something, none of them without a value; `None` once a mistake is told.
    pub(super) fn parts<'t>(
        &mut self,
        setting: Setting<'t>,
        table: Table,
        write: &str,
    ) -> Option<Vec<Setting<'t>>> {
        let Setting { name, key, value: node } = setting;
        let entries = match &node.value {
            Value::Mapping(entries) if !entries.is_empty() => entries,
            Value::Mapping(_) => {
                return self.keep(key, Err(Wrong::new(format!("`{name}` says nothing"), write)));
            }
            other => {
                let found = format!("`{name}` is a mapping, not {}", kind_of(other));
                return self.keep(key, Err(Wrong::new(found, write)));
            }
        };
        let parts = self.settings(entries, table);
        let mut sound = parts.len() == entries.len();
        for part in parts.iter().filter(|part| part.value.value == Value::Null) {
            self.wrong(
                part.key,
                Wrong::new(format!("`{}` has no value", part.name), "write one or remove it"),
            );
            sound = false;
        }
        sound.then_some(parts)
    }

    /// The known fields of a mapping. Unknown, doubled and unsupported ones are told and left out.
    pub(super) fn settings<'t>(&mut self, entries: &'t [Entry], table: Table) -> Vec<Setting<'t>> {
        let mut settings: Vec<Setting<'t>> = Vec::new();
        for Entry { key, value } in entries {
            let Value::Text(name) = &key.value else {
                let wrong = Wrong::new("a key that is not text", "write the name of a field");
                self.wrong_with_note(key, wrong, Some(self.has(table)));
                continue;
            };
            let Some(field) = table.find(name) else {
                self.unknown(key, name, table);
                continue;
            };
            if let Some(wrong) = self.out_of_place(field.name, table) {
                self.wrong(key, wrong);
                continue;
            }
            if field.kind == Kind::NotYet {
                let wrong = Wrong::new(format!("`{name}` is not supported yet"), "remove it");
                self.wrong(key, wrong);
                continue;
            }
            if let Some(first) = settings.iter().find(|setting| setting.name == field.name) {
                let first = format!("the first is on line {}", first.key.mark.line);
                self.wrong(key, Wrong::new(format!("a second `{name}`"), first));
                continue;
            }
            // Told with the other tags of the file.
            if value.value == Value::Tagged {
                continue;
            }
            settings.push(Setting { name: field.name, key, value });
        }
        settings
    }

    /// The fields that can be used in a mapping.
    fn usable(&self, table: Table) -> impl Iterator<Item = &'static str> {
        let of_policy = self.reads == Reads::Policy && table.of == Table::SCENARIO.of;
        table.names().filter(move |name| !of_policy || OF_POLICIES.contains(name))
    }

    /// What may stand in a mapping.
    fn has(&self, table: Table) -> String {
        let is_policy = self.reads == Reads::Policy && table.of == Table::SCENARIO.of;
        let of = if is_policy { "a policy" } else { table.of };
        format!("{of} has: {}", self.usable(table).collect::<Vec<_>>().join(", "))
    }

    /// A field of scenarios that policies do not have.
    fn out_of_place(&self, name: &str, table: Table) -> Option<Wrong> {
        let is_foreign =
            self.reads == Reads::Policy && table.of == Table::SCENARIO.of && !OF_POLICIES.contains(&name);
        is_foreign.then(|| {
            let write = "remove it: whoever names the policy says where it goes and how";
            Wrong::new(format!("`{name}` in a policy"), write)
        })
    }

    fn unknown(&mut self, key: &Node, name: &str, table: Table) {
        // As does what was meant.
        if self.problems.len() == MAX_PROBLEMS {
            self.untold += 1;
            return;
        }
        let hint = if name == "<<" {
            "merge keys are not supported; children inherit".to_owned()
        } else if let Some((field, _)) = name.split_once(':').filter(|(field, _)| table.find(field).is_some())
        {
            format!("put a blank behind `{field}:`")
        } else if let Some(near) = nearest(name, self.usable(table)) {
            format!("did you mean `{near}`?")
        } else if let Some(other) = home_of(name, table) {
            format!("it belongs in {other}")
        } else {
            "no such field".to_owned()
        };
        let wrong = Wrong::new(format!("unknown field {}", quote(name)), in_ascii(name, hint));
        self.wrong_with_note(key, wrong, Some(self.has(table)));
    }

    /// The text of a value, with `${NAME}` replaced. What is no text is told.
    pub(super) fn text(&mut self, field: &str, node: &Node) -> Option<String> {
        let Value::Text(text) = &node.value else {
            let wrong = not_text(field, &node.value);
            self.wrong(node, wrong);
            return None;
        };
        if text.len() > MAX_TEXT {
            self.wrong(node, Wrong::new(format!("`{field}` is longer than 64 KiB"), "shorten it"));
            return None;
        }
        match values::replace(text, self.surroundings.values) {
            Ok(None) => Some(text.clone()),
            Ok(Some(replaced)) => Some(replaced),
            Err(bad) => {
                let mark = self.place_within(node.mark, bad.text);
                self.problem(mark, Some(bad.text), bad.wrong, None);
                None
            }
        }
    }

    /// Where the value begins, behind its anchor.
    fn column_after_anchor(&self, mark: Mark) -> usize {
        let rest = self.lines.rest(mark.line, mark.column);
        let value = yaml::after_anchor(rest);
        if value.is_empty() {
            return mark.column;
        }
        let anchor = rest.strip_suffix(value).unwrap_or_default();
        mark.column + anchor.chars().count()
    }

    /// The last line of what stands below a key; `known` is one that belongs to it. Below a key that begins
    /// its line that is every line that is indented further.
    pub(super) fn last_line(&self, key: Mark, known: usize) -> usize {
        let indentation = |line: &str| line.chars().take_while(|character| *character == ' ').count();
        if indentation(self.lines.rest(key.line, 1)) + 1 != key.column {
            return known;
        }
        let is_blank = |line: &str| line.trim().is_empty();
        let last = (key.line + 1..=self.lines.count())
            .map(|number| (number, self.lines.line(number)))
            .take_while(|(_, line)| is_blank(line) || indentation(line) >= key.column)
            .filter(|(_, line)| !is_blank(line))
            .map(|(number, _)| number)
            .last();
        let last = last.unwrap_or_default().max(known);
        // What was opened behind the key may be closed right below it.
        let opens = self.lines.rest(key.line, 1).trim_end().ends_with(['{', '[']);
        let next = self.lines.rest(last + 1, 1);
        let closes =
            opens && indentation(next) + 1 == key.column && next.trim_start().starts_with(['}', ']']);
        last + usize::from(closes)
    }

    /// The word that was written at a place. Escaped.
    pub(super) fn word_at(&self, mark: Mark) -> String {
        let column = self.column_after_anchor(mark);
        let spot = Spot::new(&self.lines, mark.line, column, None);
        let from = (column.saturating_sub(1)).saturating_sub(spot.left_out_before);
        let word: String = spot.source.chars().skip(from).take(spot.length).collect();
        escape::printable(&word)
    }

    /// Where `part` stands on the line of `mark`, if it is there.
    fn place_within(&self, mark: Mark, part: &str) -> Mark {
        let rest = self.lines.rest(mark.line, mark.column);
        // Behind an escape it may not be there at all, and the line may be the whole file.
        let near = rest.get(..MAX_TEXT).unwrap_or(rest);
        match near.find(part) {
            Some(index) => {
                let before = rest.get(..index).unwrap_or_default().chars().count();
                Mark { line: mark.line, column: mark.column + before }
            }
            None => mark,
        }
    }

    /// The text of a value, read by `parse`; what it cannot read is told at the value.
    pub(super) fn parsed<T>(
        &mut self,
        field: &str,
        node: &Node,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        let text = self.text(field, node)?;
        self.keep(node, parse(&text))
    }

    /// The value, or `None` once the mistake is told.
    pub(super) fn keep<T>(&mut self, node: &Node, read: Result<T, Wrong>) -> Option<T> {
        read.map_err(|wrong| self.wrong(node, wrong)).ok()
    }
}

/// What stands where text is wanted.
fn not_text(field: &str, value: &Value) -> Wrong {
    if let Value::List(elements) = value
        && matches!(field, "host" | "connect_to")
    {
        let ipv6 = |node: &Node| matches!(&node.value, Value::Text(text) if text.contains("::"));
        let write = if elements.iter().any(ipv6) {
            "YAML reads brackets as a list: put the address in quotes"
        } else {
            "several hosts go into `hosts`"
        };
        return Wrong::new(format!("`{field}` is text, not a list"), write);
    }
    let tables = [
        Table::SCENARIO,
        Table::EXPECT,
        Table::VERSIONS,
        Table::CHOICE,
        Table::SIGNATURE,
        Table::ALPN,
        Table::HSTS,
        Table::REPLICA,
        Table::WAIVER,
        Table::HOSTS,
    ];
    let kind = tables.iter().find_map(|table| table.find(field)).map(|field| field.kind);
    let number = matches!(value, Value::Integer(_) | Value::Float(_) | Value::Bool(_));
    let (what, write) = match kind {
        Some(Kind::Word(words)) => ("a word", format!("write {}", any_of(words.iter().copied()))),
        Some(Kind::Duration) => ("a duration", "write a whole number and a unit: `5s`".to_owned()),
        Some(Kind::Host | Kind::Hosts) => ("a name or an address", "write a host".to_owned()),
        Some(Kind::ServerName) => ("a name", "write a DNS name without a port, or `none`".to_owned()),
        Some(Kind::Address) => ("an address", "write an address, with or without a port".to_owned()),
        Some(Kind::Path) => ("a path", "write a path, beginning with `/`".to_owned()),
        Some(Kind::Suites | Kind::Groups) => ("a name", "write its IANA name".to_owned()),
        Some(Kind::Words(words)) => ("a word", format!("write {}", any_of(words.iter().copied()))),
        Some(Kind::Day) => ("a day", "write it as YYYY-MM-DD".to_owned()),
        Some(Kind::Observed) => {
            ("text, or a list of texts", "write it as a failure says it: `accepted 1.0`".to_owned())
        }
        Some(Kind::Keys | Kind::Hashes | Kind::Names | Kind::Protocols | Kind::Chosen) => {
            ("a name", "write a name".to_owned())
        }
        Some(Kind::Url) => ("a URL", "write a URL that begins with `https://`".to_owned()),
        _ if number => ("text", "put it in quotes".to_owned()),
        _ => ("text", "write text".to_owned()),
    };
    let of = match kind {
        Some(Kind::Hosts) => "a host in `hosts`".to_owned(),
        Some(Kind::Suites) => format!("a suite in `{field}`"),
        Some(Kind::Groups) => format!("a group in `{field}`"),
        Some(Kind::Keys | Kind::Hashes | Kind::Names | Kind::Protocols | Kind::Chosen | Kind::Words(_)) => {
            format!("an element of `{field}`")
        }
        _ => format!("`{field}`"),
    };
    Wrong::new(format!("{of} is {what}, not {}", kind_of(value)), write)
}

/// What a value is, in an author's words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Integer(_) | Value::Float(_) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Mapping(_) => "a mapping",
        Value::Tagged => "a value with a tag",
    }
}

/// Where a field belongs that stands in the wrong mapping.
fn home_of(name: &str, table: Table) -> Option<&'static str> {
    [Table::SCENARIO, Table::EXPECT, Table::REPLICA, Table::WAIVER]
        .into_iter()
        .find(|other| other.of != table.of && other.names().any(|known| known == name))
        .map(|other| other.of)
}
