//! What runs: which cases, in what state of the world, at what level, and why some do not.

mod batch;
mod borrow;
mod cost;
mod needs;
mod resolve;
mod select;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use cost::Cost;
pub use needs::actors;
pub use select::Selection;

use crate::case::{Case, CaseFacts};
use crate::check::Expectation;
use crate::contract::{Contract, Operation};
use crate::suite::{Suite, runs_in, runs_under};
use crate::target::{Declared, Target};
use crate::verdict::Level;
use crate::world::Pool;

/// The cases of one target, selected and resolved against its contract.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The target.
    pub target: Arc<Target>,
    /// What it promises.
    pub contract: Arc<Contract>,
    /// The cases, in the order of the suite.
    pub cases: Vec<Arc<PlannedCase>>,
}

/// A case that is going to run, or to be skipped for a stated reason.
#[derive(Clone, Debug)]
pub struct PlannedCase {
    /// The trial's name: `<profile>::<case id>`.
    pub name: String,
    /// The case.
    pub case: Arc<Case>,
    /// What its rows have in common here.
    pub shape: Arc<Shape>,
    /// How strongly its expectation binds here.
    pub level: Level,
    /// The strictest statement that it cites and that applies here.
    pub statement: Option<String>,
    /// Those of the statements it cites that apply here.
    pub statements: Arc<[String]>,
}

/// What all rows of a case have in common in one profile and target.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The steps, in the order of the case.
    pub steps: Vec<PlannedStep>,
    /// How it gets its image.
    pub pool: Pool,
    /// Why it does not run.
    pub skip: Option<Skip>,
}

impl Shape {
    /// Tells whether nothing but member rows can be other than before.
    #[must_use]
    pub fn writes_rows_alone(&self) -> bool {
        let of_a_row = |step: &PlannedStep| !step.off_contract && step.operation.id.starts_with("v2.member.");
        self.steps.iter().all(|step| !step.writes || of_a_row(step))
    }
}

/// A step with its operation and expectation resolved.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The operation.
    pub operation: Arc<Operation>,
    /// Whether the request leaves the contract on purpose, so that its answers are not documented.
    pub off_contract: bool,
    /// Whether the request may change anything.
    pub writes: bool,
    /// Whether the request is malformed on purpose, so that whatever it brings about it brought about itself.
    pub malformed: bool,
    /// What must come back.
    pub expectation: Expectation,
}

/// Why a case does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The reason, for the report.
    pub reason: String,
    /// Whether the run is partial if the case is a must: the target does not say that it lacks this.
    pub partial: bool,
}

/// Returns the cases of a suite that a selection takes for a target, whoever signs in there.
#[must_use]
pub fn cases(suite: &Suite, target: &Declared, contract: &Contract, selection: &Selection) -> Vec<Arc<PlannedCase>> {
    let mut shapes: BTreeMap<*const CaseFacts, Arc<Shape>> = BTreeMap::new();
    suite
        .cases
        .iter()
        .filter(|case| runs_under(target.policy, case, &suite.library.statements))
        .filter(|case| runs_in(contract, case))
        .filter_map(|case| {
            let planned = resolve::case(case, contract, &suite.library, || {
                let shape = || Arc::new(resolve::shape(case, contract, &suite.library, target));
                Arc::clone(shapes.entry(Arc::as_ptr(&case.facts)).or_insert_with(shape))
            });
            selection.takes(&planned).then(|| Arc::new(planned))
        })
        .collect()
}
