//! Values of the fields of a program on trial: from a node to what it means.

use std::sync::Arc;

use super::{Command, Exit, Reach, WhenMissing};
use crate::scenario::author::{Author, MAX_TEXT, Setting, kind_of};
use crate::scenario::field::{EXITS, REACHES, WHEN_MISSING};
use crate::scenario::read::not_a_word;
use crate::scenario::wrong::{Wrong, quote};
use crate::scenario::yaml::{Node, Value};

/// The longest number that is taken as the text that stands there, in characters: a longer one is not
/// seen whole.
const MAX_NUMBER: usize = 60;

/// Reads `client`: a command, or a program and its arguments. `${NAME}` is the shell's here, and in a
/// list the program's: a command means the same in a scenario as in a terminal.
pub(in crate::scenario) fn command(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Arc<Command>> {
    let Setting { key, value: node, .. } = setting;
    let command = match &node.value {
        Value::Text(text) if text.trim().is_empty() => {
            author.keep(node, Err(Wrong::new("`client` is empty", "write the command, or remove it")))
        }
        Value::Text(text) => argument(author, node, text).map(Command::Shell),
        Value::List(elements) if elements.is_empty() => {
            let write = "write the program and its arguments: `[curl, \"{url}\"]`";
            author.keep(key, Err(Wrong::new("`client` names no program", write)))
        }
        Value::List(elements) => program(author, elements),
        other => {
            let found = format!("`client` is a command or a list, not {}", kind_of(other));
            let write = match other {
                Value::Bool(_) | Value::Integer(_) | Value::Float(_) => "put it in quotes",
                _ => "write the command, or a list of the program and its arguments",
            };
            author.keep(key, Err(Wrong::new(found, write)))
        }
    };
    command.map(Arc::new)
}

fn program(author: &mut Author<'_>, elements: &[Node]) -> Option<Command> {
    let read: Vec<Option<String>> = elements.iter().map(|element| element_text(author, element)).collect();
    let arguments: Vec<String> = read.into_iter().collect::<Option<_>>()?;
    let first = elements.first()?;
    if arguments.first().is_none_or(|program| program.trim().is_empty()) {
        let wrong = Wrong::new("a program without a name", "write its name or its path");
        return author.keep(first, Err(wrong));
    }
    if arguments.iter().map(String::len).sum::<usize>() > MAX_TEXT {
        return author.keep(first, Err(too_long()));
    }
    Some(Command::Program(arguments))
}

/// An argument. What YAML reads as a number is the text that stands there: `1.20` stays `1.20`.
fn element_text(author: &mut Author<'_>, element: &Node) -> Option<String> {
    match &element.value {
        Value::Text(text) => argument(author, element, text),
        Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {
            let word = author.word_at(element.mark);
            let is_whole = !word.starts_with('&') && word.chars().count() <= MAX_NUMBER;
            let wrong = || {
                let kind = kind_of(&element.value);
                Wrong::new(
                    format!("{kind} in `client` that cannot be taken as it stands"),
                    "put it in quotes",
                )
            };
            author.keep(element, if is_whole { Ok(word) } else { Err(wrong()) })
        }
        // Told with the other tags of the file.
        Value::Tagged => None,
        other => {
            let found = format!("an argument in `client` is text, not {}", kind_of(other));
            author.keep(element, Err(Wrong::new(found, "put it in quotes, or remove it")))
        }
    }
}

fn argument(author: &mut Author<'_>, node: &Node, text: &str) -> Option<String> {
    author.keep(
        node,
        if text.len() > MAX_TEXT {
            Err(too_long())
        } else if text.contains('\0') {
            Err(Wrong::new("NUL in `client`", "remove it: no program can be given one"))
        } else {
            Ok(text.to_owned())
        },
    )
}

fn too_long() -> Wrong {
    Wrong::new("`client` is longer than 64 KiB", "put it into a script, and run that")
}

/// Whether an exit code counts. `0` as text only where a `${NAME}` made it.
pub(in crate::scenario) fn exit(author: &mut Author<'_>, node: &Node) -> Option<Exit> {
    let write = "write `0` where the exit code counts, `any` where it does not";
    match &node.value {
        Value::Integer(0) => Some(Exit::Zero),
        Value::Text(text) if text == "0" => {
            author.keep(node, Err(Wrong::new("`exit` is a number, not text", "remove the quotes")))
        }
        Value::Text(_) => author.parsed("exit", node, |text| match text {
            "0" => Ok(Exit::Zero),
            "any" => Ok(Exit::Any),
            _ => Err(not_a_word(text, "a choice of exit codes", EXITS)),
        }),
        Value::Integer(_) | Value::Float(_) => {
            let found = format!("`exit` is `0` or `any`, not {}", quote(&author.word_at(node.mark)));
            author.keep(node, Err(Wrong::new(found, write)))
        }
        other => {
            let found = format!("`exit` is `0` or `any`, not {}", kind_of(other));
            author.keep(node, Err(Wrong::new(found, write)))
        }
    }
}

/// A truth value. As text only where a `${NAME}` made it.
pub(in crate::scenario) fn flag(author: &mut Author<'_>, field: &str, node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) if matches!(text.as_str(), "true" | "false") => {
            let found = format!("`{field}` is `true` or `false`, not text");
            author.keep(node, Err(Wrong::new(found, "remove the quotes")))
        }
        Value::Text(_) => author.parsed(field, node, |text| match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => {
                let write = match text.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" => "write `true`",
                    "no" | "off" | "n" => "write `false`",
                    _ => "write `true` or `false`",
                };
                Err(Wrong::new(format!("{} is neither `true` nor `false`", quote(text)), write))
            }
        }),
        other => {
            let found = format!("`{field}` is `true` or `false`, not {}", kind_of(other));
            author.keep(node, Err(Wrong::new(found, "write `true` or `false`")))
        }
    }
}

/// How a program is led to the stand-in.
pub(in crate::scenario) fn reach(text: &str) -> Result<Reach, Wrong> {
    match text {
        "auto" => Ok(Reach::Auto),
        "proxy" => Ok(Reach::Proxy),
        "namespace" => Ok(Reach::Namespace),
        _ => Err(not_a_word(text, "a way to the stand-in", REACHES)),
    }
}

/// What follows where a program is not installed.
pub(in crate::scenario) fn when_missing(text: &str) -> Result<WhenMissing, Wrong> {
    match text {
        "fail" => Ok(WhenMissing::Fail),
        "ignore" => Ok(WhenMissing::Ignore),
        _ => Err(not_a_word(text, "a way to treat a missing program", WHEN_MISSING)),
    }
}
