//! How much each case finds and asks for, and how much that was when it was last accepted.
//!
//! A case that is weakened a little still finds something, and others may find what it no longer does. So it is kept
//! how many of its expectations are unmet, over all faults, how much it lets through, and how much it asks
//! for. The second may only shrink, the others only grow. What it cites is kept, too: a case that is gone cannot
//! say what it guarded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::asks::{asks, spares};
use crate::contract::Profile;
use crate::plan::PlannedCase;

/// What was accepted last; `SHARECHECK_BLESS=1 cargo test --test prove` writes it.
const ACCEPTED: &str = include_str!("teeth.json");

/// How much each case finds, by profile and case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Teeth(BTreeMap<Profile, BTreeMap<String, Bite>>);

/// How much a case finds and asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bite {
    /// How many expectations are unmet, over all faults.
    pub finds: usize,
    /// How much its steps let through: statuses beyond one for each, and whatever else is not pinned down.
    pub allows: usize,
    /// How much it asks for: requests, and what is wanted of their answers.
    pub asks: usize,
    /// The statements that it cites and that bind in the profile.
    pub cites: BTreeSet<String>,
}

/// A case that was accepted and is gone, or that left a statement to nobody.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// The profile.
    pub profile: Profile,
    /// The case.
    pub case: String,
    /// Whether it does not run there any more; else it only no longer cites what it did.
    pub gone: bool,
    /// The statements that it cited and that no case cites there now.
    pub statements: Vec<String>,
}

impl Teeth {
    /// Returns what was accepted last.
    pub(super) fn accepted() -> Self {
        serde_json::from_str(ACCEPTED).expect("a test writes the file")
    }

    /// Notes what a case asks for, whatever it finds.
    pub(super) fn note(&mut self, profile: Profile, planned: &PlannedCase) {
        let spare = |statuses: usize| statuses.saturating_sub(1);
        let allowed = planned.shape.steps.iter().map(|step| spare(step.expectation.all_statuses().len()));
        *self.of(profile, &planned.case.id) = Bite {
            finds: 0,
            allows: allowed.sum::<usize>() + spares(&planned.case),
            // A case that binds less asks for less.
            asks: asks(&planned.case) + planned.level as usize,
            cites: planned.statements.iter().cloned().collect(),
        };
    }

    /// Notes what a case found under a fault.
    pub(super) fn find(&mut self, profile: Profile, case: &str, findings: usize) {
        self.of(profile, case).finds += findings;
    }

    fn of(&mut self, profile: Profile, case: &str) -> &mut Bite {
        self.0.entry(profile).or_default().entry(case.to_owned()).or_default()
    }

    /// Returns how much a case finds; none if it is not known.
    pub(super) fn get(&self, profile: Profile, case: &str) -> Option<&Bite> {
        self.0.get(&profile)?.get(case)
    }

    /// Tells whether any profile has one of these cases: a suite that shares none with this is another suite.
    pub(super) fn knows_one_of<'a>(&self, mut cases: impl Iterator<Item = &'a str>) -> bool {
        cases.any(|case| self.0.values().any(|of| of.contains_key(case)))
    }

    /// Returns what a profile had and its cases now have no more.
    pub(super) fn lost(&self, profile: Profile, now: &[Arc<PlannedCase>]) -> Vec<Lost> {
        let there: BTreeSet<&str> = now.iter().map(|planned| planned.case.id.as_str()).collect();
        let cited: BTreeSet<&String> = now.iter().flat_map(|planned| planned.statements.iter()).collect();
        let lost = |(case, bite): (&String, &Bite)| {
            let statements: Vec<_> = bite.cites.iter().filter(|id| !cited.contains(id)).cloned().collect();
            let gone = !there.contains(case.as_str());
            (gone || !statements.is_empty()).then(|| Lost { profile, case: case.clone(), gone, statements })
        };
        self.0.get(&profile).into_iter().flatten().filter_map(lost).collect()
    }
}

impl Bite {
    /// Tells whether this is less than was accepted.
    pub(super) fn is_weaker(&self, accepted: &Self) -> bool {
        self.finds < accepted.finds || self.allows > accepted.allows || self.asks < accepted.asks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_findings_more_statuses_or_less_asked_for_are_weaker() {
        let bite = |finds, allows, asks| Bite { finds, allows, asks, cites: BTreeSet::new() };
        let before = bite(3, 2, 5);
        for (now, weaker) in [
            (bite(3, 2, 5), false),
            (bite(4, 1, 6), false),
            (bite(2, 2, 5), true),
            (bite(9, 3, 9), true),
            (bite(9, 0, 4), true),
        ] {
            assert_eq!(now.is_weaker(&before), weaker, "{now:?}");
        }
    }
}
