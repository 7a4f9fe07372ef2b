//! Which versions of the image API there are: what a client asks before anything else, and without a token.

use std::borrow::Cow;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use super::fields::Fields;
use super::inbound::Inbound;
use super::reply::{Body, JSON, Reply};

/// The minor versions of the recorded Glance, in its order.
const MINORS: [u8; 16] = [15, 13, 12, 11, 10, 9, 8, 17, 7, 6, 5, 4, 3, 2, 1, 0];
/// The one that is current.
const CURRENT: u8 = 17;

/// Returns the path to look up, or the versions, whatever the method, where the path is for them.
pub(crate) fn path(inbound: &Inbound) -> Result<Cow<'_, str>, Reply> {
    match inbound.path.trim_matches('/') {
        "" => Err(list(StatusCode::MULTIPLE_CHOICES, inbound)),
        "versions" => Err(list(StatusCode::OK, inbound)),
        _ => Ok(Cow::Borrowed(&inbound.path)),
    }
}

/// Does the same as Glance does, to which every minor version is `v2`, and which answers any other with the versions.
pub(crate) fn glance_path(inbound: &Inbound) -> Result<Cow<'_, str>, Reply> {
    let path = inbound.path.trim_start_matches('/');
    let (version, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    match version {
        "v2" => Ok(Cow::Borrowed(&inbound.path)),
        "versions" => Err(list(StatusCode::OK, inbound)),
        minor if is_minor(minor) => Ok(Cow::Owned(format!("/v2{rest}"))),
        _ => Err(list(StatusCode::MULTIPLE_CHOICES, inbound)),
    }
}

/// Leads on from the bare version.
pub(crate) fn redirect(inbound: &Inbound) -> Reply {
    let reply = Reply::new(StatusCode::FOUND, Body::Empty).with(header::CONTENT_TYPE, "text/plain; charset=utf8");
    reply.with(header::LOCATION, &format!("{}/v2/", inbound.base()))
}

fn is_minor(version: &str) -> bool {
    MINORS.iter().any(|minor| version.strip_prefix("v2.") == Some(&minor.to_string()))
}

fn list(status: StatusCode, inbound: &Inbound) -> Reply {
    let base = inbound.base();
    let versions: Value = MINORS.iter().map(|minor| version(*minor, &base)).collect();
    Reply::new(status, Body::Json(JSON, Fields::default().with("versions", versions)))
}

fn version(minor: u8, base: &str) -> Value {
    let status = if minor == CURRENT { "CURRENT" } else { "SUPPORTED" };
    json!({"id": format!("v2.{minor}"), "status": status, "links": [{"rel": "self", "href": format!("{base}/v2/")}]})
}
