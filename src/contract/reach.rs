//! Whether a path into a body can lead to anything that its schema speaks of.

use regex::Regex;
use serde_json::{Map, Value};

/// How many references are followed one after the other.
const DEPTH: usize = 16;

/// The schemas of `schemas/bodies/` as they stand, by file name.
pub(super) trait Schemas {
    /// Returns a schema by file name.
    fn schema(&self, name: &str) -> Option<&Value>;
}

/// Tells whether a path pattern, such as `/members/*/status`, can lead to a value of a body.
///
/// It is a guess in favour of the pattern: a schema that names no properties may have any.
pub(super) fn reaches(schemas: &dyn Schemas, name: &str, pattern: &str) -> bool {
    let parts: Vec<_> = pattern.split('/').skip(1).collect();
    schemas.schema(name).is_none_or(|schema| Reach { schemas }.from(name, schema, &parts, 0))
}

struct Reach<'a> {
    schemas: &'a dyn Schemas,
}

impl Reach<'_> {
    fn from(&self, file: &str, schema: &Value, parts: &[&str], depth: usize) -> bool {
        let Some((part, rest)) = parts.split_first() else { return true };
        let Value::Object(map) = schema else { return schema != &Value::Bool(false) };
        if depth > DEPTH || says_nothing(map) {
            return true;
        }
        let inner = |schema: &Value| self.from(file, schema, rest, depth);
        let same = |schema: &Value| self.from(file, schema, parts, depth + 1);
        let required = map.get("required").and_then(Value::as_array).into_iter().flatten();
        children(map, part).into_iter().any(inner)
            || (rest.is_empty() && required.clone().any(|name| name == part || *part == "*"))
            || ["allOf", "anyOf", "oneOf"].iter().filter_map(|key| map.get(*key)?.as_array()).flatten().any(same)
            || ["if", "then", "else"].iter().filter_map(|key| map.get(*key)).any(says_more(same))
            || self.reference(file, map, parts, depth)
    }

    fn reference(&self, file: &str, map: &Map<String, Value>, parts: &[&str], depth: usize) -> bool {
        let Some(reference) = map.get("$ref").and_then(Value::as_str) else { return false };
        let (name, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let name = if name.is_empty() { file } else { name };
        let found = self.schemas.schema(name).and_then(|schema| schema.pointer(pointer));
        found.is_none_or(|schema| self.from(name, schema, parts, depth + 1))
    }
}

/// Passes over schemas that say nothing: beside others they add no property.
fn says_more(reached: impl Fn(&Value) -> bool) -> impl Fn(&Value) -> bool {
    move |schema| schema.as_object().is_some_and(|map| !says_nothing(map)) && reached(schema)
}

/// Tells whether a schema leaves open what stands in a value.
fn says_nothing(map: &Map<String, Value>) -> bool {
    let speaking = ["$ref", "properties", "patternProperties", "items", "prefixItems", "allOf", "anyOf", "oneOf"];
    !speaking.iter().any(|key| map.contains_key(*key)) && !is_leaf(map)
}

/// Tells whether a schema allows for no object and no list.
fn is_leaf(map: &Map<String, Value>) -> bool {
    let scalar = |kind: &Value| kind != "object" && kind != "array";
    match map.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().all(scalar),
        Some(kind) => scalar(kind),
        None => map.contains_key("const") || map.contains_key("enum"),
    }
}

/// Returns the schemas of what a part of a path names: a property, an item, or with `*` any of them.
fn children<'a>(map: &'a Map<String, Value>, part: &str) -> Vec<&'a Value> {
    let any = part == "*";
    let object = |key: &str| map.get(key).and_then(Value::as_object).into_iter().flatten();
    let mut found: Vec<_> =
        object("properties").filter(|(name, _)| any || *name == part).map(|(_, schema)| schema).collect();
    let matches = |pattern: &str| any || Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(part));
    found.extend(object("patternProperties").filter(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema));
    found.extend(map.get("additionalProperties").filter(|schema| schema.is_object()));
    if any || part.parse::<usize>().is_ok() {
        found.extend(map.get("items"));
        found.extend(map.get("prefixItems").and_then(Value::as_array).into_iter().flatten());
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    impl Schemas for BTreeMap<&str, Value> {
        fn schema(&self, name: &str) -> Option<&Value> {
            self.get(name)
        }
    }

    #[test]
    fn a_path_leads_where_the_schema_speaks_of_something() {
        let row = json!({"type": "object", "additionalProperties": false, "required": ["id", "late"],
            "properties": {"id": {"type": "string"}, "any": true},
            "if": {"required": ["id"]}, "then": {"properties": {"urn": {"type": "string"}}}});
        let list = json!({"type": "object", "properties": {
            "members": {"type": "array", "items": {"$ref": "row.json"}},
            "info": {"anyOf": [{"properties": {"count": {}}}, {"type": "null"}]},
            "kinds": {"properties": {"id": {}}, "additionalProperties": {"properties": {"type": {}}}},
            "open": {"type": "object"}}});
        let schemas = BTreeMap::from([("row.json", row), ("list.json", list)]);
        for (pattern, expected) in [
            ("", true),
            ("/members", true),
            ("/membrs", false),
            ("/members/*/id", true),
            ("/members/0/id", true),
            ("/members/*/*", true),
            ("/members/*/ids", false),
            ("/members/*/late", true),
            ("/members/*/urn", true),
            ("/members/*/any/thing", true),
            ("/members/*/id/length", false),
            ("/members/id", false),
            ("/info/count", true),
            ("/info/cnt", false),
            ("/kinds/other/type", true),
            ("/open/anything", true),
        ] {
            assert_eq!(reaches(&schemas, "list.json", pattern), expected, "{pattern}");
        }
    }
}
