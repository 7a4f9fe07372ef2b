//! How many faults each case notices, and how many it noticed when that was last accepted.
//!
//! A case that is weakened a little still notices something, and others may notice what it no longer does. So the
//! number is kept, and may only grow: a fault that is added raises it, and needs nothing here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::contract::Profile;

/// What was accepted last; `SHARECHECK_BLESS=1 cargo test --test prove` writes it.
const ACCEPTED: &str = include_str!("teeth.json");

/// How many faults each case notices, by profile and case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Teeth(BTreeMap<Profile, BTreeMap<String, usize>>);

impl Teeth {
    /// Counts how often each case is named.
    pub(super) fn of<'a>(noticed: impl Iterator<Item = (Profile, &'a str)>) -> Self {
        let mut teeth = Self::default();
        for (profile, case) in noticed {
            *teeth.0.entry(profile).or_default().entry(case.to_owned()).or_default() += 1;
        }
        teeth
    }

    /// Returns what was accepted last.
    pub(super) fn accepted() -> Self {
        serde_json::from_str(ACCEPTED).expect("a test holds the file to what is proven")
    }

    /// Returns how many faults a case notices.
    pub(super) fn get(&self, profile: Profile, case: &str) -> usize {
        self.0.get(&profile).and_then(|cases| cases.get(case)).copied().unwrap_or(0)
    }
}
