//! The five calls on the members of an image.

use super::image::{Row, Stored};
use super::state::granted;
use super::{
    Action, Answer, Bent, Caller, Member, MemberStatus, Model, Page, Policy, Recipient, Refusal, Right, Rows, Slip,
    Stamp,
};

impl Model {
    /// Lists the rows that the caller may see, from a position on.
    pub(super) fn list_members(&mut self, caller: &Caller, image: String, page: Page) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberList, image)?;
        granted(right, Action::MemberList)?;
        if page.of.is_some_and(|of| of != self.stored(number).image.id) {
            return Err(Refusal::ForeignMarker);
        }
        let bent = self.policy.bent;
        let mut all: Vec<_> = visible(self.stored(number), right, caller).collect();
        bent.rearrange(&mut all);
        let from = page.after.map_or(0, |after| after.saturating_add(1));
        let mut rest = all.iter().filter(|(at, _)| *at >= from);
        let rows: Vec<_> = rest.by_ref().take(page.limit.unwrap_or(usize::MAX)).collect();
        let next = rest.next().and(rows.last()).map(|(at, _)| *at);
        if bent.has(Slip::NeverEnds) && next.is_none() {
            let rows = if rows.is_empty() { all.last().into_iter().collect() } else { rows };
            return Ok(page_of(&rows, Some(from.saturating_add(rows.len()))));
        }
        Ok(page_of(&rows, next))
    }

    /// Returns one row that the caller may see.
    pub(super) fn show_member(&mut self, caller: &Caller, image: String, member: String) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberShow, image)?;
        let stored = self.stored(number);
        let at = position(stored, right, caller, Action::MemberShow, member)?;
        granted(right, Action::MemberShow)?;
        Ok(Answer::Member(stored.rows[at].member.clone()))
    }

    /// Shares the image by the native call, which some clouds do not do with one of Windows.
    pub(super) fn add_natively(
        &mut self,
        caller: &Caller,
        image: String,
        member: String,
        now: Stamp,
    ) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberAdd, image.clone())?;
        let unshared = self.policy.unshared;
        let withheld = self.stored(number).image.system().is_some_and(|system| unshared.contains(&system));
        if withheld && granted(right, Action::MemberAdd).is_ok() {
            return Err(Refusal::Windows);
        }
        self.add_member(caller, image, Recipient::project(member), now)
    }

    /// Shares the image: quota first, then duplicates, as Glance has it.
    pub(super) fn add_member(
        &mut self,
        caller: &Caller,
        image: String,
        recipient: Recipient,
        now: Stamp,
    ) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberAdd, image)?;
        let Self { policy, images, index, .. } = self;
        let stored = images.get_mut(&number).expect("find() returns numbers of images");
        if let Err(refusal) = granted(right, Action::MemberAdd) {
            if policy.bent.has(Slip::KeepsRefusedAdd) {
                keep_row(policy, stored, recipient, now);
            }
            return Err(refusal);
        }
        check_new(policy, stored, &recipient.id)?;
        let row = keep_row(policy, stored, recipient, now);
        index.concern(&row.recipient, number);
        Ok(Answer::Member(row))
    }

    /// Sets a status; who asks is checked before the word is.
    pub(super) fn update_member(
        &mut self,
        caller: &Caller,
        image: String,
        member: String,
        status: Option<MemberStatus>,
        now: Stamp,
    ) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberUpdate, image)?;
        let Policy { settable, bent, .. } = self.policy;
        let stored = self.stored(number);
        let at = position(stored, right, caller, Action::MemberUpdate, member)?;
        let allowed = granted(right, Action::MemberUpdate);
        if allowed.is_err() && !bent.has(Slip::KeepsRefusedStatus) {
            return Err(Refusal::Denied(Action::MemberUpdate));
        }
        let status = status.filter(|status| settable.contains(status)).ok_or(Refusal::BadStatus)?;
        let kept = &stored.rows[at].member;
        if bent.has(Slip::RefusesSame) && kept.status == status {
            return Err(Refusal::Duplicate { image: kept.image.clone(), member: kept.recipient.clone() });
        }
        let row = set_status(bent, stored, at, status, now);
        allowed.map(|()| Answer::Member(row))
    }

    /// Stops sharing; the row's place stays taken.
    pub(super) fn delete_member(&mut self, caller: &Caller, image: String, member: String) -> Result<Answer, Refusal> {
        let (number, right) = self.find_shared(caller, Action::MemberDelete, image)?;
        let bent = self.policy.bent;
        let stored = self.stored(number);
        let at = position(stored, right, caller, Action::MemberDelete, member)?;
        let allowed = granted(right, Action::MemberDelete);
        let done = if allowed.is_ok() { !bent.has(Slip::ForgetsRemoval) } else { bent.has(Slip::KeepsRefusedRemoval) };
        if done {
            for (other, row) in stored.rows.iter_mut().enumerate() {
                row.removed |= other == at || bent.has(Slip::RemovesAll);
            }
            let member = stored.rows[at].member.recipient.clone();
            if *member != *stored.image.owner {
                self.index.release(&member, number);
            }
        }
        allowed.map(|()| Answer::Done)
    }
}

fn page_of(rows: &[&(usize, &Member)], next: Option<usize>) -> Answer {
    Answer::Members { members: rows.iter().map(|(_, member)| (*member).clone()).collect(), next }
}

/// Returns the rows that the right lets the caller see, with their positions.
fn visible<'a>(stored: &'a Stored, right: Right, caller: &'a Caller) -> impl Iterator<Item = (usize, &'a Member)> {
    let all = matches!(right, Right::Granted(Rows::All) | Right::Refused(Rows::All));
    stored.live().filter(move |(_, member)| all || *member.recipient == *caller.project)
}

fn position(stored: &Stored, right: Right, caller: &Caller, action: Action, member: String) -> Result<usize, Refusal> {
    let found = visible(stored, right, caller).find(|(_, row)| row.recipient == member).map(|(at, _)| at);
    let image = &stored.image.id;
    found.ok_or_else(|| Refusal::NoMember { image: image.clone(), member, action })
}

fn check_new(policy: &Policy, stored: &mut Stored, member: &str) -> Result<(), Refusal> {
    let image = stored.image.id.clone();
    if !policy.self_share && *member == *stored.image.owner {
        return Err(Refusal::OwnProject);
    }
    let attempted = stored.live().count() + 1;
    if attempted > policy.quota + usize::from(policy.bent.has(Slip::TakesOneTooMany)) {
        return Err(Refusal::OverQuota { image, attempted, maximum: policy.quota });
    }
    if member.chars().any(|character| character > '\u{ffff}') {
        return Err(Refusal::WideMember);
    }
    if stored.row_of(member).is_none() || policy.bent.has(Slip::DoublesRow) {
        return Ok(());
    }
    if policy.bent.has(Slip::DuplicateResets) {
        reset(stored, |row| row.recipient == member);
    }
    Err(Refusal::Duplicate { image, member: member.to_owned() })
}

/// Keeps a new row, or revives the one that the member had before.
fn keep_row(policy: &Policy, stored: &mut Stored, recipient: Recipient, now: Stamp) -> Member {
    let bent = policy.bent;
    let mut new = Member::new(&stored.image.id, recipient, now);
    bent.arrival(&mut new);
    if bent.has(Slip::ResetsOthers) {
        reset(stored, |_| true);
    }
    let old = stored.rows.iter_mut().rfind(|row| row.removed && row.member.recipient == new.recipient);
    if old.is_some() && bent.has(Slip::ForgetsReadded) {
        return new;
    }
    match old {
        Some(row) if policy.revives || bent.has(Slip::RevivesAnswer) => {
            if policy.revives {
                new.created = row.member.created;
            }
            if bent.has(Slip::RevivesAnswer) {
                new.status = row.member.status;
            }
            *row = Row { member: new.clone(), removed: false };
        }
        _ => stored.rows.push(Row { member: new.clone(), removed: false }),
    }
    new
}

/// Sets the status of a row; returns it as it is answered.
fn set_status(bent: Bent, stored: &mut Stored, at: usize, status: MemberStatus, now: Stamp) -> Member {
    let kept = &stored.rows[at].member;
    let mut row = kept.clone();
    let changed = row.status != status;
    row.set(status, now);
    bent.change(kept, &mut row, now);
    if !(bent.has(Slip::ForgetsSecondStatus) && kept.status != MemberStatus::Pending) {
        stored.rows[at].member = row.clone();
    }
    if bent.has(Slip::TouchesOthers) && changed {
        stored.rows.iter_mut().for_each(|other| other.member.updated = now);
    }
    if bent.has(Slip::SpreadsStatus) {
        stored.rows.iter_mut().for_each(|other| other.member.set(status, now));
    }
    row
}

/// Takes back the answers of some members, as only a fault does.
fn reset(stored: &mut Stored, of: impl Fn(&Member) -> bool) {
    let rows = stored.rows.iter_mut().map(|row| &mut row.member);
    rows.filter(|row| of(row)).for_each(|row| row.status = MemberStatus::Pending);
}
