//! Artifacts, in a folder: what jobs of a run hand to one another.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::Texts;

/// The artifacts of a run.
pub(super) struct Artifacts {
    folder: PathBuf,
}

impl Artifacts {
    /// Of a new run: none.
    pub(super) fn new(folder: PathBuf) -> io::Result<Artifacts> {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Artifacts { folder })
    }

    /// Does what an action of artifacts is asked for; `false` where it is another action.
    pub(super) fn act(&self, uses: &str, with: &Texts, workspace: &Path) -> Result<bool, String> {
        let asked = |name: &str| with.get(name).map(String::as_str).unwrap_or_default();
        let path = workspace.join(asked("path"));
        let done = if uses.starts_with("actions/upload-artifact@") {
            self.keep(asked("name"), &path)
        } else if uses.starts_with("actions/download-artifact@") {
            self.fetch(asked("pattern"), &path)
        } else {
            return Ok(false);
        };
        done.map(|()| true).map_err(|error| format!("{uses}: {error}"))
    }

    /// Keeps a file or the files of a folder; one that is not there is passed over.
    fn keep(&self, name: &str, path: &Path) -> io::Result<()> {
        let to = self.folder.join(name);
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        if path.is_dir() {
            copy_files(path, &to)
        } else if let (true, Some(file)) = (path.is_file(), path.file_name()) {
            fs::create_dir_all(&to)?;
            fs::copy(path, to.join(file)).map(|_| ())
        } else {
            Ok(())
        }
    }

    /// Fetches each artifact whose name begins as the pattern does into a folder of its own.
    fn fetch(&self, pattern: &str, into: &Path) -> io::Result<()> {
        let begins = pattern.strip_suffix('*').ok_or_else(|| io::Error::other("a pattern ends with *"))?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(begins) {
                copy_files(&entry.path(), &into.join(entry.file_name()))?;
            }
        }
        Ok(())
    }

    /// Loses an artifact, as an upload that failed would.
    pub(super) fn lose(&self, name: &str) -> io::Result<()> {
        fs::remove_dir_all(self.folder.join(name))
    }

    /// The names of the files of an artifact.
    pub(super) fn files(&self, name: &str) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(self.folder.join(name))?;
        let mut names = entries
            .map(|entry| entry.map(|it| it.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
