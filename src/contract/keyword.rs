//! Holds schemas to their metaschema and to the known keywords: a misspelt one would check nothing.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};

/// Keywords whose value is a schema.
const SCHEMA: &[&str] = &[
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords whose value is a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is a map from names to schemas.
const MAP: &[&str] = &["$defs", "dependentSchemas", "patternProperties", "properties"];
/// Keywords whose value is no schema.
const PLAIN: &[&str] = &[
    "$anchor",
    "$comment",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$ref",
    "$schema",
    "$vocabulary",
    "const",
    "contentEncoding",
    "contentMediaType",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Reports unknown keywords and breaches of the metaschema in a schema.
pub(super) fn check(file: &SourceFile, schema: &Value, mistakes: &mut Vec<Diagnostic>) {
    let before = mistakes.len();
    walk(file, schema, mistakes);
    if mistakes.len() == before
        && let Err(error) = jsonschema::draft202012::meta::validate(schema)
    {
        let at = error.instance_path().to_string();
        let keyword = at.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
        let mark = file.find(1, &format!("\"{keyword}\""));
        mistakes.push(Diagnostic::error(file, mark, format!("no valid schema at `{at}`: {error}")));
    }
}

/// Reports unknown keywords in a schema and in all schemas within it.
pub(super) fn walk(file: &SourceFile, schema: &Value, mistakes: &mut Vec<Diagnostic>) {
    let Value::Object(map) = schema else { return };
    required(file, map, mistakes);
    for (keyword, value) in map {
        let keyword = keyword.as_str();
        if SCHEMA.contains(&keyword) {
            walk(file, value, mistakes);
        } else if LIST.contains(&keyword) {
            value.as_array().into_iter().flatten().for_each(|inner| walk(file, inner, mistakes));
        } else if MAP.contains(&keyword) {
            value.as_object().into_iter().flat_map(|map| map.values()).for_each(|inner| walk(file, inner, mistakes));
        } else if !PLAIN.contains(&keyword) {
            let known = [SCHEMA, LIST, MAP, PLAIN].concat();
            let mark = file.find(1, keyword);
            let message = format!("unknown schema keyword `{keyword}`: it would check nothing");
            mistakes.push(Diagnostic::error(file, mark, message).hint(did_you_mean(keyword, known)));
        }
    }
}

/// Reports properties that a schema requires and at the same time forbids.
fn required(file: &SourceFile, map: &Map<String, Value>, mistakes: &mut Vec<Diagnostic>) {
    if map.get("additionalProperties") != Some(&Value::Bool(false)) || map.contains_key("patternProperties") {
        return;
    }
    let known: Vec<_> =
        map.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let required = map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    for name in required.filter(|name| !known.contains(name)) {
        let mark = file.find(1, &format!("\"{name}\""));
        let message = format!("`{name}` is required and can never be there: `additionalProperties` is false");
        mistakes.push(Diagnostic::error(file, mark, message).hint(did_you_mean(name, known.iter().copied())));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mistakes(schema: &Value) -> Vec<String> {
        let file = SourceFile::new("s.json", serde_json::to_string_pretty(schema).expect("is JSON"));
        let mut mistakes = Vec::new();
        check(&file, schema, &mut mistakes);
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_misspelt_keyword_is_found_at_any_depth() {
        let found = mistakes(&json!({"properties": {"requird": {"items": {"anyOf": [{"patern": "x"}]}}}}));
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`patern`") && found[0].contains("did you mean `pattern`?"), "{found:?}");
    }

    #[test]
    fn a_keyword_of_the_wrong_type_breaks_the_metaschema() {
        let found = mistakes(&json!({"properties": {"a": {"minLength": "3"}}}));
        assert!(found[0].contains("/properties/a/minLength"), "{found:?}");
        assert!(mistakes(&json!({"required": ["a"], "items": true})).is_empty());
    }
}
