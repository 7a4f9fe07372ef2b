//! Looks through a folder of snapshots for those whose case is gone.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::file::{Kept, SnapshotError, remove};
use super::path;

/// What a folder of snapshots holds that it should not.
#[derive(Debug, Default)]
pub struct Survey {
    /// Snapshots of ours, accepted or pending, whose case, row or file of cases is gone.
    pub stale: Vec<PathBuf>,
    /// Files that stand where a snapshot belongs and cannot be read as one.
    pub broken: Vec<SnapshotError>,
}

/// Looks through a folder of snapshots, in every target's folder; `case_ids` are the cases that have one.
///
/// A folder that does not exist holds nothing. Files that are no snapshots of ours are passed over, unless one stands
/// in the place of a snapshot. Links to folders are not followed.
pub fn survey<'a>(folder: &Path, case_ids: impl Iterator<Item = &'a str>) -> Result<Survey, SnapshotError> {
    let wanted: HashSet<PathBuf> = case_ids.map(path::file).collect();
    let mut found = Survey::default();
    for target in entries(folder)?.into_iter().filter(|path| is_folder(path)) {
        look(&target, &target, &wanted, &mut found)?;
    }
    Ok(found)
}

impl Survey {
    /// Removes what is stale, and the folders below `folder` that are empty then.
    pub fn prune(&self, folder: &Path) -> Result<(), SnapshotError> {
        for path in &self.stale {
            remove(path)?;
            // A folder that is not empty stays, and so does what is above it.
            let within = path.ancestors().skip(1).take_while(|above| *above != folder);
            let _ = within.map(fs::remove_dir).take_while(Result::is_ok).count();
        }
        Ok(())
    }
}

fn look(folder: &Path, target: &Path, wanted: &HashSet<PathBuf>, found: &mut Survey) -> Result<(), SnapshotError> {
    for path in entries(folder)? {
        if is_folder(&path) {
            look(&path, target, wanted, found)?;
            continue;
        }
        let within = path.strip_prefix(target).ok().and_then(Path::to_str);
        let Some(stem) = within.and_then(|name| name.strip_suffix(".snap").or_else(|| name.strip_suffix(".snap.new")))
        else {
            continue;
        };
        match Kept::read(&path) {
            Ok(_) if !wanted.contains(Path::new(stem)) => found.stale.push(path),
            Err(error) if wanted.contains(Path::new(stem)) => found.broken.push(error),
            _ => {}
        }
    }
    Ok(())
}

/// Returns what is in a folder, sorted; nothing if there is none.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, SnapshotError> {
    let unreadable = |source| SnapshotError::Read { path: folder.to_owned(), source };
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.map_err(unreadable)?,
    };
    let mut paths =
        listed.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::store::{About, SnapshotMode, Snapshots};
    use super::*;

    fn accept(folder: &Path, target: &str, id: &str) {
        let snapshots = Snapshots::new(SnapshotMode::Accept, folder, target).expect("is not off");
        snapshots.hold(&About { id, name: id, title: "", statements: &[] }, "text").unwrap();
    }

    fn within(folder: &TempDir, paths: &[PathBuf]) -> Vec<String> {
        paths.iter().map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string()).collect()
    }

    #[test]
    fn only_snapshots_of_ours_without_a_case_are_stale() {
        let folder = TempDir::new().unwrap();
        for target in ["lab", "../mock"] {
            accept(folder.path(), target, "v2::kept::one[row]");
            accept(folder.path(), target, "v2::kept::one[gone]");
            accept(folder.path(), target, "v2::gone::one");
        }
        let foreign = folder.path().join("lab/v2/kept/foreign.snap");
        fs::write(&foreign, "---\nexpression: mine\n---\n").unwrap();
        fs::write(folder.path().join("lab/notes.txt"), "").unwrap();
        let pending = folder.path().join("lab/v2/kept/one[gone].snap");
        fs::copy(&pending, pending.with_extension("snap.new")).unwrap();
        let found = survey(folder.path(), ["v2::kept::one[row]"].into_iter()).unwrap();
        assert_eq!(
            within(&folder, &found.stale),
            [
                "%2E.%2Fmock/v2/gone/one.snap",
                "%2E.%2Fmock/v2/kept/one[gone].snap",
                "lab/v2/gone/one.snap",
                "lab/v2/kept/one[gone].snap",
                "lab/v2/kept/one[gone].snap.new"
            ]
        );
        assert!(found.broken.is_empty());
        found.prune(folder.path()).unwrap();
        assert!(foreign.exists() && !folder.path().join("lab/v2/gone").exists());
        assert!(folder.path().join("lab/v2/kept/one[row].snap").exists());
        assert!(survey(folder.path(), ["v2::kept::one[row]"].into_iter()).unwrap().stale.is_empty());
    }

    #[test]
    fn a_file_in_the_place_of_a_snapshot_must_be_one() {
        let folder = TempDir::new().unwrap();
        accept(folder.path(), "lab", "v2::kept::one");
        fs::write(folder.path().join("lab/v2/kept/one.snap"), "<<<<<<< ours").unwrap();
        let found = survey(folder.path(), ["v2::kept::one"].into_iter()).unwrap();
        assert_eq!(found.broken.len(), 1);
        assert!(survey(&folder.path().join("absent"), [].into_iter()).unwrap().stale.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        accept(other.path(), "lab", "v2::gone::one");
        std::os::unix::fs::symlink(other.path().join("lab"), folder.path().join("lab")).unwrap();
        assert!(survey(folder.path(), [].into_iter()).unwrap().stale.is_empty());
    }
}
