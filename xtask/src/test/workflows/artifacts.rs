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
        let artifacts = Artifacts { folder };
        artifacts.forget()?;
        Ok(artifacts)
    }

    /// Begins a new run.
    pub(super) fn forget(&self) -> io::Result<()> {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder)?;
        }
        fs::create_dir_all(&self.folder)
    }

    /// Does what an action of artifacts is asked for. Whether GitHub would; an error is not GitHub's.
    pub(super) fn act(&self, uses: &str, with: &Texts, workspace: &Path) -> Result<bool, String> {
        let asked = |name: &str| with.get(name).map(String::as_str).unwrap_or_default();
        let path = workspace.join(asked("path"));
        let done = if uses.starts_with("actions/upload-artifact@") {
            let may_replace = match asked("overwrite") {
                "true" => true,
                "false" | "" => false,
                other => return Err(format!("`overwrite` is true or false, not `{other}`")),
            };
            self.keep(asked("name"), &path, may_replace)
        } else if uses.starts_with("actions/download-artifact@") {
            self.fetch(asked("pattern"), &path).map(|()| true)
        } else {
            return Err(format!("the rehearsal has no action `{uses}`"));
        };
        done.map_err(|error| format!("{uses}: {error}"))
    }

    /// Keeps a file or the files of a folder; one that is not there is passed over. `false` where the run has an
    /// artifact of that name already, which may not be replaced.
    fn keep(&self, name: &str, path: &Path, may_replace: bool) -> io::Result<bool> {
        let to = self.folder.join(name);
        if to.exists() {
            if !may_replace {
                return Ok(false);
            }
            fs::remove_dir_all(&to)?;
        }
        if path.is_dir() {
            copy_files(path, &to)?;
        } else if let (true, Some(file)) = (path.is_file(), path.file_name()) {
            fs::create_dir_all(&to)?;
            fs::copy(path, to.join(file))?;
        }
        Ok(true)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once_in_a_run() {
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        let artifacts = Artifacts::new(folder.path().join("artifacts")).unwrap();
        shell.write_file(folder.path().join("report.json"), "{}").unwrap();
        let upload = |overwrite: &str| {
            let with = [("name", "a"), ("path", "report.json"), ("overwrite", overwrite)];
            let with = with.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            artifacts.act("actions/upload-artifact@1", &with, folder.path())
        };
        assert_eq!(upload("false"), Ok(true));
        assert_eq!(upload("false"), Ok(false));
        assert_eq!(upload(""), Ok(false));
        assert_eq!(upload("true"), Ok(true));
        assert!(upload("yes").unwrap_err().contains("`overwrite`"));
        assert_eq!(artifacts.files("a").unwrap(), ["report.json"]);
        artifacts.forget().unwrap();
        assert_eq!(upload("false"), Ok(true));
        assert!(artifacts.act("a/b-artifact@1", &Texts::new(), folder.path()).is_err());
    }
}
