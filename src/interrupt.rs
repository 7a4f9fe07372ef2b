//! Stops a run from outside: an interrupt, a deadline.
//!
//! A stopped run sends no further request of its cases. What is under way is answered first, so that
//! nothing is made without our knowing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::watch;

/// Tells everybody who is about to send a request whether the run is stopped.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<AtomicU8>);

const INTERRUPTED: u8 = 1;
const DEADLINE: u8 = 2;

impl Gate {
    /// Returns why nothing may be sent any more, if that is so.
    #[must_use]
    pub fn closed(&self) -> Option<&'static str> {
        match self.0.load(Ordering::Relaxed) {
            INTERRUPTED => Some("the run was interrupted"),
            DEADLINE => Some("the deadline of the run had passed"),
            _ => None,
        }
    }

    fn close(&self, reason: u8) {
        let _ = self.0.compare_exchange(0, reason, Ordering::Relaxed, Ordering::Relaxed);
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
