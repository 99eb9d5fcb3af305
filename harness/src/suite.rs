//! Tests run as libtest-mimic test cases: many at a time, in any order, reported in the plan's.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use libtest_mimic::{Arguments, ColorSetting, Completion, Failed, FormatSetting, Trial as Case};

use crate::bounds::Bounds;
use crate::calendar::Today;
use crate::client::trust::TrustStores;
use crate::client::{Machine, Trial, try_program};
use crate::computed_once::ComputedOnce;
use crate::escape::printable;
use crate::evidence::client::ClientEvidence;
use crate::evidence::{Evidence, Gathered, Unreachable};
use crate::plan::Test;
use crate::probe::{Destination, Prober, Roots, gather};
use crate::replica::{Authority, Rehearsal, ReplicaCertificate, ReplicaSpec, Running, StandIn};
use crate::report::baseline::Baseline;
use crate::report::model::Shards;
use crate::report::model::observations::Storage;
use crate::report::{self, Against, Outcome, Report};
use crate::scenario::{CertificateExpectation, Client, Expectation, Scenario};
use crate::verdict::{ClientCharge, Judgement, Verdict, judge, judge_client};
use crate::wire::Follow;
use crate::{probe, replica};

mod crew;
mod unfinished;
mod waivers;

use crew::{Crew, Performance, by_key};
pub use unfinished::{Standing, Unfinished};
use waivers::RollCall;
pub use waivers::Waivers;

/// How a suite is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Whether the stand-ins are left out.
    pub live: bool,
    /// The day by which it is judged.
    pub today: Today,
    /// Tests at a time, at least 1.
    pub jobs: usize,
    /// Connections at a time over all hosts, at least 1.
    pub connections: usize,
    /// How libtest-mimic prints.
    pub format: Option<FormatSetting>,
    /// Whether it prints in colour.
    pub color: ColorSetting,
    /// Where it prints to, in place of standard output.
    pub log: Option<PathBuf>,
    /// The command that runs a test again, its name left out.
    pub rerun: String,
    /// Whether pending tests block too.
    pub fail_on_pending: bool,
    /// Which part of a suite the tests are; `None` where they are all of it.
    pub shards: Option<Shards>,
    /// How many tests of the whole suite stand below each waiver.
    pub waivers: Waivers,
    /// An earlier report: what fails as it failed there does not block.
    pub baseline: Option<Arc<Baseline>>,
    /// Where it may connect to.
    pub bounds: Bounds,
}

/// Why there is no run to report.
#[derive(Debug)]
pub enum Fault {
    /// The reader of the output went away.
    OutputClosed,
    /// The output could not be written.
    Output(io::Error),
    /// These tests have no result: a bug of the gate.
    WithoutResult(Vec<String>),
}

/// Runs the tests, printing as libtest does.
///
/// # Errors
/// Where the run could not be finished: never a verdict.
pub fn run(tests: Vec<Test>, settings: &Settings, unfinished: &Unfinished) -> Result<Report, Fault> {
    unfinished.plan(&tests);
    let stage = Arc::new(Stage::new(settings));
    let count = tests.len();
    let results: Results = Arc::new(Mutex::new((0..count).map(|_| None).collect()));
    let in_vain = Arc::new(AtomicBool::new(false));
    let roll_call = Arc::new(RollCall::new(&tests, &settings.waivers, settings.live, settings.today.date));
    let hosts = by_key(tests.iter().map(|test| &test.host));
    let tests = Arc::new(tests);
    let performance = Performing {
        stage: Arc::clone(&stage),
        tests: Arc::clone(&tests),
        roll_call: Arc::clone(&roll_call),
        unfinished: unfinished.clone(),
        in_vain: Arc::clone(&in_vain),
        // Without it the run takes more memory, and is the same else.
        storage: (count > MOST_IN_MEMORY).then(|| Storage::new().ok()).flatten().map(Arc::new),
    };
    let crew = Crew::begin(performance, hosts, count, settings.jobs);
    let trials = tests
        .iter()
        .enumerate()
        .map(|(index, test)| {
            let (stage, results, crew) = (Arc::clone(&stage), Arc::clone(&results), Arc::clone(&crew));
            let roll_call = Arc::clone(&roll_call);
            let (below, baseline) = (settings.waivers.below(test), settings.baseline.clone());
            Case::ignorable_test(test.name.clone(), move || {
                let Some(mut told) = crew.wait(index).flatten() else {
                    return Err(Failed::without_message());
                };
                if let Some(waiver) = &mut told.waiver {
                    waiver.tests = below;
                }
                if roll_call.is_unneeded_at(index) {
                    report::unneeded::fail(&mut told, Some(&stage.rerun));
                }
                if let Some(baseline) = &baseline {
                    baseline.compare(&mut told, stage.today.date);
                }
                let completion = completion_of(&told, stage.fail_on_pending);
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(place) = results.get_mut(index) {
                    *place = Some(told);
                }
                completion
            })
        })
        .collect();
    // They wait for the crew, and need a thread each for that, which libtest-mimic takes for granted.
    let wanted = settings.jobs.min(MOST_WAITING).min(count);
    let has_all = crew.threads() == settings.jobs.min(count) && crew::has_threads(wanted);
    let waiting = if has_all { wanted } else { 1 };
    let arguments = Arguments {
        // A thread that has nothing to do still costs its start.
        test_threads: Some(waiting.clamp(1, count.max(1))),
        format: settings.format,
        color: Some(settings.color),
        logfile: settings.log.as_ref().map(|path| path.display().to_string()),
        ..Arguments::default()
    };
    print_run(&arguments, trials, &in_vain)?;
    let told = std::mem::take(&mut *results.lock().unwrap_or_else(PoisonError::into_inner));
    let told: Vec<report::model::Test> = told.into_iter().flatten().map(|told| *told).collect();
    if told.len() < count {
        return Err(Fault::WithoutResult(unfinished.names()));
    }
    let report = Report::new(
        settings.today.date.to_string(),
        settings.live,
        settings.fail_on_pending,
        settings.shards.clone(),
        told,
    );
    Ok(Report { baseline: settings.baseline.as_ref().map(|baseline| baseline.summary()), ..report })
}

/// Of how many tests the evidence is kept in memory until the report is written.
const MOST_IN_MEMORY: usize = 2_000;

/// How many results are waited for at a time: each is told when it is there, but none before so many others
/// of the plan.
const MOST_WAITING: usize = 16;

/// What is told of each test of the plan, as soon as that is known.
type Results = Arc<Mutex<Vec<Option<Box<report::model::Test>>>>>;

/// The tests of a run, as the crew performs them.
struct Performing {
    stage: Arc<Stage>,
    tests: Arc<Vec<Test>>,
    roll_call: Arc<RollCall>,
    unfinished: Unfinished,
    /// Whether nobody wants to know any more.
    in_vain: Arc<AtomicBool>,
    /// Where evidence waits for the report.
    storage: Option<Arc<Storage>>,
}

impl Performance for Performing {
    type Shared = Prober;
    type Result = Option<Box<report::model::Test>>;

    fn begin(&self, tests: &[usize]) -> Prober {
        let prober = self.stage.prober.anew();
        if !self.in_vain.load(Ordering::Relaxed) {
            let tests = tests.iter().filter_map(|test| self.tests.get(*test));
            tests.for_each(|test| self.stage.anticipate(&prober, test));
        }
        prober
    }

    fn perform(&self, index: usize, prober: &Prober) -> Self::Result {
        let attendance = self.roll_call.begin(index);
        self.unfinished.begin(index);
        let test = self.tests.get(index).filter(|_| !self.in_vain.load(Ordering::Relaxed))?;
        // The evidence ends here: what is kept of a thousand tests is what the report says.
        let mut told = report::test(&self.stage.perform(test.clone(), prober), &self.stage.rerun);
        if let Some(storage) = &self.storage {
            told.observations.store(storage);
        }
        attendance.end(told.by_itself());
        self.unfinished.end(index);
        Some(Box::new(told))
    }
}

/// libtest-mimic panics where its output cannot be written; its tests' own panics it catches itself.
/// Before that panic ends it waits for all tests, which `in_vain` tells not to begin any more.
fn print_run(arguments: &Arguments, trials: Vec<Case>, in_vain: &Arc<AtomicBool>) -> Result<(), Fault> {
    let silent = std::panic::take_hook();
    let main = std::thread::current().id();
    // There the tests, and their panics, are on this thread too.
    let is_one_thread = arguments.test_threads == Some(1);
    let hook_in_vain = Arc::clone(in_vain);
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() != main {
            silent(info);
        } else if !is_one_thread {
            hook_in_vain.store(true, Ordering::Relaxed);
        }
    }));
    let run =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| libtest_mimic::run(arguments, trials)));
    drop(std::panic::take_hook());
    run.map(drop).map_err(|panic| match write_again(arguments) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Fault::OutputClosed,
        Err(error) => Fault::Output(error),
        Ok(()) => Fault::Output(io::Error::other(words_of(panic.as_ref()))),
    })
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}

/// A panic does not say why its output could not be written: the next attempt does.
fn write_again(arguments: &Arguments) -> io::Result<()> {
    match &arguments.logfile {
        Some(path) => File::options().append(true).open(path)?.write_all(b"\n"),
        None => {
            let mut out = io::stdout().lock();
            out.write_all(b"\n").and_then(|()| out.flush())
        }
    }
}

fn completion_of(test: &report::model::Test, fail_on_pending: bool) -> Result<Completion, Failed> {
    let explained =
        || Err(Failed::from(test.guidance.as_ref().map_or("", |guidance| guidance.explanation.as_str())));
    match test.verdict {
        Verdict::Pending if fail_on_pending => explained(),
        Verdict::Passed => Ok(Completion::Completed),
        Verdict::Ignored => Ok(Completion::ignored_with(test.in_short())),
        Verdict::Pending | Verdict::Waived | Verdict::Advice => {
            Ok(Completion::ignored_with(format!("{}: {}", test.until(), test.in_short())))
        }
        Verdict::Failed | Verdict::Inconclusive => explained(),
    }
}

/// What all tests of a run share.
struct Stage {
    prober: Prober,
    live: bool,
    today: Today,
    rerun: String,
    fail_on_pending: bool,
    mozilla: Roots,
    /// The roots of each `ca`, by its certificates.
    private: ComputedOnce<Arc<Vec<Vec<u8>>>, Roots>,
    authority: OnceLock<Result<Authority, String>>,
    replicas: ComputedOnce<ReplicaSpec, Result<Running, String>>,
    trust: OnceLock<Result<TrustStores, String>>,
    machine: Machine,
}

impl Stage {
    fn new(settings: &Settings) -> Stage {
        Stage {
            prober: Prober::new(settings.today.moment(), Follow::ServerHello, settings.connections)
                .bounded_by(settings.bounds.clone()),
            live: settings.live,
            today: settings.today,
            rerun: settings.rerun.clone(),
            fail_on_pending: settings.fail_on_pending,
            mozilla: Roots::mozilla(),
            private: ComputedOnce::default(),
            authority: OnceLock::new(),
            replicas: ComputedOnce::default(),
            trust: OnceLock::new(),
            machine: Machine::new(),
        }
    }

    /// Asks for what a test asks first, and does not wait for it: so that the tests of a host, one after the
    /// other, do not wait for each in turn.
    fn anticipate(&self, prober: &Prober, test: &Test) {
        let scenario = &test.scenario;
        if scenario.client.is_none() && replica_of(scenario, test, self.live).is_none() {
            probe::anticipate(prober, scenario, &test.host);
        }
    }

    fn perform(&self, test: Test, prober: &Prober) -> Outcome {
        let begun = Instant::now();
        let scenario = Arc::clone(&test.scenario);
        if let Some(client) = &scenario.client {
            let evidence = self.try_program(&test, client);
            let judgement = judge_client(&client_charge_of(&scenario, client), &evidence);
            return self.outcome(test, Gathered::Client(evidence), judgement, begun);
        }
        let replica = replica_of(&scenario, &test, self.live);
        let evidence = match replica.map_or_else(|| Ok(self.host(&scenario)), |spec| self.replica(spec)) {
            Ok(destination) => gather(prober, &scenario, &test.host, &destination),
            Err(words) => Evidence {
                unresolved: Some(Unreachable::Failed(format!(
                    "the replica could not be started: {}",
                    printable(&words)
                ))),
                addresses: Vec::new(),
                without_route: Vec::new(),
            },
        };
        let judgement = judge(&probe::charge_of(&scenario), &evidence);
        self.outcome(test, Gathered::Server(evidence), judgement, begun)
    }

    fn outcome(&self, test: Test, evidence: Gathered, judgement: Judgement, begun: Instant) -> Outcome {
        let against = against_of(&test, self.live);
        Outcome { test, against, evidence, judgement, today: self.today.date, elapsed: begun.elapsed() }
    }

    fn host(&self, scenario: &Scenario) -> Destination {
        let roots = match &scenario.roots {
            Some(certificates) => {
                let roots = self.private.cell(Arc::clone(certificates));
                roots.get_or_init(|| Roots::from_der(certificates)).clone()
            }
            None => self.mozilla.clone(),
        };
        Destination::Host { roots }
    }

    fn authority(&self) -> Result<&Authority, String> {
        let new = || Authority::new(self.today.moment()).map_err(|error| error.to_string());
        self.authority.get_or_init(new).as_ref().map_err(Clone::clone)
    }

    fn try_program(&self, test: &Test, client: &Client) -> ClientEvidence {
        let prepared = self.authority().and_then(|authority| {
            let trust = || {
                let preset = std::env::vars_os().collect();
                TrustStores::new(authority.der(), &preset).map_err(|error| error.to_string())
            };
            let trust = self.trust.get_or_init(trust).as_ref().map_err(Clone::clone)?;
            let stand_in = || {
                let spec = ReplicaSpec::for_client(&test.scenario, client, &test.host);
                StandIn::new(spec, authority).map_err(|error| error.to_string())
            };
            Ok((trust, (!self.live).then(stand_in).transpose()?))
        });
        match prepared {
            Ok((trust, stand_in)) => try_program(&Trial {
                client,
                host: &test.host,
                path: test.scenario.path.as_deref(),
                stand_in,
                trust,
                timeout: test.scenario.timeout,
                machine: &self.machine,
                bounds: self.prober.bounds(),
            }),
            Err(words) => ClientEvidence::not_run(self.live, printable(&words)),
        }
    }

    fn replica(&self, spec: ReplicaSpec) -> Result<Destination, String> {
        let authority = self.authority()?;
        let cell = self.replicas.cell(spec.clone());
        let start = || replica::start(spec, authority, None).map_err(|error: io::Error| error.to_string());
        let running = cell.get_or_init(start).as_ref().map_err(Clone::clone)?;
        let (address, plain, fault) = (running.address(), running.plain_address(), running.fault());
        Ok(Destination::Replica { address, plain, fault, roots: authority.roots() })
    }
}

/// Against what a test is run.
fn against_of(test: &Test, live: bool) -> Against {
    let has_stand_in = match &test.scenario.client {
        Some(_) => !live,
        None => replica_of(&test.scenario, test, live).is_some(),
    };
    if has_stand_in { Against::Replica } else { Against::Host }
}

/// The stand-in that a test goes to: the scenario's, unless it says where to connect or the run is
/// live. Its certificate is made to order, so that the expectation can be rehearsed.
fn replica_of(scenario: &Scenario, test: &Test, live: bool) -> Option<ReplicaSpec> {
    if live || scenario.connect_to.is_some() {
        return None;
    }
    let certificate = match &scenario.expectation {
        Expectation::Accepted(acceptable) => match acceptable.certificate {
            CertificateExpectation::Expired => ReplicaCertificate::Expired,
            CertificateExpectation::UnknownIssuer => ReplicaCertificate::UnknownIssuer,
            CertificateExpectation::NameMismatch => ReplicaCertificate::NameMismatch,
            CertificateExpectation::Trusted | CertificateExpectation::Any => ReplicaCertificate::Trusted,
        },
        _ => ReplicaCertificate::Trusted,
    };
    let spec = ReplicaSpec::new(scenario.replica.clone()?, test.host.name.clone(), scenario.path.clone());
    let rehearsal = Rehearsal::of(&scenario.expectation, &test.host);
    Some(ReplicaSpec { certificate, rehearsal, ..spec })
}

/// What a scenario puts on trial of a program.
fn client_charge_of<'a>(scenario: &'a Scenario, client: &Client) -> ClientCharge<'a> {
    ClientCharge {
        versions: scenario.versions,
        expectation: &scenario.expectation,
        exit: client.exit,
        trusted: client.trusted,
        when_missing: client.when_missing,
    }
}
