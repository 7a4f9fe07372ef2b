//! Resolves a case against a contract: outcomes to statuses, statements to a level.

use std::sync::Arc;

use serde_json::Value;

use super::{PlannedCase, PlannedStep, Shape, needs};
use crate::case::{BodySpec, Case, ExpectSpec, Step, template};
use crate::check::Expectation;
use crate::contract::{Contract, Library, Operation, method_writes};
use crate::target::Declared;
use crate::verdict::Level;
use crate::world::Pool;

/// Returns a case as it runs in a profile.
pub(super) fn case(
    case: &Arc<Case>,
    contract: &Contract,
    library: &Library,
    shape: impl FnOnce() -> Arc<Shape>,
) -> PlannedCase {
    let shape = shape();
    let cited = case.statements.iter().map(String::as_str);
    let strictest = library.statements.strictest(cited, contract.profile);
    let level = strictest.map_or(Level::Observe, |(_, level)| level);
    PlannedCase {
        name: format!("{}::{}", contract.profile, case.id),
        level: case.facts.level.map_or(level, |most| level.min(most)),
        statement: strictest.map(|(id, _)| id.to_owned()),
        statements: applying(case, contract, library),
        case: Arc::clone(case),
        shape,
    }
}

/// Returns the statements that a case cites and that bind in the profile.
fn applying(case: &Case, contract: &Contract, library: &Library) -> Arc<[String]> {
    let binds = |id: &&String| library.statements.level(id, contract.profile).is_some();
    if case.statements.iter().all(|id| binds(&id)) {
        return Arc::clone(&case.statements);
    }
    case.statements.iter().filter(binds).cloned().collect()
}

/// Returns what all rows of a case have in common.
pub(super) fn shape(case: &Case, contract: &Contract, library: &Library, target: &Declared) -> Shape {
    let steps: Vec<_> = case.facts.steps.iter().map(|step| planned_step(step, case, contract, library)).collect();
    let pool = pool(case, &steps);
    let skip = needs::skip(case, &steps, pool, contract, target);
    Shape { steps, pool, skip }
}

fn planned_step(step: &Step, case: &Case, contract: &Contract, library: &Library) -> PlannedStep {
    let operation = Arc::clone(&contract.operations[&step.request.call]);
    let method = step.request.method.as_deref().unwrap_or(&operation.method);
    let off_contract = step.request.raw_path.is_some() || method != operation.method;
    let expectation = expectation(&step.expect, &operation, library);
    PlannedStep {
        off_contract,
        writes: method_writes(method),
        malformed: off_contract || expectation.statuses.contains(&400) || is_malformed(step, case, &operation),
        expectation,
        operation,
    }
}

/// Tells whether the author wrote an id or a body out, or asks what the operation does not know: what the world or
/// chance gives is well formed.
fn is_malformed(step: &Step, case: &Case, operation: &Operation) -> bool {
    let of_row = |name: &String| case.row.as_ref().is_some_and(|row| row.variables.contains_key(name));
    let written = |id: &Value| template::variables(id).is_ok_and(|names| names.iter().all(of_row));
    let mut ids = step.request.path.iter().filter(|(name, _)| operation.path.contains(&format!("{{{name}}}")));
    let unknown = step.request.query.keys().any(|name| !operation.query.contains(name));
    unknown || matches!(step.request.body, BodySpec::Raw(_)) || ids.any(|(_, id)| written(id))
}

fn expectation(spec: &ExpectSpec, operation: &Operation, library: &Library) -> Expectation {
    let mut statuses = spec.status.clone().map(|status| status.0).unwrap_or_default();
    let mut tolerated: Vec<_> = spec.tolerate.iter().map(|lesser| expectation(lesser, operation, library)).collect();
    if let Some(outcome) = spec.outcome.and_then(|name| operation.outcomes.get(&name)) {
        statuses.clone_from(&outcome.status);
        tolerated.extend(outcome.tolerate.iter().map(|lesser| Expectation {
            statuses: lesser.status.clone(),
            codes: lesser.codes.clone(),
            ..Expectation::default()
        }));
    }
    Expectation {
        statuses,
        codes: Vec::new(),
        body: spec.body.clone(),
        headers: spec.headers.clone(),
        schema: spec.schema.as_ref().and_then(|name| library.bodies.get(name)).cloned(),
        schema_from: spec.schema_from.clone(),
        status_line: spec.status_line.clone(),
        tolerated,
    }
}

fn pool(case: &Case, steps: &[PlannedStep]) -> Pool {
    if case.facts.given.is_none() {
        Pool::None
    } else if steps.iter().all(|step| !step.writes) {
        Pool::Shared
    } else if case.facts.steps.iter().zip(steps).filter(|(_, step)| step.writes).all(|pair| refused(pair, case, steps))
    {
        Pool::Refused
    } else {
        Pool::Own
    }
}

/// Tells whether a step is to be refused, or answered as one that is.
fn refused((spec, step): (&Step, &PlannedStep), case: &Case, steps: &[PlannedStep]) -> bool {
    let named = spec.expect.same_as.as_ref().filter(|_| step.expectation.statuses.is_empty());
    let known = named.and_then(|same| {
        let at = case.facts.steps.iter().position(|other| other.name.as_ref() == Some(&same.step))?;
        steps.get(at)
    });
    let expectation = &known.unwrap_or(step).expectation;
    expectation.is_negative() && expectation.tolerated.iter().all(Expectation::is_negative)
}
