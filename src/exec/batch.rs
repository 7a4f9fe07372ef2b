//! Runs cases whose writes are all to be refused together on one image, which is looked at once after them.

use std::sync::Arc;
use std::time::Instant;

use super::Engine;
use crate::plan::PlannedCase;
use crate::verdict::{CaseResult, Requests};
use crate::world::{Pool, Unchanged};

impl Engine {
    /// Runs the cases of a batch to their end.
    ///
    /// If anything changed the image nobody knows by the image alone which case it was, or what the others would have
    /// been answered: then each is run again, alone.
    pub async fn run_batch(&self, batch: &[Arc<PlannedCase>]) -> Vec<CaseResult> {
        let (together, lost) = match batch {
            [_, _, ..] => self.together(batch).await,
            _ => (None, Requests::default()),
        };
        if let Some(results) = together {
            return results;
        }
        let mut results = Vec::with_capacity(batch.len());
        for planned in batch {
            results.push(self.run(planned).await);
        }
        if let Some(first) = results.first_mut() {
            first.requests.overhead += lost.asked + lost.overhead;
        }
        results
    }

    /// Runs cases on one image; returns no results, and the requests made in vain, if it did not stay as it was.
    async fn together(&self, batch: &[Arc<PlannedCase>]) -> (Option<Vec<CaseResult>>, Requests) {
        let given = batch.first().and_then(|planned| planned.case.facts.given.as_ref());
        let fixture = match given {
            Some(given) if batch.iter().all(|planned| self.dead_actor(planned).is_none()) => {
                self.world.acquire(given, Pool::Refused).await.ok().map(|fixture| (given, fixture))
            }
            _ => None,
        };
        let Some((given, fixture)) = fixture else { return (None, Requests::default()) };
        let mut seen = Vec::with_capacity(batch.len());
        let mut requests = Requests::default();
        let mut unchanged = true;
        for planned in batch {
            let started = Instant::now();
            let record = self.steps(planned, Some(Arc::clone(&fixture))).await;
            requests += record.requests();
            unchanged = !record.is_spoilt();
            seen.push((planned, record, started.elapsed()));
            if !unchanged {
                break;
            }
        }
        unchanged = unchanged && self.world.unchanged(&fixture).await == Unchanged::Same;
        self.world.release(given, Pool::Refused, fixture, unchanged).await;
        let judged = || {
            seen.into_iter().map(|(planned, record, elapsed)| {
                let result = self.conclude(planned, record);
                self.finish(result, elapsed)
            })
        };
        (unchanged.then(|| judged().collect()), requests)
    }
}
