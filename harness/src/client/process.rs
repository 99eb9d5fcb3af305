//! The program on trial as a process: started, watched, and ended with all that it started.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::environment::Variables;

#[cfg(not(target_os = "linux"))]
mod group;
#[cfg(target_os = "linux")]
mod supervised;

#[cfg(not(target_os = "linux"))]
pub(super) use group::{NotStarted, Started};
#[cfg(target_os = "linux")]
pub(super) use supervised::{NotStarted, Started};

/// How much of each of its outputs is kept, in bytes from the end.
const KEPT: usize = 64 * 1024;
/// How long its outputs are read on where they are held by a process that could not be ended.
const HELD: Duration = Duration::from_secs(2);

/// What is run.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    /// The program and its arguments; not empty.
    pub(super) command: &'a [String],
    /// The folder that it runs in.
    pub(super) folder: &'a Path,
    /// All its variables.
    pub(super) environment: &'a Variables,
}

impl Run<'_> {
    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(if self.folder.as_os_str().is_empty() { Path::new(".") } else { self.folder })
            .env_clear()
            .envs(self.environment)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // The signals of a terminal are the gate's business: it ends the program itself.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
}

/// Whether a program was not started because it is not there. Where a folder of `PATH` may not be looked
/// into, the system says of every program that it does not find that it may not be run (execvp(3)).
pub(super) fn is_missing(error: &io::Error, program: &str) -> bool {
    let is_in = |folder: PathBuf| folder.join(program).exists();
    match error.kind() {
        io::ErrorKind::NotFound => true,
        io::ErrorKind::PermissionDenied if !program.contains('/') => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            !std::env::split_paths(&path).any(is_in)
        }
        _ => false,
    }
}

/// The ends of a program's outputs, while they are read.
pub(super) struct Outputs {
    stdout: Option<Output>,
    stderr: Option<Output>,
}

struct Output {
    end: Arc<Mutex<End>>,
    /// Told by nobody, and closed once nobody holds the output any more.
    is_open: Receiver<()>,
}

impl Outputs {
    /// Where nobody can read an output a program that writes to it would be ended for that.
    fn of(child: &mut Child) -> io::Result<Outputs> {
        let stdout = child.stdout.take().map(Output::keep).transpose()?;
        let stderr = child.stderr.take().map(Output::keep).transpose()?;
        Ok(Outputs { stdout, stderr })
    }

    /// What they came to, now that the program has ended. Whoever escaped that end and holds them still
    /// is waited for no longer than [`HELD`].
    pub(super) fn join(self) -> (Vec<u8>, Vec<u8>) {
        let deadline = Instant::now() + HELD;
        let joined = |output: Option<Output>| output.map(|it| it.until(deadline)).unwrap_or_default();
        (joined(self.stdout), joined(self.stderr))
    }
}

impl Output {
    fn keep(mut stream: impl Read + Send + 'static) -> io::Result<Output> {
        let end = Arc::new(Mutex::new(End::default()));
        let (open, is_open) = mpsc::channel();
        let kept = Arc::clone(&end);
        thread::Builder::new().name("output of a client".to_owned()).spawn(move || {
            let _open = open;
            let mut buffer = [0; 8 * 1024];
            loop {
                match stream.read(&mut buffer) {
                    Ok(count @ 1..) => locked(&kept).add(buffer.get(..count).unwrap_or_default()),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Ok(_) | Err(_) => return,
                }
            }
        })?;
        Ok(Output { end, is_open })
    }

    fn until(self, deadline: Instant) -> Vec<u8> {
        let _ = self.is_open.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        std::mem::take(&mut *locked(&self.end)).into_bytes()
    }
}

fn locked(end: &Mutex<End>) -> MutexGuard<'_, End> {
    end.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last [`KEPT`] bytes of a stream.
#[derive(Default)]
struct End(VecDeque<u8>);

impl End {
    fn add(&mut self, bytes: &[u8]) {
        self.0.extend(bytes);
        let too_many = self.0.len().saturating_sub(KEPT);
        self.0.drain(..too_many);
    }

    fn into_bytes(self) -> Vec<u8> {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a folder of `PATH` that is closed makes of every program that is not there.
    #[test]
    #[cfg(unix)]
    fn a_program_is_missing_where_no_folder_has_it() {
        for (kind, program, missing) in [
            (io::ErrorKind::NotFound, "sh", true),
            (io::ErrorKind::PermissionDenied, "no-such-program", true),
            (io::ErrorKind::PermissionDenied, "sh", false),
            (io::ErrorKind::PermissionDenied, "./no-such-program", false),
            (io::ErrorKind::OutOfMemory, "no-such-program", false),
        ] {
            assert_eq!(is_missing(&kind.into(), program), missing, "{kind:?} {program}");
        }
    }

    #[test]
    fn the_end_of_a_long_output_is_kept() {
        let mut end = End::default();
        for number in 0..100_000_u32 {
            end.add(&number.to_be_bytes());
        }
        let bytes = end.into_bytes();
        assert_eq!(bytes.len(), KEPT);
        assert!(bytes.ends_with(&99_999_u32.to_be_bytes()));
    }
}
