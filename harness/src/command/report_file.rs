//! Where reports are written to: `--report KIND=FILE`.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tls_readiness::escape::printable;

use super::{fault, shown, usage, words_of};

/// A report to write. JSON is the only kind so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Report {
    /// To standard output.
    Standard,
    /// To this file.
    File(PathBuf),
}

/// Names of standard output, where a file is asked for.
const STANDARD: [&str; 4] = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

pub(super) fn parse(text: &str) -> Result<Report, String> {
    let (kind, file) = text.split_once('=').ok_or("write KIND=FILE, json=report.json say")?;
    match (kind, file) {
        (_, "") => Err("the file's name is missing; - is standard output".to_owned()),
        ("json", file) if STANDARD.contains(&file) => Ok(Report::Standard),
        ("json", file) => Ok(Report::File(PathBuf::from(file))),
        ("junit" | "sarif" | "markdown" | "html", _) => {
            Err(format!("the kind {kind} is not supported yet; json is"))
        }
        _ => Err(format!("unknown kind `{}`; json is known", printable(kind))),
    }
}

/// Whether the files can be written, asked before a run: nobody wants to learn it after one.
pub(super) fn prepare(reports: &[Report]) -> Result<(), ExitCode> {
    for path in files(reports).filter(|path| !is_written_through(path)) {
        let ready = target(path).and_then(|target| {
            if target.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { replacement(&target) }
        });
        ready.map_err(|error| usage(&format!("{}; nothing was run", not_written(path, &error))))?;
    }
    Ok(())
}

/// Writes the files; what goes to standard output is the caller's business.
pub(super) fn write(reports: &[Report], text: &str) -> Result<(), ExitCode> {
    for path in files(reports) {
        write_whole(path, text).map_err(|error| fault(&not_written(path, &error)))?;
    }
    Ok(())
}

fn files(reports: &[Report]) -> impl Iterator<Item = &Path> {
    reports.iter().filter_map(|report| match report {
        Report::Standard => None,
        Report::File(path) => Some(path.as_path()),
    })
}

fn not_written(path: &Path, error: &io::Error) -> String {
    format!("the report {} cannot be written: {}", shown(path), words_of(error))
}

/// Writes a file so that it is either the whole text or what it was before.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    if is_written_through(path) {
        return File::options().append(true).open(path)?.write_all(text.as_bytes());
    }
    let target = target(path)?;
    let mut file = replacement(&target)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&target).map(drop).map_err(|error| error.error)
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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".report-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_a_kind_and_a_file() {
        let file = |name: &str| Ok(Report::File(name.into()));
        for (text, parsed) in [
            ("json=report.json", file("report.json")),
            ("json=a=b", file("a=b")),
            ("json=-", Ok(Report::Standard)),
            ("json=/dev/stdout", Ok(Report::Standard)),
            ("json", Err("write KIND=FILE, json=report.json say")),
            ("json=", Err("the file's name is missing; - is standard output")),
            ("junit=x", Err("the kind junit is not supported yet; json is")),
            ("js\u{1b}on=x", Err("unknown kind `js\\u{1b}on`; json is known")),
        ] {
            assert_eq!(parse(text), parsed.map_err(str::to_owned));
        }
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
    #[test]
    fn a_link_to_what_is_not_there_yet_stays_a_link() {
        use std::os::unix::fs::symlink;

        let folder = tempfile::tempdir().unwrap();
        let (link, second) = (folder.path().join("link"), folder.path().join("second"));
        symlink("second", &link).unwrap();
        symlink("sub/target", &second).unwrap();
        let reports = [Report::File(link.clone())];
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
        assert!(prepare(&[Report::File(circle)]).is_err());
    }
}
