//! Runs one planned case: fixture, controls, steps, and the verdict.

mod alike;
mod batch;
mod control;
mod eventually;
mod judge;
mod preflight;
mod request;
mod scope;
mod snapshot;
mod step;
#[cfg(test)]
mod tests;
mod walk;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub use preflight::{Preflight, PreflightError, preflight};

use crate::case::Actor;
use crate::case::spec::After;
use crate::check::snapshot::Snapshots;
use crate::contract::Statements;
use crate::http::{Exchange, Transport};
use crate::interrupt::Gate;
use crate::plan::{self, Plan, PlannedCase};
use crate::redact::{Redactor, shorten, shorten_value};
use crate::verdict::{CaseResult, Check, Verdict};
use crate::world::{Fixture, Pool, Unchanged, World};
use control::Controls;
use judge::{Halt, Record};
use scope::Scope;

/// Which exchanges the report keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Keep {
    /// Those of cases that did not pass.
    #[default]
    Failed,
    /// All.
    All,
    /// None.
    None,
}

/// Runs the cases of one plan.
pub struct Engine {
    /// What runs.
    pub plan: Plan,
    /// Where its images come from.
    pub world: World,
    /// What the preflight found out about each actor.
    pub actors: BTreeMap<Actor, Result<(), String>>,
    /// Whether the answers are a mock's.
    pub is_mock: bool,
    transport: Arc<dyn Transport>,
    statements: Arc<Statements>,
    redactor: Redactor,
    keep: Keep,
    gate: Gate,
    controls: Controls,
    snapshots: Option<Snapshots>,
}

impl Engine {
    /// Returns an engine for a plan whose actors have been looked at.
    #[must_use]
    pub fn new(
        plan: Plan,
        world: World,
        seen: Preflight,
        transport: Arc<dyn Transport>,
        statements: Arc<Statements>,
        keep: Keep,
        gate: Gate,
    ) -> Self {
        let redactor = plan.target.redactor();
        Self {
            plan,
            world,
            actors: seen.actors,
            is_mock: seen.is_mock,
            transport,
            statements,
            redactor,
            keep,
            gate,
            controls: Controls::default(),
            snapshots: None,
        }
    }

    /// Runs a case to its end.
    pub async fn run(&self, planned: &PlannedCase) -> CaseResult {
        let started = Instant::now();
        let mut result = match &planned.shape.skip {
            Some(skip) => CaseResult::unjudged(Verdict::Skip, planned.level, skip.reason.clone()),
            None => match self.dead_actor(planned) {
                Some(reason) => CaseResult::unjudged(Verdict::Inconclusive, planned.level, reason),
                None => self.with_fixture(planned).await,
            },
        };
        if let Some(reason) = self.gate.closed().filter(|_| result.verdict == Verdict::Inconclusive) {
            reason.clone_into(&mut result.reason);
        }
        self.finish(result, started.elapsed())
    }

    /// Makes a result fit to be shown.
    fn finish(&self, mut result: CaseResult, elapsed: Duration) -> CaseResult {
        result.elapsed = elapsed;
        self.redact(&mut result);
        result
    }

    /// Returns why an actor of the case cannot be believed.
    fn dead_actor(&self, planned: &PlannedCase) -> Option<String> {
        if self.actors.values().all(Result::is_ok) {
            return None;
        }
        let given = planned.case.facts.images().flat_map(|given| given.members.actors()).map(|(actor, _)| actor);
        let steps = planned.case.facts.steps.iter().flat_map(|step| step.actors.iter().copied());
        // Of an actor that could not sign in not even the project is known.
        let used =
            plan::actors(&planned.case).into_iter().filter(|actor| self.plan.target.project_id(*actor).is_none());
        steps.chain(given).chain(used).find_map(|actor| {
            let reason = self.actors.get(&actor)?.as_ref().err()?;
            Some(format!("the credentials of {actor} do not work: {reason}"))
        })
    }

    async fn with_fixture(&self, planned: &PlannedCase) -> CaseResult {
        let pool = planned.shape.pool;
        let Some(given) = &planned.case.facts.given else {
            let record = self.steps(planned, None).await;
            return self.conclude(planned, record);
        };
        let fixture = match self.world.acquire(given, pool).await {
            Ok(fixture) => fixture,
            Err(trouble) => {
                return CaseResult::unjudged(Verdict::Inconclusive, planned.level, format!("no fixture: {trouble}"));
            }
        };
        let mut record = self.steps(planned, Some(Arc::clone(&fixture))).await;
        if (pool == Pool::Own || !record.is_clean())
            && let Err(reason) = self.world.undisturbed(&fixture.image_id).await
        {
            record.disturbed(reason);
        }
        let fit = match pool {
            Pool::Refused => self.unchanged(planned, &fixture, &mut record).await,
            Pool::Own => record.is_clean() && planned.shape.writes_rows_alone(),
            Pool::Shared | Pool::None => true,
        };
        self.world.release(given, pool, fixture, fit).await;
        self.conclude(planned, record)
    }

    /// Looks whether the writes of a case that were to be refused left their mark, unless one was
    /// accepted or not answered at all: then the fixture is spoilt, and the case knows it already.
    async fn unchanged(&self, planned: &PlannedCase, fixture: &Fixture, record: &mut Record) -> bool {
        if record.is_spoilt() {
            return false;
        }
        match self.world.unchanged(fixture).await {
            Unchanged::Same => true,
            Unchanged::Changed(before, after) => {
                let place = planned.case.facts.steps.last().map_or(&planned.case.facts.place, |step| &step.place);
                record.mismatch(Check::Unchanged, "member list", before, after, place.clone());
                false
            }
            Unchanged::Unknown(reason) => {
                record.inconclusive(format!("nobody knows whether the refused write changed anything: {reason}"));
                false
            }
        }
    }

    async fn steps(&self, planned: &PlannedCase, fixture: Option<Arc<Fixture>>) -> Record {
        let mut record = Record::default();
        let mut scope = Scope::new(&planned.case, &self.plan.target, fixture);
        if let Some(beside) = &planned.case.facts.beside {
            match self.world.acquire(beside, Pool::Shared).await {
                Ok(beside) => scope.set_beside(beside),
                Err(trouble) => {
                    record.inconclusive(format!("no fixture: {trouble}"));
                    return record;
                }
            }
        }
        for (spec, step) in planned.case.facts.steps.iter().zip(&planned.shape.steps) {
            if spec.only_if.as_ref().is_some_and(|name| !scope.has_saved(name)) {
                continue;
            }
            if spec.after == Some(After::NextSecond) && !self.is_mock {
                scope.next_second().await;
            }
            for actor in &spec.actors {
                scope.set_actor(*actor);
                let outcome = match (self.settled(spec, &scope).await, &spec.walk) {
                    (Err(halt), _) => Err(halt),
                    (Ok(()), Some(walk)) => self.walk(planned, spec, step, walk, &scope, &mut record).await,
                    (Ok(()), None) => self.step(planned, spec, step, &mut scope, &mut record).await,
                };
                if let Err(Halt(reason)) = outcome {
                    record.inconclusive(reason);
                    return record;
                }
            }
        }
        record.answers = self.answers(planned, &scope, &record);
        record
    }

    /// Masks every credential in a result, and only then cuts what is too long for a report.
    fn redact(&self, result: &mut CaseResult) {
        let mask = |text: &mut String| {
            if let Cow::Owned(masked) = self.redactor.redact(text) {
                *text = masked;
            }
            shorten(text);
        };
        mask(&mut result.reason);
        result.notes.iter_mut().for_each(mask);
        result.reproduce.iter_mut().for_each(|line| {
            if let Cow::Owned(masked) = self.redactor.redact(line) {
                *line = masked;
            }
        });
        for finding in result.findings.iter_mut().chain(&mut result.asides) {
            mask(&mut finding.at);
            for side in [&mut finding.expected, &mut finding.actual] {
                self.redactor.redact_value(side);
                shorten_value(side);
            }
        }
        result.exchanges.iter_mut().for_each(|exchange| self.redactor.redact_value(exchange));
    }
}

/// Returns a line that describes an exchange: `owner: GET /v2/images answered 200`.
fn describe(exchange: &Exchange) -> String {
    let request = &exchange.request;
    format!("{}: {} {} answered {}", request.actor, request.method, request.path, exchange.response.status)
}
