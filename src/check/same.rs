//! Whether two answers are one, but for what each request itself asked for: what cannot be told apart tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use serde_json_path::{JsonPath, NormalizedPath};

use super::Mismatch;
use super::snapshot::replace_words;
use crate::case::expect::Except;
use crate::http::Response;
use crate::redact::RESERVED;
use crate::verdict::Check;

/// Headers of the moment and the connection, which say nothing about what was asked for.
const PASSING: [&str; 5] = ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];
/// What stands in place of a value that may differ.
const EXCEPTED: &str = "[excepted]";
/// What stands in place of a value that is not there.
const MISSING: &str = "missing";

/// An answer, and the ids that its request asked for: the name of each path parameter with its value.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The answer.
    pub response: &'a Response,
    /// The ids.
    pub ids: &'a [(String, String)],
}

/// Returns everything in which an answer differs from a known one: status, headers, body.
#[must_use]
pub fn differences(known: Side<'_>, seen: Side<'_>, except: &Except) -> Vec<Mismatch> {
    let (one, other) = (known.response.status, seen.response.status);
    let status = (one != other).then(|| Mismatch::new(Check::Status, "", one, other));
    let (one, other) = (headers(known, except), headers(seen, except));
    let names: BTreeSet<_> = one.keys().chain(other.keys()).collect();
    let value = |side: &BTreeMap<String, String>, name: &str| side.get(name).map_or(MISSING, |value| value).to_owned();
    let headers = names
        .into_iter()
        .filter(|name| one.get(*name) != other.get(*name))
        .map(|name| Mismatch::new(Check::Header, name.as_str(), value(&one, name), value(&other, name)));
    status.into_iter().chain(headers).chain(bodies(known, seen, except)).collect()
}

/// Returns the headers that count, those of one name joined, with names in place of ids.
fn headers(side: Side<'_>, except: &Except) -> BTreeMap<String, String> {
    let counts = |name: &str| {
        let passing = PASSING.contains(&name) || name.ends_with("request-id");
        !passing && !except.headers.iter().any(|excepted| excepted.eq_ignore_ascii_case(name))
    };
    let mut joined: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in side.response.headers.iter().filter(|(name, _)| counts(name)) {
        let value = named(value, side.ids);
        let text = joined.entry(name.clone()).or_default();
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&value);
    }
    joined
}

fn bodies(known: Side<'_>, seen: Side<'_>, except: &Except) -> Vec<Mismatch> {
    let mut found = Vec::new();
    if let (Some(one), Some(other)) = (known.response.json(), seen.response.json()) {
        let stable = |body: &Value, ids| named_value(without(body, except), ids);
        compare("", &stable(one, known.ids), &stable(other, seen.ids), &mut found);
    } else {
        let (one, other) = (named(&known.response.text(), known.ids), named(&seen.response.text(), seen.ids));
        found.extend((one != other).then(|| Mismatch::new(Check::Body, "", one, other)));
    }
    found
}

/// Adds every place in which two values differ, by JSON pointer.
fn compare(at: &str, one: &Value, other: &Value, found: &mut Vec<Mismatch>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for name in one.keys().chain(other.keys()).collect::<BTreeSet<_>>() {
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                part(&at, one.get(name), other.get(name), found);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            for index in 0..one.len().max(other.len()) {
                part(&format!("{at}/{index}"), one.get(index), other.get(index), found);
            }
        }
        _ if one == other => {}
        _ => found.push(Mismatch::new(Check::Body, at, one.clone(), other.clone())),
    }
}

fn part(at: &str, one: Option<&Value>, other: Option<&Value>, found: &mut Vec<Mismatch>) {
    if let (Some(one), Some(other)) = (one, other) {
        compare(at, one, other, found);
    } else {
        let shown = |side: Option<&Value>| side.cloned().unwrap_or_else(|| MISSING.into());
        found.push(Mismatch::new(Check::Body, at, shown(one), shown(other)));
    }
}

/// Returns a body in which values that may differ are alike.
fn without(body: &Value, except: &Except) -> Value {
    let mut body = body.clone();
    for path in except.body.iter().filter_map(|path| JsonPath::parse(path).ok()) {
        let places: Vec<_> = path.query_located(&body).locations().map(NormalizedPath::to_json_pointer).collect();
        for place in places {
            if let Some(value) = body.pointer_mut(&place) {
                *value = EXCEPTED.into();
            }
        }
    }
    body
}

/// Returns a value with names in place of ids, in keys too.
fn named_value(value: Value, ids: &[(String, String)]) -> Value {
    match value {
        Value::String(text) => Value::String(named(&text, ids)),
        Value::Array(list) => Value::Array(list.into_iter().map(|inner| named_value(inner, ids)).collect()),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(key, inner)| (named(&key, ids), named_value(inner, ids))).collect())
        }
        other => other,
    }
}

/// Returns a text with the name of a parameter in place of its value, plain or encoded as in a URL.
fn named(text: &str, ids: &[(String, String)]) -> String {
    ids.iter().fold(text.to_owned(), |text, (name, id)| {
        let name = format!("[{name}]");
        let encoded = utf8_percent_encode(id, RESERVED).to_string();
        let text = replace_words(&text, id, &name);
        if encoded == *id { text } else { replace_words(&text, &encoded, &name) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIDDEN: &str = "b494b26f-674b-4fe4-865c-377a8dc86324";
    const MISSING_ID: &str = "1c1d1b8e-5a0f-4c0e-9b7a-6d5c4b3a2f1e";

    fn ids(image: &str, member: &str) -> Vec<(String, String)> {
        vec![("image_id".to_owned(), image.to_owned()), ("member_id".to_owned(), member.to_owned())]
    }

    /// Returns where an answer about the hidden image differs from one about the missing image.
    fn told(known: (u16, &[(&str, &str)], &str), seen: (u16, &[(&str, &str)], &str), except: &Except) -> Vec<String> {
        let response = |(status, headers, body): (u16, &[(&str, &str)], &str)| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Response::new(status, headers, body.as_bytes().to_vec())
        };
        let (known, seen) = (response(known), response(seen));
        let (one, other) = (ids(MISSING_ID, "!!"), ids(HIDDEN, "??"));
        let found = differences(Side { response: &known, ids: &one }, Side { response: &seen, ids: &other }, except);
        found.into_iter().map(|m| format!("{} {} {} {}", m.check.name(), m.at, m.expected, m.actual)).collect()
    }

    #[test]
    fn what_each_asked_for_and_what_passes_is_no_difference() {
        let body =
            |id: &str, member: &str| format!(r#"{{"message": "Image {id} not found. {member}", "at": ["{id}"]}}"#);
        let known: &[_] = &[("date", "a"), ("x-openstack-request-id", "1"), ("link", &format!("</v2/{MISSING_ID}>"))];
        let seen: &[_] = &[("date", "b"), ("content-length", "7"), ("link", &format!("</v2/{HIDDEN}>"))];
        let none = Except::default();
        for (one, other) in [("!!", "??"), ("%21%21", "%3F%3F")] {
            assert_eq!(told((404, known, &body(MISSING_ID, one)), (404, seen, &body(HIDDEN, other)), &none), [""; 0]);
        }
        let text = |id: &str| format!("404 Not Found\n\nImage {id} not found.");
        assert_eq!(told((404, &[], &text(MISSING_ID)), (404, &[], &text(HIDDEN)), &none), [""; 0]);
    }

    #[test]
    fn every_difference_is_told() {
        let known = r#"{"a": "x", "b": [1, {"c~/": 2}], "d": null}"#;
        let seen = r#"{"a": "y", "b": [1, {"c~/": 3}, 4]}"#;
        let found = told(
            (404, &[("x-a", "1"), ("x-b", "2")], known),
            (403, &[("x-a", "1"), ("x-c", "3")], seen),
            &Except::default(),
        );
        assert_eq!(
            found,
            [
                "status  404 403",
                r#"header x-b "2" "missing""#,
                r#"header x-c "missing" "3""#,
                r#"body /a "x" "y""#,
                "body /b/1/c~0~1 2 3",
                r#"body /b/2 "missing" 4"#,
                r#"body /d null "missing""#,
            ]
        );
        // An id that neither asked for tells the two apart, and so does the other one's.
        let other = format!("Image {HIDDEN} not found.");
        assert_eq!(told((404, &[], &other), (404, &[], &other), &Except::default()).len(), 1);
        assert_eq!(told((404, &[], "{}"), (404, &[], "gone"), &Except::default()), [r#"body  "{}" "gone""#]);
        assert_eq!(
            told((404, &[("x-a", "1"), ("x-a", "2")], ""), (404, &[("x-a", "1")], ""), &Except::default()).len(),
            1
        );
    }

    #[test]
    fn what_is_excepted_may_differ_and_must_be_there() {
        let except = Except { headers: vec!["X-A".to_owned()], body: vec!["$..id".to_owned()] };
        let known: (u16, &[(&str, &str)], &str) = (404, &[("x-a", "1")], r#"{"e": {"id": 1}}"#);
        assert_eq!(told(known, (404, &[], r#"{"e": {"id": 2}}"#), &except), [""; 0]);
        assert_eq!(told(known, (404, &[], r#"{"e": {}}"#), &except), [r#"body /e/id "[excepted]" "missing""#]);
    }
}
