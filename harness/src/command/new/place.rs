//! Where a new file lies, and by which command it is checked there.

use std::path::{Component, Path, PathBuf, absolute};
use std::process::ExitCode;
use std::{fs, io};

use tls_readiness::corpus;
use tls_readiness::escape::printable_up_to;
use tls_readiness::report::shell_word;

use super::super::{invocation, shown, usage, words_of};
use super::Options;

/// The file; `None` for standard output. One that no check would read is wrong usage.
pub(super) fn target(options: &Options) -> Result<Option<PathBuf>, ExitCode> {
    let file = match &options.output {
        Some(file) if file.as_os_str() == "-" => return Ok(None),
        Some(file) => file.clone(),
        None => options.scenarios.join(format!("{}.yaml", stem_of_host(options))),
    };
    // A folder `policies` is one wherever it is counted from.
    let name = below(&file, &options.scenarios).unwrap_or_else(|| {
        let whole = absolute(&file).unwrap_or_else(|_| file.clone());
        let folder = whole.parent().and_then(Path::file_name).unwrap_or_default();
        Path::new(folder).join(file.file_name().unwrap_or_default())
    });
    if let Some((found, write)) = corpus::unfit(&name) {
        return Err(usage(&format!("{} would not be checked: {found}; {write}", shown(&file))));
    }
    if file.exists() {
        return Err(usage(&format!("{} is there already; name another file with --output", shown(&file))));
    }
    Ok(Some(file))
}

/// The host as the name of a file.
fn stem_of_host(options: &Options) -> String {
    let plain = |it: char| if it.is_ascii_alphanumeric() || "._-".contains(it) { it } else { '-' };
    let name: String = options.host.short().chars().map(plain).collect();
    match name.trim_matches('-') {
        "" => "host".to_owned(),
        name => name.to_owned(),
    }
}

/// The way from a folder to a file that lies below it, by their names alone: neither needs to be there.
fn below(file: &Path, folder: &Path) -> Option<PathBuf> {
    let (file, folder) = (absolute(file).ok()?, absolute(folder).ok()?);
    let way = file.strip_prefix(folder).ok()?;
    way.components().all(|part| matches!(part, Component::Normal(_))).then(|| way.to_owned())
}

/// The name of the tests of a file that is read by itself: its stem.
pub(super) fn name_of(file: &Path) -> String {
    file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Where the file will lie; what is printed goes into the folder of the scenarios later.
pub(super) fn folder_of(options: &Options, target: Option<&Path>) -> PathBuf {
    let folder = match target {
        Some(file) => file.parent().map(Path::to_owned).unwrap_or_default(),
        None if options.scenarios.is_dir() => options.scenarios.clone(),
        None => PathBuf::new(),
    };
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
}

/// The folder whose scenarios are checked with the file, and which has its policies.
pub(super) fn home(options: &Options, target: Option<&Path>) -> PathBuf {
    match target {
        Some(file) if below(file, &options.scenarios).is_none() => folder_of(options, target),
        _ => options.scenarios.clone(),
    }
}

/// The command that checks the file.
pub(super) fn check(options: &Options, file: &Path) -> String {
    let mut command = format!("{} check", invocation());
    let home = home(options, Some(file));
    if home != Path::new("scenarios") {
        add(&mut command, "--scenarios", &home.to_string_lossy());
    }
    options.values.settings.iter().for_each(|setting| add(&mut command, "--set", setting));
    options.limits.add_to(&mut command);
    let name = match below(file, &options.scenarios) {
        Some(way) => way.with_extension("").to_string_lossy().replace('\\', "/"),
        None => name_of(file),
    };
    // What begins as an option does would be read as one.
    let name = if name.starts_with('-') { format!("-- {}", word(&name)) } else { word(&name) };
    format!("{command} {name}")
}

/// Adds an option with its value to a command.
pub(super) fn add(command: &mut String, option: &str, value: &str) {
    command.push_str(&format!(" {option} {}", word(value)));
}

/// A word of a command, in one line.
pub(super) fn word(text: &str) -> String {
    shell_word(&printable_up_to(text, usize::MAX))
}

/// The way from a folder to a file that the command line names, as scenario files have it.
pub(super) fn relative(file: &Path, folder: &Path) -> Result<String, ExitCode> {
    way(file, folder).map_err(|error| usage(&format!("{} cannot be read: {}", shown(file), words_of(&error))))
}

fn way(file: &Path, folder: &Path) -> io::Result<String> {
    let (file, folder) = (fs::canonicalize(file)?, fs::canonicalize(folder)?);
    let common = file.components().zip(folder.components()).take_while(|(one, other)| one == other).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(file.components().skip(common)).collect();
    Ok(path.to_string_lossy().replace('\\', "/"))
}
