//! From the author's words to cases: defaults merged in, a single request and its control written
//! as steps, one case per row.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};
use serde_saphyr::Spanned;

use super::prefix;
use crate::case::spec::{ControlSpec, StepSpec};
use crate::case::{BodySpec, Case, CaseFacts, CaseFile, CaseSpec, ExpectSpec, OneOrMany, RequestSpec, Role, Row, Step};
use crate::diagnostic::SourceFile;
use crate::verdict::Place;

/// Returns the cases of a file that lint found to be in order.
pub(super) fn cases(file: &SourceFile, read: &CaseFile) -> Vec<Arc<Case>> {
    let prefix = prefix(file);
    read.cases
        .iter()
        .flat_map(|spec| rows(file, &prefix, &read.operation.value, &merge(&read.defaults, spec)))
        .collect()
}

fn rows(file: &SourceFile, prefix: &str, operation: &str, spec: &Spanned<CaseSpec>) -> Vec<Arc<Case>> {
    let id = spec.value.id.as_ref().map(|id| id.value.as_str()).unwrap_or_default();
    let id = format!("{prefix}::{id}");
    let statements: Arc<[String]> =
        spec.value.statements.iter().flatten().map(|statement| statement.value.clone()).collect();
    let facts = Arc::new(facts(file, operation, spec));
    let Some(rows) = &spec.value.for_each else {
        return vec![Arc::new(Case { id, statements, row: None, facts })];
    };
    rows.0
        .iter()
        .map(|(name, variables)| {
            let own = variables
                .get("statements")
                .and_then(Value::as_array)
                .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Arc<[String]>>());
            Arc::new(Case {
                id: format!("{id}[{name}]"),
                statements: own.unwrap_or_else(|| Arc::clone(&statements)),
                row: Some(Row { name: name.clone(), variables: variables.clone() }),
                facts: Arc::clone(&facts),
            })
        })
        .collect()
}

/// Returns a case with the defaults in place of the keys that it does not give.
pub(super) fn merge(defaults: &CaseSpec, spec: &Spanned<CaseSpec>) -> Spanned<CaseSpec> {
    macro_rules! own_or_default {
        ($($key:ident),+) => {
            CaseSpec { $($key: spec.value.$key.clone().or_else(|| defaults.$key.clone())),+ }
        };
    }
    let merged = own_or_default!(
        id, title, statements, given, beside, actors, control, steps, call, path, query, body, body_raw, method,
        raw_path, headers, accept, expect, save, for_each, walk, needs, profiles, level, tags, snapshot, after
    );
    Spanned::new(merged, spec.referenced, spec.defined)
}

fn facts(file: &SourceFile, operation: &str, spec: &Spanned<CaseSpec>) -> CaseFacts {
    let case = &spec.value;
    CaseFacts {
        title: case.title.clone().unwrap_or_default(),
        place: place(file, spec.referenced.line()),
        operation: operation.to_owned(),
        given: case.given.clone(),
        beside: case.beside.clone(),
        steps: steps(file, operation, spec),
        needs: case.needs.clone().map(|needs| needs.0).unwrap_or_default(),
        profiles: case.profiles.clone().map(|profiles| profiles.0),
        level: case.level,
        tags: case.tags.clone().map(|tags| tags.0).unwrap_or_default(),
        snapshot: case.snapshot.unwrap_or(true),
    }
}

/// Returns the requests of a case in order: its steps, or its control and its single request.
pub(super) fn steps(file: &SourceFile, operation: &str, spec: &Spanned<CaseSpec>) -> Vec<Step> {
    let case = &spec.value;
    if let Some(steps) = &case.steps {
        return steps.iter().map(|step| step_of(file, operation, case, step)).collect();
    }
    let control = case.control.iter().map(|control| control_of(file, operation, case, control));
    control.chain([single(file, operation, spec)]).collect()
}

fn single(file: &SourceFile, operation: &str, spec: &Spanned<CaseSpec>) -> Step {
    let case = &spec.value;
    let (expect, line) = expectation(case.expect.as_ref(), case.walk.is_some(), spec.referenced.line());
    Step {
        role: Role::Check,
        name: None,
        actors: case.actors.clone().map(|actors| actors.0).unwrap_or_default(),
        request: request(operation, case),
        expect,
        place: place(file, line),
        save: case.save.clone().unwrap_or_default(),
        only_if: None,
        after: case.after,
        eventually: None,
        at_once: None,
        walk: case.walk.as_ref().map(|walk| walk.value.clone()),
    }
}

fn request(operation: &str, case: &CaseSpec) -> RequestSpec {
    RequestSpec {
        call: case.call.as_ref().map_or_else(|| operation.to_owned(), |call| call.value.clone()),
        method: case.method.clone(),
        raw_path: value(case.raw_path.as_ref()),
        path: map(case.path.as_ref()),
        query: map(case.query.as_ref()),
        body: body(case.body.as_ref(), case.body_raw.as_ref()),
        headers: map(case.headers.as_ref()),
        accept: case.accept.clone(),
    }
}

fn control_of(file: &SourceFile, operation: &str, case: &CaseSpec, control: &Spanned<ControlSpec>) -> Step {
    let own = &control.value;
    let main = request(operation, case);
    let (path, query) = (over(&main.path, own.path.as_ref()), over(&main.query, own.query.as_ref()));
    let request = match &own.call {
        // Another call has nothing but the parameters in common with the case's own.
        Some(call) => {
            RequestSpec { call: call.value.clone(), path, query: map(own.query.as_ref()), ..RequestSpec::default() }
        }
        None => RequestSpec { path, query, ..main },
    };
    Step {
        role: Role::Control,
        name: None,
        actors: own.actors.clone().or_else(|| case.actors.clone()).map(|actors| actors.0).unwrap_or_default(),
        request,
        expect: own.expect.value.clone(),
        place: place(file, own.expect.referenced.line()),
        save: BTreeMap::new(),
        only_if: None,
        after: None,
        eventually: None,
        at_once: None,
        walk: None,
    }
}

fn step_of(file: &SourceFile, operation: &str, case: &CaseSpec, step: &Spanned<StepSpec>) -> Step {
    let own = &step.value;
    let (role, name) = match (&own.control, &own.do_, &own.check) {
        (Some(name), ..) => (Role::Control, name),
        (_, Some(name), _) => (Role::Do, name),
        (_, _, Some(name)) => (Role::Check, name),
        _ => (Role::Check, &String::new()),
    };
    let (expect, line) = expectation(own.expect.as_ref(), own.walk.is_some(), step.referenced.line());
    let call = own.call.as_ref().or(case.call.as_ref()).map_or(operation, |call| call.value.as_str());
    Step {
        role,
        name: Some(name.clone()),
        actors: own.actors.clone().or_else(|| case.actors.clone()).map(|actors| actors.0).unwrap_or_default(),
        request: RequestSpec {
            call: call.to_owned(),
            method: own.method.clone(),
            raw_path: value(own.raw_path.as_ref()),
            path: over(&map(case.path.as_ref()), own.path.as_ref()),
            query: over(&map(case.query.as_ref()), own.query.as_ref()),
            body: body(own.body.as_ref(), own.body_raw.as_ref()),
            headers: map(own.headers.as_ref()),
            accept: own.accept.clone(),
        },
        expect,
        place: place(file, line),
        save: own.save.clone().unwrap_or_default(),
        only_if: own.only_if.as_ref().map(|name| name.value.clone()),
        after: own.after,
        eventually: own.eventually.clone(),
        at_once: own.at_once,
        walk: own.walk.as_ref().map(|walk| walk.value.clone()),
    }
}

/// Returns what is expected of an answer, and where that stands; of each page of a walk it is 200 unless said otherwise.
fn expectation(given: Option<&Spanned<ExpectSpec>>, walks: bool, line: u64) -> (ExpectSpec, u64) {
    match given {
        Some(expect) => (expect.value.clone(), expect.referenced.line()),
        None => (ExpectSpec { status: walks.then(|| OneOrMany(vec![200])), ..ExpectSpec::default() }, line),
    }
}

fn body(json: Option<&Spanned<Value>>, raw: Option<&Spanned<String>>) -> BodySpec {
    match (json, raw) {
        (Some(json), _) => BodySpec::Json(json.value.clone()),
        (None, Some(raw)) => BodySpec::Raw(raw.value.clone()),
        (None, None) => BodySpec::None,
    }
}

fn over(base: &Map<String, Value>, own: Option<&Spanned<Map<String, Value>>>) -> Map<String, Value> {
    let mut merged = base.clone();
    merged.extend(map(own));
    merged
}

fn map(given: Option<&Spanned<Map<String, Value>>>) -> Map<String, Value> {
    value(given).unwrap_or_default()
}

fn value<T: Clone>(given: Option<&Spanned<T>>) -> Option<T> {
    given.map(|spanned| spanned.value.clone())
}

fn place(file: &SourceFile, line: u64) -> Place {
    Place { file: file.path.clone(), line: line.max(1) }
}
