//! What faults do to questions, answers and replies.

use axum::http::StatusCode;
use serde_json::Value;

use crate::mock::fields::Fields;
use crate::mock::model::{
    Action, Answer, Ask, Call, Caller, MemberStatusFilter, Policy, Refusal, Right, Role, Rows, Standing,
};
use crate::mock::reply::Reply;

/// Grants an action to a standing, on every row.
pub(super) fn grant(policy: &mut Policy, action: Action, standing: Standing) {
    policy.rights[action as usize][standing as usize] = Right::Granted(Rows::All);
}

/// Takes a user without a grant for one that has all of them.
pub(super) fn grant_all(ask: &mut Ask) {
    if ask.caller.role == Role::Ungranted {
        ask.caller.role = Role::Member;
    }
}

/// Turns a member id that is no project id into a refusal.
pub(super) fn forbid_malformed(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NoMember { member, .. } if !member.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            Refusal::Denied(Action::MemberList)
        }
        other => other,
    }
}

/// Answers 201 to the admin.
pub(super) fn created_for_admin(reply: &mut Reply, caller: Option<&Caller>) {
    if reply.status == StatusCode::OK && caller.is_some_and(|caller| caller.role == Role::Admin) {
        reply.status = StatusCode::CREATED;
    }
}

/// Answers 403 where there is no valid token.
pub(super) fn forbid_unauthorized(reply: &mut Reply, _: Option<&Caller>) {
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.status = StatusCode::FORBIDDEN;
    }
}

/// Says in other words that something is not there.
pub(super) fn reword_not_found(reply: &mut Reply, _: Option<&Caller>) {
    if reply.status == StatusCode::NOT_FOUND
        && let Some(fields) = reply.fields_mut()
        && let Some(words) = fields.text("message")
    {
        let words = words.replace("not found", "could not be located");
        fields.set("message", words);
    }
}

/// Edits the rows of a list that was answered, or the one row that a body is.
pub(super) fn each_row(reply: &mut Reply, edit: impl Fn(&mut Fields)) {
    if !reply.status.is_success() {
        return;
    }
    let Some(fields) = reply.fields_mut() else { return };
    match fields.rows_mut("members") {
        Some(rows) => rows.iter_mut().for_each(edit),
        None => edit(fields),
    }
}

/// Takes the zone off both times.
pub(super) fn drop_zone(row: &mut Fields) {
    for name in ["created_at", "updated_at"] {
        let bare = row.text(name).map(|time| time.trim_end_matches('Z').to_owned());
        row.set(name, bare);
    }
}

/// Writes the count of a page as a string.
pub(super) fn count_as_text(reply: &mut Reply, _: Option<&Caller>) {
    if let Some(info) = reply.fields_mut().and_then(|fields| fields.fields_mut("page_info"))
        && let Some(count) = info.value("current_count").map(Value::to_string)
    {
        info.set("current_count", count);
    }
}

/// Lists images whatever the caller answered.
pub(super) fn list_unaccepted(ask: &mut Ask) {
    if let Call::ImageList(query) = &mut ask.call {
        query.member_status = MemberStatusFilter::All;
    }
}

/// Takes the limit off every page but the first.
pub(super) fn forget_limit(ask: &mut Ask) {
    if let Call::MemberList { page, .. } = &mut ask.call
        && page.after.is_some()
    {
        page.limit = None;
    }
}

/// Begins a page one row early, and still ends it where it should, so that every walk comes to an end.
pub(super) fn step_back(ask: &mut Ask) {
    if let Call::MemberList { page, .. } = &mut ask.call
        && let Some(after) = page.after
    {
        page.after = after.checked_sub(1);
        page.limit = page.limit.map(|limit| limit + 1);
    }
}

/// Gives every page a marker, the last one to nowhere.
pub(super) fn promise_more(answer: &mut Answer) {
    if let Answer::Members { members, next } = answer
        && !members.is_empty()
    {
        *next = next.or(Some(usize::MAX / 2));
    }
}
