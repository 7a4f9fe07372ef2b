//! Other pages than were asked for.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::kind::{Seen, restate};
use crate::mock::error::{Malformed, Problem};
use crate::mock::fields::Fields;
use crate::mock::inbound::Inbound;
use crate::mock::model::{Answer, Ask, Call, Page};
use crate::mock::reply::Reply;

/// Changes the limit of every page.
pub(in crate::mock::fault) fn limit(ask: &mut Ask, change: impl Fn(Option<usize>) -> Option<usize>) {
    edit(ask, |page| page.limit = change(page.limit));
}

/// Takes the limit off every page but the first.
pub(in crate::mock::fault) fn forget_limit(ask: &mut Ask) {
    edit(ask, |page| page.limit = page.limit.filter(|_| page.after.is_none()));
}

/// Begins a page one row early, and still ends it where it should, so that every walk comes to an end.
pub(in crate::mock::fault) fn step_back(ask: &mut Ask) {
    edit(ask, |page| {
        if let Some(after) = page.after {
            page.after = after.checked_sub(1);
            page.limit = page.limit.map(|limit| limit + 1);
        }
    });
}

/// Begins a page one row late.
pub(in crate::mock::fault) fn step_forth(ask: &mut Ask) {
    edit(ask, |page| page.after = page.after.map(|after| after + 1));
}

/// Begins every page with the first row.
pub(in crate::mock::fault) fn start_over(ask: &mut Ask) {
    edit(ask, |page| page.after = None);
}

/// Takes the list that a marker belongs to for the one that is asked for.
pub(in crate::mock::fault) fn follow_marker(ask: &mut Ask) {
    if let Call::MemberList { image, page: Page { of: Some(of), .. } } = &mut ask.call {
        image.clone_from(of);
    }
}

fn edit(ask: &mut Ask, change: impl FnOnce(&mut Page)) {
    if let Call::MemberList { page, .. } = &mut ask.call {
        change(page);
    }
}

/// Gives every page a marker, the last one to nowhere.
pub(in crate::mock::fault) fn promise_more(answer: &mut Answer) {
    if let Answer::Members { members, next } = answer
        && !members.is_empty()
    {
        *next = next.or(Some(usize::MAX / 2));
    }
}

/// Turns the rows of a page round.
pub(in crate::mock::fault) fn turn_round(answer: &mut Answer) {
    if let Answer::Members { members, .. } = answer {
        members.reverse();
    }
}

/// Cuts a list that has no pages to the limit that the query names.
pub(in crate::mock::fault) fn cut(reply: &mut Reply, seen: &Seen<'_>) {
    let limit = seen.inbound.query("limit").and_then(|limit| limit.parse().ok());
    if let (Some(limit), Some(rows)) = (limit, rows(reply)) {
        rows.truncate(limit);
    }
}

/// Takes the last row off every page but the first.
pub(in crate::mock::fault) fn lose_last(reply: &mut Reply, seen: &Seen<'_>) {
    if seen.inbound.query("marker").is_none() {
        return;
    }
    let Some(rows) = rows(reply) else { return };
    rows.pop();
    let left = rows.len();
    info(reply, |info| info.set("current_count", left));
}

/// Refuses a first page with a limit beyond the rows that are there.
pub(in crate::mock::fault) fn refuse_spare_limit(reply: &mut Reply, seen: &Seen<'_>) {
    let limit = seen.inbound.query("limit").and_then(|limit| limit.parse::<usize>().ok());
    let there = rows(reply).map(|rows| rows.len());
    if seen.inbound.query("marker").is_none() && there.zip(limit).is_some_and(|(there, limit)| limit > there) {
        restate(reply, 400, seen);
    }
}

/// Writes the marker of a page as a number.
pub(in crate::mock::fault) fn number_marker(reply: &mut Reply, _: &Seen<'_>) {
    info(reply, |info| {
        if info.value("next_marker").is_some() {
            info.set("next_marker", 7);
        }
    });
}

/// Counts one row too many.
pub(in crate::mock::fault) fn miscount(reply: &mut Reply, _: &Seen<'_>) {
    info(reply, |info| {
        if let Some(count) = info.value("current_count").and_then(Value::as_u64) {
            info.set("current_count", count + 1);
        }
    });
}

/// Writes the count of a page as a string.
pub(in crate::mock::fault) fn count_as_text(reply: &mut Reply, _: &Seen<'_>) {
    info(reply, |info| {
        if let Some(count) = info.value("current_count").map(Value::to_string) {
            info.set("current_count", count);
        }
    });
}

/// Leaves out `page_info` where one page is the whole list.
pub(in crate::mock::fault) fn drop_idle_page_info(reply: &mut Reply, seen: &Seen<'_>) {
    let Some(body) = reply.fields_mut().filter(|_| seen.inbound.query("marker").is_none()) else { return };
    if body.fields_mut("page_info").is_some_and(|info| info.value("next_marker").is_none()) {
        body.remove("page_info");
    }
}

/// Refuses a marker that is none as one that the caller may not use.
pub(in crate::mock::fault) fn forbid_marker(reply: &mut Reply, seen: &Seen<'_>) {
    if seen.problem == Some(&Problem::Malformed(Malformed::PageMarker)) {
        restate(reply, 403, seen);
    }
}

/// Takes an empty marker for that of the last page.
pub(in crate::mock::fault) fn empty_marker_to_the_end(inbound: &mut Inbound) {
    let image = inbound.path.rsplit('/').nth(1).unwrap_or_default().to_owned();
    for (_, value) in inbound.query.iter_mut().filter(|(name, value)| name == "marker" && value.is_empty()) {
        *value = STANDARD.encode(format!("{image}:{}", u32::MAX));
    }
}

/// Returns a marker without its Base64.
pub(in crate::mock::fault) fn plain_marker(marker: &str) -> String {
    let plain = STANDARD.decode(marker).ok().and_then(|plain| String::from_utf8(plain).ok());
    plain.unwrap_or_else(|| marker.to_owned())
}

/// Writes an empty marker where there is none.
pub(in crate::mock::fault) fn void_last_marker(reply: &mut Reply, _: &Seen<'_>) {
    info(reply, |info| {
        if info.value("next_marker").is_none() {
            info.set("next_marker", "");
        }
    });
}

fn rows(reply: &mut Reply) -> Option<&mut Vec<Fields>> {
    reply.fields_mut()?.rows_mut("members")
}

fn info(reply: &mut Reply, change: impl FnOnce(&mut Fields)) {
    if let Some(info) = reply.fields_mut().and_then(|body| body.fields_mut("page_info")) {
        change(info);
    }
}
