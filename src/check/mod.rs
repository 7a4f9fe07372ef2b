//! The checks: pure functions from an exchange to everything that is wrong with it.

mod expectation;
mod matcher;
pub mod own;
pub mod paging;
pub mod passive;
mod published;
pub mod same;
pub mod snapshot;

pub use expectation::{Expectation, Judgement, judge};

use serde_json::Value;

use crate::verdict::Check;

/// Looks up a template's variable.
pub type Lookup<'a> = dyn Fn(&str) -> Option<Value> + Sync + 'a;

/// One thing that is not as promised, before it is known how much that weighs.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// The kind of check.
    pub check: Check,
    /// Where in the answer.
    pub at: String,
    /// What was promised.
    pub expected: Value,
    /// What was seen.
    pub actual: Value,
}

impl Mismatch {
    /// Returns a mismatch; texts and numbers become JSON.
    pub fn new(check: Check, at: impl Into<String>, expected: impl Into<Value>, actual: impl Into<Value>) -> Self {
        Self { check, at: at.into(), expected: expected.into(), actual: actual.into() }
    }
}
