//! What a plan will take: images made, rows added, and requests sent, as near as can be known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Plan, PlannedCase};
use crate::case::spec::{GivenSpec, ImageKind, MemberStatus, MembersSpec, WalkSpec};
use crate::case::{Actor, Role, Step};
use crate::target::Writes;
use crate::verdict::Requests;
use crate::world::Pool;

/// What a plan will take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Images that are made and removed again.
    pub images: u64,
    /// Member rows that are added to borrowed images and removed again.
    pub rows: u64,
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
        let mut borrowed = BTreeMap::new();
        let mut used = 0;
        let limit = self.target.members_per_image;
        for planned in self.cases.iter().filter(|planned| planned.shape.skip.is_none()) {
            match self.borrowed_kind(planned) {
                Some(kind) => borrow(planned, borrowed.entry(kind).or_default(), &mut cost),
                None => fixture(planned, limit, &mut shared, &mut used, &mut cost),
            }
            for beside in planned.case.facts.beside.iter().filter(|beside| shared.insert((*beside, Pool::Shared))) {
                cost.images += 1;
                cost.requests.overhead += build(beside, limit);
            }
            for step in &planned.case.facts.steps {
                let once = step.role == Role::Control && planned.shape.pool != Pool::Own;
                if !once || controls.insert((planned.case.facts.given.as_ref(), &step.place)) {
                    count(step, planned.case.facts.given.as_ref(), &mut cost.requests);
                }
            }
        }
        let looked_at = |batch: &&[Arc<PlannedCase>]| {
            batch.iter().any(|planned| planned.shape.pool == Pool::Refused && planned.shape.skip.is_none())
        };
        cost.requests.overhead += self.batches().filter(looked_at).count() as u64;
        // Each borrowed image is looked at before and after the cases, and its last rows are removed.
        let looks = if self.target.writes == Writes::Members { 4 } else { 2 };
        cost.requests.overhead += borrowed.values().map(|members| looks + rows(members)).sum::<u64>();
        cost
    }
}

/// Adds what the image of a case takes, once for all that share it, and less where one is `used` already; `limit` is
/// the most members that it may have.
fn fixture<'a>(
    planned: &'a PlannedCase,
    limit: Option<usize>,
    shared: &mut BTreeSet<(&'a GivenSpec, Pool)>,
    used: &mut usize,
    cost: &mut Cost,
) {
    let Some(given) = &planned.case.facts.given else { return };
    let pool = planned.shape.pool;
    if given.image == ImageKind::Unknown || pool != Pool::Own && !shared.insert((given, pool)) {
        return;
    }
    if pool == Pool::Own && *used > 0 && given.image == ImageKind::Shareable && rows(&given.members) == 1 {
        // Its rows are looked at, and some of them are mended.
        *used -= 1;
        cost.requests.overhead += 2;
    } else {
        cost.images += 1;
        // The rows that refused writes must leave alone are looked at before.
        cost.requests.overhead += build(given, limit) + u64::from(pool == Pool::Refused);
    }
    let fit = pool == Pool::Own && given.image == ImageKind::Shareable && planned.shape.writes_rows_alone();
    *used += usize::from(fit);
}

/// Adds what it takes to bring a borrowed image from the members that it has to those that a case asks for.
fn borrow(planned: &PlannedCase, has: &mut MembersSpec, cost: &mut Cost) {
    let Some(given) = &planned.case.facts.given else { return };
    let alone = planned.shape.pool != Pool::Shared;
    if alone || *has != given.members {
        let before: BTreeMap<_, _> = has.actors().collect();
        let after: BTreeMap<_, _> = given.members.actors().collect();
        let (was, wanted) = (has.recipients, given.members.recipients);
        let added = after.keys().filter(|actor| !before.contains_key(actor)).count() + wanted.saturating_sub(was);
        let removed = before.keys().filter(|actor| !after.contains_key(actor)).count() + was.saturating_sub(wanted);
        let answered = |(actor, status): &(&Actor, &MemberStatus)| {
            before.get(actor).copied().unwrap_or(MemberStatus::Pending) != **status
        };
        let answered = after.iter().filter(answered).count();
        cost.rows += added as u64;
        // The rows are looked at before, and after a case that writes.
        cost.requests.overhead += (added + removed + answered) as u64 + 1 + u64::from(alone);
    }
    let adds = planned.case.facts.steps.iter().filter(|step| step.request.call == "v2.member.add");
    cost.rows += adds.count() as u64;
    has.clone_from(&given.members);
}

fn rows(members: &MembersSpec) -> u64 {
    (members.actors().count() + members.recipients) as u64
}

/// Returns how many requests it takes to make an image, bring it into its state and remove it.
fn build(given: &GivenSpec, limit: Option<usize>) -> u64 {
    let answers = given.members.actors().filter(|(_, status)| *status != MemberStatus::Pending).count();
    let added = (given.members.actors().count() + given.members.further(limit)) as u64;
    let changed = match given.image {
        ImageKind::Public | ImageKind::Deleted => 1,
        ImageKind::Private | ImageKind::Community => usize::from(!given.members.is_empty()),
        ImageKind::Shareable | ImageKind::Windows | ImageKind::Unknown => 0,
    };
    // A batch is a call and about three questions for its job, once to share and once to stop sharing before the end.
    let batch = if given.members.needs_batch() { 10 } else { 0 };
    2 + added + batch + (answers + changed) as u64
}

/// Returns how many pages a walk asks for; a list of which only some rows are known is taken for one page.
fn pages(walk: &WalkSpec, members: usize) -> usize {
    let limit = walk.limit.filter(|_| walk.expect.members.is_some()).map_or(usize::MAX, |limit| limit as usize);
    members.div_ceil(limit.max(1)).max(1) * (1 + usize::from(walk.twice))
}

fn count(step: &Step, given: Option<&GivenSpec>, requests: &mut Requests) {
    let members = given.map_or(0, |given| given.members.actors().count() + given.members.recipients);
    let pages = step.walk.as_ref().map_or(1, |walk| pages(walk, members));
    let sent = (step.actors.len() * pages * usize::from(step.at_once.unwrap_or(1))) as u64;
    match step.role {
        Role::Control => requests.overhead += sent,
        Role::Do | Role::Check => requests.asked += sent,
    }
}
