//! A transport that sends nothing once a run is stopped.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Exchange, Request, Transport, TransportError};
use crate::contract::method_writes;
use crate::interrupt::Gate;

/// How long the answer to a write is waited for once the run is stopped.
const PATIENCE: Duration = Duration::from_secs(3);

/// A transport behind a gate: once it closes nothing more is sent, and only answers to writes are waited for.
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

impl Gated {
    async fn pass(&self, request: Request) -> Result<Exchange, TransportError> {
        if let Some(reason) = self.gate.closed() {
            return Err(TransportError::Stopped { reason, sent: false });
        }
        let patience = if method_writes(&request.method) { PATIENCE } else { Duration::ZERO };
        let stopped = async {
            let reason = self.gate.closing().await;
            tokio::time::sleep(patience).await;
            reason
        };
        tokio::select! {
            biased;
            answer = self.inner.send(request) => answer,
            reason = stopped => Err(TransportError::Stopped { reason, sent: true }),
        }
    }
}

impl Transport for Gated {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Exchange, TransportError>> {
        self.pass(request).boxed()
    }
}
