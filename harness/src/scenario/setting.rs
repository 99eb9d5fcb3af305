//! One field of a level: from what is written to what it means.

use std::num::NonZeroU8;
use std::sync::Arc;

use super::author::{Author, Setting};
use super::layer::{Layer, Slot, Written};
use super::wrong::Wrong;
use super::yaml::Value;
use super::{ServerNameChoice, calendar, client, duration, expect, host, hosts, read, rules};

/// Reads one field into the layer.
pub(super) fn set<'t>(author: &mut Author<'_>, setting: Setting<'t>, layer: &mut Layer<'t>) {
    let Setting { name, value: node, .. } = setting;
    if node.value == Value::Tagged {
        return;
    }
    let level = layer.level;
    match name {
        "host" => {
            let read = slot(author, setting, level, |author| hosts::one(author, setting));
            nearer(&mut layer.hosts, read);
        }
        "hosts" => {
            let read = slot(author, setting, level, |author| hosts::several(author, setting));
            nearer(&mut layer.hosts, read);
        }
        "min_version" => {
            layer.min_version = slot(author, setting, level, |author| read::version(author, name, node));
        }
        "max_version" => {
            layer.max_version = slot(author, setting, level, |author| read::version(author, name, node));
        }
        "path" => layer.path = slot(author, setting, level, |author| author.parsed(name, node, read::path)),
        "expect" => {
            layer.expect =
                slot(author, setting, level, |author| expect::expect(author, setting).map(Arc::new));
        }
        "evidence" => {
            layer.evidence = slot(author, setting, level, |author| author.parsed(name, node, read::evidence));
        }
        "server_name" => {
            layer.server_name = slot(author, setting, level, |author| author.parsed(name, node, server_name));
        }
        "connect_to" => {
            layer.connect_to =
                slot(author, setting, level, |author| author.parsed(name, node, host::connect_to));
        }
        "ca" => layer.ca = slot(author, setting, level, |author| read::roots(author, node)),
        "timeout" => {
            layer.timeout =
                slot(author, setting, level, |author| read::duration(author, name, node, &duration::TIMEOUT));
        }
        "attempts" => {
            layer.attempts = slot(author, setting, level, |author| {
                read::whole_number(author, name, node, 1, 10).map(u32::from)
            });
        }
        "max_connections" => {
            layer.max_connections = slot(author, setting, level, |author| {
                let number = read::whole_number(author, name, node, 1, 64)?;
                u8::try_from(number).ok().and_then(NonZeroU8::new)
            });
        }
        "spacing" => {
            layer.spacing =
                slot(author, setting, level, |author| read::duration(author, name, node, &duration::SPACING));
        }
        "repeat" => {
            layer.repeat = slot(author, setting, level, |author| {
                read::whole_number(author, name, node, 1, 100).map(u32::from)
            });
        }
        "addresses" => {
            layer.addresses =
                slot(author, setting, level, |author| author.parsed(name, node, read::addresses));
        }
        "replica" => {
            layer.replica =
                slot(author, setting, level, |author| read::replica(author, setting).map(Arc::new));
        }
        "client" => {
            layer.client = slot(author, setting, level, |author| client::read::command(author, setting));
        }
        "exit" => layer.exit = slot(author, setting, level, |author| client::read::exit(author, node)),
        "trusted" => {
            layer.trusted = slot(author, setting, level, |author| client::read::flag(author, name, node));
        }
        "reach" => {
            layer.reach =
                slot(author, setting, level, |author| author.parsed(name, node, client::read::reach));
        }
        "passthrough" => {
            layer.passthrough = slot(author, setting, level, |author| client::read::flag(author, name, node));
        }
        "when_missing" => {
            layer.when_missing =
                slot(author, setting, level, |author| author.parsed(name, node, client::read::when_missing));
        }
        "cipher_suites" => {
            layer.cipher_suites =
                slot(author, setting, level, |author| client::narrowed::suites(author, setting));
        }
        "groups" => {
            layer.groups = slot(author, setting, level, |author| client::narrowed::groups(author, setting));
        }
        "enforce_from" => {
            layer.enforce_from =
                slot(author, setting, level, |author| author.parsed(name, node, calendar::day));
        }
        "waiver" => {
            layer.waiver =
                slot(author, setting, level, |author| calendar::waiver(author, setting).map(Arc::new));
        }
        "policy" => layer.policy = slot(author, setting, level, |author| rules::policy(author, node)),
        "rules" => {
            layer.rules = slot(author, setting, level, |author| rules::rules(author, setting).map(Arc::new));
        }
        "level" => {
            layer.rule_level = slot(author, setting, level, |author| author.parsed(name, node, rules::level));
        }
        "strict" => {
            layer.strict = slot(author, setting, level, |author| client::read::flag(author, name, node));
        }
        "title" => {
            layer.title =
                slot(author, setting, level, |author| author.parsed(name, node, read::prose("title")));
        }
        "reference" => {
            layer.reference = slot(author, setting, level, |author| author.parsed(name, node, read::url));
        }
        "advice" => {
            layer.advice =
                slot(author, setting, level, |author| author.parsed(name, node, read::prose("advice")));
        }
        _ => {}
    }
}

fn server_name(text: &str) -> Result<ServerNameChoice, Wrong> {
    if text == "none" {
        return Ok(ServerNameChoice::Nothing);
    }
    host::server_name(text).map(ServerNameChoice::Name)
}

fn slot<'t, 'a, T>(
    author: &mut Author<'a>,
    setting: Setting<'t>,
    level: usize,
    read: impl FnOnce(&mut Author<'a>) -> Option<T>,
) -> Slot<'t, T> {
    let Setting { key, value: node, .. } = setting;
    if node.value == Value::Null {
        return Slot::Unset;
    }
    match read(author) {
        Some(value) => Slot::Set(Written { value, key, node, level }),
        None => Slot::Broken,
    }
}

/// Of `host` and `hosts` on one level the one with a value counts.
fn nearer<'t, T>(slot: &mut Slot<'t, T>, read: Slot<'t, T>) {
    if slot.is_missing_or_unset() {
        *slot = read;
    }
}
