//! Gets an engine ready: looks at the actors of a plan's target, and makes the world that its cases start from.

use std::sync::Arc;
use std::time::Duration;

use super::{Engine, Keep, PreflightError, preflight};
use crate::contract::Statements;
use crate::http::{Gated, Transport};
use crate::interrupt::Gate;
use crate::plan::Plan;
use crate::world::World;

/// How a plan is carried out.
#[derive(Clone, Debug)]
pub struct EngineOpts {
    /// The statements that cases cite.
    pub statements: Arc<Statements>,
    /// Which exchanges the results keep.
    pub keep: Keep,
    /// What stops the run.
    pub gate: Gate,
    /// The longest that a call of the preflight may take.
    pub patience: Duration,
    /// Whether what is made stays where it is.
    pub leave: bool,
}

impl Engine {
    /// Returns an engine whose actors have been looked at, and how many requests that took.
    pub async fn ready(plan: Plan, bare: Arc<dyn Transport>, opts: EngineOpts) -> Result<(Self, u64), PreflightError> {
        let EngineOpts { statements, keep, gate, patience, leave } = opts;
        let transport: Arc<dyn Transport> = Arc::new(Gated::new(Arc::clone(&bare), gate.clone()));
        let seen = preflight(&*transport, &plan.target, &plan.contract, patience).await?;
        let requests = seen.requests;
        let run: String = uuid::Uuid::new_v4().simple().to_string().chars().take(8).collect();
        let world = World::new(
            Arc::clone(&transport),
            bare,
            Arc::clone(&plan.target),
            Arc::clone(&plan.contract),
            plan.target.redactor(),
            run,
            leave,
        );
        Ok((Self::new(plan, world, seen, transport, statements, keep, gate), requests))
    }
}
