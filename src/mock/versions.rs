//! Which versions of the image API there are: what a client asks before anything else, and without a token.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::fields::Fields;
use super::inbound::Inbound;
use super::reply::{Body, JSON, Reply};

/// The minor versions of the recorded Glance, in its order.
const MINORS: [u8; 16] = [15, 13, 12, 11, 10, 9, 8, 17, 7, 6, 5, 4, 3, 2, 1, 0];
/// The one that is current.
const CURRENT: u8 = 17;

/// Answers a request for the versions, whatever its method; nothing if it is for something else.
pub(crate) fn answer(inbound: &Inbound) -> Option<Reply> {
    let status = match inbound.path.trim_matches('/') {
        "" => StatusCode::MULTIPLE_CHOICES,
        "versions" => StatusCode::OK,
        _ => return None,
    };
    let base = inbound.base();
    let versions: Value = MINORS.iter().map(|minor| version(*minor, &base)).collect();
    Some(Reply::new(status, Body::Json(JSON, Fields::default().with("versions", versions))))
}

fn version(minor: u8, base: &str) -> Value {
    let status = if minor == CURRENT { "CURRENT" } else { "SUPPORTED" };
    json!({"id": format!("v2.{minor}"), "status": status, "links": [{"rel": "self", "href": format!("{base}/v2/")}]})
}
