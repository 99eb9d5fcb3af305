//! On Linux: below a supervisor, which ends the whole tree and can put it into a namespace.

use std::io::{self, ErrorKind, Write as _};
use std::net::{Shutdown, TcpListener, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::super::supervisor::{self, ARGUMENT, Namespace, Order, Report};
use super::{Outputs, Run};
use crate::escape::printable;
use crate::evidence::client::ProgramEnd;

/// How long the supervisor may take to come up.
const BEGIN_TIME: Duration = Duration::from_secs(20);
/// How long it may take to end what is left, and to go.
const END_TIME: Duration = Duration::from_secs(5);

/// A program that runs.
pub(in super::super) struct Started {
    child: Child,
    socket: UnixStream,
    /// What came after the last report: two may come at once.
    unread: Vec<u8>,
    outputs: Outputs,
}

/// What listens in a namespace.
pub(in super::super) struct Listeners {
    /// The endpoint's, and those of other ports.
    pub(in super::super) direct: Vec<TcpListener>,
    pub(in super::super) proxy: TcpListener,
    pub(in super::super) names: UdpSocket,
}

/// Why a program was not started.
pub(in super::super) enum NotStarted {
    /// The namespace could not be had. Why, escaped.
    NoNamespace(String),
    /// Our side could not do it. Why, escaped.
    OurSide(String),
}

impl Started {
    /// Starts the program where the gate is.
    pub(in super::super) fn start(run: &Run<'_>) -> Result<Started, NotStarted> {
        begin(run, None).map_err(|error| ours(&error))
    }

    /// Starts the program in a namespace; gives the listeners of its network, where it has one.
    pub(in super::super) fn start_in(
        run: &Run<'_>,
        namespace: Namespace,
    ) -> Result<(Started, Option<Listeners>), NotStarted> {
        let has_network = namespace.network.is_some();
        let mut started = begin(run, Some(namespace)).map_err(|error| ours(&error))?;
        match started.confined(has_network) {
            Ok(listeners) => Ok((started, listeners)),
            Err(why) => {
                started.end();
                Err(why)
            }
        }
    }

    fn confined(&mut self, has_network: bool) -> Result<Option<Listeners>, NotStarted> {
        let (report, sockets) = self.hear(BEGIN_TIME).map_err(|error| ours(&error))?;
        match report {
            Report::Confined if !has_network => Ok(None),
            Report::Confined => listeners(sockets)
                .map(Some)
                .ok_or_else(|| NotStarted::OurSide("the namespace came without its listeners".to_owned())),
            Report::NoNamespace(words) => Err(NotStarted::NoNamespace(printable(&words))),
            other => Err(NotStarted::OurSide(printable(&format!("the supervisor said {other:?}")))),
        }
    }

    /// Waits until the program has ended, and ends it at the deadline; with all that it started.
    pub(in super::super) fn wait(mut self, deadline: Instant) -> (ProgramEnd, Outputs) {
        let end = match self.hear(deadline.saturating_duration_since(Instant::now())) {
            Ok((Report::Exited(code), _)) => ProgramEnd::Exited(code),
            Ok((Report::Signalled(signal), _)) => ProgramEnd::Signalled(signal),
            Ok((Report::Missing(program), _)) => {
                ProgramEnd::Missing(format!("no program {}", printable(&program)))
            }
            Ok((Report::NotStarted(words), _)) => ProgramEnd::NotRun(printable(&words)),
            Ok((other, _)) => ProgramEnd::NotRun(printable(&format!("the supervisor said {other:?}"))),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                ProgramEnd::TimedOut
            }
            Err(error) => {
                // A program can kill it. It is not buried yet, so that its number is its own.
                self.end_group();
                ProgramEnd::NotRun(format!("the supervisor was lost: {}", printable(&error.to_string())))
            }
        };
        self.end();
        (end, self.outputs)
    }

    /// Ends what a supervisor can no longer end: its group, which it leads and most programs stay in.
    fn end_group(&self) {
        if let Ok(group) = i32::try_from(self.child.id()) {
            let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
        }
    }

    /// Has the supervisor end whatever is left, and go.
    fn end(&mut self) {
        // A program can stop it.
        if let Ok(supervisor) = i32::try_from(self.child.id()) {
            let _ = kill(Pid::from_raw(supervisor), Signal::SIGCONT);
        }
        let _ = self.socket.shutdown(Shutdown::Both);
        let deadline = Instant::now() + END_TIME;
        while let Ok(None) = self.child.try_wait() {
            if Instant::now() >= deadline {
                self.end_group();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The next report, and the descriptors that came with it: they come with no other one.
    fn hear(&mut self, time: Duration) -> io::Result<(Report, Vec<OwnedFd>)> {
        let deadline = Instant::now() + time;
        let mut all_sockets = Vec::new();
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok((serde_json::from_slice(&line)?, all_sockets));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(ErrorKind::TimedOut.into());
            }
            self.socket.set_read_timeout(Some(left))?;
            let (message, sockets) = supervisor::receive(&self.socket)?;
            if message.is_empty() {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            self.unread.extend(message);
            all_sockets.extend(sockets);
        }
    }
}

fn begin(run: &Run<'_>, namespace: Option<Namespace>) -> io::Result<Started> {
    let (socket, theirs) = UnixStream::pair()?;
    let mut supervisor = Command::new(supervisor::program()?);
    supervisor.arg(ARGUMENT).stdin(Stdio::from(OwnedFd::from(theirs)));
    run.prepare(&mut supervisor);
    let mut child = supervisor.spawn()?;
    let outputs = Outputs::of(&mut child).inspect_err(|_| {
        // It has no order yet.
        let _ = child.kill();
        let _ = child.wait();
    })?;
    // What holds the other end of the socket: it is to end with the supervisor.
    drop(supervisor);
    let order = Order { command: run.command.to_vec(), namespace, descriptors: crate::descriptors::before() };
    let mut line = serde_json::to_vec(&order)?;
    line.push(b'\n');
    let mut started = Started { child, socket, unread: Vec::new(), outputs };
    if let Err(error) = started.socket.write_all(&line) {
        started.end();
        return Err(error);
    }
    Ok(started)
}

fn listeners(sockets: Vec<OwnedFd>) -> Option<Listeners> {
    let mut sockets = sockets.into_iter();
    let proxy = TcpListener::from(sockets.next()?);
    let names = UdpSocket::from(sockets.next()?);
    let direct: Vec<TcpListener> = sockets.map(TcpListener::from).collect();
    (!direct.is_empty()).then_some(Listeners { direct, proxy, names })
}

fn ours(error: &io::Error) -> NotStarted {
    NotStarted::OurSide(printable(&error.to_string()))
}
