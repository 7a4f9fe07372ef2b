//! Which cases are taken: filters by name, tag and level.

use super::PlannedCase;
use crate::verdict::Level;

/// A choice of cases; an empty one takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Texts of which a trial's name must hold one.
    pub filters: Vec<String>,
    /// Whether a filter must be the whole name.
    pub exact: bool,
    /// Texts that a trial's name must not hold.
    pub skip: Vec<String>,
    /// Labels of which a case must have one.
    pub tags: Vec<String>,
    /// The lowest level taken.
    pub level: Option<Level>,
}

impl Selection {
    /// Tells whether a case is taken.
    #[must_use]
    pub fn takes(&self, planned: &PlannedCase) -> bool {
        self.takes_name(&planned.name)
            && (self.tags.is_empty() || self.tags.iter().any(|tag| planned.case.facts.tags.contains(tag)))
            && self.level.is_none_or(|least| planned.level >= least)
    }

    /// Tells whether a trial of that name is taken, as far as its name goes.
    #[must_use]
    pub fn takes_name(&self, name: &str) -> bool {
        let fits = |filter: &String| if self.exact { name == filter } else { name.contains(filter) };
        (self.filters.is_empty() || self.filters.iter().any(fits)) && !self.skip.iter().any(fits)
    }
}
