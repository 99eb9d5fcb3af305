//! The commands as a person at a terminal and a program that reads exit codes meet them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "it is how a test fails")]

#[path = "commands/baseline.rs"]
mod baseline;
#[path = "commands/binary.rs"]
mod binary;
#[path = "commands/bounds.rs"]
mod bounds;
#[path = "commands/bounds_of_programs.rs"]
mod bounds_of_programs;
#[path = "commands/calendar.rs"]
mod calendar;
#[path = "commands/check.rs"]
mod check;
#[path = "commands/github.rs"]
mod github;
#[path = "commands/hostile_text.rs"]
mod hostile_text;
#[path = "commands/new.rs"]
mod new;
#[path = "commands/output.rs"]
mod output;
#[path = "peers/required.rs"]
mod peers;
#[path = "commands/probe.rs"]
mod probe;
#[path = "commands/rehearsal.rs"]
mod rehearsal;
#[path = "commands/served.rs"]
mod served;
#[path = "commands/shards.rs"]
mod shards;
#[path = "commands/usage.rs"]
mod usage;
#[path = "commands/waivers.rs"]
mod waivers;

// Signals, FIFOs and devices.
#[cfg(unix)]
#[path = "commands/faults.rs"]
mod faults;
#[cfg(unix)]
#[path = "commands/interrupt.rs"]
mod interrupt;
#[cfg(unix)]
#[path = "commands/serve.rs"]
mod serve;
#[cfg(unix)]
#[path = "commands/terminal.rs"]
mod terminal;

// Elsewhere no variable tells every program whom to trust.
#[cfg(target_os = "linux")]
#[path = "commands/shipped_clients.rs"]
mod shipped_clients;
