//! Requests that are read as something else than they say.

use serde_json::{Value, json};

use crate::mock::inbound::Inbound;

/// Reads another member out of the body of an add, where `member` finds one.
pub(in crate::mock::fault) fn reread(inbound: &mut Inbound, member: impl Fn(&Value) -> Option<Value>) {
    if let Some(member) = body(inbound).as_ref().and_then(member) {
        inbound.body = json!({ "member": member }).to_string().into();
    }
}

/// Reads another body where it is no JSON object.
pub(in crate::mock::fault) fn mend(inbound: &mut Inbound, text: &'static str) {
    if !body(inbound).is_some_and(|body| body.is_object()) {
        inbound.body = text.into();
    }
}

/// Reads another status out of the body of an update.
pub(in crate::mock::fault) fn restatus(inbound: &mut Inbound, status: impl Fn(&str) -> String) {
    let found = body(inbound).and_then(|body| body.get("status")?.as_str().map(status));
    if let Some(status) = found {
        inbound.body = json!({ "status": status }).to_string().into();
    }
}

/// Reads a body without a status as an acceptance.
pub(in crate::mock::fault) fn default_status(inbound: &mut Inbound) {
    if body(inbound).is_some_and(|body| body.as_object().is_some_and(|body| !body.contains_key("status"))) {
        inbound.body = json!({ "status": "accepted" }).to_string().into();
    }
}

/// Reads a status that is no text as an acceptance.
pub(in crate::mock::fault) fn default_other_status(inbound: &mut Inbound) {
    if body(inbound).is_some_and(|body| body.get("status").is_some_and(|status| !status.is_string())) {
        inbound.body = json!({ "status": "accepted" }).to_string().into();
    }
}

/// Returns a status that there is, or pending.
pub(in crate::mock::fault) fn known_or_pending(status: &str) -> String {
    known_or(status, "pending")
}

/// Returns a status that there is, or rejected.
pub(in crate::mock::fault) fn known_or_rejected(status: &str) -> String {
    known_or(status, "rejected")
}

fn known_or(status: &str, other: &str) -> String {
    let known = ["pending", "accepted", "rejected"].contains(&status);
    if known { status } else { other }.to_owned()
}

fn body(inbound: &Inbound) -> Option<Value> {
    serde_json::from_slice(&inbound.body).ok()
}
