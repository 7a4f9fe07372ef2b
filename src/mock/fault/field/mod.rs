//! Fields: missing, too many, renamed, of another type, or with another value.

pub(super) mod beyond;
pub(super) mod list;
pub(super) mod show;
pub(super) mod v1;
pub(super) mod write;
