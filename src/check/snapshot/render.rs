//! Exchanges as text for a reviewer: the same answers give the same text, whenever and wherever they were given.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::names::{Names, mask, number};
use crate::http::{Exchange, Request};
use crate::redact::printable;

/// The response headers that matter to somebody who shares images; the rest is of the server and the moment.
const HEADERS: [&str; 4] = ["allow", "content-type", "link", "location"];
/// Starts of further such headers.
const STARTS: [&str; 2] = ["openstack-", "x-openstack-"];
/// Lists in which no order is promised.
const UNORDERED: [&str; 2] = ["images", "members"];
/// A URL within a header.
static IDENTITY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?i)https?://[^\s"',]+"#).expect("the pattern is tested"));
/// The longest body that a snapshot holds, in bytes.
const LONGEST: usize = 16 << 10;

/// Returns exchanges as text, in order.
///
/// Keys of objects and rows of lists are sorted, as their order means nothing. Of a list of images only the case's own
/// stays: the others come and go with other cases and other people.
#[must_use]
pub fn render(exchanges: &[&Exchange], names: &Names<'_>) -> String {
    let texts: Vec<_> = exchanges.iter().map(|exchange| render_one(exchange, names)).collect();
    printable(&number(&texts.join("\n\n\n"))).into_owned()
}

fn render_one(exchange: &Exchange, names: &Names<'_>) -> String {
    let (request, response) = (&exchange.request, &exchange.response);
    let mut lines = vec![format!("> {}: {} {}", request.actor, request.method, path(request, names))];
    lines.extend(request.headers.iter().map(|(name, value)| format!("> {name}: {}", names.name(value))));
    if let Some(sent) = &request.body {
        lines.push(body(serde_json::from_slice(sent).ok(), sent, names));
    }
    lines.push(String::new());
    lines.push(format!("< {}", response.status));
    let mut headers: Vec<_> = response.headers.iter().filter_map(|(name, value)| header(name, value, names)).collect();
    headers.sort();
    lines.extend(headers);
    lines.push(body(response.json().cloned(), &response.body, names));
    lines.join("\n").trim_end().to_owned()
}

/// Returns path and query with each part by its name.
fn path(request: &Request, names: &Names<'_>) -> String {
    let mut text = String::new();
    for part in request.path.split_inclusive(['/', '?', '&', '=']) {
        let bare = part.trim_end_matches(['/', '?', '&', '=']);
        let plain = percent_encoding::percent_decode_str(bare).decode_utf8().ok();
        let name = plain.map(|plain| (names.name(&plain), plain)).filter(|(name, plain)| name != plain);
        text.push_str(name.as_ref().map_or(bare, |(name, _)| name));
        text.push_str(&part[bare.len()..]);
    }
    text
}

fn header(name: &str, value: &str, names: &Names<'_>) -> Option<String> {
    if name.ends_with("request-id") {
        return Some(format!("< {name}: [request-id]"));
    }
    if name == "www-authenticate" {
        // Where the identity service is, is the deployment's own affair.
        return Some(format!("< {name}: {}", names.name(&IDENTITY.replace_all(value, "[identity]"))));
    }
    let matters = HEADERS.contains(&name) || STARTS.iter().any(|start| name.starts_with(start));
    matters.then(|| format!("< {name}: {}", names.name(value)))
}

/// Returns a body after an empty line, or nothing where there is none.
fn body(json: Option<Value>, bytes: &[u8], names: &Names<'_>) -> String {
    let mut text = match json {
        Some(value) => serde_json::to_string_pretty(&stable(value, names)).unwrap_or_default(),
        None => names.name(String::from_utf8_lossy(bytes).replace("\r\n", "\n").trim_end()),
    };
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str("\n… and more");
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}

/// Returns a value with every text by its name, and its lists in an order of their own.
fn stable(value: Value, names: &Names<'_>) -> Value {
    match value {
        Value::String(text) => Value::String(names.name(&text)),
        Value::Array(list) => Value::Array(list.into_iter().map(|inner| stable(inner, names)).collect()),
        Value::Object(map) => {
            let images = map.get("images").is_some_and(Value::is_array);
            let fields = map.into_iter().filter(|(key, _)| !(images && key == "next"));
            Value::Object(fields.map(|(key, inner)| (names.name(&key), field(&key, inner, names))).collect())
        }
        other => other,
    }
}

fn field(key: &str, value: Value, names: &Names<'_>) -> Value {
    match value {
        Value::String(_) if key == "request_id" => Value::from("[request-id]"),
        Value::Array(list) if UNORDERED.contains(&key) => {
            // The images of a request are ids, and all of them the case's.
            let own = |row: &Value| key != "images" || !row.is_object() || row["id"].as_str() == names.image_id();
            let mut list: Vec<_> = list.into_iter().filter(own).map(|row| stable(row, names)).collect();
            list.sort_by_cached_key(|row| mask(&row.to_string()).into_owned());
            Value::Array(list)
        }
        other => stable(other, names),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::case::Actor;
    use crate::http::Response;
    use crate::redact::Redactor;

    const IMAGE: &str = "b494b26f-674b-4fe4-865c-377a8dc86324";

    fn exchange(path: &str, headers: &[(&str, &str)], answer: &str) -> Exchange {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Exchange {
            request: Request {
                actor: Actor::Owner,
                method: "GET".to_owned(),
                path: path.to_owned(),
                headers: vec![("accept".to_owned(), "application/json".to_owned())],
                body: None,
            },
            response: Response::new(200, headers, answer.as_bytes().to_vec()),
            elapsed: Duration::from_millis(7),
        }
    }

    fn rendered(exchanges: &[Exchange]) -> String {
        let redactor = Redactor::default();
        let known = vec![(IMAGE.to_owned(), "image.id".to_owned())];
        let mut names = Names::new(&redactor, "http://127.0.0.1:9292", Some(IMAGE.to_owned()), known);
        for exchange in exchanges {
            names.learn_markers(&exchange.response);
        }
        render(&exchanges.iter().collect::<Vec<_>>(), &names)
    }

    #[test]
    fn an_exchange_reads_as_curl_shows_it() {
        let headers = [
            ("www-authenticate", "Keystone uri=\"https://id:5000/v3\""),
            ("server", "x"),
            ("x-openstack-request-id", "req-1"),
            ("date", "now"),
            ("content-type", "a/b"),
        ];
        let mut one = exchange(&format!("/v2/images/{IMAGE}?limit=1"), &headers, "{\"b\": 1, \"a\": [true]}");
        one.request.body = Some(b"no json".to_vec());
        let wanted = "> owner: GET /v2/images/[image.id]?limit=1\n> accept: application/json\n\nno json\n\n\
            < 200\n< content-type: a/b\n< www-authenticate: Keystone uri=\"[identity]\"\n\
            < x-openstack-request-id: [request-id]\n\n\
            {\n  \"a\": [\n    true\n  ],\n  \"b\": 1\n}";
        assert_eq!(rendered(&[one]), wanted);
    }

    #[test]
    fn the_same_answers_give_the_same_text() {
        let ids = ["8c1d1b8e5a0f4c0e9b7a6d5c4b3a2f1e", "1c1d1b8e5a0f4c0e9b7a6d5c4b3a2f1e"];
        let row = |id: &str, status: &str, at: &str| json!({"member_id": id, "status": status, "at": at});
        let list = |rows: [Value; 2]| exchange("/v2/images/x/members", &[], &json!({ "members": rows }).to_string());
        let [a, b] = ids;
        let (early, late) = ("2026-11-21T23:07:01Z", "2026-11-21T23:07:02Z");
        let one = rendered(&[list([row(a, "accepted", early), row(b, "pending", late)])]);
        let other = rendered(&[list([row(a, "pending", early), row(b, "accepted", early)])]);
        assert_eq!(one, other);
        assert!(one.contains("[id-1]") && one.contains("[id-2]") && one.contains("\"[time]Z\""), "{one}");
    }

    #[test]
    fn other_images_and_markers_do_not_show() {
        let images = json!({"images": [{"id": "7"}, {"id": IMAGE, "name": "n"}], "next": "/v2/images?marker=7"});
        let page = json!({"members": [], "page_info": {"next_marker": "b3BhcXVl=="}});
        let text = rendered(&[
            exchange("/v2/images", &[], &images.to_string()),
            exchange("/v1/x?limit=1", &[], &page.to_string()),
            exchange("/v1/x?marker=b3BhcXVl%3D%3D", &[], "{}"),
        ]);
        assert!(
            text.contains("\"id\": \"[image.id]\"") && !text.contains("\"7\"") && !text.contains("next\""),
            "{text}"
        );
        assert!(text.contains("\"next_marker\": \"[marker-1]\"") && text.contains("?marker=[marker-1]"), "{text}");
    }

    #[test]
    fn a_hostile_body_is_shown_and_not_obeyed() {
        let text = rendered(&[exchange("/", &[], &format!("\u{1b}[2J\u{202e}{}", "x".repeat(LONGEST)))]);
        assert!(text.contains("\\u{1b}[2J\\u{202e}") && text.ends_with("… and more"), "{text}");
        let longest = rendered(&[exchange("/", &[], &"x".repeat(LONGEST))]);
        assert!(longest.ends_with('x') && longest.len() > LONGEST, "{}", longest.len());
    }
}
