//! How far an acceptance is followed: `evidence`, `path`, and what the expectation needs.

use std::sync::Arc;

use super::unused;
use crate::scenario::Depth;
use crate::scenario::author::{Author, Reads};
use crate::scenario::expect::{Expect, Outcome};
use crate::scenario::layer::{Layer, Written};
use crate::scenario::wrong::{Wrong, quote};
use crate::scenario::yaml::Node;
use crate::version::{Version, VersionRange};

/// What to do where something needs more than a range can give.
const ONLY_HELLOS: &str = "below TLS 1.2 only hellos are exchanged: remove it, or raise `max_version`";

/// How far an acceptance is followed; `None` once a mistake is told.
pub(super) fn followed<'t>(
    author: &mut Author<'_>,
    scenario: &str,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    versions: VersionRange,
) -> Option<Depth> {
    let needs = needs(&expect.value);
    if layer.path.is_broken() || layer.evidence.is_broken() {
        return None;
    }
    let (path, evidence) = (layer.path.get(), layer.evidence.get());
    if expect.value.outcome != Outcome::Accepted {
        let path_aside = path.is_none_or(|path| {
            let why = match expect.value.outcome {
                Outcome::Meets(_) => "it is told by first flights, and nothing is requested: remove it",
                _ => "nothing is requested where nothing is accepted: remove it",
            };
            unused(author, layer, path, "path", why)
        });
        let evidence_aside = evidence.is_none_or(|evidence| {
            let why = match expect.value.outcome {
                Outcome::Meets(_) => "it is told by first flights alone: remove it",
                _ => "evidence says how far an acceptance is followed: remove it",
            };
            unused(author, layer, evidence, "evidence", why)
        });
        return (path_aside && evidence_aside).then_some(Depth::Hello);
    }
    if versions.max() < Version::Tls12 {
        return below_tls12(author, layer, expect, needs, versions);
    }
    // Of `path` or the expectation, and `evidence` that stops short of it, the nearer one counts.
    let mut stops_short = evidence;
    if let Some(evidence) = evidence {
        if let Some((depth, name, node)) = needs
            && evidence.value < depth
        {
            if expect.level > evidence.level {
                stops_short = None;
            } else {
                let at = if expect.level == evidence.level { node } else { evidence.node };
                author.wrong(at, too_short(name, evidence.value, depth));
                return None;
            }
        }
        if let Some(path) = path
            && evidence.value < Depth::Http
        {
            if path.level > evidence.level {
                stops_short = None;
            } else if path.level == evidence.level {
                author.wrong(path.key, too_short("path", evidence.value, Depth::Http));
                return None;
            }
        }
        if evidence.value == Depth::Http && path.is_none() && author.reads == Reads::Scenarios {
            if evidence.level == layer.level || layer.path.is_missing() {
                let wrong =
                    Wrong::new("`evidence: http` without `path`", "add the path to request: `path: /`");
                author.wrong(evidence.node, wrong);
                return None;
            }
            stops_short = None;
        }
    }
    let default = if path.is_some() { Depth::Http } else { Depth::Handshake };
    let depth = stops_short.map_or(default, |evidence| evidence.value);
    if let Some((Depth::Http, name, node)) = needs
        && depth < Depth::Http
    {
        // A rule asks for what its scenario does.
        if author.reads == Reads::Policy {
            return Some(Depth::Http);
        }
        without_path(author, scenario, layer, expect, (name, node));
        return None;
    }
    Some(depth)
}

/// Whether a program on trial could get this status.
pub(super) fn status_can_come<'t>(
    author: &mut Author<'_>,
    scenario: &str,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    node: &'t Node,
    versions: VersionRange,
) -> bool {
    let status = ("status", node);
    if versions.max() < Version::Tls12 {
        needs_tls12(author, layer, expect, status, versions);
        return false;
    }
    if layer.path.get().is_none() && !layer.path.is_broken() {
        without_path(author, scenario, layer, expect, status);
        return false;
    }
    true
}

/// A part of the expectation needs a `path`.
fn without_path<'t>(
    author: &mut Author<'_>,
    scenario: &str,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    (name, node): (&str, &Node),
) {
    // A field that was misspelled may be the `path`.
    if layer.unsure {
        return;
    }
    let wrong = Wrong::new(format!("`{name}` without `path`"), "add the path to request: `path: /`");
    let inherited = expect.level < layer.level;
    author.wrong_with_note(node, wrong, inherited.then(|| format!("inherited by {}", quote(scenario))));
}

/// Below TLS 1.2 there are only hellos.
fn below_tls12<'t>(
    author: &mut Author<'_>,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    needs: Option<Need<'t>>,
    versions: VersionRange,
) -> Option<Depth> {
    let range = range_that_ends(versions);
    let mut sound = true;
    if let Some(path) = layer.path.get().filter(|path| path.level == layer.level) {
        author.wrong(path.key, Wrong::new(format!("`path` with {range}"), ONLY_HELLOS));
        sound = false;
    }
    if let Some(evidence) = layer.evidence.get()
        && evidence.level == layer.level
        && evidence.value > Depth::Hello
    {
        let found = format!("`evidence: {}` with {range}", word(evidence.value));
        author.wrong(evidence.node, Wrong::new(found, ONLY_HELLOS));
        sound = false;
    }
    if let Some((_, name, node)) = needs {
        needs_tls12(author, layer, expect, (name, node), versions);
        sound = false;
    }
    sound.then_some(Depth::Hello)
}

/// A part of the expectation needs a version that goes on after the hello.
fn needs_tls12<'t>(
    author: &mut Author<'_>,
    layer: &Layer<'t>,
    expect: &Written<'t, Arc<Expect<'t>>>,
    (name, node): (&str, &'t Node),
    versions: VersionRange,
) {
    // An inherited expectation is whole: then the scenario's own range is what does not fit.
    let own_range = layer.max_version.get().filter(|max| max.level > expect.level);
    let at = own_range.map_or(node, |max| max.node);
    author.wrong(at, Wrong::new(format!("`{name}` with {}", range_that_ends(versions)), ONLY_HELLOS));
}

fn range_that_ends(versions: VersionRange) -> String {
    format!("a range that ends at {}", versions.max())
}

/// How far an acceptance must be followed, for which part of the expectation.
type Need<'t> = (Depth, &'static str, &'t Node);

fn needs<'t>(expect: &Expect<'t>) -> Option<Need<'t>> {
    if let Some((_, node)) = &expect.status {
        return Some((Depth::Http, "status", node));
    }
    let required = |depth| expect.required.iter().find(move |(.., needed)| *needed == depth);
    if let Some((name, node, depth)) = required(Depth::Http).or_else(|| required(Depth::Handshake)) {
        return Some((*depth, name, node));
    }
    if let Some((_, node)) = expect.certificate {
        return Some((Depth::Handshake, "certificate", node));
    }
    expect.certificate_valid_for.map(|(_, node)| (Depth::Handshake, "certificate_valid_for", node))
}

fn too_short(name: &str, evidence: Depth, needed: Depth) -> Wrong {
    Wrong::new(
        format!("`{name}` with `evidence: {}`", word(evidence)),
        format!("`{name}` needs `evidence: {}`: change one of the two", word(needed)),
    )
}

fn word(depth: Depth) -> &'static str {
    match depth {
        Depth::Hello => "hello",
        Depth::Handshake => "handshake",
        Depth::Http => "http",
    }
}
