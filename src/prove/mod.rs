//! Proves the suite: every case can fail, and every promise that the mock breaks on purpose is noticed.
//!
//! The suite runs once against a sound mock of each profile, where everything must be met, and once more for
//! each fault of the profile. A fault is *caught* when at least one expectation, of whatever level, is not met; each
//! such case must cite a statement that the fault names, or the fault breaks more than it says. The other way
//! round a case that no fault makes unmet, or that is weaker than it was, is *toothless*, a cited statement that no caught
//! fault names is *unguarded*, and a case that was there once is *lost*. Where clouds of a profile are set differently,
//! what holds under the other setting alone is proven there, in the same way. The mock answers in this process, without
//! sockets, and faults run side by side.

mod asks;
mod judge;
mod play;
mod table;
mod teeth;
mod transport;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};

pub use judge::{FaultProof, Miss, Proof, Toothless, Unguarded};
pub use play::ProveError;
pub use table::table;
pub use teeth::{Bite, Lost, Teeth};

use play::Stage;

use crate::contract::{PolicySpec, Profile};
use crate::mock::{Fault, faults};
use crate::plan::Selection;
use crate::suite::Suite;

/// Runs the suite against every fault of the profiles, as many as `jobs` at the same time.
///
/// Of a selection it is only said how it does itself: other cases may catch what it does not.
pub async fn prove(
    suite: &Suite,
    profiles: &[Profile],
    selection: &Selection,
    jobs: usize,
) -> Result<Proof, ProveError> {
    let stages = stages(suite, profiles, selection)?;
    let whole = *selection == Selection::default();
    let played = stages.iter().filter(|stage| whole || !stage.selected.is_empty());
    let acts: Vec<_> = stream::iter(
        played.flat_map(|stage| faults_of(stage.profile(), stage.policy).map(move |fault| (stage, fault))),
    )
    .map(|(stage, fault)| {
        // On a task of its own, so that they take all cores.
        let (profile, act) = (stage.profile(), tokio::spawn(play::play(Arc::clone(stage), fault)));
        async move { act.await.map_err(|_| ProveError::Panicked { fault: fault.map(|fault| fault.id), profile })? }
    })
    .buffered(jobs.max(1))
    .try_collect()
    .await?;
    Ok(judge::judge(&acts, &suite.library.statements, whole, lost(suite, &stages, selection)))
}

/// Returns a stage for each profile, and for each other way in which its clouds are set that a fault is for.
fn stages(suite: &Suite, profiles: &[Profile], selection: &Selection) -> Result<Vec<Arc<Stage>>, ProveError> {
    let of = |profile: &Profile| {
        let faults = faults().filter(|fault| fault.profiles.contains(profile));
        let policies: BTreeSet<_> = faults.filter_map(Fault::policy).chain([PolicySpec::default()]).collect();
        policies.into_iter().map(|policy| (*profile, policy)).collect::<Vec<_>>()
    };
    let all = profiles.iter().flat_map(of);
    all.map(|(profile, policy)| Stage::new(suite, profile, policy, selection).map(Arc::new)).collect()
}

/// Returns no fault, and then each fault of a profile that breaks a promise; under another setting than the usual one
/// those alone that are for it.
fn faults_of(profile: Profile, policy: PolicySpec) -> impl Iterator<Item = Option<&'static Fault>> {
    let faults = faults().filter(move |fault| fault.profiles.contains(&profile) && !fault.breaks.is_empty());
    let faults = faults.filter(move |fault| fault.policy().unwrap_or_default() == policy);
    std::iter::once(None).chain(faults.map(Some))
}

/// Returns what was accepted once and is there no more, if the suite is a form of the one that was accepted.
fn lost(suite: &Suite, stages: &[Arc<Stage>], selection: &Selection) -> Vec<Lost> {
    let accepted = Teeth::accepted();
    if !accepted.knows_one_of(suite.cases.iter().map(|case| case.id.as_str())) {
        return Vec::new();
    }
    let mut cases: BTreeMap<Profile, Vec<_>> = BTreeMap::new();
    for stage in stages {
        cases.entry(stage.profile()).or_default().extend(stage.cases.iter().cloned());
    }
    let lost = cases.iter().flat_map(|(profile, cases)| accepted.lost(*profile, cases));
    lost.filter(|lost| selection.takes_name(&format!("{}::{}", lost.profile, lost.case))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Sources;

    /// Returns what is lost without one case file, in every profile.
    fn without(sources: &Sources, name: &str) -> Vec<Lost> {
        let mut rest = sources.clone();
        rest.cases.retain(|file| *file.name != *name);
        let suite = Suite::load(&rest).expect("each file stands for itself");
        let all = Selection::default();
        lost(&suite, &stages(&suite, &Profile::ALL, &all).expect("there is a mock"), &all)
    }

    #[test]
    fn whichever_case_file_is_removed_its_cases_and_what_they_guarded_are_named() {
        let sources = Sources::find(None, None).unwrap();
        assert_eq!(without(&sources, "none"), []);
        let mut guarded = Vec::new();
        for file in &sources.cases {
            let lost = without(&sources, &file.name);
            let prefix = file.name.trim_start_matches("cases/").trim_end_matches(".yaml").replace('/', "::") + "::";
            let cases: BTreeSet<_> = lost.iter().filter(|lost| lost.gone).map(|lost| lost.case.as_str()).collect();
            assert!(!cases.is_empty() && cases.iter().all(|case| case.starts_with(&prefix)), "{cases:?}");
            if lost.iter().all(|lost| lost.statements.is_empty()) {
                guarded.push(file.name.to_string());
            }
        }
        // What is said of jobs, and of hidden images, others hold as well: the batch calls, and show.
        assert_eq!(guarded, ["cases/v1/job-progress.yaml", "cases/v1/job-show.yaml", "cases/v2/image-show.yaml"]);
    }

    #[tokio::test]
    async fn each_case_that_walks_tells_the_rules_of_paging_apart() {
        let suite = Suite::load(&Sources::find(None, None).unwrap()).unwrap();
        let walks = Selection { filters: vec!["v1::member-list-pages::walk".to_owned()], ..Selection::default() };
        let proof = prove(&suite, &[Profile::Huawei2024], &walks, 1).await.unwrap();
        assert!(proof.holds(), "{}", table(&proof));
    }
}
