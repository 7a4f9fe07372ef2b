//! Rules that only faults bend, and no profile does.

use super::{Action, Member, MemberStatus, Stamp, Visibility};

/// Rules that only faults bend.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bent {
    /// Actions that still see a deleted image.
    pub(crate) sees_deleted: &'static [Action],
    /// Actions that take an image of another visibility for a shareable one.
    pub(crate) shares_also: &'static [(Action, Visibility)],
    /// What else goes wrong.
    pub(crate) slips: &'static [Slip],
}

impl Bent {
    /// Says whether something goes wrong.
    pub(super) fn has(&self, slip: Slip) -> bool {
        self.slips.contains(&slip)
    }

    /// Bends a row that is about to be kept for the first time.
    pub(super) fn arrival(&self, row: &mut Member) {
        if self.has(Slip::AcceptsOnArrival) {
            row.status = MemberStatus::Accepted;
        }
        if self.has(Slip::Backdates) {
            row.created.0 -= 1;
        }
    }

    /// Bends the order and the positions of the rows of a list.
    pub(super) fn rearrange(&self, rows: &mut [(usize, &Member)]) {
        if self.has(Slip::NewestFirst) {
            rows.reverse();
        }
        if self.has(Slip::CountsOffsets) {
            rows.iter_mut().enumerate().for_each(|(offset, (at, _))| *at = offset);
        }
    }

    /// Bends a row whose status was set from what it was.
    pub(super) fn change(&self, before: &Member, row: &mut Member, now: Stamp) {
        if self.has(Slip::FreezesTime) {
            row.updated = before.updated;
        }
        if self.has(Slip::TouchesTime) {
            row.updated = now;
        }
        if self.has(Slip::Recreates) && row.status != before.status {
            row.created = now;
        }
    }
}

/// Something that goes wrong with the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// A member that is added again gets a second row.
    DoublesRow,
    /// A member that is added again is refused, and has to answer again.
    DuplicateResets,
    /// The row of a member that was removed before is answered and not kept.
    ForgetsReadded,
    /// A row that is added again comes back with the answer that it had.
    RevivesAnswer,
    /// A new member has accepted already.
    AcceptsOnArrival,
    /// Adding a member takes back the answers of the others.
    ResetsOthers,
    /// A new row was created a second before it was updated.
    Backdates,
    /// A change of status by a member that had answered before is answered and not kept.
    ForgetsSecondStatus,
    /// The answer of one member is that of all.
    SpreadsStatus,
    /// A change of status leaves the time of change alone.
    FreezesTime,
    /// A status that stays the same moves the time of change.
    TouchesTime,
    /// A status that stays the same is refused.
    RefusesSame,
    /// A change of status moves the time of creation.
    Recreates,
    /// Removing a member is answered and not done.
    ForgetsRemoval,
    /// Removing a member removes all of them.
    RemovesAll,
    /// A removed member can still read the image.
    LingersAfterRemoval,
    /// A member that has not answered cannot read the image.
    HidesPending,
    /// A member that has rejected cannot read the image.
    HidesRejected,
    /// A page begins as many rows into the list as came before, whatever came and went meanwhile.
    CountsOffsets,
    /// The rows that were added last come first.
    NewestFirst,
    /// After the last page comes another with its last row, and another.
    NeverEnds,
    /// An answer moves the times of change of all rows.
    TouchesOthers,
    /// An add that is refused for want of a right is kept.
    KeepsRefusedAdd,
    /// A change of status that is refused for want of a right is kept.
    KeepsRefusedStatus,
    /// A removal that is refused for want of a right is done.
    KeepsRefusedRemoval,
    /// An image takes one member more than it may have.
    TakesOneTooMany,
    /// A job is told to everybody.
    TellsJobs,
}
