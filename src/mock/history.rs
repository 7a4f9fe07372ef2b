//! What the reads of a mock that is slow to converge still show.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::model::Model;

/// What there was before each of the last writes, for as long as reads lag behind.
#[derive(Debug)]
pub(crate) struct History {
    lag: Duration,
    before: VecDeque<(Instant, Model)>,
}

impl History {
    /// Returns a history of nothing, for reads that lag so far behind.
    pub(crate) fn new(lag: Duration) -> Self {
        Self { lag, before: VecDeque::new() }
    }

    /// Keeps what there was before a write of this moment.
    pub(crate) fn keep(&mut self, now: Instant, before: Model) {
        self.before.push_back((now, before));
    }

    /// Returns what a read of this moment shows, where that is not what there is.
    pub(crate) fn shown(&mut self, now: Instant) -> Option<&mut Model> {
        while self.before.front().is_some_and(|(written, _)| *written + self.lag <= now) {
            self.before.pop_front();
        }
        self.before.front_mut().map(|(_, before)| before)
    }
}
