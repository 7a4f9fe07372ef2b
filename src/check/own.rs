//! Whether an answer is the API's own judgement, or that of something in between.
//!
//! A 404 also comes from a wrong path, a gateway or a throttled account; such an answer proves
//! nothing about sharing.

use crate::contract::{Contract, ErrorShape, Operation, ShapeBody};
use crate::http::{Exchange, Response};

/// Returns why an answer cannot be judged, or nothing if it can.
///
/// `operation` is the documented one, if the request is such.
#[must_use]
pub fn unjudgeable(contract: &Contract, operation: Option<&Operation>, exchange: &Exchange) -> Option<String> {
    let response = &exchange.response;
    let status = response.status;
    match status {
        429 => Some("429: the endpoint throttles".to_owned()),
        502 | 504 => Some(format!("{status}: a gateway answered, not the API")),
        300..400 => Some(format!("{status}: a redirect, which is not followed")),
        400.. => plumbing(contract, response)
            .or_else(|| documented_trouble(operation, status))
            .or_else(|| foreign(contract, exchange)),
        _ => None,
    }
}

fn plumbing(contract: &Contract, response: &Response) -> Option<String> {
    let code = response.error_code()?;
    contract
        .plumbing_codes
        .iter()
        .any(|known| known == code)
        .then(|| format!("{} with code {code}: trouble beside the API, such as throttling", response.status))
}

fn documented_trouble(operation: Option<&Operation>, status: u16) -> Option<String> {
    let documented = operation.is_some_and(|operation| operation.responses.contains_key(&status));
    (status >= 500 && documented).then(|| format!("{status}: the endpoint says that it is in trouble"))
}

fn foreign(contract: &Contract, exchange: &Exchange) -> Option<String> {
    let response = &exchange.response;
    if exchange.request.method == "HEAD" {
        return None;
    }
    let accept = exchange.request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("accept"));
    let asked = accept.is_none_or(|(_, value)| value != "application/json");
    if contract.error_shapes.iter().any(|shape| fits(shape, response, asked)) {
        return None;
    }
    let media_type = response.media_type();
    let form = if media_type.is_empty() { "no media type".to_owned() } else { media_type };
    Some(format!("{}: not the API's own answer ({form}, {} bytes)", response.status, response.body.len()))
}

fn fits(shape: &ErrorShape, response: &Response, asked: bool) -> bool {
    if shape.only_if_asked && !asked || !shape.statuses.is_empty() && !shape.statuses.contains(&response.status) {
        return false;
    }
    let media_type = response.media_type();
    if shape.media_type != "*/*" && shape.media_type != media_type {
        return false;
    }
    match &shape.body {
        ShapeBody::Json(schema) => response.json().is_some_and(|body| schema.accepts(body)),
        ShapeBody::Text(pattern) => pattern.is_match(&response.text()),
        ShapeBody::Any => true,
    }
}
