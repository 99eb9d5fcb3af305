//! `host` and `hosts`: the hosts of a scenario.

use std::collections::HashMap;
use std::sync::Arc;

use super::author::{Author, Setting, kind_of};
use super::field::Table;
use super::layer::Hosts;
use super::read::named_file;
use super::wrong::{Wrong, quote};
use super::yaml::{Entry, Node, Value};
use super::{Host, host};
use crate::escape::is_obeyed;
use crate::problem::text::Lines;
use crate::problem::{MAX_PROBLEMS, Problem, Spot};

/// The most hosts of one scenario.
const MAX_HOSTS: usize = 50_000;

/// Reads `host`.
pub(super) fn one(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Hosts> {
    let host = author.parsed("host", setting.value, host::host)?;
    Some(Hosts { hosts: Arc::new(vec![host]), several: false })
}

/// Reads `hosts`: a list, or a mapping that names a file.
pub(super) fn several(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Hosts> {
    let hosts = match &setting.value.value {
        Value::List(elements) => list(author, setting.key, elements),
        Value::Mapping(entries) => file(author, setting.key, entries),
        Value::Text(text) => {
            let write = if text.starts_with('-') {
                "put a blank behind each `-`".to_owned()
            } else {
                format!("write `[{}]`, or `{{file: …}}`", quote(text).trim_matches('`'))
            };
            let wrong = Wrong::new("`hosts` is a list, not text", write);
            author.wrong(setting.value, wrong);
            None
        }
        other => {
            let wrong = Wrong::new(
                format!("`hosts` is a list, not {}", kind_of(other)),
                "write one `- name` a line, or `{file: hosts.txt}`",
            );
            author.wrong(setting.key, wrong);
            None
        }
    }?;
    Some(Hosts { hosts: Arc::new(hosts), several: true })
}

fn list(author: &mut Author<'_>, key: &Node, elements: &[Node]) -> Option<Vec<Host>> {
    if elements.is_empty() || elements.len() > MAX_HOSTS {
        author.wrong(key, wrong_count(elements.len()));
        return None;
    }
    let mut hosts = Vec::with_capacity(elements.len());
    let mut first_lines = HashMap::new();
    let mut sound = true;
    for element in elements {
        let Some(host) = author.parsed("hosts", element, host::host) else {
            sound = false;
            continue;
        };
        if let Some(first) = first_lines.get(&host) {
            author.wrong(element, a_second(&host, *first));
            sound = false;
            continue;
        }
        first_lines.insert(host.clone(), element.mark.line);
        hosts.push(host);
    }
    sound.then_some(hosts)
}

fn file(author: &mut Author<'_>, key: &Node, entries: &[Entry]) -> Option<Vec<Host>> {
    let known = author.settings(entries, Table::HOSTS);
    let Some(setting) = known.first().filter(|_| known.len() == entries.len()) else {
        if entries.is_empty() {
            author.wrong(key, Wrong::new("`hosts` names no file", "write `{file: hosts.txt}`"));
        }
        return None;
    };
    let name = author.text("file", setting.value)?;
    let bytes = named_file(author, setting.value, &name)?;
    let shown = beside(&author.source.shown, &name);
    let Ok(text) = String::from_utf8(bytes) else {
        let wrong = Wrong::new(format!("{} is not UTF-8", quote(&name)), "save it as UTF-8");
        author.wrong(setting.value, wrong);
        return None;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (hosts, problems) = match hidden(text, &shown) {
        None => lines(text, &shown),
        Some(problem) => (Vec::new(), vec![problem]),
    };
    let sound = problems.is_empty();
    for problem in problems {
        author.push(problem);
    }
    if sound && (hosts.is_empty() || hosts.len() > MAX_HOSTS) {
        let Wrong { found, write } = wrong_count(hosts.len());
        author.wrong(setting.value, Wrong::new(format!("{}: {found}", quote(&name)), write));
        return None;
    }
    sound.then_some(hosts)
}

/// The first character that steers what shows the list, or that nobody sees: with it the list is not the one
/// that was reviewed.
fn hidden(text: &str, shown: &Arc<str>) -> Option<Problem> {
    let is_hidden = |character: char| is_obeyed(character) && !matches!(character, '\n' | '\r' | '\t');
    let (index, character) = text.char_indices().find(|(_, character)| is_hidden(*character))?;
    let lines = Lines::of(text);
    let (line, column) = lines.line_and_column(index);
    let spot = Spot::new(&lines, line, column, Some(&character.to_string()));
    let message = format!("the character U+{:04X} is not allowed", u32::from(character));
    let file = Arc::clone(shown);
    Some(Problem { file, spot: Some(spot), message, hint: "remove it".to_owned(), note: None })
}

/// One host a line; `#` begins a comment. Beyond the limits of hosts and of mistakes nothing is read.
fn lines(text: &str, shown: &Arc<str>) -> (Vec<Host>, Vec<Problem>) {
    let index = Lines::of(text);
    let mut hosts = Vec::new();
    let mut problems = Vec::new();
    let mut first_lines = HashMap::new();
    for number in 1..=index.count() {
        let line = index.line(number);
        let before_comment = line.split('#').next().unwrap_or_default();
        let written = before_comment.trim();
        if written.is_empty() {
            continue;
        }
        if hosts.len() > MAX_HOSTS || problems.len() > MAX_PROBLEMS {
            break;
        }
        let read = if written.starts_with("- ") {
            Err(Wrong::new(
                format!("{} is an element of a YAML list", quote(written)),
                "write the host alone",
            ))
        } else {
            host::host(written).and_then(|host| match first_lines.get(&host) {
                Some(first) => Err(a_second(&host, *first)),
                None => Ok(host),
            })
        };
        match read {
            Ok(host) => {
                first_lines.insert(host.clone(), number);
                hosts.push(host);
            }
            Err(Wrong { found, write }) => {
                let blanks = before_comment.chars().take_while(|character| character.is_whitespace()).count();
                let spot = Spot::new(&index, number, blanks + 1, Some(written));
                let file = Arc::clone(shown);
                problems.push(Problem { file, spot: Some(spot), message: found, hint: write, note: None });
            }
        }
    }
    (hosts, problems)
}

fn a_second(host: &Host, first_line: usize) -> Wrong {
    Wrong::new(format!("a second `{host}`"), format!("the first is on line {first_line}"))
}

fn wrong_count(count: usize) -> Wrong {
    if count == 0 {
        Wrong::new("a list without hosts", "add at least one")
    } else {
        Wrong::new(format!("more than {MAX_HOSTS} hosts in one list"), "split it")
    }
}

/// How a file is shown that another one names.
fn beside(shown: &str, name: &str) -> Arc<str> {
    match shown.rsplit_once('/') {
        Some((folder, _)) if !name.starts_with('/') => format!("{folder}/{name}").into(),
        _ => name.into(),
    }
}
