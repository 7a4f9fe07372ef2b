//! Proves the suite: every case can fail, and every promise that the mock breaks on purpose is noticed.
//!
//! The suite runs once against a sound mock of each profile, where everything must be met, and once more for
//! each fault of the profile. A fault is *caught* when at least one expectation, of whatever level, is not met; each
//! such case must cite a statement that the fault names, or the fault breaks more than it says. The other way
//! round a case that no fault makes unmet, or that finds less than it did, is *toothless*, and a cited statement that no
//! caught fault names is *unguarded*. The mock answers in this process, without sockets, and faults run side by side.

mod judge;
mod play;
mod table;
mod teeth;
mod transport;

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

pub use judge::{FaultProof, Miss, Proof, Toothless, Unguarded};
pub use play::ProveError;
pub use table::table;
pub use teeth::{Bite, Teeth};

use crate::contract::Profile;
use crate::mock::{Fault, faults};
use crate::suite::Suite;

/// Runs the suite against every fault of the profiles, as many as `jobs` at the same time.
pub async fn prove(suite: &Arc<Suite>, profiles: &[Profile], jobs: usize) -> Result<Proof, ProveError> {
    let pairs: Vec<(Profile, Option<&'static Fault>)> = profiles.iter().flat_map(|profile| of(*profile)).collect();
    let acts: Vec<_> = stream::iter(pairs)
        .map(|(profile, fault)| {
            // On a task of its own, so that they take all cores.
            let act = tokio::spawn(play::play(Arc::clone(suite), profile, fault));
            async move { act.await.map_err(|_| ProveError::Panicked { fault: fault.map(|fault| fault.id), profile })? }
        })
        .buffered(jobs.max(1))
        .try_collect()
        .await?;
    Ok(judge::judge(&acts, &suite.library.statements))
}

/// Returns a profile without a fault, and with each of its faults that breaks a promise.
fn of(profile: Profile) -> impl Iterator<Item = (Profile, Option<&'static Fault>)> {
    let faults = faults().filter(move |fault| fault.profiles.contains(&profile) && !fault.breaks.is_empty());
    std::iter::once((profile, None)).chain(faults.map(move |fault| (profile, Some(fault))))
}
