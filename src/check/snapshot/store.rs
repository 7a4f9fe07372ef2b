//! The files: what was accepted of each case, in the form that `cargo insta review` works on. The one user of insta.
//!
//! insta reads and writes the form; comparing and placing the files is done here. Its assertion would panic where a
//! disk is full, write half a file where it is killed, and read the whole folder again for every case.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{diff, path};

/// What every snapshot of ours says in its head; no other file is ever touched.
const MARK: &str = "sharecheck run --exact ";

/// What is done with snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum SnapshotMode {
    /// Answers are compared; nothing is written.
    #[default]
    Check,
    /// Changed and missing ones are written beside as `.snap.new`, for `cargo insta review`.
    New,
    /// What was answered is accepted.
    Accept,
    /// Nothing.
    Off,
}

/// The accepted snapshots of one target.
#[derive(Clone, Debug)]
pub struct Snapshots {
    mode: SnapshotMode,
    folder: PathBuf,
    target: String,
}

/// What a snapshot tells its reviewer of the case.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The case id, without a profile.
    pub id: &'a str,
    /// The trial's name, by which the case runs alone.
    pub name: &'a str,
    /// What holds when the case passes.
    pub title: &'a str,
    /// The statements that it checks.
    pub statements: &'a [String],
}

/// What holding a text against its snapshot came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// It is as it was accepted.
    Same,
    /// Nothing was accepted yet.
    Missing,
    /// It was accepted now.
    Accepted,
    /// It differs from what was accepted.
    Changed {
        /// The snapshot.
        path: PathBuf,
        /// The first line that is gone.
        old: String,
        /// The first line that is new.
        new: String,
        /// The difference in lines that begin with ` `, `-` or `+`.
        diff: String,
    },
}

/// Why a snapshot was not compared or not written.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// A file or folder cannot be read.
    #[error("cannot read the snapshot `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file is there, and is no snapshot of ours.
    #[error("`{}` is no snapshot of sharecheck: {reason} (restore it, or remove it and accept anew)", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A file cannot be written or removed.
    #[error("cannot write the snapshot `{}`", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl Snapshots {
    /// Returns the snapshots of a target within a folder, unless they are off.
    #[must_use]
    pub fn new(mode: SnapshotMode, folder: &Path, target: &str) -> Option<Self> {
        (mode != SnapshotMode::Off).then(|| Self {
            mode,
            folder: folder.join(path::folder(target)),
            target: target.to_owned(),
        })
    }

    /// Holds the text of a case against its snapshot, and writes what the mode asks for.
    pub fn hold(&self, about: &About<'_>, text: &str) -> Result<Held, SnapshotError> {
        let stem = self.folder.join(path::file(about.id));
        let (accepted, pending) = (ending(&stem, ".snap"), ending(&stem, ".snap.new"));
        let old = read(&accepted)?;
        if old.as_deref() == Some(text.trim_end()) {
            if self.mode != SnapshotMode::Check {
                remove(&pending)?;
            }
            return Ok(Held::Same);
        }
        match self.mode {
            SnapshotMode::Accept => {
                self.write(&accepted, about, text)?;
                remove(&pending)?;
                return Ok(Held::Accepted);
            }
            SnapshotMode::New => self.write(&pending, about, text)?,
            SnapshotMode::Check | SnapshotMode::Off => {}
        }
        Ok(old.map_or(Held::Missing, |old| {
            let diff::Difference { old, new, lines } = diff::difference(&old, text);
            Held::Changed { path: accepted, old, new, diff: lines }
        }))
    }

    /// Writes a snapshot whole or not at all.
    fn write(&self, path: &Path, about: &About<'_>, text: &str) -> Result<(), SnapshotError> {
        let failed = |source| SnapshotError::Write { path: path.to_owned(), source };
        let part = ending(path, &format!(".{}.part", std::process::id()));
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let written = fs::write(&part, self.with_head(about, text)).and_then(|()| {
            // Read and saved once more by insta it is as `cargo insta review` leaves it.
            let other = |error: Box<dyn std::error::Error>| io::Error::other(error.to_string());
            insta::Snapshot::from_file(&part).map_err(other)?.save(&part).map_err(other)?;
            fs::rename(&part, path)
        });
        written.map_err(|source| {
            let _ = fs::remove_file(&part);
            failed(source)
        })
    }

    /// Returns the text of a file: its head, whose texts are quoted as JSON and so are YAML, and its contents.
    fn with_head(&self, about: &About<'_>, text: &str) -> String {
        let quoted = |text: String| serde_json::Value::from(text).to_string();
        let file = about.id.rsplit_once("::").map_or(about.id, |(file, _)| file).replace("::", "/");
        let source = quoted(format!("cases/{file}.yaml"));
        let cited =
            if about.statements.is_empty() { String::new() } else { format!(" ({})", about.statements.join(", ")) };
        let description = quoted(format!("{}{cited}, on {}", about.title, self.target));
        let expression = quoted(format!("{MARK}{}", about.name));
        format!(
            "---\nsource: {source}\ndescription: {description}\nexpression: {expression}\n---\n{}\n",
            text.trim_end()
        )
    }
}

/// Returns the contents of a snapshot; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<String>, SnapshotError> {
    let unreadable = |source| SnapshotError::Read { path: path.to_owned(), source };
    let wrong = |reason: String| SnapshotError::Form { path: path.to_owned(), reason };
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| wrong("it is no text".to_owned()))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    // insta would take a file without a head for one of an old form, and say so on stderr.
    if !text.starts_with("---\n") && !text.starts_with("---\r\n") {
        return Err(wrong("its first line is not `---`".to_owned()));
    }
    let snapshot = insta::Snapshot::from_file(path).map_err(|error| wrong(error.to_string()))?;
    if !snapshot.metadata().expression().is_some_and(|expression| expression.starts_with(MARK)) {
        return Err(wrong(format!("its head has no `expression: {MARK}…`")));
    }
    Ok(snapshot.contents().as_text().map(ToString::to_string))
}

/// Removes a file, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(SnapshotError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    const ABOUT: About<'_> = About {
        id: "v2::member-show::bad-id[word]",
        name: "glance::v2::member-show::bad-id[word]",
        title: "a \"quoted\": title",
        statements: &[],
    };

    fn hold(folder: &TempDir, mode: SnapshotMode, text: &str) -> Result<Held, SnapshotError> {
        Snapshots::new(mode, folder.path(), "lab").expect("is not off").hold(&ABOUT, text)
    }

    fn file(folder: &TempDir, ending: &str) -> PathBuf {
        folder.path().join(format!("lab/v2/member-show/bad-id[word].{ending}"))
    }

    #[test]
    fn what_is_accepted_is_the_same_the_next_time() {
        let folder = TempDir::new().unwrap();
        assert_eq!(hold(&folder, SnapshotMode::Check, "a\nb\n").unwrap(), Held::Missing);
        assert!(folder.path().read_dir().unwrap().next().is_none(), "check writes nothing");
        assert_eq!(hold(&folder, SnapshotMode::Accept, "a\n---\nb\n\n").unwrap(), Held::Accepted);
        assert_eq!(hold(&folder, SnapshotMode::Check, "a\n---\nb").unwrap(), Held::Same);
        let Held::Changed { old, new, path, .. } = hold(&folder, SnapshotMode::Check, "a\n---\nc").unwrap() else {
            panic!("it changed")
        };
        assert_eq!((old.as_str(), new.as_str(), path), ("b", "c", file(&folder, "snap")));
        assert!(Snapshots::new(SnapshotMode::Off, folder.path(), "lab").is_none());
    }

    #[test]
    fn a_new_one_stands_beside_until_it_is_no_longer_new() {
        let folder = TempDir::new().unwrap();
        assert_eq!(hold(&folder, SnapshotMode::New, "a").unwrap(), Held::Missing);
        assert!(file(&folder, "snap.new").exists() && !file(&folder, "snap").exists());
        // What `cargo insta accept` does.
        let pending = insta::Snapshot::from_file(&file(&folder, "snap.new")).unwrap();
        pending.save(&file(&folder, "snap")).unwrap();
        let reviewed = fs::read(file(&folder, "snap")).unwrap();
        assert_eq!(hold(&folder, SnapshotMode::New, "a").unwrap(), Held::Same);
        assert!(!file(&folder, "snap.new").exists());
        fs::remove_file(file(&folder, "snap")).unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        assert_eq!(fs::read(file(&folder, "snap")).unwrap(), reviewed, "both ways of accepting write the same");
    }

    #[test]
    fn the_head_tells_a_reviewer_of_the_case() {
        let folder = TempDir::new().unwrap();
        hold(&folder, SnapshotMode::Accept, "a").unwrap();
        let snapshot = insta::Snapshot::from_file(&file(&folder, "snap")).unwrap();
        let head = snapshot.metadata();
        assert_eq!(head.source(), Some("cases/v2/member-show.yaml"));
        assert_eq!(head.description(), Some("a \"quoted\": title, on lab"));
        assert_eq!(head.expression(), Some("sharecheck run --exact glance::v2::member-show::bad-id[word]"));
    }

    #[test]
    fn a_file_that_is_no_snapshot_is_never_replaced() {
        let folder = TempDir::new().unwrap();
        let path = file(&folder, "snap");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        for text in
            ["", "a", "---\nsource: x", "---\nexpression: mine\n---\na", "---\na: [\n---\na", "<<<<<<< HEAD\n---\n"]
        {
            fs::write(&path, text).unwrap();
            for mode in [SnapshotMode::Check, SnapshotMode::New, SnapshotMode::Accept] {
                let error = hold(&folder, mode, "a").expect_err("is refused").to_string();
                assert!(
                    error.contains("is no snapshot of sharecheck") && error.contains("bad-id[word].snap"),
                    "{error}"
                );
            }
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, b"---\n\xff").unwrap();
        assert!(hold(&folder, SnapshotMode::Check, "a").is_err());
    }

    #[test]
    fn what_cannot_be_read_or_written_is_an_error() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("lab"), "in the way").unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::Check, "a"), Err(SnapshotError::Read { .. })));
        fs::remove_file(folder.path().join("lab")).unwrap();
        fs::create_dir_all(file(&folder, "snap")).unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::Accept, "a"), Err(SnapshotError::Read { .. })));
        fs::remove_dir(file(&folder, "snap")).unwrap();
        fs::create_dir_all(file(&folder, "snap.new")).unwrap();
        assert!(matches!(hold(&folder, SnapshotMode::New, "a"), Err(SnapshotError::Write { .. })));
        let left: Vec<_> = file(&folder, "snap").parent().unwrap().read_dir().unwrap().collect();
        assert_eq!(left.len(), 1, "no part of a file is left: {left:?}");
    }
}
