//! Waivers: known answers that break the contract, pinned to what was seen.

use jiff::civil::Date;
use serde_json::Value;

use crate::verdict::Finding;

/// A known answer that breaks the contract.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// The case id.
    pub case: String,
    /// The statement that is broken.
    pub statement: String,
    /// What is seen.
    pub observed: Value,
    /// Why it is let pass.
    pub reason: String,
    /// Where it is reported.
    pub link: Option<String>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Whether the case sometimes passes.
    pub intermittent: bool,
}

impl Waiver {
    /// Tells whether the waiver speaks of this finding of this case: the same statement, the same answer.
    #[must_use]
    pub fn covers(&self, case: &str, finding: &Finding) -> bool {
        self.case == case
            && finding.statement.as_deref() == Some(self.statement.as_str())
            && finding.actual == self.observed
    }

    /// Returns why the answer is let pass, and where it is reported.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.link {
            Some(link) => format!("{} ({link})", self.reason),
            None => self.reason.clone(),
        }
    }

    /// Tells whether the waiver's last day is over.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| today > until)
    }
}
