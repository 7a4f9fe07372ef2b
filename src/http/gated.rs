//! A transport that sends nothing once a run is stopped.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, ready};

use super::{Exchange, Request, Transport, TransportError};
use crate::interrupt::Gate;

/// A transport behind a gate: what is under way when it closes is answered, nothing more is sent.
pub struct Gated {
    inner: Arc<dyn Transport>,
    gate: Gate,
}

impl Gated {
    /// Puts a transport behind a gate.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, gate: Gate) -> Self {
        Self { inner, gate }
    }
}

impl Transport for Gated {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        match self.gate.closed() {
            Some(reason) => ready(Err(TransportError::Stopped { reason })).boxed(),
            None => self.inner.send(request),
        }
    }
}
