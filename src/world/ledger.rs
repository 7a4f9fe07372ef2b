//! What was made or added and is not known to be gone.

use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;

use serde::Serialize;

use super::journal::{Journal, Line};
use super::lock;

/// Everything that this run made or added, or may have; on disk, too, where there is a journal.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    entries: Vec<Entry>,
    /// The ids of all images that were made, gone or not.
    made: BTreeSet<String>,
    journal: Option<Journal>,
}

/// Something of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// An image.
    Image {
        /// Its name, unique within all runs.
        name: String,
        /// Its id, once an answer told it.
        id: Option<String>,
    },
    /// A member row on a borrowed image.
    Row {
        /// The image's id.
        image: String,
        /// The project that it is shared with.
        project: String,
        /// Whether an answer told that it was added; else it may appear later than it is looked for.
        added: bool,
    },
}

/// Something that the run made, added or saw change, and could not put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Leftover {
    /// What it is: `image`, `member` for a row added to a borrowed image, or `change` where a borrowed image or a row
    /// of it is not as it was.
    pub kind: String,
    /// The image's name, or the project of the row.
    pub name: String,
    /// The image's id, where it is known.
    pub id: Option<String>,
    /// What is wrong, or why it could not be removed.
    pub reason: String,
}

impl Ledger {
    /// Returns a ledger of these entries that goes on in a journal.
    pub(super) fn new(entries: Vec<Entry>, journal: Option<Journal>) -> Self {
        Self(Mutex::new(Book { entries, made: BTreeSet::new(), journal }))
    }

    /// Notes that something is about to be made or added; on disk when this returns.
    pub(super) fn about_to(&self, entry: Entry) -> io::Result<()> {
        let mut book = lock(&self.0);
        if let Some(journal) = &mut book.journal {
            journal.write_through(&match &entry {
                Entry::Image { name, .. } => Line::Making { name: name.clone() },
                Entry::Row { image, project, .. } => Line::Adding { image: image.clone(), project: project.clone() },
            })?;
        }
        book.entries.push(entry);
        Ok(())
    }

    /// Notes the id of an image.
    pub(super) fn made(&self, name: &str, id: &str) {
        let mut book = lock(&self.0);
        book.made.insert(id.to_owned());
        book.entries.retain(|entry| !entry.is_image(name));
        book.entries.push(Entry::Image { name: name.to_owned(), id: Some(id.to_owned()) });
        book.tell(&Line::Made { name: name.to_owned(), id: id.to_owned() });
    }

    /// Notes that a row was added, as an answer told; an image is known by its id.
    pub(super) fn added(&self, entry: &Entry) {
        let mut book = lock(&self.0);
        for known in book.entries.iter_mut().filter(|known| known.is_same(entry)) {
            if let Entry::Row { added, .. } = known {
                *added = true;
            }
        }
    }

    /// Notes that something is gone, or was not made after all.
    pub(super) fn gone(&self, entry: &Entry) {
        let mut book = lock(&self.0);
        let before = book.entries.len();
        book.entries.retain(|known| !known.is_same(entry));
        if book.entries.len() < before {
            book.tell(&match entry {
                Entry::Image { name, .. } => Line::Gone { name: name.clone() },
                Entry::Row { image, project, .. } => Line::Removed { image: image.clone(), project: project.clone() },
            });
        }
    }

    /// Returns the image of that id, if it is ours and not known to be gone.
    pub(super) fn image(&self, id: &str) -> Option<Entry> {
        let is_it = |entry: &&Entry| matches!(entry, Entry::Image { id: Some(known), .. } if known == id);
        lock(&self.0).entries.iter().find(is_it).cloned()
    }

    /// Tells whether an image of that id was made, though it may be gone.
    pub(super) fn has_made(&self, id: &str) -> bool {
        lock(&self.0).made.contains(id)
    }

    /// Tells whether a row of a borrowed image is ours and not known to be gone.
    pub(super) fn has_row(&self, image: &str, project: &str) -> bool {
        lock(&self.0).entries.iter().any(|entry| entry.is_row(image, project))
    }

    /// Returns what is left, the last made first.
    pub(super) fn rest(&self) -> Vec<Entry> {
        lock(&self.0).entries.iter().rev().cloned().collect()
    }

    /// Returns where the journal is, if there is one and something is left.
    pub(super) fn unfinished(&self) -> Option<std::path::PathBuf> {
        let book = lock(&self.0);
        book.journal.as_ref().filter(|_| !book.entries.is_empty()).map(|journal| journal.path().to_owned())
    }

    /// Ends the journal: without a rest it is removed, otherwise it stays for another run to finish this one.
    pub(super) fn close(&self) -> io::Result<()> {
        let mut book = lock(&self.0);
        let empty = book.entries.is_empty();
        match book.journal.take_if(|_| empty) {
            Some(journal) => journal.remove(),
            None => Ok(()),
        }
    }
}

impl Book {
    /// Adds a line whose loss does no harm: what is gone is found to be gone once more.
    fn tell(&mut self, line: &Line) {
        if let Some(journal) = &mut self.journal {
            let _ = journal.write(line);
        }
    }
}

impl Entry {
    /// Tells whether this is the image of that name.
    pub(super) fn is_image(&self, wanted: &str) -> bool {
        matches!(self, Self::Image { name, .. } if name == wanted)
    }

    /// Tells whether this is that row.
    pub(super) fn is_row(&self, wanted: &str, of: &str) -> bool {
        matches!(self, Self::Row { image, project, .. } if image == wanted && project == of)
    }

    fn is_same(&self, other: &Self) -> bool {
        match other {
            Self::Image { name, .. } => self.is_image(name),
            Self::Row { image, project, .. } => self.is_row(image, project),
        }
    }

    /// Returns what to tell of it when it cannot be removed.
    pub(super) fn leftover(self, reason: String) -> Leftover {
        match self {
            Self::Image { name, id } => Leftover { kind: "image".to_owned(), name, id, reason },
            Self::Row { image, project, .. } => {
                Leftover { kind: "member".to_owned(), name: project, id: Some(image), reason }
            }
        }
    }
}
