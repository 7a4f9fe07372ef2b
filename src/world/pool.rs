//! How a case gets the image that it starts with.

use crate::case::spec::{GivenSpec, ImageKind};
use crate::contract::Contract;
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

/// Returns the borrowed image that stands for a kind: the one named so, or one of the same visibility.
#[must_use]
pub fn lent<'a>(kind: ImageKind, target: &'a Declared, contract: &Contract) -> Option<&'a str> {
    let same = match kind {
        ImageKind::Deleted | ImageKind::Unknown => return None,
        ImageKind::Shareable if contract.shareable == "private" => ImageKind::Private,
        ImageKind::Private if contract.shareable == "private" => ImageKind::Shareable,
        kind => kind,
    };
    target.images.get(&kind).or_else(|| target.images.get(&same)).map(String::as_str)
}

/// Tells whether a case starts with a borrowed image.
///
/// Where images of our own may be made they are better, as nobody else changes them; but a public one
/// takes an administrator.
#[must_use]
pub fn borrows(given: &GivenSpec, pool: Pool, target: &Declared, contract: &Contract) -> bool {
    let reads_public = given.image == ImageKind::Public && pool == Pool::Shared && given.members.is_empty();
    (target.writes < Writes::Images || reads_public) && lent(given.image, target, contract).is_some()
}
