//! Reads the OpenAPI documents of `schemas/contracts/` into contracts.
//!
//! Shared parts are reached by `$ref` and read where they are used. Our own keys, `x-profile`,
//! `x-outcomes` and `x-statements`, are described at the head of `shared.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    Bodies, Contract, DocumentedHeader, DocumentedResponse, ErrorShape, Operation, Outcome, OutcomeName, PagingRule,
    PassiveStatements, Profile, ShapeBody, Statements, Verified, keyword,
};
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::yaml;

const FOLDER: &str = "schemas/contracts/";
const BODIES: &str = "../bodies/";
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads every contract; mistakes go to the list.
pub(super) fn load(
    files: &[SourceFile],
    bodies: &Bodies,
    statements: &Statements,
    mistakes: &mut Vec<Diagnostic>,
) -> BTreeMap<Profile, Arc<Contract>> {
    let mut documents = BTreeMap::new();
    for file in files.iter().filter(|file| file.name.starts_with(FOLDER)) {
        match yaml::parse::<Value>(file) {
            Ok(value) => {
                check_schemas(file, &value, mistakes);
                documents.insert(file.name[FOLDER.len()..].to_owned(), (file, value));
            }
            Err(mistake) => mistakes.push(*mistake),
        }
    }
    let mut contracts = BTreeMap::new();
    for (name, (file, value)) in documents.iter().filter(|(_, (_, value))| value.get("x-profile").is_some()) {
        let mut reader = Reader { file, name, documents: &documents, bodies, statements, mistakes };
        if let Some(contract) = reader.contract(value)
            && contracts.insert(contract.profile, Arc::new(contract)).is_some()
        {
            mistakes.push(Diagnostic::error(file, file.find(1, "x-profile"), "another contract has this profile"));
        }
    }
    contracts
}

/// Holds every schema that stands in a document to the known keywords.
fn check_schemas(file: &SourceFile, value: &Value, mistakes: &mut Vec<Diagnostic>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("schema", Value::Object(_)) => keyword::walk(file, inner, mistakes),
                    ("schemas", Value::Object(schemas)) => {
                        schemas.values().for_each(|schema| keyword::walk(file, schema, mistakes));
                    }
                    _ => check_schemas(file, inner, mistakes),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| check_schemas(file, inner, mistakes)),
        _ => {}
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ProfileDoc {
    name: Profile,
    verified: Verified,
    shareable: String,
    visibilities: Vec<String>,
    error_shapes: Vec<ShapeDoc>,
    #[serde(default)]
    plumbing_codes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ShapeDoc {
    media_type: String,
    schema: Option<String>,
    pattern: Option<String>,
    #[serde(default)]
    statuses: Vec<u16>,
    #[serde(default)]
    only_if_asked: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OperationDoc {
    operation_id: String,
    #[serde(default)]
    parameters: Vec<ParameterDoc>,
    request_body: Option<ContentDoc>,
    responses: BTreeMap<String, ResponseDoc>,
    #[serde(rename = "x-outcomes", default)]
    outcomes: BTreeMap<OutcomeName, Outcome>,
    #[serde(rename = "x-statements", default)]
    statements: StatementsDoc,
}

#[derive(Deserialize)]
struct ParameterDoc {
    name: String,
    #[serde(rename = "in")]
    place: String,
}

#[derive(Deserialize)]
struct ContentDoc {
    content: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct ResponseDoc {
    #[serde(default)]
    content: BTreeMap<String, MediaDoc>,
    #[serde(default)]
    headers: BTreeMap<String, HeaderDoc>,
}

#[derive(Deserialize)]
struct MediaDoc {
    schema: Option<Value>,
}

#[derive(Deserialize)]
struct HeaderDoc {
    #[serde(default)]
    required: bool,
    schema: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StatementsDoc {
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    media_type: Vec<String>,
    #[serde(default)]
    request_id: Vec<String>,
    #[serde(default)]
    paging: BTreeMap<PagingRule, String>,
    #[serde(default)]
    body: BTreeMap<String, String>,
}

/// Reads one document; the others are there for its references.
struct Reader<'a> {
    file: &'a SourceFile,
    name: &'a str,
    documents: &'a BTreeMap<String, (&'a SourceFile, Value)>,
    bodies: &'a Bodies,
    statements: &'a Statements,
    mistakes: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn contract(&mut self, document: &Value) -> Option<Contract> {
        let profile: ProfileDoc = self.read(document.get("x-profile")?, "x-profile", "x-profile")?;
        let defaults: BTreeMap<OutcomeName, Outcome> = match document.get("x-outcomes") {
            Some(outcomes) => self.read(outcomes, "x-outcomes", "x-outcomes")?,
            None => BTreeMap::new(),
        };
        let error_shapes = profile.error_shapes.into_iter().filter_map(|shape| self.shape(shape)).collect();
        let mut operations = BTreeMap::new();
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            let Some(Value::Object(item)) = self.resolve(item, 0) else { continue };
            for method in METHODS {
                if let Some(doc) = item.get(method)
                    && let Some(operation) = self.operation(path, method, doc, &defaults, profile.name)
                {
                    operations.insert(operation.id.clone(), Arc::new(operation));
                }
            }
        }
        Some(Contract {
            profile: profile.name,
            verified: profile.verified,
            shareable: profile.shareable,
            visibilities: profile.visibilities,
            error_shapes,
            plumbing_codes: profile.plumbing_codes,
            operations,
        })
    }

    fn shape(&mut self, doc: ShapeDoc) -> Option<ErrorShape> {
        let body = match (&doc.schema, &doc.pattern) {
            (Some(name), _) => ShapeBody::Json(self.body(name)?),
            (None, Some(pattern)) => ShapeBody::Text(self.pattern(pattern)?),
            (None, None) => ShapeBody::Any,
        };
        Some(ErrorShape { media_type: doc.media_type, body, statuses: doc.statuses, only_if_asked: doc.only_if_asked })
    }

    fn operation(
        &mut self,
        path: &str,
        method: &str,
        doc: &Value,
        defaults: &BTreeMap<OutcomeName, Outcome>,
        profile: Profile,
    ) -> Option<Operation> {
        let label = format!("{method} {path}");
        let doc = self.resolve(doc, 0)?;
        let doc: OperationDoc = self.read(&doc, &label, path)?;
        let mut responses = BTreeMap::new();
        for (status, response) in doc.responses {
            let Ok(status) = status.parse() else {
                self.mistake(path, format!("{label}: `{status}` is no status code"), None);
                continue;
            };
            responses.insert(status, self.response(response));
        }
        let mut outcomes = defaults.clone();
        outcomes.extend(doc.outcomes);
        let query = doc.parameters.into_iter().filter(|parameter| parameter.place == "query");
        let query = query.map(|parameter| parameter.name).collect();
        let statements = self.passive(doc.statements, &doc.operation_id, profile);
        Some(Operation {
            id: doc.operation_id,
            method: method.to_uppercase(),
            path: path.to_owned(),
            query,
            request_media_type: doc.request_body.and_then(|body| body.content.into_keys().next()),
            responses,
            outcomes,
            statements,
        })
    }

    fn response(&mut self, doc: ResponseDoc) -> DocumentedResponse {
        let json = doc.content.get("application/json").and_then(|media| media.schema.as_ref());
        let body = json
            .and_then(|schema| schema.get("$ref"))
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix(BODIES))
            .map(str::to_owned)
            .and_then(|name| self.body(&name));
        let headers = doc.headers.into_iter().filter(|(_, header)| header.required);
        let headers = headers
            .map(|(name, header)| DocumentedHeader {
                name: name.to_lowercase(),
                pattern: header
                    .schema
                    .as_ref()
                    .and_then(|schema| schema.get("pattern"))
                    .and_then(Value::as_str)
                    .and_then(|pattern| self.pattern(pattern)),
            })
            .collect();
        DocumentedResponse { media_types: doc.content.into_keys().collect(), body, headers }
    }

    /// Keeps the statements that exist and bind in the profile.
    fn passive(&mut self, doc: StatementsDoc, operation: &str, profile: Profile) -> PassiveStatements {
        let mut binding = |id: &String| {
            if let Some(statement) = self.statements.get(id) {
                return statement.applies_to.contains(&profile);
            }
            let hint = did_you_mean(id, self.statements.ids());
            let message = format!("`{operation}` cites the unknown statement `{id}`");
            self.mistakes.push(Diagnostic::error(self.file, self.file.find(1, id), message).hint(hint));
            false
        };
        PassiveStatements {
            status: doc.status.into_iter().filter(&mut binding).collect(),
            media_type: doc.media_type.into_iter().filter(&mut binding).collect(),
            request_id: doc.request_id.into_iter().filter(&mut binding).collect(),
            paging: doc.paging.into_iter().filter(|(_, id)| binding(id)).collect(),
            body: doc.body.into_iter().filter(|(_, id)| binding(id)).collect(),
        }
    }

    fn body(&mut self, name: &str) -> Option<Arc<super::BodySchema>> {
        let found = self.bodies.get(name).cloned();
        if found.is_none() {
            let hint = did_you_mean(name, self.bodies.names());
            self.mistake(name, format!("there is no `schemas/bodies/{name}`"), hint);
        }
        found
    }

    fn pattern(&mut self, pattern: &str) -> Option<Regex> {
        Regex::new(pattern)
            .map_err(|error| self.mistake("pattern", format!("`{pattern}` is no regular expression: {error}"), None))
            .ok()
    }

    fn read<T: DeserializeOwned>(&mut self, value: &Value, label: &str, needle: &str) -> Option<T> {
        serde_json::from_value(value.clone())
            .map_err(|error| self.mistake(needle, format!("{label}: {error}"), None))
            .ok()
    }

    fn mistake(&mut self, needle: &str, message: String, hint: Option<String>) {
        self.mistakes.push(Diagnostic::error(self.file, self.file.find(1, needle), message).hint(hint));
    }

    /// Replaces every reference to a part of a document by the part; references to bodies stay.
    fn resolve(&mut self, value: &Value, depth: usize) -> Option<Value> {
        self.resolve_in(self.name, value, depth)
    }

    fn resolve_in(&mut self, document: &str, value: &Value, depth: usize) -> Option<Value> {
        match value {
            Value::Object(map) => match map.get("$ref").and_then(Value::as_str) {
                Some(reference) if !reference.starts_with(BODIES) => self.follow(document, reference, map, depth),
                _ => {
                    let resolved: Option<Map<String, Value>> = map
                        .iter()
                        .map(|(key, inner)| Some((key.clone(), self.resolve_in(document, inner, depth)?)))
                        .collect();
                    resolved.map(Value::Object)
                }
            },
            Value::Array(list) => list.iter().map(|inner| self.resolve_in(document, inner, depth)).collect(),
            other => Some(other.clone()),
        }
    }

    fn follow(&mut self, document: &str, reference: &str, map: &Map<String, Value>, depth: usize) -> Option<Value> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let name = if file.is_empty() { document } else { file.trim_start_matches("./") };
        let documents = self.documents;
        let found = documents.get_key_value(name).and_then(|(name, (_, root))| Some((name, root.pointer(pointer)?)));
        let Some((name, part)) = found.filter(|_| depth < 32) else {
            self.mistake(reference, format!("the reference `{reference}` leads nowhere"), None);
            return None;
        };
        let mut part = self.resolve_in(name, part, depth + 1)?;
        if let Value::Object(target) = &mut part {
            for (key, value) in map.iter().filter(|(key, _)| *key != "$ref") {
                target.insert(key.clone(), value.clone());
            }
        }
        Some(part)
    }
}
