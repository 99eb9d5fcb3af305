//! The repository that the caller's folder is in: GitHub and code scanning know files by its root.

use std::path::{Component, Path, PathBuf};

/// The repository, where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    /// Its root.
    root: Option<PathBuf>,
    /// The caller's folder.
    folder: PathBuf,
}

impl Repository {
    /// The one of a step of GitHub Actions, or the one that git knows.
    pub(crate) fn here() -> Repository {
        let folder = std::env::current_dir().unwrap_or_default();
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let of_step = variable("GITHUB_ACTIONS")
            .filter(|value| value == "true")
            .and_then(|_| variable("GITHUB_WORKSPACE"))
            .map(PathBuf::from);
        let of_git = || folder.ancestors().find(|it| it.join(".git").exists()).map(Path::to_owned);
        Repository { root: of_step.or_else(of_git), folder }
    }

    /// The path of a file from the root, of its path from the caller's folder; that path itself where the file
    /// is elsewhere.
    pub(crate) fn path_of(&self, file: &str) -> String {
        let path = normal(&self.folder.join(file));
        let inside = self.root.as_ref().and_then(|root| path.strip_prefix(normal(root)).ok());
        match inside.and_then(Path::to_str) {
            Some(inside) => inside.replace(std::path::MAIN_SEPARATOR, "/"),
            None => file.to_owned(),
        }
    }
}

/// A path without `.` and `..`, as far as can be told without the file system.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_is_named_from_the_root_of_the_repository() {
        for (workspace, folder, file, shown) in [
            (Some("/r/repo"), "/r/repo", "scenarios/api.yaml", "scenarios/api.yaml"),
            (Some("/r/repo"), "/r/repo/sub", "scenarios/api.yaml", "sub/scenarios/api.yaml"),
            (Some("/r/repo/"), "/r/repo/sub", "./../scenarios/api.yaml", "scenarios/api.yaml"),
            (Some("/r/repo"), "/r/repo", "/r/repo/s/api.yaml", "s/api.yaml"),
            (Some("/r/repo"), "/r/other", "../elsewhere/api.yaml", "../elsewhere/api.yaml"),
            (Some("/r/repo"), "/r/repository", "api.yaml", "api.yaml"),
            (None, "/r/repo", "scenarios/api.yaml", "scenarios/api.yaml"),
        ] {
            let repository = Repository { root: workspace.map(PathBuf::from), folder: folder.into() };
            assert_eq!(repository.path_of(file), shown, "{workspace:?} {folder} {file}");
        }
    }
}
