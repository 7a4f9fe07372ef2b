//! Reads the OpenAPI documents of `schemas/contracts/` into contracts.
//!
//! Shared parts are reached by `$ref` and read where they are used. Our own keys, `x-profile`,
//! `x-outcomes`, `x-paging` and `x-statements`, are described at the head of `shared.yaml`.

mod check;
mod doc;

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::Regex;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use self::doc::{OperationDoc, ProfileDoc, ResponseDoc, ShapeDoc, StatementsDoc};
use super::{
    Bodies, Contract, DocumentedHeader, DocumentedResponse, ErrorShape, Operation, Outcome, OutcomeName,
    PassiveStatements, Profile, ShapeBody, Statements, keyword, openapi,
};
use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::yaml;

const FOLDER: &str = "schemas/contracts/";
const BODIES: &str = "../bodies/";
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads every contract; mistakes go to the list. None come back if one of them, or an operation, cannot be read.
pub(super) fn load(
    files: &[SourceFile],
    bodies: &Bodies,
    statements: &Statements,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<BTreeMap<Profile, Arc<Contract>>> {
    let mut documents = BTreeMap::new();
    let mut whole = true;
    for file in files.iter().filter(|file| file.name.starts_with(FOLDER)) {
        match yaml::parse::<Value>(file) {
            Ok(value) => {
                let before = mistakes.len();
                openapi::check(file, &value, mistakes);
                whole &= mistakes.len() == before;
                check_schemas(file, &value, mistakes);
                documents.insert(file.name[FOLDER.len()..].to_owned(), (file, value));
            }
            Err(mistake) => {
                mistakes.push(*mistake);
                whole = false;
            }
        }
    }
    let mut contracts = BTreeMap::new();
    for (name, (file, value)) in &documents {
        let Some(profile) = profile_of(value) else { continue };
        let same = |(_, other): &&(&SourceFile, Value)| profile_of(other) == Some(profile);
        // Which of the two is meant cannot be known, so neither is read.
        if documents.range::<String, _>(..name).any(|(_, other)| same(&other)) {
            mistakes.push(Diagnostic::error(file, file.find(1, "x-profile"), "another contract has this profile"));
        }
        if documents.values().filter(same).count() > 1 {
            whole = false;
            continue;
        }
        let mut reader = Reader { file, name, documents: &documents, bodies, statements, mistakes, whole: true };
        contracts.extend(reader.contract(value).map(|contract| (contract.profile, Arc::new(contract))));
        whole &= reader.whole;
    }
    whole.then_some(contracts)
}

/// Returns what a document gives as its profile; none for one of shared parts.
fn profile_of(document: &Value) -> Option<&Value> {
    let profile = document.get("x-profile")?;
    Some(profile.get("name").unwrap_or(profile))
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

/// Reads one document; the others are there for its references.
struct Reader<'a> {
    file: &'a SourceFile,
    name: &'a str,
    documents: &'a BTreeMap<String, (&'a SourceFile, Value)>,
    bodies: &'a Bodies,
    statements: &'a Statements,
    mistakes: &'a mut Vec<Diagnostic>,
    /// Whether everything could be read so far.
    whole: bool,
}

impl Reader<'_> {
    fn contract(&mut self, document: &Value) -> Option<Contract> {
        let profile: ProfileDoc = self.part(document.get("x-profile")?, "x-profile")?;
        let defaults: BTreeMap<OutcomeName, Outcome> = match document.get("x-outcomes") {
            Some(outcomes) => self.part(outcomes, "x-outcomes")?,
            None => BTreeMap::new(),
        };
        self.plumbing(&profile.plumbing_codes);
        self.outcomes(&defaults, "x-outcomes");
        let error_shapes = profile.error_shapes.into_iter().filter_map(|shape| self.shape(shape)).collect();
        let mut operations = BTreeMap::new();
        for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
            let Some(Value::Object(item)) = self.resolve(item, 0) else { continue };
            for method in METHODS {
                if let Some(doc) = item.get(method)
                    && let doc = with_parameters(doc, item.get("parameters"))
                    && let Some(operation) = self.operation(path, method, &doc, &defaults, profile.name)
                {
                    let id = operation.id.clone();
                    if operations.insert(id.clone(), Arc::new(operation)).is_some() {
                        self.whole = false;
                        self.mistake(path, format!("{method} {path}: another operation is called `{id}`"), None);
                    }
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

    /// Reads what one of our own keys at the root leads to.
    fn part<T: DeserializeOwned>(&mut self, value: &Value, key: &str) -> Option<T> {
        let value = self.resolve(value, 0)?;
        self.read(&value, key, key)
    }

    fn shape(&mut self, doc: ShapeDoc) -> Option<ErrorShape> {
        self.media_type(&doc.media_type);
        self.statuses(&doc.statuses, "error-shapes");
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
            let Some(status) = status.parse().ok().filter(check::is_status) else {
                self.mistake(path, format!("{label}: `{status}` is no status code"), None);
                continue;
            };
            responses.insert(status, self.response(response, &label));
        }
        self.outcomes(&doc.outcomes, &label);
        self.path_parameters(path, &doc.parameters);
        let mut outcomes = defaults.clone();
        outcomes.extend(doc.outcomes);
        let query = doc.parameters.into_iter().filter(|parameter| parameter.place == "query");
        let query: Vec<_> = query.map(|parameter| parameter.name).collect();
        if doc.paging.is_some() && !query.iter().any(|name| name == "marker") {
            let hint = "add it to the `parameters`, or remove `x-paging`".to_owned();
            self.mistake(
                path,
                format!("{label} has pages, and no query parameter `marker` to ask for them"),
                Some(hint),
            );
        }
        self.body_patterns(&doc.statements, &responses, &label);
        let statements = self.passive(doc.statements, &doc.operation_id, profile);
        Some(Operation {
            id: doc.operation_id,
            method: method.to_uppercase(),
            path: path.to_owned(),
            query,
            request_media_type: doc.request_body.and_then(|body| body.content.into_keys().next()),
            responses,
            paging: doc.paging,
            outcomes,
            statements,
        })
    }

    fn response(&mut self, doc: ResponseDoc, label: &str) -> DocumentedResponse {
        doc.content.keys().for_each(|media_type| self.media_type(media_type));
        let json = doc.content.get("application/json").and_then(|media| media.schema.as_ref());
        let body = json.and_then(|schema| {
            let reference = schema.get("$ref").and_then(Value::as_str);
            let Some(name) = reference.and_then(|reference| reference.strip_prefix(BODIES)) else {
                let hint = format!("move it to a file of `schemas/bodies/`, and refer to it by `{BODIES}…`");
                self.mistake("schema", format!("{label}: a schema that stands here would not be checked"), Some(hint));
                return None;
            };
            self.body(name)
        });
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

    /// Returns the statements; each must exist and bind in the profile.
    fn passive(&mut self, doc: StatementsDoc, operation: &str, profile: Profile) -> PassiveStatements {
        let mut binding = |id: &String| {
            let (message, hint) = match self.statements.get(id) {
                Some(statement) if statement.applies_to.contains(&profile) => return true,
                Some(_) => (
                    format!("`{operation}` cites `{id}`, which does not bind in `{profile}`"),
                    Some(format!("add `{profile}` to its `applies-to`, or cite another")),
                ),
                // The file itself is missing or cannot be read.
                None if self.statements.ids().next().is_none() => return false,
                None => (
                    format!("`{operation}` cites the unknown statement `{id}`"),
                    did_you_mean(id, self.statements.ids()),
                ),
            };
            self.mistake(id, message, hint);
            false
        };
        PassiveStatements {
            status: doc.status.into_iter().filter(&mut binding).collect(),
            trouble: doc.trouble.into_iter().filter(&mut binding).collect(),
            media_type: doc.media_type.into_iter().filter(&mut binding).collect(),
            request_id: doc.request_id.into_iter().filter(&mut binding).collect(),
            paging: doc.paging.into_iter().filter(|(_, id)| binding(id)).collect(),
            body: doc.body.into_iter().filter(|(_, id)| binding(id)).collect(),
        }
    }

    fn body(&mut self, name: &str) -> Option<Arc<super::BodySchema>> {
        if !self.bodies.names().any(|known| known == name) {
            let hint = did_you_mean(name, self.bodies.names());
            self.mistake(name, format!("there is no `schemas/bodies/{name}`"), hint);
        }
        self.bodies.get(name).cloned()
    }

    fn pattern(&mut self, pattern: &str) -> Option<Regex> {
        Regex::new(pattern)
            .map_err(|error| self.mistake("pattern", format!("`{pattern}` is no regular expression: {error}"), None))
            .ok()
    }

    fn read<T: DeserializeOwned>(&mut self, value: &Value, label: &str, needle: &str) -> Option<T> {
        let read = serde_json::from_value(value.clone());
        self.whole &= read.is_ok();
        read.map_err(|error| self.mistake(needle, format!("{label}: {error}"), None)).ok()
    }

    /// Adds a mistake where its text stands: in the document, or in one of shared parts that it takes it from.
    /// What several contracts share is told of once.
    fn mistake(&mut self, needle: &str, message: String, hint: Option<String>) {
        let shared = |(name, (_, value)): &(&String, &(&SourceFile, Value))| {
            profile_of(value).is_none() && self.file.text.contains(name.as_str())
        };
        let others = self.documents.iter().filter(shared).map(|(_, (file, _))| *file);
        let has = |file: &&SourceFile| file.text.contains(needle);
        let file = std::iter::once(self.file).chain(others).find(has).unwrap_or(self.file);
        let mistake = Diagnostic::error(file, file.find(1, needle), message).hint(hint);
        if !self.mistakes.contains(&mistake) {
            self.mistakes.push(mistake);
        }
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
            self.whole = false;
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

/// Returns an operation with the parameters that all operations of its path have.
fn with_parameters(operation: &Value, shared: Option<&Value>) -> Value {
    let mut operation = operation.clone();
    if let (Some(map), Some(Value::Array(shared))) = (operation.as_object_mut(), shared) {
        let own = map.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
        own.as_array_mut().into_iter().for_each(|own| own.extend_from_slice(shared));
    }
    operation
}
