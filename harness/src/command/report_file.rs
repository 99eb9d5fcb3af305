//! Where reports are written to: `--report KIND=FILE`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
#[cfg(unix)]
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::{self, ScopedJoinHandle};
#[cfg(unix)]
use std::time::{Duration, Instant};

use tls_readiness::escape::printable;
use tls_readiness::report::{Kind, json, model};

use super::repository::Repository;
use super::{fault, shown, usage, words_of};

/// A report to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Report {
    /// What to write.
    pub(crate) kind: Kind,
    /// Where to.
    pub(crate) target: Target,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// To standard output.
    Standard,
    /// To this file.
    File(PathBuf),
}

/// Names of standard output, where a file is asked for.
const STANDARD: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

pub(super) fn parse(text: &str) -> Result<Report, String> {
    let (kind, file) = text.split_once('=').ok_or("write KIND=FILE, json=report.json say")?;
    let kinds = || Kind::ALL.map(Kind::key).join(", ");
    let kind = Kind::ALL
        .into_iter()
        .find(|known| known.key() == kind)
        .ok_or_else(|| format!("unknown kind `{}`; there are {}", printable(kind), kinds()))?;
    let target = match file {
        "" => return Err("the file's name is missing; - is standard output".to_owned()),
        "-" => Target::Standard,
        // As paths: `//dev/stdout` is the same.
        file if STANDARD.iter().any(|known| Path::new(known) == Path::new(file)) => Target::Standard,
        file => Target::File(PathBuf::from(file)),
    };
    Ok(Report { kind, target })
}

/// The kind that goes to standard output, if any.
///
/// # Errors
/// Two kinds that would stand there one after the other: the exit code, after that was said.
pub(super) fn standard(reports: &[Report]) -> Result<Option<Kind>, ExitCode> {
    let mut kinds =
        reports.iter().filter(|report| report.target == Target::Standard).map(|report| report.kind);
    let first = kinds.next();
    match kinds.find(|kind| Some(*kind) != first) {
        None => Ok(first),
        Some(_) => Err(usage("standard output takes one kind of report; write the others to files")),
    }
}

/// Whether the files can be written, asked before a run: nobody wants to learn it after one.
pub(super) fn prepare(reports: &[Report]) -> Result<(), ExitCode> {
    let mut known: Vec<PathBuf> = Vec::new();
    for (_, path) in files(reports) {
        let place = place(path);
        if known.contains(&place) {
            return Err(usage(&format!("two reports go to {}; nothing was run", shown(path))));
        }
        known.push(place);
    }
    for (_, path) in files(reports).filter(|(_, path)| !is_written_through(path)) {
        let ready = target(path).and_then(|target| {
            if target.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { replacement(&target) }
        });
        ready.map_err(|error| usage(&format!("{}; nothing was run", not_written(path, &error))))?;
    }
    Ok(())
}

/// Writes all files, also where one cannot be written; what goes to standard output is the caller's
/// business.
pub(super) fn write(
    reports: &[Report],
    told: &model::Report,
    repository: &Repository,
) -> Result<(), ExitCode> {
    // Side by side: of ten thousand tests each takes a part of a second.
    let results: Vec<(&Path, io::Result<()>)> = thread::scope(|scope| {
        let write = |(kind, path): (Kind, &Path)| {
            write_whole(path, &|out| kind.write(told, &|file| repository.path_of(file), out))
        };
        let begin = |file| thread::Builder::new().spawn_scoped(scope, move || write(file));
        let running: Vec<_> = files(reports).map(|file| (file, begin(file))).collect();
        let lost = || Err(io::Error::other("a bug of the gate: it could not be rendered"));
        let end = |(file, thread): ((Kind, &'_ Path), io::Result<ScopedJoinHandle<'_, _>>)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| lost()),
            // One for which the system has no thread is written by this one.
            Err(_) => write(file),
        };
        running.into_iter().map(|running| (running.0.1, end(running))).collect()
    });
    let mut result = Ok(());
    for (path, error) in results.iter().filter_map(|(path, it)| it.as_ref().err().map(|error| (path, error)))
    {
        result = Err(fault(&not_written(path, error)));
    }
    result
}

/// Reads a JSON report.
///
/// # Errors
/// What is wrong with it, for people.
pub(super) fn read(file: &Path) -> Result<model::Report, String> {
    let text = std::fs::read_to_string(file).map_err(|error| words_of(&error))?;
    json::read(&text)
}

pub(super) fn files(reports: &[Report]) -> impl Iterator<Item = (Kind, &Path)> {
    reports.iter().filter_map(|report| match &report.target {
        Target::Standard => None,
        Target::File(path) => Some((report.kind, path.as_path())),
    })
}

fn not_written(path: &Path, error: &io::Error) -> String {
    format!("the report {} cannot be written: {}", shown(path), words_of(error))
}

/// Writes a file so that it is either the whole text or what it was before.
fn write_whole(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_written_through(path) {
        let mut out = BufWriter::new(open_through(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let target = target(path)?;
    let mut file = replacement(&target)?;
    let mut out = BufWriter::new(file.as_file_mut());
    write(&mut out).and_then(|()| out.flush())?;
    drop(out);
    file.as_file().sync_all()?;
    file.persist(&target).map(drop).map_err(|error| error.error)
}

/// Where a file is or will be, by whatever path it is named.
pub(super) fn place(path: &Path) -> PathBuf {
    let target = target(path).unwrap_or_else(|_| path.to_owned());
    match (folder_of(&target).canonicalize(), target.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => target,
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What is replaced: the file itself. A link stays a link, even where what it leads to is not there yet.
fn target(path: &Path) -> io::Result<PathBuf> {
    // As many as Linux follows.
    const MAX_LINKS: usize = 40;
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match target.read_link() {
            // An absolute path takes the place of the whole.
            Ok(next) => target = target.with_file_name(next),
            Err(error) if error.kind() == io::ErrorKind::InvalidFilename => return Err(error.kind().into()),
            // It is no link, or not there.
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many levels of links"))
}

/// Whether `path` cannot be replaced, only written to: a pipe, a device, or a name that leads to an
/// open file of this process.
fn is_written_through(path: &Path) -> bool {
    path.starts_with("/dev")
        || path.starts_with("/proc")
        || path.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir())
}

/// How long a pipe may be without somebody who reads it.
#[cfg(unix)]
const UNREAD: Duration = Duration::from_secs(10);

/// Opens what is written through. A pipe that nobody reads would be waited for without an end.
fn open_through(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    if path.metadata()?.file_type().is_fifo() {
        let begun = Instant::now();
        loop {
            match File::options().append(true).custom_flags(nix::libc::O_NONBLOCK).open(path) {
                // With a reader there it is opened at once, and this time so that writing waits for reading.
                Ok(_held) => return File::options().append(true).open(path),
                Err(error) if error.raw_os_error() != Some(nix::libc::ENXIO) => return Err(error),
                Err(_) if begun.elapsed() > UNREAD => return Err(io::Error::other("nobody reads this pipe")),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
    File::options().append(true).open(path)
}

/// A file beside `path` that can take its place: with the permissions and the owner of what is there, or with those
/// that a new file has. What a process that is killed leaves behind says what it is.
fn replacement(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".unfinished-report-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder_of(path))?;
    #[cfg(unix)]
    if let Ok(before) = path.metadata() {
        keep_for(file.as_file(), &before)?;
    }
    Ok(file)
}

/// Gives a file to those who have another one.
#[cfg(unix)]
fn keep_for(file: &File, before: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt, fchown};

    let own = file.metadata()?;
    let is_given = (own.uid(), own.gid()) == (before.uid(), before.gid())
        || fchown(file, Some(before.uid()), Some(before.gid())).is_ok();
    let mode = before.mode() & 0o777;
    // Who may not give it away does not open it to a group that is another one now.
    let mode = if is_given { mode } else { mode & 0o707 };
    file.set_permissions(PermissionsExt::from_mode(mode))
}

#[cfg(test)]
mod tests;
