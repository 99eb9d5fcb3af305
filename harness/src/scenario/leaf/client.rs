//! The program on trial: which fields are its own, which are the host's, and what can be expected of it.

use std::sync::Arc;

use super::{depth, unused};
use crate::scenario::author::Author;
use crate::scenario::expect::{Expect, Outcome};
use crate::scenario::layer::{Layer, Slot, Written};
use crate::scenario::wrong::{Wrong, quote};
use crate::scenario::yaml::Node;
use crate::scenario::{Client, Command};
use crate::version::{Version, VersionRange};
use crate::wire::FINISHED_SUITES;

/// Tells the scenario's own fields that are about the other side, and leaves inherited ones aside.
/// Whether there was none to tell.
pub(super) fn leave_aside(author: &mut Author<'_>, scenario: &str, layer: &mut Layer<'_>) -> bool {
    match layer.client {
        Slot::Set(_) => leave_hosts_aside(author, layer),
        // What `client` says is not known, so nothing follows from it.
        Slot::Broken => false,
        Slot::Missing if layer.unsure => true,
        Slot::Missing | Slot::Unset => leave_clients_aside(author, scenario, layer),
    }
}

/// With `client` nothing is connected to.
fn leave_hosts_aside(author: &mut Author<'_>, layer: &mut Layer<'_>) -> bool {
    let level = layer.level;
    let own = [
        ("connect_to", layer.connect_to.own_key(level), "the program does the connecting: remove it"),
        (
            "evidence",
            layer.evidence.own_key(level),
            "a program is followed as far as it goes: remove it, or expect a `status`",
        ),
        ("server_name", layer.server_name.own_key(level), "the program says whom it wants: remove it"),
        (
            "ca",
            layer.ca.own_key(level),
            "the program decides whom it trusts: remove it; `trusted: true` demands that it accept the stand-in's certificate",
        ),
        ("attempts", layer.attempts.own_key(level), "the program is run once: remove it"),
        ("repeat", layer.repeat.own_key(level), "the program is run once: remove it"),
        (
            "max_connections",
            layer.max_connections.own_key(level),
            "the program decides how many it makes: remove it",
        ),
        ("spacing", layer.spacing.own_key(level), "the program does the connecting: remove it"),
        ("addresses", layer.addresses.own_key(level), "there is one stand-in: remove it"),
    ];
    let sound = tell(author, own, "with");
    layer.connect_to = Slot::Unset;
    layer.evidence = Slot::Unset;
    layer.server_name = Slot::Unset;
    layer.ca = Slot::Unset;
    layer.attempts = Slot::Unset;
    layer.repeat = Slot::Unset;
    layer.max_connections = Slot::Unset;
    layer.spacing = Slot::Unset;
    layer.addresses = Slot::Unset;
    sound
}

/// Without `client` no program is run.
fn leave_clients_aside(author: &mut Author<'_>, scenario: &str, layer: &mut Layer<'_>) -> bool {
    let level = layer.level;
    let write = "it is about the program on trial: remove it, or add `client`";
    let own = [
        ("exit", layer.exit.own_key(level), write),
        ("trusted", layer.trusted.own_key(level), write),
        ("reach", layer.reach.own_key(level), write),
        ("passthrough", layer.passthrough.own_key(level), write),
        ("when_missing", layer.when_missing.own_key(level), write),
    ];
    let mut sound = tell(author, own, "without");
    layer.exit = Slot::Unset;
    layer.trusted = Slot::Unset;
    layer.reach = Slot::Unset;
    layer.passthrough = Slot::Unset;
    layer.when_missing = Slot::Unset;
    // To leave these aside would be to test another thing than what was written.
    let narrowed = [
        ("cipher_suites", layer.cipher_suites.get().map(|written| (written.key, written.level))),
        ("groups", layer.groups.get().map(|written| (written.key, written.level))),
    ];
    for (name, written) in narrowed {
        let Some((key, written)) = written else { continue };
        let found = format!("`{name}` is supported only with `client` so far");
        if written == level {
            author.wrong(key, Wrong::new(found, "remove it, or add `client`"));
        } else {
            let write = format!("write `{name}: ~` where there is no `client`, or add one");
            let note = format!("inherited by {}", quote(scenario));
            author.wrong_with_note(key, Wrong::new(found, write), Some(note));
        }
        sound = false;
    }
    sound
}

fn tell<const N: usize>(author: &mut Author<'_>, own: [(&str, Option<&Node>, &str); N], with: &str) -> bool {
    let mut sound = true;
    for (name, key, write) in own {
        if let Some(key) = key {
            author.wrong(key, Wrong::new(format!("`{name}` {with} `client`"), write));
            sound = false;
        }
    }
    sound
}

/// The program on trial, where what is expected of it can come true in this range.
pub(super) fn client<'t>(
    author: &mut Author<'_>,
    scenario: &str,
    layer: &Layer<'t>,
    client: &Written<'t, Arc<Command>>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    versions: VersionRange,
) -> Option<Client> {
    let mut sound = can_be_expected(author, client, expect);
    let refused = expect.value.outcome == Outcome::Refused;
    let trusted = match layer.trusted.get().filter(|trusted| trusted.value) {
        Some(trusted) if refused => {
            sound &= unused(
                author,
                layer,
                trusted,
                "trusted",
                "nothing is trusted where nothing is accepted: remove it",
            );
            false
        }
        trusted => trusted.is_some(),
    };
    sound &= suites_fit(author, layer, expect, versions);
    let mut groups = layer.groups.value();
    if versions.max() < Version::Tls12 {
        if let Some(key) = layer.groups.own_key(layer.level) {
            let found = format!("`groups` with a range that ends at {}", versions.max());
            author.wrong(key, Wrong::new(found, "no group is used there: remove it, or raise `max_version`"));
            sound = false;
        }
        groups = None;
    }
    if let Some((_, node)) = &expect.value.status {
        sound &= depth::status_can_come(author, scenario, layer, expect, node, versions);
    }
    sound.then(|| Client {
        command: (*client.value).clone(),
        folder: author.source.folder.clone(),
        exit: layer.exit.value().unwrap_or_default(),
        trusted,
        reach: layer.reach.value().unwrap_or_default(),
        passthrough: layer.passthrough.value().unwrap_or_default(),
        when_missing: layer.when_missing.value().unwrap_or_default(),
        cipher_suites: layer.cipher_suites.value(),
        groups,
    })
}

/// Whether the expectation is about a program at all. Of an inherited one the nearer `client` is wrong.
fn can_be_expected<'t>(
    author: &mut Author<'_>,
    client: &Written<'t, Arc<Command>>,
    expect: &Written<'t, Arc<Expect<'t>>>,
) -> bool {
    let Expect { outcome, outcome_node, alert, certificate, certificate_valid_for, asked, required, .. } =
        &*expect.value;
    let trust = "remove it; `trusted: true` demands that the program accept the stand-in's certificate";
    let parts = [
        (*outcome == Outcome::Unreachable).then_some((
            "unreachable",
            *outcome_node,
            "a program that reaches nothing shows nothing: expect `accepted` or `refused`",
        )),
        alert.map(|(_, node)| ("alert", node, "it is the stand-in that sends alerts: expect `refused`")),
        certificate.map(|(_, node)| ("certificate", node, trust)),
        certificate_valid_for.map(|(_, node)| ("certificate_valid_for", node, trust)),
        asked.first().map(|(name, node)| (*name, *node, "a program has other means than a host: remove it")),
    ];
    let of_host = required.iter().map(|(name, node, _)| (*name, *node, "it is about the host: remove it"));
    let mut sound = true;
    for (name, node, write) in parts.into_iter().flatten().chain(of_host) {
        let wrong = Wrong::new(format!("`{name}` with `client`"), write);
        if expect.level < client.level {
            let note = format!("`{name}` is inherited from line {}", node.mark.line);
            author.wrong_with_note(client.key, wrong, Some(note));
        } else {
            author.wrong(node, wrong);
        }
        sound = false;
    }
    sound
}

/// Whether a server that has only these suites could choose one, and do with it what is expected.
fn suites_fit<'t>(
    author: &mut Author<'_>,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    versions: VersionRange,
) -> bool {
    let Some(suites) = layer.cipher_suites.get() else { return true };
    let lawful: Vec<_> = suites
        .value
        .iter()
        .filter(|suite| versions.iter().any(|version| suite.is_lawful_in(version)))
        .collect();
    if lawful.is_empty() {
        let found = format!("no suite of `cipher_suites` exists in {versions}");
        // Where the suites are inherited, the nearer range is what does not fit.
        let bounds = [&layer.max_version, &layer.min_version];
        let nearer = bounds.into_iter().filter_map(Slot::get).filter(|bound| bound.level > suites.level);
        let at = nearer.max_by_key(|bound| bound.level).map_or(suites.key, |bound| bound.node);
        author.wrong(at, Wrong::new(found, "add a suite of these versions, or change the range"));
        return false;
    }
    // Of an inherited expectation the nearer suites are what does not fit.
    let nearer = |node| if suites.level > expect.level { suites.key } else { node };
    if let Some((version, node)) = expect.value.version
        && versions.contains(version)
        && !lawful.iter().any(|suite| suite.is_lawful_in(version))
    {
        let found = format!("{version} is expected, and no suite of `cipher_suites` exists in it");
        author.wrong(nearer(node), Wrong::new(found, "add a suite of this version, or expect another one"));
        return false;
    }
    if let Some((_, node)) = &expect.value.status
        && !lawful.into_iter().any(|suite| FINISHED_SUITES.contains(suite))
        // Below it no suite can: that is told by itself.
        && versions.max() >= Version::Tls12
    {
        let found = "`status` with suites that the stand-in serves in the first flight only";
        author
            .wrong(nearer(node), Wrong::new(found, "add a suite of TLS 1.3 or of ECDHE, or remove `status`"));
        return false;
    }
    true
}
