//! What a node of a body must be: the operators under a `JSONPath`.

use jiff::Timestamp;
use regex::Regex;
use serde_json::{Value, json};
use serde_json_path::JsonPath;

use super::{Lookup, Mismatch};
use crate::case::expect::JsonType;
use crate::case::{Matcher, template};
use crate::verdict::Check;

/// Returns every way in which the nodes at a path are not as wanted.
pub(super) fn mismatches(path: &str, wanted: &Matcher, body: &Value, lookup: &Lookup<'_>) -> Vec<Mismatch> {
    let Ok(parsed) = JsonPath::parse(path) else {
        return vec![Mismatch::new(Check::Body, path, "a JSONPath", "a text that is none")];
    };
    let nodes = parsed.query(body).all();
    let operators = &wanted.0;
    let mut found = Vec::new();
    if operators.absent == Some(true) {
        found.extend(nodes.iter().map(|node| Mismatch::new(Check::Body, path, "absent", (*node).clone())));
        return found;
    }
    if let Some(set) = &operators.set_equals {
        found.extend(same_set(path, set, &nodes, lookup));
    } else if nodes.is_empty() {
        let expected = operators.equals.clone().unwrap_or_else(|| json!("present"));
        found.push(Mismatch::new(Check::Body, path, fill(&expected, lookup), "missing"));
    }
    for node in nodes {
        found.extend(node_mismatches(path, wanted, node, lookup));
    }
    found
}

/// Tells whether a text matches a pattern; a pattern that is none matches nothing.
pub(super) fn text_matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

fn node_mismatches(path: &str, wanted: &Matcher, node: &Value, lookup: &Lookup<'_>) -> Vec<Mismatch> {
    let operators = &wanted.0;
    let mut found = Vec::new();
    let mut broken = |expected: Value| found.push(Mismatch::new(Check::Body, path, expected, node.clone()));
    if let Some(value) = &operators.equals {
        let value = fill(value, lookup);
        if *node != value {
            broken(value);
        }
    }
    if let Some(values) = &operators.one_of {
        let values: Vec<_> = values.iter().map(|value| fill(value, lookup)).collect();
        if !values.contains(node) {
            broken(json!(values));
        }
    }
    if let Some(pattern) = &operators.matches
        && !node.as_str().is_some_and(|text| text_matches(pattern, text))
    {
        broken(json!(format!("a match of {pattern}")));
    }
    if let Some(length) = &operators.length {
        let length = fill(length, lookup);
        if length_of(node).map(|len| json!(len)) != Some(length.clone()) {
            broken(json!(format!("of length {length}")));
        }
    }
    if let Some(kind) = operators.kind
        && !is_of(kind, node)
    {
        broken(json!(format!("of type {}", format!("{kind:?}").to_lowercase())));
    }
    for (bound, word, may_equal) in [
        (&operators.later_than, "a UTC time later than", false),
        (&operators.not_before, "a UTC time not before", true),
    ] {
        if let Some(bound) = bound {
            let bound = fill(bound, lookup);
            let ordered = timestamp(node).zip(timestamp(&bound));
            if !ordered.is_some_and(|(seen, bound)| seen > bound || (may_equal && seen == bound)) {
                broken(json!(format!("{word} {}", bound.as_str().unwrap_or("a time"))));
            }
        }
    }
    found
}

fn same_set(path: &str, set: &Value, nodes: &[&Value], lookup: &Lookup<'_>) -> Option<Mismatch> {
    let wanted = fill(set, lookup);
    let Some(list) = wanted.as_array() else {
        return Some(Mismatch::new(Check::Body, path, format!("a set, and {wanted} is no list"), json!(nodes)));
    };
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let expected = sorted(list.iter().map(Value::to_string).collect());
    let actual = sorted(nodes.iter().map(ToString::to_string).collect());
    (expected != actual).then(|| Mismatch::new(Check::Body, path, wanted, json!(nodes)))
}

fn fill(value: &Value, lookup: &Lookup<'_>) -> Value {
    template::fill(value, lookup).unwrap_or_else(|error| json!(error.to_string()))
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn length_of(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(list) => Some(list.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

fn is_of(kind: JsonType, value: &Value) -> bool {
    match kind {
        JsonType::Null => value.is_null(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => value.is_i64() || value.is_u64(),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(operators: &str, path: &str, body: &Value) -> bool {
        let file = crate::diagnostic::SourceFile::new("m.yaml", operators);
        let wanted: Matcher = crate::yaml::parse(&file).unwrap_or_else(|error| panic!("{error}"));
        let lookup = |name: &str| match name {
            "then" => Some(json!("2026-01-01T00:00:05Z")),
            "ids" => Some(json!(["b", "a"])),
            _ => None,
        };
        mismatches(path, &wanted, body, &lookup).is_empty()
    }

    #[test]
    fn operators_hold_and_break() {
        let body = json!({"s": "abc", "n": 3, "l": [1, 2], "t": "2026-01-01T00:00:05Z", "z": null,
            "most": u64::MAX, "half": 0.5, "m": [{"id": "a"}, {"id": "b"}], "e": []});
        for (operators, path, expected) in [
            ("abc", "$.s", true),
            ("abd", "$.s", false),
            ("3", "$.n", true),
            ("'3'", "$.n", false),
            ("null", "$.z", true),
            ("null", "$.missing", false),
            ("[1, 2]", "$.l", true),
            ("{ equals: [2, 1] }", "$.l", false),
            ("{ one-of: [abc, d] }", "$.s", true),
            ("{ one-of: [d] }", "$.s", false),
            ("{ matches: '^a.c$' }", "$.s", true),
            ("{ matches: '^b' }", "$.s", false),
            ("{ matches: '3' }", "$.n", false),
            ("{ absent: true }", "$.missing", true),
            ("{ absent: true }", "$.s", false),
            ("{ absent: false }", "$.s", true),
            ("{ absent: false }", "$.missing", false),
            ("{ length: 2 }", "$.l", true),
            ("{ length: 3 }", "$.l", false),
            ("{ length: 0 }", "$.n", false),
            ("{ length: 3 }", "$.s", true),
            ("{ length: 1 }", "$.m[0]", true),
            ("{ type: integer }", "$.n", true),
            ("{ type: string }", "$.n", false),
            ("{ type: integer }", "$.most", true),
            ("{ type: integer }", "$.half", false),
            ("{ type: number }", "$.half", true),
            ("{ type: 'null' }", "$.z", true),
            ("{ type: boolean }", "$.z", false),
            ("{ type: array }", "$.m", true),
            ("{ type: object }", "$.m", false),
            ("{ later-than: '2026-01-01T00:00:04Z' }", "$.t", true),
            ("{ later-than: '{{then}}' }", "$.t", false),
            ("{ not-before: '{{then}}' }", "$.t", true),
            ("{ not-before: '2026-01-01T00:00:06Z' }", "$.t", false),
            ("{ later-than: '2026-01-01T00:00:04Z' }", "$.s", false),
            ("{ set-equals: '{{ids}}' }", "$.m[*].id", true),
            ("{ set-equals: [a] }", "$.m[*].id", false),
            ("{ set-equals: [] }", "$.e[*]", true),
            ("{ set-equals: '{{then}}' }", "$.t", false),
            ("{ set-equals: a }", "$.m[0].id", false),
            ("{ set-equals: a }", "$.missing", false),
            ("{ matches: '^[ab]$' }", "$.m[*].id", true),
            ("a", "$.m[*].id", false),
            ("{ matches: 'x' }", "$.e[*]", false),
        ] {
            assert_eq!(holds(operators, path, &body), expected, "{operators} at {path}");
        }
    }

    #[test]
    fn a_value_that_stands_twice_is_no_set() {
        assert!(!holds("{ set-equals: [a, b] }", "$[*]", &json!(["a", "b", "b"])));
    }
}
