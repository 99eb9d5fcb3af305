//! Where reports are written to: `--report KIND=FILE`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

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
        let running: Vec<_> = files(reports).map(|file| (file.1, scope.spawn(move || write(file)))).collect();
        let lost = || Err(io::Error::other("a bug of the gate: it could not be rendered"));
        running.into_iter().map(|(path, thread)| (path, thread.join().unwrap_or_else(|_| lost()))).collect()
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
        let mut out = BufWriter::new(File::options().append(true).open(path)?);
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

/// A file beside `path` that can take its place, with the permissions that a new file has.
fn replacement(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".report-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_kind_and_a_file() {
        let file = |kind, name: &str| Ok(Report { kind, target: Target::File(name.into()) });
        let standard = |kind| Ok(Report { kind, target: Target::Standard });
        for (text, parsed) in [
            ("json=report.json", file(Kind::Json, "report.json")),
            ("json=a=b", file(Kind::Json, "a=b")),
            ("junit=a.xml", file(Kind::Junit, "a.xml")),
            ("sarif=a", file(Kind::Sarif, "a")),
            ("markdown=a", file(Kind::Markdown, "a")),
            ("html=a", file(Kind::Html, "a")),
            ("json=-", standard(Kind::Json)),
            ("html=/dev/stdout", standard(Kind::Html)),
            ("json", Err("write KIND=FILE, json=report.json say")),
            ("json=", Err("the file's name is missing; - is standard output")),
            ("js\u{1b}on=x", Err("unknown kind `js\\u{1b}on`; there are json, junit, sarif, markdown, html")),
        ] {
            assert_eq!(parse(text), parsed.map_err(str::to_owned));
        }
    }

    fn write_whole(path: &Path, text: &str) -> io::Result<()> {
        super::write_whole(path, &|out| out.write_all(text.as_bytes()))
    }

    #[test]
    fn a_report_that_cannot_be_finished_leaves_what_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write_whole(&path, "old").unwrap();
        let broken = super::write_whole(&path, &|out| {
            out.write_all(b"half")?;
            Err(io::Error::other("broken"))
        });
        assert!(broken.is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
    }

    #[test]
    fn a_report_is_whole_or_what_it_was_before() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        write_whole(&path, "old").unwrap();
        write_whole(&path, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert!(write_whole(&folder.path().join("absent").join("report.json"), "new").is_err());
        assert!(write_whole(folder.path(), "new").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left behind");
    }

    #[cfg(unix)]
    #[test]
    fn a_report_can_be_read_by_whoever_can_read_a_new_file() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str| folder.path().join(name).metadata().unwrap().permissions().mode();
        std::fs::write(folder.path().join("new"), "").unwrap();
        write_whole(&folder.path().join("report"), "{}").unwrap();
        assert_eq!(mode("report"), mode("new"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        std::fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write_whole(&link, "new").unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new");
    }

    #[cfg(unix)]
    fn to(path: &Path) -> Report {
        Report { kind: Kind::Json, target: Target::File(path.to_owned()) }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_what_is_not_there_yet_stays_a_link() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let (link, second) = (folder.path().join("link"), folder.path().join("second"));
        symlink("second", &link).unwrap();
        symlink("sub/target", &second).unwrap();
        let reports = [to(&link)];
        assert!(prepare(&reports).is_err(), "the target's folder is not there");
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        assert!(prepare(&reports).is_ok());
        write_whole(&link, "new").unwrap();
        assert!(
            link.symlink_metadata().unwrap().is_symlink() && second.symlink_metadata().unwrap().is_symlink()
        );
        assert_eq!(std::fs::read_to_string(folder.path().join("sub/target")).unwrap(), "new");

        let circle = folder.path().join("circle");
        symlink("circle", &circle).unwrap();
        assert!(prepare(&[to(&circle)]).is_err());
    }
}
