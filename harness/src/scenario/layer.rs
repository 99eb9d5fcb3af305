//! What one level of a scenario file sets, and what it inherits.

use std::num::NonZeroU8;
use std::sync::Arc;
use std::time::Duration;

use time::Date;

use super::author::{Author, Reads};
use super::expect::Expect;
use super::rules::OfRule;
use super::wrong::Wrong;
use super::yaml::Node;
use super::{
    Addresses, Command, ConnectTo, Depth, Exit, Host, HostName, Level, Policy, Reach, Replica,
    ServerNameChoice, WhenMissing,
};
use crate::calendar::Waiver;
use crate::version::Version;
use crate::wire::{CipherSuite, NamedGroup};

/// What a level says about one field.
#[derive(Debug, Clone)]
pub(super) enum Slot<'t, T> {
    /// Nothing, here and above.
    Missing,
    /// `~`.
    Unset,
    /// Something that could not be read: already told, so nothing follows from it.
    Broken,
    /// A value.
    Set(Written<'t, T>),
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Written<'t, T> {
    pub(super) value: T,
    pub(super) key: &'t Node,
    pub(super) node: &'t Node,
    /// The level that it was written on; a scenario's own level is the deepest.
    pub(super) level: usize,
}

impl<T> Slot<'_, T> {
    pub(super) fn is_broken(&self) -> bool {
        matches!(self, Slot::Broken)
    }

    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Slot::Missing)
    }

    /// Whether nothing holds, and nothing that could not be read might.
    pub(super) fn is_missing_or_unset(&self) -> bool {
        matches!(self, Slot::Missing | Slot::Unset)
    }
}

impl<'t, T: Clone> Slot<'t, T> {
    pub(super) fn get(&self) -> Option<&Written<'t, T>> {
        match self {
            Slot::Set(written) => Some(written),
            _ => None,
        }
    }

    pub(super) fn value(&self) -> Option<T> {
        self.get().map(|written| written.value.clone())
    }

    /// The key, where the value was written on this level.
    pub(super) fn own_key(&self, level: usize) -> Option<&'t Node> {
        self.get().filter(|written| written.level == level).map(|written| written.key)
    }

    /// The value of this level, else that of the level above.
    fn or_inherited(&mut self, above: &Self) {
        if self.is_missing() {
            self.clone_from(above);
        }
    }
}

/// The hosts of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Hosts {
    pub(super) hosts: Arc<Vec<Host>>,
    /// Written as `hosts`.
    pub(super) several: bool,
}

/// The certificates of a bundle, in DER.
pub(super) type Roots = Arc<Vec<Vec<u8>>>;

/// Every field that is inherited.
#[derive(Debug, Clone)]
pub(super) struct Layer<'t> {
    pub(super) level: usize,
    /// A field here or above could not be read: what seems to be missing may be there.
    pub(super) unsure: bool,
    pub(super) hosts: Slot<'t, Hosts>,
    pub(super) min_version: Slot<'t, Version>,
    pub(super) max_version: Slot<'t, Version>,
    pub(super) path: Slot<'t, Arc<str>>,
    pub(super) expect: Slot<'t, Arc<Expect<'t>>>,
    pub(super) evidence: Slot<'t, Depth>,
    pub(super) server_name: Slot<'t, ServerNameChoice>,
    pub(super) connect_to: Slot<'t, ConnectTo>,
    pub(super) ca: Slot<'t, Roots>,
    pub(super) timeout: Slot<'t, Duration>,
    pub(super) attempts: Slot<'t, u32>,
    pub(super) max_connections: Slot<'t, NonZeroU8>,
    pub(super) spacing: Slot<'t, Duration>,
    pub(super) repeat: Slot<'t, u32>,
    pub(super) addresses: Slot<'t, Addresses>,
    pub(super) replica: Slot<'t, Arc<Replica>>,
    pub(super) client: Slot<'t, Arc<Command>>,
    pub(super) exit: Slot<'t, Exit>,
    pub(super) trusted: Slot<'t, bool>,
    pub(super) reach: Slot<'t, Reach>,
    pub(super) passthrough: Slot<'t, bool>,
    pub(super) when_missing: Slot<'t, WhenMissing>,
    pub(super) cipher_suites: Slot<'t, Arc<Vec<CipherSuite>>>,
    pub(super) groups: Slot<'t, Arc<Vec<NamedGroup>>>,
    pub(super) enforce_from: Slot<'t, Date>,
    pub(super) waiver: Slot<'t, Arc<Waiver>>,
    pub(super) policy: Slot<'t, Arc<Policy>>,
    pub(super) rules: Slot<'t, Arc<Vec<OfRule>>>,
    pub(super) rule_level: Slot<'t, Level>,
    pub(super) strict: Slot<'t, bool>,
    pub(super) title: Slot<'t, Arc<str>>,
    pub(super) reference: Slot<'t, Arc<str>>,
    pub(super) advice: Slot<'t, Arc<str>>,
}

impl<'t> Layer<'t> {
    pub(super) fn empty(level: usize) -> Layer<'t> {
        Layer {
            level,
            unsure: false,
            hosts: Slot::Missing,
            min_version: Slot::Missing,
            max_version: Slot::Missing,
            path: Slot::Missing,
            expect: Slot::Missing,
            evidence: Slot::Missing,
            server_name: Slot::Missing,
            connect_to: Slot::Missing,
            ca: Slot::Missing,
            timeout: Slot::Missing,
            attempts: Slot::Missing,
            max_connections: Slot::Missing,
            spacing: Slot::Missing,
            repeat: Slot::Missing,
            addresses: Slot::Missing,
            replica: Slot::Missing,
            client: Slot::Missing,
            exit: Slot::Missing,
            trusted: Slot::Missing,
            reach: Slot::Missing,
            passthrough: Slot::Missing,
            when_missing: Slot::Missing,
            cipher_suites: Slot::Missing,
            groups: Slot::Missing,
            enforce_from: Slot::Missing,
            waiver: Slot::Missing,
            policy: Slot::Missing,
            rules: Slot::Missing,
            rule_level: Slot::Missing,
            strict: Slot::Missing,
            title: Slot::Missing,
            reference: Slot::Missing,
            advice: Slot::Missing,
        }
    }

    /// What the root of a file inherits: nothing. A policy has no host, and its rules are read as if it had.
    pub(super) fn root(reads: Reads, root: &'t Node) -> Layer<'t> {
        let mut layer = Layer::empty(0);
        if reads == Reads::Policy {
            let host = Host { name: HostName::Dns("policy.invalid".to_owned()), port: 443 };
            let hosts = Hosts { hosts: Arc::new(vec![host]), several: false };
            layer.hosts = Slot::Set(Written { value: hosts, key: root, node: root, level: 0 });
        }
        layer
    }

    /// Takes from the level above every field that is not set here.
    pub(super) fn inherit(&mut self, above: &Layer<'t>) {
        let Layer {
            level: _,
            unsure: _,
            hosts,
            min_version,
            max_version,
            path,
            expect,
            evidence,
            server_name,
            connect_to,
            ca,
            timeout,
            attempts,
            max_connections,
            spacing,
            repeat,
            addresses,
            replica,
            client,
            exit,
            trusted,
            reach,
            passthrough,
            when_missing,
            cipher_suites,
            groups,
            enforce_from,
            waiver,
            policy,
            rules,
            rule_level,
            strict,
            title,
            reference,
            advice,
        } = above;
        self.hosts.or_inherited(hosts);
        self.min_version.or_inherited(min_version);
        self.max_version.or_inherited(max_version);
        self.path.or_inherited(path);
        self.expect.or_inherited(expect);
        self.evidence.or_inherited(evidence);
        self.server_name.or_inherited(server_name);
        self.connect_to.or_inherited(connect_to);
        self.ca.or_inherited(ca);
        self.timeout.or_inherited(timeout);
        self.attempts.or_inherited(attempts);
        self.max_connections.or_inherited(max_connections);
        self.spacing.or_inherited(spacing);
        self.repeat.or_inherited(repeat);
        self.addresses.or_inherited(addresses);
        self.replica.or_inherited(replica);
        self.client.or_inherited(client);
        self.exit.or_inherited(exit);
        self.trusted.or_inherited(trusted);
        self.reach.or_inherited(reach);
        self.passthrough.or_inherited(passthrough);
        self.when_missing.or_inherited(when_missing);
        self.cipher_suites.or_inherited(cipher_suites);
        self.groups.or_inherited(groups);
        self.enforce_from.or_inherited(enforce_from);
        self.waiver.or_inherited(waiver);
        self.policy.or_inherited(policy);
        self.rules.or_inherited(rules);
        self.rule_level.or_inherited(rule_level);
        self.strict.or_inherited(strict);
        self.title.or_inherited(title);
        self.reference.or_inherited(reference);
        self.advice.or_inherited(advice);
    }

    /// Whether a field that counts here could not be read.
    pub(super) fn any_broken(&self) -> bool {
        self.hosts.is_broken()
            || self.path.is_broken()
            || self.evidence.is_broken()
            || self.server_name.is_broken()
            || self.connect_to.is_broken()
            || self.ca.is_broken()
            || self.timeout.is_broken()
            || self.attempts.is_broken()
            || self.max_connections.is_broken()
            || self.spacing.is_broken()
            || self.repeat.is_broken()
            || self.addresses.is_broken()
            || self.replica.is_broken()
            || self.client.is_broken()
            || self.exit.is_broken()
            || self.trusted.is_broken()
            || self.reach.is_broken()
            || self.passthrough.is_broken()
            || self.when_missing.is_broken()
            || self.cipher_suites.is_broken()
            || self.groups.is_broken()
            || self.enforce_from.is_broken()
            || self.waiver.is_broken()
            || self.policy.is_broken()
            || self.rules.is_broken()
            || self.rule_level.is_broken()
            || self.strict.is_broken()
            || self.title.is_broken()
            || self.reference.is_broken()
            || self.advice.is_broken()
    }

    /// Whether the level above has nothing that a `~` in this field could unset.
    pub(super) fn has_nothing_of(&self, field: &str) -> bool {
        match field {
            "host" | "hosts" => self.hosts.is_missing(),
            "min_version" => self.min_version.is_missing(),
            "max_version" => self.max_version.is_missing(),
            "path" => self.path.is_missing(),
            "expect" => self.expect.is_missing(),
            "evidence" => self.evidence.is_missing(),
            "server_name" => self.server_name.is_missing(),
            "connect_to" => self.connect_to.is_missing(),
            "ca" => self.ca.is_missing(),
            "timeout" => self.timeout.is_missing(),
            "attempts" => self.attempts.is_missing(),
            "max_connections" => self.max_connections.is_missing(),
            "spacing" => self.spacing.is_missing(),
            "repeat" => self.repeat.is_missing(),
            "addresses" => self.addresses.is_missing(),
            "replica" => self.replica.is_missing(),
            "client" => self.client.is_missing(),
            "exit" => self.exit.is_missing(),
            "trusted" => self.trusted.is_missing(),
            "reach" => self.reach.is_missing(),
            "passthrough" => self.passthrough.is_missing(),
            "when_missing" => self.when_missing.is_missing(),
            "cipher_suites" => self.cipher_suites.is_missing(),
            "groups" => self.groups.is_missing(),
            "enforce_from" => self.enforce_from.is_missing(),
            "waiver" => self.waiver.is_missing(),
            "policy" => self.policy.is_missing(),
            "rules" => self.rules.is_missing(),
            "level" => self.rule_level.is_missing(),
            "strict" => self.strict.is_missing(),
            "title" => self.title.is_missing(),
            "reference" => self.reference.is_missing(),
            "advice" => self.advice.is_missing(),
            _ => true,
        }
    }
}

/// A `~` where nothing is inherited is a value that was forgotten.
pub(super) fn forgotten(author: &mut Author<'_>, name: &str, key: &Node) {
    author.wrong(
        key,
        Wrong::new(
            format!("`{name}` has no value"),
            "write one or remove it; `~` unsets what is inherited, and here nothing is",
        ),
    );
}
