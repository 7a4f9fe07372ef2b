//! Other refusals, and answers where there should be one.

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};

use super::super::kind::{Seen, When, restate};
use crate::mock::error::Problem;
use crate::mock::reply::Reply;

/// Answers HEAD with 200.
pub(in crate::mock::fault) fn head_answers(reply: &mut Reply, seen: &Seen<'_>) {
    if seen.inbound.method == Method::HEAD {
        reply.status = StatusCode::OK;
    }
}

/// Says which methods a path has to a caller without a valid token.
pub(in crate::mock::fault) fn method_first(reply: &mut Reply, seen: &Seen<'_>) {
    if seen.operation.is_none() && seen.problem == Some(&Problem::Unauthorized) {
        *reply = (seen.refuse)(&Problem::Method("GET".to_owned()), seen.inbound);
    }
}

/// Refuses a request with a query.
pub(in crate::mock::fault) fn refuse_query(reply: &mut Reply, seen: &Seen<'_>) {
    if reply.status.is_success() && !seen.inbound.query.is_empty() {
        restate(reply, 404, seen);
    }
}

/// Refuses in JSON, whatever is asked for.
pub(in crate::mock::fault) fn always_json(reply: &mut Reply, seen: &Seen<'_>) {
    if let Some(problem) = seen.problem {
        let mut inbound = seen.inbound.clone();
        inbound.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        *reply = (seen.refuse)(problem, &inbound);
    }
}

/// Shows the headers of a request about an image id that is no UUID, the token among them.
pub(in crate::mock::fault) fn dump_headers(reply: &mut Reply, seen: &Seen<'_>) {
    let token = seen.inbound.headers.get("x-auth-token").filter(|_| When::MalformedImage.fits(seen));
    reply.headers.extend(token.map(|token| (HeaderName::from_static("x-request-token"), token.clone())));
}

/// Empties a field of an error in Huawei's form.
pub(in crate::mock::fault) fn blank(reply: &mut Reply, name: &'static str) {
    if let Some(error) = reply.fields_mut().and_then(|body| body.fields_mut("error")) {
        error.set(name, "");
    }
}

/// Says in other words that something is not there.
pub(in crate::mock::fault) fn reword_not_found(reply: &mut Reply, _: &Seen<'_>) {
    if reply.status == StatusCode::NOT_FOUND
        && let Some(fields) = reply.fields_mut()
        && let Some(words) = fields.text("message")
    {
        let words = words.replace("not found", "could not be located");
        fields.set("message", words);
    }
}
