//! How much each case finds, and how much it found when that was last accepted.
//!
//! A case that is weakened a little still finds something, and others may find what it no longer does. So it is kept
//! how many of its expectations are unmet, over all faults, and how many statuses it lets through. The one may only
//! grow, as a fault that is added makes it, and the other only shrink.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract::Profile;

/// What was accepted last; `SHARECHECK_BLESS=1 cargo test --test prove` writes it.
const ACCEPTED: &str = include_str!("teeth.json");

/// How much each case finds, by profile and case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Teeth(BTreeMap<Profile, BTreeMap<String, Bite>>);

/// How much a case finds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bite {
    /// How many expectations are unmet, over all faults.
    pub finds: usize,
    /// How many statuses its steps let through, all together.
    pub allows: usize,
}

impl Teeth {
    /// Returns what was accepted last.
    pub(super) fn accepted() -> Self {
        serde_json::from_str(ACCEPTED).expect("a test writes the file")
    }

    /// Notes what a case lets through.
    pub(super) fn allow(&mut self, profile: Profile, case: &str, statuses: usize) {
        self.of(profile, case).allows = statuses;
    }

    /// Notes what a case found under a fault.
    pub(super) fn find(&mut self, profile: Profile, case: &str, findings: usize) {
        self.of(profile, case).finds += findings;
    }

    fn of(&mut self, profile: Profile, case: &str) -> &mut Bite {
        self.0.entry(profile).or_default().entry(case.to_owned()).or_default()
    }

    /// Returns how much a case finds; none if it is not known.
    pub(super) fn get(&self, profile: Profile, case: &str) -> Option<Bite> {
        self.0.get(&profile)?.get(case).copied()
    }
}

impl Bite {
    /// Tells whether this is less than was accepted.
    pub(super) fn is_weaker(self, accepted: Self) -> bool {
        self.finds < accepted.finds || self.allows > accepted.allows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_findings_or_more_statuses_are_weaker() {
        let before = Bite { finds: 3, allows: 2 };
        for (finds, allows, weaker) in [(3, 2, false), (4, 1, false), (2, 2, true), (9, 3, true)] {
            assert_eq!(Bite { finds, allows }.is_weaker(before), weaker);
        }
    }
}
