//! What faults do to questions, answers and replies.

use axum::http::StatusCode;
use serde_json::Value;

use super::Seen;
use crate::mock::fields::Fields;
use crate::mock::model::{Action, Answer, Ask, Call, MemberStatusFilter, Policy, Refusal, Right, Role, Rows, Standing};
use crate::mock::reply::Reply;

/// Grants an action to a standing, on every row.
pub(super) fn grant(policy: &mut Policy, action: Action, standing: Standing) {
    policy.rights[action as usize][standing as usize] = Right::Granted(Rows::All);
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
pub(super) fn created_for_admin(reply: &mut Reply, seen: &Seen<'_>) {
    if reply.status == StatusCode::OK && seen.caller.is_some_and(|caller| caller.role == Role::Admin) {
        reply.status = StatusCode::CREATED;
    }
}

/// Answers 403 where there is no valid token.
pub(super) fn forbid_unauthorized(reply: &mut Reply, _: &Seen<'_>) {
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.status = StatusCode::FORBIDDEN;
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
pub(super) fn count_as_text(reply: &mut Reply, _: &Seen<'_>) {
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

/// Gives a time microseconds.
pub(super) fn with_fraction(time: &str) -> String {
    format!("{}.000000Z", time.trim_end_matches('Z'))
}

/// Gives a time the offset of another zone in place of the mark of UTC.
pub(super) fn with_offset(time: &str) -> String {
    format!("{}+08:00", time.trim_end_matches('Z'))
}

/// Takes the dashes out of an id.
pub(super) fn without_dashes(id: &str) -> String {
    id.replace('-', "")
}
