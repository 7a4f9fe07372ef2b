//! Stops a run from outside: an interrupt, a deadline.
//!
//! A stopped run sends no further request of its cases, and waits for no answer to a read. The answer to
//! a write that is under way is waited for a little, so that nothing is made without our knowing.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Tells everybody who sends requests when the run is stopped, and why.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<Option<&'static str>>>);

const INTERRUPTED: &str = "the run was interrupted";
const DEADLINE: &str = "the deadline of the run had passed";

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }
}

impl Gate {
    /// Returns why nothing may be sent any more, if that is so.
    #[must_use]
    pub fn closed(&self) -> Option<&'static str> {
        *self.0.borrow()
    }

    /// Waits until the gate closes, and returns why.
    pub async fn closing(&self) -> &'static str {
        let mut seen = self.0.subscribe();
        loop {
            if let Some(reason) = *seen.borrow_and_update() {
                return reason;
            }
            if seen.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Closes the gate, as an interrupt does.
    #[cfg(test)]
    pub(crate) fn close_for_test(&self) {
        self.close(INTERRUPTED);
    }

    fn close(&self, reason: &'static str) {
        self.0.send_if_modified(|closed| closed.is_none() && closed.replace(reason).is_none());
    }
}

/// Counts the interrupts of a run, and closes its gate at the first of them or at the deadline.
#[derive(Clone, Debug)]
pub struct Interrupts {
    count: watch::Receiver<u32>,
}

impl Interrupts {
    /// Starts to listen; a deadline counts from now.
    #[must_use]
    pub fn listen(runtime: &Runtime, gate: &Gate, deadline: Option<Duration>) -> Self {
        let (sender, count) = watch::channel(0);
        let at_interrupt = gate.clone();
        runtime.spawn(async move {
            loop {
                interrupted().await;
                at_interrupt.close(INTERRUPTED);
                sender.send_modify(|count| *count += 1);
            }
        });
        if let Some(after) = deadline {
            let gate = gate.clone();
            runtime.spawn(async move {
                tokio::time::sleep(after).await;
                gate.close(DEADLINE);
            });
        }
        Self { count }
    }

    /// Tells whether there was an interrupt.
    #[must_use]
    pub fn any(&self) -> bool {
        *self.count.borrow() > 0
    }

    /// Waits for one more interrupt than there have been.
    pub async fn another(&self) {
        let mut count = self.count.clone();
        count.mark_unchanged();
        if count.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for Ctrl-C or a request to terminate.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
