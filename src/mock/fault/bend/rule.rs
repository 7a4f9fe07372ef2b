//! Other rules, other questions.

use crate::mock::model::{
    Action, Ask, Call, ImageQuery, MemberStatus, MemberStatusFilter, Policy, Refusal, Right, Role,
};
use crate::mock::model::{Rows, Standing};

/// Grants an action to a standing, on every row.
pub(in crate::mock::fault) fn grant(policy: &mut Policy, action: Action, standing: Standing) {
    policy.rights[action as usize][standing as usize] = Right::Granted(Rows::All);
}

/// Hides images from a standing in an action.
pub(in crate::mock::fault) fn hide(policy: &mut Policy, action: Action, standing: Standing) {
    policy.rights[action as usize][standing as usize] = Right::Hidden;
}

/// Takes a user who may only read for one who may more.
pub(in crate::mock::fault) fn promote(ask: &mut Ask, role: Role) {
    if ask.caller.role == Role::Reader {
        ask.caller.role = role;
    }
}

/// Takes a user without a grant for one that has all of them.
pub(in crate::mock::fault) fn grant_all(ask: &mut Ask) {
    if ask.caller.role == Role::Ungranted {
        ask.caller.role = Role::Member;
    }
}

/// Turns a member id that is no project id into a refusal.
pub(in crate::mock::fault) fn forbid_malformed(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NoMember { member, .. } if !member.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Refusal::Denied(Action::MemberList)
        }
        other => other,
    }
}

/// Lists images whatever the caller answered.
pub(in crate::mock::fault) fn list_unaccepted(ask: &mut Ask) {
    filter(ask, |_| MemberStatusFilter::All);
}

/// Lists images that are not answered in place of those that are accepted.
pub(in crate::mock::fault) fn list_pending(ask: &mut Ask) {
    filter(ask, |asked| match asked {
        MemberStatusFilter::Only(MemberStatus::Accepted) => MemberStatusFilter::Only(MemberStatus::Pending),
        other => other,
    });
}

/// Lists images that are accepted, whatever is asked for.
pub(in crate::mock::fault) fn list_accepted(ask: &mut Ask) {
    filter(ask, |_| MemberStatusFilter::Only(MemberStatus::Accepted));
}

/// Lists images whatever their name.
pub(in crate::mock::fault) fn list_any_name(ask: &mut Ask) {
    if let Call::ImageList(query) = &mut ask.call {
        query.name = None;
    }
}

/// Lists two images on a page at most.
pub(in crate::mock::fault) fn list_by_twos(ask: &mut Ask) {
    if let Call::ImageList(query) = &mut ask.call {
        query.limit = query.limit.min(2);
    }
}

fn filter(ask: &mut Ask, change: impl Fn(MemberStatusFilter) -> MemberStatusFilter) {
    if let Call::ImageList(ImageQuery { member_status, .. }) = &mut ask.call {
        *member_status = change(*member_status);
    }
}
