//! An image that cases start with.

use std::sync::OnceLock;

use serde_json::Value;
use thiserror::Error;

/// An image in the state that a case asks for.
#[derive(Debug)]
pub struct Fixture {
    /// Tells this fixture from every other of the run.
    pub serial: usize,
    /// The image's id.
    pub image_id: String,
    /// The project ids that it is shared with, in the order in which they were added.
    pub members: Vec<String>,
    baseline: OnceLock<Value>,
}

/// Why a fixture could not be made; its cases cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Trouble(String);

impl Fixture {
    /// Returns a fixture whose unchanged state is not known yet.
    #[must_use]
    pub fn new(serial: usize, image_id: String, members: Vec<String>) -> Self {
        Self { serial, image_id, members, baseline: OnceLock::new() }
    }

    /// Returns what a refused write must leave as it is, where that was looked at.
    #[must_use]
    pub fn baseline(&self) -> Option<&Value> {
        self.baseline.get()
    }

    /// Remembers what a refused write must leave as it is; the first time counts.
    pub fn set_baseline(&self, list: Value) {
        let _ = self.baseline.set(list);
    }
}

impl Trouble {
    /// Returns a trouble of that description.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }
}
