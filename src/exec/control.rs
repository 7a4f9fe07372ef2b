//! Controls: the positive twins of refusals, sent once for each state of the world.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::judge::{ControlOutcome, Halt, Record};
use super::scope::Scope;
use super::{Engine, describe};
use crate::case::Step;
use crate::http::Request;
use crate::plan::PlannedStep;
use crate::verdict::Place;

/// What makes two controls the same: the fixture, the request, and the expectation's place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ControlKey {
    fixture: usize,
    request: Request,
    file: Arc<str>,
    line: u64,
}

impl ControlKey {
    /// Returns the key of a control.
    pub(super) fn new(fixture: usize, request: &Request, place: &Place) -> Self {
        Self { fixture, request: request.clone(), file: Arc::clone(&place.file), line: place.line }
    }
}

/// The outcomes of controls, each reached once.
#[derive(Default)]
pub(super) struct Controls(Mutex<HashMap<ControlKey, Arc<OnceCell<Arc<ControlOutcome>>>>>);

impl Controls {
    /// Returns the outcome of a control, sending it if nobody has.
    pub(super) async fn get<F: Future<Output = ControlOutcome>>(
        &self,
        key: ControlKey,
        send: impl FnOnce() -> F,
    ) -> Arc<ControlOutcome> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        Arc::clone(cell.get_or_init(|| async { Arc::new(send().await) }).await)
    }
}

impl Engine {
    /// Sends a control and judges it.
    pub(super) async fn control(
        &self,
        spec: &Step,
        step: &PlannedStep,
        request: Request,
        scope: &Scope<'_>,
    ) -> ControlOutcome {
        let fresh = std::sync::atomic::AtomicBool::new(true);
        let exchange = match self.transport.send(request).await {
            Ok(exchange) => exchange,
            Err(error) => {
                let held = Err(format!("control as {}: {error}", scope.actor()));
                return ControlOutcome { held, note: String::new(), asides: Vec::new(), exchange: None, fresh };
            }
        };
        let mut record = Record::default();
        let held = self.judge(spec, step, &exchange, scope, &mut record).map_err(|Halt(reason)| reason);
        let note = format!("control held: {}", describe(&exchange));
        ControlOutcome { held, note, asides: record.take_asides(), exchange: Some(Arc::new(exchange)), fresh }
    }
}
