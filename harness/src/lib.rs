//! The TLS readiness gate: scenarios in, verdicts out.
//!
//! 1. [`corpus`] reads the files of a scenarios folder.
//! 2. [`scenario`] parses them, and finds every mistake of their authors: a [`problem`] each. Policies, named
//!    sets of rules, are files of the same format, the shipped ones in `policies/`.
//! 3. [`plan`] makes tests of them: one for each host, each with a name of its own.
//! 4. [`suite`] runs the tests as libtest-mimic test cases, against the host or a [`replica`] of it.
//! 5. [`probe`] connects, and makes observations: first flights by [`wire`], full handshakes by
//!    rustls, requests by ureq. Or [`client`] runs a program on trial, led to a [`replica`] whose side
//!    the scenario limits, and keeps what it said there.
//! 6. [`evidence`] is what was observed, as data.
//! 7. [`verdict`] judges it: the only place that decides. Whether that blocks yet is what the
//!    [`calendar`] makes of it on the day.
//! 8. [`report`] words the verdicts; those of the parts of a suite, which [`shard`] makes, are merged.
//!
//! What the *peer* did is evidence. What the *author* did wrong is a problem. What *our side* could
//! not do is a doubt, and makes a test inconclusive. No peer makes an `Err`.
//!
//! The other way round, [`draft`] makes a scenario file of what a run found.
//!
//! [`certificate`] and [`version`] are words that all of these share; [`bounds`] says where a run may go.
//!
//! [`wire`], [`scenario`], [`draft`], [`plan`], [`verdict`] and [`report`] are pure: bytes, text and time are
//! passed in. Sockets are in [`probe`], [`replica`], [`client`] and what the last two listen by, and
//! processes in [`client`] alone. Scenarios are read from files in [`corpus`]; [`suite`] prints the
//! run and writes its log, [`target`] prints what comes before and after it, and the rest of the
//! console is in the binary.

pub mod bounds;
pub mod calendar;
pub mod certificate;
pub mod client;
mod computed_once;
pub mod corpus;
pub mod descriptors;
mod digest;
pub mod draft;
pub mod escape;
pub mod evidence;
#[doc(hidden)]
pub mod fuzzing;
mod listening;
pub mod plan;
pub mod probe;
pub mod problem;
pub mod replica;
pub mod report;
pub mod scenario;
pub mod schema;
pub mod shard;
pub mod suite;
pub mod target;
pub mod verdict;
pub mod version;
pub mod wire;
