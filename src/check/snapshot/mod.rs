//! Snapshots: what a case was answered, without what changes from run to run, against what was accepted.
//!
//! Exchanges become text (`render`, `names`), the text has a place (`path`) and is held against the file that
//! stands there (`store`, `file`); `survey` finds files whose case is gone.

mod diff;
mod file;
mod names;
mod path;
mod render;
mod store;
mod survey;

pub use file::SnapshotError;
pub use names::Names;
pub(in crate::check) use names::replace_words;
pub use render::render;
pub use store::{About, Held, SnapshotMode, Snapshots};
pub use survey::{Survey, survey};
