//! Waits for what was written to show: a step that says `eventually` looks again until it does, any other waits
//! until every read shows it, because what it sees before proves nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Engine;
use super::judge::{Halt, Record};
use super::scope::Scope;
use crate::case::eventually::OwnBound;
use crate::case::{Role, Step};
use crate::check::{Expectation, Judgement, judge, own, passive};
use crate::http::{Exchange, Request, TransportError};
use crate::plan::PlannedStep;

impl Engine {
    /// Waits until every read shows what the case wrote, unless the step looks for that itself.
    pub(super) async fn settled(&self, spec: &Step, scope: &Scope<'_>) -> Result<(), Halt> {
        match spec.eventually {
            Some(_) => Ok(()),
            None => self.world.settle(&scope.image_id().unwrap_or_default()).await.map_err(Halt),
        }
    }

    /// Sends a request again and again until its answer is as expected, or can be waited for no longer; returns the
    /// last answer, to be judged as it is.
    pub(super) async fn look_again(
        &self,
        own: &OwnBound,
        (spec, step): (&Step, &PlannedStep),
        request: Request,
        scope: &Scope<'_>,
        record: &mut Record,
    ) -> Result<Result<Arc<Exchange>, TransportError>, Halt> {
        let (started, mut again) = (Instant::now(), false);
        let image_id = scope.image_id().unwrap_or_default();
        let (mut looks, due) = (own.looks(), self.world.due(&image_id));
        loop {
            let settled = due.is_none_or(|due| Instant::now() >= due);
            // Only the first look is what the case asks; the others are the price of waiting.
            record.count(if again { Role::Control } else { spec.role });
            let exchange = match self.transport.send(request.clone()).await {
                Ok(exchange) => Arc::new(exchange),
                Err(error) => return Ok(Err(error)),
            };
            let met = self.is_met(step, &exchange, scope);
            if own.looks() > 0 {
                // What took its time, as a job does, was written no later than now.
                self.world.wrote(&image_id);
            } else if met && again {
                record.converged(started.elapsed());
            }
            if met || looks == 0 && settled || is_final(own, &exchange, scope) {
                return Ok(Ok(exchange));
            }
            self.in_passing((spec, step), &exchange, record);
            self.world.pause(self.pause(own, looks, due)).await.map_err(Halt)?;
            (looks, again) = (looks.saturating_sub(1), true);
        }
    }

    /// Looks at an answer that is not the last one: what it says may be late, and must be of its form all the same.
    fn in_passing(&self, (spec, step): (&Step, &PlannedStep), exchange: &Arc<Exchange>, record: &mut Record) {
        let documented = (!step.off_contract).then_some(&*step.operation);
        if own::unjudgeable(&self.plan.contract, documented, exchange).is_none() {
            let seen = passive::check(documented, &step.expectation.all_statuses(), exchange, &self.redactor);
            record.passive(seen, spec, exchange, &self.plan.target.endpoint);
        }
        record.exchange(Role::Do, Arc::clone(exchange));
    }

    /// Tells whether an answer is the API's own, and as expected.
    fn is_met(&self, step: &PlannedStep, exchange: &Exchange, scope: &Scope<'_>) -> bool {
        let documented = (!step.off_contract).then_some(&*step.operation);
        own::unjudgeable(&self.plan.contract, documented, exchange).is_none()
            && judge(&step.expectation, &exchange.response, &|name| scope.get(name)) == Judgement::Met
    }

    /// Returns how long to wait before the next look. What a mock does takes no time, but for reads that lag behind.
    fn pause(&self, own: &OwnBound, looks: u128, due: Option<Instant>) -> Duration {
        match due {
            _ if looks > 0 && self.is_mock => Duration::ZERO,
            _ if looks > 0 => own.every(),
            Some(due) => self.plan.target.consistency.every.min(due.saturating_duration_since(Instant::now())),
            None => Duration::ZERO,
        }
    }
}

/// Tells whether an answer will not change any more.
fn is_final(own: &OwnBound, exchange: &Exchange, scope: &Scope<'_>) -> bool {
    let last = Expectation { body: own.unless.clone(), ..Expectation::default() };
    !own.unless.is_empty() && judge(&last, &exchange.response, &|name| scope.get(name)) == Judgement::Met
}
