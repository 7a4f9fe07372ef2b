//! A body against the schema that the endpoint itself publishes: a hostile one is refused, not obeyed.

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

use super::Mismatch;
use crate::contract::violations;
use crate::verdict::Check;

/// The longest schema that is compiled, in bytes; that of a member has less than a thousand.
const LONGEST: usize = 64 << 10;
/// Keywords that lead out of the place where they stand, or round in circles; no published schema needs them.
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Returns every way in which a body breaks a published schema; one that cannot be held against anything is a breach.
pub(super) fn mismatches(schema: &Value, body: &Value) -> Vec<Mismatch> {
    match compile(schema) {
        Ok(validator) => {
            let broken = violations(&validator, body).into_iter();
            broken.map(|v| Mismatch::new(Check::Schema, v.at, v.expected, v.actual)).collect()
        }
        Err(reason) => vec![Mismatch::new(Check::Schema, "", "a usable published schema", reason)],
    }
}

/// Compiles a schema in the dialect that it names, or the present one, with patterns that take linear time.
fn compile(schema: &Value) -> Result<Validator, String> {
    if !schema.is_object() {
        return Err("it is no object".to_owned());
    }
    let size = schema.to_string().len();
    if size > LONGEST {
        return Err(format!("it has {size} bytes, more than {LONGEST}"));
    }
    if let Some(keyword) = reference(schema) {
        return Err(format!("it has a `{keyword}`, and references are not followed"));
    }
    let options = jsonschema::options().with_pattern_options(PatternOptions::regex()).offline();
    options.build(schema).map_err(|error| format!("it does not compile: {error}"))
}

/// Returns a keyword of a schema that refers to another.
fn reference(schema: &Value) -> Option<&str> {
    match schema {
        Value::Object(map) => {
            let own = map.iter().find(|(key, value)| REFERENCES.contains(&key.as_str()) && value.is_string());
            own.map(|(key, _)| key.as_str()).or_else(|| map.values().find_map(reference))
        }
        Value::Array(list) => list.iter().find_map(reference),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns what is wrong with a row, or with the schema.
    fn told(schema: &Value) -> Vec<String> {
        let row = json!({"status": "accepted", "member_id": "abc"});
        mismatches(schema, &row).into_iter().map(|m| format!("{} {} {}", m.at, m.expected, m.actual)).collect()
    }

    #[test]
    fn a_row_is_held_against_what_is_published() {
        let fits = json!({"name": "member", "links": [{"rel": "describedby"}],
            "properties": {"status": {"enum": ["accepted"]}, "member_id": {"type": "string", "pattern": "^[a-z]+$"}}});
        assert_eq!(told(&fits), [""; 0]);
        let found = told(&json!({"properties": {"status": {"enum": ["shared"]}}, "required": ["tenant"]}));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_schema_that_cannot_be_used_is_a_breach() {
        for (schema, wanted) in [
            (json!("none"), "it is no object"),
            (json!({"properties": {"status": {"type": "text"}}}), "does not compile"),
            (json!({"properties": {"status": {"pattern": "[a"}}}), "does not compile"),
            (json!({"properties": {"status": {"pattern": "(a{1000}){1000}"}}}), "does not compile"),
            (json!({"$ref": "#"}), "references are not followed"),
            (json!({"allOf": [{"$ref": "http://127.0.0.1:1/x"}]}), "references are not followed"),
            (json!({"description": "x".repeat(LONGEST)}), "more than 65536"),
            (json!({"$schema": "http://127.0.0.1:1/dialect"}), "does not compile"),
        ] {
            let found = told(&schema);
            assert!(found.len() == 1 && found[0].contains(wanted), "{found:?}");
        }
    }

    #[test]
    fn a_pattern_that_would_take_for_ever_does_not() {
        let slow = json!({"properties": {"member_id": {"pattern": "^(a+)+$"}}});
        assert_eq!(mismatches(&slow, &json!({"member_id": format!("{}!", "a".repeat(50_000))})).len(), 1);
    }
}
