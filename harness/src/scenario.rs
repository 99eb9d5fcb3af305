//! A scenario: one host or several, what the harness offers, and what is expected.
//!
//! A [`Scenario`] that exists is valid. The only way in is `parse`, which finds every mistake of a
//! file and says where it is.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::calendar::Calendar;
use crate::evidence::Pace;
use crate::problem::Problem;

use crate::version::{Version, VersionRange};
use crate::wire::AlertDescription;

mod argument;
mod author;
mod calendar;
pub(crate) mod client;
mod duration;
pub(crate) mod expect;
pub(crate) mod field;
mod group;
mod host;
mod hosts;
mod layer;
mod leaf;
mod list;
pub mod policy;
mod posture;
mod read;
pub mod requirements;
mod rules;
mod setting;
mod source;
mod status;
mod values;
mod version;
mod wrong;
mod yaml;

use author::{Author, Reads};
use group::Harvest;
use layer::Layer;
use policy::Rule;
use wrong::Wrong;

pub use argument::{
    certificates, parse_connect_to, parse_host, parse_server_name, parse_timeout, parse_version,
};
pub use client::{Client, Command, Exit, Reach, WhenMissing};
pub use duration::in_largest_unit;
pub use host::{ConnectTo, Host, HostName};
pub use policy::{Level, Policies, Policy, RuleOf};
pub use posture::{Choice, GroupPattern, NameAnswer, PostureRequirements, SuitePattern, Tolerance};
pub use requirements::Requirements;
pub use source::SourceFile;
pub use status::Statuses;
pub use values::Values;

/// The most tests of one run.
pub const MAX_TESTS: usize = 200_000;

/// A place in a file that an author wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as it is shown: its path from the caller's folder.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

/// A valid scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The name of its tests: the file's path without its ending, then the keys, joined by `::`. Holds
    /// nothing that [`crate::escape`] would change.
    pub name: String,
    /// Where its key stands.
    pub place: Place,
    /// The hosts on trial, at least one.
    pub hosts: Arc<Vec<Host>>,
    /// Whether the hosts came as `hosts:`, and so stand in the tests' names.
    pub named_by_host: bool,
    /// The versions that the harness offers; with `client` those that it serves.
    pub versions: VersionRange,
    /// What must come of it.
    pub expectation: Expectation,
    /// How far an acceptance is followed; [`Depth::Hello`] where none is expected, and with `client`:
    /// a program goes as far as it goes.
    pub depth: Depth,
    /// The path to GET; always there where `depth` is [`Depth::Http`]. With `client` a part of its URL,
    /// whatever is expected.
    pub path: Option<String>,
    /// What stands in `server_name`.
    pub server_name: ServerNameChoice,
    /// Where to connect instead of resolving the host.
    pub connect_to: Option<ConnectTo>,
    /// The roots that are trusted in place of the built-in ones: certificates in DER.
    pub roots: Option<Arc<Vec<Vec<u8>>>>,
    /// Deadline of each whole step; with `client` of its whole run.
    pub timeout: Duration,
    /// How often resolving and connecting are tried.
    pub attempts: u32,
    /// How fast each address is asked.
    pub pace: Pace,
    /// How often all of it is asked, by new connections each time.
    pub repeat: u32,
    /// Which addresses must satisfy the expectation.
    pub addresses: Addresses,
    /// The stand-in, where the scenario has one.
    pub replica: Option<Replica>,
    /// The program on trial; `None` where the host is.
    pub client: Option<Client>,
    /// When it blocks.
    pub calendar: Calendar,
    /// Which rule it is, where a policy asks for it.
    pub rule: Option<RuleOf>,
    /// Shown with a failure. This and the next two are raw: escape before showing.
    pub title: Option<String>,
    /// A URL, shown with a failure.
    pub reference: Option<String>,
    /// What to do, shown with a failure.
    pub advice: Option<String>,
}

/// What must come of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expectation {
    /// A client that offers the range gets a version within it.
    Accepted(Acceptable),
    /// Every version of the range is refused.
    Refused {
        /// The alert that must say so.
        alert: Option<AlertDescription>,
    },
    /// The host is gone.
    Unreachable,
    /// The host is there, and meets these in the range, whichever versions of it it speaks.
    Meets(PostureRequirements),
}

/// What an acceptance must look like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acceptable {
    /// The version that the client must end with.
    pub version: Option<Version>,
    /// The HTTP statuses of which one must come.
    pub status: Option<Statuses>,
    /// What verifying the certificate must come to.
    pub certificate: CertificateExpectation,
    /// How long the certificate must still be valid.
    pub certificate_valid_for: Option<Duration>,
    /// What the host must meet beside.
    pub posture: PostureRequirements,
    /// What else is required of certificate, protocol and HTTP.
    pub requirements: Box<Requirements>,
}

/// What verifying the certificate must come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CertificateExpectation {
    /// It must be trusted.
    #[default]
    Trusted,
    /// It must be past its end.
    Expired,
    /// It must lead to no trusted root.
    UnknownIssuer,
    /// It must not hold the name.
    NameMismatch,
    /// It does not matter.
    Any,
}

/// How far an acceptance is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// To the ServerHello.
    Hello,
    /// To a finished handshake with a verified certificate.
    Handshake,
    /// To the answer to a GET.
    Http,
}

/// What stands in `server_name` (RFC 6066 3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ServerNameChoice {
    /// The host's name; nothing where the host is an address.
    Host,
    /// Another name.
    Name(String),
    /// Nothing.
    Nothing,
}

/// Which addresses of a host must satisfy the expectation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Addresses {
    /// Every one.
    #[default]
    All,
    /// At least one.
    Any,
}

/// A stand-in for the host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Replica {
    /// The versions that it speaks.
    pub versions: VersionRange,
    /// The status of its answer.
    pub status: u16,
    /// The body of its answer.
    pub body: String,
}

/// What a scenario file may use beside its own text.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// For `${NAME}`.
    pub values: &'a Values,
    /// Those that `policy` can name.
    pub policies: &'a Policies,
    /// Reads the files that a scenario names: `ca`, `hosts`, a policy.
    pub read_file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
}

/// Reads the scenarios of a file.
///
/// # Errors
/// Every mistake of the file, in the order of their places.
pub fn parse(source: &SourceFile, surroundings: &Surroundings<'_>) -> Result<Vec<Scenario>, Vec<Problem>> {
    harvest(source, surroundings, Reads::Scenarios).map(|harvest| harvest.scenarios)
}

/// Reads a policy.
///
/// # Errors
/// Every mistake of the file, in the order of their places.
pub fn parse_policy(source: &SourceFile, surroundings: &Surroundings<'_>) -> Result<Policy, Vec<Problem>> {
    let harvest = harvest(source, surroundings, Reads::Policy)?;
    let rules = harvest.scenarios.into_iter().zip(harvest.levels);
    Ok(Policy {
        name: source.name.clone(),
        is_shipped: false,
        title: harvest.title,
        rules: rules.map(|(rule, level)| Arc::new(Rule::of(&source.name, rule, level))).collect(),
    })
}

fn harvest(
    source: &SourceFile,
    surroundings: &Surroundings<'_>,
    reads: Reads,
) -> Result<Harvest, Vec<Problem>> {
    let mut author = Author::new(source, *surroundings, reads);
    let mut harvest = Harvest::default();
    match yaml::read(&source.text) {
        Ok((root, tags)) => {
            tags.into_iter().for_each(|fault| author.fault(fault));
            file(&mut author, &root, &mut harvest);
        }
        Err(fault) => author.fault(fault),
    }
    let problems = author.into_problems();
    if problems.is_empty() { Ok(harvest) } else { Err(problems) }
}

fn file(author: &mut Author<'_>, root: &yaml::Node, harvest: &mut Harvest) {
    match &root.value {
        yaml::Value::Mapping(entries) if !entries.is_empty() => {
            let key = entries.first().map_or(root, |entry| &entry.key);
            let is_group =
                entries.iter().any(|entry| entry.key.value == yaml::Value::Text("scenarios".to_owned()));
            if author.reads == Reads::Policy && !is_group {
                let write = "write them below `scenarios`: a name, and its fields below it";
                author.wrong(key, Wrong::new("a policy without rules", write));
                return;
            }
            let name = author.source.name.clone();
            group::scenarios(author, &name, key, entries, &Layer::root(author.reads, root), harvest);
        }
        yaml::Value::Mapping(_) | yaml::Value::Null => {
            let file = author.source.shown.clone();
            author.push(Problem::of_file(file, "a file without scenarios", "write one, or remove the file"));
        }
        other => {
            let found = format!("a scenario file is a mapping, not {}", author::kind_of(other));
            let write = match other {
                yaml::Value::List(_) => "write each below `scenarios:`, with a name of its own",
                _ => "begin with `host: name`",
            };
            author.wrong(root, Wrong::new(found, write));
        }
    }
}

/// Whether a file of this name is a policy: it lies below a folder `policies`.
#[must_use]
pub fn is_policy(name: &str) -> bool {
    name.rsplit_once('/').is_some_and(|(folders, _)| folders.split('/').any(|folder| folder == "policies"))
}
