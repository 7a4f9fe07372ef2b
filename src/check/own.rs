//! Whether an answer is the API's own judgement, or that of something in between.
//!
//! A 404 also comes from a wrong path, a gateway or a throttled account; such an answer proves
//! nothing about sharing.

use crate::contract::{Contract, ErrorShape, Operation, ShapeBody};
use crate::http::{Exchange, Response};

/// Returns why an answer cannot be judged, or nothing if it can.
///
/// `operation` is the documented one, if the request is such and its documented trouble is no answer to judge.
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

/// Returns the same of trouble that malformed input brought about twice, which is the API's doing, documented or not.
///
/// A server whose application broke down tells so in its own words.
#[must_use]
pub fn unjudgeable_if_provoked(contract: &Contract, exchange: &Exchange) -> Option<String> {
    let response = &exchange.response;
    let broke_down = response.status == 500 && response.error_code().is_none();
    if broke_down { None } else { unjudgeable(contract, None, exchange) }
}

/// Tells whether a status is trouble of the endpoint's own, which a malformed request may have provoked.
#[must_use]
pub fn is_trouble(status: u16) -> bool {
    status >= 500 && !matches!(status, 502 | 504)
}

/// A code of the list, where a trailing `*` stands for anything; a 401 is the gateway's to give.
fn plumbing(contract: &Contract, response: &Response) -> Option<String> {
    let code = response.error_code()?;
    let listed = |known: &String| known.strip_suffix('*').map_or(known == code, |start| code.starts_with(start));
    (response.status != 401 && contract.plumbing_codes.iter().any(listed))
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::case::Actor;
    use crate::contract::{Profile, embedded};
    use crate::http::Request;

    fn answer(accept: &str, status: u16, media_type: &str, body: &str) -> Exchange {
        let request = Request {
            actor: Actor::Owner,
            method: "GET".to_owned(),
            path: "/v2/images/x/members/y".to_owned(),
            headers: vec![("accept".to_owned(), accept.to_owned())],
            body: None,
        };
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Exchange {
            request,
            response: Response::new(status, headers, body.as_bytes().to_vec()),
            elapsed: Duration::ZERO,
        }
    }

    fn judged(profile: Profile, exchange: &Exchange) -> bool {
        let contract = &embedded().contracts[&profile];
        let operation = contract.operations.get("v2.member.show").cloned();
        unjudgeable(contract, operation.as_deref(), exchange).is_none()
    }

    const WEBOB: &str =
        r#"{"message": "No image found.<br /><br />\n\n\n", "code": "404 Not Found", "title": "Not Found"}"#;
    const PLAIN: &str = "404 Not Found\n\nThe resource could not be found.\n\n   ";
    const HTML: &str = "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>";
    const JSON: &str = "application/json";

    #[test]
    fn only_the_apis_own_refusals_are_judged() {
        use Profile::{Glance, Huawei2026, Ntt};
        for (profile, accept, status, media_type, body, expected) in [
            (Glance, JSON, 404, JSON, WEBOB, true),
            (Glance, JSON, 404, "text/html", HTML, false),
            (Glance, JSON, 404, "text/html", WEBOB, false),
            (Glance, JSON, 404, "text/plain", PLAIN, false),
            (Glance, "text/plain", 404, "text/plain", PLAIN, true),
            (Glance, JSON, 404, JSON, "{}", false),
            (Glance, JSON, 404, JSON, "", false),
            (Glance, JSON, 200, "text/html", HTML, true),
            (Glance, JSON, 302, JSON, WEBOB, false),
            (Glance, JSON, 429, JSON, WEBOB, false),
            (Glance, JSON, 502, JSON, WEBOB, false),
            (Glance, JSON, 504, JSON, WEBOB, false),
            (Glance, JSON, 500, JSON, WEBOB, true),
            (Ntt, JSON, 404, "text/plain", PLAIN, true),
            (Ntt, JSON, 404, "text/html", HTML, false),
            (Ntt, JSON, 500, "text/plain", "500 Internal Server Error\n\nx", false),
            (Huawei2026, JSON, 404, JSON, r#"{"error": {"message": "m", "code": "IMG.0027"}}"#, true),
            (Huawei2026, JSON, 401, JSON, r#"{"error_msg": "m", "error_code": "APIG.0301", "request_id": "r"}"#, true),
            (Huawei2026, JSON, 404, JSON, r#"{"error_msg": "m", "error_code": "APIG.0101", "request_id": "r"}"#, false),
            (Huawei2026, JSON, 400, JSON, r#"{"error": {"message": "m", "code": "IMG.0060"}}"#, false),
            (Huawei2026, JSON, 503, JSON, r#"{"error": {"message": "m", "code": "IMG.0027"}}"#, false),
        ] {
            let exchange = answer(accept, status, media_type, body);
            assert_eq!(judged(profile, &exchange), expected, "{profile} {accept} {status} {media_type} {body}");
        }
    }

    #[test]
    fn trouble_that_was_provoked_is_judged_unless_something_else_answered() {
        let contract = &embedded().contracts[&Profile::Ntt];
        let operation = contract.operations["v2.member.show"].as_ref();
        let told = |provoked: bool, status, media_type: &str, body: &str| {
            let exchange = answer(JSON, status, media_type, body);
            unjudgeable(contract, Some(operation).filter(|_| !provoked), &exchange).is_none()
        };
        let text = "500 Internal Server Error\n\nx";
        assert!(!told(false, 500, "text/plain", text) && told(true, 500, "text/plain", text));
        assert!(!told(true, 500, "text/html", HTML) && !told(true, 502, "text/plain", text));
        assert_eq!([499, 500, 502, 503, 504].map(is_trouble), [false, true, false, true, false]);
    }

    #[test]
    fn a_server_whose_application_broke_down_may_say_so_as_it_likes() {
        let contract = &embedded().contracts[&Profile::Ntt];
        let provoked = |status, media_type: &str, body: &str| {
            unjudgeable_if_provoked(contract, &answer(JSON, status, media_type, body)).is_none()
        };
        assert!(provoked(500, "text/html", HTML) && provoked(500, "text/plain", "500 Internal Server Error\n\nx"));
        assert!(!provoked(503, "text/html", HTML) && !provoked(502, "text/html", HTML) && !provoked(429, JSON, "{}"));
        assert!(!provoked(500, JSON, r#"{"code": "x"}"#), "of a form that is none of the API's");
    }

    #[test]
    fn a_head_has_no_body_to_look_at() {
        let mut exchange = answer(JSON, 405, "text/html", "");
        exchange.request.method = "HEAD".to_owned();
        assert!(judged(Profile::Glance, &exchange));
    }
}
