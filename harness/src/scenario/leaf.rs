//! A scenario from all that it says and inherits: defaults, contradictions, what is left aside.
//!
//! What a scenario inherits and cannot use is left aside; written on the scenario itself it is a
//! mistake. Of two that contradict each other the nearer one wins; on one level it is a mistake.

use std::time::Duration;

use super::author::Author;
use super::expect::{Expect, Outcome};
use super::group::place;
use super::layer::{Hosts, Layer, Slot, Written};
use super::wrong::Wrong;
use super::yaml::Node;
use super::{
    Acceptable, Addresses, Depth, Expectation, Level, PostureRequirements, Scenario, ServerNameChoice,
};
use crate::calendar::Calendar;
use crate::evidence::Pace;
use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

mod client;
mod depth;
pub(super) mod policy;
mod posture;

/// Deadline of each step, where none is written.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
/// Deadline of a program's whole run, where none is written.
const DEFAULT_TIMEOUT_OF_CLIENT: Duration = Duration::from_secs(60);
/// How often connecting is tried, where nothing is written.
const DEFAULT_ATTEMPTS: u32 = 2;

/// Makes a scenario of all that holds for it, or tells its mistakes.
pub(super) fn scenario<'t>(
    author: &mut Author<'_>,
    name: &str,
    key: &'t Node,
    layer: &Layer<'t>,
) -> Option<Scenario> {
    let hosts = hosts(author, key, layer);
    let expect = expected(author, key, layer);
    let versions = versions(author, layer, expect.map(|expect| &expect.value.posture));
    let mut usable = layer.clone();
    let mut sound = client::leave_aside(author, name, &mut usable);
    let layer = &usable;
    if let Some(key) = layer.rules.own_key(layer.level) {
        author.wrong(key, Wrong::new("`rules` without `policy`", "name the policy whose rules these are"));
        sound = false;
    }
    let (versions, expect) = (versions?, expect?);
    sound &= fits_range(author, layer, expect, versions);
    let (client, depth) = match &layer.client {
        Slot::Set(command) => {
            let client = client::client(author, name, layer, command, expect, versions);
            (Some(client?), Some(Depth::Hello))
        }
        Slot::Broken => (None, None),
        Slot::Missing | Slot::Unset => (None, depth::followed(author, name, layer, expect, versions)),
    };
    sound &= compares_addresses(author, layer, expect);
    let replica = match layer.replica.get() {
        Some(written) if expect.value.outcome == Outcome::Unreachable => {
            unused(author, layer, written, "replica", "a stand-in would be reached: remove one of the two")
                .then_some(None)
        }
        _ if layer.replica.is_broken() => None,
        written => Some(written.map(|written| (*written.value).clone())),
    };
    if layer.any_broken() || !sound {
        return None;
    }
    let Hosts { hosts, several } = hosts?;
    let depth = depth?;
    let default_timeout = if client.is_some() { DEFAULT_TIMEOUT_OF_CLIENT } else { DEFAULT_TIMEOUT };
    Some(Scenario {
        name: name.to_owned(),
        place: place(author, key),
        hosts,
        named_by_host: several,
        versions,
        expectation: expectation(&expect.value),
        depth,
        // A program's URL has it, whatever comes of it.
        path: layer
            .path
            .value()
            .filter(|_| depth == Depth::Http || client.is_some())
            .map(|path| path.to_string()),
        server_name: layer.server_name.value().unwrap_or(ServerNameChoice::Host),
        connect_to: layer.connect_to.value(),
        roots: layer.ca.value(),
        timeout: layer.timeout.value().unwrap_or(default_timeout),
        attempts: layer.attempts.value().unwrap_or(DEFAULT_ATTEMPTS),
        pace: pace(layer),
        repeat: layer.repeat.value().unwrap_or(1),
        addresses: layer.addresses.value().unwrap_or(Addresses::All),
        replica: replica?,
        client,
        calendar: Calendar {
            enforce_from: layer.enforce_from.value(),
            waiver: layer.waiver.value().map(|waiver| (*waiver).clone()),
            is_advice: layer.rule_level.value() == Some(Level::Should) && layer.strict.value() != Some(true),
        },
        rule: None,
        title: layer.title.value().map(|text| text.to_string()),
        reference: layer.reference.value().map(|text| text.to_string()),
        advice: layer.advice.value().map(|text| text.to_string()),
    })
}

fn pace(layer: &Layer<'_>) -> Pace {
    let spacing = layer.spacing.value().unwrap_or_default();
    layer.max_connections.value().map_or(Pace::DEFAULT.spaced(spacing), |most| Pace::new(most, spacing))
}

fn expectation(expect: &Expect<'_>) -> Expectation {
    match expect.outcome {
        Outcome::Accepted => Expectation::Accepted(Acceptable {
            version: expect.version.map(|(version, _)| version),
            status: expect.status.as_ref().map(|(status, _)| status.clone()),
            certificate: expect.certificate.map(|(certificate, _)| certificate).unwrap_or_default(),
            certificate_valid_for: expect.certificate_valid_for.map(|(duration, _)| duration),
            posture: expect.posture.clone(),
            requirements: Box::new(expect.requirements.clone()),
        }),
        Outcome::Refused => Expectation::Refused { alert: expect.alert.map(|(alert, _)| alert) },
        Outcome::Unreachable => Expectation::Unreachable,
        Outcome::Meets(_) => Expectation::Meets(expect.posture.clone()),
    }
}

fn hosts(author: &mut Author<'_>, key: &Node, layer: &Layer<'_>) -> Option<Hosts> {
    if layer.hosts.is_missing_or_unset() && !layer.unsure {
        author.wrong(
            key,
            Wrong::new("a scenario without a host", "add `host: name`, here or on a group above"),
        );
    }
    layer.hosts.value()
}

fn expected<'l, 't>(
    author: &mut Author<'_>,
    key: &Node,
    layer: &'l Layer<'t>,
) -> Option<&'l Written<'t, std::sync::Arc<Expect<'t>>>> {
    if layer.expect.is_missing_or_unset() && !layer.unsure {
        let write =
            "add `expect: accepted`, `refused` or `unreachable`, or a `policy`, here or on a group above";
        author.wrong(key, Wrong::new("a scenario without an expectation", write));
    }
    layer.expect.get()
}

/// The range that is offered. Where it is empty, the value that was written nearest is wrong.
/// A bound that is not written is set by what `versions` asks for.
fn versions(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    requirements: Option<&PostureRequirements>,
) -> Option<VersionRange> {
    if layer.min_version.is_broken() || layer.max_version.is_broken() {
        return None;
    }
    let (min, max) = (layer.min_version.get(), layer.max_version.get());
    let asked = || {
        requirements.into_iter().flat_map(|all| all.required_versions.iter().chain(&all.forbidden_versions))
    };
    let default_min = asked().min().copied().unwrap_or(Version::Tls12);
    let default_max = asked().max().copied().unwrap_or(Version::Tls13);
    let oldest = min.map_or(default_min, |written| written.value);
    let newest = max.map_or(default_max, |written| written.value);
    let range = VersionRange::new(oldest, newest);
    if range.is_some() {
        return range;
    }
    let (oldest, newest) = (oldest.key(), newest.key());
    match (min, max) {
        // A field that was misspelled may be the `min_version`.
        (None, Some(_)) if layer.unsure => {}
        (None, Some(max)) if asked().next().is_some() => {
            let found =
                format!("`max_version` {newest} is below {oldest}, the oldest that `versions` asks for");
            author.wrong(
                max.node,
                Wrong::new(found, "raise it, or leave it out: `versions` sets the range then"),
            );
        }
        (None, Some(max)) => {
            let found = format!("`max_version` {newest} is below 1.2, where the range begins by default");
            author.wrong(max.node, Wrong::new(found, "write `min_version` too: the oldest version to offer"));
        }
        (Some(min), Some(max)) if max.level > min.level => {
            let found = format!(
                "`max_version` {newest} is below `min_version` {oldest} of line {}",
                min.key.mark.line
            );
            author.wrong(
                max.node,
                Wrong::new(found, format!("write {oldest} or newer, or a `min_version` here too")),
            );
        }
        (Some(min), Some(max)) if max.level < min.level => {
            let found = format!(
                "`min_version` {oldest} is above `max_version` {newest} of line {}",
                max.key.mark.line
            );
            author.wrong(
                min.node,
                Wrong::new(found, format!("write {newest} or older, or a `max_version` here too")),
            );
        }
        (Some(min), _) => {
            let found = format!("`min_version` {oldest} is above `max_version` {newest}");
            author.wrong(
                min.node,
                Wrong::new(found, format!("write {newest} or older, or raise `max_version`")),
            );
        }
        (None, None) => {}
    }
    None
}

/// Whether the parts of the expectation can come true in this range.
fn fits_range(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    expect: &Written<'_, std::sync::Arc<Expect<'_>>>,
    versions: VersionRange,
) -> bool {
    let mut sound = true;
    if let Some((version, node)) = expect.value.version
        && !versions.contains(version)
    {
        let does = if layer.client.get().is_some() { "served" } else { "offered" };
        let found = format!("{version} is expected, and not {does}: the range is {versions}");
        // An inherited expectation is whole: then the scenario's own range is what does not fit.
        let bound = if version > versions.max() { &layer.max_version } else { &layer.min_version };
        let at = bound.get().filter(|bound| bound.level > expect.level).map_or(node, |bound| bound.node);
        author.wrong(at, Wrong::new(found, "widen the range, or expect another version"));
        sound = false;
    }
    sound &= posture::can_be_met(author, layer, expect, versions);
    if let Some((AlertDescription::PROTOCOL_VERSION, node)) = expect.value.alert
        && versions.min() < Version::Tls10
    {
        let found = format!("`protocol_version` for a range that begins at {}", versions.min());
        let write = "this alert exists from TLS 1.0 on: begin the range there, or expect `refused`";
        author.wrong(node, Wrong::new(found, write));
        sound = false;
    }
    if expect.value.outcome == Outcome::Refused && versions == VersionRange::ALL {
        let found = "`refused` over every version from SSL 2.0 to TLS 1.3";
        let write = if layer.client.is_missing_or_unset() {
            "no control could prove that the host is up: say `unreachable`, or narrow the range"
        } else {
            "a program that speaks TLS at all speaks one of them: narrow the range"
        };
        author.wrong(expect.value.outcome_node, Wrong::new(found, write));
        sound = false;
    }
    sound
}

/// Whether what is said of all addresses together meets a choice of addresses that counts them all.
fn compares_addresses(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    expect: &Written<'_, std::sync::Arc<Expect<'_>>>,
) -> bool {
    let Some((_, node, _)) = expect.value.required.iter().find(|(name, ..)| *name == "same_certificate")
    else {
        return true;
    };
    let Some(addresses) = layer.addresses.get().filter(|it| it.value == Addresses::Any) else { return true };
    let at = if addresses.level > expect.level { addresses.node } else { node };
    let write = "to be the same is asked of all addresses: remove one of the two";
    author.wrong(at, Wrong::new("`same_certificate` with `addresses: any`", write));
    false
}

/// For a field that its scenario cannot use: told where it is the scenario's own. Whether it can be
/// left aside.
fn unused<T>(
    author: &mut Author<'_>,
    layer: &Layer<'_>,
    written: &Written<'_, T>,
    name: &str,
    why: &str,
) -> bool {
    let own = written.level == layer.level;
    if own {
        let outcome = layer.expect.get().map_or("", |expect| expect.value.outcome.word());
        author.wrong(written.key, Wrong::new(format!("`{name}` with `{outcome}`"), why));
    }
    !own
}
