//! How long and how often something that takes its time is asked after.

use std::time::{Duration, Instant};

use super::Exchange;
use crate::mock::HEADER;

/// How long a job may take.
const WITHIN: Duration = Duration::from_mins(2);
/// How long to wait before it is asked after again.
const EVERY: Duration = Duration::from_secs(1);
/// How often a mock is asked, which waits for nobody and moves on with each question.
const MOST: u32 = 20;

/// How long and how often something has been asked after.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    since: Instant,
    asked: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { since: Instant::now(), asked: 0 }
    }
}

impl Patience {
    /// Waits for the next time to ask, after an answer that is not the last; tells whether there is one.
    pub async fn again(&mut self, exchange: &Exchange) -> bool {
        self.asked += 1;
        if exchange.response.header(HEADER).is_some() {
            return self.asked < MOST;
        }
        let more = self.since.elapsed() + EVERY <= WITHIN;
        if more {
            tokio::time::sleep(EVERY).await;
        }
        more
    }
}
