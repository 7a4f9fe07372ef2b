//! Statuses: each documented one into a plausible neighbour.

pub(super) mod denied;
pub(super) mod granted;
pub(super) mod missing;
pub(super) mod token;
pub(super) mod wrong;
