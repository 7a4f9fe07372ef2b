//! From the author's words to a request on the wire.

use serde_json::{Map, Value};

use super::scope::Scope;
use crate::case::template::{self, TemplateError, bare};
use crate::case::{BodySpec, RequestSpec};
use crate::contract::Operation;
use crate::http::{Request, query_text, request_for};

/// The word of a case that wants no `Accept` to be sent; it is no media range.
const NO_ACCEPT: &str = "none";

/// Returns the request that a spec describes, with its templates filled.
pub(super) fn build(operation: &Operation, spec: &RequestSpec, scope: &Scope<'_>) -> Result<Request, TemplateError> {
    let lookup = |name: &str| scope.get(name);
    let path = template::fill_map(&spec.path, &lookup)?;
    let query = template::fill_map(&spec.query, &lookup)?;
    let mut request = request_for(operation, scope.actor(), &path, &query);
    if let Some(raw) = &spec.raw_path {
        request.path = format!("{}{}", bare(&template::fill_text(raw, &lookup)?), query_text(&query));
    }
    if let Some(method) = &spec.method {
        request.method.clone_from(method);
    }
    headers(&mut request, spec.accept.as_deref(), &template::fill_map(&spec.headers, &lookup)?);
    Ok(match &spec.body {
        BodySpec::None => request,
        BodySpec::Json(body) => request.with_json(operation, &template::fill(body, &lookup)?),
        BodySpec::Raw(body) => {
            let body = bare(&template::fill_text(body, &lookup)?);
            request.with_body(operation, body.into_bytes())
        }
    })
}

fn headers(request: &mut Request, accept: Option<&str>, given: &Map<String, Value>) {
    if let Some(accept) = accept {
        request.headers.retain(|(name, _)| name != "accept");
        let sent = (accept != NO_ACCEPT).then(|| ("accept".to_owned(), accept.to_owned()));
        request.headers.extend(sent);
    }
    request.headers.extend(given.iter().map(|(name, value)| (name.to_ascii_lowercase(), bare(value))));
}
