//! Cases that run together on one image, because all that they write is to be refused.

use super::{Plan, PlannedCase};
use crate::world::Pool;

/// How many cases run together at most; more would leave the other jobs nothing to do.
const AT_MOST: usize = 12;

impl Plan {
    /// Returns the cases in order, those together that follow one another, start alike and change nothing.
    ///
    /// After them the image is looked at once, and not after each: a cloud that keeps its promises refuses them all.
    pub fn batches(&self) -> impl Iterator<Item = &[std::sync::Arc<PlannedCase>]> {
        let alike =
            |one: &_, next: &_| self.changes_nothing(one) && self.changes_nothing(next) && start(one) == start(next);
        self.cases.chunk_by(move |one, next| alike(&**one, &**next)).flat_map(|alike| alike.chunks(AT_MOST))
    }

    /// Tells whether a case should leave its image as it was. What is waived is known to do otherwise.
    fn changes_nothing(&self, planned: &PlannedCase) -> bool {
        let waived = || self.target.waivers.iter().any(|waiver| waiver.case == planned.case.id);
        planned.shape.pool == Pool::Refused && planned.shape.skip.is_none() && !waived()
    }
}

fn start(planned: &PlannedCase) -> Option<&crate::case::spec::GivenSpec> {
    planned.case.facts.given.as_ref()
}
