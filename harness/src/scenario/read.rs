//! Values of fields: from a node to what it means.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::author::{Author, Setting, kind_of};
use super::duration::{self, Bounds};
use super::field::{ADDRESSES, EVIDENCE, Table};
use super::layer::Roots;
use super::wrong::{Wrong, any_of, in_ascii, nearest, quote};
use super::yaml::{Node, Value};
use super::{Addresses, Depth, Replica, version};
use crate::problem;
use crate::version::{Version, VersionRange};

/// The most certificates in one bundle. Mozilla's whole programme has under 200.
const MAX_ROOTS: usize = 5_000;

/// A word that is none of those that are known.
pub(super) fn not_a_word(text: &str, what: &str, known: &[&str]) -> Wrong {
    let write = match nearest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", any_of(known.iter().copied())),
    };
    Wrong::new(format!("{} is not {what}", quote(text)), in_ascii(text, write))
}

/// A version: a number or text.
pub(super) fn version(author: &mut Author<'_>, field: &str, node: &Node) -> Option<Version> {
    match &node.value {
        Value::Float(number) => {
            let known = version::from_number(*number);
            let read = known.ok_or_else(|| version::unknown(&author.word_at(node.mark)));
            author.keep(node, read)
        }
        Value::Integer(number) => {
            author.keep(node, Err(version::from_integer(*number, &author.word_at(node.mark))))
        }
        Value::Text(_) => author.parsed(field, node, version::from_text),
        other => {
            let found = format!("`{field}` is a version, not {}", kind_of(other));
            author.keep(node, Err(Wrong::new(found, "write `SSLv2`, `SSLv3`, `1.0`, `1.1`, `1.2` or `1.3`")))
        }
    }
}

/// A duration with its unit.
pub(super) fn duration(
    author: &mut Author<'_>,
    field: &str,
    node: &Node,
    bounds: &Bounds,
) -> Option<Duration> {
    match &node.value {
        Value::Integer(_) | Value::Float(_) => {
            author.keep(node, Err(duration::from_number(&author.word_at(node.mark), bounds)))
        }
        _ => author.parsed(field, node, |text| duration::from_text(text, bounds)),
    }
}

/// A whole number from `min` to `max`. As text only where a `${NAME}` made it.
pub(super) fn whole_number(
    author: &mut Author<'_>,
    field: &str,
    node: &Node,
    min: u16,
    max: u16,
) -> Option<u16> {
    let write = format!("write a whole number from {min} to {max}");
    let number = match &node.value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) if text.contains("${") => {
            let text = author.text(field, node)?;
            match text.parse::<i128>() {
                Ok(number) => Some(number),
                Err(_) => {
                    return author
                        .keep(node, Err(Wrong::new(format!("{} is not a number", quote(&text)), write)));
                }
            }
        }
        Value::Text(text) if text.parse::<i128>().is_ok() => {
            let found = format!("`{field}` is a number, not text");
            return author.keep(node, Err(Wrong::new(found, "remove the quotes")));
        }
        _ => None,
    };
    let read = match number {
        Some(number) => u16::try_from(number)
            .ok()
            .filter(|number| (min..=max).contains(number))
            .ok_or_else(|| Wrong::new(format!("{number} is out of bounds"), write)),
        None => {
            let kind =
                if matches!(node.value, Value::Float(_)) { "a fraction" } else { kind_of(&node.value) };
            Err(Wrong::new(format!("`{field}` is a whole number, not {kind}"), write))
        }
    };
    author.keep(node, read)
}

/// How far an acceptance is followed.
pub(super) fn evidence(text: &str) -> Result<Depth, Wrong> {
    match text {
        "hello" => Ok(Depth::Hello),
        "handshake" => Ok(Depth::Handshake),
        "http" => Ok(Depth::Http),
        _ => Err(not_a_word(text, "a kind of evidence", EVIDENCE)),
    }
}

/// Which addresses count.
pub(super) fn addresses(text: &str) -> Result<Addresses, Wrong> {
    match text {
        "all" => Ok(Addresses::All),
        "any" => Ok(Addresses::Any),
        _ => Err(not_a_word(text, "a choice of addresses", ADDRESSES)),
    }
}

/// A path for GET, as it goes into the request (RFC 9112 3.2.1).
pub(super) fn path(text: &str) -> Result<Arc<str>, Wrong> {
    let found = |what: &str| format!("{} {what}", quote(text));
    if !text.starts_with('/') {
        let write = if text.contains("://") {
            "write the path alone; the host goes into `host`".to_owned()
        } else {
            format!("write {}", quote(&format!("/{text}")))
        };
        return Err(Wrong::new(found("does not begin with `/`"), write));
    }
    if text.contains('#') {
        return Err(Wrong::new(found("has a fragment"), "remove `#` and what follows: it is never sent"));
    }
    if let Some(character) = text.chars().find(|character| !may_stand_in_path(*character)) {
        let encoded: String = character.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        return Err(Wrong::new(
            found("has a character that no path can have"),
            format!("write it as `{encoded}`"),
        ));
    }
    if text.len() > 8 * 1024 {
        return Err(Wrong::new(found("is longer than 8 KiB"), "shorten it"));
    }
    Ok(text.into())
}

/// Whether the HTTP client sends it in a path and in a query. It is lenient with some of what no URI
/// has (RFC 3986 2).
fn may_stand_in_path(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, '"' | '<' | '>' | '`')
}

/// The URL of a page for people.
pub(super) fn url(text: &str) -> Result<Arc<str>, Wrong> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let clean = text.chars().all(|character| character.is_ascii_graphic() && !"<>\"`\\".contains(character));
    if host.is_some_and(|host| !host.is_empty()) && clean && text.len() <= 2048 {
        return Ok(text.into());
    }
    Err(Wrong::new(
        format!("{} is not the URL of a page", quote(text)),
        "write a URL that begins with `https://`, without blanks",
    ))
}

/// Text for people.
pub(super) fn prose(field: &'static str) -> impl FnOnce(&str) -> Result<Arc<str>, Wrong> {
    move |text| match text.trim_end() {
        "" => Err(Wrong::new(format!("`{field}` is empty"), "write something or remove it")),
        text => Ok(text.into()),
    }
}

/// A stand-in.
pub(super) fn replica(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Replica> {
    let Value::Mapping(entries) = &setting.value.value else {
        let found = format!("`replica` is a mapping, not {}", kind_of(&setting.value.value));
        let write = "write `{}` for one that speaks 1.2 and 1.3";
        return author.keep(setting.key, Err(Wrong::new(found, write)));
    };
    let known = author.settings(entries, Table::REPLICA);
    let mut sound = known.len() == entries.len();
    let (mut min, mut max) = (Version::Tls12, Version::Tls13);
    let (mut status_code, mut body, mut bound) = (200, String::new(), None);
    for part in known {
        let Setting { name, value: node, key } = part;
        if node.value == Value::Null {
            let wrong = Wrong::new(
                format!("`{name}` has no value"),
                "write one or remove it: `replica` is inherited whole",
            );
            author.wrong(key, wrong);
            sound = false;
            continue;
        }
        let read = match name {
            "min_version" => version(author, name, node).map(|version| min = version),
            "max_version" => version(author, name, node).map(|version| max = version),
            // A stand-in answers to the end, and a 1xx is no final answer (RFC 9110 15.2).
            "status" => whole_number(author, name, node, 200, 599).map(|status| status_code = status),
            _ => author.text(name, node).map(|text| body = text),
        };
        // Where only one of the two is written, it is the one to change.
        if name == "max_version" || (name == "min_version" && bound.is_none()) {
            bound = Some((name, node));
        }
        sound &= read.is_some();
    }
    if !sound {
        return None;
    }
    let Some(versions) = VersionRange::new(min, max) else {
        if let Some((name, node)) = bound {
            author.wrong(node, empty_range(name, min, max));
        }
        return None;
    };
    Some(Replica { versions, status: status_code, body })
}

/// A range whose end is before its beginning; `name` is the bound to change.
fn empty_range(name: &str, min: Version, max: Version) -> Wrong {
    Wrong::new(
        format!("`min_version` {} is above `max_version` {}", min.key(), max.key()),
        if name == "max_version" {
            format!("write {} or newer, or lower `min_version` (1.2 where none is written)", min.key())
        } else {
            format!("write {} or older", max.key())
        },
    )
}

/// The certificates of a PEM bundle beside the scenario file.
pub(super) fn roots(author: &mut Author<'_>, node: &Node) -> Option<Roots> {
    let name = author.text("ca", node)?;
    let bytes = named_file(author, node, &name)?;
    let mut roots = Vec::new();
    for found in CertificateDer::pem_slice_iter(&bytes) {
        match found {
            Ok(certificate) if roots.len() < MAX_ROOTS => roots.push(certificate.to_vec()),
            Ok(_) => {
                let wrong = Wrong::new(
                    format!("{} has more than {MAX_ROOTS} certificates", quote(&name)),
                    "keep those that are needed",
                );
                return author.keep(node, Err(wrong));
            }
            Err(_) => {
                let wrong = Wrong::new(
                    format!("{} has a damaged PEM block", quote(&name)),
                    "repair or export it again",
                );
                return author.keep(node, Err(wrong));
            }
        }
    }
    if roots.is_empty() {
        let wrong = Wrong::new(
            format!("{} has no certificate in PEM", quote(&name)),
            "it has blocks that begin with `-----BEGIN CERTIFICATE-----`",
        );
        return author.keep(node, Err(wrong));
    }
    Some(Arc::new(roots))
}

/// A file that a scenario names, relative to the scenario file's folder.
pub(super) fn named_file(author: &mut Author<'_>, node: &Node, name: &str) -> Option<Vec<u8>> {
    if name.is_empty() {
        return author.keep(
            node,
            Err(Wrong::new("a file without a name", "write the file's path from this file's folder")),
        );
    }
    let path = author.source.folder.join(Path::new(name));
    match (author.surroundings.read_file)(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let words = problem::words_of(&error);
            let found = format!("{} cannot be read: {words}", quote(name));
            author.keep(node, Err(Wrong::new(found, "the path is relative to this file's folder")))
        }
    }
}

#[cfg(test)]
mod tests {
    use ureq::http::Uri;

    use super::*;

    #[test]
    fn a_path_is_what_the_http_client_can_send() {
        let is_sent = |written: &str| {
            Uri::try_from(format!("https://a.example{written}"))
                .is_ok_and(|uri| uri.path_and_query().is_some_and(|sent| sent.as_str() == written))
        };
        for character in (0..=0x7f).map(char::from) {
            let (in_path, in_query) = (format!("/a{character}b"), format!("/a?b={character}c"));
            let sent = is_sent(&in_path) && is_sent(&in_query);
            for written in [in_path, in_query] {
                assert_eq!(path(&written).is_ok(), sent, "{written:?}");
            }
        }
        assert!(path("/\u{e4}").is_err());
    }
}
