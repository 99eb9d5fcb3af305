//! A temporary folder that nobody else may look into, and that is gone when the gate ends, however it
//! ends.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

/// The folders of this process that are not removed yet. A process that a signal ends drops nothing.
static LEFT: Mutex<Left> = Mutex::new(Left { folders: Vec::new(), is_over: false });

struct Left {
    folders: Vec<PathBuf>,
    /// Whether the process is about to end, so that nobody would remove another one.
    is_over: bool,
}

/// A temporary folder: on Unix with mode 0700, its files with mode 0600. Dropped it is removed.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: TempDir,
}

impl PrivateFolder {
    /// A new folder in the system's folder for temporary files.
    ///
    /// # Errors
    /// The system's.
    pub fn new() -> io::Result<PrivateFolder> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("tls-readiness-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        // Held while the folder is made: one that exists is in the list.
        let mut left = left();
        if left.is_over {
            return Err(io::Error::other("the run was stopped"));
        }
        // A folder for temporary files can be named relatively, but the program may run elsewhere.
        let place = std::path::absolute(std::env::temp_dir())?;
        // Asked first, because a library puts its own words in place of the system's.
        let made = fs::metadata(&place).and_then(|_| builder.tempdir_in(&place));
        let folder = made.map_err(|error| told(&error, "made", &place))?;
        left.folders.push(folder.path().to_owned());
        Ok(PrivateFolder { folder })
    }

    /// Where it is: an absolute path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a new file, and the folder it is in. `name` is relative to this folder.
    ///
    /// # Errors
    /// The system's; a file of this name that exists is one.
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<PathBuf> {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            create_folders(parent)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let written = options.open(&path).and_then(|mut file| file.write_all(content));
        written.map_err(|error| told(&error, "filled", self.path()))?;
        Ok(path)
    }
}

/// What the system said of what programs are to find in a temporary folder.
fn told(error: &io::Error, done: &str, folder: &Path) -> io::Error {
    // A library puts the path behind them.
    let words = match error.raw_os_error() {
        Some(_) => error.to_string(),
        None => error.kind().to_string(),
    };
    let folder = folder.display();
    io::Error::new(
        error.kind(),
        format!("programs need a temporary folder, which cannot be {done} in {folder} (TMPDIR): {words}"),
    )
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        // Removed before it is forgotten: a signal in between would leave it behind.
        let mut left = left();
        let _ = fs::remove_dir_all(self.folder.path());
        left.folders.retain(|path| path != self.folder.path());
    }
}

/// Removes every [`PrivateFolder`] of this process, and lets nobody make another one. For the handler of
/// a signal that is about to end it: the programs that still run lose their files.
pub fn remove_all() {
    let mut left = left();
    left.is_over = true;
    for path in left.folders.drain(..) {
        // Nobody is left to be told.
        let _ = fs::remove_dir_all(path);
    }
}

fn create_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_private_and_gone_when_dropped() {
        let folder = PrivateFolder::new().unwrap();
        let path = folder.path().to_owned();
        let file = folder.write("below/file", b"text").unwrap();
        assert!(path.is_absolute());
        assert_eq!(fs::read(&file).unwrap(), b"text");
        assert!(folder.write("below/file", b"other").is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&path), 0o700);
            assert_eq!(mode(&path.join("below")), 0o700);
            assert_eq!(mode(&file), 0o600);
        }
        assert!(left().folders.contains(&path));
        drop(folder);
        assert!(!path.exists());
        assert!(!left().folders.contains(&path));
    }
}
