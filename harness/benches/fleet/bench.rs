//! What is measured, in the order in which it is told.

use std::error::Error;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc;

use clap::Parser as _;

use options::Options;
use proxy::{Front, Proxy};
use scenarios::Evidence;
use servers::Servers;

mod descriptors;
mod options;
mod proxy;
mod scenarios;
mod servers;

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The first argument without which nothing is measured: plain `cargo bench` is to be quick.
const MEASURE: &str = "measure";

/// Measures what `arguments` ask for with the gate at `gate`.
pub(crate) fn main(arguments: Vec<OsString>, gate: &Path) -> ExitCode {
    let Some(at) = arguments.iter().position(|argument| argument == MEASURE) else {
        say("fleet: takes minutes, so it is started by `cargo xtask bench` alone\n");
        return ExitCode::SUCCESS;
    };
    let words = std::iter::once(OsString::from("bench")).chain(
        arguments.into_iter().enumerate().filter(|(index, _)| *index != at).map(|(_, argument)| argument),
    );
    let options = Options::try_parse_from(words).unwrap_or_else(|error| error.exit());
    match measure(&options, gate) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options, gate: &Path) -> Result {
    let descriptors = descriptors::raise()?;
    let folder = tempfile::tempdir()?;
    let servers = Servers::start(folder.path(), servers::PORTS)?;
    let hosts = usize::from(options.hosts);
    let proxy = Proxy::start(Front::Ports(hosts), servers.ready.clone(), options.delay, descriptors)?;
    serve(folder.path(), &servers, &proxy, gate)
}

/// Says where the fleet is, and on every line of input what passed since; ends by Ctrl-C.
fn serve(folder: &Path, servers: &Servers, proxy: &Proxy, gate: &Path) -> Result {
    let (sender, receiver) = mpsc::channel();
    let lines = sender.clone();
    ctrlc::set_handler(move || {
        let _ = sender.send(false);
    })?;
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines() {
            let _ = lines.send(true);
        }
    });
    for (name, evidence) in [("hello", Evidence::Hello), ("handshake", Evidence::Handshake)] {
        let hosts = &proxy.addresses;
        let scenarios = scenarios::write_versions(folder, name, evidence, &servers.authority, hosts)?;
        say(&format!("{} check --scenarios {}\n", gate.display(), scenarios.display()));
    }
    say("Enter: what passed since; Ctrl-C: end\n");
    while let Ok(true) = receiver.recv() {
        say(&format!("{:?}\n", proxy.take_tally()));
    }
    Ok(())
}

/// Writes to standard output; a reader that went away is no reason to end.
fn say(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}
