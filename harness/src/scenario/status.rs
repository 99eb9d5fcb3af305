//! HTTP statuses: `200`, `[200, 204]`, `2xx`.

use std::fmt;

use super::author::{Author, kind_of};
use super::list::each_once;
use super::read::whole_number;
use super::wrong::{Wrong, quote};
use super::yaml::{Node, Value};

/// The statuses of which one must come; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Statuses(Vec<StatusPattern>);

/// One status, or a hundred of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum StatusPattern {
    Exactly(u16),
    /// By its first digit (RFC 9110 15).
    Class(u8),
}

impl Statuses {
    /// This status alone.
    #[must_use]
    pub fn only(status: u16) -> Statuses {
        Statuses(vec![StatusPattern::Exactly(status)])
    }

    /// All statuses that begin with this digit.
    #[cfg(test)]
    pub(crate) fn class(class: u8) -> Statuses {
        Statuses(vec![StatusPattern::Class(class)])
    }

    /// Whether this status is one of them.
    #[must_use]
    pub fn contains(&self, status: u16) -> bool {
        self.0.iter().any(|pattern| match pattern {
            StatusPattern::Exactly(exactly) => *exactly == status,
            StatusPattern::Class(class) => status / 100 == u16::from(*class),
        })
    }
}

impl fmt::Display for Statuses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pattern) in self.0.iter().enumerate() {
            let joint = match index {
                0 => "",
                index if index + 1 == self.0.len() => " or ",
                _ => ", ",
            };
            write!(f, "{joint}{pattern}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StatusPattern::Exactly(status) => write!(f, "{status}"),
            StatusPattern::Class(class) => write!(f, "{class}xx"),
        }
    }
}

/// Reads `status`: a number, a class, or a list of both.
pub(super) fn statuses(author: &mut Author<'_>, field: &str, node: &Node) -> Option<Statuses> {
    let elements = match &node.value {
        Value::List(elements) if elements.is_empty() => {
            let wrong = Wrong::new(format!("`{field}` names nothing"), "write `[200, 204]`, or remove it");
            return author.keep(node, Err(wrong));
        }
        Value::List(elements) => elements,
        _ => return pattern(author, field, node).map(|pattern| Statuses(vec![pattern])),
    };
    let read = |author: &mut Author<'_>, element: &Node| pattern(author, field, element);
    each_once(author, elements, read, ToString::to_string).map(Statuses)
}

fn pattern(author: &mut Author<'_>, field: &str, node: &Node) -> Option<StatusPattern> {
    match &node.value {
        Value::Text(text) if !text.contains("${") && text.parse::<i128>().is_err() => {
            author.parsed(field, node, |text| class(text).ok_or_else(|| not_a_status(text)))
        }
        Value::Null | Value::Mapping(_) | Value::List(_) | Value::Bool(_) => {
            let found = format!("`{field}` is a number, a class or a list, not {}", kind_of(&node.value));
            author.keep(node, Err(Wrong::new(found, "write `200`, `2xx` or `[200, 204]`")))
        }
        // A class may come by a `${NAME}` too.
        Value::Text(text) if text.contains("${") => author.parsed(field, node, |text| {
            let number = text.parse().ok().filter(|number| (100..=599).contains(number));
            let exactly = number.map(StatusPattern::Exactly);
            exactly.or_else(|| class(text)).ok_or_else(|| match text.parse::<i128>() {
                Ok(number) => {
                    Wrong::new(format!("{number} is out of bounds"), "write a whole number from 100 to 599")
                }
                Err(_) => not_a_status(text),
            })
        }),
        _ => whole_number(author, field, node, 100, 599).map(StatusPattern::Exactly),
    }
}

fn class(text: &str) -> Option<StatusPattern> {
    let digit = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"))?;
    let class = digit.parse().ok().filter(|class| digit.len() == 1 && (1..=5).contains(class))?;
    Some(StatusPattern::Class(class))
}

fn not_a_status(text: &str) -> Wrong {
    Wrong::new(
        format!("{} is neither a status nor a class of them", quote(text)),
        "write a whole number from 100 to 599, or `2xx`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_of_those_that_are_named() {
        let both = Statuses(vec![StatusPattern::Exactly(304), StatusPattern::Class(2)]);
        for (status, contained) in [(200, true), (299, true), (300, false), (304, true), (199, false)] {
            assert_eq!(both.contains(status), contained, "{status}");
        }
        assert_eq!(both.to_string(), "304 or 2xx");
        assert_eq!(Statuses::only(200).to_string(), "200");
        for text in ["0xx", "6xx", "xx", "22xx", "2x", "2xxx", "+2xx"] {
            assert_eq!(class(text), None, "{text}");
        }
    }
}
