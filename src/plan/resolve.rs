//! Resolves a case against a contract: outcomes to statuses, statements to a level.

use std::sync::Arc;

use super::{PlannedCase, PlannedStep, Shape, needs};
use crate::case::{Case, ExpectSpec, Step};
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
    let steps: Vec<_> = case.facts.steps.iter().map(|step| planned_step(step, contract, library)).collect();
    let pool = pool(case, &steps);
    let skip = needs::skip(case, &steps, pool, contract, target);
    Shape { steps, pool, skip }
}

fn planned_step(step: &Step, contract: &Contract, library: &Library) -> PlannedStep {
    let operation = Arc::clone(&contract.operations[&step.request.call]);
    let method = step.request.method.as_deref().unwrap_or(&operation.method);
    PlannedStep {
        off_contract: step.request.raw_path.is_some() || method != operation.method,
        writes: method_writes(method),
        expectation: expectation(&step.expect, &operation, library),
        operation,
    }
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
        tolerated,
    }
}

fn pool(case: &Case, steps: &[PlannedStep]) -> Pool {
    let mut writes = steps.iter().filter(|step| step.writes).peekable();
    if case.facts.given.is_none() {
        Pool::None
    } else if writes.peek().is_none() {
        Pool::Shared
    } else if writes.all(|step| step.expectation.is_negative()) {
        Pool::Refused
    } else {
        Pool::Own
    }
}
