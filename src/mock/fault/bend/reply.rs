//! Other replies: rows, times, ids, and single callers.

use axum::http::StatusCode;
use serde_json::Value;

use super::super::kind::{Seen, restate};
use crate::mock::fields::Fields;
use crate::mock::model::Role;
use crate::mock::reply::Reply;

/// Answers 201 to the admin.
pub(in crate::mock::fault) fn created_for_admin(reply: &mut Reply, seen: &Seen<'_>) {
    if reply.status == StatusCode::OK && seen.caller.is_some_and(|caller| caller.role == Role::Admin) {
        reply.status = StatusCode::CREATED;
    }
}

/// Answers 403 where there is no valid token.
pub(in crate::mock::fault) fn forbid_unauthorized(reply: &mut Reply, _: &Seen<'_>) {
    if reply.status == StatusCode::UNAUTHORIZED {
        reply.status = StatusCode::FORBIDDEN;
    }
}

/// Answers 404 to an add of a project that there is not.
pub(in crate::mock::fault) fn know_projects(reply: &mut Reply, seen: &Seen<'_>) {
    let body: Value = serde_json::from_slice(&seen.inbound.body).unwrap_or_default();
    let known = seen.directory.accounts().any(|account| body["member"] == account.project_id);
    if reply.status.is_success() && !known {
        restate(reply, 404, seen);
    }
}

/// Answers 409 to an add of a project that there is not.
pub(in crate::mock::fault) fn conflict_over_unknown_projects(reply: &mut Reply, seen: &Seen<'_>) {
    let known = seen.directory.accounts().any(|account| sent(seen)["member"] == account.project_id);
    let wanted = sent(seen)["member"].as_str().is_some_and(|member| member.len() == 32);
    if reply.status.is_success() && wanted && !known {
        restate(reply, 409, seen);
    }
}

/// Answers 409 to a recipient that takes its answer back.
pub(in crate::mock::fault) fn conflict_over_pending(reply: &mut Reply, seen: &Seen<'_>) {
    if sent(seen)["status"] == "pending" {
        restate(reply, 409, seen);
    }
}

/// Leaves out the caller's own row.
pub(in crate::mock::fault) fn leave_out_caller(reply: &mut Reply, seen: &Seen<'_>) {
    let Some(caller) = seen.caller.filter(|_| reply.status.is_success()) else { return };
    if let Some(rows) = reply.fields_mut().and_then(|body| body.rows_mut("members")) {
        rows.retain(|row| row.text("member_id") != Some(&*caller.project));
    }
}

fn sent(seen: &Seen<'_>) -> Value {
    serde_json::from_slice(&seen.inbound.body).unwrap_or_default()
}

/// Edits the rows of a list that was answered, or the one row that a body is.
pub(in crate::mock::fault) fn each_row(reply: &mut Reply, edit: impl Fn(&mut Fields)) {
    if !reply.status.is_success() {
        return;
    }
    let Some(fields) = reply.fields_mut() else { return };
    match fields.rows_mut("members") {
        Some(rows) => rows.iter_mut().for_each(edit),
        None => edit(fields),
    }
}

/// Edits the rows of one kind of recipient.
pub(in crate::mock::fault) fn each_row_of(reply: &mut Reply, kind: &str, edit: impl Fn(&mut Fields)) {
    each_row(reply, |row| {
        if row.text("member_type") == Some(kind) {
            edit(row);
        }
    });
}

/// Takes the zone off both times.
pub(in crate::mock::fault) fn drop_zone(row: &mut Fields) {
    for name in ["created_at", "updated_at"] {
        let bare = row.text(name).map(|time| time.trim_end_matches('Z').to_owned());
        row.set(name, bare);
    }
}

/// Swaps both times.
pub(in crate::mock::fault) fn swap_times(row: &mut Fields) {
    let time = |name| row.text(name).map(str::to_owned);
    let (created, updated) = (time("created_at"), time("updated_at"));
    row.set("created_at", updated);
    row.set("updated_at", created);
}

/// Gives a time microseconds.
pub(in crate::mock::fault) fn with_fraction(time: &str) -> String {
    format!("{}.000000Z", time.trim_end_matches('Z'))
}

/// Gives a time the offset of another zone in place of the mark of UTC.
pub(in crate::mock::fault) fn with_offset(time: &str) -> String {
    format!("{}+08:00", time.trim_end_matches('Z'))
}

/// Takes the dashes out of an id.
pub(in crate::mock::fault) fn without_dashes(id: &str) -> String {
    id.replace('-', "")
}
