//! The file of a snapshot, in the form that `cargo insta review` works on: the one user of insta.
//!
//! insta reads and writes the form. Its assertion is not used: it panics where a disk is full, writes half a file where
//! it is killed, listens to the environment, and reads the whole folder again for every case.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

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

/// What a snapshot tells its reviewer, before its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The file of cases.
    pub(super) source: String,
    /// The case in a sentence.
    pub(super) description: String,
    /// The command that runs the case alone; it starts with [`Head::MARK`].
    pub(super) expression: String,
}

impl Head {
    /// What every snapshot of ours says in its head; no other file is ever touched.
    pub(super) const MARK: &str = "sharecheck run --exact ";

    /// Writes a snapshot whole or not at all.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), SnapshotError> {
        let failed = |source| SnapshotError::Write { path: path.to_owned(), source };
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}.part", std::process::id()));
        let part = PathBuf::from(part);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let written = fs::write(&part, self.file(text)).and_then(|()| {
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

    /// Returns a whole file; texts that are quoted as JSON are YAML, too.
    fn file(&self, text: &str) -> String {
        let [source, description, expression] =
            [&self.source, &self.description, &self.expression].map(|text| serde_json::Value::from(text.as_str()));
        let text = text.trim_end();
        format!("---\nsource: {source}\ndescription: {description}\nexpression: {expression}\n---\n{text}\n")
    }
}

/// A snapshot as it stands in its file.
pub(super) struct Kept {
    /// Its head.
    pub(super) head: Head,
    /// Its contents, without an empty line at the end.
    pub(super) text: String,
}

impl Kept {
    /// Reads a snapshot of ours; none where there is no file.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, SnapshotError> {
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
        let field = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let head = snapshot.metadata();
        let head = Head {
            source: field(head.source()),
            description: field(head.description()),
            expression: field(head.expression()),
        };
        if !head.expression.starts_with(Head::MARK) {
            return Err(wrong(format!("its head has no `expression: {}…`", Head::MARK)));
        }
        let text = snapshot.contents().as_text().map(ToString::to_string);
        Ok(Some(Self { head, text: text.ok_or_else(|| wrong("it holds no text".to_owned()))? }))
    }
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
