//! YAML text into an ordered tree in which every key and every scalar knows its place.
//!
//! This module alone knows which YAML library is used; `package = "serde_norway"` is the way out.
//! serde keeps no places. So the visitor of a scalar leaves the value in its parent's hands and
//! fails: the library stamps line and column on the error, and since it has taken the scalar's
//! event by then, the parent reads the place and goes on. A mapping or list has the place of its
//! first key or element, and an empty one that of the key or element before it.

use serde::Deserialize as _;
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IgnoredAny, MapAccess, SeqAccess, VariantAccess as _, Visitor,
};
use std::fmt;

mod fault;
mod size;
mod tags;

pub(super) use fault::Fault;
pub(super) use tags::after_anchor;

/// How deep mappings and lists may be nested. Two levels are one level of groups.
const MAX_DEPTH: usize = 40;
/// Keys and values of one file, with every alias written out: some 50,000 lines.
const MAX_NODES: usize = 100_000;
/// The most text of all values together, in bytes, with every alias written out.
const MAX_TEXT: usize = 8 * 1024 * 1024;
/// The longest key, in bytes. The library writes the keys above a scalar into each place.
const MAX_KEY: usize = 256;

/// A place in a text: line and column from 1, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Mark {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Mark {
    /// The beginning of a text.
    pub(super) const START: Mark = Mark { line: 1, column: 1 };
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) mark: Mark,
    pub(super) value: Value,
}

/// A YAML value, with order and duplicate keys kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Mapping(Vec<Entry>),
    /// A value with a tag that is not YAML's; what it holds is not kept.
    Tagged,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: Node,
    pub(super) value: Node,
}

/// Reads the one document of `text`. An empty text is [`Value::Null`]. The faults beside the tree are
/// its tags.
pub(super) fn read(text: &str) -> Result<(Node, Vec<Fault>), Fault> {
    if let Some(fault) = fault::forbidden_character(text).or_else(|| size::too_much(text)) {
        return Err(fault);
    }
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Ok((Node { mark: Mark::START, value: Value::Null }, Vec::new()));
    };
    let mut limits = Limits { nodes_left: MAX_NODES, text_left: MAX_TEXT, broken: None, last: Mark::START };
    let mut slot = None;
    let seed = Seed { slot: &mut slot, limits: &mut limits, depth: 0 };
    let root = match (seed.deserialize(first), slot) {
        (Ok(value), _) => Node { mark: first_mark(&value).unwrap_or(Mark::START), value },
        (Err(error), Some(value)) => Node { mark: place_of(&error), value },
        (Err(error), None) => return Err(fault::from_library(text, &error, &limits)),
    };
    if let Some(second) = documents.next() {
        let end = last_mark(&root);
        return Err(match (IgnoredAny::deserialize(second), fault::separator(text, end)) {
            // It is none: the first one does not go on like this.
            (Err(error), None) => fault::from_library(text, &error, &limits),
            (_, separator) => fault::second_document(separator.unwrap_or(end.line)),
        });
    }
    let tags = tags::find(text, &root);
    Ok((root, tags))
}

/// A limit that the text broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Depth,
    Nodes,
    Key,
    Text,
}

struct Limits {
    nodes_left: usize,
    text_left: usize,
    broken: Option<Limit>,
    /// The last node that was read: where a limit shows.
    last: Mark,
}

impl Limits {
    fn broke<E: serde::de::Error>(&mut self, limit: Limit) -> E {
        self.broken = Some(limit);
        E::custom("limit")
    }

    fn count<E: serde::de::Error>(&mut self) -> Result<(), E> {
        match self.nodes_left.checked_sub(1) {
            Some(left) => {
                self.nodes_left = left;
                Ok(())
            }
            None => Err(self.broke(Limit::Nodes)),
        }
    }
}

/// Reads one node. A scalar is left in `slot`, and the error beside it carries the place.
struct Seed<'a> {
    slot: &'a mut Option<Value>,
    limits: &'a mut Limits,
    depth: usize,
}

impl Seed<'_> {
    fn scalar<T, E: serde::de::Error>(self, value: Value) -> Result<T, E> {
        *self.slot = Some(value);
        Err(E::custom("place"))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(Value::Integer(value.into()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(Value::Integer(value.into()))
    }

    fn visit_i128<E: serde::de::Error>(self, value: i128) -> Result<Value, E> {
        self.scalar(Value::Integer(value))
    }

    fn visit_u128<E: serde::de::Error>(self, value: u128) -> Result<Value, E> {
        self.scalar(Value::Integer(value.try_into().unwrap_or(i128::MAX)))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(Value::Float(value))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        match self.limits.text_left.checked_sub(value.len()) {
            Some(left) => self.limits.text_left = left,
            None => return Err(self.limits.broke(Limit::Text)),
        }
        self.scalar(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        if self.depth == MAX_DEPTH {
            return Err(self.limits.broke(Limit::Depth));
        }
        let mut elements = Vec::new();
        loop {
            self.limits.count()?;
            let before = self.limits.last;
            let mut slot = None;
            let seed = Seed { slot: &mut slot, limits: self.limits, depth: self.depth + 1 };
            match settle(list.next_element_seed(seed).transpose(), slot, Some(before)) {
                None => return Ok(Value::List(elements)),
                Some(element) => {
                    let element = element?;
                    self.limits.last = element.mark;
                    elements.push(element);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Value, A::Error> {
        if self.depth == MAX_DEPTH {
            return Err(self.limits.broke(Limit::Depth));
        }
        let mut entries = Vec::new();
        loop {
            self.limits.count()?;
            let mut slot = None;
            let seed = Seed { slot: &mut slot, limits: self.limits, depth: self.depth + 1 };
            let key = match settle(mapping.next_key_seed(seed).transpose(), slot, None) {
                None => return Ok(Value::Mapping(entries)),
                Some(key) => key?,
            };
            self.limits.last = key.mark;
            if matches!(&key.value, Value::Text(text) if text.len() > MAX_KEY) {
                return Err(self.limits.broke(Limit::Key));
            }
            let mut slot = None;
            let seed = Seed { slot: &mut slot, limits: self.limits, depth: self.depth + 1 };
            match settle(Some(mapping.next_value_seed(seed)), slot, Some(key.mark)) {
                None => return Err(A::Error::custom("a key without a value")),
                Some(value) => entries.push(Entry { key, value: value? }),
            }
        }
    }

    // A tag whose variant is not consumed is offered again and again, without end.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_tag, content) = tagged.variant::<IgnoredAny>()?;
        content.newtype_variant::<IgnoredAny>()?;
        self.scalar(Value::Tagged)
    }
}

/// What reading a node came to: the node, the library's own error, or `None` at the end.
fn settle<E: fmt::Display>(
    read: Option<Result<Value, E>>,
    slot: Option<Value>,
    before: Option<Mark>,
) -> Option<Result<Node, E>> {
    Some(match (read?, slot) {
        (Ok(value), _) => Ok(Node { mark: first_mark(&value).or(before).unwrap_or(Mark::START), value }),
        (Err(error), Some(value)) => Ok(Node { mark: place_of(&error), value }),
        (Err(error), None) => Err(error),
    })
}

/// The place at the end of the library's words, which are all that serde lets through. The very
/// beginning of a text is left out there.
fn place_of(error: &impl fmt::Display) -> Mark {
    let words = error.to_string();
    words.rsplit_once(" at line ").and_then(|(_, place)| parse_place(place)).unwrap_or(Mark::START)
}

fn parse_place(place: &str) -> Option<Mark> {
    let (line, column) = place.split_once(" column ")?;
    Some(Mark { line: line.parse().ok()?, column: column.parse().ok()? })
}

fn first_mark(value: &Value) -> Option<Mark> {
    match value {
        Value::List(elements) => elements.first().map(|element| element.mark),
        Value::Mapping(entries) => entries.first().map(|entry| entry.key.mark),
        _ => None,
    }
}

/// The last place in the text that a node below `node` stands at.
fn last_mark(node: &Node) -> Mark {
    let below = match &node.value {
        Value::List(elements) => elements.iter().map(last_mark).max(),
        Value::Mapping(entries) => {
            entries.iter().flat_map(|entry| [entry.key.mark, last_mark(&entry.value)]).max()
        }
        _ => None,
    };
    below.map_or(node.mark, |mark| mark.max(node.mark))
}

#[cfg(test)]
mod tests;
