//! Holds documents to the keys of OpenAPI 3.1 and to our own: a misspelt one would promise nothing.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Mark, SourceFile, did_you_mean};

/// What a key of an object leads to.
#[derive(Clone, Copy)]
enum Part {
    /// A value that is not looked into: text, a schema, or what a type of ours reads.
    Plain,
    /// An object of the kind.
    One(&'static Kind),
    /// A list of objects of the kind.
    List(&'static Kind),
    /// A map from names to objects of the kind.
    Map(&'static Kind),
}

/// A kind of object: its keys, and what each leads to.
struct Kind(&'static [(&'static str, Part)]);

use Part::{List, Map, One, Plain};

static ROOT: Kind = Kind(&[
    ("openapi", Plain),
    ("info", One(&INFO)),
    ("jsonSchemaDialect", Plain),
    ("servers", Plain),
    ("paths", Map(&PATH)),
    ("webhooks", Plain),
    ("components", One(&COMPONENTS)),
    ("security", Plain),
    ("tags", Plain),
    ("externalDocs", Plain),
    ("x-profile", Plain),
    ("x-outcomes", Plain),
]);
static INFO: Kind = Kind(&[
    ("title", Plain),
    ("summary", Plain),
    ("description", Plain),
    ("termsOfService", Plain),
    ("contact", Plain),
    ("license", Plain),
    ("version", Plain),
]);
static PATH: Kind = Kind(&[
    ("summary", Plain),
    ("description", Plain),
    ("get", One(&OPERATION)),
    ("put", One(&OPERATION)),
    ("post", One(&OPERATION)),
    ("delete", One(&OPERATION)),
    ("options", One(&OPERATION)),
    ("head", One(&OPERATION)),
    ("patch", One(&OPERATION)),
    ("trace", One(&OPERATION)),
    ("servers", Plain),
    ("parameters", List(&PARAMETER)),
]);
static OPERATION: Kind = Kind(&[
    ("tags", Plain),
    ("summary", Plain),
    ("description", Plain),
    ("externalDocs", Plain),
    ("operationId", Plain),
    ("parameters", List(&PARAMETER)),
    ("requestBody", One(&REQUEST_BODY)),
    ("responses", Map(&RESPONSE)),
    ("callbacks", Plain),
    ("deprecated", Plain),
    ("security", Plain),
    ("servers", Plain),
    ("x-outcomes", Plain),
    ("x-paging", Plain),
    ("x-statements", Plain),
]);
static PARAMETER: Kind = Kind(&[
    ("name", Plain),
    ("in", Plain),
    ("description", Plain),
    ("required", Plain),
    ("deprecated", Plain),
    ("allowEmptyValue", Plain),
    ("style", Plain),
    ("explode", Plain),
    ("allowReserved", Plain),
    ("schema", Plain),
    ("example", Plain),
    ("examples", Plain),
    ("content", Map(&MEDIA)),
]);
static HEADER: Kind = Kind(&[
    ("description", Plain),
    ("required", Plain),
    ("deprecated", Plain),
    ("style", Plain),
    ("explode", Plain),
    ("schema", Plain),
    ("example", Plain),
    ("examples", Plain),
    ("content", Map(&MEDIA)),
]);
static REQUEST_BODY: Kind = Kind(&[("description", Plain), ("content", Map(&MEDIA)), ("required", Plain)]);
static MEDIA: Kind = Kind(&[("schema", Plain), ("example", Plain), ("examples", Plain), ("encoding", Plain)]);
static RESPONSE: Kind =
    Kind(&[("description", Plain), ("headers", Map(&HEADER)), ("content", Map(&MEDIA)), ("links", Plain)]);
static COMPONENTS: Kind = Kind(&[
    ("schemas", Plain),
    ("responses", Map(&RESPONSE)),
    ("parameters", Map(&PARAMETER)),
    ("examples", Plain),
    ("requestBodies", Map(&REQUEST_BODY)),
    ("headers", Map(&HEADER)),
    ("securitySchemes", Map(&SECURITY_SCHEME)),
    ("links", Plain),
    ("callbacks", Plain),
    ("pathItems", Map(&PATH)),
    ("x-profile", Plain),
    ("x-outcomes", Plain),
]);
static SECURITY_SCHEME: Kind = Kind(&[
    ("type", Plain),
    ("description", Plain),
    ("name", Plain),
    ("in", Plain),
    ("scheme", Plain),
    ("bearerFormat", Plain),
    ("flows", Plain),
    ("openIdConnectUrl", Plain),
]);

/// The keys that an object of a kind cannot do without, beyond those that our own types ask for.
static REQUIRED: [(&Kind, &[&str]); 3] =
    [(&ROOT, &["openapi", "info"]), (&INFO, &["title", "version"]), (&RESPONSE, &["description"])];

/// Reports every key of a document that is none of OpenAPI's or ours, and what else its types let pass.
pub(super) fn check(file: &SourceFile, document: &Value, mistakes: &mut Vec<Diagnostic>) {
    walk(file, document, &ROOT, mistakes);
    if let Some(version) = document.get("openapi")
        && !version.as_str().is_some_and(|version| version.starts_with("3.1."))
    {
        let message = format!("this is OpenAPI {version}, and contracts are written in 3.1");
        mistakes.push(Diagnostic::error(file, mark(file, "openapi"), message).hint("write `3.1.0`".to_owned()));
    }
    for path in document.get("paths").and_then(Value::as_object).into_iter().flat_map(|paths| paths.keys()) {
        if !path.starts_with('/') {
            mistakes.push(Diagnostic::error(file, mark(file, path), format!("the path `{path}` starts with no slash")));
        }
    }
}

fn walk(file: &SourceFile, value: &Value, kind: &'static Kind, mistakes: &mut Vec<Diagnostic>) {
    let Value::Object(map) = value else { return };
    if std::ptr::eq(kind, &raw const PARAMETER) {
        parameter(file, map, mistakes);
    }
    if !map.contains_key("$ref") {
        let required = REQUIRED.iter().find(|(of, _)| std::ptr::eq::<Kind>(*of, kind));
        required.iter().flat_map(|(_, keys)| *keys).for_each(|key| present(file, map, kind, key, mistakes));
    }
    // Beside a reference stand keys of the part that it leads to: they win over those of the part.
    for (key, inner) in map.iter().filter(|(key, _)| *key != "$ref") {
        if let Some((_, part)) = kind.0.iter().find(|(known, _)| known == key) {
            follow(file, inner, *part, mistakes);
        } else {
            let hint = did_you_mean(key, kind.0.iter().map(|(known, _)| *known));
            let message = format!("unknown key `{key}`: it would promise nothing");
            mistakes.push(Diagnostic::error(file, mark(file, key), message).hint(hint));
        }
    }
}

fn follow(file: &SourceFile, value: &Value, part: Part, mistakes: &mut Vec<Diagnostic>) {
    match part {
        Plain => {}
        One(kind) => walk(file, value, kind, mistakes),
        List(kind) => value.as_array().into_iter().flatten().for_each(|inner| walk(file, inner, kind, mistakes)),
        Map(kind) => {
            value.as_object().into_iter().flat_map(|map| map.values()).for_each(|v| walk(file, v, kind, mistakes));
        }
    }
}

/// Reports a key that is missing, unless one that is misspelt stands for it, which is told of itself.
fn present(
    file: &SourceFile,
    map: &serde_json::Map<String, Value>,
    kind: &Kind,
    key: &str,
    mistakes: &mut Vec<Diagnostic>,
) {
    let unknown = |given: &&String| kind.0.iter().all(|(known, _)| known != given);
    let misspelt = map.keys().filter(unknown).any(|given| did_you_mean(given, [key]).is_some());
    if !map.contains_key(key) && !misspelt {
        mistakes.push(Diagnostic::error(file, within(file, map), format!("the key `{key}` is missing here")));
    }
}

/// Reports a parameter that is in no part of a request, or in the path and may be left out.
fn parameter(file: &SourceFile, map: &serde_json::Map<String, Value>, mistakes: &mut Vec<Diagnostic>) {
    const PLACES: [&str; 4] = ["path", "query", "header", "cookie"];
    let Some(place) = map.get("in").and_then(Value::as_str) else { return };
    let name = map.get("name").and_then(Value::as_str).unwrap_or_default();
    let whole = map.keys().all(|key| PARAMETER.0.iter().any(|(known, _)| known == key));
    if !PLACES.contains(&place) {
        let message = format!("the parameter `{name}` is in no part of a request: `{place}`");
        let mistake = Diagnostic::error(file, file.find(1, &format!("in: {place}")), message);
        mistakes.push(mistake.hint(did_you_mean(place, PLACES)));
    } else if place == "path" && map.get("required") != Some(&Value::Bool(true)) && whole {
        let message = format!("the parameter `{name}` stands in the path, so it is `required`");
        let mistake = Diagnostic::error(file, within(file, map), message);
        mistakes.push(mistake.hint("add `required: true`".to_owned()));
    }
}

/// Returns the place of an object, as near as its own texts tell: that of the longest one that stands once.
fn within(file: &SourceFile, map: &serde_json::Map<String, Value>) -> Mark {
    let texts = map.values().filter_map(Value::as_str).chain(map.keys().map(String::as_str));
    let once = texts.filter(|text| file.text.matches(text).count() == 1).max_by_key(|text| text.len());
    file.find(1, once.unwrap_or_default())
}

fn mark(file: &SourceFile, key: &str) -> Mark {
    let found = file.find(1, &format!("{key}:"));
    Mark { length: found.length.saturating_sub(1), ..found }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        let file = SourceFile::new("c.yaml", text);
        let mut mistakes = Vec::new();
        check(&file, &crate::yaml::parse(&file).expect("is YAML"), &mut mistakes);
        // The snippets of these tests are no whole documents.
        let whole = mistakes.iter().filter(|mistake| !mistake.message.contains("is missing here"));
        whole.map(ToString::to_string).collect()
    }

    #[test]
    fn a_misspelt_key_is_found_wherever_it_stands() {
        for (text, wanted) in [
            ("openapi: 2.0.0", "this is OpenAPI \"2.0.0\""),
            ("paths: { a: {} }", "the path `a` starts with no slash"),
            ("components: { parameters: { a: { name: a, in: pth } } }", "(did you mean `path`?)"),
            ("components: { parameters: { a: { name: a, in: path } } }", "(add `required: true`)"),
            (
                "x-profil: {}",
                "c.yaml:1:1: unknown key `x-profil`: it would promise nothing (did you mean `x-profile`?)",
            ),
            ("paths: { /a: { get: { x-statments: {} } } }", "(did you mean `x-statements`?)"),
            ("paths: { /a: { gt: {} } }", "(did you mean `get`?)"),
            ("paths: { /a: { get: { responses: { '200': { contents: {} } } } } }", "(did you mean `content`?)"),
            ("components: { headers: { a: { requird: true } } }", "(did you mean `required`?)"),
            ("components: { parameters: { a: { inn: query } } }", "(did you mean `in`?)"),
            ("components: { requestBodies: { a: { content: { b: { shema: {} } } } } }", "(did you mean `schema`?)"),
            ("paths: { /a: { get: { parameters: [{ $ref: x, nam: b }] } } }", "(did you mean `name`?)"),
        ] {
            let found = mistakes(text);
            assert!(found.len() == 1 && found[0].contains(wanted), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_openapi_and_we_know_is_let_pass() {
        let text = "openapi: 3.1.0\nx-profile: { any: 1 }\npaths: { /a: { get: { x-statements: {}, responses: \
                    { '200': { $ref: 'b', description: c } } } } }";
        assert_eq!(mistakes(text), Vec::<String>::new());
    }
}
