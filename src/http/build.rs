//! Builds requests for documented operations.

use percent_encoding::utf8_percent_encode;
use serde_json::{Map, Value};

use crate::case::Actor;
use crate::case::template::bare;
use crate::contract::Operation;
use crate::http::Request;
use crate::redact::RESERVED;

/// Returns a request for an operation: its path filled, its query appended, JSON asked for.
///
/// Parameters that the path lacks are ignored; a list in the query repeats the parameter.
#[must_use]
pub fn request_for(
    operation: &Operation,
    actor: Actor,
    path: &Map<String, Value>,
    query: &Map<String, Value>,
) -> Request {
    let mut filled = operation.path.clone();
    for (name, value) in path {
        let value = utf8_percent_encode(&bare(value), RESERVED).to_string();
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled.push_str(&query_text(query));
    Request {
        actor,
        method: operation.method.clone(),
        path: filled,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: None,
    }
}

/// Returns `?a=1&b=2`, or nothing for an empty query; a parameter that is null is none.
#[must_use]
pub fn query_text(query: &Map<String, Value>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let mut pairs = Vec::new();
    for (name, value) in query {
        let values = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        pairs.extend(
            values
                .into_iter()
                .filter(|value| !value.is_null())
                .map(|value| format!("{}={}", encode(name), encode(&bare(value)))),
        );
    }
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

impl Request {
    /// Returns the request with a JSON body in the operation's media type.
    #[must_use]
    pub fn with_json(self, operation: &Operation, body: &Value) -> Self {
        self.with_body(operation, body.to_string().into_bytes())
    }

    /// Returns the request with a body in the operation's media type.
    #[must_use]
    pub fn with_body(mut self, operation: &Operation, body: Vec<u8>) -> Self {
        let media_type = operation.request_media_type.as_deref().unwrap_or("application/json");
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            self.headers.push(("content-type".to_owned(), media_type.to_owned()));
        }
        self.body = Some(body);
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_query_encodes_and_repeats() {
        let query = json!({"limit": 1, "marker": "a+b/==", "x": ["1", "2"]});
        let query = query.as_object().expect("is a map");
        assert_eq!(query_text(query), "?limit=1&marker=a%2Bb%2F%3D%3D&x=1&x=2");
        assert_eq!(query_text(&Map::new()), "");
        let hostile = json!({"marker": "\u{0}\r\n{{image.id}}<b>&x=1#%41 é"});
        let encoded = "?marker=%00%0D%0A%7B%7Bimage.id%7D%7D%3Cb%3E%26x%3D1%23%2541%20%C3%A9";
        assert_eq!(query_text(hostile.as_object().expect("is a map")), encoded);
        assert_eq!(query_text(json!({"name": null, "x": []}).as_object().expect("is a map")), "");
    }
}
