//! What is measured, in the order in which it is told.

use std::error::Error;
use std::ffi::OsString;
use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;

use comparison::Row;
pub(crate) use ground::Ground;
pub(crate) use options::Options;
use proxy::{Front, Proxy};
use scanners::is_installed;
use scenarios::Evidence;

mod comparison;
mod descriptors;
mod goals;
mod ground;
mod million;
mod options;
mod process;
pub(crate) mod proxy;
mod readme;
mod scanners;
mod scenarios;
mod servers;
mod shards;
mod table;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The first argument without which nothing is measured: plain `cargo bench` is to be quick.
const MEASURE: &str = "measure";

/// Measures what `arguments` ask for with the gate at `gate`.
pub(crate) fn main(mut arguments: Vec<OsString>, gate: &Path) -> ExitCode {
    let Some(at) = arguments.iter().position(|argument| argument == MEASURE) else {
        write(
            &mut std::io::stdout(),
            "fleet: takes minutes, so it is started by `cargo xtask bench` alone\n",
        );
        return ExitCode::SUCCESS;
    };
    // In its place stands the name of the program.
    arguments.swap(0, at);
    match Options::try_parse_from(arguments) {
        Err(error) => error.exit(),
        Ok(options) => match run(&options, gate) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                write(&mut std::io::stderr(), &format!("error: {error}\n"));
                ExitCode::FAILURE
            }
        },
    }
}

/// A program without which nothing can be measured, where it is not installed.
pub(crate) fn missing() -> Option<&'static str> {
    ["nginx", "openssl"].into_iter().find(|program| !is_installed(program))
}

fn run(options: &Options, gate: &Path) -> Result {
    if let Some(missing) = missing() {
        return Err(format!("{missing} is not installed; .ci/run installs it on Debian and Ubuntu").into());
    }
    let gate = options.gate.as_deref().unwrap_or(gate);
    let gate = gate.canonicalize().map_err(|error| format!("{}: {error}", gate.display()))?;
    let ground = Ground::new(options, &gate)?;
    ground.clear_when_interrupted()?;
    if options.serve {
        return serve(&ground);
    }
    let tables = measure(&ground, |what| write(&mut std::io::stderr(), &format!("… {what}\n")))?;
    write(&mut std::io::stdout(), &tables);
    if options.write { readme::write(&tables) } else { Ok(()) }
}

/// Measures what is wanted, and says what it is before it is measured.
///
/// # Errors
/// Where something cannot be run, or the gate does not come to the verdict that it must.
pub(crate) fn measure(ground: &Ground<'_>, tell: fn(&str)) -> Result<String> {
    ground.gate_can_fail()?;
    let far_away = comparison::far_away(ground, tell)?;
    let local = comparison::local(ground, tell)?;
    let shards = shards::measure(ground, tell)?;
    let mut goals = goals::of_speed(ground, &far_away, &local);
    goals.extend(goals::of_start(ground, tell)?);
    goals.extend(goals::of_policy(ground, tell)?);
    let instructions = goals::instructions(ground, tell)?;
    let delay = table::time(ground.options.delay);
    let sections = [
        (format!("Servers that are {delay} away, each way:"), far_away.markdown()),
        ("Servers on the same machine, without a delay:".to_owned(), local.markdown()),
        (format!("In parts, {} hosts by first flights:", table::number(ground.options.hosts())), shards),
        ("One by one:".to_owned(), goals::markdown(&goals, ground.options.are_standard())),
    ];
    let mut text = format!("{}\n", ground.machine());
    for (heading, body) in sections.iter().filter(|(_, body)| !body.is_empty()) {
        text += &format!("\n{heading}\n\n{body}");
    }
    if !instructions.is_empty() {
        text += &format!("\n{instructions}");
    }
    let fleet = |hosts| far_away.ours(hosts).and_then(Row::fleet);
    if let (Some(few), Some(all)) = (fleet(ground.options.few()), fleet(ground.options.hosts())) {
        text += &format!("\n{}\n", million::paragraph(few, all, ground::cores()));
    }
    Ok(text)
}

/// Says where the fleet is, and on every line of input what passed since; ends by Ctrl-C.
fn serve(ground: &Ground<'_>) -> Result {
    let hosts = ground.options.hosts();
    let proxy: Proxy = ground.behind(Front::Ports(hosts))?;
    let mut stdout = std::io::stdout();
    for evidence in [Evidence::Hello, Evidence::Handshake] {
        let folder = ground.versions(&proxy.addresses, evidence)?;
        write(&mut stdout, &format!("{evidence:?}: {:?}\n", ground.gate(&["check"], &folder)));
    }
    write(&mut stdout, "Enter: what passed since; Ctrl-C: end\n");
    for line in std::io::stdin().lock().lines() {
        line?;
        write(&mut stdout, &format!("{:?}\n", proxy.take_tally()));
    }
    // The end of input is none of the fleet: started in the background it has none.
    loop {
        std::thread::park();
    }
}

/// A reader that went away is no reason to end.
fn write(to: &mut impl std::io::Write, text: &str) {
    let _ = to.write_all(text.as_bytes());
    let _ = to.flush();
}
