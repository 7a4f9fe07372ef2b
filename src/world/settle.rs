//! Waits until what was written shows: on a cloud whose reads lag behind, what they say before proves nothing.
//!
//! A cloud with replicas or caches may show one write in one place and not yet in another. So what one read shows is
//! not taken for what the next one will: all wait until the time that the target names is over.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::{World, lock};
use crate::interrupt::Gate;

/// From when on every read shows what was written last, by image.
#[derive(Debug, Default)]
pub(super) struct Settling {
    due: Mutex<HashMap<String, Instant>>,
    /// Ends every wait of a case; none of the clean-up's.
    gate: Gate,
}

impl World {
    /// Lets a gate end the waiting for reads that lag behind.
    #[must_use]
    pub fn with_gate(mut self, gate: Gate) -> Self {
        self.settling.gate = gate;
        self
    }

    /// Notes that a write to an image was answered just now, or will not be.
    pub fn wrote(&self, image_id: &str) {
        let within = self.target.consistency.within;
        if !within.is_zero() {
            lock(&self.settling.due).insert(image_id.to_owned(), Instant::now() + within);
        }
    }

    /// Returns from when on every read shows what was written to an image; none where that has passed.
    #[must_use]
    pub fn due(&self, image_id: &str) -> Option<Instant> {
        lock(&self.settling.due).get(image_id).copied().filter(|due| *due > Instant::now())
    }

    /// Waits until every read shows what was written to an image; returns why not, if the run is stopped.
    pub async fn settle(&self, image_id: &str) -> Result<(), String> {
        match self.due(image_id) {
            Some(due) => self.pause(due - Instant::now()).await,
            None => Ok(()),
        }
    }

    /// Does the same although the run is stopped: what is left behind must not be told of a read that lags.
    pub(super) async fn settle_anyway(&self, image_id: &str) {
        if let Some(due) = self.due(image_id) {
            tokio::time::sleep_until(due).await;
        }
    }

    /// Waits for a while; returns why not to its end, if the run is stopped.
    pub async fn pause(&self, time: Duration) -> Result<(), String> {
        // To sleep for no time at all takes a millisecond.
        let wait = async {
            if !time.is_zero() {
                tokio::time::sleep(time).await;
            }
        };
        tokio::select! {
            biased;
            reason = self.settling.gate.closing() => Err(reason.to_owned()),
            () = wait => Ok(()),
        }
    }
}
