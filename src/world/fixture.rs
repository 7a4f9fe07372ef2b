//! An image that cases start with, and what it must stay.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::OwnedMutexGuard;

use super::borrowed::Lease;
use crate::http::TransportError;

/// An image in the state that a case asks for.
#[derive(Debug)]
pub struct Fixture {
    /// Tells this fixture from every other of the run.
    pub serial: usize,
    /// The image's id.
    pub image_id: String,
    /// The project ids that it is shared with, in the order in which they were added.
    pub members: Vec<String>,
    baseline: OnceLock<Rows>,
    /// Keeps a borrowed image as it is for the case, until the fixture is given back.
    pub(super) lease: Option<Lease>,
    /// Keeps other cases that would share the fixture waiting, until it is given back.
    pub(super) turn: Option<OwnedMutexGuard<Option<Fixture>>>,
}

/// The member rows of an image, as far as they must stay the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// Each row's member, status and times, sorted.
    Listed(Vec<[String; 4]>),
    /// The list is refused with this status, as that of a public image is.
    Refused(u16),
}

/// Whether refused writes left a fixture as it was.
#[derive(Clone, Debug, PartialEq)]
pub enum Unchanged {
    /// The members are the same, or are hidden as they were.
    Same,
    /// The members before, and after.
    Changed(Value, Value),
    /// That could not be seen, for this reason.
    Unknown(String),
}

/// Why a fixture could not be made; its cases cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct Trouble {
    text: String,
    /// Whether a second try may go better.
    pub(super) passes: bool,
    /// Whether the request surely never reached the endpoint.
    pub(super) unsent: bool,
}

impl Fixture {
    /// Returns a fixture whose unchanged state is not known yet.
    #[must_use]
    pub fn new(serial: usize, image_id: String, members: Vec<String>) -> Self {
        Self { serial, image_id, members, baseline: OnceLock::new(), lease: None, turn: None }
    }

    /// Returns what a refused write must leave as it is, where that was looked at.
    pub(super) fn baseline(&self) -> Option<&Rows> {
        self.baseline.get()
    }

    /// Remembers what a refused write must leave as it is; the first time counts.
    pub(super) fn set_baseline(&self, rows: Rows) {
        let _ = self.baseline.set(rows);
    }
}

/// Lets the next case have a fixture, unless somebody holds on to it: then that case gets a new one.
pub(super) fn give_back(fixture: Arc<Fixture>) {
    if let Some(mut fixture) = Arc::into_inner(fixture)
        && let Some(mut turn) = fixture.turn.take()
    {
        *turn = Some(fixture);
    }
}

impl Rows {
    /// Returns the rows of a list, whatever their order.
    pub(super) fn listed(rows: &[Value]) -> Self {
        let field = |row: &Value, name: &str| row.get(name).map(Value::to_string).unwrap_or_default();
        let fields = ["member_id", "status", "created_at", "updated_at"];
        let mut rows: Vec<_> = rows.iter().map(|row| fields.map(|name| field(row, name))).collect();
        rows.sort();
        Self::Listed(rows)
    }

    /// Returns the rows for a report.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Listed(rows) => json!(rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>()),
            Self::Refused(status) => json!(format!("refused with {status}")),
        }
    }
}

impl Trouble {
    /// Returns a trouble of that description; one that passes is worth a second try.
    #[must_use]
    pub fn new(text: String, passes: bool) -> Self {
        Self { text, passes, unsent: false }
    }

    /// Returns the trouble that a lost exchange is.
    pub(super) fn of(error: &TransportError) -> Self {
        let passes = matches!(error, TransportError::Broken { .. });
        Self { text: error.to_string(), passes, unsent: error.is_unsent() }
    }
}
