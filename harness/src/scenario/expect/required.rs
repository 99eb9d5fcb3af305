//! What stands under `expect` of certificates, protocols and HTTP: from a node to what is required.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use crate::certificate::{PublicKey, SignatureHash};
use crate::scenario::author::{Author, Setting, kind_of};
use crate::scenario::client::read::flag;
use crate::scenario::field::{CHAINS, Table};
use crate::scenario::list::each_once;
use crate::scenario::read::{self, not_a_word};
use crate::scenario::requirements::{
    CertificateName, HeaderRule, HeaderWanted, HstsRule, ProtocolRule, Requirements, SignatureRule,
};
use crate::scenario::wrong::{Wrong, any_of, quote};
use crate::scenario::yaml::{Node, Value};
use crate::scenario::{Depth, duration, host};

/// The port of plain HTTP (RFC 9110 4.2.1).
const HTTP_PORT: u16 = 80;

/// The most elements of one list: a certificate with more names than this is for machines.
const MAX_ELEMENTS: usize = 100;

/// How far a connection must go for a requirement; `None` where the field is not one of these.
pub(in crate::scenario) fn depth_of(name: &str) -> Option<Depth> {
    match name {
        "certificate_lifespan"
        | "certificate_key"
        | "certificate_signature"
        | "certificate_names"
        | "certificate_chain"
        | "same_certificate"
        | "alpn"
        | "ocsp_staple"
        | "http_redirects" => Some(Depth::Handshake),
        "hsts" | "headers" => Some(Depth::Http),
        _ => None,
    }
}

/// Reads one of them into `requirements`; `None` once a mistake is told.
pub(super) fn read(
    author: &mut Author<'_>,
    setting: Setting<'_>,
    requirements: &mut Requirements,
) -> Option<()> {
    let Setting { name, value: node, .. } = setting;
    match name {
        "certificate_lifespan" => {
            requirements.certificate_lifespan =
                Some(read::duration(author, name, node, &duration::VALIDITY)?);
        }
        "certificate_key" => {
            requirements.certificate_key = one_or_list(author, name, node, "[RSA-2048, P-256]", key)?;
        }
        "certificate_signature" => requirements.certificate_signature = Some(signature(author, setting)?),
        "certificate_names" => {
            requirements.certificate_names =
                one_or_list(author, name, node, "[a.example]", certificate_name)?;
        }
        "certificate_chain" => {
            author.parsed(name, node, |text| match text {
                "complete" => Ok(()),
                _ => Err(not_a_word(text, "what a chain can be", CHAINS)),
            })?;
            requirements.complete_chain = true;
        }
        "same_certificate" => requirements.same_certificate = only_true(author, name, node)?,
        "alpn" => requirements.alpn = Some(alpn(author, setting)?),
        "ocsp_staple" => requirements.ocsp_staple = Some(flag(author, name, node)?),
        "hsts" => requirements.hsts = Some(hsts(author, setting)?),
        "headers" => requirements.headers = headers(author, setting)?,
        "http_redirects" => requirements.http_redirects = Some(http_redirects(author, name, node)?),
        _ => {}
    }
    Some(())
}

/// A flag of which `false` would require nothing.
fn only_true(author: &mut Author<'_>, name: &str, node: &Node) -> Option<bool> {
    if flag(author, name, node)? {
        return Some(true);
    }
    let write = "write `true`, or remove it: without it that does not matter";
    author.keep(node, Err(Wrong::new(format!("`{name}: false` requires nothing"), write)))
}

fn key(text: &str) -> Result<PublicKey, Wrong> {
    PublicKey::from_name(text).ok_or_else(|| match text {
        "RSA" => Wrong::new("`RSA` has no size", "write the fewest bits: `RSA-2048`"),
        "ECDSA" | "EC" => Wrong::new(
            format!("{} names no curve", quote(text)),
            "write the curves that are allowed: `P-256`, `P-384` or `P-521`",
        ),
        _ => not_a_word(text, "a kind of key", PublicKey::NAMES),
    })
}

fn hash(text: &str) -> Result<SignatureHash, Wrong> {
    SignatureHash::from_name(text)
        .ok_or_else(|| not_a_word(text, "a hash of signatures", SignatureHash::NAMES))
}

fn certificate_name(text: &str) -> Result<CertificateName, Wrong> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(CertificateName::Exactly(address.to_string()));
    }
    let read = match text.strip_prefix("*.") {
        Some(parent) if parent.parse::<IpAddr>().is_err() => {
            host::server_name(parent).map(CertificateName::Below)
        }
        Some(_) => Err(Wrong::new(format!("{} is not a DNS name", quote(text)), "")),
        None => host::server_name(text).map(CertificateName::Exactly),
    };
    read.map_err(|wrong| Wrong::new(wrong.found, "write a DNS name, `*.` and a DNS name, or an address"))
}

/// A protocol of ALPN (RFC 7301 3.1). On the wire it has a length of one byte.
fn protocol(text: &str) -> Result<String, Wrong> {
    let is_printable = text.chars().all(|character| character.is_ascii_graphic());
    if text.is_empty() || text.len() > 255 || !is_printable {
        let found = format!("{} is not a protocol", quote(text));
        return Err(Wrong::new(found, "write its IANA name: `h2`, `http/1.1`"));
    }
    match text {
        "http/2" | "HTTP/2" | "H2" => {
            Err(Wrong::new(format!("ALPN has no protocol {}", quote(text)), "did you mean `h2`?"))
        }
        "HTTP/1.1" => Err(Wrong::new("ALPN has no protocol `HTTP/1.1`", "did you mean `http/1.1`?")),
        _ => Ok(text.to_owned()),
    }
}

fn signature(author: &mut Author<'_>, setting: Setting<'_>) -> Option<SignatureRule> {
    let key = setting.key;
    let parts = author.parts(setting, Table::SIGNATURE, "write `{ none: [SHA-1, MD5] }`")?;
    match parts.as_slice() {
        [part] => {
            let hashes = one_or_list(author, part.name, part.value, "[SHA-1, MD5]", hash)?;
            Some(if part.name == "only" { SignatureRule::Only(hashes) } else { SignatureRule::None(hashes) })
        }
        _ => author.keep(
            key,
            Err(Wrong::new("`only` with `none`", "`only` leaves out all others: remove one of the two")),
        ),
    }
}

fn alpn(author: &mut Author<'_>, setting: Setting<'_>) -> Option<ProtocolRule> {
    let Setting { name, key, value: node } = setting;
    let write = "write a protocol, or `{ some: [h2], none: [http/1.0] }`";
    match &node.value {
        Value::Text(_) => {
            let only = author.parsed(name, node, protocol)?;
            return Some(ProtocolRule { some: vec![only], none: Vec::new() });
        }
        Value::Mapping(_) => {}
        other => {
            let found = format!("`{name}` is a protocol or a mapping, not {}", kind_of(other));
            return author.keep(key, Err(Wrong::new(found, write)));
        }
    }
    let mut rule = ProtocolRule::default();
    for part in author.parts(setting, Table::ALPN, write)? {
        let protocols = one_or_list(author, part.name, part.value, "[h2]", protocol)?;
        if part.name == "some" { rule.some = protocols } else { rule.none = protocols }
    }
    if let Some(both) = rule.some.iter().find(|protocol| rule.none.contains(protocol)) {
        let found = format!("{} is in `some` and in `none`", quote(both));
        return author.keep(key, Err(Wrong::new(found, "remove it from one of the two")));
    }
    Some(rule)
}

fn hsts(author: &mut Author<'_>, setting: Setting<'_>) -> Option<HstsRule> {
    let Setting { name, key, value: node } = setting;
    let mut rule = HstsRule { min_age: Duration::ZERO, include_subdomains: false, preload: false };
    if let Value::Text(_) | Value::Integer(_) | Value::Float(_) = &node.value {
        rule.min_age = read::duration(author, name, node, &duration::HSTS)?;
        return Some(rule);
    }
    let mut has_age = false;
    for part in author.parts(setting, Table::HSTS, "write the least `max-age`: `730d`")? {
        match part.name {
            "min_age" => {
                rule.min_age = read::duration(author, part.name, part.value, &duration::HSTS)?;
                has_age = true;
            }
            "include_subdomains" => rule.include_subdomains = only_true(author, part.name, part.value)?,
            _ => rule.preload = only_true(author, part.name, part.value)?,
        }
    }
    if !has_age {
        let wrong = Wrong::new("`hsts` without `min_age`", "add the least `max-age`: `min_age: 730d`");
        return author.keep(key, Err(wrong));
    }
    Some(rule)
}

fn headers(author: &mut Author<'_>, setting: Setting<'_>) -> Option<Vec<HeaderRule>> {
    let Setting { name: field, key, value: node } = setting;
    let write = "write `{ Server: false, X-Frame-Options: true }`";
    let entries = match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => entries,
        Value::Mapping(_) => {
            return author.keep(node, Err(Wrong::new(format!("`{field}` names nothing"), write)));
        }
        other => {
            let found = format!("`{field}` is a mapping, not {}", kind_of(other));
            return author.keep(key, Err(Wrong::new(found, write)));
        }
    };
    let mut rules: Vec<HeaderRule> = Vec::new();
    let mut sound = entries.len() <= MAX_ELEMENTS;
    if !sound {
        author.wrong(key, too_many(field));
    }
    for entry in entries.iter().take(MAX_ELEMENTS) {
        let Some(rule) = header(author, &entry.key, &entry.value) else {
            sound = false;
            continue;
        };
        if rules.iter().any(|known| known.name.eq_ignore_ascii_case(&rule.name)) {
            let wrong =
                Wrong::new(format!("a second `{}`", rule.name), "case makes no difference here: remove one");
            author.wrong(&entry.key, wrong);
            sound = false;
            continue;
        }
        rules.push(rule);
    }
    sound.then_some(rules)
}

fn header(author: &mut Author<'_>, key: &Node, value: &Node) -> Option<HeaderRule> {
    let Value::Text(name) = &key.value else {
        let wrong = Wrong::new("a key that is not text", "write the name of a header field");
        return author.keep(key, Err(wrong));
    };
    if !is_token(name) {
        let found = format!("{} is no name of a header field", quote(name));
        return author.keep(key, Err(Wrong::new(found, "write letters, digits and `-`: `X-Frame-Options`")));
    }
    let wanted = match &value.value {
        Value::Bool(true) => HeaderWanted::Present,
        Value::Bool(false) => HeaderWanted::Absent,
        Value::Text(_) => {
            let text = author.text(name, value)?;
            if text.is_empty() || text.trim() != text || text.contains(|it: char| it.is_control()) {
                let found = format!("{} is no value of a header field", quote(&text));
                let write = "write it without blanks around it, on one line; or `true` for any";
                return author.keep(value, Err(Wrong::new(found, write)));
            }
            HeaderWanted::Exactly(text)
        }
        Value::Integer(_) | Value::Float(_) => {
            let wrong = Wrong::new(format!("`{name}` is a number here"), "put the value in quotes");
            return author.keep(value, Err(wrong));
        }
        other => {
            let found = format!("`{name}` is true, false or its value, not {}", kind_of(other));
            let write = "`true` where it must be there, `false` where it must not";
            return author.keep(key, Err(Wrong::new(found, write)));
        }
    };
    Some(HeaderRule { name: name.clone(), wanted })
}

/// A name of a header field (RFC 9110 5.6.2).
fn is_token(name: &str) -> bool {
    let is_special = |byte: u8| b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_special(byte))
}

fn http_redirects(author: &mut Author<'_>, name: &str, node: &Node) -> Option<u16> {
    match &node.value {
        Value::Bool(true) => Some(HTTP_PORT),
        Value::Integer(_) => read::whole_number(author, name, node, 1, u16::MAX),
        Value::Bool(false) => {
            let write = "write `true`, or remove it: without it that does not matter";
            author.keep(node, Err(Wrong::new(format!("`{name}: false` requires nothing"), write)))
        }
        Value::Text(text) if text.contains("${") => read::whole_number(author, name, node, 1, u16::MAX),
        other => {
            let found = format!("`{name}` is `true` or a port, not {}", kind_of(other));
            author.keep(node, Err(Wrong::new(found, "write `true` for port 80, or the port of plain HTTP")))
        }
    }
}

/// One element, or a list of some, each of them once.
fn one_or_list<T: PartialEq + fmt::Display>(
    author: &mut Author<'_>,
    field: &str,
    node: &Node,
    example: &str,
    read: fn(&str) -> Result<T, Wrong>,
) -> Option<Vec<T>> {
    let elements = match &node.value {
        Value::Text(_) => return author.parsed(field, node, read).map(|one| vec![one]),
        Value::List(elements) if elements.is_empty() => {
            let wrong = Wrong::new(format!("`{field}` names nothing"), format!("write `{example}`"));
            return author.keep(node, Err(wrong));
        }
        Value::List(elements) if elements.len() > MAX_ELEMENTS => {
            return author.keep(node, Err(too_many(field)));
        }
        Value::List(elements) => elements,
        other => {
            let found = format!("`{field}` is a list, not {}", kind_of(other));
            return author.keep(node, Err(Wrong::new(found, format!("write `{example}`"))));
        }
    };
    each_once(author, elements, |author, element| author.parsed(field, element, read), ToString::to_string)
}

fn too_many(field: &str) -> Wrong {
    Wrong::new(format!("`{field}` has more than {MAX_ELEMENTS} elements"), "make two scenarios of it")
}

/// What contradicts itself or what else is expected of a certificate.
pub(super) fn contradiction(
    requirements: &Requirements,
    is_unknown_issuer: bool,
) -> Option<(&'static str, Wrong)> {
    (requirements.complete_chain && is_unknown_issuer).then(|| {
        let found = "`certificate_chain: complete` with `certificate: unknown-issuer`";
        let write =
            format!("a complete chain has a known one: remove one of the two, or expect {}", any_of(["any"]));
        ("certificate_chain", Wrong::new(found, write))
    })
}
