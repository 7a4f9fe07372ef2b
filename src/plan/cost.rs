//! What a plan will take: images made, and requests sent, as near as can be known beforehand.

use std::collections::BTreeSet;

use super::{Plan, PlannedCase};
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus};
use crate::case::{Role, Step};
use crate::verdict::Requests;
use crate::world::{Pool, can_borrow};

/// What a plan will take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Images that are made and removed again.
    pub images: u64,
    /// Requests besides the preflight. A repeated control counts once, as it is sent once.
    pub requests: Requests,
}

impl Plan {
    /// Returns what the cases that are not skipped will take.
    #[must_use]
    pub fn cost(&self) -> Cost {
        let mut cost = Cost::default();
        let mut shared = BTreeSet::new();
        let mut controls = BTreeSet::new();
        for planned in self.cases.iter().filter(|planned| planned.shape.skip.is_none()) {
            self.fixture(planned, &mut shared, &mut cost);
            for step in &planned.case.facts.steps {
                let once = step.role == Role::Control && planned.shape.pool != Pool::Own;
                if !once || controls.insert((planned.case.facts.given.as_ref(), &step.place)) {
                    count(step, planned.case.facts.given.as_ref(), &mut cost.requests);
                }
            }
        }
        cost
    }

    /// Adds what the image of a case takes, once for all that share it.
    fn fixture<'a>(&self, planned: &'a PlannedCase, shared: &mut BTreeSet<(&'a GivenSpec, Pool)>, cost: &mut Cost) {
        let Some(given) = &planned.case.facts.given else { return };
        let pool = planned.shape.pool;
        if given.image == ImageKind::Unknown || can_borrow(given, pool, &self.target) {
            return;
        }
        let new = pool == Pool::Own || shared.insert((given, pool));
        if new {
            cost.images += 1;
            cost.requests.overhead += build(given);
        }
        if pool == Pool::Refused {
            // The list is looked at before the first case and after each.
            cost.requests.overhead += 1 + u64::from(new);
        }
    }
}

/// Returns how many requests it takes to make an image, bring it into its state and remove it.
fn build(given: &GivenSpec) -> u64 {
    let answers = given.members.actors().filter(|(_, status)| *status != MemberStatus::Pending).count();
    let added = given.members.actors().count() + given.members.recipients;
    let changed = match given.image {
        ImageKind::Public | ImageKind::Deleted => 1,
        ImageKind::Private | ImageKind::Community => usize::from(!given.members.is_empty()),
        ImageKind::Shareable | ImageKind::Unknown => 0,
    };
    2 + (answers + added + changed) as u64
}

fn count(step: &Step, given: Option<&GivenSpec>, requests: &mut Requests) {
    let members = given.map_or(0, |given| given.members.actors().count() + given.members.recipients);
    let pages = step.walk.as_ref().map_or(1, |walk| members.div_ceil((walk.limit as usize).max(1)).max(1));
    let sent = (step.actors.len() * pages) as u64;
    match step.role {
        Role::Control => requests.overhead += sent,
        Role::Do | Role::Check => requests.asked += sent,
    }
}
