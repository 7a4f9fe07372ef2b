//! One run of the suite against a mock in this process.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use super::transport::InProcess;
use crate::contract::{Contract, PolicySpec, Profile, Statements};
use crate::exec::{Engine, Keep, PreflightError, preflight};
use crate::http::Transport;
use crate::interrupt::Gate;
use crate::mock::{Fault, LocalMock, MockError};
use crate::plan::{self, Plan, PlannedCase, Selection};
use crate::suite::Suite;
use crate::target::{Target, TargetError};
use crate::verdict::{CaseResult, Check, Finding, Verdict, Weight};
use crate::world::World;

/// The longest that a call of the preflight may take; the mock waits for nobody.
const PATIENCE: Duration = Duration::from_secs(30);
/// Marks the images of a run; each mock has no other.
const RUN: &str = "prove";

/// Why there is no proof at all.
#[derive(Debug, Error)]
pub enum ProveError {
    /// The mock does not start.
    #[error("the mock of profile `{profile}` does not start")]
    Mock {
        /// The profile.
        profile: Profile,
        /// Why.
        #[source]
        source: MockError,
    },
    /// The mock is no target.
    #[error("the mock of profile `{profile}` is no target")]
    Target {
        /// The profile.
        profile: Profile,
        /// Why.
        #[source]
        source: TargetError,
    },
    /// The mock does not get past the preflight.
    #[error("the mock of profile `{profile}` fails the preflight with the fault `{}`", fault.unwrap_or("none"))]
    Preflight {
        /// The profile.
        profile: Profile,
        /// The fault, where there was one.
        fault: Option<&'static str>,
        /// Why.
        #[source]
        source: PreflightError,
    },
    /// The harness itself failed.
    #[error("the harness failed in profile `{profile}` with the fault `{}`, please report it", fault.unwrap_or("none"))]
    Panicked {
        /// The profile.
        profile: Profile,
        /// The fault, where there was one.
        fault: Option<&'static str>,
    },
}

/// What a run of the suite came to.
pub(super) struct Act {
    /// The profile of the mock.
    pub(super) profile: Profile,
    /// How the mock is set.
    pub(super) policy: PolicySpec,
    /// The fault of the mock; none where it is sound.
    pub(super) fault: Option<&'static Fault>,
    /// The cases of the profile, in the order of the suite; under a fault those alone that it touches.
    pub(super) cases: Vec<Played>,
    /// The statements that passive checks saw broken while fixtures were made.
    pub(super) asides: BTreeSet<String>,
}

/// What a case came to.
pub(super) struct Played {
    /// The case.
    pub(super) planned: Arc<PlannedCase>,
    /// Whether it was not judged, and why.
    pub(super) unjudged: Option<String>,
    /// Whether an expectation is not met.
    pub(super) unmet: bool,
    /// How many are not met.
    pub(super) findings: usize,
    /// Whether that is the case's own affair: what a passive check sees, and the contract charges to no statement, is
    /// seen by every case alike.
    pub(super) own: bool,
    /// The statements that passive checks saw broken in it and that it does not cite.
    pub(super) asides: BTreeSet<String>,
}

/// Where the suite is played: what a profile promises, and the cases that run there on a mock, planned once.
pub(super) struct Stage {
    /// What is promised.
    contract: Arc<Contract>,
    /// How the mock is set.
    pub(super) policy: PolicySpec,
    statements: Arc<Statements>,
    /// Every case of the profile, in the order of the suite.
    pub(super) cases: Vec<Arc<PlannedCase>>,
    /// Those of them that are played.
    pub(super) selected: Vec<Arc<PlannedCase>>,
}

impl Stage {
    /// Plans the suite for a mock of a profile that is set so; each that is played on is such a one.
    pub(super) fn new(
        suite: &Suite,
        profile: Profile,
        policy: PolicySpec,
        selection: &Selection,
    ) -> Result<Self, ProveError> {
        let (_, target) = mock(profile, policy, None)?;
        let contract = Arc::clone(&suite.library.contracts[&profile]);
        let cases = plan::cases(suite, &target.declared, &contract, &Selection::default());
        let selected = cases.iter().filter(|planned| selection.takes(planned)).cloned().collect();
        Ok(Self { contract, policy, statements: Arc::clone(&suite.library.statements), cases, selected })
    }

    /// Returns the profile.
    pub(super) fn profile(&self) -> Profile {
        self.contract.profile
    }

    /// Returns an engine as `run` has it, without what only a real cloud needs: sign-in, journal, gate.
    async fn engine(&self, target: Target, transport: Arc<dyn Transport>) -> Result<Engine, PreflightError> {
        let contract = || Arc::clone(&self.contract);
        let plan = Plan { target: Arc::new(target), contract: contract(), cases: self.selected.clone() };
        let seen = preflight(&*transport, &plan.target, &plan.contract, PATIENCE).await?;
        let (prepare, target) = (Arc::clone(&transport), Arc::clone(&plan.target));
        let world = World::new(prepare, Arc::clone(&transport), target, contract(), RUN.to_owned(), true);
        let statements = Arc::clone(&self.statements);
        Ok(Engine::new(plan, world, seen, transport, statements, Keep::None, Gate::default()))
    }
}

/// Returns a mock with at most one fault, and the target that it is.
fn mock(
    profile: Profile,
    policy: PolicySpec,
    fault: Option<&'static Fault>,
) -> Result<(LocalMock, Target), ProveError> {
    let ids: Vec<_> = fault.iter().map(|fault| fault.id).collect();
    let mock = LocalMock::new(profile, policy, &ids).map_err(|source| ProveError::Mock { profile, source })?;
    let target = Target::of_local_mock(&mock, profile).map_err(|source| ProveError::Target { profile, source })?;
    Ok((mock, target))
}

/// Runs the cases of a stage against a mock with at most one fault.
pub(super) async fn play(stage: Arc<Stage>, fault: Option<&'static Fault>) -> Result<Act, ProveError> {
    let profile = stage.profile();
    let policy = stage.policy;
    let (mock, target) = mock(profile, policy, fault)?;
    let ready = stage.engine(target, Arc::new(InProcess::new(mock))).await;
    let engine =
        ready.map_err(|source| ProveError::Preflight { profile, fault: fault.map(|fault| fault.id), source })?;
    let mut cases = Vec::new();
    for batch in engine.plan.batches() {
        for (planned, result) in batch.iter().zip(engine.run_batch(batch).await) {
            let played = Played::new(Arc::clone(planned), result);
            // What a fault leaves as it was is not worth its memory.
            if fault.is_none() || played.is_touched() {
                cases.push(played);
            }
        }
    }
    let asides = engine.world.asides().into_iter().filter_map(|aside| aside.statement).collect();
    Ok(Act { profile, policy, fault, cases, asides })
}

impl Act {
    /// Returns the cases that are proven here: elsewhere than under the usual setting, those alone that run nowhere else.
    pub(super) fn own<'a>(&'a self, statements: &'a Statements) -> impl Iterator<Item = &'a Played> {
        let usual = self.policy == PolicySpec::default();
        let bound = |played: &Played| {
            statements.policies(played.planned.case.statements.iter().map(String::as_str)).next().is_some()
        };
        self.cases.iter().filter(move |played| usual || bound(played))
    }
}

impl Played {
    fn new(planned: Arc<PlannedCase>, result: CaseResult) -> Self {
        let counts = |finding: &&Finding| finding.weight == Weight::Counts;
        Self {
            own: result.findings.iter().any(|finding| counts(&finding) && is_own(finding)),
            unmet: result.findings.iter().any(|finding| counts(&finding)),
            findings: result.findings.iter().filter(counts).count(),
            asides: result.asides.iter().filter(counts).filter_map(|aside| aside.statement.clone()).collect(),
            unjudged: matches!(result.verdict, Verdict::Inconclusive | Verdict::Skip).then_some(result.reason),
            planned,
        }
    }

    fn is_touched(&self) -> bool {
        self.unmet || self.unjudged.is_some() || !self.asides.is_empty()
    }

    /// Returns the id of the case.
    pub(super) fn id(&self) -> &str {
        &self.planned.case.id
    }

    /// Tells whether the case cites one of these statements.
    pub(super) fn cites(&self, ids: &[&str]) -> bool {
        self.planned.case.statements.iter().any(|cited| ids.contains(&cited.as_str()))
    }
}

fn is_own(finding: &Finding) -> bool {
    let passive = matches!(finding.check, Check::Schema | Check::MediaType | Check::UndocumentedStatus);
    finding.statement.is_some() || !passive
}
