//! A case: what is asked, by whom, and what must come back (the format of `cases/**/*.yaml`).
//!
//! [`spec`] holds the author's words, [`Case`] what one case or one row of it became.

pub mod eventually;
pub mod expect;
mod one_or_many;
mod resolved;
pub mod spec;
pub mod template;

pub use crate::actor::Actor;
pub use expect::{ExpectSpec, Matcher};
pub use one_or_many::OneOrMany;
pub use resolved::{BodySpec, Case, CaseFacts, RequestSpec, Role, Row, Step};
pub use spec::{CaseFile, CaseSpec};
