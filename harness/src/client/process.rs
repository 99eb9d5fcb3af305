//! The program on trial as a process: started, watched, and ended with all that it started.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

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

/// What is run.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    /// The program and its arguments; not empty.
    pub(super) command: &'a [String],
    /// The folder that it runs in.
    pub(super) folder: &'a Path,
    /// All its variables.
    pub(super) environment: &'a [(OsString, OsString)],
}

impl Run<'_> {
    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(if self.folder.as_os_str().is_empty() { Path::new(".") } else { self.folder })
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // The signals of a terminal are the gate's business: it ends the program itself.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
}

/// The ends of a program's outputs, while they are read.
pub(super) struct Outputs {
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl Outputs {
    fn of(child: &mut Child) -> Outputs {
        let stdout = child.stdout.take().and_then(|stream| keep_end(stream).ok());
        let stderr = child.stderr.take().and_then(|stream| keep_end(stream).ok());
        Outputs { stdout, stderr }
    }

    /// What they came to, once every process that holds them has ended.
    pub(super) fn join(self) -> (Vec<u8>, Vec<u8>) {
        let joined =
            |reader: Option<JoinHandle<Vec<u8>>>| reader.and_then(|it| it.join().ok()).unwrap_or_default();
        (joined(self.stdout), joined(self.stderr))
    }
}

fn keep_end(mut stream: impl Read + Send + 'static) -> io::Result<JoinHandle<Vec<u8>>> {
    thread::Builder::new().name("output of a client".to_owned()).spawn(move || {
        let mut end = End::default();
        let mut buffer = [0; 8 * 1024];
        loop {
            match stream.read(&mut buffer) {
                Ok(0) => return end.into_bytes(),
                Ok(count) => end.add(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return end.into_bytes(),
            }
        }
    })
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
