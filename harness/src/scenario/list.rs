//! Lists, of which each element stands there once.

use super::author::{Author, Setting, kind_of};
use super::wrong::{Wrong, quote};
use super::yaml::{Node, Value};

/// Reads a list of names; `shown` is how one is written, and `example` the name of one.
pub(super) fn list<T: Copy + PartialEq>(
    author: &mut Author<'_>,
    setting: Setting<'_>,
    example: &str,
    read: impl Fn(&str) -> Result<T, Wrong>,
    shown: impl Fn(T) -> String,
) -> Option<Vec<T>> {
    let Setting { name: field, key, value: node } = setting;
    let elements = match &node.value {
        Value::List(elements) if !elements.is_empty() => elements,
        Value::List(_) => {
            let write = format!("write the names that are meant: `[{example}]`");
            return author.keep(key, Err(Wrong::new(format!("`{field}` names nothing"), write)));
        }
        other => {
            let found = format!("`{field}` is a list, not {}", kind_of(other));
            let write = match other {
                Value::Text(text) => format!("write `[{}]`", quote(text).trim_matches('`')),
                _ => format!("write `[{example}]`"),
            };
            return author.keep(key, Err(Wrong::new(found, write)));
        }
    };
    let read = |author: &mut Author<'_>, element: &Node| match &element.value {
        // YAML reads the name NULL as nothing.
        Value::Null if author.word_at(element.mark).eq_ignore_ascii_case("null") => {
            let word = author.word_at(element.mark);
            author.keep(element, read(&word))
        }
        _ => author.parsed(field, element, &read),
    };
    each_once(author, elements, read, |value| shown(*value))
}

/// Reads elements, each of which may stand there once; every mistake among them is told.
pub(super) fn each_once<T: PartialEq>(
    author: &mut Author<'_>,
    elements: &[Node],
    read: impl Fn(&mut Author<'_>, &Node) -> Option<T>,
    shown: impl Fn(&T) -> String,
) -> Option<Vec<T>> {
    let mut found: Vec<(T, usize)> = Vec::new();
    let mut sound = true;
    for element in elements {
        let Some(value) = read(author, element) else {
            sound = false;
            continue;
        };
        if let Some((_, line)) = found.iter().find(|(known, _)| *known == value) {
            let wrong =
                Wrong::new(format!("a second `{}`", shown(&value)), format!("the first is on line {line}"));
            author.wrong(element, wrong);
            sound = false;
            continue;
        }
        found.push((value, element.mark.line));
    }
    sound.then(|| found.into_iter().map(|(value, _)| value).collect())
}
