//! What was made and is not known to be gone.

use std::sync::Mutex;

use serde::Serialize;

use super::lock;

/// Every image that this run made, or may have made.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Vec<Entry>>);

/// An image of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name, unique within all runs.
    pub(super) name: String,
    /// Its id, once an answer told it.
    pub(super) id: Option<String>,
}

/// Something that the run made and could not remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Leftover {
    /// What it is: `image`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its id, where it is known.
    pub id: Option<String>,
    /// Why it could not be removed.
    pub reason: String,
}

impl Ledger {
    /// Notes that an image of that name is about to be made.
    pub(super) fn about_to_make(&self, name: &str) {
        lock(&self.0).push(Entry { name: name.to_owned(), id: None });
    }

    /// Notes the id of an image.
    pub(super) fn made(&self, name: &str, id: &str) {
        let mut entries = lock(&self.0);
        match entries.iter_mut().find(|entry| entry.name == name) {
            Some(entry) => entry.id = Some(id.to_owned()),
            None => entries.push(Entry { name: name.to_owned(), id: Some(id.to_owned()) }),
        }
    }

    /// Notes that an image was not made after all.
    pub(super) fn not_made(&self, name: &str) {
        lock(&self.0).retain(|entry| entry.name != name);
    }

    /// Notes that an image is gone.
    pub(super) fn gone(&self, id: &str) {
        lock(&self.0).retain(|entry| entry.id.as_deref() != Some(id));
    }

    /// Tells whether an image is ours and not known to be gone.
    pub(super) fn has(&self, id: &str) -> bool {
        lock(&self.0).iter().any(|entry| entry.id.as_deref() == Some(id))
    }

    /// Returns what is left, the last made first.
    pub(super) fn rest(&self) -> Vec<Entry> {
        lock(&self.0).iter().rev().cloned().collect()
    }
}
