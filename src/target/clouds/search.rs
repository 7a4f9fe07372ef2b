//! Where `clouds.yaml` and `secure.yaml` may be.

use std::path::{Path, PathBuf};

use super::TargetError;

/// The endings of the files, in the order in which they are looked for.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// What leads to the files: the target file's word, or the environment and the usual folders.
pub(in crate::target) struct Search<'a> {
    /// The file that the target file names, below its own folder.
    pub(in crate::target) named: Option<PathBuf>,
    /// Looks up an environment variable.
    pub(in crate::target) env: &'a dyn Fn(&str) -> Option<String>,
}

impl Search<'_> {
    /// Returns the file of clouds.
    pub(super) fn clouds(&self) -> Result<PathBuf, TargetError> {
        if let Some(path) = self.named.clone().or_else(|| self.variable("OS_CLIENT_CONFIG_FILE")) {
            return Ok(path);
        }
        let folders = self.folders();
        first(&folders, "clouds").ok_or_else(|| {
            let looked: Vec<_> =
                folders.iter().map(|folder| folder.join("clouds.yaml").display().to_string()).collect();
            TargetError::NoClouds(format!(
                "there is no clouds.yaml: looked for {} (also .yml and .json); name it by `clouds-file:` in the target \
                 file or by OS_CLIENT_CONFIG_FILE",
                looked.join(", ")
            ))
        })
    }

    /// Returns the file of secrets that belongs to a file of clouds, if there is one.
    pub(super) fn secure(&self, clouds: &Path) -> Option<PathBuf> {
        self.variable("OS_CLIENT_SECURE_FILE").or_else(|| {
            let beside = clouds.parent().map(Path::to_owned);
            first(&beside.into_iter().chain(self.folders()).collect::<Vec<_>>(), "secure")
        })
    }

    /// Returns a path as the user means it, with `~` for the home folder.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        match (text.strip_prefix("~/"), self.variable("HOME")) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        }
    }

    fn variable(&self, name: &str) -> Option<PathBuf> {
        (self.env)(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// Returns the usual folders: here, the user's, the machine's.
    fn folders(&self) -> Vec<PathBuf> {
        let own =
            self.variable("XDG_CONFIG_HOME").into_iter().chain(self.variable("HOME").map(|home| home.join(".config")));
        let mut folders = vec![PathBuf::new()];
        folders.extend(own.map(|config| config.join("openstack")));
        folders.push(PathBuf::from("/etc/openstack"));
        folders.dedup();
        folders
    }
}

fn first(folders: &[PathBuf], name: &str) -> Option<PathBuf> {
    let files = folders.iter().flat_map(|folder| ENDINGS.map(|ending| folder.join(name).with_extension(ending)));
    files.into_iter().find(|path| path.is_file())
}
