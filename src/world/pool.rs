//! How a case gets the image that it starts with.

use crate::case::spec::{GivenSpec, ImageKind};
use crate::target::{Declared, Writes};

/// How a case gets the image that it starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pool {
    /// It needs none.
    None,
    /// With others that only read.
    Shared,
    /// From those kept for writes that are refused, and put back if nothing changed.
    Refused,
    /// Its own, thrown away afterwards.
    Own,
}

/// Tells whether a borrowed image serves a case: it only reads, and needs no member that is ours.
///
/// Where images of our own may be made they are better, as nobody else changes them; but a public one
/// takes an administrator.
#[must_use]
pub fn can_borrow(given: &GivenSpec, pool: Pool, target: &Declared) -> bool {
    let own = target.writes == Writes::Images && given.image != ImageKind::Public;
    pool == Pool::Shared && !own && given.members.is_empty() && target.images.contains_key(&given.image)
}
