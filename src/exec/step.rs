//! Sends one request of a case and holds the answer against what is expected.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json_path::JsonPath;

use super::judge::{Halt, Record};
use super::scope::Scope;
use super::{Engine, describe, preflight, request};
use crate::case::eventually::EventuallySpec;
use crate::case::{Role, Step};
use crate::check::{Judgement, judge, own, passive};
use crate::http::{Exchange, Request};
use crate::plan::{PlannedCase, PlannedStep};
use crate::verdict::CaseResult;
use crate::world::{Permit, Pool};

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
        let mut exchanges = self.exchanges((planned, spec, step), request, scope, record).await?;
        let mut provoked = false;
        if let [first] = &exchanges[..]
            && spec.role == Role::Check
            && step.malformed
            && own::is_trouble(first.response.status)
        {
            // What came of it first is kept; it is judged if the trouble does not come again.
            let again = self.exchanges((planned, spec, step), first.request.clone(), scope, record).await?;
            let told = again.first().map_or(0, |again| again.response.status);
            record.note(&format!("{}, and {told} when it was sent again", describe(first)));
            provoked = own::is_trouble(told);
            if provoked {
                exchanges = again;
            }
        }
        for exchange in &exchanges {
            self.still_alive(exchange, record).await?;
            self.judge(spec, step, exchange, provoked, scope, record)?;
        }
        let Some(exchange) = exchanges.first() else { return Ok(()) };
        self.alike(spec, step, exchange, scope, record);
        save(planned, spec, exchange, scope)
    }

    /// Sends the request of a step and keeps what comes of it.
    async fn exchanges(
        &self,
        (planned, spec, step): (&PlannedCase, &Step, &PlannedStep),
        request: Request,
        scope: &mut Scope<'_>,
        record: &mut Record,
    ) -> Result<Vec<Arc<Exchange>>, Halt> {
        let permit = self.permit(step, &request, scope)?;
        let answers = self.send((planned, spec, step), request, scope, record).await?;
        scope.sent();
        if step.writes {
            self.world.wrote(&scope.image_id().unwrap_or_default());
        }
        let exchanges: Result<Vec<_>, _> = answers.into_iter().collect();
        let exchanges = exchanges.map_err(|error| Halt(format!("{}: {error}", label(spec, scope))))?;
        // Of several the one that was granted counts: it was carried out.
        if let (Some(permit), Some(kindest)) = (permit, exchanges.iter().min_by_key(|seen| seen.response.status)) {
            self.world.answered(&permit, &step.operation, kindest);
            record.written(kindest.response.status);
        }
        for exchange in &exchanges {
            record.exchange(spec.role, Arc::clone(exchange));
        }
        Ok(exchanges)
    }

    /// Sends the request of a step: once, or again and again, or several times at the same moment.
    async fn send(
        &self,
        (planned, spec, step): (&PlannedCase, &Step, &PlannedStep),
        request: Request,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<Vec<Result<Arc<Exchange>, String>>, Halt> {
        let shared = planned.shape.pool != Pool::Own;
        if let Some(EventuallySpec(own)) = &spec.eventually {
            let answer = self.look_again(own, (spec, step), request, scope, record).await?;
            return Ok(vec![answer.map_err(|error| error.to_string())]);
        }
        if spec.role == Role::Control && shared && !step.writes {
            let (answer, sent) = self.controls.get(scope.fixture_serial(), request, &*self.transport).await;
            if sent {
                record.count(spec.role);
            }
            return Ok(vec![answer]);
        }
        let copies = (0..spec.at_once.unwrap_or(1)).map(|_| {
            record.count(spec.role);
            self.transport.send(request.clone())
        });
        let answers = join_all(copies.collect::<Vec<_>>()).await.into_iter();
        Ok(answers.map(|answer| answer.map(Arc::new).map_err(|error| error.to_string())).collect())
    }

    /// Asks for leave to send a request, if it is a write: only what is ours may change.
    fn permit(&self, step: &PlannedStep, request: &Request, scope: &Scope<'_>) -> Result<Option<Permit>, Halt> {
        let permit = || self.world.permit(&step.operation, step.off_contract, request, |id| scope.invented(id));
        step.writes.then(permit).transpose().map_err(Halt)
    }

    /// Asks again whether an actor is alive whose credentials were just refused: a token may end in the middle.
    pub(super) async fn still_alive(&self, exchange: &Exchange, record: &mut Record) -> Result<(), Halt> {
        let actor = exchange.request.actor;
        if exchange.response.status != 401 || !actor.has_project() {
            return Ok(());
        }
        record.count(Role::Control);
        let asked = preflight::ask(&*self.transport, &self.plan.contract, actor).await;
        asked.map_err(|reason| Halt(format!("the credentials of {actor} no longer work: {reason}")))
    }

    /// Holds an exchange against the passive checks, the API's-own-answer rule and the expectation.
    pub(super) fn judge(
        &self,
        spec: &Step,
        step: &PlannedStep,
        exchange: &Exchange,
        provoked: bool,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<(), Halt> {
        let documented = (!step.off_contract).then_some(&*step.operation);
        let contract = &self.plan.contract;
        let unjudgeable = if provoked {
            own::unjudgeable_if_provoked(contract, exchange)
        } else {
            own::unjudgeable(contract, documented, exchange)
        };
        // What something in between answered is no breach of the API's, but for a credential in it.
        let documented = documented.filter(|_| unjudgeable.is_none());
        let seen = passive::check(documented, &step.expectation.all_statuses(), exchange, &self.redactor);
        let foreign = spec.role != Role::Check && seen.iter().any(passive::Passive::is_foreign);
        record.passive(seen, spec, exchange, &self.plan.target.endpoint);
        if let Some(reason) = unjudgeable {
            return Err(Halt(format!("{}: {reason}", label(spec, scope))));
        }
        if foreign {
            return Err(Halt(format!(
                "{}: {}, with a body that is none of the API's",
                label(spec, scope),
                describe(exchange)
            )));
        }
        if step.expectation.status_line.is_some() && exchange.response.line.is_none() {
            let seen = describe(exchange);
            return Err(Halt(format!("{seen} over a protocol that has no status line, such as HTTP/2")));
        }
        let lookup = |name: &str| scope.get(name);
        match (spec.role, judge(&step.expectation, &exchange.response, &lookup)) {
            (Role::Check, Judgement::Tolerated(found)) => record.tolerated(found, &spec.place, exchange),
            (Role::Check, Judgement::Unmet(_))
                if exchange.request.method == "HEAD" && exchange.response.status >= 400 =>
            {
                let seen = describe(exchange);
                return Err(Halt(format!("{seen}: the answer to a HEAD does not tell whether it is the API's own")));
            }
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

    /// Draws the conclusion from everything that was seen.
    pub(super) fn conclude(&self, planned: &PlannedCase, mut record: Record) -> CaseResult {
        let waivers = &self.plan.target.waivers;
        let answers = record.answers.take();
        let mut result = record.conclude(planned, &self.statements, self.plan.contract.profile, waivers, self.keep);
        if let Some(answers) = answers {
            self.compare(planned, &answers, &mut result);
        }
        result
    }
}

fn save(planned: &PlannedCase, spec: &Step, exchange: &Exchange, scope: &mut Scope<'_>) -> Result<(), Halt> {
    for (name, path) in &spec.save {
        let found = JsonPath::parse(path)
            .ok()
            .and_then(|path| exchange.response.json().and_then(|body| path.query(body).first().cloned()));
        match found {
            Some(value) => scope.save(name, value),
            None if planned.case.facts.steps.iter().any(|later| later.only_if.as_ref() == Some(name)) => {}
            None => return Err(Halt(format!("{}: there is no {path} to save in the answer", describe(exchange)))),
        }
    }
    Ok(())
}

/// Returns what a step is called in a reason, such as “control visible as owner”.
pub(super) fn label(spec: &Step, scope: &Scope<'_>) -> String {
    let name = spec.name.as_ref().map(|name| format!(" `{name}`")).unwrap_or_default();
    format!("{}{name} as {}", spec.role.name(), scope.actor())
}
