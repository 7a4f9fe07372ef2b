//! The journal of a run: on disk before anything is made, so that a killed run can be finished by another.
//!
//! One file for each run and target, a line of JSON for each thing that is made, added or gone. The run holds
//! a lock on it as long as it lives; no credential is ever written.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ledger::Entry;

/// The version of the journal's format.
const FORMAT: u32 = 1;
/// How the name of a journal ends.
const ENDING: &str = "jsonl";
/// How it ends until it is locked and has its first line.
const PART: &str = "part";
/// How long that takes at most.
const STILLBORN: Duration = Duration::from_mins(1);

/// What a journal says of its run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the format.
    format: u32,
    /// The run: eight hexadecimal digits that the names of its images hold.
    pub run: String,
    /// The target's name.
    pub target: String,
    /// The root of its API.
    pub endpoint: String,
    /// The id of the owner's project.
    pub owner: String,
    /// The target file, absolute, where there was one.
    pub target_file: Option<PathBuf>,
    /// When the run started, in UTC.
    pub started: String,
}

/// A line of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub(super) enum Line {
    /// The first line.
    Started(Header),
    /// An image of that name is about to be made.
    Making { name: String },
    /// It was made, and has this id.
    Made { name: String, id: String },
    /// It is gone, or was not made after all.
    Gone { name: String },
    /// A member row is about to be added to a borrowed image.
    Adding { image: String, project: String },
    /// It is gone, or was not added after all.
    Removed { image: String, project: String },
}

/// The journal of a run that is locked by this process.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

/// The journal of a run that has ended, as this process found it; nobody else finishes the run meanwhile.
#[derive(Debug)]
pub struct Dead {
    /// The journal.
    pub(super) journal: Journal,
    /// What it says of its run.
    pub header: Header,
    /// What was made or added, and is not known to be gone.
    pub(super) entries: Vec<Entry>,
    /// What could not be read, line by line.
    pub unreadable: Vec<String>,
}

/// What a file in the folder of journals is.
#[derive(Debug)]
pub enum Found {
    /// The journal of a run that is still going on: only its lock can be seen.
    Live {
        /// The run.
        run: String,
    },
    /// The journal of a run that has ended.
    Dead(Box<Dead>),
    /// A journal that cannot be used, and why.
    Unusable(JournalError),
}

/// Why there is no journal to write or read.
#[derive(Debug, Error)]
pub enum JournalError {
    /// No variable of the environment says where journals are kept.
    #[error("nobody knows where to keep the journal of this run: set SHARECHECK_STATE_DIR, XDG_STATE_HOME or HOME")]
    NoFolder,
    /// The disk refuses.
    #[error("the journal `{path}` cannot be used")]
    Io {
        /// The file or folder.
        path: String,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The first line is not one of ours.
    #[error("the journal `{path}` does not start as one: look what it holds, then remove it")]
    Header {
        /// The file.
        path: String,
    },
}

impl Header {
    /// Returns what the journal of a run says of it.
    #[must_use]
    pub fn new(run: &str, target: &crate::target::Target, target_file: Option<&Path>, started: String) -> Self {
        Self {
            format: FORMAT,
            run: run.to_owned(),
            target: target.name.clone(),
            endpoint: target.endpoint.to_string(),
            owner: target.project_id(crate::case::Actor::Owner).unwrap_or_default().to_owned(),
            target_file: target_file.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
            started,
        }
    }
}

impl Journal {
    /// Starts the journal of a run. It appears under its name only once it is locked and has its first line.
    pub fn create(folder: &Path, header: Header) -> Result<Self, JournalError> {
        let path = folder.join(format!("{}.{ENDING}", header.run));
        let part = path.with_extension(PART);
        let start = || {
            folder_of_ours(folder)?;
            let mut options = OpenOptions::new();
            options.append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&part)?;
            file.try_lock()?;
            let mut journal = Self { path: path.clone(), file };
            journal.write(&Line::Started(header))?;
            journal.file.sync_all()?;
            fs::rename(&part, &path)?;
            #[cfg(unix)]
            File::open(folder)?.sync_all()?;
            Ok(journal)
        };
        start().map_err(|source| {
            let _ = fs::remove_file(&part);
            JournalError::Io { path: path.display().to_string(), source }
        })
    }

    /// Returns every journal of a folder, by name; none where there is no folder.
    pub fn all(folder: &Path) -> Result<Vec<Found>, JournalError> {
        let trouble = |source| JournalError::Io { path: folder.display().to_string(), source };
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(trouble)?,
        };
        let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        if let Ok(paths) = &mut paths {
            paths.iter().filter(|path| is_stillborn(path)).for_each(|path| drop(fs::remove_file(path)));
            paths.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
            paths.sort();
        }
        Ok(paths.map_err(trouble)?.iter().map(|path| find(path)).collect())
    }

    /// Appends a line. It is in the file when this returns, though perhaps not yet on the disk.
    pub(super) fn write(&mut self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_string(line)?;
        text.push('\n');
        self.file.write_all(text.as_bytes())
    }

    /// Appends a line that is on the disk when this returns.
    pub(super) fn write_through(&mut self, line: &Line) -> io::Result<()> {
        self.write(line)?;
        self.file.sync_data()
    }

    /// Removes the journal: its run left nothing.
    pub(super) fn remove(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }

    /// Returns where the journal is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn folder_of_ours(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Tells whether a file is the start of a journal whose run was killed before it could make anything.
fn is_stillborn(path: &Path) -> bool {
    let age = || path.metadata().ok()?.modified().ok()?.elapsed().ok();
    path.extension().is_some_and(|ending| ending == PART) && age().is_some_and(|age| age > STILLBORN)
}

fn find(path: &Path) -> Found {
    read(path).unwrap_or_else(|source| Found::Unusable(JournalError::Io { path: path.display().to_string(), source }))
}

fn read(path: &Path) -> io::Result<Found> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            let run = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            return Ok(Found::Live { run });
        }
        locked => locked?,
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if !bytes.ends_with(b"\n") {
        // What is added must not continue a line that was cut off.
        file.write_all(b"\n")?;
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines().enumerate();
    let header = match lines.next().map(|(_, line)| serde_json::from_str(line)) {
        Some(Ok(Line::Started(header))) if header.format == FORMAT => header,
        _ => return Ok(Found::Unusable(JournalError::Header { path: path.display().to_string() })),
    };
    let (mut entries, mut unreadable) = (Vec::new(), Vec::new());
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match serde_json::from_str(line) {
            Ok(line) => replay(&mut entries, line),
            Err(error) => unreadable.push(format!("{}:{}: {error}", path.display(), number + 1)),
        }
    }
    let journal = Journal { path: path.to_owned(), file };
    Ok(Found::Dead(Box::new(Dead { journal, header, entries, unreadable })))
}

/// Carries out one line of a journal on what it said so far.
fn replay(entries: &mut Vec<Entry>, line: Line) {
    match line {
        Line::Started(_) => {}
        Line::Making { name } => entries.push(Entry::Image { name, id: None }),
        Line::Made { name, id } => {
            entries.retain(|entry| !entry.is_image(&name));
            entries.push(Entry::Image { name, id: Some(id) });
        }
        Line::Gone { name } => entries.retain(|entry| !entry.is_image(&name)),
        Line::Adding { image, project } => {
            entries.retain(|entry| !entry.is_row(&image, &project));
            entries.push(Entry::Row { image, project, added: false });
        }
        Line::Removed { image, project } => entries.retain(|entry| !entry.is_row(&image, &project)),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn header(run: &str) -> Header {
        let text = |text: &str| text.to_owned();
        Header {
            format: FORMAT,
            run: text(run),
            target: text("lab"),
            endpoint: text("http://127.0.0.1:1"),
            owner: text("p"),
            target_file: None,
            started: text("2026-11-21T00:00:00Z"),
        }
    }

    fn making(name: &str) -> Line {
        Line::Making { name: name.to_owned() }
    }

    fn dead(folder: &Path) -> Dead {
        match Journal::all(folder).unwrap().pop() {
            Some(Found::Dead(dead)) => *dead,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_journal_tells_what_is_not_gone() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path().join("state/sharecheck");
        let mut journal = Journal::create(&folder, header("0000000a")).unwrap();
        for name in ["a", "b", "c"] {
            journal.write_through(&making(name)).unwrap();
        }
        journal.write(&Line::Made { name: "a".to_owned(), id: "1".to_owned() }).unwrap();
        journal.write(&Line::Gone { name: "b".to_owned() }).unwrap();
        let row = || ("i".to_owned(), "p".to_owned());
        let (image, project) = row();
        journal.write_through(&Line::Adding { image, project }).unwrap();
        assert!(matches!(&Journal::all(&folder).unwrap()[..], [Found::Live { run }] if run == "0000000a"));
        drop(journal);
        let found = dead(&folder);
        let (image, project) = row();
        let expected = [
            Entry::Image { name: "c".to_owned(), id: None },
            Entry::Image { name: "a".to_owned(), id: Some("1".to_owned()) },
            Entry::Row { image, project, added: false },
        ];
        assert_eq!((found.header, &found.entries[..]), (header("0000000a"), &expected[..]));
        found.journal.remove().unwrap();
        assert!(Journal::all(&folder).unwrap().is_empty());
    }

    #[test]
    fn a_line_that_was_cut_off_is_told_and_stops_nothing() {
        let folder = TempDir::new().unwrap();
        let mut journal = Journal::create(folder.path(), header("0000000a")).unwrap();
        journal.write(&making("a")).unwrap();
        journal.file.write_all(b"{\"event\":\"ma").unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let mut found = dead(folder.path());
        assert_eq!((found.entries.len(), found.unreadable.len()), (1, 1), "{found:?}");
        assert!(found.unreadable[0].starts_with(&format!("{}:3: ", path.display())), "{:?}", found.unreadable);
        found.journal.write(&making("b")).unwrap();
        drop(found);
        assert_eq!(dead(folder.path()).entries.len(), 2, "a line after it stands by itself");
    }

    #[test]
    fn a_file_that_is_no_journal_is_left_alone() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("x.jsonl"), "{}\n").unwrap();
        fs::write(folder.path().join("notes.txt"), "mine").unwrap();
        let found = Journal::all(folder.path()).unwrap();
        assert!(matches!(found[..], [Found::Unusable(JournalError::Header { .. })]), "{found:?}");
    }

    #[test]
    fn a_journal_that_never_began_is_removed_once_it_is_old() {
        let folder = TempDir::new().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["old.part", "new.part", "old.txt"] {
            let file = File::create(path(name)).unwrap();
            let age = if name.starts_with("old") { STILLBORN * 2 } else { Duration::ZERO };
            file.set_modified(std::time::SystemTime::now() - age).unwrap();
        }
        assert!(Journal::all(folder.path()).unwrap().is_empty());
        assert_eq!(["old.part", "new.part", "old.txt"].map(|name| path(name).exists()), [false, true, true]);
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_is_nobody_elses() {
        use std::os::unix::fs::PermissionsExt;
        let folder = TempDir::new().unwrap();
        let folder = folder.path().join("sharecheck");
        let journal = Journal::create(&folder, header("0000000a")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(journal.path())), (0o700, 0o600));
    }
}
