//! The files that a mock writes: readable by their owner only, all of them or none, and never over somebody's own.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::mock::CLOUDS_MARK;

/// The name that clients of `OpenStack` look for.
const CLOUDS: &str = "clouds.yaml";

/// Why a mock's files are not written.
#[derive(Debug, Error)]
pub(super) enum PlaceError {
    /// The target file would be its own `clouds.yaml`.
    #[error("the target file cannot be called `{CLOUDS}`: the file of that name is written beside it")]
    Name,
    /// The target file would take the place of a folder.
    #[error("`{path}` is a folder: name a file in it")]
    Folder {
        /// Where it is.
        path: PathBuf,
    },
    /// There is a `clouds.yaml` that no mock wrote.
    #[error("`{path}` was not written by a mock and is not replaced: name another folder with --write-target")]
    Alien {
        /// Where it is.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("cannot write `{path}`")]
    Write {
        /// Where to.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Returns where the `clouds.yaml` of a target file goes.
pub(super) fn clouds_beside(target: &Path) -> PathBuf {
    target.with_file_name(CLOUDS)
}

/// Says what stands in the way of writing a target file with its `clouds.yaml`.
pub(super) fn check(target: &Path) -> Result<(), PlaceError> {
    let clouds = clouds_beside(target);
    if clouds == *target {
        return Err(PlaceError::Name);
    }
    if target.is_dir() {
        return Err(PlaceError::Folder { path: target.to_owned() });
    }
    let ours = fs::symlink_metadata(&clouds).is_err() || begins_with_mark(&clouds).unwrap_or(false);
    if ours { Ok(()) } else { Err(PlaceError::Alien { path: clouds }) }
}

fn begins_with_mark(path: &Path) -> io::Result<bool> {
    let mut head = Vec::new();
    fs::File::open(path)?.take(CLOUDS_MARK.len() as u64).read_to_end(&mut head)?;
    Ok(head == CLOUDS_MARK.as_bytes())
}

/// Writes every file aside, and moves them to their places only then.
pub(super) fn place(files: &[(&Path, &str)]) -> Result<(), PlaceError> {
    let placed = files
        .iter()
        .try_for_each(|(path, text)| failed(path, write_private(&aside(path), text)))
        .and_then(|()| files.iter().try_for_each(|(path, _)| failed(path, fs::rename(aside(path), path))));
    if placed.is_err() {
        for (path, _) in files {
            // What is not there needs no removal.
            let _ = fs::remove_file(aside(path));
        }
    }
    placed
}

fn failed(path: &Path, result: io::Result<()>) -> Result<(), PlaceError> {
    result.map_err(|source| PlaceError::Write { path: path.to_owned(), source })
}

/// Returns a path in the same folder that nobody else writes to.
fn aside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}", std::process::id()));
    path.with_file_name(name)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
