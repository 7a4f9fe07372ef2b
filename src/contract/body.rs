//! The schemas of bodies: JSON Schema 2020-12, compiled once.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::{keyword, reach};
use crate::diagnostic::{Diagnostic, Mark, SourceFile};
use crate::yaml;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
const FOLDER: &str = "schemas/bodies/";
/// Resolves the references between bodies; nothing is ever fetched.
const BASE: &str = "sharecheck:///bodies/";

/// The compiled schemas of `schemas/bodies/`, by file name; none for a file with a mistake, told once.
#[derive(Clone, Debug, Default)]
pub struct Bodies(BTreeMap<String, Option<Arc<BodySchema>>>);

/// One compiled schema.
pub struct BodySchema {
    /// The file's name within `schemas/bodies/`.
    pub name: String,
    schema: Value,
    validator: Validator,
}

/// One way in which a body breaks its schema.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The JSON pointer of the value at fault; of the property itself where one is missing.
    pub at: String,
    /// What the schema asks for.
    pub expected: String,
    /// What stands there.
    pub actual: Value,
}

impl Bodies {
    /// Returns a schema by file name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Arc<BodySchema>> {
        self.0.get(name)?.as_ref()
    }

    /// Returns the file names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Tells whether a path pattern can lead to a value of a body of that schema.
    pub(super) fn reaches(&self, name: &str, pattern: &str) -> bool {
        reach::reaches(self, name, pattern)
    }
}

impl reach::Schemas for Bodies {
    fn schema(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|body| &body.schema)
    }
}

impl BodySchema {
    /// Tells whether a body satisfies the schema.
    #[must_use]
    pub fn accepts(&self, body: &Value) -> bool {
        self.validator.is_valid(body)
    }

    /// Returns every violation in a body.
    #[must_use]
    pub fn violations(&self, body: &Value) -> Vec<Violation> {
        violations(&self.validator, body)
    }
}

/// Returns every violation of a compiled schema in a body.
#[must_use]
pub fn violations(validator: &Validator, body: &Value) -> Vec<Violation> {
    validator.iter_errors(body).flat_map(|error| violations_of(&error)).collect()
}

impl fmt::Debug for BodySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodySchema").field("name", &self.name).finish_non_exhaustive()
    }
}

fn violations_of(error: &jsonschema::ValidationError<'_>) -> Vec<Violation> {
    let at = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![Violation { at: format!("{at}/{name}"), expected: "present".into(), actual: "missing".into() }]
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|name| Violation { at: format!("{at}/{name}"), expected: "absent".into(), actual: "present".into() })
            .collect(),
        kind => {
            vec![Violation { at, expected: expectation(kind, error), actual: error.instance().clone().into_owned() }]
        }
    }
}

fn expectation(kind: &ValidationErrorKind, error: &jsonschema::ValidationError<'_>) -> String {
    match kind {
        ValidationErrorKind::Constant { expected_value } => expected_value.to_string(),
        ValidationErrorKind::Enum { options } => format!("one of {options}"),
        ValidationErrorKind::Format { format } => format!("a {format}"),
        ValidationErrorKind::Pattern { pattern } => format!("a match of {pattern}"),
        ValidationErrorKind::Type { .. } => {
            let text = error.to_string();
            let kind = text.rsplit("is not of type").next().unwrap_or(&text);
            format!("of type {}", kind.trim_start_matches('s').trim().replace('"', ""))
        }
        _ => error.masked_with("the value").to_string(),
    }
}

/// Reads and compiles the bodies; mistakes go to the list, each once: a mistake in one file is no other file's.
pub(super) fn load(files: &[SourceFile], mistakes: &mut Vec<Diagnostic>) -> Bodies {
    let before = mistakes.len();
    let mut read: Vec<(&SourceFile, String, Value)> = Vec::new();
    let mut bodies = BTreeMap::new();
    for file in files.iter().filter(|file| file.name.starts_with(FOLDER)) {
        bodies.insert(file.name[FOLDER.len()..].to_owned(), None);
        match serde_json::from_str::<Value>(&file.text) {
            Ok(value) => {
                keyword::check(file, &value, mistakes);
                dialect(file, &value, mistakes);
                // A JSON parser keeps one of two equal keys and says nothing.
                mistakes.extend(yaml::parse::<Value>(file).err().map(|mistake| *mistake));
                read.push((file, file.name[FOLDER.len()..].to_owned(), value));
            }
            Err(error) => {
                let mark = Mark { line: error.line() as u64, column: error.column() as u64, length: 0 };
                mistakes.push(Diagnostic::error(file, mark, format!("no JSON: {error}")));
            }
        }
    }
    if mistakes.len() > before {
        return Bodies(bodies);
    }
    let registry = Registry::new().extend(read.iter().map(|(_, name, value)| (format!("{BASE}{name}"), value)));
    let registry = match registry.and_then(jsonschema::RegistryBuilder::prepare) {
        Ok(registry) => registry,
        Err(error) => {
            let file = read.first().map_or_else(|| SourceFile::new(FOLDER, ""), |(file, ..)| (*file).clone());
            mistakes.push(Diagnostic::error(&file, file.find(1, "$ref"), error.to_string()));
            return Bodies(bodies);
        }
    };
    let mut broken = Vec::new();
    for (file, name, schema) in &read {
        match compile(&registry, name) {
            Ok(validator) => {
                let body = BodySchema { name: name.clone(), schema: schema.clone(), validator };
                bodies.insert(name.clone(), Some(Arc::new(body)));
            }
            Err(message) => broken.push((file, name, message)),
        }
    }
    for (file, _, message) in &broken {
        let refers = broken.iter().any(|(_, other, _)| file.text.contains(&format!("\"{other}")));
        if !refers {
            mistakes.push(Diagnostic::error(file, file.find(1, quoted(message)), message.as_str()));
        }
    }
    Bodies(bodies)
}

/// Reports a schema that is written in another dialect than it would be read in.
fn dialect(file: &SourceFile, schema: &Value, mistakes: &mut Vec<Diagnostic>) {
    let Some(given) = schema.get("$schema").and_then(Value::as_str) else { return };
    if given.trim_end_matches('#') != DIALECT {
        let message = format!("`{given}` is another dialect, and its keywords would be read as those of 2020-12");
        mistakes.push(Diagnostic::error(file, file.find(1, given), message).hint(format!("write `{DIALECT}`")));
    }
}

fn compile(registry: &Registry<'_>, name: &str) -> Result<Validator, String> {
    jsonschema::draft202012::options()
        .with_registry(registry)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .offline()
        .build(&json!({ "$ref": format!("{BASE}{name}") }))
        .map_err(|error| format!("the schema cannot be compiled: {error}"))
}

/// Returns the first text in quotes, which stands in the file at fault.
fn quoted(message: &str) -> &str {
    message.split(['"', '\'']).nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(files: &[(&str, &str)]) -> Result<Bodies, Vec<String>> {
        let files: Vec<_> =
            files.iter().map(|(name, text)| SourceFile::new(format!("{FOLDER}{name}"), *text)).collect();
        let mut mistakes = Vec::new();
        let bodies = load(&files, &mut mistakes);
        if mistakes.is_empty() { Ok(bodies) } else { Err(mistakes.iter().map(ToString::to_string).collect()) }
    }

    #[test]
    fn violations_carry_the_place_and_both_sides() {
        let member = r#"{"type": "object", "required": ["status", "id"], "additionalProperties": false,
            "properties": {"status": {"enum": ["a", "b"]}, "id": {"type": "string", "pattern": "^x"}}}"#;
        let list = r#"{"type": "object", "properties": {"members": {"items": {"$ref": "member.json"}}}}"#;
        let bodies = bodies(&[("member.json", member), ("list.json", list)]).expect("compiles");
        let schema = bodies.get("list.json").expect("is there");
        assert!(schema.accepts(&json!({"members": [{"status": "a", "id": "x"}]})));
        let found = schema.violations(&json!({"members": [{"status": "c", "id": 5, "more": 1}, {"id": "y"}]}));
        let mut lines: Vec<_> =
            found.iter().map(|v| format!("{} expected {} got {}", v.at, v.expected, v.actual)).collect();
        lines.sort();
        assert_eq!(
            lines,
            [
                "/members/0/id expected of type string got 5",
                "/members/0/more expected absent got \"present\"",
                "/members/0/status expected one of [\"a\",\"b\"] got \"c\"",
                "/members/1/id expected a match of ^x got \"y\"",
                "/members/1/status expected present got \"missing\"",
            ]
        );
    }

    #[test]
    fn a_mistake_in_one_file_is_told_once() {
        let list = ("list.json", r#"{"items": {"$ref": "row.json"}}"#);
        for (row, wanted) in [
            (r#"{"type": "text"}"#, "no valid schema at `/type`"),
            (r#"{"pattern": "[a"}"#, "cannot be compiled"),
            (r#"{"format": "uid"}"#, "Unknown format: 'uid'"),
            (r#"{"type": "object",}"#, "no JSON"),
            (r#"{"type": "object", "type": "array"}"#, "key `type` stands twice"),
            (r#"{"additionalProperties": false, "required": ["a"]}"#, "`a` is required and can never be there"),
        ] {
            let found = bodies(&[list, ("row.json", row)]).expect_err("is refused");
            assert!(found.len() == 1 && found[0].contains(wanted) && found[0].contains("row.json"), "{row}: {found:?}");
        }
    }

    #[test]
    fn a_missing_reference_and_bad_json_are_mistakes() {
        let missing = bodies(&[("a.json", "{\n \"$ref\": \"b.json\"\n}")]).expect_err("is refused");
        assert!(missing[0].starts_with("schemas/bodies/a.json:2:"), "{missing:?}");
        let broken = bodies(&[("a.json", "{\n \"type\": }")]).expect_err("is refused");
        assert!(broken[0].starts_with("schemas/bodies/a.json:2:"), "{broken:?}");
    }
}
