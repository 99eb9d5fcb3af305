//! The scenarios of a policy: its rules, each with the way to the hosts of whoever names it.

use std::sync::Arc;

use super::{DEFAULT_ATTEMPTS, DEFAULT_TIMEOUT, hosts, pace};
use crate::calendar::Calendar;
use crate::scenario::author::Author;
use crate::scenario::group::place;
use crate::scenario::layer::{Layer, Slot, Written};
use crate::scenario::policy::{Level, Policy, Rule, RuleOf};
use crate::scenario::rules::OfRule;
use crate::scenario::wrong::{Wrong, nearest, quote};
use crate::scenario::yaml::Node;
use crate::scenario::{Addresses, Depth, Scenario, ServerNameChoice};

/// The path that is asked for where neither the rule nor the scenario names one.
const DEFAULT_PATH: &str = "/";

/// Whether the rules of a policy are what is tested: of `policy` and `expect` the nearer one counts.
pub(in crate::scenario) fn is_named(layer: &Layer<'_>) -> bool {
    match (&layer.policy, layer.expect.get()) {
        (Slot::Set(policy), Some(expect)) => policy.level >= expect.level,
        (Slot::Set(_), None) => true,
        (Slot::Broken, _) => true,
        (Slot::Missing | Slot::Unset, _) => false,
    }
}

/// The scenarios of all rules; none once a mistake is told.
pub(in crate::scenario) fn scenarios<'t>(
    author: &mut Author<'_>,
    name: &str,
    key: &'t Node,
    layer: &Layer<'t>,
) -> Vec<Scenario> {
    let hosts = hosts(author, key, layer);
    let mut sound = leave_aside(author, layer);
    if let (Some(policy), Some(rules)) = (layer.policy.get(), layer.rules.get()) {
        sound &= all_known(author, &policy.value, rules);
    }
    let (Some(hosts), Some(policy), true, false) = (hosts, layer.policy.get(), sound, layer.any_broken())
    else {
        return Vec::new();
    };
    let said = layer.rules.value().unwrap_or_default();
    let of_rule = |rule: &Arc<Rule>| {
        let said = said.iter().find(|said| said.key == rule.key);
        Scenario {
            name: format!("{name}::{}", rule.key),
            place: place(author, key),
            hosts: Arc::clone(&hosts.hosts),
            named_by_host: hosts.several,
            versions: rule.versions,
            expectation: rule.expectation.clone(),
            depth: rule.depth,
            path: path(rule, layer),
            server_name: layer.server_name.value().unwrap_or(ServerNameChoice::Host),
            connect_to: layer.connect_to.value(),
            roots: layer.ca.value(),
            timeout: layer.timeout.value().unwrap_or(DEFAULT_TIMEOUT),
            attempts: layer.attempts.value().unwrap_or(DEFAULT_ATTEMPTS),
            pace: pace(layer),
            repeat: layer.repeat.value().unwrap_or(1),
            addresses: layer.addresses.value().unwrap_or(Addresses::All),
            replica: layer.replica.value().map(|replica| (*replica).clone()),
            client: None,
            calendar: calendar(rule, said, layer),
            rule: Some(RuleOf { policy: policy.value.name.clone(), key: rule.key.clone() }),
            title: rule.title.clone(),
            reference: rule.reference.clone(),
            advice: rule.advice.clone(),
        }
    };
    policy.value.rules.iter().map(of_rule).collect()
}

fn path(rule: &Rule, layer: &Layer<'_>) -> Option<String> {
    let needed = rule.depth == Depth::Http;
    let path = || rule.path.clone().or_else(|| layer.path.value().map(|path| path.to_string()));
    needed.then(|| path().unwrap_or_else(|| DEFAULT_PATH.to_owned()))
}

/// What is said of the rule counts before what the scenario says of all, and that before the policy.
fn calendar(rule: &Rule, said: Option<&OfRule>, layer: &Layer<'_>) -> Calendar {
    let enforce_from = said.and_then(|said| said.enforce_from).or_else(|| layer.enforce_from.value());
    let waiver = said.and_then(|said| said.waiver.clone());
    let is_strict = said.and_then(|said| said.strict).or_else(|| layer.strict.value()).unwrap_or(false);
    Calendar {
        enforce_from: enforce_from.or(rule.enforce_from),
        waiver: waiver.or_else(|| layer.waiver.value().map(|waiver| (*waiver).clone())),
        is_advice: rule.level == Level::Should && !is_strict,
    }
}

/// What the rules of a policy cannot use: on the scenario itself it is a mistake.
fn leave_aside(author: &mut Author<'_>, layer: &Layer<'_>) -> bool {
    let level = layer.level;
    let own = [
        ("min_version", layer.min_version.own_key(level)),
        ("max_version", layer.max_version.own_key(level)),
        ("evidence", layer.evidence.own_key(level)),
        ("expect", layer.expect.own_key(level)),
        ("cipher_suites", layer.cipher_suites.own_key(level)),
        ("groups", layer.groups.own_key(level)),
        ("client", layer.client.own_key(level)),
        ("exit", layer.exit.own_key(level)),
        ("trusted", layer.trusted.own_key(level)),
        ("reach", layer.reach.own_key(level)),
        ("passthrough", layer.passthrough.own_key(level)),
        ("when_missing", layer.when_missing.own_key(level)),
        ("level", layer.rule_level.own_key(level)),
    ];
    let mut sound = true;
    for (name, key) in own {
        if let Some(key) = key {
            let write = match name {
                "client" => "a policy is for hosts: remove one of the two",
                _ => "the rules of the policy say it: remove one of the two",
            };
            author.wrong(key, Wrong::new(format!("`{name}` with `policy`"), write));
            sound = false;
        }
    }
    sound
}

/// Whether every rule that something is said of is one of the policy.
fn all_known(author: &mut Author<'_>, policy: &Policy, rules: &Written<'_, Arc<Vec<OfRule>>>) -> bool {
    let mut sound = true;
    for said in rules.value.iter() {
        if policy.rules.iter().any(|rule| rule.key == said.key) {
            continue;
        }
        let known: Vec<&str> = policy.rules.iter().map(|rule| rule.key.as_str()).collect();
        let write = match nearest(&said.key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its rules are: {}", known.join(", ")),
        };
        let found = format!("the policy `{}` has no rule {}", policy.name, quote(&said.key));
        author.problem(said.place, Some(&said.key), Wrong::new(found, write), None);
        sound = false;
    }
    sound
}
