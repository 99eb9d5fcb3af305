//! Tags: the tree keeps no trace of YAML's own (`!!str`), so the text is looked at.

use super::{Entry, Fault, Mark, Node, Value, fault};
use crate::problem::text::Lines;

/// A mistake for each tag of the document.
pub(super) fn find(text: &str, root: &Node) -> Vec<Fault> {
    let mut faults = Vec::new();
    // Most files have no `!` at all.
    if text.contains('!') {
        let lines = Lines::of(text);
        look(&lines, root, Mark::START, &mut faults);
    }
    faults
}

/// Looks at a node, which follows what stands at `before`.
fn look(lines: &Lines<'_>, node: &Node, before: Mark, faults: &mut Vec<Fault>) {
    match &node.value {
        Value::List(elements) => {
            if between(lines, before, node.mark) {
                faults.push(fault::tag(before));
            }
            for element in elements {
                look(lines, element, element.mark, faults);
            }
        }
        Value::Mapping(entries) => {
            if between(lines, before, node.mark) {
                faults.push(fault::tag(before));
            }
            for Entry { key, value } in entries {
                look(lines, key, key.mark, faults);
                look(lines, value, key.mark, faults);
            }
        }
        Value::Tagged => faults.push(fault::tag(node.mark)),
        // Properties stand where the scalar is said to begin, and a plain one cannot begin so.
        _ if after_anchor(lines.rest(node.mark.line, node.mark.column)).starts_with('!') => {
            faults.push(fault::tag(node.mark));
        }
        _ => {}
    }
}

/// The text without an anchor at its beginning.
pub(in crate::scenario) fn after_anchor(text: &str) -> &str {
    match text.strip_prefix('&') {
        Some(anchor) => {
            let in_name =
                |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
            anchor.trim_start_matches(in_name).trim_start()
        }
        None => text,
    }
}

/// Whether a tag stands between a key and the first thing in its mapping or list. There can be
/// nothing else there but the key itself, indicators, anchors and comments.
fn between(lines: &Lines<'_>, from: Mark, to: Mark) -> bool {
    (from.line..=to.line).any(|number| {
        let part = lines.rest(number, if number == from.line { from.column } else { 1 });
        let behind = if number == to.line { lines.rest(number, to.column) } else { "" };
        let part = part.strip_suffix(behind).unwrap_or_default();
        let part = part.split(" #").next().unwrap_or_default();
        !part.trim_start().starts_with('#') && part.split([' ', '\t']).any(|word| word.starts_with('!'))
    })
}
