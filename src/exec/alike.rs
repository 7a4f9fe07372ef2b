//! Holds the whole answer to a step against that to an earlier one, where they are to be the same.

use std::sync::Arc;

use super::Engine;
use super::judge::Record;
use super::scope::Scope;
use crate::case::Step;
use crate::check::same::{self, Side};
use crate::http::Exchange;
use crate::plan::PlannedStep;

impl Engine {
    /// Compares an answer, and keeps it for later steps that may be compared with it.
    pub(super) fn alike(
        &self,
        spec: &Step,
        step: &PlannedStep,
        exchange: &Arc<Exchange>,
        scope: &mut Scope<'_>,
        record: &mut Record,
    ) {
        let ids = step.operation.ids(&exchange.request.path);
        if let Some(wanted) = &spec.expect.same_as
            && let Some((known, known_ids)) = scope.answer(&wanted.step)
        {
            let known = Side { response: &known.response, ids: known_ids };
            let found = same::differences(known, Side { response: &exchange.response, ids: &ids }, &wanted.except);
            if !found.is_empty() {
                record.note(&format!("expected is what `{}` was answered", wanted.step));
                record.unmet(found, &spec.place, exchange, &self.plan.target.endpoint);
            }
        }
        if let Some(name) = &spec.name {
            scope.answered(name, Arc::clone(exchange), ids);
        }
    }
}
