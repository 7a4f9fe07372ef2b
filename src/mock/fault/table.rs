//! The table of faults.

use super::Fault;

/// Returns every fault that the mock knows.
#[must_use]
pub const fn faults() -> &'static [Fault] {
    FAULTS
}

const FAULTS: &[Fault] = &[];
