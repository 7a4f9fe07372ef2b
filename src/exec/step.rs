//! Sends one request of a case and holds the answer against what is expected.

use serde_json_path::JsonPath;

use super::control::ControlKey;
use super::judge::{Halt, Record};
use super::scope::Scope;
use super::{Engine, describe, request};
use crate::case::{Role, Step};
use crate::check::{Judgement, judge, own, passive};
use crate::contract::Operation;
use crate::http::{Exchange, Request};
use crate::plan::{PlannedCase, PlannedStep, Pool};
use crate::verdict::CaseResult;

impl Engine {
    /// Runs one step for the actor of the scope.
    pub(super) async fn step(
        &self,
        planned: &PlannedCase,
        spec: &Step,
        step: &PlannedStep,
        scope: &mut Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let request = request::build(&step.operation, &spec.request, scope)
            .map_err(|error| Halt(format!("the request cannot be written: {error}")))?;
        let shared = matches!(planned.shape.pool, Pool::Shared | Pool::Refused | Pool::None);
        if spec.role == Role::Control && shared && !step.writes && spec.save.is_empty() {
            let key = ControlKey::new(scope.fixture_serial(), &request, &spec.place);
            let outcome = self.controls.get(key, || self.control(spec, step, request, scope)).await;
            record.controlled(&outcome);
            return outcome.held.clone().map_err(Halt);
        }
        self.judged(spec, step, request, scope, record).await
    }

    async fn judged(
        &self,
        spec: &Step,
        step: &PlannedStep,
        request: Request,
        scope: &mut Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        record.count(spec.role);
        let exchange = self.transport.send(request).await;
        scope.sent();
        let exchange = exchange.map_err(|error| Halt(format!("{}: {error}", label(spec, scope))))?;
        self.adopt(&step.operation, &exchange);
        if step.writes {
            record.written(exchange.response.status);
        }
        let outcome = self.judge(spec, step, &exchange, scope, record);
        let saved = outcome.and_then(|()| save(spec, &exchange, scope));
        record.exchange(exchange);
        saved
    }

    /// Holds an exchange against the passive checks, the API's-own-answer rule and the expectation.
    pub(super) fn judge(
        &self,
        spec: &Step,
        step: &PlannedStep,
        exchange: &Exchange,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let documented = (!step.off_contract).then_some(&*step.operation);
        let seen = passive::check(documented, &step.expectation.statuses, exchange, &self.redactor);
        record.passive(seen, spec, exchange, &self.plan.target.endpoint);
        if let Some(reason) = own::unjudgeable(&self.plan.contract, documented, exchange) {
            return Err(Halt(format!("{}: {reason}", label(spec, scope))));
        }
        let lookup = |name: &str| scope.get(name);
        match (spec.role, judge(&step.expectation, &exchange.response, &lookup)) {
            (Role::Check, Judgement::Tolerated(found)) => record.tolerated(found, &spec.place, exchange),
            (Role::Check, Judgement::Unmet(found)) => {
                record.unmet(found, &spec.place, exchange, &self.plan.target.endpoint);
            }
            (Role::Control | Role::Do, Judgement::Unmet(found)) => {
                let wrong = found.iter().map(|m| format!("{} expected {}, got {}", m.at, m.expected, m.actual));
                let wrong = wrong.collect::<Vec<_>>().join("; ");
                let (label, seen) = (label(spec, scope), describe(exchange));
                return Err(Halt(format!("{label} did not hold: {seen}: {}", wrong.trim())));
            }
            (Role::Control, _) => record.note(&format!("control held: {}", describe(exchange))),
            (_, Judgement::Met | Judgement::Tolerated(_)) => {}
        }
        Ok(())
    }

    /// Sees to it that an image made by a case is removed in the end.
    fn adopt(&self, operation: &Operation, exchange: &Exchange) {
        if operation.id == "v2.image.create"
            && let Some(id) = exchange.response.json().and_then(|body| body.get("id")?.as_str())
        {
            self.world.adopt(id);
        }
    }

    /// Draws the conclusion from everything that was seen.
    pub(super) fn conclude(&self, planned: &PlannedCase, record: Record) -> CaseResult {
        let waivers = &self.plan.target.waivers;
        record.conclude(planned, &self.statements, self.plan.contract.profile, waivers, self.keep)
    }
}

fn save(spec: &Step, exchange: &Exchange, scope: &mut Scope<'_>) -> Result<(), Halt> {
    for (name, path) in &spec.save {
        let found = JsonPath::parse(path)
            .ok()
            .and_then(|path| exchange.response.json().and_then(|body| path.query(body).first().cloned()));
        match found {
            Some(value) => scope.save(name, value),
            None => return Err(Halt(format!("{}: there is no {path} to save in the answer", describe(exchange)))),
        }
    }
    Ok(())
}

/// Returns what a step is called in a reason, such as “control visible as owner”.
fn label(spec: &Step, scope: &Scope<'_>) -> String {
    let name = spec.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
    format!("{}{name} as {}", spec.role.name(), scope.actor())
}
